/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/run_stats.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "base/file.h"
#include "base/stop.h"

const struct option run_stats_rows[RUN_STATS_ROW_COUNT] = {
    {.name = "stats-ndjson",
     .kind = OPTION_TEXT,
     .metavar = "PATH",
     .help =
         "a JSON record a line while the run goes on: walks, steps, rates, findings, messages between ranks"},
    {.name = "stats-every",
     .kind = OPTION_REAL,
     .metavar = "SECONDS",
     .default_text = "1",
     .help = "between two records"},
};

enum status run_stats_open(struct run_stats *stats, const struct option_set *options,
                           const struct run_result *from, struct error *err)
{
    *stats = (struct run_stats){.path = option_text(options, "stats-ndjson"),
                                .interval = option_real(options, "stats-every"),
                                .last = clock_seconds()};
    if (stats->path == NULL)
        return OK;
    if (from != NULL) {
        stats->last_elapsed = from->elapsed;
        stats->last_steps = from->tally.steps;
    }
    if (from != NULL && strcmp(stats->path, "-") != 0 && (stats->file = fopen(stats->path, "ae")) != NULL)
        return OK;
    return file_open_lines(stats->path, &stats->file, err);
}

enum status run_stats_write(struct run_stats *stats, const struct executor *executor,
                            const struct run_result *state, size_t findings, int threads, double done,
                            bool last, struct error *err)
{
    if (stats->path == NULL || (!last && clock_seconds() - stats->last < stats->interval))
        return OK;
    struct executor_traffic traffic = {.messages = 0};
    if (executor->traffic != NULL)
        executor->traffic(&traffic);
    const struct walk_tally *tally = &state->tally;
    const double seconds = state->elapsed - stats->last_elapsed;
    const double rate = seconds > 0 ? (double)(tally->steps - stats->last_steps) / seconds : 0;
    fprintf(stats->file,
            "{\"elapsed_s\":%.3f,\"done\":%.6f,\"samples\":%" PRIu64 ",\"steps\":%" PRIu64
            ",\"steps_per_s\":%.0f,\"hits\":%" PRIu64 ",\"findings\":%zu,\"shapes\":%zu,\"bound\":%" PRIu32
            ",\"ranks\":%u,\"threads\":%d,\"messages\":%" PRIu64 ",\"message_bytes\":%" PRIu64
            ",\"bad_messages\":%" PRIu64 ",\"busy_s\":%.3f,\"last\":%s}\n",
            state->elapsed, done, tally->walks, tally->steps, rate, tally->ended, findings,
            state->shape_count, state->max_steps, executor->peers->ranks, threads, traffic.messages,
            traffic.bytes, traffic.bad, traffic.busy, last ? "true" : "false");
    stats->last = clock_seconds();
    stats->last_elapsed = state->elapsed;
    stats->last_steps = tally->steps;
    if (fflush(stats->file) != 0)
        return error_set(err, ERR_IO, "%s: cannot be written: %s", stats->path, strerror(errno));
    return OK;
}

enum status run_stats_close(struct run_stats *stats, struct error *err)
{
    return stats->path == NULL ? OK : file_close_lines(stats->file, stats->path, err);
}
