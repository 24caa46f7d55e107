/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/commands.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/stop.h"
#include "cli/cli.h"
#include "cli/confirm_report.h"
#include "cli/confirm_words.h"
#include "cli/trace_files.h"
#include "base/plain.h"
#include "mbt/confirm_jobs.h"
#include "mbt/driver/driver_system.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const struct option confirm_rows[] = {
    CLI_CONFIRM_SYSTEM_ROWS,
    {.name = "expect",
     .kind = OPTION_TEXT,
     .metavar = "healthy|outage|same",
     .default_text = "healthy",
     .help = "what is as expected. healthy: no trace ends in an outage, diverges or is refused, as of a "
             "mended system. "
             "outage: each ends in the outage that it predicts, as of a system with the bug. same: each goes "
             "as the model says to its end, as of a system that is tested against the model",
     .choices = "healthy outage same"},
    {.name = "jobs",
     .kind = OPTION_INT,
     .metavar = "N",
     .default_text = "1",
     .min = 1,
     .max = CONFIRM_JOBS_MAX,
     .help = "traces at a time, each on a {if system}{system}, or a {end}driver, of its own that is started; "
             "what is printed "
             "and reported stays in the order of the traces"},
    {.name = "verbose", .kind = OPTION_FLAG, .help = "show each request and its answer, too"},
};

#define UNREACHABLE_MAX 3 /* traces in a row for which no server was there: then the run ends */

/* What belongs to a trace on its way, beside what judges it. */
struct ticket {
    struct confirm_words words;
    char *text; /* what was said of it, when it is not said at once */
    size_t size;
    const char *path;
};

/* All that a run of the command holds. */
struct confirm_run {
    const struct option_set *options;
    const struct cli *cli;
    enum confirm_expectation expectation;
    bool fail_on_new;
    bool told_others; /* that variables of traces are skipped */
    bool at_once;     /* words are printed as they come, and not when their trace's turn is */
    struct confirm_words words;

    const struct system_driver *system;
    void *setup; /* of it */
    struct confirm_jobs *jobs;
    struct ticket tickets[CONFIRM_PLACES_MAX]; /* of the traces that are on their way, in turn */
    size_t put_count;                          /* of tickets so far */

    struct confirm_report report;
    bool was_there;  /* a server has carried out an Init */
    int unreachable; /* traces in a row for which none was there */
    bool is_over;
    int code; /* exit status so far: the highest */
};

static void note_code(struct confirm_run *run, int code)
{
    if (code > run->code)
        run->code = code;
}

/* Prints an error behind what was printed before, and notes its exit status. */
static void fail_with(struct confirm_run *run, enum status status, const struct error *err)
{
    (void)fflush(run->words.out);
    note_code(run, message_failure(status, err));
}

static void on_call(void *user, const char *question, const char *answer)
{
    const struct ticket *ticket = user;
    confirm_words_call(&ticket->words, question, answer);
}

static void on_step(void *user, size_t state, const char *action, const struct system_step *step)
{
    const struct ticket *ticket = user;
    confirm_words_step(&ticket->words, state, action, step);
}

/* What a driver says on its standard error. */
static void on_words(const char *line)
{
    (void)fflush(stdout);
    print_line(stderr, "driver: %s", line);
}

static bool is_stopped(void *user)
{
    (void)user;
    return stop_requested();
}

/* The property that the trace shows, by its name in the file if the model has none such; NULL: none. */
static const char *property_name(const struct confirm_run *run, const struct itf_trace *itf)
{
    return itf->head.property != PROPERTY_NONE ? run->cli->class->properties[itf->head.property].name
                                               : itf->property_name;
}

/* --- what was judged, in the order of the traces --- */

/* Ends the run with an error, behind what was printed before. */
static void end_with(struct confirm_run *run, enum status status, const struct error *err)
{
    fail_with(run, status, err);
    run->is_over = true;
}

