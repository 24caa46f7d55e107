/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>
#include <sys/resource.h>

#include "base/memory.h"
#include "search/explore_internal.h"

/* Words of a checkpoint that travel at a time. */
#define CHUNK_WORDS ((size_t)1 << 15)

/* --- standing --- */

void explore_standing_write(const struct explore_standing *standing, uint64_t *words)
{
    words[0] = standing->outcome;
    words[1] = standing->stop;
    words[2] = standing->save;
}

void explore_standing_add(struct explore_standing *sum, const uint64_t *words)
{
    const enum explore_outcome outcome =
        words[0] <= EXPLORE_ERROR ? (enum explore_outcome)words[0] : EXPLORE_ERROR;
    const enum explore_stop stop = words[1] <= EXPLORE_MEMORY ? (enum explore_stop)words[1] : EXPLORE_MEMORY;
    sum->outcome = outcome > sum->outcome ? outcome : sum->outcome;
    sum->stop = stop > sum->stop ? stop : sum->stop;
    sum->save = sum->save || words[2] != 0;
}

enum status explore_standing_agree(struct explore *explore, struct explore_standing *standing)
{
    struct peers *peers = explore->peers;
    const size_t ranks = peers->ranks;
    uint64_t own[EXPLORE_STANDING_WORDS];
    explore_standing_write(standing, own);
    enum status status =
        peers->allgather(peers, own, explore->standing_counts, explore->standing_words, explore->err);
    for (size_t rank = 0; rank < ranks && status == OK; rank++)
        explore_standing_add(standing, explore->standing_words + rank * EXPLORE_STANDING_WORDS);
    return status;
}

void explore_standing_obey(struct explore *explore, const struct explore_standing *standing)
{
    struct explore_result *result = explore->result;
    if (standing->outcome == EXPLORE_NO_MEMORY)
        result->stop = EXPLORE_MEMORY;
    /* A process that gets a signal while it waits for the others cancels the search, and its standing gives no
     * reason. */
    if (standing->outcome == EXPLORE_STOPPED)
        result->stop = standing->stop != EXPLORE_EXHAUSTED ? standing->stop : EXPLORE_SIGNAL;
}

enum status explore_agree(struct explore *explore, enum status status)
{
    return explore->peers->allreduce(explore->peers, status, explore->err);
}

enum status explore_share(struct explore *explore, void *bytes, size_t size)
{
    return peers_broadcast_bytes(explore->peers, bytes, size, explore->err);
}

enum status explore_share_result(struct explore *explore)
{
    struct peers *peers = explore->peers;
    struct explore_result *result = explore->result;
    struct rusage usage;
    result->resident = getrusage(RUSAGE_SELF, &usage) == 0 ? (size_t)usage.ru_maxrss * 1024 : 0;
    const uint64_t own[EXPLORE_STANDING_WORDS] = {result->bytes, result->max_memory, result->resident};
    enum status status =
        peers->allgather(peers, own, explore->standing_counts, explore->standing_words, explore->err);
    if (status == OK)
        status = explore_share(explore, result, sizeof *result);
    for (size_t rank = 0; rank < peers->ranks && status == OK; rank++) {
        const uint64_t *words = explore->standing_words + rank * EXPLORE_STANDING_WORDS;
        result->bytes = words[0] > result->bytes ? (size_t)words[0] : result->bytes;
        result->max_memory = words[1] > result->max_memory ? (size_t)words[1] : result->max_memory;
        result->resident = words[2] > result->resident ? (size_t)words[2] : result->resident;
    }
    return status;
}

/* --- checkpoints: one file for all --- */

/* A sink that only counts. */
struct counter {
    struct word_sink sink; /* first */
    uint64_t words;
};

static enum status count_words(struct word_sink *sink, const uint64_t *words, size_t count, struct error *err)
{
    (void)words, (void)err;
    ((struct counter *)(void *)sink)->words += count;
    return OK;
}

/* A sink that tells the others now and then that this process is alive, however slow the disk is. */
struct beating_sink {
    struct word_sink sink; /* first */
    struct word_sink *file;
    struct peers *peers;
    size_t words; /* since the last time */
};

