/* SPDX-License-Identifier: Apache-2.0 */
/* The failure detector of the ranks, by heartbeats: when each rank was last heard of.
 *
 * Silence is measured in the time that this process was awake. A process may be stopped for a while (by a
 * suspended machine, a virtual machine that moves, SIGSTOP). It cannot read messages then, and most often the
 * others are stopped, too, so no rank must be given up for it. Such a stop shows as a long time between two
 * looks at the clock; therefore the time between two looks counts as AWAKE_STEP_MAX at most.
 *
 * Owner only. */
#ifndef RACEWALK_CLUSTER_HEARTBEAT_H
#define RACEWALK_CLUSTER_HEARTBEAT_H

#include "base/status.h"

/* Seconds. A process that waits for others must look at the clock far more often than this. */
#define AWAKE_STEP_MAX 0.5

/* A clock that stands still while this process does. */
struct awake_clock {
    double seconds; /* awake, since the clock was started */
    double looked;  /* when the other clock was last looked at */
};

/* now is the time by a clock that goes on while the process is stopped, in seconds. */
void awake_clock_start(struct awake_clock *clock, double now);
/* Returns the seconds that the process has been awake since the start. */
double awake_clock_look(struct awake_clock *clock, double now);

struct heartbeat {
    struct awake_clock clock;
    double *heard; /* by rank, on that clock; owned */
    int ranks;
};

/* All ranks have just been heard of. ERR_MEMORY. */
enum status heartbeat_init(struct heartbeat *heartbeat, int ranks, double now) WARN_UNUSED;
void heartbeat_release(struct heartbeat *heartbeat);
/* Must be called before the functions below, and often. */
void heartbeat_look(struct heartbeat *heartbeat, double now);
void heartbeat_hear(struct heartbeat *heartbeat, int rank);
void heartbeat_hear_all(struct heartbeat *heartbeat);
/* For how many seconds the rank has been silent. */
double heartbeat_silence(const struct heartbeat *heartbeat, int rank);

#endif
