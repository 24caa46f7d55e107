/* SPDX-License-Identifier: Apache-2.0 */
#include "base/budget.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/cgroup.h"
#include "base/file.h"
#include "base/memory.h"

void budget_init(struct budget *budget, size_t limit)
{
    atomic_init(&budget->limit, limit);
    atomic_init(&budget->used, 0);
    atomic_init(&budget->peak, 0);
}

void budget_lower(struct budget *budget, size_t limit)
{
    size_t now = atomic_load_explicit(&budget->limit, memory_order_relaxed);
    while (limit < now && !atomic_compare_exchange_weak_explicit(
                              &budget->limit, &now, limit, memory_order_relaxed, memory_order_relaxed)) {
    }
}

bool budget_take(struct budget *budget, size_t bytes)
{
    const size_t limit = atomic_load_explicit(&budget->limit, memory_order_relaxed);
    size_t used = atomic_load_explicit(&budget->used, memory_order_relaxed);
    do {
        if (bytes > limit || used > limit - bytes)
            return false;
    } while (!atomic_compare_exchange_weak_explicit(&budget->used, &used, used + bytes, memory_order_relaxed,
                                                    memory_order_relaxed));
    size_t peak = atomic_load_explicit(&budget->peak, memory_order_relaxed);
    while (peak < used + bytes &&
           !atomic_compare_exchange_weak_explicit(&budget->peak, &peak, used + bytes, memory_order_relaxed,
                                                  memory_order_relaxed)) {
    }
    return true;
}

void budget_give(struct budget *budget, size_t bytes)
{
    (void)atomic_fetch_sub_explicit(&budget->used, bytes, memory_order_relaxed);
}

size_t budget_used(const struct budget *budget)
{
    return atomic_load_explicit(&budget->used, memory_order_relaxed);
}

size_t budget_peak(const struct budget *budget)
{
    return atomic_load_explicit(&budget->peak, memory_order_relaxed);
}

void *budget_new(struct budget *budget, size_t count, size_t size)
{
    if (size != 0 && count > SIZE_MAX / size)
        return NULL;
    if (!budget_take(budget, count * size))
        return NULL;
    void *block = mem_new(count, size);
    if (block == NULL)
        budget_give(budget, count * size);
    return block;
}

void *budget_resize(struct budget *budget, void *block, size_t old_count, size_t count, size_t size)
{
    if (size != 0 && count > SIZE_MAX / size)
        return NULL;
    if (!budget_take(budget, count * size))
        return NULL;
    void *grown = mem_resize(block, count, size);
    budget_give(budget, (grown != NULL ? old_count : count) * size);
    return grown;
}

void budget_free(struct budget *budget, void *block, size_t count, size_t size)
{
    if (block == NULL)
        return;
    mem_free(block);
    budget_give(budget, count * size);
}

size_t memory_resident(void)
{
    FILE *file = fopen("/proc/self/statm", "r");
    if (file == NULL)
        return 0;
    unsigned long long size, pages;
    const bool read = fscanf(file, "%llu %llu", &size, &pages) == 2;
    (void)fclose(file);
    const long page = sysconf(_SC_PAGESIZE);
    return read && page > 0 ? (size_t)pages * (size_t)page : 0;
}

size_t memory_available(void)
{
    uint64_t kilobytes;
    size_t available;
    if (file_read_number("/proc/meminfo", "MemAvailable:", &kilobytes)) {
        available = (size_t)kilobytes * 1024;
    } else {
        const long pages = sysconf(_SC_PHYS_PAGES), page = sysconf(_SC_PAGESIZE);
        available = pages > 0 && page > 0 ? (size_t)pages * (size_t)page / 2 : (size_t)1 << 30;
    }
    const uint64_t group = cgroup_memory_left(CGROUP_ROOT, CGROUP_SELF);
    available = group < available ? (size_t)group : available;
    struct rlimit limit;
    if (getrlimit(RLIMIT_AS, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY && limit.rlim_cur < available)
        available = (size_t)limit.rlim_cur;
    return available;
}
