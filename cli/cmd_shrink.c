/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/memory.h"
#include "base/plain.h"
#include "base/stop.h"
#include "cli/cli.h"
#include "cli/commands.h"
#include "cli/report.h"
#include "cli/trace_files.h"
#include "mbt/driver/driver_system.h"
#include "mbt/findings.h"
#include "mbt/confirm_shrink.h"
#include "mbt/itf_writer.h"
#include "mbt/replay.h"
#include "base/file.h"
#include "search/explore.h"
#include "search/shape.h"
#include "search/threads.h"

struct shrinking {
    const struct cli *cli;
    const struct option_set *options;
    FILE *words;
    const char *out_path;
    struct buffer out; /* the shrunk traces; written at the end, since they may replace the old ones */
    /* With a system as the judge. */
    const struct system_driver *driver; /* NULL: there is none */
    bool on_system;
    void *setup, *system; /* of the driver */
    struct confirm *confirm;
};

/* The model that a file's trace is of, with the trace's property tracked. */
static enum status model_of(const struct model_class *class, const struct itf_trace *itf,
                            struct model **ret_model, struct error *err)
{
    struct instance instance = itf->instance;
    instance.guards = itf->guards;
    if (itf->head.property != PROPERTY_NONE)
        instance.properties |= UINT32_C(1) << itf->head.property;
    return model_new(class, &instance, ret_model, err);
}

/* --- the shortest of all --- */

static enum explore_verdict take_first(void *context, const struct trace *trace)
{
    return trace_copy(trace, context) == OK ? EXPLORE_ENOUGH : EXPLORE_FAILED;
}

static bool until_stopped(void *context, const struct explore_progress *progress)
{
    (void)context;
    (void)progress;
    return !stop_requested();
}

static enum status shrink_to_any(const struct model *model, const struct trace *trace,
                                 struct trace *ret_trace, struct error *err)
{
    if (trace->property == PROPERTY_NONE)
        return error_set(err, ERR_DATA,
                         "the trace shows no property: there is nothing to keep while it is shrunk");
    const int threads = threads_default();
    enum status status = threads_check(threads, err);
    if (status != OK)
        return status;
    const struct explore_config config = {.model = model,
                                          .properties = UINT32_C(1) << trace->property,
                                          .symmetry = true,
                                          .threads = threads,
                                          .max_steps = EXPLORE_STEPS_UNLIMITED,
                                          .until_findings = true,
                                          .context = ret_trace,
                                          .on_finding = take_first,
                                          .on_progress = until_stopped};
    struct explore_result result;
    status = explore(&config, &result, err);
    if (status != OK)
        return status;
    if (result.stop != EXPLORE_FINDING)
        return error_set(err, ERR_STOPPED, "the search for the shortest trace ended early, after %llu states",
                         (unsigned long long)result.counts.states);
    trace_set_source(ret_trace, "shrink --any");
    return OK;
}

/* --- with a system as the judge --- */

static bool is_stopped(void *user)
{
    (void)user;
    return stop_requested();
}

static void on_words(void *user, const char *line)
{
    (void)user;
    print_line(stderr, "driver: %s", line);
}

static enum status open_system(struct shrinking *s, struct error *err)
{
    if (s->confirm != NULL)
        return OK;
    const struct system_observer observer = {.on_words = on_words};
    const struct confirm_options options = {.stopped = is_stopped};
    const enum status status = s->driver->open(s->setup, &observer, &s->system, err);
    return status == OK ? confirm_new(s->cli->class, s->driver, s->system, &options, &s->confirm, err)
                        : status;
}

static enum status shrink_on_system(struct shrinking *s, const struct model *model,
                                    const struct itf_trace *itf, const struct trace *trace,
                                    struct trace *ret_trace, struct error *err)
{
    struct confirm_shrink_result result;
    enum status status = open_system(s, err);
    if (status == OK) {
        s->driver->focus(s->system, itf);
        status = confirm_shrink(model, s->confirm, trace, ret_trace, &result, err);
    }
    if (status == OK && !option_flag(s->options, "quiet"))
        print_line(s->words, "  the %s was asked %zu times; it fails: %s", s->driver->name, result.replays,
                   result.message);
    return status;
}

/* --- one trace --- */

static enum status write_trace(struct shrinking *s, const struct model *model, const struct trace *trace,
                               struct error *err)
{
    struct buffer text;
    buffer_init(&text);
    enum status status = itf_write(model, trace, ITF_LINE, &text, err);
    if (status == OK) {
        buffer_append(&s->out, text.text, text.length);
        status = buffer_status(&s->out, err);
    }
    buffer_release(&text);
    return status;
}

static enum status say(const struct shrinking *s, const struct model *model, const struct itf_trace *itf,
                       size_t length_before, const struct trace *shrunk, struct error *err)
{
    print_plain(s->words, itf->file);
    fprintf(s->words, "[%zu]: %zu transitions, shrunk to %zu", itf->index, length_before, shrunk->step_count);
    if (shrunk->property != PROPERTY_NONE) {
        struct shape shape;
        const enum status status = shape_of_trace(model, shrunk, &shape, err);
        if (status != OK)
            return status;
        fprintf(s->words, ", %s: %s", shape.name, shape.text);
    }
    fputc('\n', s->words);
    return OK;
}

