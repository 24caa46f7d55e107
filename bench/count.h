/* SPDX-License-Identifier: Apache-2.0 */
/* Instructions a step: a figure that is the same on a busy machine and an idle one. Main thread. */
#ifndef RACEWALK_BENCH_COUNT_H
#define RACEWALK_BENCH_COUNT_H

#include "bench/report.h"

/* Counts for those of the rows that have counted_as and one thread, which are moved to the front; returns
 * their number. Each is run by this very program, once and twice over, under perf where the system lets it
 * count, or else valgrind (which does not know AVX-512): the difference is one measure's. */
size_t count_instructions(struct measured *rows, size_t count, const struct bench_setting *setting);

#endif
