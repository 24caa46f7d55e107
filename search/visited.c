/* SPDX-License-Identifier: Apache-2.0 */
#include "search/visited.h"

#include <assert.h>
#include <string.h>

#include "base/memory.h"

#define CAPACITY_FIRST 16
#define SLOTS_MAX      ((size_t)1 << 32) /* so that a slot has room for an index */
/* So many states are looked up at a time. Their slots are prefetched, then, as the tags say, the states
 * behind the slots: bench's check/peterson rows were 1.3 times as fast as with the first alone, and slower
 * with 512 at a time. */
#define BATCH 128
/* Bits of a hash below this one are not in a tag; those from 58 on are the same in all of one set. */
#define TAG_SHIFT 26

void visited_init(struct visited *set, enum visited_kind kind, size_t words, struct budget *budget)
{
    assert(words >= 1 && words <= UINT32_MAX);
    *set = (struct visited){.budget = budget, .kind = kind, .words = (uint32_t)words};
}

void visited_release(struct visited *set)
{
    budget_free(set->budget, set->states, set->capacity, set->words * sizeof *set->states);
    budget_free(set->budget, set->distances, set->capacity, sizeof *set->distances);
    budget_free(set->budget, set->runs, set->run_capacity, sizeof *set->runs);
    budget_free(set->budget, set->slots, set->slot_count, sizeof *set->slots);
    if (set->prints != NULL)
        fingerprints_release(set->prints);
    budget_free(set->budget, set->prints, 1, sizeof *set->prints);
    visited_init(set, set->kind, set->words, set->budget);
}

/* --- the arrays --- */

static bool resize_arrays(struct visited *set, size_t capacity)
{
    uint64_t *states =
        budget_resize(set->budget, set->states, set->capacity, capacity, set->words * sizeof *states);
    if (states == NULL)
        return false;
    set->states = states;
    if (set->kind == VISITED_LABELLED) {
        uint32_t *distances =
            budget_resize(set->budget, set->distances, set->capacity, capacity, sizeof *distances);
        if (distances == NULL) {
            /* The arrays have one capacity: the larger of the two is counted, and used, as the smaller one.
             */
            budget_give(set->budget, (capacity - set->capacity) * set->words * sizeof *states);
            return false;
        }
        set->distances = distances;
    }
    set->capacity = capacity;
    return true;
}

static bool reserve_run(struct visited *set)
{
    if (set->run_count < set->run_capacity)
        return true;
    const size_t capacity = set->run_capacity + set->run_capacity / 4 + 4;
    struct visited_run *runs =
        budget_resize(set->budget, set->runs, set->run_capacity, capacity, sizeof *runs);
    if (runs == NULL)
        return false;
    set->runs = runs;
    set->run_capacity = capacity;
    return true;
}

/* Makes room for another state. */
static inline bool reserve_state(struct visited *set)
{
    if (set->count + 1 >= VISITED_MAX)
        return false;
    if (set->count - set->dropped < set->capacity)
        return true;
    return resize_arrays(set, set->capacity + set->capacity / 4 + CAPACITY_FIRST);
}

/* Adds a state, for which there is room, and returns its index. */
static inline uint32_t append(struct visited *set, const uint64_t *state, uint32_t distance, size_t words)
{
    const uint32_t index = (uint32_t)set->count++;
    uint64_t *to = set->states + (size_t)(index - set->dropped) * words;
    for (size_t w = 0; w < words; w++)
        to[w] = state[w];
    if (set->kind == VISITED_LABELLED) {
        set->distances[index] = distance;
    } else if (set->run_count == 0 || set->runs[set->run_count - 1].distance != distance) {
        assert(set->run_count < set->run_capacity);
        assert(set->run_count == 0 || set->runs[set->run_count - 1].distance < distance);
        set->runs[set->run_count++] = (struct visited_run){.distance = distance, .first = index};
    }
    return index;
}

/* --- the table of indices --- */

