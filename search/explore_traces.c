/* SPDX-License-Identifier: Apache-2.0 */
#include <assert.h>

#include "base/memory.h"
#include "search/explore_internal.h"
#include "search/trace_back.h"

/* Edges whose traces are looked for in one go: few at first, since the first ones are often enough. */
#define BATCH_FIRST 256
#define BATCH_GROWS 4

/* Tells of a trace; *ret_enough when no other is wanted. */
static enum status announce(struct explore *explore, struct trace_back *back, uint32_t node,
                            const uint64_t *next, int property, bool *ret_enough)
{
    struct trace trace;
    trace_init(&trace);
    enum status status = trace_back_trace(back, node, next, property, &trace, explore->err);
    if (status == OK && explore->config->on_finding != NULL) {
        const enum explore_verdict verdict = explore->config->on_finding(explore->config->context, &trace);
        *ret_enough = verdict == EXPLORE_ENOUGH;
        if (verdict == EXPLORE_FAILED)
            status = ERR_STOPPED;
    }
    trace_release(&trace);
    return status;
}

/* A sweep's or a way's end that is not its own. */
static void note_stop(struct explore *explore, enum sweep_stop stop)
{
    if (stop == SWEEP_MEMORY)
        explore->result->stop = EXPLORE_MEMORY;
}

/* --- one shortest trace for each property --- */

/* Sweeps up to a bound and keeps what it can. */
static enum status run_bounded(struct explore *explore, struct sweep_config config, uint32_t max_steps,
                               struct sweep **ret_sweep, enum sweep_stop *ret_stop)
{
    config.max_steps = max_steps;
    config.retain = true;
    enum status status = sweep_new(&config, ret_sweep, explore->err);
    if (status == OK)
        status = sweep_run(*ret_sweep, ret_stop, explore->err);
    return status;
}

/* Wants the way to the smallest state that hits each property at its shortest distance, of those in
 * *ret_wanted. */
static enum status want_shortest(struct explore *explore, struct trace_back *back, const struct sweep *sweep,
                                 uint32_t *nodes, uint32_t *ret_wanted)
{
    enum status status = OK;
    const struct sweep_tally counts = sweep_counts(sweep);
    for (uint32_t p = 0; p < PROPERTIES_MAX && status == OK; p++) {
        if ((explore->result->hit >> p & 1) == 0)
            continue;
        const uint64_t *state = sweep_shortest_state(sweep, p);
        assert(state != NULL || explore->config->fingerprints);
        /* Of two states with one fingerprint this sweep has met the other one first. */
        if (state == NULL)
            continue;
        /* A search that stopped early may not have come to the shortest one: this sweep has. */
        explore->result->counts.shortest[p] = counts.shortest[p];
        *ret_wanted |= UINT32_C(1) << p;
        status = trace_back_want(back, state, counts.shortest[p], &nodes[p], explore->err);
    }
    return status;
}

enum status explore_shortest(struct explore *explore)
{
    struct trace_back *back = NULL;
    struct sweep *sweep = NULL;
    const struct sweep_config config = explore_sweep_config(explore);
    uint32_t nodes[PROPERTIES_MAX] = {0}, max_steps = 0, wanted = 0;
    const uint32_t hit = explore->result->hit;
    enum sweep_stop stop = SWEEP_EXHAUSTED;
    for (uint32_t p = 0; p < PROPERTIES_MAX; p++) {
        const uint32_t distance = explore->result->counts.shortest[p];
        if ((hit >> p & 1) != 0 && distance > max_steps)
            max_steps = distance;
    }
    explore->result->untraced = hit;
    enum status status = trace_back_new(&config, &back, explore->err);
    if (status == OK)
        status = run_bounded(explore, config, max_steps, &sweep, &stop);
    if (status == OK && stop == SWEEP_EXHAUSTED)
        status = want_shortest(explore, back, sweep, nodes, &wanted);
    if (status == OK && stop == SWEEP_EXHAUSTED)
        status = trace_back_run(back, sweep, &stop, explore->err);
    for (uint32_t p = 0; p < PROPERTIES_MAX && status == OK && stop == SWEEP_EXHAUSTED; p++) {
        bool enough;
        if ((wanted >> p & 1) == 0)
            continue;
        status = announce(explore, back, nodes[p], NULL, (int)p, &enough);
        explore->result->untraced &= ~(UINT32_C(1) << p);
    }
    sweep_free(sweep);
    trace_back_free(back);
    return status;
}

/* --- all traces, shortest first --- */

/* The edges of one sweep that are to be told of. */
struct edges {
    struct sweep_edge *items;
    size_t count;
};

