/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/support/cmocka_all.h"

#include <string.h>

#include "mbt/junit.h"

static void write_cases_of_all_kinds_gives_the_document(void **state)
{
    (void)state;
    struct junit junit;
    struct buffer text;
    struct error err;
    junit_init(&junit);
    buffer_init(&text);
    junit_add(&junit, &(struct junit_case){.file = "a.itf.json", .name = "trace 0", .seconds = 0.25});
    junit_add(&junit,
              &(struct junit_case){.file = "a", .name = "trace 1", .details = "agrees", .seconds = 0.5});
    junit_add(&junit, &(struct junit_case){.file = "a\"<b>",
                                           .name = "trace 2",
                                           .outcome = JUNIT_FAILED,
                                           .type = "diverged",
                                           .message = "answered {\"ok\": true} & more",
                                           .details = "zone: root -> plan-001"});
    junit_add(&junit, &(struct junit_case){.file = "a",
                                           .name = "trace 3",
                                           .outcome = JUNIT_SKIPPED,
                                           .type = "confirmed",
                                           .message = "known",
                                           .details = "still failing"});
    junit_add(
        &junit,
        &(struct junit_case){
            .file = "b", .name = "input", .outcome = JUNIT_ERROR, .type = "bad-data", .message = "line 3"});
    assert_int_equal(junit_write(&junit, "racewalk confirm", &text, &err), OK);
    assert_string_equal(
        text.text, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                   "<testsuites>\n"
                   "  <testsuite name=\"racewalk confirm\" tests=\"5\" failures=\"1\" errors=\"1\" "
                   "skipped=\"1\" time=\"0.750000\">\n"
                   "    <testcase classname=\"a.itf.json\" name=\"trace 0\" time=\"0.250000\"/>\n"
                   "    <testcase classname=\"a\" name=\"trace 1\" time=\"0.500000\">\n"
                   "      <system-out>agrees</system-out>\n"
                   "    </testcase>\n"
                   "    <testcase classname=\"a&quot;&lt;b&gt;\" name=\"trace 2\" time=\"0.000000\">\n"
                   "      <failure type=\"diverged\" message=\"answered {&quot;ok&quot;: true} &amp; more\">"
                   "zone: root -&gt; plan-001</failure>\n"
                   "    </testcase>\n"
                   "    <testcase classname=\"a\" name=\"trace 3\" time=\"0.000000\">\n"
                   "      <skipped message=\"known\">still failing</skipped>\n"
                   "    </testcase>\n"
                   "    <testcase classname=\"b\" name=\"input\" time=\"0.000000\">\n"
                   "      <error type=\"bad-data\" message=\"line 3\"></error>\n"
                   "    </testcase>\n"
                   "  </testsuite>\n"
                   "</testsuites>\n");
    buffer_release(&text);
    junit_release(&junit);
}

/* What XML 1.0 cannot hold: control characters, surrogates, U+FFFE, overlong forms, cut-off characters. */
#define NO "\xef\xbf\xbd"
static void add_text_that_xml_cannot_hold_is_replaced(void **state)
{
    (void)state;
    struct junit junit;
    junit_init(&junit);
    junit_add(&junit,
              &(struct junit_case){.file = "\x01\x1f\t|\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80|\xed\xa0\x80|"
                                           "\xef\xbf\xbe|\xc0\xaf|\xe2\x82",
                                   .name = "x"});
    assert_string_equal(junit.cases.text,
                        "    <testcase classname=\"" NO NO "\t|\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80|" NO NO NO
                        "|" NO NO NO "|" NO NO "|" NO NO "\" name=\"x\" "
                        "time=\"0.000000\"/>\n");
    junit_release(&junit);
}

static void write_without_cases_is_a_suite_of_none(void **state)
{
    (void)state;
    struct junit junit;
    struct buffer text;
    struct error err;
    junit_init(&junit);
    buffer_init(&text);
    assert_int_equal(junit_write(&junit, "s", &text, &err), OK);
    assert_non_null(strstr(text.text, "tests=\"0\""));
    buffer_release(&text);
    junit_release(&junit);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(write_cases_of_all_kinds_gives_the_document),
        cmocka_unit_test(add_text_that_xml_cannot_hold_is_replaced),
        cmocka_unit_test(write_without_cases_is_a_suite_of_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
