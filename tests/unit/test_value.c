/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "model/value.h"
#include "tests/support/cmocka_all.h"
#include "tests/support/edit.h"

static struct arena arena;

static int setup(void **state)
{
    (void)state;
    arena_init(&arena, (size_t)1 << 26);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    arena_release(&arena);
    return 0;
}

static struct value *room(size_t count)
{
    struct value *items = value_room(&arena, count);
    assert_non_null(items);
    return items;
}

static struct value ints_set(const int64_t *numbers, size_t count)
{
    struct value *items = room(count);
    for (size_t i = 0; i < count; i++)
        items[i] = value_int(numbers[i]);
    return value_set(items, count);
}

static struct value record2(const char *a, struct value x, const char *b, struct value y)
{
    struct value *pairs = room(4);
    pairs[0] = value_string(a);
    pairs[1] = x;
    pairs[2] = value_string(b);
    pairs[3] = y;
    return value_record(pairs, 2);
}

static void assert_prints(const struct value *value, const char *expected)
{
    struct buffer out;
    buffer_init(&out);
    value_print(&out, value, 1000);
    assert_string_equal(out.text, expected);
    buffer_release(&out);
}

static void assert_difference(const struct value *expected, const struct value *found, const char *text)
{
    struct buffer out;
    buffer_init(&out);
    value_describe_difference(&out, expected, found);
    assert_string_equal(out.text, text);
    buffer_release(&out);
}

static void assert_change(const struct value *before, const struct value *after, const char *text)
{
    struct buffer out;
    buffer_init(&out);
    value_describe_change(&out, before, after);
    assert_string_equal(out.text, text);
    buffer_release(&out);
}

static void set_of_unsorted_twins_is_sorted_without_twins(void **state)
{
    (void)state;
    const struct value set = ints_set((int64_t[]){3, 1, 3, -2, 1}, 5);
    assert_int_equal(set.count, 3);
    assert_prints(&set, "{-2, 1, 3}");
    const struct value other = ints_set((int64_t[]){1, 3, -2}, 3);
    assert_int_equal(value_compare(&set, &other), 0);
}

/* More elements than are sorted by insertion, in an order that is far from sorted. */
static void set_of_many_is_sorted(void **state)
{
    (void)state;
    enum { COUNT = 5000 };
    struct value *items = room(COUNT);
    for (int64_t i = 0; i < COUNT; i++)
        items[i] = value_int(i * 2654435761 % COUNT);
    const struct value set = value_set(items, COUNT);
    for (uint32_t i = 1; i < set.count; i++)
        assert_true(set.items[i - 1].number < set.items[i].number);
    for (int64_t i = 0; i < COUNT; i++) {
        const struct value number = value_int(i);
        bool drawn = false;
        for (int64_t k = 0; k < COUNT && !drawn; k++)
            drawn = k * 2654435761 % COUNT == i;
        assert_int_equal(value_set_has(&set, &number), drawn);
    }
}

static void map_of_many_keeps_values_with_their_keys(void **state)
{
    (void)state;
    for (size_t count = 0; count < 40; count++) {
        struct value *pairs = room(2 * count);
        for (size_t i = 0; i < count; i++) {
            pairs[2 * i] = value_int((int64_t)(i * 17 % (count + 1)));
            pairs[2 * i + 1] = value_int((int64_t)(i * 17 % (count + 1)) * 10);
        }
        const struct value map = value_map(pairs, count);
        for (size_t i = 0; i < map.count; i++)
            assert_int_equal(map.items[2 * i + 1].number, map.items[2 * i].number * 10);
        for (size_t i = 1; i < map.count; i++)
            assert_true(map.items[2 * (i - 1)].number <= map.items[2 * i].number);
    }
}

static void compare_of_different_values_is_an_order(void **state)
{
    (void)state;
    struct value *tuple = room(2);
    tuple[0] = value_string("a");
    tuple[1] = value_int(1);
    const struct value values[] = {
        value_null(),
        value_bool(false),
        value_bool(true),
        value_int(INT64_MIN),
        value_int(-1),
        value_int(INT64_MAX),
        value_string(""),
        value_string("a"),
        value_string("ab"),
        value_string("b"),
        value_string("\xc3\xa9"),
        ints_set(NULL, 0),
        ints_set((int64_t[]){1}, 1),
        ints_set((int64_t[]){1, 2}, 2),
        ints_set((int64_t[]){2}, 1),
        value_map(room(0), 0),
        value_tuple(tuple, 1),
        value_tuple(tuple, 2),
        value_list(tuple, 1),
        value_list(tuple, 2),
        record2("a", value_int(1), "b", value_int(1)),
        record2("a", value_int(1), "b", value_int(2)),
        record2("a", value_int(1), "c", value_int(0)),
    };
    const size_t count = sizeof values / sizeof *values;
    for (size_t i = 0; i < count; i++) {
        for (size_t k = 0; k < count; k++) {
            const int order = value_compare(&values[i], &values[k]);
            assert_int_equal((order > 0) - (order < 0), (i > k) - (i < k));
        }
    }
}

