/* SPDX-License-Identifier: Apache-2.0 */
/* What is noted of the things done to the lab: the log itself, and what each action leaves in it. */
#include "tests/unit/test_lab_fixture.h"

#include <cjson/cJSON.h>

#include "base/utf8.h"
#include "lab/action_log.h"

static const struct guards no_guards = {false, false};

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

/* --- the log --- */

static void add(struct action_log *log, const char *who, const char *result, bool fold)
{
    struct action action = {.ok = true};
    (void)snprintf(action.who, sizeof action.who, "%s", who);
    (void)snprintf(action.what, sizeof action.what, "act");
    action_set_result(&action, result);
    action_log_add(log, &action, fold);
}

static void add_to_a_full_log_drops_the_oldest(void **state)
{
    (void)state;
    static struct action_log log;
    log = (struct action_log){.count = 0};
    assert_int_equal(action_log_length(&log), 0);
    for (int i = 1; i <= 2 * ACTION_LOG_MAX + 7; i++) {
        char result[16];
        (void)snprintf(result, sizeof result, "r%d", i);
        add(&log, "who", result, false);
        assert_int_equal(action_log_at(&log, 0)->number, i);
        assert_string_equal(action_log_at(&log, 0)->result, result);
    }
    assert_int_equal(action_log_length(&log), ACTION_LOG_MAX);
    for (size_t i = 0; i < ACTION_LOG_MAX; i++)
        assert_int_equal(action_log_at(&log, i)->number, 2 * ACTION_LOG_MAX + 7 - i);
}

static void add_with_fold_counts_what_says_the_same(void **state)
{
    (void)state;
    static struct action_log log;
    log = (struct action_log){.count = 0};
    add(&log, "a", "refused", true);
    add(&log, "b", "refused", true);
    add(&log, "a", "refused", true);
    add(&log, "b", "refused", true);
    add(&log, "a", "refused", true);
    assert_int_equal(action_log_length(&log), 2);
    assert_int_equal(action_log_at(&log, 1)->repeats, 3);
    assert_int_equal(action_log_at(&log, 0)->repeats, 2);
    add(&log, "a", "other", true);
    add(&log, "a", "refused", true);
    assert_int_equal(action_log_length(&log), 4); /* only the last of its own counts */
    add(&log, "a", "refused", false);
    assert_int_equal(action_log_length(&log), 5);
}

static void add_with_fold_keeps_what_touched_the_root(void **state)
{
    (void)state;
    static struct action_log log;
    log = (struct action_log){.count = 0};
    struct action action = {
        .who = "a", .what = "cleanup", .result = "deleted", .ok = true, .effect = EFFECT_LOST};
    for (int i = 0; i < 2; i++)
        action_log_add(&log, &action, true);
    assert_int_equal(action_log_length(&log), 2);
    assert_int_equal(action_log_find(&log, EFFECT_LOST)->number, 2);
    assert_null(action_log_find(&log, EFFECT_RESTORED));
}

static void set_result_too_long_is_cut_at_a_character(void **state)
{
    (void)state;
    for (size_t ahead = 0; ahead < 4; ahead++) {
        char text[1024] = "";
        for (size_t i = 0; i < ahead; i++)
            strcat(text, "x");
        while (strlen(text) < 600)
            strcat(text, "→");
        struct action action;
        action_set_result(&action, text);
        const size_t length = strlen(action.result);
        assert_true(length < ACTION_RESULT_SIZE && length >= ACTION_RESULT_SIZE - 4);
        assert_string_equal(action.result + length - strlen("…"), "…");
        for (size_t at = 0; at < length;) {
            const size_t step = utf8_length(action.result + at, length - at);
            assert_true(step > 0);
            at += step;
        }
    }
    char fits[ACTION_RESULT_SIZE];
    memset(fits, 'y', sizeof fits - 1);
    fits[sizeof fits - 1] = '\0';
    struct action action;
    action_set_result(&action, fits);
    assert_string_equal(action.result, fits);
}

