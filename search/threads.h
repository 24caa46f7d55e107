/* SPDX-License-Identifier: Apache-2.0 */
/* How many threads a search gets. Main thread. */
#ifndef RACEWALK_SEARCH_THREADS_H
#define RACEWALK_SEARCH_THREADS_H

#include <stddef.h>

#include "base/status.h"

/* The stack that each thread of a search needs, in bytes. */
#define THREAD_STACK_MIN ((size_t)64 << 10)

/* The threads that a search takes unless it is told: one for each processor that this process may run on and
 * that its control groups' CPU quota pays for. OMP_NUM_THREADS takes the place of both, and OMP_THREAD_LIMIT
 * bounds it. At least 1. */
int threads_default(void);

/* ERR_USAGE, with what is wrong, when OpenMP does not give so many threads (OMP_THREAD_LIMIT), or gives them
 * a stack that is too small (OMP_STACKSIZE, ulimit -s). */
enum status threads_check(int threads, struct error *err) WARN_UNUSED;

#endif
