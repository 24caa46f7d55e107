/* SPDX-License-Identifier: Apache-2.0 */
/* Baselines: which trace is which, what has become of it, and reports that are none. */
#include "tests/support/cmocka_all.h"

#include <stdio.h>
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

static void refuse(const char *text, const char *message)
{
    struct baseline *baseline = NULL;
    struct error err = {{0}};
    assert_int_equal(baseline_read_memory("old.json", text, strlen(text), &baseline, &err), ERR_DATA);
    assert_null(baseline);
    if (strncmp(err.text, message, strlen(message)) != 0)
        fail_msg("'%s' expected, found '%s'", message, err.text);
}

static void expect(struct baseline *baseline, const char *file, size_t index, enum confirm_verdict now,
                   const char *change, const char *before)
{
    const char *found_before = NULL;
    const enum baseline_change found =
        baseline_compare(baseline, file, index, now, true, CONFIRM_EXPECT_HEALTHY, &found_before);
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
    assert_int_equal(
        baseline_compare(baseline, "a", 0, CONFIRM_CONFIRMED, true, CONFIRM_EXPECT_OUTAGE, &before),
        BASELINE_FIXED);
    baseline_free(baseline);
}

/* Whether an earlier run went as the model says stands in its report; older ones have the verdict only. */
static void compare_expecting_the_same_reads_it_of_the_report(void **state)
{
    (void)state;
    static const struct {
        const char *row;
        enum baseline_change change; /* of a trace that goes as the model says now */
    } cases[] = {
        {"\"verdict\": \"outage\", \"same\": true", BASELINE_UNCHANGED},
        {"\"verdict\": \"outage\", \"same\": false", BASELINE_FIXED},
        {"\"verdict\": \"agrees\", \"same\": false", BASELINE_FIXED},
        {"\"verdict\": \"outage\"", BASELINE_FIXED},
        {"\"verdict\": \"agrees\"", BASELINE_UNCHANGED},
        {"\"verdict\": \"confirmed\"", BASELINE_UNCHANGED},
        {"\"verdict\": \"not-reproduced\"", BASELINE_FIXED},
        {"\"verdict\": \"diverged\"", BASELINE_FIXED},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[128];
        const char *before;
        (void)snprintf(text, sizeof text, "{\"traces\": [{\"file\": \"a\", %s}]}", cases[i].row);
        struct baseline *baseline = read_text(text, OK);
        assert_int_equal(
            baseline_compare(baseline, "a", 0, CONFIRM_OUTAGE, true, CONFIRM_EXPECT_SAME, &before),
            cases[i].change);
        assert_int_equal(
            baseline_compare(baseline, "a", 0, CONFIRM_OUTAGE, false, CONFIRM_EXPECT_SAME, &before),
            cases[i].change == BASELINE_FIXED ? BASELINE_STILL_FAILING : BASELINE_NEW_FAILURE);
        baseline_free(baseline);
    }
    assert_null(
        read_text("{\"traces\": [{\"file\": \"a\", \"verdict\": \"agrees\", \"same\": 1}]}", ERR_DATA));
}

struct refusal {
    const char *text, *message;
};

