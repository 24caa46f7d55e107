/* SPDX-License-Identifier: Apache-2.0 */
/* The machine's limit for walks, measured: what a step of a kernel cannot do without, at the rate at which
 * this processor does it when nothing else is in its way.
 *
 * A step needs its draw (the random stream, the sum of the weights, the scaling to a slot), and every vector
 * operation that model/dns/dns_walk_lanes.h asks for. The draw is measured by itself, with the kernel's own
 * code. The operations are counted by running that file with operations that only count; each is one
 * instruction at least, and takes what an independent addition of bytes takes. Left out are loads, stores,
 * copies of registers, and waiting for results: a kernel that reached the limit would hide them all. Main
 * thread. */
#ifndef RACEWALK_BENCH_LIMIT_H
#define RACEWALK_BENCH_LIMIT_H

#include <stdbool.h>
#include <stdint.h>

#include "model/dns/dns_state.h"

struct walk_limit {
    double draw;      /* seconds of one core for a walk's draw */
    double operation; /* the same for one operation on a lane: a vector's share of it */
};

/* Measures for so many seconds, twice, and takes the best. False when the processor or the build lacks the
 * kernel ("avx2", "avx512"), or it is not a vector kernel. */
bool limit_measure(const char *kernel, double seconds, struct walk_limit *ret_limit);

/* The vector operations of a step of a group, the draw left out. */
uint32_t limit_operations(uint32_t deployers);

/* Seconds a step. */
static inline double limit_step(const struct walk_limit *limit, uint32_t deployers)
{
    return limit->draw + limit_operations(deployers) * limit->operation;
}

/* Bytes a second that one core copies at best from one block to another, each of so many bytes; 0 when out of
 * memory. */
double limit_copy(size_t bytes, double seconds);

/* Between the files: bench/limit_avx2.c and bench/limit_avx512.c, for processors that have them. */
typedef void limit_kernel(const struct dns_model *model, double seconds, struct walk_limit *ret_limit);
limit_kernel limit_avx2, limit_avx512;

#endif
