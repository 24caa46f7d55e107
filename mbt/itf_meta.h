/* SPDX-License-Identifier: Apache-2.0 */
/* What the key #meta of an ITF trace says: where the trace comes from and which property it claims to show.
 *
 * A part of mbt/itf_reader.h. Keys that mean nothing to us are skipped; a null is as good as no key. Owner
 * only. */
#ifndef RACEWALK_MBT_ITF_META_H
#define RACEWALK_MBT_ITF_META_H

#include "mbt/itf_reader.h"
#include "mbt/json_decoder.h"

/* The members of #meta that say something to us. */
enum meta_key {
    META_SOURCE,
    META_MODEL,
    META_TRACE_SEED,
    META_MAX_STEPS,
    META_KIND,
    META_NAME,
    META_VIOLATION,
    META_EXAMPLE,
    META_GUARDS,
    META_LOCKSTEP,
    META_STATUS,
    META_COUNT
};

/* The texts of the members, borrowed from the document; no bytes: absent, or null. */
struct itf_meta {
    struct json_slice texts[META_COUNT];
};

/* Takes the object at the cursor apart. meta must be zeroed. */
enum status itf_meta_scan(struct json_cursor *cursor, struct itf_meta *meta, struct error *err) WARN_UNUSED;

/* status, or ERR_DATA when a model is named and it is another one than the class's. */
enum status itf_meta_check_model(const struct itf_meta *meta, const struct model_class *class,
                                 struct json_decoder *decoder, enum status status,
                                 struct error *err) WARN_UNUSED;

/* Fills in the head of the trace, whose states are there already. class may be NULL: then nothing is read that
 * a class has names for. */
enum status itf_meta_read(const struct itf_meta *meta, const struct model_class *class,
                          struct json_decoder *decoder, struct itf_trace *trace,
                          struct error *err) WARN_UNUSED;

/* True when the status is "violation". */
bool itf_meta_is_violation(const struct itf_meta *meta);

#endif
