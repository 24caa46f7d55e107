/* SPDX-License-Identifier: Apache-2.0 */
/* Text of any bytes, made fit for JSON, HTML, URIs and a terminal. */
#include "tests/support/cmocka_all.h"

#include <stdio.h>
#include <string.h>

#include "base/plain.h"
#include "base/uri.h"

/* ASCII, a control character, one of C1, two bytes that are no UTF-8, half a character, a surrogate, four
 * bytes. */
static const char any[] = "a\033\x7f\n\xc2\x9b\xff\xc3\xa9\xe2\x82\xed\xa0\x80\xf0\x9f\x98\x80\xe2\x86";

#define NO "\xef\xbf\xbd"

static void utf8_of_any_bytes_is_utf8(void **state)
{
    (void)state;
    struct buffer out;
    buffer_init(&out);
    buffer_utf8(&out, any, strlen(any));
    assert_string_equal(out.text, "a\033\x7f\n\xc2\x9b" NO "é" NO NO NO NO NO "😀" NO NO);
    buffer_clear(&out);
    buffer_utf8(&out, "", 0);
    assert_string_equal(out.text, "");
    buffer_release(&out);
}

static void json_of_any_bytes_is_a_string(void **state)
{
    (void)state;
    struct buffer out;
    buffer_init(&out);
    buffer_json(&out, any);
    assert_string_equal(out.text, "\"a\\u001b\x7f\\u000a\xc2\x9b" NO "é" NO NO NO NO NO "😀" NO NO "\"");
    buffer_clear(&out);
    buffer_json_bytes(&out, "\"\\</x\xff", 6);
    assert_string_equal(out.text, "\"\\\"\\\\</x" NO "\"");
    buffer_clear(&out);
    buffer_script(&out, "\"</x>&\x7f\"", 8);
    assert_string_equal(out.text, "\"\\u003c/x\\u003e\\u0026\\u007f\"");
    buffer_release(&out);
}

static void html_of_any_bytes_is_text(void **state)
{
    (void)state;
    struct buffer out;
    buffer_init(&out);
    buffer_html(&out, "<a\xff&'\"\xc3\xa9>\xc3");
    assert_string_equal(out.text, "&lt;a" NO "&amp;&#x27;&quot;é&gt;" NO);
    buffer_release(&out);
}

static void plain_text_shows_what_would_act_on_a_terminal(void **state)
{
    (void)state;
    struct buffer out;
    buffer_init(&out);
    buffer_plain(&out, "a\033[31mb\n\x7f\xff \xc2\x9bZ \xc3\xa9 \xe2\x86\x92 \xf0\x9f\x98\x80 \xe2\x86");
    assert_string_equal(out.text, "a\\x1b[31mb\\x0a\\x7f\\xff \\xc2\\x9bZ é → 😀 \\xe2\\x86");
    buffer_release(&out);
}

/* GitHub's runner takes :: at the start of a line, behind blanks too, and ##[ anywhere. */
static void plain_text_is_no_workflow_command(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"::error::x", "\\x3a:error::x"},
        {"  ::add-mask::x", "  \\x3a:add-mask::x"},
        {"a::b", "a::b"},
        {"a\n::b", "a\\x0a::b"},
        {"x##[error]y", "x\\x23#[error]y"},
        {"##", "##"},
        {":", ":"},
    };
    struct buffer out;
    buffer_init(&out);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        buffer_clear(&out);
        buffer_plain(&out, cases[i][0]);
        assert_string_equal(out.text, cases[i][1]);
    }
    buffer_release(&out);
}

static void print_line_is_one_line(void **state)
{
    (void)state;
    char text[4 * PRINT_LINE_MAX], shown[4 * PRINT_LINE_MAX];
    FILE *file = tmpfile();
    assert_non_null(file);
    memset(text, 'x', 3000);
    (void)snprintf(text + 3000, sizeof text - 3000, "\r\xe2\x86\x92\n");
    print_line(file, "%s|%d", text, 7);
    print_plain(file, "\033");
    rewind(file);
    const size_t length = fread(shown, 1, sizeof shown - 1, file);
    shown[length] = '\0';
    assert_string_equal(shown + 3000, "\\x0d→\\x0a|7\n\\x1b");
    assert_int_equal(fclose(file), 0);
    /* What is too long is cut, and the line still ends. */
    file = tmpfile();
    assert_non_null(file);
    memset(text, 'x', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    print_line(file, "%s", text);
    assert_int_equal(ftell(file), PRINT_LINE_MAX);
    assert_int_equal(fclose(file), 0);
}

static void uri_of_any_path_is_one_and_leads_back(void **state)
{
    (void)state;
    static const struct {
        const char *path, *uri;
    } cases[] = {{"traces/a.itf.json", "traces/a.itf.json"},
                 {"/tmp/a b", "file:///tmp/a%20b"},
                 {"a:b?#%[]", "a%3Ab%3F%23%25%5B%5D"},
                 {"", ""},
                 {"\xc3\xa4\xff\"\n", "%C3%A4%FF%22%0A"}};
    static const char *const wrong[] = {"%", "%4", "a%4g", "%00", "%%41"};
    struct buffer text;
    buffer_init(&text);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        buffer_clear(&text);
        uri_of_path(&text, cases[i].path);
        assert_string_equal(text.text, cases[i].uri);
        buffer_clear(&text);
        assert_true(uri_to_path(&text, cases[i].uri));
        assert_string_equal(text.text, cases[i].path);
    }
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        assert_false(uri_to_path(&text, wrong[i]));
    buffer_release(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(utf8_of_any_bytes_is_utf8),
        cmocka_unit_test(json_of_any_bytes_is_a_string),
        cmocka_unit_test(html_of_any_bytes_is_text),
        cmocka_unit_test(plain_text_shows_what_would_act_on_a_terminal),
        cmocka_unit_test(plain_text_is_no_workflow_command),
        cmocka_unit_test(print_line_is_one_line),
        cmocka_unit_test(uri_of_any_path_is_one_and_leads_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
