/* SPDX-License-Identifier: Apache-2.0 */
#include "mbt/state_path.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MODULE_MARK "::"

static const char *behind_modules(const char *name)
{
    for (const char *mark; (mark = strstr(name, MODULE_MARK)) != NULL;)
        name = mark + strlen(MODULE_MARK);
    return name;
}

const char *state_short_name(const struct value *state, const char *name)
{
    const char *tail = behind_modules(name);
    size_t alike = 0;
    for (uint32_t i = 0; i < state->count; i++)
        alike += strcmp(behind_modules(state->items[2 * i].text), tail) == 0;
    return alike > 1 ? name : tail;
}

/* The variable of this name, in full or without its modules; NULL when there is none, or more than one. */
static const struct value *find_variable(const struct value *state, const char *name, size_t length)
{
    const struct value *found = NULL;
    size_t count = 0;
    for (uint32_t i = 0; i < state->count; i++) {
        const char *full = state->items[2 * i].text, *tail = behind_modules(full);
        if (strlen(full) == length && memcmp(full, name, length) == 0)
            return &state->items[2 * i + 1];
        if (strlen(tail) == length && memcmp(tail, name, length) == 0) {
            found = &state->items[2 * i + 1];
            count++;
        }
    }
    return count == 1 ? found : NULL;
}

static bool is_key(const struct value *key, const char *name, size_t length)
{
    char digits[32];
    if (key->kind == VALUE_STRING)
        return key->count == length && memcmp(key->text, name, length) == 0;
    if (key->kind != VALUE_INT)
        return false;
    return (size_t)snprintf(digits, sizeof digits, "%" PRId64, key->number) == length &&
           memcmp(digits, name, length) == 0;
}

static const struct value *find_part(const struct value *value, const char *name, size_t length)
{
    if (value->kind == VALUE_MAP || value->kind == VALUE_RECORD) {
        for (uint32_t i = 0; i < value->count; i++) {
            if (is_key(&value->items[2 * i], name, length))
                return &value->items[2 * i + 1];
        }
    }
    if (value->kind == VALUE_LIST || value->kind == VALUE_TUPLE) {
        for (uint32_t i = 0; i < value->count; i++) {
            const struct value index = value_int(i);
            if (is_key(&index, name, length))
                return &value->items[i];
        }
    }
    return NULL;
}

/* The length of the next shorter beginning of the path that ends before a dot; 0: there is none. */
static size_t shorten(const char *path, size_t length)
{
    while (length > 0 && path[length - 1] != '.')
        length--;
    return length > 0 ? length - 1 : 0;
}

/* Also of each value of a map: the map of what stands there. Recursion is as deep as the path has parts. */
static enum state_path_outcome descend(const struct value *value, const char *path, struct arena *arena,
                                       struct value *ret_value)
{
    for (size_t length = strlen(path); length > 0; length = shorten(path, length)) {
        const struct value *part = find_part(value, path, length);
        if (part == NULL)
            continue;
        if (path[length] == '\0') {
            *ret_value = *part;
            return STATE_PATH_FOUND;
        }
        const enum state_path_outcome outcome = descend(part, path + length + 1, arena, ret_value);
        if (outcome != STATE_PATH_ABSENT)
            return outcome;
    }
    if (value->kind != VALUE_MAP || value->count == 0)
        return STATE_PATH_ABSENT;
    struct value *pairs = value_room(arena, 2 * (size_t)value->count);
    if (pairs == NULL)
        return STATE_PATH_NO_ROOM;
    size_t count = 0;
    for (uint32_t i = 0; i < value->count; i++) {
        const enum state_path_outcome outcome =
            descend(&value->items[2 * i + 1], path, arena, &pairs[2 * count + 1]);
        if (outcome == STATE_PATH_NO_ROOM)
            return outcome;
        if (outcome == STATE_PATH_FOUND)
            pairs[2 * count++] = value->items[2 * i];
    }
    *ret_value = value_map(pairs, count);
    return count > 0 ? STATE_PATH_FOUND : STATE_PATH_ABSENT;
}

/* The map among the variables that has the path's first name as a key; NULL when there is none, or more than
 * one. */
static const struct value *find_owner(const struct value *state, const char *path, size_t length)
{
    const struct value *owner = NULL;
    size_t count = 0;
    for (uint32_t i = 0; i < state->count; i++) {
        const struct value *variable = &state->items[2 * i + 1];
        if (variable->kind == VALUE_MAP && find_part(variable, path, length) != NULL) {
            owner = variable;
            count++;
        }
    }
    return count == 1 ? owner : NULL;
}

enum state_path_outcome state_path_find(const struct value *state, const char *path, struct arena *arena,
                                        struct value *ret_value)
{
    for (size_t length = strlen(path); length > 0; length = shorten(path, length)) {
        const struct value *variable = find_variable(state, path, length);
        if (variable == NULL)
            continue;
        if (path[length] == '\0') {
            *ret_value = *variable;
            return STATE_PATH_FOUND;
        }
        return descend(variable, path + length + 1, arena, ret_value);
    }
    for (size_t length = strlen(path); length > 0; length = shorten(path, length)) {
        const struct value *owner = find_owner(state, path, length);
        if (owner != NULL)
            return descend(owner, path, arena, ret_value);
    }
    return STATE_PATH_UNKNOWN;
}
