/* SPDX-License-Identifier: Apache-2.0 */
/* The lab on disk: what is there after each kind of end, and what is said about files that are not what they
 * should be. */
#include "tests/unit/test_lab_fixture.h"

#include <fcntl.h>

static const struct guards no_guards = {false, false};

#define ZONE_FILE "s3-persistence/current_dns_zone.json"
#define PLAN_FILE "s3-persistence/plans/plan-001.json"

static int set_up(void **state)
{
    *state = fixture_folder();
    return 0;
}

static int tear_down(void **state)
{
    fixture_remove(*state);
    return 0;
}

static bool exists(const char *folder, const char *name)
{
    return access(fixture_path(folder, name), F_OK) == 0;
}

/* Opening fails with this status, and the message ends so. */
static void assert_open_fails(const char *folder, enum status expected, const char *ending)
{
    struct lab lab;
    struct error err = {""};
    const struct lab_config config = {.base_dir = folder, .deployer_count = 3};
    const enum status status = lab_open(&lab, &config, &err);
    if (status == OK)
        lab_close(&lab);
    assert_int_equal(status, expected);
    const size_t length = strlen(err.text), wanted = strlen(ending);
    if (length < wanted || strcmp(err.text + length - wanted, ending) != 0)
        fail_msg("\"%s\" does not end with \"%s\"", err.text, ending);
}

static void open_new_folder_makes_an_empty_zone(void **state)
{
    struct lab lab;
    fixture_open_lab(&lab, fixture_path(*state, "deep/er"), no_guards);
    char *text = fixture_read(fixture_path(*state, "deep/er/" ZONE_FILE));
    assert_string_equal(text, "[]\n");
    mem_free(text);
    assert_true(exists(*state, "deep/er/s3-persistence/plans"));
    lab_close(&lab);
}

static void open_again_goes_on_with_zone_and_plans(void **state)
{
    struct lab lab;
    fixture_open_lab(&lab, *state, no_guards);
    fixture_generate(&lab, 2);
    assert_int_equal(fixture_deploy(&lab, 0).outcome, DEPLOY_INSTALLED);
    char before[8192];
    (void)snprintf(before, sizeof before, "%s", fixture_zone(&lab.zone));
    lab_close(&lab);

    fixture_open_lab(&lab, *state, no_guards);
    assert_string_equal(fixture_zone(&lab.zone), before);
    assert_int_equal(lab.planner.last_version, 2);
    /* Deployers start anew: this one has seen no lock and is back at plan 1. */
    assert_null(lab.deployers[0].lock);
    assert_int_equal(lab.deployers[0].next_plan_version, 1);
    assert_int_equal(fixture_deploy(&lab, 0).outcome, DEPLOY_REFUSED);
    assert_int_equal(fixture_sync_deploy(&lab, 0).version, 1);
    fixture_generate(&lab, 1);
    assert_true(exists(*state, "s3-persistence/plans/plan-003.json"));
    lab_close(&lab);
}

/* Known, and documented: epochs begin anew, so that the lock's text comes back and an old view matches it. */
static void open_again_lets_an_old_lock_come_back(void **state)
{
    struct lab lab;
    fixture_open_lab(&lab, *state, no_guards);
    fixture_generate(&lab, 2);
    for (int i = 0; i < 2; i++)
        assert_int_equal(fixture_sync_deploy(&lab, 0).outcome, DEPLOY_INSTALLED);
    lab_close(&lab);

    fixture_open_lab(&lab, *state, no_guards);
    deployer_sync(&lab.deployers[1], &lab.zone);
    assert_string_equal(lab.deployers[1].lock->text, "deployer-a 2");
    assert_int_equal(fixture_sync_deploy(&lab, 0).outcome, DEPLOY_INSTALLED);
    assert_false(deployer_is_fresh(&lab.deployers[1], &lab.zone));
    assert_int_equal(fixture_sync_deploy(&lab, 0).outcome, DEPLOY_INSTALLED);
    assert_true(deployer_is_fresh(&lab.deployers[1], &lab.zone));
    assert_int_equal(fixture_deploy(&lab, 1).outcome, DEPLOY_INSTALLED);
    lab_close(&lab);
}

static void open_with_durable_does_the_same(void **state)
{
    struct lab lab;
    struct error err = {""};
    const struct lab_config config = {.base_dir = *state, .deployer_count = 1, .durable = true};
    assert_int_equal(lab_open(&lab, &config, &err), OK);
    fixture_generate(&lab, 1);
    assert_int_equal(fixture_deploy(&lab, 0).outcome, DEPLOY_INSTALLED);
    assert_int_equal(lab_reset(&lab, &err), OK);
    lab_close(&lab);
    fixture_open_lab(&lab, *state, no_guards);
    assert_int_equal(lab.zone.count, 0);
    lab_close(&lab);
}

