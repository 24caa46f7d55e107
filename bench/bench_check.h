/* SPDX-License-Identifier: Apache-2.0 */
/* Measures an exhaustive search. Main thread; uses OpenMP inside. */
#ifndef RACEWALK_BENCH_BENCH_CHECK_H
#define RACEWALK_BENCH_BENCH_CHECK_H

#include "bench/bench.h"
#include "search/explore.h"

struct check_setup {
    int plans, max_plan_age; /* 3 deployers */
    enum explore_engine engine;
};

/* The sizes that --quick cuts to. */
#define CHECK_PLANS_QUICK 5

/* value is seconds, with both invariants' traces; work the transitions; bytes the search's. *ret_states may
 * be NULL. */
enum status check_measure(const struct check_setup *setup, int threads, const struct bench_settings *settings,
                          struct measure *ret_measure, uint64_t *ret_states, struct error *err) WARN_UNUSED;

#endif
