/* SPDX-License-Identifier: Apache-2.0 */
#include "bench/limit.h"

#if defined(__x86_64__)
#include "model/dns/dns_lanes_avx2.h"

#include "bench/limit_lanes.h"

void limit_avx2(const struct dns_model *model, double seconds, struct walk_limit *ret_limit)
{
    measure_limit(model, seconds, ret_limit);
}
#endif