static inline uint32_t tag_of(uint64_t hash, uint32_t mask)
{
    return (uint32_t)(hash >> TAG_SHIFT) & ~mask;
}

static bool grow_slots(struct visited *set, size_t slot_count)
{
    assert((slot_count & (slot_count - 1)) == 0 && set->count < slot_count);
    const uint32_t mask = (uint32_t)(slot_count - 1);
    uint32_t *slots = budget_new(set->budget, slot_count, sizeof *slots);
    if (slots == NULL)
        return false;
    for (uint32_t i = 0; i < set->count; i++) {
        const uint64_t hash = visited_hash(visited_state(set, i), set->words);
        size_t at = (size_t)hash & mask;
        while (slots[at] != 0)
            at = (at + 1) & mask;
        slots[at] = tag_of(hash, mask) | (i + 1);
    }
    budget_free(set->budget, set->slots, set->slot_count, sizeof *slots);
    set->slots = slots;
    set->slot_count = slot_count;
    return true;
}

static inline bool reserve_slots(struct visited *set, size_t more)
{
    size_t slot_count = set->slot_count == 0 ? 2 * CAPACITY_FIRST : set->slot_count;
    while (4 * (set->count + more) > 3 * slot_count)
        slot_count *= 2;
    return slot_count == set->slot_count || (slot_count <= SLOTS_MAX && grow_slots(set, slot_count));
}

/* The first slot from here on that is empty, or may hold a state with this hash. */
static inline size_t candidate(const struct visited *set, uint64_t hash, size_t at)
{
    const uint32_t mask = (uint32_t)(set->slot_count - 1), tag = tag_of(hash, mask);
    while (set->slots[at] != 0 && ((set->slots[at] ^ tag) & ~mask) != 0)
        at = (at + 1) & mask;
    return at;
}

/* The slot of the state, or the empty one where it would go; at is where to look first. */
static inline size_t slot_of(const struct visited *set, const uint64_t *state, uint64_t hash, size_t at,
                             size_t words)
{
    const uint32_t mask = (uint32_t)(set->slot_count - 1);
    for (;; at = (at + 1) & mask) {
        at = candidate(set, hash, at);
        if (set->slots[at] == 0)
            return at;
        const uint64_t *there = set->states + (size_t)((set->slots[at] & mask) - 1) * words;
        if (there[0] == state[0] &&
            (words == 1 ||
             (words == 2 ? there[1] == state[1] : memcmp(there, state, words * sizeof *state) == 0)))
            return at;
    }
}

static inline size_t home(const struct visited *set, uint64_t hash)
{
    return (size_t)hash & (set->slot_count - 1);
}

void visited_prefetch_state(const struct visited *set, uint64_t hash)
{
    if (set->slot_count == 0)
        return;
    const uint32_t slot = set->slots[candidate(set, hash, home(set, hash))];
    if (slot != 0)
        __builtin_prefetch(set->states + (size_t)((slot & (uint32_t)(set->slot_count - 1)) - 1) * set->words);
}

uint32_t visited_find(const struct visited *set, const uint64_t *state, uint64_t hash)
{
    assert(set->kind != VISITED_FINGERPRINTS);
    if (set->count == 0)
        return VISITED_MAX;
    const uint32_t slot = set->slots[slot_of(set, state, hash, home(set, hash), set->words)];
    return slot != 0 ? (slot & (uint32_t)(set->slot_count - 1)) - 1 : VISITED_MAX;
}

/* --- inserting --- */

static bool reserve_prints(struct visited *set, size_t more)
{
    if (set->prints == NULL) {
        set->prints = budget_new(set->budget, 1, sizeof *set->prints);
        if (set->prints == NULL)
            return false;
        fingerprints_init(set->prints, set->budget);
    }
    return fingerprints_reserve(set->prints, more);
}

