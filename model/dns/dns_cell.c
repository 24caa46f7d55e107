/* SPDX-License-Identifier: Apache-2.0 */
#include "model/dns/dns_cell.h"

#include <string.h>

#define SLOTS_FIRST 64
#define BLOCK_WORDS ((size_t)1 << 15)

/* --- zones of the cell that is being made --- */

static size_t slot_at(const struct dns_maker *maker, uint64_t key)
{
    return (size_t)(key * RNG_GAMMA >> maker->slot_shift);
}

static bool slots_reset(struct cell_sweep *sweep, struct dns_maker *maker, size_t slot_count)
{
    if (slot_count > maker->slot_capacity) {
        budget_free(sweep->job.budget, maker->slots, maker->slot_capacity, sizeof *maker->slots);
        maker->slots = budget_new(sweep->job.budget, slot_count, sizeof *maker->slots);
        maker->slot_capacity = maker->slots != NULL ? slot_count : 0;
        if (maker->slots == NULL)
            return false;
    } else {
        memset(maker->slots, 0, slot_count * sizeof *maker->slots);
    }
    maker->slot_count = slot_count;
    maker->slot_shift = 64 - (uint32_t)__builtin_ctzll(slot_count);
    return true;
}

static bool slots_grow(struct cell_sweep *sweep, struct dns_maker *maker, size_t stride)
{
    if (!slots_reset(sweep, maker, 2 * maker->slot_count))
        return false;
    const size_t mask = maker->slot_count - 1;
    for (size_t i = 0; i < maker->count; i++) {
        size_t at = slot_at(maker, maker->zones[i * stride]);
        while (maker->slots[at] != 0)
            at = (at + 1) & mask;
        maker->slots[at] = (uint32_t)i + 1;
    }
    return true;
}

static bool zones_grow(struct cell_sweep *sweep, struct dns_maker *maker, size_t stride)
{
    const size_t capacity = maker->capacity + maker->capacity / 2 + 64;
    uint64_t *zones =
        budget_resize(sweep->job.budget, maker->zones, maker->capacity, capacity, stride * sizeof *zones);
    if (zones == NULL)
        return false;
    maker->zones = zones;
    maker->capacity = capacity;
    return true;
}

/* A new zone without states, at the end; the place for what does not matter any more when the memory is used
 * up. */
static uint64_t *zone_add(struct cell_sweep *sweep, struct dns_maker *maker, uint64_t key, size_t slot,
                          uint32_t words)
{
    const size_t stride = 1 + words;
    if (maker->count == maker->capacity && !zones_grow(sweep, maker, stride)) {
        maker->failed = true;
        return maker->discard + 1;
    }
    uint64_t *zone = maker->zones + maker->count * stride;
    zone[0] = key;
    for (uint32_t w = 0; w < words; w++)
        zone[1 + w] = VECTOR_ALL_NONE;
    maker->slots[slot] = (uint32_t)++maker->count;
    if (2 * maker->count > maker->slot_count && !slots_grow(sweep, maker, stride)) {
        maker->failed = true;
        return maker->discard + 1;
    }
    return zone + 1;
}

/* The vector of a zone, which is made when it is not there. Valid until the next call. */
static inline uint64_t *zone_vector(struct cell_sweep *sweep, struct dns_maker *maker, uint64_t key,
                                    uint32_t words)
{
    if (maker->failed)
        return maker->discard + 1;
    const size_t mask = maker->slot_count - 1;
    size_t slot = slot_at(maker, key);
    for (; maker->slots[slot] != 0; slot = (slot + 1) & mask) {
        uint64_t *zone = maker->zones + (maker->slots[slot] - 1) * (size_t)(1 + words);
        if (zone[0] == key)
            return zone + 1;
    }
    return zone_add(sweep, maker, key, slot, words);
}

static inline void merge(uint64_t *vector, const uint64_t *other, uint32_t words)
{
    for (uint32_t w = 0; w < words; w++)
        vector[w] = vector_min(vector[w], other[w]);
}

/* --- the moves, as a cell takes them in --- */

/* The sets of fresh deployers with deployer d, as bytes of 127 in a vector's word. */
static uint64_t word_with(uint32_t deployer, uint32_t word)
{
    static const uint64_t low[3] = {UINT64_C(0x7f007f007f007f00), UINT64_C(0x7f7f00007f7f0000),
                                    UINT64_C(0x7f7f7f7f00000000)};
    if (deployer < 3)
        return low[deployer];
    return (word >> (deployer - 3) & 1) != 0 ? VECTOR_ALL_NONE : 0;
}

