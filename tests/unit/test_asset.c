/* SPDX-License-Identifier: Apache-2.0 */
/* Pages put together from embedded files. */
#include "tests/support/cmocka_all.h"

#include <string.h>

#include "base/asset.h"

#define ROW(name, text)                                       \
    {                                                         \
        name, (const unsigned char *)(text), sizeof(text) - 1 \
    }

static void write_slot(void *context, const char *slot, struct buffer *out)
{
    *(int *)context += 1;
    buffer_format(out, "[%s]", slot);
}

/* What a page of this text becomes, and how many slots were asked for. */
static void assert_page(const char *text, const char *expected, int slots)
{
    const struct asset rows[] = {
        ROW("other.css", "@media{@slot@}"),
        {"page.html", (const unsigned char *)text, strlen(text)},
    };
    const struct asset_list assets = {rows, 2};
    struct buffer out;
    buffer_init(&out);
    int asked = 0;
    asset_write_page(&assets, "page.html", write_slot, &asked, &out);
    assert_false(out.failed);
    assert_string_equal(out.text, expected);
    assert_int_equal(asked, slots);
    buffer_release(&out);
}

static void page_with_slots_has_them_filled(void **state)
{
    (void)state;
    assert_page("<@title@>@title@@data@</>", "<[title]>[title][data]</>", 3);
}

static void page_with_a_file_has_it_as_it_stands(void **state)
{
    (void)state;
    assert_page("a@other.css@b", "a@media{@slot@}b", 0);
}

static void page_with_other_at_signs_keeps_them(void **state)
{
    (void)state;
    assert_page("@", "@", 0);
    assert_page("@@", "@@", 0);
    assert_page("", "", 0);
    assert_page("@media (x) { @slot@", "@media (x) { [slot]", 1);
    assert_page("me@example.org, you@example.org", "me@example.org, you@example.org", 0);
    assert_page("@a@a@", "[a]a@", 1);
    assert_page("@aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa@", "[aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa]", 1);
    assert_page("@aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa@", "@aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa@", 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(page_with_slots_has_them_filled),
        cmocka_unit_test(page_with_a_file_has_it_as_it_stands),
        cmocka_unit_test(page_with_other_at_signs_keeps_them),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
