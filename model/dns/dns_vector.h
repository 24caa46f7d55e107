/* SPDX-License-Identifier: Apache-2.0 */
/* Vectors of small distances, for model/dns/dns_sweep.c: byte f of a vector is the excess distance of the
 * states whose set of fresh deployers is f (bit d: deployer d), 0..126, or 127 where there is none. 8 bytes
 * are handled at a time, in plain 64-bit arithmetic: no byte exceeds 127, so that the top bits are free for
 * comparisons.
 *
 * A vector of D deployers has max(8, 2^D) bytes; words is the number of its 64-bit words, a constant where it
 * matters for speed. Bytes beyond 2^D are 127. */
#ifndef RACEWALK_MODEL_DNS_VECTOR_H
#define RACEWALK_MODEL_DNS_VECTOR_H

#include <stdbool.h>
#include <stdint.h>

#define VECTOR_WORDS_MAX 32
#define VECTOR_NONE      127
#define VECTOR_LOW       UINT64_C(0x0101010101010101)
#define VECTOR_HIGH      UINT64_C(0x8080808080808080)
#define VECTOR_ALL_NONE  (VECTOR_LOW * VECTOR_NONE)

/* The top bit of each byte of a that is at least its counterpart in b. */
static inline uint64_t vector_at_least(uint64_t a, uint64_t b)
{
    return ((a | VECTOR_HIGH) - b) & VECTOR_HIGH;
}

/* 127 in each byte whose top bit is set, 0 in the others. */
static inline uint64_t vector_mask(uint64_t flags)
{
    return flags - (flags >> 7);
}

static inline uint64_t vector_min(uint64_t a, uint64_t b)
{
    return a ^ ((a ^ b) & vector_mask(vector_at_least(a, b)));
}

static inline uint64_t vector_max(uint64_t a, uint64_t b)
{
    return b ^ ((a ^ b) & vector_mask(vector_at_least(a, b)));
}

/* The top bit of each byte that is a state. */
static inline uint64_t vector_reached(uint64_t a)
{
    return ~(a + VECTOR_LOW) & VECTOR_HIGH;
}

/* One more for each state. */
static inline uint64_t vector_increment(uint64_t a)
{
    return a + (vector_reached(a) >> 7);
}

/* Bit i for each byte i whose top bit is set. */
static inline uint32_t vector_bits(uint64_t flags)
{
    return (uint32_t)((flags >> 7) * UINT64_C(0x0102040810204080) >> 56);
}

/* The least byte. */
static inline uint32_t vector_least(uint64_t a)
{
    a = vector_min(a, a >> 32);
    a = vector_min(a, a >> 16);
    a = vector_min(a, a >> 8);
    return (uint32_t)a & 0xff;
}

#endif
