/* SPDX-License-Identifier: Apache-2.0 */
/* The names of files that are written one for each of several findings. Pure. */
#ifndef RACEWALK_MBT_NUMBERED_H
#define RACEWALK_MBT_NUMBERED_H

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/status.h"

/* The name says where the number goes. */
bool numbered_has_place(const char *path);

/* The file of finding number (from 1). {seq} in path is replaced by it. Without, names are as Wunderspec's:
 * the first is path itself, and those that follow have 1, 2, … before the last dot: x.schedule.json,
 * x.schedule.1.json. ERR_IO: too long for a path. */
enum status numbered_path(const char *path, uint64_t number, char ret_name[PATH_MAX],
                          struct error *err) WARN_UNUSED;

#endif
