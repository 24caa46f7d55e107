/* SPDX-License-Identifier: Apache-2.0 */
/* A saved sweep, in words of 64 bits:
 *
 *   words of a state | current layer | states, transitions, diameter, bounded
 *   for each property: shortest distance | a state, if there is one
 *   max_steps, which a hit may have lowered
 *   any number of: progress | count | count times: distance, with DISTANCE_DONE where it is expanded | state
 *                  UINT64_MAX - 1 | count | so many fingerprints, of states that came before or are not kept
 *   the end: UINT64_MAX
 *
 * The sets are not written, only their states: they are filled again, those with distances whatever their
 * order was. Of an ordered set the states come in order, and those that are expanded before the others. What
 * was found but did not fit comes last: fingerprints tell whether it is known.
 *
 * Of several processes rank 0 writes what comes before the layers, and the last one the end. */
#include <string.h>

#include "search/sweep_internal.h"

#define END_OF_LAYERS   UINT64_MAX
#define OF_FINGERPRINTS (UINT64_MAX - 1)
#define LOAD_WORDS      8192 /* read at a time, at least a record */

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

static void put_state(struct writer *writer, const struct visited *set, uint32_t index, uint32_t mark)
{
    put_word(writer, visited_distance(set, index) | mark);
    put(writer, visited_state(set, index), set->words);
}

static void put_labelled(struct writer *writer, const struct visited *set)
{
    for (uint32_t i = 0; i < set->count; i++)
        put_state(writer, set, i, set->distances[i] & DISTANCE_DONE);
}

/* Those of the step that are expanded come before the others. */
static void put_ordered(struct writer *writer, const struct sweep *sweep, uint32_t shard,
                        const struct visited *set)
{
    const struct shard_queue *queue = &sweep->queues[shard];
    for (uint32_t i = set->dropped; i < queue->begin; i++)
        put_state(writer, set, i, DISTANCE_DONE);
    for (int left = 0; left < 2; left++) {
        for (uint32_t i = queue->begin; i < queue->end; i++) {
            if (queues_is_left(sweep, sweep->first[shard] + (i - queue->begin)) == (left != 0))
                put_state(writer, set, i, left != 0 ? 0 : DISTANCE_DONE);
        }
    }
    for (uint32_t i = queue->end; i < set->count; i++)
        put_state(writer, set, i, 0);
}

static void put_fingerprints(struct writer *writer, const struct fingerprints *prints)
{
    put(writer, (const uint64_t[]){OF_FINGERPRINTS, prints->count}, 2);
    if (prints->has_zero)
        put_word(writer, 0);
    for (size_t i = 0; i < prints->slot_count; i++) {
        if (prints->slots[i] != 0)
            put_word(writer, prints->slots[i]);
    }
}

static void put_shard(struct writer *writer, const struct sweep *sweep, uint32_t shard, uint32_t progress)
{
    const struct visited *set = &sweep->layers[progress]->shards[shard];
    if (set->count == set->dropped)
        return;
    put(writer, (const uint64_t[]){progress, set->count - set->dropped}, 2);
    if (set->kind == VISITED_LABELLED)
        put_labelled(writer, set);
    else
        put_ordered(writer, sweep, shard, set);
}