static inline void take_generate(struct cell_sweep *sweep, struct dns_maker *maker,
                                 const struct dns_cell *from, uint32_t words)
{
    const uint64_t *zone = from->zones;
    for (size_t i = 0; i < from->count; i++, zone += 1 + words)
        merge(zone_vector(sweep, maker, zone[0], words), zone + 1, words);
}

/* An apply by one deployer: its position in both cells, and the last of those that have its counter in the
 * new one. */
struct apply_job {
    const struct dns_cell *from;
    uint32_t deployer, group_last;
    uint32_t plan;
    uint64_t holds[VECTOR_WORDS_MAX]; /* 127: the set has the deployer */
    uint64_t ones[VECTOR_WORDS_MAX]; /* 1: the set can be reached by queries after the apply, whichever of the
                                        group it was, */
    uint64_t steps[VECTOR_WORDS_MAX]; /* by so many; 127: not */
};

static void plan_apply(struct apply_job *job, uint32_t words, uint32_t deployers)
{
    for (uint32_t w = 0; w < words; w++) {
        job->holds[w] = word_with(job->deployer, w);
        job->ones[w] = 0;
        job->steps[w] = VECTOR_ALL_NONE;
    }
    const uint32_t group = ((2U << job->group_last) - 1) & ~((1U << job->deployer) - 1);
    for (uint32_t f = 0; f < 1U << deployers; f++) {
        if ((f & group) == 0)
            continue;
        const uint32_t shift = 8 * (f % 8), steps = (uint32_t)__builtin_popcount(f) - 1;
        job->ones[f / 8] |= UINT64_C(1) << shift;
        job->steps[f / 8] ^= (uint64_t)(VECTOR_NONE ^ steps) << shift;
    }
}

/* The apply that reject-stale makes of one of an old plan: the zone and the views stay as they are. Deployers
 * with equal counters may have been any of each other. */
static void take_stale(struct cell_sweep *sweep, struct dns_maker *maker, const struct apply_job *job,
                       const uint64_t *zone, uint32_t words)
{
    uint8_t from[8 * VECTOR_WORDS_MAX], to[8 * VECTOR_WORDS_MAX];
    uint64_t vector[VECTOR_WORDS_MAX];
    memset(from, VECTOR_NONE, sizeof from);
    memset(to, VECTOR_NONE, sizeof to);
    for (uint32_t f = 0; f < 1U << sweep->deployers; f++) {
        if ((f >> job->deployer & 1) != 0)
            from[f] = (uint8_t)(zone[1 + f / 8] >> (8 * (f % 8)));
    }
    for (uint32_t f = 0; f < 1U << sweep->deployers; f++) {
        for (uint32_t other = job->deployer; other <= job->group_last; other++) {
            const uint32_t differ = (f >> job->deployer ^ f >> other) & 1;
            const uint32_t swapped =
                f ^ (differ << job->deployer) ^ (other == job->deployer ? 0 : differ << other);
            to[f] = from[swapped] < to[f] ? from[swapped] : to[f];
        }
    }
    for (uint32_t w = 0; w < words; w++) {
        vector[w] = 0;
        for (uint32_t b = 0; b < 8; b++)
            vector[w] |= (uint64_t)to[8 * w + b] << (8 * b);
    }
    merge(zone_vector(sweep, maker, zone[0], words), vector, words);
}

static inline void take_apply(struct cell_sweep *sweep, struct dns_maker *maker, const struct apply_job *job,
                              uint32_t words)
{
    const uint32_t plans = sweep->plans, width = sweep->width, field = (1U << width) - 1;
    const uint64_t present_mask = sweep->present_mask;
    const uint64_t added = UINT64_C(1) << job->plan | (uint64_t)job->plan << plans;
    const bool reject_stale = (sweep->model->guards & DNS_GUARD_REJECT_STALE) != 0;
    const uint64_t *zone = job->from->zones;
    for (size_t i = 0; i < job->from->count; i++, zone += 1 + words) {
        uint64_t least = VECTOR_ALL_NONE;
        for (uint32_t w = 0; w < words; w++)
            least = vector_min(least, zone[1 + w] | (job->holds[w] ^ VECTOR_ALL_NONE));
        const uint64_t excess = vector_least(least);
        if (excess == VECTOR_NONE)
            continue;
        const uint64_t key = zone[0];
        const uint32_t root = (uint32_t)(key >> plans) & field;
        if (reject_stale && root != plans && job->plan < root) {
            take_stale(sweep, maker, job, zone, words);
            continue;
        }
        const uint64_t new_key = (key & present_mask) | added | (uint64_t)root << (plans + width);
        uint64_t *vector = zone_vector(sweep, maker, new_key, words);
        for (uint32_t w = 0; w < words; w++)
            vector[w] = vector_min(vector[w], job->steps[w] + job->ones[w] * excess);
    }
}

