#include "cli/cmd_confirm.h"

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
#include "cli/connection.h"
#include "cli/trace_files.h"
#include "mbt/confirm_jobs.h"
#include "model/dns/dns_balancer.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const struct option confirm_rows[] = {
    {.name = "guard",
     .kind = OPTION_LIST,
     .metavar = "NAME[,NAME]",
     .help = "guards of the lab that is started",
     .commas = true},
    {.name = "watch",
     .kind = OPTION_TEXT,
     .metavar = "root|rollback",
     .help = "the name that must keep resolving. None: rollback for a trace of no_inconsistent_rollback, "
             "root otherwise",
     .choices = "root rollback"},
    {.name = "keep-last-n",
     .kind = OPTION_INT,
     .metavar = "K",
     .min = 0,
     .max = 1000000,
     .help = "plans that every cleanup keeps. None: each trace's MAX_PLAN_AGE"},
    {.name = "strict",
     .kind = OPTION_FLAG,
     .help = "judge as the model's original replayer does: a deployer that is idle where the model backs off "
             "is a divergence, not a known difference"},
    {.name = "expect",
     .kind = OPTION_TEXT,
     .metavar = "healthy|outage|same",
     .default_text = "healthy",
     .help = "what is as expected. healthy: no trace ends in an outage or diverges, as of a mended system. "
             "outage: each ends in the outage that it predicts, as of a system with the bug. same: each goes "
             "as the model says to its end, as of a system that is tested against the model",
     .choices = "healthy outage same"},
    {.name = "jobs",
     .kind = OPTION_INT,
     .metavar = "N",
     .default_text = "1",
     .min = 1,
     .max = CONFIRM_JOBS_MAX,
     .help = "traces at a time, each on a lab of its own that is started; what is printed and reported stays "
             "in the order of the traces"},
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

    struct connection connection;
    char guards[256]; /* of the labs that are started, as their command takes them */
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

static void on_call(void *user, const struct http_request *request, const struct http_answer *answer)
{
    const struct ticket *ticket = user;
    confirm_words_call(&ticket->words, request, answer);
}

static void on_step(void *user, size_t state, const char *action, const struct lab_step *step)
{
    const struct ticket *ticket = user;
    confirm_words_step(&ticket->words, state, action, step);
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

/* What the options say that exclude each other. */
static enum status check_options(const struct confirm_run *run, struct error *err)
{
    const struct option_set *options = run->options;
    char *const *paths;
    if (option_operands(options, &paths) == 0)
        return error_set(err, ERR_USAGE, "nothing to confirm: name files of traces, or - for standard input");
    const enum status status = cli_fits_lab(run->cli->class, err);
    if (status != OK || run->connection.url == NULL)
        return status;
    if (option_int(options, "jobs") > 1)
        return error_set(err, ERR_USAGE,
                         "--jobs is for the labs that confirm starts itself: the server at --lab-url has one "
                         "state, and takes one trace at a time");
    return OK;
}

/* The guards as the lab's command takes them. */
static enum status read_guards(struct confirm_run *run, struct error *err)
{
    const struct model_class *class = run->cli->class;
    uint32_t guards = 0;
    const enum status status = cli_guards(run->options, class, &guards, err);
    for (size_t i = 0, used = 0; status == OK && i < class->guard_count; i++) {
        if ((guards >> i & 1) == 0)
            continue;
        used += (size_t)snprintf(run->guards + used, sizeof run->guards - used, "%s%s", used == 0 ? "" : ",",
                                 class->guards[i].name);
        assert(used < sizeof run->guards);
    }
    return status;
}

static enum status make_jobs(struct confirm_run *run, struct error *err)
{
    const struct option_set *options = run->options;
    const char *watch = option_text(options, "watch");
    const struct confirm_jobs_config config = {
        .class = run->cli->class,
        .options = {.driver = {.watch = watch == NULL                ? LAB_WATCH_PROPERTY
                                        : strcmp(watch, "root") == 0 ? LAB_WATCH_ROOT
                                                                     : LAB_WATCH_ROLLBACK,
                               .has_keep_last_n = option_given(options, "keep-last-n"),
                               .keep_last_n = option_given(options, "keep-last-n")
                                                  ? option_int(options, "keep-last-n")
                                                  : 0,
                               .strict = option_flag(options, "strict")},
                    .on_call = option_flag(options, "verbose") ? on_call : NULL,
                    .on_step = run->words.quiet ? NULL : on_step,
                    .stopped = is_stopped},
        .url = run->connection.url,
        .http = &run->connection.http,
        /* Any trace's deployers find themselves there; those that no trace names do nothing. */
        .lab = {.guards = run->guards[0] != '\0' ? run->guards : NULL, .deployers = DNS_DEPLOYERS_MAX},
        .count = (size_t)option_int(options, "jobs")};
    return confirm_jobs_new(&config, &run->jobs, err);
}

static enum status read_options(struct confirm_run *run, struct error *err)
{
    const struct option_set *options = run->options;
    enum status status = connection_read(options, &run->connection, err);
    if (status == OK)
        status = check_options(run, err);
    if (status == OK)
        status = read_guards(run, err);
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
    connection_release(&run->connection);
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
    CONNECTION_RULE,
    {.options = "guard",
     .with = "lab-url unix-socket",
     .why = "--guard is for the lab that confirm starts itself; give it to the lab at --lab-url instead"},
    {.options = "fail-on=new",
     .without = "baseline",
     .why = "--fail-on new needs a --baseline that says what is not new"},
};

const struct command confirm_command = {
    .name = "confirm",
    .operands = "FILE…",
    .summary = "traces against a lab, with verdicts",
    .details =
        "Replays each trace on the model, then carries its actions out on a lab and compares. A FILE holds "
        "ITF traces\n"
        "(one, an array, or one a line), plain or gzip; - is standard input. Prints each action with its "
        "verdict as it\n"
        "goes (--quiet: only the verdicts of the traces), and goes on with the next trace after a failure.\n"
        "\n"
        "A trace that violates the invariant about the watched name is confirmed when the lab loses the name "
        "at the\n"
        "very state that the model does, not-reproduced when the name keeps resolving, and diverged when the "
        "lab does\n"
        "anything else. Any other trace agrees, ends in an outage, or has diverged by an answer that the "
        "model does\n"
        "not predict. A cleanup that deletes less than the model's is no divergence by itself.\n"
        "Where the lab is known to differ from the model, the verdict names the difference: idle-backoff,\n"
        "root-missing, same-root (docs/lab.md).\n"
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
        "74 a trace was not judged, since no server answered or its connection was lost, 75 stopped by a "
        "signal; of several\n"
        "the highest. A trace that was not judged is told of, and the next begins anew with a reset; after "
        "three in a row\n"
        "that found no server the run ends. A signal ends it after the action at hand; the reports then tell "
        "of the traces\n"
        "so far.",
    .groups = {{"Confirm", confirm_rows, COUNT(confirm_rows)},
               CONNECTION_GROUP,
               {"Results", confirm_report_rows, CONFIRM_REPORT_ROWS},
               CLI_OUTPUT_GROUP},
    .group_count = 4,
    .rules = confirm_rules,
    .rule_count = COUNT(confirm_rules),
    .run = run_confirm,
};
