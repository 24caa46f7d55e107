/* SPDX-License-Identifier: Apache-2.0 */
/* A finding as msgpack: between ranks and in checkpoints.
 *
 * A map with the format's name and version, the class and the instance, the property, the walk that it comes
 * from, its shape and length, the steps with their choices, and a checksum. What is read is checked before it
 * is believed: it must be of this model, and its steps must be a run of the literal model that shows the
 * property at the state that it says and not before. Any thread. */
#ifndef RACEWALK_CLUSTER_FINDING_CODEC_H
#define RACEWALK_CLUSTER_FINDING_CODEC_H

#include "model/finding.h"

#define FINDING_BYTES_MAX ((size_t)64 << 20)

/* Appends. file and hits are not part of it. */
enum status finding_encode(const struct model *model, const struct finding *finding, struct buffer *out,
                           struct error *err) WARN_UNUSED;

/* A new finding, for finding_free. ERR_DATA says what is wrong with it; ERR_MEMORY. */
enum status finding_decode(const struct model *model, const void *bytes, size_t length,
                           struct finding **ret_finding, struct error *err) WARN_UNUSED;

#endif
