/* SPDX-License-Identifier: Apache-2.0 */
/* Deployers: what each call does to the zone and to what the deployer knows; the outage; the guards. */
#include "tests/unit/test_lab_fixture.h"

enum { A, B, C };
static const struct guards no_guards = {false, false};

struct fixture {
    char *folder;
    struct lab lab;
};

static int set_up_with(void **state, struct guards guards)
{
    struct fixture *fixture = mem_new(1, sizeof *fixture);
    assert_non_null(fixture);
    fixture->folder = fixture_folder();
    fixture_open_lab(&fixture->lab, fixture->folder, guards);
    *state = fixture;
    return 0;
}

static int set_up(void **state)
{
    return set_up_with(state, no_guards);
}

static int set_up_reject_stale(void **state)
{
    return set_up_with(state, (struct guards){.reject_stale = true});
}

static int set_up_protect_live(void **state)
{
    return set_up_with(state, (struct guards){.protect_live = true});
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;
    lab_close(&fixture->lab);
    fixture_remove(fixture->folder);
    mem_free(fixture);
    return 0;
}

static struct lab *lab_of(void **state)
{
    return &((struct fixture *)*state)->lab;
}

static void assert_refused(struct deploy_answer answer, const char *message)
{
    assert_int_equal(answer.outcome, DEPLOY_REFUSED);
    assert_string_equal(answer.refusal.text, message);
}

static void assert_installed(struct deploy_answer answer, int64_t version)
{
    if (answer.outcome == DEPLOY_REFUSED)
        fail_msg("refused: %s", answer.refusal.text);
    assert_int_equal(answer.outcome, DEPLOY_INSTALLED);
    assert_int_equal(answer.version, version);
}

static const char *root_target(const struct lab *lab)
{
    return wormhole53_find(&lab->zone, RECORD_ALIAS, LAB_ROOT_NAME)->text;
}

#define STALE_LOCK "record mismatch: _lock.clouddb.us-east-1.api.acme|TXT"
#define NEW_LOCK   "record already exists: _lock.clouddb.us-east-1.api.acme|TXT"

static void deploy_without_a_plan_is_idle(void **state)
{
    struct lab *lab = lab_of(state);
    assert_int_equal(fixture_deploy(lab, A).outcome, DEPLOY_IDLE);
    assert_int_equal(lab->deployers[A].lock_epoch, 0);
    assert_int_equal(lab->deployers[A].next_plan_version, 1);
    assert_int_equal(lab->zone.count, 0);
}

static void deploy_into_an_empty_zone_writes_lock_plan_root_in_order(void **state)
{
    struct lab *lab = lab_of(state);
    fixture_generate(lab, 1);
    assert_installed(fixture_deploy(lab, A), 1);
    assert_string_equal(
        fixture_zone(&lab->zone),
        "_lock.clouddb.us-east-1.api.acme=deployer-a 1 plan-001.cdb.acme=[lb-001-1.cdb.acme:1] "
        "lb-001-1.cdb.acme=192.0.1.1 clouddb.us-east-1.api.acme=plan-001.cdb.acme");
}

static void deploy_twice_without_sync_fails_on_the_lock(void **state)
{
    struct lab *lab = lab_of(state);
    fixture_generate(lab, 2);
    assert_installed(fixture_deploy(lab, A), 1);
    assert_refused(fixture_deploy(lab, A), NEW_LOCK);
    assert_installed(fixture_sync_deploy(lab, A), 2);
    /* The third plan is missing, which comes first. */
    assert_int_equal(fixture_deploy(lab, A).outcome, DEPLOY_IDLE);
}

static void deploy_with_a_stale_lock_is_refused_and_counts(void **state)
{
    struct lab *lab = lab_of(state);
    fixture_generate(lab, 2);
    assert_installed(fixture_deploy(lab, A), 1);
    deployer_sync(&lab->deployers[B], &lab->zone);
    assert_installed(fixture_sync_deploy(lab, C), 1);
    const size_t count = lab->zone.count;
    assert_refused(fixture_deploy(lab, B), STALE_LOCK);
    assert_refused(fixture_deploy(lab, B), STALE_LOCK);
    assert_int_equal(lab->deployers[B].lock_epoch, 2);
    assert_int_equal(lab->deployers[B].next_plan_version, 1);
    assert_int_equal(lab->zone.count, count);
    assert_installed(fixture_sync_deploy(lab, B), 1);
    assert_string_equal(wormhole53_find(&lab->zone, RECORD_TXT, LAB_LOCK_NAME)->text, "deployer-b 3");
}

