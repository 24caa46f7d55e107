/* SPDX-License-Identifier: Apache-2.0 */
/* Fast kernels for random walks of the DNS balancer.
 *
 * All give the same walks as the general one in search/walk.h, draw by draw, and the same tallies and hits;
 * the tests hold them against each other. They differ in how many walks step together, and so in speed:
 *
 *   scalar   8 walks, in words of 64 bits: any processor
 *   avx2     32 walks
 *   avx512   64 walks; needs F, BW, DQ, VL, VBMI and VBMI2 (Ice Lake, Zen 4 and later)
 *
 * Instances that do not fit the lanes (a guard is on, or more than 63 plans) are walked one at a time,
 * whatever the kernel. */
#ifndef RACEWALK_MODEL_DNS_WALK_H
#define RACEWALK_MODEL_DNS_WALK_H

#include "model/dns/dns_state.h"

/* "auto", then the kernels by rising width, then NULL. */
extern const char *const dns_walk_kernel_names[];

/* Which kernel dns_walk uses from now on, in the whole process; "auto", the widest that this processor has,
 * when never called. ERR_USAGE for a name that there is not, or a kernel that this processor or build does
 * not have. Main thread, while no other is walking. */
enum status dns_walk_select(const char *name, struct error *err) WARN_UNUSED;

/* The name of the kernel that dns_walk uses for the model: never "auto"; "each" when it is one walk at a
 * time. */
const char *dns_walk_kernel_of(const struct model *model);

/* As model_class.walk; covers every instance. Any thread. */
bool dns_walk(const struct model *model, const struct walk_job *job, struct walk_tally *tally,
              struct walk_hits *hits);

#endif
