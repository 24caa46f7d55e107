/* SPDX-License-Identifier: Apache-2.0 */
/* A limit on the memory that a search may take. Memory is counted before it is taken, so a search that needs
 * more than the limit ends with a clear message, not by the system's out-of-memory killer.
 *
 * Every allocation of a search must go through its budget: the large ones, and the small and bounded ones (a
 * thread's scratch), too. Any thread; an allocation belongs to its caller. */
#ifndef RACEWALK_BASE_BUDGET_H
#define RACEWALK_BASE_BUDGET_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/status.h"

struct budget {
    _Atomic size_t limit; /* bytes; relaxed, and only ever lowered */
    _Atomic size_t used;  /* written by all threads, relaxed: it orders nothing */
    _Atomic size_t peak;  /* the most that was ever used at a time */
};

void budget_init(struct budget *budget, size_t limit);
/* Lowers the limit; a higher one is ignored. What is taken already stays taken. */
void budget_lower(struct budget *budget, size_t limit);

/* Counts bytes as used; false, and nothing counted, when they would exceed the limit. */
bool budget_take(struct budget *budget, size_t bytes) WARN_UNUSED;
void budget_give(struct budget *budget, size_t bytes);

size_t budget_used(const struct budget *budget);
size_t budget_peak(const struct budget *budget);

/* mem_new, counted. NULL also past the limit. */
void *budget_new(struct budget *budget, size_t count, size_t size) WARN_UNUSED;
/* Grows a block of old_count elements. Both the old and the new block count until the old one is freed, since
 * both exist during the copy. NULL leaves the block as it was. */
void *budget_resize(struct budget *budget, void *block, size_t old_count, size_t count,
                    size_t size) WARN_UNUSED;
/* mem_free of a block of count elements; NULL is fine. */
void budget_free(struct budget *budget, void *block, size_t count, size_t size);

/* What this process has in memory now, in bytes, as the system counts it; 0 when it does not say. Any thread.
 */
size_t memory_resident(void);

/* What the system could give to this process now, in bytes: the least of what is available, what its control
 * groups leave (base/cgroup.h) and its address-space limit. Main thread. */
size_t memory_available(void);

#endif
