/* SPDX-License-Identifier: Apache-2.0 */
#if defined(__linux__)
#define _GNU_SOURCE /* sched_getaffinity */
#endif
#include <omp.h>
#include <sched.h>
#include <stdlib.h>

#include "search/pin.h"
#include "tests/support/cmocka_all.h"

#if defined(__linux__)
#define THREADS_MAX 1024

static int cpu_count(void)
{
    cpu_set_t set;
    assert_int_equal(sched_getaffinity(0, sizeof set, &set), 0);
    return CPU_COUNT(&set);
}

/* The processors that each thread of a parallel region may use. */
static void look_at_threads(int threads, cpu_set_t *sets)
{
#pragma omp parallel num_threads(threads) default(none) shared(sets)
    (void)sched_getaffinity(0, sizeof *sets, &sets[omp_get_thread_num()]);
}

static void forget_placement(void)
{
    static const char *const names[] = {"OMP_PROC_BIND",   "OMP_PLACES",          "GOMP_CPU_AFFINITY",
                                        "KMP_AFFINITY",    "PMIX_RANK",           "PMI_RANK",
                                        "MPI_LOCALRANKID", "OMPI_COMM_WORLD_RANK"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        (void)unsetenv(names[i]);
}

static void begin_as_many_as_processors_one_each(void **state)
{
    (void)state;
    const int threads = cpu_count();
    if (threads < 2 || threads > THREADS_MAX)
        skip();
    static cpu_set_t sets[THREADS_MAX];
    forget_placement();
    struct pin *pin = pin_begin(threads);
    assert_non_null(pin);
    look_at_threads(threads, sets);
    cpu_set_t together;
    CPU_ZERO(&together);
    for (int t = 0; t < threads; t++) {
        assert_int_equal(CPU_COUNT(&sets[t]), 1);
        CPU_OR(&together, &together, &sets[t]);
    }
    assert_int_equal(CPU_COUNT(&together), threads);
    pin_end(pin);
    look_at_threads(threads, sets);
    for (int t = 0; t < threads; t++)
        assert_int_equal(CPU_COUNT(&sets[t]), threads);
}

static void begin_not_as_many_as_processors_is_none(void **state)
{
    (void)state;
    forget_placement();
    assert_null(pin_begin(1));
    assert_null(pin_begin(cpu_count() + 1));
    pin_end(NULL);
}

static void begin_placed_already_is_none(void **state)
{
    (void)state;
    static const char *const names[] = {"OMP_PROC_BIND", "OMP_PLACES", "OMPI_COMM_WORLD_RANK"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        forget_placement();
        assert_int_equal(setenv(names[i], "0", 1), 0);
        assert_null(pin_begin(cpu_count()));
    }
    forget_placement();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(begin_as_many_as_processors_one_each),
        cmocka_unit_test(begin_not_as_many_as_processors_is_none),
        cmocka_unit_test(begin_placed_already_is_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
#else
int main(void)
{
    return 0;
}
#endif
