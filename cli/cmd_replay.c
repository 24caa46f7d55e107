/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/commands.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/plain.h"
#include "base/program.h"
#include "cli/cli.h"
#include "cli/report.h"
#include "cli/trace_files.h"
#include "mbt/itf_reader.h"
#include "mbt/itf_writer.h"
#include "mbt/numbered.h"
#include "mbt/replay.h"
#include "mbt/schedule.h"
#include "search/walk.h"
#include "version.h"

static const struct option replay_rows[] = {
    {.name = "trace-seed",
     .kind = OPTION_SEED,
     .metavar = "T",
     .help =
         "the one walk with that trace seed, with the instance, --max-steps and --property of the run that "
         "found it, which says the whole command"},
    {.name = "max-steps",
     .kind = OPTION_INT,
     .metavar = "L",
     .default_text = "20",
     .min = 0,
     .max = (int64_t)TRACE_STEPS_MAX,
     .help = "transitions after Init of the walk with --trace-seed"},
    {.name = "out-itf",
     .kind = OPTION_TEXT,
     .metavar = "PATH",
     .help = "write the traces that agree as ITF; - is standard output"},
    {.name = "itf-form",
     .kind = OPTION_TEXT,
     .metavar = "FORM",
     .default_text = "line",
     .help =
         "line: one trace a line (NDJSON). pretty: indented, for one trace. array: a JSON array of traces",
     .choices = "line pretty array"},
    {.name = "out-schedule",
     .kind = OPTION_TEXT,
     .metavar = "PATH",
     .help =
         "write them as schedules for wunderspec replay --from-schedule: a file each, PATH, then x.1.json "
         "for x.json and so on, or with {seq} in the name replaced by 1, 2, …"},
    {.name = "json", .kind = OPTION_TEXT, .metavar = "PATH", .help = "write a report as JSON"},
    {.name = "verbose", .kind = OPTION_FLAG, .help = "a line for each step"},
};

enum form { FORM_LINE, FORM_PRETTY, FORM_ARRAY, FORM_COUNT };
static const char *const form_names[FORM_COUNT] = {"line", "pretty", "array"};

/* All that a run of the command holds. */
struct replay_run {
    const struct option_set *options;
    const struct cli *cli;
    const struct model_class *class;
    uint32_t properties; /* that --property names */
    FILE *text;          /* for people: standard error when a result goes to standard output */
    /* Where results go, or NULL, and what they are so far: a file is written whole, at the end. */
    const char *itf_path, *schedule_path, *json_path;
    enum form itf_form;
    struct buffer itf, schedules;
    size_t *schedule_ends; /* of each of the schedules, in schedules; owned */
    size_t schedule_count, schedule_capacity;
    struct json_writer report; /* up to the traces so far; written to when json_path is there */
    size_t total, agreed;
    bool head_printed; /* the instance of the options was told */
    bool told_others;  /* that variables are skipped */
    int code;          /* exit status so far: the worst */
};

/* One trace on its way through the command. */
struct replayed {
    const char *file; /* or "trace seed 12" */
    size_t index;
    bool has_index;
    bool by_options; /* its instance is that of the options */
    struct model *model;
    struct trace *trace; /* the steps that agree */
    struct replay_report report;
};

static void note_code(struct replay_run *run, int code)
{
    if (code > run->code)
        run->code = code;
}

/* A failure that is this trace's own: reported, and the next one follows. */
static void report_failure(struct replay_run *run, enum status status, const struct error *err)
{
    note_code(run, message_failure(status, err));
}

static const char *outcome_name(enum replay_outcome outcome)
{
    static const char *const names[] = {
        [REPLAY_AGREES] = "agrees",   [REPLAY_PARAMETERS] = "other-parameters",
        [REPLAY_NO_STEP] = "no-step", [REPLAY_DISABLED] = "not-enabled",
        [REPLAY_DIFFERS] = "differs", [REPLAY_CLAIM] = "claim-fails",
    };
    return names[outcome];
}

/* {"file", "index", "instance", "states", "property", "outcome", "agreed", "hits": {property: state},
 * "message"}. */
