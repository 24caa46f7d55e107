/* SPDX-License-Identifier: Apache-2.0 */
/* A command of the program: a row that names it and the function that carries it out. Main thread. */
#ifndef RACEWALK_BASE_COMMAND_H
#define RACEWALK_BASE_COMMAND_H

#include "base/options.h"

#define COMMAND_GROUPS_MAX 10

struct command {
    const char *name;
    const char *operands; /* as in the usage line: "FILE…"; NULL when it takes none */
    const char *summary;  /* one line, for the list of commands */
    const char *details;  /* paragraphs for --help */
    struct option_group groups[COMMAND_GROUPS_MAX];
    size_t group_count;
    const struct option_rule *rules; /* what goes with what, or NULL */
    size_t rule_count;
    bool on_ranks; /* racewalk-mpi has it, too */
    /* context is whatever the program hands to its commands; returns the exit status. */
    int (*run)(const struct option_set *options, void *context);
};

/* Messages to the user on standard error (base/plain.h), each one line: "PROGRAM: error: …" (base/program.h). Coloured on a
 * terminal unless NO_COLOR is set or message_no_color was called. */
void message_error(const char *format, ...) __attribute__((format(printf, 1, 2)));
void message_warning(const char *format, ...) __attribute__((format(printf, 1, 2)));
void message_no_color(void);
/* Without a head. */
void message_hint(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* From now on nothing is printed: another process speaks for this one. */
void message_mute(void);

/* Prints err and returns the exit status that belongs to status. */
int message_failure(enum status status, const struct error *err);

#endif
