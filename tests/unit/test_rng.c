/* SPDX-License-Identifier: Apache-2.0 */
/* The streams of walks: that they are the published generators, that draws are uniform, that walks are
 * independent of each other, and that every walk of a run has a trace seed of its own.
 *
 * The seeds are fixed, so that a test passes or fails for good. Statistics are held within 5 sigma of what
 * true chance would give. */
#include "tests/support/cmocka_all.h"

#include <math.h>
#include <stdlib.h>

#include "base/memory.h"
#include "base/rng.h"
#include "tests/support/effort.h"

/* Outputs of SplitMix64 started at 1234567, as published with many implementations of it. */
static void mix_of_splitmix64_sequence_has_its_known_values(void **unused)
{
    (void)unused;
    static const uint64_t known[] = {
        UINT64_C(6457827717110365317), UINT64_C(3203168211198807973),  UINT64_C(9817491932198370423),
        UINT64_C(4593380528125082431), UINT64_C(16408922859458223821),
    };
    for (uint64_t i = 0; i < 5; i++)
        assert_true(rng_mix(1234567 + (i + 1) * RNG_GAMMA) == known[i]);
}

/* The reference implementation's output from the state {1, 2}. */
static void next_of_xoroshiro64star_has_its_known_values(void **unused)
{
    (void)unused;
    static const uint32_t known[] = {2654435771U, 327208753U, 4063491769U, 4259754937U, 261922412U,
                                     168123673U,  552743735U, 1672597395U, 1031040050U, 2755315674U};
    struct rng rng = {.s0 = 1, .s1 = 2};
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
        assert_int_equal(rng_next(&rng), known[i]);
}

static void start_of_any_trace_seed_is_not_the_fixed_point(void **unused)
{
    (void)unused;
    /* The mix is a bijection and takes 0 to 0, so that trace seed 0 is the only one to be looked at. */
    assert_true(rng_mix(0) == 0);
    const struct rng rng = rng_of_trace_seed(0);
    assert_true((rng.s0 | rng.s1) != 0);
    for (uint64_t k = 0; k < 100000; k++) {
        const struct rng other = rng_of_trace_seed(trace_seed_of(0, k));
        assert_true((other.s0 | other.s1) != 0);
    }
}

/* --- uniformity --- */

/* Pearson's statistic of counts that should all be total / cells, in sigmas of its own (it has the mean cells
 * - 1 and the variance 2 (cells - 1)). */
static double chi_square_sigmas(const uint32_t *counts, size_t cells, double total)
{
    const double expected = total / (double)cells;
    double sum = 0;
    for (size_t i = 0; i < cells; i++)
        sum += (counts[i] - expected) * (counts[i] - expected) / expected;
    const double freedom = (double)cells - 1;
    return (sum - freedom) / sqrt(2 * freedom);
}

static void assert_uniform(const uint32_t *counts, size_t cells, double total, const char *what)
{
    const double sigmas = chi_square_sigmas(counts, cells, total);
    if (fabs(sigmas) > 5)
        fail_msg("%s, %zu cells: %.2f sigmas off", what, cells, sigmas);
}

enum { DRAWS = 1 << 22, CELLS_MAX = 1024 };
static const uint32_t cell_counts[] = {2, 3, 7, 9, 10, 12, 33, 100, 1000, 1024};

static void scaled_draws_of_one_stream_are_uniform(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < sizeof cell_counts / sizeof cell_counts[0]; i++) {
        uint32_t counts[CELLS_MAX] = {0};
        struct rng rng = rng_of_trace_seed(trace_seed_of(11, i));
        for (uint32_t n = 0; n < DRAWS; n++)
            counts[rng_scaled(&rng, cell_counts[i])]++;
        assert_uniform(counts, cell_counts[i], DRAWS, "one stream");
    }
}

/* As walks use them: a few draws of many streams, whose trace seeds are neighbours. */
static void nth_draws_of_neighbouring_streams_are_uniform(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < sizeof cell_counts / sizeof cell_counts[0]; i++) {
        static const int nths[] = {1, 2, 20, 200};
        for (size_t j = 0; j < 4; j++) {
            const uint32_t streams = test_is_long() ? DRAWS / 8 : DRAWS / 64;
            uint32_t counts[CELLS_MAX] = {0};
            for (uint32_t k = 0; k < streams; k++) {
                struct rng rng = rng_of_trace_seed(trace_seed_of(12, k));
                for (int n = 1; n < nths[j]; n++)
                    (void)rng_next(&rng);
                counts[rng_scaled(&rng, cell_counts[i])]++;
            }
            assert_uniform(counts, cell_counts[i], streams, "nth draws of neighbours");
        }
    }
}

