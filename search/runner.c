#include "search/runner.h"

#include <assert.h>
#include <omp.h>
#include <string.h>

#include "base/memory.h"
#include "base/stop.h"

/* A block aims at this time, so that signals and progress are looked at often enough, and the threads'
 * waiting for each other at its end stays small. */
#define BLOCK_SECONDS     0.05
#define CHUNKS_PER_THREAD 16
/* Walks of one chunk: a thread's buffer for hits has room for so many. */
#define CHUNK_WALKS_MAX 4096

struct chunk {
    uint64_t first, count;
    struct walk_tally tally;
    struct walk_hit *hits; /* hit_count of them, owned */
    size_t hit_count;
    bool failed; /* out of memory */
};

struct runner {
    const struct run_config *config;
    struct chunk *chunks;
    size_t chunk_capacity;
    struct walk_hit *scratch; /* CHUNK_WALKS_MAX for each thread */
    uint32_t max_steps;       /* shrinks with RUN_SHORTER */
    uint64_t next;            /* the first walk not yet counted */
    uint64_t block_walks;
};

static struct walk_job job_of(const struct runner *runner, uint64_t first, uint64_t count)
{
    return (struct walk_job){.seed = runner->config->seed,
                             .first = first,
                             .count = count,
                             .max_steps = runner->max_steps,
                             .properties = runner->config->properties};
}

/* Walks one chunk on the calling thread. */
static void walk_chunk(const struct runner *runner, struct chunk *chunk, struct walk_hit *scratch)
{
    const struct walk_job job = job_of(runner, chunk->first, chunk->count);
    memset(&chunk->tally, 0, sizeof chunk->tally);
    if (runner->config->on_hit == NULL) {
        walk_range(runner->config->model, &job, &chunk->tally, NULL);
        return;
    }
    struct walk_hits hits = {.hits = scratch, .capacity = CHUNK_WALKS_MAX};
    walk_range(runner->config->model, &job, &chunk->tally, &hits);
    assert(hits.total <= hits.capacity);
    if (hits.total == 0)
        return;
    chunk->hits = mem_new(hits.total, sizeof *chunk->hits);
    if (chunk->hits == NULL) {
        chunk->failed = true;
        return;
    }
    memcpy(chunk->hits, scratch, hits.total * sizeof *scratch);
    chunk->hit_count = hits.total;
    for (size_t i = 0; i < hits.total && runner->config->classify != NULL; i++)
        chunk->hits[i].shape = runner->config->classify(runner->config->context, &chunk->hits[i]);
}

/* Cuts the next block into chunks; returns their number. */
static size_t plan_block(struct runner *runner)
{
    const uint64_t left = runner->config->max_samples - runner->next;
    const uint64_t walks = runner->block_walks < left ? runner->block_walks : left;
    const uint64_t pieces = (uint64_t)runner->config->threads * CHUNKS_PER_THREAD;
    uint64_t size = (walks + pieces - 1) / pieces;
    if (size > CHUNK_WALKS_MAX)
        size = CHUNK_WALKS_MAX;
    size_t n = 0;
    for (uint64_t at = 0; at < walks && n < runner->chunk_capacity; at += size, n++) {
        const uint64_t count = walks - at < size ? walks - at : size;
        runner->chunks[n] = (struct chunk){.first = runner->next + at, .count = count};
    }
    return n;
}

static void walk_block(const struct runner *runner, size_t count)
{
    struct chunk *const chunks = runner->chunks;
    struct walk_hit *const scratch = runner->scratch;
    const int threads = runner->config->threads;
#pragma omp parallel for schedule(dynamic, 1) num_threads(threads) default(none) \
    shared(runner, chunks, scratch, count)
    for (size_t i = 0; i < count; i++)
        walk_chunk(runner, &chunks[i], scratch + (size_t)omp_get_thread_num() * CHUNK_WALKS_MAX);
}

/* Counts the walks of a chunk up to and including sample, again, since its tally holds them all. */
static void count_up_to(struct runner *runner, const struct chunk *chunk, uint64_t sample,
                        struct walk_tally *tally)
{
    const struct walk_job job = job_of(runner, chunk->first, sample - chunk->first + 1);
    walk_range(runner->config->model, &job, tally, NULL);
    runner->next = sample + 1;
}

