/* SPDX-License-Identifier: Apache-2.0 */
/* What came of a run, in words and as JSON. Main thread. */
#ifndef RACEWALK_CLI_RUN_OUTCOME_H
#define RACEWALK_CLI_RUN_OUTCOME_H

#include <stdio.h>

#include "base/json_writer.h"
#include "cli/cli.h"
#include "model/finding.h"

/* Everything is borrowed. */
struct run_outcome {
    const struct cli *cli;
    const struct model *model;
    const struct run_config *config;
    const struct run_result *result;
    const struct finding *const *findings;
    size_t finding_count;
    const char *stop_name; /* overrides the result's, for searches that are no walks; NULL: none */
    const char *saved_in;  /* the folder of its checkpoint; NULL: none */
};

/* True when the run has come to the end of its work. */
bool run_outcome_is_complete(const struct run_outcome *outcome);
/* The properties that were hit, by bit. */
uint32_t run_outcome_found(const struct run_outcome *outcome);
/* The 95% interval of a chance from hits in walks (Wilson, 1927). */
void run_outcome_interval(double hits, double walks, double *ret_low, double *ret_high);

/* quiet: only what is the result of a run that counts. */
void run_outcome_print(const struct run_outcome *outcome, bool quiet, FILE *out);
/* Adds the report. */
void run_outcome_json(const struct run_outcome *outcome, struct json_writer *json, const char *key);

#endif
