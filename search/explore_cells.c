/* SPDX-License-Identifier: Apache-2.0 */
#include <assert.h>
#include <omp.h>
#include <stdatomic.h>
#include <string.h>

#include "base/memory.h"
#include "base/stop.h"
#include "search/explore_internal.h"

/* A layer with fewer states, some two milliseconds' work, is made by one thread: to wait for the others
 * costs as much, and far more when they have to share their processors. The layer before is about as large.
 */
#define LAYER_STATES_PARALLEL 100000
/* Seconds between two looks at the clock's business while a layer is made. */
#define TICK_SECONDS 0.05

enum { REPORT_WORDS = EXPLORE_STANDING_WORDS + SWEEP_TALLY_WORDS };

/* Words in memory, taken from the budget. */
struct words {
    uint64_t *items;
    size_t capacity;
};

/* A sweep under way. */
struct cells {
    struct explore *explore;
    const struct cell_kernel *kernel;
    struct cell_sweep *sweep;
    uint32_t rank, ranks;
    struct sweep_tally counts; /* of the layers that are done, with all processes */
    uint64_t layer_states;     /* of the last one */
    uint32_t max_steps;        /* falls when a finding is all that is asked for */
    double next_tick;          /* main thread */
    _Atomic bool skip; /* the layer is given up: set by any thread, relaxed, since it only saves work */
    /* Of the planned layer, by rank. */
    size_t *first;          /* ranks + 1: where the cells of each begin */
    size_t *send, *receive; /* words */
    size_t *report_counts;  /* words of each rank's report */
    /* What travels: cells, then reports. A report is standing | what was counted | the sizes of the cells. */
    struct words sent, received, sizes;
};

/* --- saving: counts | max_steps | the kernel's layer --- */

static enum status save_cells(const void *state, struct word_sink *sink, struct error *err)
{
    const struct cells *cells = state;
    uint64_t words[SWEEP_TALLY_WORDS + 1];
    sweep_tally_write(&cells->counts, words);
    words[SWEEP_TALLY_WORDS] = cells->max_steps;
    const enum status status = cells->rank == 0 ? sink->write(sink, words, SWEEP_TALLY_WORDS + 1, err) : OK;
    return status == OK ? cells->kernel->save(cells->sweep, sink, err) : status;
}

static enum status load_cells(void *state, struct word_source *source, struct error *err)
{
    struct cells *cells = state;
    uint64_t words[SWEEP_TALLY_WORDS + 1];
    const enum status status = source->read(source, words, SWEEP_TALLY_WORDS + 1, err);
    if (status != OK)
        return status;
    if (!sweep_tally_read(words, &cells->counts) || words[SWEEP_TALLY_WORDS] > UINT32_MAX)
        return error_set(err, ERR_DATA, "the checkpoint is damaged: its counts");
    cells->max_steps = (uint32_t)words[SWEEP_TALLY_WORDS];
    return cells->kernel->load(cells->sweep, source, err);
}

/* --- layers --- */

static bool tick(struct cells *cells)
{
    double done;
    const uint32_t layer = cells->kernel->layer(cells->sweep, &done);
    cells->next_tick = clock_seconds() + TICK_SECONDS;
    return explore_tick(cells->explore, &cells->counts, layer, cells->counts.diameter, done);
}

/* Makes one cell, on any thread; returns what is wrong with it. */
static enum status make_cell(struct cells *cells, size_t cell, uint32_t thread)
{
    if (atomic_load_explicit(&cells->skip, memory_order_relaxed))
        return OK;
    const enum status status = cells->kernel->make(cells->sweep, cell, thread);
    /* The main thread is one of those that make cells, and looks after the rest of the world in between. */
    const bool stop = status != OK || (thread == 0 && clock_seconds() >= cells->next_tick && !tick(cells));
    if (stop)
        atomic_store_explicit(&cells->skip, true, memory_order_relaxed);
    return status;
}

/* The worse of two: a kernel that does not suit is to be known about, whatever else went wrong. */
static inline int worse(int a, int b)
{
    return a == ERR_INTERNAL || b == ERR_INTERNAL ? ERR_INTERNAL : a != OK ? a : b;
}

