/* SPDX-License-Identifier: Apache-2.0 */
#include "search/walker.h"

#include <assert.h>
#include <omp.h>
#include <string.h>

#include "base/memory.h"
#include "base/stop.h"
#include "search/shape.h"

/* A block aims at this time, so that signals and progress are looked at often enough, and the threads'
 * waiting for each other at its end stays small. */
#define BLOCK_SECONDS     0.05
#define CHUNKS_PER_THREAD 16
/* The fastest kernels do some 130 million short walks a second and thread: a block of BLOCK_SECONDS is then
 * of so many times the chunks. */
#define BLOCK_GROWTH_MAX 128
/* Walks of one chunk: a thread's buffer for hits has room for so many. */
#define CHUNK_WALKS_MAX 4096

struct chunk {
    uint64_t first, count;
    struct walk_tally tally;
    struct walk_hit *hits; /* hit_count of them, owned */
    size_t hit_count;
    struct run_shape *shapes; /* of the hits, shape_count of them, in the order of their first hit; owned */
    size_t shape_count;
    uint16_t lengths[RUN_LENGTHS]; /* as in run_result */
    bool failed;                   /* out of memory, or the model is beyond its limits */
};

struct walker {
    const struct run_config *config;
    struct chunk *chunks;
    size_t chunk_capacity;
    struct walk_hit *scratch; /* CHUNK_WALKS_MAX for each thread */
    uint64_t block_walks;
};

/* --- pieces --- */

void pieces_init(struct pieces *pieces)
{
    *pieces = (struct pieces){0};
}

void pieces_clear(struct pieces *pieces)
{
    for (size_t i = 0; i < pieces->count; i++)
        mem_free(pieces->list[i].shapes);
    pieces->count = 0;
}

void pieces_release(struct pieces *pieces)
{
    pieces_clear(pieces);
    mem_free(pieces->list);
    pieces_init(pieces);
}

struct piece *pieces_add(struct pieces *pieces, uint64_t first)
{
    void *list = pieces->list;
    if (mem_reserve(&list, &pieces->capacity, pieces->count + 1, sizeof *pieces->list) != OK)
        return NULL;
    pieces->list = list;
    const struct piece *last = pieces->count > 0 ? &pieces->list[pieces->count - 1] : NULL;
    assert(last == NULL || last->first + last->count == first);
    struct piece *piece = &pieces->list[pieces->count++];
    memset(piece, 0, sizeof *piece);
    piece->first = first;
    return piece;
}

enum status piece_count_shape(struct piece *piece, uint64_t id, uint64_t hits)
{
    for (size_t i = 0; i < piece->shape_count; i++) {
        if (piece->shapes[i].id == id) {
            piece->shapes[i].hits += hits;
            return OK;
        }
    }
    void *shapes = piece->shapes;
    const enum status status =
        mem_reserve(&shapes, &piece->shape_capacity, piece->shape_count + 1, sizeof *piece->shapes);
    if (status != OK)
        return status;
    piece->shapes = shapes;
    piece->shapes[piece->shape_count++] = (struct run_shape){.id = id, .hits = hits};
    return OK;
}

/* The piece that walks from first on belong to: the last one unless it has ended. */
static struct piece *open_piece(struct pieces *pieces, uint64_t first)
{
    struct piece *last = pieces->count > 0 ? &pieces->list[pieces->count - 1] : NULL;
    if (last != NULL && !last->has_hit && last->first + last->count == first)
        return last;
    return pieces_add(pieces, first);
}

/* --- the threads' part --- */

static uint64_t shape_of_hit(const struct run_config *config, const struct walk_hit *hit)
{
    if (config->classify != NULL)
        return config->classify(config->context, hit);
    return shape_of_walk(config->model, trace_seed_of(config->seed, hit->sample), hit->length,
                         __builtin_ctz(hit->properties));
}

/* Classifies the chunk's hits and counts them by shape. */
static void count_chunk_shapes(const struct run_config *config, struct chunk *chunk)
{
    struct piece counts = {.first = chunk->first};
    for (size_t i = 0; i < chunk->hit_count && !chunk->failed; i++) {
        chunk->hits[i].shape = shape_of_hit(config, &chunk->hits[i]);
        chunk->failed =
            chunk->hits[i].shape == 0 || piece_count_shape(&counts, chunk->hits[i].shape, 1) != OK;
    }
    chunk->shapes = counts.shapes;
    chunk->shape_count = counts.shape_count;
}

