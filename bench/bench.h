/* SPDX-License-Identifier: Apache-2.0 */
/* A benchmark is a row: a name, a unit, and a function that measures once. main.c repeats the rows in turn
 * (so that a drift of the clock or a noisy neighbour meets them all alike) and reports medians.
 *
 * A file of rows offers a struct bench_table and is named in bench_tables in main.c. Main thread; a measure
 * may use threads and start other programs. */
#ifndef RACEWALK_BENCH_BENCH_H
#define RACEWALK_BENCH_BENCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/status.h"

/* How a measure is to be taken: the same for all rows of a run. */
struct bench_settings {
    double seconds; /* that one measure should take, about, where it can be chosen */
    /* Walks of one measure in place of seconds, so that instructions can be counted; 0: seconds count. */
    uint64_t walks;
    int threads; /* what "all threads" means */
    bool quick;  /* sizes are cut so that everything runs once in a moment; the figures mean nothing */
    const char *programs; /* the folder of racewalk and its kin */
    const char *work;     /* a folder for files, empty at the start */
};

/* What one measure gave. */
struct measure {
    double value; /* in the row's unit */
    double work;  /* what was done: steps, transitions, actions; 0: not counted */
    double bytes; /* the most memory that the search had in use; 0: not counted */
    double
        states; /* that it counted, of which each has its share of the bytes; 0: bytes are told as they are */
};

struct bench {
    const char *name; /* "walk/avx512/1 thread": parts by slashes, from the general to the special */
    const char *unit; /* "M steps/s" */
    /* Measures once. A failure says why the row cannot be had here, and is no error of the run. */
    enum status (*run)(const struct bench *bench, const struct bench_settings *settings,
                       struct measure *ret_measure, struct error *err);
    const void *setup;      /* the function's own */
    int threads;            /* it uses, 0 for all; cycles a step are reckoned from it */
    const char *counted_as; /* "step": what measure.work counts, where --instructions can count it; or NULL */
    bool large;             /* takes minutes: measured when it is asked for by name */
};

struct bench_table {
    const struct bench *rows;
    size_t count;
};

extern const struct bench_table bench_walk_table, bench_check_table, bench_trace_table, bench_start_table,
    bench_peer_table, bench_peterson_table, bench_limit_table;

/* The processor's name, "unknown" where the system does not tell. The text is static. */
const char *host_processor(void);
/* Clock cycles a second of one core that is busy with scalar code; 0 where it cannot be measured. */
double host_clock(void);

#endif
