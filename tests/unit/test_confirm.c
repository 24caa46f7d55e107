#include "tests/support/cmocka_all.h"

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "mbt/confirm.h"
#include "mbt/itf_writer.h"
#include "mbt/lab_process.h"
#include "model/dns/dns_balancer.h"
#include "model/dns/dns_state.h"
#include "search/walk.h"
#include "tests/support/edit.h"
#include "tests/support/fake_lab.h"
#include "tests/support/golden.h"

#define SHORTEST "itf/root_n3_5_3_shortest.itf.json"
#define MULTI    "itf/root_n3_5_3_multi_s7.itf.ndjson.gz"
#define ROOT     "clouddb.us-east-1.api.acme"

static const struct guards no_guards = {.reject_stale = false};
static const struct confirm_options by_property = {.driver = {.watch = LAB_WATCH_PROPERTY}};
/* As golden verdicts were made. */
static const struct confirm_options as_original = {
    .driver = {.watch = LAB_WATCH_ROOT, .has_keep_last_n = true, .keep_last_n = 3, .strict = true}};

/* --- a lab and what confirms on it --- */

struct bench {
    struct http_client *client;
    struct confirm *confirm;
    struct confirm_result result;
    struct itf_trace trace;
    struct error err;
};

static void open_bench(struct bench *bench, const char *url, const struct confirm_options *options)
{
    *bench = (struct bench){.client = NULL};
    itf_trace_init(&bench->trace);
    confirm_result_init(&bench->result);
    assert_int_equal(http_client_new(url, NULL, &bench->client, &bench->err), OK);
    assert_int_equal(confirm_new(&dns_balancer, bench->client, options, &bench->confirm, &bench->err), OK);
}

static void close_bench(struct bench *bench)
{
    confirm_free(bench->confirm);
    http_client_free(bench->client);
    confirm_result_release(&bench->result);
    itf_trace_release(&bench->trace);
}

/* Reads trace index of a golden file into the bench. */
static void read_golden(struct bench *bench, const char *path, size_t index)
{
    struct itf_reader *reader = NULL;
    bool found = true;
    assert_int_equal(itf_reader_open(golden_path(path), &dns_balancer, &reader, &bench->err), OK);
    for (size_t i = 0; i <= index; i++) {
        if (itf_reader_next(reader, &bench->trace, &found, &bench->err) != OK)
            fail_msg("%s", bench->err.text);
        assert_true(found);
    }
    itf_reader_close(reader);
}

static enum status judge(struct bench *bench)
{
    return confirm_trace(bench->confirm, &bench->trace, &bench->result, &bench->err);
}

static void judge_well(struct bench *bench)
{
    if (judge(bench) != OK)
        fail_msg("%s", bench->err.text);
}

static void expect_verdict(const struct bench *bench, enum confirm_verdict verdict, size_t fail_state)
{
    const struct confirm_result *result = &bench->result;
    if (result->verdict != verdict || (result->failed && result->fail_state != fail_state))
        fail_msg("%s at state %zu instead of %s at state %zu: %s", confirm_verdict_name(result->verdict),
                 result->fail_state, confirm_verdict_name(verdict), fail_state, result->message);
}

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
    read_golden(bench, path, (size_t)index);
    judge_well(bench);
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
    open_bench(&bench, test_lab_url(lab), &as_original);
    const cJSON *row;
    cJSON_ArrayForEach(row, rows) expect_golden(&bench, row);
    close_bench(&bench);
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
    open_bench(&bench, url, &by_property);
    for (size_t i = 0; i < KNOWN_VERDICTS; i++) {
        const struct known_verdict *known = &known_verdicts[i];
        read_golden(&bench, known->path, known->index);
        judge_well(&bench);
        expect_verdict(&bench, known->verdict, known->fail_state);
        assert_int_equal(bench.result.zone.length > 0, known->verdict == CONFIRM_DIVERGED);
        assert_int_equal(strncmp(bench.result.note.text, note, strlen(note)), 0);
        assert_int_equal(bench.result.note.length > 0, note[0] != '\0');
    }
    close_bench(&bench);
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
    open_bench(&bench, lying_lab_url(proxy), &by_property);
    read_golden(&bench, SHORTEST, 0);
    judge_well(&bench);
    assert_string_equal(bench.result.note.text, "this lab has no POST /mbt/seed-init: " ROOT
                                                " is judged from state 5 on, which sets it");
    /* Without an install there is nothing to judge. */
    bench.trace.state_count = 4;
    bench.trace.head.property = PROPERTY_NONE;
    judge_well(&bench);
    expect_verdict(&bench, CONFIRM_AGREES, 0);
    assert_string_equal(bench.result.note.text, "this lab has no POST /mbt/seed-init: " ROOT
                                                " is never set in this trace, so nothing can be said of it");
    close_bench(&bench);
    lying_lab_stop(proxy);
    test_lab_stop(lab);
}

