/* SPDX-License-Identifier: Apache-2.0 */
/* The primitives of model/dns/dns_walk_lanes.h for AVX-512 with VBMI: 64 walks a vector. Only for files that
 * are compiled for such processors, on x86-64: model/dns/dns_walk_avx512.c, and the benchmark that measures
 * what the draw alone takes. */
#ifndef RACEWALK_MODEL_DNS_LANES_AVX512_H
#define RACEWALK_MODEL_DNS_LANES_AVX512_H

#include "model/dns/dns_walk_kernels.h"

#include <immintrin.h>

#define LANES 64
/* One group waits for its own draw: walk/avx512 is 1.3 times as fast with 2, and no faster with 3. */
#define GROUPS 2
#define DRAWS  4
typedef __m512i vec, draws;
typedef __mmask64 mask;

HOT vec splat(int8_t n)
{
    return _mm512_set1_epi8(n);
}
HOT vec add(vec a, vec b)
{
    return _mm512_add_epi8(a, b);
}
HOT vec subtract_to_0(vec a, vec b)
{
    return _mm512_subs_epu8(a, b);
}
HOT vec add_up_to_127(vec a, vec b)
{
    return _mm512_adds_epi8(a, b);
}
HOT vec lower(vec a, vec b)
{
    return _mm512_min_epi8(a, b);
}
HOT vec upper(vec a, vec b)
{
    return _mm512_max_epi8(a, b);
}
HOT mask above(vec a, vec b)
{
    return _mm512_cmpgt_epi8_mask(a, b);
}
HOT mask equal(vec a, vec b)
{
    return _mm512_cmpeq_epi8_mask(a, b);
}
HOT mask mask_none(void)
{
    return 0;
}
HOT mask mask_not(mask a, mask b)
{
    return _kandn_mask64(b, a);
}
HOT mask mask_and(mask a, mask b)
{
    return _kand_mask64(a, b);
}
HOT mask mask_or(mask a, mask b)
{
    return _kor_mask64(a, b);
}
HOT bool mask_any(mask m)
{
    return !_kortestz_mask64_u8(m, m);
}
HOT uint64_t mask_bits(mask m)
{
    return m;
}
HOT mask mask_of_bits(uint64_t bits)
{
    return bits;
}
HOT vec put(mask m, vec a, vec b)
{
    return _mm512_mask_mov_epi8(b, m, a);
}
HOT vec add_where(mask m, vec a, vec b)
{
    return _mm512_mask_mov_epi8(b, m, a);
}
HOT vec both_set(vec a, vec b)
{
    return _mm512_min_epu8(a, b);
}
HOT vec differs_or(vec a, vec b, vec c)
{
    return _mm512_ternarylogic_epi32(a, b, c, 0xbe);
}
HOT vec keep(mask m, vec a)
{
    return _mm512_maskz_mov_epi8(m, a);
}
HOT vec drop(mask m, vec a)
{
    return _mm512_mask_mov_epi8(a, m, _mm512_setzero_si512());
}
HOT vec count(mask m, vec a)
{
    return _mm512_mask_add_epi8(a, m, a, splat(1));
}
HOT mask where_set(mask m, vec a)
{
    return _mm512_mask_test_epi8_mask(m, a, a);
}
HOT vec lower_where(mask m, vec a, vec b)
{
    return _mm512_mask_min_epi8(a, m, a, b);
}
HOT vec sum_bytes(vec sum, vec a)
{
    return _mm512_add_epi64(sum, _mm512_sad_epu8(a, _mm512_setzero_si512()));
}
HOT uint64_t sum_of(vec sum)
{
    return (uint64_t)_mm512_reduce_add_epi64(sum);
}

/* Byte b of published in a vector: byte b of the sum of its weights but for act and gc. */
struct weights {
    vec bytes[4];
    uint32_t unit_shift; /* a slot in the top byte of total */
};

static struct weights weights_of(const struct dns_model *m)
{
    uint8_t bytes[4][LANES] = {{0}};
    for (uint32_t published = 0; published <= m->plans; published++) {
        const uint32_t total = (m->deployers << m->slot_shift) + m->generate_weight[published];
        for (uint32_t b = 0; b < 4; b++)
            bytes[b][(published + 1) % LANES] = (uint8_t)(total >> (8 * b));
    }
    struct weights weights = {.unit_shift = m->slot_shift - 24};
    for (uint32_t b = 0; b < 4; b++)
        weights.bytes[b] = _mm512_loadu_si512(bytes[b]);
    return weights;
}