static void deploy_of_another_plan_moves_rollback_to_the_observed_root(void **state)
{
    struct lab *lab = lab_of(state);
    fixture_generate(lab, 2);
    assert_installed(fixture_deploy(lab, A), 1);
    assert_null(wormhole53_find(&lab->zone, RECORD_ALIAS, LAB_ROLLBACK_NAME));
    assert_installed(fixture_sync_deploy(lab, A), 2);
    assert_string_equal(wormhole53_find(&lab->zone, RECORD_ALIAS, LAB_ROLLBACK_NAME)->text,
                        "plan-001.cdb.acme");
}

static void deploy_of_the_root_itself_leaves_rollback_alone(void **state)
{
    struct lab *lab = lab_of(state);
    fixture_generate(lab, 1);
    assert_installed(fixture_deploy(lab, A), 1);
    assert_installed(fixture_sync_deploy(lab, B), 1);
    assert_null(wormhole53_find(&lab->zone, RECORD_ALIAS, LAB_ROLLBACK_NAME));
}

static void deploy_of_a_plan_file_removed_by_hand_is_idle(void **state)
{
    struct fixture *fixture = *state;
    fixture_generate(&fixture->lab, 1);
    assert_int_equal(remove(fixture_path(fixture->folder, "s3-persistence/plans/plan-001.json")), 0);
    assert_int_equal(fixture_deploy(&fixture->lab, A).outcome, DEPLOY_IDLE);
}

static void deploy_of_a_broken_plan_file_names_it(void **state)
{
    struct fixture *fixture = *state;
    fixture_generate(&fixture->lab, 1);
    fixture_write(fixture_path(fixture->folder, "s3-persistence/plans/plan-001.json"), "{\"version\": 2}");
    struct lab *lab = &fixture->lab;
    struct deploy_answer answer;
    struct error err;
    assert_int_equal(deployer_deploy(&lab->deployers[A], &lab->zone, lab->guards, &answer, &err), ERR_DATA);
    assert_non_null(strstr(err.text, "s3-persistence/plans/plan-001.json: \"version\" must be 1"));
    assert_int_equal(fixture->lab.deployers[A].lock_epoch, 0);
}

/* A zone edited by hand may have a weighted list as its root: rollback then takes the list. */
static void deploy_over_a_weighted_root_copies_it_to_rollback(void **state)
{
    struct lab *lab = lab_of(state);
    const struct weighted_target list[] = {{"x.cdb.acme", 7}};
    struct record *root = record_new_weighted(LAB_ROOT_NAME, list, 1);
    assert_int_equal(wormhole53_replace(&lab->zone, &root, 1, NULL), OK);
    record_unref(root);
    fixture_generate(lab, 1);
    assert_installed(fixture_sync_deploy(lab, A), 1);
    const struct record *rollback = wormhole53_find(&lab->zone, RECORD_ALIAS, LAB_ROLLBACK_NAME);
    assert_int_equal(rollback->target_count, 1);
    assert_string_equal(rollback->targets[0].name, "x.cdb.acme");
}

static void cleanup_deletes_what_is_below_and_nothing_else(void **state)
{
    struct lab *lab = lab_of(state);
    fixture_generate(lab, 4);
    for (int i = 0; i < 4; i++)
        (void)fixture_sync_deploy(lab, A);
    assert_string_equal(fixture_cleanup(lab, B, 0), "");
    assert_string_equal(fixture_cleanup(lab, A, 100), "");
    assert_string_equal(fixture_cleanup(lab, A, 9007199254740991), "");
    assert_string_equal(fixture_cleanup(lab, A, 3), "1");
    assert_string_equal(fixture_cleanup(lab, A, 1), "2 3");
    assert_string_equal(fixture_cleanup(lab, A, 1), "");
    assert_string_equal(
        fixture_zone(&lab->zone),
        "clouddb.us-east-1.api.acme=plan-004.cdb.acme "
        "_rollback.clouddb.us-east-1.api.acme=plan-003.cdb.acme "
        "_lock.clouddb.us-east-1.api.acme=deployer-a 4 plan-004.cdb.acme=[lb-004-1.cdb.acme:1] "
        "lb-004-1.cdb.acme=192.0.4.1");
}

/* The outage by hand, up to the moment before the cleanup: a is at plan 4, b at 5, and c has put plan 1 in
 * place. */
static void play_up_to_the_cleanup(struct lab *lab)
{
    fixture_generate(lab, 1);
    assert_installed(fixture_sync_deploy(lab, A), 1);
    fixture_generate(lab, 4);
    assert_installed(fixture_sync_deploy(lab, A), 2);
    assert_installed(fixture_sync_deploy(lab, A), 3);
}

