/* SPDX-License-Identifier: Apache-2.0 */
/* The insides of a sweep, for the files that make it up: search/sweep.c runs it, search/sweep_expand.c
 * expands states, search/sweep_queue.c orders its frontier, search/sweep_save.c writes and reads it,
 * search/sweep_peers.c shares it with other processes. */
#ifndef RACEWALK_SEARCH_SWEEP_INTERNAL_H
#define RACEWALK_SEARCH_SWEEP_INTERNAL_H

#include <stdatomic.h>

#include "search/sweep.h"

#define CACHE_LINE 64

/* A box holds so many successors for one shard. A thread expands states while no box could overflow. */
#define BOX_RECORDS (3 * MOVES_MAX)

/* Indices into one shard of the current layer. */
struct index_list {
    uint32_t *items;
    size_t count, capacity;
};

/* What of a shard of the current layer is still to be expanded. In a set with distances:
 *
 *   order    the states that came from below, by distance; order_at is the first that may not be done
 *   pushed   those that were found, or lowered, in the step before: all of the distance pushed_distance
 *   now      those of the step that is under way; they are marked DISTANCE_DONE already
 *
 * In an ordered set:
 *
 *   | done | the step's states | found since |
 *          ^ begin             ^ end         ^ the set's count */
struct shard_queue {
    struct index_list order, pushed, now;
    size_t order_at;
    uint32_t begin, end;
    bool full; /* the last delivery met the memory's limit; written by the thread that delivered */
};

/* What one thread writes: alone on its cache lines. */
struct worker {
    alignas(CACHE_LINE) struct successors successors;
    uint64_t *boxes; /* SWEEP_SHARDS * BOX_RECORDS records: progress, with layers, then the packed state */
    uint32_t box_counts[SWEEP_SHARDS];
    uint32_t fullest;         /* the largest of them */
    size_t item_at, item_end; /* the part of the step's items that it has taken and not yet expanded */
    struct sweep_tally tally;
    uint64_t *shortest; /* for each property the smallest state at tally.shortest */
    uint64_t *edges;    /* records: length and properties, then the two states */
    size_t edge_count, edge_capacity;
    bool edges_dropped;
    bool failed_memory, failed_progress;
};

/* How a sweep stands to its peers. Alone it has all shards, and nothing travels. */
struct sweep_shared {
    uint32_t shard_first, shard_end; /* of the shards, this process's */
    /* What travels in a round: of each rank the largest progress that it has seen | for each of the
     * receiver's shards the number of records | the records. There is room for the most that can come. */
    uint64_t *send, *receive;
    size_t *send_rooms, *send_counts, *rooms; /* words by rank: room to send, to be sent, room to receive */
    size_t send_room, receive_room;           /* in all */
    bool received;                            /* receive holds records that are not delivered */
    uint64_t *reports;                        /* of all ranks: what they say between rounds */
    size_t *report_counts, *totals_counts;
    bool full, stops;    /* what this process will say */
    enum status failure; /* of its own */
    /* With all other processes. */
    struct sweep_tally tally;
    uint64_t *shortest; /* as a worker's */
};

struct sweep {
    struct sweep_config config;
    size_t words, record_words;
    enum visited_kind kind;      /* of its sets: labelled where there are layers */
    bool fast;                   /* states are not unpacked: what they hit is noted when they are found */
    struct worker *workers;      /* config.threads */
    struct sweep_layer **layers; /* by progress; NULL: empty or forgotten */
    size_t layer_capacity;
    uint32_t layer_end;   /* no layer at or above this */
    uint32_t retain_from; /* layers below were forgotten */
    uint32_t layer;       /* the current one */
    bool in_layer;        /* its order is made */
    uint32_t max_steps;   /* falls with config.tighten */

    struct shard_queue queues[SWEEP_SHARDS];
    bool in_step;
    uint32_t distance; /* of the step that is under way, or was last */
    int step_threads;  /* 1 for a small step */
    size_t first[SWEEP_SHARDS +
                 1];       /* item number of each shard's first item of the step; the last is their count */
    _Atomic size_t cursor; /* the next item that no thread has taken; relaxed, since the items were made
                              before the threads began */
    bool undelivered;      /* the boxes hold successors that the memory did not allow in */
    struct sweep_shared shared;
};

/* search/sweep_queue.c: false when the memory does not allow it; the caller may free some and try again. */

/* Makes sure that so many more states of a shard can be pushed. */
bool queue_reserve(struct sweep *sweep, uint32_t shard, size_t more) WARN_UNUSED;
static inline void queue_push(struct sweep *sweep, uint32_t shard, uint32_t index)
{
    struct index_list *list = &sweep->queues[shard].pushed;
    list->items[list->count++] = index;
}
/* Orders the current layer's states that are not done, of one shard. */
bool queue_order(struct sweep *sweep, uint32_t shard) WARN_UNUSED;
/* The smallest distance of a state of the current layer that is still to be expanded; DISTANCE_NONE when
 * there is none. */
