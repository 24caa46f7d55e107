/* What the search finds is what the lab does: every violation of the root that walks find is confirmed, and a
 * violation of the rollback that is not says by name which known difference it comes of. */
#include "tests/support/cmocka_all.h"

#include <string.h>

#include "mbt/confirm.h"
#include "mbt/itf_writer.h"
#include "mbt/lab_process.h"
#include "model/dns/dns_balancer.h"
#include "model/dns/dns_state.h"
#include "search/walk.h"
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

struct bench {
    struct lab_process *lab;
    struct http_client *client;
    struct confirm *confirm;
    struct confirm_result result;
    struct itf_trace itf;
    struct model *model;
    struct trace trace;
    struct error err;
};

static void open_bench(struct bench *bench)
{
    const struct lab_process_options lab = {.program = RACEWALK_PROGRAM};
    const struct confirm_options options = {.driver = {.watch = LAB_WATCH_PROPERTY}};
    struct instance instance = dns_balancer.presets[0].instance;
    *bench = (struct bench){.lab = NULL};
    instance.properties = model_invariants(&dns_balancer);
    itf_trace_init(&bench->itf);
    trace_init(&bench->trace);
    confirm_result_init(&bench->result);
    assert_int_equal(model_new(&dns_balancer, &instance, &bench->model, &bench->err), OK);
    if (lab_process_start(&lab, &bench->lab, &bench->err) != OK)
        fail_msg("%s", bench->err.text);
    assert_int_equal(http_client_new(lab_process_url(bench->lab), NULL, &bench->client, &bench->err), OK);
    assert_int_equal(confirm_new(&dns_balancer, bench->client, &options, &bench->confirm, &bench->err), OK);
}

static void close_bench(struct bench *bench)
{
    confirm_free(bench->confirm);
    http_client_free(bench->client);
    lab_process_stop(bench->lab);
    confirm_result_release(&bench->result);
    itf_trace_release(&bench->itf);
    trace_release(&bench->trace);
    model_free(bench->model);
}

/* The walk with that seed up to its first violation; true when there is one of that property. */
static bool find(struct bench *bench, uint64_t seed, int property)
{
    assert_int_equal(
        walk_trace(bench->model, seed, WALK_STEPS, UINT32_C(1) << property, &bench->trace, &bench->err), OK);
    return bench->trace.property == property;
}

/* The trace as a file has it, on the lab. */
static void judge(struct bench *bench)
{
    struct buffer text;
    struct itf_reader *reader = NULL;
    bool found = false;
    buffer_init(&text);
    assert_int_equal(itf_write(bench->model, &bench->trace, ITF_LINE, &text, &bench->err), OK);
    assert_int_equal(
        itf_reader_open_memory("found", text.text, text.length, &dns_balancer, &reader, &bench->err), OK);
    assert_int_equal(itf_reader_next(reader, &bench->itf, &found, &bench->err), OK);
    if (confirm_trace(bench->confirm, &bench->itf, &bench->result, &bench->err) != OK)
        fail_msg("%s", bench->err.text);
    itf_reader_close(reader);
    buffer_release(&text);
}

static void confirm_every_found_violation_of_the_root(void **state)
{
    (void)state;
    struct bench bench;
    size_t confirmed = 0;
    open_bench(&bench);
    for (uint64_t seed = 0; confirmed < root_count(); seed++) {
        if (!find(&bench, seed, DNS_NO_INCONSISTENT_ROOT))
            continue;
        judge(&bench);
        if (bench.result.verdict != CONFIRM_CONFIRMED || !bench.result.same)
            fail_msg("after %zu: trace seed %u: %s at state %zu: %s", confirmed, (unsigned)seed,
                     confirm_verdict_name(bench.result.verdict), bench.result.fail_state,
                     bench.result.message);
        confirmed++;
    }
    close_bench(&bench);
}

static bool has_difference(const struct confirm_result *result, const char *name)
{
    for (size_t i = 0; i < result->difference_count; i++) {
        if (strcmp(result->differences[i].known->name, name) == 0)
            return true;
    }
    return false;
}

/* What is not confirmed has diverged where the root is missing, or comes of a rollback that the lab left
 * alone. What is confirmed has neither. */
static void confirm_found_violation_of_the_rollback_or_names_the_difference(void **state)
{
    (void)state;
    struct bench bench;
    size_t confirmed = 0, missing = 0, same_root = 0;
    open_bench(&bench);
    for (uint64_t seed = 0; confirmed + missing + same_root < rollback_count(); seed++) {
        if (!find(&bench, seed, DNS_NO_INCONSISTENT_ROLLBACK))
            continue;
        judge(&bench);
        const struct confirm_result *result = &bench.result;
        const bool is_missing = has_difference(result, "root-missing");
        const bool is_same_root = has_difference(result, "same-root");
        if (result->verdict == CONFIRM_CONFIRMED && !is_missing && !is_same_root)
            confirmed++;
        else if (result->verdict == CONFIRM_DIVERGED && is_missing)
            missing++;
        else if ((result->verdict == CONFIRM_DIVERGED || result->verdict == CONFIRM_NOT_REPRODUCED) &&
                 is_same_root)
            same_root++;
        else
            fail_msg("trace seed %u: %s at state %zu: %s", (unsigned)seed,
                     confirm_verdict_name(result->verdict), result->fail_state, result->message);
    }
    print_message("%zu confirmed, %zu root-missing, %zu same-root\n", confirmed, missing, same_root);
    assert_true(confirmed > rollback_count() / 3);
    assert_true(missing > 0);
    assert_true(same_root > 0);
    close_bench(&bench);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(confirm_every_found_violation_of_the_root),
        cmocka_unit_test(confirm_found_violation_of_the_rollback_or_names_the_difference),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
