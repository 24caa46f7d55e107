/* A run: many random walks on all threads, with an answer that depends on the seed alone.
 *
 * Walks are done in blocks; the chunks of a block are spread over the threads, and their tallies and hits are
 * merged in the order of the samples. So the first hit is the one of the lowest k, and the tallies count
 * exactly the walks up to where the run stopped, whatever the number of threads and the sizes of blocks
 * (which follow the clock).
 *
 * Main thread; uses OpenMP inside. */
#ifndef RACEWALK_SEARCH_RUNNER_H
#define RACEWALK_SEARCH_RUNNER_H

#include <stdbool.h>

#include "search/walk.h"

enum run_stop { RUN_STOP_FINDING, RUN_STOP_SAMPLES, RUN_STOP_TIMEOUT, RUN_STOP_SIGNAL };

/* What the run does after a hit. */
enum run_verdict {
    RUN_GO_ON,
    RUN_STOP_HERE,
    RUN_SHORTER, /* go on, but from the next walk on only for hits that are shorter than this one */
    RUN_FAILED   /* the callback has set its own error */
};

struct run_config {
    const struct model *model;
    uint64_t seed;
    uint64_t max_samples;
    uint32_t max_steps;
    uint32_t properties;
    int threads;    /* at least 1 */
    double timeout; /* seconds; 0: none */
    void *context;
    /* Called for every hit in order of sample, on the main thread; NULL: hits are only counted. */
    enum run_verdict (*on_hit)(void *context, const struct walk_hit *hit);
    /* Called for every hit before on_hit, on any of the threads at once; what it returns stands in
     * hit->shape. NULL is fine. */
    uint64_t (*classify)(void *context, const struct walk_hit *hit);
    /* Called between blocks, some 20 times a second; NULL is fine. done says how far the run is, 0..1. */
    void (*on_progress)(void *context, const struct walk_tally *tally, double elapsed, double done);
};

struct run_result {
    struct walk_tally tally;
    enum run_stop stop;
    double elapsed; /* seconds */
};

/* OK, ERR_MEMORY, or ERR_STOPPED when on_hit failed. */
enum status runner_run(const struct run_config *config, struct run_result *ret_result,
                       struct error *err) WARN_UNUSED;

#endif