static void open_after_a_gap_goes_on_behind_the_largest(void **state)
{
    struct lab lab;
    fixture_open_lab(&lab, *state, no_guards);
    fixture_generate(&lab, 12);
    lab_close(&lab);
    assert_int_equal(remove(fixture_path(*state, "s3-persistence/plans/plan-011.json")), 0);
    fixture_write(fixture_path(*state, "s3-persistence/plans/plan-99.json"), "not a plan's name");
    fixture_write(fixture_path(*state, "s3-persistence/plans/README"), "nor this");
    fixture_open_lab(&lab, *state, no_guards);
    assert_int_equal(lab.planner.last_version, 12);
    lab_close(&lab);
}

static void open_twice_says_that_the_folder_is_in_use(void **state)
{
    struct lab lab;
    fixture_open_lab(&lab, *state, no_guards);
    assert_open_fails(*state, ERR_IO, "/s3-persistence is in use by another lab");
    lab_close(&lab);
    fixture_open_lab(&lab, *state, no_guards);
    lab_close(&lab);
}

static void open_on_a_file_names_it(void **state)
{
    fixture_write(fixture_path(*state, "file"), "");
    assert_open_fails(fixture_path(*state, "file"), ERR_IO, "/file/s3-persistence: Not a directory");
    assert_open_fails("", ERR_USAGE, "the base directory has no name");
}

static void open_removes_leftovers_of_a_killed_lab_only(void **state)
{
    struct lab lab;
    fixture_open_lab(&lab, *state, no_guards);
    lab_close(&lab);
    fixture_write(fixture_path(*state, ZONE_FILE ".tmp"), "[half");
    fixture_write(fixture_path(*state, "s3-persistence/plans/plan-007.json.tmp"), "half");
    fixture_write(fixture_path(*state, "s3-persistence/mine.tmp"), "not ours");
    fixture_open_lab(&lab, *state, no_guards);
    assert_false(exists(*state, ZONE_FILE ".tmp"));
    assert_false(exists(*state, "s3-persistence/plans/plan-007.json.tmp"));
    assert_true(exists(*state, "s3-persistence/mine.tmp"));
    assert_int_equal(lab.planner.last_version, 0);
    lab_close(&lab);
}

static void open_with_a_broken_zone_says_where(void **state)
{
    static const struct {
        const char *text, *ending;
    } cases[] = {
        {"", "current_dns_zone.json: 1:1: a value expected, found the end"},
        {"[", "current_dns_zone.json: 1:2: a value expected, found the end"},
        {"[]]", "current_dns_zone.json: 1:3: the end of the document expected, found ']'"},
        {"{}", "current_dns_zone.json: a list of records was expected"},
        {"[5]", "record 1: \"name\" must be a text of 1 to 1024 bytes"},
        {"[{\"name\": \"x\", \"type\": \"A\", \"value\": \"192.0.2.1\"}, {\"name\": \"y\", \"type\": \"B\", "
         "\"value\": "
         "\"z\"}]",
         "record 2: \"type\" must be \"A\", \"TXT\" or \"ALIAS\""},
        {"[{\"name\": \"x\", \"type\": \"A\", \"value\": \"192.0.2.256\"}]",
         "record 1: \"value\" of an A record must be an IPv4 address"},
        {"[{\"name\": \"x\", \"type\": \"TXT\", \"value\": 5}]",
         "record 1: \"value\" of a TXT record must be a text of at most 65536 bytes"},
        {"[{\"name\": \"x\", \"type\": \"ALIAS\", \"value\": {}}]",
         "record 1: \"value\" of an ALIAS record must be a name or a list of targets"},
        {"[{\"name\": \"x\", \"type\": \"ALIAS\", \"value\": [{\"name\": \"y\", \"weight\": 1.5}]}]",
         "record 1: target 1 must be {\"name\": text, \"weight\": integer}"},
        {"[{\"name\": \"x\", \"type\": \"TXT\", \"value\": \"\"}, {\"name\": \"x\", \"type\": \"TXT\", "
         "\"value\": "
         "\"\"}]",
         "record 2: there is another x|TXT before it"},
    };
    struct lab lab;
    fixture_open_lab(&lab, *state, no_guards);
    lab_close(&lab);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        fixture_write(fixture_path(*state, ZONE_FILE), cases[i].text);
        assert_open_fails(*state, ERR_DATA, cases[i].ending);
    }
}