/* The plans that the two names point to, as bits. */
static inline uint64_t live_plans(const struct cell_sweep *sweep, uint64_t key)
{
    const uint32_t field = (1U << sweep->width) - 1;
    const uint32_t root = (uint32_t)(key >> sweep->plans) & field;
    const uint32_t rollback = (uint32_t)(key >> (sweep->plans + sweep->width)) & field;
    return (UINT64_C(1) << root | UINT64_C(1) << rollback) & sweep->present_mask;
}

/* The gc of a deployer with this counter, in all zones of the cell. The plans that a larger counter deletes
 * hold those of a smaller one, so that taking the counters in ascending order settles the cell: what one gc
 * makes, only a later one can change. */
static inline void take_gc(struct cell_sweep *sweep, struct dns_maker *maker, uint64_t old, uint32_t words)
{
    const bool protect_live = (sweep->model->guards & DNS_GUARD_PROTECT_LIVE) != 0;
    const size_t stride = 1 + words;
    for (size_t i = 0; i < maker->count; i++) {
        const uint64_t key = maker->zones[i * stride];
        const uint64_t gone = key & old & ~(protect_live ? live_plans(sweep, key) : 0);
        if (gone == 0)
            continue;
        uint64_t more[VECTOR_WORDS_MAX];
        for (uint32_t w = 0; w < words; w++)
            more[w] = vector_increment(maker->zones[i * stride + 1 + w]);
        merge(zone_vector(sweep, maker, key & ~gone, words), more, words);
    }
}

static uint64_t old_plans(const struct cell_sweep *sweep, uint32_t next)
{
    const uint32_t age = sweep->model->max_plan_age;
    return next > age ? (UINT64_C(1) << (next - age)) - 1 : 0;
}

/* --- counting a finished cell --- */

struct cell_counts {
    uint64_t published;
    uint64_t generates;                 /* 1: another plan can be published */
    uint64_t gc_old[DNS_DEPLOYERS_MAX]; /* the plans that each deployer may delete */
    uint32_t appliers;                  /* so many deployers, from 0 on, have a plan to apply */
    uint64_t arrangements;              /* states that each counted state stands for */
    uint8_t counted[VECTOR_WORDS_MAX];  /* bit b of word w: the set 8 w + b is counted */
    uint64_t largest[VECTOR_WORDS_MAX]; /* excess distance by set, 0 where there is no state */
    uint64_t least[2];                  /* by invariant, of the states that violate it; any set's byte */
    uint64_t least_all;                 /* of all states */
    uint64_t states, transitions;
    uint64_t bounded;
    uint64_t overflow;
};

static void prepare_counts(const struct cell_sweep *sweep, uint64_t cell_key, struct cell_counts *counts)
{
    const uint32_t deployers = sweep->deployers;
    memset(counts, 0, sizeof *counts);
    counts->published = dns_cell_published(sweep, cell_key);
    counts->generates = counts->published < sweep->plans;
    counts->least[0] = counts->least[1] = counts->least_all = VECTOR_ALL_NONE;
    counts->arrangements = 1;
    uint32_t ties = 0; /* bit d: deployers d and d + 1 have equal counters */
    uint64_t run = 1;
    for (uint32_t d = 0; d < deployers; d++) {
        const uint32_t next = dns_cell_next(cell_key, d);
        counts->gc_old[d] = old_plans(sweep, next);
        counts->appliers += next < counts->published;
        if (d + 1 < deployers && dns_cell_next(cell_key, d + 1) == next)
            ties |= 1U << d;
        /* The multinomial of the runs of equal counters, step by step: each quotient is whole. */
        run = d > 0 && (ties >> (d - 1) & 1) != 0 ? run + 1 : 1;
        counts->arrangements = counts->arrangements * (d + 1) / run;
    }
    if (sweep->job.symmetry) {
        counts->arrangements = 1;
    } else {
        ties = 0;
    }
    /* Of sets that differ only among deployers alike, the one with the later deployers fresh is counted. */
    for (uint32_t f = 0; f < 1U << deployers; f++) {
        if ((f & ~(f >> 1) & ties) == 0)
            counts->counted[f / 8] |= (uint8_t)(1U << (f % 8));
    }
}