static void put_found(struct writer *writer, const struct sweep *sweep, const uint64_t *records, size_t count)
{
    for (size_t i = 0; i < count; i++, records += sweep->record_words) {
        put(writer, (const uint64_t[]){record_layer(sweep, records), 1, sweep->distance + 1}, 3);
        put(writer, record_state(sweep, records), sweep->words);
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
            put_shard(&writer, sweep, shard, p);
    }
    queues_mark_left(sweep, true);
    for (uint32_t shard = 0; sweep->kind == VISITED_FINGERPRINTS && shard < SWEEP_SHARDS; shard++) {
        if (sweep->layers[sweep->layer]->shards[shard].prints != NULL)
            put_fingerprints(&writer, sweep->layers[sweep->layer]->shards[shard].prints);
    }
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

static enum status does_not_fit(const struct sweep *sweep, struct error *err)
{
    return error_set(err, ERR_MEMORY, "the checkpoint does not fit into %zu bytes of memory",
                     sweep->config.budget->limit);
}

/* True when the state may come next into an ordered set. */
static bool is_in_order(const struct sweep *sweep, uint32_t shard, const struct visited *set,
                        uint32_t distance)
{
    if ((distance & DISTANCE_DONE) != 0 && sweep->queues[shard].end != set->count)
        return false;
    return set->run_count == 0 || visited_last_distance(set) <= (distance & DISTANCE_MAX);
}

static enum status load_record(struct sweep *sweep, uint32_t progress, const uint64_t *record,
                               struct error *err)
{
    if (record[0] > UINT32_MAX || (record[0] & DISTANCE_MAX) > sweep->config.max_steps)
        return bad(err, "a distance");
    const uint64_t hash = visited_hash(record + 1, sweep->words);
    const uint32_t shard = sweep_shard_of(hash);
    uint32_t index, distance = (uint32_t)record[0];
    const bool done = (distance & DISTANCE_DONE) != 0;
    if (!sweep_has_shard(sweep, shard))
        return OK;
    struct visited *set = &sweep->layers[progress]->shards[shard];
    if (sweep->kind != VISITED_LABELLED) {
        if (!is_in_order(sweep, shard, set, distance))
            return bad(err, "the order of its states");
        distance &= DISTANCE_MAX;
    }
    const enum visited_outcome outcome = visited_insert(set, record + 1, hash, distance, &index);
    if (outcome == VISITED_FULL)
        return does_not_fit(sweep, err);
    if (done && sweep->kind != VISITED_LABELLED)
        sweep->queues[shard].begin = sweep->queues[shard].end = (uint32_t)set->count;
    /* What wrote it may have left that to the expansion. */
    if (!done && sweep->fast)
        sweep_note_hits(sweep, &sweep->workers[0], successors_at(&sweep->workers[0].successors, record + 1),
                        record + 1, distance);
    return OK;
}

static enum status load_fingerprints(struct sweep *sweep, struct word_source *source, struct error *err)
{
    uint64_t count, prints[LOAD_WORDS];
    enum status status = source->read(source, &count, 1, err);
    if (status != OK)
        return status;
    if (sweep->kind != VISITED_FINGERPRINTS || count > source->left(source))
        return bad(err, "its fingerprints");
    if (sweep_layer_make(sweep, sweep->layer) != OK)
        return error_memory(err, sizeof(struct sweep_layer));
    while (count > 0 && status == OK) {
        const size_t some = count < LOAD_WORDS ? (size_t)count : LOAD_WORDS;
        status = source->read(source, prints, some, err);
        for (size_t i = 0; i < some && status == OK; i++) {
            const uint32_t shard = sweep_shard_of(prints[i]);
            if (sweep_has_shard(sweep, shard) &&
                !visited_insert_fingerprint(&sweep->layers[sweep->layer]->shards[shard], prints[i]))
                status = does_not_fit(sweep, err);
        }
        count -= some;
    }
    return status;
}

static enum status load_records(struct sweep *sweep, struct word_source *source, uint64_t progress,
                                struct error *err)
{
    uint64_t count;
    uint64_t records[LOAD_WORDS];
    const size_t record_words = 1 + sweep->words; /* a distance and a state */
    const size_t most = LOAD_WORDS / record_words;
    enum status status = source->read(source, &count, 1, err);
    if (status != OK)
        return status;
    if (progress < sweep->layer || progress >= PROGRESS_LIMIT ||
        (sweep->kind != VISITED_LABELLED && progress != sweep->layer) ||
        count > source->left(source) / record_words)
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
    if (head[0] != sweep->words || head[1] < sweep->layer || head[1] >= PROGRESS_LIMIT ||
        (sweep->kind != VISITED_LABELLED && head[1] != sweep->layer))
        return bad(err, "its head");
    forget_initial(sweep);
    sweep->layer = (uint32_t)head[1];
    status = load_tally(sweep, source, err);
    while (status == OK) {
        uint64_t progress;
        status = source->read(source, &progress, 1, err);
        if (status != OK || progress == END_OF_LAYERS)
            break;
        status = progress == OF_FINGERPRINTS ? load_fingerprints(sweep, source, err)
                                             : load_records(sweep, source, progress, err);
    }
    return status;
}
