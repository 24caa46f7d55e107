/* SPDX-License-Identifier: Apache-2.0 */
/* What the control groups (versions 1 and 2) still allow this process. Containers and batch systems may set a
 * limit on any group from the process's own up to the root. All of them are read; the least limit counts.
 *
 * root is the folder where the groups are mounted; self is the list of this process's own groups. Both are
 * parameters so that tests can set them. A group that is not visible, such as the host's in a container,
 * limits nothing. Any thread. */
#ifndef RACEWALK_BASE_CGROUP_H
#define RACEWALK_BASE_CGROUP_H

#include <stdint.h>

#define CGROUP_ROOT      "/sys/fs/cgroup"
#define CGROUP_SELF      "/proc/self/cgroup"
#define CGROUP_UNLIMITED UINT64_MAX

/* Bytes until the first limit is met: what a group may use less what it uses, where files that the system can
 * drop from memory at once do not count as used. */
uint64_t cgroup_memory_left(const char *root, const char *self);
/* Processors that the CPU quota pays for, rounded up; at least 1. */
uint64_t cgroup_processors(const char *root, const char *self);

#endif