static void cleanup_of_a_stale_root_is_an_outage_that_stays(void **state)
{
    struct lab *lab = lab_of(state);
    play_up_to_the_cleanup(lab);
    for (int64_t version = 1; version <= 4; version++)
        assert_installed(fixture_sync_deploy(lab, B), version);
    assert_installed(fixture_sync_deploy(lab, C), 1);
    assert_string_equal(fixture_cleanup(lab, A, 2), "1");
    assert_string_equal(fixture_resolve(&lab->zone, LAB_ROOT_NAME), "[]");
    for (size_t i = A; i <= C; i++) {
        const int64_t epoch = lab->deployers[i].lock_epoch;
        assert_refused(fixture_sync_deploy(lab, i), "current root target is missing: plan-001.cdb.acme");
        assert_int_equal(lab->deployers[i].lock_epoch, epoch);
    }
}

/* The exception: a deployer whose next plan is the deleted root itself puts it back. */
static void deploy_of_the_deleted_root_heals(void **state)
{
    struct lab *lab = lab_of(state);
    play_up_to_the_cleanup(lab);
    assert_installed(fixture_sync_deploy(lab, B), 1);
    assert_string_equal(fixture_cleanup(lab, A, 2), "1");
    assert_string_equal(fixture_resolve(&lab->zone, LAB_ROOT_NAME), "[]");
    assert_installed(fixture_sync_deploy(lab, C), 1);
    assert_string_equal(fixture_resolve(&lab->zone, LAB_ROOT_NAME), "[\"192.0.1.1\"]");
}

static void reject_stale_skips_an_older_plan(void **state)
{
    struct lab *lab = lab_of(state);
    play_up_to_the_cleanup(lab);
    char before[8192];
    (void)snprintf(before, sizeof before, "%s", fixture_zone(&lab->zone));
    for (int64_t version = 1; version <= 2; version++) {
        const struct deploy_answer answer = fixture_sync_deploy(lab, B);
        assert_int_equal(answer.outcome, DEPLOY_SKIPPED);
        assert_int_equal(answer.version, version);
        assert_int_equal(lab->deployers[B].next_plan_version, version + 1);
    }
    assert_int_equal(lab->deployers[B].lock_epoch, 0);
    assert_string_equal(fixture_zone(&lab->zone), before);
    /* The same plan is not older. */
    assert_installed(fixture_sync_deploy(lab, B), 3);
}

static void reject_stale_with_a_stale_lock_is_refused_as_ever(void **state)
{
    struct lab *lab = lab_of(state);
    fixture_generate(lab, 3);
    assert_installed(fixture_deploy(lab, A), 1);
    deployer_sync(&lab->deployers[B], &lab->zone);
    assert_installed(fixture_sync_deploy(lab, A), 2);
    assert_refused(fixture_deploy(lab, B), STALE_LOCK);
    assert_refused(fixture_deploy(lab, C), NEW_LOCK);
    assert_int_equal(lab->deployers[B].next_plan_version, 1);
    assert_int_equal(lab->deployers[B].lock_epoch, 1);
}

static void reject_stale_after_seed_init_installs(void **state)
{
    struct lab *lab = lab_of(state);
    assert_int_equal(lab_seed_init(lab, NULL), OK);
    fixture_generate(lab, 1);
    assert_installed(fixture_deploy(lab, A), 1);
}

static void protect_live_keeps_root_and_rollback(void **state)
{
    struct lab *lab = lab_of(state);
    play_up_to_the_cleanup(lab);
    assert_installed(fixture_sync_deploy(lab, B), 1);
    assert_string_equal(root_target(lab), "plan-001.cdb.acme");
    /* a is at 4; 1 is the root and 3 rollback. */
    assert_string_equal(fixture_cleanup(lab, A, 0), "2");
    assert_string_equal(fixture_resolve(&lab->zone, LAB_ROOT_NAME), "[\"192.0.1.1\"]");
    assert_string_equal(fixture_resolve(&lab->zone, LAB_ROLLBACK_NAME), "[\"192.0.3.1\"]");
}