HOT void seed_draws(uint64_t start, uint32_t v, draws *s0, draws *s1)
{
    /* Element 4 L + i of the vector is walk 16 L + 4 v + i. */
    const vec offsets = _mm512_mullo_epi64(_mm512_setr_epi64(0, 1, 16, 17, 32, 33, 48, 49),
                                           _mm512_set1_epi64((long long)RNG_GAMMA));
    vec z[2];
    UNROLL
    for (uint32_t half = 0; half < 2; half++) {
        const uint64_t from = start + (4 * v + 2 * half) * RNG_GAMMA;
        vec x = _mm512_add_epi64(_mm512_set1_epi64((long long)from), offsets);
        x = _mm512_and_si512(x, _mm512_set1_epi64(INT64_MAX));
        x = _mm512_xor_si512(x, _mm512_srli_epi64(x, 30));
        x = _mm512_mullo_epi64(x, _mm512_set1_epi64((long long)UINT64_C(0xBF58476D1CE4E5B9)));
        x = _mm512_xor_si512(x, _mm512_srli_epi64(x, 27));
        x = _mm512_mullo_epi64(x, _mm512_set1_epi64((long long)UINT64_C(0x94D049BB133111EB)));
        x = _mm512_xor_si512(x, _mm512_srli_epi64(x, 31));
        z[half] =
            _mm512_mask_mov_epi64(x, _mm512_testn_epi64_mask(x, x), _mm512_set1_epi64((long long)RNG_GAMMA));
    }
    *s0 = _mm512_castps_si512(_mm512_shuffle_ps(_mm512_castsi512_ps(z[0]), _mm512_castsi512_ps(z[1]), 0x88));
    *s1 = _mm512_castps_si512(_mm512_shuffle_ps(_mm512_castsi512_ps(z[0]), _mm512_castsi512_ps(z[1]), 0xdd));
}

HOT vec next_draws(draws *s0, draws *s1)
{
    const vec a = *s0, b = _mm512_xor_si512(*s1, a);
    *s0 = _mm512_ternarylogic_epi32(_mm512_rol_epi32(a, 26), b, _mm512_slli_epi32(b, 9), 0x96);
    *s1 = _mm512_rol_epi32(b, 13);
    return _mm512_mullo_epi32(a, _mm512_set1_epi32((int)0x9E3779BB));
}

HOT vec draw_slots(const struct weights *w, vec published, vec slots, draws *s0, draws *s1)
{
    const vec b0 = _mm512_permutexvar_epi8(published, w->bytes[0]);
    const vec b1 = _mm512_permutexvar_epi8(published, w->bytes[1]);
    const vec b2 = _mm512_permutexvar_epi8(published, w->bytes[2]);
    const vec b3 = _mm512_add_epi8(_mm512_permutexvar_epi8(published, w->bytes[3]),
                                   _mm512_sll_epi16(slots, _mm_cvtsi32_si128((int)w->unit_shift)));
    const vec low01 = _mm512_unpacklo_epi8(b0, b1), high01 = _mm512_unpackhi_epi8(b0, b1);
    const vec low23 = _mm512_unpacklo_epi8(b2, b3), high23 = _mm512_unpackhi_epi8(b2, b3);
    const vec total[4] = {_mm512_unpacklo_epi16(low01, low23), _mm512_unpackhi_epi16(low01, low23),
                          _mm512_unpacklo_epi16(high01, high23), _mm512_unpackhi_epi16(high01, high23)};
    vec tops = _mm512_setzero_si512();
    UNROLL
    for (int v = 0; v < 4; v++) {
        const vec drawn = next_draws(&s0[v], &s1[v]);
        const vec even = _mm512_mul_epu32(drawn, total[v]);
        const vec odd = _mm512_mul_epu32(_mm512_srli_epi64(drawn, 32), _mm512_srli_epi64(total[v], 32));
        tops = _mm512_shldi_epi64(tops, even, 8);
        tops = _mm512_shldi_epi64(tops, odd, 8);
    }
    const vec order =
        _mm512_broadcast_i32x4(_mm_setr_epi8(7, 6, 15, 14, 5, 4, 13, 12, 3, 2, 11, 10, 1, 0, 9, 8));
    tops = _mm512_shuffle_epi8(tops, order);
    return _mm512_and_si512(_mm512_srl_epi16(tops, _mm_cvtsi32_si128((int)w->unit_shift)),
                            splat((int8_t)(0xff >> w->unit_shift)));
}

#endif