/* Notes the verdict everywhere. */
static enum status report_verdict(struct confirm_run *run, const struct confirm_job *job, struct error *err)
{
    struct confirm_judgement judgement = {
        .itf = &job->itf,
        .line = job->line,
        .property = property_name(run, &job->itf),
        .result = &job->result,
        .seconds = job->seconds,
        .expected = confirm_as_expected(job->result.verdict, job->result.same, run->expectation)};
    confirm_report_compare(&run->report, run->expectation, &judgement);
    judgement.known = run->fail_on_new && judgement.change == BASELINE_STILL_FAILING;
    if (!judgement.expected && !judgement.known)
        note_code(run, EXIT_VIOLATION);
    confirm_words_verdict(&run->words, &judgement);
    return confirm_report_add(&run->report, &judgement, err);
}

/* What could not be judged. The next trace or file may be: it begins with a reset. But where there has never
 * been a server, or not for some traces in a row, the run ends. */
static void report_failure(struct confirm_run *run, struct confirm_job *job)
{
    const struct ticket *ticket = job->user;
    struct error err = {{0}};
    fail_with(run, job->status, &job->err);
    const enum status status =
        confirm_report_add_failure(&run->report, ticket->path, job->line, job->status, job->err.text, &err);
    if (status != OK)
        end_with(run, status, &err);
    if (status != OK || job->status == ERR_DATA || job->status == ERR_NO_INPUT)
        return;
    run->unreachable = job->result.actions > 0 ? 0 : run->unreachable + 1;
    run->is_over = job->status != ERR_IO || (run->unreachable > 0 && !run->was_there);
    if (run->unreachable < UNREACHABLE_MAX || run->is_over)
        return;
    end_with(run,
             error_set(&err, ERR_IO, "no server for %d traces in a row: what follows %s[%zu] is not judged",
                       run->unreachable, job->itf.file, job->itf.index),
             &err);
}

static void say_words(const struct confirm_run *run, struct ticket *ticket)
{
    if (run->at_once)
        return;
    (void)fclose(ticket->words.out);
    (void)fwrite(ticket->text, 1, ticket->size, run->words.out);
    free(ticket->text); /* open_memstream's */
    ticket->words.out = NULL;
}

/* Takes the oldest trace back and reports it; false when there is none. */
static bool report_oldest(struct confirm_run *run)
{
    struct error err = {{0}};
    struct confirm_job *job = confirm_jobs_take(run->jobs);
    if (job == NULL)
        return false;
    say_words(run, job->user);
    run->was_there = run->was_there || job->result.actions > 0;
    if (job->status == OK) {
        run->unreachable = 0;
        const enum status status = report_verdict(run, job, &err);
        if (status != OK)
            end_with(run, status, &err);
    } else if (job->status == ERR_STOPPED) {
        end_with(run, ERR_STOPPED, &job->err);
    } else {
        report_failure(run, job);
    }
    return true;
}

/* --- the traces --- */

/* The place for the next trace; NULL when the run is over. */
static struct confirm_job *make_room(struct confirm_run *run)
{
    struct confirm_job *job = NULL;
    while (!run->is_over && (job = confirm_jobs_room(run->jobs)) == NULL)
        (void)report_oldest(run);
    return run->is_over ? NULL : job;
}

/* Puts in a trace that was read, or what was wrong with it. */
static void put_in(struct confirm_run *run, struct confirm_job *job, const char *path, size_t line)
{
    struct ticket *ticket = &run->tickets[run->put_count++ % CONFIRM_PLACES_MAX];
    *ticket = (struct ticket){.words = run->words, .path = path};
    if (!run->at_once)
        ticket->words.out = open_memstream(&ticket->text, &ticket->size);
    if (ticket->words.out == NULL) {
        struct error err;
        end_with(run, error_memory(&err, sizeof(FILE)), &err);
        return;
    }
    job->user = ticket;
    job->line = line;
    if (job->status == OK && !ticket->words.quiet)
        trace_files_tell_others(&job->itf, &run->told_others);
    if (job->status == OK && !ticket->words.quiet)
        confirm_words_head(&ticket->words, &job->itf, property_name(run, &job->itf));
    confirm_jobs_put(run->jobs, job->status != OK);
    if (run->at_once)
        (void)report_oldest(run);
}

