/* SPDX-License-Identifier: Apache-2.0 */
#include "model/dns/dns_walk_kernels.h"

#include <assert.h>

/* One walk at a time, for any instance: what does not fit the lanes of model/dns/dns_walk_lanes.h comes here.
 *
 * The walk's state has another layout than struct dns_state, so that a step needs few instructions:
 *
 *   next    byte d: deployer d's counter, compared with one number for all deployers at once
 *   fresh   bit 8d+7: deployer d's view is fresh
 *   present bit i+1: plan i is in the zone; bit 0, the placeholder, is always set
 *   root, rollback   plan index + 1, 0 for the placeholder: a bit's number in present
 *
 * Flags at the top bit of each byte come straight out of the byte-wise comparisons below. */
#define HIGH_BITS UINT64_C(0x8080808080808080)
#define LOW_BITS  UINT64_C(0x0101010101010101)
#define WORDS_MAX DNS_PRESENT_WORDS

struct walk_state {
    uint64_t next;
    uint64_t fresh;
    uint64_t present[WORDS_MAX];
    uint32_t published;
    uint32_t root, rollback;
    uint32_t epoch;
};

/* What a step needs of the model, and which of its cases exist: the constant arguments of the inlined body.
 */
struct walk_shape {
    uint32_t words; /* of present that are in use */
    bool wide;      /* counters may exceed 127 */
    bool guarded;   /* any guard is on */
};

struct walk_counts {
    uint32_t steps, queries, gcs;
};

/* The high bit of every byte of x that is at least n (0..255). Without wide, the bytes of x and n are below
 * 128: then the high bit of (128 + x - n) says it, and no borrow crosses bytes. */
static inline uint64_t bytes_at_least(uint64_t x, uint32_t n, bool wide)
{
    const uint64_t y = LOW_BITS * n;
    if (!wide)
        return ((x | HIGH_BITS) - y) & HIGH_BITS;
    const uint64_t low = (x | HIGH_BITS) - (y & ~HIGH_BITS);
    return ((x & ~y) | (~(x ^ y) & low)) & HIGH_BITS;
}

static inline bool bit_of(const uint64_t *words, uint32_t bit, uint32_t count)
{
    return count == 1 ? (words[0] >> bit & 1) != 0 : (words[bit / 64] >> (bit % 64) & 1) != 0;
}

static inline void set_bit(uint64_t *words, uint32_t bit, uint32_t count)
{
    if (count == 1)
        words[0] |= UINT64_C(1) << bit;
    else
        words[bit / 64] |= UINT64_C(1) << (bit % 64);
}

/* The plans that a clean-up may not touch, as bits of present: the placeholder, and what protect-live adds.
 */
static inline void kept_plans(const struct walk_state *s, uint32_t guards, struct walk_shape shape,
                              uint64_t kept[WORDS_MAX])
{
    for (uint32_t w = 0; w < shape.words; w++)
        kept[w] = 0;
    kept[0] = 1;
    if (shape.guarded && (guards & DNS_GUARD_PROTECT_LIVE) != 0) {
        set_bit(kept, s->root, shape.words);
        set_bit(kept, s->rollback, shape.words);
    }
}

/* The flags of the deployers for whom a clean-up finds something: those whose counter exceeds the oldest plan
 * in the zone by more than MAX_PLAN_AGE. */
static inline uint64_t gc_flags(const struct dns_model *m, const struct walk_state *s,
                                struct walk_shape shape)
{
    uint64_t kept[WORDS_MAX];
    kept_plans(s, m->guards, shape, kept);
    uint32_t oldest = 256; /* plan index + 1 */
    for (uint32_t w = 0; w < shape.words; w++) {
        const uint64_t there = s->present[w] & ~kept[w];
        if (there != 0) {
            oldest = 64 * w + (uint32_t)__builtin_ctzll(there);
            break;
        }
    }
    const uint32_t needed = oldest + m->max_plan_age; /* next > oldest - 1 + MAX_PLAN_AGE */
    return needed > (shape.wide ? 254 : 127) ? 0 : bytes_at_least(s->next, needed, shape.wide);
}

static inline void collect(const struct dns_model *m, struct walk_state *s, uint32_t deployer,
                           struct walk_shape shape)
{
    uint64_t kept[WORDS_MAX];
    kept_plans(s, m->guards, shape, kept);
    /* Plan i goes when i + MAX_PLAN_AGE < next: bits 1 to next - MAX_PLAN_AGE. */
    const uint32_t last = ((uint32_t)(s->next >> (8 * deployer)) & 0xff) - m->max_plan_age;
    if (shape.words == 1) {
        s->present[0] &= kept[0] | ~((UINT64_C(2) << last) - 1);
        return;
    }
    for (uint32_t w = 0; w < shape.words; w++) {
        const uint32_t from = 64 * w;
        const uint64_t old = last < from         ? 0
                             : last - from >= 63 ? UINT64_MAX
                                                 : (UINT64_C(2) << (last - from)) - 1;
        s->present[w] &= kept[w] | ~old;
    }
}

static inline void install(const struct dns_model *m, struct walk_state *s, uint32_t deployer,
                           struct walk_shape shape)
{
    const uint32_t plan = ((uint32_t)(s->next >> (8 * deployer)) & 0xff) + 1;
    s->next += UINT64_C(1) << (8 * deployer);
    if (shape.guarded && (m->guards & DNS_GUARD_REJECT_STALE) != 0 && plan < s->root)
        return;
    set_bit(s->present, plan, shape.words);
    s->rollback = s->root;
    s->root = plan;
    s->fresh = UINT64_C(0x80) << (8 * deployer);
    s->epoch++;
}

