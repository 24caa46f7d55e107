/* SPDX-License-Identifier: Apache-2.0 */
#include "mbt/conform_coverage.h"

#include <assert.h>
#include <stdalign.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/rng.h"

#define SIZE_FIRST 1024

/* --- counts by key --- */

void key_counts_release(struct key_counts *counts)
{
    mem_free(counts->keys);
    mem_free(counts->counts);
    *counts = (struct key_counts){.size = 0};
}

/* The key's place, or the free one where it belongs. */
static size_t place_of(const struct key_counts *counts, uint64_t key)
{
    size_t at = rng_mix(key) & (counts->size - 1);
    while (counts->keys[at] != 0 && counts->keys[at] != key)
        at = (at + 1) & (counts->size - 1);
    return at;
}

static enum status grow(struct key_counts *counts)
{
    struct key_counts larger = {.size = counts->size == 0 ? SIZE_FIRST : 2 * counts->size,
                                .used = counts->used};
    larger.keys = mem_new(larger.size, sizeof *larger.keys);
    larger.counts = mem_new(larger.size, sizeof *larger.counts);
    if (larger.keys == NULL || larger.counts == NULL) {
        key_counts_release(&larger);
        return ERR_MEMORY;
    }
    for (size_t i = 0; i < counts->size; i++) {
        if (counts->keys[i] == 0)
            continue;
        const size_t at = place_of(&larger, counts->keys[i]);
        larger.keys[at] = counts->keys[i];
        larger.counts[at] = counts->counts[i];
    }
    key_counts_release(counts);
    *counts = larger;
    return OK;
}

/* The key's count, made when it is not there; NULL when there is no memory. */
static uint32_t *count_of(struct key_counts *counts, uint64_t key)
{
    assert(key != 0);
    if (2 * (counts->used + 1) > counts->size && grow(counts) != OK)
        return NULL;
    const size_t at = place_of(counts, key);
    counts->used += counts->keys[at] == 0;
    counts->keys[at] = key;
    return &counts->counts[at];
}

enum status key_counts_add(struct key_counts *counts, uint64_t key, uint32_t number)
{
    uint32_t *count = count_of(counts, key);
    if (count != NULL)
        *count = *count > UINT32_MAX - number ? UINT32_MAX : *count + number;
    return count != NULL ? OK : ERR_MEMORY;
}

enum status key_counts_set(struct key_counts *counts, uint64_t key, uint32_t number)
{
    uint32_t *count = count_of(counts, key);
    if (count != NULL)
        *count = number;
    return count != NULL ? OK : ERR_MEMORY;
}

uint32_t key_counts_get(const struct key_counts *counts, uint64_t key)
{
    return counts->size == 0 ? 0 : counts->counts[place_of(counts, key)];
}

/* --- coverage --- */

void conform_coverage_release(struct conform_coverage *coverage)
{
    key_counts_release(&coverage->states);
    key_counts_release(&coverage->ways);
}

uint64_t conform_state_key(const struct model *model, const void *state)
{
    alignas(max_align_t) char canonical[STATE_SIZE_MAX];
    uint64_t words[PACKED_WORDS_MAX], key = 1;
    memcpy(canonical, state, model->state_size);
    if (model_has_symmetry(model))
        model->class->speed.canonical(model, canonical);
    model_pack(model, canonical, words);
    for (size_t i = 0; i < model->packed_words; i++)
        key = rng_mix(key ^ words[i]) + RNG_GAMMA;
    return key != 0 ? key : 1;
}

static uint64_t way_key(uint64_t state, uint32_t move)
{
    const uint64_t key = rng_mix(state ^ rng_mix(move + UINT64_C(1)));
    return key != 0 ? key : 1;
}

/* The outcome's row, made when it is new; the last row takes what there is no room for. */
static struct conform_outcome *find_outcome(struct conform_coverage *coverage,
                                            const struct conform_outcome *wanted)
{
    size_t i = 0;
    for (; i < coverage->outcome_count; i++) {
        const struct conform_outcome *row = &coverage->outcomes[i];
        if (row->kind == wanted->kind && row->action == wanted->action && row->known == wanted->known &&
            strcmp(row->branch, wanted->branch) == 0)
            return &coverage->outcomes[i];
    }
    if (i == CONFORM_OUTCOMES_MAX)
        return &coverage->outcomes[i - 1];
    coverage->outcomes[i] = *wanted;
    coverage->outcomes[i].count = 0;
    coverage->outcome_count++;
    return &coverage->outcomes[i];
}

enum status conform_coverage_add(struct conform_coverage *coverage, const struct model *model,
                                 enum lockstep_kind kind, uint32_t move, uint64_t before, const void *state,
                                 const struct system_step *step)
{
    struct conform_outcome wanted = {.kind = kind, .action = move_action(move), .known = step->difference};
    memcpy(wanted.branch, step->branch, sizeof wanted.branch);
    struct conform_outcome *outcome = find_outcome(coverage, &wanted);
    outcome->count++;
    coverage->steps += kind == LOCKSTEP_STEP;
    coverage->attempts += kind == LOCKSTEP_ATTEMPT;
    coverage->looks += kind == LOCKSTEP_LOOK;
    enum status status = OK;
    if (kind != LOCKSTEP_LOOK)
        status = key_counts_set(&coverage->ways, way_key(before, move),
                                (uint32_t)(outcome - coverage->outcomes) + 1);
    if (kind == LOCKSTEP_STEP && status == OK)
        status = key_counts_add(&coverage->states, conform_state_key(model, state), 1);
    return status;
}

uint64_t conform_coverage_outcome(const struct conform_coverage *coverage, uint64_t state, uint32_t move)
{
    const uint32_t row = key_counts_get(&coverage->ways, way_key(state, move));
    return row == 0 ? 0 : coverage->outcomes[row - 1].count;
}

enum status conform_coverage_merge(struct conform_coverage *sum, const struct conform_coverage *part)
{
    for (size_t i = 0; i < part->outcome_count; i++)
        find_outcome(sum, &part->outcomes[i])->count += part->outcomes[i].count;
    sum->steps += part->steps;
    sum->attempts += part->attempts;
    sum->looks += part->looks;
    for (size_t i = 0; i < part->states.size; i++) {
        if (part->states.keys[i] != 0 &&
            key_counts_add(&sum->states, part->states.keys[i], part->states.counts[i]) != OK)
            return ERR_MEMORY;
    }
    return OK;
}

static int compare_outcomes(const void *a, const void *b)
{
    const struct conform_outcome *x = a, *y = b;
    if (x->kind != y->kind)
        return x->kind < y->kind ? -1 : 1;
    if (x->action != y->action)
        return x->action < y->action ? -1 : 1;
    const int order = strcmp(x->branch, y->branch);
    if (order != 0)
        return order;
    return strcmp(x->known != NULL ? x->known->name : "", y->known != NULL ? y->known->name : "");
}

void conform_coverage_sort(struct conform_coverage *coverage)
{
    qsort(coverage->outcomes, coverage->outcome_count, sizeof *coverage->outcomes, compare_outcomes);
    key_counts_release(&coverage->ways);
}
