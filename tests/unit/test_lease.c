/* SPDX-License-Identifier: Apache-2.0 */
/* The second model is good for everything that the first is used for. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "search/walk.h"
#include "tests/support/cmocka_all.h"
#include "tests/support/lease_lock.h"
#include "tests/support/own_models.h"

static struct walk_tally tally_of(uint32_t guards)
{
    struct model *model = own_test_model(lease_class(), "l2_3_3", guards, 1);
    const struct walk_job job = {.seed = 1, .count = 20000, .max_steps = 12, .properties = 1};
    struct walk_tally tally = {0};
    walk_range(model, &job, &tally, NULL);
    model_free(model);
    return tally;
}

static void walks_find_the_stale_write_unless_fenced(void **state)
{
    (void)state;
    const struct walk_tally bare = tally_of(0);
    const struct walk_tally fenced = tally_of(1);
    assert_int_equal(bare.walks, 20000);
    assert_true(bare.hits[LEASE_NO_STALE_WRITE] > 100);
    assert_int_equal(fenced.hits[LEASE_NO_STALE_WRITE], 0);
    for (size_t action = 0; action < LEASE_ACTION_COUNT; action++)
        assert_true(bare.fired[action] > 1000);
}

/* --- the whole program over this model --- */

static char folder[] = "/tmp/racewalk-test-lease-XXXXXX";

/* Runs the program with the arguments in the folder; the exit status, and what it printed. */
static int run(const char *arguments, struct buffer *out)
{
    char command[4096];
    char block[4096];
    (void)snprintf(command, sizeof command, "cd %s && %s %s 2>&1", folder, RACEWALK_LEASE_PROGRAM, arguments);
    FILE *pipe = popen(command, "r");
    assert_non_null(pipe);
    buffer_clear(out);
    for (size_t got; (got = fread(block, 1, sizeof block, pipe)) > 0;)
        buffer_append(out, block, got);
    const int status = pclose(pipe);
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

static int make_folder(void **state)
{
    (void)state;
    return mkdtemp(folder) == NULL ? -1 : 0;
}

static int drop_folder(void **state)
{
    (void)state;
    char command[256];
    (void)snprintf(command, sizeof command, "rm -r %s", folder);
    return system(command);
}

static void program_finds_writes_and_replays(void **state)
{
    (void)state;
    struct buffer out;
    buffer_init(&out);
    assert_int_equal(
        run("run --seed 5 --max-samples 100000 --property no_stale_write --out-itf found.itf.json "
            "--no-progress",
            &out),
        EXIT_VIOLATION);
    assert_int_equal(
        run("replay found.itf.json --out-schedule found.schedule.json --out-itf again.itf.json", &out),
        EXIT_NOTHING_FOUND);
    assert_non_null(strstr(out.text, "found.itf.json[0]: "));
    assert_non_null(strstr(out.text, "violates no_stale_write at state "));
    assert_non_null(strstr(out.text, ": every state agrees\n"));
    assert_int_equal(run("replay again.itf.json found.schedule.json", &out), EXIT_NOTHING_FOUND);
    assert_non_null(strstr(out.text, "2 traces: 2 agree, 0 do not\n"));
    /* With fencing, the same run shows nothing. */
    assert_int_equal(run("replay --guard fencing found.itf.json", &out), EXIT_VIOLATION);
    assert_int_equal(
        run("run --seed 5 --max-samples 10000 --property no_stale_write --guard fencing --no-progress", &out),
        EXIT_NOTHING_FOUND);
    buffer_release(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(walks_find_the_stale_write_unless_fenced),
        cmocka_unit_test_setup_teardown(program_finds_writes_and_replays, make_folder, drop_folder),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
