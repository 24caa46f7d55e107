/* SPDX-License-Identifier: Apache-2.0 */
#include "bench/peterson_search.h"

#include "base/memory.h"

/* States are expanded so many at a time, so that the places of their successors in the table are on their way
 * when they are looked at. */
#define CHUNK 64
/* A process that scans and may advance has two moves. */
#define SUCCESSORS_MAX (2 * PETERSON_PROCESSES_MAX)

struct search {
    uint64_t *states; /* in the order in which they were found, which is that of their distance */
    size_t count, capacity;
    uint32_t *slots; /* index + 1, or 0; at most two thirds are used */
    size_t slot_count;
    size_t bytes, peak;
};

/* What a chunk leads to. */
struct batch {
    uint64_t to[CHUNK * SUCCESSORS_MAX * PETERSON_WORDS_MAX];
    uint64_t hashes[CHUNK * SUCCESSORS_MAX];
    uint32_t moves[CHUNK * SUCCESSORS_MAX], hits[CHUNK * SUCCESSORS_MAX];
};

static inline uint64_t hash_of(const uint64_t *state, size_t words)
{
    uint64_t hash = rng_mix(state[0] + RNG_GAMMA);
    if (words == 2)
        hash = rng_mix((hash ^ state[1]) + RNG_GAMMA);
    return hash;
}

static bool grow_states(struct search *search, size_t words)
{
    const size_t capacity = search->capacity + search->capacity / 4 + 1024;
    uint64_t *states = mem_resize(search->states, capacity * words, sizeof *states);
    if (states == NULL)
        return false;
    search->bytes += (capacity - search->capacity) * words * sizeof *states;
    search->states = states;
    search->capacity = capacity;
    return true;
}

static bool grow_slots(struct search *search, size_t words)
{
    const size_t slot_count = search->slot_count == 0 ? 4096 : 2 * search->slot_count;
    uint32_t *slots = mem_new(slot_count, sizeof *slots);
    if (slots == NULL)
        return false;
    for (size_t i = 0; i < search->count; i++) {
        size_t at = (size_t)hash_of(search->states + i * words, words) & (slot_count - 1);
        while (slots[at] != 0)
            at = (at + 1) & (slot_count - 1);
        slots[at] = (uint32_t)i + 1;
    }
    const size_t peak = search->bytes + slot_count * sizeof *slots;
    search->peak = peak > search->peak ? peak : search->peak;
    search->bytes = peak - search->slot_count * sizeof *slots;
    mem_free(search->slots);
    search->slots = slots;
    search->slot_count = slot_count;
    return true;
}

static inline bool insert(struct search *search, const uint64_t *state, uint64_t hash, size_t words)
{
    const size_t mask = search->slot_count - 1;
    size_t at = (size_t)hash & mask;
    for (; search->slots[at] != 0; at = (at + 1) & mask) {
        const uint64_t *there = search->states + (size_t)(search->slots[at] - 1) * words;
        if (there[0] == state[0] && (words == 1 || there[1] == state[1]))
            return true;
    }
    if (search->count == search->capacity && !grow_states(search, words))
        return false;
    memcpy(search->states + search->count * words, state, words * sizeof *state);
    search->slots[at] = (uint32_t)++search->count;
    return 3 * (search->count + 1) <= 2 * search->slot_count || grow_slots(search, words);
}

/* Expands some states of one distance. */
static inline bool expand_chunk(struct search *search, struct batch *batch, size_t from, size_t to,
                                unsigned n, enum peterson_error error, size_t words,
                                struct peterson_counts *counts)
{
    size_t found = 0;
    for (size_t i = from; i < to; i++) {
        const size_t more =
            peterson_successors(n, error, search->states + i * words, batch->to + found * words,
                                batch->moves + found, batch->hits + found);
        for (const size_t end = found + more; found < end; found++) {
            batch->hashes[found] = hash_of(batch->to + found * words, words);
            __builtin_prefetch(&search->slots[batch->hashes[found] & (search->slot_count - 1)]);
            counts->violated |= batch->hits[found] != 0;
        }
    }
    counts->transitions += found;
    for (size_t i = 0; i < found; i++) {
        if (!insert(search, batch->to + i * words, batch->hashes[i], words))
            return false;
    }
    return true;
}

/* The same for each number of processes, so that the compiler knows it. */
static inline bool run(struct search *search, struct batch *batch, unsigned n, enum peterson_error error,
                       size_t words, struct peterson_counts *counts)
{
    const uint64_t initial[PETERSON_WORDS_MAX] = {0};
    if (!grow_slots(search, words) || !insert(search, initial, hash_of(initial, words), words))
        return false;
    for (size_t begin = 0, end = 1; begin < end; begin = end, end = search->count, counts->diameter++) {
        for (size_t i = begin; i < end; i += CHUNK) {
            const size_t stop = end - i < CHUNK ? end : i + CHUNK;
            if (!expand_chunk(search, batch, i, stop, n, error, words, counts))
                return false;
        }
    }
    counts->diameter--;
    return true;
}

enum status peterson_search(unsigned processes, enum peterson_error error, struct peterson_counts *ret_counts,
                            struct error *err)
{
    struct search search = {.states = NULL};
    struct peterson_counts counts = {.states = 0};
    struct batch *batch = mem_new(1, sizeof *batch);
    bool done = false;
    if (batch != NULL) {
        done = processes == 3   ? run(&search, batch, 3, error, 1, &counts)
               : processes == 4 ? run(&search, batch, 4, error, 1, &counts)
                                : run(&search, batch, 5, error, 2, &counts);
    }
    counts.states = search.count;
    counts.bytes = search.bytes > search.peak ? search.bytes : search.peak;
    mem_free(batch);
    mem_free(search.states);
    mem_free(search.slots);
    if (!done)
        return error_memory(err, counts.bytes);
    *ret_counts = counts;
    return OK;
}
