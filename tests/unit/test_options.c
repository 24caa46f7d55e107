/* SPDX-License-Identifier: Apache-2.0 */
/* Options: every kind, every way to get one wrong, and what the message then says. */
#include "tests/support/cmocka_all.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/options.h"

static const struct option rows[] = {
    {.name = "flag", .kind = OPTION_FLAG, .help = "a flag"},
    {.name = "count",
     .kind = OPTION_INT,
     .metavar = "N",
     .default_text = "7",
     .min = 1,
     .max = 100,
     .help = "a count",
     .word = "auto"},
    {.name = "range", .kind = OPTION_RANGE, .metavar = "LO:HI", .min = 0, .max = 10, .help = "a range"},
    {.name = "seed", .kind = OPTION_SEED, .metavar = "S", .help = "a seed"},
    {.name = "time", .kind = OPTION_REAL, .metavar = "S", .help = "a time", .env = "RACEWALK_TEST_TIME"},
    {.name = "path", .kind = OPTION_TEXT, .metavar = "PATH", .help = "a path"},
    {.name = "name", .kind = OPTION_LIST, .metavar = "NAME", .help = "names", .commas = true},
    {.name = "form",
     .kind = OPTION_TEXT,
     .metavar = "FORM",
     .help = "a form",
     .choices = "line pretty array"},
};
static const struct option_group group = {"Test", rows, sizeof rows / sizeof rows[0]};

static struct option_set *parse(int argc, const char *const *argv, enum status expected, struct error *err)
{
    struct option_set *set = option_set_new(&group, 1);
    assert_non_null(set);
    err->text[0] = '\0';
    const enum status status = option_set_parse(set, argc, (char *const *)(uintptr_t)argv, err);
    if (status != expected)
        fail_msg("status %d, not %d: %s", status, expected, err->text);
    return set;
}

static void parse_of_every_kind_keeps_values(void **unused)
{
    (void)unused;
    static const char *const argv[] = {
        "--flag", "first", "--count=12", "--range", "3:9",    "--seed", "0xffffffffffffffff",
        "--time", "2.5",   "--path",     "a b",     "--name", "x,y",    "--name",
        "z",      "-",     "--",         "--flag"};
    struct error err;
    struct option_set *set = parse(sizeof argv / sizeof argv[0], argv, OK, &err);
    assert_true(option_flag(set, "flag"));
    assert_int_equal(option_int(set, "count"), 12);
    assert_false(option_is_word(set, "count"));
    int64_t low, high;
    option_range(set, "range", &low, &high);
    assert_int_equal(low, 3);
    assert_int_equal(high, 9);
    assert_true(option_seed(set, "seed") == UINT64_MAX);
    assert_true(option_real(set, "time") > 2.49 && option_real(set, "time") < 2.51);
    assert_string_equal(option_text(set, "path"), "a b");
    const char *const *names;
    assert_int_equal(option_list(set, "name", &names), 3);
    assert_string_equal(names[0], "x");
    assert_string_equal(names[1], "y");
    assert_string_equal(names[2], "z");
    char *const *operands;
    assert_int_equal(option_operands(set, &operands), 3);
    assert_string_equal(operands[0], "first");
    assert_string_equal(operands[1], "-");
    assert_string_equal(operands[2], "--flag");
    option_set_free(set);
}

static void parse_of_nothing_gives_defaults(void **unused)
{
    (void)unused;
    struct error err;
    (void)unsetenv("RACEWALK_TEST_TIME");
    struct option_set *set = parse(0, NULL, OK, &err);
    assert_int_equal(option_int(set, "count"), 7);
    assert_false(option_given(set, "count"));
    assert_true(option_present(set, "count"));
    assert_false(option_present(set, "time"));
    assert_null(option_text(set, "path"));
    option_set_free(set);
}

static void parse_with_environment_takes_it(void **unused)
{
    (void)unused;
    struct error err;
    (void)setenv("RACEWALK_TEST_TIME", "1.5", 1);
    struct option_set *set = parse(0, NULL, OK, &err);
    assert_true(option_given(set, "time"));
    assert_true(option_real(set, "time") > 1.49);
    option_set_free(set);
    static const char *const argv[] = {"--time", "3"};
    set = parse(2, argv, OK, &err);
    assert_true(option_real(set, "time") > 2.9);
    option_set_free(set);
    (void)setenv("RACEWALK_TEST_TIME", "soon", 1);
    option_set_free(parse(0, NULL, ERR_USAGE, &err));
    assert_string_equal(
        err.text,
        "RACEWALK_TEST_TIME in the environment: --time 'soon': a number of at least 0 was expected");
    (void)unsetenv("RACEWALK_TEST_TIME");
}

