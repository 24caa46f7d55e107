/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/support/cmocka_all.h"

#include <stdio.h>
#include <string.h>

#include "mbt/json_difference.h"

/* What is told of two texts; empty when they are the same. */
static const char *tell(const char *expected, const char *found, const char **ret_aspect)
{
    static struct json_difference difference;
    static char text[512], aspect[JSON_ASPECT_SIZE];
    json_difference_init(&difference);
    const bool same = json_same(expected, strlen(expected), found, strlen(found), &difference);
    (void)snprintf(text, sizeof text, "%s", same ? "" : difference.text.text);
    (void)snprintf(aspect, sizeof aspect, "%s", same ? "" : difference.aspect);
    json_difference_release(&difference);
    *ret_aspect = aspect;
    return text;
}

static void compare_texts_tells_first_difference(void **state)
{
    (void)state;
    static const struct {
        const char *expected, *found, *text, *aspect;
    } rows[] = {
        {"{\"a\": 1, \"b\": [1, 2]}", "{\"b\":[1,2],\"a\":1}", "", ""},
        {"{\"a\": 1}", "{\"a\": 2}", "a: 1 expected, found 2", "a"},
        {"{\"a\": 1}", "{\"a\": 1, \"b\": null}", "b: nothing expected, found null", "b"},
        {"{\"a\": 1}", "{}", "a: 1 expected, found nothing", "a"},
        {"{\"a\": {\"b\": [{\"c\": 1}, {\"c\": 2}]}}", "{\"a\": {\"b\": [{\"c\": 1}, {\"c\": 3}]}}",
         "a.b[1].c: 2 expected, found 3", "a.b[].c"},
        {"{\"a\": [1, 2, 3]}", "{\"a\": [1, 3]}", "a: [1,2,3] expected, found [1,3]", "a: missing"},
        {"{\"a\": [1]}", "{\"a\": [1, 3]}", "a: [1] expected, found [1,3]", "a: extra"},
        {"[{\"a\": 1}, {\"a\": 2}]", "[{\"a\": 2}, {\"a\": 1}]",
         "the same elements in another order: at 0 {\"a\":1} expected, found {\"a\":2}", ": order"},
        {"[{\"a\": 1}, {\"a\": 2}]", "[{\"a\": 2}]", "2 elements expected, found 1; missing {\"a\":1}",
         ": missing"},
        {"[{\"a\": 1}, {\"a\": 1}]", "[{\"a\": 1}]", "2 elements expected, found 1", ": missing"},
        {"true", "false", "true expected, found false", ""},
        {"\"1\"", "1", "\"1\" expected, found 1", ""},
        {"{}", "{", "JSON expected, found {", "not JSON"},
        {"{}", "{} {}", "JSON expected, found {} {}", "not JSON"},
        {"{}", "", "JSON expected, found ", "not JSON"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const char *aspect;
        assert_string_equal(tell(rows[i].expected, rows[i].found, &aspect), rows[i].text);
        assert_string_equal(aspect, rows[i].aspect);
    }
}

static void compare_texts_bounds_what_it_tells(void **state)
{
    (void)state;
    char deep[2001], wide[3003];
    const char *aspect;
    memset(deep, '[', 100);
    memset(deep + 100, ']', 100);
    deep[200] = '\0';
    assert_string_equal(tell(deep, deep, &aspect), "");
    memset(wide, 'x', sizeof wide);
    wide[0] = wide[3001] = '"';
    wide[3002] = '\0';
    assert_true(strlen(tell("1", wide, &aspect)) < 400);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(compare_texts_tells_first_difference),
        cmocka_unit_test(compare_texts_bounds_what_it_tells),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
