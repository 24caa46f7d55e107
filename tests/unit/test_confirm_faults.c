/* SPDX-License-Identifier: Apache-2.0 */
/* Labs that are not as they should be: each wrong answer is caught at its step, what is known to differ is
 * allowed for no further than it is, and what is no lab is none. */
#include "tests/support/cmocka_all.h"

#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "model/dns/dns_balancer.h"
#include "model/dns/dns_state.h"
#include "tests/support/confirm_bench.h"
#include "tests/support/fake_lab.h"

static const struct guards no_guards = {.reject_stale = false};

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
        bench_open(&bench, lying_lab_url(proxy), &by_property);
        bench_read_golden(&bench, item->path, 0);
        bench_judge_well(&bench);
        if (strstr(bench.result.message, item->message) == NULL)
            fail_msg("case %zu: '%s' has no '%s'", i, bench.result.message, item->message);
        bench_expect(&bench, item->verdict, item->fail_state);
        assert_int_equal(bench.result.failed, item->verdict != CONFIRM_NOT_REPRODUCED);
        assert_false(bench.result.same);
        bench_close(&bench);
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
    bench_open(&bench, lying_lab_url(proxy), &by_property);
    bench_read_golden(&bench, SEVERAL, 0);
    bench_judge_well(&bench);
    bench_expect(&bench, CONFIRM_CONFIRMED, 17);
    assert_true(bench.result.same);
    bench_close(&bench);
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
    bench_open(&bench, lying_lab_url(proxy), &by_property);
    bench_read_golden(&bench, SHORTEST, 0);
    bench_judge_well(&bench);
    bench_expect(&bench, CONFIRM_CONFIRMED, 11);
    assert_string_equal(bench.result.note.text,
                        "this lab's generate answers no records: addresses and weights are not compared");
    bench_close(&bench);
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
    bench_open(&bench, test_lab_url(lab), &by_property);
    bench_read_golden(&bench, "itf/epoch5_n3_5_3_s123.itf.ndjson.gz", 0);
    bench_judge_well(&bench);
    bench_expect(&bench, CONFIRM_AGREES, 0);
    assert_true(bench.result.same);
    assert_int_equal(bench.result.difference_count, 1);
    assert_int_equal(bench_difference(&bench, "idle-backoff")->state, 15);
    bench_close(&bench);
    /* deployer-b backs off at state 5 and has plan 1 left. */
    struct lying_lab *proxy = lying_lab_start(test_lab_url(lab), &idle, 1);
    bench_open(&bench, lying_lab_url(proxy), &by_property);
    bench_read_golden(&bench, SEVERAL, 0);
    bench_judge_well(&bench);
    bench_expect(&bench, CONFIRM_DIVERGED, 5);
    assert_int_equal(bench.result.difference_count, 0);
    bench_close(&bench);
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
    bench_open(&bench, test_lab_url(lab), &by_property);
    bench_read_golden(&bench, lost, 0);
    bench_judge_well(&bench);
    bench_expect(&bench, CONFIRM_DIVERGED, 26);
    assert_memory_equal(bench.result.message, "the root was lost at state 24; the lab refuses to deploy", 56);
    assert_int_equal(bench_difference(&bench, "root-missing")->state, 26);
    assert_ptr_equal(bench.result.fail_difference, bench_difference(&bench, "root-missing")->known);
    bench_close(&bench);
    for (size_t i = 0; i < 2; i++) {
        struct lying_lab *proxy = lying_lab_start(test_lab_url(lab), &others[i].lie, 1);
        bench_open(&bench, lying_lab_url(proxy), &by_property);
        bench_read_golden(&bench, others[i].path, 0);
        bench_judge_well(&bench);
        bench_expect(&bench, CONFIRM_DIVERGED, others[i].fail_state);
        assert_null(bench_difference(&bench, "root-missing"));
        bench_close(&bench);
        lying_lab_stop(proxy);
    }
    test_lab_stop(lab);
}

/* A violation of the rollback in which state 17 installs the root's plan again, and state 20 deletes it. */
#define SAME_ROOT_SEED UINT64_C(4551670578559527122)

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
        bench_open(&bench, lying_lab_url(proxy), &by_property);
        bench_read_walk(&bench, &instance, SAME_ROOT_SEED, 20, UINT32_C(1) << DNS_NO_INCONSISTENT_ROLLBACK);
        bench_judge_well(&bench);
        bench_expect(&bench, cases[i].verdict, cases[i].fail_state);
        assert_int_equal(bench.result.same, cases[i].same);
        const struct system_difference *named = bench_difference(&bench, "same-root");
        assert_int_equal(named != NULL, cases[i].named);
        assert_true(named == NULL || named->state == 17);
        bench_close(&bench);
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
    bench_open(&bench, lying_lab_url(proxy), &by_property);
    bench_read_golden(&bench, SHORTEST, 0);
    bench_judge_well(&bench);
    bench_expect(&bench, CONFIRM_DIVERGED, 2);
    assert_non_null(strstr(bench.result.message, "the answer is longer than 1048576 bytes"));
    assert_non_null(
        strstr(bench.result.shown.text, "lock genesis 0; root -> plan-init.cdb.acme (no address)"));
    bench_close(&bench);
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
        bench_open(&bench, lying_lab_url(proxy), &by_property);
        bench_read_golden(&bench, SHORTEST, 0);
        const enum status status = bench_judge(&bench);
        if (status != item->status || strstr(bench.err.text, item->message) == NULL)
            fail_msg("case %zu: status %d: %s", i, (int)status, bench.err.text);
        bench_close(&bench);
        lying_lab_stop(proxy);
    }
    test_lab_stop(lab);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(confirm_lying_lab_is_caught_at_its_step),
        cmocka_unit_test(confirm_lab_with_a_fault_is_caught_at_its_step),
        cmocka_unit_test(confirm_addresses_in_any_order_are_the_same),
        cmocka_unit_test(confirm_lab_that_lists_no_records_is_judged_with_a_note),
        cmocka_unit_test(confirm_idle_is_a_known_difference_only_without_a_plan),
        cmocka_unit_test(confirm_refusal_is_a_known_difference_only_over_a_lost_root),
        cmocka_unit_test(confirm_rollback_may_be_the_labs_or_the_models),
        cmocka_unit_test(confirm_huge_answer_is_a_divergence),
        cmocka_unit_test(confirm_lab_that_is_none_or_dies_is_an_io_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
