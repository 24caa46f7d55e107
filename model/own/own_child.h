/* SPDX-License-Identifier: Apache-2.0 */
/* Another program, such as a compiler, that runs beside this one; what it prints is kept in memory. Its
 * standard input is empty. Main thread. */
#ifndef RACEWALK_MODEL_OWN_OWN_CHILD_H
#define RACEWALK_MODEL_OWN_OWN_CHILD_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/buffer.h"

struct own_child {
    pid_t pid; /* 0: none runs */
    int output, words;
};

/* Starts argv[0], a path, with the arguments up to NULL. ERR_IO when it cannot be started. */
enum status own_child_start(const char *const argv[], struct own_child *ret_child,
                            struct error *err) WARN_UNUSED;

/* Waits for its end. Appends its standard output (NULL: it is thrown away) and what it said on standard error.
 * *ret_well: it ended with status 0. ERR_STOPPED when a user's signal ended it, ERR_IO when another one did. */
enum status own_child_wait(struct own_child *child, struct buffer *output, struct buffer *words,
                           bool *ret_well, struct error *err) WARN_UNUSED;

#endif
