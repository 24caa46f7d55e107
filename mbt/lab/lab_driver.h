/* SPDX-License-Identifier: Apache-2.0 */
/* Drives a lab by the actions of a trace, and holds its answers against what the model predicts.
 *
 * Each request is sent when the answer to the one before it has come and was looked at: the action, for an
 * install the sync that follows it, and then the addresses of the watched name. What is compared:
 *
 *   generate   the plan: root, balancers, weights, their order, addresses
 *   sync       the root, and whose lock there is
 *   deploy     installed or refused; the version
 *   cleanup    nothing else is deleted than what is old; balancers that are said to be deleted have no
 * address resolve    the addresses of the watched name, in any order
 *
 * Where the lab is known to differ from the model, it is the lab's rule that is held against the answers, and
 * the difference has a name (lab_driver_differences).
 *
 * A lab without POST /mbt/seed-init has no root at all before the first install, which stands for the
 * placeholder plan that the model starts from: the watched name may then be unresolved, and deployers observe
 * nothing.
 *
 * Owner only. */
#ifndef RACEWALK_MBT_LAB_LAB_DRIVER_H
#define RACEWALK_MBT_LAB_LAB_DRIVER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buffer.h"
#include "mbt/itf_reader.h"
#include "mbt/http_client.h"
#include "mbt/system.h"

/* What is watched: as the trace's property asks for (rollback for no_inconsistent_rollback, root otherwise),
 * or always the same. */
enum lab_watch { LAB_WATCH_PROPERTY, LAB_WATCH_ROOT, LAB_WATCH_ROLLBACK };

struct lab_driver_options {
    enum lab_watch watch;
    bool has_keep_last_n; /* keep_last_n is for every cleanup; otherwise each trace's MAX_PLAN_AGE is */
    int64_t keep_last_n;
    bool strict; /* as the model's original replayer: the difference idle-backoff is not allowed for */
};

/* Called for each request with its answer, in order. */
struct lab_observer {
    void (*on_call)(void *user, const struct http_request *request, const struct http_answer *answer);
    void *user;
};

struct lab_driver; /* opaque */

/* Borrows the client; options and observer are copied, and observer may be NULL. */
enum status lab_driver_new(struct http_client *client, const struct lab_driver_options *options,
                           const struct lab_observer *observer, struct lab_driver **ret_driver,
                           struct error *err) WARN_UNUSED;
/* NULL is fine. */
void lab_driver_free(struct lab_driver *driver);

/* The action Init: resets the lab, seeds the placeholder, forgets all that was seen. The trace is a run of
 * the model, and is borrowed until the next reset. ERR_IO when the lab cannot be reached, or is none;
 * ERR_DATA when the trace lacks what the lab has to be told. */
enum status lab_driver_reset(struct lab_driver *driver, const struct itf_trace *itf,
                             struct system_step *ret_step, struct error *err) WARN_UNUSED;

/* Any other action: that of the trace's next state. ERR_DATA when the lab cannot be told (an address whose
 * last octet is 0); ERR_IO when it cannot be reached. An answer of any other kind is an outcome. */
enum status lab_driver_act(struct lab_driver *driver, const struct system_action *action,
                           struct system_step *ret_step, struct error *err) WARN_UNUSED;

/* Watches what the trace's property is about from now on, whatever later traces show. */
void lab_driver_focus(struct lab_driver *driver, const struct itf_trace *itf);
/* The invariant about what is watched of a trace, by name. */
const char *lab_driver_property(const struct lab_driver *driver, const struct itf_trace *itf);
/* The watched name of the trace that was begun last, as the lab spells it. */
const char *lab_driver_watched_name(const struct lab_driver *driver);

#define LAB_DIFFERENCES_MAX 3

/* The known differences that the trace has come to so far, and that bear on what is watched; returns how
 * many. */
size_t lab_driver_differences(const struct lab_driver *driver,
                              struct system_difference differences[SYSTEM_DIFFERENCES_MAX]);

/* True when the lab has left the trace's course without a wrong answer: its guard skipped a stale plan that
 * the model installs, or a cleanup spared what the model deletes. The note says where. */
bool lab_driver_has_departed(const struct lab_driver *driver);

/* What limits the verdict on the trace that was replayed, on one line; appends nothing when nothing does. */
void lab_driver_note(const struct lab_driver *driver, struct buffer *out);

/* Asks the lab for what it shows of its zone and appends it as one line: lock, root, rollback, which plans
 * have addresses. Says so when it cannot be had. Lets a deployer observe the zone, so that the trace cannot
 * go on. */
void lab_driver_describe_zone(struct lab_driver *driver, struct buffer *out);

#endif
