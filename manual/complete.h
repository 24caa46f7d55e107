/* SPDX-License-Identifier: Apache-2.0 */
/* Completions for shells, from the tables of commands and options. Each function appends a whole script for
 * one program. Owner only. */
#ifndef RACEWALK_MANUAL_COMPLETE_H
#define RACEWALK_MANUAL_COMPLETE_H

#include <stdbool.h>

#include "base/buffer.h"
#include "cli/subject.h"
#include "manual/texts.h"

/* What may stand where a value is asked for. */
enum complete_kind {
    COMPLETE_FLAG,  /* nothing: there is no value */
    COMPLETE_ANY,   /* a value that nobody can guess */
    COMPLETE_WORDS, /* one of the words */
    COMPLETE_LIST,  /* some of the words, with commas between */
    COMPLETE_JSON,  /* a JSON file that is there */
    COMPLETE_FILE,  /* a file, there or not */
    COMPLETE_FOLDER
};

#define COMPLETE_WORDS_MAX 512

struct complete_value {
    enum complete_kind kind;
    char words[COMPLETE_WORDS_MAX]; /* with blanks between */
};

/* Files that hold traces, as names end: for patterns of shells. */
#define COMPLETE_TRACE_ENDINGS "json|ndjson|gz"

struct complete_value complete_value_of(const struct model_class *class, const struct option *row);
/* What an option is for, in a few words that no shell takes for more than words. */
void complete_summary(const char *help, char *out, size_t size);
/* The command is one of the program's. */
bool complete_has_command(const struct program *program, const struct command *command);
/* "racewalk-mpi" as part of a function's name. */
void complete_function_name(const struct program *program, char *out, size_t size);

void complete_bash(struct buffer *out, const struct program *program, const struct subject *subject);
void complete_zsh(struct buffer *out, const struct program *program, const struct subject *subject);
void complete_fish(struct buffer *out, const struct program *program, const struct subject *subject);

#endif
