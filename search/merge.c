/* SPDX-License-Identifier: Apache-2.0 */
#include "search/merge.h"

#include <assert.h>
#include <string.h>

void merge_begin(const struct run_config *config, struct run_result *ret_state)
{
    if (config->resume != NULL) {
        assert(config->resume->next <= config->max_samples &&
               config->resume->shape_count <= RUN_FINDINGS_MAX);
        *ret_state = *config->resume;
        return;
    }
    memset(ret_state, 0, sizeof *ret_state);
    ret_state->max_steps = config->max_steps;
}

static struct run_shape *find_shape(struct run_result *state, uint64_t id)
{
    for (size_t i = 0; i < state->shape_count; i++) {
        if (state->shapes[i].id == id)
            return &state->shapes[i];
    }
    return NULL;
}

/* True when the run has to tell of the piece's hit. */
static bool must_tell(const struct run_config *config, struct run_result *state, const struct piece *piece)
{
    if (!piece->has_hit)
        return false;
    return config->goal == RUN_SHORTEST || find_shape(state, piece->hit.shape) == NULL;
}

/* Every shape that is counted must be known by now, or be the one that the piece itself shows. */
static enum status check_shapes(struct run_result *state, const struct piece *piece, struct error *err)
{
    for (size_t i = 0; i < piece->shape_count; i++) {
        const uint64_t id = piece->shapes[i].id;
        if (find_shape(state, id) == NULL && !(piece->has_hit && piece->hit.shape == id))
            return error_set(
                err, ERR_DATA, "walks %llu to %llu count a shape that none of them was the first to show",
                (unsigned long long)piece->first, (unsigned long long)(piece->first + piece->count - 1));
    }
    return OK;
}

enum status merge_piece(const struct run_config *config, struct run_result *state, const struct piece *piece,
                        struct error *err)
{
    assert(piece->first == state->next && piece->count > 0);
    assert(!piece->has_hit || piece->hit.sample == piece->first + piece->count - 1);
    const enum status status = check_shapes(state, piece, err);
    if (status != OK)
        return status;
    if (must_tell(config, state, piece)) {
        if (config->on_finding != NULL && config->on_finding(config->context, &piece->hit) != OK)
            return ERR_STOPPED;
        if (config->goal == RUN_SHORTEST) {
            state->max_steps = piece->hit.length > 0 ? piece->hit.length - 1 : 0;
        } else {
            assert(state->shape_count < RUN_FINDINGS_MAX);
            state->shapes[state->shape_count++] = (struct run_shape){.id = piece->hit.shape};
        }
    }
    walk_tally_add(&state->tally, &piece->tally);
    state->next += piece->count;
    for (size_t i = 0; i < piece->shape_count; i++)
        find_shape(state, piece->shapes[i].id)->hits += piece->shapes[i].hits;
    for (size_t i = 0; i < RUN_LENGTHS && piece->tally.ended > 0; i++)
        state->lengths[i] += piece->lengths[i];
    return OK;
}

bool merge_is_over(const struct run_config *config, struct run_result *state)
{
    if (config->goal == RUN_SHAPES && state->shape_count == config->max_findings) {
        state->stop = RUN_STOP_FINDING;
        return true;
    }
    /* A trace of no transitions is the shortest there can be. */
    const bool shortest_possible =
        config->goal == RUN_SHORTEST && state->max_steps == 0 && state->tally.ended > 0;
    if (state->next < config->max_samples && !shortest_possible)
        return false;
    state->stop = RUN_STOP_SAMPLES;
    return true;
}

double merge_share_done(const struct run_config *config, const struct run_result *state, double seconds)
{
    double done = (double)state->next / (double)config->max_samples;
    if (config->timeout > 0 && seconds / config->timeout > done)
        done = seconds / config->timeout;
    return done < 1 ? done : 1;
}
