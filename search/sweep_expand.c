/* SPDX-License-Identifier: Apache-2.0 */
/* The first part of a sweep's round: states are expanded, and what they lead to is put into boxes. */
#include <assert.h>
#include <string.h>

#include "search/sweep_internal.h"

/* A thread takes so many items at a time. */
#define ITEM_BLOCK 64

void sweep_note_hits(const struct sweep *sweep, struct worker *worker, uint32_t hits, const uint64_t *state,
                     uint32_t distance)
{
    for (hits &= sweep->config.properties; hits != 0; hits &= hits - 1) {
        const uint32_t p = (uint32_t)__builtin_ctz(hits);
        uint64_t *least = worker->shortest + p * sweep->words;
        if (distance > worker->tally.shortest[p])
            continue;
        if (distance == worker->tally.shortest[p] && visited_compare(least, state, sweep->words) <= 0)
            continue;
        worker->tally.shortest[p] = distance;
        memcpy(least, state, sweep->words * sizeof *least);
    }
}

static void note_edge(struct sweep *sweep, struct worker *worker, uint32_t hits, const uint64_t *from,
                      const uint64_t *to)
{
    const size_t words = sweep->words, edge_words = 1 + 2 * words;
    if (worker->edge_count == SWEEP_EDGES_MAX) {
        worker->edges_dropped = true;
        return;
    }
    if (worker->edge_count == worker->edge_capacity) {
        const size_t capacity = worker->edge_capacity + worker->edge_capacity / 2 + 64;
        uint64_t *edges = budget_resize(sweep->config.budget, worker->edges, worker->edge_capacity, capacity,
                                        edge_words * sizeof *edges);
        if (edges == NULL) {
            worker->edges_dropped = true;
            return;
        }
        worker->edges = edges;
        worker->edge_capacity = capacity;
    }
    uint64_t *edge = worker->edges + worker->edge_count++ * edge_words;
    edge[0] = (uint64_t)(sweep->distance + 1) << 32 | hits;
    memcpy(edge + 1, from, words * sizeof *edge);
    memcpy(edge + 1 + words, to, words * sizeof *edge);
}

/* The same for each number of words, so that the compiler knows it; without layers the progress is not in the
 * record. */
static inline void put_in_box(struct worker *worker, uint32_t progress, const uint64_t *state, size_t words,
                              bool layered)
{
    const uint32_t shard = sweep_shard_of(visited_hash(state, words));
    const uint32_t at = worker->box_counts[shard]++;
    assert(at < BOX_RECORDS);
    uint64_t *record = worker->boxes + ((size_t)shard * BOX_RECORDS + at) * (layered + words);
    if (layered)
        *record++ = progress;
    for (size_t w = 0; w < words; w++)
        record[w] = state[w];
    if (at + 1 > worker->fullest)
        worker->fullest = at + 1;
}

/* Counts a state; false when it is not to be expanded, since it is as far away as may be. */
static inline bool count_state(struct sweep *sweep, struct worker *worker)
{
    worker->tally.states++;
    if (sweep->distance > worker->tally.diameter)
        worker->tally.diameter = sweep->distance;
    if (sweep->distance < sweep->max_steps)
        return true;
    worker->tally.bounded = true;
    return false;
}

static void expand(struct sweep *sweep, struct worker *worker, const uint64_t *state)
{
    const struct sweep_config *config = &sweep->config;
    struct successors *successors = &worker->successors;
    uint32_t hits = 0;
    if (!sweep->fast) {
        hits = successors_at(successors, state) & config->properties;
        sweep_note_hits(sweep, worker, hits, state, sweep->distance);
    }
    if (hits != 0 && config->terminal) {
        (void)count_state(sweep, worker);
        return;
    }
    if (!count_state(sweep, worker))
        return;
    successors_expand(successors, state);
    worker->tally.transitions += successors->count;
    for (size_t i = 0; i < successors->count; i++) {
        const uint64_t *next = successor_packed(successors, i);
        if (successors->progress[i] < sweep->layer || successors->progress[i] >= PROGRESS_LIMIT) {
            worker->failed_progress = true;
            return;
        }
        const uint32_t new_hits = successors->hits[i] & config->properties & ~hits;
        if (new_hits != 0 && sweep->fast)
            sweep_note_hits(sweep, worker, new_hits, next, sweep->distance + 1);
        if (new_hits != 0 && config->edges)
            note_edge(sweep, worker, new_hits, state, next);
        if (successors->progress[i] <= config->max_progress)
            put_in_box(worker, successors->progress[i], next, sweep->words, config->layered);
    }
}

/* What expand does, where no state is unpacked and there are no layers. */
static inline void expand_fast(struct sweep *sweep, struct worker *worker, const uint64_t *state,
                               size_t words)
{
    struct successors *successors = &worker->successors;
    const uint32_t properties = sweep->config.properties;
    if (!count_state(sweep, worker))
        return;
    successors_expand(successors, state);
    worker->tally.transitions += successors->count;
    for (size_t i = 0; i < successors->count; i++) {
        const uint64_t *next = successors->packed + i * words;
        if ((successors->hits[i] & properties) != 0)
            sweep_note_hits(sweep, worker, successors->hits[i], next, sweep->distance + 1);
        put_in_box(worker, 0, next, words, false);
    }
}

/* Expands items of one shard until a box might overflow. The set does not change meanwhile. */
static inline void expand_items(struct sweep *sweep, struct worker *worker, uint32_t shard, size_t end)
{
    const struct visited *set = &sweep->layers[sweep->layer]->shards[shard];
    const size_t words = sweep->words;
    const bool fast = sweep->fast && !sweep->config.layered;
    for (; worker->item_at < end; worker->item_at++) {
        if (worker->fullest + MOVES_MAX > BOX_RECORDS || worker->successors.refused)
            return;
        const uint64_t *state = visited_state(set, queue_item(sweep, shard, worker->item_at));
        if (!fast)
            expand(sweep, worker, state);
        else if (words == 1)
            expand_fast(sweep, worker, state, 1);
        else if (words == 2)
            expand_fast(sweep, worker, state, 2);
        else
            expand_fast(sweep, worker, state, words);
    }
}

/* Expands items until none are left or a box might overflow. */
static void expand_round(struct sweep *sweep, struct worker *worker)
{
    const size_t total = sweep->first[SWEEP_SHARDS];
    uint32_t shard = 0;
    for (;;) {
        if (worker->item_at == worker->item_end) {
            const size_t at = atomic_fetch_add_explicit(&sweep->cursor, ITEM_BLOCK, memory_order_relaxed);
            if (at >= total)
                return;
            worker->item_at = at;
            worker->item_end = total - at < ITEM_BLOCK ? total : at + ITEM_BLOCK;
        }
        while (worker->item_at < worker->item_end) {
            shard = sweep_item_shard(sweep, worker->item_at, shard);
            const size_t end = sweep->first[shard + 1];
            expand_items(sweep, worker, shard, end < worker->item_end ? end : worker->item_end);
            if (worker->fullest + MOVES_MAX > BOX_RECORDS || worker->successors.refused)
                return;
        }
    }
}

void sweep_expand(struct sweep *sweep)
{
    const int threads = sweep->step_threads;
    struct worker *const workers = sweep->workers;
    /* Each worker's part is its own, whichever thread runs it, should there be fewer threads than were asked
     * for. */
#pragma omp parallel for schedule(static, 1) num_threads(threads) if (threads > 1) default(none) \
    shared(sweep, workers, threads)
    for (int t = 0; t < threads; t++)
        expand_round(sweep, &workers[t]);
}
