/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "mbt/state_path.h"
#include "mbt/trace_action.h"
#include "tests/support/cmocka_all.h"
#include "tests/support/read_value.h"

static struct arena arena;

static int setup(void **state)
{
    (void)state;
    arena_init(&arena, 1 << 20);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    arena_release(&arena);
    return 0;
}

static const char state_text[] =
    "{\"m::lease::term\": 3, \"a::twice\": 1, \"b::twice\": 2, \"log\": [{\"by\": \"x\"}, {\"by\": \"y\"}],"
    "\"client\": {\"#map\": [[\"client-a\", {\"view\": 1}], [\"c.b\", {\"view\": 2}], [7, {\"view\": 4}]]},"
    "\"node\": {\"#map\": [[\"n1\", {\"kind.of\": 5, \"kind\": {\"of\": 6}}]]}, \"nobody\": {\"#map\": []}}";

static void expect_at(const struct value *values, const char *path, const char *expected)
{
    struct value found;
    struct buffer shown;
    buffer_init(&shown);
    const enum state_path_outcome outcome = state_path_find(values, path, &arena, &found);
    if (outcome == STATE_PATH_FOUND)
        value_print(&shown, &found, 200);
    else
        buffer_string(&shown, outcome == STATE_PATH_ABSENT ? "absent" : "unknown");
    assert_string_equal(shown.text, expected);
    buffer_release(&shown);
}

static void find_each_form_of_path_gives_its_part(void **state)
{
    (void)state;
    const struct value values = read_value(&arena, state_text);
    expect_at(&values, "term", "3");
    expect_at(&values, "lease::term", "unknown");
    expect_at(&values, "m::lease::term", "3");
    expect_at(&values, "twice", "unknown");
    expect_at(&values, "b::twice", "2");
    expect_at(&values, "log.1.by", "\"y\"");
    expect_at(&values, "log.2.by", "absent");
    expect_at(&values, "client.client-a.view", "1");
    expect_at(&values, "client.7.view", "4");
    expect_at(&values, "client-a.view", "1");
    expect_at(&values, "c.b.view", "2");
    expect_at(&values, "client.c.b.view", "2");
    expect_at(&values, "client.view", "{7 -> 4, \"c.b\" -> 2, \"client-a\" -> 1}");
    expect_at(&values, "client.voice", "absent");
    expect_at(&values, "n1.kind.of", "5");
    expect_at(&values, "nobody.view", "absent");
    expect_at(&values, "client-z.view", "unknown");
    expect_at(&values, "", "unknown");
    expect_at(&values, ".", "unknown");
    expect_at(&values, "term.", "absent");
}

static void short_name_is_without_modules_where_it_is_the_only_one(void **state)
{
    (void)state;
    const struct value values = read_value(&arena, state_text);
    assert_string_equal(state_short_name(&values, "m::lease::term"), "term");
    assert_string_equal(state_short_name(&values, "a::twice"), "a::twice");
    assert_string_equal(state_short_name(&values, "log"), "log");
}

/* As "name {args}", or the error. */
static void expect_action(const char *text, const struct action_paths *paths, const char *expected)
{
    const struct value values = read_value(&arena, text);
    struct system_action action;
    struct error err = {{0}};
    struct buffer shown;
    buffer_init(&shown);
    if (trace_action_read(&values, paths, &arena, &action, &err) == OK) {
        buffer_format(&shown, "%s ", action.name);
        value_print(&shown, &action.args, 200);
    } else {
        buffer_string(&shown, err.text);
    }
    assert_string_equal(shown.text, expected);
    buffer_release(&shown);
}

static void read_action_knows_the_variables_of_other_tools(void **state)
{
    (void)state;
    static const struct action_paths none = {NULL, NULL};
    expect_action("{\"mbt::actionTaken\": \"write\", \"mbt::nondetPicks\": {\"c\": {\"tag\": \"Some\", "
                  "\"value\": \"x\"},"
                  "\"n\": {\"tag\": \"None\", \"value\": {\"#tup\": []}}}}",
                  &none, "write {c: \"x\"}");
    expect_action("{\"mbt::actionTaken\": \"step\"}", &none, "step {}");
    expect_action("{\"ghost_action\": {\"tag\": \"Sync\", \"value\": {\"who\": 1}}}", &none, "Sync {who: 1}");
    expect_action("{\"ghost_action\": {\"tag\": \"Expire\", \"value\": null}}", &none, "Expire {}");
    expect_action("{\"ghost_action\": 3}", &none,
                  "ghost_action is no action: a string or {tag, value} was expected");
    expect_action(
        "{\"term\": 3}", &none,
        "no action is named: neither mbt::actionTaken nor ghost_action is there; --action-var says which "
        "variable does");
    static const struct action_paths own = {"last.name", "last.with"};
    expect_action("{\"m::last\": {\"name\": \"go\", \"with\": {\"x\": 1, \"tag\": \"Some\"}}}", &own,
                  "go {tag: \"Some\", x: 1}");
    expect_action("{\"m::last\": {\"name\": \"go\", \"with\": 1}}", &own,
                  "last.with: a record of picks was expected");
    expect_action("{\"m::last\": {\"name\": \"go\"}}", &own, "the state has no last.with");
    expect_action("{\"m::last\": {\"name\": 1}}", &own,
                  "last.name is no action: a string or {tag, value} was expected");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(find_each_form_of_path_gives_its_part),
        cmocka_unit_test(short_name_is_without_modules_where_it_is_the_only_one),
        cmocka_unit_test(read_action_knows_the_variables_of_other_tools),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
