/* SPDX-License-Identifier: Apache-2.0 */
/* Random walks: steps a second by kernel and by threads.
 *
 * The yardstick is n3_20_3 with 20 steps and both invariants. All but the "general" row run the way the
 * command run does, through search/runner.h with all hits counted. */
#include "bench/bench_walk.h"

#include "base/stop.h"
#include "model/dns/dns_walk.h"
#include "search/runner.h"

#define INVARIANTS (1U << DNS_NO_INCONSISTENT_ROOT | 1U << DNS_NO_INCONSISTENT_ROLLBACK)

enum status bench_model_new(int deployers, int plans, int max_plan_age, uint32_t guards,
                            struct model **ret_model, struct error *err)
{
    const struct instance instance = {.values = {[DNS_DEPLOYERS] = {deployers, deployers},
                                                 [DNS_PLANS] = {plans, plans},
                                                 [DNS_IPS] = {3, 3},
                                                 [DNS_WEIGHTS] = {100, 120},
                                                 [DNS_MAX_PLAN_AGE] = {max_plan_age, max_plan_age}},
                                      .guards = guards,
                                      .properties = INVARIANTS};
    return model_new(&dns_balancer, &instance, ret_model, err);
}

static enum status model_of(const struct walk_setup *setup, struct model **ret_model, struct error *err)
{
    return bench_model_new(setup->deployers, setup->plans, setup->max_plan_age, setup->guards, ret_model,
                           err);
}

enum status walk_measure(const struct walk_setup *setup, int threads, const struct bench_settings *settings,
                         struct measure *ret_measure, struct error *err)
{
    struct model *model = NULL;
    enum status status = dns_walk_select(setup->kernel, err);
    if (status == OK)
        status = model_of(setup, &model, err);
    if (status != OK)
        return status;
    const struct run_config config = {.model = model,
                                      .seed = 1,
                                      .max_samples = settings->walks != 0 ? settings->walks : UINT64_MAX,
                                      .max_steps = setup->max_steps,
                                      .properties = setup->harmless ? 0 : INVARIANTS,
                                      .threads = threads,
                                      .timeout = settings->walks != 0 ? 0 : settings->seconds};
    struct run_result result;
    status = runner_run(&config, &result, err);
    model_free(model);
    if (status == OK)
        *ret_measure = (struct measure){.value = (double)result.tally.steps / result.elapsed / 1e6,
                                        .work = (double)result.tally.steps};
    return status;
}

static enum status run_walks(const struct bench *bench, const struct bench_settings *settings,
                             struct measure *ret_measure, struct error *err)
{
    return walk_measure(bench->setup, bench->threads != 0 ? bench->threads : settings->threads, settings,
                        ret_measure, err);
}

/* The kernel that every other is tested against, through the model's interface. */
static enum status run_general(const struct bench *bench, const struct bench_settings *settings,
                               struct measure *ret_measure, struct error *err)
{
    const struct walk_setup *setup = bench->setup;
    struct model *model = NULL;
    const enum status status = model_of(setup, &model, err);
    if (status != OK)
        return status;
    struct walk_job job = {.seed = 1,
                           .count = settings->walks != 0 ? settings->walks : 1000,
                           .max_steps = setup->max_steps,
                           .properties = INVARIANTS};
    struct walk_tally tally = {0};
    const double start = clock_seconds();
    double elapsed;
    do {
        walk_range_general(model, &job, &tally, NULL);
        job.first += job.count;
        elapsed = clock_seconds() - start;
    } while (elapsed < settings->seconds && settings->walks == 0);
    model_free(model);
    *ret_measure =
        (struct measure){.value = (double)tally.steps / elapsed / 1e6, .work = (double)tally.steps};
    return OK;
}

#define WALK(...)                                                                                    \
    .unit = "M steps/s", .run = run_walks, .counted_as = "step", .setup = &(const struct walk_setup) \
    {                                                                                                \
        __VA_ARGS__                                                                                  \
    }
#define YARDSTICK(name) WALK(name, 3, 20, 3, 20, 0, false)

static const struct bench rows[] = {
    {.name = "walk/general/1 thread",
     .threads = 1,
     .unit = "M steps/s",
     .run = run_general,
     .counted_as = "step",
     .setup = &(const struct walk_setup){"auto", 3, 20, 3, 20, 0, false}},
    {.name = "walk/scalar/1 thread", .threads = 1, YARDSTICK("scalar")},
    {.name = "walk/avx2/1 thread", .threads = 1, YARDSTICK("avx2")},
    {.name = "walk/avx512/1 thread", .threads = 1, YARDSTICK("avx512")},
    {.name = "walk/scalar/all threads", YARDSTICK("scalar")},
    {.name = "walk/avx2/all threads", YARDSTICK("avx2")},
    {.name = "walk/avx512/all threads", YARDSTICK("avx512")},
    {.name = "walk/n3_30_20, 200 steps", .threads = 1, WALK("auto", 3, 30, 20, 200, 0, false)},
    {.name = "walk/n3_20_3, 400 steps", .threads = 1, WALK("auto", 3, 20, 3, 400, 0, false)},
    {.name = "walk/each/protect-live",
     .threads = 1,
     WALK("auto", 3, 20, 3, 20, DNS_GUARD_PROTECT_LIVE, false)},
    {.name = "walk/each/8 deployers, 200 plans", .threads = 1, WALK("auto", 8, 200, 3, 200, 0, false)},
};

const struct bench_table bench_walk_table = {rows, sizeof rows / sizeof rows[0]};
