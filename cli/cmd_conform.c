/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/plain.h"
#include "base/program.h"
#include "base/stop.h"
#include "cli/cli.h"
#include "cli/commands.h"
#include "cli/conform_report.h"
#include "cli/progress.h"
#include "cli/report.h"
#include "mbt/driver/driver_system.h"
#include "mbt/lockstep_trace.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* All that a run of the command holds. */
struct conform_run {
    const struct option_set *options;
    const struct cli *cli;
    struct model *model;
    struct lockstep_vocabulary vocabulary;
    const struct system_driver *system;
    void *setup; /* of it */
    struct conform_config config;
    struct conform_result result;
    struct conform_report report;
    const char *out_path; /* where differences go as traces; NULL: nowhere */
    FILE *out;
    uint64_t max_findings;
    double start, deadline; /* clock_seconds; 0: none */
    struct progress progress;
    bool quiet;
    enum status status; /* of what the callbacks do */
    struct error err;
};

/* --- differences --- */

static enum status write_trace(struct conform_run *run, const struct conform_finding *finding)
{
    struct buffer text;
    if (run->out == NULL)
        return OK;
    buffer_init(&text);
    enum status status = lockstep_write(run->model, finding->script, &run->vocabulary,
                                        conform_report_source(), ITF_LINE, &text, &run->err);
    if (status == OK)
        status = file_append(run->out, run->out_path, text.text, text.length, &run->err);
    buffer_release(&text);
    return status;
}

static void print_finding(struct conform_run *run, const struct conform_finding *finding,
                          const struct conform_difference *difference)
{
    const struct lockstep_script *script = finding->script;
    FILE *out = run->report.words;
    struct buffer line;
    buffer_init(&line);
    progress_clear(&run->progress);
    fprintf(out, "difference %s: %s\n", difference->shape.name, difference->title);
    const char *detail = finding->details;
    for (size_t i = 0; i < script->count; i++) {
        const size_t length = strcspn(detail, "\n");
        buffer_clear(&line);
        if (script->events[i].kind == LOCKSTEP_LOOK && length > 0)
            buffer_append(&line, detail, length);
        else
            lockstep_print_event(run->model, script, &run->vocabulary, &script->events[i], &line);
        detail += length + (detail[length] == '\n');
        fprintf(out, "  %3zu  %s%s\n", i + 1, script->events[i].kind == LOCKSTEP_ATTEMPT ? "try " : "",
                line.text);
    }
    fprintf(out, "  %s\n", finding->difference->step.message);
    fprintf(out,
            "  found by walk %" PRIu64 ", after %s compared steps; shrunk from %zu to %zu in %zu replays\n",
            finding->sample, report_number(finding->steps_after), finding->found_after, script->count,
            finding->replays);
    if (!finding->is_steady)
        fprintf(out, "  it did not come again when the same was done again\n");
    if (run->out != NULL && strcmp(run->out_path, "-") != 0) {
        fprintf(out, "  trace %zu of ", difference->index);
        print_plain(out, run->out_path);
        fprintf(out, "; %s confirm brings it back\n", program_name());
    }
    buffer_release(&line);
}

static bool on_finding(void *user, const struct conform_finding *finding)
{
    struct conform_run *run = user;
    struct conform_difference *difference = NULL;
    run->status =
        conform_report_add(&run->report, run->model, &run->vocabulary, finding, &difference, &run->err);
    if (run->status == OK && difference->hits == 1) {
        run->status = write_trace(run, finding);
        if (run->status == OK)
            print_finding(run, finding, difference);
    }
    (void)fflush(run->report.words);
    return run->status == OK && run->report.count < run->max_findings;
}

/* --- the search --- */

static void on_progress(void *user, const struct conform_progress *progress)
{
    struct conform_run *run = user;
    const double seconds = clock_seconds() - run->start;
    if (progress_due(&run->progress))
        progress_draw(&run->progress,
                      "%s walks, %s steps compared (%s a second), %s states of the model, %zu difference%s",
                      report_number(progress->samples), report_number(progress->compared),
                      report_rate(seconds > 0 ? (double)progress->compared / seconds : 0),
                      report_number(progress->states), run->report.count, run->report.count == 1 ? "" : "s");
}

/* What a driver says on its standard error. */
static void on_words(void *user, const char *line)
{
    (void)user;
    print_line(stderr, "driver: %s", line);
}

static bool is_stopped(void *user)
{
    const struct conform_run *run = user;
    return stop_requested() || (run->deadline > 0 && clock_seconds() > run->deadline);
}