static void confirm_other_age_than_the_trace_diverges(void **state)
{
    (void)state;
    struct test_lab *lab = test_lab_start(no_guards, 3);
    struct bench bench;
    struct confirm_options options = {.driver = {.has_keep_last_n = true, .keep_last_n = 100}};
    open_bench(&bench, test_lab_url(lab), &options);
    read_golden(&bench, SHORTEST, 0);
    judge_well(&bench); /* a lab that keeps everything loses nothing */
    expect_verdict(&bench, CONFIRM_NOT_REPRODUCED, 0);
    assert_string_equal(bench.result.message, ROOT " kept resolving; the model loses it at state 11");
    close_bench(&bench);
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
        open_bench(&bench, test_lab_url(lab), &by_property);
        for (size_t i = 0; i < KNOWN_VERDICTS; i++) {
            if (known_verdicts[i].verdict != CONFIRM_CONFIRMED)
                continue;
            read_golden(&bench, known_verdicts[i].path, known_verdicts[i].index);
            judge_well(&bench);
            assert_int_equal(bench.result.verdict, CONFIRM_NOT_REPRODUCED);
            assert_int_equal(strstr(bench.result.note.text, "skipped a stale plan") != NULL,
                             guards[g].reject_stale);
        }
        close_bench(&bench);
        test_lab_stop(lab);
    }
}

/* The walk with that seed, up to the first state that hits one of the properties, written as a file has it
 * and read back. */
static void walk_and_read(struct bench *bench, const struct instance *instance, uint64_t seed,
                          uint32_t max_steps, uint32_t properties)
{
    struct model *model = NULL;
    struct trace trace;
    struct buffer text;
    struct itf_reader *reader = NULL;
    bool found = false;
    trace_init(&trace);
    buffer_init(&text);
    assert_int_equal(model_new(&dns_balancer, instance, &model, &bench->err), OK);
    assert_int_equal(walk_trace(model, seed, max_steps, properties, &trace, &bench->err), OK);
    assert_int_equal(itf_write(model, &trace, ITF_LINE, &text, &bench->err), OK);
    assert_int_equal(
        itf_reader_open_memory("walk", text.text, text.length, &dns_balancer, &reader, &bench->err), OK);
    assert_int_equal(itf_reader_next(reader, &bench->trace, &found, &bench->err), OK);
    assert_true(found);
    itf_reader_close(reader);
    buffer_release(&text);
    trace_release(&trace);
    model_free(model);
}

static const struct lab_difference *difference_of(const struct confirm_result *result, const char *name)
{
    for (size_t i = 0; i < result->difference_count; i++) {
        if (strcmp(result->differences[i].known->name, name) == 0)
            return &result->differences[i];
    }
    return NULL;
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
        open_bench(&bench, test_lab_url(lab), &by_property);
        for (uint64_t seed = 0; seed < 60; seed++) {
            walk_and_read(&bench, &instance, seed, 40, 0);
            judge_well(&bench);
            const struct confirm_result *result = &bench.result;
            agreed += result->verdict == CONFIRM_AGREES;
            lost += result->verdict == CONFIRM_OUTAGE;
            idle += difference_of(result, "idle-backoff") != NULL;
            if (!result->same || (result->verdict == CONFIRM_OUTAGE && guards != 0))
                fail_msg("guards %u, seed %u: %s at state %zu: %s; %s", guards, (unsigned)seed,
                         confirm_verdict_name(result->verdict), result->fail_state, result->message,
                         result->note.text);
        }
        close_bench(&bench);
        test_lab_stop(lab);
    }
    assert_int_equal(agreed + lost, 240);
    assert_true(lost > 0);
    assert_true(idle > 0);
}

/* --- labs that lie --- */

#define HTML           "<html>"
#define JSON_TRUE_ONLY "{\"ok\": true}"

struct lie_case {
    struct lie lie;
    const char *path; /* of the trace */
    enum confirm_verdict verdict;
    size_t fail_state;
    const char *message; /* is in the result's */
};

/* The shortest trace: 1..4 generate, 5..8 deploys of deployer-a, each with a sync, 9 sync and 10 deploy of
 * deployer-b, 11 cleanup; after each the root is resolved. */