static enum status write_and_beat(struct word_sink *sink, const uint64_t *words, size_t count,
                                  struct error *err)
{
    struct beating_sink *beating = (struct beating_sink *)(void *)sink;
    beating->words += count;
    if (beating->words >= CHUNK_WORDS) {
        beating->words = 0;
        (void)beating->peers->cancelled(beating->peers);
    }
    return beating->file->write(beating->file, words, count, err);
}

/* Between this process and one other: whole chunks travel, then what is left. */
struct stream {
    struct word_sink sink; /* first */
    struct peers *peers;
    size_t *send, *receive; /* counts by rank: 0 but for the one */
    uint64_t chunk[CHUNK_WORDS];
    size_t used;
};

static enum status send_chunk(struct stream *stream, struct error *err)
{
    stream->send[0] = stream->used;
    stream->used = 0;
    return stream->peers->alltoallv(stream->peers, stream->chunk, stream->send, NULL, stream->receive, err);
}

static enum status send_words(struct word_sink *sink, const uint64_t *words, size_t count, struct error *err)
{
    struct stream *stream = (struct stream *)(void *)sink;
    enum status status = OK;
    while (count > 0 && status == OK) {
        const size_t room = CHUNK_WORDS - stream->used, some = count < room ? count : room;
        memcpy(stream->chunk + stream->used, words, some * sizeof *words);
        stream->used += some;
        words += some;
        count -= some;
        if (stream->used == CHUNK_WORDS)
            status = send_chunk(stream, err);
    }
    return status;
}

/* Writes so many words of a rank into the sink. When that fails they are still taken, as the rank sends them
 * all; *write_status is the failure. */
static enum status receive_words(struct stream *stream, uint32_t from, uint64_t count, struct word_sink *sink,
                                 enum status *write_status, struct error *err)
{
    enum status status = OK;
    while (count > 0 && status == OK) {
        const size_t some = count < CHUNK_WORDS ? (size_t)count : CHUNK_WORDS;
        stream->receive[from] = some;
        status =
            stream->peers->alltoallv(stream->peers, NULL, stream->send, stream->chunk, stream->receive, err);
        stream->receive[from] = 0;
        if (status == OK && *write_status == OK)
            *write_status = sink->write(sink, stream->chunk, some, err);
        count -= some;
    }
    return status;
}

enum status explore_collect(struct explore *explore, const void *state, explore_save_function *save,
                            struct word_sink *sink)
{
    struct peers *peers = explore->peers;
    struct stream *stream = explore->stream;
    struct counter counter = {.sink = {.write = count_words}, .words = 0};
    struct beating_sink beating = {
        .sink = {.write = write_and_beat}, .file = sink, .peers = peers, .words = 0};
    /* Rank 0 need not know how much its own part is. */
    enum status status = peers->rank != 0 ? save(state, &counter.sink, explore->err) : OK, write_status = OK;
    if (status == OK) {
        const uint64_t own[EXPLORE_STANDING_WORDS] = {counter.words};
        status =
            peers->allgather(peers, own, explore->standing_counts, explore->standing_words, explore->err);
    }
    if (status == OK && peers->rank == 0)
        write_status = save(state, &beating.sink, explore->err);
    for (uint32_t rank = 1; rank < peers->ranks && status == OK && peers->rank == 0; rank++)
        status = receive_words(stream, rank, explore->standing_words[rank * EXPLORE_STANDING_WORDS],
                               &beating.sink, &write_status, explore->err);
    if (status == OK && peers->rank != 0) {
        stream->used = 0;
        status = save(state, &stream->sink, explore->err);
        if (status == OK && stream->used > 0)
            status = send_chunk(stream, explore->err);
        stream->send[0] = 0;
    }
    return status != OK ? status : write_status;
}

/* What all read that rank 0 reads. Each chunk begins with how that went. */
struct shared_source {
    struct word_source source; /* first */
    struct peers *peers;
    struct word_source *file; /* rank 0's; NULL with the others */
    uint64_t *chunk;          /* CHUNK_WORDS */
    size_t used, size;
    uint64_t coming; /* words after this chunk */
    enum status status;
};

