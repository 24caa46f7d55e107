#include "cli/cmd_confirm.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/stop.h"
#include "cli/cli.h"
#include "cli/confirm_report.h"
#include "cli/confirm_words.h"
#include "cli/trace_files.h"
#include "mbt/confirm.h"
#include "mbt/lab_process.h"
#include "model/dns/dns_balancer.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const struct option confirm_rows[] = {
    {.name = "lab-url",
     .kind = OPTION_TEXT,
     .metavar = "URL",
     .help = "a lab that runs already (with --no-background), as in http://127.0.0.1:8000. None: starts one "
             "of its own, on "
             "a free port, in a temporary folder"},
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
    {.name = "verbose", .kind = OPTION_FLAG, .help = "show each request and its answer, too"},
};

/* All that a run of the command holds. */
struct confirm_run {
    const struct option_set *options;
    const struct cli *cli;
    enum confirm_expectation expectation;
    struct confirm_options confirm_options;
    uint32_t guards; /* of the lab that is started */
    bool fail_on_new;
    struct confirm_words words;

    struct lab_process *process; /* NULL: not started, or not ours */
    struct http_client *client;  /* NULL until the lab is started */
    struct confirm *confirm;

    struct confirm_report report;
    bool told_others; /* that variables of traces are skipped */
    int code;         /* exit status so far: the highest */
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
    const struct confirm_run *run = user;
    confirm_words_call(&run->words, request, answer);
}