static void print_summary(const struct conform_run *run, bool is_whole, double seconds)
{
    const struct conform_coverage *coverage = &run->result.coverage;
    const uint64_t compared = coverage->steps + coverage->attempts + coverage->looks;
    FILE *out = run->report.words;
    fprintf(out, "%s walk%s, %s steps compared in %s (%s a second)", report_number(run->result.samples),
            run->result.samples == 1 ? "" : "s", report_number(compared), report_seconds(seconds),
            report_rate(seconds > 0 ? (double)compared / seconds : 0));
    if (run->config.choice == CONFORM_CALLS)
        fprintf(out, "\n");
    else
        fprintf(out, ": %s of the model, %s that it does not allow, %s looks\n",
                report_number(coverage->steps), report_number(coverage->attempts),
                report_number(coverage->looks));
    if (run->config.choice != CONFORM_CALLS)
        fprintf(out, "%s states of the model%s\n", report_number(coverage->states.used),
                model_has_symmetry(run->model) ? ", up to symmetry" : "");
    conform_report_print_outcomes(&run->report, run->model->class, coverage);
    if (!is_whole)
        return;
    if (run->config.choice == CONFORM_CALLS)
        fprintf(out, "%zu way%s to break a property of the %s\n", run->report.count,
                run->report.count == 1 ? "" : "s", run->config.driver->name);
    else if (run->report.count == 0)
        fprintf(out, "no difference between the model and the %s\n", run->config.driver->name);
    else
        fprintf(out, "%zu difference%s between the model and the %s\n", run->report.count,
                run->report.count == 1 ? "" : "s", run->config.driver->name);
}

/* --- the command --- */

static enum status read_system(struct conform_run *run, struct error *err)
{
    const struct instance *instance = &run->model->instance;
    if (run->system == NULL)
        return error_set(
            err, ERR_USAGE,
            "conform on which system? --driver starts a driver of yours, --driver-url names one that runs");
    if (option_flag(run->options, "property-only") && run->system->look == NULL)
        return error_set(
            err, ERR_USAGE,
            "--property-only is not for drivers: theirs is to say what the system shows, not what must hold");
    const struct system_request request = {.options = run->options,
                                           .class = run->cli->class,
                                           .guards = instance->guards,
                                           .jobs = option_int(run->options, "jobs"),
                                           .is_for_conform = true};
    const enum status status = run->system->setup_new(&request, &run->setup, err);
    return status == OK ? lockstep_vocabulary_collect(&run->vocabulary, run->model, err) : status;
}

static enum status read_options(struct conform_run *run, struct error *err)
{
    const struct option_set *options = run->options;
    struct instance instance;
    enum status status = cli_instance(options, run->cli->class, &instance, err);
    if (status == OK)
        status = model_new(run->cli->class, &instance, &run->model, err);
    if (status == OK)
        status = read_system(run, err);
    if (status == OK)
        status = conform_report_init(&run->report, options, err);
    run->out_path = option_text(options, "out-itf");
    if (status == OK && run->out_path != NULL)
        status = file_open_lines(run->out_path, &run->out, err);
    if (status != OK)
        return status;
    const bool is_least = strcmp(option_text(options, "choice"), "least") == 0;
    const bool has_timeout = option_present(options, "timeout");
    run->max_findings = (uint64_t)option_int(options, "max-findings");
    run->quiet = option_flag(options, "quiet");
    run->config =
        (struct conform_config){.model = run->model,
                                .driver = run->system,
                                .setup = run->setup,
                                .vocabulary = &run->vocabulary,
                                .choice = option_flag(options, "property-only") ? CONFORM_CALLS
                                          : is_least                            ? CONFORM_LEAST
                                                                                : CONFORM_UNIFORM,
                                .allowed_only = option_flag(options, "allowed-only"),
                                .seed = option_present(options, "seed") ? option_seed(options, "seed") : 0,
                                .max_samples = option_given(options, "max-samples") || !has_timeout
                                                   ? (uint64_t)option_int(options, "max-samples")
                                                   : CONFORM_SAMPLES_ALL,
                                .max_steps = (uint32_t)option_int(options, "max-steps"),
                                .jobs = (size_t)option_int(options, "jobs"),
                                .on_finding = on_finding,
                                .on_progress = on_progress,
                                .stopped = is_stopped,
                                .on_words = on_words,
                                .user = run};
    run->start = clock_seconds();
    run->deadline = has_timeout ? run->start + option_real(options, "timeout") : 0;
    progress_init(&run->progress, options);
    return OK;
}

static enum status search(struct conform_run *run, struct error *err)
{
    enum status status = conform_search(&run->config, &run->result, err);
    const double seconds = clock_seconds() - run->start;
    progress_clear(&run->progress);
    if (status == OK && run->status != OK) {
        status = run->status;
        *err = run->err;
    }
    if (!run->quiet && (status == OK || run->result.samples > 0))
        print_summary(run, status == OK, seconds);
    if (status == OK)
        status = conform_report_write(&run->report, run->cli, &run->config, &run->result, seconds, err);
    return status;
}

