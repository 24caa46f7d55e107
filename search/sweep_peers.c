/* SPDX-License-Identifier: Apache-2.0 */
/* How a sweep runs, with its peers or alone. Each process expands the states of its own shards; what it finds
 * for others is sent to them. Between rounds all report, and from the reports of all, each comes to the same
 * decision. */
#include <assert.h>
#include <string.h>

#include "base/memory.h"
#include "search/sweep_internal.h"

/* What a process says between two rounds. */
enum {
    REPORT_FAILED,      /* its model has broken its promise, or another process has sent nonsense */
    REPORT_FULL,        /* its memory does not allow what was found */
    REPORT_STOPS,       /* on_round said so */
    REPORT_SAVES,       /* a checkpoint is due */
    REPORT_LEFT,        /* states of the step are left */
    REPORT_LAYER,       /* the lowest layer with states to expand; UINT32_MAX: none */
    REPORT_DISTANCE,    /* the least distance of them, when it is the current layer; DISTANCE_NONE: none */
    REPORT_MAX_STEPS,   /* which a hit may have lowered */
    REPORT_STATES,      /* counted so far */
    REPORT_TRANSITIONS, /* counted so far */
    REPORT_WORDS
};

/* The most words that travel from one rank to another in a round. */
#define ROOM_MAX ((size_t)1 << 27)

static uint32_t shards_of(uint32_t rank, uint32_t ranks)
{
    return sweep_first_shard(rank + 1, ranks) - sweep_first_shard(rank, ranks);
}

/* --- getting ready --- */

/* Room for what a rank with so many threads can find in a round for so many shards. */
static size_t room_for(const struct sweep *sweep, uint32_t shards, size_t threads)
{
    return shards == 0 ? 0 : 1 + shards + shards * threads * BOX_RECORDS * sweep->record_words;
}

static bool shared_reserve(struct sweep *sweep, const uint64_t *threads)
{
    struct sweep_shared *shared = &sweep->shared;
    struct budget *budget = sweep->config.budget;
    const uint32_t ranks = sweep->config.peers->ranks, self = sweep->config.peers->rank;
    bool fits = true;
    for (uint32_t rank = 0; rank < ranks; rank++) {
        const bool other = rank != self;
        shared->send_rooms[rank] =
            other ? room_for(sweep, shards_of(rank, ranks), (size_t)sweep->config.threads) : 0;
        shared->rooms[rank] = other ? room_for(sweep, shards_of(self, ranks), (size_t)threads[rank]) : 0;
        shared->send_room += shared->send_rooms[rank];
        shared->receive_room += shared->rooms[rank];
        fits = fits && shared->send_rooms[rank] < ROOM_MAX && shared->rooms[rank] < ROOM_MAX;
    }
    if (!fits)
        return false;
    shared->send = budget_new(budget, shared->send_room, sizeof *shared->send);
    shared->receive = budget_new(budget, shared->receive_room, sizeof *shared->receive);
    return (shared->send_room == 0 || shared->send != NULL) &&
           (shared->receive_room == 0 || shared->receive != NULL);
}

/* What does not depend on the other ranks' threads. */
static enum status shared_init(struct sweep *sweep, struct error *err)
{
    struct sweep_shared *shared = &sweep->shared;
    const uint32_t ranks = sweep->config.peers->ranks, self = sweep->config.peers->rank;
    const size_t totals = PROPERTIES_MAX * (1 + sweep->words) + 4;
    const size_t report_bytes = (REPORT_WORDS > totals ? REPORT_WORDS : totals) * sizeof *shared->reports;
    shared->shard_first = sweep_first_shard(self, ranks);
    shared->shard_end = sweep_first_shard(self + 1, ranks);
    shared->tally = sweep_tally_none();
    shared->send_rooms = mem_new(5 * (size_t)ranks, sizeof *shared->send_rooms);
    shared->reports = mem_new(ranks, report_bytes);
    shared->shortest = mem_new(PROPERTIES_MAX * sweep->words, sizeof *shared->shortest);
    if (shared->send_rooms == NULL || shared->reports == NULL || shared->shortest == NULL)
        return error_memory(err, ranks * report_bytes);
    shared->send_counts = shared->send_rooms + ranks;
    shared->rooms = shared->send_counts + ranks;
    shared->report_counts = shared->rooms + ranks;
    shared->totals_counts = shared->report_counts + ranks;
    for (uint32_t rank = 0; rank < ranks; rank++) {
        shared->report_counts[rank] = REPORT_WORDS;
        shared->totals_counts[rank] = totals;
    }
    return OK;
}

