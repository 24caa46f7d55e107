/* SPDX-License-Identifier: Apache-2.0 */
/* Random numbers: the stream of one walk, and the stream of its payload.
 *
 * Walk k of a run with seed S has the trace seed T(S, k), 63 bits, different for every k of a run; T alone
 * brings the walk back. The walk draws 32 bits a step from xoroshiro64* (Blackman and Vigna, "Scrambled
 * linear pseudorandom number generators", 2021), whose two words of 32 bits fit the lanes of vector units;
 * its weak low bits never matter, since draws are scaled with a multiplication that keeps the high ones. Its
 * start is T through the finalizer of SplitMix64 (Steele, Lea, Flood, OOPSLA 2014), so that neighbouring
 * trace seeds share nothing. Pure functions; any thread. */
#ifndef RACEWALK_BASE_RNG_H
#define RACEWALK_BASE_RNG_H

#include <stdint.h>

#define RNG_GAMMA      UINT64_C(0x9E3779B97F4A7C15) /* odd: k * gamma differs for every k */
#define TRACE_SEED_MAX INT64_MAX

/* The finalizer of SplitMix64: a bijection of 64 bits. */
static inline uint64_t rng_mix(uint64_t z)
{
    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return z ^ (z >> 31);
}

/* T(S, k), below 2^63 so that every JSON reader with signed 64-bit integers takes it. */
static inline uint64_t trace_seed_of(uint64_t seed, uint64_t sample)
{
    return (rng_mix(seed) + sample * RNG_GAMMA) & (uint64_t)TRACE_SEED_MAX;
}

struct rng {
    uint32_t s0, s1; /* never both 0 */
};

static inline struct rng rng_of_trace_seed(uint64_t trace_seed)
{
    uint64_t z = rng_mix(trace_seed);
    if (z == 0) /* the one trace seed, 0, whose start would be the generator's fixed point */
        z = RNG_GAMMA;
    return (struct rng){.s0 = (uint32_t)z, .s1 = (uint32_t)(z >> 32)};
}

static inline uint32_t rng_rotate(uint32_t x, int k)
{
    return (x << k) | (x >> (32 - k));
}

static inline uint32_t rng_next(struct rng *rng)
{
    const uint32_t s0 = rng->s0;
    const uint32_t s1 = rng->s1 ^ s0;
    rng->s0 = rng_rotate(s0, 26) ^ s1 ^ (s1 << 9);
    rng->s1 = rng_rotate(s1, 13);
    return s0 * UINT32_C(0x9E3779BB);
}

/* The next draw scaled to 0..total-1. Each result's chance is off by at most total / 2^32 of its own size. */
static inline uint32_t rng_scaled(struct rng *rng, uint32_t total)
{
    return (uint32_t)(((uint64_t)rng_next(rng) * total) >> 32);
}

/* The payload's stream: SplitMix64 from the trace seed, apart from the walk's own. */
struct payload_rng {
    uint64_t state;
};

static inline struct payload_rng payload_rng_of_trace_seed(uint64_t trace_seed)
{
    return (struct payload_rng){.state = rng_mix(trace_seed ^ UINT64_C(0x7061796C6F616421))};
}

/* Uniform in 0..bound-1, without bias; bound is at least 1. */
static inline uint64_t payload_rng_below(struct payload_rng *rng, uint64_t bound)
{
    const uint64_t excess =
        (UINT64_MAX % bound + 1) % bound; /* values at the top that would favour small results */
    for (;;) {
        rng->state += RNG_GAMMA;
        const uint64_t z = rng_mix(rng->state);
        if (z <= UINT64_MAX - excess)
            return z % bound;
    }
}

#endif
