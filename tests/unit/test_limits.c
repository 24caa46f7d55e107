/* SPDX-License-Identifier: Apache-2.0 */
/* A model beyond a limit is refused where it is made, or where it shows, with words and never an abort. */
#include "tests/support/cmocka_all.h"

#include <string.h>

#include "search/novelty.h"
#include "search/odds.h"
#include "search/runner.h"
#include "search/shape.h"
#include "tests/support/lease_lock.h"
#include "tests/support/search_fixture.h"
#include "tests/support/wide_lease.h"

#define HANDOVER (1U << LEASE_HANDOVER)

static void assert_says(const struct error *err, const char *words)
{
    if (strstr(err->text, words) == NULL)
        fail_msg("'%s' lacks '%s'", err->text, words);
}

/* --- where a model is made --- */

static void assert_class_refused(const struct model_class *class, const char *words)
{
    struct error err = {{0}};
    struct model *model = NULL;
    assert_int_equal(model_check_class(class, &err), ERR_INTERNAL);
    assert_says(&err, words);
    assert_int_equal(model_new(class, &lease_class()->presets[0].instance, &model, &err), ERR_INTERNAL);
    assert_null(model);
}

/* As many kinds as possible, each twice, and then one more. */
static void assert_kinds_refused(void)
{
    static struct argument_kind kinds[KINDS_MAX + 1];
    struct action actions[KINDS_MAX] = {{0}};
    struct model_class class = *lease_class();
    for (size_t i = 0; i < KINDS_MAX; i++)
        actions[i] = (struct action){"go", "Go", "", {&kinds[i], &kinds[(i + 1) % KINDS_MAX]}};
    class.actions = actions;
    class.action_count = KINDS_MAX;
    assert_int_equal(model_check_class(&class, NULL), OK);
    actions[0].arguments[2] = &kinds[KINDS_MAX];
    assert_class_refused(&class, "arguments of more than 16 kinds");
}

static void class_beyond_a_limit_is_refused(void **unused)
{
    (void)unused;
    struct model_class class = *lease_class();
    assert_int_equal(model_check_class(&class, NULL), OK);
    class.action_count = ACTIONS_MAX + 1;
    assert_class_refused(&class, "has 33 actions; at most 32 are possible (ACTIONS_MAX)");
    class = *lease_class();
    class.property_count = PROPERTIES_MAX + 1;
    assert_class_refused(&class, "has 17 properties; at most 16 are possible (PROPERTIES_MAX)");
    class = *lease_class();
    class.parameter_count = PARAMETERS_MAX + 1;
    assert_class_refused(&class, "has 17 parameters; at most 16 are possible (PARAMETERS_MAX)");
    class = *lease_class();
    class.guard_count = GUARDS_MAX + 1;
    assert_class_refused(&class, "has 17 guards; at most 16 are possible (GUARDS_MAX)");
    assert_kinds_refused();
    class = *lease_class();
    class.preset_count = 0;
    assert_class_refused(&class, "has no preset");
}

static void assert_model_refused(const struct wide_lease *wide, const char *words)
{
    struct error err = {{0}};
    struct model *model = NULL;
    const struct model_class *class = wide_lease_class(wide);
    assert_int_equal(model_new(class, &class->presets[0].instance, &model, &err), ERR_INTERNAL);
    assert_says(&err, words);
    assert_null(model);
}

static void model_beyond_a_limit_is_refused(void **unused)
{
    (void)unused;
    assert_model_refused(&(struct wide_lease){.state_size = 513, .keep_weights = true},
                         "has 513 bytes; at most 512 are possible (STATE_SIZE_MAX)");
    assert_model_refused(&(struct wide_lease){.packed_words = 33, .keep_weights = true},
                         "has 33 words; at most 32 are possible (PACKED_WORDS_MAX)");
}

/* --- where it shows --- */

static struct model *new_wide(const struct wide_lease *wide)
{
    const struct model_class *class = wide_lease_class(wide);
    struct instance instance = class->presets[1].instance;
    struct model *model = NULL;
    instance.properties = HANDOVER;
    assert_int_equal(model_new(class, &instance, &model, NULL), OK);
    return model;
}

static enum status run_walks(const struct model *model, enum run_goal goal, int threads, struct error *err)
{
    struct run_result *result = test_malloc(sizeof *result);
    const struct run_config config = {.model = model,
                                      .seed = 1,
                                      .max_samples = 1000,
                                      .max_steps = 20,
                                      .properties = HANDOVER,
                                      .goal = goal,
                                      .max_findings = 5,
                                      .threads = threads};
    const enum status status = runner_run(&config, result, err);
    test_free(result);
    return status;
}

/* Every search that draws by weight, or tries all moves. */
static void assert_walks_refuse(const struct model *model, const char *words)
{
    for (int goal = RUN_COUNT; goal <= RUN_SHORTEST; goal++) {
        for (int threads = 1; threads <= 2; threads++) {
            struct error err = {{0}};
            assert_int_equal(run_walks(model, (enum run_goal)goal, threads, &err), ERR_INTERNAL);
            assert_says(&err, words);
        }
    }
    struct error err = {{0}};
    struct odds odds;
    const struct odds_config config = {.model = model, .properties = HANDOVER, .max_steps = 20, .threads = 2};
    assert_int_equal(odds_compute(&config, &odds, &err), ERR_INTERNAL);
    assert_says(&err, words);
    struct odds_reach reach;
    struct error reach_err = {{0}};
    assert_int_equal(odds_shortest(model, HANDOVER, 20, 100000, 1, &reach, &reach_err), ERR_INTERNAL);
    assert_says(&reach_err, words);
}

