/* SPDX-License-Identifier: Apache-2.0 */
/* A driver as a child process: a command that reads questions on its standard input and writes an answer to
 * each on its standard output, one line each.
 *
 * Whatever it does, nothing here waits longer than its limits: it may die, hang, flood, speak before it is
 * asked, or close its ends. It is in a process group of its own, with what it starts; the group is ended with
 * it, and so is the driver when the thread that started it is gone. Its standard error is handed on line by
 * line. Owner only; the thread that starts it stops it. */
#ifndef RACEWALK_MBT_DRIVER_DRIVER_PROCESS_H
#define RACEWALK_MBT_DRIVER_DRIVER_PROCESS_H

#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"

#define DRIVER_START_MS 30000 /* for its first answer: it has to start, and its system, too */
#define DRIVER_STOP_MS \
    2000 /* from the end of its input until it is asked to end, and again until it is killed */
#define DRIVER_WORDS_MAX 1000 /* lines of its standard error that are handed on */

struct driver_process_options {
    const char *command;                            /* for sh -c; borrowed until the process is stopped */
    int64_t answer_ms;                              /* for a question and its whole answer */
    size_t answer_max;                              /* bytes of an answer */
    void (*on_words)(void *user, const char *line); /* of standard error; may be NULL */
    void *user;
};

struct driver_process; /* opaque */

/* ERR_IO when there is no process to be had; that the command is none shows when it is asked. */
enum status driver_process_start(const struct driver_process_options *options,
                                 struct driver_process **ret_process, struct error *err) WARN_UNUSED;

/* Closes its input, waits for its end, ends it otherwise. NULL is fine. */
void driver_process_stop(struct driver_process *process);

/* Sends a question, which holds no newline, and takes the line that answers it, without its end, in place of
 * what answer held. ERR_IO when none comes; the message says what the driver did instead, and what it said last. After a
 * failure it is not to be asked again. ERR_STOPPED by a signal. */
enum status driver_process_ask(struct driver_process *process, const char *question, size_t length,
                               struct buffer *answer, struct error *err) WARN_UNUSED;

/* The last lines that it wrote to standard output and standard error, shortened, as a clause for a message: "; it said last …";
 * nothing when it has said nothing. */
void driver_process_tell_last(const struct driver_process *process, struct buffer *out);

#endif
