/* SPDX-License-Identifier: Apache-2.0 */
#include "search/walk.h"

#include <stdalign.h>

/* One walk: returns the properties hit at its end, and its steps and actions in tally. trace may be NULL;
 * otherwise each move is appended, and *status tells whether that went well, with err when it is the model's
 * fault. */
static uint32_t walk_one(const struct model *model, uint64_t trace_seed, uint32_t max_steps,
                         uint32_t properties, struct walk_tally *tally, struct trace *trace,
                         enum status *status, struct error *err)
{
    const struct model_class *class = model->class;
    alignas(max_align_t) char state[STATE_SIZE_MAX];
    struct enabled_move moves[MOVES_ROOM];
    struct rng rng = rng_of_trace_seed(trace_seed);
    class->init(model, state);
    for (uint32_t step = 0;; step++) {
        const uint32_t hit = class->properties_hit(model, state) & properties;
        if (hit != 0 || step == max_steps)
            return hit;
        const size_t count = class->enabled(model, state, moves);
        if (count == 0)
            return 0;
        const struct enabled_move *chosen = count > MOVES_MAX ? NULL : model_draw_move(moves, count, &rng);
        if (chosen == NULL || move_action(chosen->move) >= class->action_count) {
            tally->refused++;
            if (trace != NULL)
                *status = model_check_moves(model, state, err);
            return 0;
        }
        class->apply(model, state, chosen->move);
        tally->steps++;
        tally->fired[move_action(chosen->move)]++;
        if (trace != NULL) {
            *status = trace_append(trace, &(struct step){.move = chosen->move});
            if (*status != OK)
                return 0;
        }
    }
}

void walk_range_general(const struct model *model, const struct walk_job *job, struct walk_tally *tally,
                        struct walk_hits *hits)
{
    for (uint64_t k = job->first; k < job->first + job->count; k++) {
        const uint64_t steps_before = tally->steps;
        const uint32_t hit = walk_one(model, trace_seed_of(job->seed, k), job->max_steps, job->properties,
                                      tally, NULL, NULL, NULL);
        tally->walks++;
        if (hit == 0)
            continue;
        tally->ended++;
        for (uint32_t p = 0; p < PROPERTIES_MAX; p++)
            tally->hits[p] += hit >> p & 1;
        if (hits != NULL)
            walk_hits_add(hits, k, (uint32_t)(tally->steps - steps_before), hit);
    }
}

void walk_range(const struct model *model, const struct walk_job *job, struct walk_tally *tally,
                struct walk_hits *hits)
{
    if (model->class->speed.walk == NULL || !model->class->speed.walk(model, job, tally, hits))
        walk_range_general(model, job, tally, hits);
}

enum status walk_trace(const struct model *model, uint64_t trace_seed, uint32_t max_steps,
                       uint32_t properties, struct trace *ret_trace, struct error *err)
{
    struct walk_tally tally = {0};
    enum status status = OK;
    trace_clear(ret_trace);
    ret_trace->has_trace_seed = true;
    ret_trace->trace_seed = trace_seed;
    ret_trace->max_steps = max_steps;
    const uint32_t hit = walk_one(model, trace_seed, max_steps, properties, &tally, ret_trace, &status, err);
    if (status == ERR_INTERNAL)
        return status;
    if (status == OK)
        status = model->class->traces.draw_payload(model, ret_trace);
    if (status != OK)
        return error_set(err, status,
                         "the trace of walk %llu does not fit: more than %zu steps or out of memory",
                         (unsigned long long)trace_seed, TRACE_STEPS_MAX);
    ret_trace->property = hit != 0 ? __builtin_ctz(hit) : PROPERTY_NONE;
    ret_trace->property_state = hit != 0 ? ret_trace->step_count : 0;
    return OK;
}
