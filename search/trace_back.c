/* SPDX-License-Identifier: Apache-2.0 */
#include "search/trace_back.h"

#include <assert.h>
#include <omp.h>
#include <string.h>

#include "base/memory.h"

/* A predecessor of a wanted state, as one thread found it. */
struct match {
    uint32_t node;
    uint32_t progress, shard, index; /* the predecessor, in the sweep's layers */
};

struct seeker {
    struct successors successors;
    struct match *matches;
    size_t count, capacity;
    bool failed;
};

/* Looking through fewer states than this is left to one thread: to wait for the others would take longer. */
#define SEEK_STATES_PARALLEL 100000

/* At most so much is held back of the budget, or this part of it. */
#define RESERVE_BYTES ((size_t)1 << 18)
#define RESERVE_PART  16

struct trace_back {
    struct sweep_config config;
    size_t words;
    struct visited nodes; /* the states on the ways, with their distances */
    uint32_t *parents;    /* of nodes; VISITED_MAX: not found yet, or the initial state's */
    size_t parent_capacity;
    size_t reserve; /* bytes of the budget that are held back, for when the layers have used up the rest */
    struct seeker *seekers; /* config.threads */
};

/* --- making and freeing --- */

enum status trace_back_new(const struct sweep_config *config, struct trace_back **ret_back, struct error *err)
{
    struct trace_back *back = mem_new(1, sizeof *back);
    if (back == NULL)
        return error_memory(err, sizeof *back);
    back->config = *config;
    back->config.tighten = false;
    back->config.edges = false;
    back->config.retain = true;
    back->words = config->model->packed_words;
    visited_init(&back->nodes, VISITED_LABELLED, back->words, config->budget);
    back->seekers = mem_new_aligned(64, (size_t)config->threads, sizeof *back->seekers);
    enum status status = back->seekers != NULL ? OK : ERR_MEMORY;
    for (int t = 0; status == OK && t < config->threads; t++)
        status = successors_init(&back->seekers[t].successors, config->model, config->symmetry);
    const size_t part = config->budget->limit / RESERVE_PART;
    back->reserve = part < RESERVE_BYTES ? part : RESERVE_BYTES;
    if (!budget_take(config->budget, back->reserve))
        back->reserve = 0;
    if (status != OK) {
        trace_back_free(back);
        return error_memory(err, (size_t)config->threads * sizeof *back->seekers);
    }
    *ret_back = back;
    return OK;
}

void trace_back_free(struct trace_back *back)
{
    if (back == NULL)
        return;
    for (int t = 0; back->seekers != NULL && t < back->config.threads; t++) {
        successors_release(&back->seekers[t].successors);
        mem_free(back->seekers[t].matches);
    }
    visited_release(&back->nodes);
    budget_give(back->config.budget, back->reserve);
    mem_free(back->seekers);
    mem_free(back->parents);
    mem_free(back);
}

enum status trace_back_want(struct trace_back *back, const uint64_t *state, uint32_t distance,
                            uint32_t *ret_node, struct error *err)
{
    void *parents = back->parents;
    if (mem_reserve(&parents, &back->parent_capacity, back->nodes.count + 1, sizeof *back->parents) != OK)
        return error_memory(err, back->nodes.count * sizeof *back->parents);
    back->parents = parents;
    uint32_t node;
    const uint64_t hash = visited_hash(state, back->words);
    enum visited_outcome outcome = visited_insert(&back->nodes, state, hash, distance, &node);
    if (outcome == VISITED_FULL && back->reserve > 0) {
        budget_give(back->config.budget, back->reserve);
        back->reserve = 0;
        outcome = visited_insert(&back->nodes, state, hash, distance, &node);
    }
    assert(outcome != VISITED_LOWERED);
    if (outcome == VISITED_FULL)
        return error_memory(err, (back->nodes.count + 1) * (back->words + 1) * sizeof *state);
    if (outcome == VISITED_NEW)
        back->parents[node] = VISITED_MAX;
    *ret_node = node;
    return OK;
}

/* --- looking for predecessors --- */

static bool is_open(const struct trace_back *back, uint32_t node)
{
    return back->parents[node] == VISITED_MAX && back->nodes.distances[node] > 0;
}

