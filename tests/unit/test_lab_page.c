/* SPDX-License-Identifier: Apache-2.0 */
/* The front page: what it shows of each kind of zone, and that nothing in a zone becomes markup. */
#include "tests/unit/test_lab_talk.h"

#include "lab/page.h"
#include "lab/picture.h"

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

/* A lab of three deployers on a folder of its own, in the midst of LAB's outage: a has installed plan-001 to
 * plan-004, and b the stale plan-001. */
static void open_before_the_outage(struct lab *lab, const char *folder, bool workshop)
{
    fixture_open_lab(lab, folder, (struct guards){false, false});
    lab->workshop = workshop;
    fixture_generate(lab, 4);
    for (int i = 0; i < 4; i++)
        assert_int_equal(fixture_sync_deploy(lab, 0).outcome, DEPLOY_INSTALLED);
    assert_int_equal(fixture_sync_deploy(lab, 1).outcome, DEPLOY_INSTALLED);
}

static void page_before_the_outage_says_who_may_cause_it(void **state)
{
    (void)state;
    static struct lab lab;
    char *folder = fixture_folder();
    open_before_the_outage(&lab, folder, false);
    const char *page = page_of_lab(&lab);
    assert_contains(page, "<strong>Healthy</strong> " LAB_ROOT_NAME
                          " resolves to 1 address, by <code>plan-001</code>.");
    assert_contains(page, "⚠ deployer-a may delete it");
    assert_contains(page,
                    "deletes plans before <code>plan-002</code> <span class=\"tag bad\">root’s is one of "
                    "them</span>.");
    assert_int_equal(count_of(page, "A clean-up that keeps 3 deletes nothing yet."), 2);
    assert_contains(page, "<span class=\"tag\">not made yet</span> A deploy is idle.");
    assert_int_equal(count_of(page, "<button"), 1); /* the pause */
    assert_null(strstr(page, "<input"));
    lab.guards.protect_live = true;
    page = page_of_lab(&lab);
    assert_null(strstr(page, "may delete it"));
    assert_contains(page, "deletes plans before <code>plan-002</code> but for root’s and rollback’s.");
    assert_contains(page, "guards: protect-live");
    lab_close(&lab);
    fixture_remove(folder);
}

static void page_of_the_outage_says_what_is_wrong(void **state)
{
    (void)state;
    static struct lab lab;
    char *folder = fixture_folder();
    open_before_the_outage(&lab, folder, false);
    lab.healthy = true;
    struct cleanup_answer answer;
    struct error err;
    assert_int_equal(lab_cleanup(&lab, CALLER_PERSON, &lab.deployers[0], 3, &answer, &err), OK);
    mem_free(answer.deleted_versions);
    lab_sync(&lab, CALLER_PERSON, &lab.deployers[1]);
    const char *page = page_of_lab(&lab);
    assert_contains(page,
                    "<section class=\"health bad\" id=\"health\" role=\"status\"><p><strong>Outage</strong> "
                    "Root points at <code>plan-001</code>, a plan that was deleted: nothing resolves.</p>");
    assert_contains(page,
                    "UTC by deployer-a (cleanup, keep 3). Deploys are refused as long as root’s plan is "
                    "missing; only deployer-c, whose next plan it is, can bring it back.");
    assert_contains(page,
                    "<span class=\"tag bad\">blocked</span> A deploy is refused: the root that it saw points "
                    "at a plan that is missing.");
    assert_contains(page, "&quot;lines&quot;:[&quot;plan-001 is gone&quot;,&quot;it has no records&quot;]");
    assert_contains(page, "<span class=\"tag bad\">root lost</span>");
    lab.deployers[2].next_plan_version = 2;
    assert_contains(page_of_lab(&lab),
                    "No deploy mends it: each is refused as long as root’s plan is missing.");
    lab_close(&lab);
    fixture_remove(folder);
}

static void page_of_a_workshop_has_a_button_for_every_call(void **state)
{
    (void)state;
    static struct lab lab;
    char *folder = fixture_folder();
    open_before_the_outage(&lab, folder, true);
    const char *page = page_of_lab(&lab);
    static const char *const paths[] = {"planner/generate", "reset", "seed-init"};
    for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
        char button[64];
        (void)snprintf(button, sizeof button, "data-post=\"/mbt/%s\"", paths[i]);
        assert_int_equal(count_of(page, button), 1);
    }
    static const char *const actions[] = {"sync", "deploy", "cleanup"};
    for (size_t i = 0; i < 9; i++) {
        char button[64];
        (void)snprintf(button, sizeof button, "data-post=\"/mbt/deployers/deployer-%c/%s\"",
                       (char)('a' + i / 3), actions[i % 3]);
        assert_int_equal(count_of(page, button), 1);
    }
    lab_close(&lab);
    fixture_remove(folder);
}

