/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/support/confirm_bench.h"

#include <string.h>

#include "mbt/itf_writer.h"
#include "model/dns/dns_balancer.h"
#include "search/walk.h"
#include "tests/support/cmocka_all.h"
#include "tests/support/golden.h"

const struct bench_options by_property = {.driver = {.watch = LAB_WATCH_PROPERTY}};

void bench_open(struct bench *bench, const char *url, const struct bench_options *options)
{
    *bench = (struct bench){.client = NULL};
    itf_trace_init(&bench->trace);
    confirm_result_init(&bench->result);
    assert_int_equal(http_client_new(url, NULL, &bench->client, &bench->err), OK);
    const struct lab_observer observer = {.on_call = options->on_call, .user = options->user};
    assert_int_equal(lab_driver_new(bench->client, &options->driver, &observer, &bench->lab, &bench->err),
                     OK);
    const struct confirm_options own = {.stopped = options->stopped, .user = options->user};
    assert_int_equal(confirm_new(&dns_balancer, &lab_system, bench->lab, &own, &bench->confirm, &bench->err),
                     OK);
}

void bench_close(struct bench *bench)
{
    confirm_free(bench->confirm);
    lab_driver_free(bench->lab);
    http_client_free(bench->client);
    confirm_result_release(&bench->result);
    itf_trace_release(&bench->trace);
}

void bench_read_golden(struct bench *bench, const char *path, size_t index)
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

enum status bench_judge(struct bench *bench)
{
    return confirm_trace(bench->confirm, &bench->trace, &bench->result, &bench->err);
}

void bench_judge_well(struct bench *bench)
{
    if (bench_judge(bench) != OK)
        fail_msg("%s", bench->err.text);
}

void bench_expect(const struct bench *bench, enum confirm_verdict verdict, size_t fail_state)
{
    const struct confirm_result *result = &bench->result;
    if (result->verdict != verdict || (result->failed && result->fail_state != fail_state))
        fail_msg("%s at state %zu instead of %s at state %zu: %s", confirm_verdict_name(result->verdict),
                 result->fail_state, confirm_verdict_name(verdict), fail_state, result->message);
}

void bench_read_trace(struct bench *bench, const struct model *model, const struct trace *trace)
{
    struct buffer text;
    struct itf_reader *reader = NULL;
    bool found = false;
    buffer_init(&text);
    assert_int_equal(itf_write(model, trace, ITF_LINE, &text, &bench->err), OK);
    assert_int_equal(
        itf_reader_open_memory("trace", text.text, text.length, model->class, &reader, &bench->err), OK);
    assert_int_equal(itf_reader_next(reader, &bench->trace, &found, &bench->err), OK);
    assert_true(found);
    itf_reader_close(reader);
    buffer_release(&text);
}

void bench_read_walk(struct bench *bench, const struct instance *instance, uint64_t seed, uint32_t max_steps,
                     uint32_t properties)
{
    struct model *model = NULL;
    struct trace trace;
    trace_init(&trace);
    assert_int_equal(model_new(&dns_balancer, instance, &model, &bench->err), OK);
    assert_int_equal(walk_trace(model, seed, max_steps, properties, &trace, &bench->err), OK);
    bench_read_trace(bench, model, &trace);
    trace_release(&trace);
    model_free(model);
}

const struct system_difference *bench_difference(const struct bench *bench, const char *name)
{
    for (size_t i = 0; i < bench->result.difference_count; i++) {
        if (strcmp(bench->result.differences[i].known->name, name) == 0)
            return &bench->result.differences[i];
    }
    return NULL;
}
