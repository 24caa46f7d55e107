/* SPDX-License-Identifier: Apache-2.0 */
/* Peterson's lock, every state: racewalk with the model in a file, a search by hand of the same states, and
 * SPIN, by turns. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/stop.h"
#include "bench/bench.h"
#include "bench/peterson_search.h"
#include "bench/spawn.h"

#define QUICK_PROCESSES 3
#define PATH_SIZE       4096

struct peterson_setup {
    int processes;
    const char *ranks;      /* of racewalk-mpi; NULL: one process */
    const char *options[3]; /* of the check */
};

static int processes_of(const struct bench *bench, const struct bench_settings *settings)
{
    return settings->quick ? QUICK_PROCESSES : ((const struct peterson_setup *)bench->setup)->processes;
}

static struct measure measure_of(double states, double seconds, double bytes)
{
    return (struct measure){
        .value = states / seconds / 1e6, .work = states, .bytes = bytes, .states = states};
}

static enum status run_by_hand(const struct bench *bench, const struct bench_settings *settings,
                               struct measure *ret_measure, struct error *err)
{
    struct peterson_counts counts;
    const double start = clock_seconds();
    const enum status status =
        peterson_search((unsigned)processes_of(bench, settings), PETERSON_RIGHT, &counts, err);
    if (status == OK)
        *ret_measure = measure_of((double)counts.states, clock_seconds() - start, (double)counts.bytes);
    return status;
}

/* That all count the same is a part of the measure. */
static enum status compare_with_hand(const struct bench *bench, const struct bench_settings *settings,
                                     double states, struct error *err)
{
    static const double known[] = {[3] = 12498, [4] = 1119560, [5] = 142471098};
    const int processes = processes_of(bench, settings);
    return states == known[processes]
               ? OK
               : error_set(err, ERR_INTERNAL, "%.0f states were counted, not %.0f", states, known[processes]);
}

/* --- SPIN --- */

/* Exact, without partial order reduction, which would leave states out. Its own time, of the search alone. */
static enum status run_spin(const struct bench *bench, const struct bench_settings *settings,
                            struct measure *ret_measure, struct error *err)
{
    char define[32], name[32], path[PATH_SIZE], out[PATH_SIZE];
    double seconds, states, elapsed, megabytes;
    const int processes = processes_of(bench, settings);
    if (!spawn_there("spin"))
        return error_set(err, ERR_NO_INPUT, "spin is not installed");
    (void)snprintf(define, sizeof define, "-DN=%d", processes);
    (void)snprintf(name, sizeof name, "peterson%d", processes);
    (void)snprintf(path, sizeof path, "%s/%s", settings->work, name);
    (void)snprintf(out, sizeof out, "%s/%s.txt", settings->work, name);
    const char *const translate[] = {"spin", "-o2", define, "-a", RACEWALK_PEER_PETERSON, NULL};
    const char *const compile[] = {"cc", "-O3", "-DSAFETY", "-DNOREDUCE", "-DNOFAIR", "-DMEMLIM=20000",
                                   "-o", name,  "pan.c",    NULL};
    const char *const argv[] = {path, processes == 5 ? "-m40000000" : "-m1000000",
                                processes == 5 ? "-w28" : "-w21", NULL};
    enum status status = OK;
    if (access(path, X_OK) != 0) {
        status = spawn_expect(translate, settings->work, NULL, 0, &seconds, err);
        if (status == OK)
            status = spawn_expect(compile, settings->work, NULL, 0, &seconds, err);
    }
    if (status == OK)
        status = spawn_expect(argv, settings->work, out, 0, &seconds, err);
    if (status == OK)
        status = spawn_number(out, NULL, "states, stored", &states, err);
    if (status == OK)
        status = spawn_number(out, NULL, "total actual memory usage", &megabytes, err);
    if (status == OK)
        status = compare_with_hand(bench, settings, states, err);
    /* It tells hundredths of a second, and nothing of less. */
    if (status == OK && (spawn_number(out, "elapsed time", NULL, &elapsed, NULL) != OK || elapsed < 0.1))
        elapsed = seconds;
    if (status == OK)
        *ret_measure = measure_of(states, elapsed, megabytes * 1e6);
    return status;
}

