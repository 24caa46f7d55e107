/* SPDX-License-Identifier: Apache-2.0 */
/* What came of a check, in words and as JSON. Main thread. */
#ifndef RACEWALK_CLI_CHECK_OUTCOME_H
#define RACEWALK_CLI_CHECK_OUTCOME_H

#include <stdio.h>

#include "base/json_writer.h"
#include "cli/cli.h"
#include "model/finding.h"
#include "search/explore.h"

/* Everything is borrowed. */
struct check_outcome {
    const struct cli *cli;
    const struct model *model;
    const struct explore_config *config;
    const struct explore_result *result;
    const struct finding *const *findings;
    size_t finding_count;
};

/* True when the search was stopped before its end: by time, a signal, or want of memory. */
bool check_outcome_is_early(const struct check_outcome *outcome);

/* quiet: the verdicts only. */
void check_outcome_print(const struct check_outcome *outcome, bool quiet, FILE *out);
/* Adds the report. */
void check_outcome_json(const struct check_outcome *outcome, struct json_writer *json, const char *key);

#endif