static struct walk_job job_of(const struct run_config *config, uint32_t max_steps, uint64_t first,
                              uint64_t count)
{
    return (struct walk_job){.seed = config->seed,
                             .first = first,
                             .count = count,
                             .max_steps = max_steps,
                             .properties = config->properties};
}

/* Walks one chunk on the calling thread. */
static void walk_chunk(const struct run_config *config, uint32_t max_steps, struct chunk *chunk,
                       struct walk_hit *scratch)
{
    const struct walk_job job = job_of(config, max_steps, chunk->first, chunk->count);
    const uint32_t width = run_length_width(config->max_steps);
    struct walk_hits hits = {.hits = scratch, .capacity = CHUNK_WALKS_MAX};
    walk_range(config->model, &job, &chunk->tally, &hits);
    assert(hits.total <= hits.capacity);
    chunk->failed = chunk->tally.refused > 0;
    for (size_t i = 0; i < hits.total; i++)
        chunk->lengths[scratch[i].length / width]++;
    if (hits.total == 0 || config->goal == RUN_COUNT || chunk->failed)
        return;
    chunk->hits = mem_new(hits.total, sizeof *chunk->hits);
    if (chunk->hits == NULL) {
        chunk->failed = true;
        return;
    }
    memcpy(chunk->hits, scratch, hits.total * sizeof *scratch);
    chunk->hit_count = hits.total;
    if (config->goal == RUN_SHAPES)
        count_chunk_shapes(config, chunk);
}

static void walk_chunks(const struct walker *walker, uint32_t max_steps, size_t count)
{
    const struct run_config *const config = walker->config;
    struct chunk *const chunks = walker->chunks;
    struct walk_hit *const scratch = walker->scratch;
    const int threads = config->threads;
#pragma omp parallel for schedule(dynamic, 1) num_threads(threads) default(none) \
    shared(config, max_steps, chunks, scratch, count)
    for (size_t i = 0; i < count; i++)
        walk_chunk(config, max_steps, &chunks[i], scratch + (size_t)omp_get_thread_num() * CHUNK_WALKS_MAX);
}

/* --- folding chunks into pieces, in order --- */

static void tally_subtract(struct walk_tally *rest, const struct walk_tally *part)
{
    rest->walks -= part->walks;
    rest->steps -= part->steps;
    rest->ended -= part->ended;
    for (size_t i = 0; i < PROPERTIES_MAX; i++)
        rest->hits[i] -= part->hits[i];
    for (size_t i = 0; i < ACTIONS_MAX; i++)
        rest->fired[i] -= part->fired[i];
}

static bool is_known(const struct walker_task *task, uint64_t id)
{
    for (size_t i = 0; i < task->known_count; i++) {
        if (task->known[i] == id)
            return true;
    }
    return false;
}

/* Adds the walks of the task up to and including the hit to the open piece, with their tally counted anew,
 * and ends it there. ret_part is that tally. */
static enum status end_piece_at(const struct run_config *config, struct walker_task *task,
                                const struct walk_hit *hit, struct pieces *pieces, struct piece **ret_piece,
                                struct walk_tally *ret_part)
{
    assert(hit->sample >= task->first && hit->sample - task->first < task->count);
    struct piece *piece = open_piece(pieces, task->first);
    if (piece == NULL)
        return ERR_MEMORY;
    const uint64_t count = hit->sample + 1 - task->first;
    const struct walk_job job = job_of(config, task->max_steps, task->first, count);
    memset(ret_part, 0, sizeof *ret_part);
    walk_range(config->model, &job, ret_part, NULL);
    assert(ret_part->walks == count && ret_part->ended > 0);
    walk_tally_add(&piece->tally, ret_part);
    piece->count += count;
    piece->has_hit = true;
    piece->hit = *hit;
    task->first += count;
    task->count -= count;
    *ret_piece = piece;
    return OK;
}

/* A chunk, or what is left of it, whose walks belong to the open piece as a whole. Its hits are left to the
 * caller. */
static enum status add_whole(struct walker_task *task, const struct walk_tally *tally, struct pieces *pieces,
                             struct piece **ret_piece)
{
    assert(tally->walks > 0 && tally->walks <= task->count);
    struct piece *piece = open_piece(pieces, task->first);
    if (piece == NULL)
        return ERR_MEMORY;
    walk_tally_add(&piece->tally, tally);
    piece->count += tally->walks;
    task->first += tally->walks;
    task->count -= tally->walks;
    *ret_piece = piece;
    return OK;
}