static const struct lie_case lie_cases[] = {
    {{"/generate", 1, false, 422, "{\"detail\": []}"},
     SHORTEST,
     CONFIRM_DIVERGED,
     1,
     "answered 422 {\"detail\": []}"},
    {{"/generate", 2, false, 200, "[]"}, SHORTEST, CONFIRM_DIVERGED, 2, "a JSON object was expected"},
    {{"/generate", 3, true, 200, "{\"version\": 2, \"plan_name\": \"plan-003.cdb.acme\"}"},
     SHORTEST,
     CONFIRM_DIVERGED,
     3,
     "made version 2 (plan-003.cdb.acme) after version 2 (plan-002.cdb.acme)"},
    {{"/generate", 3, true, 200, "{\"version\": 2.5, \"plan_name\": \"p\"}"},
     SHORTEST,
     CONFIRM_DIVERGED,
     3,
     "a plan with"},
    {{"/generate", 3, true, 200, "{\"version\": 3}"},
     SHORTEST,
     CONFIRM_DIVERGED,
     3,
     "a plan with version and plan_name"},
    {{"/deploy", 1, false, 200, "{\"ok\": true, \"message\": \"idle\"}"},
     SHORTEST,
     CONFIRM_DIVERGED,
     5,
     "\"idle\""},
    {{"/deploy", 2, true, 200, "{\"ok\": true, \"message\": \"installed\", \"version\": 1}"},
     SHORTEST,
     CONFIRM_DIVERGED,
     6,
     "\"installed\" with version 2 was expected"},
    {{"/deploy", 2, true, 200, "{\"ok\": true, \"message\": \"installed\"}"},
     SHORTEST,
     CONFIRM_DIVERGED,
     6,
     "was expected"},
    {{"/deploy", 3, false, 200, "{\"ok\": false, \"message\": \"no\"}"},
     SHORTEST,
     CONFIRM_DIVERGED,
     7,
     "\"message\": \"no\""},
    {{"/deploy", 3, false, 200, HTML}, SHORTEST, CONFIRM_DIVERGED, 7, HTML},
    {{"/deploy", 4, true, 500, "{\"ok\": true, \"message\": \"installed\", \"version\": 4}"},
     SHORTEST,
     CONFIRM_DIVERGED,
     8,
     "answered 500"},
    {{"deployer-a/sync", 1, true, 200, "{\"ok\": true, \"lock\": null, \"root\": null}"},
     SHORTEST,
     CONFIRM_DIVERGED,
     5,
     "deployer-a observes the root none; plan-001.cdb.acme was expected"},
    {{"deployer-b/sync", 1, true, 200,
      "{\"ok\": true, \"lock\": {\"value\": \"deployer-b 4\"}, \"root\": {\"value\": "
      "\"plan-004.cdb.acme\"}}"},
     SHORTEST,
     CONFIRM_DIVERGED,
     9,
     "observes the lock deployer-b 4; one of deployer-a was expected"},
    {{"deployer-b/sync", 1, true, 200, "{\"ok\": true, \"lock\": 7, \"root\": null}"},
     SHORTEST,
     CONFIRM_DIVERGED,
     9,
     "{ok: true, lock, root} was expected"},
    {{"deployer-b/sync", 1, false, 404, "{\"detail\": \"unknown deployer\"}"},
     SHORTEST,
     CONFIRM_DIVERGED,
     9,
     "unknown deployer"},
    {{"/cleanup", 1, true, 200, "{\"ok\": true, \"deleted_versions\": [4]}"},
     SHORTEST,
     CONFIRM_DIVERGED,
     11,
     "version 4 was not to be deleted"},
    {{"/cleanup", 1, true, 200, "{\"ok\": true, \"deleted_versions\": [1, 2]}"},
     SHORTEST,
     CONFIRM_DIVERGED,
     11,
     "version 2 was not to be deleted"},
    {{"/deploy", 2, true, 200, "{\"ok\": true, \"message\": \"installed\", \"version\": 3}"},
     SHORTEST,
     CONFIRM_DIVERGED,
     6,
     "\"installed\" with version 2 was expected"},
    {{"deployer-b/sync", 1, true, 200,
      "{\"ok\": true, \"lock\": {\"value\": \"deployer-a4\"}, \"root\": {\"value\": \"plan-004.cdb.acme\"}}"},
     SHORTEST,
     CONFIRM_DIVERGED,
     9,
     "observes the lock deployer-a4"},
    {{"/deploy", 2, false, 200, "{\"message\": \"no\"}"},
     "itf/replay_root_n3_5_3_s123.itf.json.gz",
     CONFIRM_DIVERGED,
     5,
     "a refusal ({ok: false}) was expected"},
    {{"/cleanup", 1, true, 200, "{\"ok\": true, \"deleted_versions\": [\"1\"]}"},
     SHORTEST,
     CONFIRM_DIVERGED,
     11,
     "was not to be deleted"},
    {{"/cleanup", 1, true, 200, JSON_TRUE_ONLY},
     SHORTEST,
     CONFIRM_DIVERGED,
     11,
     "deleted_versions} was expected"},
    {{"/cleanup", 1, false, 200, "{\"ok\": false, \"message\": \"no\"}"},
     SHORTEST,
     CONFIRM_DIVERGED,
     11,
     "was expected"},
    /* It deleted what it was told to, but does not say so: the root tells. */
    {{"/cleanup", 1, true, 200, "{\"ok\": true, \"deleted_versions\": []}"},
     SHORTEST,
     CONFIRM_CONFIRMED,
     11,
     ROOT " resolved to zero IPs"},
    {{"/cleanup", 1, false, 200, "{\"ok\": true, \"deleted_versions\": []}"},
     SHORTEST,
     CONFIRM_NOT_REPRODUCED,
     0,
     ROOT " kept resolving; the model loses it at state 11"},
    /* Request n for the root is that of state n - 1. */
    {{"/" ROOT, 9, true, 200, "{\"name\": \"" ROOT "\", \"ips\": []}"},
     SHORTEST,
     CONFIRM_DIVERGED,
     8,
     ROOT " resolved to zero IPs; the model loses it at state 11"},
    {{"/" ROOT, 12, true, 200, "{\"name\": \"" ROOT "\", \"ips\": [\"192.0.1.1\"]}"},
     SHORTEST,
     CONFIRM_DIVERGED,
     11,
     ROOT " resolved to 192.0.1.1; no address was expected, since plan-001.cdb.acme was deleted"},
    {{"/" ROOT, 4, true, 200, "{\"name\": \"other\", \"ips\": []}"},
     SHORTEST,
     CONFIRM_DIVERGED,
     3,
     "{name, ips} was expected"},
    {{"/" ROOT, 4, true, 200, "{\"name\": \"" ROOT "\", \"ips\": [1]}"},
     SHORTEST,
     CONFIRM_DIVERGED,
     3,
     "was expected"},
    {{"/" ROOT, 4, true, 404, "{\"detail\": \"Not Found\"}"}, SHORTEST, CONFIRM_DIVERGED, 3, "answered 404"},
    /* 3 is a deploy, 5 a backoff. */
    {{"/deploy", 2, false, 200, "{\"ok\": true, \"message\": \"installed\", \"version\": 1}"},
     "itf/replay_root_n3_5_3_s123.itf.json.gz",
     CONFIRM_DIVERGED,
     5,
     "a refusal ({ok: false}) was expected"},
    {{"/deploy", 2, false, 500, "{\"ok\": false, \"message\": \"no\"}"},
     "itf/replay_root_n3_5_3_s123.itf.json.gz",
     CONFIRM_DIVERGED,
     5,
     "answered 500"},
};

