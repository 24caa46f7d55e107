/* SPDX-License-Identifier: Apache-2.0 */
/* States, parameters and picks of an author's model as values, as traces have them, and back. */
#include "model/own/own.h"

#include <inttypes.h>
#include <string.h>

/* --- states --- */

static bool set_value(const struct own_class *own, int32_t kind, uint64_t members, struct arena *arena,
                      struct value *ret_value)
{
    struct value *items = value_room(arena, (size_t)__builtin_popcountll(members));
    size_t count = 0;
    if (items == NULL)
        return false;
    for (; members != 0; members &= members - 1)
        items[count++] = own->thing_values[kind][__builtin_ctzll(members)];
    *ret_value = value_set(items, count);
    return true;
}

static bool element_value(const struct own_model *m, size_t f, const void *state, size_t i, size_t j,
                          struct arena *arena, struct value *ret_value)
{
    const struct racewalk_field *field = &m->own->object->fields[f];
    const int64_t number = own_get(field, state, i, j);
    switch ((enum racewalk_type)field->type) {
    case RACEWALK_NUMBER:
        *ret_value = value_int(number);
        return true;
    case RACEWALK_BOOL:
        *ret_value = value_bool(number != 0);
        return true;
    case RACEWALK_NAMES:
        *ret_value = m->own->field_names[f][number];
        return true;
    case RACEWALK_REF:
        *ret_value = number < 0 ? value_string(OWN_NONE) : m->own->thing_values[field->of][number];
        return true;
    case RACEWALK_SET:
        return set_value(m->own, field->of, (uint64_t)number, arena, ret_value);
    }
    return false;
}

/* Row i of a field: its element, or a map of its elements. */
static bool row_value(const struct own_model *m, size_t f, const void *state, size_t i, struct arena *arena,
                      struct value *ret_value)
{
    const struct racewalk_field *field = &m->own->object->fields[f];
    uint32_t extent[2];
    own_extent(m, field, extent);
    if (field->kinds[1] < 0)
        return element_value(m, f, state, i, 0, arena, ret_value);
    struct value *pairs = value_room(arena, 2 * (size_t)extent[1]);
    if (pairs == NULL)
        return false;
    for (size_t j = 0; j < extent[1]; j++) {
        pairs[2 * j] = m->own->thing_values[field->kinds[1]][j];
        if (!element_value(m, f, state, i, j, arena, &pairs[2 * j + 1]))
            return false;
    }
    *ret_value = value_map(pairs, extent[1]);
    return true;
}

/* The map from the kind's things to records of its fields. */
static bool kind_value(const struct own_model *m, int32_t kind, const void *state, struct arena *arena,
                       struct value *ret_value)
{
    const struct racewalk_model *object = m->own->object;
    struct named_value fields[RACEWALK_FIELDS_MAX];
    struct value *pairs = value_room(arena, 2 * (size_t)m->things[kind]);
    if (pairs == NULL)
        return false;
    for (size_t i = 0; i < m->things[kind]; i++) {
        size_t count = 0;
        for (size_t f = 0; f < object->field_count; f++) {
            if (object->fields[f].kinds[0] != kind)
                continue;
            fields[count].name = object->fields[f].name;
            if (!row_value(m, f, state, i, arena, &fields[count].value))
                return false;
            count++;
        }
        pairs[2 * i] = m->own->thing_values[kind][i];
        if (!value_record_of(arena, fields, count, &pairs[2 * i + 1]))
            return false;
    }
    *ret_value = value_map(pairs, m->things[kind]);
    return true;
}

/* {tag: "Some", value}; NULL: {tag: "None", value: {}}. */
static bool option_value(struct arena *arena, const struct value *value, struct value *ret_value)
{
    struct named_value variant[] = {{"tag", value_string(value == NULL ? "None" : "Some")},
                                    {"value", value_record(NULL, 0)}};
    if (value != NULL)
        variant[1].value = *value;
    return value_record_of(arena, variant, 2, ret_value);
}

