/* SPDX-License-Identifier: Apache-2.0 */
/* racewalk-bench: measures how fast the program is, and reports medians. See bench/README.md. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/options.h"
#include "base/plain.h"
#include "base/process.h"
#include "base/stop.h"
#include "bench/count.h"
#include "bench/report.h"
#include "bench/scaling.h"
#include "bench/spawn.h"
#include "search/threads.h"
#include "version.h"

static const struct bench_table *const bench_tables[] = {
    &bench_walk_table,  &bench_limit_table, &bench_check_table,   &bench_trace_table,
    &bench_start_table, &bench_peer_table,  &bench_peterson_table};

#define TABLE_COUNT (sizeof bench_tables / sizeof bench_tables[0])
#define ROWS_MAX    256

static const struct option bench_options[] = {
    {.name = "repeat",
     .kind = OPTION_INT,
     .metavar = "N",
     .default_text = "5",
     .min = 1,
     .max = REPEAT_MAX,
     .help = "measure every row N times"},
    {.name = "only",
     .kind = OPTION_LIST,
     .metavar = "NAME",
     .help = "only rows whose name contains NAME; may be repeated"},
    {.name = "seconds",
     .kind = OPTION_REAL,
     .metavar = "S",
     .default_text = "0.2",
     .help = "what one measure takes, about"},
    {.name = "walks",
     .kind = OPTION_INT,
     .metavar = "W",
     .min = 1,
     .max = INT64_MAX,
     .help = "so many walks in one measure, in place of --seconds, to count instructions"},
    {.name = "threads",
     .kind = OPTION_INT,
     .metavar = "T",
     .min = 1,
     .max = 1024,
     .help = "what \"all threads\" means (default: all that the process may use and its CPU quota pays for)"},
    {.name = "quick",
     .kind = OPTION_FLAG,
     .help = "cut all sizes, once each: to see that everything runs; the figures mean nothing"},
    {.name = "instructions",
     .kind = OPTION_FLAG,
     .help = "count instructions a step in place of seconds, with perf or else valgrind"},
    {.name = "scaling",
     .kind = OPTION_TEXT,
     .metavar = "DIR",
     .help = "measure cost against size, threads and ranks in place of the rows, into DIR/scaling.json"},
    {.name = "programs",
     .kind = OPTION_TEXT,
     .metavar = "DIR",
     .help = "where racewalk and racewalk-mpi are (default: beside this program)"},
    {.name = "json", .kind = OPTION_TEXT, .metavar = "PATH", .help = "write the report as JSON, too"},
    {.name = "list", .kind = OPTION_FLAG, .help = "show the rows' names and measure nothing"},
    {.name = "help", .kind = OPTION_FLAG, .help = "show this text"},
};
static const struct option_group bench_groups[] = {
    {.title = "Options", .rows = bench_options, .count = sizeof bench_options / sizeof bench_options[0]}};

static const struct option_rule bench_rules[] = {
    {.options = "repeat seconds", .with = "quick"},
    {.options = "seconds", .with = "walks"},
    {.options = "only instructions json", .with = "scaling"},
};

static bool is_wanted(const struct option_set *options, const char *name)
{
    const char *const *texts;
    const size_t count = option_list(options, "only", &texts);
    for (size_t i = 0; i < count; i++) {
        if (strstr(name, texts[i]) != NULL)
            return true;
    }
    return count == 0;
}

static size_t choose_rows(const struct option_set *options, struct measured *rows)
{
    size_t count = 0;
    for (size_t t = 0; t < TABLE_COUNT; t++) {
        for (size_t i = 0; i < bench_tables[t]->count && count < ROWS_MAX; i++) {
            const struct bench *bench = &bench_tables[t]->rows[i];
            const bool all = option_flag(options, "list") || option_flag(options, "quick");
            if (is_wanted(options, bench->name) && (!bench->large || all || option_given(options, "only")))
                rows[count++].bench = bench;
        }
    }
    return count;
}

static void measure(struct measured *rows, size_t count, const struct bench_setting *setting)
{
    const bool shown = isatty(STDERR_FILENO) != 0;
    for (int round = 0; round < setting->repeat && !stop_requested(); round++) {
        for (size_t i = 0; i < count && !stop_requested(); i++) {
            struct measure one = {0};
            if (rows[i].why.text[0] != '\0')
                continue;
            if (shown)
                (void)fprintf(stderr, "\rround %d of %d: %-40s", round + 1, setting->repeat,
                              rows[i].bench->name);
            if (rows[i].bench->run(rows[i].bench, &setting->settings, &one, &rows[i].why) != OK)
                continue;
            rows[i].values[rows[i].count++] = one.value;
            rows[i].work = one.work;
            rows[i].bytes = one.bytes;
            rows[i].states = one.states;
        }
    }
    if (shown)
        (void)fprintf(stderr, "\r%-60s\r", "");
    for (size_t i = 0; i < count; i++)
        measured_sort(&rows[i]);
}

static enum status run_rows(const struct option_set *options, const struct bench_setting *setting,
                            struct measured *rows, size_t count, struct error *err)
{
    struct buffer text;
    buffer_init(&text);
    if (setting->counting) {
        count = count_instructions(rows, count, setting);
        report_instructions(rows, count, setting, &text);
    } else {
        measure(rows, count, setting);
        report_text(rows, count, setting, &text);
    }
    enum status status = stop_requested() ? error_set(err, ERR_STOPPED, "stopped before the end") : OK;
    if (status == OK)
        (void)fputs(text.text, stdout);
    if (status == OK && option_present(options, "json"))
        status = report_json(option_text(options, "json"), rows, count, setting, err);
    buffer_release(&text);
    return status;
}

/* The folder of this very program, in place; "." when it is not known. */
static void find_programs(char *path, size_t size)
{
    const ssize_t length = readlink("/proc/self/exe", path, size - 1);
    path[length > 0 ? length : 0] = '\0';
    char *slash = strrchr(path, '/');
    if (slash == NULL)
        (void)snprintf(path, size, ".");
    else
        *slash = '\0';
}