/* A lab that does one thing otherwise is caught where that shows, and is never the same as the model. */
static void expect_caught(const char *lab_url, const struct lie_case *cases, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const struct lie_case *item = &cases[i];
        struct lying_lab *proxy = lying_lab_start(lab_url, &item->lie, 1);
        struct bench bench;
        open_bench(&bench, lying_lab_url(proxy), &by_property);
        read_golden(&bench, item->path, 0);
        judge_well(&bench);
        if (strstr(bench.result.message, item->message) == NULL)
            fail_msg("case %zu: '%s' has no '%s'", i, bench.result.message, item->message);
        expect_verdict(&bench, item->verdict, item->fail_state);
        assert_int_equal(bench.result.failed, item->verdict != CONFIRM_NOT_REPRODUCED);
        assert_false(bench.result.same);
        close_bench(&bench);
        lying_lab_stop(proxy);
    }
}

static void confirm_lying_lab_is_caught_at_its_step(void **state)
{
    (void)state;
    struct test_lab *lab = test_lab_start(no_guards, 3);
    expect_caught(test_lab_url(lab), lie_cases, sizeof lie_cases / sizeof lie_cases[0]);
    test_lab_stop(lab);
}

/* --- labs with a fault --- */

/* What generate answers, of an ALIAS list and of A records, as one text. */
#define PLAN(version, targets, records)                                                   \
    "{\"version\": " version ", \"root\": \"" ROOT "\", \"plan_name\": \"plan-00" version \
    ".cdb.acme\", \"records\": [{\"name\": \"plan-00" version                             \
    ".cdb.acme\", \"type\": \"ALIAS\", \"value\": [" targets "]}" records "]}"
#define TARGET(version, id, weight) "{\"name\": \"lb-00" version "-" id ".cdb.acme\", \"weight\": " weight "}"
#define ADDRESS(version, id, value) \
    ", {\"name\": \"lb-00" version "-" id ".cdb.acme\", \"type\": \"A\", \"value\": \"" value "\"}"
#define RESOLVED(name, ips) "{\"name\": \"" name "\", \"ips\": [" ips "]}"
#define SEVERAL             "itf/replay_root_n3_5_3_s123.itf.json.gz"

/* Each is a mistake that loses no name. The plans of SEVERAL: 1 with id 3, weight 111; 2 with ids 2 and 3,
 * weights 109 and 119; 3 with three; 4 with two. Request n for the root is that of state n - 1. */
