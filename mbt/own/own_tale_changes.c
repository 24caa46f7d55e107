/* SPDX-License-Identifier: Apache-2.0 */
/* What a step changed, line by line: "term: 0 → 1"; of a set what came, and what went. */
#include "mbt/own/own_tale.h"

/* The elements of a set that another one lacks: "n1.votes: n2, n3". */
static void tell_elements(const struct own_cell *cell, const struct value *set, const struct value *other,
                          char sign, story_line *line, void *user)
{
    struct buffer text;
    bool any = false;
    buffer_init(&text);
    buffer_format(&text, "%s: ", cell->path);
    for (size_t i = 0; i < set->count; i++) {
        if (value_set_has(other, &set->items[i]))
            continue;
        buffer_string(&text, any ? ", " : "");
        own_print_value(&text, &set->items[i]);
        any = true;
    }
    if (any)
        line(user, sign, text.text);
    buffer_release(&text);
}

static void tell_change(const struct own_cell *cell, const struct value *before, const struct value *after,
                        story_line *line, void *user)
{
    if (before->kind == VALUE_SET && after->kind == VALUE_SET) {
        tell_elements(cell, after, before, '+', line, user);
        tell_elements(cell, before, after, '-', line, user);
        return;
    }
    struct buffer text;
    buffer_init(&text);
    buffer_format(&text, "%s: ", cell->path);
    own_print_value(&text, before);
    buffer_string(&text, " → ");
    own_print_value(&text, after);
    line(user, '~', text.text);
    buffer_release(&text);
}

void own_tale_changes(const struct story *story, size_t s, story_line *line, void *user)
{
    const struct own_tale *tale = own_tale_of(story);
    for (size_t c = 0; s > 0 && c < tale->cell_count; c++) {
        const struct own_cell *cell = &tale->cells[c];
        if (own_cell_changes(tale, cell, s))
            tell_change(cell, own_cell_value(tale, cell, s - 1), own_cell_value(tale, cell, s), line, user);
    }
}
