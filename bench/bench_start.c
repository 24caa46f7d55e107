/* SPDX-License-Identifier: Apache-2.0 */
/* Start-up: a whole process, from the call that starts it to its end. */
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bench/bench.h"
#include "bench/spawn.h"

/* What the system takes for any program, to hold the next row against. */
static enum status run_true(const struct bench *bench, const struct bench_settings *settings,
                            struct measure *ret_measure, struct error *err)
{
    (void)bench;
    (void)settings;
    const char *const argv[] = {"true", NULL};
    double seconds;
    const enum status status = spawn_expect(argv, NULL, NULL, 0, &seconds, err);
    if (status == OK)
        *ret_measure = (struct measure){.value = seconds * 1e3};
    return status;
}

/* racewalk run on the default instance, until its first counterexample is on disk and it has ended. */
static enum status run_first(const struct bench *bench, const struct bench_settings *settings,
                             struct measure *ret_measure, struct error *err)
{
    (void)bench;
    char program[4096], found[4096];
    (void)snprintf(program, sizeof program, "%s/racewalk", settings->programs);
    (void)snprintf(found, sizeof found, "%s/found.itf.json", settings->work);
    (void)unlink(found);
    const char *const argv[] = {program, "run",       "--instance", "n3_5_3",  "--seed",
                                "1",     "--out-itf", found,        "--quiet", NULL};
    double seconds;
    const enum status status = spawn_expect(argv, NULL, NULL, EXIT_VIOLATION, &seconds, err);
    if (status != OK)
        return status;
    struct stat file;
    if (stat(found, &file) != 0 || file.st_size == 0)
        return error_set(err, ERR_IO, "racewalk run wrote no %s", found);
    *ret_measure = (struct measure){.value = seconds * 1e3};
    return OK;
}

static const struct bench rows[] = {
    {.name = "start/true", .unit = "ms", .threads = 1, .run = run_true},
    {.name = "start/run n3_5_3 to the first trace", .unit = "ms", .run = run_first},
};

const struct bench_table bench_start_table = {rows, sizeof rows / sizeof rows[0]};
