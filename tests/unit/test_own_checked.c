/* SPDX-License-Identifier: Apache-2.0 */
/* What an author's mistakes look like: each action of a model makes another one (tests/models/faulty.c), and its
 * checked build says which. */
#include <dlfcn.h>
#include <string.h>

#include "mbt/replay.h"
#include "search/walk.h"
#include "tests/support/cmocka_all.h"
#include "tests/support/own_models.h"
#include "tests/support/test_model.h"

static struct model_class *faulty, *unchecked;

static int make_classes(void **state)
{
    (void)state;
    faulty = own_test_class(&racewalk_faulty, own_test_checked("faulty"));
    unchecked = own_test_class(&racewalk_faulty, NULL);
    return 0;
}

static int free_classes(void **state)
{
    (void)state;
    own_class_free(faulty);
    own_class_free(unchecked);
    return 0;
}

static int find_action(const char *name)
{
    size_t a = 0;
    while (a < faulty->action_count && strcmp(faulty->actions[a].name, name) != 0)
        a++;
    assert_true(a < faulty->action_count);
    return (int)a;
}

/* Takes the action in the initial state; the state stays what it was when it fails. */
static enum status take(const struct model_class *class, const char *action, uint32_t first, uint32_t second,
                        struct error *err)
{
    struct model *model = own_test_model(class, "two", 0, 1);
    struct literal *literal = class->traces.literal_new(model);
    struct step step = {.move = move_make((uint32_t)find_action(action), first)};
    unsigned char before[STATE_SIZE_MAX], after[STATE_SIZE_MAX];
    step.move = move_with(step.move, 1, second);
    if (strcmp(action, "differ") == 0 || strcmp(action, "spoil") == 0)
        step = (struct step){.move = step.move, .choice_count = 2, .choices = {action[0] == 's' ? -2 : 1, 1}};
    class->traces.literal_control(literal, before);
    const enum status status = class->traces.literal_apply(literal, &step, err);
    class->traces.literal_control(literal, after);
    if (status != OK)
        assert_memory_equal(before, after, model->state_size);
    class->traces.literal_free(literal);
    model_free(model);
    return status;
}

/* "(FOLDER/faulty.c, line 39)" becomes "(faulty.c)": the rest is the builder's. */
static void drop_place(char *text)
{
    char *line = strstr(text, ", line ");
    if (line == NULL)
        return;
    strcpy(line, ")");
    char *name = strrchr(text, '/');
    char *place = strrchr(text, '(');
    assert_true(name != NULL && place != NULL && place < name);
    memmove(place + 1, name + 1, strlen(name));
}

static void fails_with(const char *action, uint32_t first, uint32_t second, const char *text)
{
    struct error err = {{0}};
    assert_int_equal(take(faulty, action, first, second, &err), ERR_DATA);
    drop_place(err.text);
    assert_string_equal(err.text, text);
}

static void each_mistake_is_named(void **state)
{
    (void)state;
    fails_with("overflow", 0, 0, "overflow: a sum overflows (faulty.c)");
    fails_with("reach", 0, 0, "reach(node-1): an index is outside of its array (faulty.c)");
    fails_with("divide", 0, 0, "divide: a division by zero, or one that overflows (faulty.c)");
    fails_with("grow", 0, 0, "grow: small is 9, but its range is 0 to 7");
    fails_with("elect", 0, 0,
               "elect: leader is 3, but it is one of 2 things of the kind node, 0 to 1, or -1");
    fails_with("vanish", 0, 0, "vanish: mode is 3, but it has 3 names, 0 to 2");
    fails_with("gather", 0, 0, "gather: set is 8, but it is a set of 2 things of the kind node, 0 to 3");
    fails_with(
        "touch", 0, 0,
        "touch: meets[node-2][node-3] was changed, but the kind node has 2 things only in this instance");
    fails_with("refuse", 0, 0, "refuse: the action is not enabled");
    fails_with(
        "differ", 0, 1,
        "differ(node-1, node-2): meets[node-1][node-2] becomes 1 in the checked build and 0 in the other: "
        "does the action read what nobody has set, or what is not the state's?");
    fails_with("upset", 0, 0,
               "upset: in the state that it makes: a division by zero, or one that overflows, when sound is "
               "looked at");
}

/* Without a checked build, ranges are looked at all the same; padding is no part of a state. */
static void ranges_are_looked_at_without_a_checked_build(void **state)
{
    (void)state;
    struct error err = {{0}};
    assert_int_equal(take(unchecked, "grow", 0, 0, &err), ERR_DATA);
    assert_string_equal(err.text, "grow: small is 9, but its range is 0 to 7");
    assert_int_equal(take(unchecked, "spoil", 0, 0, &err), OK);
    assert_int_equal(take(faulty, "spoil", 0, 0, &err), OK);
    assert_int_equal(take(faulty, "differ", 1, 1, &err), OK);
}