static void seed_init_is_the_models_beginning(void **state)
{
    struct lab *lab = lab_of(state);
    fixture_generate(lab, 2);
    assert_installed(fixture_deploy(lab, B), 1);
    assert_int_equal(lab_seed_init(lab, NULL), OK);
    assert_string_equal(
        fixture_zone(&lab->zone),
        "_lock.clouddb.us-east-1.api.acme=genesis 0 plan-init.cdb.acme=[lb-init.cdb.acme:100] "
        "clouddb.us-east-1.api.acme=plan-init.cdb.acme "
        "_rollback.clouddb.us-east-1.api.acme=plan-init.cdb.acme");
    assert_string_equal(fixture_resolve(&lab->zone, LAB_ROOT_NAME), "[]");
    for (size_t i = A; i <= C; i++) {
        assert_string_equal(lab->deployers[i].lock->text, "genesis 0");
        assert_string_equal(lab->deployers[i].root->text, "plan-init.cdb.acme");
    }
    /* Plans and counters stay; the init plan is never cleaned up. */
    assert_int_equal(lab->deployers[B].next_plan_version, 2);
    assert_string_equal(fixture_cleanup(lab, B, 0), "");
    assert_installed(fixture_deploy(lab, A), 1);
    assert_string_equal(wormhole53_find(&lab->zone, RECORD_ALIAS, LAB_ROLLBACK_NAME)->text,
                        "plan-init.cdb.acme");
    assert_refused(fixture_deploy(lab, C), STALE_LOCK);
}

/* Each allocation fails once: a deploy fails whole with a message, or is done whole. */
static void deploy_without_memory_changes_nothing(void **state)
{
    struct lab *lab = lab_of(state);
    fixture_generate(lab, 1);
    struct deploy_answer answer;
    struct error err;
    enum status status;
    size_t nth = 0;
    do {
        assert_int_equal(lab->zone.count, 0);
        assert_int_equal(lab->deployers[A].lock_epoch, 0);
        mem_fail_from(++nth);
        status = deployer_deploy(&lab->deployers[A], &lab->zone, lab->guards, &answer, &err);
        mem_fail_from(0);
        assert_true(status == OK || (status == ERR_MEMORY && strstr(err.text, "out of memory") != NULL));
    } while (status != OK);
    assert_installed(answer, 1);
    assert_true(nth > 5);
    assert_string_equal(fixture_resolve(&lab->zone, LAB_ROOT_NAME), "[\"192.0.1.1\"]");
}

static void cleanup_without_memory_deletes_nothing(void **state)
{
    struct lab *lab = lab_of(state);
    fixture_generate(lab, 1);
    assert_installed(fixture_deploy(lab, A), 1);
    struct cleanup_answer answer;
    struct error err;
    enum status status;
    size_t nth = 0;
    do {
        assert_int_equal(lab->zone.count, 4);
        mem_fail_from(++nth);
        status = deployer_cleanup(&lab->deployers[A], &lab->zone, no_guards, 0, &answer, &err);
        mem_fail_from(0);
        assert_true(status == OK || (status == ERR_MEMORY && strstr(err.text, "out of memory") != NULL));
    } while (status != OK);
    assert_true(nth > 2);
    mem_free(answer.deleted_versions);
    assert_int_equal(lab->zone.count, 2);
}

#define TEST(name)             cmocka_unit_test_setup_teardown(name, set_up, tear_down)
#define TEST_WITH(name, setup) cmocka_unit_test_setup_teardown(name, setup, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(deploy_without_a_plan_is_idle),
        TEST(deploy_into_an_empty_zone_writes_lock_plan_root_in_order),
        TEST(deploy_twice_without_sync_fails_on_the_lock),
        TEST(deploy_with_a_stale_lock_is_refused_and_counts),
        TEST(deploy_of_another_plan_moves_rollback_to_the_observed_root),
        TEST(deploy_of_the_root_itself_leaves_rollback_alone),
        TEST(deploy_of_a_plan_file_removed_by_hand_is_idle),
        TEST(deploy_of_a_broken_plan_file_names_it),
        TEST(deploy_over_a_weighted_root_copies_it_to_rollback),
        TEST(cleanup_deletes_what_is_below_and_nothing_else),
        TEST(cleanup_of_a_stale_root_is_an_outage_that_stays),
        TEST(deploy_of_the_deleted_root_heals),
        TEST(seed_init_is_the_models_beginning),
        TEST(deploy_without_memory_changes_nothing),
        TEST(cleanup_without_memory_deletes_nothing),
        TEST_WITH(reject_stale_skips_an_older_plan, set_up_reject_stale),
        TEST_WITH(reject_stale_with_a_stale_lock_is_refused_as_ever, set_up_reject_stale),
        TEST_WITH(reject_stale_after_seed_init_installs, set_up_reject_stale),
        TEST_WITH(protect_live_keeps_root_and_rollback, set_up_protect_live),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