static void open_with_a_broken_plan_says_where(void **state)
{
#define PLAN_HEAD \
    "{\"version\": 1, \"root\": \"clouddb.us-east-1.api.acme\", \"plan_name\": \"plan-001.cdb.acme\", "
    static const struct {
        const char *text, *ending;
    } cases[] = {
        {"{\"version\": 1", "plans/plan-001.json: 1:14: ',' or '}' expected, found the end"},
        {"[]", "plans/plan-001.json: \"version\" must be 1"},
        {"{\"version\": 1, \"root\": \"else\"}", "\"root\" must be \"clouddb.us-east-1.api.acme\""},
        {"{\"version\": 1, \"root\": \"clouddb.us-east-1.api.acme\", \"plan_name\": \"plan-002.cdb.acme\"}",
         "\"plan_name\" must be \"plan-001.cdb.acme\""},
        {PLAN_HEAD "\"records\": 7}", "a list of records was expected"},
        {PLAN_HEAD "\"records\": [{}]}", "record 1: \"name\" must be a text of 1 to 1024 bytes"},
    };
    struct lab lab;
    fixture_open_lab(&lab, *state, no_guards);
    lab_close(&lab);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        fixture_write(fixture_path(*state, PLAN_FILE), cases[i].text);
        assert_open_fails(*state, ERR_DATA, cases[i].ending);
    }
    fixture_write(fixture_path(*state, PLAN_FILE), PLAN_HEAD "\"records\": []}");
    fixture_open_lab(&lab, *state, no_guards);
    assert_int_equal(lab.planner.last_version, 1);
    lab_close(&lab);
}

static void reset_leaves_an_empty_zone_and_no_plans(void **state)
{
    struct lab lab;
    fixture_open_lab(&lab, *state, no_guards);
    fixture_generate(&lab, 3);
    assert_int_equal(fixture_deploy(&lab, 0).outcome, DEPLOY_INSTALLED);
    assert_int_equal(lab_reset(&lab, NULL), OK);
    char *text = fixture_read(fixture_path(*state, ZONE_FILE));
    assert_string_equal(text, "[]\n");
    mem_free(text);
    for (int64_t version = 1; version <= 3; version++) {
        struct buffer none;
        buffer_init(&none);
        bool there = true;
        assert_int_equal(store_read_plan(&lab.store, version, &none, &there, NULL), OK);
        assert_false(there);
        buffer_release(&none);
    }
    assert_null(lab.deployers[0].lock);
    assert_int_equal(lab.deployers[0].lock_epoch, 0);
    fixture_generate(&lab, 1);
    assert_true(exists(*state, PLAN_FILE));
    lab_close(&lab);
}

/* A folder under the temporary file's name stands in for a full or failing disk (test_lab_disk.c has such).
 */
static void change_that_cannot_be_written_does_not_happen(void **state)
{
    struct lab lab;
    struct error err = {""};
    fixture_open_lab(&lab, *state, no_guards);
    fixture_generate(&lab, 2);
    assert_int_equal(fixture_deploy(&lab, 0).outcome, DEPLOY_INSTALLED);
    char before[8192];
    (void)snprintf(before, sizeof before, "%s", fixture_zone(&lab.zone));
    assert_int_equal(mkdir(fixture_path(*state, ZONE_FILE ".tmp"), 0700), 0);
    assert_int_equal(mkdir(fixture_path(*state, "s3-persistence/plans/plan-003.json.tmp"), 0700), 0);

    struct deploy_answer answer;
    struct cleanup_answer cleanup;
    deployer_sync(&lab.deployers[0], &lab.zone);
    assert_int_equal(lab_deploy(&lab, CALLER_PERSON, &lab.deployers[0], &answer, &err), ERR_IO);
    assert_non_null(strstr(err.text, "/current_dns_zone.json.tmp is not a regular file"));
    assert_string_equal(action_log_at(&lab.log, 0)->result, err.text);
    assert_false(action_log_at(&lab.log, 0)->ok);
    assert_string_equal(fixture_zone(&lab.zone), before);
    assert_int_equal(lab.deployers[0].next_plan_version, 2);
    assert_int_equal(lab.deployers[0].lock_epoch, 1);
    assert_int_equal(lab_cleanup(&lab, CALLER_PERSON, &lab.deployers[0], 0, &cleanup, &err), ERR_IO);
    assert_string_equal(fixture_zone(&lab.zone), before);
    assert_int_equal(lab_reset(&lab, &err), ERR_IO);
    assert_string_equal(fixture_zone(&lab.zone), before);
    struct buffer json;
    buffer_init(&json);
    assert_int_equal(planner_generate(&lab.planner, NULL, 0, &json, &err), ERR_IO);
    assert_int_equal(json.length, 0);
    assert_int_equal(lab.planner.last_version, 2);
    buffer_release(&json);
    lab_close(&lab);

    assert_int_equal(rmdir(fixture_path(*state, ZONE_FILE ".tmp")), 0);
    assert_int_equal(rmdir(fixture_path(*state, "s3-persistence/plans/plan-003.json.tmp")), 0);
    fixture_open_lab(&lab, *state, no_guards);
    assert_string_equal(fixture_zone(&lab.zone), before);
    lab_close(&lab);
}

