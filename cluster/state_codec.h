/* SPDX-License-Identifier: Apache-2.0 */
/* Tallies, shapes and hits as msgpack: what messages and checkpoints have in common. Reading checks that the
 * numbers can be true of one another. Any thread. */
#ifndef RACEWALK_CLUSTER_STATE_CODEC_H
#define RACEWALK_CLUSTER_STATE_CODEC_H

#include "cluster/pack.h"
#include "search/runner.h"

void tally_encode(const struct walk_tally *tally, struct buffer *out);
/* Fails the cursor unless the tally can be one of so many walks of at most max_steps transitions. */
void tally_decode(struct unpack *in, uint64_t walks, uint32_t max_steps, struct walk_tally *ret_tally);

void shapes_encode(const struct run_shape *shapes, size_t count, struct buffer *out);
/* ret_shapes has room for RUN_FINDINGS_MAX; returns their number. No shape is 0 or stands there twice. */
size_t shapes_decode(struct unpack *in, struct run_shape *ret_shapes);

/* Hits by class of length, RUN_LENGTHS of them: those that are not 0, each after its index. */
void lengths_encode(const uint64_t *lengths, struct buffer *out);
/* Fails the cursor unless they add up to so many hits. */
void lengths_decode(struct unpack *in, uint64_t hits, uint64_t *ret_lengths);

#endif
