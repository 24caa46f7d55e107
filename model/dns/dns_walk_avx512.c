/* SPDX-License-Identifier: Apache-2.0 */
/* The walk kernel for AVX-512 with VBMI: 64 walks a vector. */
#include "model/dns/dns_walk_kernels.h"

#if defined(__x86_64__)
#include "model/dns/dns_lanes_avx512.h"
#include "model/dns/dns_walk_lanes.h"

bool dns_walk_avx512(const struct dns_model *model, const struct walk_job *job, struct walk_tally *tally,
                     struct walk_hits *hits)
{
    return walk_lanes(model, job, tally, hits);
}
#endif
