/* SPDX-License-Identifier: Apache-2.0 */
/* Parts of drivers: comparing what is shown, plain JSON, answers, and the process. Whole drivers that go wrong
 * are in tests/cli/hostile.t. */
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "mbt/driver/driver_answer.h"
#include "mbt/driver/driver_compare.h"
#include "mbt/driver/driver_process.h"
#include "mbt/driver/driver_question.h"
#include "tests/support/cmocka_all.h"
#include "tests/support/read_value.h"

static struct arena arena;

static int setup(void **state)
{
    (void)state;
    arena_init(&arena, 1 << 22);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    arena_release(&arena);
    return 0;
}

static const char model_text[] =
    "{\"m::term\": 2, \"held\": true, \"log\": [{\"by\": \"a\", \"term\": 1}], \"set\": {\"#set\": [1, 2, "
    "{\"#tup\": [3, 4]}]},"
    "\"client\": {\"#map\": [[\"client-a\", {\"view\": 1, \"old\": 0}], [\"client-b\", {\"view\": 2, "
    "\"old\": 0}]]},"
    "\"by_number\": {\"#map\": [[1, \"x\"], [2, \"y\"]]}, \"mbt::actionTaken\": \"write\"}";

static void expect_comparison(const char *shown_text, const char *expected)
{
    const struct value model = read_value(&arena, model_text), shown = read_value(&arena, shown_text);
    struct buffer text;
    struct error err = {{0}};
    size_t count = 0;
    buffer_init(&text);
    const enum status status = driver_compare(&model, &shown, &arena, &text, &count, &err);
    assert_string_equal(status == OK ? text.text : err.text, expected);
    if (status == OK)
        assert_true((count == 0) == (expected[0] == '\0'));
    buffer_release(&text);
}

static void compare_looks_only_at_what_is_shown(void **state)
{
    (void)state;
    expect_comparison("{}", "");
    expect_comparison("{\"term\": 2, \"held\": 1, \"log\": [{\"by\": \"a\"}]}", "");
    expect_comparison("{\"client\": {\"client-b\": {\"view\": 2}}, \"client.view\": {\"client-a\": 1}, "
                      "\"client-b.old\": 0}",
                      "");
    expect_comparison("{\"set\": [[3, 4], 2, 1, 2]}", "");
    expect_comparison("{\"by_number\": {\"2\": \"y\"}, \"by_number.1\": \"x\"}", "");
    expect_comparison("{\"client-z.view\": null, \"client.view\": {\"client-z\": null}}", "");
}

static void compare_names_each_field_that_differs(void **state)
{
    (void)state;
    expect_comparison("{\"term\": 3}", "term: model 2, system 3");
    expect_comparison("{\"term\": \"2\"}", "term: model 2, system \"2\"");
    expect_comparison("{\"held\": false}", "held: model true, system false");
    expect_comparison("{\"client.view\": {\"client-a\": 1, \"client-b\": 0}}",
                      "client.view.client-b: model 2, system 0");
    expect_comparison("{\"client-a.view\": 5}", "client-a.view: model 1, system 5");
    expect_comparison("{\"client.view\": {\"client-c\": 1}}",
                      "client.view.client-c: model has none, system 1");
    expect_comparison("{\"set\": [1, 2]}", "set: model {1, 2, (3, 4)}, system [1, 2]");
    expect_comparison("{\"set\": [1, 2, [3, 4], 5]}", "set: model {1, 2, (3, 4)}, system [1, 2, [3, 4], 5]");
    expect_comparison("{\"log\": [{\"by\": \"b\"}]}", "log.0.by: model \"a\", system \"b\"");
    expect_comparison("{\"log\": []}", "log: model [{by: \"a\", term: 1}], system []");
    expect_comparison(
        "{\"term\": 1, \"held\": 0, \"client-a.view\": 7, \"client-b.view\": 7, \"by_number\": {\"1\": "
        "\"z\"}}",
        "by_number.1: model \"x\", system \"z\"; client-a.view: model 1, system 7; client-b.view: model 2, "
        "system 7; and 2 more");
    expect_comparison(
        "{\"tern\": 1}",
        "the driver shows \"tern\", and the model has no such variable; it has by_number, client, held, "
        "log, term, set");
}

static void value_is_written_as_plain_json(void **state)
{
    (void)state;
    const struct value model = read_value(&arena, model_text);
    struct buffer text;
    buffer_init(&text);
    const struct action_paths none = {NULL, NULL};
    const struct value params = read_value(&arena, "{\"N\": {\"#bigint\": \"9223372036854775807\"}}");
    driver_write_reset(&text, &params, &model, &none);
    assert_string_equal(
        text.text, "{\"do\":\"reset\",\"params\":{\"N\":9223372036854775807},\"state\":{"
                   "\"by_number\":{\"1\":\"x\",\"2\":\"y\"},"
                   "\"client\":{\"client-a\":{\"old\":0,\"view\":1},\"client-b\":{\"old\":0,\"view\":2}},"
                   "\"held\":true,\"log\":[{\"by\":\"a\",\"term\":1}],\"term\":2,\"set\":[1,2,[3,4]]}}");
    buffer_release(&text);
}

