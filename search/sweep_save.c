/* SPDX-License-Identifier: Apache-2.0 */
/* A saved sweep, in words of 64 bits:
 *
 *   words of a state | current layer | states, transitions, diameter, bounded
 *   for each property: shortest distance | a state, if there is one
 *   max_steps, which may have shrunk
 *   any number of: progress | count | count times: distance, with DISTANCE_DONE where it is expanded | state
 *   the end: UINT64_MAX
 *
 * The sets are not written, only their states: they are filled again, whatever their order was.
 *
 * Of several processes rank 0 writes what comes before the layers, and the last one the end. */
#include <string.h>

#include "search/sweep_internal.h"

#define END_OF_LAYERS UINT64_MAX
#define LOAD_WORDS    8192 /* read at a time, at least a record */

struct writer {
    struct word_sink *sink;
    struct error *err;
    enum status status;
};

static void put(struct writer *writer, const uint64_t *words, size_t count)
{
    if (writer->status == OK)
        writer->status = writer->sink->write(writer->sink, words, count, writer->err);
}

static void put_word(struct writer *writer, uint64_t word)
{
    put(writer, &word, 1);
}

static void put_tally(struct writer *writer, const struct sweep *sweep)
{
    const struct sweep_tally tally = sweep_counts(sweep);
    put(writer, (const uint64_t[]){tally.states, tally.transitions, tally.diameter, tally.bounded}, 4);
    for (uint32_t p = 0; p < PROPERTIES_MAX; p++) {
        put_word(writer, tally.shortest[p]);
        if (tally.shortest[p] != DISTANCE_NONE)
            put(writer, sweep_shortest_state(sweep, p), sweep->words);
    }
    put_word(writer, sweep->max_steps);
}

static void put_shard(struct writer *writer, const struct visited *set, uint32_t progress)
{
    if (set->count == 0)
        return;
    put(writer, (const uint64_t[]){progress, set->count}, 2);
    for (uint32_t i = 0; i < set->count; i++) {
        put_word(writer, set->distances[i]);
        put(writer, visited_state(set, i), set->words);
    }
}

static void put_found(struct writer *writer, const struct sweep *sweep, const uint64_t *records, size_t count)
{
    for (size_t i = 0; i < count; i++, records += sweep->record_words) {
        put(writer, (const uint64_t[]){records[0], 1, sweep->distance + 1}, 3);
        put(writer, records + 1, sweep->words);
    }
}

/* What was found but did not fit into the memory: after all of its shard that did, so that it lowers nothing
 * that is done. */
static void put_boxes(struct writer *writer, const struct sweep *sweep)
{
    for (int t = 0; t < sweep->config.threads; t++) {
        const struct worker *worker = &sweep->workers[t];
        for (uint32_t shard = 0; shard < SWEEP_SHARDS; shard++) {
            const uint64_t *box = worker->boxes + (size_t)shard * BOX_RECORDS * sweep->record_words;
            put_found(writer, sweep, box, worker->box_counts[shard]);
        }
    }
    for (uint32_t rank = 0; rank < sweep->config.peers->ranks; rank++) {
        for (uint32_t shard = sweep->shared.shard_first; shard < sweep->shared.shard_end; shard++) {
            size_t count;
            const uint64_t *records = sweep_received(sweep, rank, shard, &count);
            put_found(writer, sweep, records, count);
        }
    }
}

enum status sweep_save(struct sweep *sweep, struct word_sink *sink, struct error *err)
{
    struct writer writer = {.sink = sink, .err = err, .status = OK};
    const struct peers *peers = sweep->config.peers;
    if (peers->rank == 0) {
        put(&writer, (const uint64_t[]){sweep->words, sweep->layer}, 2);
        put_tally(&writer, sweep);
    }
    queues_mark_left(sweep, false);
    for (uint32_t p = sweep->layer; p < sweep->layer_end; p++) {
        for (uint32_t shard = 0; sweep->layers[p] != NULL && shard < SWEEP_SHARDS; shard++)
            put_shard(&writer, &sweep->layers[p]->shards[shard], p);
    }
    queues_mark_left(sweep, true);
    if (sweep->undelivered)
        put_boxes(&writer, sweep);
    if (peers->rank + 1 == peers->ranks)
        put_word(&writer, END_OF_LAYERS);
    return writer.status;
}

/* --- reading --- */

