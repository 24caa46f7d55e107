/* SPDX-License-Identifier: Apache-2.0 */
/* The Markov chain of a uniform walk: the control states that a walk can be in, and the weights with which it
 * moves on.
 *
 * A state of the chain stands for a symmetry class. A walk ends where it hits a watched property, so the
 * chain has no such states: each row has the summed weight of the moves that hit (hit). Idle moves and moves
 * within the class are summed up as well (stay). All moves to one other class are one edge. Weights are the
 * model's integers, so a row is exact.
 *
 * All threads look for states, breadth-first. A state's number depends on timing; apart from the numbers the
 * rows do not. State 0 is the initial one. With a bound on the steps, states that are farther away than it
 * are left out with the edges to them: a walk within the bound cannot take them.
 *
 * Main thread; uses OpenMP inside. */
#ifndef RACEWALK_SEARCH_MARKOV_CHAIN_H
#define RACEWALK_SEARCH_MARKOV_CHAIN_H

#include "model/model.h"

#define MARKOV_CHAIN_STATES_MAX ((size_t)UINT32_MAX - 1024)
#define MARKOV_CHAIN_NEVER      UINT32_MAX

struct markov_edge {
    uint32_t target;
    uint32_t weight;
};

/* total = stay + hit + the edges' weights + the weight of the edges left out. 0: nothing is enabled. */
struct markov_row {
    uint64_t first_edge;
    uint32_t edge_count;
    uint32_t total;
    uint32_t stay;
    uint32_t hit;
};

struct markov_chain {
    struct markov_row *rows; /* state_count of them */
    struct markov_edge *edges;
    size_t state_count;
    size_t transitions; /* moves that are not idle, from all rows */
    size_t bytes;       /* of rows and edges, as allocated */
    uint32_t levels;    /* states nearer than this many transitions have their rows */
    uint32_t shortest;  /* transitions to the nearest hit, or MARKOV_CHAIN_NEVER: none was seen */
    bool complete;      /* all states that can be reached are there */
    bool dead_ends;     /* in some state nothing is enabled */
};

struct markov_chain_config {
    const struct model *model;
    uint32_t properties;
    uint32_t max_steps; /* walks are this long at most */
    /* Stop as soon as the nearest hit is known; then the chain must not be used for anything else. */
    bool until_hit;
    int threads;
    size_t states_max; /* 0: MARKOV_CHAIN_STATES_MAX */
    size_t memory_max; /* bytes; 0: no limit */
    /* Bytes that the caller will need for each state once the build has freed its own; they count towards
     * memory_max. */
    size_t state_extra;
    double deadline; /* on clock_seconds; 0: none */
    void *context;
    void (*on_progress)(void *context, size_t states); /* many times a second; NULL is fine */
};

/* Sets ret_chain in any case; the caller must release it. After a failure it has the numbers but no rows.
 * ERR_MEMORY: a limit was met or the system refused memory. ERR_STOPPED: deadline or signal. The message says
 * how far the build came. */
enum status markov_chain_build(const struct markov_chain_config *config, struct markov_chain *ret_chain,
                               struct error *err) WARN_UNUSED;
void markov_chain_release(struct markov_chain *chain);
/* Rows and edges only; the numbers stay. */
void markov_chain_release_rows(struct markov_chain *chain);

#endif
