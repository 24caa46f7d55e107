/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/support/cmocka_all.h"

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "mbt/confirm.h"
#include "mbt/lab/lab_process.h"
#include "model/dns/dns_balancer.h"
#include "model/dns/dns_state.h"
#include "tests/support/confirm_bench.h"
#include "tests/support/edit.h"
#include "tests/support/fake_lab.h"
#include "tests/support/golden.h"

static const struct guards no_guards = {.reject_stale = false};
/* As golden verdicts were made. */
static const struct bench_options as_original = {
    .driver = {.watch = LAB_WATCH_ROOT, .has_keep_last_n = true, .keep_last_n = 3, .strict = true}};

/* --- golden traces --- */

static void expect_golden(struct bench *bench, const cJSON *row)
{
    char path[256];
    const char *file = cJSON_GetStringValue(cJSON_GetObjectItem(row, "file"));
    const cJSON *state = cJSON_GetObjectItem(row, "fail_state_index");
    const char *action = cJSON_GetStringValue(cJSON_GetObjectItem(row, "fail_action"));
    const bool fails = strcmp(cJSON_GetStringValue(cJSON_GetObjectItem(row, "verdict")), "fail") == 0;
    const int index = cJSON_GetObjectItem(row, "index")->valueint;
    (void)snprintf(path, sizeof path, "itf/%s.gz", file);
    bench_read_golden(bench, path, (size_t)index);
    bench_judge_well(bench);
    const struct confirm_result *result = &bench->result;
    const bool good = confirm_as_expected(result->verdict, result->same, CONFIRM_EXPECT_HEALTHY);
    if (result->failed != fails || good == fails ||
        (fails &&
         (result->fail_state != (size_t)state->valueint || strcmp(result->fail_action, action) != 0)))
        fail_msg("%s[%d]: %s at state %zu: %s", file, index, confirm_verdict_name(result->verdict),
                 result->fail_state, result->message);
    /* What the independent replayer says of an outage, word for word. */
    const char *message = cJSON_GetStringValue(cJSON_GetObjectItem(row, "message"));
    if (message != NULL && strstr(message, "zero IPs") != NULL)
        assert_memory_equal(result->message, message, strlen(message));
}

static void confirm_golden_traces_gives_known_verdicts(void **state)
{
    (void)state;
    struct buffer text;
    struct bench bench;
    buffer_init(&text);
    golden_text("verdicts.json", &text);
    cJSON *rows = cJSON_Parse(text.text);
    assert_int_equal(cJSON_GetArraySize(rows), 18);
    struct test_lab *lab = test_lab_start(no_guards, 3);
    bench_open(&bench, test_lab_url(lab), &as_original);
    const cJSON *row;
    cJSON_ArrayForEach(row, rows) expect_golden(&bench, row);
    bench_close(&bench);
    test_lab_stop(lab);
    cJSON_Delete(rows);
    buffer_release(&text);
}

struct known_verdict {
    const char *path;
    size_t index;
    enum confirm_verdict verdict;
    size_t fail_state;
};

/* By their own property and their own MAX_PLAN_AGE. The rollback traces of n3_20_3 lose the root two steps
 * before the rollback; then the lab refuses the deploy that the model goes on with. */