static const struct lie_case fault_cases[] = {
    /* A weight that is dropped, or another. */
    {{"/generate", 1, true, 200, PLAN("1", TARGET("1", "3", "0"), ADDRESS("1", "3", "192.0.1.3"))},
     SEVERAL,
     CONFIRM_DIVERGED,
     1,
     "the weight 111 of lb-001-3.cdb.acme was expected"},
    {{"/generate", 1, true, 200,
      PLAN("1", "{\"name\": \"lb-001-3.cdb.acme\"}", ADDRESS("1", "3", "192.0.1.3"))},
     SEVERAL,
     CONFIRM_DIVERGED,
     1,
     "the weight 111 of"},
    /* The order of balancers, of their records, and of both. */
    {{"/generate", 2, true, 200,
      PLAN("2", TARGET("2", "3", "119") ", " TARGET("2", "2", "109"),
           ADDRESS("2", "3", "192.0.2.3") ADDRESS("2", "2", "192.0.2.2"))},
     SEVERAL,
     CONFIRM_DIVERGED,
     4,
     "the weight 109 of lb-002-3.cdb.acme was expected"},
    {{"/generate", 2, true, 200,
      PLAN("2", TARGET("2", "2", "109") ", " TARGET("2", "3", "119"),
           ADDRESS("2", "3", "192.0.2.3") ADDRESS("2", "2", "192.0.2.2"))},
     SEVERAL,
     CONFIRM_DIVERGED,
     4,
     "the A record lb-002-2.cdb.acme with the address 192.0.2.2 as record 2 was expected"},
    /* An address: of another version, of another balancer. */
    {{"/generate", 1, true, 200, PLAN("1", TARGET("1", "3", "111"), ADDRESS("1", "3", "192.0.2.3"))},
     SEVERAL,
     CONFIRM_DIVERGED,
     1,
     "the A record lb-001-3.cdb.acme with the address 192.0.1.3"},
    {{"/generate", 1, true, 200, PLAN("1", TARGET("1", "3", "111"), ADDRESS("1", "3", "192.0.1.1"))},
     SEVERAL,
     CONFIRM_DIVERGED,
     1,
     "the A record lb-001-3.cdb.acme with the address 192.0.1.3"},
    /* A record too few, one too many, and none at all. */
    {{"/generate", 1, true, 200, PLAN("1", TARGET("1", "3", "111"), "")},
     SEVERAL,
     CONFIRM_DIVERGED,
     1,
     "a list of 2 records (an ALIAS, and an A for each balancer) was expected"},
    {{"/generate", 1, true, 200,
      PLAN("1", TARGET("1", "3", "111"), ADDRESS("1", "3", "192.0.1.3") ADDRESS("1", "4", "192.0.1.4"))},
     SEVERAL,
     CONFIRM_DIVERGED,
     1,
     "a list of 2 records"},
    {{"/generate", 1, true, 200, PLAN("1", "", ADDRESS("1", "3", "192.0.1.3"))},
     SEVERAL,
     CONFIRM_DIVERGED,
     1,
     "1 balancers of plan-001.cdb.acme was expected"},
    {{"/generate", 1, true, 200,
      "{\"version\": 1, \"root\": \"" ROOT "\", \"plan_name\": \"plan-001.cdb.acme\", \"records\": null}"},
     SEVERAL,
     CONFIRM_DIVERGED,
     1,
     "a list of 2 records"},
    /* Records of other kinds and names. */
    {{"/generate", 1, true, 200,
      "{\"version\": 1, \"root\": \"" ROOT "\", \"plan_name\": \"plan-001.cdb.acme\", \"records\": [1, 2]}"},
     SEVERAL,
     CONFIRM_DIVERGED,
     1,
     "the ALIAS of plan-001.cdb.acme as the first record was expected"},
    {{"/generate", 1, true, 200,
      PLAN("1", "{\"name\": \"../../mbt/reset?\", \"weight\": 111}", ADDRESS("1", "3", "192.0.1.3"))},
     SEVERAL,
     CONFIRM_DIVERGED,
     1,
     "a name for each balancer of plan-001.cdb.acme was expected"},
    {{"/generate", 1, true, 200,
      "{\"version\": 1, \"root\": \"other\", \"plan_name\": \"plan-001.cdb.acme\", \"records\": []}"},
     SEVERAL,
     CONFIRM_DIVERGED,
     1,
     "a plan of the root " ROOT " was expected"},
    /* A branch that resolve drops, or a record that the install drops; one too many; an address of another.
     */
    {{"/" ROOT, 10, true, 200, RESOLVED(ROOT, "\"192.0.3.1\", \"192.0.3.2\"")},
     SEVERAL,
     CONFIRM_DIVERGED,
     9,
     "resolved to 192.0.3.1, 192.0.3.2; the addresses of plan-003.cdb.acme were expected: 192.0.3.1, "
     "192.0.3.2, "
     "192.0.3.3"},
    {{"/" ROOT, 6, true, 200, RESOLVED(ROOT, "\"192.0.1.1\", \"192.0.2.1\"")},
     SHORTEST,
     CONFIRM_DIVERGED,
     5,
     ROOT " resolved to 192.0.1.1, 192.0.2.1; the addresses of plan-001.cdb.acme were expected: 192.0.1.1"},
    {{"/" ROOT, 2, true, 200, RESOLVED(ROOT, "\"192.0.1.1\"")},
     SHORTEST,
     CONFIRM_DIVERGED,
     1,
     ROOT " resolved to 192.0.1.1; it points to the placeholder, and no address was expected"},
    /* A balancer that the cleanup leaves. */
    {{"/lb-001-1.cdb.acme", 1, true, 200, RESOLVED("lb-001-1.cdb.acme", "\"192.0.1.1\"")},
     SHORTEST,
     CONFIRM_DIVERGED,
     11,
     "plan-001.cdb.acme was deleted, but its balancer lb-001-1.cdb.acme resolved to 192.0.1.1"},
    {{"/lb-001-1.cdb.acme", 1, true, 404, "{\"detail\": \"Not Found\"}"},
     SHORTEST,
     CONFIRM_DIVERGED,
     11,
     "{name, ips} was expected"},
};

static void confirm_lab_with_a_fault_is_caught_at_its_step(void **state)
{
    (void)state;
    struct test_lab *lab = test_lab_start(no_guards, 3);
    expect_caught(test_lab_url(lab), fault_cases, sizeof fault_cases / sizeof fault_cases[0]);
    test_lab_stop(lab);
}

/* Addresses are a set: their order, and that one is there twice, means nothing. */
static void confirm_addresses_in_any_order_are_the_same(void **state)
{
    (void)state;
    static const struct lie lie = {
        "/" ROOT, 10, true, 200,
        RESOLVED(ROOT, "\"192.0.3.2\", \"192.0.3.3\", \"192.0.3.1\", \"192.0.3.2\"")};
    struct test_lab *lab = test_lab_start(no_guards, 3);
    struct lying_lab *proxy = lying_lab_start(test_lab_url(lab), &lie, 1);
    struct bench bench;
    open_bench(&bench, lying_lab_url(proxy), &by_property);
    read_golden(&bench, SEVERAL, 0);
    judge_well(&bench);
    expect_verdict(&bench, CONFIRM_CONFIRMED, 17);
    assert_true(bench.result.same);
    close_bench(&bench);
    lying_lab_stop(proxy);
    test_lab_stop(lab);
}

