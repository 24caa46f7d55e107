/* SPDX-License-Identifier: Apache-2.0 */
/* Random walks of any model, from its interface alone.
 *
 * Walk k of a run is a function of (seed, k): its trace seed is trace_seed_of(seed, k), each step takes one
 * draw of the walk's stream and chooses among the enabled moves by weight, in the model's order. A walk ends
 * at the first state that hits any watched property, after max_steps transitions, or where nothing is
 * enabled. A model's own kernel must give the same walks. Any thread. */
#ifndef RACEWALK_SEARCH_WALK_H
#define RACEWALK_SEARCH_WALK_H

#include "model/model.h"

/* Runs the job with the model's own kernel, or with walk_range_general when it has none for this model. Adds
 * to tally; hits may be NULL. */
void walk_range(const struct model *model, const struct walk_job *job, struct walk_tally *tally,
                struct walk_hits *hits);

/* The general kernel, slow and simple: the tests compare every other one with it. */
void walk_range_general(const struct model *model, const struct walk_job *job, struct walk_tally *tally,
                        struct walk_hits *hits);

/* The walk with this trace seed as a trace with its payload. The property is the first one of those that were
 * hit, or PROPERTY_NONE; max_steps and the trace seed are noted in it. ret_trace must be initialized and is
 * replaced. */
enum status walk_trace(const struct model *model, uint64_t trace_seed, uint32_t max_steps,
                       uint32_t properties, struct trace *ret_trace, struct error *err) WARN_UNUSED;

#endif