static const struct known_verdict known_verdicts[] = {
    {"itf/check_n3_30_20_root_seed126.itf.ndjson.gz", 0, CONFIRM_CONFIRMED, 75},
    {"itf/cut_n3_30_20_s31_first126.itf.json.gz", 0, CONFIRM_AGREES, 0},
    {"itf/epoch5_n3_20_3_s123.itf.ndjson.gz", 0, CONFIRM_AGREES, 0},
    {"itf/epoch5_n3_5_3_s123.itf.ndjson.gz", 0, CONFIRM_AGREES, 0},
    {"itf/replay_root_n3_5_3_s123.itf.json.gz", 0, CONFIRM_CONFIRMED, 17},
    {"itf/rollback_n3_20_3_s23.itf.ndjson.gz", 0, CONFIRM_DIVERGED, 26},
    {"itf/rollback_n3_20_3_s23.itf.ndjson.gz", 1, CONFIRM_DIVERGED, 26},
    {"itf/rollback_n3_5_3_s21.itf.ndjson.gz", 0, CONFIRM_CONFIRMED, 19},
    {"itf/root_n3_20_3_s11.itf.ndjson.gz", 0, CONFIRM_CONFIRMED, 24},
    {MULTI, 0, CONFIRM_CONFIRMED, 15},
    {MULTI, 1, CONFIRM_CONFIRMED, 21},
    {MULTI, 2, CONFIRM_CONFIRMED, 24},
    {MULTI, 3, CONFIRM_CONFIRMED, 23},
    {"itf/root_n3_5_3_s1.itf.ndjson.gz", 0, CONFIRM_CONFIRMED, 17},
    {SHORTEST, 0, CONFIRM_CONFIRMED, 11},
    {"itf/walk_n3_5_3_seed101.itf.json.gz", 0, CONFIRM_AGREES, 0},
};
#define KNOWN_VERDICTS (sizeof known_verdicts / sizeof known_verdicts[0])

static void expect_known_verdicts(const char *url, const char *note)
{
    struct bench bench;
    bench_open(&bench, url, &by_property);
    for (size_t i = 0; i < KNOWN_VERDICTS; i++) {
        const struct known_verdict *known = &known_verdicts[i];
        bench_read_golden(&bench, known->path, known->index);
        bench_judge_well(&bench);
        bench_expect(&bench, known->verdict, known->fail_state);
        assert_int_equal(bench.result.shown.length > 0, known->verdict == CONFIRM_DIVERGED);
        assert_int_equal(strncmp(bench.result.note.text, note, strlen(note)), 0);
        assert_int_equal(bench.result.note.length > 0, note[0] != '\0');
    }
    bench_close(&bench);
}

static void confirm_by_property_and_own_age_confirms(void **state)
{
    (void)state;
    struct test_lab *lab = test_lab_start(no_guards, 3);
    expect_known_verdicts(test_lab_url(lab), "");
    test_lab_stop(lab);
}

static void confirm_lab_without_seed_gives_same_verdicts_and_a_note(void **state)
{
    (void)state;
    static const unsigned statuses[] = {404, 405};
    struct test_lab *lab = test_lab_start(no_guards, 3);
    for (size_t i = 0; i < 2; i++) {
        const struct lie lie = {
            .path_end = "/mbt/seed-init", .status = statuses[i], .text = "{\"detail\": \"no\"}"};
        struct lying_lab *proxy = lying_lab_start(test_lab_url(lab), &lie, 1);
        expect_known_verdicts(lying_lab_url(proxy), "this lab has no POST /mbt/seed-init: ");
        lying_lab_stop(proxy);
    }
    test_lab_stop(lab);
}

static void confirm_lab_without_seed_says_from_where_it_judges(void **state)
{
    (void)state;
    const struct lie lie = {.path_end = "/mbt/seed-init", .status = 404, .text = "{}"};
    struct test_lab *lab = test_lab_start(no_guards, 3);
    struct lying_lab *proxy = lying_lab_start(test_lab_url(lab), &lie, 1);
    struct bench bench;
    bench_open(&bench, lying_lab_url(proxy), &by_property);
    bench_read_golden(&bench, SHORTEST, 0);
    bench_judge_well(&bench);
    assert_string_equal(bench.result.note.text, "this lab has no POST /mbt/seed-init: " ROOT
                                                " is judged from state 5 on, which sets it");
    /* Without an install there is nothing to judge. */
    bench.trace.state_count = 4;
    bench.trace.head.property = PROPERTY_NONE;
    bench_judge_well(&bench);
    bench_expect(&bench, CONFIRM_AGREES, 0);
    assert_string_equal(bench.result.note.text, "this lab has no POST /mbt/seed-init: " ROOT
                                                " is never set in this trace, so nothing can be said of it");
    bench_close(&bench);
    lying_lab_stop(proxy);
    test_lab_stop(lab);
}

