/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/confirm_report.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/program.h"
#include "cli/report.h"
#include "version.h"

/* The rule of a trace that shows no property of the model. */
#define RULE_CONFORMANCE "model_conformance"
#define RULE_INPUT       "input" /* of what could not be judged */

const struct option confirm_report_rows[CONFIRM_REPORT_ROWS] = {
    {.name = "json",
     .kind = OPTION_TEXT,
     .metavar = "PATH",
     .help = "write a report as JSON; - is standard output"},
    {.name = "junit",
     .kind = OPTION_TEXT,
     .metavar = "PATH",
     .help = "write a report as JUnit XML, a test case a trace; - is standard output"},
    {.name = "sarif",
     .kind = OPTION_TEXT,
     .metavar = "PATH",
     .help = "write a SARIF 2.1.0 log, for code scanning; - is standard output"},
    {.name = "code-quality",
     .kind = OPTION_TEXT,
     .metavar = "PATH",
     .help = "write a GitLab code-quality report; - is standard output"},
    {.name = "annotations",
     .kind = OPTION_TEXT,
     .metavar = "none|github|auto",
     .default_text = "none",
     .help =
         "github: print a workflow command for each trace that fails or is fixed, so that it shows at its "
         "file. auto: do so when GITHUB_ACTIONS is true",
     .choices = "none github auto"},
    {.name = "baseline",
     .kind = OPTION_TEXT,
     .metavar = "REPORT.json",
     .help =
         "an earlier report of --json to compare with: each trace is new, unchanged, fixed, still failing "
         "or a new failure. May be the file that --json writes"},
    {.name = "fail-on",
     .kind = OPTION_TEXT,
     .metavar = "any|new",
     .default_text = "any",
     .help = "exit status 1 when any trace is not as expected, or only when one is that is no known failure "
             "of the baseline",
     .choices = "any new"},
};

enum status confirm_report_init(struct confirm_report *report, const struct option_set *options,
                                const struct model_class *class, FILE **ret_words, struct error *err)
{
    const char *annotations = option_text(options, "annotations"), *actions = getenv("GITHUB_ACTIONS");
    *report = (struct confirm_report){.class = class,
                                      .json = option_text(options, "json"),
                                      .junit = option_text(options, "junit"),
                                      .sarif = option_text(options, "sarif"),
                                      .code_quality = option_text(options, "code-quality"),
                                      .baseline_path = option_text(options, "baseline")};
    json_writer_init(&report->document, JSON_PRETTY);
    json_add_object(&report->document, NULL);
    json_add_array(&report->document, "traces");
    json_writer_init_part(&report->not_judged, JSON_PRETTY, 1);
    json_add_array(&report->not_judged, NULL);
    junit_init(&report->cases);
    sarif_init(&report->log);
    buffer_init(&report->quality);
    const char *const paths[] = {report->json, report->junit, report->sarif, report->code_quality};
    enum status status = report_words_stream(paths, sizeof paths / sizeof paths[0], ret_words, err);
    if (status == OK && report->baseline_path != NULL)
        status = baseline_read(report->baseline_path, &report->baseline, err);
    if (status == OK &&
        (strcmp(annotations, "github") == 0 ||
         (strcmp(annotations, "auto") == 0 && actions != NULL && strcmp(actions, "true") == 0)))
        report->annotations = *ret_words;
    return status;
}

void confirm_report_release(struct confirm_report *report)
{
    json_writer_release(&report->document);
    json_writer_release(&report->not_judged);
    junit_release(&report->cases);
    sarif_release(&report->log);
    buffer_release(&report->quality);
    baseline_free(report->baseline);
}

void confirm_report_compare(struct confirm_report *report, enum confirm_expectation expectation,
                            struct confirm_judgement *judgement)
{
    if (report->baseline == NULL)
        return;
    judgement->change = baseline_compare(report->baseline, judgement->itf->file, judgement->itf->index,
                                         judgement->result->verdict, judgement->result->same, expectation,
                                         &judgement->before);
    report->changes[judgement->change]++;
}