/* --- the process --- */

static void note_words(void *user, const char *line)
{
    buffer_format(user, "%s|", line);
}

static struct driver_process *start(const char *command, struct buffer *words)
{
    struct error err = {{0}};
    struct driver_process *process = NULL;
    const struct driver_process_options options = {
        .command = command, .answer_ms = 5000, .answer_max = 1000, .on_words = note_words, .user = words};
    if (driver_process_start(&options, &process, &err) != OK)
        fail_msg("%s", err.text);
    return process;
}

static void expect_answer(struct driver_process *process, const char *question, const char *expected)
{
    struct error err = {{0}};
    struct buffer answer;
    buffer_init(&answer);
    const enum status status = driver_process_ask(process, question, strlen(question), &answer, &err);
    assert_string_equal(status == OK ? answer.text : err.text, expected);
    buffer_release(&answer);
}

static void driver_that_echoes_is_heard(void **state)
{
    (void)state;
    struct buffer words, large;
    buffer_init(&words);
    buffer_init(&large);
    struct driver_process *process =
        start("echo hi >&2; while read -r line; do echo \"$line\"; done; echo bye >&2", &words);
    expect_answer(process, "one", "one");
    expect_answer(process, "two", "two");
    driver_process_stop(process);
    assert_string_equal(words.text, "hi|bye|");
    /* A question larger than a pipe holds, to one that answers before it has read it all. */
    for (int i = 0; i < 300000; i++)
        buffer_char(&large, 'x');
    process = start("head -c 10 > /dev/null; echo early; cat > /dev/null", &words);
    expect_answer(process, large.text, "early");
    driver_process_stop(process);
    buffer_release(&large);
    buffer_release(&words);
}

static void driver_that_speaks_before_it_is_asked_is_refused(void **state)
{
    (void)state;
    struct buffer words;
    buffer_init(&words);
    char sign[64], command[256];
    (void)snprintf(sign, sizeof sign, "/tmp/racewalk-test-driver-%ld", (long)getpid());
    (void)snprintf(command, sizeof command, "read -r line; echo one; echo early; : > %s; sleep 60", sign);
    struct driver_process *process = start("read -r line; echo one; read -r line; echo two", &words);
    expect_answer(process, "one", "one");
    expect_answer(process, "two", "two");
    driver_process_stop(process);
    process = start(command, &words);
    struct error err = {{0}};
    struct buffer answer;
    buffer_init(&answer);
    /* Both lines may have come by then, or the second comes later. */
    const enum status status = driver_process_ask(process, "one", 3, &answer, &err);
    for (int i = 0; status == OK && i < 1000 && access(sign, F_OK) != 0; i++) {
        const struct timespec pause = {.tv_nsec = 10000000};
        (void)nanosleep(&pause, NULL);
    }
    (void)unlink(sign);
    if (status != OK)
        assert_string_equal(
            err.text, "the driver answered more than one line; what follows: early\\x0a; it said last: one");
    else
        expect_answer(process, "two",
                      "the driver said something before it was asked: early\\x0a; it said last: one");
    buffer_release(&answer);
    driver_process_stop(process);
    buffer_release(&words);
}

static void driver_that_is_gone_is_told_of(void **state)
{
    (void)state;
    struct buffer words;
    buffer_init(&words);
    struct driver_process *process =
        start("read -r line; echo one; echo 'out of luck' >&2; kill -9 $$", &words);
    expect_answer(process, "one", "one");
    expect_answer(process, "two",
                  "the driver was ended by signal 9 (Killed), and has not answered; its standard error ends "
                  "with: out of "
                  "luck; it said last: one");
    driver_process_stop(process);
    process = start("sleep 60 & exit 3", &words); /* what it has started keeps its output open */
    expect_answer(process, "one", "the driver has ended (status 3), and has not answered");
    driver_process_stop(process);
    process = start("read -r line; printf '%02000d\\n' 1; sleep 5", &words);
    struct error err = {{0}};
    struct buffer answer;
    buffer_init(&answer);
    assert_int_equal(driver_process_ask(process, "x", 1, &answer, &err), ERR_IO);
    assert_non_null(strstr(err.text, "the driver's answer is larger than 1000 bytes"));
    driver_process_stop(process);
    buffer_release(&answer);
    buffer_release(&words);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(compare_looks_only_at_what_is_shown),
        cmocka_unit_test(compare_names_each_field_that_differs),
        cmocka_unit_test(value_is_written_as_plain_json),
        cmocka_unit_test(driver_that_echoes_is_heard),
        cmocka_unit_test(driver_that_speaks_before_it_is_asked_is_refused),
        cmocka_unit_test(driver_that_is_gone_is_told_of),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