uint32_t queues_next_distance(struct sweep *sweep);
/* Takes the next step's items: those of this distance. */
bool queues_begin_step(struct sweep *sweep, uint32_t distance) WARN_UNUSED;
/* Sets or clears DISTANCE_DONE of the step's items that were not yet expanded. Labelled sets. */
void queues_mark_left(struct sweep *sweep, bool done);
/* True when this item of the step was not yet expanded. */
bool queues_is_left(const struct sweep *sweep, size_t item);
void queues_release(struct sweep *sweep);

/* The layer's index of an item of the step, which is this shard's. */
static inline uint32_t queue_item(const struct sweep *sweep, uint32_t shard, size_t item)
{
    const struct shard_queue *queue = &sweep->queues[shard];
    const size_t i = item - sweep->first[shard];
    return sweep->kind == VISITED_LABELLED ? queue->now.items[i] : queue->begin + (uint32_t)i;
}

/* The layer of a record, UINT32_MAX when it is none, and its state. */
static inline uint32_t record_layer(const struct sweep *sweep, const uint64_t *record)
{
    if (sweep->kind != VISITED_LABELLED)
        return sweep->layer;
    return record[0] < PROGRESS_LIMIT ? (uint32_t)record[0] : UINT32_MAX;
}
static inline const uint64_t *record_state(const struct sweep *sweep, const uint64_t *record)
{
    return record + (sweep->record_words - sweep->words);
}

/* search/sweep.c; what returns false does so when the memory does not allow it. */
enum status sweep_layer_make(struct sweep *sweep, uint32_t progress) WARN_UNUSED;
void sweep_layer_free(struct sweep *sweep, uint32_t progress);
/* Forgets some of what is only kept for a trace: the lowest of the layers, or of fingerprints' states those
 * of the lower half of the distances; false when there is none. */
bool sweep_forget_retained(struct sweep *sweep);
/* Orders the current layer. */
bool sweep_order_layer(struct sweep *sweep) WARN_UNUSED;
/* Starts a step of this distance. */
bool sweep_begin_step(struct sweep *sweep, uint32_t distance) WARN_UNUSED;
bool sweep_step_is_done(const struct sweep *sweep);
/* Takes note of a state that hits properties at this distance. */
void sweep_note_hits(const struct sweep *sweep, struct worker *worker, uint32_t hits, const uint64_t *state,
                     uint32_t distance);
/* The bound on steps, lowered to the shortest distance of what was hit. */
uint32_t sweep_tightened(const struct sweep *sweep);
/* The two parts of a round; the first is in search/sweep_expand.c. */
void sweep_expand(struct sweep *sweep);
bool sweep_deliver(struct sweep *sweep) WARN_UNUSED;
/* Puts records of one shard into its sets. */
bool sweep_deliver_records(struct sweep *sweep, uint32_t shard, const uint64_t *records,
                           size_t count) WARN_UNUSED;
/* ERR_INTERNAL when the model has broken its promise. */
enum status sweep_check_workers(const struct sweep *sweep, struct error *err) WARN_UNUSED;
/* What this process has counted, and the smallest state that hits the property at its shortest distance. */
struct sweep_tally sweep_own_counts(const struct sweep *sweep);
const uint64_t *sweep_own_shortest(const struct sweep *sweep, uint32_t property);

/* search/sweep_peers.c */

/* The first shard of a rank: its shards are those up to the next rank's first one. */
static inline uint32_t sweep_first_shard(uint32_t rank, uint32_t ranks)
{
    return (uint32_t)((uint64_t)SWEEP_SHARDS * rank / ranks);
}
/* True when the shard is this process's. */
static inline bool sweep_has_shard(const struct sweep *sweep, uint32_t shard)
{
    return shard >= sweep->shared.shard_first && shard < sweep->shared.shard_end;
}
/* Collective. Gets ready what travels; the status is agreed upon. */
enum status sweep_meet(struct sweep *sweep, struct error *err) WARN_UNUSED;
/* Between rounds: what a rank has sent for a shard of this process. */
const uint64_t *sweep_received(const struct sweep *sweep, uint32_t rank, uint32_t shard, size_t *ret_count);
void sweep_shared_free(struct sweep *sweep);

/* The shard of an item of the step. */
static inline uint32_t sweep_item_shard(const struct sweep *sweep, size_t item, uint32_t from)
{
    while (sweep->first[from + 1] <= item)
        from++;
    return from;
}

static inline uint32_t sweep_shard_of(uint64_t hash)
{
    return (uint32_t)(hash >> 58); /* the top bits: a set's table uses the low ones */
}
_Static_assert(SWEEP_SHARDS == 64, "sweep_shard_of takes 6 bits");

#endif
