/* Baselines: which trace is which, what has become of it, and reports that are none. */
#include "tests/support/cmocka_all.h"

#include <string.h>

#include "base/memory.h"
#include "mbt/baseline.h"

static struct baseline *read_text(const char *text, enum status expected)
{
    struct baseline *baseline = NULL;
    struct error err = {{0}};
    const enum status status = baseline_read_memory("old.json", text, strlen(text), &baseline, &err);
    if (status != expected)
        fail_msg("status %d, not %d: %s", status, expected, err.text);
    if (status != OK)
        assert_non_null(strstr(err.text, "old.json"));
    return baseline;
}

static void expect(struct baseline *baseline, const char *file, size_t index, enum confirm_verdict now,
                   const char *change, const char *before)
{
    const char *found_before = NULL;
    const enum baseline_change found =
        baseline_compare(baseline, file, index, now, CONFIRM_EXPECT_HEALTHY, &found_before);
    assert_string_equal(baseline_change_name(found), change);
    if (before == NULL)
        assert_null(found_before);
    else
        assert_string_equal(found_before, before);
}

static void compare_tells_what_has_become_of_each_trace(void **state)
{
    (void)state;
    struct baseline *baseline =
        read_text("{\"traces\": [{\"file\": \"traces/a.json\", \"index\": 0, \"verdict\": \"confirmed\"},"
                  "{\"file\": \"traces/a.json\", \"index\": 1, \"verdict\": \"not-reproduced\"},"
                  "{\"file\": \"./traces/b.json\", \"verdict\": \"diverged\"},"
                  "{\"file\": \"x/c.json\", \"index\": 0, \"verdict\": \"agrees\"},"
                  "{\"file\": \"y/c.json\", \"index\": 0, \"verdict\": \"outage\"}]}",
                  OK);
    expect(baseline, "traces/a.json", 0, CONFIRM_NOT_REPRODUCED, "fixed", "confirmed");
    expect(baseline, "./traces/a.json", 0, CONFIRM_DIVERGED, "still-failing", "confirmed");
    expect(baseline, "traces/a.json", 1, CONFIRM_CONFIRMED, "new-failure", "not-reproduced");
    expect(baseline, "traces/a.json", 1, CONFIRM_AGREES, "unchanged", "not-reproduced");
    expect(baseline, "traces/a.json", 2, CONFIRM_AGREES, "new", NULL);
    expect(baseline, "traces/a.json", 2, CONFIRM_OUTAGE, "new-failure", NULL);
    /* In another folder: the only one of the name. */
    expect(baseline, "elsewhere/b.json", 0, CONFIRM_AGREES, "fixed", "diverged");
    expect(baseline, "z/c.json", 0, CONFIRM_AGREES, "new", NULL);
    expect(baseline, "x/c.json", 0, CONFIRM_AGREES, "unchanged", "agrees");
    const char *file;
    size_t at = 0, index;
    assert_true(baseline_next_missing(baseline, &at, &file, &index));
    assert_string_equal(file, "y/c.json");
    assert_int_equal(index, 0);
    assert_false(baseline_next_missing(baseline, &at, &file, &index));
    baseline_free(baseline);
}

static void compare_judges_both_by_the_present_expectation(void **state)
{
    (void)state;
    const char *before;
    struct baseline *baseline =
        read_text("{\"traces\": [{\"file\": \"a\", \"index\": 0, \"verdict\": \"not-reproduced\"}]}", OK);
    assert_int_equal(baseline_compare(baseline, "a", 0, CONFIRM_CONFIRMED, CONFIRM_EXPECT_OUTAGE, &before),
                     BASELINE_FIXED);
    baseline_free(baseline);
}

static void read_of_bad_rows_skips_them(void **state)
{
    (void)state;
    struct baseline *baseline =
        read_text("{\"traces\": [1, null, {}, {\"file\": 3, \"verdict\": \"agrees\"}, {\"file\": \"a\"},"
                  "{\"file\": \"a\", \"verdict\": \"perfect\"}, {\"file\": \"a\", \"index\": -1, "
                  "\"verdict\": \"agrees\"},"
                  "{\"file\": \"a\", \"index\": 1e300, \"verdict\": \"agrees\"},"
                  "{\"file\": \"a\", \"index\": \"0\", \"verdict\": \"agrees\"}, [],"
                  "{\"file\": \"\", \"verdict\": \"agrees\"}]}",
                  OK);
    expect(baseline, "a", 0, CONFIRM_AGREES, "new", NULL);
    expect(baseline, "", 0, CONFIRM_AGREES, "unchanged", "agrees");
    baseline_free(baseline);
    baseline_free(read_text("{\"traces\": []}", OK));
}

static void read_of_what_is_no_report_is_refused(void **state)
{
    (void)state;
    static const char *const bad[] = {"",
                                      "[]",
                                      "3",
                                      "{",
                                      "{\"traces\": {}}",
                                      "{\"traces\": [}",
                                      "{\"traces\": [\"\xff\"]}",
                                      "{} {}",
                                      "{\"findings\": []}"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_null(read_text(bad[i], ERR_DATA));
    struct baseline *baseline = NULL;
    struct error err;
    assert_int_equal(baseline_read("/nowhere/old.json", &baseline, &err), ERR_NO_INPUT);
}

static void read_without_memory_fails_cleanly(void **state)
{
    (void)state;
    static const char text[] = "{\"traces\": [{\"file\": \"a\", \"index\": 0, \"verdict\": \"agrees\"}]}";
    enum status status = ERR_MEMORY;
    for (size_t n = 1; status == ERR_MEMORY && n < 1000; n++) {
        struct baseline *baseline = NULL;
        struct error err;
        mem_fail_from(n);
        status = baseline_read_memory("old.json", text, sizeof text - 1, &baseline, &err);
        mem_fail_from(0);
        baseline_free(baseline);
    }
    assert_int_equal(status, OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(compare_tells_what_has_become_of_each_trace),
        cmocka_unit_test(compare_judges_both_by_the_present_expectation),
        cmocka_unit_test(read_of_bad_rows_skips_them),
        cmocka_unit_test(read_of_what_is_no_report_is_refused),
        cmocka_unit_test(read_without_memory_fails_cleanly),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
