/* SPDX-License-Identifier: Apache-2.0 */
#include "base/memory.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* Written by tests and read by every allocation; relaxed, since a test sets them while it is alone. */
static _Atomic size_t fail_from;
static _Atomic size_t allocations;

static bool refused(size_t count, size_t size)
{
    if (size != 0 && count > SIZE_MAX / size)
        return true;
    const size_t nth = atomic_fetch_add_explicit(&allocations, 1, memory_order_relaxed) + 1;
    const size_t limit = atomic_load_explicit(&fail_from, memory_order_relaxed);
    return limit != 0 && nth >= limit;
}

void *mem_new(size_t count, size_t size)
{
    if (refused(count, size))
        return NULL;
    return calloc(count == 0 ? 1 : count, size == 0 ? 1 : size);
}

void *mem_resize(void *block, size_t count, size_t size)
{
    if (refused(count, size))
        return NULL;
    const size_t bytes = count * size;
    return realloc(block, bytes == 0 ? 1 : bytes);
}

void *mem_new_aligned(size_t alignment, size_t count, size_t size)
{
    if (refused(count, size) || count * size > SIZE_MAX - alignment)
        return NULL;
    const size_t bytes = (count * size + alignment - 1) / alignment * alignment;
    void *block = aligned_alloc(alignment, bytes == 0 ? alignment : bytes);
    if (block != NULL)
        memset(block, 0, bytes);
    return block;
}

char *mem_copy_string(const char *text)
{
    const size_t size = strlen(text) + 1;
    char *copy = mem_new(size, 1);
    if (copy != NULL)
        memcpy(copy, text, size);
    return copy;
}

void mem_free(void *block)
{
    free(block);
}

enum status mem_reserve(void **array, size_t *capacity, size_t want, size_t size)
{
    if (want <= *capacity)
        return OK;
    size_t grown = *capacity + *capacity / 2 + 8;
    if (grown < want)
        grown = want;
    void *block = mem_resize(*array, grown, size);
    if (block == NULL)
        return ERR_MEMORY;
    *array = block;
    *capacity = grown;
    return OK;
}

void mem_fail_from(size_t nth)
{
    atomic_store_explicit(&fail_from, nth, memory_order_relaxed);
    atomic_store_explicit(&allocations, 0, memory_order_relaxed);
}

size_t mem_allocations(void)
{
    return atomic_load_explicit(&allocations, memory_order_relaxed);
}
