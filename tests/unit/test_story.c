/* SPDX-License-Identifier: Apache-2.0 */
/* Stories of traces, and how explain tells them. With RACEWALK_UPDATE_KNOWN set, the files in known/explain
 * are written anew instead of compared. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "mbt/dns/dns_narrator.h"
#include "mbt/dns/dns_tale.h"
#include "mbt/explain.h"
#include "mbt/itf_writer.h"
#include "model/dns/dns_state.h"
#include "tests/support/cmocka_all.h"
#include "tests/support/edit.h"
#include "tests/support/golden.h"
#include "tests/support/lease_lock.h"
#include "tests/support/moves.h"

static struct itf_trace itf;

static int setup(void **state)
{
    (void)state;
    itf_trace_init(&itf);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    itf_trace_release(&itf);
    return 0;
}

static void read_text(const char *name, const struct buffer *text, const struct model_class *class,
                      size_t index)
{
    struct itf_reader *reader = NULL;
    struct error err = {{0}};
    bool found = false;
    assert_int_equal(itf_reader_open_memory(name, text->text, text->length, class, &reader, &err), OK);
    for (size_t i = 0; i <= index; i++) {
        if (itf_reader_next(reader, &itf, &found, &err) != OK)
            fail_msg("%s", err.text);
        assert_true(found);
    }
    itf_reader_close(reader);
}

/* Trace index of a golden file, under its name alone, so that what is told does not depend on the folder. */
static void read_golden(const char *name, size_t index)
{
    struct buffer text;
    char path[128];
    buffer_init(&text);
    (void)snprintf(path, sizeof path, "itf/%s", name);
    golden_text(path, &text);
    read_text(name, &text, &dns_balancer, index);
    buffer_release(&text);
}

/* A run of moves as a file has it. */
static void read_moves(const struct model_class *class, const struct instance *instance,
                       const uint32_t *moves, size_t count)
{
    struct buffer text;
    buffer_init(&text);
    moves_write_itf(class, instance, moves, count, &text);
    read_text("moves", &text, class, 0);
    buffer_release(&text);
}

static struct story *tell(const struct model_class *class)
{
    struct story *story = NULL;
    struct error err = {{0}};
    const struct narrator *words = class == &dns_balancer ? &dns_narrator : NULL;
    if (story_new(class, words, &itf, &story, &err) != OK)
        fail_msg("%s", err.text);
    return story;
}

/* --- what is told --- */

static void tell_shortest_says_who_did_what(void **state)
{
    (void)state;
    read_golden("root_n3_5_3_shortest.itf.json", 0);
    struct story *story = tell(&dns_balancer);
    assert_non_null(story->tale);
    assert_int_equal(story->state_count, 12);
    assert_int_equal(dns_tale_of(story)->deployer_count, 3);
    assert_int_equal(dns_tale_of(story)->plan_count, 4);
    assert_string_equal(dns_tale_of(story)->root_name->text, "db.us-east-1.example.com");
    assert_string_equal(dns_tale_of(story)->rollback_name->text, "rollback.db.example.com");
    assert_string_equal(story->states[1].words, "planner publishes plan #0 (plan0) with 1 balancer");
    assert_string_equal(story->states[8].words, "deployer-a installs plan #3");
    assert_string_equal(story->states[9].words, "deployer-b looks at the zone: root is plan #3");
    assert_string_equal(story->states[10].words,
                        "deployer-b installs stale plan #0 over plan #3 (deployer-a is at #4)");
    assert_true(dns_tale_of(story)->states[10].installs_stale);
    assert_string_equal(story->states[11].words,
                        "deployer-a, at #4, deletes plan #0: root still pointed at plan #0");
    assert_string_equal(story->outcome, "root points at plan #0 (plan0), which is gone");
    assert_int_equal(dns_tale_of(story)->states[11].root.plan, 0);
    assert_false(dns_tale_of(story)->states[11].root.resolves);
    assert_true(dns_tale_of(story)->states[11].rollback.resolves);
    story_free(story);
}

