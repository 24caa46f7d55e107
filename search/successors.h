/* SPDX-License-Identifier: Apache-2.0 */
/* What a search of states needs of a model: the successors of a packed state, packed, as representatives of
 * their symmetry classes.
 *
 * They are generated into arrays, which the caller then goes through: the look-ups that follow can be
 * overlapped. Owner only: each thread has its own. */
#ifndef RACEWALK_SEARCH_SUCCESSORS_H
#define RACEWALK_SEARCH_SUCCESSORS_H

#include <stdalign.h>

#include "model/model.h"

struct successors {
    const struct model *model;
    bool symmetry;         /* states are replaced by the representatives of their classes */
    bool with_progress;    /* progress is filled in; otherwise it is 0 */
    bool with_hits;        /* hits is filled in; otherwise it is 0, or right all the same */
    uint32_t progress_max; /* the largest that was ever seen */
    bool refused;          /* state has more moves than there may be (model_check_moves); count is 0 */

    size_t count;     /* of the moves that are not idle */
    uint64_t *packed; /* model->packed_words each */
    uint32_t progress[MOVES_MAX];
    uint32_t hits[MOVES_MAX]; /* properties that the successor hits */

    alignas(max_align_t) char state[STATE_SIZE_MAX]; /* the state itself */
    alignas(max_align_t) char next[STATE_SIZE_MAX];
    struct enabled_move
        moves[MOVES_ROOM];        /* those that are not idle, in the model's order; successors_make only */
    uint32_t expanded[MOVES_MAX]; /* the same of successors_expand; nobody asks for them */
};

/* A search without symmetry, or of a model without one, keeps every state as it is. ERR_MEMORY. */
enum status successors_init(struct successors *successors, const struct model *model,
                            bool symmetry) WARN_UNUSED;
void successors_release(struct successors *successors);

/* Unpacks the state into successors->state, and returns the properties that it hits. */
uint32_t successors_at(struct successors *successors, const uint64_t *packed);
/* Fills in the successors of successors->state. */
void successors_make(struct successors *successors);
/* Fills in the successors of a packed state, by the model's expand where it serves. The fields state and
 * moves are then undefined, unless the state is refused. */
void successors_expand(struct successors *successors, const uint64_t *packed);
/* True when the model's expand serves: hits then cost nothing. */
static inline bool successors_are_fast(const struct successors *successors)
{
    return successors->model->class->speed.expand != NULL && !successors->symmetry;
}
/* Packs a state's representative. The state is changed into it. */
void successors_pack(const struct successors *successors, void *state, uint64_t *packed);

static inline const uint64_t *successor_packed(const struct successors *successors, size_t i)
{
    return successors->packed + i * successors->model->packed_words;
}

#endif
