/* SPDX-License-Identifier: Apache-2.0 */
#include "search/sweep.h"

#include <assert.h>
#include <omp.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "search/sweep_internal.h"

/* Records are looked up so many at a time. */
#define DELIVERED 128
/* A step with fewer items, a millisecond or two of work, is done by one thread: to wait for the others
 * costs as much, and far more when they have to share their processors. */
#define STEP_ITEMS_PARALLEL 4096

/* --- making and freeing --- */

static size_t worker_bytes(const struct sweep *sweep)
{
    return (size_t)SWEEP_SHARDS * BOX_RECORDS * sweep->record_words * sizeof(uint64_t);
}

static enum status worker_init(struct sweep *sweep, struct worker *worker)
{
    const struct sweep_config *config = &sweep->config;
    if (successors_init(&worker->successors, config->model, config->symmetry) != OK)
        return ERR_MEMORY;
    worker->successors.with_progress = sweep->config.layered;
    worker->successors.with_hits = config->edges;
    worker->tally = sweep_tally_none();
    worker->boxes = budget_new(config->budget, worker_bytes(sweep), 1);
    worker->shortest = mem_new(PROPERTIES_MAX * sweep->words, sizeof *worker->shortest);
    return worker->boxes != NULL && worker->shortest != NULL ? OK : ERR_MEMORY;
}

static void worker_release(struct sweep *sweep, struct worker *worker)
{
    const size_t edge_words = 1 + 2 * sweep->words;
    successors_release(&worker->successors);
    budget_free(sweep->config.budget, worker->boxes, worker_bytes(sweep), 1);
    budget_free(sweep->config.budget, worker->edges, worker->edge_capacity, edge_words * sizeof(uint64_t));
    mem_free(worker->shortest);
}

void sweep_layer_free(struct sweep *sweep, uint32_t progress)
{
    struct sweep_layer *layer = sweep->layers[progress];
    if (layer == NULL)
        return;
    for (size_t s = 0; s < SWEEP_SHARDS; s++)
        visited_release(&layer->shards[s]);
    budget_free(sweep->config.budget, layer, 1, sizeof *layer);
    sweep->layers[progress] = NULL;
}

void sweep_free(struct sweep *sweep)
{
    if (sweep == NULL)
        return;
    for (uint32_t p = 0; p < sweep->layer_end; p++)
        sweep_layer_free(sweep, p);
    for (int t = 0; sweep->workers != NULL && t < sweep->config.threads; t++)
        worker_release(sweep, &sweep->workers[t]);
    queues_release(sweep);
    sweep_shared_free(sweep);
    mem_free(sweep->layers);
    mem_free(sweep->workers);
    mem_free(sweep);
}

enum status sweep_layer_make(struct sweep *sweep, uint32_t progress)
{
    if (progress >= sweep->layer_capacity) {
        const size_t capacity = progress + progress / 2 + 16;
        struct sweep_layer **layers = mem_resize(sweep->layers, capacity, sizeof *layers);
        if (layers == NULL)
            return ERR_MEMORY;
        for (size_t p = sweep->layer_capacity; p < capacity; p++)
            layers[p] = NULL;
        sweep->layers = layers;
        sweep->layer_capacity = capacity;
    }
    if (sweep->layers[progress] != NULL)
        return OK;
    struct sweep_layer *layer = budget_new(sweep->config.budget, 1, sizeof *layer);
    if (layer == NULL)
        return ERR_MEMORY;
    layer->progress = progress;
    for (size_t s = 0; s < SWEEP_SHARDS; s++)
        visited_init(&layer->shards[s], sweep->kind, sweep->words, sweep->config.budget);
    sweep->layers[progress] = layer;
    if (progress >= sweep->layer_end)
        sweep->layer_end = progress + 1;
    return OK;
}

static enum status insert_initial(struct sweep *sweep)
{
    struct successors *scratch = &sweep->workers[0].successors;
    const struct model *model = sweep->config.model;
    uint64_t packed[PACKED_WORDS_MAX] = {0};
    uint32_t index;
    model->class->init(model, scratch->state);
    successors_pack(scratch, scratch->state, packed);
    sweep->layer = sweep->config.layered ? model->class->speed.progress(model, scratch->state) : 0;
    if (sweep->layer >= PROGRESS_LIMIT)
        return ERR_INTERNAL;
    if (sweep_layer_make(sweep, sweep->layer) != OK)
        return ERR_MEMORY;
    const uint64_t hash = visited_hash(packed, sweep->words);
    struct visited *set = &sweep->layers[sweep->layer]->shards[sweep_shard_of(hash)];
    if (sweep->fast)
        sweep_note_hits(sweep, &sweep->workers[0], model->class->properties_hit(model, scratch->state),
                        packed, 0);
    return visited_insert(set, packed, hash, 0, &index) == VISITED_NEW ? OK : ERR_MEMORY;
}

