/* SPDX-License-Identifier: Apache-2.0 */
#include "model/value.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

struct value value_null(void)
{
    return (struct value){.kind = VALUE_NULL};
}

struct value value_bool(bool truth)
{
    return (struct value){.kind = VALUE_BOOL, .number = truth};
}

struct value value_int(int64_t number)
{
    return (struct value){.kind = VALUE_INT, .number = number};
}

struct value value_string(const char *text)
{
    const size_t length = strlen(text);
    assert(length <= UINT32_MAX);
    return (struct value){.kind = VALUE_STRING, .count = (uint32_t)length, .text = text};
}

struct value *value_room(struct arena *arena, size_t count)
{
    if (count > 2 * VALUE_COUNT_MAX)
        return NULL;
    return arena_new(arena, count == 0 ? 1 : count, sizeof(struct value));
}

static int compare_items(const struct value *a, const struct value *b, size_t a_count, size_t b_count)
{
    const size_t common = a_count < b_count ? a_count : b_count;
    for (size_t i = 0; i < common; i++) {
        const int order = value_compare(&a[i], &b[i]);
        if (order != 0)
            return order;
    }
    return (a_count > b_count) - (a_count < b_count);
}

int value_compare(const struct value *a, const struct value *b)
{
    if (a->kind != b->kind)
        return a->kind < b->kind ? -1 : 1;
    switch ((enum value_kind)a->kind) {
    case VALUE_NULL:
        return 0;
    case VALUE_BOOL:
    case VALUE_INT:
        return (a->number > b->number) - (a->number < b->number);
    case VALUE_STRING: {
        /* Many strings are the same literal, and a state's unchanged parts are shared between states. */
        const size_t common = a->count < b->count ? a->count : b->count;
        const int order = a->text == b->text ? 0 : memcmp(a->text, b->text, common);
        return order != 0 ? order : (a->count > b->count) - (a->count < b->count);
    }
    case VALUE_SET:
    case VALUE_TUPLE:
    case VALUE_LIST:
        if (a->items == b->items && a->count == b->count)
            return 0;
        return compare_items(a->items, b->items, a->count, b->count);
    case VALUE_MAP:
    case VALUE_RECORD:
        if (a->items == b->items && a->count == b->count)
            return 0;
        return compare_items(a->items, b->items, 2 * (size_t)a->count, 2 * (size_t)b->count);
    }
    abort(); /* a value of no kind was never made by the functions above */
}

static int compare_void(const void *a, const void *b)
{
    return value_compare(a, b);
}

enum { INSERTION_MAX = 12 }; /* items up to which moving them beats calling qsort */

/* Sorts count items that are width values wide by their first value. Most come sorted already. */
static void sort_items(struct value *items, size_t count, size_t width)
{
    size_t sorted = 1;
    while (sorted < count && value_compare(&items[(sorted - 1) * width], &items[sorted * width]) <= 0)
        sorted++;
    if (sorted >= count)
        return;
    if (count > INSERTION_MAX) {
        qsort(items, count, width * sizeof *items, compare_void);
        return;
    }
    for (size_t i = sorted; i < count; i++) {
        struct value moved[2];
        memcpy(moved, &items[i * width], width * sizeof *items);
        size_t j = i;
        for (; j > 0 && value_compare(&items[(j - 1) * width], &moved[0]) > 0; j--)
            memcpy(&items[j * width], &items[(j - 1) * width], width * sizeof *items);
        memcpy(&items[j * width], moved, width * sizeof *items);
    }
}

static struct value make(enum value_kind kind, const struct value *items, size_t count)
{
    assert(count <= VALUE_COUNT_MAX);
    return (struct value){.kind = kind, .count = (uint32_t)count, .items = items};
}

struct value value_set(struct value *items, size_t count)
{
    sort_items(items, count, 1);
    size_t unique = 0;
    for (size_t i = 0; i < count; i++) {
        if (unique == 0 || value_compare(&items[unique - 1], &items[i]) != 0)
            items[unique++] = items[i];
    }
    return make(VALUE_SET, items, unique);
}

struct value value_tuple(const struct value *items, size_t count)
{
    return make(VALUE_TUPLE, items, count);
}

struct value value_list(const struct value *items, size_t count)
{
    return make(VALUE_LIST, items, count);
}

struct value value_map(struct value *pairs, size_t count)
{
    sort_items(pairs, count, 2);
    return make(VALUE_MAP, pairs, count);
}

struct value value_record(struct value *pairs, size_t count)
{
    for (size_t i = 0; i < count; i++)
        assert(pairs[2 * i].kind == VALUE_STRING);
    sort_items(pairs, count, 2);
    return make(VALUE_RECORD, pairs, count);
}

bool value_record_of(struct arena *arena, const struct named_value *fields, size_t count,
                     struct value *ret_record)
{
    struct value *pairs = value_room(arena, 2 * count);
    if (pairs == NULL)
        return false;
    for (size_t i = 0; i < count; i++) {
        pairs[2 * i] = value_string(fields[i].name);
        pairs[2 * i + 1] = fields[i].value;
    }
    *ret_record = value_record(pairs, count);
    return true;
}

bool value_has_twins(const struct value *map)
{
    assert(map->kind == VALUE_MAP || map->kind == VALUE_RECORD);
    for (size_t i = 1; i < map->count; i++) {
        if (value_compare(&map->items[2 * (i - 1)], &map->items[2 * i]) == 0)
            return true;
    }
    return false;
}

/* The item equal to key among count sorted ones that are width values wide, or NULL. */
static const struct value *find(const struct value *items, size_t count, size_t width,
                                const struct value *key)
{
    size_t low = 0;
    size_t high = count;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        const int order = value_compare(&items[middle * width], key);
        if (order == 0)
            return &items[middle * width];
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

const struct value *value_field(const struct value *record, const char *name)
{
    if (record->kind != VALUE_RECORD)
        return NULL;
    const struct value key = value_string(name);
    const struct value *field = find(record->items, record->count, 2, &key);
    return field == NULL ? NULL : field + 1;
}

const struct value *value_lookup(const struct value *map, const struct value *key)
{
    if (map->kind != VALUE_MAP)
        return NULL;
    const struct value *pair = find(map->items, map->count, 2, key);
    return pair == NULL ? NULL : pair + 1;
}

bool value_set_has(const struct value *set, const struct value *element)
{
    return set->kind == VALUE_SET && find(set->items, set->count, 1, element) != NULL;
}

bool value_is_string(const struct value *value, const char *text)
{
    return value->kind == VALUE_STRING && strlen(text) == value->count &&
           memcmp(value->text, text, value->count) == 0;
}

/* Recursion goes as deep as the value does. */
bool value_copy(struct arena *arena, const struct value *value, struct value *ret_copy)
{
    struct value copy = *value;
    if (value->kind == VALUE_STRING) {
        copy.text = arena_copy(arena, value->text, value->count);
        *ret_copy = copy;
        return copy.text != NULL;
    }
    if (value->kind < VALUE_SET) {
        *ret_copy = copy;
        return true;
    }
    const bool has_pairs = value->kind == VALUE_MAP || value->kind == VALUE_RECORD;
    const size_t count = (has_pairs ? 2 : 1) * (size_t)value->count;
    struct value *items = value_room(arena, count);
    bool copied = items != NULL || count == 0;
    for (size_t i = 0; copied && i < count; i++)
        copied = value_copy(arena, &value->items[i], &items[i]);
    copy.items = items;
    *ret_copy = copy;
    return copied;
}
