/* Traces: reading and replaying ITF, and confirming on a lab over HTTP.
 *
 * The traces are findings of random walks, written to memory as the command run writes them. */
#include <stdio.h>

#include "base/memory.h"
#include "base/stop.h"
#include "bench/bench_walk.h"
#include "mbt/confirm.h"
#include "mbt/itf_writer.h"
#include "mbt/lab_process.h"
#include "mbt/replay.h"
#include "model/dns/dns_balancer.h"
#include "model/dns/dns_state.h"
#include "search/walk.h"

#define TEXT_BYTES       ((size_t)4 << 20) /* of ITF */
#define TEXT_BYTES_QUICK ((size_t)20 << 10)
#define LAB_TRACES       64
#define WALKS_AT_ONCE    4096

struct trace_setup {
    int plans, max_plan_age; /* 3 deployers */
    uint32_t max_steps;
    bool replay;
};

/* --- the traces --- */

/* Appends the findings among some walks, while the text is shorter than asked for. */
static enum status write_hits(const struct model *model, const struct walk_job *job,
                              const struct walk_hits *hits, size_t bytes, struct buffer *out,
                              struct error *err)
{
    struct trace trace;
    trace_init(&trace);
    enum status status = OK;
    for (size_t i = 0; i < hits->total && status == OK && out->length < bytes; i++) {
        status = walk_trace(model, trace_seed_of(job->seed, hits->hits[i].sample), job->max_steps,
                            job->properties, &trace, err);
        if (status == OK)
            status = itf_write(model, &trace, ITF_LINE, out, err);
    }
    trace_release(&trace);
    return status;
}

/* Findings of the instance as NDJSON, some bytes of it. */
static enum status make_text(const struct trace_setup *setup, size_t bytes, struct buffer *out,
                             struct error *err)
{
    struct model *model = NULL;
    struct walk_hit *list = mem_new(WALKS_AT_ONCE, sizeof *list);
    if (list == NULL)
        return error_memory(err, WALKS_AT_ONCE * sizeof *list);
    enum status status = bench_model_new(3, setup->plans, setup->max_plan_age, 0, &model, err);
    struct walk_job job = {.seed = 1, .count = WALKS_AT_ONCE, .max_steps = setup->max_steps};
    while (status == OK && out->length < bytes) {
        struct walk_hits hits = {.hits = list, .capacity = WALKS_AT_ONCE};
        struct walk_tally tally = {0};
        job.properties = model->instance.properties;
        walk_range(model, &job, &tally, &hits);
        status = write_hits(model, &job, &hits, bytes, out, err);
        job.first += job.count;
    }
    model_free(model);
    mem_free(list);
    return status;
}

/* --- reading --- */

static enum status replay_one(const struct itf_trace *trace, struct error *err)
{
    struct model *model = NULL;
    struct replay_report report;
    enum status status = model_new(&dns_balancer, &trace->instance, &model, err);
    if (status == OK)
        status = replay_itf(model, trace, NULL, &report, err);
    if (status == OK && report.outcome != REPLAY_AGREES)
        status = error_set(err, ERR_INTERNAL, "%s", report.message);
    model_free(model);
    return status;
}

/* All traces of the text, once. */
static enum status read_all(const struct buffer *text, bool replay, struct error *err)
{
    struct itf_reader *reader = NULL;
    struct itf_trace trace;
    itf_trace_init(&trace);
    bool found = true;
    enum status status =
        itf_reader_open_memory("traces", text->text, text->length, &dns_balancer, &reader, err);
    while (status == OK && found) {
        status = itf_reader_next(reader, &trace, &found, err);
        if (status == OK && found && replay)
            status = replay_one(&trace, err);
    }
    itf_reader_close(reader);
    itf_trace_release(&trace);
    return status;
}

static enum status run_read(const struct bench *bench, const struct bench_settings *settings,
                            struct measure *ret_measure, struct error *err)
{
    const struct trace_setup *setup = bench->setup;
    struct buffer text;
    buffer_init(&text);
    enum status status = make_text(setup, settings->quick ? TEXT_BYTES_QUICK : TEXT_BYTES, &text, err);
    const double start = clock_seconds();
    double elapsed = 0;
    size_t rounds = 0;
    for (; status == OK && (rounds == 0 || elapsed < settings->seconds); rounds++) {
        status = read_all(&text, setup->replay, err);
        elapsed = clock_seconds() - start;
    }
    const double work = (double)rounds * (double)text.length;
    buffer_release(&text);
    if (status == OK)
        *ret_measure = (struct measure){.value = work / elapsed / 1e6, .work = work};
    return status;
}

