/* SPDX-License-Identifier: Apache-2.0 */
/* SPIN beside racewalk, on the same instances in the same run. Both are whole processes; SPIN's verifier is
 * translated and compiled before its time begins. bench/README.md has the commands. */
#include <stdio.h>
#include <unistd.h>

#include "bench/bench.h"
#include "bench/spawn.h"

#define QUICK_PLANS      5
#define SIMULATED_STEPS  20
#define SIMULATIONS      40
#define PEER_WALKS       200000000
#define PEER_WALKS_QUICK 100000
#define PATH_SIZE        4096

struct peer_setup {
    int plans; /* 3 deployers, MAX_PLAN_AGE 3 */
};

static int plans_of(const struct bench *bench, const struct bench_settings *settings)
{
    const struct peer_setup *setup = bench->setup;
    return settings->quick && setup->plans > QUICK_PLANS ? QUICK_PLANS : setup->plans;
}

/* --- SPIN --- */

/* Makes the verifier work/NAME, unless it is there already. */
static enum status build_verifier(const struct bench_settings *settings, const char *name, int plans,
                                  const char *const *defines, struct error *err)
{
    if (!spawn_there("spin"))
        return error_set(err, ERR_NO_INPUT, "spin is not installed");
    char path[PATH_SIZE], plans_define[32];
    (void)snprintf(path, sizeof path, "%s/%s", settings->work, name);
    if (access(path, X_OK) == 0)
        return OK;
    (void)snprintf(plans_define, sizeof plans_define, "-DPLANS=%d", plans);
    const char *const translate[] = {
        "spin", "-o2", plans_define, "-DMAX_PLAN_AGE=3", "-a", RACEWALK_PEER_MODEL, NULL};
    const char *compile[16] = {"cc", "-O2", "-DSAFETY", "-DNOREDUCE"};
    size_t n = 4;
    for (; *defines != NULL; defines++)
        compile[n++] = *defines;
    compile[n++] = "-o";
    compile[n++] = name;
    compile[n++] = "pan.c";
    compile[n] = NULL;
    double seconds;
    const enum status status = spawn_expect(translate, settings->work, NULL, 0, &seconds, err);
    return status == OK ? spawn_expect(compile, settings->work, NULL, 0, &seconds, err) : status;
}

static enum status run_spin_all(const struct bench *bench, const struct bench_settings *settings,
                                struct measure *ret_measure, struct error *err)
{
    static const char *const defines[] = {NULL};
    const int plans = plans_of(bench, settings);
    char name[64], path[PATH_SIZE], out[PATH_SIZE];
    (void)snprintf(name, sizeof name, "pan%d", plans);
    (void)snprintf(path, sizeof path, "%s/%s", settings->work, name);
    (void)snprintf(out, sizeof out, "%s/%s.txt", settings->work, name);
    enum status status = build_verifier(settings, name, plans, defines, err);
    const char *const argv[] = {path, "-m1000000", "-w24", NULL};
    double seconds = 0, states = 0;
    if (status == OK)
        status = spawn_expect(argv, settings->work, out, 0, &seconds, err);
    if (status == OK)
        status = spawn_number(out, NULL, "states, stored", &states, err);
    if (status == OK)
        *ret_measure = (struct measure){.value = seconds, .work = states};
    return status;
}

/* The simulator takes one walk a call. */
static enum status run_spin_simulation(const struct bench *bench, const struct bench_settings *settings,
                                       struct measure *ret_measure, struct error *err)
{
    char plans[32], steps[32];
    (void)snprintf(plans, sizeof plans, "-DPLANS=%d", plans_of(bench, settings));
    (void)snprintf(steps, sizeof steps, "-u%d", SIMULATED_STEPS);
    if (!spawn_there("spin"))
        return error_set(err, ERR_NO_INPUT, "spin is not installed");
    const int walks = settings->quick ? 1 : SIMULATIONS;
    double sum = 0;
    for (int walk = 1; walk <= walks; walk++) {
        char seed[32];
        (void)snprintf(seed, sizeof seed, "-n%d", walk);
        const char *const argv[] = {"spin", plans, "-DMAX_PLAN_AGE=3",  seed,
                                    steps,  "-b",  RACEWALK_PEER_MODEL, NULL};
        double seconds;
        const enum status status = spawn_expect(argv, settings->work, NULL, 0, &seconds, err);
        if (status != OK)
            return status;
        sum += seconds;
    }
    const double work = (double)walks * SIMULATED_STEPS;
    *ret_measure = (struct measure){.value = work / sum / 1e6, .work = work};
    return OK;
}

/* The verifier with its transitions in random order, no deeper than 20, bit-state: what swarm runs many of.
 */
static enum status run_spin_random(const struct bench *bench, const struct bench_settings *settings,
                                   struct measure *ret_measure, struct error *err)
{
    static const char *const defines[] = {"-DBITSTATE", "-DT_RAND", NULL};
    char path[PATH_SIZE], out[PATH_SIZE];
    (void)snprintf(path, sizeof path, "%s/panr", settings->work);
    (void)snprintf(out, sizeof out, "%s/panr.txt", settings->work);
    enum status status = build_verifier(settings, "panr", plans_of(bench, settings), defines, err);
    const char *const argv[] = {path, "-m20", "-w24", "-RS1", NULL};
    double seconds = 0, transitions = 0;
    if (status == OK)
        status = spawn_expect(argv, settings->work, out, 0, &seconds, err);
    if (status == OK)
        status = spawn_number(out, NULL, "transitions (= stored", &transitions, err);
    if (status == OK)
        *ret_measure = (struct measure){.value = transitions / seconds / 1e6, .work = transitions};
    return status;
}