/* Someone who has the zone file open reads one zone, whatever happens meanwhile. */
static void read_during_changes_sees_one_zone(void **state)
{
    struct lab lab;
    fixture_open_lab(&lab, *state, no_guards);
    fixture_generate(&lab, 5);
    assert_int_equal(fixture_deploy(&lab, 0).outcome, DEPLOY_INSTALLED);
    char *before = fixture_read(fixture_path(*state, ZONE_FILE));
    const int fd = open(fixture_path(*state, ZONE_FILE), O_RDONLY);
    assert_true(fd >= 0);
    for (int i = 0; i < 4; i++)
        assert_int_equal(fixture_sync_deploy(&lab, 0).outcome, DEPLOY_INSTALLED);
    char text[4096] = "";
    assert_int_equal(read(fd, text, sizeof text - 1), (ssize_t)strlen(before));
    assert_string_equal(text, before);
    (void)close(fd);
    mem_free(before);
    assert_false(exists(*state, ZONE_FILE ".tmp"));
    lab_close(&lab);
}

/* Each allocation fails once: opening says so and leaves nothing behind that is in the way of the next try.
 */
static void open_without_memory_fails_cleanly(void **state)
{
    struct lab lab;
    fixture_open_lab(&lab, *state, no_guards);
    fixture_generate(&lab, 2);
    assert_int_equal(fixture_deploy(&lab, 0).outcome, DEPLOY_INSTALLED);
    lab_close(&lab);
    const struct lab_config config = {.base_dir = *state, .deployer_count = 3};
    enum status status;
    size_t nth = 0;
    do {
        struct error err = {""};
        mem_fail_from(++nth);
        status = lab_open(&lab, &config, &err);
        mem_fail_from(0);
        assert_true(status == OK || (status == ERR_MEMORY && err.text[0] != '\0'));
    } while (status != OK);
    assert_true(nth > 10);
    assert_int_equal(lab.zone.count, 4);
    lab_close(&lab);
}

static void seed_init_and_reset_without_memory_change_nothing(void **state)
{
    struct lab lab;
    fixture_open_lab(&lab, *state, no_guards);
    enum status status;
    size_t nth = 0;
    do {
        assert_int_equal(lab.zone.count, 0);
        mem_fail_from(++nth);
        status = lab_seed_init(&lab, NULL);
        mem_fail_from(0);
    } while (status != OK);
    assert_true(nth > 4);
    assert_int_equal(lab.zone.count, 4);
    nth = 0;
    do {
        mem_fail_from(++nth);
        status = lab_reset(&lab, NULL);
        mem_fail_from(0);
    } while (status != OK);
    assert_int_equal(lab.zone.count, 0);
    lab_close(&lab);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(open_new_folder_makes_an_empty_zone),
        TEST(open_again_goes_on_with_zone_and_plans),
        TEST(open_again_lets_an_old_lock_come_back),
        TEST(open_with_durable_does_the_same),
        TEST(open_after_a_gap_goes_on_behind_the_largest),
        TEST(open_twice_says_that_the_folder_is_in_use),
        TEST(open_on_a_file_names_it),
        TEST(open_removes_leftovers_of_a_killed_lab_only),
        TEST(open_with_a_broken_zone_says_where),
        TEST(open_with_a_broken_plan_says_where),
        TEST(reset_leaves_an_empty_zone_and_no_plans),
        TEST(change_that_cannot_be_written_does_not_happen),
        TEST(read_during_changes_sees_one_zone),
        TEST(open_without_memory_fails_cleanly),
        TEST(seed_init_and_reset_without_memory_change_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
