/* SPDX-License-Identifier: Apache-2.0 */
/* The DNS store: batches, resolving, and its file form. */
#include "tests/unit/test_lab_fixture.h"

#include "lab/json_text.h"
#include "lab/wormhole53.h"

static struct record *a(const char *name, const char *address)
{
    return record_new_text(RECORD_A, name, address);
}
static struct record *alias(const char *name, const char *target)
{
    return record_new_text(RECORD_ALIAS, name, target);
}
static struct record *txt(const char *name, const char *text)
{
    return record_new_text(RECORD_TXT, name, text);
}

/* One change; the record is given up. */
static enum status change(struct wormhole53 *zone, enum change_action action, struct record *record,
                          struct error *err)
{
    assert_non_null(record);
    const struct change only = {action, record};
    const enum status status = wormhole53_change_record_sets(zone, &only, 1, err);
    record_unref(record);
    return status;
}

static void put(struct wormhole53 *zone, struct record *record)
{
    assert_int_equal(change(zone, CHANGE_UPSERT, record, NULL), OK);
}

static void change_create_existing_is_refused(void **state)
{
    (void)state;
    struct wormhole53 zone = {0};
    struct error err;
    put(&zone, txt("lock", "x 1"));
    assert_int_equal(change(&zone, CHANGE_CREATE, txt("lock", "y 1"), &err), ERR_DATA);
    assert_string_equal(err.text, "record already exists: lock|TXT");
    assert_string_equal(fixture_zone(&zone), "lock=x 1");
    /* Another type is another record. */
    assert_int_equal(change(&zone, CHANGE_CREATE, a("lock", "192.0.2.1"), &err), OK);
    assert_string_equal(fixture_zone(&zone), "lock=x 1 lock=192.0.2.1");
    wormhole53_release(&zone);
}

static void change_delete_other_value_is_refused(void **state)
{
    (void)state;
    struct wormhole53 zone = {0};
    struct error err;
    put(&zone, txt("lock", "x 1"));
    assert_int_equal(change(&zone, CHANGE_DELETE, txt("lock", "x 2"), &err), ERR_DATA);
    assert_string_equal(err.text, "record mismatch: lock|TXT");
    assert_int_equal(change(&zone, CHANGE_DELETE, txt("other", "x 1"), &err), ERR_DATA);
    assert_string_equal(err.text, "record mismatch: other|TXT");
    assert_string_equal(fixture_zone(&zone), "lock=x 1");
    assert_int_equal(change(&zone, CHANGE_DELETE, txt("lock", "x 1"), &err), OK);
    assert_string_equal(fixture_zone(&zone), "");
    wormhole53_release(&zone);
}

static void change_delete_list_compares_names_weights_and_order(void **state)
{
    (void)state;
    struct wormhole53 zone = {0};
    const struct weighted_target two[] = {{"p", 1}, {"q", 2}}, swapped[] = {{"q", 2}, {"p", 1}},
                                 heavier[] = {{"p", 1}, {"q", 3}};
    put(&zone, record_new_weighted("l", two, 2));
    assert_int_equal(change(&zone, CHANGE_DELETE, record_new_weighted("l", swapped, 2), NULL), ERR_DATA);
    assert_int_equal(change(&zone, CHANGE_DELETE, record_new_weighted("l", heavier, 2), NULL), ERR_DATA);
    assert_int_equal(change(&zone, CHANGE_DELETE, record_new_weighted("l", two, 1), NULL), ERR_DATA);
    assert_int_equal(change(&zone, CHANGE_DELETE, alias("l", "p"), NULL), ERR_DATA);
    assert_int_equal(change(&zone, CHANGE_DELETE, record_new_weighted("l", two, 2), NULL), OK);
    wormhole53_release(&zone);
}

static void change_upsert_existing_keeps_its_place(void **state)
{
    (void)state;
    struct wormhole53 zone = {0};
    put(&zone, a("one", "192.0.2.1"));
    put(&zone, a("two", "192.0.2.2"));
    put(&zone, a("one", "192.0.2.9"));
    put(&zone, a("three", "192.0.2.3"));
    assert_string_equal(fixture_zone(&zone), "one=192.0.2.9 two=192.0.2.2 three=192.0.2.3");
    wormhole53_release(&zone);
}

static void change_batch_sees_its_own_changes(void **state)
{
    (void)state;
    struct wormhole53 zone = {0};
    put(&zone, txt("lock", "x 1"));
    put(&zone, a("one", "192.0.2.1"));
    struct record *old = txt("lock", "x 1"), *new = txt("lock", "y 1");
    const struct change batch[] = {{CHANGE_DELETE, old}, {CHANGE_CREATE, new}};
    assert_int_equal(wormhole53_change_record_sets(&zone, batch, 2, NULL), OK);
    assert_string_equal(fixture_zone(&zone), "one=192.0.2.1 lock=y 1");
    record_unref(old);
    record_unref(new);
    wormhole53_release(&zone);
}

