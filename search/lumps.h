/* The states of a chain without cycles, lumped: states whose rows are the same, up to lumping of the states
 * that they lead to, are one class. What a walk can do from them, and how likely it is, is the same for ever
 * (this is ordinary lumpability of Markov chains: Kemeny and Snell, "Finite Markov Chains", 1960,
 * section 6.3), so a class stands for all of them. In the DNS balancer a class has four to twelve states on
 * average: records that no name will point to again, say, make no difference.
 *
 * Without cycles (other than to stay), states can be taken successors first, and one look at a row tells its
 * class, as hash-consing does for terms. Classes are numbered in that order, so that edges lead to lower
 * numbers.
 *
 * Weights are compared as integers: lumping is exact. A row's edges are in an order that depends on what they
 * lead to, not on numbers that follow timing; so sums over a row are the same in each run, with any number of
 * threads.
 *
 * Main thread; uses OpenMP inside. */
#ifndef RACEWALK_SEARCH_LUMPS_H
#define RACEWALK_SEARCH_LUMPS_H

#include "search/chain.h"

/* Class 0 has no row worth the name: a walk goes on for ever there and never hits. (When there are dead ends,
 * a walk may end without a hit, and classes that never hit are told apart like all others.) */
#define LUMP_NEVER 0

struct lumps {
    struct chain_row *rows; /* class_count of them; their edges lead to classes */
    struct chain_edge *edges;
    size_t class_count;
    size_t edge_count;
    uint32_t initial; /* the class of the initial state */
    size_t *
        starts; /* of the levels: classes starts[i] .. starts[i + 1] - 1 lead to those of lower levels only */
    size_t level_count;
};

/* Lumps the chain and takes its rows and edges: they are rewritten on the way, and freed. The chain's numbers
 * stay. *ret_cyclic tells that there are no lumps since the chain has cycles; it is then as it was.
 * ERR_MEMORY: the chain has lost its rows all the same. memory_max is in bytes, 0: no limit. */
enum status lumps_make(struct chain *chain, int threads, size_t memory_max, struct lumps *ret_lumps,
                       bool *ret_cyclic, struct error *err) WARN_UNUSED;
void lumps_release(struct lumps *lumps);

/* Bytes for each state of the chain that lumping needs besides the chain and the classes. */
#define LUMPS_STATE_BYTES 20

#endif
