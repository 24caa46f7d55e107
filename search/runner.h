/* SPDX-License-Identifier: Apache-2.0 */
/* A run: many random walks on all threads, with an answer that depends on the seed alone.
 *
 * Walks are done in blocks, whose pieces (search/walker.h) are merged in the order of the samples
 * (search/merge.h). So the first hit is the one of the lowest k, and the tallies count exactly the walks up
 * to where the run stopped, whatever the number of threads and the sizes of blocks (which follow the clock).
 *
 * Main thread; uses OpenMP inside. */
#ifndef RACEWALK_SEARCH_RUNNER_H
#define RACEWALK_SEARCH_RUNNER_H

#include <stdbool.h>

#include "search/walk.h"

#define RUN_FINDINGS_MAX 1024
/* Hits are counted by length in so many classes of equal width. */
#define RUN_LENGTHS 256

enum run_goal {
    RUN_COUNT,   /* hits are only counted */
    RUN_SHAPES,  /* until max_findings different shapes are found */
    RUN_SHORTEST /* every hit bounds the walks after it to fewer steps than its own */
};

enum run_stop { RUN_STOP_FINDING, RUN_STOP_SAMPLES, RUN_STOP_TIMEOUT, RUN_STOP_SIGNAL };

/* A shape that was found, and how many walks ended in it. */
struct run_shape {
    uint64_t id;
    uint64_t hits;
};

/* The width of a class of lengths, in transitions, in a run whose walks take at most max_steps: class i has
 * the lengths from i * width on. */
static inline uint32_t run_length_width(uint32_t max_steps)
{
    return max_steps / RUN_LENGTHS + 1;
}

/* How far a run is: all walks below next are counted, none above. At the end its result. */
struct run_result {
    struct walk_tally tally;
    uint64_t next;
    uint32_t max_steps;                        /* the bound of the next walk */
    struct run_shape shapes[RUN_FINDINGS_MAX]; /* RUN_SHAPES: in the order in which they were found */
    size_t shape_count;
    uint64_t lengths[RUN_LENGTHS]; /* the walks that ended in a hit, by class of length; they add up to
                                      tally.ended */
    enum run_stop stop;
    double elapsed; /* seconds, over all sessions of a run that was resumed */
};

struct run_config {
    const struct model *model;
    uint64_t seed;
    uint64_t max_samples;
    uint32_t max_steps;
    uint32_t properties;
    enum run_goal goal;
    size_t max_findings;             /* RUN_SHAPES: 1 to RUN_FINDINGS_MAX */
    int threads;                     /* at least 1 */
    double timeout;                  /* seconds of this session; 0: none */
    const struct run_result *resume; /* where the run goes on, or NULL */
    void *context;
    /* Called for each hit that is the first of its shape, or shorter than all before it, in order of sample,
     * on the main thread. A failure ends the run. May be NULL. */
    enum status (*on_finding)(void *context, const struct walk_hit *hit);
    /* The shape of a hit, never 0 unless out of memory; called on any of the threads at once. NULL: that of
     * search/shape.h. */
    uint64_t (*classify)(void *context, const struct walk_hit *hit);
    /* Called between blocks, some 20 times a second; NULL is fine. done says how far the run is, 0..1. A
     * failure ends the run. */
    enum status (*on_progress)(void *context, const struct run_result *state, double done);
};

/* OK, ERR_MEMORY, or ERR_STOPPED when on_finding or on_progress failed. */
enum status runner_run(const struct run_config *config, struct run_result *ret_result,
                       struct error *err) WARN_UNUSED;

#endif