/* What does not need the peers. */
static enum status init(struct sweep *sweep, struct error *err)
{
    const struct sweep_config *config = &sweep->config;
    sweep->workers = mem_new_aligned(CACHE_LINE, (size_t)config->threads, sizeof *sweep->workers);
    enum status status = sweep->workers != NULL ? OK : ERR_MEMORY;
    for (int t = 0; status == OK && t < config->threads; t++)
        status = worker_init(sweep, &sweep->workers[t]);
    if (status == OK) {
        /* What is not expanded when it hits, or is told of by its moves, must be looked at itself. */
        sweep->fast =
            successors_are_fast(&sweep->workers[0].successors) && !config->terminal && !config->edges;
        status = insert_initial(sweep);
    }
    if (status == ERR_MEMORY)
        return error_memory(err, (size_t)config->threads * (worker_bytes(sweep) + sizeof *sweep->workers));
    return status == OK ? OK : error_set(err, status, "the model's progress exceeds %u", PROGRESS_LIMIT - 1);
}

enum status sweep_new(const struct sweep_config *config, struct sweep **ret_sweep, struct error *err)
{
    struct peers *peers = config->peers != NULL ? config->peers : peers_alone();
    assert(config->threads >= 1 && config->max_steps <= DISTANCE_MAX);
    assert(peers->ranks == 1 || (!config->edges && !config->retain));
    struct sweep *sweep = mem_new(1, sizeof *sweep);
    enum status status = sweep != NULL ? OK : error_memory(err, sizeof *sweep);
    if (status == OK) {
        sweep->config = *config;
        sweep->config.peers = peers;
        sweep->config.layered =
            config->layered && config->model->class->speed.progress != NULL && !config->fingerprints;
        sweep->kind = sweep->config.layered  ? VISITED_LABELLED
                      : config->fingerprints ? VISITED_FINGERPRINTS
                                             : VISITED_ORDERED;
        sweep->words = config->model->packed_words;
        sweep->record_words = sweep->config.layered + sweep->words;
        sweep->max_steps = config->max_steps;
        status = init(sweep, err);
    }
    status = peers->allreduce(peers, status, err);
    if (status == OK)
        status = sweep_meet(sweep, err);
    if (status == OK)
        *ret_sweep = sweep;
    else
        sweep_free(sweep);
    return status;
}

/* --- delivering --- */

/* Into sets with distances, of this layer and those above. */
static bool deliver_some(struct sweep *sweep, uint32_t shard, const uint64_t *records, size_t count)
{
    const size_t record_words = sweep->record_words, words = sweep->words;
    uint64_t hashes[DELIVERED];
    if (!queue_reserve(sweep, shard, count))
        return false;
    for (size_t i = 0; i < count; i++) {
        const uint64_t *record = records + i * record_words;
        hashes[i] = visited_hash(record + 1, words);
        visited_prefetch(&sweep->layers[record[0]]->shards[shard], hashes[i]);
    }
    for (size_t i = 0; i < count; i++)
        visited_prefetch_state(&sweep->layers[records[i * record_words]]->shards[shard], hashes[i]);
    for (size_t i = 0; i < count; i++) {
        const uint64_t *record = records + i * record_words;
        uint32_t index;
        struct visited *set = &sweep->layers[record[0]]->shards[shard];
        const enum visited_outcome outcome =
            visited_insert(set, record + 1, hashes[i], sweep->distance + 1, &index);
        if (outcome == VISITED_FULL)
            return false;
        if (outcome != VISITED_KNOWN && record[0] == sweep->layer)
            queue_push(sweep, shard, index);
    }
    return true;
}

bool sweep_deliver_records(struct sweep *sweep, uint32_t shard, const uint64_t *records, size_t count)
{
    if (sweep->kind != VISITED_LABELLED)
        return visited_insert_all(&sweep->layers[sweep->layer]->shards[shard], records, count,
                                  sweep->distance + 1);
    while (count > 0) {
        const size_t some = count < DELIVERED ? count : DELIVERED;
        if (!deliver_some(sweep, shard, records, some))
            return false;
        records += some * sweep->record_words;
        count -= some;
    }
    return true;
}

