/* The front page: what it shows of each kind of zone, and that nothing in a zone becomes markup. */
#include "tests/unit/test_lab_talk.h"

#include "lab/page.h"

/* The page of this lab. Good until the next call. */
static const char *page_of_lab(const struct lab *lab)
{
    static char text[262144];
    struct buffer page;
    buffer_init(&page);
    page_write_front(&page, lab);
    assert_false(page.failed);
    assert_true(page.length < sizeof text);
    memcpy(text, page.text, page.length + 1);
    buffer_release(&page);
    return text;
}

/* The page of a zone of these records, which are given up. Good until the next call. */
static const char *page_of(struct record **records, size_t count)
{
    static struct lab lab;
    lab = (struct lab){.zone = {.records = records, .count = count}};
    const char *text = page_of_lab(&lab);
    for (size_t i = 0; i < count; i++)
        record_unref(records[i]);
    return text;
}

static size_t count_of(const char *text, const char *part)
{
    size_t count = 0;
    for (const char *at = text; (at = strstr(at, part)) != NULL; at += strlen(part))
        count++;
    return count;
}

static void page_of_markup_in_a_zone_is_escaped(void **state)
{
    (void)state;
    const struct weighted_target list[] = {{"<script>alert('x')</script>", 7}};
    struct record *records[] = {
        record_new_text(RECORD_ALIAS, LAB_ROOT_NAME, "<img src=x onerror=\"y\">"),
        record_new_weighted("<img src=x onerror=\"y\">", list, 1),
        record_new_text(RECORD_TXT, LAB_LOCK_NAME, "</p><b>&amp;"),
    };
    const char *page = page_of(records, 3);
    assert_null(strstr(page, "<img"));
    assert_null(strstr(page, "<b>"));
    assert_int_equal(count_of(page, "<script>"), 1);
    assert_contains(page, "<p>&lt;/p&gt;&lt;b&gt;&amp;amp;</p>");
    assert_contains(
        page, "<code>&lt;script&gt;alert(&#x27;x&#x27;)&lt;/script&gt;</code> <span class=\"broken\">missing"
              "</span> <span class=\"edge\">(weight=7)</span></li>");
}

static void page_of_a_cycle_marks_it(void **state)
{
    (void)state;
    const struct weighted_target list[] = {{"lb", 3}, {"two", 4}};
    struct record *records[] = {
        record_new_text(RECORD_ALIAS, LAB_ROOT_NAME, "one"),
        record_new_weighted("one", list, 2),
        record_new_text(RECORD_ALIAS, "two", LAB_ROOT_NAME),
        record_new_text(RECORD_A, "lb", "192.0.2.1"),
    };
    const char *page = page_of(records, 4);
    assert_contains(page, "<li><code>" LAB_ROOT_NAME "</code> <span class=\"broken\">cycle</span></li>");
    assert_contains(page, "<p class=\"healthy\">healthy</p><p>192.0.2.1</p>");
    assert_contains(
        page, "<code>two</code> <span class=\"record-type\">ALIAS</span> <span class=\"edge\">(weight=4)"
              "</span><ul>");
    assert_int_equal(count_of(page, "<ul>"), count_of(page, "</ul>"));
    assert_int_equal(count_of(page, "<li>"), count_of(page, "</li>"));
}

static void page_of_a_chain_too_long_says_so(void **state)
{
    (void)state;
    struct record *records[RESOLVE_DEPTH_MAX + 1];
    char name[32], next[32];
    for (size_t i = 0; i <= RESOLVE_DEPTH_MAX; i++) {
        (void)snprintf(name, sizeof name, "c%zu", i);
        (void)snprintf(next, sizeof next, "c%zu", i + 1);
        records[i] = record_new_text(RECORD_ALIAS, i == 0 ? LAB_ROOT_NAME : name, next);
    }
    const char *page = page_of(records, RESOLVE_DEPTH_MAX + 1);
    assert_contains(page, "<span class=\"broken\">too far</span>");
    assert_int_equal(count_of(page, "<li>"), count_of(page, "</li>"));
}

static void page_lists_records_by_name(void **state)
{
    (void)state;
    struct record *records[] = {
        record_new_text(RECORD_TXT, "b", "2"),
        record_new_text(RECORD_A, "b", "192.0.2.1"),
        record_new_text(RECORD_TXT, "a", "1"),
    };
    assert_contains(page_of(records, 3),
                    "<tr><td>a</td><td>TXT</td><td>1</td></tr>\n<tr><td>b</td><td>A</td><td>"
                    "192.0.2.1</td></tr>\n<tr><td>b</td><td>TXT</td><td>2</td></tr>\n");
}

static void page_loads_nothing_from_elsewhere(void **state)
{
    (void)state;
    const char *page = page_of(NULL, 0);
    /* A name that SVG has, and no address. */
    assert_int_equal(count_of(page, "http:"), count_of(page, "http://www.w3.org/2000/svg"));
    assert_null(strstr(page, "https:"));
    assert_null(strstr(page, " src="));
    assert_contains(page, "prefers-color-scheme: dark");
    assert_contains(page, "name=\"viewport\"");
}

static void page_without_memory_is_marked_as_failed(void **state)
{
    (void)state;
    struct record *lock = record_new_text(RECORD_TXT, LAB_LOCK_NAME, "x 1");
    static struct lab lab;
    lab = (struct lab){.zone = {.records = &lock, .count = 1}};
    bool failed;
    size_t nth = 0;
    do {
        struct buffer page;
        buffer_init(&page);
        mem_fail_from(++nth);
        page_write_front(&page, &lab);
        mem_fail_from(0);
        failed = page.failed;
        assert_true(failed || strstr(page.text, "x 1") != NULL);
        buffer_release(&page);
    } while (failed);
    assert_true(nth > 5);
    record_unref(lock);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(page_of_markup_in_a_zone_is_escaped),
        cmocka_unit_test(page_of_a_cycle_marks_it),
        cmocka_unit_test(page_of_a_chain_too_long_says_so),
        cmocka_unit_test(page_lists_records_by_name),
        cmocka_unit_test(page_loads_nothing_from_elsewhere),
        cmocka_unit_test(page_without_memory_is_marked_as_failed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
