/* SPDX-License-Identifier: Apache-2.0 */
/* The outcome of a fallible function, and the message that explains a failure.
 *
 * Functions that can fail return enum status; results leave through trailing ret_ parameters, which stay
 * untouched on failure. The world's and the user's failures are described in a struct error, one line without
 * a newline that says what was wrong, where, and what would be right; whoever talks to the user prints it.
 * Any thread. */
#ifndef RACEWALK_BASE_STATUS_H
#define RACEWALK_BASE_STATUS_H

#include <stddef.h>

enum status {
    OK = 0,
    ERR_USAGE,    /* the command line is wrong */
    ERR_DATA,     /* a file or message is not what it should be */
    ERR_NO_INPUT, /* a file that was named cannot be read */
    ERR_INTERNAL, /* the program contradicts itself */
    ERR_MEMORY,   /* an allocation failed or a memory limit was met */
    ERR_IO,       /* reading, writing or the network failed */
    ERR_STOPPED   /* stopped before the end of the work: a time-out or a signal */
};

#define WARN_UNUSED __attribute__((warn_unused_result))

/* Exit statuses of the program, after sysexits.h where that has a word for it. */
enum exit_code {
    EXIT_NOTHING_FOUND = 0,
    EXIT_VIOLATION = 1,
    EXIT_WITNESS = 2,
    EXIT_NO_WITNESS = 3,
    EXIT_USAGE = 64,
    EXIT_DATA = 65,
    EXIT_NO_INPUT = 66,
    EXIT_INTERNAL = 70,
    EXIT_IO = 74,
    EXIT_STOPPED = 75
};

#define ERROR_TEXT_MAX 1024

struct error {
    char text[ERROR_TEXT_MAX]; /* empty: no message was given */
};

/* Writes the message into err (which may be NULL) and returns status, so that a failure is one line:
 * return error_set(err, ERR_DATA, "%s: line %zu: …", path, line). A longer text is cut. */
enum status error_set(struct error *err, enum status status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Puts a context before the message that is there ("FILE: " for instance) and returns status. */
enum status error_prefix(struct error *err, enum status status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* ERR_MEMORY with a message that names the bytes that were asked for. */
enum status error_memory(struct error *err, size_t bytes);

enum exit_code status_exit_code(enum status status);

#endif