static void change_batch_with_one_wrong_changes_nothing(void **state)
{
    (void)state;
    struct wormhole53 zone = {0};
    struct error err;
    put(&zone, txt("lock", "x 1"));
    struct record *good = a("one", "192.0.2.1"), *wrong = txt("lock", "z 1"), *old = txt("lock", "x 1");
    const struct change batch[] = {{CHANGE_UPSERT, good}, {CHANGE_DELETE, old}, {CHANGE_DELETE, wrong}};
    assert_int_equal(wormhole53_change_record_sets(&zone, batch, 3, &err), ERR_DATA);
    assert_string_equal(err.text, "record mismatch: lock|TXT");
    assert_string_equal(fixture_zone(&zone), "lock=x 1");
    record_unref(good);
    record_unref(wrong);
    record_unref(old);
    wormhole53_release(&zone);
}

static void change_past_the_bound_is_refused(void **state)
{
    (void)state;
    struct wormhole53 zone = {0};
    struct record **records = mem_new(ZONE_RECORDS_MAX, sizeof *records);
    assert_non_null(records);
    for (size_t i = 0; i < ZONE_RECORDS_MAX; i++) {
        char name[32];
        (void)snprintf(name, sizeof name, "n%zu", i);
        records[i] = txt(name, "");
        assert_non_null(records[i]);
    }
    assert_int_equal(wormhole53_replace(&zone, records, ZONE_RECORDS_MAX, NULL), OK);
    struct error err;
    assert_int_equal(change(&zone, CHANGE_CREATE, txt("more", ""), &err), ERR_MEMORY);
    assert_string_equal(err.text, "the zone is full: it holds at most 65536 records");
    assert_int_equal(change(&zone, CHANGE_UPSERT, txt("n7", "y"), &err), OK);
    assert_int_equal(zone.count, ZONE_RECORDS_MAX);
    record_unref_all(records, ZONE_RECORDS_MAX);
    wormhole53_release(&zone);
}

static void resolve_follows_lists_in_order(void **state)
{
    (void)state;
    struct wormhole53 zone = {0};
    const struct weighted_target list[] = {{"lb2", 1}, {"gone", 5}, {"lb1", 0}, {"text", 1}, {"lb2", 1}};
    put(&zone, alias("root", "plan"));
    put(&zone, record_new_weighted("plan", list, 5));
    put(&zone, a("lb1", "192.0.2.1"));
    put(&zone, a("lb2", "192.0.2.2"));
    put(&zone, txt("text", "192.0.2.3"));
    assert_string_equal(fixture_resolve(&zone, "root"), "[\"192.0.2.2\", \"192.0.2.1\", \"192.0.2.2\"]");
    assert_string_equal(fixture_resolve(&zone, "lb1"), "[\"192.0.2.1\"]");
    assert_string_equal(fixture_resolve(&zone, "text"), "[]");
    assert_string_equal(fixture_resolve(&zone, "nothing"), "[]");
    assert_string_equal(fixture_resolve(&zone, "ROOT"), "[]");
    wormhole53_release(&zone);
}

static void resolve_with_cycles_gives_the_other_branches(void **state)
{
    (void)state;
    struct wormhole53 zone = {0};
    const struct weighted_target list[] = {{"root", 1}, {"lb", 1}, {"two", 1}};
    put(&zone, record_new_weighted("root", list, 3));
    put(&zone, a("lb", "192.0.2.1"));
    put(&zone, alias("two", "three"));
    put(&zone, alias("three", "two"));
    put(&zone, alias("self", "self"));
    assert_string_equal(fixture_resolve(&zone, "root"), "[\"192.0.2.1\"]");
    assert_string_equal(fixture_resolve(&zone, "self"), "[]");
    wormhole53_release(&zone);
}

static void resolve_a_name_seen_on_another_branch_counts_again(void **state)
{
    (void)state;
    struct wormhole53 zone = {0};
    const struct weighted_target list[] = {{"left", 1}, {"right", 1}};
    put(&zone, record_new_weighted("root", list, 2));
    put(&zone, alias("left", "lb"));
    put(&zone, alias("right", "lb"));
    put(&zone, a("lb", "192.0.2.1"));
    assert_string_equal(fixture_resolve(&zone, "root"), "[\"192.0.2.1\", \"192.0.2.1\"]");
    wormhole53_release(&zone);
}