/* Counts one zone, after leaving out what is beyond the bound; false when nothing is left of it. */
static inline bool count_zone(const struct cell_sweep *sweep, struct cell_counts *counts, uint64_t *zone,
                              uint32_t words)
{
    const uint64_t key = zone[0];
    const uint64_t pruned = VECTOR_LOW * (sweep->limit < VECTOR_NONE - 1 ? sweep->limit + 1 : VECTOR_NONE);
    const uint64_t unexpanded = VECTOR_LOW * (sweep->limit < VECTOR_NONE ? sweep->limit : VECTOR_NONE);
    const uint64_t there = (key & sweep->present_mask) | UINT64_C(1) << sweep->plans;
    const uint32_t field = (1U << sweep->width) - 1;
    const bool no_root = (there >> (key >> sweep->plans & field) & 1) == 0;
    const bool no_rollback = (there >> (key >> (sweep->plans + sweep->width)) & 1) == 0;
    uint64_t others = counts->generates; /* moves whatever is fresh */
    const bool protect_live = (sweep->model->guards & DNS_GUARD_PROTECT_LIVE) != 0;
    const uint64_t deletable = key & ~(protect_live ? live_plans(sweep, key) : 0);
    for (uint32_t d = 0; d < sweep->deployers; d++)
        others += (deletable & counts->gc_old[d]) != 0;
    uint64_t any = 0;
    for (uint32_t w = 0; w < words; w++) {
        zone[1 + w] |= vector_mask(vector_at_least(zone[1 + w], pruned));
        const uint64_t vector = zone[1 + w], reached = vector_reached(vector);
        const uint64_t expanded = ~vector_at_least(vector, unexpanded) & VECTOR_HIGH;
        any |= reached;
        counts->overflow |= reached & vector_at_least(vector, VECTOR_LOW * (DNS_EXCESS_MAX + 1));
        counts->bounded |= reached & ~expanded;
        counts->largest[w] = vector_max(counts->largest[w], vector & vector_mask(reached));
        counts->least_all = vector_min(counts->least_all, vector);
        if (no_root)
            counts->least[0] = vector_min(counts->least[0], vector);
        if (no_rollback)
            counts->least[1] = vector_min(counts->least[1], vector);
        counts->states += sweep->sets_of[vector_bits(reached) & counts->counted[w]];
        const uint32_t sets = vector_bits(expanded) & counts->counted[w];
        const uint32_t first = counts->appliers < 3 ? counts->appliers : 3;
        /* Of the deployers from 3 on, those that are fresh cannot query, and may apply. */
        const uint32_t later = ((1U << counts->appliers) - 1) >> 3 & w;
        /* The whole sum below is not negative, although this part of it may be. */
        const uint64_t each =
            others + (uint32_t)__builtin_popcount(later) - (words > 1 ? (uint32_t)__builtin_popcount(w) : 0);
        counts->transitions += sweep->moves_of[first][sets] + sweep->sets_of[sets] * each;
    }
    return any != 0;
}

static void tally_cell(const struct cell_sweep *sweep, struct sweep_tally *tally,
                       const struct cell_counts *counts, uint32_t progress)
{
    if (counts->states == 0)
        return;
    uint64_t largest = 0;
    for (uint32_t w = 0; w < sweep->words; w++)
        largest = vector_max(largest, counts->largest[w]);
    struct sweep_tally part = sweep_tally_none();
    part.states = counts->states * counts->arrangements;
    part.transitions = counts->transitions * counts->arrangements;
    part.bounded = counts->bounded != 0;
    /* The largest byte is what is least below 127. */
    part.diameter = progress + VECTOR_NONE - vector_least(VECTOR_ALL_NONE - largest);
    for (uint32_t p = 0; p < 2; p++) {
        const uint32_t least = vector_least(counts->least[p]);
        if (least != VECTOR_NONE && (sweep->job.properties >> (DNS_NO_INCONSISTENT_ROOT + p) & 1) != 0)
            part.shortest[DNS_NO_INCONSISTENT_ROOT + p] = progress + least;
    }
    if (counts->published >= 3 && (sweep->job.properties >> DNS_PLANS3 & 1) != 0)
        part.shortest[DNS_PLANS3] = progress + vector_least(counts->least_all);
    sweep_tally_add(tally, &part);
}

/* --- a whole cell --- */

