/* SPDX-License-Identifier: Apache-2.0 */
#include "bench/report.h"

#include <stdlib.h>
#include <string.h>

#include "version.h"

static int compare_values(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

void bench_sort(double *values, int count)
{
    qsort(values, (size_t)count, sizeof *values, compare_values);
}

void measured_sort(struct measured *row)
{
    bench_sort(row->values, row->count);
}

/* The lower one of the two in the middle when their number is even. There must be a value. */
static double measured_median(const struct measured *row)
{
    return row->values[(row->count - 1) / 2];
}

/* Cycles of one core a step; 0 when the row has none or the clock is unknown. */
static double cycles_of(const struct measured *row, const struct bench_setting *setting)
{
    if (strcmp(row->bench->unit, "M steps/s") != 0 || row->bench->counted_as == NULL)
        return 0;
    const int threads = row->bench->threads != 0 ? row->bench->threads : setting->settings.threads;
    return setting->clock * threads / (measured_median(row) * 1e6);
}

/* A number with four significant digits, or all before the point. */
static void put_number(struct buffer *out, int width, double value)
{
    const int decimals = value >= 1000 ? 0 : value >= 100 ? 1 : value >= 10 ? 2 : value >= 1 ? 3 : 4;
    buffer_format(out, "%*.*f", width, decimals, value);
}

/* "1.45 cycles a step", "4.4 MB": what else there is to say, or nothing. */
static void put_note(struct buffer *out, const struct measured *row, const struct bench_setting *setting)
{
    if (cycles_of(row, setting) > 0)
        buffer_format(out, "%.2f cycles a step", cycles_of(row, setting));
    else if (row->bytes > 0 && row->states > 0)
        buffer_format(out, "%.1f bytes a state", row->bytes / row->states);
    else if (row->bytes > 0)
        buffer_format(out, "%.1f MB", row->bytes / 1e6);
}

static void put_head(struct buffer *out, const struct bench_setting *setting)
{
    buffer_format(out, "%s, ", setting->processor);
    if (setting->clock > 0)
        buffer_format(out, "about %.2f GHz, ", setting->clock / 1e9);
    buffer_format(out, "all threads: %d; %s", setting->settings.threads, setting->build);
    if (setting->settings.quick)
        buffer_string(out, "; quick: sizes are cut, the figures mean nothing");
}

void report_text(const struct measured *rows, size_t count, const struct bench_setting *setting,
                 struct buffer *out)
{
    put_head(out, setting);
    buffer_format(out, "\nmedian of %d, least and most\n\n%-36s %10s %10s %10s  unit\n", setting->repeat, "",
                  "median", "min", "max");
    for (size_t i = 0; i < count; i++) {
        const struct measured *row = &rows[i];
        buffer_format(out, "%-36s ", row->bench->name);
        if (row->count == 0) {
            buffer_format(out, "%10s  %s\n", "not here:", row->why.text);
            continue;
        }
        put_number(out, 10, measured_median(row));
        put_number(out, 11, row->values[0]);
        put_number(out, 11, row->values[row->count - 1]);
        struct buffer note;
        buffer_init(&note);
        put_note(&note, row, setting);
        buffer_format(out, note.length > 0 ? "  %-14s %s\n" : "  %s\n", row->bench->unit, note.text);
        buffer_release(&note);
    }
}

void report_instructions(const struct measured *rows, size_t count, const struct bench_setting *setting,
                         struct buffer *out)
{
    buffer_format(out, "%s; instructions\n\n", setting->build);
    for (size_t i = 0; i < count; i++) {
        buffer_format(out, "%-36s ", rows[i].bench->name);
        if (rows[i].instructions > 0)
            buffer_format(out, "%10.1f  a %s\n", rows[i].instructions, rows[i].bench->counted_as);
        else
            buffer_format(out, "%10s  %s\n", "not here:", rows[i].why.text);
    }
}

/* --- JSON --- */

void report_json_head(struct json_writer *json, const struct bench_setting *setting)
{
    json_add_text(json, "tool", "racewalk-bench");
    json_add_text(json, "version", RACEWALK_VERSION);
    json_add_text(json, "processor", setting->processor);
    json_add_number(json, "clock_hz", setting->clock);
    json_add_text(json, "build", setting->build);
    json_add_text(json, "counted", setting->counting ? "instructions" : "time");
    json_add_number(json, "threads", setting->settings.threads);
    json_add_number(json, "seconds", setting->settings.seconds);
    json_add_number(json, "repeat", setting->repeat);
    json_add_bool(json, "quick", setting->settings.quick);
}

static void add_row(struct json_writer *json, const struct measured *row, const struct bench_setting *setting)
{
    json_add_object(json, NULL);
    json_add_text(json, "name", row->bench->name);
    json_add_text(json, "unit", row->bench->unit);
    if (row->count > 0) {
        json_add_number(json, "median", measured_median(row));
        json_add_number(json, "min", row->values[0]);
        json_add_number(json, "max", row->values[row->count - 1]);
        if (cycles_of(row, setting) > 0)
            json_add_number(json, "cycles_per_step", cycles_of(row, setting));
        if (row->work > 0)
            json_add_number(json, "work", row->work);
        if (row->bytes > 0)
            json_add_number(json, "bytes", row->bytes);
        if (row->states > 0)
            json_add_number(json, "states", row->states);
    }
    if (row->instructions > 0) {
        json_add_number(json, "instructions", row->instructions);
        json_add_text(json, "instructions_per", row->bench->counted_as);
    }
    if (row->why.text[0] != '\0')
        json_add_text(json, "not_here", row->why.text);
    json_add_numbers(json, "values", row->values, (size_t)row->count);
    json_end(json);
}

enum status report_json(const char *path, const struct measured *rows, size_t count,
                        const struct bench_setting *setting, struct error *err)
{
    struct json_writer json;
    json_writer_init(&json, JSON_PRETTY);
    json_add_object(&json, NULL);
    report_json_head(&json, setting);
    json_add_array(&json, "rows");
    for (size_t i = 0; i < count; i++)
        add_row(&json, &rows[i], setting);
    json_end(&json);
    json_end(&json);
    return json_writer_save(&json, path, err);
}
