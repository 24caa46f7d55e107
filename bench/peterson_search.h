/* SPDX-License-Identifier: Apache-2.0 */
/* A breadth-first search of Peterson's lock, by hand: what a programmer who knows this model, and no other,
 * would write to be fast. The general search is measured beside it. One thread. */
#ifndef RACEWALK_BENCH_PETERSON_SEARCH_H
#define RACEWALK_BENCH_PETERSON_SEARCH_H

#include "bench/peterson.h"

struct peterson_counts {
    uint64_t states, transitions;
    uint32_t diameter;
    bool violated; /* two processes were inside at a time */
    size_t bytes;  /* the most memory that the states and their table took at a time */
};

/* Counts every reachable state. ERR_MEMORY. */
enum status peterson_search(unsigned processes, enum peterson_error error, struct peterson_counts *ret_counts,
                            struct error *err) WARN_UNUSED;

#endif