static void parse_of_a_word_says_so(void **unused)
{
    (void)unused;
    struct error err;
    static const char *const argv[] = {"--count", "auto"};
    struct option_set *set = parse(2, argv, OK, &err);
    assert_true(option_is_word(set, "count"));
    option_set_free(set);
}

static void parse_of_bad_input_names_what_is_right(void **unused)
{
    (void)unused;
    static const struct {
        const char *argv[3];
        const char *message;
    } bad[] = {
        {{"--cuont", "3"}, "unknown option --cuont; did you mean --count?"},
        {{"--zzzzzzzzzzzz"}, "unknown option --zzzzzzzzzzzz; --help lists them all"},
        {{"-f"}, "unknown option -f; options have two dashes, --help lists them"},
        {{"--count"}, "--count needs a value: --count N"},
        {{"--count", "x"}, "--count 'x': a whole number or auto was expected"},
        {{"--count", ""}, "--count '': a whole number or auto was expected"},
        {{"--count", " 1"}, "--count ' 1': a whole number or auto was expected"},
        {{"--count", "1.0"}, "--count '1.0': a whole number or auto was expected"},
        {{"--count", "0"}, "--count 0: must be between 1 and 100"},
        {{"--count", "101"}, "--count 101: must be between 1 and 100"},
        {{"--count", "9223372036854775808"}, "--count 9223372036854775808: must be between 1 and 100"},
        {{"--count", "-99999999999999999999999999999999999999999"},
         "--count -99999999999999999999999999999999999999999: must be between 1 and 100"},
        {{"--range", "3:99999999999999999999"}, "--range 3:99999999999999999999: must be between 0 and 10"},
        {{"--count=1", "--count=2"}, "--count was given twice"},
        {{"--flag=yes"}, "--flag takes no value"},
        {{"--range", "5"}, NULL},
        {{"--range", "5:"}, "--range '5:': LOW:HIGH was expected, as in 100:120"},
        {{"--range", "7:3"}, "--range 7:3: the first number must not exceed the second"},
        {{"--range", "3:11"}, "--range 3:11: must be between 0 and 10"},
        {{"--seed", "-1"}, "--seed '-1': a 64-bit seed was expected, decimal or 0x…"},
        {{"--seed", "0x"}, "--seed '0x': a 64-bit seed was expected, decimal or 0x…"},
        {{"--seed", "18446744073709551616"},
         "--seed '18446744073709551616': a 64-bit seed was expected, decimal or 0x…"},
        {{"--time", "-1"}, "--time '-1': a number of at least 0 was expected"},
        {{"--time", "nan"}, "--time 'nan': a number of at least 0 was expected"},
        {{"--time", "inf"}, "--time 'inf': a number of at least 0 was expected"},
        {{"--name", "a,,b"}, "--name: an empty name"},
        {{"--form", "line"}, NULL},
        {{"--form", "array"}, NULL},
        {{"--form", "lin"}, "--form 'lin': line, pretty or array was expected"},
        {{"--form", "line pretty"}, "--form 'line pretty': line, pretty or array was expected"},
        {{"--form="}, "--form '': line, pretty or array was expected"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        int argc = 0;
        while (argc < 3 && bad[i].argv[argc] != NULL)
            argc++;
        struct error err;
        option_set_free(parse(argc, bad[i].argv, bad[i].message != NULL ? ERR_USAGE : OK, &err));
        if (bad[i].message != NULL)
            assert_string_equal(err.text, bad[i].message);
    }
}

static void parse_without_memory_fails_cleanly(void **unused)
{
    (void)unused;
    static const char *const argv[] = {"--name", "x,y", "operand"};
    for (size_t nth = 1; nth < 20; nth++) {
        struct error err;
        mem_fail_from(nth);
        struct option_set *set = option_set_new(&group, 1);
        const enum status status =
            set != NULL ? option_set_parse(set, 3, (char *const *)(uintptr_t)argv, &err) : ERR_MEMORY;
        mem_fail_from(0);
        option_set_free(set);
        if (status == OK) {
            assert_true(nth > 3);
            return;
        }
        assert_int_equal(status, ERR_MEMORY);
    }
    fail_msg("it never succeeds");
}

/* --- what goes with what --- */

static const struct option_rule rules[] = {
    {.options = "path name", .without = "flag form=line"},
    {.options = "seed count=auto", .with = "form=pretty count=12"},
    {.options = "range", .with = "time", .without = "flag"},
    {.options = "form=array", .with = "flag", .why = "an array has no flag"},
};

struct line {
    const char *argv[8];
    const char *says; /* NULL: it is taken */
};

static void assert_rules_say(const struct line *line)
{
    int argc = 0;
    struct error err;
    while (line->argv[argc] != NULL)
        argc++;
    struct option_set *set = parse(argc, line->argv, OK, &err);
    const enum status status = option_set_check(set, rules, sizeof rules / sizeof rules[0], &err);
    if (status != (line->says != NULL ? ERR_USAGE : OK))
        fail_msg("status %d after %s …: %s", status, argc > 0 ? line->argv[0] : "nothing", err.text);
    if (line->says != NULL)
        assert_string_equal(err.text, line->says);
    option_set_free(set);
}

static void check_refuses_what_would_do_nothing(void **unused)
{
    (void)unused;
    static const struct line lines[] = {
        {{NULL}, NULL},
        {{"--path", "a"}, "--path does nothing without --flag or --form line"},
        {{"--path", "a", "--form", "pretty"}, "--path does nothing without --flag or --form line"},
        {{"--path", "a", "--form", "line"}, NULL},
        {{"--name", "a", "--flag"}, NULL},
        {{"--name", "a"}, "--name does nothing without --flag or --form line"},
        {{"--seed", "1"}, NULL},
        {{"--seed", "1", "--form", "pretty"}, "--seed does nothing with --form pretty"},
        {{"--count", "12", "--seed", "1"}, "--seed does nothing with --count 12"},
        {{"--count", "11", "--seed", "1"}, NULL},
        {{"--count", "auto", "--form", "pretty"}, "--count auto does nothing with --form pretty"},
        {{"--count", "11", "--form", "pretty"}, NULL},
        {{"--range", "3"}, NULL},
        {{"--range", "3", "--time", "1"}, "--range does nothing with --time and without --flag"},
        {{"--range", "3", "--time", "1", "--flag"}, NULL},
        {{"--form", "array", "--flag"}, "an array has no flag"},
        {{"--form", "line", "--flag"}, NULL},
    };
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++)
        assert_rules_say(&lines[i]);
}

