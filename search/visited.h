/* SPDX-License-Identifier: Apache-2.0 */
/* A set of packed states, each with a distance: the states in the order in which they came, and a table to
 * find them by.
 *
 * There are three kinds. Two are exact, with an open-addressed table of indices (linear probing, at most
 * three quarters full): a slot holds a state's index + 1 in as many low bits as the table's size has, and
 * above them a tag of bits of the state's hash, so that a probe seldom loads a state that is another one.
 *
 *   32 bits of a slot    | tag: what is left | index + 1: log2 of the slots |        0: empty
 *
 * VISITED_LABELLED keeps a distance with each state, which may be lowered. VISITED_ORDERED is for states that
 * come in the order of their distance: it keeps only where each distance begins. VISITED_FINGERPRINTS is
 * ordered, too, but knows states again by 64 bits of hash alone (search/fingerprints.h), and lets the owner
 * drop the oldest.
 *
 * The states stay in one array, so that an index names a state for good, a frontier is a range or a list of
 * indices, and a checkpoint is the array. All memory is counted in a budget. Owner only. */
#ifndef RACEWALK_SEARCH_VISITED_H
#define RACEWALK_SEARCH_VISITED_H

#include <stdint.h>

#include "base/budget.h"
#include "base/rng.h"
#include "search/fingerprints.h"

#define VISITED_MAX UINT32_MAX /* states of one set, and the index that is none */

/* The top bit of a distance is the owner's, who marks in it the states that it is done with: labelled sets
 * only. */
#define DISTANCE_DONE UINT32_C(0x80000000)
#define DISTANCE_MAX  (DISTANCE_DONE - 1)

enum visited_kind { VISITED_LABELLED, VISITED_ORDERED, VISITED_FINGERPRINTS };

/* The states of one distance, up to where the next one begins. */
struct visited_run {
    uint32_t distance, first;
};

struct visited {
    struct budget *budget; /* borrowed */
    enum visited_kind kind;
    uint32_t words;   /* of 64 bits in a state */
    uint32_t dropped; /* states before this index are not kept */
    uint64_t *states; /* from dropped to count */
    size_t count, capacity;
    uint32_t *distances;      /* capacity; labelled */
    struct visited_run *runs; /* ordered: of the states that are kept, by distance */
    size_t run_count, run_capacity;
    uint32_t *slots;
    size_t slot_count;           /* a power of two, or 0 */
    struct fingerprints *prints; /* of the kind that has them */
};

enum visited_outcome {
    VISITED_NEW,
    VISITED_LOWERED, /* known, with a larger distance, which is now the given one */
    VISITED_KNOWN,
    VISITED_FULL /* the budget, the system's memory or VISITED_MAX does not allow another state */
};

/* No memory is taken before the first insertion. */
void visited_init(struct visited *set, enum visited_kind kind, size_t words, struct budget *budget);
/* Leaves the set empty. */
void visited_release(struct visited *set);

/* hash must be visited_hash of the state. A distance with the owner's mark is never lowered; that of an
 * ordered set's states must not fall (visited_last_distance). The index is set unless the set is full, or is
 * one of fingerprints that knows the state. */
enum visited_outcome visited_insert(struct visited *set, const uint64_t *state, uint64_t hash,
                                    uint32_t distance, uint32_t *ret_index) WARN_UNUSED;
/* The same for many states, one after the other, in an ordered set. Returns false when it is full: then some
 * of them, the first ones, are in it. */
bool visited_insert_all(struct visited *set, const uint64_t *states, size_t count,
                        uint32_t distance) WARN_UNUSED;
/* Adds a fingerprint without its state; false when the set is full. */
bool visited_insert_fingerprint(struct visited *set, uint64_t fingerprint) WARN_UNUSED;
/* The state's index; VISITED_MAX when it is not in the set, which is exact. */
uint32_t visited_find(const struct visited *set, const uint64_t *state, uint64_t hash);

/* The distance of the last state of an ordered set that has one. */
static inline uint32_t visited_last_distance(const struct visited *set)
{
    return set->runs[set->run_count - 1].distance;
}
/* The distance of a state that is kept. */
uint32_t visited_distance(const struct visited *set, uint32_t index);
/* Ordered: where the states of this distance, or of the next larger one, begin. */
uint32_t visited_run_begin(const struct visited *set, uint32_t distance);
/* Moves *index on to a state of this distance, unless it is one; false when there is none. */
bool visited_seek(const struct visited *set, uint32_t distance, uint32_t *index);

/* Fingerprints only: forgets the states before this index, but not that they were there. shrink: gives their
 * memory back. */
void visited_drop(struct visited *set, uint32_t index, bool shrink);

static inline const uint64_t *visited_state(const struct visited *set, uint32_t index)
{
    return set->states + (size_t)(index - set->dropped) * set->words;
}

static inline uint64_t visited_hash(const uint64_t *state, size_t words)
{
    uint64_t hash = 0;
    for (size_t w = 0; w < words; w++)
        hash = rng_mix((hash ^ state[w]) + RNG_GAMMA);
    return hash;
}

/* Prefetches what a look-up of a state with this hash needs first, and then, once that has come, what it
 * needs next. */
static inline void visited_prefetch(const struct visited *set, uint64_t hash)
{
    if (set->slot_count > 0)
        __builtin_prefetch(&set->slots[hash & (set->slot_count - 1)]);
}
void visited_prefetch_state(const struct visited *set, uint64_t hash);

/* By words, the first one first: any fixed order serves to choose one of several states. */
int visited_compare(const uint64_t *a, const uint64_t *b, size_t words);

#endif
