/* SPDX-License-Identifier: Apache-2.0 */
#include "mbt/own/own_narrator.h"

#include "mbt/own/own_tale.h"

static void tell_legend(const struct story *story, bool markdown, struct buffer *out)
{
    const struct model_class *class = story->model->class;
    buffer_format(out, "%sthe model %s%s%s", markdown ? "; " : "", class->name,
                  class->summary[0] == '\0' ? "" : ": ", class->summary);
}

static size_t columns(const struct story *story)
{
    return own_tale_of(story)->column_count;
}

static const struct own_cell *cell_of(const struct story *story, size_t column)
{
    const struct own_tale *tale = own_tale_of(story);
    return &tale->cells[tale->columns[column]];
}

static void tell_column(const struct story *story, size_t column, struct buffer *out)
{
    buffer_string(out, cell_of(story, column)->path);
}

static void tell_cell(const struct story *story, size_t s, size_t column, struct buffer *out, bool *ret_alarm)
{
    const struct own_cell *cell = cell_of(story, column);
    own_print_value(out, own_cell_value(own_tale_of(story), cell, s));
    *ret_alarm =
        (cell->matters && s == story->property_state) || (cell->led && s + 1 == story->property_state);
}

/* mbt/own/picture/, embedded by the build. */
extern const struct asset_list own_picture;

const struct narrator own_narrator = {
    .explain_help = "",
    .view_help = " The page shows each state as\n"
                 "tables of things and their fields, and what changed when.",
    .tell = own_tale_tell,
    .conclude = own_tale_conclude,
    .tell_legend = tell_legend,
    .tell_changes = own_tale_changes,
    .columns = columns,
    .tell_column = tell_column,
    .tell_cell = tell_cell,
    .write_page = own_tale_page,
    .write_page_state = own_tale_page_state,
    .picture = &own_picture,
};