/* What the environment says makes other options do nothing, but is itself refused nowhere. */
static void check_of_the_environment_refuses_the_command_line_only(void **unused)
{
    (void)unused;
    static const struct option_rule needs_flag[] = {{.options = "time", .without = "flag"}};
    static const struct line line = {
        {"--range", "3"},
        "--range does nothing with --time (RACEWALK_TEST_TIME in the environment) and without --flag"};
    struct error err;
    assert_int_equal(setenv("RACEWALK_TEST_TIME", "4", 1), 0);
    assert_rules_say(&line);
    struct option_set *set = parse(0, NULL, OK, &err);
    assert_int_equal(option_set_check(set, needs_flag, 1, &err), OK);
    option_set_free(set);
    assert_int_equal(unsetenv("RACEWALK_TEST_TIME"), 0);
    static const char *const argv[] = {"--time", "4"};
    set = parse(2, argv, OK, &err);
    assert_int_equal(option_set_check(set, needs_flag, 1, &err), ERR_USAGE);
    option_set_free(set);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parse_of_every_kind_keeps_values),
        cmocka_unit_test(parse_of_nothing_gives_defaults),
        cmocka_unit_test(parse_with_environment_takes_it),
        cmocka_unit_test(parse_of_a_word_says_so),
        cmocka_unit_test(parse_of_bad_input_names_what_is_right),
        cmocka_unit_test(parse_without_memory_fails_cleanly),
        cmocka_unit_test(check_refuses_what_would_do_nothing),
        cmocka_unit_test(check_of_the_environment_refuses_the_command_line_only),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
