/* SPDX-License-Identifier: Apache-2.0 */
#if defined(__linux__)
#define _GNU_SOURCE /* pthread_getattr_np */
#endif
#include "search/threads.h"

#include <omp.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/resource.h>

#include "base/cgroup.h"

int threads_default(void)
{
    int threads = omp_get_max_threads();
    if (getenv("OMP_NUM_THREADS") == NULL) {
        const uint64_t paid = cgroup_processors(CGROUP_ROOT, CGROUP_SELF);
        threads = paid < (uint64_t)threads ? (int)paid : threads;
    }
    return omp_get_thread_limit() < threads ? omp_get_thread_limit() : threads;
}

/* Nobody but the user makes stacks small: the threads are asked only where that was done. */
static bool may_be_small(void)
{
    static const char *const names[] = {"OMP_STACKSIZE", "GOMP_STACKSIZE", "KMP_STACKSIZE"};
    struct rlimit limit;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (getenv(names[i]) != NULL)
            return true;
    }
    return getrlimit(RLIMIT_STACK, &limit) == 0 && limit.rlim_cur < THREAD_STACK_MIN;
}

/* The stack of a thread that OpenMP starts; SIZE_MAX when it is not known. */
static size_t stack_of_a_thread(void)
{
    size_t size = SIZE_MAX;
#if defined(__linux__)
#pragma omp parallel num_threads(2) default(none) shared(size)
    if (omp_get_thread_num() == 1) {
        pthread_attr_t attributes;
        if (pthread_getattr_np(pthread_self(), &attributes) == 0) {
            (void)pthread_attr_getstacksize(&attributes, &size);
            (void)pthread_attr_destroy(&attributes);
        }
    }
#endif
    return size;
}

enum status threads_check(int threads, struct error *err)
{
    if (threads > omp_get_thread_limit())
        return error_set(err, ERR_USAGE, "--threads %d: OMP_THREAD_LIMIT allows %d", threads,
                         omp_get_thread_limit());
    const size_t stack = threads > 1 && may_be_small() ? stack_of_a_thread() : SIZE_MAX;
    if (stack < THREAD_STACK_MIN)
        return error_set(err, ERR_USAGE,
                         "a thread's stack has %zu KB (OMP_STACKSIZE, or ulimit -s), and a search needs %zu "
                         "KB: OMP_STACKSIZE=%zuk",
                         stack >> 10, THREAD_STACK_MIN >> 10, THREAD_STACK_MIN >> 10);
    return OK;
}
