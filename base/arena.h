/* SPDX-License-Identifier: Apache-2.0 */
/* Memory that is given back all at once: values of a trace's state, for instance. Owner only.
 *
 * An arena holds at most its limit in bytes; an allocation past that, or one that the system refuses, gives
 * NULL. */
#ifndef RACEWALK_BASE_ARENA_H
#define RACEWALK_BASE_ARENA_H

#include <stddef.h>

#include "base/status.h"

struct arena_block;

struct arena {
    struct arena_block *head; /* the block that is being filled; older ones follow */
    size_t used, size;        /* of the head, in bytes */
    size_t total, limit;      /* of all blocks, in bytes */
};

void arena_init(struct arena *arena, size_t limit);
void arena_release(struct arena *arena);
/* Forgets all allocations; keeps the largest block for reuse. */
void arena_clear(struct arena *arena);

/* Room for count elements of size bytes, aligned for any type, not zeroed; NULL when there is none. */
void *arena_new(struct arena *arena, size_t count, size_t size) WARN_UNUSED;

/* A NUL-terminated copy of length bytes; NULL when there is no room. */
char *arena_copy(struct arena *arena, const char *text, size_t length) WARN_UNUSED;

#endif
