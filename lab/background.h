/* SPDX-License-Identifier: Apache-2.0 */
/* The lab's background threads: a planner that makes a plan now and then, and deployers that sync, deploy and,
 * after an install, clean up. Each has a thread.
 *
 * Each step takes the lab's lock by itself, so that the steps of the deployers interleave. If a whole round
 * held the lock, there would be no race to see. */
#ifndef RACEWALK_LAB_BACKGROUND_H
#define RACEWALK_LAB_BACKGROUND_H

#include <pthread.h>

#include "base/status.h"
#include "lab/lab.h"

struct background_config {
    double planner_interval_s;  /* between two plans; the first comes at once */
    double deployer_interval_s; /* between two rounds of a deployer … */
    double deployer_jitter_s;   /* … plus a random part of this */
};

struct background; /* opaque */

/* Borrows the lab and its lock, which every step takes, until background_stop. */
enum status background_start(struct lab *lab, pthread_mutex_t *lock, const struct background_config *config,
                             struct background **ret_background, struct error *err) WARN_UNUSED;
/* Ends the threads; takes no longer than one step. NULL is fine. */
void background_stop(struct background *background);

#endif
