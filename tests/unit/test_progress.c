/* SPDX-License-Identifier: Apache-2.0 */
/* The progress line on a real terminal (a pseudo-terminal), and the rate that it draws. */
#include "tests/support/cmocka_all.h"

#include <errno.h>
#include <fcntl.h>
#include <pty.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buffer.h"
#include "cli/rate.h"
#include "tests/support/effort.h"

#define FULL "█"

struct terminal {
    unsigned short columns;
    const char *const *environment; /* NAME=VALUE …, NULL at the end */
    const char *const *arguments;   /* of the program, NULL at the end */
};

static const char *const utf8[] = {"TERM=xterm", "LC_ALL=C.UTF-8", NULL};

static void become_program(const struct terminal *terminal)
{
    const int nowhere = open("/dev/null", O_WRONLY);
    if (nowhere < 0 || dup2(nowhere, STDOUT_FILENO) < 0)
        _exit(127);
    (void)unsetenv("NO_COLOR");
    for (size_t i = 0; terminal->environment[i] != NULL; i++)
        (void)putenv((char *)(uintptr_t)terminal->environment[i]);
    (void)execv(RACEWALK_PROGRAM, (char *const *)(uintptr_t)terminal->arguments);
    _exit(127);
}

/* What the program writes to its standard error, which is a terminal. */
static void run_on_terminal(const struct terminal *terminal, struct buffer *out, int *ret_status)
{
    const struct winsize size = {.ws_col = terminal->columns, .ws_row = 24};
    int screen;
    char bytes[4096];
    const pid_t child = forkpty(&screen, NULL, NULL, &size);
    assert_true(child >= 0);
    if (child == 0)
        become_program(terminal);
    for (;;) {
        const ssize_t got = read(screen, bytes, sizeof bytes);
        if (got > 0)
            buffer_append(out, bytes, (size_t)got);
        else if (got == 0 || errno != EINTR)
            break; /* EIO: the other end is closed */
    }
    assert_int_equal(waitpid(child, ret_status, 0), child);
    (void)close(screen);
}

static const char *const walking[] = {
    "racewalk", "run", "--instance", "n3_20_3", "--guard",   "protect-live", "--max-steps",   "60",
    "--seed",   "1",   "--threads",  "1",       "--timeout", "0.9",          "--max-samples", "1000000000000",
    NULL};
static const char *const checking[] = {"racewalk",  "check", "--plans",   "200", "--guard", "protect-live",
                                       "--timeout", "0.9",   "--threads", "1",   NULL};

/* Columns of the widest line that stood there at any time, colours not counted. */
static size_t widest_line(const char *text)
{
    size_t widest = 0, columns = 0;
    for (const char *at = text; *at != '\0'; at++) {
        if (*at == '\033') {
            at += strcspn(at, "mK");
            if (*at == '\0')
                break;
        } else if (*at == '\r' || *at == '\n') {
            columns = 0;
        } else if (((unsigned char)*at & 0xC0) != 0x80) {
            columns++;
        }
        widest = columns > widest ? columns : widest;
    }
    return widest;
}

static size_t occurrences(const char *text, const char *what)
{
    size_t count = 0;
    for (const char *at = strstr(text, what); at != NULL; at = strstr(at + 1, what))
        count++;
    return count;
}

static void assert_ends_with(const struct buffer *out, const char *end)
{
    assert_true(out->length >= strlen(end));
    assert_string_equal(out->text + out->length - strlen(end), end);
}

static void check_picture(const char *const *arguments, const char *unit)
{
    struct buffer out;
    int status;
    buffer_init(&out);
    run_on_terminal(&(struct terminal){100, utf8, arguments}, &out, &status);
    assert_non_null(strstr(out.text, unit));
    assert_non_null(strstr(out.text, "\033[36m"));
    assert_true(occurrences(out.text, FULL) >= 2);
    assert_true(occurrences(out.text, "\r") >= 3); /* redrawn */
    assert_null(strchr(out.text, '\n'));
    assert_ends_with(&out, "\r\033[K");
    assert_true(widest_line(out.text) <= 99);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 75);
    buffer_release(&out);
}

static void draw_run_shows_the_rate_and_wipes_the_line(void **state)
{
    (void)state;
    check_picture(walking, " steps/s  ");
}

static void draw_check_shows_the_rate_and_wipes_the_line(void **state)
{
    (void)state;
    check_picture(checking, " states/s  ");
}

static void draw_any_width_never_wraps(void **state)
{
    (void)state;
    static const unsigned short widths[] = {30, 1, 12, 47, 80, 300};
    for (size_t i = 0; i < (test_is_long() ? sizeof widths / sizeof widths[0] : 1); i++) {
        struct buffer out;
        int status;
        buffer_init(&out);
        run_on_terminal(&(struct terminal){widths[i], utf8, walking}, &out, &status);
        assert_true(widest_line(out.text) < widths[i]);
        assert_int_equal(strstr(out.text, "steps/s") != NULL, widths[i] >= 30);
        assert_int_equal(strstr(out.text, "walks") != NULL, widths[i] >= 80);
        assert_int_equal(strstr(out.text, FULL) != NULL, widths[i] >= 30);
        buffer_release(&out);
    }
}

