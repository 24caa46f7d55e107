#include "base/budget.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

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

/* The number behind "NAME:" in a file of lines, or in a file that is one number (name ""); SIZE_MAX when
 * there is none, as for "max". */
static size_t read_number(const char *path, const char *name, size_t unit)
{
    FILE *file = fopen(path, "r");
    if (file == NULL)
        return SIZE_MAX;
    char line[256];
    size_t number = SIZE_MAX;
    while (number == SIZE_MAX && fgets(line, sizeof line, file) != NULL) {
        if (strncmp(line, name, strlen(name)) != 0)
            continue;
        char *end;
        const unsigned long long value = strtoull(line + strlen(name), &end, 10);
        if (end == line + strlen(name))
            break;
        number = value > SIZE_MAX / unit ? SIZE_MAX : (size_t)value * unit;
    }
    (void)fclose(file);
    return number;
}

/* What a control group leaves, given the files of its limit and its use. */
static size_t left_of(const char *limit_path, const char *used_path)
{
    const size_t limit = read_number(limit_path, "", 1);
    const size_t used = read_number(used_path, "", 1);
    if (limit == SIZE_MAX)
        return SIZE_MAX;
    return used == SIZE_MAX ? limit : used < limit ? limit - used : 0;
}

/* The memory control group of this process, version 2 or 1, as far as its files can be seen. */
static size_t control_group_left(void)
{
    size_t left = left_of("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory.current");
    const size_t left1 =
        left_of("/sys/fs/cgroup/memory/memory.limit_in_bytes", "/sys/fs/cgroup/memory/memory.usage_in_bytes");
    left = left1 < left ? left1 : left;
    FILE *file = fopen("/proc/self/cgroup", "r");
    if (file == NULL)
        return left;
    char line[512];
    while (fgets(line, sizeof line, file) != NULL) {
        line[strcspn(line, "\n")] = '\0';
        if (strncmp(line, "0::/", 4) != 0)
            continue;
        char limit_path[640], used_path[640];
        (void)snprintf(limit_path, sizeof limit_path, "/sys/fs/cgroup%s/memory.max", line + 3);
        (void)snprintf(used_path, sizeof used_path, "/sys/fs/cgroup%s/memory.current", line + 3);
        const size_t own = left_of(limit_path, used_path);
        left = own < left ? own : left;
    }
    (void)fclose(file);
    return left;
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
    size_t available = read_number("/proc/meminfo", "MemAvailable:", 1024);
    if (available == SIZE_MAX) {
        const long pages = sysconf(_SC_PHYS_PAGES), page = sysconf(_SC_PAGESIZE);
        available = pages > 0 && page > 0 ? (size_t)pages * (size_t)page / 2 : (size_t)1 << 30;
    }
    const size_t group = control_group_left();
    available = group < available ? group : available;
    struct rlimit limit;
    if (getrlimit(RLIMIT_AS, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY && limit.rlim_cur < available)
        available = (size_t)limit.rlim_cur;
    return available;
}