/* Notes the wanted states among the successors of one state. */
static bool seek_from(const struct trace_back *back, struct seeker *seeker, const struct match *at,
                      const uint64_t *state, uint32_t distance)
{
    struct successors *successors = &seeker->successors;
    if (back->config.terminal && (successors_at(successors, state) & back->config.properties) != 0)
        return true;
    successors_expand(successors, state);
    for (size_t i = 0; i < successors->count; i++) {
        const uint64_t *next = successor_packed(successors, i);
        const uint32_t node = visited_find(&back->nodes, next, visited_hash(next, back->words));
        if (node == VISITED_MAX || back->nodes.distances[node] != distance + 1 || !is_open(back, node))
            continue;
        void *matches = seeker->matches;
        if (mem_reserve(&matches, &seeker->capacity, seeker->count + 1, sizeof *seeker->matches) != OK)
            return false;
        seeker->matches = matches;
        seeker->matches[seeker->count] = *at;
        seeker->matches[seeker->count++].node = node;
    }
    return true;
}

static void seek_in_shard(const struct trace_back *back, struct seeker *seeker,
                          const struct sweep_layer *layer, uint32_t shard, uint32_t distance)
{
    const struct visited *set = &layer->shards[shard];
    struct match at = {.progress = layer->progress, .shard = shard};
    for (uint32_t i = 0; !seeker->failed && visited_seek(set, distance, &i); i++) {
        at.index = i;
        seeker->failed = !seek_from(back, seeker, &at, visited_state(set, i), distance);
    }
}

static const uint64_t *match_state(const struct sweep *sweep, const struct match *match)
{
    return visited_state(&sweep_layer(sweep, match->progress)->shards[match->shard], match->index);
}

/* Takes the smallest predecessor of each wanted state, which becomes wanted itself. */
static enum status take_matches(struct trace_back *back, const struct sweep *sweep, uint32_t distance,
                                size_t *ret_found, struct error *err)
{
    const size_t wanted = back->nodes.count;
    const struct match **best = mem_new(wanted, sizeof *best);
    if (best == NULL)
        return error_memory(err, wanted * sizeof *best);
    for (int t = 0; t < back->config.threads; t++) {
        for (size_t i = 0; i < back->seekers[t].count; i++) {
            const struct match *match = &back->seekers[t].matches[i];
            const struct match **least = &best[match->node];
            if (*least == NULL ||
                visited_compare(match_state(sweep, match), match_state(sweep, *least), back->words) < 0)
                *least = match;
        }
    }
    enum status status = OK;
    for (uint32_t node = 0; node < wanted && status == OK; node++) {
        uint32_t parent;
        if (best[node] == NULL)
            continue;
        status = trace_back_want(back, match_state(sweep, best[node]), distance, &parent, err);
        if (status == OK)
            back->parents[node] = parent;
        *ret_found += 1;
    }
    mem_free(best);
    return status;
}

/* Finds the predecessors at this distance of all that is wanted at the next. */
static enum status step_back(struct trace_back *back, const struct sweep *sweep, uint32_t distance,
                             uint32_t progress_max, size_t *ret_found, struct error *err)
{
    struct seeker *const seekers = back->seekers;
    const uint32_t end = sweep_layer_end(sweep);
    const size_t pieces = (size_t)(progress_max < end ? progress_max + 1 : end) * SWEEP_SHARDS;
    const int threads = sweep_counts(sweep).states < SEEK_STATES_PARALLEL ? 1 : back->config.threads;
    for (int t = 0; t < back->config.threads; t++)
        seekers[t].count = 0;
#pragma omp parallel for schedule(dynamic, 16) num_threads(threads) if (threads > 1) default(none) \
    shared(back, sweep, seekers, pieces, distance)
    for (size_t i = 0; i < pieces; i++) {
        const struct sweep_layer *layer = sweep_layer(sweep, (uint32_t)(i / SWEEP_SHARDS));
        if (layer != NULL)
            seek_in_shard(back, &seekers[omp_get_thread_num()], layer, (uint32_t)(i % SWEEP_SHARDS),
                          distance);
    }
    for (int t = 0; t < back->config.threads; t++) {
        if (seekers[t].failed)
            return error_memory(err, seekers[t].capacity * sizeof *seekers[t].matches);
    }
    return take_matches(back, sweep, distance, ret_found, err);
}

/* The largest distance and progress of the states whose predecessors are not known; false when there is none.
 */
static bool find_open(struct trace_back *back, uint32_t *ret_distance, uint32_t *ret_progress)
{
    struct successors *scratch = &back->seekers[0].successors;
    const struct model *model = back->config.model;
    bool any = false;
    *ret_distance = 0;
    *ret_progress = 0;
    for (uint32_t node = 0; node < back->nodes.count; node++) {
        if (!is_open(back, node))
            continue;
        any = true;
        if (back->nodes.distances[node] > *ret_distance)
            *ret_distance = back->nodes.distances[node];
        (void)successors_at(scratch, visited_state(&back->nodes, node));
        const uint32_t progress = back->config.layered && model->class->speed.progress != NULL
                                      ? model->class->speed.progress(model, scratch->state)
                                      : 0;
        *ret_progress = progress > *ret_progress ? progress : *ret_progress;
    }
    return any;
}

