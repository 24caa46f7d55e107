/* SPDX-License-Identifier: Apache-2.0 */
/* The primitives of model/dns/dns_walk_lanes.h for AVX2: 32 walks a vector. Only for files that are compiled
 * for such processors, on x86-64: model/dns/dns_walk_avx2.c, and the benchmark that measures what the draw
 * alone takes. */
#ifndef RACEWALK_MODEL_DNS_LANES_AVX2_H
#define RACEWALK_MODEL_DNS_LANES_AVX2_H

#include "model/dns/dns_walk_kernels.h"

#include <immintrin.h>

#define LANES 32
/* With 2, there are too few registers: walk/avx2 is 0.95 times as fast. */
#define GROUPS 1
#define DRAWS  4
typedef __m256i vec, draws;
typedef __m256i mask; /* bytes of 0 or -1 */

HOT vec splat(int8_t n)
{
    return _mm256_set1_epi8(n);
}
HOT vec add(vec a, vec b)
{
    return _mm256_add_epi8(a, b);
}
HOT vec subtract_to_0(vec a, vec b)
{
    return _mm256_subs_epu8(a, b);
}
HOT vec add_up_to_127(vec a, vec b)
{
    return _mm256_adds_epi8(a, b);
}
HOT vec lower(vec a, vec b)
{
    return _mm256_min_epi8(a, b);
}
HOT vec upper(vec a, vec b)
{
    return _mm256_max_epi8(a, b);
}
HOT mask above(vec a, vec b)
{
    return _mm256_cmpgt_epi8(a, b);
}
HOT mask equal(vec a, vec b)
{
    return _mm256_cmpeq_epi8(a, b);
}
HOT mask mask_none(void)
{
    return _mm256_setzero_si256();
}
HOT mask mask_not(mask a, mask b)
{
    return _mm256_andnot_si256(b, a);
}
HOT mask mask_and(mask a, mask b)
{
    return _mm256_and_si256(a, b);
}
HOT mask mask_or(mask a, mask b)
{
    return _mm256_or_si256(a, b);
}
HOT bool mask_any(mask m)
{
    return !_mm256_testz_si256(m, m);
}
HOT uint64_t mask_bits(mask m)
{
    return (uint32_t)_mm256_movemask_epi8(m);
}
HOT mask mask_of_bits(uint64_t bits)
{
    const vec spread = _mm256_shuffle_epi8(
        _mm256_set1_epi32((int)bits),
        _mm256_setr_epi64x(0, 0x0101010101010101, 0x0202020202020202, 0x0303030303030303));
    const vec bit = _mm256_set1_epi64x((long long)UINT64_C(0x8040201008040201));
    return _mm256_cmpeq_epi8(_mm256_and_si256(spread, bit), bit);
}
HOT vec put(mask m, vec a, vec b)
{
    return _mm256_blendv_epi8(b, a, m);
}
HOT vec add_where(mask m, vec a, vec b)
{
    return _mm256_or_si256(b, _mm256_and_si256(m, a));
}
HOT vec both_set(vec a, vec b)
{
    return _mm256_min_epu8(a, b);
}
HOT vec differs_or(vec a, vec b, vec c)
{
    return _mm256_or_si256(_mm256_xor_si256(a, b), c);
}
HOT vec keep(mask m, vec a)
{
    return _mm256_and_si256(a, m);
}
HOT vec drop(mask m, vec a)
{
    return _mm256_andnot_si256(m, a);
}
HOT vec count(mask m, vec a)
{
    return _mm256_sub_epi8(a, m);
}
HOT mask where_set(mask m, vec a)
{
    return _mm256_andnot_si256(_mm256_cmpeq_epi8(a, _mm256_setzero_si256()), m);
}
HOT vec lower_where(mask m, vec a, vec b)
{
    return _mm256_min_epi8(a, _mm256_or_si256(_mm256_and_si256(m, b), _mm256_andnot_si256(m, splat(127))));
}
HOT vec sum_bytes(vec sum, vec a)
{
    return _mm256_add_epi64(sum, _mm256_sad_epu8(a, _mm256_setzero_si256()));
}
HOT uint64_t sum_of(vec sum)
{
    return (uint64_t)_mm256_extract_epi64(sum, 0) + (uint64_t)_mm256_extract_epi64(sum, 1) +
           (uint64_t)_mm256_extract_epi64(sum, 2) + (uint64_t)_mm256_extract_epi64(sum, 3);
}

/* The sum of all weights but those for act and gc, by number of published plans. A table of 64 bytes is four
 * of 16 here; up to 31 plans the first two do. */
#define TABLES 4
struct weights {
    vec bytes[4][TABLES];
    uint32_t slot_shift;
    bool many;
};

static struct weights weights_of(const struct dns_model *m)
{
    struct weights weights = {.slot_shift = m->slot_shift, .many = m->plans > 31};
    for (uint32_t b = 0; b < 4; b++) {
        for (uint32_t t = 0; t < TABLES; t++) {
            uint8_t bytes[16] = {0};
            for (uint32_t i = 0; i < 16 && 16 * t + i <= m->plans; i++)
                bytes[i] =
                    (uint8_t)(((m->deployers << m->slot_shift) + m->generate_weight[16 * t + i]) >> (8 * b));
            weights.bytes[b][t] =
                _mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *)(const void *)bytes));
        }
    }
    return weights;
}

HOT vec multiply_64(vec a, uint64_t b)
{
    const vec low = _mm256_set1_epi64x((long long)(b & UINT32_MAX)),
              high = _mm256_set1_epi64x((long long)(b >> 32));
    const vec cross =
        _mm256_add_epi64(_mm256_mul_epu32(_mm256_srli_epi64(a, 32), low), _mm256_mul_epu32(a, high));
    return _mm256_add_epi64(_mm256_mul_epu32(a, low), _mm256_slli_epi64(cross, 32));
}

