/* SPDX-License-Identifier: Apache-2.0 */
/* The walk kernel for any processor: eight walks in a word of 64 bits, a byte each. No byte exceeds 127, so
 * that differences of bytes, taken with the top bits set, do not borrow from each other. */
#include "model/dns/dns_walk_kernels.h"

#define LANES  8
#define GROUPS 1
#define DRAWS  8
typedef uint64_t vec;
typedef uint64_t mask; /* top bits */
typedef uint32_t draws;

#define ONES UINT64_C(0x0101010101010101)
#define TOPS UINT64_C(0x8080808080808080)

/* The low 7 bits of each byte whose top bit is set. */
HOT vec filled(mask m)
{
    return m - (m >> 7);
}
HOT vec splat(int8_t n)
{
    return ONES * (uint8_t)n;
}
HOT vec add(vec a, vec b)
{
    return a + b;
}
HOT mask above(vec a, vec b)
{
    return (a + ~TOPS - b) & TOPS;
}
HOT mask equal(vec a, vec b)
{
    return (TOPS - (a ^ b)) & TOPS;
}
HOT vec put(mask m, vec a, vec b)
{
    return b ^ ((a ^ b) & filled(m));
}
HOT vec subtract_to_0(vec a, vec b)
{
    const vec difference = (a | TOPS) - b;
    return difference & filled(difference & TOPS);
}
HOT vec add_up_to_127(vec a, vec b)
{
    const vec sum = a + b;
    return (sum & ~TOPS) | filled(sum & TOPS);
}
HOT vec lower(vec a, vec b)
{
    return put(above(a, b), b, a);
}
HOT vec upper(vec a, vec b)
{
    return put(above(a, b), a, b);
}
HOT mask mask_none(void)
{
    return 0;
}
HOT mask mask_not(mask a, mask b)
{
    return a & ~b;
}
HOT mask mask_and(mask a, mask b)
{
    return a & b;
}
HOT mask mask_or(mask a, mask b)
{
    return a | b;
}
HOT bool mask_any(mask m)
{
    return m != 0;
}
HOT uint64_t mask_bits(mask m)
{
    return (m >> 7) * UINT64_C(0x0102040810204080) >> 56;
}
HOT mask mask_of_bits(uint64_t bits)
{
    const uint64_t each = (bits & 0xff) * ONES & UINT64_C(0x8040201008040201);
    return (((each >> 1 | each) & ~TOPS) + ~TOPS) & TOPS;
}
HOT vec add_where(mask m, vec a, vec b)
{
    return b | (a & filled(m));
}
HOT vec both_set(vec a, vec b)
{
    return (a + ~TOPS) & (b + ~TOPS) & TOPS;
}
HOT vec differs_or(vec a, vec b, vec c)
{
    return (a ^ b) | c;
}
HOT vec keep(mask m, vec a)
{
    return a & filled(m);
}
HOT vec drop(mask m, vec a)
{
    return a & ~filled(m);
}
HOT vec count(mask m, vec a)
{
    return a + (m >> 7);
}
HOT mask where_set(mask m, vec a)
{
    return (a + ~TOPS) & m;
}
HOT vec lower_where(mask m, vec a, vec b)
{
    return put(m & above(a, b), b, a);
}
HOT vec sum_bytes(vec sum, vec a)
{
    const vec pairs = (a & UINT64_C(0x00ff00ff00ff00ff)) + (a >> 8 & UINT64_C(0x00ff00ff00ff00ff));
    return sum + (pairs * UINT64_C(0x0001000100010001) >> 48);
}
HOT uint64_t sum_of(vec sum)
{
    return sum;
}

struct weights {
    uint32_t idle_and_generate[DNS_LANES_PLANS_MAX + 2]; /* by published */
    uint32_t slot_shift;
};

static struct weights weights_of(const struct dns_model *m)
{
    struct weights weights = {.slot_shift = m->slot_shift};
    for (uint32_t plans = 0; plans <= m->plans; plans++)
        weights.idle_and_generate[plans + 1] = (m->deployers << m->slot_shift) + m->generate_weight[plans];
    return weights;
}

HOT void seed_draws(uint64_t start, uint32_t v, draws *s0, draws *s1)
{
    const struct rng rng = rng_of_trace_seed((start + v * RNG_GAMMA) & TRACE_SEED_MAX);
    *s0 = rng.s0;
    *s1 = rng.s1;
}

HOT vec draw_slots(const struct weights *w, vec published, vec slots, draws *s0, draws *s1)
{
    const uint32_t shift = w->slot_shift;
    vec drawn = 0;
    UNROLL
    for (uint32_t v = 0; v < DRAWS; v++) {
        struct rng rng = {.s0 = s0[v], .s1 = s1[v]};
        const uint32_t total = ((uint32_t)(slots >> (8 * v) & 0xff) << shift) +
                               w->idle_and_generate[published >> (8 * v) & 0xff];
        drawn |= (uint64_t)(rng_scaled(&rng, total) >> shift) << (8 * v);
        s0[v] = rng.s0;
        s1[v] = rng.s1;
    }
    return drawn;
}

#include "model/dns/dns_walk_lanes.h"

bool dns_walk_word(const struct dns_model *model, const struct walk_job *job, struct walk_tally *tally,
                   struct walk_hits *hits)
{
    return walk_lanes(model, job, tally, hits);
}