enum status sweep_meet(struct sweep *sweep, struct error *err)
{
    struct sweep_shared *shared = &sweep->shared;
    struct peers *peers = sweep->config.peers;
    enum status status = peers->allreduce(peers, shared_init(sweep, err), err);
    if (status != OK)
        return status;
    /* The reports' place serves for the numbers of threads. */
    const uint64_t own[REPORT_WORDS] = {(uint64_t)sweep->config.threads};
    status = peers->allgather(peers, own, shared->report_counts, shared->reports, err);
    if (status != OK)
        return status;
    for (uint32_t rank = 0; rank < peers->ranks; rank++)
        shared->reports[rank] = shared->reports[(size_t)rank * REPORT_WORDS];
    if (!shared_reserve(sweep, shared->reports))
        status = error_memory(err, (shared->send_room + shared->receive_room) * sizeof *shared->send);
    for (uint32_t shard = 0; shard < SWEEP_SHARDS; shard++) {
        if (!sweep_has_shard(sweep, shard))
            visited_release(&sweep->layers[sweep->layer]->shards[shard]);
    }
    return peers->allreduce(peers, status, err);
}

void sweep_shared_free(struct sweep *sweep)
{
    struct sweep_shared *shared = &sweep->shared;
    budget_free(sweep->config.budget, shared->send, shared->send_room, sizeof *shared->send);
    budget_free(sweep->config.budget, shared->receive, shared->receive_room, sizeof *shared->receive);
    mem_free(shared->send_rooms);
    mem_free(shared->reports);
    mem_free(shared->shortest);
}

/* --- what travels in a round --- */

static uint64_t progress_seen(const struct sweep *sweep)
{
    uint64_t seen = 0;
    for (int t = 0; t < sweep->config.threads; t++)
        seen = sweep->workers[t].successors.progress_max > seen ? sweep->workers[t].successors.progress_max
                                                                : seen;
    return seen < sweep->config.max_progress ? seen : sweep->config.max_progress;
}

/* Writes what was found for a rank's shards, and empties their boxes; returns the number of words. */
static size_t pack(struct sweep *sweep, uint32_t rank, uint64_t *words)
{
    const uint32_t ranks = sweep->config.peers->ranks;
    const uint32_t first = sweep_first_shard(rank, ranks), shards = shards_of(rank, ranks);
    uint64_t *at = words + 1 + shards;
    words[0] = progress_seen(sweep);
    for (uint32_t shard = first; shard < first + shards; shard++) {
        size_t count = 0;
        for (int t = 0; t < sweep->config.threads; t++) {
            struct worker *worker = &sweep->workers[t];
            const size_t length = worker->box_counts[shard] * sweep->record_words;
            memcpy(at, worker->boxes + (size_t)shard * BOX_RECORDS * sweep->record_words,
                   length * sizeof *at);
            at += length;
            count += worker->box_counts[shard];
            worker->box_counts[shard] = 0;
        }
        words[1 + shard - first] = count;
    }
    return (size_t)(at - words);
}