static void on_step(void *user, size_t state, const char *action, const struct lab_step *step)
{
    const struct confirm_run *run = user;
    confirm_words_step(&run->words, state, action, step);
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

/* Notes the verdict everywhere. */
static enum status report_verdict(struct confirm_run *run, const struct itf_trace *itf, size_t line,
                                  const struct confirm_result *result, double seconds, struct error *err)
{
    struct confirm_judgement judgement = {
        .itf = itf,
        .line = line,
        .property = property_name(run, itf),
        .result = result,
        .seconds = seconds,
        .expected = confirm_as_expected(result->verdict, result->same, run->expectation)};
    confirm_report_compare(&run->report, run->expectation, &judgement);
    judgement.known = run->fail_on_new && judgement.change == BASELINE_STILL_FAILING;
    if (!judgement.expected && !judgement.known)
        note_code(run, EXIT_VIOLATION);
    confirm_words_verdict(&run->words, &judgement);
    return confirm_report_add(&run->report, &judgement, err);
}

/* What could not be judged: the next trace or file follows. */
static void report_failure(struct confirm_run *run, const char *file, size_t line, enum status status,
                           const struct error *err)
{
    fail_with(run, status, err);
    confirm_report_add_failure(&run->report, file, line, status, err->text);
}

/* --- the work --- */

/* Starts the lab, unless the user has one, when the first trace is there to be judged. */
static enum status find_lab(struct confirm_run *run, struct error *err)
{
    enum status status = OK;
    if (run->confirm != NULL)
        return OK;
    if (run->client == NULL) {
        char guards[256] = "";
        for (size_t i = 0, used = 0; i < run->cli->class->guard_count; i++) {
            if ((run->guards >> i & 1) == 0)
                continue;
            used += (size_t)snprintf(guards + used, sizeof guards - used, "%s%s", used == 0 ? "" : ",",
                                     run->cli->class->guards[i].name);
            assert(used < sizeof guards);
        }
        /* Any trace's deployers find themselves there; those that no trace names do nothing. */
        const struct lab_process_options options = {.guards = guards[0] != '\0' ? guards : NULL,
                                                    .deployers = DNS_DEPLOYERS_MAX};
        status = lab_process_start(&options, &run->process, err);
        if (status == OK)
            status = http_client_new(lab_process_url(run->process), NULL, &run->client, err);
    }
    if (status != OK)
        return status;
    return confirm_new(run->cli->class, run->client, &run->confirm_options, &run->confirm, err);
}

static enum status confirm_one(struct confirm_run *run, const struct itf_trace *itf, size_t line,
                               struct confirm_result *result, struct error *err)
{
    enum status status = find_lab(run, err);
    if (status != OK)
        return status;
    if (!run->words.quiet)
        trace_files_tell_others(itf, &run->told_others);
    if (!run->words.quiet)
        confirm_words_head(&run->words, itf, property_name(run, itf));
    const double start = clock_seconds();
    status = confirm_trace(run->confirm, itf, result, err);
    if (status == ERR_DATA || status == ERR_STOPPED)
        return error_prefix(err, status, "%s[%zu]: ", itf->file, itf->index);
    if (status != OK)
        return status;
    return report_verdict(run, itf, line, result, clock_seconds() - start, err);
}

static enum status confirm_file(struct confirm_run *run, const char *path, struct itf_trace *itf,
                                struct confirm_result *result, struct error *err)
{
    struct itf_reader *reader = NULL;
    enum status status = itf_reader_open(path, run->cli->class, &reader, err);
    if (status == ERR_NO_INPUT || status == ERR_DATA) {
        report_failure(run, path, 1, status, err);
        return OK;
    }
    for (bool found = true; status == OK && found;) {
        status = itf_reader_next(reader, itf, &found, err);
        if (status == OK && found)
            status = confirm_one(run, itf, itf_reader_line(reader), result, err);
        if (status == ERR_DATA) { /* this trace's own failure */
            report_failure(run, path, itf_reader_line(reader), status, err);
            found = true;
            status = OK;
        }
    }
    itf_reader_close(reader);
    return status;
}

static enum status confirm_all(struct confirm_run *run, struct error *err)
{
    char *const *paths;
    const size_t count = option_operands(run->options, &paths);
    struct itf_trace itf;
    struct confirm_result result;
    enum status status = OK;
    itf_trace_init(&itf);
    confirm_result_init(&result);
    size_t i = 0;
    for (; i < count && status == OK; i++)
        status = stop_requested() ? error_set(err, ERR_STOPPED, "stopped before %s", paths[i])
                                  : confirm_file(run, paths[i], &itf, &result, err);
    /* What ends the run, as a lab that does not answer, is told where it happened. */
    if (status != OK && status != ERR_STOPPED)
        confirm_report_add_failure(&run->report, paths[i - 1], 1, status, err->text);
    confirm_result_release(&result);
    itf_trace_release(&itf);
    return status;
}

/* --- the command --- */

static enum confirm_expectation expectation_of(const char *name)
{
    return strcmp(name, "same") == 0     ? CONFIRM_EXPECT_SAME
           : strcmp(name, "outage") == 0 ? CONFIRM_EXPECT_OUTAGE
                                         : CONFIRM_EXPECT_HEALTHY;
}

static enum status read_options(struct confirm_run *run, struct error *err)
{
    const struct option_set *options = run->options;
    char *const *paths;
    const char *watch = option_text(options, "watch");
    if (option_operands(options, &paths) == 0)
        return error_set(err, ERR_USAGE, "nothing to confirm: name files of traces, or - for standard input");
    if (option_given(options, "guard") && option_given(options, "lab-url"))
        return error_set(err, ERR_USAGE,
                         "--guard is for the lab that confirm starts itself; give it to the lab at "
                         "--lab-url instead");
    enum status status = cli_fits_lab(run->cli->class, err);
    if (status == OK)
        status = cli_guards(options, run->cli->class, &run->guards, err);
    if (status == OK)
        status = confirm_report_init(&run->report, options, run->cli->class, &run->words.out, err);
    if (status == OK && option_given(options, "lab-url"))
        status = http_client_new(option_text(options, "lab-url"), NULL, &run->client, err);
    if (status != OK)
        return status;
    run->expectation = expectation_of(option_text(options, "expect"));
    run->fail_on_new = strcmp(option_text(options, "fail-on"), "new") == 0;
    run->words.quiet = option_flag(options, "quiet");
    run->words.color = cli_allows_color(options) && isatty(fileno(run->words.out)) == 1;
    run->confirm_options = (struct confirm_options){
        .driver = {.watch = watch == NULL                ? LAB_WATCH_PROPERTY
                            : strcmp(watch, "root") == 0 ? LAB_WATCH_ROOT
                                                         : LAB_WATCH_ROLLBACK,
                   .has_keep_last_n = option_given(options, "keep-last-n"),
                   .keep_last_n =
                       option_given(options, "keep-last-n") ? option_int(options, "keep-last-n") : 0,
                   .strict = option_flag(options, "strict")},
        .on_call = option_flag(options, "verbose") ? on_call : NULL,
        .on_step = run->words.quiet ? NULL : on_step,
        .stopped = is_stopped,
        .user = run};
    return OK;
}

static void release(struct confirm_run *run)
{
    confirm_free(run->confirm);
    http_client_free(run->client);
    lab_process_stop(run->process);
    confirm_report_release(&run->report);
}

static void print_counts(const struct confirm_run *run)
{
    const struct confirm_report *report = &run->report;
    confirm_words_count(&run->words, report->total, report->as_expected, report->verdicts);
    if (report->baseline != NULL)
        confirm_words_changes(&run->words, report->baseline_path, report->baseline, report->changes);
}

static int run_confirm(const struct option_set *options, void *context)
{
    struct confirm_run run = {.options = options, .cli = context, .words.out = stdout};
    struct error err = {{0}};
    if (option_flag(options, "no-color"))
        message_no_color();
    enum status status = read_options(&run, &err);
    if (status != OK) {
        release(&run);
        return message_failure(status, &err);
    }
    stop_install();
    status = confirm_all(&run, &err);
    if (status != OK)
        fail_with(&run, status, &err);
    print_counts(&run);
    status = confirm_report_write(&run.report, run.code <= EXIT_VIOLATION, &err);
    if (status != OK)
        fail_with(&run, status, &err);
    release(&run);
    return run.code;
}

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
        "74 no lab answers, 75 stopped by a signal; of several the highest. A signal ends the run after the "
        "action at\n"
        "hand; the reports then tell of the traces so far.",
    .groups = {{"Confirm", confirm_rows, COUNT(confirm_rows)},
               {"Results", confirm_report_rows, CONFIRM_REPORT_ROWS},
               CLI_OUTPUT_GROUP},
    .group_count = 3,
    .run = run_confirm,
};