static void add_to_report(struct replay_run *run, const struct replayed *subject)
{
    const struct replay_report *report = &subject->report;
    const struct property *properties = run->class->properties;
    const int property = subject->trace->property;
    struct json_writer *json = &run->report;
    json_add_object(json, NULL);
    json_add_file(json, subject->file);
    json_add_count(json, "index", subject->index);
    report_add_instance(json, subject->model);
    json_add_count(json, "states", report->state_count);
    json_add_text(json, "property", property == PROPERTY_NONE ? NULL : properties[property].name);
    json_add_text(json, "outcome", outcome_name(report->outcome));
    json_add_count(json, "agreed", report->agreed);
    json_add_object(json, "hits");
    for (size_t p = 0; p < run->class->property_count; p++) {
        if (report->first_hit[p] != REPLAY_NEVER)
            json_add_count(json, properties[p].name, report->first_hit[p]);
    }
    json_end(json);
    json_add_text(json, "message", report->message[0] == '\0' ? NULL : report->message);
    json_end(json);
}

/* "PROGRAM replay: l2_3_3: clients 2, …" */
static void print_instance(struct replay_run *run, const struct model *model)
{
    struct buffer line;
    buffer_init(&line);
    model_print_instance(model, &line);
    fprintf(run->text, "%s replay: %s\n", program_name(), line.text);
    buffer_release(&line);
}

/* What is no trace by itself, a seed or a schedule, is one of the options' instance, which is told first. */
static void print_head(struct replay_run *run, const struct model *model)
{
    if (run->head_printed || option_flag(run->options, "quiet"))
        return;
    print_instance(run, model);
    run->head_printed = true;
}

static void print_subject(struct replay_run *run, const struct replayed *subject)
{
    struct buffer line;
    if (subject->by_options)
        print_head(run, subject->model);
    else if (option_flag(run->options, "verbose"))
        print_instance(run, subject->model);
    buffer_init(&line);
    if (option_flag(run->options, "verbose")) {
        for (size_t i = 0; i < subject->trace->step_count; i++) {
            buffer_format(&line, "%5zu ", i + 1);
            model_print_move(subject->model, subject->trace->steps[i].move, &line);
            print_line(run->text, "%s", line.text);
            buffer_clear(&line);
        }
    }
    buffer_string(&line, subject->file);
    if (subject->has_index)
        buffer_format(&line, "[%zu]", subject->index);
    buffer_string(&line, ": ");
    replay_print_summary(subject->model, subject->trace, &subject->report, &line);
    print_line(run->text, "%s", line.text);
    (void)fflush(run->text); /* in order with the messages on standard error */
    buffer_release(&line);
}

static enum status add_schedule(struct replay_run *run, const struct replayed *subject, struct error *err)
{
    void *ends = run->schedule_ends;
    const enum status status = schedule_write(subject->model, subject->trace, &run->schedules, err);
    if (status != OK)
        return status;
    if (mem_reserve(&ends, &run->schedule_capacity, run->schedule_count + 1, sizeof *run->schedule_ends) !=
        OK)
        return error_memory(err, (run->schedule_count + 1) * sizeof *run->schedule_ends);
    run->schedule_ends = ends;
    run->schedule_ends[run->schedule_count++] = run->schedules.length;
    return OK;
}

/* The trace in the forms that were asked for. */
static enum status write_subject(struct replay_run *run, const struct replayed *subject, struct error *err)
{
    enum status status = OK;
    if (run->itf_path != NULL) {
        if (run->itf_form == FORM_ARRAY)
            buffer_string(&run->itf, run->itf.length == 0 ? "[\n" : ",\n");
        status = itf_write(subject->model, subject->trace,
                           run->itf_form == FORM_PRETTY ? ITF_PRETTY : ITF_LINE, &run->itf, err);
    }
    if (status == OK && run->schedule_path != NULL)
        status = add_schedule(run, subject, err);
    return status;
}

/* A trace that claims nothing shows the first of the properties asked for that it hits. */
static void adopt_property(struct replay_run *run, struct replayed *subject)
{
    struct trace *trace = subject->trace;
    size_t first = REPLAY_NEVER;
    if (trace->property != PROPERTY_NONE)
        return;
    for (size_t p = 0; p < run->class->property_count; p++) {
        if ((run->properties >> p & 1) == 0 || subject->report.first_hit[p] >= first)
            continue;
        first = subject->report.first_hit[p];
        trace->property = (int)p;
        trace->property_state = first;
    }
}

