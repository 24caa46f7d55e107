/* SPDX-License-Identifier: Apache-2.0 */
#include "search/explore.h"

#include <assert.h>
#include <omp.h>

#include "base/stop.h"
#include "search/explore_internal.h"
#include "search/pin.h"

/* When a search is stopped early and has found something, its traces get so many seconds more. */
#define GRACE_SECONDS 10.0
/* Seconds between two looks at the memory of the process. */
#define LOOK_SECONDS 0.05
/* What may come on top between two of them. */
#define SPARE_BYTES ((size_t)1 << 19)
/* From so many states on, some 20 ms of one thread, threads are kept apart. */
#define PIN_STATES 1000000

const char *explore_engine_name(enum explore_engine engine)
{
    static const char *const names[] = {[EXPLORE_AUTO] = "auto",
                                        [EXPLORE_BY_LENGTH] = "by length",
                                        [EXPLORE_LAYERS] = "layers",
                                        [EXPLORE_CELLS] = "cells"};
    return names[engine];
}

static enum explore_engine choose_engine(const struct explore_config *config)
{
    const struct model_class *class = config->model->class;
    const bool cells = class->speed.cells != NULL && class->speed.cells->covers(config->model);
    assert(!config->fingerprints || config->engine == EXPLORE_AUTO || config->engine == EXPLORE_BY_LENGTH);
    if (config->fingerprints)
        return EXPLORE_BY_LENGTH;
    if (config->engine == EXPLORE_AUTO)
        return cells ? EXPLORE_CELLS : class->speed.progress != NULL ? EXPLORE_LAYERS : EXPLORE_BY_LENGTH;
    assert(config->engine != EXPLORE_CELLS || cells);
    assert(config->engine != EXPLORE_LAYERS || class->speed.progress != NULL);
    return config->engine;
}

/* True when there is a reason to stop, which is then in the result. */
static bool has_to_stop(struct explore *explore, const struct explore_progress *progress, double now)
{
    const struct explore_config *config = explore->config;
    bool asked = config->on_progress != NULL && !config->on_progress(config->context, progress);
    asked = stop_requested() || asked;
    if (asked && !explore->ignore_stop) {
        explore->result->stop = EXPLORE_SIGNAL;
        return true;
    }
    if (explore->deadline > 0 && now >= explore->deadline) {
        /* While traces are looked for after a stop, that one is the reason. */
        if (!explore->ignore_stop)
            explore->result->stop = EXPLORE_TIMEOUT;
        return true;
    }
    return false;
}

/* A small search does not start its threads at all. */
static void pin_when_large(struct explore *explore, const struct sweep_tally *counts)
{
    if (explore->pin == NULL && explore->phase == EXPLORE_COUNTING && counts->states >= PIN_STATES &&
        omp_get_level() == 0)
        explore->pin = pin_begin(explore->config->threads);
}

/* What the process has in memory besides what the search has taken from its budget is not the search's to
 * take: itself, its stacks, and what the allocator keeps. */
static void look_at_memory(struct explore *explore, double now)
{
    const size_t most = explore->result->max_memory;
    if (!explore->config->whole_process || now < explore->next_look)
        return;
    explore->next_look = now + LOOK_SECONDS;
    const size_t resident = memory_resident(), used = budget_used(&explore->budget);
    const size_t besides = SPARE_BYTES + (resident > used ? resident - used : 0);
    budget_lower(&explore->budget, besides < most ? most - besides : 0);
}

bool explore_tick(struct explore *explore, const struct sweep_tally *counts, uint32_t layer,
                  uint32_t distance, double done)
{
    struct peers *peers = explore->peers;
    pin_when_large(explore, counts);
    const double now = clock_seconds();
    const struct explore_progress progress = {.phase = explore->phase,
                                              .states = counts->states,
                                              .transitions = counts->transitions,
                                              .layer = layer,
                                              .distance = distance,
                                              .done = done,
                                              .elapsed = now - explore->start,
                                              .bytes = budget_used(&explore->budget)};
    look_at_memory(explore, now);
    if (has_to_stop(explore, &progress, now)) {
        peers->cancel(peers);
        return false;
    }
    if (!peers->cancelled(peers) || explore->ignore_stop)
        return true;
    /* The others' reason is in the standing that all exchange after each layer. While rank 0 looks for traces the
     * others only wait, and can have no other reason than a signal. */
    if (explore->phase == EXPLORE_TRACING)
        explore->result->stop = EXPLORE_SIGNAL;
    return false;
}
/* --- the general engines --- */

