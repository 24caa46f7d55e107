/* SPDX-License-Identifier: Apache-2.0 */
/* The planner and the names that it gives. */
#include "tests/unit/test_lab_fixture.h"

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

static void version_of_name_takes_what_the_planner_writes(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        int64_t version;
    } cases[] = {
        {"plan-001.cdb.acme", 1},
        {"plan-999.cdb.acme", 999},
        {"plan-1000.cdb.acme", 1000},
        {"plan-999999999.cdb.acme", 999999999},
        {"lb-042-7.cdb.acme", 42},
        {"lb-1042-255.cdb.acme", 1042},
        {"plan-init.cdb.acme", 0},
        {"lb-init.cdb.acme", 0},
        {"plan-000.cdb.acme", 0},
        {"plan-1.cdb.acme", 0},
        {"plan-0001.cdb.acme", 0},
        {"plan-1000000000.cdb.acme", 0},
        {"plan-99999999999999999999999.cdb.acme", 0},
        {"plan--01.cdb.acme", 0},
        {"plan-001-1.cdb.acme", 0},
        {"lb-001.cdb.acme", 0},
        {"lb-001-.cdb.acme", 0},
        {"lb-001-01.cdb.acme", 0},
        {"lb-001-1x.cdb.acme", 0},
        {"plan-001.cdb.acme.", 0},
        {"xplan-001.cdb.acme", 0},
        {"Plan-001.cdb.acme", 0},
        {"plan-001", 0},
        {"clouddb.us-east-1.api.acme", 0},
        {"", 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        if (version_of_name(cases[i].name) != cases[i].version)
            fail_msg("%s: %d", cases[i].name, (int)version_of_name(cases[i].name));
    }
    assert_int_equal(version_of_file_name("plan-017.json"), 17);
    assert_int_equal(version_of_file_name("plan-017.json.tmp"), 0);
    assert_int_equal(version_of_file_name("lb-017-1.json"), 0);
}

static void names_of_large_versions_and_ids_are_whole(void **state)
{
    (void)state;
    assert_string_equal(plan_name(7).text, "plan-007.cdb.acme");
    assert_string_equal(plan_name(PLAN_VERSION_MAX).text, "plan-999999999.cdb.acme");
    assert_string_equal(balancer_name(1234, 255).text, "lb-1234-255.cdb.acme");
    assert_string_equal(balancer_address(256, 255).text, "192.0.0.255");
    assert_string_equal(balancer_address(257, 1).text, "192.0.1.1");
    assert_string_equal(plan_file_name(1000).text, "plan-1000.json");
    assert_string_equal(deployer_name(7).text, "deployer-h");
}

static void generate_with_double_ids_keeps_them_stably_sorted(void **state)
{
    struct lab lab;
    fixture_open_lab(&lab, *state, (struct guards){false, false});
    struct balancer balancers[] = {{3, 1}, {1, 5}, {3, 0}, {2, 9}, {1, 4}};
    struct buffer json;
    buffer_init(&json);
    assert_int_equal(planner_generate(&lab.planner, balancers, 5, &json, NULL), OK);
    assert_string_equal(
        json.text,
        "{\"version\": 1, \"root\": \"clouddb.us-east-1.api.acme\", \"plan_name\": \"plan-001.cdb.acme\", "
        "\"records\": "
        "[{\"name\": \"plan-001.cdb.acme\", \"type\": \"ALIAS\", \"value\": [{\"name\": "
        "\"lb-001-1.cdb.acme\", "
        "\"weight\": 5}, {\"name\": \"lb-001-1.cdb.acme\", \"weight\": 4}, {\"name\": \"lb-001-2.cdb.acme\", "
        "\"weight\": 9}, {\"name\": \"lb-001-3.cdb.acme\", \"weight\": 1}, {\"name\": \"lb-001-3.cdb.acme\", "
        "\"weight\": 0}]}, {\"name\": \"lb-001-1.cdb.acme\", \"type\": \"A\", \"value\": \"192.0.1.1\"}, "
        "{\"name\": "
        "\"lb-001-1.cdb.acme\", \"type\": \"A\", \"value\": \"192.0.1.1\"}, {\"name\": "
        "\"lb-001-2.cdb.acme\", "
        "\"type\": \"A\", \"value\": \"192.0.1.2\"}, {\"name\": \"lb-001-3.cdb.acme\", \"type\": \"A\", "
        "\"value\": "
        "\"192.0.1.3\"}, {\"name\": \"lb-001-3.cdb.acme\", \"type\": \"A\", \"value\": \"192.0.1.3\"}]}");
    buffer_release(&json);
    /* Installed, the zone has each record once. */
    assert_int_equal(fixture_deploy(&lab, 0).outcome, DEPLOY_INSTALLED);
    assert_int_equal(lab.zone.count, 6);
    lab_close(&lab);
}

static void generate_past_the_last_version_is_refused(void **state)
{
    struct lab lab;
    struct error err;
    fixture_open_lab(&lab, *state, (struct guards){false, false});
    lab.planner.last_version = PLAN_VERSION_MAX - 1;
    fixture_generate(&lab, 1);
    struct buffer json;
    buffer_init(&json);
    assert_int_equal(planner_generate(&lab.planner, NULL, 0, &json, &err), ERR_DATA);
    assert_string_equal(err.text, "there are no versions after 999999999");
    buffer_release(&json);
    lab_close(&lab);
}

static void generate_without_memory_makes_no_plan(void **state)
{
    struct lab lab;
    fixture_open_lab(&lab, *state, (struct guards){false, false});
    enum status status;
    size_t nth = 0;
    do {
        struct buffer json;
        buffer_init(&json);
        mem_fail_from(++nth);
        status = planner_generate(&lab.planner, NULL, 0, &json, NULL);
        mem_fail_from(0);
        assert_int_equal(lab.planner.last_version, status == OK ? 1 : 0);
        assert_true(status == OK ? json.length > 0 : json.length == 0);
        buffer_release(&json);
    } while (status != OK);
    assert_true(nth > 1);
    lab_close(&lab);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(version_of_name_takes_what_the_planner_writes),
        cmocka_unit_test(names_of_large_versions_and_ids_are_whole),
        cmocka_unit_test_setup_teardown(generate_with_double_ids_keeps_them_stably_sorted, set_up, tear_down),
        cmocka_unit_test_setup_teardown(generate_past_the_last_version_is_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(generate_without_memory_makes_no_plan, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
