/* SPDX-License-Identifier: Apache-2.0 */
#include "search/fingerprints.h"

#include <assert.h>

#include "base/memory.h"

#define SLOTS_FIRST 16

void fingerprints_init(struct fingerprints *set, struct budget *budget)
{
    *set = (struct fingerprints){.budget = budget};
}

void fingerprints_release(struct fingerprints *set)
{
    budget_free(set->budget, set->slots, set->slot_count, sizeof *set->slots);
    fingerprints_init(set, set->budget);
}

static bool grow(struct fingerprints *set, size_t slot_count)
{
    struct fingerprints grown = {.budget = set->budget, .slot_count = slot_count, .has_zero = set->has_zero};
    assert(slot_count > set->slot_count);
    grown.slots = budget_new(set->budget, slot_count, sizeof *grown.slots);
    if (grown.slots == NULL)
        return false;
    for (size_t i = 0; i < set->slot_count; i++) {
        if (set->slots[i] != 0)
            (void)fingerprints_insert(&grown, set->slots[i]);
    }
    grown.count = set->count;
    budget_free(set->budget, set->slots, set->slot_count, sizeof *set->slots);
    *set = grown;
    return true;
}

bool fingerprints_reserve(struct fingerprints *set, size_t more)
{
    const size_t want = set->count + more;
    size_t slot_count = set->slot_count == 0 ? SLOTS_FIRST : set->slot_count;
    while (5 * want > 4 * slot_count)
        slot_count += slot_count / 4;
    return slot_count == set->slot_count || grow(set, slot_count);
}

double fingerprints_missed_chance(uint64_t states, size_t words)
{
    const double n = (double)states, all = 18446744073709551616.0; /* 2^64 */
    const double chance = words == 1 ? 0 : n * (n + 1) / 2 / all;
    return chance < 1 ? chance : 1;
}
