/* SPDX-License-Identifier: Apache-2.0 */
/* What the search finds is what the lab does: every violation of the root that walks find is confirmed, and a
 * violation of the rollback that is not says by name which known difference it comes of. */
#include "tests/support/cmocka_all.h"

#include "mbt/lab/lab_process.h"
#include "model/dns/dns_balancer.h"
#include "model/dns/dns_state.h"
#include "search/walk.h"
#include "tests/support/confirm_bench.h"
#include "tests/support/effort.h"

#define WALK_STEPS 25

/* How many violations of each are looked at. */
static size_t root_count(void)
{
    return test_is_long() ? 1000 : 200;
}

static size_t rollback_count(void)
{
    return test_is_long() ? 500 : 100;
}

/* A lab of its own process, the model that is searched, and what confirms on the lab. */
struct hunt {
    struct lab_process *lab;
    struct model *model;
    struct trace trace;
    struct bench bench;
};

static void open_hunt(struct hunt *hunt)
{
    const struct lab_process_options lab = {.program = RACEWALK_PROGRAM};
    struct instance instance = dns_balancer.presets[0].instance;
    struct error err = {{0}};
    *hunt = (struct hunt){.lab = NULL};
    instance.properties = model_invariants(&dns_balancer);
    trace_init(&hunt->trace);
    assert_int_equal(model_new(&dns_balancer, &instance, &hunt->model, &err), OK);
    if (lab_process_start(&lab, &hunt->lab, &err) != OK)
        fail_msg("%s", err.text);
    bench_open(&hunt->bench, lab_process_url(hunt->lab), &by_property);
}

static void close_hunt(struct hunt *hunt)
{
    bench_close(&hunt->bench);
    lab_process_stop(hunt->lab);
    trace_release(&hunt->trace);
    model_free(hunt->model);
}

/* Looks for the next walk, from a seed on, that violates the property, and judges it. Returns its seed. */
static uint64_t judge_next(struct hunt *hunt, uint64_t seed, int property)
{
    for (;; seed++) {
        assert_int_equal(walk_trace(hunt->model, seed, WALK_STEPS, UINT32_C(1) << property, &hunt->trace,
                                    &hunt->bench.err),
                         OK);
        if (hunt->trace.property == property)
            break;
    }
    bench_read_trace(&hunt->bench, hunt->model, &hunt->trace);
    bench_judge_well(&hunt->bench);
    return seed;
}

static void confirm_every_found_violation_of_the_root(void **state)
{
    (void)state;
    struct hunt hunt;
    uint64_t seed = 0;
    open_hunt(&hunt);
    for (size_t i = 0; i < root_count(); i++, seed++) {
        seed = judge_next(&hunt, seed, DNS_NO_INCONSISTENT_ROOT);
        const struct confirm_result *result = &hunt.bench.result;
        if (result->verdict != CONFIRM_CONFIRMED || !result->same)
            fail_msg("%zu, trace seed %u: %s at state %zu: %s", i, (unsigned)seed,
                     confirm_verdict_name(result->verdict), result->fail_state, result->message);
    }
    close_hunt(&hunt);
}

/* What is not confirmed has diverged where the root is missing, or comes of a rollback that the lab left
 * alone. What is confirmed has neither. */
static void confirm_found_violation_of_the_rollback_or_names_the_difference(void **state)
{
    (void)state;
    struct hunt hunt;
    uint64_t seed = 0;
    size_t confirmed = 0, missing = 0, same_root = 0;
    open_hunt(&hunt);
    for (size_t i = 0; i < rollback_count(); i++, seed++) {
        seed = judge_next(&hunt, seed, DNS_NO_INCONSISTENT_ROLLBACK);
        const struct confirm_result *result = &hunt.bench.result;
        const bool is_missing = bench_difference(&hunt.bench, "root-missing") != NULL;
        const bool is_same_root = bench_difference(&hunt.bench, "same-root") != NULL;
        const bool is_other =
            result->verdict == CONFIRM_DIVERGED || result->verdict == CONFIRM_NOT_REPRODUCED;
        if (result->verdict == CONFIRM_CONFIRMED && !is_missing && !is_same_root)
            confirmed++;
        else if (result->verdict == CONFIRM_DIVERGED && is_missing)
            missing++;
        else if (is_other && is_same_root)
            same_root++;
        else
            fail_msg("trace seed %u: %s at state %zu: %s", (unsigned)seed,
                     confirm_verdict_name(result->verdict), result->fail_state, result->message);
    }
    print_message("%zu confirmed, %zu root-missing, %zu same-root\n", confirmed, missing, same_root);
    assert_true(confirmed > rollback_count() / 3);
    assert_true(missing > 0);
    assert_true(same_root > 0);
    close_hunt(&hunt);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(confirm_every_found_violation_of_the_root),
        cmocka_unit_test(confirm_found_violation_of_the_rollback_or_names_the_difference),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