static void tell_shortest_finds_no_return_at_stale_deploy(void **state)
{
    (void)state;
    read_golden("root_n3_5_3_shortest.itf.json", 0);
    struct story *story = tell(&dns_balancer);
    assert_true(story->turn.found);
    assert_int_equal(dns_tale_of(story)->turn_kind, TALE_BY_CLEANUP);
    assert_int_equal(story->turn.state, 10);
    assert_int_equal(dns_tale_of(story)->turn_deployer, 0);
    assert_string_equal(
        story->turn.words,
        "root points at plan #0, and deployer-a, at #4, may delete every plan before #1: a clean-up "
        "is all it takes");
    story_free(story);
}

static void tell_rollback_of_broken_root_finds_no_return_by_deploy(void **state)
{
    (void)state;
    read_golden("rollback_n3_20_3_s23.itf.ndjson.gz", 0);
    struct story *story = tell(&dns_balancer);
    assert_true(dns_tale_of(story)->of_rollback);
    assert_int_equal(dns_tale_of(story)->turn_kind, TALE_BY_DEPLOY);
    assert_int_equal(story->turn.state, 24);
    assert_false(dns_tale_of(story)->states[24].root.resolves);
    assert_true(dns_tale_of(story)->states[23].root.resolves);
    assert_string_equal(
        story->states[26].words,
        "deployer-c installs plan #1, which mends the root but leaves rollback with plan #0, gone");
    story_free(story);
}

/* Whether the state is doomed, word for word as mbt/story.h defines it. */
static bool is_doomed(const struct story *story, size_t s, int plan)
{
    const struct tale_state *state = &dns_tale_of(story)->states[s];
    const struct tale_pointer *pointer = dns_tale_of(story)->of_rollback ? &state->rollback : &state->root;
    bool may_delete = false;
    for (size_t d = 0; d < dns_tale_of(story)->deployer_count; d++)
        may_delete = may_delete || state->deployers[d].next > plan + dns_tale_of(story)->max_plan_age;
    return pointer->plan == plan && pointer->resolves && may_delete;
}

static void check_no_return(const struct story *story)
{
    const size_t v = story->property_state, s = story->turn.state;
    const struct tale_state *last = &dns_tale_of(story)->states[v];
    const int plan = dns_tale_of(story)->of_rollback ? last->rollback.plan : last->root.plan;
    assert_true(story->turn.found);
    assert_true(s < v);
    for (size_t i = s; i < v && dns_tale_of(story)->turn_kind == TALE_BY_CLEANUP; i++)
        assert_true(is_doomed(story, i, plan));
    for (size_t i = s; i < v && dns_tale_of(story)->turn_kind == TALE_BY_DEPLOY; i++)
        assert_true(dns_tale_of(story)->states[i].root.plan == plan &&
                    !dns_tale_of(story)->states[i].root.resolves);
    if (dns_tale_of(story)->turn_kind == TALE_BY_CLEANUP)
        assert_false(is_doomed(story, s - 1, plan));
    assert_string_equal(story->states[v].tag,
                        dns_tale_of(story)->turn_kind == TALE_BY_CLEANUP ? "Cleanup" : "Deploy");
}

/* The changes of each step lead from one zone to the next. */
static void check_changes(const struct story *story)
{
    for (size_t s = 1; s < story->state_count; s++) {
        const struct tale_state *state = &dns_tale_of(story)->states[s],
                                *before = &dns_tale_of(story)->states[s - 1];
        size_t removed = 0, added = 0;
        for (size_t c = 0; c < state->change_count; c++) {
            const struct tale_change *change = &state->changes[c];
            for (size_t i = 0; i < change->before_count; i++) {
                assert_true(value_set_has(before->zone, change->before[i]));
                assert_false(value_set_has(state->zone, change->before[i]));
            }
            for (size_t i = 0; i < change->after_count; i++) {
                assert_false(value_set_has(before->zone, change->after[i]));
                assert_true(value_set_has(state->zone, change->after[i]));
            }
            removed += change->before_count;
            added += change->after_count;
        }
        assert_int_equal(before->zone->count + added - removed, state->zone->count);
    }
}

static size_t violations_told;

