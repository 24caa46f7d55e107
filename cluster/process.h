/* SPDX-License-Identifier: Apache-2.0 */
/* What a coordinator or a worker knows of the process that it runs in. All of it is given as values, so a test
 * can run many ranks in one process, with its own transport and clock. */
#ifndef RACEWALK_CLUSTER_PROCESS_H
#define RACEWALK_CLUSTER_PROCESS_H

#include <stdbool.h>

#include "cluster/exchange.h"
#include "cluster/fault.h"

struct process {
    struct exchange *exchange;      /* to the other ranks; borrowed */
    struct fault *fault;            /* on purpose; borrowed */
    double silence_max;             /* a rank that is silent for more seconds is given up */
    void *context;                  /* of the functions */
    double (*clock)(void *context); /* seconds; goes on while the process is stopped */
    bool (*stop_requested)(void *context);
    void (*request_stop)(void *context); /* from now on stop_requested is true */
};

/* What one turn of a rank's loop did. */
enum turn {
    TURN_WORKED,
    TURN_IDLE, /* there was nothing to do: the caller may nap for a moment */
    TURN_OVER  /* the last one */
};

/* A rank that has sent another nothing for so long sends it a heartbeat. */
#define HEARTBEAT_SECONDS 1.0

#endif
