/* SPDX-License-Identifier: Apache-2.0 */
/* A guided search for instances where walks and the exhaustive search are both too much: breadth-first, but a
 * state is kept only when some pair of its atoms (facts, see model_class.atoms) is true together for the
 * first time. This is IW(2) of Lipovetzky and Geffner, "Width and serialization of classical planning
 * problems" (ECAI 2012).
 *
 * It keeps at most as many states as there are pairs of atoms, so it ends soon. It finds a violation when, on
 * the way, no more than two facts at a time have to be reached together; a race between two parties is often of
 * this kind, however long each runs alone. It proves nothing: an instance in which it finds nothing may have violations,
 * and a trace that it finds may not be the shortest.
 *
 * The search works on representatives of symmetry classes, skips idle moves, and takes moves in the model's
 * order on one thread: what it finds is a function of the model, the properties and the limits. Any thread.
 */
#ifndef RACEWALK_SEARCH_NOVELTY_H
#define RACEWALK_SEARCH_NOVELTY_H

#include "model/model.h"

struct novelty_config {
    const struct model *model;
    uint32_t properties; /* bit p: property p is watched; the search ends at the first state that hits any */
    uint32_t max_steps;  /* of the trace; 0: no limit */
    uint64_t transitions_max; /* to take; 0: no limit */
    size_t memory_max;        /* bytes; 0: no limit */
    double timeout;           /* seconds; 0: none */
    uint64_t trace_seed;      /* of the trace's payload */
};

enum novelty_stop {
    NOVELTY_FOUND,
    NOVELTY_EXHAUSTED,   /* no state is left that shows a new pair */
    NOVELTY_TRANSITIONS, /* transitions_max */
    NOVELTY_MEMORY,      /* memory_max was too small for the states kept */
    NOVELTY_TIMEOUT,
    NOVELTY_SIGNAL
};

struct novelty_result {
    enum novelty_stop stop;
    uint32_t hit;    /* bit p: property p is hit at the end of the trace */
    uint32_t length; /* transitions of the trace; when nothing was found, of the longest path looked at */
    uint64_t states; /* kept */
    uint64_t transitions;
    double elapsed; /* seconds */
};

/* Bytes of the table of pairs, which is allocated before the search; the states kept come on top, at most one
 * for each pair. */
size_t novelty_table_bytes(const struct model *model);

/* Searches. When something was found (ret_result->stop tells), ret_trace, which must be initialized, is
 * replaced by the trace with its payload: its property is the first of those that were hit, and it has no
 * trace seed, since no walk brings it back. ERR_MEMORY when the table does not fit into memory_max, or when
 * the system refuses memory. */
enum status novelty_search(const struct novelty_config *config, struct novelty_result *ret_result,
                           struct trace *ret_trace, struct error *err) WARN_UNUSED;

#endif