static void steps_that_are_none_are_refused(void **state)
{
    (void)state;
    static const struct {
        struct step step;
        const char *text;
    } rows[] = {
        {{.move = 12}, "there is no action 12; the model has 12"},
        {{.move = 1 | 2 << 8}, "reach: argument 0 is 2; it must be below 2"},
        {{.move = 0 | 1 << 8}, "overflow: argument 0 is 1; it must be below 1"},
        {{.move = 0 | 1U << 24}, "overflow: argument 2 is 1; it must be below 1"},
        {{.move = 11}, "spoil: 0 data, but the action carries 2"},
        {{.move = 11, .choice_count = 2, .choices = {-3, 1}}, "spoil: x_low is -3; -2 to -2 are possible"},
        {{.move = 11, .choice_count = 2, .choices = {-2, 3}}, "spoil: x_high is 3; 1 to 2 are possible"},
    };
    struct model *model = own_test_model(faulty, "two", 0, 1);
    struct literal *literal = faulty->traces.literal_new(model);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct error err = {{0}};
        assert_int_equal(faulty->traces.literal_apply(literal, &rows[i].step, &err), ERR_DATA);
        assert_string_equal(err.text, rows[i].text);
    }
    faulty->traces.literal_free(literal);
    model_free(model);
}

static void refused(const int64_t *values, enum status status, const char *text)
{
    struct instance instance = {.properties = 1};
    struct model *model = NULL;
    struct error err = {{0}};
    for (size_t i = 0; i < 4; i++)
        instance.values[i] = (struct parameter_value){values[i], values[i]};
    assert_int_equal(model_new(faulty, &instance, &model, &err), status);
    drop_place(err.text);
    assert_string_equal(err.text, text);
}

static void instances_that_do_not_fit_are_refused(void **state)
{
    (void)state;
    refused((const int64_t[]){3, 0, 2, 1}, ERR_USAGE,
            "the model faulty has no such instance; what must hold: nodes are at most count");
    refused((const int64_t[]){1, 0, 5, 1}, ERR_USAGE,
            "the kind node would have 5 things in this instance; 1 to 4 are possible");
    refused((const int64_t[]){1, -1, 2, 1}, ERR_DATA,
            "in the parameters: a division by zero, or one that overflows");
    refused((const int64_t[]){1, 0, 2, 4}, ERR_USAGE,
            "the datum or_so of the action differ would go from 4 to 3 in this instance, which is no range");
}

static void sentences_have_roles_or_names(void **state)
{
    (void)state;
    struct buffer text;
    struct model *model = own_test_model(faulty, "two", 0, 1);
    const uint32_t differ = (uint32_t)find_action("differ");
    const char *names[SAMPLES_MAX];
    size_t keys[KEY_MOVES_MAX];
    assert_int_equal(own_pick_names(faulty, differ, names), 4);
    assert_string_equal(names[0], "first_one");
    assert_string_equal(names[1], "another");
    assert_string_equal(names[2], "or_so");
    assert_string_equal(names[3], "by_chance");
    assert_string_equal(faulty->actions[differ].help, "a node meets another node, an or so and a by chance");
    buffer_init(&text);
    own_print_step(model, &(struct step){.move = differ | 1 << 16, .choice_count = 2, .choices = {3, -7}},
                   &text);
    assert_string_equal(text.text, "node-1 meets node-2, 3 and -7");
    buffer_clear(&text);
    own_print_step(model, &(struct step){.move = differ | 1 << 16}, &text);
    assert_string_equal(text.text, "node-1 meets node-2, an or so and a by chance");
    buffer_clear(&text);
    const uint32_t moves[] = {0, differ | 1 << 8 | 1 << 16};
    assert_int_equal(faulty->traces.describe(model, 0, moves, 2, &text, keys), 1);
    assert_string_equal(text.text, "a node meets itself, an or so and a by chance");
    assert_int_equal(keys[0], 1);
    assert_int_equal(faulty->traces.describe(model, 0, moves, 0, &text, keys), 0);
    buffer_release(&text);
    model_free(model);
}

/* The checked builds of sound models replay what the fast ones did. */
static void sound_models_agree_with_their_checked_builds(void **state)
{
    (void)state;
    static const struct {
        const struct racewalk_model *object;
        const char *name, *preset;
    } rows[] = {{&racewalk_lease, "lease", "l3_4_4"},
                {&racewalk_peterson, "peterson", "peterson3"},
                {&racewalk_election, "election", "e3_3_2"},
                {&racewalk_watch_cache, "watch_cache", NULL},
                {&racewalk_dns, "dns", NULL}};
    for (size_t i = 0; i < 5; i++) {
        struct model_class *class = own_test_class(rows[i].object, own_test_checked(rows[i].name));
        struct model *model =
            own_test_model(class, rows[i].preset != NULL ? rows[i].preset : class->presets[0].name, 0, 1);
        for (uint64_t seed = 0; seed < 50; seed++) {
            struct trace trace;
            struct replay_report report;
            struct error err = {{0}};
            trace_init(&trace);
            assert_int_equal(walk_trace(model, seed, 60, 1, &trace, &err), OK);
            if (replay_written(model, &trace, &report, &err) != OK)
                fail_msg("%s", err.text);
            assert_string_equal(report.message, "");
            trace_release(&trace);
        }
        model_free(model);
        own_class_free(class);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_mistake_is_named),
        cmocka_unit_test(ranges_are_looked_at_without_a_checked_build),
        cmocka_unit_test(steps_that_are_none_are_refused),
        cmocka_unit_test(instances_that_do_not_fit_are_refused),
        cmocka_unit_test(sentences_have_roles_or_names),
        cmocka_unit_test(sound_models_agree_with_their_checked_builds),
    };
    return cmocka_run_group_tests(tests, make_classes, free_classes);
}
