/* SPDX-License-Identifier: Apache-2.0 */
/* Confirms traces on a real system (mbt/system.h): does it do what the model said it would?
 *
 * Only legal traces are judged: each is first replayed on the model, state by state, unless it is of another
 * model, which only some systems take. Then its actions are carried out on the system, one by one, up to the first step where what is watched is lost (the outage),
 * or where an answer is not what the model predicts.
 *
 * A trace that shows a violation of the invariant about what is watched is *judged by its violation*:
 *
 *   confirmed        the outage is at the very state that violates the invariant in the model
 *   diverged         an unexpected answer, or an outage at another state
 *   not reproduced   the whole trace ran, and nothing was lost
 *
 * Any other trace:
 *
 *   agrees           every answer was as predicted, and nothing was lost
 *   outage           what is watched was lost
 *   diverged         an unexpected answer
 *
 * And any trace is
 *
 *   refused          off the script: the system does not take an action that the model has
 *
 * Where the system is known to differ from the model, the driver allows for it, and the result names the
 * difference. Owner only. */
#ifndef RACEWALK_MBT_CONFIRM_H
#define RACEWALK_MBT_CONFIRM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"
#include "mbt/itf_reader.h"
#include "mbt/system.h"
#include "mbt/trace_action.h"

enum confirm_verdict {
    CONFIRM_CONFIRMED,
    CONFIRM_DIVERGED,
    CONFIRM_NOT_REPRODUCED,
    CONFIRM_AGREES,
    CONFIRM_OUTAGE,
    CONFIRM_REFUSED
};
#define CONFIRM_VERDICTS (CONFIRM_REFUSED + 1)

/* "confirmed", "diverged", "not-reproduced", "agrees", "outage", "refused". */
const char *confirm_verdict_name(enum confirm_verdict verdict);
/* The other way; false when no verdict has the name. */
bool confirm_find_verdict(const char *name, enum confirm_verdict *ret_verdict);

/* What a user expects of all traces: of a system without the bug, that nothing is lost; of one with it, that
 * each trace ends in the outage that it predicts; of one that is to do as the model does, that it does so to
 * the end, whatever that is. */
enum confirm_expectation { CONFIRM_EXPECT_HEALTHY, CONFIRM_EXPECT_OUTAGE, CONFIRM_EXPECT_SAME };

/* same: the verdict is the model's own (struct confirm_result). */
bool confirm_as_expected(enum confirm_verdict verdict, bool same, enum confirm_expectation expectation);

struct confirm_options {
    struct action_paths action_paths; /* where a state names its action */
    /* All may be NULL; user is handed to each. */
    void (*on_step)(void *user, size_t state, const char *action, const struct system_step *step);
    bool (*stopped)(void *user); /* asked before each action */
    void *user;
};

#define CONFIRM_ACTION_SIZE 64

struct confirm_result {
    enum confirm_verdict verdict;
    /* The verdict is the model's own: the system lost what was watched at the very state that the model does,
     * or never, as the model; and it did on the way what the model does. */
    bool same;
    bool failed;                                    /* there was an outage or an unexpected answer */
    size_t fail_state;                              /* index of the state that it was seen at */
    char fail_action[CONFIRM_ACTION_SIZE];          /* the name of the action that leads there */
    const struct known_difference *fail_difference; /* that the failure comes of; NULL: none that is known */
    char message[SYSTEM_MESSAGE_SIZE + 128];        /* one line; empty when there is nothing to say */
    /* Known differences between system and model that the trace came to. */
    struct system_difference differences[SYSTEM_DIFFERENCES_MAX];
    size_t difference_count;
    struct buffer note;  /* what limits the verdict, on one line; mostly empty */
    struct buffer shown; /* after a divergence, what the system shows of itself, on one line */
    size_t actions;      /* carried out, Init included */
};

struct confirm; /* opaque */

void confirm_result_init(struct confirm_result *result);
void confirm_result_release(struct confirm_result *result);

/* Borrows the class (NULL: there is none), the driver and its system, which is open; copies the options. */
enum status confirm_new(const struct model_class *class, const struct system_driver *driver, void *system,
                        const struct confirm_options *options, struct confirm **ret_confirm,
                        struct error *err) WARN_UNUSED;
/* NULL is fine. */
void confirm_free(struct confirm *confirm);

const struct system_driver *confirm_driver(const struct confirm *confirm);

/* Replays the trace on the model, then on the system. ret_result must be initialized; what it held is
 * replaced. ERR_DATA: the trace cannot be judged; the next one may be. ERR_IO: the system cannot be reached.
 * ERR_STOPPED.
 */
enum status confirm_trace(struct confirm *confirm, const struct itf_trace *itf,
                          struct confirm_result *ret_result, struct error *err) WARN_UNUSED;

#endif
