/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/support/wide_lease.h"

#include "tests/support/lease_lock.h"

static struct wide_lease wide;
static struct model_class class;

static enum status wide_new(const struct model_class *own, const struct instance *instance,
                            struct model **ret_model, struct error *err)
{
    const enum status status = lease_class()->model_new(own, instance, ret_model, err);
    if (status != OK)
        return status;
    struct model *model = *ret_model;
    model->state_size = wide.state_size > 0 ? wide.state_size : model->state_size;
    model->packed_words = wide.packed_words > 0 ? wide.packed_words : model->packed_words;
    model->atom_count = 4 * ATOMS_MAX;
    return OK;
}

static size_t wide_enabled(const struct model *model, const void *state, struct enabled_move *moves)
{
    size_t count = lease_class()->enabled(model, state, moves);
    if (lease_term(state) == 0 || count == 0)
        return count;
    for (size_t i = 0; i < count && !wide.keep_weights; i++)
        moves[i].weight = wide.weight;
    while (count < wide.moves && wide.counted)
        model_add_move(moves, &count, moves[0]);
    for (; count < wide.moves; count++)
        moves[count] = moves[0];
    return count;
}

static size_t wide_atoms(const struct model *model, const void *state, uint32_t *atoms)
{
    (void)model;
    (void)state;
    for (size_t i = 0; i < wide.atoms; i++)
        atoms[i] = (uint32_t)i;
    return wide.atoms;
}

const struct model_class *wide_lease_class(const struct wide_lease *what)
{
    wide = *what;
    class = *lease_class();
    class.name = "wide_lease";
    class.model_new = wide_new;
    class.enabled = wide_enabled;
    class.speed.atoms = wide.atoms > 0 ? wide_atoms : NULL;
    class.speed.walk = NULL; /* which knows only the moves that there are */
    class.speed.expand = NULL;
    return &class;
}