static void page_of_odd_roots_says_what_they_are(void **state)
{
    (void)state;
    const struct weighted_target list[] = {{"one", 1}, {"two", 2}};
    struct record *listed[] = {record_new_weighted(LAB_ROOT_NAME, list, 2)};
    assert_contains(
        page_of(listed, 1),
        "Root points at <code>a list of 2 names</code>, which leads to no address: nothing resolves.");
    struct record *elsewhere[] = {record_new_text(RECORD_ALIAS, LAB_ROOT_NAME, "plan-007.cdb.acme")};
    assert_contains(page_of(elsewhere, 1), "<code>plan-007</code>, which does not exist: nothing resolves.");
    struct record *direct[] = {record_new_text(RECORD_A, LAB_ROOT_NAME, "192.0.2.1")};
    assert_contains(page_of(direct, 1), "resolves to 1 address, by a record of its own.");
    struct record *lock[] = {record_new_text(RECORD_TXT, LAB_LOCK_NAME, "x 1")};
    assert_contains(page_of(lock, 1), "<strong>Outage</strong> There is no root record: nothing resolves.");
    assert_contains(page_of(NULL, 0),
                    "Nothing is installed yet: there is no root record, so nothing resolves.");
}

/* The data of the picture; good until the next call. */
static const char *picture_of(const struct lab *lab)
{
    static char text[65536];
    struct buffer out;
    buffer_init(&out);
    picture_write(&out, lab);
    assert_true(!out.failed && out.length < sizeof text);
    memcpy(text, out.text, out.length + 1);
    buffer_release(&out);
    return text;
}

static void picture_of_one_plan_has_one_group(void **state)
{
    (void)state;
    const struct weighted_target list[] = {{"lb", 3}, {"gone", 4}, {"plan", 5}};
    struct record *records[] = {
        record_new_text(RECORD_ALIAS, LAB_ROOT_NAME, "plan"),
        record_new_text(RECORD_ALIAS, LAB_ROLLBACK_NAME, "plan"),
        record_new_weighted("plan", list, 3),
        record_new_text(RECORD_A, "lb", "192.0.2.1"),
    };
    static struct lab lab;
    lab = (struct lab){.zone = {.records = records, .count = 4}};
    assert_string_equal(picture_of(&lab),
                        "{\"names\":{\"root\":\"" LAB_ROOT_NAME "\",\"rollback\":\"" LAB_ROLLBACK_NAME
                        "\"},\"groups\":[{\"name\":\"plan\",\"look\":\"\",\"broken\":false,\"of\":[\"root\","
                        "\"rollback\"],\"lines\":[\"plan\",\"3 balancers\"],\"leaves\":[{\"name\":\"lb\","
                        "\"weight\":3,\"address\":\"192.0.2.1\"},{\"name\":\"gone\",\"weight\":4,\"note\":"
                        "\"missing\"},{\"name\":\"plan\",\"weight\":5,\"note\":\"an alias\"}]}]}");
    lab.zone.records = records + 1; /* without root */
    lab.zone.count = 3;
    assert_contains(picture_of(&lab),
                    "\"groups\":[{\"name\":\"(nothing)\",\"look\":\"nowhere\",\"broken\":true,"
                    "\"of\":[\"root\"],\"lines\":[\"nothing\"],\"leaves\":[]},{\"name\":\"plan\"");
    for (size_t i = 0; i < 4; i++)
        record_unref(records[i]);
}

static void picture_of_many_balancers_is_bounded(void **state)
{
    (void)state;
    struct weighted_target list[PICTURE_LEAVES_MAX + 1];
    for (size_t i = 0; i < PICTURE_LEAVES_MAX + 1; i++)
        list[i] = (struct weighted_target){"lb", 1};
    struct record *records[] = {
        record_new_text(RECORD_ALIAS, LAB_ROOT_NAME, "plan"),
        record_new_text(RECORD_A, "lb", "192.0.2.1"),
        NULL,
    };
    static struct lab lab;
    lab = (struct lab){.zone = {.records = records, .count = 3}};
    records[2] = record_new_weighted("plan", list, PICTURE_LEAVES_MAX);
    assert_int_equal(count_of(picture_of(&lab), "\"name\":\"lb\""), PICTURE_LEAVES_MAX);
    record_unref(records[2]);
    records[2] = record_new_weighted("plan", list, PICTURE_LEAVES_MAX + 1);
    assert_int_equal(count_of(picture_of(&lab), "\"name\":\"lb\""), PICTURE_LEAVES_MAX - 1);
    assert_contains(picture_of(&lab), ",{\"name\":\"… 2 more\",\"note\":\"not drawn\"}]");
    for (size_t i = 0; i < 3; i++)
        record_unref(records[i]);
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
        cmocka_unit_test(page_before_the_outage_says_who_may_cause_it),
        cmocka_unit_test(page_of_the_outage_says_what_is_wrong),
        cmocka_unit_test(page_of_a_workshop_has_a_button_for_every_call),
        cmocka_unit_test(page_of_odd_roots_says_what_they_are),
        cmocka_unit_test(picture_of_one_plan_has_one_group),
        cmocka_unit_test(picture_of_many_balancers_is_bounded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
