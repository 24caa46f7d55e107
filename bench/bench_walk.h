/* SPDX-License-Identifier: Apache-2.0 */
/* Measures random walks of one instance with one kernel. Main thread; uses OpenMP inside. */
#ifndef RACEWALK_BENCH_BENCH_WALK_H
#define RACEWALK_BENCH_BENCH_WALK_H

#include "bench/bench.h"
#include "model/model.h"

struct walk_setup {
    const char *kernel; /* as dns_walk_select takes it */
    int deployers, plans, max_plan_age;
    uint32_t max_steps;
    uint32_t guards;
    bool harmless; /* nothing is watched, so that no walk ends early */
};

/* value is M steps/s on so many threads, work the steps. ERR_USAGE when the processor lacks the kernel. */
enum status walk_measure(const struct walk_setup *setup, int threads, const struct bench_settings *settings,
                         struct measure *ret_measure, struct error *err) WARN_UNUSED;

/* The instance of these numbers, 3 addresses, both invariants. */
enum status bench_model_new(int deployers, int plans, int max_plan_age, uint32_t guards,
                            struct model **ret_model, struct error *err) WARN_UNUSED;

#endif
