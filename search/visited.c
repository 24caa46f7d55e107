/* SPDX-License-Identifier: Apache-2.0 */
#include "search/visited.h"

#include <assert.h>
#include <string.h>

#include "base/memory.h"

#define CAPACITY_FIRST 16

void visited_init(struct visited *set, size_t words, struct budget *budget)
{
    assert(words >= 1);
    *set = (struct visited){.budget = budget, .words = words};
}

void visited_release(struct visited *set)
{
    budget_free(set->budget, set->states, set->capacity, set->words * sizeof *set->states);
    budget_free(set->budget, set->distances, set->capacity, sizeof *set->distances);
    budget_free(set->budget, set->slots, set->slot_count, sizeof *set->slots);
    visited_init(set, set->words, set->budget);
}

/* The slot of the state, or the empty one where it would go. */
static size_t slot_of(const struct visited *set, const uint64_t *state, uint64_t hash)
{
    const size_t mask = set->slot_count - 1, words = set->words;
    size_t at = (size_t)hash & mask;
    for (; set->slots[at] != 0; at = (at + 1) & mask) {
        const uint64_t *there = visited_state(set, set->slots[at] - 1);
        if (there[0] == state[0] && (words == 1 || memcmp(there, state, words * sizeof *state) == 0))
            break;
    }
    return at;
}

static bool grow_arrays(struct visited *set)
{
    assert(set->count == set->capacity);
    const size_t capacity = set->capacity == 0 ? CAPACITY_FIRST : set->capacity + set->capacity / 2;
    uint64_t *states =
        budget_resize(set->budget, set->states, set->capacity, capacity, set->words * sizeof *states);
    if (states == NULL)
        return false;
    set->states = states;
    uint32_t *distances =
        budget_resize(set->budget, set->distances, set->capacity, capacity, sizeof *distances);
    if (distances == NULL) {
        /* The arrays have one capacity: the larger of the two is counted, and used, as the smaller one. */
        budget_give(set->budget, (capacity - set->capacity) * set->words * sizeof *states);
        return false;
    }
    set->distances = distances;
    set->capacity = capacity;
    return true;
}

static bool grow_slots(struct visited *set)
{
    assert((set->slot_count & (set->slot_count - 1)) == 0 && set->count <= set->slot_count);
    const size_t slot_count = set->slot_count == 0 ? 2 * CAPACITY_FIRST : 2 * set->slot_count;
    uint32_t *slots = budget_new(set->budget, slot_count, sizeof *slots);
    if (slots == NULL)
        return false;
    for (size_t i = 0; i < set->count; i++) {
        size_t at = (size_t)visited_hash(visited_state(set, (uint32_t)i), set->words) & (slot_count - 1);
        while (slots[at] != 0)
            at = (at + 1) & (slot_count - 1);
        slots[at] = (uint32_t)i + 1;
    }
    budget_free(set->budget, set->slots, set->slot_count, sizeof *slots);
    set->slots = slots;
    set->slot_count = slot_count;
    return true;
}

enum visited_outcome visited_insert(struct visited *set, const uint64_t *state, uint64_t hash,
                                    uint32_t distance, uint32_t *ret_index)
{
    if (3 * (set->count + 1) > 2 * set->slot_count && !grow_slots(set))
        return VISITED_FULL;
    const size_t slot = slot_of(set, state, hash);
    if (set->slots[slot] != 0) {
        const uint32_t index = set->slots[slot] - 1;
        *ret_index = index;
        if (set->distances[index] <= distance || (set->distances[index] & DISTANCE_DONE) != 0)
            return VISITED_KNOWN;
        set->distances[index] = distance;
        return VISITED_LOWERED;
    }
    if (set->count + 1 >= VISITED_MAX || (set->count == set->capacity && !grow_arrays(set)))
        return VISITED_FULL;
    const uint32_t index = (uint32_t)set->count++;
    memcpy(set->states + (size_t)index * set->words, state, set->words * sizeof *state);
    set->distances[index] = distance;
    set->slots[slot] = index + 1;
    *ret_index = index;
    return VISITED_NEW;
}

uint32_t visited_find(const struct visited *set, const uint64_t *state, uint64_t hash)
{
    if (set->count == 0)
        return VISITED_MAX;
    const size_t slot = slot_of(set, state, hash);
    return set->slots[slot] != 0 ? set->slots[slot] - 1 : VISITED_MAX;
}

int visited_compare(const uint64_t *a, const uint64_t *b, size_t words)
{
    for (size_t w = 0; w < words; w++) {
        if (a[w] != b[w])
            return a[w] < b[w] ? -1 : 1;
    }
    return 0;
}