/* Makes the planned cells that are this process's. */
static enum status make_layer(struct cells *cells)
{
    const size_t first = cells->first[cells->rank], end = cells->first[cells->rank + 1];
    const bool small = cells->layer_states / cells->ranks < LAYER_STATES_PARALLEL;
    const int threads = small ? 1 : cells->explore->config->threads;
    int status = OK;
#pragma omp parallel num_threads(threads) if (threads > 1) default(none) shared(cells, first, end, status)
    {
        int mine = OK;
        const uint32_t thread = (uint32_t)omp_get_thread_num();
        /* Large cells are not next to each other in the order of their keys; one at a time keeps all threads
         * busy. */
#pragma omp for schedule(dynamic, 1) nowait
        for (size_t cell = first; cell < end; cell++)
            mine = worse(mine, (int)make_cell(cells, cell, thread));
#pragma omp critical(explore_cells_status)
        status = worse(status, mine);
    }
    return (enum status)status;
}

/* --- what travels between processes --- */

static bool words_reserve(struct cells *cells, struct words *words, size_t want)
{
    if (want <= words->capacity)
        return true;
    const size_t capacity = want + want / 4;
    uint64_t *items =
        budget_resize(&cells->explore->budget, words->items, words->capacity, capacity, sizeof *words->items);
    if (items == NULL)
        return false;
    words->items = items;
    words->capacity = capacity;
    return true;
}

static void words_release(struct cells *cells, struct words *words)
{
    budget_free(&cells->explore->budget, words->items, words->capacity, sizeof *words->items);
}

/* All memory that the planned layer's travels need, so that nothing can fail between them. */
static bool reserve_travels(struct cells *cells, size_t count)
{
    size_t send = 0, receive = 0;
    cells->kernel->parts(cells->sweep, cells->first);
    if (!words_reserve(cells, &cells->sizes, count))
        return false;
    if (cells->ranks == 1) /* nobody reads the reports, which took 1.0 of 5.7 MB of n3_20_3 */
        return true;
    cells->kernel->traffic(cells->sweep, cells->send, cells->receive);
    for (uint32_t rank = 0; rank < cells->ranks; rank++) {
        cells->report_counts[rank] = REPORT_WORDS + cells->first[rank + 1] - cells->first[rank];
        send += cells->send[rank];
        receive += cells->receive[rank];
    }
    const size_t own = REPORT_WORDS + count, all = REPORT_WORDS * cells->ranks + count;
    return words_reserve(cells, &cells->sent, send > own ? send : own) &&
           words_reserve(cells, &cells->received, receive > all ? receive : all);
}

/* Words in memory, as a kernel writes and reads them. The rooms were reserved from the kernel's own numbers.
 */
struct packed_sink {
    struct word_sink sink; /* first */
    uint64_t *at, *end;
};
struct packed_source {
    struct word_source source; /* first */
    const uint64_t *at, *end;
};

static enum status write_packed(struct word_sink *sink, const uint64_t *words, size_t count,
                                struct error *err)
{
    struct packed_sink *packed = (struct packed_sink *)(void *)sink;
    if (count > (size_t)(packed->end - packed->at))
        return error_set(err, ERR_INTERNAL, "more is to be sent than was said");
    memcpy(packed->at, words, count * sizeof *words);
    packed->at += count;
    return OK;
}

static enum status read_packed(struct word_source *source, uint64_t *words, size_t count, struct error *err)
{
    struct packed_source *packed = (struct packed_source *)(void *)source;
    if (count > (size_t)(packed->end - packed->at))
        return error_set(err, ERR_DATA, "another rank sent less than was due");
    memcpy(words, packed->at, count * sizeof *words);
    packed->at += count;
    return OK;
}

static uint64_t left_packed(struct word_source *source)
{
    const struct packed_source *packed = (const struct packed_source *)(const void *)source;
    return (uint64_t)(packed->end - packed->at);
}

