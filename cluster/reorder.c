/* SPDX-License-Identifier: Apache-2.0 */
#include "cluster/reorder.h"

#include <assert.h>

#include "base/memory.h"

enum status reorder_init(struct reorder_buffer *buffer, size_t capacity)
{
    assert(capacity > 0);
    *buffer =
        (struct reorder_buffer){.ranges = mem_new(capacity, sizeof *buffer->ranges), .capacity = capacity};
    return buffer->ranges == NULL ? ERR_MEMORY : OK;
}

void reorder_clear(struct reorder_buffer *buffer)
{
    for (size_t i = 0; i < buffer->count; i++)
        pieces_release(&reorder_at(buffer, i)->pieces);
    buffer->head = buffer->count = 0;
}

void reorder_release(struct reorder_buffer *buffer)
{
    reorder_clear(buffer);
    mem_free(buffer->ranges);
    *buffer = (struct reorder_buffer){0};
}

bool reorder_is_full(const struct reorder_buffer *buffer)
{
    return buffer->count == buffer->capacity;
}

struct range *reorder_at(const struct reorder_buffer *buffer, size_t i)
{
    assert(i < buffer->count);
    return &buffer->ranges[(buffer->head + i) % buffer->capacity];
}

struct range *reorder_add(struct reorder_buffer *buffer, uint64_t first, uint64_t count, int rank, double now)
{
    assert(!reorder_is_full(buffer) && count > 0);
    const struct range *last = buffer->count > 0 ? reorder_at(buffer, buffer->count - 1) : NULL;
    assert(last == NULL || last->first + last->count == first);
    buffer->count++;
    struct range *range = reorder_at(buffer, buffer->count - 1);
    *range =
        (struct range){.first = first, .count = count, .rank = rank, .backup = REORDER_NOBODY, .since = now};
    pieces_init(&range->pieces);
    assert(range->first <= UINT64_MAX - count && rank >= 0);
    return range;
}

void reorder_pop(struct reorder_buffer *buffer)
{
    assert(reorder_at(buffer, 0)->done);
    pieces_release(&reorder_at(buffer, 0)->pieces);
    buffer->head = (buffer->head + 1) % buffer->capacity;
    buffer->count--;
}

struct range *reorder_find(const struct reorder_buffer *buffer, uint64_t first)
{
    size_t low = 0, high = buffer->count; /* what begins at first is in [low, high), if anywhere */
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        struct range *range = reorder_at(buffer, middle);
        if (range->first == first)
            return range;
        if (range->first < first)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

struct range *reorder_first_of(const struct reorder_buffer *buffer, int rank)
{
    for (size_t i = 0; i < buffer->count; i++) {
        struct range *range = reorder_at(buffer, i);
        if (!range->done && (range->rank == rank || range->backup == rank))
            return range;
    }
    return NULL;
}