/* A plan without its records is taken as it is, and the verdict says so. */
static void confirm_lab_that_lists_no_records_is_judged_with_a_note(void **state)
{
    (void)state;
    static const struct lie lies[] = {
        {"/generate", 1, true, 200, "{\"version\": 1, \"plan_name\": \"plan-001.cdb.acme\"}"},
        {"/" ROOT, 6, true, 200, RESOLVED(ROOT, "\"10.0.0.1\"")}};
    struct test_lab *lab = test_lab_start(no_guards, 3);
    struct lying_lab *proxy = lying_lab_start(test_lab_url(lab), lies, 2);
    struct bench bench;
    open_bench(&bench, lying_lab_url(proxy), &by_property);
    read_golden(&bench, SHORTEST, 0);
    judge_well(&bench);
    expect_verdict(&bench, CONFIRM_CONFIRMED, 11);
    assert_string_equal(bench.result.note.text,
                        "this lab's generate answers no records: addresses and weights are not compared");
    close_bench(&bench);
    lying_lab_stop(proxy);
    test_lab_stop(lab);
}

/* --- known differences --- */

/* Idle is allowed exactly where no plan is left to a deployer that backs off. */
static void confirm_idle_is_a_known_difference_only_without_a_plan(void **state)
{
    (void)state;
    static const struct lie idle = {"/deploy", 2, false, 200, "{\"ok\": true, \"message\": \"idle\"}"};
    struct test_lab *lab = test_lab_start(no_guards, 3);
    struct bench bench;
    open_bench(&bench, test_lab_url(lab), &by_property);
    read_golden(&bench, "itf/epoch5_n3_5_3_s123.itf.ndjson.gz", 0);
    judge_well(&bench);
    expect_verdict(&bench, CONFIRM_AGREES, 0);
    assert_true(bench.result.same);
    assert_int_equal(bench.result.difference_count, 1);
    assert_int_equal(difference_of(&bench.result, "idle-backoff")->state, 15);
    close_bench(&bench);
    /* deployer-b backs off at state 5 and has plan 1 left. */
    struct lying_lab *proxy = lying_lab_start(test_lab_url(lab), &idle, 1);
    open_bench(&bench, lying_lab_url(proxy), &by_property);
    read_golden(&bench, SEVERAL, 0);
    judge_well(&bench);
    expect_verdict(&bench, CONFIRM_DIVERGED, 5);
    assert_int_equal(bench.result.difference_count, 0);
    close_bench(&bench);
    lying_lab_stop(proxy);
    test_lab_stop(lab);
}

/* A refused deploy is one only where the root was deleted, and for that reason. */
static void confirm_refusal_is_a_known_difference_only_over_a_lost_root(void **state)
{
    (void)state;
    static const char lost[] = "itf/rollback_n3_20_3_s23.itf.ndjson.gz"; /* its last deploy is at state 26 */
    static const struct {
        const char *path;
        struct lie lie;
        size_t fail_state;
    } others[] = {
        {SHORTEST,
         {"/deploy", 3, false, 200, "{\"ok\": false, \"message\": \"current root target is missing: x\"}"},
         7},
        {lost, {"deployer-c/deploy", 5, true, 200, "{\"ok\": false, \"message\": \"no\"}"}, 26},
    };
    struct test_lab *lab = test_lab_start(no_guards, 3);
    struct bench bench;
    open_bench(&bench, test_lab_url(lab), &by_property);
    read_golden(&bench, lost, 0);
    judge_well(&bench);
    expect_verdict(&bench, CONFIRM_DIVERGED, 26);
    assert_memory_equal(bench.result.message, "the root was lost at state 24; the lab refuses to deploy", 56);
    assert_int_equal(difference_of(&bench.result, "root-missing")->state, 26);
    assert_ptr_equal(bench.result.fail_difference, difference_of(&bench.result, "root-missing")->known);
    close_bench(&bench);
    for (size_t i = 0; i < 2; i++) {
        struct lying_lab *proxy = lying_lab_start(test_lab_url(lab), &others[i].lie, 1);
        open_bench(&bench, lying_lab_url(proxy), &by_property);
        read_golden(&bench, others[i].path, 0);
        judge_well(&bench);
        expect_verdict(&bench, CONFIRM_DIVERGED, others[i].fail_state);
        assert_null(difference_of(&bench.result, "root-missing"));
        close_bench(&bench);
        lying_lab_stop(proxy);
    }
    test_lab_stop(lab);
}

/* A violation of the rollback in which state 17 installs the root's plan again, and state 20 deletes it. */
#define SAME_ROOT_SEED UINT64_C(4551670578559527122)
#define ROLLBACK       "_rollback." ROOT

/* The lab leaves rollback alone then; a system that points it there, as the model does, is the same as the
 * model. Which of the two it does has to show at once. */