/* Tells of the trace that ends with an edge, once for each property that its last state hits: each makes
 * another finding, with another shape. */
static enum status announce_edge(struct explore *explore, struct trace_back *back, uint32_t node,
                                 const struct sweep_edge *edge, bool *ret_done)
{
    enum status status = OK;
    for (uint32_t hits = edge->properties; hits != 0 && status == OK && !*ret_done; hits &= hits - 1) {
        bool enough = false;
        status = announce(explore, back, node, edge->to, __builtin_ctz(hits), &enough);
        if (enough)
            explore->result->stop = EXPLORE_FINDING;
        *ret_done = enough;
    }
    return status;
}

static enum status announce_batch(struct explore *explore, struct sweep *sweep, const struct edges *edges,
                                  size_t from, size_t to, bool *ret_done)
{
    struct sweep_config config = explore_sweep_config(explore);
    config.terminal = true;
    struct trace_back *back = NULL;
    enum sweep_stop stop = SWEEP_EXHAUSTED;
    uint32_t *nodes = mem_new(to - from, sizeof *nodes);
    if (nodes == NULL)
        return error_memory(explore->err, (to - from) * sizeof *nodes);
    enum status status = trace_back_new(&config, &back, explore->err);
    for (size_t i = from; i < to && status == OK; i++) {
        const struct sweep_edge *edge = &edges->items[i];
        status = trace_back_want(back, edge->from, edge->length - 1, &nodes[i - from], explore->err);
    }
    if (status == OK)
        status = trace_back_run(back, sweep, &stop, explore->err);
    *ret_done = stop != SWEEP_EXHAUSTED;
    note_stop(explore, stop);
    for (size_t i = from; i < to && status == OK && !*ret_done; i++)
        status = announce_edge(explore, back, nodes[i - from], &edges->items[i], ret_done);
    trace_back_free(back);
    mem_free(nodes);
    return status;
}

/* Tells of the edges longer than told. */
static enum status announce_edges(struct explore *explore, struct sweep *sweep, const struct edges *edges,
                                  uint32_t told, bool *ret_done)
{
    enum status status = OK;
    size_t from = 0, batch = BATCH_FIRST;
    while (from < edges->count && edges->items[from].length <= told)
        from++;
    while (from < edges->count && status == OK && !*ret_done) {
        const size_t to = edges->count - from < batch ? edges->count : from + batch;
        status = announce_batch(explore, sweep, edges, from, to, ret_done);
        from = to;
        batch *= BATCH_GROWS;
    }
    return status;
}

/* Takes over what one bounded sweep says, and tells of its edges. */
static enum status take_sweep(struct explore *explore, struct sweep *sweep, uint32_t told, bool *ret_done)
{
    struct edges edges = {0};
    bool dropped = false;
    enum status status = sweep_edges(sweep, &edges.items, &edges.count, &dropped, explore->err);
    if (status != OK)
        return status;
    struct explore_result *result = explore->result;
    const struct sweep_tally counts = sweep_counts(sweep);
    for (uint32_t p = 0; p < PROPERTIES_MAX; p++)
        result->hit |= counts.shortest[p] != DISTANCE_NONE ? UINT32_C(1) << p : 0;
    result->counts = counts;
    result->dropped = result->dropped || dropped;
    status = announce_edges(explore, sweep, &edges, told, ret_done);
    mem_free(edges.items);
    if (status == OK && !*ret_done && (!counts.bounded || dropped)) {
        result->stop = EXPLORE_EXHAUSTED;
        *ret_done = true;
    }
    return status;
}

enum status explore_findings(struct explore *explore, uint32_t shortest)
{
    struct sweep_config config = explore_sweep_config(explore);
    config.terminal = true;
    config.edges = true;
    const uint32_t max_steps = explore->config->max_steps;
    uint32_t told = 0, bound = shortest;
    enum status status = OK;
    for (bool done = shortest == 0; !done && status == OK;) {
        struct sweep *sweep = NULL;
        enum sweep_stop stop = SWEEP_EXHAUSTED;
        status = run_bounded(explore, config, bound, &sweep, &stop);
        note_stop(explore, stop);
        done = stop != SWEEP_EXHAUSTED;
        if (status == OK && !done)
            status = take_sweep(explore, sweep, told, &done);
        sweep_free(sweep);
        if (!done && bound == max_steps) {
            explore->result->stop = EXPLORE_BOUND;
            done = true;
        }
        told = bound;
        /* A longer bound costs a sweep, and one that is too long finds more than is asked for. */
        const uint32_t step = 1 + (bound - shortest) / 4;
        bound = max_steps - bound < step ? max_steps : bound + step;
    }
    return status;
}
