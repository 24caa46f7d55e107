/* SPDX-License-Identifier: Apache-2.0 */
/* Searches for where a system and its model part: random walks of the model go to the system step by step
 * (mbt/lockstep.h), with attempts at what is not enabled and looks in between. Each difference is shrunk on
 * the system at once.
 *
 *          round r                           round r + 1
 *   worker 0: samples 0 2 4 … of the round   …
 *   worker 1: samples 1 3 5 …                …
 *             └ findings in order of the sample, to the owner
 *
 * A worker is a thread with a system of its own; with one job there is no thread beside the owner's. The same
 * seed and the same number of jobs give the same run, as long as time does not end it. Owner only. */
#ifndef RACEWALK_MBT_CONFORM_H
#define RACEWALK_MBT_CONFORM_H

#include "mbt/conform_walk.h"

#define CONFORM_JOBS_MAX    64
#define CONFORM_ROUND       8 /* samples of a worker in a round, when there are several */
#define CONFORM_SAMPLES_ALL UINT64_MAX

struct conform_finding {
    uint64_t sample;
    size_t found_after;                   /* events of the walk, up to the difference */
    uint64_t steps_after;                 /* compared steps of the whole search, up to the difference */
    size_t replays;                       /* that shrinking took */
    bool is_steady;                       /* it came again when the same was done again */
    const struct lockstep_script *script; /* shrunk: each event is needed. The difference is at the last. */
    const struct lockstep_difference *difference;
    const char *details; /* a line for each event: what was done, as the driver says it; lines may be empty */
};

struct conform_progress {
    uint64_t samples, compared; /* walks; steps, attempts and looks */
    size_t states;
};

struct conform_config {
    const struct model *model;
    const struct system_driver *driver;
    const void *setup; /* of the driver */
    const struct lockstep_vocabulary *vocabulary;
    enum conform_choice choice;
    bool allowed_only; /* nothing is tried that the model does not allow */
    uint64_t seed, max_samples;
    uint32_t max_steps;
    size_t jobs; /* 1 for a system that runs already */
    /* Called by the owner's thread, in the order of samples. False ends the search. */
    bool (*on_finding)(void *user, const struct conform_finding *finding);
    /* Between rounds, by the owner's thread; may be NULL. */
    void (*on_progress)(void *user, const struct conform_progress *progress);
    bool (*stopped)(void *user); /* asked before each event, by any thread */
    /* As struct system_observer's, by any thread; may be NULL. */
    void (*on_words)(void *user, const char *line);
    void *user;
};

struct conform_result {
    struct conform_coverage coverage; /* of all workers */
    uint64_t samples, findings;
    bool is_complete; /* all samples, or enough findings: nothing stopped it */
};

/* ret_result is filled in whatever comes of it, and released by conform_coverage_release. ERR_IO when a
 * system is lost, or cannot be had. */
enum status conform_search(const struct conform_config *config, struct conform_result *ret_result,
                           struct error *err) WARN_UNUSED;

#endif
