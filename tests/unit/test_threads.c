/* SPDX-License-Identifier: Apache-2.0 */
/* How many threads a search takes when nobody says so; what OpenMP's own variables do is in
 * tests/cli/process.t. */
#include <omp.h>
#include <stdlib.h>
#include <string.h>

#include "search/threads.h"
#include "tests/support/cmocka_all.h"
#include "tests/support/control_group.h"

static void default_is_what_the_process_may_use(void **state)
{
    (void)state;
    assert_in_range(threads_default(), 1, omp_get_max_threads());
    assert_int_equal(threads_check(threads_default(), NULL), OK);
    assert_int_equal(threads_check(4096, NULL), OK);
}

static int look_from_within(void)
{
    (void)unsetenv("OMP_NUM_THREADS");
    if (threads_default() != 1)
        return 1;
    (void)setenv("OMP_NUM_THREADS", "2", 1);
    return threads_default() == omp_get_max_threads() ? 0 : 2;
}

static void default_is_what_the_quota_of_a_parent_pays_for(void **state)
{
    (void)state;
    const struct control_group_limit limit = {"cpu", "cpu.cfs_quota_us", "60000\n", "cpu.max",
                                              "60000 100000\n"};
    const int code = control_group_run(&limit, look_from_within);
    if (code == CONTROL_GROUP_NONE)
        skip();
    assert_int_equal(code, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(default_is_what_the_process_may_use),
        cmocka_unit_test(default_is_what_the_quota_of_a_parent_pays_for),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