/* Tells the outcome of one trace that was replayed. */
static enum status finish_subject(struct replay_run *run, struct replayed *subject, struct error *err)
{
    run->total++;
    if (subject->report.outcome == REPLAY_AGREES) {
        run->agreed++;
        adopt_property(run, subject);
        trace_set_source(subject->trace, "replay");
        const enum status status = write_subject(run, subject, err);
        if (status != OK)
            return status;
    } else {
        note_code(run, EXIT_VIOLATION);
    }
    print_subject(run, subject);
    if (run->json_path != NULL)
        add_to_report(run, subject);
    return OK;
}

/* --- where traces come from --- */

/* The options that were given must not tell of another instance than the file. */
static enum status check_instance(struct replay_run *run, const struct itf_trace *itf, struct error *err)
{
    struct instance wanted;
    const enum status status = cli_instance(run->options, run->class, &wanted, err);
    if (status != OK)
        return status;
    const bool by_name = option_given(run->options, "instance");
    for (size_t i = 0; i < run->class->parameter_count; i++) {
        const struct parameter *row = &run->class->parameters[i];
        const struct parameter_value *want = &wanted.values[i];
        const struct parameter_value *have = &itf->instance.values[i];
        if (!by_name && !option_given(run->options, row->option))
            continue;
        if (want->low == have->low && want->high == have->high)
            continue;
        if (row->is_range)
            return error_set(
                err, ERR_USAGE,
                "%s[%zu]: the options say --%s %" PRId64 ":%" PRId64 ", the trace has %" PRId64 ":%" PRId64,
                itf->file, itf->index, row->option, want->low, want->high, have->low, have->high);
        return error_set(err, ERR_USAGE, "%s[%zu]: the options say --%s %" PRId64 ", the trace has %" PRId64,
                         itf->file, itf->index, row->option, want->low, have->low);
    }
    return OK;
}

static enum status replay_one_itf(struct replay_run *run, const struct itf_trace *itf, struct error *err)
{
    struct trace steps;
    struct replayed subject = {.file = itf->file, .index = itf->index, .has_index = true, .trace = &steps};
    struct instance instance = itf->instance;
    enum status status = check_instance(run, itf, err);
    instance.guards = itf->guards;
    instance.properties = run->properties;
    if (status == OK && option_given(run->options, "guard"))
        status = cli_guards(run->options, run->class, &instance.guards, err);
    if (status == OK)
        status = model_new(run->class, &instance, &subject.model, err);
    if (status != OK)
        return status;
    if (itf->property_unknown)
        message_warning("%s[%zu]: %s has no property '%s': only the states are compared", itf->file,
                        itf->index, run->class->name, itf->property_name);
    if (!option_flag(run->options, "quiet"))
        trace_files_tell_others(itf, &run->told_others);
    trace_init(&steps);
    status = replay_itf(subject.model, itf, &steps, &subject.report, err);
    if (status == OK)
        status = finish_subject(run, &subject, err);
    trace_release(&steps);
    model_free(subject.model);
    return status;
}

/* The instance of the options, for what does not carry its own. */
static enum status option_model(struct replay_run *run, struct model **ret_model, struct error *err)
{
    struct instance instance;
    const enum status status = cli_instance(run->options, run->class, &instance, err);
    if (status != OK)
        return status;
    instance.properties = run->properties;
    return model_new(run->class, &instance, ret_model, err);
}

static enum status replay_schedule(struct replay_run *run, struct itf_reader *reader, struct error *err)
{
    struct trace trace;
    struct replayed subject = {
        .file = itf_reader_name(reader), .trace = &trace, .has_index = true, .by_options = true};
    const char *text = NULL;
    size_t length = 0;
    trace_init(&trace);
    enum status status = itf_reader_next_text(reader, &text, &length, err);
    subject.index = itf_reader_index(reader);
    if (status == OK)
        status = option_model(run, &subject.model, err);
    if (status == OK) {
        status = schedule_read(subject.model, text, length, &trace, err);
        if (status != OK)
            (void)error_prefix(err, status, "%s[%zu]: ", subject.file, subject.index);
    }
    if (status == OK)
        status = replay_trace(subject.model, &trace, &subject.report, err);
    if (status == OK)
        status = finish_subject(run, &subject, err);
    model_free(subject.model);
    trace_release(&trace);
    return status;
}

