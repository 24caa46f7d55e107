#include "bench/report.h"

#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "base/file.h"
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

double measured_median(const struct measured *row)
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

cJSON *report_json_head(const struct bench_setting *setting)
{
    cJSON *head = cJSON_CreateObject();
    cJSON_AddStringToObject(head, "tool", "racewalk-bench");
    cJSON_AddStringToObject(head, "version", RACEWALK_VERSION);
    cJSON_AddStringToObject(head, "processor", setting->processor);
    cJSON_AddNumberToObject(head, "clock_hz", setting->clock);
    cJSON_AddStringToObject(head, "build", setting->build);
    cJSON_AddStringToObject(head, "counted", setting->counting ? "instructions" : "time");
    cJSON_AddNumberToObject(head, "threads", setting->settings.threads);
    cJSON_AddNumberToObject(head, "seconds", setting->settings.seconds);
    cJSON_AddNumberToObject(head, "repeat", setting->repeat);
    cJSON_AddBoolToObject(head, "quick", setting->settings.quick);
    return head;
}

static cJSON *json_of(const struct measured *row, const struct bench_setting *setting)
{
    cJSON *item = cJSON_CreateObject();
    cJSON_AddStringToObject(item, "name", row->bench->name);
    cJSON_AddStringToObject(item, "unit", row->bench->unit);
    if (row->count > 0) {
        cJSON_AddNumberToObject(item, "median", measured_median(row));
        cJSON_AddNumberToObject(item, "min", row->values[0]);
        cJSON_AddNumberToObject(item, "max", row->values[row->count - 1]);
        if (cycles_of(row, setting) > 0)
            cJSON_AddNumberToObject(item, "cycles_per_step", cycles_of(row, setting));
        if (row->work > 0)
            cJSON_AddNumberToObject(item, "work", row->work);
        if (row->bytes > 0)
            cJSON_AddNumberToObject(item, "bytes", row->bytes);
    }
    if (row->instructions > 0) {
        cJSON_AddNumberToObject(item, "instructions", row->instructions);
        cJSON_AddStringToObject(item, "instructions_per", row->bench->counted_as);
    }
    if (row->why.text[0] != '\0')
        cJSON_AddStringToObject(item, "not_here", row->why.text);
    cJSON_AddItemToObject(item, "values", cJSON_CreateDoubleArray(row->values, row->count));
    return item;
}

enum status report_json_write(const char *path, cJSON *json, struct error *err)
{
    char *text = cJSON_Print(json);
    cJSON_Delete(json);
    if (text == NULL)
        return error_memory(err, 0);
    struct buffer whole;
    buffer_init(&whole);
    buffer_format(&whole, "%s\n", text);
    cJSON_free(text);
    enum status status = buffer_status(&whole, err);
    if (status == OK)
        status = file_write_whole(path, whole.text, whole.length, err);
    buffer_release(&whole);
    return status;
}

enum status report_json(const char *path, const struct measured *rows, size_t count,
                        const struct bench_setting *setting, struct error *err)
{
    cJSON *report = report_json_head(setting);
    cJSON *list = cJSON_AddArrayToObject(report, "rows");
    for (size_t i = 0; i < count; i++)
        cJSON_AddItemToArray(list, json_of(&rows[i], setting));
    return report_json_write(path, report, err);
}