static void time_is_written_as_iso_8601(void **state)
{
    (void)state;
    char text[ACTION_TIME_SIZE];
    action_time(&(struct action){.time_ms = 1767225599042}, text);
    assert_string_equal(text, "2025-12-31T23:59:59.042Z");
    action_time(&(struct action){.time_ms = INT64_C(4000000000000000)}, text); /* a year of six digits */
    assert_true(strlen(text) < ACTION_TIME_SIZE && text[strlen(text) - 1] == 'Z');
}

/* --- what each action leaves --- */

static void assert_newest(const struct lab *lab, const char *who, const char *what, bool ok,
                          const char *result, enum action_effect effect)
{
    const struct action *action = action_log_at(&lab->log, 0);
    assert_string_equal(action->who, who);
    assert_string_equal(action->what, what);
    assert_string_equal(action->result, result);
    assert_int_equal(action->ok, ok);
    assert_int_equal(action->effect, effect);
}

static void generate(struct lab *lab)
{
    struct buffer json;
    struct error err;
    buffer_init(&json);
    assert_int_equal(lab_generate(lab, NULL, 0, &json, &err), OK);
    buffer_release(&json);
}

static void deploy(struct lab *lab, enum lab_caller caller, size_t deployer)
{
    struct deploy_answer answer;
    struct error err;
    assert_int_equal(lab_deploy(lab, caller, &lab->deployers[deployer], &answer, &err), OK);
}

static void clean_up(struct lab *lab, enum lab_caller caller, size_t deployer, int64_t keep)
{
    struct cleanup_answer answer;
    struct error err;
    assert_int_equal(lab_cleanup(lab, caller, &lab->deployers[deployer], keep, &answer, &err), OK);
    mem_free(answer.deleted_versions);
}

static void actions_of_the_outage_are_told(void **state)
{
    static struct lab lab;
    struct error err;
    fixture_open_lab(&lab, *state, no_guards);
    const uint64_t revision = lab.revision;
    assert_int_equal(lab_seed_init(&lab, &err), OK);
    assert_newest(&lab, "lab", "seed-init", true,
                  "root and rollback point at plan-init, which has no address", EFFECT_NONE);
    assert_int_equal(lab_reset(&lab, &err), OK);
    assert_newest(&lab, "lab", "reset", true, "zone, plans and deployers start anew", EFFECT_NONE);
    assert_true(lab.revision > revision);
    generate(&lab);
    assert_newest(&lab, "planner", "generate", true, "plan-001 with 1 balancer", EFFECT_NONE);
    lab_sync(&lab, CALLER_PERSON, &lab.deployers[1]);
    assert_newest(&lab, "deployer-b", "sync", true, "saw no root, no lock", EFFECT_NONE);
    deploy(&lab, CALLER_PERSON, 0);
    assert_newest(&lab, "deployer-a", "deploy", true, "installed plan-001", EFFECT_RESTORED);
    deploy(&lab, CALLER_PERSON, 1);
    assert_newest(&lab, "deployer-b", "deploy", false,
                  "record already exists: _lock.clouddb.us-east-1.api.acme|TXT", EFFECT_NONE);
    for (int i = 0; i < 4; i++) {
        generate(&lab);
        lab_sync(&lab, CALLER_PERSON, &lab.deployers[0]);
        deploy(&lab, CALLER_PERSON, 0);
    }
    lab_sync(&lab, CALLER_PERSON, &lab.deployers[1]);
    assert_newest(&lab, "deployer-b", "sync", true, "saw root → plan-005, lock \"deployer-a 5\"",
                  EFFECT_NONE);
    deploy(&lab, CALLER_PERSON, 1);
    assert_newest(&lab, "deployer-b", "deploy", true, "installed plan-001 over the newer plan-005",
                  EFFECT_NONE);
    deploy(&lab, CALLER_PERSON, 0);
    assert_newest(&lab, "deployer-a", "deploy", true, "idle: there is no plan-006 yet", EFFECT_NONE);
    clean_up(&lab, CALLER_PERSON, 0, 9);
    assert_newest(&lab, "deployer-a", "cleanup, keep 9", true, "nothing is that old", EFFECT_NONE);
    clean_up(&lab, CALLER_PERSON, 0, 3);
    assert_newest(&lab, "deployer-a", "cleanup, keep 3", true, "deleted plan-001, plan-002", EFFECT_LOST);
    assert_false(lab.healthy);
    lab_close(&lab);
}