/* Gives a shard its boxes. When the memory does not allow all of it, the boxes stay, and giving them again
 * later does no harm: what is known already stays as it is. */
static void deliver_shard(struct sweep *sweep, uint32_t shard)
{
    bool done = true;
    for (int t = 0; t < sweep->config.threads && done; t++) {
        const struct worker *worker = &sweep->workers[t];
        const uint64_t *box = worker->boxes + (size_t)shard * BOX_RECORDS * sweep->record_words;
        done = sweep_deliver_records(sweep, shard, box, worker->box_counts[shard]);
    }
    for (uint32_t rank = 0; rank < sweep->config.peers->ranks && done; rank++) {
        size_t count;
        const uint64_t *records = sweep_received(sweep, rank, shard, &count);
        done = sweep_deliver_records(sweep, shard, records, count);
    }
    sweep->queues[shard].full = !done;
}

/* Of the states that are only kept for a trace, those of the lower half of the distances. */
static bool forget_distances(struct sweep *sweep)
{
    if (sweep_layer(sweep, sweep->layer) == NULL)
        return false;
    struct visited *shards = sweep->layers[sweep->layer]->shards;
    uint32_t lowest = sweep->distance;
    for (uint32_t shard = 0; shard < SWEEP_SHARDS; shard++) {
        if (shards[shard].run_count > 0 && shards[shard].runs[0].distance < lowest)
            lowest = shards[shard].runs[0].distance;
    }
    if (lowest == sweep->distance)
        return false;
    const uint32_t first = lowest + (sweep->distance - lowest + 1) / 2;
    for (uint32_t shard = 0; shard < SWEEP_SHARDS; shard++)
        visited_drop(&shards[shard], visited_run_begin(&shards[shard], first), true);
    return true;
}

bool sweep_forget_retained(struct sweep *sweep)
{
    if (sweep->kind == VISITED_FINGERPRINTS)
        return forget_distances(sweep);
    while (sweep->retain_from < sweep->layer && sweep->layers[sweep->retain_from] == NULL)
        sweep->retain_from++;
    if (sweep->retain_from >= sweep->layer)
        return false;
    sweep_layer_free(sweep, sweep->retain_from++);
    return true;
}

static bool make_layers(struct sweep *sweep)
{
    uint32_t last = sweep->layer;
    for (int t = 0; t < sweep->config.threads; t++) {
        const uint32_t seen = sweep->workers[t].successors.progress_max;
        last = seen > last ? seen : last;
    }
    last = last < sweep->config.max_progress ? last : sweep->config.max_progress;
    for (uint32_t p = sweep->layer; p <= last; p++) {
        while (sweep_layer_make(sweep, p) != OK) {
            if (!sweep_forget_retained(sweep))
                return false;
        }
    }
    return true;
}

bool sweep_deliver(struct sweep *sweep)
{
    if (!make_layers(sweep))
        return false;
    bool full;
    const uint32_t first = sweep->shared.shard_first, end = sweep->shared.shard_end;
    do {
        const int threads = sweep->step_threads;
#pragma omp parallel for schedule(dynamic, 1) num_threads(threads) if (threads > 1) default(none) \
    shared(sweep, first, end)
        for (uint32_t shard = first; shard < end; shard++)
            deliver_shard(sweep, shard);
        full = false;
        for (uint32_t shard = first; shard < end; shard++)
            full = full || sweep->queues[shard].full;
    } while (full && sweep_forget_retained(sweep));
    if (full)
        return false;
    for (int t = 0; t < sweep->config.threads; t++) {
        memset(sweep->workers[t].box_counts, 0, sizeof sweep->workers[t].box_counts);
        sweep->workers[t].fullest = 0;
    }
    return true;
}

/* --- rounds, steps, layers --- */

bool sweep_step_is_done(const struct sweep *sweep)
{
    for (int t = 0; t < sweep->config.threads; t++) {
        if (sweep->workers[t].item_at < sweep->workers[t].item_end)
            return false;
    }
    return atomic_load_explicit(&sweep->cursor, memory_order_relaxed) >= sweep->first[SWEEP_SHARDS];
}

uint32_t sweep_tightened(const struct sweep *sweep)
{
    const struct sweep_tally counts = sweep_own_counts(sweep);
    uint32_t max_steps = sweep->max_steps;
    for (uint32_t p = 0; p < PROPERTIES_MAX; p++)
        max_steps = counts.shortest[p] < max_steps ? counts.shortest[p] : max_steps;
    return max_steps;
}

