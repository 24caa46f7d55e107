/* SPDX-License-Identifier: Apache-2.0 */
/* The compiler that makes a library of an author's file: cc and c++, or what CC and CXX name. Main thread. */
#ifndef RACEWALK_MODEL_OWN_OWN_COMPILER_H
#define RACEWALK_MODEL_OWN_OWN_COMPILER_H

#include <limits.h>
#include <stdbool.h>

#include "base/buffer.h"

#define OWN_WORDS_MAX 64 /* of CC and of the flags, each */

struct own_compiler {
    char path[PATH_MAX];    /* where the program is */
    char source[PATH_MAX];  /* the author's file, as it was named */
    char headers[PATH_MAX]; /* the folder of racewalk/model.h; empty: the compiler may know one */
    const char *standard;
    char *texts[2];                     /* CC and the flags, cut at blanks */
    const char *program[OWN_WORDS_MAX]; /* of CC, behind its first word */
    const char *flags[OWN_WORDS_MAX];   /* the author's */
    size_t program_count, flag_count;
};

enum own_kind { OWN_C, OWN_CXX, OWN_LIBRARY };

/* By the ending of its name. False: it is none. */
bool own_kind_of(const char *path, enum own_kind *ret_kind);

/* flags: the author's, with blanks between; NULL: none. ERR_IO when there is no such compiler; the message
 * says how to come by one. */
enum status own_compiler_init(struct own_compiler *compiler, const char *source, enum own_kind kind,
                              const char *flags, struct error *err) WARN_UNUSED;
void own_compiler_release(struct own_compiler *compiler);

/* Appends what decides which text it sees and what it makes of it, as far as that is known without running
 * it. */
void own_compiler_describe(const struct own_compiler *compiler, struct buffer *out);
/* Appends what it says of its version. */
enum status own_compiler_version(const struct own_compiler *compiler, struct buffer *out,
                                 struct error *err) WARN_UNUSED;

/* Below, words gets what the compiler says: errors, and warnings when there are none. ERR_DATA when it finds
 * errors. */

/* Appends the preprocessed text. */
enum status own_compiler_preprocess(const struct own_compiler *compiler, struct buffer *text,
                                    struct buffer *words, struct error *err) WARN_UNUSED;
/* Makes the two libraries, side by side: files of these names, and object on the way to the second. */
enum status own_compiler_build(const struct own_compiler *compiler, const char *plain, const char *object,
                               const char *checked, struct buffer *words, struct error *err) WARN_UNUSED;

#endif
