/* Keeps the threads of a search on processors of their own.
 *
 * Left to itself the system may let two threads take turns on one processor for a second and more, while
 * something else of little use has the other (docs/scaling.md has the measurement). So each thread is bound
 * to one processor while a search runs, but only where that cannot be wrong: the process may use exactly as
 * many processors as there are threads, and nobody else has placed them: neither OMP_PROC_BIND, OMP_PLACES,
 * GOMP_CPU_AFFINITY or KMP_AFFINITY, nor an mpirun, whose ranks may share their processors.
 *
 * Main thread; uses OpenMP inside. */
#ifndef RACEWALK_SEARCH_PIN_H
#define RACEWALK_SEARCH_PIN_H

struct pin;

/* Binds the threads that parallel regions of so many threads have from now on. NULL when there is nothing to
 * bind, or it cannot be done: that is no failure. */
struct pin *pin_begin(int threads);
/* The threads may be anywhere again that the process may be. NULL is fine. */
void pin_end(struct pin *pin);

#endif
