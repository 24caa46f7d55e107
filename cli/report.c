/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/report.h"

#include <inttypes.h>
#include <string.h>

#include "base/plain.h"
#include "base/program.h"
#include "version.h"

enum status report_words_stream(const char *const *paths, size_t count, FILE **ret_stream, struct error *err)
{
    size_t to_stdout = 0;
    for (size_t i = 0; i < count; i++)
        to_stdout += paths[i] != NULL && strcmp(paths[i], "-") == 0;
    if (to_stdout > 1)
        return error_set(err, ERR_USAGE, "only one result can go to standard output ('-')");
    *ret_stream = to_stdout > 0 ? stderr : stdout;
    return OK;
}

void report_begin(struct json_writer *json, const char *key, const struct cli *cli, const char *mode)
{
    json_add_object(json, key);
    json_add_text(json, "tool", program_name());
    json_add_text(json, "version", RACEWALK_VERSION);
    json_add_texts(json, "command", (const char *const *)cli->argv, (size_t)cli->argc);
    json_add_text(json, "mode", mode);
    if (cli->subject->model_file == NULL)
        return;
    char identity[24];
    (void)snprintf(identity, sizeof identity, "%016" PRIx64, cli->class->identity);
    json_add_object(json, "model");
    json_add_text(json, "name", cli->class->name);
    json_add_text(json, "file", cli->subject->model_file);
    json_add_text(json, "identity", identity);
    json_end(json);
}

void report_add_instance(struct json_writer *json, const struct model *model)
{
    const struct model_class *class = model->class;
    json_add_object(json, "instance");
    for (size_t i = 0; i < class->parameter_count; i++) {
        const struct parameter_value *value = &model->instance.values[i];
        const double ends[] = {(double)value->low, (double)value->high};
        if (class->parameters[i].is_range)
            json_add_numbers(json, class->parameters[i].name, ends, 2);
        else
            json_add_number(json, class->parameters[i].name, ends[0]);
    }
    json_add_array(json, "guards");
    for (size_t i = 0; i < class->guard_count; i++) {
        if ((model->instance.guards >> i & 1) != 0)
            json_add_text(json, NULL, class->guards[i].name);
    }
    json_end(json);
    json_end(json);
}

void report_add_properties(struct json_writer *json, const struct model_class *class, uint32_t properties)
{
    json_add_array(json, "properties");
    for (size_t i = 0; i < class->property_count; i++) {
        if ((properties >> i & 1) != 0)
            json_add_text(json, NULL, class->properties[i].name);
    }
    json_end(json);
}

void report_print_finding(FILE *out, const struct model *model, const struct finding *finding)
{
    const struct property *property = &model->class->properties[finding->trace.property];
    fprintf(out, "%s of %s after %zu transitions",
            property->kind == PROPERTY_INVARIANT ? "violation" : "witness", property->name,
            finding->trace.property_state);
    if (finding->has_sample)
        fprintf(out, " (walk %llu, trace seed %llu)", (unsigned long long)finding->sample,
                (unsigned long long)finding->trace.trace_seed);
    fprintf(out, "\n  %s: %s\n    here: %s\n", finding->shape.name, finding->shape.text, finding->shape.here);
    for (size_t i = 0; i < finding->before_count; i++)
        fprintf(out, "  %s was violated before, at state %zu\n",
                model->class->properties[finding->before[i].property].name, finding->before[i].state);
    if (finding->file[0] != '\0')
        print_line(out, "  written to %s", finding->file);
    print_line(out, "  Replay with: %s", finding->replay);
}

void report_print_properties(FILE *out, const struct model_class *class, uint32_t properties)
{
    const char *comma = "";
    for (size_t i = 0; i < class->property_count; i++) {
        if ((properties >> i & 1) == 0)
            continue;
        fprintf(out, "%s%s", comma, class->properties[i].name);
        comma = ", ";
    }
}

/* One of a few buffers in turn. */
static char *next_text(size_t *ret_size)
{
    static char texts[8][48];
    static size_t next;
    *ret_size = sizeof texts[0];
    return texts[next++ % 8];
}

const char *report_number(uint64_t number)
{
    size_t size;
    char *text = next_text(&size);
    char digits[24];
    const int length = snprintf(digits, sizeof digits, "%llu", (unsigned long long)number);
    size_t at = 0;
    for (int i = 0; i < length; i++) {
        if (i > 0 && (length - i) % 3 == 0)
            text[at++] = ' ';
        text[at++] = digits[i];
    }
    text[at] = '\0';
    return text;
}

const char *report_rate(double rate)
{
    static const char *const units[] = {"", " k", " M", " G", " T", " P"};
    size_t size, unit = 0;
    char *text = next_text(&size);
    while (rate >= 1000 && unit + 1 < sizeof units / sizeof units[0]) {
        rate /= 1000;
        unit++;
    }
    (void)snprintf(text, size, "%.*f%s", rate < 10 ? 2 : rate < 100 ? 1 : 0, rate, units[unit]);
    return text;
}

const char *report_seconds(double seconds)
{
    size_t size;
    char *text = next_text(&size);
    if (seconds < 1)
        (void)snprintf(text, size, "%.3f s", seconds);
    else if (seconds < 60)
        (void)snprintf(text, size, "%.1f s", seconds);
    else if (seconds < 3600)
        (void)snprintf(text, size, "%d min %02d s", (int)seconds / 60, (int)seconds % 60);
    else
        (void)snprintf(text, size, "%.0f h %02d min", seconds / 3600 - 0.5, (int)(seconds / 60) % 60);
    return text;
}

int report_exit_code(const struct model_class *class, uint32_t properties, uint32_t found, bool complete)
{
    const uint32_t invariants = model_invariants(class);
    if ((found & invariants) != 0)
        return EXIT_VIOLATION;
    if (found != 0)
        return EXIT_WITNESS;
    if (!complete)
        return EXIT_STOPPED;
    return (properties & ~invariants) == 0 ? EXIT_NOTHING_FOUND : EXIT_NO_WITNESS;
}