static void check_golden(const struct model *model, struct itf_trace *trace)
{
    struct story *story = NULL;
    struct error err = {{0}};
    (void)model;
    if (story_new(&dns_balancer, &dns_narrator, trace, &story, &err) != OK)
        fail_msg("%s: %s", trace->file, err.text);
    assert_true(story_agrees(story));
    assert_int_equal(story->state_count, trace->state_count);
    for (size_t s = 0; s < story->state_count; s++)
        assert_true(strlen(story->states[s].words) > 10);
    check_changes(story);
    if (story->property != PROPERTY_NONE &&
        story->model->class->properties[story->property].kind == PROPERTY_INVARIANT) {
        check_no_return(story);
        violations_told++;
    } else {
        assert_false(story->turn.found);
    }
    story_free(story);
}

static void tell_golden_is_consistent(void **state)
{
    (void)state;
    violations_told = 0;
    golden_each(check_golden);
    assert_int_equal(violations_told, 12);
}

static void tell_reject_stale_says_what_was_skipped(void **state)
{
    (void)state;
    const uint32_t moves[] = {
        move_make(DNS_GENERATE, 0), move_make(DNS_GENERATE, 0), move_make(DNS_APPLY, 0),
        move_make(DNS_APPLY, 0),    move_make(DNS_QUERY, 1),    move_make(DNS_APPLY, 1),
    };
    struct instance instance = dns_balancer.presets[0].instance;
    instance.guards = UINT32_C(1) << model_find_guard(&dns_balancer, "reject-stale");
    read_moves(&dns_balancer, &instance, moves, sizeof moves / sizeof moves[0]);
    struct story *story = tell(&dns_balancer);
    assert_string_equal(story->states[6].words, "deployer-b skips stale plan #0: root is at newer plan #1");
    assert_false(dns_tale_of(story)->states[6].installs_stale);
    assert_int_equal(dns_tale_of(story)->states[6].change_count, 0);
    assert_int_equal(story->property, PROPERTY_NONE);
    assert_null(story->outcome);
    story_free(story);
}

static void tell_root_that_is_mended_says_so(void **state)
{
    (void)state;
    const uint32_t moves[] = {
        move_make(DNS_GENERATE, 0), move_make(DNS_GENERATE, 0), move_make(DNS_APPLY, 0),
        move_make(DNS_APPLY, 0),    move_make(DNS_QUERY, 1),    move_make(DNS_APPLY, 1),
        move_make(DNS_GC, 0),       move_make(DNS_QUERY, 2),    move_make(DNS_APPLY, 2),
    };
    struct instance instance = dns_balancer.presets[0].instance;
    instance.values[DNS_MAX_PLAN_AGE] = (struct parameter_value){1, 1};
    read_moves(&dns_balancer, &instance, moves, sizeof moves / sizeof moves[0]);
    struct story *story = tell(&dns_balancer);
    /* The file claims nothing: the first invariant that fails is what the story is about. */
    assert_int_equal(story->property, DNS_NO_INCONSISTENT_ROOT);
    assert_int_equal(story->property_state, 7);
    assert_int_equal(story->turn.state, 6);
    assert_string_equal(story->states[8].words,
                        "deployer-c looks at the zone: root is plan #0, which is gone");
    assert_string_equal(story->states[9].words, "deployer-c installs plan #0 again, which mends the root");
    story_free(story);
}

static void tell_damaged_trace_ends_where_it_departs(void **state)
{
    (void)state;
    read_golden("root_n3_5_3_shortest.itf.json", 0);
    struct value zone = *value_field(&itf.states[5], "zone_records");
    zone = edit_without_element(&itf.arena, &zone, 0);
    itf.states[5] = edit_field(&itf.arena, &itf.states[5], "zone_records", zone);
    struct story *story = tell(&dns_balancer);
    assert_false(story_agrees(story));
    assert_int_equal(story->state_count, 5);
    assert_int_equal(story->property, PROPERTY_NONE);
    assert_int_equal(dns_tale_of(story)->plan_count, 4);
    struct buffer text;
    buffer_init(&text);
    explain_story(story, &(struct explain_style){.form = EXPLAIN_TEXT}, &text);
    assert_non_null(strstr(text.text, "The file does not agree with the model: state 5: zone_records"));
    buffer_release(&text);
    story_free(story);
}

