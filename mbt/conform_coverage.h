/* SPDX-License-Identifier: Apache-2.0 */
/* What a lockstep search has seen: how often each state of the model, how often each outcome of each action,
 * and which outcome a move last had in a state. Owner only. */
#ifndef RACEWALK_MBT_CONFORM_COVERAGE_H
#define RACEWALK_MBT_CONFORM_COVERAGE_H

#include "mbt/lockstep.h"

#define CONFORM_OUTCOMES_MAX 256 /* kinds of them; more are not told apart */

/* Counts by key: an open hash table. */
struct key_counts {
    uint64_t *keys; /* 0: free */
    uint32_t *counts;
    size_t size, used; /* size is a power of two */
};

void key_counts_release(struct key_counts *counts);
/* Adds to a key's count, or sets it. ERR_MEMORY. */
enum status key_counts_add(struct key_counts *counts, uint64_t key, uint32_t number) WARN_UNUSED;
enum status key_counts_set(struct key_counts *counts, uint64_t key, uint32_t number) WARN_UNUSED;
uint32_t key_counts_get(const struct key_counts *counts, uint64_t key);

/* An action that went one of its ways. */
struct conform_outcome {
    enum lockstep_kind kind; /* a step, an attempt that was refused, a look */
    uint32_t action;         /* of the model; 0 of a look */
    char branch[SYSTEM_ASPECT_SIZE];
    const struct known_difference *known;
    uint64_t count;
};

struct conform_coverage {
    struct key_counts states;
    struct key_counts ways; /* by state and move: index of the outcome seen last, from 1 */
    struct conform_outcome outcomes[CONFORM_OUTCOMES_MAX];
    size_t outcome_count;
    uint64_t steps, attempts, looks;
};

void conform_coverage_release(struct conform_coverage *coverage);

/* The state's key: states that are the same up to symmetry have the same. */
uint64_t conform_state_key(const struct model *model, const void *state);

/* before is the key of the state that the event was tried in, state the one after. */
enum status conform_coverage_add(struct conform_coverage *coverage, const struct model *model,
                                 enum lockstep_kind kind, uint32_t move, uint64_t before, const void *state,
                                 const struct system_step *step) WARN_UNUSED;

/* How often the outcome that the move is expected to have in that state was seen; 0 when it was never tried
 * there. */
uint64_t conform_coverage_outcome(const struct conform_coverage *coverage, uint64_t state, uint32_t move);

/* Adds all of part to sum. */
enum status conform_coverage_merge(struct conform_coverage *sum,
                                   const struct conform_coverage *part) WARN_UNUSED;
/* Brings the outcomes into the order of kind, action and branch. Nothing can be added any more. */
void conform_coverage_sort(struct conform_coverage *coverage);

#endif