/* Gets the cells of others that the planned ones are made from. *ret_lost: another process is gone. */
static enum status fetch_cells(struct cells *cells, bool *ret_lost)
{
    struct explore *explore = cells->explore;
    struct peers *peers = explore->peers;
    struct packed_sink sink = {.sink = {.write = write_packed}, .at = cells->sent.items};
    struct packed_source source = {.source = {.read = read_packed, .left = left_packed},
                                   .at = cells->received.items};
    enum status status = OK;
    sink.end = sink.at;
    for (uint32_t rank = 0; rank < cells->ranks; rank++) {
        sink.end += cells->send[rank];
        if (cells->send[rank] > 0 && status == OK)
            status = cells->kernel->pack(cells->sweep, rank, &sink.sink, explore->err);
    }
    struct error lost = {{0}};
    *ret_lost = peers->alltoallv(peers, cells->sent.items, cells->send, cells->received.items, cells->receive,
                                 &lost) != OK;
    if (*ret_lost) {
        *explore->err = lost;
        return ERR_IO;
    }
    for (uint32_t rank = 0; rank < cells->ranks && status == OK; rank++) {
        source.end = source.at + cells->receive[rank];
        if (cells->receive[rank] > 0)
            status = cells->kernel->unpack(cells->sweep, rank, &source.source, explore->err);
        if (status == OK && source.at != source.end)
            status = error_set(explore->err, ERR_DATA, "rank %u sent more than was due", rank);
    }
    return status;
}

/* Tells all of what this process has made, and learns what the others have. */
static enum status share_layer(struct cells *cells, struct explore_standing *standing,
                               struct sweep_tally *tally)
{
    struct explore *explore = cells->explore;
    struct peers *peers = explore->peers;
    uint64_t *own = cells->sent.items, *sizes = cells->sizes.items;
    if (cells->ranks == 1) {
        cells->kernel->count(cells->sweep, tally, sizes);
        return OK;
    }
    cells->kernel->count(cells->sweep, tally, own + REPORT_WORDS);
    explore_standing_write(standing, own);
    sweep_tally_write(tally, own + EXPLORE_STANDING_WORDS);
    const enum status status =
        peers->allgather(peers, own, cells->report_counts, cells->received.items, explore->err);
    if (status != OK)
        return status;
    const uint64_t *report = cells->received.items;
    *tally = sweep_tally_none();
    for (uint32_t rank = 0; rank < cells->ranks; rank++) {
        struct sweep_tally part;
        explore_standing_add(standing, report);
        if (!sweep_tally_read(report + EXPLORE_STANDING_WORDS, &part))
            return error_set(explore->err, ERR_DATA, "rank %u sent counts that are none", rank);
        sweep_tally_add(tally, &part);
        const size_t count = cells->report_counts[rank] - REPORT_WORDS;
        memcpy(sizes, report + REPORT_WORDS, count * sizeof *sizes);
        report += cells->report_counts[rank];
        sizes += count;
    }
    return OK;
}

/* --- from layer to layer --- */

static enum explore_outcome outcome_of(enum status status, bool skipped)
{
    return status == ERR_INTERNAL ? EXPLORE_OVERFLOW
           : status == ERR_MEMORY ? EXPLORE_NO_MEMORY
           : status != OK         ? EXPLORE_ERROR
           : skipped              ? EXPLORE_STOPPED
                                  : EXPLORE_WELL;
}

static void tighten(struct cells *cells)
{
    for (uint32_t p = 0; p < PROPERTIES_MAX; p++) {
        if (cells->counts.shortest[p] < cells->max_steps)
            cells->max_steps = cells->counts.shortest[p];
    }
}

/* Plans the next layer and has all processes agree that it is to be made. *ret_count: the number of its
 * cells. *standing is the one of all; a failure is one of this process alone. */
static enum status plan_layer(struct cells *cells, size_t *ret_count, struct explore_standing *standing)
{
    struct explore *explore = cells->explore;
    const bool go_on = tick(cells);
    enum status status = cells->kernel->plan(cells->sweep, cells->max_steps, ret_count);
    if (status == OK && !reserve_travels(cells, *ret_count))
        status = ERR_MEMORY;
    *standing = (struct explore_standing){.outcome = outcome_of(status, !go_on),
                                          .stop = explore->result->stop,
                                          .save = cells->rank == 0 && explore_save_due(explore)};
    return explore_standing_agree(explore, standing);
}

