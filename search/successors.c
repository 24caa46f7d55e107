/* SPDX-License-Identifier: Apache-2.0 */
#include "search/successors.h"

#include <assert.h>
#include <string.h>

#include "base/memory.h"

enum status successors_init(struct successors *successors, const struct model *model, bool symmetry)
{
    memset(successors, 0, sizeof *successors);
    successors->model = model;
    successors->symmetry = symmetry && model->class->speed.canonical != NULL;
    successors->packed = mem_new(MOVES_MAX * model->packed_words, sizeof *successors->packed);
    return successors->packed != NULL ? OK : ERR_MEMORY;
}

void successors_release(struct successors *successors)
{
    mem_free(successors->packed);
    successors->packed = NULL;
}

uint32_t successors_at(struct successors *successors, const uint64_t *packed)
{
    const struct model *model = successors->model;
    model_unpack(model, packed, successors->state);
    return model->class->properties_hit(model, successors->state);
}

void successors_pack(const struct successors *successors, void *state, uint64_t *packed)
{
    const struct model *model = successors->model;
    if (successors->symmetry)
        model->class->speed.canonical(model, state);
    model_pack(model, state, packed);
}

void successors_make(struct successors *successors)
{
    const struct model *const model = successors->model;
    const struct model_class *const class = model->class;
    struct enabled_move *const moves = successors->moves;
    const size_t enabled = class->enabled(model, successors->state, moves);
    successors->refused = enabled > MOVES_MAX;
    size_t n = 0;
    for (size_t i = 0; i < enabled && !successors->refused; i++) {
        if (moves[i].idle)
            continue;
        moves[n] = moves[i];
        memcpy(successors->next, successors->state, model->state_size);
        class->apply(model, successors->next, moves[n].move);
        successors_pack(successors, successors->next, successors->packed + n * model->packed_words);
        if (successors->with_progress) {
            successors->progress[n] = class->speed.progress(model, successors->next);
            if (successors->progress[n] > successors->progress_max)
                successors->progress_max = successors->progress[n];
        }
        if (successors->with_hits)
            successors->hits[n] = class->properties_hit(model, successors->next);
        n++;
    }
    successors->count = n;
}

static void note_progress(struct successors *successors)
{
    const struct model *model = successors->model;
    for (size_t i = 0; i < successors->count; i++) {
        model_unpack(model, successor_packed(successors, i), successors->next);
        successors->progress[i] = model->class->speed.progress(model, successors->next);
        if (successors->progress[i] > successors->progress_max)
            successors->progress_max = successors->progress[i];
    }
}

void successors_expand(struct successors *successors, const uint64_t *packed)
{
    const struct model *const model = successors->model;
    if (!successors_are_fast(successors)) {
        model_unpack(model, packed, successors->state);
        successors_make(successors);
        return;
    }
    const size_t count =
        model->class->speed.expand(model, packed, successors->packed, successors->expanded, successors->hits);
    successors->refused = count > MOVES_MAX;
    successors->count = successors->refused ? 0 : count;
    if (successors->refused)
        model_unpack(model, packed, successors->state);
    if (successors->with_progress)
        note_progress(successors);
}