uint64_t *dns_maker_room(struct cell_sweep *sweep, struct dns_maker *maker, uint32_t parity, size_t words)
{
    struct dns_block **head = &maker->blocks[parity];
    if (*head == NULL || (*head)->size - (*head)->used < words) {
        struct dns_block *block = maker->spare;
        if (block != NULL && block->size >= words) {
            maker->spare = block->next;
        } else {
            const size_t size = words > BLOCK_WORDS ? words : BLOCK_WORDS;
            block = budget_new(sweep->job.budget, 1, sizeof *block + size * sizeof *block->words);
            if (block == NULL)
                return NULL;
            block->size = size;
        }
        block->used = 0;
        block->next = *head;
        *head = block;
    }
    uint64_t *room = (*head)->words + (*head)->used;
    (*head)->used += words;
    return room;
}

/* The one zone of the initial cell: nothing is present, both names point to the placeholder, all views are
 * fresh. */
static void take_initial(struct cell_sweep *sweep, struct dns_maker *maker, uint32_t words)
{
    const uint64_t init = sweep->plans;
    uint64_t *vector =
        zone_vector(sweep, maker, init << sweep->plans | init << (sweep->plans + sweep->width), words);
    const uint32_t all = (1U << sweep->deployers) - 1;
    vector[all / 8] &= ~(UINT64_C(0xff) << (8 * (all % 8)));
}

static inline void take_applies(struct cell_sweep *sweep, struct dns_maker *maker, uint64_t key,
                                uint32_t words)
{
    for (uint32_t d = 0; d < sweep->deployers; d++) {
        const uint32_t next = dns_cell_next(key, d);
        if (next == 0 || (d > 0 && dns_cell_next(key, d - 1) == next))
            continue;
        struct apply_job job = {.deployer = d, .group_last = d, .plan = next - 1};
        job.from = dns_cell_find(&sweep->current, key - (UINT64_C(1) << (DNS_FIELD_BITS * d)));
        if (job.from == NULL)
            continue;
        while (job.group_last + 1 < sweep->deployers && dns_cell_next(key, job.group_last + 1) == next)
            job.group_last++;
        plan_apply(&job, words, sweep->deployers);
        take_apply(sweep, maker, &job, words);
    }
}

/* Counts the zones and moves those that are left into the maker's blocks. */
static inline enum status finish_cell(struct cell_sweep *sweep, struct dns_maker *maker,
                                      struct dns_cell *cell, uint32_t words)
{
    const size_t stride = 1 + words;
    struct cell_counts counts;
    uint64_t *zones = dns_maker_room(sweep, maker, !sweep->parity, maker->count * stride);
    if (zones == NULL)
        return ERR_MEMORY;
    prepare_counts(sweep, cell->key, &counts);
    cell->zones = zones;
    cell->count = 0;
    for (size_t i = 0; i < maker->count; i++) {
        uint64_t *zone = maker->zones + i * stride;
        if (!count_zone(sweep, &counts, zone, words))
            continue;
        for (size_t w = 0; w < stride; w++)
            *zones++ = zone[w];
        cell->count++;
    }
    tally_cell(sweep, &maker->tally, &counts, sweep->started ? sweep->layer + 1 : 0);
    return counts.overflow == 0 ? OK : ERR_INTERNAL;
}

static inline enum status make_cell(struct cell_sweep *sweep, struct dns_maker *maker, struct dns_cell *cell,
                                    uint32_t words)
{
    maker->count = 0;
    maker->failed = !slots_reset(sweep, maker, SLOTS_FIRST);
    if (!sweep->started)
        take_initial(sweep, maker, words);
    const struct dns_cell *generated = dns_cell_find(&sweep->current, cell->key - dns_generate_unit(sweep));
    if (generated != NULL)
        take_generate(sweep, maker, generated, words);
    take_applies(sweep, maker, cell->key, words);
    uint64_t last_old = 0;
    for (uint32_t d = 0; d < sweep->deployers && !maker->failed; d++) {
        const uint64_t old = old_plans(sweep, dns_cell_next(cell->key, d));
        if (old != last_old)
            take_gc(sweep, maker, old, words);
        last_old = old;
    }
    return maker->failed ? ERR_MEMORY : finish_cell(sweep, maker, cell, words);
}

/* The variants for a few deployers have all loops over words unrolled. */
enum status dns_cell_make(struct cell_sweep *sweep, struct dns_maker *maker, struct dns_cell *cell)
{
    switch (sweep->words) {
    case 1:
        return make_cell(sweep, maker, cell, 1);
    case 2:
        return make_cell(sweep, maker, cell, 2);
    default:
        return make_cell(sweep, maker, cell, sweep->words);
    }
}
