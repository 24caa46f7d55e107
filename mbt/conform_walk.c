/* SPDX-License-Identifier: Apache-2.0 */
#include "mbt/conform_walk.h"

#include <stdalign.h>
#include <string.h>

#include "base/rng.h"

#define EXTRAS_MARK UINT64_C(0x636F6E666F726D) /* tells the extras' draws from the walk's */

/* A walk in the making. */
struct making {
    const struct conform_walk *walk;
    const struct conform_coverage *coverage;
    struct lockstep_script *script;
    struct rng moves, extras; /* two streams of draws */
    alignas(max_align_t) char state[STATE_SIZE_MAX];
};

/* Of the moves that are as rare as the rarest, each has the same chance. */
static const struct enabled_move *by_rarity(struct making *making, const struct enabled_move *moves,
                                            size_t count)
{
    const struct model *model = making->walk->model;
    const uint64_t here = conform_state_key(model, making->state);
    const struct enabled_move *best = NULL;
    uint64_t best_state = 0, best_outcome = 0;
    uint32_t ties = 0;
    for (size_t i = 0; i < count; i++) {
        alignas(max_align_t) char next[STATE_SIZE_MAX];
        if (moves[i].weight == 0)
            continue;
        memcpy(next, making->state, model->state_size);
        model->class->apply(model, next, moves[i].move);
        const uint64_t state = key_counts_get(&making->coverage->states, conform_state_key(model, next));
        const uint64_t outcome = conform_coverage_outcome(making->coverage, here, moves[i].move);
        const bool is_rarer =
            best == NULL || state < best_state || (state == best_state && outcome < best_outcome);
        if (!is_rarer && (state != best_state || outcome != best_outcome))
            continue;
        ties = is_rarer ? 1 : ties + 1;
        if (rng_scaled(&making->moves, ties) == 0) {
            best = &moves[i];
            best_state = state;
            best_outcome = outcome;
        }
    }
    return best;
}

static bool is_among(const struct enabled_move *moves, size_t count, uint32_t move)
{
    for (size_t i = 0; i < count; i++) {
        if (moves[i].move == move)
            return true;
    }
    return false;
}

/* An action that is not enabled; of those seen least, where rarity counts. SIZE_MAX: all are. */
static size_t choose_attempt(struct making *making, const struct enabled_move *moves, size_t count)
{
    const struct lockstep_vocabulary *vocabulary = making->walk->vocabulary;
    const bool is_least = making->walk->choice == CONFORM_LEAST;
    const uint64_t here = is_least ? conform_state_key(making->walk->model, making->state) : 0;
    size_t best = SIZE_MAX;
    uint64_t best_outcome = 0;
    uint32_t ties = 0;
    for (size_t i = 0; i < vocabulary->count; i++) {
        const uint32_t move = vocabulary->actions[i].move;
        if (is_among(moves, count, move))
            continue;
        const uint64_t outcome = is_least ? conform_coverage_outcome(making->coverage, here, move) : 0;
        if (best != SIZE_MAX && outcome > best_outcome)
            continue;
        ties = best == SIZE_MAX || outcome < best_outcome ? 1 : ties + 1;
        if (rng_scaled(&making->extras, ties) == 0) {
            best = i;
            best_outcome = outcome;
        }
    }
    return best;
}

static enum status add_extras(struct making *making, const struct enabled_move *moves, size_t count)
{
    enum status status = OK;
    if (rng_scaled(&making->extras, CONFORM_ATTEMPT_ONE_IN) == 0 && !making->walk->allowed_only) {
        const size_t action = choose_attempt(making, moves, count);
        if (action != SIZE_MAX)
            status = lockstep_script_add(making->script,
                                         (struct lockstep_event){.kind = LOCKSTEP_ATTEMPT, .index = action});
    }
    if (status == OK && rng_scaled(&making->extras, CONFORM_LOOK_ONE_IN) == 0) {
        const uint64_t draw = rng_next(&making->extras);
        status =
            lockstep_script_add(making->script, (struct lockstep_event){.kind = LOCKSTEP_LOOK, .draw = draw});
    }
    return status;
}

static enum status add_step(struct making *making, uint32_t move)
{
    const size_t index = making->script->steps.step_count;
    enum status status = trace_append(&making->script->steps, &(struct step){.move = move});
    if (status == OK)
        status = lockstep_script_add(making->script,
                                     (struct lockstep_event){.kind = LOCKSTEP_STEP, .index = index});
    making->walk->model->class->apply(making->walk->model, making->state, move);
    return status;
}

/* Calls of the system's interface, which the driver chooses by their draws. */
static enum status add_calls(struct making *making, struct error *err)
{
    enum status status = OK;
    for (uint32_t i = 0; status == OK && i < making->walk->max_steps; i++) {
        const uint64_t draw = SYSTEM_CALL | rng_next(&making->extras);
        status =
            lockstep_script_add(making->script, (struct lockstep_event){.kind = LOCKSTEP_LOOK, .draw = draw});
    }
    return status == OK ? OK : error_set(err, status, "no memory for so many calls");
}

enum status conform_walk_make(const struct conform_walk *walk, const struct conform_coverage *coverage,
                              uint64_t trace_seed, struct lockstep_script *script, struct error *err)
{
    const struct model *model = walk->model;
    struct making making = {.walk = walk,
                            .coverage = coverage,
                            .script = script,
                            .moves = rng_of_trace_seed(trace_seed),
                            .extras = rng_of_trace_seed(rng_mix(trace_seed ^ EXTRAS_MARK))};
    struct enabled_move moves[MOVES_ROOM];
    enum status status = OK;
    lockstep_script_clear(script);
    script->steps.has_trace_seed = true;
    script->steps.trace_seed = trace_seed;
    if (walk->choice == CONFORM_CALLS)
        return add_calls(&making, err);
    model->class->init(model, making.state);
    for (uint32_t i = 0; status == OK && i < walk->max_steps; i++) {
        const size_t count = model->class->enabled(model, making.state, moves);
        if (count > MOVES_MAX)
            return model_check_moves(model, making.state, err);
        status = add_extras(&making, moves, count);
        const bool by_chance =
            walk->choice == CONFORM_UNIFORM || rng_scaled(&making.moves, CONFORM_CHANCE_ONE_IN) == 0;
        const struct enabled_move *chosen =
            by_chance ? model_draw_move(moves, count, &making.moves) : by_rarity(&making, moves, count);
        if (chosen == NULL)
            break;
        if (status == OK)
            status = add_step(&making, chosen->move);
    }
    if (status == OK)
        status = lockstep_script_add(
            script, (struct lockstep_event){.kind = LOCKSTEP_LOOK,
                                            .draw = SYSTEM_LAST_LOOK | rng_next(&making.extras)});
    if (status == OK)
        status = model->class->traces.draw_payload(model, &script->steps);
    return status == OK ? OK : error_set(err, status, "no memory for a walk of the model");
}