static enum visited_outcome insert_print(struct visited *set, const uint64_t *state, uint64_t hash,
                                         uint32_t distance, uint32_t *ret_index)
{
    if (!reserve_prints(set, 1) || !reserve_run(set) || !reserve_state(set))
        return VISITED_FULL;
    if (!fingerprints_insert(set->prints, hash))
        return VISITED_KNOWN;
    *ret_index = append(set, state, distance, set->words);
    return VISITED_NEW;
}

enum visited_outcome visited_insert(struct visited *set, const uint64_t *state, uint64_t hash,
                                    uint32_t distance, uint32_t *ret_index)
{
    if (set->kind == VISITED_FINGERPRINTS)
        return insert_print(set, state, hash, distance, ret_index);
    if (!reserve_slots(set, 1))
        return VISITED_FULL;
    const uint32_t mask = (uint32_t)(set->slot_count - 1);
    const size_t slot = slot_of(set, state, hash, home(set, hash), set->words);
    if (set->slots[slot] != 0) {
        const uint32_t index = (set->slots[slot] & mask) - 1;
        *ret_index = index;
        if (set->kind == VISITED_ORDERED || set->distances[index] <= distance ||
            (set->distances[index] & DISTANCE_DONE) != 0)
            return VISITED_KNOWN;
        set->distances[index] = distance;
        return VISITED_LOWERED;
    }
    if ((set->kind == VISITED_ORDERED && !reserve_run(set)) || !reserve_state(set))
        return VISITED_FULL;
    *ret_index = append(set, state, distance, set->words);
    set->slots[slot] = tag_of(hash, mask) | (*ret_index + 1);
    return VISITED_NEW;
}

/* A batch into the table of indices: the same for each number of words, so that the compiler knows it. */
static inline bool insert_batch(struct visited *set, const uint64_t *states, size_t count, uint32_t distance,
                                size_t words)
{
    uint64_t hashes[BATCH];
    uint32_t places[BATCH];
    if (!reserve_slots(set, count))
        return false;
    const uint32_t mask = (uint32_t)(set->slot_count - 1);
    for (size_t i = 0; i < count; i++) {
        hashes[i] = visited_hash(states + i * words, words);
        __builtin_prefetch(&set->slots[hashes[i] & mask]);
    }
    for (size_t i = 0; i < count; i++) {
        const size_t at = candidate(set, hashes[i], home(set, hashes[i]));
        places[i] = (uint32_t)at;
        if (set->slots[at] != 0)
            __builtin_prefetch(set->states + (size_t)((set->slots[at] & mask) - 1) * words);
    }
    for (size_t i = 0; i < count; i++) {
        const uint64_t *state = states + i * words;
        /* Slots only fill: what was passed over before is no candidate now. */
        const size_t slot = slot_of(set, state, hashes[i], places[i], words);
        if (set->slots[slot] != 0)
            continue;
        if (!reserve_state(set))
            return false;
        set->slots[slot] = tag_of(hashes[i], mask) | (append(set, state, distance, words) + 1);
    }
    return true;
}

static inline bool insert_print_batch(struct visited *set, const uint64_t *states, size_t count,
                                      uint32_t distance, size_t words)
{
    uint64_t hashes[BATCH];
    if (!reserve_prints(set, count))
        return false;
    for (size_t i = 0; i < count; i++) {
        hashes[i] = visited_hash(states + i * words, words);
        fingerprints_prefetch(set->prints, hashes[i]);
    }
    for (size_t i = 0; i < count; i++) {
        if (!reserve_state(set))
            return false;
        if (fingerprints_insert(set->prints, hashes[i]))
            (void)append(set, states + i * words, distance, words);
    }
    return true;
}