static void confirm_other_age_than_the_trace_diverges(void **state)
{
    (void)state;
    struct test_lab *lab = test_lab_start(no_guards, 3);
    struct bench bench;
    struct bench_options options = {.driver = {.has_keep_last_n = true, .keep_last_n = 100}};
    bench_open(&bench, test_lab_url(lab), &options);
    bench_read_golden(&bench, SHORTEST, 0);
    bench_judge_well(&bench); /* a lab that keeps everything loses nothing */
    bench_expect(&bench, CONFIRM_NOT_REPRODUCED, 0);
    assert_string_equal(bench.result.message, ROOT " kept resolving; the model loses it at state 11");
    bench_close(&bench);
    test_lab_stop(lab);
}

/* --- guards --- */

static void confirm_on_guarded_lab_loses_nothing(void **state)
{
    (void)state;
    static const struct guards guards[] = {{.reject_stale = true}, {.protect_live = true}, {true, true}};
    for (size_t g = 0; g < 3; g++) {
        struct test_lab *lab = test_lab_start(guards[g], 3);
        struct bench bench;
        bench_open(&bench, test_lab_url(lab), &by_property);
        for (size_t i = 0; i < KNOWN_VERDICTS; i++) {
            if (known_verdicts[i].verdict != CONFIRM_CONFIRMED)
                continue;
            bench_read_golden(&bench, known_verdicts[i].path, known_verdicts[i].index);
            bench_judge_well(&bench);
            assert_int_equal(bench.result.verdict, CONFIRM_NOT_REPRODUCED);
            assert_int_equal(strstr(bench.result.note.text, "skipped a stale plan") != NULL,
                             guards[g].reject_stale);
        }
        bench_close(&bench);
        test_lab_stop(lab);
    }
}

/* Any walk of the model, with the guards of the lab, is what the lab does, to the end or to the outage: the
 * verdict is the model's own. A Backoff when no plan is left, which is idle in the lab, is a known
 * difference. */
static void confirm_random_walks_agree_with_the_lab(void **state)
{
    (void)state;
    size_t agreed = 0, lost = 0, idle = 0;
    for (uint32_t guards = 0; guards < 4; guards++) {
        const struct guards lab_guards = {.reject_stale = (guards & DNS_GUARD_REJECT_STALE) != 0,
                                          .protect_live = (guards & DNS_GUARD_PROTECT_LIVE) != 0};
        const int deployers = guards == 0 ? 8 : 3;
        struct instance instance = dns_balancer.presets[0].instance;
        instance.values[DNS_DEPLOYERS] = (struct parameter_value){deployers, deployers};
        instance.values[DNS_PLANS] = (struct parameter_value){12, 12};
        instance.values[DNS_MAX_PLAN_AGE] = (struct parameter_value){1, 1};
        instance.guards = guards;
        struct test_lab *lab = test_lab_start(lab_guards, (size_t)deployers);
        struct bench bench;
        bench_open(&bench, test_lab_url(lab), &by_property);
        for (uint64_t seed = 0; seed < 60; seed++) {
            bench_read_walk(&bench, &instance, seed, 40, 0);
            bench_judge_well(&bench);
            const struct confirm_result *result = &bench.result;
            agreed += result->verdict == CONFIRM_AGREES;
            lost += result->verdict == CONFIRM_OUTAGE;
            idle += bench_difference(&bench, "idle-backoff") != NULL;
            if (!result->same || (result->verdict == CONFIRM_OUTAGE && guards != 0))
                fail_msg("guards %u, seed %u: %s at state %zu: %s; %s", guards, (unsigned)seed,
                         confirm_verdict_name(result->verdict), result->fail_state, result->message,
                         result->note.text);
        }
        bench_close(&bench);
        test_lab_stop(lab);
    }
    assert_int_equal(agreed + lost, 240);
    assert_true(lost > 0);
    assert_true(idle > 0);
}

