/* SPDX-License-Identifier: Apache-2.0 */
#include "mbt/driver/driver_compare.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "mbt/state_path.h"
#include "mbt/trace_action.h"

enum { SHOWN_MAX = 80 }; /* bytes of a value in a message */

struct comparison {
    struct buffer *out; /* NULL: only whether there is a difference */
    size_t count;
};

static bool is_object(const struct value *value)
{
    return value->kind == VALUE_RECORD || value->kind == VALUE_MAP;
}

static bool is_array(const struct value *value)
{
    return value->kind == VALUE_LIST || value->kind == VALUE_TUPLE;
}

static void differ(struct comparison *comparison, const char *path, const struct value *model,
                   const struct value *system)
{
    struct buffer *out = comparison->out;
    if (comparison->count++ >= DRIVER_DIFFERENCES_SHOWN || out == NULL)
        return;
    buffer_format(out, "%s%.120s: model ", out->length > 0 ? "; " : "", path);
    if (model != NULL)
        value_print(out, model, SHOWN_MAX);
    else
        buffer_string(out, "has none");
    buffer_string(out, ", system ");
    value_print(out, system, SHOWN_MAX);
}

static void compare(struct comparison *comparison, const char *path, const struct value *model,
                    const struct value *system);

/* Languages without booleans write 1 for true. */
static bool is_number(const struct value *value)
{
    return value->kind == VALUE_BOOL || value->kind == VALUE_INT;
}

static bool is_same(const struct value *model, const struct value *system)
{
    struct comparison silent = {.out = NULL};
    compare(&silent, "", model, system);
    return silent.count == 0;
}

/* A set and an array: each element of one is among those of the other. */
static bool is_same_set(const struct value *set, const struct value *array)
{
    for (uint32_t a = 0; a < array->count; a++) {
        bool found = false;
        for (uint32_t s = 0; s < set->count && !found; s++)
            found = is_same(&set->items[s], &array->items[a]);
        if (!found)
            return false;
    }
    for (uint32_t s = 0; s < set->count; s++) {
        bool found = false;
        for (uint32_t a = 0; a < array->count && !found; a++)
            found = is_same(&set->items[s], &array->items[a]);
        if (!found)
            return false;
    }
    return true;
}

/* The model's value of a key, as the system spells it: a key that is no string is its JSON. */
static const struct value *find_key(const struct value *object, const struct value *key)
{
    for (uint32_t i = 0; i < object->count; i++) {
        const struct value *own = &object->items[2 * i];
        char digits[32];
        if (value_compare(own, key) == 0)
            return &object->items[2 * i + 1];
        if (own->kind != VALUE_INT || key->kind != VALUE_STRING)
            continue;
        (void)snprintf(digits, sizeof digits, "%" PRId64, own->number);
        if (strcmp(digits, key->text) == 0)
            return &object->items[2 * i + 1];
    }
    return NULL;
}

static void compare_objects(struct comparison *comparison, const char *path, const struct value *model,
                            const struct value *system)
{
    struct buffer inner;
    buffer_init(&inner);
    for (uint32_t i = 0; i < system->count; i++) {
        const struct value *key = &system->items[2 * i], *shown = &system->items[2 * i + 1];
        const struct value *own = find_key(model, key);
        buffer_clear(&inner);
        buffer_format(&inner, "%s.", path);
        if (key->kind == VALUE_STRING)
            buffer_string(&inner, key->text);
        else
            value_print(&inner, key, SHOWN_MAX);
        if (own != NULL)
            compare(comparison, inner.text, own, shown);
        else if (shown->kind != VALUE_NULL)
            differ(comparison, inner.text, NULL, shown);
    }
    buffer_release(&inner);
}

/* Recursion is as deep as values are. */
static void compare(struct comparison *comparison, const char *path, const struct value *model,
                    const struct value *system)
{
    if (is_object(model) && is_object(system)) {
        compare_objects(comparison, path, model, system);
    } else if (is_array(model) && is_array(system) && model->count == system->count) {
        char inner[256];
        for (uint32_t i = 0; i < model->count; i++) {
            (void)snprintf(inner, sizeof inner, "%.200s.%" PRIu32, path, i);
            compare(comparison, inner, &model->items[i], &system->items[i]);
        }
    } else if (model->kind == VALUE_SET && is_array(system)) {
        if (!is_same_set(model, system))
            differ(comparison, path, model, system);
    } else if (is_number(model) && is_number(system) ? model->number != system->number
                                                     : value_compare(model, system) != 0) {
        differ(comparison, path, model, system);
    }
}

static enum status unknown_path(const struct value *expected, const char *path, struct error *err)
{
    static const struct action_paths none = {NULL, NULL};
    struct buffer names;
    buffer_init_limited(&names, 512);
    for (uint32_t i = 0; i < expected->count; i++) {
        const char *name = expected->items[2 * i].text;
        if (!trace_action_is_variable(&none, name))
            buffer_format(&names, "%s%s", names.length > 0 ? ", " : "", state_short_name(expected, name));
    }
    (void)error_set(err, ERR_DATA,
                    "the driver shows \"%.128s\", and the model has no such variable; it has %s", path,
                    names.text);
    buffer_release(&names);
    return ERR_DATA;
}

enum status driver_compare(const struct value *expected, const struct value *shown, struct arena *arena,
                           struct buffer *out, size_t *ret_count, struct error *err)
{
    struct comparison comparison = {.out = out};
    for (uint32_t i = 0; i < shown->count; i++) {
        const char *path = shown->items[2 * i].text;
        const struct value *system = &shown->items[2 * i + 1];
        struct value model;
        switch (state_path_find(expected, path, arena, &model)) {
        case STATE_PATH_FOUND:
            compare(&comparison, path, &model, system);
            break;
        case STATE_PATH_ABSENT:
            if (system->kind != VALUE_NULL && !(is_object(system) && system->count == 0))
                differ(&comparison, path, NULL, system);
            break;
        case STATE_PATH_UNKNOWN:
            if (system->kind != VALUE_NULL)
                return unknown_path(expected, path, err);
            break;
        case STATE_PATH_NO_ROOM:
            return error_memory(err, arena->limit);
        }
    }
    if (comparison.count > DRIVER_DIFFERENCES_SHOWN)
        buffer_format(out, "; and %zu more", comparison.count - DRIVER_DIFFERENCES_SHOWN);
    *ret_count = comparison.count;
    return buffer_status(out, err);
}
