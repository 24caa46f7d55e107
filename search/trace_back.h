/* SPDX-License-Identifier: Apache-2.0 */
/* Shortest traces to states that a sweep has found: it keeps distances but no predecessors, so that these are
 * looked for afterwards, from the states backwards.
 *
 * The states up to the largest distance asked for are swept once more, and kept. Then, one distance after the
 * other, down to the initial state, all states at distance d that have a wanted state at d + 1 among their
 * successors are found in one pass for all traces; of several the smallest (visited_compare) is taken, and of
 * several moves the first in the model's order. So the traces do not depend on the number of threads. Where
 * the memory does not allow all layers to be kept, the upper ones are, and the rest is swept again up to
 * where the traces have come: shorter each time.
 *
 * Main thread; uses OpenMP inside. */
#ifndef RACEWALK_SEARCH_TRACE_BACK_H
#define RACEWALK_SEARCH_TRACE_BACK_H

#include "search/sweep.h"

struct trace_back;

/* The payload of the traces is drawn from this trace seed. */
#define TRACE_BACK_SEED 1

/* config is that of the sweep that found the states: its model, properties, symmetry, layered, terminal,
 * threads, budget, context and on_round are used. */
enum status trace_back_new(const struct sweep_config *config, struct trace_back **ret_back,
                           struct error *err) WARN_UNUSED;
void trace_back_free(struct trace_back *back);

/* Asks for the way to a state with its shortest distance. *ret_node names it. ERR_MEMORY. */
enum status trace_back_want(struct trace_back *back, const uint64_t *state, uint32_t distance,
                            uint32_t *ret_node, struct error *err) WARN_UNUSED;

/* Finds the ways to all that was asked for, first in the layers of a sweep that has run, up to these states
 * at least, and kept what it could (config.retain); its layers are forgotten when that was not enough.
 * *ret_stop is SWEEP_EXHAUSTED when all were found. */
enum status trace_back_run(struct trace_back *back, struct sweep *sweep, enum sweep_stop *ret_stop,
                           struct error *err) WARN_UNUSED;

/* The trace to a node whose way was found, and one move farther to the packed state next unless it is NULL.
 * ret_trace must be initialized and is replaced. */
enum status trace_back_trace(struct trace_back *back, uint32_t node, const uint64_t *next, int property,
                             struct trace *ret_trace, struct error *err) WARN_UNUSED;

#endif
