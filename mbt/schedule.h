/* SPDX-License-Identifier: Apache-2.0 */
/* Schedules: the choices of a trace in the form that Wunderspec's `replay --from-schedule` takes, so that a
 * finding can be checked with the original tool.
 *
 * A schedule carries no parameters: the caller says of which instance it is. Reading runs the literal model
 * along the schedule. See mbt/itf_reader.h for the limits of a file.
 *
 * Owner only. */
#ifndef RACEWALK_MBT_SCHEDULE_H
#define RACEWALK_MBT_SCHEDULE_H

#include "base/buffer.h"
#include "model/model.h"

/* Appends the schedule, indented by two blanks, and a newline. ERR_DATA names the step that the model does
 * not allow. */
enum status schedule_write(const struct model *model, const struct trace *trace, struct buffer *out,
                           struct error *err) WARN_UNUSED;

/* Reads the text of one schedule. The trace must be initialized; it gets the steps, and no property.
 * ERR_DATA: the text is no schedule, or a step is none of the model or not enabled, which the message says
 * with its index. */
enum status schedule_read(const struct model *model, const char *text, size_t length, struct trace *ret_trace,
                          struct error *err) WARN_UNUSED;

#endif
