/* SPDX-License-Identifier: Apache-2.0 */
/* Traces of any model: itf_reader_take_any. */
#include <stdio.h>
#include <string.h>

#include "base/json_cursor.h"
#include "mbt/itf_reader.h"
#include "model/dns/dns_balancer.h"
#include "tests/support/cmocka_all.h"
#include "tests/support/lease_lock.h"

struct fixture {
    struct itf_reader *reader;
    struct itf_trace trace;
    struct error err;
};

static void open_text(struct fixture *f, const char *text, const struct model_class *class)
{
    *f = (struct fixture){.reader = NULL};
    itf_trace_init(&f->trace);
    if (itf_reader_open_memory("t", text, strlen(text), class, &f->reader, &f->err) != OK)
        fail_msg("%s", f->err.text);
    itf_reader_take_any(f->reader);
}

static void close_text(struct fixture *f)
{
    itf_reader_close(f->reader);
    itf_trace_release(&f->trace);
}

static bool read_next(struct fixture *f)
{
    bool found = false;
    if (itf_reader_next(f->reader, &f->trace, &found, &f->err) != OK)
        fail_msg("%s", f->err.text);
    return found;
}

static void expect_state(const struct fixture *f, size_t state, const char *expected)
{
    struct buffer text;
    buffer_init(&text);
    value_print(&text, &f->trace.states[state], 1000);
    assert_string_equal(text.text, expected);
    buffer_release(&text);
}

static void expect_failure(const char *text, const char *message)
{
    struct fixture f;
    bool found = false;
    open_text(&f, text, NULL);
    assert_int_equal(itf_reader_next(f.reader, &f.trace, &found, &f.err), ERR_DATA);
    assert_string_equal(f.err.text, message);
    close_text(&f);
}

static void read_takes_all_variables_of_each_trace(void **state)
{
    (void)state;
    struct fixture f;
    open_text(
        &f,
        "{\"params\": [\"N\"], \"vars\": [\"m::x\", \"m::x\", \"y\"], \"#meta\": {\"status\": "
        "\"violation\"}, \"states\": ["
        "{\"m::x\": 1, \"y\": {\"#set\": [2]}, \"N\": 3, \"#meta\": {}}, {\"y\": {\"#set\": []}, \"m::x\": "
        "2}]}\n"
        "{\"states\": [{\"b\": 1, \"a\": 2}], \"#meta\": {\"predicate_name\": \"P\", \"violation_step\": "
        "0}}\n"
        "{\"states\": [{\"\\u0062\": 1}], \"#meta\": {\"predicate_name\": \"P\", \"status\": \"violation\"}}",
        NULL);
    assert_true(read_next(&f));
    assert_int_equal(f.trace.state_count, 2);
    expect_state(&f, 0, "{m::x: 1, y: {2}}");
    expect_state(&f, 1, "{m::x: 2, y: {}}");
    assert_int_equal(value_field(&f.trace.parameters, "N")->number, 3);
    assert_int_equal(f.trace.violation, 1);
    assert_false(f.trace.is_of_class);
    assert_true(read_next(&f));
    expect_state(&f, 0, "{a: 2, b: 1}");
    assert_int_equal(f.trace.violation, 0);
    assert_string_equal(f.trace.property_name, "P");
    assert_true(read_next(&f));
    expect_state(&f, 0, "{b: 1}");
    assert_int_equal(f.trace.violation, ITF_NO_STATE); /* it was looked for, and nothing says where it is */
    assert_false(read_next(&f));
    close_text(&f);
}

static void read_names_what_is_no_trace(void **state)
{
    (void)state;
    expect_failure("{\"states\": [{\"x\": 1, \"y\": 1}, {\"x\": 1, \"y\": 2}, {\"x\": 2}]}",
                   "t: trace 0: state 2: no variable \"y\"");
    expect_failure("{\"states\": [{\"x\": 1}, {\"x\": 1, \"z\": 2}]}",
                   "t: trace 0: state 1: the variable \"z\" is not in state 0");
    expect_failure("{\"states\": [{\"x\": 1, \"x\": 2}]}", "t: trace 0: state 0: x: is there twice");
    expect_failure("{\"states\": [{\"x\": 1}], \"params\": [\"N\"]}",
                   "t: trace 0: params: \"N\" is in no state");
    expect_failure("{\"states\": [{\"x\": 1}], \"vars\": [\"y\"]}", "t: trace 0: vars: \"y\" is in no state");
    expect_failure("{\"states\": [{\"x\": 1}], \"vars\": 3}", "t: trace 0: vars: an array of names expected");
    expect_failure(
        "{\"states\": [{\"x\": 1}], \"#meta\": {\"predicate_name\": \"P\", \"violation_step\": 1}}",
        "t: trace 0: #meta: violation_step: 1, but the last state is 0");
    struct buffer text;
    buffer_init(&text);
    buffer_string(&text, "{\"states\": [{\"v\": 0");
    for (int i = 0; i < ITF_NAMES_MAX; i++)
        buffer_format(&text, ", \"v%03d\": 0", i);
    buffer_string(&text, "}]}");
    expect_failure(text.text,
                   "t: trace 0: state 0: \"v127\": more than 128 variables, or a name of 128 bytes or more");
    buffer_clear(&text);
    buffer_string(&text, "{\"states\": [{\"");
    for (int i = 0; i < JSON_KEY_MAX; i++)
        buffer_char(&text, 'n');
    buffer_string(&text, "\": 0}]}");
    expect_failure(
        text.text,
        "t: trace 0: state 0: \"nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn\": more than "
        "128 variables, or a name of 128 bytes or more");
    buffer_release(&text);
}

/* One of the class has its instance and its claim, and all variables besides. */
static void read_knows_a_trace_of_the_class(void **state)
{
    (void)state;
    struct fixture f = {.reader = NULL};
    char path[512];
    itf_trace_init(&f.trace);
    (void)snprintf(path, sizeof path, "%s/itf/root_n3_5_3_shortest.itf.json", TEST_DATA_DIR);
    for (int other = 0; other < 2; other++) {
        if (itf_reader_open(path, other ? lease_class() : &dns_balancer, &f.reader, &f.err) != OK)
            fail_msg("%s", f.err.text);
        itf_reader_take_any(f.reader);
        assert_true(read_next(&f));
        assert_int_equal(f.trace.is_of_class, other == 0);
        assert_int_equal(f.trace.violation, 11);
        assert_int_equal(f.trace.head.property == PROPERTY_NONE, other != 0);
        assert_int_equal(f.trace.state_count, 12);
        assert_non_null(value_field(&f.trace.states[1], "ghost_action"));
        assert_null(value_field(&f.trace.states[1], "WEIGHTS"));
        assert_non_null(value_field(&f.trace.parameters, "WEIGHTS"));
        itf_reader_close(f.reader);
    }
    itf_trace_release(&f.trace);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(read_takes_all_variables_of_each_trace),
        cmocka_unit_test(read_names_what_is_no_trace),
        cmocka_unit_test(read_knows_a_trace_of_the_class),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
