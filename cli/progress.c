/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/progress.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/stop.h"
#include "cli/cli.h"

#define INTERVAL_SECONDS     0.2
#define LOG_INTERVAL_SECONDS 10
#define LOG_INTERVAL_MAX     600

/* Columns of the rate over time; it grows into what the fields leave over. */
#define SPARK_COLUMNS_MIN 8
#define SPARK_COLUMNS_MAX 40
#define COLUMNS_MAX       1000
#define GAP               2 /* columns between fields */

/* --- the terminal --- */

static bool is_set(const char *variable)
{
    const char *value = getenv(variable);
    return value != NULL && value[0] != '\0';
}

/* What the locale's variables say, as setlocale would read them. A locale that is named here but not
 * installed still says what the terminal shows. */
static bool locale_is_utf8(void)
{
    static const char *const variables[] = {"LC_ALL", "LC_CTYPE", "LANG"};
    for (size_t i = 0; i < sizeof variables / sizeof variables[0]; i++) {
        if (is_set(variables[i])) {
            const char *dot = strchr(getenv(variables[i]), '.');
            return dot != NULL &&
                   (strncasecmp(dot + 1, "utf-8", 5) == 0 || strncasecmp(dot + 1, "utf8", 4) == 0);
        }
    }
    return false;
}

static size_t terminal_columns(void)
{
    struct winsize size;
    size_t columns = ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
    if (columns > COLUMNS_MAX)
        columns = COLUMNS_MAX;
    return columns - 1; /* a full line would wrap on some terminals */
}

void progress_init(struct progress *progress, const struct option_set *options)
{
    const char *term = getenv("TERM");
    const bool log = isatty(STDERR_FILENO) != 1 || (term != NULL && strcmp(term, "dumb") == 0);
    *progress =
        (struct progress){.active = !option_flag(options, "quiet") && !option_flag(options, "no-progress"),
                          .log = log,
                          .color = cli_allows_color(options),
                          .unicode = locale_is_utf8(),
                          .interval = log ? LOG_INTERVAL_SECONDS : INTERVAL_SECONDS,
                          .drawn = clock_seconds()};
}

bool progress_due(struct progress *progress)
{
    if (!progress->active)
        return false;
    const double now = clock_seconds();
    if (now - progress->drawn < progress->interval)
        return false;
    progress->drawn = now;
    if (progress->log && progress->interval < LOG_INTERVAL_MAX)
        progress->interval *= 2;
    return true;
}

/* --- a line --- */

static void add_field(struct progress_line *line, int weight, const char *format, va_list args)
    __attribute__((format(printf, 3, 0)));
static void add_field(struct progress_line *line, int weight, const char *format, va_list args)
{
    assert(line->field_count < PROGRESS_FIELDS_MAX);
    struct progress_field *field = &line->fields[line->field_count++];
    field->weight = weight;
    (void)vsnprintf(field->text, sizeof field->text, format, args);
}

void progress_field(struct progress_line *line, int weight, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    add_field(line, weight, format, args);
    va_end(args);
}

void progress_rate(struct progress_line *line, const struct rate *rate)
{
    assert(line->field_count > 0);
    line->rate = rate;
    line->rate_after = line->field_count - 1;
}

/* Columns of the line without its rate; fields are of ASCII. */
static size_t line_columns(const struct progress_line *line)
{
    size_t columns = 0;
    for (size_t i = 0; i < line->field_count; i++)
        columns += strlen(line->fields[i].text) + (i > 0 ? GAP : 0);
    return columns;
}

/* Leaves out the field of the least weight, the rate with the one that it follows. */
static void drop_field(struct progress_line *line)
{
    size_t least = 0;
    for (size_t i = 1; i < line->field_count; i++) {
        if (line->fields[i].weight <= line->fields[least].weight)
            least = i;
    }
    line->field_count--;
    memmove(&line->fields[least], &line->fields[least + 1],
            (line->field_count - least) * sizeof line->fields[0]);
    if (line->rate_after == least)
        line->rate = NULL;
    else if (line->rate_after > least)
        line->rate_after--;
}

/* Makes the line fit; returns the columns that there are for the rate, 0 for none. */
static size_t fit(struct progress_line *line, size_t columns)
{
    const size_t least = GAP + SPARK_COLUMNS_MIN;
    while (line->field_count > 1 && line_columns(line) + (line->rate != NULL ? least : 0) > columns)
        drop_field(line);
    const size_t used = line_columns(line) + GAP;
    if (line->rate == NULL || columns < used + SPARK_COLUMNS_MIN)
        return 0;
    return columns - used < SPARK_COLUMNS_MAX ? columns - used : SPARK_COLUMNS_MAX;
}

/* The rate over time, a block for each slice of the time, the highest full: rates are told apart from
 * nothing, so that a steady search is a steady row. */
static void append_spark(const struct progress *progress, const struct rate *rate, size_t columns,
                         struct buffer *out)
{
    static const char *const blocks[] = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
    static const char *const letters[] = {"_", ".", ":", "-", "=", "+", "*", "#"};
    double rates[SPARK_COLUMNS_MAX], highest = 0;
    rate_slices(rate, columns, rates);
    for (size_t i = 0; i < columns; i++)
        highest = rates[i] > highest ? rates[i] : highest;
    if (progress->color)
        buffer_string(out, "\033[36m");
    for (size_t i = 0; i < columns; i++) {
        const size_t level = highest > 0 ? (size_t)(rates[i] / highest * 7 + 0.5) : 0;
        buffer_string(out, progress->unicode ? blocks[level] : letters[level]);
    }
    if (progress->color)
        buffer_string(out, "\033[0m");
}

void progress_draw_line(struct progress *progress, const struct progress_line *line)
{
    if (!progress->active)
        return;
    struct progress_line fitted = *line;
    struct buffer out;
    size_t columns = 0, spark = 0;
    buffer_init(&out);
    if (!progress->log) {
        columns = terminal_columns();
        spark = fit(&fitted, columns);
    }
    for (size_t i = 0; i < fitted.field_count; i++) {
        buffer_format(&out, "%s%s", i > 0 ? "  " : "", fitted.fields[i].text);
        if (spark > 0 && i == fitted.rate_after) {
            buffer_string(&out, "  ");
            append_spark(progress, fitted.rate, spark, &out);
        }
    }
    if (progress->log)
        fprintf(stderr, "%s\n", out.text);
    else if (spark > 0)
        fprintf(stderr, "\r%s\033[K", out.text);
    else
        fprintf(stderr, "\r%.*s\033[K", (int)columns, out.text);
    (void)fflush(stderr);
    progress->shown = !progress->log;
    buffer_release(&out);
}

void progress_draw(struct progress *progress, const char *format, ...)
{
    struct progress_line line = {.field_count = 0};
    va_list args;
    va_start(args, format);
    add_field(&line, 0, format, args);
    va_end(args);
    progress_draw_line(progress, &line);
}

void progress_clear(struct progress *progress)
{
    if (!progress->shown)
        return;
    fputs("\r\033[K", stderr);
    (void)fflush(stderr);
    progress->shown = false;
    progress->drawn = 0;
}
