/* Rank 0: hands out ranges of samples, walks some itself, merges what comes back in order of the sample, and
 * decides when the run is over.
 *
 * Ranges are cut to some 100 ms of the measured speed of the rank that gets them, and smaller towards the
 * end, so that a slow rank holds up nobody; each rank has the next one before it is done with the one before.
 * What has come back waits in a window until all before it has. */
#ifndef RACEWALK_CLUSTER_COORDINATOR_H
#define RACEWALK_CLUSTER_COORDINATOR_H

#include "cluster/exchange.h"
#include "search/runner.h"

struct coordinator_config {
    const struct run_config *run;
    struct exchange *exchange;
    int ranks;
    double silence_max;      /* seconds after which a rank is given up */
    const char (*hosts)[64]; /* of each rank, for messages */
    double *busy;            /* of each rank: seconds of walking, filled in at the end */
    uint64_t *bad;           /* messages dropped, counted live */
};

/* Local. As runner_run. ERR_IO when a rank has fallen silent: *ret_lost is set, ret_result says how far the
 * run came, and the job must be aborted. */
enum status coordinator_run(const struct coordinator_config *config, struct run_result *ret_result,
                            bool *ret_lost, struct error *err) WARN_UNUSED;

#endif
