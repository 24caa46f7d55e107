/* SPDX-License-Identifier: Apache-2.0 */
/* A lab driver from inside: what its files share. lab_driver.h is what others see. */
#ifndef RACEWALK_MBT_LAB_LAB_SESSION_H
#define RACEWALK_MBT_LAB_LAB_SESSION_H

#include "mbt/lab/lab_driver.h"
#include "mbt/lab/lab_known.h"
#include "mbt/lab/lab_process.h"

#define LAB_PATH_SIZE 256
#define LAB_NEVER     SIZE_MAX

/* Rows of lab_known_differences. */
enum lab_difference_row { LAB_IDLE_BACKOFF, LAB_ROOT_MISSING, LAB_SAME_ROOT };

extern const struct known_difference lab_known_differences[LAB_DIFFERENCES_MAX];

struct lab_driver {
    struct http_client *client;
    struct lab_driver_options options;
    struct lab_observer observer;
    struct system_observer teller;   /* who is told of calls in words */
    struct http_client *own_client;  /* NULL: the client is borrowed */
    struct lab_process *own_process; /* NULL: not started here */
    const struct http_options *http; /* of own_client; borrowed from the setup */
    bool is_focused;                 /* options.watch is what a trace asked for, not the user */

    struct lab_lockstep *lockstep; /* NULL: no trace has asked for it */
    struct lab_property *property; /* NULL: no call was made */
    bool is_begun;                 /* by a reset, and no call has followed */

    /* Of the trace at hand. */
    bool is_lockstep;
    enum lab_watch watch; /* root or rollback */
    int64_t keep_last_n;
    uint32_t guards; /* of its model */
    size_t state;    /* that the action at hand leads to */
    struct lab_known known;

    /* States, or LAB_NEVER. */
    size_t differences[LAB_DIFFERENCES_MAX];
    size_t off_script_from; /* a guard of the lab has left the trace's course */
    size_t judged_from;     /* the first with the watched name in the zone */
    size_t root_lost_at;    /* the first of those, up to now, in which the root's target is deleted */
    size_t spared_at;       /* the first cleanup that deleted less than the model's */
    size_t unlisted_at;     /* the first plan whose records were not answered */
    int64_t spared_version;

    /* The request at hand, and its answer, which lives until the next one. */
    struct http_request request;
    struct http_answer answer;
    char path[LAB_PATH_SIZE];
};

/* Where the watched name points to. */
int lab_watched_target(const struct lab_driver *driver);

/* --- outcomes --- */

/* What is wrong with the step. */
void lab_unexpected(struct system_step *step, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* What was done. */
void lab_detail(struct system_step *step, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* The answer at hand as a whole is not what was expected. */
void lab_unexpected_answer(const struct lab_driver *driver, struct system_step *step, const char *expected);
/* The difference shows in the step. */
void lab_note_difference(struct lab_driver *driver, enum lab_difference_row row, struct system_step *step);

const char *lab_or_none(const char *text);
/* "192.0.1.1, 192.0.1.3"; out is of size bytes. ips is an array of strings. */
const char *lab_list_addresses(const struct cJSON *ips, char *out, size_t size);

/* --- requests --- */

/* Sends a request to before + name + after, and takes its answer. False when there is nothing to go on with:
 * the answer is none at all, which is an outcome like any other wrong one, or *status is an error. */
bool lab_ask(struct lab_driver *driver, const char *method, const char *body, const char *before,
             const char *name, const char *after, struct system_step *step, enum status *status,
             struct error *err) WARN_UNUSED;
/* Sends driver->request. As lab_ask. */
bool lab_send(struct lab_driver *driver, struct system_step *step, enum status *status,
              struct error *err) WARN_UNUSED;
/* A POST to one of a deployer's calls. */
bool lab_ask_deployer(struct lab_driver *driver, const struct known_deployer *deployer, const char *call,
                      const char *body, struct system_step *step, enum status *status,
                      struct error *err) WARN_UNUSED;

/* --- actions --- */

/* Carries out an action and looks at all but the watched name. */
enum status lab_carry_out(struct lab_driver *driver, const struct system_action *action,
                          struct system_step *step, struct error *err) WARN_UNUSED;

#endif
