/* Rank 0: hands out ranges of samples, walks some itself, merges what comes back in order of the sample, and
 * decides when the run is over.
 *
 * Ranges are cut to some 100 ms of the measured speed of the rank that gets them, and smaller towards the
 * end, so that a slow rank holds up nobody; each rank has the next one before it is done with the one before.
 * What has come back waits in a reorder buffer until all before it has. A range that is overdue goes to a
 * second rank (backup tasks: Dean, Ghemawat, MapReduce, OSDI 2004, section 3.6), so that a rank that stands
 * still stops nobody: a walk is the same on every rank, and whichever result comes first is taken.
 *
 * A value that turns: it holds no state of the process, and knows the world through struct process. */
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

/* Local. Borrows all that the config points to, and ret_result, which says how far the run has come from now
 * on. ERR_MEMORY. */
enum status coordinator_new(const struct coordinator_config *config, struct run_result *ret_result,
                            struct coordinator **ret_coordinator, struct error *err) WARN_UNUSED;
/* NULL is fine. */
void coordinator_free(struct coordinator *coordinator);

/* Local. Takes what came, merges, hands out, and walks a block. Not to be called again after TURN_OVER. */
enum turn coordinator_turn(struct coordinator *coordinator);
/* After TURN_OVER. As runner_run; ERR_STOPPED, when a callback of the run failed, leaves err as it is. ERR_IO
 * when a rank has fallen silent: *ret_lost is set, and the job must be aborted. */
enum status coordinator_end(const struct coordinator *coordinator, bool *ret_lost,
                            struct error *err) WARN_UNUSED;

#endif
