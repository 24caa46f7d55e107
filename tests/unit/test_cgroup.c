/* SPDX-License-Identifier: Apache-2.0 */
/* Limits of control groups, in folders that look like theirs, and in those of this machine where they can be
 * made. */
#define _XOPEN_SOURCE 700 /* nftw */
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/budget.h"
#include "base/cgroup.h"
#include "tests/support/cmocka_all.h"
#include "tests/support/control_group.h"

static char root[64], self[80];

static int set_up(void **state)
{
    (void)state;
    (void)snprintf(root, sizeof root, "/tmp/racewalk-cgroup.XXXXXX");
    assert_non_null(mkdtemp(root));
    (void)snprintf(self, sizeof self, "%s/self", root);
    return 0;
}

static int remove_entry(const char *path, const struct stat *info, int type, struct FTW *at)
{
    (void)info;
    (void)type;
    (void)at;
    return remove(path);
}

static int tear_down(void **state)
{
    (void)state;
    return nftw(root, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
}

/* Writes the text to root/path; its folders are made. */
static void put(const char *path, const char *text)
{
    char whole[256];
    (void)snprintf(whole, sizeof whole, "%s/%s", root, path);
    for (char *slash = strchr(whole + strlen(root) + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        (void)mkdir(whole, 0777);
        *slash = '/';
    }
    FILE *file = fopen(whole, "w");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

static void assert_memory(uint64_t expected)
{
    assert_int_equal(cgroup_memory_left(root, self), expected);
}

static void assert_processors(uint64_t expected)
{
    assert_int_equal(cgroup_processors(root, self), expected);
}

static void memory_of_version_2_is_the_least_of_all_groups_above(void **state)
{
    (void)state;
    put("self", "0::/job/step/task\n");
    assert_memory(CGROUP_UNLIMITED);
    put("job/step/task/memory.max", "max\n");
    put("job/step/task/memory.current", "1000\n");
    assert_memory(CGROUP_UNLIMITED);
    put("job/memory.max", "300000\n");
    put("job/memory.current", "100000\n");
    assert_memory(200000);
    put("job/step/memory.max", "500000\n");
    put("job/step/memory.current", "50000\n");
    assert_memory(200000);
    put("job/step/task/memory.max", "70000\n");
    assert_memory(69000);
    put("memory.max", "40000\n");
    assert_memory(40000);
    put("other/memory.max", "10\n");
    assert_memory(40000);
}

static void memory_that_files_take_can_be_had(void **state)
{
    (void)state;
    put("self", "0::/job\n");
    put("job/memory.max", "300000\n");
    put("job/memory.current", "290000\n");
    put("job/memory.stat", "anon 90000\nfile 200000\ninactive_file 150000\nactive_file 50000\n");
    assert_memory(160000);
    put("job/memory.stat", "inactive_file 999999\n");
    assert_memory(300000);
    put("job/memory.stat", "anon 1\n");
    put("job/memory.current", "310000\n");
    assert_memory(0);
}

static void memory_past_which_a_group_is_slowed_down_counts(void **state)
{
    (void)state;
    put("self", "0::/job\n");
    put("job/memory.max", "300000\n");
    put("job/memory.high", "200000\n");
    put("job/memory.current", "50000\n");
    assert_memory(150000);
}

static void memory_of_version_1_is_the_least_of_all_groups_above(void **state)
{
    (void)state;
    put("self", "11:cpuset:/x\n5:memory:/slurm/uid_0/job_7/step_0\n1:name=systemd:/y\n");
    put("memory/memory.limit_in_bytes", "9223372036854771712\n");
    put("memory/memory.usage_in_bytes", "1000\n");
    put("memory/slurm/uid_0/job_7/step_0/memory.limit_in_bytes", "9223372036854771712\n");
    assert_memory(UINT64_C(9223372036854771712) - 1000);
    put("memory/slurm/uid_0/job_7/memory.limit_in_bytes", "400000\n");
    put("memory/slurm/uid_0/job_7/memory.usage_in_bytes", "300000\n");
    put("memory/slurm/uid_0/job_7/memory.stat", "inactive_file 1\ntotal_inactive_file 20000\n");
    assert_memory(120000);
    put("memory/slurm/memory.limit_in_bytes", "90000\n");
    assert_memory(90000);
    put("cpuset/x/memory.limit_in_bytes", "7\n");
    assert_memory(90000);
}

/* A container that does not see its host's groups has its own at the root. */
static void groups_that_are_not_there_are_passed_over(void **state)
{
    (void)state;
    assert_memory(CGROUP_UNLIMITED);
    assert_processors(CGROUP_UNLIMITED);
    put("memory/memory.limit_in_bytes", "80000\n");
    put("cpu/cpu.cfs_quota_us", "150000\n");
    put("cpu/cpu.cfs_period_us", "100000\n");
    assert_memory(80000);
    assert_processors(2);
    put("self", "6:memory:/docker/0123/deeper\n4:cpu,cpuacct:/docker/0123\n0::/../..\n");
    assert_memory(80000);
    assert_processors(2);
    put("self", "no list\n::\n0:\n\n7:memory\n");
    assert_memory(80000);
}

static void processors_of_version_2_are_the_least_of_all_groups_above(void **state)
{
    (void)state;
    put("self", "0::/job/task\n");
    put("job/task/cpu.max", "max 100000\n");
    assert_processors(CGROUP_UNLIMITED);
    put("job/cpu.max", "400000 100000\n");
    assert_processors(4);
    put("cpu.max", "250000 100000\n");
    assert_processors(3);
    put("job/task/cpu.max", "20000 100000\n");
    assert_processors(1);
    put("job/task/cpu.max", "100000 0\n");
    assert_processors(3);
}

static void processors_of_version_1_are_the_least_of_all_groups_above(void **state)
{
    (void)state;
    put("self", "3:cpu,cpuacct:/job/task\n");
    put("cpu,cpuacct/job/task/cpu.cfs_quota_us", "-1\n");
    put("cpu,cpuacct/job/task/cpu.cfs_period_us", "100000\n");
    assert_processors(CGROUP_UNLIMITED);
    put("cpu,cpuacct/job/cpu.cfs_quota_us", "300000\n");
    put("cpu,cpuacct/job/cpu.cfs_period_us", "100000\n");
    assert_processors(3);
    put("cpu/cpu.cfs_quota_us", "50000\n");
    put("cpu/cpu.cfs_period_us", "25000\n");
    assert_processors(2);
}

/* --- a group of this machine --- */

static int look_from_within(void)
{
    const size_t available = memory_available();
    return available <= 300000000 && available > 200000000 ? 0 : 1;
}

static void limit_of_a_parent_is_seen_on_this_machine(void **state)
{
    (void)state;
    const struct control_group_limit limit = {"memory", "memory.limit_in_bytes", "300000000\n", "memory.max",
                                              "300000000\n"};
    const int code = control_group_run(&limit, look_from_within);
    if (code == CONTROL_GROUP_NONE)
        skip();
    assert_int_equal(code, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(memory_of_version_2_is_the_least_of_all_groups_above, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(memory_that_files_take_can_be_had, set_up, tear_down),
        cmocka_unit_test_setup_teardown(memory_past_which_a_group_is_slowed_down_counts, set_up, tear_down),
        cmocka_unit_test_setup_teardown(memory_of_version_1_is_the_least_of_all_groups_above, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(groups_that_are_not_there_are_passed_over, set_up, tear_down),
        cmocka_unit_test_setup_teardown(processors_of_version_2_are_the_least_of_all_groups_above, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(processors_of_version_1_are_the_least_of_all_groups_above, set_up,
                                        tear_down),
        cmocka_unit_test(limit_of_a_parent_is_seen_on_this_machine),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