const uint64_t *sweep_received(const struct sweep *sweep, uint32_t rank, uint32_t shard, size_t *ret_count)
{
    const struct sweep_shared *shared = &sweep->shared;
    const uint64_t *words = shared->receive;
    *ret_count = 0;
    if (!shared->received || shared->rooms[rank] == 0)
        return words;
    for (uint32_t r = 0; r < rank; r++)
        words += shared->rooms[r];
    const uint64_t *records = words + 1 + (shared->shard_end - shared->shard_first);
    for (uint32_t s = shared->shard_first; s < shard; s++)
        records += words[1 + s - shared->shard_first] * sweep->record_words;
    *ret_count = (size_t)words[1 + shard - shared->shard_first];
    return records;
}

/* True when what came from a rank is what it should be: no more than there is room for, of layers that there
 * may be, and of the shards that it is said to be of. */
static bool is_right(const struct sweep *sweep, uint32_t rank, const uint64_t *words)
{
    const struct sweep_shared *shared = &sweep->shared;
    const uint32_t shards = shared->shard_end - shared->shard_first;
    size_t room = shared->rooms[rank] - 1 - shards;
    const uint64_t *record = words + 1 + shards;
    if (words[0] >= PROGRESS_LIMIT)
        return false;
    for (uint32_t s = 0; s < shards; s++) {
        if (words[1 + s] > room / sweep->record_words)
            return false;
        room -= (size_t)words[1 + s] * sweep->record_words;
        for (uint64_t i = 0; i < words[1 + s]; i++, record += sweep->record_words) {
            const uint32_t layer = record_layer(sweep, record);
            if (layer < sweep->layer || layer > words[0] ||
                sweep_shard_of(visited_hash(record_state(sweep, record), sweep->words)) !=
                    shared->shard_first + s)
                return false;
        }
    }
    return true;
}

/* Looks at what has come, and makes the layers that it is of; false when the memory does not allow them. */
static bool take_received(struct sweep *sweep, struct error *err)
{
    struct sweep_shared *shared = &sweep->shared;
    const uint64_t *words = shared->receive;
    uint64_t last = sweep->layer;
    for (uint32_t rank = 0; rank < sweep->config.peers->ranks; rank++) {
        if (shared->rooms[rank] > 0) {
            if (!is_right(sweep, rank, words)) {
                shared->failure = error_set(err, ERR_DATA, "rank %u sent states that are none", rank);
                return true;
            }
            last = words[0] > last ? words[0] : last;
        }
        words += shared->rooms[rank];
    }
    shared->received = true;
    for (uint32_t p = sweep->layer; p <= last; p++) {
        if (sweep_layer_make(sweep, p) != OK)
            return false;
    }
    return true;
}

/* One round. What does not fit stays where it is, to be saved. */
static enum status run_round(struct sweep *sweep, struct error *err)
{
    struct sweep_shared *shared = &sweep->shared;
    struct peers *peers = sweep->config.peers;
    uint64_t *words = shared->send;
    if (!sweep->undelivered && !shared->full)
        sweep_expand(sweep);
    for (uint32_t rank = 0; rank < peers->ranks; rank++) {
        shared->send_counts[rank] = shared->send_rooms[rank] > 0 ? pack(sweep, rank, words) : 0;
        words += shared->send_counts[rank];
    }
    const enum status status =
        peers->alltoallv(peers, shared->send, shared->send_counts, shared->receive, shared->rooms, err);
    if (status != OK)
        return status;
    if (!take_received(sweep, err))
        shared->full = true;
    if (shared->failure == OK)
        shared->failure = sweep_check_workers(sweep, err);
    if (shared->failure == OK && !shared->full && !sweep_deliver(sweep))
        shared->full = true;
    sweep->undelivered = shared->full;
    shared->received = shared->full;
    return OK;
}

/* --- between rounds --- */

