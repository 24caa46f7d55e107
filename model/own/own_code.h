/* SPDX-License-Identifier: Apache-2.0 */
/* The code of an author's file: compiled, or found in the cache (model/own/own_cache.h), or a library that
 * was built before. Main thread. */
#ifndef RACEWALK_MODEL_OWN_OWN_CODE_H
#define RACEWALK_MODEL_OWN_OWN_CODE_H

#include <limits.h>
#include <stdint.h>

#include "base/buffer.h"

struct own_code {
    /* A hash of the preprocessed text, or of a library's bytes. */
    uint64_t identity;
    struct buffer plain; /* a shared library */
    struct buffer
        checked; /* the same file, built with RACEWALK_CHECKED; empty for one that was built before */
    /* The files that they are; empty: they are in memory only. */
    char plain_path[PATH_MAX], checked_path[PATH_MAX];
};

/* Empty. */
void own_code_init(struct own_code *code);
void own_code_release(struct own_code *code);

/* Fills code from FILE.c (.cc, .cpp, .cxx) or FILE.so. flags: the author's for the compiler; NULL: none. words
 * gets what the compiler says, which is for the user to see: errors, or warnings. ERR_USAGE for a file of
 * another kind, ERR_NO_INPUT for one that cannot be read, ERR_DATA for one that does not compile, ERR_IO when
 * there is no compiler. */
enum status own_code_find(const char *path, const char *flags, struct own_code *code, struct buffer *words,
                          struct error *err) WARN_UNUSED;

#endif
