/* SPDX-License-Identifier: Apache-2.0 */
/* The reports of racewalk confirm for programs: JSON, JUnit XML, SARIF, code quality, annotations. Main
 * thread. */
#ifndef RACEWALK_CLI_CONFIRM_REPORT_H
#define RACEWALK_CLI_CONFIRM_REPORT_H

#include "base/json_writer.h"
#include "cli/cli.h"
#include "cli/confirm_words.h"
#include "mbt/junit.h"
#include "mbt/sarif.h"

struct confirm_report {
    const char *json, *junit, *sarif, *code_quality; /* paths; NULL: not asked for */
    FILE *annotations;                               /* where they go as they come; NULL: nowhere */
    const struct model_class *class;

    struct json_writer document;   /* up to the traces so far */
    struct json_writer not_judged; /* an array of the document */
    struct junit cases;
    struct sarif log;
    struct buffer quality; /* elements, with commas between */
    struct baseline *baseline;
    const char *baseline_path;
    size_t total, as_expected, failures;
    size_t verdicts[CONFIRM_VERDICTS];
    size_t changes[BASELINE_CHANGE_COUNT];
};

/* The rows of the options that it reads. */
#define CONFIRM_REPORT_ROWS 7
extern const struct option confirm_report_rows[CONFIRM_REPORT_ROWS];

/* Reads the options, and the baseline when there is one. *ret_words is where words for people go: standard
 * error when a report goes to standard output. To be released also on failure. */
enum status confirm_report_init(struct confirm_report *report, const struct option_set *options,
                                const struct model_class *class, FILE **ret_words,
                                struct error *err) WARN_UNUSED;
void confirm_report_release(struct confirm_report *report);

/* Fills in what the baseline has to say about a judgement. */
void confirm_report_compare(struct confirm_report *report, enum confirm_expectation expectation,
                            struct confirm_judgement *judgement);
enum status confirm_report_add(struct confirm_report *report, const struct confirm_judgement *judgement,
                               struct error *err) WARN_UNUSED;
/* What could not be judged. */
enum status confirm_report_add_failure(struct confirm_report *report, const char *file, size_t line,
                                       enum status status, const char *message,
                                       struct error *err) WARN_UNUSED;
/* Writes what was asked for. successful: everything could be judged. */
enum status confirm_report_write(struct confirm_report *report, bool successful,
                                 struct error *err) WARN_UNUSED;

#endif
