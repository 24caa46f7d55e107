/* racewalk-bench: measures how fast the program is, and reports medians. See bench/README.md. */
#include <math.h>
#include <omp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cjson/cJSON.h>

#include "base/options.h"
#include "bench/bench.h"
#include "version.h"

static const struct bench_table *const bench_tables[] = {&bench_walk_table};

#define TABLE_COUNT (sizeof bench_tables / sizeof bench_tables[0])
#define ROWS_MAX    256
#define REPEAT_MAX  101

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
     .help = "what \"all threads\" means (default: all the process may use)"},
    {.name = "json", .kind = OPTION_TEXT, .metavar = "PATH", .help = "write the report as JSON, too"},
    {.name = "list", .kind = OPTION_FLAG, .help = "show the rows' names and measure nothing"},
    {.name = "help", .kind = OPTION_FLAG, .help = "show this text"},
};
static const struct option_group bench_groups[] = {
    {.title = "Options", .rows = bench_options, .count = sizeof bench_options / sizeof bench_options[0]}};

struct measured {
    const struct bench *bench;
    double values[REPEAT_MAX]; /* sorted once all are there */
    int count;
};

/* What is written at the top of every report. */
struct setting {
    const char *processor, *build;
    double clock; /* Hz; 0: unknown */
    struct bench_settings settings;
    int repeat;
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
            if (is_wanted(options, bench_tables[t]->rows[i].name))
                rows[count++].bench = &bench_tables[t]->rows[i];
        }
    }
    return count;
}