static enum status save_sweep(const void *state, struct word_sink *sink, struct error *err)
{
    return sweep_save(*(struct sweep *const *)state, sink, err);
}

static enum status load_sweep(void *state, struct word_source *source, struct error *err)
{
    return sweep_load(*(struct sweep **)state, source, err);
}

static bool on_round(void *context, struct sweep *sweep)
{
    const struct sweep_tally counts = sweep_counts(sweep);
    uint32_t layer, distance;
    sweep_position(sweep, &layer, &distance);
    return explore_tick(context, &counts, layer, distance, -1);
}

static bool save_due(void *context)
{
    return explore_save_due(context);
}

static enum status save(void *context, struct sweep *sweep)
{
    return explore_save(context, &sweep, save_sweep);
}

struct sweep_config explore_sweep_config(struct explore *explore)
{
    const struct explore_config *config = explore->config;
    return (struct sweep_config){.model = config->model,
                                 .properties = config->properties,
                                 .max_steps = config->max_steps,
                                 .max_progress = UINT32_MAX,
                                 .threads = config->threads,
                                 .symmetry = config->symmetry,
                                 .fingerprints = config->fingerprints,
                                 .layered = explore->result->engine != EXPLORE_BY_LENGTH,
                                 .budget = &explore->budget,
                                 .context = explore,
                                 .on_round = on_round};
}

static enum status new_sweep(struct explore *explore, struct sweep **ret_sweep)
{
    const struct explore_config *config = explore->config;
    struct sweep_config sweep_config = explore_sweep_config(explore);
    sweep_config.peers = explore->peers;
    sweep_config.tighten = config->until_findings > 0;
    sweep_config.save_due = save_due;
    sweep_config.save = save;
    enum status status = sweep_new(&sweep_config, ret_sweep, explore->err);
    if (status == OK && config->resume_dir != NULL && !explore->result->resumed)
        status = explore_load(explore, ret_sweep, load_sweep);
    return status;
}

static enum status explore_general(struct explore *explore)
{
    const struct explore_config *config = explore->config;
    struct sweep *sweep = NULL;
    enum sweep_stop stop = SWEEP_ASKED;
    enum status status = new_sweep(explore, &sweep);
    if (status == OK)
        status = explore_agree(explore, sweep_run(sweep, &stop, explore->err));
    struct explore_standing standing = {.outcome = stop == SWEEP_ASKED    ? EXPLORE_STOPPED
                                                   : stop == SWEEP_MEMORY ? EXPLORE_NO_MEMORY
                                                                          : EXPLORE_WELL,
                                        .stop = explore->result->stop};
    if (status == OK)
        status = explore_standing_agree(explore, &standing);
    if (status == OK) {
        explore_standing_obey(explore, &standing);
        explore->result->counts = sweep_counts(sweep);
        if (stop == SWEEP_EXHAUSTED)
            explore->result->stop = explore->result->counts.bounded ? EXPLORE_BOUND : EXPLORE_EXHAUSTED;
        else if (config->checkpoint_dir != NULL)
            status = explore_save(explore, &sweep, save_sweep);
    }
    sweep_free(sweep);
    return status;
}

/* --- the whole search --- */

static enum status count_states(struct explore *explore)
{
    explore->phase = EXPLORE_COUNTING;
    bool overflow = false;
    enum status status = OK;
    if (explore->result->engine == EXPLORE_CELLS)
        status = explore_cells(explore, &overflow);
    explore->result->overflowed = overflow;
    if (status == OK && overflow)
        explore->result->engine = EXPLORE_LAYERS;
    if (status == OK && explore->result->engine != EXPLORE_CELLS)
        status = explore_general(explore);
    return status;
}

