#include <string.h>

#include "bench/marked.h"
#include "tests/support/cmocka_all.h"

#define PAGE                                                                         \
    "# Page\n<!-- begin one: by a program -->\n\nold\n\n<!-- end one -->\nbetween\n" \
    "<!-- begin two: by a program -->\n<!-- end two -->\nlast\n"

static void replace_block_that_is_there_only_it(void **state)
{
    (void)state;
    struct buffer text;
    bool found = false;
    buffer_init(&text);
    buffer_string(&text, PAGE);
    assert_int_equal(marked_replace(&text, "one", "| new |\n", &found, NULL), OK);
    assert_true(found);
    assert_int_equal(marked_replace(&text, "two", "2\n", &found, NULL), OK);
    assert_true(found);
    const char *const expected =
        "# Page\n<!-- begin one: by a program -->\n\n| new |\n\n<!-- end one -->\nbetween\n"
        "<!-- begin two: by a program -->\n\n2\n\n<!-- end two -->\nlast\n";
    assert_string_equal(text.text, expected);
    /* Once more: nothing grows. */
    assert_int_equal(marked_replace(&text, "two", "2\n", &found, NULL), OK);
    assert_string_equal(text.text, expected);
    buffer_release(&text);
}

static void replace_block_that_is_not_there_nothing(void **state)
{
    (void)state;
    struct buffer text;
    bool found = true;
    buffer_init(&text);
    buffer_string(&text, PAGE);
    assert_int_equal(marked_replace(&text, "three", "3\n", &found, NULL), OK);
    assert_false(found);
    assert_string_equal(text.text, PAGE);
    buffer_release(&text);
}

static void replace_block_without_end_is_refused(void **state)
{
    (void)state;
    static const char *const pages[] = {"<!-- begin one: x -->\ntext\n", "<!-- begin one: x -->",
                                        "<!-- end one -->\n<!-- begin one: x -->\ntext\n"};
    for (size_t i = 0; i < sizeof pages / sizeof pages[0]; i++) {
        struct buffer text;
        struct error err;
        bool found;
        buffer_init(&text);
        buffer_string(&text, pages[i]);
        assert_int_equal(marked_replace(&text, "one", "1\n", &found, &err), ERR_DATA);
        assert_non_null(strstr(err.text, "<!-- end one -->"));
        assert_string_equal(text.text, pages[i]);
        buffer_release(&text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(replace_block_that_is_there_only_it),
        cmocka_unit_test(replace_block_that_is_not_there_nothing),
        cmocka_unit_test(replace_block_without_end_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
