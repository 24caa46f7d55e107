/* SPDX-License-Identifier: Apache-2.0 */
/* What a story of an author's model has beside words: its states as cells.
 *
 * A cell is one element of a field: of a plain field, of a thing ("client-a.view"), or of a thing and another one
 * ("n1.next.n2"). Which cells there are follows from the author's tables and from the trace's first state, and is the
 * same in all states. */
#ifndef RACEWALK_MBT_OWN_TALE_H
#define RACEWALK_MBT_OWN_TALE_H

#include <racewalk/model.h>

#include "mbt/story.h"

#define OWN_COLUMNS_MAX 3 /* of a table in a pull request, beside step and words */

/* A kind whose things have fields, or fields of another kind have things of it. */
struct own_kind {
    const char *name;
    size_t count;
    const struct value **things; /* their names, in the author's order */
    size_t *places;              /* where each stands in the maps of the trace */
};

struct own_cell {
    uint32_t field, at[2]; /* row of the author's table, things of its dimensions */
    const char *path;
    size_t changes; /* states in which it is another than in the state before */
    bool matters;   /* the violation hangs on it, */
    bool led;       /* or the step that led there did: see own_find_reasons */
};

struct own_tale {
    struct story *story; /* that it belongs to, and whose memory it has */
    const struct racewalk_model *object;
    struct own_kind kinds[RACEWALK_KINDS_MAX];
    struct own_cell *cells;
    size_t cell_count;
    size_t columns[OWN_COLUMNS_MAX]; /* cells */
    size_t column_count;
    uint32_t *moves; /* that led to states 1, 2, … */
};

static inline struct own_tale *own_tale_of(const struct story *story)
{
    return story->tale;
}

/* The value of a cell in a state of the trace. */
const struct value *own_cell_value(const struct own_tale *tale, const struct own_cell *cell, size_t s);
/* It is another than in the state before. */
bool own_cell_changes(const struct own_tale *tale, const struct own_cell *cell, size_t s);

/* A value as the page and the texts have it: names without quotes. */
void own_print_value(struct buffer *out, const struct value *value);

/* Marks the cells that matter, and those that led to the violation. */
void own_find_reasons(struct own_tale *tale);

/* The narrator's functions. */
enum status own_tale_tell(struct story *story, const struct trace *steps, struct error *err) WARN_UNUSED;
enum status own_tale_conclude(struct story *story, struct error *err) WARN_UNUSED;
void own_tale_changes(const struct story *story, size_t s, story_line *line, void *user);
void own_tale_page(const struct story *story, struct buffer *out);
void own_tale_page_state(const struct story *story, size_t s, struct buffer *out);

#endif
