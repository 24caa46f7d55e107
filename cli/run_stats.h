/* SPDX-License-Identifier: Apache-2.0 */
/* What the run command tells while it runs: --stats-ndjson, a record for every interval. Main thread. */
#ifndef RACEWALK_CLI_RUN_STATS_H
#define RACEWALK_CLI_RUN_STATS_H

#include <stdio.h>

#include "cli/cli.h"

struct run_stats {
    const char *path; /* NULL: nobody asked */
    FILE *file;
    double interval, last; /* seconds; clock_seconds of the last record */
    double last_elapsed;
    uint64_t last_steps;
};

#define RUN_STATS_ROW_COUNT 2
extern const struct option run_stats_rows[RUN_STATS_ROW_COUNT];

/* With a state that the run goes on from, the records are added to those that are there. */
enum status run_stats_open(struct run_stats *stats, const struct option_set *options,
                           const struct run_result *from, struct error *err) WARN_UNUSED;
/* Writes a record when it is time, or when it is the last one. */
enum status run_stats_write(struct run_stats *stats, const struct executor *executor,
                            const struct run_result *state, size_t findings, int threads, double done,
                            bool last, struct error *err) WARN_UNUSED;
enum status run_stats_close(struct run_stats *stats, struct error *err) WARN_UNUSED;

#endif