/* --- racewalk --- */

static enum status run_racewalk(const struct bench *bench, const struct bench_settings *settings,
                                struct measure *ret_measure, struct error *err)
{
    const struct peterson_setup *setup = bench->setup;
    char program[PATH_SIZE], json[PATH_SIZE], instance[32];
    double seconds, states, elapsed, bytes;
    (void)snprintf(program, sizeof program, "%s/racewalk%s", settings->programs,
                   setup->ranks != NULL ? "-mpi" : "");
    (void)snprintf(json, sizeof json, "%s/peterson.json", settings->work);
    (void)snprintf(instance, sizeof instance, "peterson%d", processes_of(bench, settings));
    if (setup->ranks != NULL && (!spawn_there("mpirun") || access(program, X_OK) != 0))
        return error_set(err, ERR_NO_INPUT, "there is no mpirun, or no racewalk-mpi");
    const char *argv[32] = {"mpirun", "-q", "--oversubscribe", "--bind-to", "none", "-n", setup->ranks};
    size_t n = setup->ranks != NULL ? 7 : 0;
    const char *const check[] = {program,   "check",  "--model", RACEWALK_PETERSON, "--instance", instance,
                                 "--quiet", "--json", json};
    for (size_t i = 0; i < sizeof check / sizeof check[0]; i++)
        argv[n++] = check[i];
    for (size_t i = 0; i < 3 && setup->options[i] != NULL; i++)
        argv[n++] = setup->options[i];
    argv[n] = NULL;
    /* The compiled model is this run's own, and goes with it. */
    (void)setenv("XDG_CACHE_HOME", settings->work, 1);
    enum status status = spawn_expect(argv, NULL, NULL, 0, &seconds, err);
    if (status == OK)
        status = spawn_number(json, "\"states\":", NULL, &states, err);
    if (status == OK)
        status = spawn_number(json, "\"elapsed_s\":", NULL, &elapsed, err);
    if (status == OK)
        status = spawn_number(json, "\"state_bytes\":", NULL, &bytes, err);
    if (status == OK)
        status = compare_with_hand(bench, settings, states, err);
    if (status == OK)
        *ret_measure = measure_of(states, elapsed, bytes);
    return status;
}

#define ROW(of, what, function, thread_count, is_large, ...)                                  \
    {                                                                                         \
        .name = "peer/peterson " #of "/" what, .unit = "M states/s", .threads = thread_count, \
        .run = function, .large = is_large, .setup = &(const struct peterson_setup)           \
        {                                                                                     \
            .processes = of, __VA_ARGS__                                                      \
        }                                                                                     \
    }
#define ROWS(of, is_large)                                                                                 \
    ROW(of, "by hand", run_by_hand, 1, is_large, .ranks = NULL),                                           \
        ROW(of, "spin", run_spin, 1, is_large, .ranks = NULL),                                             \
        ROW(of, "racewalk, 1 thread", run_racewalk, 1, is_large, .options = {"--threads=1"}),              \
        ROW(of, "racewalk, 2 threads", run_racewalk, 2, is_large, .options = {"--threads=2"}),             \
        ROW(of, "racewalk, 2 ranks", run_racewalk, 2, is_large, .ranks = "2", .options = {"--threads=1"}), \
        ROW(of, "racewalk, fingerprints", run_racewalk, 1, is_large,                                       \
            .options = {"--threads=1", "--fingerprints"})

static const struct bench rows[] = {ROWS(4, false), ROWS(5, true)};

const struct bench_table bench_peterson_table = {rows, sizeof rows / sizeof rows[0]};