static void add_to_json(struct confirm_report *report, const struct confirm_judgement *judgement,
                        const char *message)
{
    const struct confirm_result *result = judgement->result;
    struct json_writer *json = &report->document;
    json_add_object(json, NULL);
    json_add_file(json, judgement->itf->file);
    json_add_count(json, "index", judgement->itf->index);
    json_add_count(json, "states", judgement->itf->state_count);
    json_add_text(json, "property", judgement->property);
    json_add_text(json, "verdict", confirm_verdict_name(result->verdict));
    json_add_number(json, "fail_state_index", result->failed ? (double)result->fail_state : JSON_NO_NUMBER);
    json_add_text(json, "fail_action", result->failed ? result->fail_action : NULL);
    json_add_text(json, "message", message[0] != '\0' ? message : NULL);
    json_add_bool(json, "same", result->same);
    json_add_array(json, "differences");
    for (size_t i = 0; i < result->difference_count; i++) {
        json_add_object(json, NULL);
        json_add_text(json, "name", result->differences[i].known->name);
        json_add_count(json, "state", result->differences[i].state);
        json_end(json);
    }
    json_end(json);
    json_add_text(json, "note", result->note.length > 0 ? result->note.text : NULL);
    if (report->baseline != NULL) {
        json_add_text(json, "change", baseline_change_name(judgement->change));
        json_add_text(json, "baseline_verdict", judgement->before);
    }
    json_end(json);
}

/* The verdict as a sentence, with all that a reader may need: "confirmed at state 11 (Expire): …". */
static void write_sentence(const struct confirm_judgement *judgement, const char *message, struct buffer *out)
{
    const struct confirm_result *result = judgement->result;
    if (judgement->change == BASELINE_FIXED)
        buffer_format(out, "fixed (%s in the baseline): ", judgement->before);
    else if (judgement->change == BASELINE_STILL_FAILING)
        buffer_string(out, "still failing: ");
    else if (judgement->change == BASELINE_NEW_FAILURE)
        buffer_string(out, "new failure: ");
    buffer_string(out, confirm_verdict_name(result->verdict));
    if (result->failed)
        buffer_format(out, " at state %zu (%s)", result->fail_state, result->fail_action);
    buffer_format(out, "%s%s", message[0] != '\0' ? ": " : "", message);
    for (size_t i = 0; i < result->difference_count; i++)
        buffer_format(out, "; known difference %s at state %zu", result->differences[i].known->name,
                      result->differences[i].state);
    buffer_format(out, "%s%s", result->note.length > 0 ? "; " : "", result->note.text);
}

static void add_to_junit(struct confirm_report *report, const struct confirm_judgement *judgement,
                         const char *sentence)
{
    char name[160];
    (void)snprintf(name, sizeof name, "trace %zu: %.100s", judgement->itf->index,
                   judgement->property != NULL ? judgement->property : "no property");
    junit_add(&report->cases, &(struct junit_case){.file = judgement->itf->file,
                                                   .name = name,
                                                   .outcome = judgement->expected ? JUNIT_PASSED
                                                              : judgement->known  ? JUNIT_SKIPPED
                                                                                  : JUNIT_FAILED,
                                                   .type = confirm_verdict_name(judgement->result->verdict),
                                                   .message = judgement->result->message,
                                                   .details = sentence,
                                                   .seconds = judgement->seconds});
}

static void annotate(struct confirm_report *report, const struct ci_result *result)
{
    if (report->annotations == NULL)
        return;
    struct buffer line;
    buffer_init(&line);
    ci_github_annotation(&line, result);
    fputs(line.text, report->annotations);
    buffer_release(&line);
}

static void add_quality(struct confirm_report *report, const struct ci_result *result)
{
    buffer_string(&report->quality, report->quality.length == 0 ? "\n  " : ",\n  ");
    ci_code_quality(&report->quality, result);
}

enum status confirm_report_add(struct confirm_report *report, const struct confirm_judgement *judgement,
                               struct error *err)
{
    struct buffer message, sentence, place;
    buffer_init(&message);
    buffer_init(&sentence);
    buffer_init(&place);
    /* Of a divergence with what the system shows, so that nothing has to be looked up elsewhere. */
    buffer_string(&message, judgement->result->message);
    if (judgement->result->shown.length > 0)
        buffer_format(&message, "; %s", judgement->result->shown.text);
    write_sentence(judgement, message.text, &sentence);
    ci_path(&place, judgement->itf->file);
    enum status status = buffer_status(&message, err);
    if (status == OK)
        status = buffer_status(&place, err);
    if (status == OK)
        status = buffer_status(&sentence, err);
    report->total++;
    report->as_expected += judgement->expected;
    report->verdicts[judgement->result->verdict]++;
    add_to_junit(report, judgement, sentence.text);
    if (!judgement->expected || judgement->change == BASELINE_FIXED) {
        const struct itf_trace *itf = judgement->itf;
        const struct ci_result result = {.file = place.text,
                                         .index = itf->index,
                                         .line = judgement->line,
                                         .rule = itf->head.property != PROPERTY_NONE
                                                     ? report->class->properties[itf->head.property].name
                                                     : RULE_CONFORMANCE,
                                         .level = judgement->expected ? CI_NOTE
                                                  : judgement->known  ? CI_WARNING
                                                                      : CI_ERROR,
                                         .message = sentence.text,
                                         .change = judgement->change};
        annotate(report, &result);
        sarif_add(&report->log, &result);
        if (!judgement->expected)
            add_quality(report, &result);
    }
    add_to_json(report, judgement, message.text);
    buffer_release(&message);
    buffer_release(&sentence);
    buffer_release(&place);
    return status;
}