/* The properties that fail, or are witnessed, right after an apply or a clean-up. */
static inline uint32_t hit_after_change(const struct walk_state *s, struct walk_shape shape)
{
    uint32_t hit = 0;
    if (!bit_of(s->present, s->root, shape.words))
        hit |= UINT32_C(1) << DNS_NO_INCONSISTENT_ROOT;
    if (!bit_of(s->present, s->rollback, shape.words))
        hit |= UINT32_C(1) << DNS_NO_INCONSISTENT_ROLLBACK;
    /* The deployer that makes epoch 5 has it in its view at once, so that a walk meets epoch5 here first. */
    if (s->epoch == 5)
        hit |= UINT32_C(1) << DNS_EPOCH5;
    return hit;
}

/* The number of flags: their bytes are added up in the top one by a multiplication, which every processor
 * has. */
static inline uint32_t count_flags(uint64_t flags)
{
    return (uint32_t)((flags >> 7) * LOW_BITS >> 56);
}

/* The deployer of the nth flag that is set. */
static inline uint32_t nth_flag(uint64_t flags, uint32_t n)
{
    while (n-- > 0)
        flags &= flags - 1;
    return (uint32_t)__builtin_ctzll(flags) / 8;
}

/* One walk; returns the properties in which it ended. The slots that a draw chooses from stand in the order
 * of dns_enabled: query or apply by deployer, gc by deployer, one idle slot for each deployer, generate. */
static inline uint32_t walk_one(const struct dns_model *m, const struct walk_job *job, uint64_t sample,
                                struct walk_shape shape, struct walk_state *s, struct walk_counts *counts)
{
    const uint32_t deployers = m->deployers, shift = m->slot_shift;
    const uint64_t all = HIGH_BITS >> (64 - 8 * deployers);
    const uint32_t properties = job->properties;
    struct rng rng = rng_of_trace_seed(trace_seed_of(job->seed, sample));
    *s = (struct walk_state){.fresh = all, .present = {1}};
    *counts = (struct walk_counts){0};
    for (uint32_t step = 1; step <= job->max_steps; step++) {
        const uint64_t done = bytes_at_least(s->next, s->published, shape.wide);
        const uint64_t act =
            (~s->fresh | ~done) & all; /* a stale view queries; a fresh one applies if it can */
        const uint64_t gc = gc_flags(m, s, shape) & all;
        const uint32_t act_count = count_flags(act);
        const uint32_t gc_count = count_flags(gc);
        const uint32_t slots = act_count + gc_count + deployers;
        uint32_t slot = rng_scaled(&rng, (slots << shift) + m->generate_weight[s->published]) >> shift;
        uint32_t hit = 0;
        if (slot < act_count) {
            const uint32_t d = nth_flag(act, slot);
            if ((s->fresh >> (8 * d + 7) & 1) != 0) {
                install(m, s, d, shape);
                hit = hit_after_change(s, shape) & properties;
            } else {
                s->fresh |= UINT64_C(0x80) << (8 * d);
                counts->queries++;
            }
        } else if ((slot -= act_count) < gc_count) {
            collect(m, s, nth_flag(gc, slot), shape);
            counts->gcs++;
            hit = hit_after_change(s, shape) & properties;
        } else if ((slot -= gc_count) < deployers) {
            counts->queries += (uint32_t)(s->fresh >> (8 * slot + 7) & 1);
        } else {
            s->published++;
            hit = s->published == 3 ? (UINT32_C(1) << DNS_PLANS3) & properties : 0;
        }
        if (hit != 0) {
            counts->steps = step;
            return hit;
        }
    }
    counts->steps = job->max_steps;
    return 0;
}

static inline void walk_range(const struct dns_model *m, const struct walk_job *job, struct walk_tally *tally,
                              struct walk_hits *hits, struct walk_shape shape)
{
    struct walk_tally sum = {.walks = job->count};
    for (uint64_t k = job->first; k < job->first + job->count; k++) {
        struct walk_state s;
        struct walk_counts counts;
        const uint32_t hit = walk_one(m, job, k, shape, &s, &counts);
        /* Plans published and counters advanced are the generates and applies; backoffs are what is left. */
        uint32_t applies = 0;
        for (uint32_t d = 0; d < m->deployers; d++)
            applies += (uint32_t)(s.next >> (8 * d)) & 0xff;
        sum.steps += counts.steps;
        sum.fired[DNS_GENERATE] += s.published;
        sum.fired[DNS_QUERY] += counts.queries;
        sum.fired[DNS_BACKOFF] += counts.steps - s.published - counts.queries - applies - counts.gcs;
        sum.fired[DNS_APPLY] += applies;
        sum.fired[DNS_GC] += counts.gcs;
        if (hit == 0)
            continue;
        sum.ended++;
        for (uint32_t p = 0; p < DNS_PROPERTY_COUNT; p++)
            sum.hits[p] += hit >> p & 1;
        if (hits != NULL)
            walk_hits_add(hits, k, counts.steps, hit);
    }
    walk_tally_add(tally, &sum);
}

bool dns_walk_each(const struct dns_model *m, const struct walk_job *job, struct walk_tally *tally,
                   struct walk_hits *hits)
{
    assert(m->max_plan_age <= 1000000);
    /* One word holds the bits 0..62 of up to 62 plans, and shifts by up to 62 + 1. */
    const bool guarded = m->guards != 0;
    if (m->plans <= 62 && !guarded)
        walk_range(m, job, tally, hits, (struct walk_shape){.words = 1, .wide = false, .guarded = false});
    else if (m->plans <= 62)
        walk_range(m, job, tally, hits, (struct walk_shape){.words = 1, .wide = false, .guarded = true});
    else
        walk_range(m, job, tally, hits,
                   (struct walk_shape){.words = WORDS_MAX, .wide = true, .guarded = true});
    return true;
}
