/* SPDX-License-Identifier: Apache-2.0 */
/* Who carries out a search: this process alone, or together with others that carry out the same command line.
 * Main thread. */
#ifndef RACEWALK_SEARCH_EXECUTOR_H
#define RACEWALK_SEARCH_EXECUTOR_H

#include "search/peers.h"
#include "search/runner.h"

/* What it took to talk to other processes so far. */
struct executor_traffic {
    uint64_t messages, bytes; /* sent and received by rank 0 */
    uint64_t bad;             /* that could not be read, and were dropped */
    double busy;              /* seconds of walking of all processes that have ended */
};

struct executor {
    /* For a check, and to agree on what is to be done. All but rank 0 print and write nothing. */
    struct peers *peers;
    /* Local. NULL: there is none. */
    void (*traffic)(struct executor_traffic *ret_traffic);
    /* Collective. As runner_run. Only rank 0 gets a result and is called back. */
    enum status (*run)(const struct run_config *config, struct run_result *ret_result, struct error *err);
};

#endif
