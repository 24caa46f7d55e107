/* SPDX-License-Identifier: Apache-2.0 */
/* The quotient of a Markov chain without cycles by ordinary lumpability (Kemeny and Snell, "Finite Markov
 * Chains", 1960, section 6.3): two states are in one class when their rows are equal once each edge's target
 * is replaced by its class. A walk has the same chances from all states of a class, so the class stands for
 * them: for example, what nothing will look at again makes no difference.
 *
 * Since there are no cycles (other than to stay), states are taken successors first, and one look at a row
 * tells its class, as hash-consing does for terms. Classes are numbered in that order, so edges lead to lower
 * numbers.
 *
 * The quotient is exact: weights are compared as integers. A row's edges are sorted by the contents of their
 * targets' rows, not by numbers, which depend on timing. So a sum over a row is the same in each run, with
 * any number of threads.
 *
 * Main thread; uses OpenMP inside. */
#ifndef RACEWALK_SEARCH_QUOTIENT_H
#define RACEWALK_SEARCH_QUOTIENT_H

#include "search/markov_chain.h"

/* Class 0 has an empty row: a walk that is there goes on for ever and never hits. (When the chain has dead
 * ends, a walk may also end without a hit, and only then do other classes never hit.) */
#define QUOTIENT_NEVER 0

struct quotient {
    struct markov_row *rows; /* class_count of them; their edges lead to classes */
    struct markov_edge *edges;
    size_t class_count;
    size_t edge_count;
    uint32_t initial; /* the class of the initial state */
    /* Level i is the classes starts[i] .. starts[i + 1] - 1; they lead to classes of lower levels only. */
    size_t *starts;
    size_t level_count;
};

/* Makes the quotient, and takes the chain's rows and edges, which are rewritten on the way and freed; the
 * chain's numbers stay. When the chain has cycles there is no quotient: *ret_cyclic is true and the chain is
 * unchanged. After ERR_MEMORY the chain has lost its rows, too. memory_max is in bytes, 0: no limit. */
enum status quotient_make(struct markov_chain *chain, int threads, size_t memory_max,
                          struct quotient *ret_quotient, bool *ret_cyclic, struct error *err) WARN_UNUSED;
void quotient_release(struct quotient *quotient);

/* Bytes that quotient_make needs for each state of the chain, besides the chain and the classes. */
#define QUOTIENT_STATE_BYTES 20

#endif
