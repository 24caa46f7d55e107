/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "search/sweep_internal.h"

static bool list_reserve(struct budget *budget, struct index_list *list, size_t want)
{
    if (want <= list->capacity)
        return true;
    size_t capacity = list->capacity + list->capacity / 2 + 16;
    if (capacity < want)
        capacity = want;
    uint32_t *items = budget_resize(budget, list->items, list->capacity, capacity, sizeof *items);
    if (items == NULL)
        return false;
    list->items = items;
    list->capacity = capacity;
    return true;
}

static void list_release(struct budget *budget, struct index_list *list)
{
    budget_free(budget, list->items, list->capacity, sizeof *list->items);
    *list = (struct index_list){0};
}

bool queue_reserve(struct sweep *sweep, uint32_t shard, size_t more)
{
    struct index_list *list = &sweep->queues[shard].pushed;
    return list_reserve(sweep->config.budget, list, list->count + more);
}

void queues_release(struct sweep *sweep)
{
    for (uint32_t s = 0; s < SWEEP_SHARDS; s++) {
        struct shard_queue *queue = &sweep->queues[s];
        list_release(sweep->config.budget, &queue->order);
        list_release(sweep->config.budget, &queue->pushed);
        list_release(sweep->config.budget, &queue->now);
    }
}

/* The smallest and largest distance of the states that are not done, and their number. */
static size_t survey(const struct visited *set, uint32_t *ret_low, uint32_t *ret_high)
{
    size_t count = 0;
    uint32_t low = DISTANCE_MAX, high = 0;
    for (size_t i = 0; i < set->count; i++) {
        const uint32_t distance = set->distances[i];
        if ((distance & DISTANCE_DONE) != 0)
            continue;
        count++;
        low = distance < low ? distance : low;
        high = distance > high ? distance : high;
    }
    *ret_low = low;
    *ret_high = high;
    return count;
}

/* A counting sort by distance of the states that are not done. */
static bool order_shard(struct budget *budget, const struct visited *set, struct shard_queue *queue)
{
    uint32_t low, high;
    const size_t count = survey(set, &low, &high);
    queue->order_at = 0;
    queue->order.count = 0;
    queue->pushed.count = 0;
    if (count == 0)
        return true;
    const size_t buckets = (size_t)(high - low) + 2;
    size_t *starts = budget_new(budget, buckets, sizeof *starts);
    if (starts == NULL)
        return false;
    if (!list_reserve(budget, &queue->order, count)) {
        budget_free(budget, starts, buckets, sizeof *starts);
        return false;
    }
    for (size_t i = 0; i < set->count; i++) {
        if ((set->distances[i] & DISTANCE_DONE) == 0)
            starts[set->distances[i] - low + 1]++;
    }
    for (size_t b = 1; b < buckets; b++)
        starts[b] += starts[b - 1];
    for (size_t i = 0; i < set->count; i++) {
        if ((set->distances[i] & DISTANCE_DONE) == 0)
            queue->order.items[starts[set->distances[i] - low]++] = (uint32_t)i;
    }
    queue->order.count = count;
    budget_free(budget, starts, buckets, sizeof *starts);
    return true;
}

/* An ordered set is in order: what is done in it is known from the start. */
bool queue_order(struct sweep *sweep, uint32_t shard)
{
    if (sweep->kind != VISITED_LABELLED)
        return true;
    return order_shard(sweep->config.budget, &sweep->layers[sweep->layer]->shards[shard],
                       &sweep->queues[shard]);
}

/* States that were pushed are of the last step's distance plus one; a state of the order that was lowered
 * since is among them, and is done by the time that the order comes to it. */
static uint32_t next_distance(struct shard_queue *queue, const struct visited *set)
{
    uint32_t least = DISTANCE_NONE;
    if (set->kind != VISITED_LABELLED)
        return queue->end < set->count ? visited_distance(set, queue->end) : DISTANCE_NONE;
    while (queue->order_at < queue->order.count &&
           (set->distances[queue->order.items[queue->order_at]] & DISTANCE_DONE) != 0)
        queue->order_at++;
    if (queue->order_at < queue->order.count)
        least = set->distances[queue->order.items[queue->order_at]];
    if (queue->pushed.count > 0 && set->distances[queue->pushed.items[0]] < least)
        least = set->distances[queue->pushed.items[0]];
    return least;
}

uint32_t queues_next_distance(struct sweep *sweep)
{
    uint32_t least = DISTANCE_NONE;
    for (uint32_t s = 0; s < SWEEP_SHARDS; s++) {
        const uint32_t distance = next_distance(&sweep->queues[s], &sweep->layers[sweep->layer]->shards[s]);
        least = distance < least ? distance : least;
    }
    return least;
}