static void read_of_what_is_no_report_says_what_is_wrong(void **state)
{
    (void)state;
    static const struct refusal refusals[] = {
        {"", "old.json: is empty"},
        {"[]", "old.json:1:1: a report, {, expected, found '['"},
        {"3", "old.json:1:1: a report, {, expected, found '3'"},
        {"{", "old.json:1:2: a key in quotes expected, found the end"},
        {"{\"traces\": {}}", "old.json: an object with an array \"traces\" was expected"},
        {"{\"findings\": []}", "old.json: an object with an array \"traces\" was expected"},
        {"{\"traces\": [}", "old.json:1:13: a value expected, found '}'"},
        {"{\"traces\": [\"\xff\"]}", "old.json:1:14: a string that is not UTF-8 (byte 0xff)"},
        {"{\"traces\": []} {}", "old.json:1:16: the end of the report expected, found '{'"},
        {"{\"traces\": []}\njunk", "old.json:2:1: the end of the report expected, found 'j'"},
        {"{\"traces\": [], \"traces\": []}", "old.json: \"traces\" is there twice"},
        {"\xff\xfe{", "old.json: is text in UTF-16, where UTF-8 was expected"},
    };
    static const struct refusal rows[] = {
        {"1", "an object expected"},
        {"{}", "no \"file\""},
        {"{\"file\": 3, \"verdict\": \"agrees\"}", "file: a string expected"},
        {"{\"file\": null, \"verdict\": \"agrees\"}", "no \"file\""},
        {"{\"file\": \"a\"}", "no \"verdict\""},
        {"{\"file\": \"a\", \"verdict\": \"perfect\"}",
         "verdict: one of confirmed, diverged, not-reproduced, agrees, outage, refused expected, found "
         "\"perfect\""},
        {"{\"file\": \"a\", \"verdict\": \"agrees\", \"index\": -1}",
         "index: a whole number from 0 on expected"},
        {"{\"file\": \"a\", \"verdict\": \"agrees\", \"index\": 1e300}",
         "index: a whole number from 0 on expected"},
        {"{\"file\": \"a\", \"verdict\": \"agrees\", \"index\": 0.5}",
         "index: a whole number from 0 on expected"},
        {"{\"file\": \"a\", \"verdict\": \"agrees\", \"index\": \"0\"}",
         "index: a whole number from 0 on expected"},
        {"{\"file\": \"a\", \"verdict\": \"agrees\", \"verdict\": \"confirmed\"}",
         "\"verdict\" is there twice"},
        {"{\"file\": \"a\", \"verdict\": \"agrees\", \"fil\\u0065\": \"b\"}", "\"file\" is there twice"},
        {"{\"file\": \"a\", \"file_uri\": \"%F\", \"verdict\": \"agrees\"}",
         "file_uri: the URI of a file expected, found \"%F\""},
    };
    for (size_t i = 0; i < sizeof refusals / sizeof refusals[0]; i++)
        refuse(refusals[i].text, refusals[i].message);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char text[256], message[256];
        (void)snprintf(text, sizeof text, "{\"traces\": [{\"file\": \"z\", \"verdict\": \"agrees\"}, %s]}",
                       rows[i].text);
        (void)snprintf(message, sizeof message, "old.json: traces: row 1: %s", rows[i].message);
        refuse(text, message);
    }
    struct baseline *baseline = NULL;
    struct error err;
    assert_int_equal(baseline_read("/nowhere/old.json", &baseline, &err), ERR_NO_INPUT);
}

/* A name that is no UTF-8 stands in the report as a URI, too. */
static void compare_finds_a_name_of_any_bytes(void **state)
{
    (void)state;
    struct baseline *baseline = read_text(
        "{\"traces\": [{\"file\": \"t/caf\xef\xbf\xbd\", \"file_uri\": \"t/caf%E9\", \"verdict\": "
        "\"diverged\"},"
        "{\"file\": \"\xef\xbf\xbd\", \"file_uri\": \"file:///tmp/very/long/name/%ff\", \"verdict\": "
        "\"agrees\"}, {\"file\": \"\", \"verdict\": \"agrees\"}]}",
        OK);
    expect(baseline, "t/caf\xe9", 0, CONFIRM_AGREES, "fixed", "diverged");
    expect(baseline, "t/caf\xe8", 0, CONFIRM_AGREES, "new", NULL);
    expect(baseline, "/tmp/very/long/name/\xff", 0, CONFIRM_AGREES, "unchanged", "agrees");
    expect(baseline, "", 0, CONFIRM_AGREES, "unchanged", "agrees");
    baseline_free(baseline);
    baseline_free(read_text("\xef\xbb\xbf{\"traces\": []}\r\n", OK));
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
        cmocka_unit_test(compare_expecting_the_same_reads_it_of_the_report),
        cmocka_unit_test(read_of_what_is_no_report_says_what_is_wrong),
        cmocka_unit_test(compare_finds_a_name_of_any_bytes),
        cmocka_unit_test(read_without_memory_fails_cleanly),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
