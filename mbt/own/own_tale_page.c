/* SPDX-License-Identifier: Apache-2.0 */
/* A tale as the page's JSON, beside what every story has there (mbt/view_data.h). The keys of a trace:
 *   model, summary          texts
 *   invariants              [name, sentence, first state in which it fails, or -1]
 *   kinds                   [name, names of its things] of those that have fields or are a dimension of one
 *   fields                  [name, kind, second kind] in the author's order; kinds by index, -1: none
 *   cells                   [field, thing, thing of the second kind]; why, led: cells (by index) that the violation
 *                           hangs on, and without which the step would not have led to it
 * Of a state: c, changes: [cell, value]; of the first state all cells' values. A value is a text, or for a set an array of
 * texts. o: things that the action is about, [kind, thing]. */
#include "mbt/own/own_tale.h"
#include "mbt/view.h"

static void json_value(struct buffer *out, const struct value *value)
{
    struct buffer text;
    buffer_init(&text);
    own_print_value(&text, value);
    view_json_bytes(out, text.text, text.length);
    out->failed = out->failed || text.failed;
    buffer_release(&text);
}

static void json_cell(struct buffer *out, const struct value *value)
{
    if (value->kind != VALUE_SET) {
        json_value(out, value);
        return;
    }
    buffer_char(out, '[');
    for (size_t i = 0; i < value->count; i++) {
        buffer_string(out, i == 0 ? "" : ",");
        json_value(out, &value->items[i]);
    }
    buffer_char(out, ']');
}

/* --- the trace --- */

static void write_invariants(struct buffer *out, const struct story *story)
{
    const struct model_class *class = story->model->class;
    bool any = false;
    buffer_string(out, ",\n\"invariants\":[");
    for (size_t p = 0; p < class->property_count; p++) {
        if (class->properties[p].kind != PROPERTY_INVARIANT)
            continue;
        buffer_string(out, any ? ",[" : "[");
        view_json_string(out, class->properties[p].name);
        buffer_char(out, ',');
        view_json_string(out, class->properties[p].help);
        if (story->report.first_hit[p] < story->state_count)
            buffer_format(out, ",%zu]", story->report.first_hit[p]);
        else
            buffer_string(out, ",-1]");
        any = true;
    }
    buffer_char(out, ']');
}

static void write_kinds(struct buffer *out, const struct own_tale *tale)
{
    buffer_string(out, ",\n\"kinds\":[");
    for (size_t k = 0; k < tale->object->kind_count; k++) {
        buffer_string(out, k == 0 ? "[" : ",[");
        view_json_string(out, tale->object->kinds[k].name);
        buffer_string(out, ",[");
        for (size_t i = 0; i < tale->kinds[k].count; i++) {
            buffer_string(out, i == 0 ? "" : ",");
            json_value(out, tale->kinds[k].things[i]);
        }
        buffer_string(out, "]]");
    }
    buffer_string(out, "],\n\"fields\":[");
    for (size_t f = 0; f < tale->object->field_count; f++) {
        buffer_string(out, f == 0 ? "[" : ",[");
        view_json_string(out, tale->object->fields[f].name);
        buffer_format(out, ",%d,%d]", tale->object->fields[f].kinds[0], tale->object->fields[f].kinds[1]);
    }
    buffer_char(out, ']');
}

static void write_cells(struct buffer *out, const struct own_tale *tale)
{
    buffer_string(out, ",\n\"cells\":[");
    for (size_t c = 0; c < tale->cell_count; c++)
        buffer_format(out, "%s[%u,%u,%u]", c == 0 ? "" : ",", tale->cells[c].field, tale->cells[c].at[0],
                      tale->cells[c].at[1]);
    buffer_string(out, "],\"why\":[");
    for (size_t c = 0, any = 0; c < tale->cell_count; c++) {
        if (tale->cells[c].matters)
            buffer_format(out, "%s%zu", any++ > 0 ? "," : "", c);
    }
    buffer_string(out, "],\"led\":[");
    for (size_t c = 0, any = 0; c < tale->cell_count; c++) {
        if (tale->cells[c].led)
            buffer_format(out, "%s%zu", any++ > 0 ? "," : "", c);
    }
    buffer_char(out, ']');
}

void own_tale_page(const struct story *story, struct buffer *out)
{
    const struct own_tale *tale = own_tale_of(story);
    buffer_string(out, ",\"model\":");
    view_json_string(out, story->model->class->name);
    buffer_string(out, ",\"summary\":");
    view_json_string(out, story->model->class->summary);
    write_invariants(out, story);
    write_kinds(out, tale);
    write_cells(out, tale);
}

/* --- a state --- */

static void write_actors(struct buffer *out, const struct own_tale *tale, uint32_t move)
{
    const struct racewalk_action *action = &tale->object->actions[move_action(move)];
    for (size_t i = 0; i < RACEWALK_ARGUMENTS_MAX && action->kinds[i] >= 0; i++)
        buffer_format(out, "%s[%d,%u]", i == 0 ? ",\"o\":[" : ",", action->kinds[i], move_argument(move, i));
    if (action->kinds[0] >= 0)
        buffer_char(out, ']');
}

void own_tale_page_state(const struct story *story, size_t s, struct buffer *out)
{
    const struct own_tale *tale = own_tale_of(story);
    bool any = false;
    if (s > 0)
        write_actors(out, tale, tale->moves[s - 1]);
    buffer_string(out, ",\"c\":[");
    for (size_t c = 0; c < tale->cell_count; c++) {
        if (s > 0 && !own_cell_changes(tale, &tale->cells[c], s))
            continue;
        buffer_format(out, "%s[%zu,", any ? "," : "", c);
        json_cell(out, own_cell_value(tale, &tale->cells[c], s));
        buffer_char(out, ']');
        any = true;
    }
    buffer_char(out, ']');
}