static void consecutive_draws_are_independent(void **unused)
{
    (void)unused;
    for (int apart = 1; apart <= 4; apart++) {
        uint32_t counts[32 * 32] = {0};
        struct rng rng = rng_of_trace_seed(trace_seed_of(13, (uint64_t)apart));
        for (uint32_t n = 0; n < DRAWS; n++) {
            const uint32_t first = rng_scaled(&rng, 32);
            for (int i = 1; i < apart; i++)
                (void)rng_next(&rng);
            counts[first * 32 + rng_scaled(&rng, 32)]++;
        }
        assert_uniform(counts, sizeof counts / sizeof counts[0], DRAWS, "pairs of draws");
    }
}

/* --- walks among each other --- */

static void draws_of_neighbouring_walks_are_independent(void **unused)
{
    (void)unused;
    for (uint64_t apart = 1; apart <= 64; apart *= 2) {
        uint32_t counts[32 * 32] = {0};
        for (uint64_t k = 0; k < DRAWS / 4; k++) {
            struct rng a = rng_of_trace_seed(trace_seed_of(14, k));
            struct rng b = rng_of_trace_seed(trace_seed_of(14, k + apart));
            for (int n = 0; n < 4; n++)
                counts[rng_scaled(&a, 32) * 32 + rng_scaled(&b, 32)]++;
        }
        assert_uniform(counts, sizeof counts / sizeof counts[0], DRAWS, "walks k and k + apart");
    }
}

/* Trace seeds that differ in one bit start streams that differ in half of theirs. */
static void starts_of_near_trace_seeds_differ_in_half_of_their_bits(void **unused)
{
    (void)unused;
    enum { SEEDS = 20000 };
    for (int bit = 0; bit < 63; bit++) {
        double differing = 0;
        for (uint64_t k = 0; k < SEEDS; k++) {
            const uint64_t seed = trace_seed_of(15, k);
            const struct rng a = rng_of_trace_seed(seed), b = rng_of_trace_seed(seed ^ (UINT64_C(1) << bit));
            differing += __builtin_popcount(a.s0 ^ b.s0) + __builtin_popcount(a.s1 ^ b.s1);
        }
        /* 64 bits each with chance 1/2: variance 16. */
        assert_true(fabs(differing - 32.0 * SEEDS) < 5 * sqrt(16.0 * SEEDS));
    }
}

static int compare_seeds(const void *a, const void *b)
{
    const uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

/* The step from sample to sample is odd, so that no two of 2^63 samples share a trace seed; here a million
 * are looked at, with those far away and of another seed among them. */
static void trace_seeds_of_a_run_are_all_different(void **unused)
{
    (void)unused;
    enum { SAMPLES = 1 << 20 };
    assert_true((RNG_GAMMA & 1) == 1);
    uint64_t *seeds = mem_new(SAMPLES, sizeof *seeds);
    assert_non_null(seeds);
    for (uint64_t run = 0; run < 3; run++) {
        for (uint64_t k = 0; k < SAMPLES; k++) {
            /* The last eighth lies where a wrong formula would wrap. */
            const uint64_t sample = k < SAMPLES / 8 * 7 ? k : (UINT64_C(1) << 62) + k;
            seeds[k] = trace_seed_of(run, sample);
            assert_true(seeds[k] <= (uint64_t)TRACE_SEED_MAX);
        }
        qsort(seeds, SAMPLES, sizeof *seeds, compare_seeds);
        for (size_t i = 1; i < SAMPLES; i++)
            assert_true(seeds[i] != seeds[i - 1]);
    }
    mem_free(seeds);
}

static void trace_seeds_of_two_runs_are_apart(void **unused)
{
    (void)unused;
    for (uint64_t k = 0; k < 100000; k++)
        assert_true(trace_seed_of(1, k) != trace_seed_of(2, k));
}

/* --- the payload's stream --- */

static void payload_below_bound_is_uniform(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < sizeof cell_counts / sizeof cell_counts[0]; i++) {
        uint32_t counts[CELLS_MAX] = {0};
        struct payload_rng rng = payload_rng_of_trace_seed(trace_seed_of(16, i));
        for (uint32_t n = 0; n < DRAWS; n++)
            counts[payload_rng_below(&rng, cell_counts[i])]++;
        assert_uniform(counts, cell_counts[i], DRAWS, "payload");
    }
    struct payload_rng rng = payload_rng_of_trace_seed(1);
    assert_true(payload_rng_below(&rng, 1) == 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(mix_of_splitmix64_sequence_has_its_known_values),
        cmocka_unit_test(next_of_xoroshiro64star_has_its_known_values),
        cmocka_unit_test(start_of_any_trace_seed_is_not_the_fixed_point),
        cmocka_unit_test(scaled_draws_of_one_stream_are_uniform),
        cmocka_unit_test(nth_draws_of_neighbouring_streams_are_uniform),
        cmocka_unit_test(consecutive_draws_are_independent),
        cmocka_unit_test(draws_of_neighbouring_walks_are_independent),
        cmocka_unit_test(starts_of_near_trace_seeds_differ_in_half_of_their_bits),
        cmocka_unit_test(trace_seeds_of_a_run_are_all_different),
        cmocka_unit_test(trace_seeds_of_two_runs_are_apart),
        cmocka_unit_test(payload_below_bound_is_uniform),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