/* The lowest layer with states that are to be expanded, and of the current one their least distance. */
static void look_ahead(struct sweep *sweep, uint64_t *report)
{
    const bool done = !sweep->undelivered && (!sweep->in_step || sweep_step_is_done(sweep));
    uint32_t distance = DISTANCE_NONE, layer = UINT32_MAX;
    if (sweep->in_layer && done)
        distance = queues_next_distance(sweep);
    for (uint32_t p = sweep->layer; p < sweep->layer_end && layer == UINT32_MAX; p++) {
        for (uint32_t shard = 0; shard < SWEEP_SHARDS && sweep->layers[p] != NULL; shard++) {
            if (sweep->layers[p]->shards[shard].count > 0)
                layer = p;
        }
        /* The current layer, once it is ordered, has states to expand or none. */
        if (p == sweep->layer && sweep->in_layer)
            layer = distance != DISTANCE_NONE || !done ? p : UINT32_MAX;
    }
    report[REPORT_LEFT] = !done;
    report[REPORT_LAYER] = layer;
    report[REPORT_DISTANCE] = distance;
}

static enum status gather_reports(struct sweep *sweep, uint64_t *ret_all, struct error *err)
{
    struct sweep_shared *shared = &sweep->shared;
    const struct sweep_config *config = &sweep->config;
    const struct sweep_tally counts = sweep_own_counts(sweep);
    uint64_t own[REPORT_WORDS] = {0};
    own[REPORT_FAILED] = shared->failure != OK;
    own[REPORT_FULL] = shared->full;
    own[REPORT_STOPS] = shared->stops;
    own[REPORT_SAVES] =
        config->peers->rank == 0 && config->save_due != NULL && config->save_due(config->context);
    own[REPORT_MAX_STEPS] = config->tighten && sweep->in_step ? sweep_tightened(sweep) : sweep->max_steps;
    own[REPORT_STATES] = counts.states;
    own[REPORT_TRANSITIONS] = counts.transitions;
    look_ahead(sweep, own);
    const enum status status =
        config->peers->allgather(config->peers, own, shared->report_counts, shared->reports, err);
    if (status != OK)
        return status;
    memcpy(ret_all, shared->reports, sizeof own);
    for (uint32_t rank = 1; rank < config->peers->ranks; rank++) {
        const uint64_t *report = shared->reports + (size_t)rank * REPORT_WORDS;
        for (size_t i = 0; i < REPORT_WORDS; i++) {
            if (i == REPORT_LAYER || i == REPORT_DISTANCE || i == REPORT_MAX_STEPS)
                ret_all[i] = report[i] < ret_all[i] ? report[i] : ret_all[i];
            else
                ret_all[i] += report[i];
        }
    }
    if (ret_all[REPORT_LEFT] == 0)
        sweep->max_steps = (uint32_t)ret_all[REPORT_MAX_STEPS];
    shared->tally.states = ret_all[REPORT_STATES] - counts.states;
    shared->tally.transitions = ret_all[REPORT_TRANSITIONS] - counts.transitions;
    return OK;
}

/* Begins a step of the current layer; false when the memory does not allow it. */
static bool begin_step(struct sweep *sweep, uint32_t distance)
{
    bool begun = sweep_begin_step(sweep, distance);
    while (!begun && sweep_forget_retained(sweep))
        begun = sweep_begin_step(sweep, distance);
    return begun;
}

/* Goes to a layer; false when the memory does not allow it. */
static bool enter_layer(struct sweep *sweep, uint32_t layer)
{
    for (; sweep->layer < layer; sweep->layer++) {
        if (sweep->layer < sweep->layer_end && !sweep->config.retain)
            sweep_layer_free(sweep, sweep->layer);
    }
    do
        sweep->in_layer = sweep_layer_make(sweep, layer) == OK && sweep_order_layer(sweep);
    while (!sweep->in_layer && sweep_forget_retained(sweep));
    return sweep->in_layer;
}

/* Begins the step, or goes to the layer, that all have agreed upon. Returns false after the latter, when
 * there is nothing to expand yet. */
static bool go_on(struct sweep *sweep, uint32_t layer, uint32_t distance)
{
    const bool step = layer == sweep->layer && sweep->in_layer;
    sweep->in_step = false;
    sweep->shared.full = !(step ? begin_step(sweep, distance) : enter_layer(sweep, layer));
    return step;
}