static void has_twins_of_equal_keys_is_true(void **state)
{
    (void)state;
    const struct value good = record2("b", value_int(1), "a", value_int(1));
    const struct value bad = record2("a", value_int(1), "a", value_int(2));
    assert_false(value_has_twins(&good));
    assert_true(value_has_twins(&bad));
}

static void field_and_lookup_find_what_is_there_only(void **state)
{
    (void)state;
    const struct value record = record2("size", value_int(7), "name", value_string("x"));
    assert_int_equal(value_field(&record, "size")->number, 7);
    assert_true(value_is_string(value_field(&record, "name"), "x"));
    assert_null(value_field(&record, "siz"));
    assert_null(value_field(&record, "sizes"));
    assert_null(value_field(&record, ""));
    const struct value number = value_int(1);
    assert_null(value_field(&number, "size"));
    assert_null(value_lookup(&record, &number)); /* a record is no map */
    struct value *pairs = room(4);
    pairs[0] = value_int(5);
    pairs[1] = value_string("five");
    pairs[2] = value_int(1);
    pairs[3] = value_string("one");
    const struct value map = value_map(pairs, 2);
    assert_true(value_is_string(value_lookup(&map, &number), "one"));
    const struct value two = value_int(2);
    assert_null(value_lookup(&map, &two));
    assert_false(value_set_has(&map, &number));
}

static void print_of_each_kind_reads_well(void **state)
{
    (void)state;
    struct value *pairs = room(2);
    pairs[0] = value_string("k");
    pairs[1] = value_null();
    const struct value map = value_map(pairs, 1);
    struct value *items = room(2);
    items[0] = value_bool(true);
    items[1] = map;
    const struct value tuple = value_tuple(items, 2);
    const struct value list = value_list(items, 2);
    const struct value record = record2("name", value_string("a\"b\\\n\x1b"), "kind", value_int(-4));
    assert_prints(&tuple, "(true, {\"k\" -> null})");
    assert_prints(&list, "[true, {\"k\" -> null}]");
    assert_prints(&record, "{kind: -4, name: \"a\\\"b\\\\\\n\\x1b\"}");
}

static void print_past_the_limit_is_cut_between_characters(void **state)
{
    (void)state;
    struct buffer out;
    buffer_init(&out);
    buffer_string(&out, "before ");
    const struct value text = value_string("\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9");
    value_print(&out, &text, 4);
    assert_string_equal(out.text, "before \"\xc3\xa9\xe2\x80\xa6");
    buffer_clear(&out);
    value_print(&out, &text, 10);
    assert_string_equal(out.text, "\"\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\"");
    buffer_release(&out);
}

static void print_of_a_huge_value_is_bounded(void **state)
{
    (void)state;
    enum { COUNT = 100000 };
    struct value *items = room(COUNT);
    for (int64_t i = 0; i < COUNT; i++)
        items[i] = value_int(i);
    const struct value list = value_list(items, COUNT);
    struct buffer out;
    buffer_init(&out);
    value_print(&out, &list, 50);
    assert_int_equal(out.length, 50 + strlen("…"));
    assert_true(out.capacity < 1000);
    buffer_release(&out);
}

static void difference_of_equal_values_is_empty(void **state)
{
    (void)state;
    const struct value a = record2("x", ints_set((int64_t[]){1, 2}, 2), "y", value_null());
    const struct value b = record2("y", value_null(), "x", ints_set((int64_t[]){2, 1}, 2));
    assert_difference(&a, &b, "");
}

static void difference_names_path_missing_and_extra(void **state)
{
    (void)state;
    const struct value a = record2("set", ints_set((int64_t[]){1, 2, 3, 4, 5}, 5), "n", value_int(1));
    const struct value b = record2("set", ints_set((int64_t[]){5, 9}, 2), "n", value_int(2));
    assert_difference(&a, &b, "n: 1 expected, found 2; set: missing 1, 2 and 2 more; set: extra 9");
    assert_change(&a, &b, "n: 1 → 2; set: removed 1, 2 and 2 more; set: added 9");
    const struct value c = record2("set", value_int(5), "m", value_null());
    assert_difference(&a, &c,
                      "missing field \"n\"; extra field \"m\"; set: a set expected, found a number 5");
    const struct value d = record2("set", value_null(), "n", value_int(1));
    assert_difference(&a, &d, "set: a set expected, found null");
    assert_change(&d, &a, "set: null → {1, 2, 3, 4, 5}");
}

