/* SPDX-License-Identifier: Apache-2.0 */
/* JSON from outside: what is taken, and what is said about the rest. */
#include "tests/unit/test_lab_fixture.h"

#include "lab/body.h"
#include "lab/json_text.h"

static void parse_of_what_rfc_8259_allows_succeeds(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "null",
        " true ",
        "false\n",
        "0",
        "-0",
        "1e5",
        "-12.50E-3",
        "\"\"",
        "[]",
        "{}",
        "[1,[2,[3]],{\"a\":{}}]",
        "\"\\u00e9\\ud83d\\ude00\\n\\/\"",
        "\"caf\xC3\xA9 \xF0\x9F\x98\x80\"",
        "\t[ 1 , 2 ]\r\n",
        "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]",
        "123456789012345678901234567890123456789012345678901234567890",
    };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        cJSON *tree = NULL;
        struct error err = {""};
        if (json_text_parse(texts[i], strlen(texts[i]), &tree, NULL, &err) != OK)
            fail_msg("%s: %s", texts[i], err.text);
        cJSON_Delete(tree);
    }
}

static void parse_of_anything_else_says_where(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        size_t at;
        const char *message;
    } cases[] = {
        {"", 0, "1:1: a value expected, found the end"},
        {"  ", 2, "1:3: a value expected, found the end"},
        {"01", 1, "1:2: the end of the document expected, found '1'"},
        {"+1", 0, "1:1: a value expected, found '+'"},
        {"1.", 2, "1:3: a digit expected, found the end"},
        {".5", 0, "1:1: a value expected, found '.'"},
        {"1e", 2, "1:3: a digit expected, found the end"},
        {"-", 1, "1:2: a digit expected, found the end"},
        {"NaN", 0, "1:1: a value expected, found 'N'"},
        {"nul", 0, "1:1: a value expected, found 'n'"},
        {"nulll", 4, "1:5: the end of the document expected, found 'l'"},
        {"[1,]", 3, "1:4: a value expected, found ']'"},
        {"[1 2]", 3, "1:4: ',' or ']' expected, found '2'"},
        {"{\"a\":1,}", 7, "1:8: a key in quotes expected, found '}'"},
        {"{a:1}", 1, "1:2: a key in quotes expected, found 'a'"},
        {"{\"a\" 1}", 5, "1:6: ':' expected, found '1'"},
        {"{\"keep_last_n\": 1}}", 18, "1:19: the end of the document expected, found '}'"},
        {"[] []", 3, "1:4: the end of the document expected, found '['"},
        {"// x\n1", 0, "1:1: a value expected, found '/'"},
        {"\"\n\"", 1, "1:2: a control character (0x0a) in a string"},
        {"\"abc", 0, "1:1: the string that begins here does not end"},
        {"\"\\x\"", 1, "1:2: no such escape in a string"},
        {"\"\\u12g4\"", 1, "1:2: four hexadecimal digits expected after \\u"},
        {"\"\\u0000\"", 1, "1:2: a string with the character U+0000 cannot be read"},
        {"\"\\ud800\"", 1, "1:2: half a surrogate pair in a string"},
        {"\"\\ude00\"", 1, "1:2: half a surrogate pair in a string"},
        {"\"\\ud83d\\u0041\"", 1, "1:2: half a surrogate pair in a string"},
        {"\"\xC3\"", 1, "1:2: a string that is not UTF-8 (byte 0xc3)"},
        {"\"\xC0\x80\"", 1, "1:2: a string that is not UTF-8 (byte 0xc0)"},
        {"\"\xED\xA0\x80\"", 1, "1:2: a string that is not UTF-8 (byte 0xed)"},
        {"\"\xF4\x90\x80\x80\"", 1, "1:2: a string that is not UTF-8 (byte 0xf4)"},
        {"\xEF\xBB\xBF[]", 0, "1:1: a value expected, found the byte 0xef"},
        {"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]", 32,
         "1:33: brackets within brackets more than 32 deep"},
        {"1234567890123456789012345678901234567890123456789012345678901", 0,
         "1:1: a number of more than 60 characters"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        cJSON *tree = NULL;
        struct error err = {""};
        size_t at = 999;
        if (json_text_parse(cases[i].text, strlen(cases[i].text), &tree, &at, &err) != ERR_DATA)
            fail_msg("taken: %s", cases[i].text);
        assert_string_equal(err.text, cases[i].message);
        assert_int_equal(at, cases[i].at);
    }
}