/* Counts one hit of a chunk in the piece that it belongs to. */
static enum status count_hit(const struct run_config *config, struct piece *piece, const struct walk_hit *hit)
{
    piece->lengths[hit->length / run_length_width(config->max_steps)]++;
    return config->goal == RUN_SHAPES ? piece_count_shape(piece, hit->shape, 1) : OK;
}

/* A chunk with a shape that was not known: a piece ends at the first hit of each such shape. */
static enum status fold_new_shapes(const struct run_config *config, struct walker_task *task,
                                   struct chunk *chunk, struct pieces *pieces)
{
    struct walk_tally part, rest = chunk->tally;
    struct piece *piece;
    size_t from = 0;
    enum status status = OK;
    for (size_t i = 0; i < chunk->hit_count && status == OK; i++) {
        if (is_known(task, chunk->hits[i].shape))
            continue;
        status = end_piece_at(config, task, &chunk->hits[i], pieces, &piece, &part);
        for (; status == OK && from <= i; from++)
            status = count_hit(config, piece, &chunk->hits[from]);
        tally_subtract(&rest, &part);
        assert(task->known_count < config->max_findings);
        task->known[task->known_count++] = chunk->hits[i].shape;
        if (task->known_count == config->max_findings) {
            task->count = 0; /* the run stops here, or before */
            return status;
        }
    }
    if (status == OK && rest.walks > 0) {
        status = add_whole(task, &rest, pieces, &piece);
        for (; status == OK && from < chunk->hit_count; from++)
            status = count_hit(config, piece, &chunk->hits[from]);
    }
    return status;
}

/* Sets *ret_stale when the chunks that follow were walked with a bound that no longer holds. */
static enum status fold_chunk(const struct run_config *config, struct walker_task *task, struct chunk *chunk,
                              struct pieces *pieces, bool *ret_stale)
{
    struct piece *piece;
    if (config->goal == RUN_SHORTEST && chunk->hit_count > 0) {
        struct walk_tally part;
        const struct walk_hit *hit = &chunk->hits[0];
        enum status status = end_piece_at(config, task, hit, pieces, &piece, &part);
        if (status == OK)
            status = count_hit(config, piece, hit);
        task->max_steps = hit->length > 0 ? hit->length - 1 : 0;
        if (task->max_steps == 0)
            task->count =
                0; /* nothing can be shorter: an initial state that hits would have ended every walk */
        *ret_stale = true;
        return status;
    }
    for (size_t i = 0; i < chunk->shape_count; i++) {
        if (!is_known(task, chunk->shapes[i].id))
            return fold_new_shapes(config, task, chunk, pieces);
    }
    enum status status = add_whole(task, &chunk->tally, pieces, &piece);
    for (size_t i = 0; i < RUN_LENGTHS && status == OK && chunk->tally.ended > 0; i++)
        piece->lengths[i] += chunk->lengths[i];
    for (size_t i = 0; i < chunk->shape_count && status == OK; i++)
        status = piece_count_shape(piece, chunk->shapes[i].id, chunk->shapes[i].hits);
    return status;
}

/* --- blocks --- */

/* Cuts the next block into chunks; returns their number. */
static size_t plan_block(struct walker *walker, const struct walker_task *task)
{
    const uint64_t walks = walker->block_walks < task->count ? walker->block_walks : task->count;
    const uint64_t pieces = (uint64_t)walker->config->threads * CHUNKS_PER_THREAD;
    uint64_t size = (walks + pieces - 1) / pieces;
    if (size > CHUNK_WALKS_MAX)
        size = CHUNK_WALKS_MAX;
    size_t n = 0;
    for (uint64_t at = 0; at < walks && n < walker->chunk_capacity; at += size, n++) {
        const uint64_t count = walks - at < size ? walks - at : size;
        walker->chunks[n] = (struct chunk){.first = task->first + at, .count = count};
    }
    return n;
}

/* Why a chunk failed: the first of its walks that fails again says so. */
static enum status explain_failure(const struct run_config *config, uint32_t max_steps,
                                   const struct chunk *chunk, struct error *err)
{
    struct trace trace;
    struct shape shape;
    enum status status = OK;
    trace_init(&trace);
    for (uint64_t k = chunk->first; k < chunk->first + chunk->count && status == OK; k++) {
        status = walk_trace(config->model, trace_seed_of(config->seed, k), max_steps, config->properties,
                            &trace, err);
        if (status == OK && trace.property != PROPERTY_NONE && config->goal == RUN_SHAPES)
            status = shape_of_trace(config->model, &trace, &shape, err);
    }
    trace_release(&trace);
    return status != OK ? status : ERR_MEMORY;
}

