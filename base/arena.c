/* SPDX-License-Identifier: Apache-2.0 */
#include "base/arena.h"

#include <stdalign.h>
#include <stdint.h>
#include <string.h>

#include "base/memory.h"

enum { BLOCK_SIZE_MIN = 1 << 14, BLOCK_SIZE_GROWN = 1 << 20 };

struct arena_block {
    struct arena_block *older;
    size_t size;
    alignas(max_align_t) char bytes[];
};

void arena_init(struct arena *arena, size_t limit)
{
    *arena = (struct arena){.limit = limit};
}

static void free_blocks(struct arena_block *block)
{
    while (block != NULL) {
        struct arena_block *older = block->older;
        mem_free(block);
        block = older;
    }
}

void arena_release(struct arena *arena)
{
    free_blocks(arena->head);
    arena_init(arena, arena->limit);
}

void arena_clear(struct arena *arena)
{
    if (arena->head == NULL)
        return;
    /* Blocks only grow, so that the head is the largest. */
    free_blocks(arena->head->older);
    arena->head->older = NULL;
    arena->used = 0;
    arena->total = arena->head->size;
}

static int add_block(struct arena *arena, size_t bytes)
{
    size_t size = arena->size * 2;
    if (size < BLOCK_SIZE_MIN)
        size = BLOCK_SIZE_MIN;
    if (size > BLOCK_SIZE_GROWN)
        size = BLOCK_SIZE_GROWN;
    if (size < arena->size)
        size = arena->size;
    if (size < bytes)
        size = bytes;
    if (size > arena->limit - arena->total)
        size = bytes;
    if (size > arena->limit - arena->total)
        return 0;
    struct arena_block *block = mem_resize(NULL, sizeof *block + size, 1);
    if (block == NULL)
        return 0;
    block->older = arena->head;
    block->size = size;
    arena->head = block;
    arena->used = 0;
    arena->size = size;
    arena->total += size;
    return 1;
}

void *arena_new(struct arena *arena, size_t count, size_t size)
{
    if (size != 0 && count > (SIZE_MAX / 2) / size)
        return NULL;
    const size_t align = alignof(max_align_t);
    const size_t bytes = (count * size + align - 1) / align * align;
    if (arena->head == NULL || bytes > arena->size - arena->used) {
        if (!add_block(arena, bytes))
            return NULL;
    }
    void *room = arena->head->bytes + arena->used;
    arena->used += bytes;
    return room;
}

char *arena_copy(struct arena *arena, const char *text, size_t length)
{
    char *copy = arena_new(arena, length + 1, 1);
    if (copy != NULL) {
        memcpy(copy, text, length);
        copy[length] = '\0';
    }
    return copy;
}
