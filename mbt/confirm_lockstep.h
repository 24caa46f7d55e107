/* SPDX-License-Identifier: Apache-2.0 */
/* Confirms a trace that is for lockstep: all that can be seen of the system is compared after each state, and
 * what the trace's extras ask for is carried out in between. The verdict is agrees or diverged. A part of
 * mbt/confirm.h; owner only. */
#ifndef RACEWALK_MBT_CONFIRM_LOCKSTEP_H
#define RACEWALK_MBT_CONFIRM_LOCKSTEP_H

#include "mbt/confirm.h"

/* The trace's model and steps, which was replayed on it; the rest as confirm_trace. */
enum status confirm_lockstep(const struct model *model, const struct trace *steps,
                             const struct system_driver *driver, void *system,
                             const struct confirm_options *options, const struct itf_trace *itf,
                             struct confirm_result *result, struct error *err) WARN_UNUSED;

#endif