static enum status replay_trace_seed(struct replay_run *run, struct error *err)
{
    char name[64];
    struct trace trace;
    struct replayed subject = {.file = name, .trace = &trace, .by_options = true};
    const uint64_t seed = option_seed(run->options, "trace-seed");
    (void)snprintf(name, sizeof name, "trace seed %" PRIu64, seed);
    if (seed > (uint64_t)TRACE_SEED_MAX)
        return error_set(err, ERR_USAGE,
                         "--trace-seed %" PRIu64 " is too large: trace seeds go up to %" PRIu64, seed,
                         (uint64_t)TRACE_SEED_MAX);
    trace_init(&trace);
    enum status status = option_model(run, &subject.model, err);
    if (status == OK)
        status = walk_trace(subject.model, seed, (uint32_t)option_int(run->options, "max-steps"),
                            run->properties, &trace, err);
    if (status == OK)
        status = replay_written(subject.model, &trace, &subject.report, err);
    if (status == OK)
        status = finish_subject(run, &subject, err);
    if (status == OK && trace.property == PROPERTY_NONE && !option_flag(run->options, "quiet"))
        message_hint(
            "a trace seed is that of a walk with one instance, --max-steps and --property: those of the "
            "run that found it");
    model_free(subject.model);
    trace_release(&trace);
    return status;
}

/* What concerns one trace lets the next one follow; the rest ends the run. */
static bool goes_on(enum status status)
{
    return status == OK || status == ERR_DATA || status == ERR_USAGE || status == ERR_NO_INPUT;
}

static enum status replay_file(struct replay_run *run, const char *path, struct itf_trace *itf,
                               struct error *err)
{
    struct itf_reader *reader = NULL;
    enum status status = itf_reader_open(path, run->class, &reader, err);
    if (status != OK) {
        if (goes_on(status))
            report_failure(run, status, err);
        return goes_on(status) ? OK : status;
    }
    enum itf_document document = ITF_TRACE;
    while (document != ITF_END) {
        bool found = false;
        status = itf_reader_peek(reader, &document, err);
        if (status == OK && document == ITF_SCHEDULE) {
            status = replay_schedule(run, reader, err);
        } else if (status == OK && document == ITF_TRACE) {
            status = itf_reader_next(reader, itf, &found, err);
            if (status == OK && found)
                status = replay_one_itf(run, itf, err);
        }
        if (!goes_on(status))
            break;
        if (status != OK)
            report_failure(run, status, err);
        status = OK;
    }
    itf_reader_close(reader);
    return status;
}

/* --- the command --- */

/* Closes the report. */
static enum status write_report(struct replay_run *run, struct error *err)
{
    json_end(&run->report);
    json_add_count(&run->report, "total", run->total);
    json_add_count(&run->report, "as_expected", run->agreed);
    json_end(&run->report);
    return json_writer_save(&run->report, run->json_path, err);
}

/* A schedule is a document of its own. */
static enum status write_schedules(const struct replay_run *run, struct error *err)
{
    char name[PATH_MAX];
    enum status status = OK;
    if (run->schedule_count > 1 && strcmp(run->schedule_path, "-") == 0)
        return error_set(
            err, ERR_USAGE,
            "--out-schedule -: standard output takes one schedule, and there are %zu; name a file, "
            "and each gets one of its own",
            run->schedule_count);
    for (size_t i = 0, start = 0; i < run->schedule_count && status == OK; start = run->schedule_ends[i++]) {
        status = numbered_path(run->schedule_path, i + 1, name, err);
        if (status == OK)
            status = file_write_whole(name, run->schedules.text + start, run->schedule_ends[i] - start, err);
    }
    return status;
}

/* A file of traces is left alone when no trace agrees. */
static enum status write_results(struct replay_run *run, struct error *err)
{
    enum status status = OK;
    if (run->json_path != NULL)
        status = write_report(run, err);
    if (run->itf.length > 0 && run->itf_form == FORM_ARRAY)
        buffer_string(&run->itf, "]\n");
    if (status == OK)
        status = buffer_status(&run->itf, err);
    if (status == OK && run->itf.length > 0)
        status = file_write_whole(run->itf_path, run->itf.text, run->itf.length, err);
    return status == OK ? write_schedules(run, err) : status;
}

