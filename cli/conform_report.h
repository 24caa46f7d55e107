/* SPDX-License-Identifier: Apache-2.0 */
/* What racewalk conform reports: differences by shape, coverage, for people, as JSON, JUnit XML and SARIF.
 * Main thread. */
#ifndef RACEWALK_CLI_CONFORM_REPORT_H
#define RACEWALK_CLI_CONFORM_REPORT_H

#include <stdio.h>

#include "cli/cli.h"
#include "mbt/conform.h"
#include "model/finding.h"

#define CONFORM_DIFFERENCES_MAX 64 /* of different shapes */
#define CONFORM_TITLE_SIZE      192

/* A difference, as the first of its shape shows it. */
struct conform_difference {
    struct shape shape;
    char title[CONFORM_TITLE_SIZE]; /* "try acquire: state: clients[].term" */
    char action[64];                /* its name; "look", "reset" */
    char aspect[SYSTEM_ASPECT_SIZE], message[SYSTEM_MESSAGE_SIZE];
    enum lockstep_kind kind;
    uint64_t sample, steps_after, hits;
    size_t found_after, length, replays, index; /* index: of its trace among those written, from 0 */
    bool is_steady;
};

struct conform_report {
    FILE *words;
    bool has_calls;                             /* what is looked at is calls: there is no model */
    const char *json, *junit, *sarif, *out_itf; /* paths; NULL: not asked for */
    struct conform_difference differences[CONFORM_DIFFERENCES_MAX];
    size_t count;
};

#define CONFORM_REPORT_ROWS 4
extern const struct option conform_report_rows[CONFORM_REPORT_ROWS];

/* What a trace says it was made by. */
const char *conform_report_source(void);

enum status conform_report_init(struct conform_report *report, const struct option_set *options,
                                struct error *err) WARN_UNUSED;

/* Counts a finding with those of its shape; *ret_difference is that shape's, with one hit when it is new. */
enum status conform_report_add(struct conform_report *report, const struct model *model,
                               const struct lockstep_vocabulary *vocabulary,
                               const struct conform_finding *finding,
                               struct conform_difference **ret_difference, struct error *err) WARN_UNUSED;

/* A table of what the actions came to. */
void conform_report_print_outcomes(const struct conform_report *report, const struct model_class *class,
                                   const struct conform_coverage *coverage);

/* Writes what was asked for. */
enum status conform_report_write(struct conform_report *report, const struct cli *cli,
                                 const struct conform_config *config, const struct conform_result *result,
                                 double seconds, struct error *err) WARN_UNUSED;

#endif
