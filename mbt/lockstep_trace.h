/* SPDX-License-Identifier: Apache-2.0 */
/* Scripts of lockstep (mbt/lockstep.h) as traces, there and back. Owner only. */
#ifndef RACEWALK_MBT_LOCKSTEP_TRACE_H
#define RACEWALK_MBT_LOCKSTEP_TRACE_H

#include "mbt/itf_writer.h"
#include "mbt/lockstep.h"

/* Appends the script, all of whose events can be carried out, as a trace in ITF; what is no step goes to its
 * #meta. source is the command that made it. */
enum status lockstep_write(const struct model *model, const struct lockstep_script *script,
                           const struct lockstep_vocabulary *vocabulary, const char *source,
                           enum itf_form form, struct buffer *out, struct error *err) WARN_UNUSED;

/* The script of a trace that is for lockstep; steps are those of the trace. Both must be initialized and
 * empty; the vocabulary gets the actions of attempts, whose values are the trace's. ERR_DATA says which of
 * the extras is wrong. */
enum status lockstep_read(const struct itf_trace *itf, const struct model_class *class,
                          const struct trace *steps, struct lockstep_script *ret_script,
                          struct lockstep_vocabulary *ret_vocabulary, struct error *err) WARN_UNUSED;

#endif