static enum status prepare_results(struct replay_run *run, struct error *err)
{
    const char *form = option_text(run->options, "itf-form");
    while (run->itf_form < FORM_COUNT && strcmp(form, form_names[run->itf_form]) != 0)
        run->itf_form++;
    assert(run->itf_form < FORM_COUNT);
    run->itf_path = option_text(run->options, "out-itf");
    run->schedule_path = option_text(run->options, "out-schedule");
    run->json_path = option_text(run->options, "json");
    const char *const paths[] = {run->itf_path, run->schedule_path, run->json_path};
    const enum status status = report_words_stream(paths, 3, &run->text, err);
    if (status != OK || run->json_path == NULL)
        return status;
    report_begin(&run->report, NULL, run->cli, "replay");
    json_add_array(&run->report, "traces");
    return OK;
}

static enum status replay_all(struct replay_run *run, struct error *err)
{
    char *const *paths;
    const size_t count = option_operands(run->options, &paths);
    const bool has_seed = option_given(run->options, "trace-seed");
    if (count == 0 && !has_seed)
        return error_set(err, ERR_USAGE,
                         "nothing to replay: name files, - for standard input, or --trace-seed T");
    enum status status = cli_properties(run->options, run->class, &run->properties, err);
    if (status == OK)
        status = prepare_results(run, err);
    if (status == OK && has_seed)
        status = replay_trace_seed(run, err);
    struct itf_trace itf;
    itf_trace_init(&itf);
    for (size_t i = 0; i < count && status == OK; i++)
        status = replay_file(run, paths[i], &itf, err);
    itf_trace_release(&itf);
    if (status == OK)
        status = write_results(run, err);
    return status;
}

static int run_replay(const struct option_set *options, void *context)
{
    const struct cli *cli = context;
    struct replay_run run = {.options = options, .cli = cli, .class = cli->class, .text = stdout};
    struct error err = {{0}};
    buffer_init(&run.itf);
    buffer_init(&run.schedules);
    json_writer_init(&run.report, JSON_PRETTY);
    if (option_flag(options, "no-color"))
        message_no_color();
    const enum status status = replay_all(&run, &err);
    if (status != OK)
        report_failure(&run, status, &err);
    else if (run.total > 1 && !option_flag(options, "quiet"))
        fprintf(run.text, "%zu traces: %zu agree, %zu do not\n", run.total, run.agreed,
                run.total - run.agreed);
    buffer_release(&run.itf);
    buffer_release(&run.schedules);
    mem_free(run.schedule_ends);
    json_writer_release(&run.report);
    return run.code;
}

static const struct option_rule replay_rules[] = {
    {.options = "max-steps", .without = "trace-seed"},
    {.options = "itf-form", .without = "out-itf"},
    {.options = "verbose", .with = "quiet"},
};

const struct command replay_command = {
    .name = "replay",
    .operands = "[FILE…]",
    .summary = "a trace again on the model: does each state agree?",
    .details = "Replays traces on the literal model, state by state, and compares. A FILE holds ITF traces "
               "(one, an array,\n"
               "or one a line) or a schedule, plain or gzip; - is standard input. With --trace-seed, the "
               "walk of that seed:\n"
               "run says the whole command with each finding.\n"
               "An ITF trace says of which instance it is, and with which guards; for schedules and seeds "
               "the options do.\n"
               "Variables that the model does not have are skipped and named once. A property that is named "
               "without a\n"
               "state was only looked for, and claims nothing.\n"
               "\n"
               "Exit status: 0 when every state agrees and every claimed property shows where it is said to, "
               "1 when not,\n"
               "65 for a file that is no trace, 66 for one that is not there; of several the highest.",
    .groups = {{"Replay", replay_rows, sizeof replay_rows / sizeof *replay_rows},
               CLI_INSTANCE_GROUP,
               CLI_PROPERTY_GROUP,
               CLI_OUTPUT_GROUP},
    .group_count = 4,
    .rules = replay_rules,
    .rule_count = sizeof replay_rules / sizeof replay_rules[0],
    .run = run_replay,
};