HOT void seed_draws(uint64_t start, uint32_t v, draws *s0, draws *s1)
{
    /* Element 4 L + i of vector v is walk 16 L + 4 v + i. */
    const uint64_t one = RNG_GAMMA, sixteen = 16 * one, seventeen = 17 * one;
    const vec offsets = _mm256_setr_epi64x(0, (long long)one, (long long)sixteen, (long long)seventeen);
    vec z[2];
    UNROLL
    for (uint32_t half = 0; half < 2; half++) {
        const uint64_t from = start + (4 * v + 2 * half) * RNG_GAMMA;
        vec x = _mm256_add_epi64(_mm256_set1_epi64x((long long)from), offsets);
        x = _mm256_and_si256(x, _mm256_set1_epi64x(INT64_MAX));
        x = _mm256_xor_si256(x, _mm256_srli_epi64(x, 30));
        x = multiply_64(x, UINT64_C(0xBF58476D1CE4E5B9));
        x = _mm256_xor_si256(x, _mm256_srli_epi64(x, 27));
        x = multiply_64(x, UINT64_C(0x94D049BB133111EB));
        x = _mm256_xor_si256(x, _mm256_srli_epi64(x, 31));
        const vec zero = _mm256_cmpeq_epi64(x, _mm256_setzero_si256());
        z[half] = _mm256_or_si256(x, _mm256_and_si256(zero, _mm256_set1_epi64x((long long)RNG_GAMMA)));
    }
    *s0 = _mm256_castps_si256(_mm256_shuffle_ps(_mm256_castsi256_ps(z[0]), _mm256_castsi256_ps(z[1]), 0x88));
    *s1 = _mm256_castps_si256(_mm256_shuffle_ps(_mm256_castsi256_ps(z[0]), _mm256_castsi256_ps(z[1]), 0xdd));
}

HOT vec rotate(vec x, int k)
{
    return _mm256_or_si256(_mm256_slli_epi32(x, k), _mm256_srli_epi32(x, 32 - k));
}

HOT vec next_draws(draws *s0, draws *s1)
{
    const vec a = *s0, b = _mm256_xor_si256(*s1, a);
    *s0 = _mm256_xor_si256(_mm256_xor_si256(rotate(a, 26), b), _mm256_slli_epi32(b, 9));
    *s1 = rotate(b, 13);
    return _mm256_mullo_epi32(a, _mm256_set1_epi32((int)0x9E3779BB));
}

HOT vec lookup(const struct weights *w, uint32_t byte, const vec index[TABLES])
{
    vec found = _mm256_or_si256(_mm256_shuffle_epi8(w->bytes[byte][0], index[0]),
                                _mm256_shuffle_epi8(w->bytes[byte][1], index[1]));
    if (w->many)
        found = _mm256_or_si256(found, _mm256_or_si256(_mm256_shuffle_epi8(w->bytes[byte][2], index[2]),
                                                       _mm256_shuffle_epi8(w->bytes[byte][3], index[3])));
    return found;
}

HOT vec draw_slots(const struct weights *w, vec published, vec slots, draws *s0, draws *s1)
{
    /* A shuffle looks at the low 4 bits of an index, and gives 0 when its top bit is set: when another table
     * has it. */
    vec index[TABLES];
    index[0] = _mm256_add_epi8(published, splat(0x6f));
    index[1] = _mm256_sub_epi8(published, splat(17));
    if (w->many) {
        index[1] = _mm256_adds_epu8(index[1], splat(0x70));
        index[2] = _mm256_adds_epu8(_mm256_sub_epi8(published, splat(33)), splat(0x70));
        index[3] = _mm256_sub_epi8(published, splat(49));
    }
    const vec b0 = lookup(w, 0, index), b1 = lookup(w, 1, index), b2 = lookup(w, 2, index);
    const vec b3 = _mm256_add_epi8(lookup(w, 3, index),
                                   _mm256_sll_epi16(slots, _mm_cvtsi32_si128((int)w->slot_shift - 24)));
    const vec low01 = _mm256_unpacklo_epi8(b0, b1), high01 = _mm256_unpackhi_epi8(b0, b1);
    const vec low23 = _mm256_unpacklo_epi8(b2, b3), high23 = _mm256_unpackhi_epi8(b2, b3);
    const vec total[4] = {_mm256_unpacklo_epi16(low01, low23), _mm256_unpackhi_epi16(low01, low23),
                          _mm256_unpacklo_epi16(high01, high23), _mm256_unpackhi_epi16(high01, high23)};
    vec slot[4];
    UNROLL
    for (int v = 0; v < 4; v++) {
        const vec drawn = next_draws(&s0[v], &s1[v]);
        const vec even = _mm256_mul_epu32(drawn, total[v]);
        const vec odd = _mm256_mul_epu32(_mm256_srli_epi64(drawn, 32), _mm256_srli_epi64(total[v], 32));
        const vec high =
            _mm256_castps_si256(_mm256_shuffle_ps(_mm256_castsi256_ps(even), _mm256_castsi256_ps(odd), 0xdd));
        slot[v] = _mm256_srl_epi32(high, _mm_cvtsi32_si128((int)w->slot_shift));
    }
    const vec packed =
        _mm256_packus_epi16(_mm256_packus_epi32(slot[0], slot[1]), _mm256_packus_epi32(slot[2], slot[3]));
    /* In each four: even 0, even 1, odd 0, odd 1. */
    return _mm256_shuffle_epi8(packed, _mm256_broadcastsi128_si256(_mm_setr_epi8(0, 2, 1, 3, 4, 6, 5, 7, 8,
                                                                                 10, 9, 11, 12, 14, 13, 15)));
}

#endif