static enum status bad(struct error *err, const char *what)
{
    return error_set(err, ERR_DATA, "the checkpoint is damaged: %s", what);
}

static enum status load_tally(struct sweep *sweep, struct word_source *source, struct error *err)
{
    struct worker *worker = &sweep->workers[0];
    uint64_t counts[4], word;
    enum status status = source->read(source, counts, 4, err);
    if (status != OK)
        return status;
    if (counts[2] > DISTANCE_MAX || counts[3] > 1)
        return bad(err, "its counts");
    worker->tally.states = counts[0];
    worker->tally.transitions = counts[1];
    worker->tally.diameter = (uint32_t)counts[2];
    worker->tally.bounded = counts[3] != 0;
    for (uint32_t p = 0; p < PROPERTIES_MAX; p++) {
        status = source->read(source, &word, 1, err);
        if (status == OK && word > DISTANCE_MAX && word != DISTANCE_NONE)
            status = bad(err, "a shortest distance");
        if (status == OK && word != DISTANCE_NONE)
            status = source->read(source, worker->shortest + p * sweep->words, sweep->words, err);
        if (status != OK)
            return status;
        worker->tally.shortest[p] = (uint32_t)word;
    }
    status = source->read(source, &word, 1, err);
    if (status == OK && word > sweep->config.max_steps)
        status = bad(err, "its bound on steps");
    if (status == OK)
        sweep->max_steps = (uint32_t)word;
    /* Of several processes one keeps what was counted. */
    if (sweep->config.peers->rank != 0)
        worker->tally = sweep_tally_none();
    return status;
}

static enum status load_record(struct sweep *sweep, uint32_t progress, const uint64_t *record,
                               struct error *err)
{
    if (record[0] > UINT32_MAX || (record[0] & DISTANCE_MAX) > sweep->config.max_steps)
        return bad(err, "a distance");
    const uint64_t hash = visited_hash(record + 1, sweep->words);
    const uint32_t shard = sweep_shard_of(hash);
    uint32_t index;
    if (!sweep_has_shard(sweep, shard))
        return OK;
    const enum visited_outcome outcome = visited_insert(&sweep->layers[progress]->shards[shard], record + 1,
                                                        hash, (uint32_t)record[0], &index);
    if (outcome == VISITED_FULL)
        return error_set(err, ERR_MEMORY, "the checkpoint does not fit into %zu bytes of memory",
                         sweep->config.budget->limit);
    return OK;
}

static enum status load_records(struct sweep *sweep, struct word_source *source, uint64_t progress,
                                struct error *err)
{
    uint64_t count;
    uint64_t records[LOAD_WORDS];
    const size_t record_words = sweep->record_words, most = LOAD_WORDS / record_words;
    enum status status = source->read(source, &count, 1, err);
    if (status != OK)
        return status;
    if (progress < sweep->layer || progress >= PROGRESS_LIMIT || count > source->left(source) / record_words)
        return bad(err, "a layer");
    if (sweep_layer_make(sweep, (uint32_t)progress) != OK)
        return error_memory(err, sizeof(struct sweep_layer));
    while (count > 0 && status == OK) {
        const size_t some = count < most ? (size_t)count : most;
        status = source->read(source, records, some * record_words, err);
        for (size_t i = 0; i < some && status == OK; i++)
            status = load_record(sweep, (uint32_t)progress, records + i * record_words, err);
        count -= some;
    }
    return status;
}

/* The initial state, which a new sweep holds, is of the saved ones or below them. */
static void forget_initial(struct sweep *sweep)
{
    struct sweep_layer *layer = sweep->layers[sweep->layer];
    for (size_t s = 0; s < SWEEP_SHARDS; s++)
        visited_release(&layer->shards[s]);
}

enum status sweep_load(struct sweep *sweep, struct word_source *source, struct error *err)
{
    uint64_t head[2];
    enum status status = source->read(source, head, 2, err);
    if (status != OK)
        return status;
    if (head[0] != sweep->words || head[1] < sweep->layer || head[1] >= PROGRESS_LIMIT)
        return bad(err, "its head");
    forget_initial(sweep);
    sweep->layer = (uint32_t)head[1];
    status = load_tally(sweep, source, err);
    while (status == OK) {
        uint64_t progress;
        status = source->read(source, &progress, 1, err);
        if (status != OK || progress == END_OF_LAYERS)
            break;
        status = load_records(sweep, source, progress, err);
    }
    return status;
}
