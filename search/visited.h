/* SPDX-License-Identifier: Apache-2.0 */
/* An exact set of packed states, each with a distance: the states in the order in which they came, and an
 * open-addressed table of their indices (linear probing, at most two thirds full) to find them by.
 *
 * The states stay in one array, so that an index names a state for good, a frontier is a list of indices, and
 * a checkpoint is the arrays. All memory is counted in a budget. Owner only. */
#ifndef RACEWALK_SEARCH_VISITED_H
#define RACEWALK_SEARCH_VISITED_H

#include <stdint.h>

#include "base/budget.h"
#include "base/rng.h"

#define VISITED_MAX UINT32_MAX /* states of one set, and the index that is none */

/* The top bit of a distance is the owner's, who marks in it the states that it is done with. */
#define DISTANCE_DONE UINT32_C(0x80000000)
#define DISTANCE_MAX  (DISTANCE_DONE - 1)

struct visited {
    struct budget *budget; /* borrowed */
    size_t words;          /* of 64 bits in a state */
    uint64_t *states;      /* count * words */
    uint32_t *distances;   /* count */
    size_t count, capacity;
    uint32_t *slots;   /* index + 1, or 0 */
    size_t slot_count; /* a power of two, or 0 */
};

enum visited_outcome {
    VISITED_NEW,
    VISITED_LOWERED, /* known, with a larger distance, which is now the given one */
    VISITED_KNOWN,
    VISITED_FULL /* the budget, the system's memory or VISITED_MAX does not allow another state */
};

/* No memory is taken before the first insertion. */
void visited_init(struct visited *set, size_t words, struct budget *budget);
void visited_release(struct visited *set);

/* hash must be visited_hash of the state. A distance with the owner's mark is never lowered. */
enum visited_outcome visited_insert(struct visited *set, const uint64_t *state, uint64_t hash,
                                    uint32_t distance, uint32_t *ret_index) WARN_UNUSED;
/* The state's index; VISITED_MAX when it is not in the set. */
uint32_t visited_find(const struct visited *set, const uint64_t *state, uint64_t hash);

static inline const uint64_t *visited_state(const struct visited *set, uint32_t index)
{
    return set->states + (size_t)index * set->words;
}

static inline uint64_t visited_hash(const uint64_t *state, size_t words)
{
    uint64_t hash = 0;
    for (size_t w = 0; w < words; w++)
        hash = rng_mix((hash ^ state[w]) + RNG_GAMMA);
    return hash;
}

/* Prefetches the slot of a state with this hash, ahead of a look-up. */
static inline void visited_prefetch(const struct visited *set, uint64_t hash)
{
    if (set->slot_count > 0)
        __builtin_prefetch(&set->slots[hash & (set->slot_count - 1)]);
}

/* By words, the first one first: any fixed order serves to choose one of several states. */
int visited_compare(const uint64_t *a, const uint64_t *b, size_t words);

#endif
