/* SPDX-License-Identifier: Apache-2.0 */
#if defined(__linux__)
#define _GNU_SOURCE /* sched_setaffinity */
#endif
#include "search/pin.h"

#include <stddef.h>

#if defined(__linux__)
#include <omp.h>
#include <sched.h>
#include <stdbool.h>
#include <stdlib.h>

#include "base/memory.h"

struct pin {
    int threads;
    cpu_set_t all;
};

static bool is_placed_already(void)
{
    static const char *const names[] = {"OMP_PROC_BIND",        "OMP_PLACES",     "GOMP_CPU_AFFINITY",
                                        "KMP_AFFINITY",         "PMIX_RANK",      "PMI_RANK",
                                        "OMPI_COMM_WORLD_RANK", "MPI_LOCALRANKID"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (getenv(names[i]) != NULL)
            return true;
    }
    return false;
}

/* The next processor of the set, which is not empty, from this one on. */
static int cpu_from(const cpu_set_t *set, int cpu)
{
    while (!CPU_ISSET(cpu, set))
        cpu = (cpu + 1) % CPU_SETSIZE;
    return cpu;
}

/* Thread 0 stays where it is: several searches at a time then do not have all their serial parts on one. */
static int cpu_of(const cpu_set_t *set, int first, int thread)
{
    int cpu = cpu_from(set, first);
    for (; thread > 0; thread--)
        cpu = cpu_from(set, (cpu + 1) % CPU_SETSIZE);
    return cpu;
}

struct pin *pin_begin(int threads)
{
    cpu_set_t all;
    if (threads < 2 || is_placed_already() || sched_getaffinity(0, sizeof all, &all) != 0 ||
        CPU_COUNT(&all) != threads)
        return NULL;
    struct pin *pin = mem_new(1, sizeof *pin);
    if (pin == NULL)
        return NULL;
    *pin = (struct pin){.threads = threads, .all = all};
    const int here = sched_getcpu(), first = here >= 0 && here < CPU_SETSIZE ? here : 0;
    /* Where a thread cannot be bound, it stays free: nothing depends on it. */
#pragma omp parallel num_threads(threads) default(none) shared(all, first)
    {
        cpu_set_t one;
        CPU_ZERO(&one);
        CPU_SET(cpu_of(&all, first, omp_get_thread_num()), &one);
        (void)sched_setaffinity(0, sizeof one, &one);
    }
    return pin;
}

void pin_end(struct pin *pin)
{
    if (pin == NULL)
        return;
    const cpu_set_t all = pin->all;
#pragma omp parallel num_threads(pin->threads) default(none) shared(all)
    (void)sched_setaffinity(0, sizeof all, &all);
    mem_free(pin);
}

#else
struct pin *pin_begin(int threads)
{
    (void)threads;
    return NULL;
}

void pin_end(struct pin *pin)
{
    (void)pin;
}
#endif