enum status confirm_report_add_failure(struct confirm_report *report, const char *file, size_t line,
                                       enum status status, const char *message, struct error *err)
{
    struct buffer place;
    report->failures++;
    buffer_init(&place);
    ci_path(&place, file);
    const struct ci_result result = {
        .file = place.text, .line = line, .rule = RULE_INPUT, .level = CI_ERROR, .message = message};
    annotate(report, &result);
    sarif_notify(&report->log, &result);
    add_quality(report, &result);
    junit_add(&report->cases, &(struct junit_case){.file = file,
                                                   .name = "input",
                                                   .outcome = JUNIT_ERROR,
                                                   .type = status == ERR_NO_INPUT ? "no-input"
                                                           : status == ERR_DATA   ? "bad-data"
                                                                                  : "not-judged",
                                                   .message = message});
    const enum status place_status = buffer_status(&place, err);
    buffer_release(&place);
    json_add_object(&report->not_judged, NULL);
    json_add_file(&report->not_judged, file);
    json_add_count(&report->not_judged, "line", line);
    json_add_text(&report->not_judged, "message", message);
    json_end(&report->not_judged);
    return place_status;
}

/* "baseline": what it says about the traces of this run, and those of it that were not in this run. */
static void add_baseline(const struct confirm_report *report, struct json_writer *json)
{
    const char *file;
    size_t index;
    json_add_object(json, "baseline");
    json_add_text(json, "file", report->baseline_path);
    for (int c = BASELINE_NEW; c < BASELINE_CHANGE_COUNT; c++)
        json_add_count(json, baseline_change_name((enum baseline_change)c), report->changes[c]);
    json_add_array(json, "missing");
    for (size_t at = 0; baseline_next_missing(report->baseline, &at, &file, &index);) {
        json_add_object(json, NULL);
        json_add_file(json, file);
        json_add_count(json, "index", index);
        json_end(json);
    }
    json_end(json);
    json_end(json);
}

static enum status write_json(struct confirm_report *report, struct error *err)
{
    struct json_writer *json = &report->document;
    json_end(json);
    json_end(&report->not_judged);
    json_add_written(json, "not_judged", &report->not_judged);
    json_add_count(json, "total", report->total);
    json_add_count(json, "as_expected", report->as_expected);
    if (report->baseline != NULL)
        add_baseline(report, json);
    json_end(json);
    return json_writer_save(json, report->json, err);
}

static enum status make_sarif(const struct confirm_report *report, bool successful, struct buffer *out,
                              struct error *err)
{
    struct sarif_rule rules[PROPERTIES_MAX + 1];
    const struct model_class *class = report->class;
    for (size_t i = 0; i < class->property_count; i++)
        rules[i] = (struct sarif_rule){class->properties[i].name, class->properties[i].help};
    rules[class->property_count] =
        (struct sarif_rule){RULE_CONFORMANCE, "the system answers as the model predicts"};
    return sarif_write(&report->log, RACEWALK_VERSION, rules, class->property_count + 1, successful, out,
                       err);
}

enum status confirm_report_write(struct confirm_report *report, bool successful, struct error *err)
{
    struct buffer text;
    buffer_init(&text);
    enum status status = report->json != NULL ? write_json(report, err) : OK;
    if (status == OK && report->junit != NULL) {
        char suite[64];
        (void)snprintf(suite, sizeof suite, "%s confirm", program_name());
        status = junit_write(&report->cases, suite, &text, err);
        if (status == OK)
            status = file_write_whole(report->junit, text.text, text.length, err);
    }
    buffer_clear(&text);
    if (status == OK && report->sarif != NULL) {
        status = make_sarif(report, successful, &text, err);
        if (status == OK)
            status = file_write_whole(report->sarif, text.text, text.length, err);
    }
    buffer_clear(&text);
    if (status == OK && report->code_quality != NULL) {
        buffer_format(&text, "[%s\n]\n", report->quality.text);
        status = buffer_status(&report->quality, err);
        if (status == OK)
            status = buffer_status(&text, err);
        if (status == OK)
            status = file_write_whole(report->code_quality, text.text, text.length, err);
    }
    buffer_release(&text);
    return status;
}
