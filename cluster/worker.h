/* A rank other than 0: walks what it is assigned and sends what came of it. */
#ifndef RACEWALK_CLUSTER_WORKER_H
#define RACEWALK_CLUSTER_WORKER_H

#include "cluster/exchange.h"
#include "search/runner.h"

/* Local. Works until rank 0 says that the run is over: OK, or the failure that was told to rank 0. ERR_IO at
 * once when rank 0 is not heard of for silence_max seconds: then the job must be aborted. */
enum status worker_run(const struct run_config *config, struct exchange *exchange, double silence_max,
                       struct error *err) WARN_UNUSED;

#endif