static void draw_without_utf8_is_ascii(void **state)
{
    (void)state;
    static const char *const plain[] = {"TERM=xterm", "LC_ALL=C", NULL};
    struct buffer out;
    int status;
    buffer_init(&out);
    run_on_terminal(&(struct terminal){100, plain, walking}, &out, &status);
    assert_non_null(strstr(out.text, "##"));
    for (size_t i = 0; i < out.length; i++)
        assert_true((unsigned char)out.text[i] < 128);
    buffer_release(&out);
}

static void draw_with_no_color_has_no_colours(void **state)
{
    (void)state;
    static const char *const colorless[] = {"TERM=xterm", "LC_ALL=C.UTF-8", "NO_COLOR=1", NULL};
    struct buffer out;
    int status;
    buffer_init(&out);
    run_on_terminal(&(struct terminal){100, colorless, walking}, &out, &status);
    assert_non_null(strstr(out.text, FULL));
    assert_null(strstr(out.text, "\033[3"));
    assert_null(strstr(out.text, "\033[0m"));
    assert_ends_with(&out, "\r\033[K");
    buffer_release(&out);
}

static void draw_when_not_wanted_does_nothing(void **state)
{
    (void)state;
    static const char *const dumb[] = {"TERM=dumb", "LC_ALL=C.UTF-8", NULL};
    static const char *const ways[] = {"--no-progress", "--quiet"};
    struct buffer out;
    int status;
    buffer_init(&out);
    run_on_terminal(&(struct terminal){100, dumb, walking}, &out, &status);
    assert_string_equal(out.text, "");
    for (size_t i = 0; i < (test_is_long() ? sizeof ways / sizeof ways[0] : 0); i++) {
        const char *arguments[32];
        size_t n = 0;
        for (; walking[n] != NULL; n++)
            arguments[n] = walking[n];
        arguments[n++] = ways[i];
        arguments[n] = NULL;
        run_on_terminal(&(struct terminal){100, utf8, arguments}, &out, &status);
        assert_string_equal(out.text, "");
    }
    buffer_release(&out);
}

/* --- the rate --- */

static void add_steady_search_has_equal_slices(void **state)
{
    (void)state;
    struct rate rate;
    double slices[10];
    rate_init(&rate, 0, 0);
    /* A day, 20 times a second. */
    for (uint64_t i = 1; i <= UINT64_C(86400) * 20; i++)
        rate_add(&rate, (double)i / 20, i * 50);
    assert_true(rate.point_count <= RATE_POINTS_MAX && rate.point_count > RATE_POINTS_MAX / 4);
    rate_slices(&rate, 10, slices);
    for (size_t i = 0; i < 10; i++)
        assert_true(slices[i] > 999.9 && slices[i] < 1000.1);
    assert_true(rate_recent(&rate, 2) > 999.9 && rate_recent(&rate, 2) < 1000.1);
}

static void add_search_that_slows_down_shows_it(void **state)
{
    (void)state;
    struct rate rate;
    double slices[4];
    rate_init(&rate, 10, 1000); /* gone on with */
    for (unsigned i = 1; i <= 100; i++)
        rate_add(&rate, 10 + i * 0.1, 1000 + i * 100);
    for (unsigned i = 1; i <= 100; i++)
        rate_add(&rate, 20 + i * 0.1, 11000 + i * 10);
    rate_slices(&rate, 4, slices);
    assert_true(slices[0] > 990 && slices[0] < 1010 && slices[1] > 990 && slices[1] < 1010);
    assert_true(slices[2] > 99 && slices[2] < 101 && slices[3] > 99 && slices[3] < 101);
    assert_true(rate_recent(&rate, 2) > 99 && rate_recent(&rate, 2) < 101);
}

/* As in a search by layers. */
static void add_count_that_is_known_now_and_then_is_spread(void **state)
{
    (void)state;
    struct rate rate;
    double slices[40];
    rate_init(&rate, 0, 0);
    for (unsigned i = 1; i <= 400; i++)
        rate_add(&rate, i * 0.1, UINT64_C(1000) * (i / 20));
    rate_slices(&rate, 40, slices);
    for (size_t i = 0; i < 40; i++)
        assert_true(slices[i] > 499 && slices[i] < 501);
    for (unsigned i = 1; i <= 100; i++)
        rate_add(&rate, 40 + i * 0.1, 20000);
    assert_true(rate_recent(&rate, 2) == 0); /* it has come to a halt */
}

static void add_count_that_falls_begins_anew(void **state)
{
    (void)state;
    struct rate rate;
    double slices[3];
    rate_init(&rate, 0, 0);
    assert_true(rate_recent(&rate, 1) == 0);
    rate_slices(&rate, 3, slices);
    assert_true(slices[0] == 0 && slices[2] == 0);
    rate_add(&rate, 1, 500);
    rate_add(&rate, 2, 10);
    assert_int_equal(rate.point_count, 1);
    rate_add(&rate, 3, 30);
    assert_true(rate_recent(&rate, 60) == 20);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(draw_run_shows_the_rate_and_wipes_the_line),
        cmocka_unit_test(draw_check_shows_the_rate_and_wipes_the_line),
        cmocka_unit_test(draw_any_width_never_wraps),
        cmocka_unit_test(draw_without_utf8_is_ascii),
        cmocka_unit_test(draw_with_no_color_has_no_colours),
        cmocka_unit_test(draw_when_not_wanted_does_nothing),
        cmocka_unit_test(add_steady_search_has_equal_slices),
        cmocka_unit_test(add_search_that_slows_down_shows_it),
        cmocka_unit_test(add_count_that_is_known_now_and_then_is_spread),
        cmocka_unit_test(add_count_that_falls_begins_anew),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