/* Merges one chunk. The verdict is RUN_GO_ON when the next chunk of the block still counts. */
static enum run_verdict merge_chunk(struct runner *runner, const struct chunk *chunk,
                                    struct walk_tally *tally)
{
    const struct run_config *config = runner->config;
    for (size_t i = 0; i < chunk->hit_count; i++) {
        const struct walk_hit *hit = &chunk->hits[i];
        const enum run_verdict verdict = config->on_hit(config->context, hit);
        if (verdict == RUN_GO_ON)
            continue;
        count_up_to(runner, chunk, hit->sample, tally);
        if (verdict == RUN_SHORTER)
            runner->max_steps = hit->length - 1;
        return verdict;
    }
    walk_tally_add(tally, &chunk->tally);
    runner->next = chunk->first + chunk->count;
    return RUN_GO_ON;
}

static enum status run_block(struct runner *runner, struct walk_tally *tally, enum run_verdict *ret_verdict,
                             struct error *err)
{
    const size_t count = plan_block(runner);
    walk_block(runner, count);
    enum run_verdict verdict = RUN_GO_ON;
    bool failed = false;
    for (size_t i = 0; i < count; i++)
        failed = failed || runner->chunks[i].failed;
    for (size_t i = 0; i < count && verdict == RUN_GO_ON && !failed; i++)
        verdict = merge_chunk(runner, &runner->chunks[i], tally);
    for (size_t i = 0; i < count; i++)
        mem_free(runner->chunks[i].hits);
    *ret_verdict = verdict;
    return failed ? error_memory(err, CHUNK_WALKS_MAX * sizeof(struct walk_hit)) : OK;
}

/* The next block's size from the time that the last one took. */
static void adapt(struct runner *runner, uint64_t walked, double seconds)
{
    const double wanted = seconds > 0 ? (double)walked * BLOCK_SECONDS / seconds : 2.0 * (double)walked;
    const uint64_t most = (uint64_t)runner->chunk_capacity * CHUNK_WALKS_MAX;
    uint64_t grown = walked * 8; /* from a small start, in a few blocks */
    if (wanted < (double)grown)
        grown = (uint64_t)wanted;
    runner->block_walks = grown < 1 ? 1 : grown > most ? most : grown;
}

static enum status run_blocks(struct runner *runner, struct run_result *result, struct error *err)
{
    const struct run_config *config = runner->config;
    const double start = clock_seconds();
    double now = start;
    while (runner->next < config->max_samples) {
        const uint64_t before = runner->next;
        enum run_verdict verdict;
        const enum status status = run_block(runner, &result->tally, &verdict, err);
        const double then = now;
        now = clock_seconds();
        result->elapsed = now - start;
        if (status != OK)
            return status;
        if (verdict == RUN_FAILED)
            return ERR_STOPPED;
        if (verdict == RUN_STOP_HERE) {
            result->stop = RUN_STOP_FINDING;
            return OK;
        }
        if (config->on_progress != NULL) {
            double done = (double)runner->next / (double)config->max_samples;
            if (config->timeout > 0 && result->elapsed / config->timeout > done)
                done = result->elapsed / config->timeout;
            config->on_progress(config->context, &result->tally, result->elapsed, done < 1 ? done : 1);
        }
        if (runner->max_steps == 0)
            break; /* nothing can be shorter */
        if (stop_requested()) {
            result->stop = RUN_STOP_SIGNAL;
            return OK;
        }
        if (config->timeout > 0 && result->elapsed >= config->timeout) {
            result->stop = RUN_STOP_TIMEOUT;
            return OK;
        }
        adapt(runner, runner->next - before, now - then);
    }
    result->stop = RUN_STOP_SAMPLES;
    return OK;
}

enum status runner_run(const struct run_config *config, struct run_result *ret_result, struct error *err)
{
    assert(config->threads >= 1);
    struct runner runner = {.config = config, .max_steps = config->max_steps};
    /* Enough chunks for a block of the fastest kernels, a few giga-steps a second and thread. */
    runner.chunk_capacity = (size_t)config->threads * CHUNKS_PER_THREAD * 16;
    runner.block_walks = (uint64_t)config->threads * 64;
    runner.chunks = mem_new(runner.chunk_capacity, sizeof *runner.chunks);
    runner.scratch = mem_new((size_t)config->threads * CHUNK_WALKS_MAX, sizeof *runner.scratch);
    enum status status = OK;
    if (runner.chunks == NULL || runner.scratch == NULL) {
        status = error_memory(err, runner.chunk_capacity * sizeof *runner.chunks +
                                       (size_t)config->threads * CHUNK_WALKS_MAX * sizeof *runner.scratch);
    } else {
        memset(ret_result, 0, sizeof *ret_result);
        status = run_blocks(&runner, ret_result, err);
    }
    mem_free(runner.chunks);
    mem_free(runner.scratch);
    return status;
}