static void difference_in_maps_and_lists_names_key_and_index(void **state)
{
    (void)state;
    struct value *one = room(2);
    one[0] = value_string("d");
    one[1] = record2("x", value_int(1), "y", value_string("p"));
    const struct value map = value_map(one, 1);
    const struct value other =
        edit_pair(&arena, &map, 0, edit_field(&arena, &one[1], "y", value_string("q")));
    assert_difference(&map, &other, "[\"d\"].y: \"p\" expected, found \"q\"");
    assert_change(&map, &other, "[\"d\"].y: \"p\" → \"q\"");
    struct value *items = room(3);
    items[0] = map;
    items[1] = value_int(1);
    items[2] = value_int(2);
    const struct value list = value_list(items, 3);
    struct value changed = edit_element(&arena, &list, 0, other);
    changed = edit_element(&arena, &changed, 2, value_int(3));
    assert_difference(&list, &changed, "[0][\"d\"].y: \"p\" expected, found \"q\"; [2]: 2 expected, found 3");
    const struct value shorter = edit_without_element(&arena, &list, 2);
    assert_difference(&list, &shorter, "3 elements expected, found 2");
    assert_change(&list, &shorter, "[2]: removed 2");
    assert_change(&shorter, &list, "[2]: added 2");
}

static void difference_of_many_clauses_is_bounded(void **state)
{
    (void)state;
    enum { COUNT = 50 };
    struct value *a = room(COUNT);
    struct value *b = room(COUNT);
    for (int64_t i = 0; i < COUNT; i++) {
        a[i] = value_int(i);
        b[i] = value_int(-i - 1);
    }
    const struct value expected = value_list(a, COUNT);
    const struct value found = value_list(b, COUNT);
    assert_difference(&expected, &found,
                      "[0]: 0 expected, found -1; [1]: 1 expected, found -2; [2]: 2 expected, found -3; "
                      "[3]: 3 expected, found -4; [4]: 4 expected, found -5; [5]: 5 expected, found -6; …");
}

static void copy_shares_nothing(void **state)
{
    (void)state;
    struct arena from, to;
    struct value copy;
    arena_init(&from, 65536);
    arena_init(&to, 65536);
    struct value *items = value_room(&from, 3);
    items[0] = value_string(arena_copy(&from, "abc", 3));
    items[1] = value_null();
    items[2] = value_int(7);
    struct value list = value_list(items, 3), record;
    const struct named_value fields[] = {{"list", list}, {"truth", value_bool(true)}};
    assert_true(value_record_of(&from, fields, 2, &record));
    assert_true(value_copy(&to, &record, &copy));
    assert_int_equal(value_compare(&record, &copy), 0);
    const struct value *inner = value_field(&copy, "list");
    assert_ptr_not_equal(inner->items, items);
    assert_ptr_not_equal(inner->items[0].text, items[0].text);
    arena_release(&to);
    arena_init(&to, 8); /* no room */
    assert_false(value_copy(&to, &record, &copy));
    arena_release(&to);
    arena_release(&from);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(copy_shares_nothing),
        cmocka_unit_test_setup_teardown(set_of_unsorted_twins_is_sorted_without_twins, setup, teardown),
        cmocka_unit_test_setup_teardown(set_of_many_is_sorted, setup, teardown),
        cmocka_unit_test_setup_teardown(map_of_many_keeps_values_with_their_keys, setup, teardown),
        cmocka_unit_test_setup_teardown(compare_of_different_values_is_an_order, setup, teardown),
        cmocka_unit_test_setup_teardown(has_twins_of_equal_keys_is_true, setup, teardown),
        cmocka_unit_test_setup_teardown(field_and_lookup_find_what_is_there_only, setup, teardown),
        cmocka_unit_test_setup_teardown(print_of_each_kind_reads_well, setup, teardown),
        cmocka_unit_test_setup_teardown(print_past_the_limit_is_cut_between_characters, setup, teardown),
        cmocka_unit_test_setup_teardown(print_of_a_huge_value_is_bounded, setup, teardown),
        cmocka_unit_test_setup_teardown(difference_of_equal_values_is_empty, setup, teardown),
        cmocka_unit_test_setup_teardown(difference_names_path_missing_and_extra, setup, teardown),
        cmocka_unit_test_setup_teardown(difference_in_maps_and_lists_names_key_and_index, setup, teardown),
        cmocka_unit_test_setup_teardown(difference_of_many_clauses_is_bounded, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
