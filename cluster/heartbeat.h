/* Who was heard of when: the failure detector of the ranks, by heartbeats.
 *
 * Silence is measured in the time that this process was awake. When it was stopped for a while (a suspended
 * machine, a virtual machine that moves, SIGSTOP), the others' messages could not be read, and mostly the
 * others were stopped as well: nobody is to blame for that. A long time between two looks at the clock is the
 * sign of it, so that the time between two looks counts for AWAKE_STEP_MAX at the most.
 *
 * Owner only. */
#ifndef RACEWALK_CLUSTER_HEARTBEAT_H
#define RACEWALK_CLUSTER_HEARTBEAT_H

#include "base/status.h"

/* Seconds. Whoever waits for others looks at the clock far more often than this. */
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
/* To be called before the others, and often. */
void heartbeat_look(struct heartbeat *heartbeat, double now);
void heartbeat_hear(struct heartbeat *heartbeat, int rank);
void heartbeat_hear_all(struct heartbeat *heartbeat);
/* For how many seconds the rank has been silent. */
double heartbeat_silence(const struct heartbeat *heartbeat, int rank);

#endif
