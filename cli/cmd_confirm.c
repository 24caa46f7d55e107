#include "cli/cmd_confirm.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cjson/cJSON.h>

#include "base/file.h"
#include "base/stop.h"
#include "cli/cli.h"
#include "cli/report.h"
#include "mbt/confirm.h"
#include "mbt/junit.h"
#include "mbt/lab_process.h"
#include "model/dns_balancer.h"

#define COUNT(array)  (sizeof(array) / sizeof((array)[0]))
#define SHOWN_BODY    400 /* bytes of an answer that --verbose shows */
#define VERDICT_COUNT (CONFIRM_OUTAGE + 1)

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
    {.name = "expect",
     .kind = OPTION_TEXT,
     .metavar = "healthy|outage",
     .default_text = "healthy",
     .help = "what is as expected: healthy, no trace ends in an outage or diverges; outage, each ends in an "
             "outage that "
             "it predicts",
     .choices = "healthy outage"},
};

static const struct option result_rows[] = {
    {.name = "json",
     .kind = OPTION_TEXT,
     .metavar = "PATH",
     .help = "write a report as JSON; - is standard output"},
    {.name = "junit",
     .kind = OPTION_TEXT,
     .metavar = "PATH",
     .help = "write a report as JUnit XML, a test case a trace; - is standard output"},
    {.name = "verbose", .kind = OPTION_FLAG, .help = "show each request and its answer, too"},
};

/* All that a run of the command holds. */
struct confirm_run {
    const struct option_set *options;
    const struct cli *cli;
    enum confirm_expectation expectation;
    struct confirm_options confirm_options;
    uint32_t guards; /* of the lab that is started */
    FILE *text;      /* for people: standard error when a report goes to standard output */
    bool color, quiet;

    struct lab_process *process; /* NULL: not started, or not ours */
    struct lab_client *client;   /* NULL until the lab is started */
    struct confirm *confirm;

    struct cJSON *traces; /* of the report */
    struct junit junit;
    size_t total, as_expected;
    size_t verdicts[VERDICT_COUNT];
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
    (void)fflush(run->text);
    note_code(run, message_failure(status, err));
}

/* --- words --- */

enum tone { TONE_PLAIN, TONE_GOOD, TONE_BAD, TONE_FAINT };

/* Sequences that set a tone and end it; empty without colours. */
static const char *tone(const struct confirm_run *run, enum tone tone)
{
    static const char *const sequences[] = {[TONE_PLAIN] = "\033[0m",
                                            [TONE_GOOD] = "\033[32m",
                                            [TONE_BAD] = "\033[1;31m",
                                            [TONE_FAINT] = "\033[2m"};
    return run->color ? sequences[tone] : "";
}

static void on_call(void *user, const struct lab_request *request, const struct lab_answer *answer)
{
    const struct confirm_run *run = user;
    fprintf(run->text, "%s         %s %s%s%s\n           %d %.*s%s%s\n", tone(run, TONE_FAINT),
            lab_method_name(request->method), request->path, request->body != NULL ? " " : "",
            request->body != NULL ? request->body : "", answer->status, SHOWN_BODY, answer->text,
            answer->length > SHOWN_BODY ? "..." : "", tone(run, TONE_PLAIN));
}

