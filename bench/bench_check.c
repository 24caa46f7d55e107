/* SPDX-License-Identifier: Apache-2.0 */
/* Exhaustive search: seconds and bytes, the way the command check does it. */
#include "bench/bench_check.h"

#include "bench/bench_walk.h"
#include "model/dns/dns_state.h"

static enum explore_verdict go_on(void *context, const struct trace *trace)
{
    (void)context;
    (void)trace;
    return EXPLORE_GO_ON;
}

enum status check_measure(const struct check_setup *setup, int threads, const struct bench_settings *settings,
                          struct measure *ret_measure, uint64_t *ret_states, struct error *err)
{
    const bool cut = settings->quick && setup->plans > CHECK_PLANS_QUICK;
    struct model *model = NULL;
    enum status status =
        bench_model_new(3, cut ? CHECK_PLANS_QUICK : setup->plans, setup->max_plan_age, 0, &model, err);
    if (status != OK)
        return status;
    const struct explore_config config = {.model = model,
                                          .properties = model->instance.properties,
                                          .symmetry = true,
                                          .engine = setup->engine,
                                          .threads = threads,
                                          .max_steps = EXPLORE_STEPS_UNLIMITED,
                                          .on_finding = go_on};
    struct explore_result result;
    status = explore(&config, &result, err);
    model_free(model);
    if (status == OK && !result.complete)
        status = error_set(err, ERR_MEMORY, "not finished: %llu states in %zu bytes",
                           (unsigned long long)result.counts.states, result.bytes);
    if (status != OK)
        return status;
    *ret_measure = (struct measure){
        .value = result.elapsed, .work = (double)result.counts.transitions, .bytes = (double)result.bytes};
    if (ret_states != NULL)
        *ret_states = result.counts.states;
    return OK;
}

static enum status run_check(const struct bench *bench, const struct bench_settings *settings,
                             struct measure *ret_measure, struct error *err)
{
    return check_measure(bench->setup, bench->threads != 0 ? bench->threads : settings->threads, settings,
                         ret_measure, NULL, err);
}

#define CHECK(...)                                                      \
    .unit = "s", .run = run_check, .setup = &(const struct check_setup) \
    {                                                                   \
        __VA_ARGS__                                                     \
    }

/* To count the instructions of the largest takes minutes, and they are those of n3_20_3. */
static const struct bench rows[] = {
    {.name = "check/n3_20_3/1 thread", .threads = 1, .counted_as = "transition", CHECK(20, 3, EXPLORE_AUTO)},
    {.name = "check/n3_20_3/all threads", CHECK(20, 3, EXPLORE_AUTO)},
    {.name = "check/n3_30_20/1 thread",
     .threads = 1,
     .counted_as = "transition",
     CHECK(30, 20, EXPLORE_AUTO)},
    {.name = "check/n3_30_20/all threads", CHECK(30, 20, EXPLORE_AUTO)},
    {.name = "check/30 plans/1 thread", .threads = 1, CHECK(30, 3, EXPLORE_AUTO)},
    {.name = "check/30 plans/all threads", CHECK(30, 3, EXPLORE_AUTO)},
    {.name = "check/layers/10 plans/1 thread",
     .threads = 1,
     .counted_as = "transition",
     CHECK(10, 3, EXPLORE_LAYERS)},
};

const struct bench_table bench_check_table = {rows, sizeof rows / sizeof rows[0]};