/* Adds up what all others have counted. */
static enum status gather_totals(struct sweep *sweep, struct error *err)
{
    struct sweep_shared *shared = &sweep->shared;
    struct peers *peers = sweep->config.peers;
    const size_t words = sweep->words, stride = shared->totals_counts[0];
    uint64_t own[SWEEP_TALLY_WORDS + PROPERTIES_MAX * PACKED_WORDS_MAX] = {0};
    const struct sweep_tally counts = sweep_own_counts(sweep);
    sweep_tally_write(&counts, own);
    for (uint32_t p = 0; p < PROPERTIES_MAX; p++) {
        const uint64_t *state = sweep_own_shortest(sweep, p);
        if (state != NULL)
            memcpy(own + SWEEP_TALLY_WORDS + p * words, state, words * sizeof *state);
    }
    const enum status status = peers->allgather(peers, own, shared->totals_counts, shared->reports, err);
    if (status != OK)
        return status;
    struct sweep_tally sum = sweep_tally_none();
    for (uint32_t rank = 0; rank < peers->ranks; rank++) {
        const uint64_t *theirs = shared->reports + rank * stride;
        struct sweep_tally part;
        if (rank == peers->rank)
            continue;
        if (!sweep_tally_read(theirs, &part))
            return error_set(err, ERR_DATA, "rank %u sent counts that are none", rank);
        for (uint32_t p = 0; p < PROPERTIES_MAX; p++) {
            const uint64_t *state = theirs + SWEEP_TALLY_WORDS + p * words;
            uint64_t *least = shared->shortest + p * words;
            if (part.shortest[p] == DISTANCE_NONE || part.shortest[p] > sum.shortest[p])
                continue;
            if (part.shortest[p] < sum.shortest[p] || visited_compare(state, least, words) < 0)
                memcpy(least, state, words * sizeof *least);
        }
        sweep_tally_add(&sum, &part);
    }
    shared->tally = sum;
    return OK;
}

/* Saves, if one is due. */
static enum status save(struct sweep *sweep, const uint64_t *all, struct error *err)
{
    if (all[REPORT_SAVES] == 0)
        return OK;
    const enum status status = gather_totals(sweep, err);
    return status == OK ? sweep->config.save(sweep->config.context, sweep) : status;
}

/* Goes on until all agree to stop. *ret_failed: since one of them has failed. */
static enum status run_rounds(struct sweep *sweep, enum sweep_stop *ret_stop, bool *ret_failed,
                              struct error *err)
{
    struct sweep_shared *shared = &sweep->shared;
    const struct sweep_config *config = &sweep->config;
    for (;;) {
        uint64_t all[REPORT_WORDS] = {0};
        enum status status = gather_reports(sweep, all, err);
        *ret_failed = status == OK && all[REPORT_FAILED] != 0;
        *ret_stop = all[REPORT_FULL] != 0 ? SWEEP_MEMORY : SWEEP_ASKED;
        if (status != OK || *ret_failed || all[REPORT_FULL] != 0 || all[REPORT_STOPS] != 0)
            return status;
        status = save(sweep, all, err);
        if (status != OK)
            return status;
        if (all[REPORT_LEFT] == 0) {
            *ret_stop = SWEEP_EXHAUSTED;
            if (all[REPORT_LAYER] == UINT32_MAX)
                return OK;
            if (!go_on(sweep, (uint32_t)all[REPORT_LAYER], (uint32_t)all[REPORT_DISTANCE]))
                continue;
        }
        status = run_round(sweep, err);
        if (status != OK)
            return status;
        shared->stops = config->on_round != NULL && !config->on_round(config->context, sweep);
    }
}

enum status sweep_run(struct sweep *sweep, enum sweep_stop *ret_stop, struct error *err)
{
    bool failed = false;
    sweep->shared.full = sweep->shared.stops = false;
    const enum status status = run_rounds(sweep, ret_stop, &failed, err);
    if (status != OK || failed)
        return status != OK ? status : sweep->shared.failure;
    return gather_totals(sweep, err);
}
