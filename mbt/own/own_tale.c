/* SPDX-License-Identifier: Apache-2.0 */
#include "mbt/own/own_tale.h"

#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "model/own/own_class.h"

static enum status no_room(struct error *err)
{
    return error_set(err, ERR_MEMORY, "no memory for the story of the trace");
}

/* --- values --- */

void own_print_value(struct buffer *out, const struct value *value)
{
    if (value->kind == VALUE_STRING) {
        buffer_append(out, value->text, value->count);
    } else if (value->kind == VALUE_SET) {
        buffer_char(out, '{');
        for (size_t i = 0; i < value->count; i++) {
            buffer_string(out, i == 0 ? "" : ", ");
            own_print_value(out, &value->items[i]);
        }
        buffer_char(out, '}');
    } else {
        value_print(out, value, SIZE_MAX);
    }
}

const struct value *own_cell_value(const struct own_tale *tale, const struct own_cell *cell, size_t s)
{
    const struct racewalk_field *field = &tale->object->fields[cell->field];
    const struct value *state = &tale->story->itf->states[s];
    if (field->kinds[0] < 0)
        return value_field(state, field->name);
    const struct own_kind *kind = &tale->kinds[field->kinds[0]];
    const struct value *map = value_field(state, kind->name);
    const struct value *value = value_field(&map->items[2 * kind->places[cell->at[0]] + 1], field->name);
    return field->kinds[1] < 0 ? value
                               : &value->items[2 * tale->kinds[field->kinds[1]].places[cell->at[1]] + 1];
}

bool own_cell_changes(const struct own_tale *tale, const struct own_cell *cell, size_t s)
{
    return s > 0 && value_compare(own_cell_value(tale, cell, s), own_cell_value(tale, cell, s - 1)) != 0;
}

/* --- kinds --- */

/* The names of a kind's things differ in their ends only, which are counted on: a shorter one comes first. */
static int compare_things(const void *a, const void *b)
{
    const struct value *one = *(const struct value *const *)a, *other = *(const struct value *const *)b;
    if (one->kind == VALUE_STRING && other->kind == VALUE_STRING && one->count != other->count)
        return one->count < other->count ? -1 : 1;
    return value_compare(one, other);
}

/* A kind's things, as the keys of a map that the trace has. */
static enum status find_things(struct own_tale *tale, int32_t k, const struct value *map, struct error *err)
{
    struct own_kind *kind = &tale->kinds[k];
    if (kind->things != NULL)
        return OK;
    kind->name = tale->object->kinds[k].name;
    kind->count = map->count;
    kind->things = arena_new(&tale->story->arena, map->count, sizeof(const struct value *));
    kind->places = arena_new(&tale->story->arena, map->count, sizeof *kind->places);
    if (kind->things == NULL || kind->places == NULL)
        return no_room(err);
    for (size_t i = 0; i < map->count; i++)
        kind->things[i] = &map->items[2 * i];
    qsort(kind->things, kind->count, sizeof(const struct value *), compare_things);
    for (size_t i = 0; i < map->count; i++)
        kind->places[i] = (size_t)(kind->things[i] - map->items) / 2;
    return OK;
}

/* The agreed states are the model's own values, so that their form is worth an assertion only. */
static enum status find_kinds(struct own_tale *tale, struct error *err)
{
    enum status status = OK;
    for (size_t f = 0; f < tale->object->field_count && status == OK; f++) {
        const struct racewalk_field *field = &tale->object->fields[f];
        if (field->kinds[0] < 0)
            continue;
        const char *variable = tale->object->kinds[field->kinds[0]].name;
        const struct value *map = value_field(&tale->story->itf->states[0], variable);
        assert(map != NULL && map->kind == VALUE_MAP && map->count > 0);
        status = find_things(tale, field->kinds[0], map, err);
        if (status == OK && field->kinds[1] >= 0)
            status = find_things(tale, field->kinds[1], value_field(&map->items[1], field->name), err);
    }
    return status;
}

/* --- cells --- */

/* "client-a", and of things that are numbers "process 0". */
static void print_thing(const struct own_kind *kind, size_t i, struct buffer *out)
{
    if (kind->things[i]->kind != VALUE_STRING)
        buffer_format(out, "%s ", kind->name);
    own_print_value(out, kind->things[i]);
}

static enum status add_cell(struct own_tale *tale, uint32_t f, uint32_t i, uint32_t j, struct error *err)
{
    const struct racewalk_field *field = &tale->object->fields[f];
    struct own_cell *cell = &tale->cells[tale->cell_count++];
    struct buffer path;
    buffer_init(&path);
    if (field->kinds[0] >= 0) {
        print_thing(&tale->kinds[field->kinds[0]], i, &path);
        buffer_char(&path, '.');
    }
    buffer_string(&path, field->name);
    if (field->kinds[1] >= 0) {
        buffer_char(&path, '.');
        print_thing(&tale->kinds[field->kinds[1]], j, &path);
    }
    *cell = (struct own_cell){.field = f, .at = {i, j}};
    const enum status status = story_keep_text(tale->story, &path, &cell->path, err);
    buffer_release(&path);
    return status;
}

static size_t extent(const struct own_tale *tale, const struct racewalk_field *field, size_t d)
{
    return field->kinds[d] < 0 ? 1 : tale->kinds[field->kinds[d]].count;
}