/* Traces that the memory does not allow are missing, but what was counted stands. */
static enum status forgive_memory(struct explore *explore, enum status status)
{
    if (status != ERR_MEMORY)
        return status;
    if (explore->config->until_findings > 0)
        explore->result->stop = EXPLORE_MEMORY;
    return OK;
}

static enum status find_traces(struct explore *explore)
{
    struct explore_result *result = explore->result;
    uint32_t shortest = DISTANCE_NONE;
    explore->phase = EXPLORE_TRACING;
    if (result->stop != EXPLORE_EXHAUSTED && result->stop != EXPLORE_BOUND) {
        explore->ignore_stop = true;
        explore->deadline = clock_seconds() + GRACE_SECONDS;
        return explore_shortest(explore);
    }
    if (explore->config->until_findings == 0)
        return explore_shortest(explore);
    for (uint32_t p = 0; p < PROPERTIES_MAX; p++)
        shortest = result->counts.shortest[p] < shortest ? result->counts.shortest[p] : shortest;
    if (shortest > 0)
        return explore_findings(explore, shortest);
    result->stop = EXPLORE_FINDING;
    return explore_shortest(explore);
}

/* Rank 0 alone looks for the traces; the others wait. */
static enum status trace(struct explore *explore)
{
    struct explore_result *result = explore->result;
    enum status status = OK;
    if (result->hit != 0 && explore->peers->rank == 0)
        status = forgive_memory(explore, find_traces(explore));
    if (result->hit != 0)
        status = explore_agree(explore, status);
    return status;
}

static enum status search(struct explore *explore)
{
    const struct explore_config *config = explore->config;
    struct explore_result *result = explore->result;
    enum status status = explore_begin_checkpoints(explore);
    if (status == OK)
        status = count_states(explore);
    pin_end(explore->pin);
    if (status != OK)
        return status;
    for (uint32_t p = 0; p < PROPERTIES_MAX; p++)
        result->hit |= result->counts.shortest[p] != DISTANCE_NONE ? UINT32_C(1) << p : 0;
    result->complete = result->stop == EXPLORE_EXHAUSTED && !result->counts.bounded;
    if (config->fingerprints)
        result->missed_chance =
            fingerprints_missed_chance(result->counts.states, config->model->packed_words);
    status = trace(explore);
    if (status != OK)
        return status;
    if (config->until_findings > 0 && result->hit != 0)
        result->complete = false;
    result->bytes = budget_peak(&explore->budget);
    status = explore_share_result(explore);
    if (status == OK && (result->stop == EXPLORE_EXHAUSTED || result->stop == EXPLORE_BOUND ||
                         result->stop == EXPLORE_FINDING))
        explore_end_checkpoints(explore);
    result->elapsed = clock_seconds() - explore->start;
    return status;
}

enum status explore(const struct explore_config *config, struct explore_result *ret_result, struct error *err)
{
    assert(config->threads >= 1 && config->max_steps <= EXPLORE_STEPS_UNLIMITED);
    struct error ignored;
    struct explore_result result = {.stop = EXPLORE_EXHAUSTED, .engine = choose_engine(config)};
    struct explore explore = {.config = config,
                              .peers = config->peers != NULL ? config->peers : peers_alone(),
                              .result = &result,
                              .err = err != NULL ? err : &ignored};
    result.max_memory =
        config->max_memory != 0 ? config->max_memory : memory_available() / 5 * 4 / explore.peers->neighbours;
    result.counts = sweep_tally_none();
    budget_init(&explore.budget, result.max_memory);
    explore.start = clock_seconds();
    look_at_memory(&explore, explore.start);
    explore.deadline = config->timeout > 0 ? explore.start + config->timeout : 0;
    explore.next_checkpoint = explore.start + config->checkpoint_seconds;
    enum status status = explore_meet_peers(&explore);
    if (status == OK)
        status = search(&explore);
    explore_leave_peers(&explore);
    if (status == OK)
        *ret_result = result;
    return status;
}
