/* SPDX-License-Identifier: Apache-2.0 */
/* The page about a check (search_page.h), with its states by layer or distance:
 *
 *   layers  {"unit": "layer" | "distance", "states": [of each, from 0 on]}, or null when they are not known:
 * the search went on from a checkpoint
 *
 * Main thread. */
#ifndef RACEWALK_CLI_CHECK_PAGE_H
#define RACEWALK_CLI_CHECK_PAGE_H

#include "cli/check_outcome.h"
#include "cli/rate.h"

/* How many states had been counted when a layer, or a distance, was left behind. */
struct check_layers {
    uint64_t *by_layer, *by_distance; /* owned; 0: there was no such moment */
    size_t layer_count, distance_count, layer_capacity, distance_capacity;
    bool failed; /* out of memory, or too many */
};

/* What is known now, as the search says it. */
void check_layers_note(struct check_layers *layers, const struct explore_progress *progress);
void check_layers_release(struct check_layers *layers);

enum status check_page_write(const struct check_outcome *outcome, const struct check_layers *layers,
                             const struct rate *rate, const char *path, struct error *err) WARN_UNUSED;

#endif