static void confirm_rollback_may_be_the_labs_or_the_models(void **state)
{
    (void)state;
    static const char as_plan_1[] = RESOLVED(ROLLBACK, "\"192.0.1.2\", \"192.0.1.3\"");
    static const struct lie models[] = {{"/" ROLLBACK, 18, true, 200, as_plan_1},
                                        {"/" ROLLBACK, 19, true, 200, as_plan_1},
                                        {"/" ROLLBACK, 20, true, 200, as_plan_1},
                                        {"/" ROLLBACK, 21, true, 200, RESOLVED(ROLLBACK, "")}};
    static const struct {
        size_t first, count; /* of the lies */
        enum confirm_verdict verdict;
        size_t fail_state;
        bool same, named;
    } cases[] = {
        {0, 0, CONFIRM_NOT_REPRODUCED, 0, false, true},
        {0, 4, CONFIRM_CONFIRMED, 20, true, false},
        {0, 1, CONFIRM_DIVERGED, 18, false, false}, /* not both in turn */
        {1, 3, CONFIRM_DIVERGED, 18, false, true},
    };
    struct instance instance = dns_balancer.presets[0].instance;
    instance.properties = model_invariants(&dns_balancer);
    struct test_lab *lab = test_lab_start(no_guards, 3);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct lying_lab *proxy = lying_lab_start(test_lab_url(lab), &models[cases[i].first], cases[i].count);
        struct bench bench;
        open_bench(&bench, lying_lab_url(proxy), &by_property);
        walk_and_read(&bench, &instance, SAME_ROOT_SEED, 20, UINT32_C(1) << DNS_NO_INCONSISTENT_ROLLBACK);
        judge_well(&bench);
        expect_verdict(&bench, cases[i].verdict, cases[i].fail_state);
        assert_int_equal(bench.result.same, cases[i].same);
        const struct lab_difference *named = difference_of(&bench.result, "same-root");
        assert_int_equal(named != NULL, cases[i].named);
        assert_true(named == NULL || named->state == 17);
        close_bench(&bench);
        lying_lab_stop(proxy);
    }
    test_lab_stop(lab);
}

static void confirm_huge_answer_is_a_divergence(void **state)
{
    (void)state;
    char *text = mem_new(HTTP_ANSWER_MAX + 2, 1);
    assert_non_null(text);
    memset(text, ' ', HTTP_ANSWER_MAX + 1);
    const struct lie lie = {.path_end = "/generate", .nth = 2, .status = 200, .text = text};
    struct test_lab *lab = test_lab_start(no_guards, 3);
    struct lying_lab *proxy = lying_lab_start(test_lab_url(lab), &lie, 1);
    struct bench bench;
    open_bench(&bench, lying_lab_url(proxy), &by_property);
    read_golden(&bench, SHORTEST, 0);
    judge_well(&bench);
    expect_verdict(&bench, CONFIRM_DIVERGED, 2);
    assert_non_null(strstr(bench.result.message, "the answer is longer than 1048576 bytes"));
    assert_non_null(
        strstr(bench.result.zone.text, "lock genesis 0; root -> plan-init.cdb.acme (no address)"));
    close_bench(&bench);
    lying_lab_stop(proxy);
    test_lab_stop(lab);
    mem_free(text);
}

struct broken_case {
    struct lie lie;
    enum status status;
    const char *message;
};

static const struct broken_case broken_cases[] = {
    {{"/reset", 1, false, 404, "{\"detail\": \"Not Found\"}"},
     ERR_IO,
     "POST /mbt/reset answered 404 {\"detail\": \"Not Found\"}, and not {\"ok\": true}; is that a lab?"},
    {{"/reset", 1, false, 200, HTML}, ERR_IO, "POST /mbt/reset answered 200 <html>"},
    {{"/seed-init", 1, false, 500, "{}"}, ERR_IO, "POST /mbt/seed-init answered 500 {}"},
    {{"/deploy", 2, false, 0, ""}, ERR_IO, "state 6 (Deploy): "},
};

static void confirm_lab_that_is_none_or_dies_is_an_io_error(void **state)
{
    (void)state;
    struct test_lab *lab = test_lab_start(no_guards, 3);
    for (size_t i = 0; i < sizeof broken_cases / sizeof broken_cases[0]; i++) {
        const struct broken_case *item = &broken_cases[i];
        struct lying_lab *proxy = lying_lab_start(test_lab_url(lab), &item->lie, 1);
        struct bench bench;
        open_bench(&bench, lying_lab_url(proxy), &by_property);
        read_golden(&bench, SHORTEST, 0);
        const enum status status = judge(&bench);
        if (status != item->status || strstr(bench.err.text, item->message) == NULL)
            fail_msg("case %zu: status %d: %s", i, (int)status, bench.err.text);
        close_bench(&bench);
        lying_lab_stop(proxy);
    }
    test_lab_stop(lab);
}

/* --- traces that are not judged --- */

