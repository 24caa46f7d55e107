/* SPDX-License-Identifier: Apache-2.0 */
/* Rank 0: hands out ranges of samples, walks some itself, merges what comes back in order of the sample, and
 * decides when the run is over.
 *
 * A range takes its rank about 100 ms, by the rank's measured speed, and less towards the end, so that nobody
 * waits for a slow rank. Each rank gets its next range before it is done with the one before. A result waits
 * in a reorder buffer until all results before it have come. An overdue range goes to a second rank as well
 * (backup tasks: Dean, Ghemawat, MapReduce, OSDI 2004, section 3.6), so that a rank that stands still does
 * not stop the others: a walk is the same on every rank, and the first result to come is taken.
 *
 * It uses no global state and reaches the process only through struct process; the caller calls
 * coordinator_turn in a loop. */
#ifndef RACEWALK_CLUSTER_COORDINATOR_H
#define RACEWALK_CLUSTER_COORDINATOR_H

#include "cluster/process.h"
#include "search/runner.h"

struct coordinator_config {
    const struct run_config *run;
    const struct process *process;
    int ranks;
    const char (*hosts)[64]; /* of each rank, for messages */
    double *busy;            /* of each rank: seconds of walking, filled in at the end */
    uint64_t *bad;           /* messages dropped, counted live */
};

struct coordinator;

/* Local. Borrows all that the config points to, and ret_result, which from now on says how far the run is.
 * ERR_MEMORY. */
enum status coordinator_new(const struct coordinator_config *config, struct run_result *ret_result,
                            struct coordinator **ret_coordinator, struct error *err) WARN_UNUSED;
/* NULL is fine. */
void coordinator_free(struct coordinator *coordinator);

/* Local. Takes the messages that came, merges, hands out ranges, and walks a block. Must not be called again
 * after TURN_OVER. */
enum turn coordinator_turn(struct coordinator *coordinator);
/* After TURN_OVER. As runner_run; ERR_STOPPED, when a callback of the run failed, leaves err as it is. ERR_IO
 * when a rank has fallen silent: *ret_lost is set, and the job must be aborted. */
enum status coordinator_end(const struct coordinator *coordinator, bool *ret_lost,
                            struct error *err) WARN_UNUSED;

#endif
