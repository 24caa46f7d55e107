/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/support/edit.h"

#include <string.h>

#include "tests/support/cmocka_all.h"

/* A copy of the items with room for one more group of width values. */
static struct value *copy_items(struct arena *arena, const struct value *from, size_t width)
{
    struct value *items = value_room(arena, (from->count + 1) * width);
    assert_non_null(items);
    memcpy(items, from->items, from->count * width * sizeof *items);
    return items;
}

static struct value rebuild(const struct value *like, struct value *items, size_t count)
{
    switch ((enum value_kind)like->kind) {
    case VALUE_SET:
        return value_set(items, count);
    case VALUE_TUPLE:
        return value_tuple(items, count);
    case VALUE_LIST:
        return value_list(items, count);
    case VALUE_MAP:
        return value_map(items, count);
    case VALUE_RECORD:
        return value_record(items, count);
    default:
        fail_msg("a value without items");
        return value_null();
    }
}

struct value edit_pair(struct arena *arena, const struct value *map, size_t index, struct value value)
{
    assert_true(index < map->count);
    struct value *pairs = copy_items(arena, map, 2);
    pairs[2 * index + 1] = value;
    return rebuild(map, pairs, map->count);
}

static size_t field_index(const struct value *record, const char *name)
{
    const struct value *field = value_field(record, name);
    assert_non_null(field);
    return (size_t)(field - record->items) / 2;
}

struct value edit_field(struct arena *arena, const struct value *record, const char *name, struct value value)
{
    return edit_pair(arena, record, field_index(record, name), value);
}

struct value edit_without_field(struct arena *arena, const struct value *record, const char *name)
{
    const size_t index = field_index(record, name);
    struct value *pairs = copy_items(arena, record, 2);
    memmove(&pairs[2 * index], &pairs[2 * index + 2], 2 * (record->count - index - 1) * sizeof *pairs);
    return rebuild(record, pairs, record->count - 1);
}

struct value edit_element(struct arena *arena, const struct value *items, size_t index, struct value value)
{
    assert_true(index < items->count);
    struct value *copy = copy_items(arena, items, 1);
    copy[index] = value;
    return rebuild(items, copy, items->count);
}

struct value edit_without_element(struct arena *arena, const struct value *items, size_t index)
{
    assert_true(index < items->count);
    struct value *copy = copy_items(arena, items, 1);
    memmove(&copy[index], &copy[index + 1], (items->count - index - 1) * sizeof *copy);
    return rebuild(items, copy, items->count - 1);
}

struct value edit_with_element(struct arena *arena, const struct value *items, struct value value)
{
    struct value *copy = copy_items(arena, items, 1);
    copy[items->count] = value;
    return rebuild(items, copy, items->count + 1);
}
