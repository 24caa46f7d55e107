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

/* A sweep under way. */
struct cells {
    struct explore *explore;
    const struct cell_kernel *kernel;
    struct cell_sweep *sweep;
    struct sweep_tally counts; /* of the layers that are done */
    uint64_t layer_states;     /* of the last one */
    uint32_t max_steps;        /* falls when a finding is all that is asked for */
    double next_tick;          /* main thread */
    _Atomic bool skip; /* the layer is given up: set by any thread, relaxed, since it only saves work */
};

/* --- saving: counts | max_steps | the kernel's layer --- */

enum { TALLY_WORDS = 4 + PROPERTIES_MAX };

static enum status save_cells(const void *state, struct word_sink *sink, struct error *err)
{
    const struct cells *cells = state;
    const struct sweep_tally *counts = &cells->counts;
    uint64_t words[TALLY_WORDS + 1] = {counts->states, counts->transitions, counts->diameter,
                                       counts->bounded};
    for (size_t p = 0; p < PROPERTIES_MAX; p++)
        words[4 + p] = counts->shortest[p];
    words[TALLY_WORDS] = cells->max_steps;
    const enum status status = sink->write(sink, words, TALLY_WORDS + 1, err);
    return status == OK ? cells->kernel->save(cells->sweep, sink, err) : status;
}

static enum status load_cells(void *state, struct word_source *source, struct error *err)
{
    struct cells *cells = state;
    uint64_t words[TALLY_WORDS + 1];
    const enum status status = source->read(source, words, TALLY_WORDS + 1, err);
    if (status != OK)
        return status;
    for (size_t i = 2; i <= TALLY_WORDS; i++) {
        if (words[i] > UINT32_MAX)
            return error_set(err, ERR_DATA, "the checkpoint is damaged: its counts");
    }
    cells->counts = (struct sweep_tally){.states = words[0],
                                         .transitions = words[1],
                                         .diameter = (uint32_t)words[2],
                                         .bounded = words[3] != 0};
    for (size_t p = 0; p < PROPERTIES_MAX; p++)
        cells->counts.shortest[p] = (uint32_t)words[4 + p];
    cells->max_steps = (uint32_t)words[TALLY_WORDS];
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

static enum status make_layer(struct cells *cells, size_t count)
{
    const int threads = cells->layer_states < LAYER_STATES_PARALLEL ? 1 : cells->explore->config->threads;
    int status = OK;
#pragma omp parallel num_threads(threads) if (threads > 1) default(none) shared(cells, count, status)
    {
        int mine = OK;
        const uint32_t thread = (uint32_t)omp_get_thread_num();
        /* Large cells are not next to each other in the order of their keys; one at a time keeps all threads
         * busy. */
#pragma omp for schedule(dynamic, 1) nowait
        for (size_t cell = 0; cell < count; cell++)
            mine = worse(mine, (int)make_cell(cells, cell, thread));
#pragma omp critical(explore_cells_status)
        status = worse(status, mine);
    }
    return (enum status)status;
}

static void shrink(struct cells *cells)
{
    for (uint32_t p = 0; p < PROPERTIES_MAX; p++) {
        if (cells->counts.shortest[p] < cells->max_steps)
            cells->max_steps = cells->counts.shortest[p];
    }
}

/* Goes from layer to layer. *ret_stopped: before the end, for the reason in the result. */
static enum status run_layers(struct cells *cells, bool *ret_stopped, bool *ret_overflow)
{
    struct explore *explore = cells->explore;
    for (;;) {
        size_t count;
        enum status status = cells->kernel->plan(cells->sweep, cells->max_steps, &count);
        if (status == OK && count == 0)
            return OK;
        atomic_store_explicit(&cells->skip, false, memory_order_relaxed);
        if (status == OK)
            status = make_layer(cells, count);
        *ret_overflow = status == ERR_INTERNAL;
        if (status == ERR_MEMORY)
            explore->result->stop = EXPLORE_MEMORY;
        *ret_stopped = status != OK || atomic_load_explicit(&cells->skip, memory_order_relaxed);
        if (*ret_stopped) {
            cells->kernel->abandon(cells->sweep);
            return explore->status;
        }
        const uint64_t states_before = cells->counts.states;
        cells->kernel->commit(cells->sweep, &cells->counts);
        cells->layer_states = cells->counts.states - states_before;
        if (explore->config->until_findings > 0)
            shrink(cells);
        *ret_stopped = !tick(cells);
        if (*ret_stopped)
            return explore->status;
        if (explore_save_due(explore)) {
            status = explore_save(explore, cells, save_cells);
            if (status != OK)
                return status;
        }
    }
}

enum status explore_cells(struct explore *explore, bool *ret_overflow)
{
    const struct explore_config *config = explore->config;
    struct cells cells = {.explore = explore,
                          .kernel = config->model->class->cells,
                          .counts = sweep_tally_none(),
                          .max_steps = config->max_steps};
    const struct cell_job job = {.properties = config->properties,
                                 .symmetry = config->symmetry,
                                 .threads = (uint32_t)config->threads,
                                 .budget = &explore->budget};
    bool stopped = false;
    *ret_overflow = false;
    enum status status = cells.kernel->sweep_new(config->model, &job, &cells.sweep, explore->err);
    if (status == OK && config->resume_dir != NULL)
        status = explore_load(explore, &cells, load_cells);
    if (status == OK)
        status = run_layers(&cells, &stopped, ret_overflow);
    if (status == OK && stopped && !*ret_overflow && config->checkpoint_dir != NULL)
        status = explore_save(explore, &cells, save_cells);
    if (status == OK && !stopped)
        explore->result->stop = cells.counts.bounded ? EXPLORE_BOUND : EXPLORE_EXHAUSTED;
    explore->result->counts = cells.counts;
    cells.kernel->sweep_free(cells.sweep);
    return status;
}