static void confirm_illegal_trace_never_reaches_the_lab(void **state)
{
    (void)state;
    struct test_lab *lab = test_lab_start(no_guards, 3);
    struct bench bench;
    open_bench(&bench, test_lab_url(lab), &by_property);
    read_golden(&bench, SHORTEST, 0);
    bench.trace.states[7] = bench.trace.states[5];
    assert_int_equal(judge(&bench), ERR_DATA);
    assert_memory_equal(bench.err.text, "not a run of the model: state 7: ", 33);
    /* A claim that the trace does not keep. */
    read_golden(&bench, SHORTEST, 0);
    bench.trace.head.property_state = 10;
    assert_int_equal(judge(&bench), ERR_DATA);
    assert_int_equal(http_client_requests(bench.client), 0);
    close_bench(&bench);
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
    struct confirm_options options = by_property;
    options.stopped = stop_at_third;
    options.user = &asked;
    struct test_lab *lab = test_lab_start(no_guards, 3);
    struct bench bench;
    open_bench(&bench, test_lab_url(lab), &options);
    read_golden(&bench, SHORTEST, 0);
    assert_int_equal(judge(&bench), ERR_STOPPED);
    assert_string_equal(bench.err.text, "stopped before state 3");
    assert_int_equal(bench.result.actions, 3);
    close_bench(&bench);
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
    open_bench(&bench, test_lab_url(lab), &by_property);
    read_golden(&bench, SHORTEST, 0);
    judge_well(&bench);
    assert_int_equal(bench.result.actions, 12);
    assert_int_equal(http_client_requests(bench.client), 3 + 4 * 2 + 5 * 3 + 2 + 2 + 1);
    close_bench(&bench);
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
    struct confirm_options options = by_property;
    buffer_init(&bodies);
    options.on_call = collect_generates;
    options.user = &bodies;
    struct test_lab *lab = test_lab_start(no_guards, 3);
    struct bench bench;
    open_bench(&bench, test_lab_url(lab), &options);
    read_golden(&bench, "itf/replay_root_n3_5_3_s123.itf.json.gz", 0);
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
        struct lab_step step;
        const struct lab_observer observer = {collect_generates, &bodies};
        const struct value action = edit_field(&arena, value_field(ghost, "value"), "weights", reversed);
        const struct value turned = edit_field(&arena, ghost, "value", action);
        assert_int_equal(lab_driver_new(bench.client, &by_property.driver, &observer, &driver, &bench.err),
                         OK);
        assert_int_equal(lab_driver_reset(driver, &bench.trace, &step, &bench.err), OK);
        assert_int_equal(lab_driver_act(driver, &turned, &step, &bench.err), OK);
        assert_int_equal(step.outcome, LAB_AS_PREDICTED);
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
    close_bench(&bench);
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
    struct lab_step step;
    struct arena arena;
    arena_init(&arena, 1 << 20);
    open_bench(&bench, test_lab_url(lab), &by_property);
    read_golden(&bench, SHORTEST, 0);
    const struct value *ghost = value_field(&bench.trace.states[1], "ghost_action");
    assert_int_equal(lab_driver_new(bench.client, &by_property.driver, NULL, &driver, &bench.err), OK);
    assert_int_equal(lab_driver_reset(driver, &bench.trace, &step, &bench.err), OK);
    for (size_t i = 0; i < sizeof addresses / sizeof addresses[0]; i++) {
        struct value *pair = value_room(&arena, 2);
        assert_non_null(pair);
        pair[0] = value_string(addresses[i]);
        pair[1] = value_int(100);
        const struct value action =
            edit_field(&arena, value_field(ghost, "value"), "weights", value_map(pair, 1));
        const struct value changed = edit_field(&arena, ghost, "value", action);
        assert_int_equal(lab_driver_act(driver, &changed, &step, &bench.err), ERR_DATA);
        assert_non_null(strstr(bench.err.text, addresses[i]));
    }
    lab_driver_free(driver);
    arena_release(&arena);
    close_bench(&bench);
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
        open_bench(&bench, lab_process_url(process), &by_property);
        read_golden(&bench, SHORTEST, 0);
        mem_fail_from(nth);
        status = judge(&bench);
        mem_fail_from(0);
        if (status != OK && status != ERR_MEMORY)
            fail_msg("allocation %zu: status %d: %s", nth, (int)status, bench.err.text);
        close_bench(&bench);
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
        cmocka_unit_test(confirm_lying_lab_is_caught_at_its_step),
        cmocka_unit_test(confirm_lab_with_a_fault_is_caught_at_its_step),
        cmocka_unit_test(confirm_addresses_in_any_order_are_the_same),
        cmocka_unit_test(confirm_lab_that_lists_no_records_is_judged_with_a_note),
        cmocka_unit_test(confirm_idle_is_a_known_difference_only_without_a_plan),
        cmocka_unit_test(confirm_refusal_is_a_known_difference_only_over_a_lost_root),
        cmocka_unit_test(confirm_rollback_may_be_the_labs_or_the_models),
        cmocka_unit_test(confirm_huge_answer_is_a_divergence),
        cmocka_unit_test(confirm_lab_that_is_none_or_dies_is_an_io_error),
        cmocka_unit_test(confirm_illegal_trace_never_reaches_the_lab),
        cmocka_unit_test(confirm_stop_ends_after_the_action_at_hand),
        cmocka_unit_test(confirm_requests_are_no_more_than_needed),
        cmocka_unit_test(confirm_plans_have_ids_of_octets_and_are_sorted),
        cmocka_unit_test(act_address_without_an_id_is_bad_data),
        cmocka_unit_test(confirm_without_memory_says_so),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
