/* SPDX-License-Identifier: Apache-2.0 */
/* Command-line options as tables: one row an option. Parsing, --help, completion and man pages come from the
 * row.
 *
 * A command lists its groups of rows; option_set_parse checks an argument vector against them and keeps the
 * values, which are then asked for by name. Asking for a name that no row has, or with the wrong kind, is a
 * bug (assert). Main thread. */
#ifndef RACEWALK_BASE_OPTIONS_H
#define RACEWALK_BASE_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/status.h"

enum option_kind {
    OPTION_FLAG,  /* --name */
    OPTION_INT,   /* --name 12, within min..max */
    OPTION_RANGE, /* --name 100:120, or one number for both ends; both within min..max */
    OPTION_SEED,  /* 64 bits, decimal or 0x… */
    OPTION_REAL,  /* a number of at least 0 */
    OPTION_TEXT,  /* a path, a URL, a name */
    OPTION_LIST   /* a text; may be repeated, and A,B is A and B where commas is set */
};

struct option {
    const char *name; /* without the dashes */
    enum option_kind kind;
    const char *metavar;      /* in --help: "L"; NULL for a flag */
    const char *default_text; /* parsed when the option is absent; NULL: none */
    int64_t min, max;         /* OPTION_INT and OPTION_RANGE */
    const char *help;         /* a sentence without its full stop; \n starts a new line */
    const char *env;          /* an environment variable that stands in for an absent option, or NULL */
    bool commas;              /* OPTION_LIST: a comma separates */
    const char *word;         /* OPTION_INT: a word that may stand in place of a number ("auto"), or NULL */
    const char *choices;      /* OPTION_TEXT: the texts there are, with blanks between; NULL: any */
};

#define OPTIONS_MAX     96  /* rows in one set */
#define OPTION_LIST_MAX 256 /* texts in one list */
#define OPERANDS_MAX    65536

struct option_group {
    const char *title; /* heading in --help */
    const struct option *rows;
    size_t count;
};

/* What would do nothing, by the options that stand beside it. Three lists of terms with blanks between; a
 * term is "name", or "name=value". An option among options that stands on the command line is refused where
 * one of with is in force (NULL: always) and none of without is (NULL: none ever is). In force is what was
 * given, a flag that is set, or the value by default; the environment counts for with and without, but
 * nothing is refused for standing there. */
struct option_rule {
    const char *options;
    const char *with;
    const char *without;
    const char *why; /* what is said in place of "--a does nothing without --b", or NULL */
};

struct option_set; /* opaque: the parsed values */

/* Borrows the groups, which must outlive the set. NULL when out of memory. */
struct option_set *option_set_new(const struct option_group *groups, size_t group_count) WARN_UNUSED;
void option_set_free(struct option_set *set);

/* Parses argv[0..argc) (no program or command name in it). Borrows argv. "--name value" and "--name=value"
 * are the same; "--" ends the options; "-" is an operand. ERR_USAGE with a message that names the option and
 * what is right, and the nearest name for a misspelt one. */
enum status option_set_parse(struct option_set *set, int argc, char *const argv[],
                             struct error *err) WARN_UNUSED;

/* ERR_USAGE when a rule refuses an option that was parsed; the message names both. Names that no row has are
 * a bug (assert). */
enum status option_set_check(const struct option_set *set, const struct option_rule *rules, size_t count,
                             struct error *err) WARN_UNUSED;

/* True when the option stood on the command line or in its environment variable. */
bool option_given(const struct option_set *set, const char *name);
/* True when there is a value: given, or a default. */
bool option_present(const struct option_set *set, const char *name);
bool option_flag(const struct option_set *set, const char *name);
int64_t option_int(const struct option_set *set, const char *name);
/* True when the integer option was given as its word. */
bool option_is_word(const struct option_set *set, const char *name);
void option_range(const struct option_set *set, const char *name, int64_t *ret_low, int64_t *ret_high);
uint64_t option_seed(const struct option_set *set, const char *name);
double option_real(const struct option_set *set, const char *name);
/* NULL when absent without a default. */
const char *option_text(const struct option_set *set, const char *name);
size_t option_list(const struct option_set *set, const char *name, const char *const **ret_texts);
size_t option_operands(const struct option_set *set, char *const **ret_operands);

/* The option rows as --help shows them, wrapped to width columns. */
void option_groups_print(FILE *out, const struct option_group *groups, size_t group_count, int width);

/* The name in names nearest to a misspelt one by edit distance; NULL when none is near. */
const char *nearest_name(const char *wrong, const char *const *names, size_t count);

#endif
