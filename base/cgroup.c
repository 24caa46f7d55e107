/* SPDX-License-Identifier: Apache-2.0 */
#include "base/cgroup.h"

#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/file.h"

/* What one group allows, given its folder. */
typedef uint64_t measure(const char *group);

static uint64_t least(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

/* The number in a file of the group, after name; unknown when there is none, as where it says "max". */
static uint64_t number(const char *group, const char *file, const char *name, uint64_t unknown)
{
    char path[PATH_MAX];
    uint64_t found;
    const int used = snprintf(path, sizeof path, "%s/%s", group, file);
    return used > 0 && (size_t)used < sizeof path && file_read_number(path, name, &found) ? found : unknown;
}

static uint64_t left_of(uint64_t limit, uint64_t used, uint64_t droppable)
{
    if (limit == CGROUP_UNLIMITED)
        return CGROUP_UNLIMITED;
    used -= least(used, droppable);
    return limit - least(limit, used);
}

/* Past memory.high a process is not killed, but slowed down until it stands still. */
static uint64_t memory_left_2(const char *group)
{
    const uint64_t limit = least(number(group, "memory.max", "", CGROUP_UNLIMITED),
                                 number(group, "memory.high", "", CGROUP_UNLIMITED));
    return left_of(limit, number(group, "memory.current", "", 0),
                   number(group, "memory.stat", "inactive_file ", 0));
}

static uint64_t memory_left_1(const char *group)
{
    return left_of(number(group, "memory.limit_in_bytes", "", CGROUP_UNLIMITED),
                   number(group, "memory.usage_in_bytes", "", 0),
                   number(group, "memory.stat", "total_inactive_file ", 0));
}

/* A part of a processor needs a thread, too. */
static uint64_t processors_of(uint64_t quota, uint64_t period)
{
    if (quota == CGROUP_UNLIMITED || period == 0)
        return CGROUP_UNLIMITED;
    return quota == 0 ? 1 : (quota - 1) / period + 1;
}

/* "150000 100000": so many microseconds in each period. "max 100000": no quota. */
static uint64_t processors_2(const char *group)
{
    char path[PATH_MAX];
    unsigned long long quota, period;
    const int used = snprintf(path, sizeof path, "%s/cpu.max", group);
    FILE *file = used > 0 && (size_t)used < sizeof path ? fopen(path, "re") : NULL;
    if (file == NULL)
        return CGROUP_UNLIMITED;
    const bool limited = fscanf(file, "%llu %llu", &quota, &period) == 2;
    (void)fclose(file);
    return limited ? processors_of(quota, period) : CGROUP_UNLIMITED;
}

/* No quota is -1, which is no number here. */
static uint64_t processors_1(const char *group)
{
    return processors_of(number(group, "cpu.cfs_quota_us", "", CGROUP_UNLIMITED),
                         number(group, "cpu.cfs_period_us", "", 0));
}

/* The least that the group at path below mount, or any group above it, allows; mount itself is the last. */
static uint64_t least_upwards(const char *mount, const char *path, measure *measure_group)
{
    char group[PATH_MAX];
    const size_t top = strlen(mount);
    const int used = snprintf(group, sizeof group, "%s%s", mount, path);
    if (used < 0 || (size_t)used >= sizeof group)
        return CGROUP_UNLIMITED;
    uint64_t found = measure_group(group);
    for (char *slash = strrchr(group, '/'); slash != NULL && slash >= group + top;
         slash = strrchr(group, '/')) {
        *slash = '\0';
        found = least(found, measure_group(group));
    }
    return found;
}

/* True when names, a list with commas, has the name. */
static bool has_name(const char *names, const char *name)
{
    const size_t length = strlen(name);
    for (const char *at = names; *at != '\0'; at += at[0] == ',') {
        const size_t word = strcspn(at, ",");
        if (word == length && memcmp(at, name, length) == 0)
            return true;
        at += word;
    }
    return false;
}

/* A version 1 controller is mounted by its name, or by the names of all that are mounted with it. */
static uint64_t least_of_controller(const char *root, const char *folder, const char *path,
                                    measure *measure_group)
{
    char mount[PATH_MAX];
    const int used = snprintf(mount, sizeof mount, "%s/%s", root, folder);
    return used > 0 && (size_t)used < sizeof mount ? least_upwards(mount, path, measure_group)
                                                   : CGROUP_UNLIMITED;
}

/* The least of all groups that self names: a line is "0::PATH" for version 2, "NUMBER:CONTROLLERS:PATH" for
 * version 1. The roots are looked at in any case: a container may see its own group there. */
static uint64_t least_of_all(const char *root, const char *self, const char *controller, measure *version_1,
                             measure *version_2)
{
    uint64_t found = least(version_2(root), least_of_controller(root, controller, "", version_1));
    FILE *file = fopen(self, "re");
    char line[PATH_MAX + 64];
    while (file != NULL && fgets(line, sizeof line, file) != NULL) {
        line[strcspn(line, "\n")] = '\0';
        char *names = strchr(line, ':'), *path = names != NULL ? strchr(names + 1, ':') : NULL;
        if (path == NULL)
            continue;
        *path++ = '\0';
        names++;
        if (names[0] == '\0') {
            found = least(found, least_upwards(root, path, version_2));
        } else if (has_name(names, controller)) {
            found = least(found, least_of_controller(root, controller, path, version_1));
            found = least(found, least_of_controller(root, names, path, version_1));
        }
    }
    if (file != NULL)
        (void)fclose(file);
    return found;
}

uint64_t cgroup_memory_left(const char *root, const char *self)
{
    return least_of_all(root, self, "memory", memory_left_1, memory_left_2);
}

uint64_t cgroup_processors(const char *root, const char *self)
{
    return least_of_all(root, self, "cpu", processors_1, processors_2);
}