static enum status shrink_with_model(struct shrinking *s, const struct model *model,
                                     const struct itf_trace *itf, struct error *err)
{
    struct replay_report report;
    struct trace trace, shrunk;
    trace_init(&trace);
    trace_init(&shrunk);
    enum status status = replay_itf(model, itf, &trace, &report, err);
    if (status == OK && report.outcome != REPLAY_AGREES)
        status = error_set(err, ERR_DATA, "not a run of the model: %.900s", report.message);
    if (status == OK) {
        if (s->on_system)
            status = shrink_on_system(s, model, itf, &trace, &shrunk, err);
        else if (option_flag(s->options, "any"))
            status = shrink_to_any(model, &trace, &shrunk, err);
        else
            status = shape_shrink_trace(model, &trace, &shrunk, err);
    }
    if (status == OK)
        status = replay_written(model, &shrunk, &report, err);
    if (status == OK && report.outcome != REPLAY_AGREES)
        status = error_set(err, ERR_INTERNAL, "the shrunk trace does not replay: %.900s", report.message);
    if (status == OK)
        status = write_trace(s, model, &shrunk, err);
    if (status == OK && !option_flag(s->options, "quiet"))
        status = say(s, model, itf, trace.step_count, &shrunk, err);
    trace_release(&trace);
    trace_release(&shrunk);
    return status;
}

static enum status visit(void *context, const struct itf_trace *itf, struct error *err)
{
    struct shrinking *s = context;
    struct model *model = NULL;
    if (stop_requested())
        return error_set(err, ERR_STOPPED, "stopped by a signal");
    enum status status = model_of(s->cli->class, itf, &model, err);
    if (status == OK)
        status = shrink_with_model(s, model, itf, err);
    model_free(model);
    return status;
}

static enum status prepare(struct shrinking *s, size_t file_count, struct error *err)
{
    if (file_count == 0)
        return error_set(err, ERR_USAGE, "which traces? Name ITF files, or - for standard input");
    char on_system[64];
    s->driver = cli_system(s->options, s->cli);
    (void)snprintf(on_system, sizeof on_system, "on-%s", s->driver != NULL ? s->driver->name : "");
    s->on_system = driver_is_given(s->options) || (s->driver != NULL && option_flag(s->options, on_system));
    s->out_path = option_text(s->options, "out-itf");
    const struct system_request request = {
        .options = s->options, .class = s->cli->class, .jobs = 1, .is_for_shrink = true};
    enum status status = s->driver != NULL ? s->driver->setup_new(&request, &s->setup, err) : OK;
    if (status == OK)
        status = report_words_stream(&s->out_path, 1, &s->words, err);
    return status == OK ? file_try_write(s->out_path, err) : status;
}

static void release(struct shrinking *s)
{
    buffer_release(&s->out);
    confirm_free(s->confirm);
    if (s->driver == NULL)
        return;
    s->driver->close(s->system);
    s->driver->setup_free(s->setup);
}

static int run_shrink(const struct option_set *options, void *context)
{
    struct shrinking s = {.cli = context, .options = options};
    struct error err = {{0}};
    char *const *paths;
    const size_t count = option_operands(options, &paths);
    if (option_flag(options, "no-color"))
        message_no_color();
    buffer_init(&s.out);
    enum status status = prepare(&s, count, &err);
    if (status != OK) {
        release(&s);
        return message_failure(status, &err);
    }
    stop_install();
    const struct trace_visitor visitor = {
        .class = s.cli->class, .context = &s, .quiet = option_flag(options, "quiet"), .visit = visit};
    int code = trace_files_visit(paths, count, &visitor);
    /* What could be shrunk is kept when something else could not. */
    if (s.out.length > 0)
        status = file_write_whole(s.out_path, s.out.text, s.out.length, &err);
    if (status != OK && code == EXIT_NOTHING_FOUND)
        code = message_failure(status, &err);
    release(&s);
    return code;
}

static const struct option shrink_rows[] = {
    {.name = "any",
     .kind = OPTION_FLAG,
     .help = "the shortest trace of the instance that shows the same property, whatever its shape"},
    CLI_SHRINK_SYSTEM_ROWS,
    {.name = "out-itf",
     .kind = OPTION_TEXT,
     .metavar = "PATH",
     .default_text = "-",
     .help = "the shrunk traces, one a line, written at the end: it may be the file they came from; '-' is "
             "standard output"},
};

static const struct option_rule shrink_rules[] = {
    DRIVER_SHRINK_RULES,
    {.options = "any", .with = "driver driver-url", .why = "--any and a driver exclude each other"},
};

const struct command shrink_command = {
    .name = "shrink",
    .operands = "FILE…",
    .summary = "the shortest trace of the same kind that a given one can be reduced to",
    .details = "Reduces each trace to the steps that matter: without any one of them the property would not "
               "be shown. The\n"
               "shape of the events stays, and so do the names and choices of the steps that are left. With "
               "--any the\n"
               "shape may change. With {if system}--on-{system} a running {system}, with {end}--driver or "
               "--driver-url your own system "
               "decides:\n"
               "a trace on which it departs from the model is reduced to the fewest steps with which it "
               "still does.\n\n"
               "Exit status: 0 all were shrunk, 65 a file is no trace or shows nothing to keep, 66 no such "
               "file, 74 no {if system}{system} or {end}driver\n"
               "answers, 75 stopped early.",
    .groups = {{"Shrink", shrink_rows, sizeof shrink_rows / sizeof shrink_rows[0]},
               {"Driver", driver_shrink_rows, DRIVER_SHRINK_ROWS},
               CLI_CONNECTION_GROUP,
               CLI_OUTPUT_GROUP},
    .group_count = 4,
    .rules = shrink_rules,
    .rule_count = sizeof shrink_rules / sizeof shrink_rules[0],
    .run = run_shrink,
};