static void assert_checks_refuse(const struct model *model, const char *words)
{
    for (int threads = 1; threads <= 2; threads++) {
        struct error err = {{0}};
        struct explore_config config = fixture_config(model, HANDOVER, EXPLORE_BY_LENGTH, threads);
        struct explore_result result;
        assert_int_equal(explore(&config, &result, &err), ERR_INTERNAL);
        assert_says(&err, words);
        config.until_findings = 1;
        assert_int_equal(explore(&config, &result, &err), ERR_INTERNAL);
    }
}

static enum status search_guided(const struct model *model, struct error *err)
{
    struct trace trace;
    struct novelty_result result;
    const struct novelty_config config = {.model = model, .properties = HANDOVER, .trace_seed = 1};
    trace_init(&trace);
    const enum status status = novelty_search(&config, &result, &trace, err);
    trace_release(&trace);
    return status;
}

/* A run of two leases: its shape, and what is left of it. */
static void assert_shapes_refuse(const struct model *model, const char *words)
{
    const uint32_t moves[] = {move_make(LEASE_ACQUIRE, 0), move_make(LEASE_EXPIRE, 0),
                              move_make(LEASE_ACQUIRE, 1)};
    struct trace trace, shrunk;
    struct shape shape;
    struct error err = {{0}};
    trace_init(&trace);
    trace_init(&shrunk);
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(trace_append(&trace, &(struct step){.move = moves[i]}), OK);
    trace.property = LEASE_HANDOVER;
    trace.property_state = 3;
    assert_int_equal(shape_of_trace(model, &trace, &shape, &err), ERR_INTERNAL);
    assert_says(&err, words);
    err.text[0] = '\0';
    assert_int_equal(shape_shrink_trace(model, &trace, &shrunk, &err), ERR_INTERNAL);
    assert_says(&err, words);
    trace_release(&trace);
    trace_release(&shrunk);
}

static void too_many_moves_end_every_search_with_words(void **unused)
{
    (void)unused;
    static const struct {
        struct wide_lease wide;
        const char *words;
    } rows[] = {
        {{.moves = 257, .keep_weights = true},
         "257 moves are enabled in a state of the model wide_lease; at most 256"},
        {{.moves = 5000, .keep_weights = true, .counted = true}, "5000 moves are enabled"},
    };
    for (size_t i = 0; i < 2; i++) {
        struct model *model = new_wide(&rows[i].wide);
        struct error err = {{0}};
        assert_walks_refuse(model, rows[i].words);
        assert_checks_refuse(model, rows[i].words);
        assert_int_equal(search_guided(model, &err), ERR_INTERNAL);
        assert_says(&err, rows[i].words);
        assert_shapes_refuse(model, rows[i].words);
        model_free(model);
    }
}

static void as_many_moves_as_possible_are_searched(void **unused)
{
    (void)unused;
    struct model *model = new_wide(&(struct wide_lease){.moves = MOVES_MAX, .keep_weights = true});
    struct error err = {{0}};
    assert_int_equal(run_walks(model, RUN_SHAPES, 2, &err), OK);
    struct explore_config config = fixture_config(model, HANDOVER, EXPLORE_BY_LENGTH, 2);
    assert_int_equal(fixture_explore(&config).hit, HANDOVER);
    assert_int_equal(search_guided(model, &err), OK);
    model_free(model);
}

static void weights_that_do_not_add_up_end_walks_with_words(void **unused)
{
    (void)unused;
    struct model *model = new_wide(&(struct wide_lease){.weight = 0});
    assert_walks_refuse(model, "add up to 0; 1 to 4294967295 are possible");
    model_free(model);
    model = new_wide(&(struct wide_lease){.weight = UINT32_MAX});
    assert_walks_refuse(model, "; 1 to 4294967295 are possible");
    model_free(model);
}

static void too_many_atoms_end_the_guided_search_with_words(void **unused)
{
    (void)unused;
    struct model *model = new_wide(&(struct wide_lease){.atoms = ATOMS_MAX + 1, .keep_weights = true});
    struct error err = {{0}};
    assert_int_equal(search_guided(model, &err), ERR_INTERNAL);
    assert_says(&err, "has 257 atoms; at most 256 are possible (ATOMS_MAX)");
    model_free(model);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(class_beyond_a_limit_is_refused),
        cmocka_unit_test(model_beyond_a_limit_is_refused),
        cmocka_unit_test(too_many_moves_end_every_search_with_words),
        cmocka_unit_test(as_many_moves_as_possible_are_searched),
        cmocka_unit_test(weights_that_do_not_add_up_end_walks_with_words),
        cmocka_unit_test(too_many_atoms_end_the_guided_search_with_words),
    };
    return cmocka_run_group_tests_name("limits", tests, NULL, NULL);
}