static void tell_wrong_initial_state_is_data_error(void **state)
{
    (void)state;
    struct story *story = NULL;
    struct error err = {{0}};
    read_golden("root_n3_5_3_shortest.itf.json", 0);
    itf.states[0] = itf.states[1];
    assert_int_equal(story_new(&dns_balancer, &dns_narrator, &itf, &story, &err), ERR_DATA);
    assert_null(story);
    assert_non_null(strstr(err.text, "state 0"));
}

static void tell_other_class_is_generic(void **state)
{
    (void)state;
    const uint32_t moves[] = {move_make(LEASE_ACQUIRE, 0), move_make(LEASE_EXPIRE, 0),
                              move_make(LEASE_ACQUIRE, 1), move_make(LEASE_WRITE, 1),
                              move_make(LEASE_WRITE, 0)};
    read_moves(lease_class(), &lease_class()->presets[0].instance, moves, sizeof moves / sizeof moves[0]);
    struct story *story = tell(lease_class());
    assert_null(story->tale);
    assert_int_equal(story->state_count, 6);
    assert_string_equal(story->states[0].words, "the initial state");
    assert_string_equal(story->states[1].tag, "acquire");
    assert_string_equal(story->states[1].words, "acquire(client-a)");
    assert_non_null(strstr(story->states[1].changes_text, "term: 0 → 1"));
    assert_int_not_equal(story->property, PROPERTY_NONE);
    assert_false(story->turn.found);
    struct buffer text;
    buffer_init(&text);
    explain_story(story, &(struct explain_style){.form = EXPLAIN_TEXT}, &text);
    assert_non_null(strstr(text.text, "acquire(client-b)"));
    assert_null(strstr(text.text, "root"));
    buffer_clear(&text);
    explain_story(story, &(struct explain_style){.form = EXPLAIN_MARKDOWN}, &text);
    assert_non_null(strstr(text.text, "| step | what happens |\n"));
    buffer_release(&text);
    story_free(story);
}

static void tell_without_memory_fails_cleanly(void **state)
{
    (void)state;
    struct error err = {{0}};
    read_golden("root_n3_5_3_s1.itf.ndjson.gz", 0);
    for (size_t nth = 1;; nth++) {
        struct story *story = NULL;
        mem_fail_from(nth);
        const enum status status = story_new(&dns_balancer, &dns_narrator, &itf, &story, &err);
        mem_fail_from(0);
        if (status == OK) {
            story_free(story);
            assert_true(nth > 10);
            return;
        }
        assert_int_equal(status, ERR_MEMORY);
        assert_null(story);
    }
}

/* --- whole outputs --- */

static void check_known(const char *name, const char *trace, size_t index, enum explain_form form, bool brief)
{
    struct buffer told, known;
    char path[4096];
    struct error err = {{0}};
    buffer_init(&told);
    buffer_init(&known);
    read_golden(trace, index);
    struct story *story = tell(&dns_balancer);
    explain_story(story, &(struct explain_style){.form = form, .brief = brief}, &told);
    (void)snprintf(path, sizeof path, "%s/explain/%s", TEST_DATA_DIR, name);
    if (getenv("RACEWALK_UPDATE_KNOWN") != NULL)
        assert_int_equal(file_write_whole(path, told.text, told.length, &err), OK);
    (void)snprintf(path, sizeof path, "explain/%s", name);
    golden_text(path, &known);
    assert_string_equal(told.text, known.text);
    story_free(story);
    buffer_release(&told);
    buffer_release(&known);
}

static void explain_golden_is_as_known(void **state)
{
    (void)state;
    check_known("root_shortest.txt", "root_n3_5_3_shortest.itf.json", 0, EXPLAIN_TEXT, false);
    check_known("root_shortest.md", "root_n3_5_3_shortest.itf.json", 0, EXPLAIN_MARKDOWN, false);
    check_known("root_s1.txt", "root_n3_5_3_s1.itf.ndjson.gz", 0, EXPLAIN_TEXT, false);
    check_known("rollback_s23.txt", "rollback_n3_20_3_s23.itf.ndjson.gz", 0, EXPLAIN_TEXT, false);
    check_known("rollback_s23_second.md", "rollback_n3_20_3_s23.itf.ndjson.gz", 1, EXPLAIN_MARKDOWN, true);
    check_known("epoch5.txt", "epoch5_n3_5_3_s123.itf.ndjson.gz", 0, EXPLAIN_TEXT, false);
    check_known("check_brief.txt", "check_n3_30_20_root_seed126.itf.ndjson.gz", 0, EXPLAIN_TEXT, true);
}

