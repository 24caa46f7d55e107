/* A rank other than 0: walks what it is assigned and sends what came of it. A value that turns: it holds no
 * state of the process, and knows the world through struct process. */
#ifndef RACEWALK_CLUSTER_WORKER_H
#define RACEWALK_CLUSTER_WORKER_H

#include "cluster/process.h"
#include "search/runner.h"

struct worker;

/* Local. Borrows both. ERR_MEMORY. */
enum status worker_new(const struct run_config *config, const struct process *process,
                       struct worker **ret_worker, struct error *err) WARN_UNUSED;
/* NULL is fine. */
void worker_free(struct worker *worker);

/* Local. Reads what came, and walks a block. Not to be called again after TURN_OVER. */
enum turn worker_turn(struct worker *worker);
/* After TURN_OVER. OK when rank 0 has said that the run is over, or was told why this rank cannot go on.
 * Otherwise rank 0 cannot be reached (it has not been heard of for silence_max seconds, or the transport
 * fails), and the job must be aborted. */
enum status worker_end(const struct worker *worker, struct error *err) WARN_UNUSED;

#endif