/* A chain of as many aliases as are followed resolves; one more does not. */
static void resolve_past_the_depth_gives_nothing(void **state)
{
    (void)state;
    struct wormhole53 zone = {0};
    char name[16], next[16];
    for (int i = 0; i < RESOLVE_DEPTH_MAX; i++) {
        (void)snprintf(name, sizeof name, "c%d", i);
        (void)snprintf(next, sizeof next, "c%d", i + 1);
        put(&zone, alias(name, next));
    }
    (void)snprintf(name, sizeof name, "c%d", RESOLVE_DEPTH_MAX);
    put(&zone, a(name, "192.0.2.1"));
    assert_string_equal(fixture_resolve(&zone, "c1"), "[\"192.0.2.1\"]");
    assert_string_equal(fixture_resolve(&zone, "c0"), "[]");
    wormhole53_release(&zone);
}

/* Twenty levels of double targets would be a million addresses; the walk ends at its bound. */
static void resolve_of_a_bush_is_bounded(void **state)
{
    (void)state;
    struct wormhole53 zone = {0};
    char name[16], next[16];
    for (int i = 0; i < 20; i++) {
        (void)snprintf(name, sizeof name, "b%d", i);
        (void)snprintf(next, sizeof next, "b%d", i + 1);
        const struct weighted_target both[] = {{next, 1}, {next, 1}};
        put(&zone, record_new_weighted(name, both, 2));
    }
    put(&zone, a("b20", "192.0.2.1"));
    struct buffer ips;
    buffer_init(&ips);
    const size_t count = wormhole53_resolve(&zone, "b0", &ips);
    assert_in_range(count, 1, RESOLVE_STEPS_MAX);
    buffer_release(&ips);
    wormhole53_release(&zone);
}

static void write_any_text_is_read_back(void **state)
{
    (void)state;
    struct wormhole53 zone = {0};
    const struct weighted_target list[] = {{"caf\xC3\xA9 \"q\"", 0}, {"\\", JSON_INTEGER_MAX}};
    put(&zone, txt("tab\there", "line\nend \x01 <b> \xF0\x9F\x98\x80"));
    put(&zone, record_new_weighted("list", list, 2));
    put(&zone, record_new_weighted("empty", NULL, 0));
    put(&zone, a("a", "192.0.2.1"));
    struct buffer text;
    buffer_init(&text);
    wormhole53_write(&text, zone.records, zone.count);
    cJSON *tree;
    struct record **records;
    size_t count;
    assert_int_equal(json_text_parse(text.text, text.length, &tree, NULL, NULL), OK);
    assert_int_equal(record_read_list(tree, &records, &count, NULL), OK);
    assert_int_equal(count, zone.count);
    for (size_t i = 0; i < count; i++) {
        assert_true(record_same_identity(records[i], zone.records[i]));
        assert_true(record_same_value(records[i], zone.records[i]));
    }
    cJSON_Delete(tree);
    record_unref_all(records, count);
    buffer_release(&text);
    wormhole53_release(&zone);
}

/* Each allocation fails once: the batch fails whole, or is done whole, and nothing is lost. */
static void change_without_memory_changes_nothing(void **state)
{
    (void)state;
    struct wormhole53 zone = {0};
    put(&zone, txt("lock", "x 1"));
    struct record *old = txt("lock", "x 1"), *new = txt("lock", "y 1"), *more = a("one", "192.0.2.1");
    const struct change batch[] = {{CHANGE_DELETE, old}, {CHANGE_CREATE, new}, {CHANGE_UPSERT, more}};
    enum status status = ERR_MEMORY;
    size_t nth = 0;
    while (status != OK) {
        assert_int_equal(status, ERR_MEMORY);
        assert_string_equal(fixture_zone(&zone), "lock=x 1");
        struct error err = {""};
        mem_fail_from(++nth);
        status = wormhole53_change_record_sets(&zone, batch, 3, &err);
        mem_fail_from(0);
        assert_true(status == OK || strstr(err.text, "out of memory") != NULL);
    }
    assert_true(nth > 1);
    assert_string_equal(fixture_zone(&zone), "lock=y 1 one=192.0.2.1");
    record_unref(old);
    record_unref(new);
    record_unref(more);
    wormhole53_release(&zone);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(change_create_existing_is_refused),
        cmocka_unit_test(change_delete_other_value_is_refused),
        cmocka_unit_test(change_delete_list_compares_names_weights_and_order),
        cmocka_unit_test(change_upsert_existing_keeps_its_place),
        cmocka_unit_test(change_batch_sees_its_own_changes),
        cmocka_unit_test(change_batch_with_one_wrong_changes_nothing),
        cmocka_unit_test(change_past_the_bound_is_refused),
        cmocka_unit_test(resolve_follows_lists_in_order),
        cmocka_unit_test(resolve_with_cycles_gives_the_other_branches),
        cmocka_unit_test(resolve_a_name_seen_on_another_branch_counts_again),
        cmocka_unit_test(resolve_past_the_depth_gives_nothing),
        cmocka_unit_test(resolve_of_a_bush_is_bounded),
        cmocka_unit_test(write_any_text_is_read_back),
        cmocka_unit_test(change_without_memory_changes_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
