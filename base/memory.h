/* SPDX-License-Identifier: Apache-2.0 */
/* The one module that calls malloc: overflow-checked, with a hook that makes the Nth allocation fail, so that
 * tests can walk every out-of-memory path. Any thread; the hook and the counter are for single-threaded
 * tests. */
#ifndef RACEWALK_BASE_MEMORY_H
#define RACEWALK_BASE_MEMORY_H

#include <stddef.h>

#include "base/status.h"

/* count elements of size bytes, zeroed; NULL when there is not that much, or when the product overflows. */
void *mem_new(size_t count, size_t size) WARN_UNUSED;

/* Grows or shrinks; the bytes beyond the old size are not set. NULL leaves the old block as it was. */
void *mem_resize(void *block, size_t count, size_t size) WARN_UNUSED;

/* count elements, aligned to alignment (a power of two), zeroed. Freed with mem_free like any other. */
void *mem_new_aligned(size_t alignment, size_t count, size_t size) WARN_UNUSED;

/* A copy of a string; NULL when out of memory. */
char *mem_copy_string(const char *text) WARN_UNUSED;

/* NULL is fine. */
void mem_free(void *block);

/* Makes array (a pointer variable) hold at least want elements, growing by half; *capacity is its size so
 * far. For arrays that are filled one by one. */
enum status mem_reserve(void **array, size_t *capacity, size_t want, size_t size) WARN_UNUSED;

/* Tests only: the nth allocation from now on (1 is the next) fails, and all later ones; 0 switches it off. */
void mem_fail_from(size_t nth);

/* Tests only: allocations tried since mem_fail_from was last called. */
size_t mem_allocations(void);

#endif