static void confirm_file(struct confirm_run *run, const char *path)
{
    struct itf_reader *reader = NULL;
    struct confirm_job *job = make_room(run);
    if (job == NULL)
        return;
    job->status = itf_reader_open(path, run->cli->class, &reader, &job->err);
    if (job->status != OK) {
        put_in(run, job, path, 1);
        return;
    }
    if (run->system->takes_any)
        itf_reader_take_any(reader);
    for (bool found = true; found && (job = make_room(run)) != NULL;) {
        job->status = itf_reader_next(reader, &job->itf, &found, &job->err);
        if (job->status != OK) /* the next trace may be well */
            found = job->status == ERR_DATA;
        if (found || job->status != OK)
            put_in(run, job, path, itf_reader_line(reader));
    }
    itf_reader_close(reader);
}

static void confirm_all(struct confirm_run *run)
{
    char *const *paths;
    const size_t count = option_operands(run->options, &paths);
    size_t i = 0;
    for (; i < count && !run->is_over && !stop_requested(); i++)
        confirm_file(run, paths[i]);
    while (!run->is_over && report_oldest(run))
        continue;
    if (i < count && !run->is_over) {
        struct error err;
        end_with(run, error_set(&err, ERR_STOPPED, "stopped before %s", paths[i]), &err);
    }
}

/* --- the command --- */

static enum confirm_expectation expectation_of(const char *name)
{
    return strcmp(name, "same") == 0     ? CONFIRM_EXPECT_SAME
           : strcmp(name, "outage") == 0 ? CONFIRM_EXPECT_OUTAGE
                                         : CONFIRM_EXPECT_HEALTHY;
}

static enum status read_setup(struct confirm_run *run, struct error *err)
{
    const struct cli *cli = run->cli;
    char *const *paths;
    uint32_t guards = 0;
    run->system = cli_system(run->options, cli);
    if (run->system == NULL)
        return error_set(
            err, ERR_USAGE,
            "confirm on which system? --driver starts a driver of yours, --driver-url names one that runs");
    if (option_operands(run->options, &paths) == 0)
        return error_set(err, ERR_USAGE, "nothing to confirm: name files of traces, or - for standard input");
    const enum status status =
        run->system == cli->subject->system ? cli_guards(run->options, cli->class, &guards, err) : OK;
    if (status != OK)
        return status;
    const struct system_request request = {.options = run->options,
                                           .class = cli->class,
                                           .guards = guards,
                                           .jobs = option_int(run->options, "jobs")};
    return run->system->setup_new(&request, &run->setup, err);
}

static enum status make_jobs(struct confirm_run *run, struct error *err)
{
    const struct option_set *options = run->options;
    const struct action_paths none = {NULL, NULL};
    const struct confirm_jobs_config config = {
        .class = run->cli->class,
        .options = {.action_paths =
                        run->system->action_paths != NULL ? run->system->action_paths(run->setup) : none,
                    .on_step = run->words.quiet ? NULL : on_step,
                    .stopped = is_stopped},
        .driver = run->system,
        .setup = run->setup,
        .on_call = option_flag(options, "verbose") ? on_call : NULL,
        .on_words = on_words,
        .count = (size_t)option_int(options, "jobs")};
    return confirm_jobs_new(&config, &run->jobs, err);
}

static enum status read_options(struct confirm_run *run, struct error *err)
{
    const struct option_set *options = run->options;
    enum status status = read_setup(run, err);
    if (status == OK)
        status = confirm_report_init(&run->report, options, run->cli->class, &run->words.out, err);
    if (status != OK)
        return status;
    run->expectation = expectation_of(option_text(options, "expect"));
    run->fail_on_new = strcmp(option_text(options, "fail-on"), "new") == 0;
    run->words.quiet = option_flag(options, "quiet");
    run->words.color = cli_allows_color(options) && isatty(fileno(run->words.out)) == 1;
    run->at_once = option_int(options, "jobs") == 1;
    return make_jobs(run, err);
}