static int compare_values(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void measure(struct measured *rows, size_t count, const struct setting *setting)
{
    const bool shown = isatty(STDERR_FILENO) != 0;
    for (int round = 0; round < setting->repeat; round++) {
        for (size_t i = 0; i < count; i++) {
            if (shown)
                (void)fprintf(stderr, "\rround %d of %d: %-40s", round + 1, setting->repeat,
                              rows[i].bench->name);
            const double value = rows[i].bench->run(rows[i].bench, &setting->settings);
            if (!isnan(value))
                rows[i].values[rows[i].count++] = value;
        }
    }
    if (shown)
        (void)fprintf(stderr, "\r%-60s\r", "");
    for (size_t i = 0; i < count; i++)
        qsort(rows[i].values, (size_t)rows[i].count, sizeof rows[i].values[0], compare_values);
}

/* The lower one of the two in the middle when their number is even. */
static double median_of(const struct measured *row)
{
    return row->values[(row->count - 1) / 2];
}

/* Cycles of one core a step; 0 when the row has none or the clock is unknown. */
static double cycles_of(const struct measured *row, const struct setting *setting)
{
    if (strcmp(row->bench->unit, "M steps/s") != 0)
        return 0;
    const int threads = row->bench->threads != 0 ? row->bench->threads : setting->settings.threads;
    return setting->clock * threads / (median_of(row) * 1e6);
}

static void print_table(const struct measured *rows, size_t count, const struct setting *setting)
{
    printf("%s, about %.2f GHz; %s\n", setting->processor, setting->clock / 1e9, setting->build);
    printf("median of %d, least and most; all threads: %d\n\n", setting->repeat, setting->settings.threads);
    printf("%-32s %10s %10s %10s  %-10s %s\n", "", "median", "min", "max", "unit", "cycles/step");
    for (size_t i = 0; i < count; i++) {
        const struct measured *row = &rows[i];
        if (row->count == 0) {
            printf("%-32s %10s\n", row->bench->name, "not here");
            continue;
        }
        printf("%-32s %10.1f %10.1f %10.1f  %-10s", row->bench->name, median_of(row), row->values[0],
               row->values[row->count - 1], row->bench->unit);
        if (cycles_of(row, setting) > 0)
            printf(" %.2f", cycles_of(row, setting));
        printf("\n");
    }
}

static cJSON *json_of(const struct measured *rows, size_t count, const struct setting *setting)
{
    cJSON *report = cJSON_CreateObject();
    cJSON_AddStringToObject(report, "tool", "racewalk-bench");
    cJSON_AddStringToObject(report, "version", RACEWALK_VERSION);
    cJSON_AddStringToObject(report, "processor", setting->processor);
    cJSON_AddNumberToObject(report, "clock_hz", setting->clock);
    cJSON_AddStringToObject(report, "build", setting->build);
    cJSON_AddNumberToObject(report, "threads", setting->settings.threads);
    cJSON_AddNumberToObject(report, "seconds", setting->settings.seconds);
    cJSON *list = cJSON_AddArrayToObject(report, "rows");
    for (size_t i = 0; i < count; i++) {
        cJSON *item = cJSON_CreateObject();
        cJSON_AddStringToObject(item, "name", rows[i].bench->name);
        cJSON_AddStringToObject(item, "unit", rows[i].bench->unit);
        if (rows[i].count > 0) {
            cJSON_AddNumberToObject(item, "median", median_of(&rows[i]));
            cJSON_AddNumberToObject(item, "min", rows[i].values[0]);
            cJSON_AddNumberToObject(item, "max", rows[i].values[rows[i].count - 1]);
            if (cycles_of(&rows[i], setting) > 0)
                cJSON_AddNumberToObject(item, "cycles_per_step", cycles_of(&rows[i], setting));
        }
        cJSON_AddItemToObject(item, "values", cJSON_CreateDoubleArray(rows[i].values, rows[i].count));
        cJSON_AddItemToArray(list, item);
    }
    return report;
}

static enum exit_code write_json(const char *path, const struct measured *rows, size_t count,
                                 const struct setting *setting)
{
    cJSON *report = json_of(rows, count, setting);
    char *text = cJSON_Print(report);
    cJSON_Delete(report);
    FILE *file = text != NULL ? fopen(path, "w") : NULL;
    bool good = file != NULL && fprintf(file, "%s\n", text) > 0;
    good = file != NULL && fclose(file) == 0 && good;
    cJSON_free(text);
    if (!good)
        (void)fprintf(stderr, "racewalk-bench: cannot write %s\n", path);
    return good ? EXIT_NOTHING_FOUND : EXIT_IO;
}

static enum exit_code run_benches(const struct option_set *options)
{
    if (option_flag(options, "help")) {
        printf("usage: racewalk-bench [OPTIONS]\n");
        option_groups_print(stdout, bench_groups, 1, 100);
        return EXIT_NOTHING_FOUND;
    }
    static struct measured rows[ROWS_MAX];
    const size_t count = choose_rows(options, rows);
    if (option_flag(options, "list")) {
        for (size_t i = 0; i < count; i++)
            printf("%s\n", rows[i].bench->name);
        return EXIT_NOTHING_FOUND;
    }
    if (count == 0) {
        (void)fprintf(stderr, "racewalk-bench: no row has such a name; --list shows them\n");
        return EXIT_USAGE;
    }
    const struct setting setting = {
        .processor = host_processor(),
        .build = RACEWALK_BUILD,
        .clock = host_clock(),
        .settings = {.seconds = option_real(options, "seconds"),
                     .walks = option_present(options, "walks") ? (uint64_t)option_int(options, "walks") : 0,
                     .threads = option_present(options, "threads") ? (int)option_int(options, "threads")
                                                                   : omp_get_num_procs()},
        .repeat = (int)option_int(options, "repeat")};
    measure(rows, count, &setting);
    print_table(rows, count, &setting);
    return option_present(options, "json") ? write_json(option_text(options, "json"), rows, count, &setting)
                                           : EXIT_NOTHING_FOUND;
}

int main(int argc, char *argv[])
{
    struct option_set *options = option_set_new(bench_groups, 1);
    if (options == NULL)
        return EXIT_INTERNAL;
    struct error err = {{0}};
    enum exit_code code = EXIT_USAGE;
    if (option_set_parse(options, argc - 1, argv + 1, &err) == OK)
        code = run_benches(options);
    else
        (void)fprintf(stderr, "racewalk-bench: %s\n", err.text);
    option_set_free(options);
    return code;
}