/* A lab without the guard of the model is not the same as the model wherever the guard does something, and
 * the name is lost, or the answer is not the model's. */
static void confirm_walks_of_a_guarded_model_on_a_lab_without_guards(void **state)
{
    (void)state;
    static const char *const answers[] = {[DNS_GUARD_REJECT_STALE] = "\"skipped\" with version",
                                          [DNS_GUARD_PROTECT_LIVE] = "was not to be deleted"};
    struct test_lab *lab = test_lab_start(no_guards, 3);
    struct bench bench;
    bench_open(&bench, test_lab_url(lab), &by_property);
    for (uint32_t guard = DNS_GUARD_REJECT_STALE; guard <= DNS_GUARD_PROTECT_LIVE; guard++) {
        struct instance instance = dns_balancer.presets[0].instance;
        size_t same = 0, lost = 0, diverged = 0;
        instance.values[DNS_PLANS] = (struct parameter_value){12, 12};
        instance.values[DNS_MAX_PLAN_AGE] = (struct parameter_value){1, 1};
        instance.guards = guard;
        for (uint64_t seed = 0; seed < 60; seed++) {
            bench_read_walk(&bench, &instance, seed, 40, 0);
            bench_judge_well(&bench);
            const struct confirm_result *result = &bench.result;
            same += result->same;
            lost += result->verdict == CONFIRM_OUTAGE;
            diverged += result->verdict == CONFIRM_DIVERGED;
            if (!result->same && result->verdict != CONFIRM_OUTAGE &&
                (result->verdict != CONFIRM_DIVERGED || strstr(result->message, answers[guard]) == NULL))
                fail_msg("guard %u, seed %u: %s at state %zu: %s", guard, (unsigned)seed,
                         confirm_verdict_name(result->verdict), result->fail_state, result->message);
        }
        assert_int_equal(same + lost + diverged, 60);
        assert_true(same > 0 && diverged > 0);
        assert_int_equal(lost > 0, guard == DNS_GUARD_PROTECT_LIVE);
    }
    bench_close(&bench);
    test_lab_stop(lab);
}

/* --- traces that are not judged --- */

static void confirm_illegal_trace_never_reaches_the_lab(void **state)
{
    (void)state;
    struct test_lab *lab = test_lab_start(no_guards, 3);
    struct bench bench;
    bench_open(&bench, test_lab_url(lab), &by_property);
    bench_read_golden(&bench, SHORTEST, 0);
    bench.trace.states[7] = bench.trace.states[5];
    assert_int_equal(bench_judge(&bench), ERR_DATA);
    assert_memory_equal(bench.err.text, "not a run of the model: state 7: ", 33);
    /* A claim that the trace does not keep. */
    bench_read_golden(&bench, SHORTEST, 0);
    bench.trace.head.property_state = 10;
    assert_int_equal(bench_judge(&bench), ERR_DATA);
    assert_int_equal(http_client_requests(bench.client), 0);
    bench_close(&bench);
    test_lab_stop(lab);
}

static bool stop_at_third(void *user)
{
    size_t *asked = user;
    return ++*asked > 3;
}

static void confirm_stop_ends_after_the_action_at_hand(void **state)
{
    (void)state;
    size_t asked = 0;
    struct bench_options options = by_property;
    options.stopped = stop_at_third;
    options.user = &asked;
    struct test_lab *lab = test_lab_start(no_guards, 3);
    struct bench bench;
    bench_open(&bench, test_lab_url(lab), &options);
    bench_read_golden(&bench, SHORTEST, 0);
    assert_int_equal(bench_judge(&bench), ERR_STOPPED);
    assert_string_equal(bench.err.text, "stopped before state 3");
    assert_int_equal(bench.result.actions, 3);
    bench_close(&bench);
    test_lab_stop(lab);
}

