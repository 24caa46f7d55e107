/* SPDX-License-Identifier: Apache-2.0 */
/* The JSON cursor: what is JSON passes, byte for byte; what is not is refused with its line and column. */
#include "tests/support/cmocka_all.h"

#include <stdio.h>
#include <string.h>

#include "base/json_cursor.h"

static enum status skip_whole(const char *text, size_t length, struct json_slice *ret_value,
                              struct error *err)
{
    struct json_cursor cursor;
    json_cursor_init(&cursor, text, length, 1, 1);
    enum status status = json_skip(&cursor, ret_value, err);
    if (status == OK)
        status = json_finish(&cursor, err);
    return status;
}

static void skip_of_json_gives_its_bytes(void **unused)
{
    (void)unused;
    static const char *const texts[] = {"0",
                                        "-0",
                                        "12",
                                        "-1.5e+10",
                                        "1E5",
                                        "true",
                                        "false",
                                        "null",
                                        "\"\"",
                                        "\"a\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\"",
                                        "\"\\ud83d\\ude00\"",
                                        "\"\xc3\xa9\xf0\x9f\x98\x80\"",
                                        "[]",
                                        "{}",
                                        "[1,[2,{\"a\":[]}],\"x\"]",
                                        "{\"a\" : 1 ,\n\t\"b\":{ } }"};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        char padded[128];
        struct json_slice value;
        struct error err = {{0}};
        const int length = snprintf(padded, sizeof padded, " \r\n\t%s\n ", texts[i]);
        if (skip_whole(padded, (size_t)length, &value, &err) != OK)
            fail_msg("%s: %s", texts[i], err.text);
        assert_int_equal(value.length, strlen(texts[i]));
        assert_memory_equal(value.bytes, texts[i], value.length);
    }
}

static void skip_of_other_text_is_refused(void **unused)
{
    (void)unused;
    static const char *const texts[] = {"",
                                        " ",
                                        "nul",
                                        "True",
                                        "NaN",
                                        "+1",
                                        "01",
                                        "1.",
                                        ".5",
                                        "1e",
                                        "--1",
                                        "0x10",
                                        "'a'",
                                        "\"a",
                                        "\"\\x\"",
                                        "\"\\u12\"",
                                        "\"\\u0000\"",
                                        "\"\\ud800\"",
                                        "\"\\ude00\"",
                                        "\"\t\"",
                                        "\"\x80\"",
                                        "\"\xc0\xaf\"",
                                        "\"\xed\xa0\x80\"",
                                        "\"\xf5\x80\x80\x80\"",
                                        "[",
                                        "[1",
                                        "[1,",
                                        "[1,]",
                                        "[,1]",
                                        "[1 2]",
                                        "]",
                                        "{",
                                        "{\"a\"",
                                        "{\"a\":",
                                        "{\"a\":1",
                                        "{\"a\":1,}",
                                        "{a:1}",
                                        "{\"a\" 1}",
                                        "{1:2}",
                                        "[1}",
                                        "{\"a\":1]",
                                        "1 2",
                                        "{} {}",
                                        "[] x",
                                        "// a\n1"};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct json_slice value;
        struct error err = {{0}};
        if (skip_whole(texts[i], strlen(texts[i]), &value, &err) != ERR_DATA)
            fail_msg("taken: %s", texts[i]);
        unsigned line, column;
        if (sscanf(err.text, "%u:%u: ", &line, &column) != 2)
            fail_msg("no place in: %s", err.text);
    }
}

static void unescape_of_a_string_gives_its_characters(void **unused)
{
    (void)unused;
    static const struct {
        const char *inside, *plain;
    } cases[] = {{"", ""},
                 {"plain \xc3\xa9", "plain \xc3\xa9"},
                 {"\\\"\\\\\\/\\b\\f\\n\\r\\t", "\"\\/\b\f\n\r\t"},
                 {"\\u0041\\u007f\\u0080\\u07FF", "A\x7f\xc2\x80\xdf\xbf"},
                 {"\\u0800\\uffff", "\xe0\xa0\x80\xef\xbf\xbf"},
                 {"<\\ud800\\udc00\\uDBFF\\uDFFF>", "<\xf0\x90\x80\x80\xf4\x8f\xbf\xbf>"}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct json_slice inside = {cases[i].inside, strlen(cases[i].inside)};
        char plain[64];
        assert_int_equal(json_unescape(&inside, plain), strlen(cases[i].plain));
        assert_memory_equal(plain, cases[i].plain, strlen(cases[i].plain));
        assert_true(json_key_is(&inside, cases[i].plain));
    }
}