static enum status next_chunk(struct shared_source *shared, struct error *err)
{
    const size_t size = shared->coming < CHUNK_WORDS - 1 ? (size_t)shared->coming : CHUNK_WORDS - 1;
    enum status own = OK;
    if (shared->file != NULL)
        own = shared->file->read(shared->file, shared->chunk + 1, size, err);
    shared->chunk[0] = own;
    enum status status = shared->peers->broadcast(shared->peers, shared->chunk, 1 + size, err);
    if (status == OK && shared->chunk[0] != OK)
        status = own != OK ? own : error_set(err, ERR_IO, "rank 0 could not read the checkpoint");
    shared->status = status;
    shared->coming = status == OK ? shared->coming - size : 0;
    shared->used = 0;
    shared->size = status == OK ? size : 0;
    return status;
}

static enum status read_shared(struct word_source *source, uint64_t *words, size_t count, struct error *err)
{
    struct shared_source *shared = (struct shared_source *)(void *)source;
    while (count > 0) {
        if (shared->used == shared->size && shared->coming == 0)
            return shared->status != OK
                       ? shared->status
                       : error_set(err, ERR_DATA, "the checkpoint is damaged: it ends too early");
        if (shared->used == shared->size && next_chunk(shared, err) != OK)
            return shared->status;
        const size_t there = shared->size - shared->used, some = count < there ? count : there;
        memcpy(words, shared->chunk + 1 + shared->used, some * sizeof *words);
        shared->used += some;
        words += some;
        count -= some;
    }
    return OK;
}

static uint64_t left_shared(struct word_source *source)
{
    const struct shared_source *shared = (const struct shared_source *)(const void *)source;
    return shared->coming + (shared->size - shared->used);
}

enum status explore_spread(struct explore *explore, void *state, explore_load_function *load,
                           struct word_source *source)
{
    struct peers *peers = explore->peers;
    struct shared_source shared = {.source = {.read = read_shared, .left = left_shared},
                                   .peers = peers,
                                   .file = source,
                                   .coming = source != NULL ? source->left(source) : 0,
                                   .status = OK};
    struct error first = {{0}};
    enum status status = explore_share(explore, &shared.coming, sizeof shared.coming);
    if (status != OK)
        return status;
    shared.chunk = explore->stream->chunk;
    status = load(state, &shared.source, explore->err);
    if (status == OK && left_shared(&shared.source) != 0)
        status =
            error_set(explore->err, ERR_DATA, "the checkpoint is damaged: it has more than there should be");
    /* Whoever had enough takes the rest all the same, since all share each chunk. */
    while (shared.coming > 0) {
        if (next_chunk(&shared, &first) != OK && status == OK)
            *explore->err = first;
        status = status == OK ? shared.status : status;
    }
    return status;
}

/* --- beginning and end --- */

enum status explore_meet_peers(struct explore *explore)
{
    struct peers *peers = explore->peers;
    const size_t ranks = peers->ranks;
    explore->standing_counts = mem_new(ranks, sizeof *explore->standing_counts);
    explore->standing_words = mem_new(ranks, EXPLORE_STANDING_WORDS * sizeof *explore->standing_words);
    explore->stream = mem_new(1, sizeof *explore->stream);
    size_t *counts = mem_new(2 * ranks, sizeof *counts);
    const bool ok = explore->standing_counts != NULL && explore->standing_words != NULL &&
                    explore->stream != NULL && counts != NULL;
    if (ok) {
        explore->stream->sink.write = send_words;
        explore->stream->peers = peers;
        explore->stream->send = counts;
        explore->stream->receive = counts + ranks;
        for (size_t rank = 0; rank < ranks; rank++)
            explore->standing_counts[rank] = EXPLORE_STANDING_WORDS;
    } else {
        mem_free(counts);
    }
    return explore_agree(explore, ok ? OK : error_memory(explore->err, sizeof *explore->stream));
}

void explore_leave_peers(struct explore *explore)
{
    if (explore->stream != NULL)
        mem_free(explore->stream->send);
    mem_free(explore->stream);
    mem_free(explore->standing_counts);
    mem_free(explore->standing_words);
}