/* --- costs --- */

/* Init takes three requests (reset, seed, resolve), an install three (deploy, sync, resolve), all else two;
 * and the cleanup asks for the one balancer of the plan that it deleted. */
static void confirm_requests_are_no_more_than_needed(void **state)
{
    (void)state;
    struct test_lab *lab = test_lab_start(no_guards, 3);
    struct bench bench;
    bench_open(&bench, test_lab_url(lab), &by_property);
    bench_read_golden(&bench, SHORTEST, 0);
    bench_judge_well(&bench);
    assert_int_equal(bench.result.actions, 12);
    assert_int_equal(http_client_requests(bench.client), 3 + 4 * 2 + 5 * 3 + 2 + 2 + 1);
    bench_close(&bench);
    test_lab_stop(lab);
}

static void collect_generates(void *user, const struct http_request *request,
                              const struct http_answer *answer)
{
    struct buffer *bodies = user;
    (void)answer;
    if (strcmp(request->path, "/mbt/planner/generate") == 0)
        buffer_format(bodies, "%s\n", request->body);
}

static void confirm_plans_have_ids_of_octets_and_are_sorted(void **state)
{
    (void)state;
    struct buffer bodies;
    struct bench_options options = by_property;
    buffer_init(&bodies);
    options.on_call = collect_generates;
    options.user = &bodies;
    struct test_lab *lab = test_lab_start(no_guards, 3);
    struct bench bench;
    bench_open(&bench, test_lab_url(lab), &options);
    bench_read_golden(&bench, "itf/replay_root_n3_5_3_s123.itf.json.gz", 0);
    /* The map's pairs are sorted by key; in reverse, the driver has to sort them. */
    struct arena arena;
    arena_init(&arena, 1 << 20);
    for (size_t i = 0; i < bench.trace.state_count; i++) {
        const struct value *ghost = value_field(&bench.trace.states[i], "ghost_action");
        const struct value *weights = value_field(value_field(ghost, "value"), "weights");
        if (weights == NULL)
            continue;
        struct value reversed = *weights;
        struct value *items = value_room(&arena, 2 * (size_t)weights->count);
        assert_non_null(items);
        for (uint32_t p = 0; p < weights->count; p++)
            memcpy(&items[2 * p], &weights->items[2 * (weights->count - 1 - p)], 2 * sizeof *items);
        reversed.items = items;
        struct lab_driver *driver = NULL;
        struct system_step step;
        const struct lab_observer observer = {collect_generates, &bodies};
        const struct system_action turned = {
            "GeneratePlan", edit_field(&arena, value_field(ghost, "value"), "weights", reversed)};
        assert_int_equal(lab_driver_new(bench.client, &by_property.driver, &observer, &driver, &bench.err),
                         OK);
        assert_int_equal(lab_driver_reset(driver, &bench.trace, &step, &bench.err), OK);
        assert_int_equal(lab_driver_act(driver, &turned, &step, &bench.err), OK);
        assert_int_equal(step.outcome, SYSTEM_AS_PREDICTED);
        lab_driver_free(driver);
    }
    assert_string_equal(bodies.text,
                        "[{\"id\": 3, \"weight\": 111}]\n"
                        "[{\"id\": 2, \"weight\": 109}, {\"id\": 3, \"weight\": 119}]\n"
                        "[{\"id\": 1, \"weight\": 109}, {\"id\": 2, \"weight\": 111}, {\"id\": 3, "
                        "\"weight\": 107}]\n"
                        "[{\"id\": 2, \"weight\": 113}, {\"id\": 3, \"weight\": 113}]\n");
    arena_release(&arena);
    buffer_release(&bodies);
    bench_close(&bench);
    test_lab_stop(lab);
}

