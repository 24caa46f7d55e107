/* SPDX-License-Identifier: Apache-2.0 */
/* Keeps the threads of a search on processors of their own.
 *
 * The system may let two threads take turns on one processor for more than a second while another processor
 * does little (docs/scaling.md has the measurement). So each thread is bound to one processor while a search
 * runs, but only where that is safe: the process may use exactly as many processors as it has threads, and
 * nothing else has placed the threads, that is, neither OMP_PROC_BIND, OMP_PLACES, GOMP_CPU_AFFINITY or
 * KMP_AFFINITY, nor an mpirun, whose ranks may share their processors.
 *
 * Main thread; uses OpenMP inside. */
#ifndef RACEWALK_SEARCH_PIN_H
#define RACEWALK_SEARCH_PIN_H

struct pin;

/* From now on binds the threads of parallel regions of so many threads. NULL when there is nothing to bind or
 * it cannot be done; that is not a failure. */
struct pin *pin_begin(int threads);
/* Lets the threads run again wherever the process may. NULL is fine. */
void pin_end(struct pin *pin);

#endif
