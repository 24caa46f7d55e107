/* The Markov chain of a uniform walk: the control states that a walk can be in, and the weights with which it
 * moves on.
 *
 * A state of the chain stands for a symmetry class. A walk ends where it hits a watched property, so those
 * states are not in the chain: each row has the weight of the moves that hit instead. Idle moves, and moves
 * within the class, are the row's weight to stay; moves to the same class are one edge. Weights are the
 * model's integers, so a row is exact.
 *
 * States are found breadth-first, by all threads; numbers are given as states are found, so they depend on
 * timing, but the rows up to that numbering do not. State 0 is the initial one. With a bound on the steps,
 * states that are farther away are left out, as are the edges to them: they cannot matter to shorter walks.
 *
 * Main thread; uses OpenMP inside. */
#ifndef RACEWALK_SEARCH_CHAIN_H
#define RACEWALK_SEARCH_CHAIN_H

#include "model/model.h"

#define CHAIN_STATES_MAX ((size_t)UINT32_MAX - 1024)
#define CHAIN_NEVER      UINT32_MAX

struct chain_edge {
    uint32_t target;
    uint32_t weight;
};

/* total = stay + hit + the edges' weights + what leads beyond the bound on the steps. 0: nothing is enabled.
 */
struct chain_row {
    uint64_t first_edge;
    uint32_t edge_count;
    uint32_t total;
    uint32_t stay;
    uint32_t hit;
};

struct chain {
    struct chain_row *rows; /* state_count of them */
    struct chain_edge *edges;
    size_t state_count;
    size_t transitions; /* moves that are not idle, from all rows */
    size_t bytes;       /* of rows and edges, as allocated */
    uint32_t levels;    /* states nearer than this many transitions have their rows */
    uint32_t shortest;  /* transitions to the nearest hit, or CHAIN_NEVER: none was seen */
    bool complete;      /* all states that can be reached are there */
    bool dead_ends;     /* in some state nothing is enabled */
};

struct chain_config {
    const struct model *model;
    uint32_t properties;
    uint32_t max_steps; /* walks are this long at most */
    bool until_hit; /* stop as soon as the nearest hit is known; the chain is then good for nothing else */
    int threads;
    size_t states_max;  /* 0: CHAIN_STATES_MAX */
    size_t memory_max;  /* bytes; 0: no limit */
    size_t state_extra; /* bytes that the caller will need for each state, once the building's own are freed;
                         * count to memory_max */
    double deadline;    /* on clock_seconds; 0: none */
    void *context;
    void (*on_progress)(void *context, size_t states); /* many times a second; NULL is fine */
};

/* ret_chain is set in any case, and is to be released; after a failure it has the numbers, but no rows.
 * ERR_MEMORY: a limit was met or the system refused memory; ERR_STOPPED: deadline or signal. The message says
 * how far it came. */
enum status chain_build(const struct chain_config *config, struct chain *ret_chain,
                        struct error *err) WARN_UNUSED;
void chain_release(struct chain *chain);
/* Rows and edges only; the numbers stay. */
void chain_release_rows(struct chain *chain);

#endif