/* What the lab cannot be told is the trace's fault: the last octet 0 is no balancer's id. */
static void act_address_without_an_id_is_bad_data(void **state)
{
    (void)state;
    static const char *const addresses[] = {"192.0.2.0", "192.0.2.256", "192.0.2.", "192.0.2.1x", "host"};
    struct test_lab *lab = test_lab_start(no_guards, 3);
    struct bench bench;
    struct lab_driver *driver = NULL;
    struct system_step step;
    struct arena arena;
    arena_init(&arena, 1 << 20);
    bench_open(&bench, test_lab_url(lab), &by_property);
    bench_read_golden(&bench, SHORTEST, 0);
    const struct value *ghost = value_field(&bench.trace.states[1], "ghost_action");
    assert_int_equal(lab_driver_new(bench.client, &by_property.driver, NULL, &driver, &bench.err), OK);
    assert_int_equal(lab_driver_reset(driver, &bench.trace, &step, &bench.err), OK);
    for (size_t i = 0; i < sizeof addresses / sizeof addresses[0]; i++) {
        struct value *pair = value_room(&arena, 2);
        assert_non_null(pair);
        pair[0] = value_string(addresses[i]);
        pair[1] = value_int(100);
        const struct system_action changed = {
            "GeneratePlan", edit_field(&arena, value_field(ghost, "value"), "weights", value_map(pair, 1))};
        assert_int_equal(lab_driver_act(driver, &changed, &step, &bench.err), ERR_DATA);
        assert_non_null(strstr(bench.err.text, addresses[i]));
    }
    lab_driver_free(driver);
    arena_release(&arena);
    bench_close(&bench);
    test_lab_stop(lab);
}

/* Every allocation on the way may fail; the lab is another process, so that it has its memory. */
static void confirm_without_memory_says_so(void **state)
{
    (void)state;
    const struct lab_process_options lab = {.program = RACEWALK_PROGRAM};
    struct lab_process *process = NULL;
    struct bench bench;
    if (lab_process_start(&lab, &process, &bench.err) != OK)
        fail_msg("%s", bench.err.text);
    enum status status = ERR_MEMORY;
    for (size_t nth = 1; status != OK; nth += 1 + nth / 16) {
        bench_open(&bench, lab_process_url(process), &by_property);
        bench_read_golden(&bench, SHORTEST, 0);
        mem_fail_from(nth);
        status = bench_judge(&bench);
        mem_fail_from(0);
        if (status != OK && status != ERR_MEMORY)
            fail_msg("allocation %zu: status %d: %s", nth, (int)status, bench.err.text);
        bench_close(&bench);
    }
    lab_process_stop(process);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(confirm_golden_traces_gives_known_verdicts),
        cmocka_unit_test(confirm_by_property_and_own_age_confirms),
        cmocka_unit_test(confirm_lab_without_seed_gives_same_verdicts_and_a_note),
        cmocka_unit_test(confirm_lab_without_seed_says_from_where_it_judges),
        cmocka_unit_test(confirm_other_age_than_the_trace_diverges),
        cmocka_unit_test(confirm_on_guarded_lab_loses_nothing),
        cmocka_unit_test(confirm_random_walks_agree_with_the_lab),
        cmocka_unit_test(confirm_walks_of_a_guarded_model_on_a_lab_without_guards),
        cmocka_unit_test(confirm_illegal_trace_never_reaches_the_lab),
        cmocka_unit_test(confirm_stop_ends_after_the_action_at_hand),
        cmocka_unit_test(confirm_requests_are_no_more_than_needed),
        cmocka_unit_test(confirm_plans_have_ids_of_octets_and_are_sorted),
        cmocka_unit_test(act_address_without_an_id_is_bad_data),
        cmocka_unit_test(confirm_without_memory_says_so),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
