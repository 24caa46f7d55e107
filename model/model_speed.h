/* SPDX-License-Identifier: Apache-2.0 */
/* The part of a model class that makes its searches fast or small. All of it may be left out: then a search
 * stores the bytes of states unpacked, without symmetry and progress, and walks move by move. */
#ifndef RACEWALK_MODEL_MODEL_SPEED_H
#define RACEWALK_MODEL_MODEL_SPEED_H

#include <stddef.h>
#include <stdint.h>

#include "model/cells.h"
#include "model/kernel.h"

struct model;
struct model_class;

struct model_speed {
    /* Replaces the state by the representative of its symmetry class; NULL when there is no symmetry. */
    void (*canonical)(const struct model *model, void *state);
    /* A measure that no move ever lowers and that is small (below PROGRESS_LIMIT), so that a search can
     * forget the layers below; NULL when there is none. */
    uint32_t (*progress)(const struct model *model, const void *state);
    /* The facts that are true in a state ("the lease is client-b's") as distinct numbers below
     * model->atom_count, in ascending order; returns how many, at most ATOMS_MAX. A novelty search keeps a
     * state for what it shows first, so facts should be few and matter. NULL: the bytes of the state serve.
     */
    size_t (*atoms)(const struct model *model, const void *state, uint32_t *atoms);
    /* To and from model->packed_words words; equal states have equal words, different ones different words.
     * Both or none. */
    void (*pack)(const struct model *model, const void *state, uint64_t *words);
    void (*unpack)(const struct model *model, const uint64_t *words, void *state);
    /* All successors of a packed state at once, in the model's order and without idle moves: packed, with
     * their moves, and the properties of the instance that each hits. There is room for MOVES_MAX of each.
     * Returns their number, which above MOVES_MAX is only a count: then nothing that was written is used.
     * They are not canonical: a search up to symmetry does not call it. NULL: enabled and apply serve. */
    size_t (*expand)(const struct model *model, const uint64_t *packed, uint64_t *ret_packed,
                     uint32_t *ret_moves, uint32_t *ret_hits);
    /* A whole fast kernel for ranges of walks, or NULL: the general one serves. Returns false when it does
     * not cover this model. hits may be NULL. */
    bool (*walk)(const struct model *model, const struct walk_job *job, struct walk_tally *tally,
                 struct walk_hits *hits);
    /* The names of the kernels that walk may use, "auto" first, then NULL; NULL: there is no choice. */
    const char *const *walk_kernels;
    /* Chooses one of them for the whole process, before threads start. ERR_USAGE when there is none of that
     * name here. NULL when walk_kernels is. */
    enum status (*walk_select)(const struct model_class *class, const char *name, struct error *err);

    /* A fast kernel for the exhaustive search, or NULL: the general sweep serves, or where there is no
     * progress a search by length. */
    const struct cell_kernel *cells;
};

#endif
