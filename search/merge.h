/* SPDX-License-Identifier: Apache-2.0 */
/* Adds pieces of walks to a run, in order of the sample: the one place that decides what a hit means to the
 * run, for one machine and for many nodes. Main thread. */
#ifndef RACEWALK_SEARCH_MERGE_H
#define RACEWALK_SEARCH_MERGE_H

#include "search/walker.h"

/* The state in which the run begins: where it is resumed, or nothing walked. */
void merge_begin(const struct run_config *config, struct run_result *ret_state);

/* Counts the piece, which must start at state->next, and calls on_finding when the run has to tell of its
 * hit. ERR_STOPPED when on_finding failed; ERR_DATA when the piece counts a shape that it does not show. */
enum status merge_piece(const struct run_config *config, struct run_result *state, const struct piece *piece,
                        struct error *err) WARN_UNUSED;

/* True when there is nothing left to do; then state->stop says why. */
bool merge_is_over(const struct run_config *config, struct run_result *state);

/* How far the run is, 0..1, by its samples and its time-out. seconds: of this session. */
double merge_share_done(const struct run_config *config, const struct run_result *state, double seconds);

#endif
