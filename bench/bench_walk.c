/* Random walks: steps a second by kernel, by threads, and against the size of the instance.
 *
 * The yardstick is n3_20_3 with 20 steps and both invariants. All but the "general" row run the way the
 * command run does, through search/runner.h with all hits counted. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/stop.h"
#include "bench/bench.h"
#include "model/dns_walk.h"
#include "search/runner.h"

struct walk_setup {
    const char *kernel;
    int deployers, plans, max_plan_age;
    uint32_t max_steps;
    uint32_t guards;
};

#define INVARIANTS (1U << DNS_NO_INCONSISTENT_ROOT | 1U << DNS_NO_INCONSISTENT_ROLLBACK)

static struct model *model_of(const struct walk_setup *setup)
{
    const struct instance instance = {
        .values = {[DNS_DEPLOYERS] = {setup->deployers, setup->deployers},
                   [DNS_PLANS] = {setup->plans, setup->plans},
                   [DNS_IPS] = {3, 3},
                   [DNS_WEIGHTS] = {100, 120},
                   [DNS_MAX_PLAN_AGE] = {setup->max_plan_age, setup->max_plan_age}},
        .guards = setup->guards,
        .properties = INVARIANTS};
    struct model *model = NULL;
    struct error err = {{0}};
    if (model_new(&dns_balancer, &instance, &model, &err) != OK) {
        (void)fprintf(stderr, "racewalk-bench: %s\n", err.text);
        exit(EXIT_INTERNAL);
    }
    return model;
}

static double run_walks(const struct bench *bench, const struct bench_settings *settings)
{
    const struct walk_setup *setup = bench->setup;
    if (dns_walk_select(setup->kernel, NULL) != OK)
        return (double)NAN;
    struct model *model = model_of(setup);
    const struct run_config config = {.model = model,
                                      .seed = 1,
                                      .max_samples = settings->walks != 0 ? settings->walks : UINT64_MAX,
                                      .max_steps = setup->max_steps,
                                      .properties = INVARIANTS,
                                      .threads = bench->threads != 0 ? bench->threads : settings->threads,
                                      .timeout = settings->walks != 0 ? 0 : settings->seconds};
    struct run_result result;
    struct error err = {{0}};
    if (runner_run(&config, &result, &err) != OK) {
        (void)fprintf(stderr, "racewalk-bench: %s\n", err.text);
        exit(EXIT_INTERNAL);
    }
    model_free(model);
    return (double)result.tally.steps / result.elapsed / 1e6;
}

/* The kernel that every other is tested against, through the model's interface. */
static double run_general(const struct bench *bench, const struct bench_settings *settings)
{
    const struct walk_setup *setup = bench->setup;
    struct model *model = model_of(setup);
    struct walk_job job = {.seed = 1, .count = 1000, .max_steps = setup->max_steps, .properties = INVARIANTS};
    struct walk_tally tally = {0};
    const double start = clock_seconds();
    double elapsed;
    do {
        walk_range_general(model, &job, &tally, NULL);
        job.first += job.count;
        elapsed = clock_seconds() - start;
    } while (elapsed < settings->seconds);
    model_free(model);
    return (double)tally.steps / elapsed / 1e6;
}

#define STEPS "M steps/s"
#define WALK(...)                                                        \
    .unit = STEPS, .run = run_walks, .setup = &(const struct walk_setup) \
    {                                                                    \
        __VA_ARGS__                                                      \
    }
#define YARDSTICK(name) WALK(name, 3, 20, 3, 20, 0)
#define PLANS(n)                                                             \
    {                                                                        \
        .name = "walk/plans/" #n, .threads = 1, WALK("auto", 3, n, 3, 20, 0) \
    }
#define DEPLOYERS(n)                                                              \
    {                                                                             \
        .name = "walk/deployers/" #n, .threads = 1, WALK("auto", n, 20, 3, 20, 0) \
    }
#define LENGTH(n)                                                                \
    {                                                                            \
        .name = "walk/max-steps/" #n, .threads = 1, WALK("auto", 3, 20, 3, n, 0) \
    }

static const struct bench rows[] = {
    {.name = "walk/general/1 thread",
     .threads = 1,
     .unit = STEPS,
     .run = run_general,
     .setup = &(const struct walk_setup){"auto", 3, 20, 3, 20, 0}},
    {.name = "walk/scalar/1 thread", .threads = 1, YARDSTICK("scalar")},
    {.name = "walk/avx2/1 thread", .threads = 1, YARDSTICK("avx2")},
    {.name = "walk/avx512/1 thread", .threads = 1, YARDSTICK("avx512")},
    {.name = "walk/scalar/all threads", YARDSTICK("scalar")},
    {.name = "walk/avx2/all threads", YARDSTICK("avx2")},
    {.name = "walk/avx512/all threads", YARDSTICK("avx512")},
    {.name = "walk/n3_30_20, 200 steps", .threads = 1, WALK("auto", 3, 30, 20, 200, 0)},
    {.name = "walk/protect-live", .threads = 1, WALK("auto", 3, 20, 3, 20, DNS_GUARD_PROTECT_LIVE)},
    {.name = "walk/8 deployers, 200 plans", .threads = 1, WALK("auto", 8, 200, 3, 200, 0)},
    PLANS(5),
    PLANS(10),
    PLANS(30),
    PLANS(63),
    PLANS(64),
    PLANS(200),
    DEPLOYERS(1),
    DEPLOYERS(2),
    DEPLOYERS(4),
    DEPLOYERS(6),
    DEPLOYERS(8),
    LENGTH(10),
    LENGTH(40),
    LENGTH(100),
    LENGTH(400),
};

const struct bench_table bench_walk_table = {rows, sizeof rows / sizeof rows[0]};