/* Makes it. */
static enum status make_planned(struct cells *cells, struct explore_standing *standing)
{
    struct explore *explore = cells->explore;
    struct sweep_tally tally = sweep_tally_none();
    bool lost = false;
    atomic_store_explicit(&cells->skip, false, memory_order_relaxed);
    const enum status fetched = fetch_cells(cells, &lost);
    if (lost)
        return fetched;
    const enum status made = fetched == OK ? make_layer(cells) : fetched;
    *standing = (struct explore_standing){
        .outcome = outcome_of(made, atomic_load_explicit(&cells->skip, memory_order_relaxed)),
        .stop = explore->result->stop};
    if (fetched != OK && fetched != ERR_MEMORY)
        standing->outcome = EXPLORE_ERROR;
    const enum status shared = share_layer(cells, standing, &tally);
    if (shared != OK || standing->outcome != EXPLORE_WELL)
        return shared != OK ? shared : standing->outcome == EXPLORE_ERROR ? fetched : OK;
    cells->kernel->commit(cells->sweep, cells->sizes.items);
    cells->layer_states = tally.states;
    sweep_tally_add(&cells->counts, &tally);
    if (explore->config->until_findings > 0)
        tighten(cells);
    return OK;
}

/* Goes from layer to layer. *ret_standing says how that ended, the same with all processes. */
static enum status run_layers(struct cells *cells, struct explore_standing *ret_standing)
{
    for (;;) {
        size_t count = 0;
        enum status status = plan_layer(cells, &count, ret_standing);
        if (status == OK && ret_standing->outcome == EXPLORE_WELL && count == 0)
            return OK;
        if (status == OK && ret_standing->outcome == EXPLORE_WELL && ret_standing->save)
            status = explore_save(cells->explore, cells, save_cells);
        if (status == OK && ret_standing->outcome == EXPLORE_WELL)
            status = make_planned(cells, ret_standing);
        if (status != OK || ret_standing->outcome != EXPLORE_WELL) {
            cells->kernel->abandon(cells->sweep);
            return status;
        }
    }
}

static enum status new_cells(struct cells *cells)
{
    struct explore *explore = cells->explore;
    const struct explore_config *config = explore->config;
    const struct cell_job job = {.properties = config->properties,
                                 .symmetry = config->symmetry,
                                 .threads = (uint32_t)config->threads,
                                 .budget = &explore->budget,
                                 .rank = cells->rank,
                                 .ranks = cells->ranks};
    cells->first = mem_new(4 * (size_t)cells->ranks + 1, sizeof *cells->first);
    if (cells->first == NULL)
        return error_memory(explore->err, (4 * (size_t)cells->ranks + 1) * sizeof *cells->first);
    cells->send = cells->first + cells->ranks + 1;
    cells->receive = cells->send + cells->ranks;
    cells->report_counts = cells->receive + cells->ranks;
    return cells->kernel->sweep_new(config->model, &job, &cells->sweep, explore->err);
}

static void free_cells(struct cells *cells)
{
    words_release(cells, &cells->sent);
    words_release(cells, &cells->received);
    words_release(cells, &cells->sizes);
    mem_free(cells->first);
    cells->kernel->sweep_free(cells->sweep);
}

enum status explore_cells(struct explore *explore, bool *ret_overflow)
{
    const struct explore_config *config = explore->config;
    struct cells cells = {.explore = explore,
                          .kernel = config->model->class->speed.cells,
                          .rank = explore->peers->rank,
                          .ranks = explore->peers->ranks,
                          .counts = sweep_tally_none(),
                          .max_steps = config->max_steps};
    struct explore_standing standing = {.outcome = EXPLORE_WELL};
    enum status status = explore_agree(explore, new_cells(&cells));
    if (status == OK && config->resume_dir != NULL)
        status = explore_load(explore, &cells, load_cells);
    if (status == OK)
        status = explore_agree(explore, run_layers(&cells, &standing));
    explore_standing_obey(explore, &standing);
    *ret_overflow = status == OK && standing.outcome == EXPLORE_OVERFLOW;
    const bool stopped = standing.outcome != EXPLORE_WELL;
    if (status == OK && stopped && !*ret_overflow && config->checkpoint_dir != NULL)
        status = explore_save(explore, &cells, save_cells);
    if (status == OK && !stopped)
        explore->result->stop = cells.counts.bounded ? EXPLORE_BOUND : EXPLORE_EXHAUSTED;
    explore->result->counts = cells.counts;
    free_cells(&cells);
    return status;
}
