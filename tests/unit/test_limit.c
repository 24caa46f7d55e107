/* SPDX-License-Identifier: Apache-2.0 */
#include "bench/limit.h"
#include "model/dns/dns_walk.h"
#include "tests/support/cmocka_all.h"

/* By hand, from model/dns/dns_walk_lanes.h: 21 for each deployer, and 17 whatever their number. */
static void operations_of_a_step_are_those_of_the_source(void **state)
{
    (void)state;
    for (uint32_t deployers = 1; deployers <= DNS_DEPLOYERS_MAX; deployers++)
        assert_int_equal(limit_operations(deployers), 21 * deployers + 17);
}

/* A limit is a time, and a step takes more of it than its draw. */
static void measure_every_vector_kernel_has_a_limit(void **state)
{
    (void)state;
    static const char *const kernels[] = {"avx2", "avx512"};
    for (size_t i = 0; i < 2; i++) {
        struct walk_limit limit = {0};
        const bool there = dns_walk_select(kernels[i], NULL) == OK;
        assert_int_equal(limit_measure(kernels[i], 0.01, &limit), there);
        if (there) {
            assert_true(limit.draw > 0 && limit.draw < 1e-3);
            assert_true(limit.operation > 0 && limit.operation < limit.draw);
            assert_true(limit_step(&limit, 3) > limit.draw);
        }
    }
    struct walk_limit limit;
    assert_false(limit_measure("scalar", 0.01, &limit));
    assert_int_equal(dns_walk_select("auto", NULL), OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(operations_of_a_step_are_those_of_the_source),
        cmocka_unit_test(measure_every_vector_kernel_has_a_limit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
