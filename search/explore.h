/* SPDX-License-Identifier: Apache-2.0 */
/* The exhaustive search: every reachable state of an instance, each with its shortest distance from the
 * initial one, so that what it says of a property holds for the whole instance.
 *
 * Three engines count the same things and are tested against each other:
 *
 *   by length   breadth-first with a hash set of all states: for models without a measure of progress
 *   layers      the general sweep of layers of equal progress (search/sweep.h)
 *   cells       the model's own sweep (model/cells.h)
 *
 * None of them keeps predecessors; the traces are found afterwards (search/trace_back.h). Counts, verdicts
 * and traces do not depend on the number of threads, nor on being interrupted and resumed.
 *
 * Several processes may share a search (config.peers): all call explore with the same configuration and get
 * the same result. Rank 0 alone reads and writes checkpoints, looks for the traces, and is called back about
 * findings. A stop that is asked for with any of them stops all.
 *
 * Main thread; uses OpenMP inside. The callbacks are called on the main thread. */
#ifndef RACEWALK_SEARCH_EXPLORE_H
#define RACEWALK_SEARCH_EXPLORE_H

#include "model/cells.h"
#include "model/model.h"
#include "search/peers.h"

#define EXPLORE_STEPS_UNLIMITED UINT32_C(0x7fffffff)

enum explore_engine { EXPLORE_AUTO, EXPLORE_BY_LENGTH, EXPLORE_LAYERS, EXPLORE_CELLS };

enum explore_stop {
    EXPLORE_EXHAUSTED, /* every state was looked at */
    EXPLORE_BOUND,     /* every state up to max_steps was, and there are others */
    EXPLORE_FINDING,   /* on_finding had enough */
    EXPLORE_TIMEOUT,
    EXPLORE_SIGNAL, /* or on_progress asked for it */
    EXPLORE_MEMORY  /* the limit was met, or the system gave no more */
};

enum explore_verdict {
    EXPLORE_GO_ON,
    EXPLORE_ENOUGH,
    EXPLORE_FAILED /* the callback has set its own error */
};

enum explore_phase { EXPLORE_COUNTING, EXPLORE_TRACING };

struct explore_progress {
    enum explore_phase phase;
    uint64_t states, transitions;
    uint32_t layer,
        distance;   /* progress of the layer, where there are layers; the distance that is being expanded */
    double done;    /* 0..1, a rough guess; negative: not known */
    double elapsed; /* seconds */
    size_t bytes;   /* in use */
};

struct explore_config {
    const struct model *model;
    uint32_t properties;
    bool symmetry;
    /* Keep 64 bits of each state (search/fingerprints.h), and states themselves only until they are expanded.
     * The engine is by length, or auto, which then is that. */
    bool fingerprints;
    enum explore_engine engine;
    int threads;        /* at least 1 */
    uint32_t max_steps; /* EXPLORE_STEPS_UNLIMITED: none */
    size_t max_memory;  /* bytes; 0: 80% of what is free, divided by those that share it */
    bool whole_process; /* max_memory is for all that the process has in memory; otherwise for the search's
                           own alone */
    double timeout;     /* seconds; 0: none */
    /* 0: look at every state, then give one shortest trace for each property that is hit. Otherwise: give the
     * traces that end in a property, shortest first, once for each property of the last state, until
     * on_finding has enough, which is up to it; a resumed search must have the same number. Then states that
     * hit a property are not expanded, as a walk would end there, and the counts are of what was looked at.
     */
    uint32_t until_findings;
    /* NULL: none. A folder that is there, which nobody else may save in (base/checkpoint_folder.h). Written
     * every checkpoint_seconds and on a stop, removed at the end of the search. ERR_USAGE when there is one
     * already, other than that to be resumed. */
    const char *checkpoint_dir;
    double checkpoint_seconds;
    const char *resume_dir; /* NULL: none */
    struct peers *peers;    /* NULL: alone. Borrowed */
    void *context;
    /* A trace with its payload, which shows trace->property in its last state and in none before. Borrowed.
     */
    enum explore_verdict (*on_finding)(void *context, const struct trace *trace);
    /* False stops the search, as a signal does. Called often; NULL is fine. */
    bool (*on_progress)(void *context, const struct explore_progress *progress);
};

struct explore_result {
    enum explore_stop stop;
    enum explore_engine engine;
    bool overflowed; /* the model's own engine (cells) began, met a number too large for it, and gave up */
    bool complete;   /* every reachable state was expanded: what was not hit, holds */
    struct sweep_tally counts;
    /* The chance, at most, that a reachable state was taken for another one and missed: 0 without
     * fingerprints. What is complete is so but for that. */
    double missed_chance;
    uint32_t hit;      /* properties that some state hits, by bit */
    uint32_t untraced; /* those of them for which no trace could be found, for want of memory or time */
    bool dropped;      /* until_findings: there were too many traces of one length to look at them all */
    bool resumed;
    double elapsed;    /* seconds, with those before a resume */
    size_t bytes;      /* the most memory that the search had in use at a time; of several processes the most
                          that one had */
    size_t max_memory; /* the limit that it had; of several processes the largest */
    size_t resident;   /* the most memory that the process, or one of them, ever had, as the system counts */
};

/* OK also when it stopped early. ERR_STOPPED when on_finding failed. ERR_USAGE when the checkpoint is of
 * another check, ERR_DATA, ERR_NO_INPUT, ERR_IO. */
enum status explore(const struct explore_config *config, struct explore_result *ret_result,
                    struct error *err) WARN_UNUSED;

/* What a check is of: two of the same have the same results, and one goes on from the other's checkpoint. The
 * fields mean what they mean in the configuration. */
struct check_task {
    struct instance instance;
    uint32_t properties, max_steps, until_findings;
    bool symmetry, fingerprints;
};

/* What a checkpoint is of. The warning says why the checkpoint before the newest one was taken; it is empty
 * when that was not so. ERR_NO_INPUT, ERR_DATA. */
enum status explore_read_checkpoint(const char *dir, const struct model_class *class,
                                    struct check_task *ret_task, struct error *ret_warning,
                                    struct error *err) WARN_UNUSED;

/* "by length", "layers", "cells". */
const char *explore_engine_name(enum explore_engine engine);

#endif