/* --- the lab --- */

/* The first traces of the text; *ret_count of them, which must be initialized all. */
static enum status read_some(const struct buffer *text, struct itf_trace *traces, size_t *ret_count,
                             struct error *err)
{
    struct itf_reader *reader = NULL;
    bool found = true;
    size_t count = 0;
    enum status status =
        itf_reader_open_memory("traces", text->text, text->length, &dns_balancer, &reader, err);
    while (status == OK && found && count < LAB_TRACES) {
        status = itf_reader_next(reader, &traces[count], &found, err);
        count += status == OK && found;
    }
    itf_reader_close(reader);
    *ret_count = count;
    return status;
}

/* Confirms the traces on the lab, in turn, for the time of a measure; each must be confirmed. */
static enum status confirm_all(struct http_client *client, const struct itf_trace *traces, size_t count,
                               double seconds, struct measure *ret_measure, struct error *err)
{
    const struct confirm_options options = {.driver = {.watch = LAB_WATCH_PROPERTY}};
    struct confirm *confirm = NULL;
    struct confirm_result result;
    confirm_result_init(&result);
    enum status status = confirm_new(&dns_balancer, client, &options, &confirm, err);
    size_t actions = 0;
    double elapsed = 0;
    const double start = clock_seconds();
    for (size_t i = 0; status == OK && (i == 0 || elapsed < seconds); i++) {
        status = confirm_trace(confirm, &traces[i % count], &result, err);
        actions += result.actions;
        elapsed = clock_seconds() - start;
        if (status == OK && result.verdict != CONFIRM_CONFIRMED)
            status = error_set(err, ERR_DATA, "a trace was not confirmed: %s", result.message);
    }
    confirm_result_release(&result);
    confirm_free(confirm);
    if (status == OK)
        *ret_measure = (struct measure){.value = (double)actions / elapsed, .work = (double)actions};
    return status;
}

static enum status confirm_text(const struct buffer *text, const struct bench_settings *settings,
                                struct measure *ret_measure, struct error *err)
{
    static struct itf_trace traces[LAB_TRACES];
    char program[4096];
    (void)snprintf(program, sizeof program, "%s/racewalk", settings->programs);
    const struct lab_process_options lab = {.program = program, .deployers = DNS_DEPLOYERS_MAX};
    struct lab_process *process = NULL;
    struct http_client *client = NULL;
    size_t count = 0;
    for (size_t i = 0; i < LAB_TRACES; i++)
        itf_trace_init(&traces[i]);
    enum status status = read_some(text, traces, &count, err);
    if (status == OK)
        status = lab_process_start(&lab, &process, err);
    if (status == OK)
        status = http_client_new(lab_process_url(process), NULL, &client, err);
    if (status == OK)
        status = confirm_all(client, traces, count, settings->seconds, ret_measure, err);
    http_client_free(client);
    lab_process_stop(process);
    for (size_t i = 0; i < LAB_TRACES; i++)
        itf_trace_release(&traces[i]);
    return status;
}

static enum status run_confirm(const struct bench *bench, const struct bench_settings *settings,
                               struct measure *ret_measure, struct error *err)
{
    struct buffer text;
    buffer_init(&text);
    enum status status = make_text(bench->setup, TEXT_BYTES_QUICK, &text, err);
    if (status == OK)
        status = confirm_text(&text, settings, ret_measure, err);
    buffer_release(&text);
    return status;
}

static const struct bench rows[] = {
    {.name = "itf/read/n3_20_3",
     .unit = "MB/s",
     .threads = 1,
     .run = run_read,
     .setup = &(const struct trace_setup){20, 3, 20, false}},
    {.name = "itf/read/n3_30_20, 200 steps",
     .unit = "MB/s",
     .threads = 1,
     .run = run_read,
     .setup = &(const struct trace_setup){30, 20, 200, false}},
    {.name = "itf/read and replay/n3_20_3",
     .unit = "MB/s",
     .threads = 1,
     .run = run_read,
     .setup = &(const struct trace_setup){20, 3, 20, true}},
    {.name = "confirm/one connection",
     .unit = "actions/s",
     .threads = 1,
     .run = run_confirm,
     .setup = &(const struct trace_setup){20, 3, 20, false}},
};

const struct bench_table bench_trace_table = {rows, sizeof rows / sizeof rows[0]};