static void check_width(const struct model *model, struct itf_trace *trace)
{
    struct story *story = NULL;
    struct buffer out;
    struct error err = {{0}};
    (void)model;
    buffer_init(&out);
    trace->file = "short";
    assert_int_equal(story_new(&dns_balancer, &dns_narrator, trace, &story, &err), OK);
    explain_story(story, &(struct explain_style){.form = EXPLAIN_TEXT}, &out);
    size_t column = 0;
    for (const char *at = out.text; *at != '\0'; at++) {
        column = *at == '\n' ? 0 : column + (((unsigned char)*at & 0xc0) != 0x80);
        assert_true(column <= 100);
    }
    assert_null(strchr(out.text, '\033'));
    buffer_release(&out);
    story_free(story);
}

static void explain_golden_fits_100_columns(void **state)
{
    (void)state;
    golden_each(check_width);
}

static void explain_color_only_adds_escapes(void **state)
{
    (void)state;
    struct buffer plain, colored, stripped;
    buffer_init(&plain);
    buffer_init(&colored);
    buffer_init(&stripped);
    read_golden("root_n3_5_3_s1.itf.ndjson.gz", 0);
    struct story *story = tell(&dns_balancer);
    explain_story(story, &(struct explain_style){.form = EXPLAIN_TEXT}, &plain);
    explain_story(story, &(struct explain_style){.form = EXPLAIN_TEXT, .color = true}, &colored);
    for (const char *at = colored.text; *at != '\0'; at++) {
        if (*at == '\033')
            at = strchr(at, 'm');
        else
            buffer_char(&stripped, *at);
    }
    assert_true(colored.length > plain.length);
    assert_string_equal(stripped.text, plain.text);
    story_free(story);
    buffer_release(&plain);
    buffer_release(&colored);
    buffer_release(&stripped);
}

static void explain_hostile_name_stays_text(void **state)
{
    (void)state;
    struct buffer out;
    buffer_init(&out);
    read_golden("root_n3_5_3_shortest.itf.json", 0);
    itf.file = "``<script>\033[2J`|.json";
    struct story *story = tell(&dns_balancer);
    explain_story(story, &(struct explain_style){.form = EXPLAIN_TEXT}, &out);
    assert_non_null(strstr(out.text, "``<script>\\x1b[2J`|.json\n"));
    buffer_clear(&out);
    explain_story(story, &(struct explain_style){.form = EXPLAIN_MARKDOWN}, &out);
    assert_non_null(strstr(out.text, "## ``` ``<script>\\x1b[2J`|.json ```\n"));
    /* Nothing that GitHub would turn into a link to an issue. */
    const char *details = strstr(out.text, "<details>");
    assert_non_null(details);
    for (const char *at = out.text; at < details; at++)
        assert_false(at[0] == '#' && at[1] >= '0' && at[1] <= '9');
    story_free(story);
    buffer_release(&out);
}

int main(void)
{
#define TEST(function) cmocka_unit_test_setup_teardown(function, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(tell_shortest_says_who_did_what),
        TEST(tell_shortest_finds_no_return_at_stale_deploy),
        TEST(tell_rollback_of_broken_root_finds_no_return_by_deploy),
        TEST(tell_golden_is_consistent),
        TEST(tell_reject_stale_says_what_was_skipped),
        TEST(tell_root_that_is_mended_says_so),
        TEST(tell_damaged_trace_ends_where_it_departs),
        TEST(tell_wrong_initial_state_is_data_error),
        TEST(tell_other_class_is_generic),
        TEST(tell_without_memory_fails_cleanly),
        TEST(explain_golden_is_as_known),
        TEST(explain_golden_fits_100_columns),
        TEST(explain_color_only_adds_escapes),
        TEST(explain_hostile_name_stays_text),
    };
#undef TEST
    return cmocka_run_group_tests(tests, NULL, NULL);
}
