/* Shrinks a trace with the lab as the judge: to the fewest steps with which the lab still fails in the same
 * way.
 *
 * Failing the same way means: the watched name is lost, or an answer is unexpected after the same action. The
 * steps after the failure go first; then each step is left out in turn (with those that it alone made
 * possible), as long as the lab still fails. Every candidate is a run of the model. Owner only. */
#ifndef RACEWALK_MBT_LAB_SHRINK_H
#define RACEWALK_MBT_LAB_SHRINK_H

#include "mbt/confirm.h"

struct lab_shrink_result {
    size_t replays;                       /* traces that the lab was asked about */
    char message[LAB_MESSAGE_SIZE + 128]; /* how the lab fails on the shrunk trace */
};

/* confirm must watch a fixed name (not the property's, since what is left need not show one). ret_trace must
 * be initialized; it shows the property of the trace when its last state still does, and none otherwise.
 * ERR_DATA when the lab does not fail on the trace. */
enum status lab_shrink(const struct model *model, struct confirm *confirm, const struct trace *trace,
                       struct trace *ret_trace, struct lab_shrink_result *ret_result,
                       struct error *err) WARN_UNUSED;

#endif