/* Makes now from what was pushed and the order's states of this distance, and marks them done. */
static void take_items(const struct sweep *sweep, struct shard_queue *queue, struct visited *set)
{
    const struct index_list pushed = queue->pushed;
    queue->pushed = queue->now;
    queue->pushed.count = 0;
    queue->now = pushed;
    for (size_t i = 0; i < queue->now.count; i++)
        set->distances[queue->now.items[i]] |= DISTANCE_DONE;
    for (; queue->order_at < queue->order.count; queue->order_at++) {
        const uint32_t index = queue->order.items[queue->order_at];
        if ((set->distances[index] & DISTANCE_DONE) != 0)
            continue;
        if (set->distances[index] != sweep->distance)
            break;
        set->distances[index] |= DISTANCE_DONE;
        queue->now.items[queue->now.count++] = index;
    }
}

/* How many states of the order take_items will take at most: those up to the first of another distance. */
static size_t count_order(const struct sweep *sweep, const struct shard_queue *queue,
                          const struct visited *set)
{
    size_t count = 0;
    for (size_t i = queue->order_at; i < queue->order.count; i++) {
        const uint32_t distance = set->distances[queue->order.items[i]];
        if ((distance & DISTANCE_DONE) == 0 && distance != sweep->distance)
            break;
        count++;
    }
    return count;
}

/* All memory first, so that a failure leaves everything as it was. The list that is filled is pushed's. */
static bool reserve_items(struct sweep *sweep)
{
    for (uint32_t s = 0; s < SWEEP_SHARDS && sweep->kind == VISITED_LABELLED; s++) {
        struct shard_queue *queue = &sweep->queues[s];
        const size_t most =
            queue->pushed.count + count_order(sweep, queue, &sweep->layers[sweep->layer]->shards[s]);
        if (!list_reserve(sweep->config.budget, &queue->pushed, most))
            return false;
    }
    return true;
}

/* The next run of an ordered set, when it is of the step's distance. What is done is dropped, if it may be.
 */
static size_t take_run(const struct sweep *sweep, struct shard_queue *queue, struct visited *set)
{
    queue->begin = queue->end;
    if (set->kind == VISITED_FINGERPRINTS && !sweep->config.retain)
        visited_drop(set, queue->begin, false);
    if (next_distance(queue, set) == sweep->distance)
        queue->end = visited_run_begin(set, sweep->distance + 1);
    return queue->end - queue->begin;
}

bool queues_begin_step(struct sweep *sweep, uint32_t distance)
{
    sweep->distance = distance;
    struct sweep_layer *layer = sweep->layers[sweep->layer];
    if (!reserve_items(sweep))
        return false;
    size_t total = 0;
    for (uint32_t s = 0; s < SWEEP_SHARDS; s++) {
        struct shard_queue *queue = &sweep->queues[s];
        sweep->first[s] = total;
        if (sweep->kind == VISITED_LABELLED) {
            take_items(sweep, queue, &layer->shards[s]);
            total += queue->now.count;
        } else {
            total += take_run(sweep, queue, &layer->shards[s]);
        }
    }
    sweep->first[SWEEP_SHARDS] = total;
    return true;
}

static void mark_items(struct sweep *sweep, size_t from, size_t to, bool done)
{
    struct sweep_layer *layer = sweep->layers[sweep->layer];
    uint32_t shard = 0;
    for (size_t item = from; item < to; item++) {
        shard = sweep_item_shard(sweep, item, shard);
        uint32_t *distance = &layer->shards[shard].distances[queue_item(sweep, shard, item)];
        *distance = done ? *distance | DISTANCE_DONE : *distance & ~DISTANCE_DONE;
    }
}

void queues_mark_left(struct sweep *sweep, bool done)
{
    if (!sweep->in_step || sweep->kind != VISITED_LABELLED)
        return;
    for (int t = 0; t < sweep->config.threads; t++)
        mark_items(sweep, sweep->workers[t].item_at, sweep->workers[t].item_end, done);
    const size_t cursor = atomic_load_explicit(&sweep->cursor, memory_order_relaxed);
    if (cursor < sweep->first[SWEEP_SHARDS])
        mark_items(sweep, cursor, sweep->first[SWEEP_SHARDS], done);
}

bool queues_is_left(const struct sweep *sweep, size_t item)
{
    if (!sweep->in_step)
        return false;
    bool left = item >= atomic_load_explicit(&sweep->cursor, memory_order_relaxed);
    for (int t = 0; t < sweep->config.threads && !left; t++)
        left = item >= sweep->workers[t].item_at && item < sweep->workers[t].item_end;
    return left;
}
