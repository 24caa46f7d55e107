/* SPDX-License-Identifier: Apache-2.0 */
/* The user's own folder of what was compiled: $XDG_CACHE_HOME/racewalk, or ~/.cache/racewalk. It may be
 * removed at any time.
 *
 * Any number of processes, on any number of machines, may use it at once: a file is written under a name of
 * its own and then renamed, its name is a hash of all that it was made of, and it never changes afterwards.
 * What was not read for a month is removed when something new is compiled. Main thread. */
#ifndef RACEWALK_MODEL_OWN_OWN_CACHE_H
#define RACEWALK_MODEL_OWN_OWN_CACHE_H

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/buffer.h"

struct own_cache {
    char folder[PATH_MAX]; /* empty: there is none, nothing is found, and nothing is kept */
};

/* Finds the folder, and makes it when it is not there. What other users may write to is not used: its content
 * is loaded into this process. */
void own_cache_open(struct own_cache *cache);

/* The path of the file name in it; false when there is no cache. */
bool own_cache_path(const struct own_cache *cache, const char *name, char *path, size_t size);
/* Appends the file's bytes; false when it is not there. */
bool own_cache_read(const struct own_cache *cache, const char *name, struct buffer *out);
/* False when it cannot be kept. */
bool own_cache_write(const struct own_cache *cache, const char *name, const void *bytes, size_t length);
/* Removes what was not read for a month. */
void own_cache_trim(const struct own_cache *cache);

/* Appends the bytes of any file; errno says why not. */
bool own_read_file(const char *path, struct buffer *out);

/* A hash of bytes, continued from one (0 at first). */
uint64_t own_hash(uint64_t hash, const void *bytes, size_t length);

#endif