static void on_step(void *user, size_t state, const char *action, const struct lab_step *step)
{
    static const char *const outcomes[] = {
        [LAB_AS_PREDICTED] = "ok", [LAB_OUTAGE] = "outage", [LAB_UNEXPECTED] = "diverged"};
    const struct confirm_run *run = user;
    const bool good = step->outcome == LAB_AS_PREDICTED;
    fprintf(run->text, "  %5zu  %-12s  %s%-8s%s  %s%s%s\n", state, action,
            tone(run, good ? TONE_GOOD : TONE_BAD), outcomes[step->outcome], tone(run, TONE_PLAIN),
            step->detail, step->detail[0] != '\0' && step->watched[0] != '\0' ? "; " : "", step->watched);
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

static void print_head(const struct confirm_run *run, const struct itf_trace *itf)
{
    const char *property = property_name(run, itf);
    fprintf(run->text, "%s[%zu]: %zu states%s%s\n", itf->file, itf->index, itf->state_count,
            property != NULL ? ", " : "", property != NULL ? property : "");
}

static void print_verdict(const struct confirm_run *run, const struct itf_trace *itf,
                          const struct confirm_result *result, bool expected)
{
    if (run->quiet)
        fprintf(run->text, "%s[%zu]: ", itf->file, itf->index);
    else
        fputs("  ", run->text);
    fprintf(run->text, "%s%s%s", tone(run, expected ? TONE_GOOD : TONE_BAD),
            confirm_verdict_name(result->verdict), tone(run, TONE_PLAIN));
    if (result->failed)
        fprintf(run->text, " at state %zu (%s)", result->fail_state, result->fail_action);
    if (result->message[0] != '\0')
        fprintf(run->text, ": %s", result->message);
    fprintf(run->text, "%s\n", expected ? "" : " [not as expected]");
    if (result->zone.length > 0)
        fprintf(run->text, "  zone: %s\n", result->zone.text);
    if (result->note[0] != '\0')
        fprintf(run->text, "  note: %s\n", result->note);
}

static void print_count(const struct confirm_run *run)
{
    fprintf(run->text, "%zu trace%s", run->total, run->total == 1 ? "" : "s");
    const char *separator = ": ";
    for (int v = 0; v < VERDICT_COUNT; v++) {
        if (run->verdicts[v] == 0)
            continue;
        fprintf(run->text, "%s%zu %s", separator, run->verdicts[v],
                confirm_verdict_name((enum confirm_verdict)v));
        separator = ", ";
    }
    fprintf(run->text, "; %zu as expected, %zu not\n", run->as_expected, run->total - run->as_expected);
}

/* --- reports --- */

/* The message of a report: of a divergence with the zone, so that nothing has to be looked up elsewhere. */
static void write_message(const struct confirm_result *result, struct buffer *out)
{
    buffer_string(out, result->message);
    if (result->zone.length > 0)
        buffer_format(out, "; zone: %s", result->zone.text);
}

static bool add_text(cJSON *object, const char *name, const char *text)
{
    return (text != NULL ? cJSON_AddStringToObject(object, name, text)
                         : cJSON_AddNullToObject(object, name)) != NULL;
}

static bool add_to_json(struct confirm_run *run, const struct itf_trace *itf,
                        const struct confirm_result *result, const char *message)
{
    cJSON *object = cJSON_CreateObject();
    if (object == NULL || !cJSON_AddItemToArray(run->traces, object)) {
        cJSON_Delete(object);
        return false;
    }
    bool ok = add_text(object, "file", itf->file) &&
              cJSON_AddNumberToObject(object, "index", (double)itf->index) != NULL &&
              cJSON_AddNumberToObject(object, "states", (double)itf->state_count) != NULL &&
              add_text(object, "property", property_name(run, itf)) &&
              add_text(object, "verdict", confirm_verdict_name(result->verdict));
    ok = ok && (result->failed
                    ? cJSON_AddNumberToObject(object, "fail_state_index", (double)result->fail_state) != NULL
                    : add_text(object, "fail_state_index", NULL));
    return ok && add_text(object, "fail_action", result->failed ? result->fail_action : NULL) &&
           add_text(object, "message", message[0] != '\0' ? message : NULL);
}

static void add_to_junit(struct confirm_run *run, const struct itf_trace *itf,
                         const struct confirm_result *result, const char *message, bool expected,
                         double seconds)
{
    char name[160];
    const char *property = property_name(run, itf);
    (void)snprintf(name, sizeof name, "trace %zu: %.100s", itf->index,
                   property != NULL ? property : "no property");
    struct buffer details;
    buffer_init(&details);
    buffer_string(&details, confirm_verdict_name(result->verdict));
    if (result->failed)
        buffer_format(&details, " at state %zu (%s)", result->fail_state, result->fail_action);
    buffer_format(&details, "%s%s%s%s", message[0] != '\0' ? ": " : "", message,
                  result->note[0] != '\0' ? "; " : "", result->note);
    junit_add(&run->junit, &(struct junit_case){.file = itf->file,
                                                .name = name,
                                                .outcome = expected ? JUNIT_PASSED : JUNIT_FAILED,
                                                .type = confirm_verdict_name(result->verdict),
                                                .message = result->message,
                                                .details = details.text,
                                                .seconds = seconds});
    buffer_release(&details);
}

/* Notes the verdict everywhere. */
static enum status report_verdict(struct confirm_run *run, const struct itf_trace *itf,
                                  const struct confirm_result *result, double seconds, struct error *err)
{
    const bool expected = confirm_as_expected(result->verdict, run->expectation);
    struct buffer message;
    buffer_init(&message);
    write_message(result, &message);
    enum status status = buffer_status(&message, err);
    run->total++;
    run->as_expected += expected;
    run->verdicts[result->verdict]++;
    if (!expected)
        note_code(run, EXIT_VIOLATION);
    print_verdict(run, itf, result, expected);
    add_to_junit(run, itf, result, message.text, expected, seconds);
    if (status == OK && !add_to_json(run, itf, result, message.text))
        status = error_memory(err, sizeof(cJSON));
    buffer_release(&message);
    return status;
}

/* What could not be judged: the next trace or file follows. */
static void report_failure(struct confirm_run *run, const char *file, enum status status,
                           const struct error *err)
{
    fail_with(run, status, err);
    junit_add(&run->junit, &(struct junit_case){.file = file,
                                                .name = "input",
                                                .outcome = JUNIT_ERROR,
                                                .type = status == ERR_NO_INPUT ? "no-input" : "bad-data",
                                                .message = err->text});
}

static enum status write_reports(struct confirm_run *run, struct error *err)
{
    const char *json = option_text(run->options, "json"), *junit = option_text(run->options, "junit");
    enum status status = OK;
    if (json != NULL) {
        cJSON *report = cJSON_CreateObject();
        cJSON *traces = run->traces;
        if (report != NULL && cJSON_AddItemToObject(report, "traces", traces))
            run->traces = NULL;
        if (run->traces != NULL || cJSON_AddNumberToObject(report, "total", (double)run->total) == NULL ||
            cJSON_AddNumberToObject(report, "as_expected", (double)run->as_expected) == NULL) {
            cJSON_Delete(report);
            report = NULL;
        }
        status = report_write(report, json, err);
    }
    if (status == OK && junit != NULL) {
        struct buffer text;
        buffer_init(&text);
        status = junit_write(&run->junit, "racewalk confirm", &text, err);
        if (status == OK)
            status = file_write_whole(junit, text.text, text.length, err);
        buffer_release(&text);
    }
    return status;
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
            status = lab_client_new(lab_process_url(run->process), NULL, &run->client, err);
    }
    if (status != OK)
        return status;
    return confirm_new(run->cli->class, run->client, &run->confirm_options, &run->confirm, err);
}

