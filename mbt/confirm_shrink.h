/* SPDX-License-Identifier: Apache-2.0 */
/* Shrinks a trace with the system as the judge: to the fewest steps with which it still fails in the same
 * way.
 *
 * Failing the same way means: what is watched is lost, or an answer is unexpected after the same action. The
 * steps after the failure go first; then each step is left out in turn (with those that it alone made
 * possible), as long as the system still fails. Every candidate is a run of the model. Owner only. */
#ifndef RACEWALK_MBT_CONFIRM_SHRINK_H
#define RACEWALK_MBT_CONFIRM_SHRINK_H

#include "mbt/confirm.h"

struct confirm_shrink_result {
    size_t replays;                          /* traces that the system was asked about */
    char message[SYSTEM_MESSAGE_SIZE + 128]; /* how it fails on the shrunk trace */
};

/* The system must have been focused on the trace (since what is left need not show its property). ret_trace
 * must be initialized; it shows the property of the trace when its last state still does, and none otherwise.
 * ERR_DATA when the system does not fail on the trace. */
enum status confirm_shrink(const struct model *model, struct confirm *confirm, const struct trace *trace,
                           struct trace *ret_trace, struct confirm_shrink_result *ret_result,
                           struct error *err) WARN_UNUSED;

#endif