/* Those of fields of kind k (-1: plain fields), one thing after the other. */
static enum status add_cells_of(struct own_tale *tale, int32_t k, struct error *err)
{
    const size_t things = k < 0 ? 1 : tale->kinds[k].count;
    enum status status = OK;
    for (uint32_t i = 0; i < things; i++) {
        for (uint32_t f = 0; f < tale->object->field_count; f++) {
            const struct racewalk_field *field = &tale->object->fields[f];
            for (uint32_t j = 0; field->kinds[0] == k && j < extent(tale, field, 1) && status == OK; j++)
                status = add_cell(tale, f, i, j, err);
        }
    }
    return status;
}

static enum status find_cells(struct own_tale *tale, struct error *err)
{
    size_t count = 0;
    for (size_t f = 0; f < tale->object->field_count; f++)
        count += extent(tale, &tale->object->fields[f], 0) * extent(tale, &tale->object->fields[f], 1);
    tale->cells = arena_new(&tale->story->arena, count, sizeof *tale->cells);
    if (tale->cells == NULL)
        return no_room(err);
    enum status status = OK;
    for (int32_t k = -1; k < (int32_t)tale->object->kind_count && status == OK; k++)
        status = add_cells_of(tale, k, err);
    for (size_t c = 0; c < tale->cell_count; c++) {
        for (size_t s = 1; status == OK && s < tale->story->state_count; s++)
            tale->cells[c].changes += own_cell_changes(tale, &tale->cells[c], s);
    }
    return status;
}

/* --- the columns of a table --- */

/* What the violation hangs on, then what led to it, then what the step changed that shows it, then what changes most; 0:
 * never a column. */
static size_t rank(const struct own_tale *tale, const struct own_cell *cell)
{
    const struct story *story = tale->story;
    size_t class = 0;
    if (cell->changes == 0)
        return 0;
    if (cell->matters)
        class = 3;
    else if (cell->led)
        class = 2;
    else if (story->property != PROPERTY_NONE && own_cell_changes(tale, cell, story->property_state))
        class = 1;
    return class * story->state_count + cell->changes;
}

static void choose_columns(struct own_tale *tale)
{
    size_t chosen[OWN_COLUMNS_MAX], count = 0;
    for (size_t c = 0; c < tale->cell_count; c++) {
        const size_t own_rank = rank(tale, &tale->cells[c]);
        size_t at = count;
        while (at > 0 && rank(tale, &tale->cells[chosen[at - 1]]) < own_rank)
            at--;
        if (own_rank == 0 || at == OWN_COLUMNS_MAX)
            continue;
        count += count < OWN_COLUMNS_MAX;
        memmove(&chosen[at + 1], &chosen[at], (count - at - 1) * sizeof *chosen);
        chosen[at] = c;
    }
    /* As the author has them. */
    tale->column_count = 0;
    for (size_t c = 0; c < tale->cell_count; c++) {
        for (size_t i = 0; i < count; i++) {
            if (chosen[i] == c)
                tale->columns[tale->column_count++] = c;
        }
    }
}

/* --- the narrator's part --- */

static enum status tell_words(struct own_tale *tale, const struct trace *steps, struct error *err)
{
    struct story *story = tale->story;
    struct buffer words;
    enum status status = OK;
    buffer_init(&words);
    story->states[0] = (struct story_state){.tag = "init", .words = "the initial state"};
    for (size_t s = 1; s < story->state_count && status == OK; s++) {
        struct step step;
        trace_step_at(steps, s - 1, &step);
        tale->moves[s - 1] = step.move;
        buffer_clear(&words);
        own_print_step(story->model, &step, &words);
        story->states[s].tag = story->model->class->actions[move_action(step.move)].name;
        status = story_keep_text(story, &words, &story->states[s].words, err);
    }
    buffer_release(&words);
    return status;
}

enum status own_tale_tell(struct story *story, const struct trace *steps, struct error *err)
{
    struct own_tale *tale = arena_new(&story->arena, 1, sizeof *tale);
    uint32_t *moves = arena_new(&story->arena, story->state_count, sizeof *moves);
    if (tale == NULL || moves == NULL)
        return no_room(err);
    *tale =
        (struct own_tale){.story = story, .object = own_class_object(story->model->class), .moves = moves};
    story->tale = tale;
    enum status status = tell_words(tale, steps, err);
    if (status == OK)
        status = find_kinds(tale, err);
    if (status == OK)
        status = find_cells(tale, err);
    if (status == OK)
        choose_columns(tale);
    return status;
}

enum status own_tale_conclude(struct story *story, struct error *err)
{
    struct own_tale *tale = own_tale_of(story);
    const char *sentence = story->model->class->properties[story->property].help;
    if (story_is_violation(story))
        own_find_reasons(tale);
    choose_columns(tale);
    if (sentence[0] == '\0')
        return OK;
    struct buffer outcome;
    buffer_init(&outcome);
    buffer_format(&outcome, "%s%s",
                  !story_is_violation(story)  ? ""
                  : story->property_state > 0 ? "it is not true any more that "
                                              : "it is not true that ",
                  sentence);
    const enum status status = story_keep_text(story, &outcome, &story->outcome, err);
    buffer_release(&outcome);
    return status;
}