static void parse_of_a_nul_inside_is_refused(void **state)
{
    (void)state;
    cJSON *tree = NULL;
    assert_int_equal(json_text_parse("[]\0", 3, &tree, NULL, NULL), ERR_DATA);
    assert_int_equal(json_text_parse("\"a\0b\"", 5, &tree, NULL, NULL), ERR_DATA);
    assert_int_equal(json_text_parse("\"\\\0x\"", 5, &tree, NULL, NULL), ERR_DATA);
}

/* The outcome of reading a body as a keep_last_n: the number, or the complaints. Good until the next call. */
static const char *keep(const char *text, const char *type)
{
    static char outcome[1024];
    const struct body body = {text, strlen(text), type};
    struct buffer details;
    buffer_init(&details);
    int64_t n = -1;
    const enum status status = body_read_keep_last_n(&body, &n, &details, &(struct error){""});
    assert_true(status == OK ? details.length == 0 : status == ERR_DATA && n == -1);
    if (status == OK)
        (void)snprintf(outcome, sizeof outcome, "%lld", (long long)n);
    else
        (void)snprintf(outcome, sizeof outcome, "%s", details.text);
    buffer_release(&details);
    return outcome;
}

#define JSON "application/json"
#define NO_OBJECT                                                                                     \
    "[{\"type\": \"model_attributes_type\", \"loc\": [\"body\"], \"msg\": \"Input should be a valid " \
    "dictionary or "                                                                                  \
    "object to extract fields from\", \"input\": "
#define KEEP_LOC "\"loc\": [\"body\", \"keep_last_n\"], \"msg\": \"Input should be "

static void keep_last_n_of_an_integer_is_taken(void **state)
{
    (void)state;
    assert_string_equal(keep("{\"keep_last_n\": 0}", JSON), "0");
    assert_string_equal(keep(" {\"more\": [1], \"keep_last_n\": 17} ", JSON), "17");
    assert_string_equal(keep("{\"keep_last_n\": 2.0}", JSON), "2");
    assert_string_equal(keep("{\"keep_last_n\": 1e2}", JSON), "100");
    assert_string_equal(keep("{\"keep_last_n\": 99999999999999999999}", JSON), "9007199254740991");
}

static void keep_last_n_of_json_types_only_is_read(void **state)
{
    (void)state;
    static const char *const good[] = {
        "application/json",   "Application/JSON",         "application/json; charset=utf-8",
        "application/json;x", "application/problem+json", "application/x+JSON ; a=b"};
    static const char *const bad[] = {
        "text/plain", "application/jsonx", "application/", "", "json", "application/x-www-form-urlencoded",
        "text/json",  "application/json+x"};
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++)
        assert_string_equal(keep("{\"keep_last_n\": 3}", good[i]), "3");
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_string_equal(keep("{\"keep_last_n\": 3}", bad[i]), NO_OBJECT "null}]");
    assert_string_equal(keep("{\"keep_last_n\": 3}", NULL), NO_OBJECT "null}]");
}