bool sweep_order_layer(struct sweep *sweep)
{
    size_t count = 0;
    for (uint32_t shard = 0; shard < SWEEP_SHARDS; shard++)
        count += sweep->layers[sweep->layer]->shards[shard].count;
    const int threads = count < STEP_ITEMS_PARALLEL * 16 ? 1 : sweep->config.threads;
    bool ok = true;
#pragma omp parallel for schedule(dynamic, 1) num_threads(threads) if (threads > 1) default(none) shared(sweep)        \
    reduction(&& : ok)
    for (uint32_t shard = 0; shard < SWEEP_SHARDS; shard++)
        ok = queue_order(sweep, shard) && ok;
    return ok;
}

bool sweep_begin_step(struct sweep *sweep, uint32_t distance)
{
    if (!queues_begin_step(sweep, distance))
        return false;
    atomic_store_explicit(&sweep->cursor, 0, memory_order_relaxed);
    const bool small = sweep->first[SWEEP_SHARDS] < STEP_ITEMS_PARALLEL;
    sweep->step_threads = small ? 1 : sweep->config.threads;
    sweep->in_step = true;
    return true;
}

enum status sweep_check_workers(const struct sweep *sweep, struct error *err)
{
    for (int t = 0; t < sweep->config.threads; t++) {
        if (sweep->workers[t].failed_progress)
            return error_set(err, ERR_INTERNAL, "a move of %s lowered the progress, or raised it above %u",
                             sweep->config.model->class->name, PROGRESS_LIMIT - 1);
        if (sweep->workers[t].successors.refused)
            return model_check_moves(sweep->config.model, sweep->workers[t].successors.state, err);
    }
    return OK;
}

/* --- looking at it --- */

struct sweep_tally sweep_own_counts(const struct sweep *sweep)
{
    struct sweep_tally sum = sweep_tally_none();
    for (int t = 0; t < sweep->config.threads; t++)
        sweep_tally_add(&sum, &sweep->workers[t].tally);
    return sum;
}

void sweep_position(const struct sweep *sweep, uint32_t *ret_progress, uint32_t *ret_distance)
{
    *ret_progress = sweep->layer;
    *ret_distance = sweep->distance;
}

const uint64_t *sweep_own_shortest(const struct sweep *sweep, uint32_t property)
{
    const uint64_t *least = NULL;
    uint32_t shortest = DISTANCE_NONE;
    for (int t = 0; t < sweep->config.threads; t++) {
        const struct worker *worker = &sweep->workers[t];
        const uint64_t *state = worker->shortest + property * sweep->words;
        const uint32_t distance = worker->tally.shortest[property];
        if (distance == DISTANCE_NONE || distance > shortest)
            continue;
        if (distance < shortest || visited_compare(state, least, sweep->words) < 0)
            least = state;
        shortest = distance;
    }
    return least;
}

struct sweep_tally sweep_counts(const struct sweep *sweep)
{
    struct sweep_tally sum = sweep_own_counts(sweep);
    sweep_tally_add(&sum, &sweep->shared.tally);
    return sum;
}

const uint64_t *sweep_shortest_state(const struct sweep *sweep, uint32_t property)
{
    const uint64_t *own = sweep_own_shortest(sweep, property);
    const uint64_t *others = sweep->shared.shortest + property * sweep->words;
    const uint32_t ours = sweep_own_counts(sweep).shortest[property];
    const uint32_t theirs = sweep->shared.tally.shortest[property];
    if (ours != theirs || ours == DISTANCE_NONE)
        return ours < theirs ? own : ours > theirs ? others : NULL;
    return visited_compare(own, others, sweep->words) < 0 ? own : others;
}

const struct sweep_layer *sweep_layer(const struct sweep *sweep, uint32_t progress)
{
    return progress < sweep->layer_end ? sweep->layers[progress] : NULL;
}

void sweep_forget(struct sweep *sweep)
{
    for (uint32_t p = 0; p < sweep->layer_end; p++)
        sweep_layer_free(sweep, p);
    for (int t = 0; t < sweep->config.threads; t++) {
        struct worker *worker = &sweep->workers[t];
        budget_free(sweep->config.budget, worker->boxes, worker_bytes(sweep), 1);
        worker->boxes = NULL;
    }
    queues_release(sweep);
}

uint32_t sweep_layer_end(const struct sweep *sweep)
{
    return sweep->layer_end;
}
