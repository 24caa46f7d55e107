/* SPDX-License-Identifier: Apache-2.0 */
/* Writes a trace of a model in the Informal Trace Format.
 *
 * The states are those of the literal model, which is run along the trace: what is written is what the
 * specification gives, and a step that it does not allow is an error. The same trace is the same bytes: sets
 * and maps are sorted; params and vars are in the class's order, and the keys of a state and of a record in
 * order of their bytes (so #meta comes first), as the files of other tools have them.
 *
 * Owner only. */
#ifndef RACEWALK_MBT_ITF_WRITER_H
#define RACEWALK_MBT_ITF_WRITER_H

#include "base/buffer.h"
#include "model/model.h"

enum itf_form {
    ITF_LINE,  /* one line, for NDJSON */
    ITF_PRETTY /* indented by two blanks */
};

/* Appends the trace and a newline. ERR_DATA names the step that the model does not allow; ERR_MEMORY also
 * past the buffer's limit. After a failure the buffer's content is not to be used. */
enum status itf_write(const struct model *model, const struct trace *trace, enum itf_form form,
                      struct buffer *out, struct error *err) WARN_UNUSED;

/* The same of a trace that is for lockstep: extras, a list, is its "lockstep" in #meta (mbt/lockstep.h). */
enum status itf_write_lockstep(const struct model *model, const struct trace *trace,
                               const struct value *extras, enum itf_form form, struct buffer *out,
                               struct error *err) WARN_UNUSED;

/* Appends a value in ITF encoding, without a newline behind it. indent is that of the line on which it
 * begins, in steps of two blanks. */
#define ITF_ONE_LINE (-1)
void itf_write_value(const struct value *value, int indent, struct buffer *out);

#endif