static void keep_last_n_of_anything_else_is_complained_about(void **state)
{
    (void)state;
    static const struct {
        const char *text, *details;
    } cases[] = {
        {"", "[{\"type\": \"missing\", \"loc\": [\"body\"], \"msg\": \"Field required\", \"input\": null}]"},
        {"null",
         "[{\"type\": \"missing\", \"loc\": [\"body\"], \"msg\": \"Field required\", \"input\": null}]"},
        {"{}", "[{\"type\": \"missing\", \"loc\": [\"body\", \"keep_last_n\"], \"msg\": \"Field required\", "
               "\"input\": {}}]"},
        {"{\"keepLastN\": 1}",
         "[{\"type\": \"missing\", \"loc\": [\"body\", \"keep_last_n\"], \"msg\": \"Field "
         "required\", \"input\": {\"keepLastN\":1}}]"},
        {"{\"keep_last_n\": -1}", "[{\"type\": \"greater_than_equal\", " KEEP_LOC
                                  "greater than or equal to 0\", \"input\": -1, \"ctx\": {\"ge\": 0}}]"},
        {"{\"keep_last_n\": \"2\"}",
         "[{\"type\": \"int_type\", " KEEP_LOC "a valid integer\", \"input\": \"2\"}]"},
        {"{\"keep_last_n\": true}",
         "[{\"type\": \"int_type\", " KEEP_LOC "a valid integer\", \"input\": true}]"},
        {"{\"keep_last_n\": null}",
         "[{\"type\": \"int_type\", " KEEP_LOC "a valid integer\", \"input\": null}]"},
        {"{\"keep_last_n\": 1e999}",
         "[{\"type\": \"int_type\", " KEEP_LOC "a valid integer\", \"input\": null}]"},
        {"{\"keep_last_n\": 2.5}",
         "[{\"type\": \"int_from_float\", " KEEP_LOC
         "a valid integer, got a number with a fractional part\", \"input\": 2.5}]"},
        {"{\"keep_last_n\": [1]}",
         "[{\"type\": \"int_type\", " KEEP_LOC "a valid integer\", \"input\": [1]}]"},
        {"[]", NO_OBJECT "[]}]"},
        {"5", NO_OBJECT "5}]"},
        {"\"<\\\"\"", NO_OBJECT "\"<\\\"\"}]"},
        {"{", "[{\"type\": \"json_invalid\", \"loc\": [\"body\", 1], \"msg\": \"JSON decode error\", "
              "\"input\": {}, "
              "\"ctx\": {\"error\": \"1:2: a key in quotes expected, found the end\"}}]"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_string_equal(keep(cases[i].text, JSON), cases[i].details);
}

/* The outcome of reading a body as balancers: "id:weight …", or the complaints. Good until the next call. */
static const char *balancers(const char *text, const char *type)
{
    static char outcome[2048];
    const struct body body = {text, strlen(text), type};
    struct buffer details;
    buffer_init(&details);
    struct balancer *list = NULL;
    size_t count = 0, used = 0;
    outcome[0] = '\0';
    const enum status status = body_read_balancers(&body, &list, &count, &details, &(struct error){""});
    assert_true(status == OK ? details.length == 0 : status == ERR_DATA && list == NULL);
    for (size_t i = 0; i < count; i++)
        used += (size_t)snprintf(outcome + used, sizeof outcome - used, "%s%lld:%lld", i == 0 ? "" : " ",
                                 (long long)list[i].id, (long long)list[i].weight);
    if (status != OK)
        (void)snprintf(outcome, sizeof outcome, "%s", details.text);
    mem_free(list);
    buffer_release(&details);
    return outcome;
}

static void balancers_of_a_list_are_taken_in_its_order(void **state)
{
    (void)state;
    assert_string_equal(balancers("", NULL), "");
    assert_string_equal(balancers("", "text/plain"), "");
    assert_string_equal(balancers("null", JSON), "");
    assert_string_equal(balancers("[]", JSON), "");
    assert_string_equal(
        balancers("[{\"id\": 255, \"weight\": 0}, {\"weight\": 9007199254740991, \"id\": 1, \"x\": "
                  "{}}]",
                  JSON),
        "255:0 1:9007199254740991");
}

static void balancers_of_anything_else_are_complained_about_one_by_one(void **state)
{
    (void)state;
#define NO_LIST \
    "[{\"type\": \"list_type\", \"loc\": [\"body\"], \"msg\": \"Input should be a valid list\", \"input\": "
    assert_string_equal(balancers("{\"id\":1}", JSON), NO_LIST "{\"id\":1}}]");
    assert_string_equal(balancers("\"abc\"", JSON), NO_LIST "\"abc\"}]");
    assert_string_equal(balancers("[]", "text/plain"), NO_LIST "null}]");
    assert_string_equal(
        balancers("[{\"id\": 0, \"weight\": 1}, 5, {\"id\": 256, \"weight\": -1}, {\"id\": 1}]", JSON),
        "[{\"type\": \"greater_than_equal\", \"loc\": [\"body\", 0, \"id\"], \"msg\": \"Input should be "
        "greater than "
        "or equal to 1\", \"input\": 0, \"ctx\": {\"ge\": 1}}, "
        "{\"type\": \"model_attributes_type\", \"loc\": [\"body\", 1], \"msg\": \"Input should be a valid "
        "dictionary "
        "or object to extract fields from\", \"input\": 5}, "
        "{\"type\": \"less_than_equal\", \"loc\": [\"body\", 2, \"id\"], \"msg\": \"Input should be less "
        "than or "
        "equal to 255\", \"input\": 256, \"ctx\": {\"le\": 255}}, "
        "{\"type\": \"greater_than_equal\", \"loc\": [\"body\", 2, \"weight\"], \"msg\": \"Input should be "
        "greater "
        "than or equal to 0\", \"input\": -1, \"ctx\": {\"ge\": 0}}, "
        "{\"type\": \"missing\", \"loc\": [\"body\", 3, \"weight\"], \"msg\": \"Field required\", \"input\": "
        "{\"id\":1}}]");
}

static void balancers_past_the_bound_are_refused(void **state)
{
    (void)state;
    struct buffer text;
    buffer_init(&text);
    buffer_char(&text, '[');
    for (int i = 0; i <= PLAN_BALANCERS_MAX; i++)
        buffer_string(&text, i == 0 ? "0" : ",0");
    buffer_char(&text, ']');
    assert_string_equal(
        balancers(text.text, JSON),
        "[{\"type\": \"too_long\", \"loc\": [\"body\"], \"msg\": \"List should have fewer items: at "
        "most 4096\", \"input\": null, \"ctx\": {\"max_length\": 4096}}]");
    buffer_release(&text);
}

static void read_without_memory_is_no_complaint(void **state)
{
    (void)state;
    const char *text = "[{\"id\": 0, \"weight\": 1}]";
    const struct body body = {text, strlen(text), JSON};
    enum status status;
    size_t nth = 0;
    do {
        struct balancer *list = NULL;
        size_t count;
        struct buffer details;
        buffer_init(&details);
        mem_fail_from(++nth);
        status = body_read_balancers(&body, &list, &count, &details, NULL);
        mem_fail_from(0);
        assert_true(status == ERR_MEMORY || (status == ERR_DATA && details.length > 0 && !details.failed));
        assert_null(list);
        buffer_release(&details);
    } while (status == ERR_MEMORY);
    assert_true(nth > 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parse_of_what_rfc_8259_allows_succeeds),
        cmocka_unit_test(parse_of_anything_else_says_where),
        cmocka_unit_test(parse_of_a_nul_inside_is_refused),
        cmocka_unit_test(keep_last_n_of_an_integer_is_taken),
        cmocka_unit_test(keep_last_n_of_json_types_only_is_read),
        cmocka_unit_test(keep_last_n_of_anything_else_is_complained_about),
        cmocka_unit_test(balancers_of_a_list_are_taken_in_its_order),
        cmocka_unit_test(balancers_of_anything_else_are_complained_about_one_by_one),
        cmocka_unit_test(balancers_past_the_bound_are_refused),
        cmocka_unit_test(read_without_memory_is_no_complaint),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