static bool picks_value(const struct literal *literal, struct arena *arena, struct value *ret_value)
{
    const struct own_class *own = literal->model->own;
    struct named_value fields[OWN_PICKS_MAX];
    struct value picks[SAMPLES_MAX];
    size_t count = 0;
    if (!literal->is_init && own_schedule_samples(literal, &literal->last, arena, picks, &count) != OK)
        return false;
    const struct own_action *action = &own->actions[move_action(literal->last.move)];
    for (size_t p = 0; p < own->pick_name_count; p++) {
        const struct value *value = NULL;
        for (size_t i = 0; i < count; i++) {
            if (strcmp(action->picks[i].name, own->pick_names[p]) == 0)
                value = &picks[i];
        }
        fields[p].name = own->pick_names[p];
        if (!option_value(arena, value, &fields[p].value))
            return false;
    }
    return value_record_of(arena, fields, own->pick_name_count, ret_value);
}

enum status own_literal_value(const struct literal *literal, struct arena *arena, struct value *ret_record)
{
    const struct own_model *m = literal->model;
    const struct own_class *own = m->own;
    const struct racewalk_model *object = own->object;
    struct named_value fields[OWN_VARIABLES_MAX];
    const void *state = literal->state.bytes;
    size_t count = 0;
    for (size_t f = 0; f < object->field_count; f++) {
        if (object->fields[f].kinds[0] >= 0)
            continue;
        fields[count].name = object->fields[f].name;
        if (!element_value(m, f, state, 0, 0, arena, &fields[count].value))
            return ERR_MEMORY;
        count++;
    }
    for (size_t k = 0; k < object->kind_count; k++) {
        if (!own->has_fields[k])
            continue;
        fields[count].name = object->kinds[k].name;
        if (!kind_value(m, (int32_t)k, state, arena, &fields[count].value))
            return ERR_MEMORY;
        count++;
    }
    fields[count].name = OWN_ACTION;
    fields[count++].value =
        value_string(literal->is_init ? OWN_INIT : object->actions[move_action(literal->last.move)].name);
    fields[count].name = OWN_PICKS;
    if (!picks_value(literal, arena, &fields[count++].value))
        return ERR_MEMORY;
    return value_record_of(arena, fields, count, ret_record) ? OK : ERR_MEMORY;
}

/* --- parameters --- */

enum status own_parameters_value(const struct model *model, struct arena *arena, struct value *ret_record)
{
    const struct own_class *own = own_class_of(model->class);
    struct named_value fields[RACEWALK_PARAMETERS_MAX];
    const size_t count = own->object->parameter_count;
    for (size_t i = 0; i < count; i++)
        fields[i] = (struct named_value){own->parameter_names[i], value_int(model->instance.values[i].low)};
    return value_record_of(arena, fields, count, ret_record) ? OK : ERR_MEMORY;
}

enum status own_instance_of_value(const struct model_class *class, const struct value *record,
                                  struct instance *ret_instance, struct error *err)
{
    const struct own_class *own = own_class_of(class);
    struct instance instance = {.properties = model_invariants(class)};
    for (size_t i = 0; i < own->object->parameter_count; i++) {
        const struct racewalk_parameter *row = &own->object->parameters[i];
        const struct value *value = value_field(record, own->parameter_names[i]);
        if (value != NULL && value->kind == VALUE_INT && value->number >= row->least &&
            value->number <= row->most) {
            instance.values[i] = (struct parameter_value){value->number, value->number};
            continue;
        }
        struct buffer found;
        buffer_init(&found);
        if (value == NULL)
            buffer_string(&found, "nothing");
        else
            value_print(&found, value, 60);
        (void)error_set(err, ERR_DATA, "%s: an integer from %" PRId64 " to %" PRId64 " expected, found %s",
                        own->parameter_names[i], row->least, row->most, found.text);
        buffer_release(&found);
        return ERR_DATA;
    }
    struct model *model = NULL;
    const enum status status = model_new(class, &instance, &model, err);
    if (status != OK)
        return status == ERR_USAGE ? ERR_DATA : status;
    model_free(model);
    *ret_instance = instance;
    return OK;
}