static void skipped_plans_are_told(void **state)
{
    static struct lab lab;
    fixture_open_lab(&lab, *state, (struct guards){.reject_stale = true});
    generate(&lab);
    generate(&lab);
    deploy(&lab, CALLER_PERSON, 0);
    lab_sync(&lab, CALLER_PERSON, &lab.deployers[0]);
    deploy(&lab, CALLER_PERSON, 0);
    lab_sync(&lab, CALLER_PERSON, &lab.deployers[1]);
    deploy(&lab, CALLER_PERSON, 1);
    assert_newest(&lab, "deployer-b", "deploy", true, "skipped plan-001, since root is at plan-002",
                  EFFECT_NONE);
    lab_close(&lab);
}

/* A change of what is shown always makes a new revision, and a round of a loop in vain never does. */
static void loops_in_vain_leave_no_trace(void **state)
{
    static struct lab lab;
    fixture_open_lab(&lab, *state, no_guards);
    generate(&lab);
    deploy(&lab, CALLER_LOOP, 0);
    lab_sync(&lab, CALLER_LOOP, &lab.deployers[0]);
    const uint64_t revision = lab.revision;
    const size_t length = action_log_length(&lab.log);
    for (int i = 0; i < 5; i++) {
        lab_sync(&lab, CALLER_LOOP, &lab.deployers[0]);
        deploy(&lab, CALLER_LOOP, 0);
        clean_up(&lab, CALLER_LOOP, 0, 3);
    }
    assert_int_equal(lab.revision, revision);
    assert_int_equal(action_log_length(&lab.log), length);
    lab_sync(&lab, CALLER_LOOP, &lab.deployers[1]); /* its view was stale, and is fresh */
    assert_true(lab.revision > revision);
    deploy(&lab, CALLER_LOOP, 2);
    deploy(&lab, CALLER_LOOP, 2);
    assert_int_equal(action_log_length(&lab.log), length + 1);
    assert_int_equal(action_log_at(&lab.log, 0)->repeats, 2);
    lab_close(&lab);
}

static void log_as_json_is_read_back(void **state)
{
    static struct lab lab;
    fixture_open_lab(&lab, *state, no_guards);
    generate(&lab);
    deploy(&lab, CALLER_PERSON, 0);
    lab_sync(&lab, CALLER_PERSON, &lab.deployers[0]);
    struct buffer text;
    buffer_init(&text);
    action_log_write(&text, &lab.log);
    cJSON *tree = cJSON_ParseWithOpts(text.text, NULL, 1);
    const cJSON *list = cJSON_GetObjectItemCaseSensitive(tree, "actions");
    assert_int_equal(cJSON_GetArraySize(list), 3);
    const cJSON *sync = cJSON_GetArrayItem(list, 0), *install = cJSON_GetArrayItem(list, 1);
    assert_string_equal(cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(sync, "result")),
                        "saw root → plan-001, lock \"deployer-a 1\"");
    assert_true(cJSON_IsNull(cJSON_GetObjectItemCaseSensitive(sync, "root")));
    assert_int_equal(cJSON_GetObjectItemCaseSensitive(sync, "number")->valueint, 3);
    assert_int_equal(cJSON_GetObjectItemCaseSensitive(sync, "repeats")->valueint, 1);
    assert_string_equal(cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(install, "root")), "restored");
    assert_string_equal(cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(install, "who")), "deployer-a");
    assert_true(cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(install, "ok")));
    cJSON_Delete(tree);
    buffer_release(&text);
    lab_close(&lab);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(add_to_a_full_log_drops_the_oldest),
        cmocka_unit_test(add_with_fold_counts_what_says_the_same),
        cmocka_unit_test(add_with_fold_keeps_what_touched_the_root),
        cmocka_unit_test(set_result_too_long_is_cut_at_a_character),
        cmocka_unit_test(time_is_written_as_iso_8601),
        TEST(actions_of_the_outage_are_told),
        TEST(skipped_plans_are_told),
        TEST(loops_in_vain_leave_no_trace),
        TEST(log_as_json_is_read_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
