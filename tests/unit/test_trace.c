/* SPDX-License-Identifier: Apache-2.0 */
#include "base/memory.h"
#include "model/trace.h"
#include "tests/support/cmocka_all.h"

static void append_of_steps_gives_them_back(void **state)
{
    (void)state;
    struct trace trace;
    trace_init(&trace);
    for (uint32_t i = 0; i < 1000; i++) {
        struct step step = {.move = move_make(i % 5, i % 256), .choice_count = i % (STEP_CHOICES_MAX + 1)};
        for (uint32_t c = 0; c < step.choice_count; c++)
            step.choices[c] = (int64_t)i * 100 - c;
        assert_int_equal(trace_append(&trace, &step), OK);
    }
    assert_int_equal(trace.step_count, 1000);
    for (uint32_t i = 0; i < 1000; i++) {
        struct step step;
        trace_step_at(&trace, i, &step);
        assert_int_equal(move_action(step.move), i % 5);
        assert_int_equal(move_argument(step.move, 0), i % 256);
        assert_int_equal(step.choice_count, i % (STEP_CHOICES_MAX + 1));
        for (uint32_t c = 0; c < step.choice_count; c++)
            assert_int_equal(step.choices[c], (int64_t)i * 100 - c);
    }
    trace_release(&trace);
}

static void arguments_of_a_move_stand_apart(void **state)
{
    (void)state;
    uint32_t move = move_make(31, 200);
    for (size_t i = 1; i < MOVE_ARGUMENTS_MAX; i++) {
        assert_int_equal(move_argument(move, i), 0);
        move = move_with(move, i, (uint32_t)(255 - i));
    }
    move = move_with(move, 1, 7);
    assert_int_equal(move_action(move), 31);
    assert_int_equal(move_argument(move, 0), 200);
    assert_int_equal(move_argument(move, 1), 7);
    assert_int_equal(move_argument(move, 2), 253);
}

static void set_choices_of_its_own_choices_moves_them(void **state)
{
    (void)state;
    struct trace trace;
    trace_init(&trace);
    assert_int_equal(trace_append(&trace, &(struct step){.move = 1, .choice_count = 2, .choices = {5, 6}}),
                     OK);
    assert_int_equal(trace_append(&trace, &(struct step){.move = 2}), OK);
    /* The pool grows, and with it what the argument points to moves. */
    for (int i = 0; i < 100; i++)
        assert_int_equal(trace_set_choices(&trace, 1, trace.choices, 2), OK);
    struct step step;
    trace_step_at(&trace, 1, &step);
    assert_int_equal(step.move, 2);
    assert_int_equal(step.choice_count, 2);
    assert_int_equal(step.choices[0], 5);
    assert_int_equal(step.choices[1], 6);
    trace_step_at(&trace, 0, &step);
    assert_int_equal(step.choices[1], 6);
    trace_release(&trace);
}

static void copy_of_a_trace_is_independent(void **state)
{
    (void)state;
    struct trace trace, copy;
    trace_init(&trace);
    trace_init(&copy);
    assert_int_equal(trace_append(&trace, &(struct step){.move = 7, .choice_count = 1, .choices = {42}}), OK);
    trace.property = 1;
    trace.property_state = 1;
    trace.has_trace_seed = true;
    trace.trace_seed = 99;
    for (int i = 0; i < 50; i++)
        assert_int_equal(trace_append(&copy, &(struct step){.move = 1}), OK);
    assert_int_equal(trace_copy(&trace, &copy), OK);
    trace_clear(&trace);
    assert_int_equal(trace.property, PROPERTY_NONE);
    assert_int_equal(trace.step_count, 0);
    assert_false(trace.has_trace_seed);
    assert_int_equal(trace_append(&trace, &(struct step){.move = 3, .choice_count = 1, .choices = {1}}), OK);
    struct step step;
    assert_int_equal(copy.step_count, 1);
    trace_step_at(&copy, 0, &step);
    assert_int_equal(step.move, 7);
    assert_int_equal(step.choices[0], 42);
    assert_int_equal(copy.property, 1);
    assert_int_equal(copy.trace_seed, 99);
    assert_int_equal(trace_copy(&copy, &copy), OK);
    assert_int_equal(copy.step_count, 1);
    trace_release(&trace);
    trace_release(&copy);
}

static void append_without_memory_leaves_the_trace_as_it_was(void **state)
{
    (void)state;
    for (size_t nth = 1; nth <= 2; nth++) {
        struct trace trace, copy;
        trace_init(&trace);
        trace_init(&copy);
        mem_fail_from(nth);
        const enum status status =
            trace_append(&trace, &(struct step){.move = 7, .choice_count = 1, .choices = {42}});
        mem_fail_from(0);
        assert_int_equal(status, ERR_MEMORY);
        assert_int_equal(trace.step_count, 0);
        assert_int_equal(trace_append(&trace, &(struct step){.move = 7, .choice_count = 1, .choices = {42}}),
                         OK);
        mem_fail_from(nth);
        assert_int_equal(trace_copy(&trace, &copy), ERR_MEMORY);
        mem_fail_from(0);
        trace_release(&trace);
        trace_release(&copy);
    }
}

static void append_past_the_limit_is_refused(void **state)
{
    (void)state;
    struct trace trace;
    trace_init(&trace);
    for (size_t i = 0; i < TRACE_STEPS_MAX; i++)
        assert_int_equal(trace_append(&trace, &(struct step){.move = 0}), OK);
    assert_int_equal(trace_append(&trace, &(struct step){.move = 0}), ERR_DATA);
    assert_int_equal(trace.step_count, TRACE_STEPS_MAX);
    trace_release(&trace);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(append_of_steps_gives_them_back),
        cmocka_unit_test(arguments_of_a_move_stand_apart),
        cmocka_unit_test(set_choices_of_its_own_choices_moves_them),
        cmocka_unit_test(copy_of_a_trace_is_independent),
        cmocka_unit_test(append_without_memory_leaves_the_trace_as_it_was),
        cmocka_unit_test(append_past_the_limit_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
