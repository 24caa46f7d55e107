/* SPDX-License-Identifier: Apache-2.0 */
#include <cjson/cJSON.h>
#include <string.h>

#include "base/memory.h"
#include "mbt/replay.h"
#include "mbt/schedule.h"
#include "model/dns/dns_balancer.h"
#include "tests/support/cmocka_all.h"
#include "tests/support/golden.h"

#define GOLDEN_SCHEDULE "root_n3_5_3_11.schedule.json"

static struct model *model;
static struct trace trace;
static struct buffer text;

static int setup(void **state)
{
    (void)state;
    struct error err = {{0}};
    trace_init(&trace);
    buffer_init(&text);
    golden_text(GOLDEN_SCHEDULE, &text);
    return (int)model_new(&dns_balancer, &model_find_preset(&dns_balancer, "n3_5_3")->instance, &model, &err);
}

static int teardown(void **state)
{
    (void)state;
    model_free(model);
    trace_release(&trace);
    buffer_release(&text);
    return 0;
}

static void read_of_the_golden_schedule_violates_the_root(void **state)
{
    (void)state;
    struct error err = {{0}};
    struct replay_report report;
    if (schedule_read(model, text.text, text.length, &trace, &err) != OK)
        fail_msg("%s", err.text);
    assert_int_equal(trace.step_count, 11);
    assert_int_equal(trace.property, PROPERTY_NONE);
    assert_int_equal(replay_trace(model, &trace, &report, &err), OK);
    assert_int_equal(report.outcome, REPLAY_AGREES);
    assert_int_equal(report.first_hit[model_find_property(&dns_balancer, "no_inconsistent_root")], 11);
}

/* The very bytes of the golden file, which ends without a newline, and the same JSON. */
static void write_of_the_golden_schedule_gives_the_same_bytes(void **state)
{
    (void)state;
    struct error err = {{0}};
    struct buffer out;
    buffer_init(&out);
    assert_int_equal(schedule_read(model, text.text, text.length, &trace, &err), OK);
    assert_int_equal(schedule_write(model, &trace, &out, &err), OK);
    cJSON *expected = cJSON_Parse(text.text);
    cJSON *found = cJSON_Parse(out.text);
    assert_non_null(expected);
    assert_true(cJSON_Compare(expected, found, true));
    cJSON_Delete(expected);
    cJSON_Delete(found);
    buffer_char(&text, '\n');
    assert_string_equal(out.text, text.text);
    buffer_release(&out);
}

static void check_round_trip(const struct model *m, struct itf_trace *golden)
{
    struct replay_report report;
    struct trace again;
    struct buffer first, second;
    struct error err = {{0}};
    trace_init(&again);
    buffer_init(&first);
    buffer_init(&second);
    assert_int_equal(replay_itf(m, golden, &trace, &report, &err), OK);
    if (schedule_write(m, &trace, &first, &err) != OK)
        fail_msg("%s", err.text);
    if (schedule_read(m, first.text, first.length, &again, &err) != OK)
        fail_msg("%s", err.text);
    assert_int_equal(again.step_count, trace.step_count);
    for (size_t i = 0; i < trace.step_count; i++) {
        struct step a = {0}, b = {0};
        trace_step_at(&trace, i, &a);
        trace_step_at(&again, i, &b);
        assert_memory_equal(&a, &b, sizeof a);
    }
    assert_int_equal(schedule_write(m, &again, &second, &err), OK);
    assert_string_equal(first.text, second.text);
    buffer_release(&first);
    buffer_release(&second);
    trace_release(&again);
}

static void write_of_golden_traces_reads_back_the_same(void **state)
{
    (void)state;
    golden_each(check_round_trip);
}

struct damage {
    const char *what, *by, *message;
};

static const struct damage damages[] = {
    {"wunderspec-check-schedule-v2", "wunderspec-check-schedule-v3",
     "format: \"wunderspec-check-schedule-v2\" expected, found \"wunderspec-check-schedule-v3\""},
    {"\"format\": \"wunderspec-check-schedule-v2\",", "", "no \"format\""},
    {"\"format\": \"wunderspec-check-schedule-v2\"", "\"format\": 2",
     "format: \"wunderspec-check-schedule-v2\" expected, found 2"},
    {"\"values\"", "\"indices\"", "representation: \"values\" expected, found \"indices\""},
    {"\"steps\"", "\"stops\"", "no \"steps\""},
    {"[],", "", "step 0: an empty array expected, for the initial state"},
    {"[],", "[],[],", "step 1: a choice expected, found an empty step"},
    {"[],", "[],5,", "6:8: a step: an array expected, found '5'"},
    {"[],", "[],[5],", "6:9: choice: an object expected, found '5'"},
    {"\"choice\": 0", "\"choice\": 5", "step 1: choice: an action from 0 to 4 expected, found 5"},
    {"\"choice\": 0", "\"choice\": -1", "step 1: choice: an action from 0 to 4 expected, found -1"},
    {"\"choice\": 0", "\"choice\": 0.0", "step 1: choice: an action from 0 to 4 expected, found 0.0"},
    {"\"choice\": 0", "\"chance\": 0", "8:8: an object with the key \"choice\" expected"},
    {"\"choice\": 0", "\"choice\": 0, \"more\": 1", "8:8: an object with the key \"choice\" alone expected"},
    {"\"choice\": 0", "\"choice\": 3", "step 1: deployer_apply: 1 samples were expected, 3 are there"},
    {"\"sample_value\"", "\"sample\"", "11:8: an object with the key \"sample_value\" expected"},
    {"\"plan0.db.example.com\"", "\"plan9.db.example.com\"",
     "step 1: planner_generate: plan_id is not one of PLAN_IDS"},
    {"\"plan0.db.example.com\"", "\"plan1.db.example.com\"", "step 2: "},
    {"\"#bigint\": \"100\"", "\"#bigint\": \"1000\"", "step 1: "},
    {"\"#bigint\": \"100\"", "\"#bigint\": \"x\"",
     "step 1: sample 2: #map: pair 0: #bigint: digits expected, found \"x\""},
    {"\"#bigint\": \"100\"", "\"#bigint\": ", "28:15: a value expected, found '}'"},
    {"\"#bigint\": \"4\"", "\"#bigint\": \"3\"",
     "step 9: deployer_query: the lock is not what the zone holds"},
    {"\"plan2.db.example.com\"\n      }\n    ],\n    [\n      {\n        \"choice\": 3",
     "\"plan1.db.example.com\"\n      }\n    ],\n    [\n      {\n        \"choice\": 3",
     "step 9: deployer_query: the rollback is not what the zone holds"},
    {"{\n  \"format\"", "[{\n  \"format\"", "1:1: a schedule: an object expected, found '['"},
};