/* --- racewalk --- */

/* Runs racewalk with --json; *ret_number is what the report has under the key, its first. */
static enum status run_racewalk(const char **argv, const struct bench_settings *settings, const char *key,
                                int expected, double *ret_seconds, double *ret_number, struct error *err)
{
    char program[PATH_SIZE], json[PATH_SIZE], words[64];
    (void)snprintf(program, sizeof program, "%s/racewalk", settings->programs);
    (void)snprintf(json, sizeof json, "%s/peer.json", settings->work);
    (void)snprintf(words, sizeof words, "\"%s\":", key);
    size_t n = 0;
    while (argv[n] != NULL)
        n++;
    argv[0] = program;
    argv[n] = "--json";
    argv[n + 1] = json;
    argv[n + 2] = NULL;
    const enum status status = spawn_expect(argv, NULL, NULL, expected, ret_seconds, err);
    return status == OK ? spawn_number(json, words, NULL, ret_number, err) : status;
}

/* Where SPIN has counted the same instance before, it must have found as many states. */
static enum status compare_with_spin(const struct bench_settings *settings, int plans, double states,
                                     struct error *err)
{
    char out[PATH_SIZE];
    double theirs;
    (void)snprintf(out, sizeof out, "%s/pan%d.txt", settings->work, plans);
    if (access(out, R_OK) != 0)
        return OK;
    const enum status status = spawn_number(out, NULL, "states, stored", &theirs, err);
    if (status == OK && theirs != states)
        return error_set(err, ERR_INTERNAL, "racewalk counts %.0f states, SPIN %.0f", states, theirs);
    return status;
}

static enum status run_all(const struct bench *bench, const struct bench_settings *settings,
                           struct measure *ret_measure, struct error *err)
{
    char plans[32];
    double seconds, states;
    (void)snprintf(plans, sizeof plans, "%d", plans_of(bench, settings));
    const char *argv[16] = {"racewalk", "check",          "--deployers", "3",       "--plans",
                            plans,      "--max-plan-age", "3",           "--quiet", "--no-symmetry"};
    enum status status = run_racewalk(argv, settings, "states", EXIT_VIOLATION, &seconds, &states, err);
    if (status == OK)
        status = compare_with_spin(settings, plans_of(bench, settings), states, err);
    if (status == OK)
        *ret_measure = (struct measure){.value = seconds, .work = states};
    return status;
}

static enum status run_random(const struct bench *bench, const struct bench_settings *settings,
                              struct measure *ret_measure, struct error *err)
{
    char plans[32], walks[32], length[32];
    double seconds, steps;
    (void)snprintf(plans, sizeof plans, "%d", plans_of(bench, settings));
    (void)snprintf(walks, sizeof walks, "%d", settings->quick ? PEER_WALKS_QUICK : PEER_WALKS);
    (void)snprintf(length, sizeof length, "%d", SIMULATED_STEPS);
    const char *argv[32] = {"racewalk",       "run", "--deployers", "3",    "--plans",       plans,
                            "--max-plan-age", "3",   "--max-steps", length, "--max-samples", walks,
                            "--max-findings", "0",   "--seed",      "1",    "--threads",     "1",
                            "--quiet"};
    const enum status status = run_racewalk(argv, settings, "steps", EXIT_VIOLATION, &seconds, &steps, err);
    if (status == OK)
        *ret_measure = (struct measure){.value = steps / seconds / 1e6, .work = steps};
    return status;
}

#define ALL_STATES(plans)                                                                  \
    {.name = "peer/all states, " #plans " plans/spin",                                     \
     .unit = "s",                                                                          \
     .threads = 1,                                                                         \
     .run = run_spin_all,                                                                  \
     .setup = &(const struct peer_setup){plans}},                                          \
    {                                                                                      \
        .name = "peer/all states, " #plans " plans/racewalk", .unit = "s", .run = run_all, \
        .setup = &(const struct peer_setup)                                                \
        {                                                                                  \
            plans                                                                          \
        }                                                                                  \
    }

static const struct bench rows[] = {
    ALL_STATES(8),
    ALL_STATES(10),
    {.name = "peer/random walks/spin, simulator",
     .unit = "M steps/s",
     .threads = 1,
     .run = run_spin_simulation,
     .setup = &(const struct peer_setup){20}},
    {.name = "peer/random order/spin, bit-state",
     .unit = "M steps/s",
     .threads = 1,
     .run = run_spin_random,
     .setup = &(const struct peer_setup){20}},
    {.name = "peer/random walks/racewalk",
     .unit = "M steps/s",
     .threads = 1,
     .run = run_random,
     .setup = &(const struct peer_setup){20}},
};

const struct bench_table bench_peer_table = {rows, sizeof rows / sizeof rows[0]};