/* Goes back from what is wanted as far as the sweep has kept its layers. */
static enum status go_back(struct trace_back *back, const struct sweep *sweep, uint32_t distance,
                           uint32_t progress, size_t *ret_found, struct error *err)
{
    enum status status = OK;
    *ret_found = 0;
    for (uint32_t d = distance; d > 0 && status == OK; d--)
        status = step_back(back, sweep, d - 1, progress, ret_found, err);
    return status;
}

/* The same with a sweep of its own, up to what is wanted. */
static enum status sweep_and_go_back(struct trace_back *back, uint32_t distance, uint32_t progress,
                                     size_t *ret_found, enum sweep_stop *ret_stop, struct error *err)
{
    struct sweep *sweep = NULL;
    back->config.max_steps = distance - 1;
    back->config.max_progress = progress;
    enum status status = sweep_new(&back->config, &sweep, err);
    if (status == OK)
        status = sweep_run(sweep, ret_stop, err);
    if (status == OK && *ret_stop == SWEEP_EXHAUSTED)
        status = go_back(back, sweep, distance, progress, ret_found, err);
    sweep_free(sweep);
    return status;
}

enum status trace_back_run(struct trace_back *back, struct sweep *sweep, enum sweep_stop *ret_stop,
                           struct error *err)
{
    uint32_t distance, progress;
    size_t found;
    *ret_stop = SWEEP_EXHAUSTED;
    if (find_open(back, &distance, &progress)) {
        const enum status status = go_back(back, sweep, distance, progress, &found, err);
        if (status != OK)
            return status;
    }
    while (find_open(back, &distance, &progress)) {
        sweep_forget(sweep);
        const enum status status = sweep_and_go_back(back, distance, progress, &found, ret_stop, err);
        if (status != OK || *ret_stop != SWEEP_EXHAUSTED)
            return status;
        if (found == 0) {
            *ret_stop = SWEEP_MEMORY;
            return OK;
        }
    }
    return OK;
}

/* --- the trace --- */

/* Takes the first move from the concrete state into the class of the packed one. */
static enum status take_move(struct trace_back *back, void *state, const uint64_t *next, struct trace *trace)
{
    struct successors *successors = &back->seekers[0].successors;
    const struct model *model = back->config.model;
    memcpy(successors->state, state, model->state_size);
    successors_make(successors);
    size_t i = 0;
    while (i < successors->count && visited_compare(successor_packed(successors, i), next, back->words) != 0)
        i++;
    assert(i < successors->count);
    const uint32_t move = successors->moves[i].move;
    model->class->apply(model, state, move);
    return trace_append(trace, &(struct step){.move = move});
}

enum status trace_back_trace(struct trace_back *back, uint32_t node, const uint64_t *next, int property,
                             struct trace *ret_trace, struct error *err)
{
    const struct model *model = back->config.model;
    const uint32_t length = back->nodes.distances[node];
    alignas(max_align_t) char state[STATE_SIZE_MAX];
    uint32_t *way = mem_new((size_t)length + 1, sizeof *way);
    if (way == NULL)
        return error_memory(err, ((size_t)length + 1) * sizeof *way);
    for (uint32_t d = length, at = node;; d--, at = back->parents[at]) {
        assert(at != VISITED_MAX && back->nodes.distances[at] == d);
        way[d] = at;
        if (d == 0)
            break;
    }
    trace_clear(ret_trace);
    ret_trace->trace_seed = TRACE_BACK_SEED;
    model->class->init(model, state);
    enum status status = OK;
    for (uint32_t d = 1; d <= length && status == OK; d++)
        status = take_move(back, state, visited_state(&back->nodes, way[d]), ret_trace);
    if (status == OK && next != NULL)
        status = take_move(back, state, next, ret_trace);
    if (status == OK)
        status = model->class->traces.draw_payload(model, ret_trace);
    mem_free(way);
    if (status != OK)
        return error_set(err, status,
                         "a trace of %u transitions does not fit: more than %zu, or out of memory", length,
                         TRACE_STEPS_MAX);
    ret_trace->property = property;
    ret_trace->property_state = ret_trace->step_count;
    return OK;
}