static void read_of_damaged_schedules_says_what_is_wrong(void **state)
{
    (void)state;
    size_t wrong = 0;
    for (size_t i = 0; i < sizeof damages / sizeof *damages; i++) {
        const struct damage *row = &damages[i];
        const char *at = strstr(text.text, row->what);
        struct error err = {{0}};
        struct buffer changed;
        assert_non_null(at);
        buffer_init(&changed);
        buffer_append(&changed, text.text, (size_t)(at - text.text));
        buffer_string(&changed, row->by);
        buffer_string(&changed, at + strlen(row->what));
        const enum status status = schedule_read(model, changed.text, changed.length, &trace, &err);
        if (status != ERR_DATA || strstr(err.text, row->message) == NULL) {
            print_error("%s -> %s:\n  '%s' expected, found\n  '%s'\n", row->what, row->by, row->message,
                        err.text);
            wrong++;
        }
        assert_int_equal(trace.step_count, 0);
        buffer_release(&changed);
    }
    assert_int_equal(wrong, 0);
}

static void read_of_every_prefix_fails(void **state)
{
    (void)state;
    for (size_t cut = 0; cut < text.length; cut++) {
        struct error err = {{0}};
        char *copy = mem_new(cut, 1);
        memcpy(copy, text.text, cut);
        assert_int_equal(schedule_read(model, copy, cut, &trace, &err), ERR_DATA);
        assert_true(err.text[0] != '\0');
        mem_free(copy);
    }
}

/* Another instance than the schedule is of: it has no such plan. */
static void read_for_a_smaller_instance_fails(void **state)
{
    (void)state;
    struct error err = {{0}};
    struct instance instance = model->instance;
    instance.values[1] = (struct parameter_value){2, 2};
    model_free(model);
    assert_int_equal(model_new(&dns_balancer, &instance, &model, &err), OK);
    assert_int_equal(schedule_read(model, text.text, text.length, &trace, &err), ERR_DATA);
    assert_string_equal(err.text, "step 3: planner_generate: plan_id is not one of PLAN_IDS");
}

static void write_of_a_step_that_is_not_enabled_fails(void **state)
{
    (void)state;
    struct error err = {{0}};
    struct buffer out;
    buffer_init(&out);
    assert_int_equal(schedule_read(model, text.text, text.length, &trace, &err), OK);
    trace.steps[4].choice_count = 0;
    trace.steps[4].move = 0;
    assert_int_equal(schedule_write(model, &trace, &out, &err), ERR_DATA);
    assert_int_equal(strncmp(err.text, "step 5: ", 8), 0);
    buffer_release(&out);
}

static void read_and_write_without_memory_fail_cleanly(void **state)
{
    (void)state;
    for (size_t nth = 1;; nth++) {
        struct error err = {{0}};
        struct trace fresh;
        struct buffer out;
        trace_init(&fresh);
        buffer_init(&out);
        mem_fail_from(nth);
        enum status status = schedule_read(model, text.text, text.length, &fresh, &err);
        if (status == OK)
            status = schedule_write(model, &fresh, &out, &err);
        const bool failed = mem_allocations() >= nth;
        mem_fail_from(0);
        trace_release(&fresh);
        buffer_release(&out);
        if (!failed) {
            assert_int_equal(status, OK);
            assert_true(nth > 5);
            return;
        }
        if (status != ERR_MEMORY)
            fail_msg("allocation %zu: status %d: %s", nth, (int)status, err.text);
    }
}

#define WITH_GOLDEN(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_GOLDEN(read_of_the_golden_schedule_violates_the_root),
        WITH_GOLDEN(write_of_the_golden_schedule_gives_the_same_bytes),
        WITH_GOLDEN(write_of_golden_traces_reads_back_the_same),
        WITH_GOLDEN(read_of_damaged_schedules_says_what_is_wrong),
        WITH_GOLDEN(read_of_every_prefix_fails),
        WITH_GOLDEN(read_for_a_smaller_instance_fails),
        WITH_GOLDEN(write_of_a_step_that_is_not_enabled_fails),
        WITH_GOLDEN(read_and_write_without_memory_fail_cleanly),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