static enum status confirm_one(struct confirm_run *run, const struct itf_trace *itf,
                               struct confirm_result *result, struct error *err)
{
    enum status status = find_lab(run, err);
    if (status != OK)
        return status;
    if (!run->quiet)
        print_head(run, itf);
    const double start = clock_seconds();
    status = confirm_trace(run->confirm, itf, result, err);
    if (status == ERR_DATA || status == ERR_STOPPED)
        return error_prefix(err, status, "%s[%zu]: ", itf->file, itf->index);
    if (status != OK)
        return status;
    return report_verdict(run, itf, result, clock_seconds() - start, err);
}

static enum status confirm_file(struct confirm_run *run, const char *path, struct itf_trace *itf,
                                struct confirm_result *result, struct error *err)
{
    struct itf_reader *reader = NULL;
    enum status status = itf_reader_open(path, run->cli->class, &reader, err);
    if (status == ERR_NO_INPUT || status == ERR_DATA) {
        report_failure(run, path, status, err);
        return OK;
    }
    for (bool found = true; status == OK && found;) {
        status = itf_reader_next(reader, itf, &found, err);
        if (status == OK && found)
            status = confirm_one(run, itf, result, err);
        if (status == ERR_DATA) { /* this trace's own failure */
            report_failure(run, path, status, err);
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
    for (size_t i = 0; i < count && status == OK; i++)
        status = stop_requested() ? error_set(err, ERR_STOPPED, "stopped before %s", paths[i])
                                  : confirm_file(run, paths[i], &itf, &result, err);
    confirm_result_release(&result);
    itf_trace_release(&itf);
    return status;
}

/* --- the command --- */

static enum status read_options(struct confirm_run *run, struct error *err)
{
    const struct option_set *options = run->options;
    const char *const reports[] = {option_text(options, "json"), option_text(options, "junit")};
    char *const *paths;
    const char *watch = option_text(options, "watch");
    if (strcmp(run->cli->class->name, dns_balancer.name) != 0)
        return error_set(err, ERR_USAGE, "the lab is one of %s; it cannot confirm traces of %s",
                         dns_balancer.name, run->cli->class->name);
    if (option_operands(options, &paths) == 0)
        return error_set(err, ERR_USAGE, "nothing to confirm: name files of traces, or - for standard input");
    if (option_given(options, "guard") && option_given(options, "lab-url"))
        return error_set(err, ERR_USAGE,
                         "--guard is for the lab that confirm starts itself; give it to the lab at "
                         "--lab-url instead");
    enum status status = cli_guards(options, run->cli->class, &run->guards, err);
    if (status == OK)
        status = report_words_stream(reports, COUNT(reports), &run->text, err);
    if (status == OK && option_given(options, "lab-url"))
        status = lab_client_new(option_text(options, "lab-url"), NULL, &run->client, err);
    if (status != OK)
        return status;
    const char *no_color = getenv("NO_COLOR");
    run->expectation = strcmp(option_text(options, "expect"), "healthy") == 0 ? CONFIRM_EXPECT_HEALTHY
                                                                              : CONFIRM_EXPECT_OUTAGE;
    run->quiet = option_flag(options, "quiet");
    run->color = !option_flag(options, "no-color") && (no_color == NULL || no_color[0] == '\0') &&
                 isatty(fileno(run->text)) == 1;
    run->confirm_options = (struct confirm_options){
        .watch = watch == NULL                ? CONFIRM_WATCH_PROPERTY
                 : strcmp(watch, "root") == 0 ? CONFIRM_WATCH_ROOT
                                              : CONFIRM_WATCH_ROLLBACK,
        .has_keep_last_n = option_given(options, "keep-last-n"),
        .keep_last_n = option_given(options, "keep-last-n") ? option_int(options, "keep-last-n") : 0,
        .on_call = option_flag(options, "verbose") ? on_call : NULL,
        .on_step = run->quiet ? NULL : on_step,
        .stopped = is_stopped,
        .user = run};
    return OK;
}

static void release(struct confirm_run *run)
{
    confirm_free(run->confirm);
    lab_client_free(run->client);
    lab_process_stop(run->process);
    cJSON_Delete(run->traces);
    junit_release(&run->junit);
}

static int run_confirm(const struct option_set *options, void *context)
{
    struct confirm_run run = {
        .options = options, .cli = context, .text = stdout, .traces = cJSON_CreateArray()};
    struct error err = {{0}};
    junit_init(&run.junit);
    if (option_flag(options, "no-color"))
        message_no_color();
    enum status status = run.traces == NULL ? error_memory(&err, sizeof(cJSON)) : read_options(&run, &err);
    if (status != OK) {
        release(&run);
        return message_failure(status, &err);
    }
    stop_install();
    status = confirm_all(&run, &err);
    if (status != OK)
        fail_with(&run, status, &err);
    print_count(&run);
    status = write_reports(&run, &err);
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
        "\n"
        "Exit status: 0 all as expected, 1 not as expected, 65 a file is no trace of the model, 66 no such "
        "file,\n"
        "74 no lab answers, 75 stopped by a signal; of several the highest. A signal ends the run after the "
        "action at\n"
        "hand; the reports then tell of the traces so far.",
    .groups = {{"Confirm", confirm_rows, COUNT(confirm_rows)},
               {"Results", result_rows, COUNT(result_rows)},
               CLI_OUTPUT_GROUP},
    .group_count = 3,
    .run = run_confirm,
};
