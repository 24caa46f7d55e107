/* Drives a lab by the actions of a trace, and holds its answers against what the model predicts.
 *
 * The driver keeps what it has seen of the lab's state: which version each plan got, what root and rollback
 * point to, whose lock is in the zone, what each deployer has observed. After every action it asks for the
 * addresses of the watched name. It follows the lab's own rules where the model's differ (LAB.md of the
 * workshop lists them): a plan that is installed while it is the root already leaves rollback alone.
 *
 * Each action is a few requests, one after the other: the action, for an install the sync that follows it,
 * and the watched name. Any status of 2xx is a success, and an answer without a body is one to a call of
 * which nothing is to be told.
 *
 * A lab without POST /mbt/seed-init has no root at all before the first install, which stands for the
 * placeholder plan that the model starts from: the watched name may then be unresolved, and deployers observe
 * nothing.
 *
 * Owner only. Values of a trace that are handed in must live until the next lab_driver_reset. */
#ifndef RACEWALK_MBT_LAB_DRIVER_H
#define RACEWALK_MBT_LAB_DRIVER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buffer.h"
#include "mbt/http_client.h"
#include "model/value.h"

enum lab_watch { LAB_WATCH_ROOT, LAB_WATCH_ROLLBACK };

/* The watched name, as the lab spells it. */
const char *lab_watch_name(enum lab_watch watch);

enum lab_outcome {
    LAB_AS_PREDICTED,
    LAB_OUTAGE,    /* the watched name has no address */
    LAB_UNEXPECTED /* an answer that the model does not predict */
};

#define LAB_DETAIL_SIZE  256
#define LAB_MESSAGE_SIZE 768

/* What came of one action. */
struct lab_step {
    enum lab_outcome outcome;
    char detail[LAB_DETAIL_SIZE];   /* "deployer-b: installed version 2" */
    char watched[LAB_DETAIL_SIZE];  /* "root -> plan-002.cdb.acme (3 addresses)"; empty when not looked at */
    char message[LAB_MESSAGE_SIZE]; /* what is wrong; empty when nothing is */
};

/* Called for each request with its answer, in order. */
struct lab_observer {
    void (*on_call)(void *user, const struct http_request *request, const struct http_answer *answer);
    void *user;
};

struct lab_driver; /* opaque */

/* Borrows the client; observer is copied and may be NULL. */
enum status lab_driver_new(struct http_client *client, const struct lab_observer *observer,
                           struct lab_driver **ret_driver, struct error *err) WARN_UNUSED;
/* NULL is fine. */
void lab_driver_free(struct lab_driver *driver);

/* The action Init: resets the lab, seeds the placeholder, forgets all that was seen. ERR_IO when it cannot be
 * reached, or is no lab. */
enum status lab_driver_reset(struct lab_driver *driver, enum lab_watch watch, struct lab_step *ret_step,
                             struct error *err) WARN_UNUSED;

/* Any other action. ghost is the state's ghost_action, of a trace that is a run of the model. ERR_DATA when
 * the lab cannot be told (an address whose last octet is 0); ERR_IO when it cannot be reached. An answer of
 * any other kind is an outcome. */
enum status lab_driver_act(struct lab_driver *driver, const struct value *ghost, int64_t keep_last_n,
                           struct lab_step *ret_step, struct error *err) WARN_UNUSED;

/* True once the lab has answered that its guard skipped a stale plan which the model (without that guard)
 * installs: from there on the trace's course is not the lab's, and only the watched name is judged. */
bool lab_driver_is_off_script(const struct lab_driver *driver);
/* True when the lab took the placeholder. */
bool lab_driver_is_seeded(const struct lab_driver *driver);
/* True when the lab's zone holds the watched name, by all that the driver did. */
bool lab_driver_can_judge(const struct lab_driver *driver);

/* Asks the lab for what it shows of its zone and appends it as one line: lock, root, rollback, which plans
 * have addresses. Says so when it cannot be had. Lets a deployer observe the zone, so that the trace cannot
 * go on. */
void lab_driver_describe_zone(struct lab_driver *driver, struct buffer *out);

#endif
