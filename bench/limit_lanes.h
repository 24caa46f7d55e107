/* SPDX-License-Identifier: Apache-2.0 */
/* What the draw and an operation take, for one width: included once by bench/limit_<width>.c after the
 * primitives of that width. Everything here is static. */
#include "base/stop.h"
#include "bench/limit.h"

#define ROUNDS 4096 /* between two looks at the clock */

/* The value is in a register, and may be any: nothing is known about it when compiling. */
#define FORGET(v) __asm__ volatile("" : "+v"(v))

static double measure_draw(const struct dns_model *model, double seconds)
{
    const struct weights weights = weights_of(model);
    draws s0[GROUPS][DRAWS], s1[GROUPS][DRAWS];
    vec published = splat(1), slots = splat(2), sum = splat(0);
    for (uint32_t g = 0; g < GROUPS; g++) {
        for (uint32_t v = 0; v < DRAWS; v++)
            seed_draws(g, v, &s0[g][v], &s1[g][v]);
    }
    const double start = clock_seconds();
    double elapsed, done = 0;
    do {
        for (uint32_t i = 0; i < ROUNDS; i++) {
            FORGET(published);
            FORGET(slots);
            UNROLL
            for (uint32_t g = 0; g < GROUPS; g++)
                sum = add(sum, draw_slots(&weights, published, slots, s0[g], s1[g]));
        }
        done += (double)ROUNDS * GROUPS * LANES;
        elapsed = clock_seconds() - start;
    } while (elapsed < seconds);
    FORGET(sum);
    return elapsed / done;
}

/* Eight sums that do not wait for each other. */
static double measure_operation(double seconds)
{
    enum { SUMS = 8, ADDITIONS = 8 };
    vec sums[SUMS];
    const vec one = splat(1);
    UNROLL
    for (uint32_t i = 0; i < SUMS; i++)
        sums[i] = splat(0);
    const double start = clock_seconds();
    double elapsed, done = 0;
    do {
        for (uint32_t round = 0; round < ROUNDS; round++) {
            UNROLL
            for (uint32_t a = 0; a < ADDITIONS; a++) {
                UNROLL
                for (uint32_t i = 0; i < SUMS; i++)
                    __asm__ volatile("vpaddb %1, %0, %0" : "+v"(sums[i]) : "v"(one));
            }
        }
        done += (double)ROUNDS * ADDITIONS * SUMS * LANES;
        elapsed = clock_seconds() - start;
    } while (elapsed < seconds);
    return elapsed / done;
}

static void measure_limit(const struct dns_model *model, double seconds, struct walk_limit *ret_limit)
{
    *ret_limit =
        (struct walk_limit){.draw = measure_draw(model, seconds), .operation = measure_operation(seconds)};
}
