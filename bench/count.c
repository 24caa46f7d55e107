/* SPDX-License-Identifier: Apache-2.0 */
#include "bench/count.h"

#include <stdio.h>

#include "base/stop.h"
#include "bench/spawn.h"

#define COUNTED_WALKS "20000"

/* What the row takes when it is measured so many times: instructions of the whole process, and the work of
 * one measure. */
static enum status count_run(const struct measured *row, const char *repeat, bool perf,
                             const struct bench_setting *setting, double *ret_instructions, double *ret_work,
                             struct error *err)
{
    char program[4096], out[4096], json[4096];
    (void)snprintf(program, sizeof program, "%s/racewalk-bench", setting->settings.programs);
    (void)snprintf(out, sizeof out, "%s/count.txt", setting->settings.work);
    (void)snprintf(json, sizeof json, "%s/count.json", setting->settings.work);
    const char *const counter[2][8] = {
        {"valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", NULL},
        {"perf", "stat", "-x,", "-e", "instructions:u", "--", NULL}};
    const char *argv[24];
    size_t n = 0;
    for (const char *const *word = counter[perf]; *word != NULL; word++)
        argv[n++] = *word;
    const char *const measure[] = {program,   "--only",      row->bench->name, "--repeat", repeat,
                                   "--walks", COUNTED_WALKS, "--json",         json,       NULL};
    for (const char *const *word = measure; *word != NULL; word++)
        argv[n++] = *word;
    argv[n] = NULL;
    double seconds;
    enum status status = spawn_expect(argv, NULL, out, EXIT_NOTHING_FOUND, &seconds, err);
    if (status == OK)
        status = perf ? spawn_number(out, NULL, ",,instructions", ret_instructions, err)
                      : spawn_number(out, "Collected :", NULL, ret_instructions, err);
    if (status == OK && spawn_number(json, "\"work\":", NULL, ret_work, NULL) != OK)
        status = error_set(err, ERR_USAGE, "%s cannot run it", counter[perf][0]);
    return status;
}

static enum status count_row(struct measured *row, bool perf, const struct bench_setting *setting)
{
    double once, twice, work;
    enum status status = count_run(row, "1", perf, setting, &once, &work, &row->why);
    if (status == OK)
        status = count_run(row, "2", perf, setting, &twice, &work, &row->why);
    if (status == OK)
        row->instructions = (twice - once) / work;
    return status;
}

/* True when perf is there and the processor's counters are open to it. */
static bool can_use_perf(const struct bench_setting *setting)
{
    char out[4096];
    (void)snprintf(out, sizeof out, "%s/perf.txt", setting->settings.work);
    const char *const argv[] = {"perf", "stat", "-x,", "-e", "instructions:u", "--", "true", NULL};
    double seconds, instructions;
    return spawn_there("perf") && spawn_expect(argv, NULL, out, 0, &seconds, NULL) == OK &&
           spawn_number(out, NULL, ",,instructions", &instructions, NULL) == OK;
}

size_t count_instructions(struct measured *rows, size_t count, const struct bench_setting *setting)
{
    const bool perf = can_use_perf(setting);
    size_t kept = 0;
    for (size_t i = 0; i < count && !stop_requested(); i++) {
        if (rows[i].bench->counted_as == NULL || rows[i].bench->threads != 1)
            continue;
        rows[kept++] = rows[i];
        if (!perf && !spawn_there("valgrind"))
            (void)error_set(&rows[kept - 1].why, ERR_NO_INPUT,
                            "perf cannot count here, and valgrind is not installed");
        else
            (void)count_row(&rows[kept - 1], perf, setting);
    }
    return kept;
}
