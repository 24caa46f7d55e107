/* SPDX-License-Identifier: Apache-2.0 */
/* A rank other than 0: it walks what rank 0 assigns to it and sends back the results. It uses no global state
 * and reaches the process only through struct process; the caller calls worker_turn in a loop. */
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

/* Local. Reads the messages that came, and walks a block. Must not be called again after TURN_OVER. */
enum turn worker_turn(struct worker *worker);
/* After TURN_OVER. OK when rank 0 has said that the run is over, or knows why this rank cannot go on.
 * Otherwise rank 0 cannot be reached (it was silent for more than silence_max seconds, or the transport
 * fails), and the caller must abort the job. */
enum status worker_end(const struct worker *worker, struct error *err) WARN_UNUSED;

#endif
