/* What a rank's part of the protocol knows of the world. All of it comes as values, so that many ranks can
 * run in one process, over a transport and a clock of a test's own. */
#ifndef RACEWALK_CLUSTER_PROCESS_H
#define RACEWALK_CLUSTER_PROCESS_H

#include <stdbool.h>

#include "cluster/exchange.h"
#include "cluster/fault.h"

struct process {
    struct exchange *exchange;      /* to the other ranks; borrowed */
    struct fault *fault;            /* on purpose; borrowed */
    double silence_max;             /* seconds after which a rank that is not heard of is given up */
    void *context;                  /* of the functions */
    double (*clock)(void *context); /* seconds; goes on while the process is stopped */
    bool (*stop_requested)(void *context);
    void (*request_stop)(void *context); /* from now on stop_requested is true */
};

/* What a turn of a rank's loop came to. */
enum turn {
    TURN_WORKED,
    TURN_IDLE, /* there was nothing to do: the caller may nap for a moment */
    TURN_OVER  /* the last one */
};

/* A rank other than 0 says that it lives when it has said nothing else for so long, and so does rank 0. */
#define HEARTBEAT_SECONDS 1.0

#endif
