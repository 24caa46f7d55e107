/* SPDX-License-Identifier: Apache-2.0 */
/* The facts of a control state for a novelty search: one atom for each of
 *
 *   published = P
 *   the deployer of rank r has counter n         (rank: its place in the state, which a search keeps sorted)
 *   the deployer of rank r is fresh, or is not
 *   root = i, rollback = i                       (or the placeholder)
 *   the oldest plan in the zone is i             (or there is none)
 *   the lock's epoch is e, the view of rank r holds epoch 5 or does not   (in a model that watches epoch5)
 *
 * Pairs of them are some (D + 3)^2 N^2 / 2 in number. Which plans are in the zone is told by the oldest
 * alone: the others follow from the counters and the names in all states that matter, and an atom for each
 * plan made a search of 200 plans 20 times slower without a change in what it found. */
#include "model/dns/dns_state.h"

#include <assert.h>

/* Appends the atom "value" of a fact with that many values, and moves on to the next fact. */
struct atom_list {
    uint32_t *atoms;
    size_t count;
    uint32_t base;
};

static void add_atom(struct atom_list *list, uint32_t value, uint32_t values)
{
    assert(value < values && list->count < ATOMS_MAX);
    list->atoms[list->count++] = list->base + value;
    list->base += values;
}

static uint32_t oldest_plan(const struct dns_state *state, uint32_t plans)
{
    for (uint32_t w = 0; w < DNS_PRESENT_WORDS; w++) {
        if (state->present[w] != 0)
            return 64 * w + (uint32_t)__builtin_ctzll(state->present[w]);
    }
    return plans;
}

size_t dns_atoms(const struct model *model, const void *state, uint32_t *atoms)
{
    const struct dns_model *m = dns_model_of(model);
    const struct dns_state *s = state;
    const uint32_t counts = m->plans + 1; /* values of a counter, and of a plan or none */
    struct atom_list list = {.atoms = atoms};
    add_atom(&list, s->published, counts);
    for (uint32_t d = 0; d < m->deployers; d++)
        add_atom(&list, dns_next(s, d), counts);
    for (uint32_t d = 0; d < m->deployers; d++)
        add_atom(&list, s->fresh >> d & 1, 2);
    add_atom(&list, s->root == DNS_PLAN_INIT ? m->plans : s->root, counts);
    add_atom(&list, s->rollback == DNS_PLAN_INIT ? m->plans : s->rollback, counts);
    add_atom(&list, oldest_plan(s, m->plans), counts);
    if (m->tracks_epoch) {
        add_atom(&list, s->epoch, DNS_EPOCH_CAP + 1);
        for (uint32_t d = 0; d < m->deployers; d++)
            add_atom(&list, s->view5 >> d & 1, 2);
    }
    assert(list.base == model->atom_count);
    return list.count;
}

size_t dns_atom_count(const struct dns_model *model)
{
    const size_t counts = model->plans + 1;
    const size_t epoch = model->tracks_epoch ? DNS_EPOCH_CAP + 1 + 2 * (size_t)model->deployers : 0;
    return (4 + model->deployers) * counts + 2 * (size_t)model->deployers + epoch;
}
