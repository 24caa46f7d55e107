/* SPDX-License-Identifier: Apache-2.0 */
/* Between the files of the walk kernel: its widths. Any thread. */
#ifndef RACEWALK_MODEL_DNS_WALK_KERNELS_H
#define RACEWALK_MODEL_DNS_WALK_KERNELS_H

#include "model/dns/dns_state.h"

/* As model_class.walk. Returns false, with nothing done, for an instance that the kernel does not cover;
 * dns_walk_each covers all. The processor must have what the name says. */
typedef bool dns_walk_kernel(const struct dns_model *model, const struct walk_job *job,
                             struct walk_tally *tally, struct walk_hits *hits);
dns_walk_kernel dns_walk_each;
dns_walk_kernel dns_walk_word;
#if defined(__x86_64__)
dns_walk_kernel dns_walk_avx2;
dns_walk_kernel dns_walk_avx512;
#endif

/* What fits the lanes of dns_walk_word and the wider ones. */
#define DNS_LANES_PLANS_MAX 63
static inline bool dns_walk_fits_lanes(const struct dns_model *model)
{
    return model->plans <= DNS_LANES_PLANS_MAX && model->guards == 0;
}

/* For model/dns/dns_walk_lanes.h and the files that include it. The parts of a step are one piece of code: a
 * call that is left over would put every vector into memory, and so would an index into an array of them. */
#define HOT static inline __attribute__((always_inline))
#if defined(__clang__)
#define UNROLL _Pragma("clang loop unroll(full)")
#else
#define UNROLL _Pragma("GCC unroll 8")
#endif

#endif