static void errors_tell_line_and_column(void **unused)
{
    (void)unused;
    static const char text[] = "{\"a\": [1,\n  2,\n    x]}";
    struct json_slice value;
    struct error err = {{0}};
    assert_int_equal(skip_whole(text, strlen(text), &value, &err), ERR_DATA);
    assert_int_equal(strncmp(err.text, "3:5: ", 5), 0);
}

/* A text that ends in the middle is never read beyond its length. */
static void beginnings_are_refused(void **unused)
{
    (void)unused;
    static const char text[] = "{\"a\": [1.5e2, true, null, \"\\u00e9\xc3\xa9\"], \"b\": {\"c\": {}}}";
    for (size_t length = 0; length < strlen(text); length++) {
        char cut[sizeof text];
        struct json_slice value;
        memcpy(cut, text, length);
        memset(cut + length, '}', sizeof cut - length);
        assert_int_equal(skip_whole(cut, length, &value, NULL), ERR_DATA);
    }
}

static void brackets_and_digits_are_bounded(void **unused)
{
    (void)unused;
    char text[2 * JSON_NESTING_MAX + 3];
    struct json_slice value;
    for (size_t depth = JSON_NESTING_MAX; depth <= JSON_NESTING_MAX + 1; depth++) {
        memset(text, '[', depth);
        memset(text + depth, ']', depth);
        assert_int_equal(skip_whole(text, 2 * depth, &value, NULL), depth > JSON_NESTING_MAX ? ERR_DATA : OK);
    }
    for (size_t digits = JSON_NUMBER_MAX; digits <= JSON_NUMBER_MAX + 1; digits++) {
        memset(text, '1', digits);
        assert_int_equal(skip_whole(text, digits, &value, NULL), digits > JSON_NUMBER_MAX ? ERR_DATA : OK);
    }
}

static void steps_through_objects_and_arrays(void **unused)
{
    (void)unused;
    static const char text[] = "{\"#a\": [1, 22], \"b\\u0063\": \"18446744073709551615\", \"d\": null}";
    struct json_cursor cursor;
    struct json_slice key, value;
    bool found;
    uint64_t number;
    json_cursor_init(&cursor, text, strlen(text), 1, 1);
    assert_int_equal(json_peek(&cursor), '{');
    assert_int_equal(json_open(&cursor, '[', "states", NULL), ERR_DATA);
    json_cursor_init(&cursor, text, strlen(text), 1, 1);
    assert_int_equal(json_open(&cursor, '{', "it", NULL), OK);
    assert_int_equal(json_next_member(&cursor, &key, &found, NULL), OK);
    assert_true(found && json_key_is_mark(&key) && json_key_is(&key, "#a"));
    assert_int_equal(json_open(&cursor, '[', "#a", NULL), OK);
    for (uint64_t expected = 1; expected <= 22; expected += 21) {
        assert_int_equal(json_next_element(&cursor, &found, NULL), OK);
        assert_true(found);
        assert_int_equal(json_skip(&cursor, &value, NULL), OK);
        assert_true(json_slice_natural(&value, &number));
        assert_int_equal(number, expected);
    }
    assert_int_equal(json_next_element(&cursor, &found, NULL), OK);
    assert_false(found);
    assert_int_equal(json_next_member(&cursor, &key, &found, NULL), OK);
    assert_true(found && json_key_is(&key, "bc") && !json_key_is(&key, "b"));
    assert_int_equal(json_skip(&cursor, &value, NULL), OK);
    assert_false(json_slice_natural(&value, &number)); /* above 2^63 - 1 */
    assert_int_equal(json_next_member(&cursor, &key, &found, NULL), OK);
    assert_int_equal(json_skip(&cursor, &value, NULL), OK);
    assert_true(json_slice_is_null(&value));
    assert_int_equal(json_next_member(&cursor, &key, &found, NULL), OK);
    assert_false(found);
    assert_int_equal(json_finish(&cursor, NULL), OK);
    assert_int_equal(json_peek(&cursor), '\0');
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(skip_of_json_gives_its_bytes),
        cmocka_unit_test(skip_of_other_text_is_refused),
        cmocka_unit_test(unescape_of_a_string_gives_its_characters),
        cmocka_unit_test(errors_tell_line_and_column),
        cmocka_unit_test(beginnings_are_refused),
        cmocka_unit_test(brackets_and_digits_are_bounded),
        cmocka_unit_test(steps_through_objects_and_arrays),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
