/* SPDX-License-Identifier: Apache-2.0 */
/* Traces: reading and replaying ITF, and confirming on a lab over HTTP.
 *
 * The traces are findings of random walks, written to memory as the command run writes them. */
#include <stdio.h>

#include "base/memory.h"
#include "base/stop.h"
#include "bench/bench_walk.h"
#include "mbt/confirm_jobs.h"
#include "mbt/itf_writer.h"
#include "mbt/lab/lab_system.h"
#include "mbt/replay.h"
#include "model/dns/dns_balancer.h"
#include "model/dns/dns_state.h"
#include "search/walk.h"

#define TEXT_BYTES       ((size_t)4 << 20) /* of ITF */
#define TEXT_BYTES_QUICK ((size_t)20 << 10)
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

/* --- labs --- */

/* Confirms the traces of a text on labs, over and over. */
struct confirming {
    const struct buffer *text;
    struct itf_reader *reader; /* NULL before the text is read again */
    struct confirm_jobs *jobs;
    size_t actions; /* of the traces that were taken back */
};

/* Reads the next trace into a place for it, and puts it in. */
static enum status put_one(struct confirming *confirming, struct confirm_job *job, struct error *err)
{
    bool found = false;
    enum status status = OK;
    for (int i = 0; status == OK && !found && i < 2; i++) {
        if (confirming->reader == NULL)
            status = itf_reader_open_memory("traces", confirming->text->text, confirming->text->length,
                                            &dns_balancer, &confirming->reader, err);
        if (status == OK)
            status = itf_reader_next(confirming->reader, &job->itf, &found, err);
        if (status == OK && !found) {
            itf_reader_close(confirming->reader);
            confirming->reader = NULL;
        }
    }
    if (status == OK && !found)
        status = error_set(err, ERR_INTERNAL, "no traces");
    if (status == OK)
        confirm_jobs_put(confirming->jobs, false);
    return status;
}

/* Each must be confirmed. */
static enum status take_one(struct confirming *confirming, bool *ret_found, struct error *err)
{
    const struct confirm_job *job = confirm_jobs_take(confirming->jobs);
    *ret_found = job != NULL;
    if (job == NULL)
        return OK;
    confirming->actions += job->result.actions;
    if (job->status != OK)
        return error_set(err, job->status, "%s", job->err.text);
    if (job->result.verdict != CONFIRM_CONFIRMED)
        return error_set(err, ERR_DATA, "a trace was not confirmed: %s", job->result.message);
    return OK;
}

/* Keeps all labs at work for so many seconds; 0: until each place had a trace. */
static enum status confirm_for(struct confirming *confirming, double seconds, double *ret_elapsed,
                               struct error *err)
{
    enum status status = OK;
    bool found = true;
    const double start = clock_seconds();
    confirming->actions = 0;
    while (status == OK) {
        struct confirm_job *job = confirm_jobs_room(confirming->jobs);
        if (job != NULL)
            status = put_one(confirming, job, err);
        else if (clock_seconds() - start >= seconds)
            break;
        else
            status = take_one(confirming, &found, err);
    }
    while (status == OK && found)
        status = take_one(confirming, &found, err);
    *ret_elapsed = clock_seconds() - start;
    return status;
}

static enum status run_confirm(const struct bench *bench, const struct bench_settings *settings,
                               struct measure *ret_measure, struct error *err)
{
    char program[4096];
    struct buffer text;
    double elapsed = 0;
    (void)snprintf(program, sizeof program, "%s/racewalk", settings->programs);
    const struct lab_setup setup = {.process = {.program = program, .deployers = DNS_DEPLOYERS_MAX}};
    const struct confirm_jobs_config config = {
        .class = &dns_balancer, .driver = &lab_system, .setup = &setup, .count = (size_t)bench->threads};
    struct confirming confirming = {.text = &text};
    buffer_init(&text);
    enum status status = make_text(bench->setup, TEXT_BYTES_QUICK, &text, err);
    if (status == OK)
        status = confirm_jobs_new(&config, &confirming.jobs, err);
    if (status == OK) /* the labs start */
        status = confirm_for(&confirming, 0, &elapsed, err);
    if (status == OK)
        status = confirm_for(&confirming, settings->seconds, &elapsed, err);
    if (status == OK)
        *ret_measure = (struct measure){.value = (double)confirming.actions / elapsed,
                                        .work = (double)confirming.actions};
    confirm_jobs_free(confirming.jobs);
    itf_reader_close(confirming.reader);
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
    {.name = "confirm/two labs",
     .unit = "actions/s",
     .threads = 2,
     .run = run_confirm,
     .setup = &(const struct trace_setup){20, 3, 20, false}},
};

const struct bench_table bench_trace_table = {rows, sizeof rows / sizeof rows[0]};