static enum status run_benches(const struct option_set *options, struct error *err)
{
    static struct measured rows[ROWS_MAX];
    const size_t count = choose_rows(options, rows);
    if (option_flag(options, "list")) {
        for (size_t i = 0; i < count; i++)
            printf("%s\n", rows[i].bench->name);
        return OK;
    }
    if (count == 0)
        return error_set(err, ERR_USAGE, "no row has such a name; --list shows them");
    char programs[4096], work[4096];
    find_programs(programs, sizeof programs);
    const char *temporary = getenv("TMPDIR");
    (void)snprintf(work, sizeof work, "%s/racewalk-bench.XXXXXX", temporary != NULL ? temporary : "/tmp");
    if (mkdtemp(work) == NULL)
        return error_set(err, ERR_IO, "%s: cannot be made", work);
    const bool quick = option_flag(options, "quick"), exact = option_present(options, "walks");
    const struct bench_setting setting = {
        .processor = host_processor(),
        .build = RACEWALK_BUILD,
        .clock = quick || exact ? 0 : host_clock(),
        .settings = {.seconds = quick ? 0.002 : option_real(options, "seconds"),
                     .walks = exact ? (uint64_t)option_int(options, "walks") : 0,
                     .threads = option_present(options, "threads") ? (int)option_int(options, "threads")
                                                                   : threads_default(),
                     .quick = quick,
                     .programs =
                         option_present(options, "programs") ? option_text(options, "programs") : programs,
                     .work = work},
        .repeat = quick ? 1 : (int)option_int(options, "repeat"),
        .counting = option_flag(options, "instructions")};
    const enum status status = option_present(options, "scaling")
                                   ? scaling_run(option_text(options, "scaling"), &setting, err)
                                   : run_rows(options, &setting, rows, count, err);
    spawn_remove(work);
    return status;
}

int main(int argc, char *argv[])
{
    struct error err = {{0}};
    enum status status = process_prepare(&err);
    struct option_set *options = option_set_new(bench_groups, 1);
    if (options == NULL)
        return EXIT_INTERNAL;
    /* Ranks of a machine's one user, who may be root in a container. */
    if (geteuid() == 0) {
        (void)setenv("OMPI_ALLOW_RUN_AS_ROOT", "1", 0);
        (void)setenv("OMPI_ALLOW_RUN_AS_ROOT_CONFIRM", "1", 0);
    }
    stop_install();
    if (status == OK)
        status = option_set_parse(options, argc - 1, argv + 1, &err);
    if (status == OK)
        status = option_set_check(options, bench_rules, sizeof bench_rules / sizeof bench_rules[0], &err);
    if (status == OK && option_flag(options, "help")) {
        printf("usage: racewalk-bench [OPTIONS]\n");
        option_groups_print(stdout, bench_groups, 1, 100);
    } else if (status == OK) {
        status = run_benches(options, &err);
    }
    if (status != OK)
        print_line(stderr, "racewalk-bench: %s", err.text);
    option_set_free(options);
    return (int)status_exit_code(status);
}
