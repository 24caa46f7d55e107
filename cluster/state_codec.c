/* SPDX-License-Identifier: Apache-2.0 */
#include "cluster/state_codec.h"

#include <assert.h>
#include <string.h>

static void encode_counts(const uint64_t *counts, size_t count, struct buffer *out)
{
    while (count > 0 && counts[count - 1] == 0)
        count--; /* most models have few properties and actions */
    pack_array(out, count);
    for (size_t i = 0; i < count; i++)
        pack_uint(out, counts[i]);
}

void tally_encode(const struct walk_tally *tally, struct buffer *out)
{
    assert(tally->ended <= tally->walks); /* as it is asked for when it is read */
    pack_array(out, 5);
    pack_uint(out, tally->walks);
    pack_uint(out, tally->steps);
    pack_uint(out, tally->ended);
    encode_counts(tally->hits, PROPERTIES_MAX, out);
    encode_counts(tally->fired, ACTIONS_MAX, out);
}

static uint64_t decode_counts(struct unpack *in, size_t most, uint64_t max, uint64_t *ret_counts)
{
    uint64_t sum = 0;
    const size_t count = unpack_array(in, most, 1);
    for (size_t i = 0; i < count; i++) {
        ret_counts[i] = unpack_uint(in, max);
        sum += ret_counts[i];
    }
    return sum;
}

void tally_decode(struct unpack *in, uint64_t walks, uint32_t max_steps, struct walk_tally *ret_tally)
{
    memset(ret_tally, 0, sizeof *ret_tally);
    /* In floating point, since the product may be past 64 bits. */
    const double steps_max = (double)walks * max_steps;
    if (unpack_array(in, 5, 1) != 5)
        unpack_fail(in, "a tally");
    ret_tally->walks = unpack_uint(in, UINT64_MAX);
    ret_tally->steps = unpack_uint(in, UINT64_MAX);
    ret_tally->ended = unpack_uint(in, walks);
    const uint64_t hits = decode_counts(in, PROPERTIES_MAX, ret_tally->ended, ret_tally->hits);
    const uint64_t fired = decode_counts(in, ACTIONS_MAX, ret_tally->steps, ret_tally->fired);
    if (ret_tally->walks != walks || (double)ret_tally->steps > steps_max || fired != ret_tally->steps ||
        hits < ret_tally->ended)
        unpack_fail(in, "a tally whose numbers agree");
}

void shapes_encode(const struct run_shape *shapes, size_t count, struct buffer *out)
{
    assert(count <= RUN_FINDINGS_MAX);
    pack_array(out, count);
    for (size_t i = 0; i < count; i++) {
        assert(shapes[i].id != 0);
        pack_array(out, 2);
        pack_uint(out, shapes[i].id);
        pack_uint(out, shapes[i].hits);
    }
}

size_t shapes_decode(struct unpack *in, struct run_shape *ret_shapes)
{
    const size_t count = unpack_array(in, RUN_FINDINGS_MAX, 3);
    for (size_t i = 0; i < count; i++) {
        if (unpack_array(in, 2, 1) != 2)
            unpack_fail(in, "a shape with its count");
        ret_shapes[i] =
            (struct run_shape){.id = unpack_uint(in, UINT64_MAX), .hits = unpack_uint(in, UINT64_MAX)};
        for (size_t j = 0; j < i; j++) {
            if (ret_shapes[j].id == ret_shapes[i].id)
                unpack_fail(in, "different shapes");
        }
        if (ret_shapes[i].id == 0)
            unpack_fail(in, "a shape that is not 0");
        if (in->wrong != NULL)
            return 0;
    }
    return count;
}

void lengths_encode(const uint64_t *lengths, struct buffer *out)
{
    size_t count = 0;
    for (size_t i = 0; i < RUN_LENGTHS; i++)
        count += lengths[i] > 0;
    pack_array(out, 2 * count);
    for (size_t i = 0; i < RUN_LENGTHS; i++) {
        if (lengths[i] > 0) {
            pack_uint(out, i);
            pack_uint(out, lengths[i]);
        }
    }
}

void lengths_decode(struct unpack *in, uint64_t hits, uint64_t *ret_lengths)
{
    memset(ret_lengths, 0, RUN_LENGTHS * sizeof *ret_lengths);
    uint64_t left = hits, from = 0;
    const size_t count = unpack_array(in, 2 * RUN_LENGTHS, 1);
    for (size_t i = 0; i < count / 2 && in->wrong == NULL; i++) {
        const uint64_t index = unpack_uint(in, RUN_LENGTHS - 1);
        const uint64_t here = unpack_uint(in, left);
        if (index < from)
            unpack_fail(in, "lengths in order");
        ret_lengths[index] = here;
        left -= here;
        from = index + 1;
    }
    if (count % 2 != 0 || left != 0)
        unpack_fail(in, "hits by length that add up");
}