bool visited_insert_all(struct visited *set, const uint64_t *states, size_t count, uint32_t distance)
{
    const size_t words = set->words;
    assert(set->kind != VISITED_LABELLED);
    if (!reserve_run(set))
        return false;
    for (size_t done = 0; done < count; done += BATCH, states += BATCH * words) {
        const size_t some = count - done < BATCH ? count - done : BATCH;
        bool ok;
        if (set->kind == VISITED_FINGERPRINTS)
            ok = insert_print_batch(set, states, some, distance, words);
        else if (words == 1)
            ok = insert_batch(set, states, some, distance, 1);
        else if (words == 2)
            ok = insert_batch(set, states, some, distance, 2);
        else
            ok = insert_batch(set, states, some, distance, words);
        if (!ok)
            return false;
    }
    return true;
}

bool visited_insert_fingerprint(struct visited *set, uint64_t fingerprint)
{
    assert(set->kind == VISITED_FINGERPRINTS);
    if (!reserve_prints(set, 1))
        return false;
    (void)fingerprints_insert(set->prints, fingerprint);
    return true;
}

/* --- distances --- */

/* The first run of a larger distance than this, or their number. */
static size_t run_after(const struct visited *set, uint32_t distance)
{
    size_t low = 0, high = set->run_count;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (set->runs[middle].distance <= distance)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static uint32_t run_first(const struct visited *set, size_t run)
{
    return run < set->run_count ? set->runs[run].first : (uint32_t)set->count;
}

uint32_t visited_run_begin(const struct visited *set, uint32_t distance)
{
    assert(set->kind != VISITED_LABELLED);
    return run_first(set, distance == 0 ? 0 : run_after(set, distance - 1));
}

uint32_t visited_distance(const struct visited *set, uint32_t index)
{
    assert(index >= set->dropped && index < set->count);
    if (set->kind == VISITED_LABELLED)
        return set->distances[index] & DISTANCE_MAX;
    size_t low = 0, high = set->run_count;
    while (high - low > 1) {
        const size_t middle = low + (high - low) / 2;
        if (set->runs[middle].first <= index)
            low = middle;
        else
            high = middle;
    }
    return set->runs[low].distance;
}

bool visited_seek(const struct visited *set, uint32_t distance, uint32_t *index)
{
    if (set->kind == VISITED_LABELLED) {
        while (*index < set->count && (set->distances[*index] & DISTANCE_MAX) != distance)
            ++*index;
        return *index < set->count;
    }
    const size_t after = run_after(set, distance);
    if (after == 0 || set->runs[after - 1].distance != distance)
        return false;
    const uint32_t first = set->runs[after - 1].first;
    *index = *index < first ? first : *index;
    return *index < run_first(set, after);
}

/* Not by budget_resize, which counts the old block and the new one: there may be no room for both. */
static void give_back(struct visited *set, size_t capacity)
{
    const size_t size = set->words * sizeof *set->states;
    uint64_t *states = capacity < set->capacity ? mem_resize(set->states, capacity, size) : NULL;
    if (states == NULL)
        return;
    budget_give(set->budget, (set->capacity - capacity) * size);
    set->states = states;
    set->capacity = capacity;
}

void visited_drop(struct visited *set, uint32_t index, bool shrink)
{
    assert(set->kind == VISITED_FINGERPRINTS && index >= set->dropped && index <= set->count);
    const size_t left = set->count - index;
    size_t gone = 0;
    if (index == set->dropped)
        return;
    memmove(set->states, visited_state(set, index), left * set->words * sizeof *set->states);
    set->dropped = index;
    while (gone < set->run_count && run_first(set, gone + 1) <= index)
        gone++;
    memmove(set->runs, set->runs + gone, (set->run_count - gone) * sizeof *set->runs);
    set->run_count -= gone;
    if (set->run_count > 0 && set->runs[0].first < index)
        set->runs[0].first = index;
    if (shrink)
        give_back(set, left + CAPACITY_FIRST);
}

int visited_compare(const uint64_t *a, const uint64_t *b, size_t words)
{
    for (size_t w = 0; w < words; w++) {
        if (a[w] != b[w])
            return a[w] < b[w] ? -1 : 1;
    }
    return 0;
}