static void release(struct conform_run *run, enum status *status, struct error *err)
{
    struct error late;
    const enum status closed = run->out != NULL ? file_close_lines(run->out, run->out_path, &late) : OK;
    if (*status == OK && closed != OK) {
        *status = closed;
        *err = late;
    }
    conform_coverage_release(&run->result.coverage);
    lockstep_vocabulary_release(&run->vocabulary);
    if (run->system != NULL)
        run->system->setup_free(run->setup);
    model_free(run->model);
}

static int run_conform(const struct option_set *options, void *context)
{
    static struct conform_run run; /* too large for a stack */
    struct error err = {{0}};
    run = (struct conform_run){.options = options, .cli = context, .system = cli_system(options, context)};
    lockstep_vocabulary_init(&run.vocabulary);
    if (option_flag(options, "no-color"))
        message_no_color();
    enum status status = read_options(&run, &err);
    if (status == OK) {
        stop_install();
        status = search(&run, &err);
    }
    const size_t differences = run.report.count;
    release(&run, &status, &err);
    if (status != OK)
        return message_failure(status, &err);
    return differences > 0 ? EXIT_VIOLATION : stop_requested() ? EXIT_STOPPED : EXIT_NOTHING_FOUND;
}

static const struct option search_rows[] = {
    {.name = "max-steps",
     .kind = OPTION_INT,
     .metavar = "L",
     .default_text = "60",
     .min = 1,
     .max = 100000,
     .help = "transitions of a walk after the initial state"},
    {.name = "max-samples",
     .kind = OPTION_INT,
     .metavar = "W",
     .default_text = "1000",
     .min = 1,
     .max = INT64_MAX / 2,
     .help = "walks in all; with --timeout as many as there is time for, unless it is given, too"},
    CLI_TIMEOUT_ROW,
    {.name = "seed",
     .kind = OPTION_SEED,
     .metavar = "S",
     .default_text = "1",
     .help = "64 bits, decimal or 0x…. The same seed and the same number of jobs give the same walks"},
    {.name = "choice",
     .kind = OPTION_TEXT,
     .metavar = "uniform|least",
     .default_text = "least",
     .help = "how a walk chooses among the enabled moves. uniform: by their weights, as {program} run does. "
             "least: mostly what leads to the state, or has the outcome, that was seen least",
     .choices = "uniform least"},
    {.name = "allowed-only",
     .kind = OPTION_FLAG,
     .help = "try nothing that the model does not allow, for a system that takes more than its model"},
    {.name = "property-only",
     .kind = OPTION_FLAG,
     .help = "property-based testing without the model: calls of the system's interface by chance, and "
             "after each what must hold whatever happens"},
    {.name = "max-findings",
     .kind = OPTION_INT,
     .metavar = "F",
     .default_text = "1",
     .min = 1,
     .max = CONFORM_DIFFERENCES_MAX,
     .help = "differences of different shapes to collect before stopping"},
    {.name = "jobs",
     .kind = OPTION_INT,
     .metavar = "N",
     .default_text = "1",
     .min = 1,
     .max = CONFORM_JOBS_MAX,
     .help = "walks at a time, each on a system of its own that is started"},
};

static const struct option_rule conform_rules[] = {
    DRIVER_SHRINK_RULES,
    {.options = "choice allowed-only", .with = "property-only"},
};

const struct command conform_command = {
    .name = "conform",
    .summary = "search for where {if system}a {system}, or {end}a system of your own{if system},{end} and "
               "the model part",
    .details =
        "Random walks of the model go to a system step by step; after each step all that both can say is "
        "compared.\n"
        "In between, actions are tried that the model does not allow, which the system must refuse, and it "
        "is asked\n"
        "for what no action asks for. A difference is shrunk on the system at once, told with both sides, "
        "and written\n"
        "as a trace that {program} confirm brings back.\n"
        "\n"
        "The system is {if system}a {system} that is started here, or one that runs already, or {end}your "
        "own, "
        "through a driver\n"
        "(--driver, --driver-url; docs/systems.md).\n\n"
        "With --property-only there is no model: --max-steps calls of the interface in a row, the shortest "
        "sequence that\n"
        "breaks a property, and a table of what the calls came to. A deep search is one of more and longer "
        "sequences.\n"
        "\n"
        "Exit status: 0 no difference, 1 a difference, 74 the system was lost, 75 stopped by a signal.",
    .groups = {{"Search", search_rows, COUNT(search_rows)},
               CLI_INSTANCE_GROUP,
               {"Driver", driver_shrink_rows, DRIVER_SHRINK_ROWS},
               CLI_CONNECTION_GROUP,
               {"Results", conform_report_rows, CONFORM_REPORT_ROWS},
               CLI_OUTPUT_GROUP},
    .group_count = 6,
    .rules = conform_rules,
    .rule_count = COUNT(conform_rules),
    .run = run_conform,
};