static enum status fold_block(struct walker *walker, struct walker_task *task, size_t count,
                              struct pieces *pieces, struct error *err)
{
    bool stale = false;
    enum status status = OK;
    for (size_t i = 0; i < count && status == OK && task->count > 0 && !stale; i++) {
        struct chunk *chunk = &walker->chunks[i];
        status = chunk->failed ? explain_failure(walker->config, task->max_steps, chunk, err)
                               : fold_chunk(walker->config, task, chunk, pieces, &stale);
    }
    for (size_t i = 0; i < count; i++) {
        mem_free(walker->chunks[i].hits);
        mem_free(walker->chunks[i].shapes);
    }
    return status;
}

/* The next block's size from the time that the last one took. */
static void adapt(struct walker *walker, uint64_t walked, double seconds)
{
    const double wanted = seconds > 0 ? (double)walked * BLOCK_SECONDS / seconds : 2.0 * (double)walked;
    const uint64_t most = (uint64_t)walker->chunk_capacity * CHUNK_WALKS_MAX;
    /* A block that the end of its task cut short says nothing against larger ones. */
    const uint64_t base = walked > walker->block_walks ? walked : walker->block_walks;
    uint64_t grown = base * 8; /* from a small start, in a few blocks */
    if (wanted < (double)grown)
        grown = (uint64_t)wanted;
    walker->block_walks = grown < 1 ? 1 : grown > most ? most : grown;
}

enum status walker_block(struct walker *walker, struct walker_task *task, struct pieces *pieces,
                         struct error *err)
{
    assert(task->count > 0 && task->known_count <= RUN_FINDINGS_MAX);
    const double start = clock_seconds();
    const size_t count = plan_block(walker, task);
    uint64_t walked = 0;
    for (size_t i = 0; i < count; i++)
        walked += walker->chunks[i].count;
    walk_chunks(walker, task->max_steps, count);
    const enum status status = fold_block(walker, task, count, pieces, err);
    if (status != OK)
        return status == ERR_MEMORY ? error_memory(err, CHUNK_WALKS_MAX * sizeof(struct walk_hit)) : status;
    adapt(walker, walked, clock_seconds() - start);
    return OK;
}

void walker_task_init(struct walker_task *task, const struct run_config *config,
                      const struct run_result *state)
{
    assert(state->next <= config->max_samples && state->shape_count <= RUN_FINDINGS_MAX);
    *task = (struct walker_task){
        .first = state->next, .count = config->max_samples - state->next, .max_steps = state->max_steps};
    for (size_t i = 0; i < state->shape_count; i++)
        task->known[task->known_count++] = state->shapes[i].id;
}

enum status walker_new(const struct run_config *config, struct walker **ret_walker, struct error *err)
{
    assert(config->threads >= 1);
    assert(config->goal != RUN_SHAPES ||
           (config->max_findings >= 1 && config->max_findings <= RUN_FINDINGS_MAX));
    struct walker *walker = mem_new(1, sizeof *walker);
    if (walker == NULL)
        return error_memory(err, sizeof *walker);
    const size_t threads = (size_t)config->threads;
    walker->config = config;
    /* Enough chunks for a block of the fastest kernels, a few giga-steps a second and thread. */
    walker->chunk_capacity = threads * CHUNKS_PER_THREAD * BLOCK_GROWTH_MAX;
    walker->block_walks = threads * 64;
    walker->chunks = mem_new(walker->chunk_capacity, sizeof *walker->chunks);
    walker->scratch = mem_new(threads * CHUNK_WALKS_MAX, sizeof *walker->scratch);
    if (walker->chunks == NULL || walker->scratch == NULL) {
        walker_free(walker);
        return error_memory(err, threads * CHUNKS_PER_THREAD * BLOCK_GROWTH_MAX * sizeof *walker->chunks +
                                     threads * CHUNK_WALKS_MAX * sizeof *walker->scratch);
    }
    *ret_walker = walker;
    return OK;
}

void walker_free(struct walker *walker)
{
    if (walker == NULL)
        return;
    mem_free(walker->chunks);
    mem_free(walker->scratch);
    mem_free(walker);
}