/* Words that nobody has taken any more go with the run. */
static void release(struct confirm_run *run)
{
    confirm_jobs_free(run->jobs);
    for (size_t i = 0; !run->at_once && i < CONFIRM_PLACES_MAX; i++) {
        if (run->tickets[i].words.out != NULL && run->tickets[i].words.out != run->words.out) {
            (void)fclose(run->tickets[i].words.out);
            free(run->tickets[i].text);
        }
    }
    confirm_report_release(&run->report);
    if (run->system != NULL)
        run->system->setup_free(run->setup);
}

static void print_counts(const struct confirm_run *run)
{
    const struct confirm_report *report = &run->report;
    confirm_words_count(&run->words, report->total, report->as_expected, report->failures, report->verdicts);
    if (report->baseline != NULL)
        confirm_words_changes(&run->words, report->baseline_path, report->baseline, report->changes);
}

static int run_confirm(const struct option_set *options, void *context)
{
    static struct confirm_run run; /* too large for a stack */
    struct error err = {{0}};
    run = (struct confirm_run){.options = options, .cli = context, .words.out = stdout};
    if (option_flag(options, "no-color"))
        message_no_color();
    enum status status = read_options(&run, &err);
    if (status != OK) {
        release(&run);
        return message_failure(status, &err);
    }
    stop_install();
    confirm_all(&run);
    print_counts(&run);
    status = confirm_report_write(&run.report, run.code <= EXIT_VIOLATION, &err);
    if (status != OK)
        fail_with(&run, status, &err);
    release(&run);
    return run.code;
}

static const struct option_rule confirm_rules[] = {
    DRIVER_CONFIRM_RULES,
    {.options = "fail-on=new",
     .without = "baseline",
     .why = "--fail-on new needs a --baseline that says what is not new"},
};

const struct command confirm_command = {
    .name = "confirm",
    .operands = "FILE…",
    .summary = "traces against a {if system}{system} or a {end}system of your own, with verdicts",
    .details =
        "Replays each trace on the model, then carries its actions out on {if system}a {system} (or on "
        "{end}your own system{if system}){end} and compares. "
        "A FILE holds\n"
        "ITF traces (one, an array, or one a line), plain or gzip; - is standard input. Prints each action "
        "with "
        "its verdict\n"
        "as it goes (--quiet: only the verdicts of the traces), and goes on with the next trace after a "
        "failure.\n"
        "\n"
        "{system notes}{if system}\n{end}"
        "Your own system is reached through a driver (--driver, --driver-url), a small program in any "
        "language. It "
        "takes\n"
        "traces of any model, also those that Quint writes with --mbt; one of this model is replayed on it "
        "first. "
        "What the\n"
        "driver shows is compared with the states of the trace. A trace that shows a violation is confirmed "
        "when the "
        "driver\n"
        "reports it at the very state, or, where it never reports any, shows that state. It is refused when "
        "the "
        "system\n"
        "does not take an action. docs/systems.md has the protocol and a driver in 40 lines.\n"
        "\n"
        "With --baseline each trace is compared with an earlier report: new, unchanged, fixed (it failed, "
        "and "
        "now passes),\n"
        "still failing or a new failure, where to fail is not to be as expected. docs/ci.md tells how to "
        "keep "
        "traces in\n"
        "a repository and replay them for every change.\n"
        "\n"
        "Exit status: 0 all as expected, 1 not as expected, 65 a file is no trace of the model, 66 no such "
        "file,\n"
        "74 a trace was not judged, since no server or driver answered as it should, 75 stopped by a "
        "signal; of several\n"
        "the highest. A trace that was not judged is told of, and the next begins anew with a reset; after "
        "three in a row\n"
        "that found no server the run ends. A signal ends it after the action at hand; the reports then tell "
        "of the traces\n"
        "so far.",
    .groups = {{"Confirm", confirm_rows, COUNT(confirm_rows)},
               {"Driver", driver_confirm_rows, DRIVER_CONFIRM_ROWS},
               CLI_CONNECTION_GROUP,
               {"Results", confirm_report_rows, CONFIRM_REPORT_ROWS},
               CLI_OUTPUT_GROUP},
    .group_count = 5,
    .rules = confirm_rules,
    .rule_count = COUNT(confirm_rules),
    .run = run_confirm,
};
