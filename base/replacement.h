/* SPDX-License-Identifier: Apache-2.0 */
/* A new file that takes the place of an old one when it is whole.
 *
 *     PATH.PID.tmp    written first, under a name that no other process uses
 *     PATH            the old file, until the new one is renamed to it
 *
 * A reader sees the whole old file or the whole new one, and so does whoever comes after this process was
 * killed, at any point. If the new file is durable, the same is true after a power cut: its bytes are on the
 * disk before the rename. This is the one place that renames a file over another.
 *
 * Functions return false with errno set, so that the caller can name the file as its user knows it. Owner
 * only. */
#ifndef RACEWALK_BASE_REPLACEMENT_H
#define RACEWALK_BASE_REPLACEMENT_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/status.h"

struct replacement {
    int folder; /* what path is relative to: an open folder, borrowed, or AT_FDCWD */
    int fd;     /* of the new file; -1 when there is none */
    char path[PATH_MAX];
    char temporary[PATH_MAX];
};

/* Opens the new file beside path. suffix is what its name has after path's; NULL: ".PID.tmp". A caller that
 * gives one must see to it that no other process works in that folder. */
bool replacement_open(struct replacement *file, int folder, const char *path, const char *suffix) WARN_UNUSED;

bool replacement_write(struct replacement *file, const void *bytes, size_t length) WARN_UNUSED;

/* Puts the new file in the place of the old one. previous: a path, relative to the same folder, where the old
 * one is then found; NULL: it is gone. After a failure the new file is gone and the old one is at path; only
 * a file system that cannot exchange two files keeps the new one there when the rename cannot be brought to
 * the disk. */
bool replacement_commit(struct replacement *file, bool durable, const char *previous) WARN_UNUSED;

/* Throws the new file away; nothing after a commit. Keeps errno. */
void replacement_discard(struct replacement *file);

#endif
