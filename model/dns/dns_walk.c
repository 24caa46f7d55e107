/* SPDX-License-Identifier: Apache-2.0 */
#include "model/dns/dns_walk.h"

#include <assert.h>
#include <string.h>

#include "model/dns/dns_walk_kernels.h"

enum { AUTO, SCALAR, AVX2, AVX512, KERNEL_COUNT };

const char *const dns_walk_kernel_names[] = {
    [AUTO] = "auto", [SCALAR] = "scalar", [AVX2] = "avx2", [AVX512] = "avx512", [KERNEL_COUNT] = NULL};

/* Written by dns_walk_select alone, before there are other threads. */
static int selected = AUTO;

/* The kernel when this processor and build have it, or NULL. */
static dns_walk_kernel *kernel_at(int index)
{
    switch (index) {
    case SCALAR:
        return dns_walk_word;
#if defined(__x86_64__)
    case AVX2:
        return __builtin_cpu_supports("avx2") ? dns_walk_avx2 : NULL;
    case AVX512: {
        const bool there = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
                           __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl") &&
                           __builtin_cpu_supports("avx512vbmi") && __builtin_cpu_supports("avx512vbmi2");
        return there ? dns_walk_avx512 : NULL;
    }
#endif
    default:
        return NULL;
    }
}

static int kernel_in_use(void)
{
    int index = selected != AUTO ? selected : KERNEL_COUNT - 1;
    while (kernel_at(index) == NULL)
        index--;
    return index;
}

enum status dns_walk_select(const char *name, struct error *err)
{
    for (int i = 0; i < KERNEL_COUNT; i++) {
        if (strcmp(name, dns_walk_kernel_names[i]) != 0)
            continue;
        if (i != AUTO && kernel_at(i) == NULL)
            return error_set(err, ERR_USAGE,
                             "kernel %s: this processor does not have it; %s is the widest here", name,
                             dns_walk_kernel_names[kernel_in_use()]);
        selected = i;
        return OK;
    }
    return error_set(err, ERR_USAGE, "no kernel is called %s: auto, scalar, avx2 or avx512", name);
}

const char *dns_walk_kernel_of(const struct model *model)
{
    return dns_walk_fits_lanes(dns_model_of(model)) ? dns_walk_kernel_names[kernel_in_use()] : "each";
}

bool dns_walk(const struct model *model, const struct walk_job *job, struct walk_tally *tally,
              struct walk_hits *hits)
{
    const struct dns_model *m = dns_model_of(model);
    return kernel_at(kernel_in_use())(m, job, tally, hits) || dns_walk_each(m, job, tally, hits);
}
