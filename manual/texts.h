/* SPDX-License-Identifier: Apache-2.0 */
/* What manual pages say beyond the program's own tables. The examples are run, in this order and in one
 * folder, by tests/shell/test_manual.sh. */
#ifndef RACEWALK_MANUAL_TEXTS_H
#define RACEWALK_MANUAL_TEXTS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/status.h"

struct example {
    const char *command; /* whose page has it */
    const char *sentence;
    const char *line; /* as typed into a shell */
};

struct exit_meaning {
    enum exit_code code;
    const char *meaning;
};

/* A program that completions are made for. */
struct program {
    const char *name;
    bool on_ranks; /* has only those commands that run on all ranks */
};

extern const struct example examples[];
extern const size_t example_count;
extern const struct exit_meaning exit_meanings[];
extern const size_t exit_meaning_count;
extern const struct program programs[];
extern const size_t program_count;

#endif
