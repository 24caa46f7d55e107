/* SPDX-License-Identifier: Apache-2.0 */
/* Peterson's lock, which the benchmark has as a model and as a search by hand: both give the numbers that the
 * BEEM database publishes, and the model's expand gives what its other functions give one by one. */
#include "tests/support/cmocka_all.h"

#include <stdalign.h>

#include "bench/peterson_search.h"
#include "tests/support/search_fixture.h"
#include "tests/support/test_model.h"

static const struct {
    unsigned processes;
    enum peterson_error error;
    uint64_t states, transitions;
    uint32_t diameter; /* 0: not known */
} known[] = {
    {3, PETERSON_RIGHT, 12498, 33369, 0},
    {3, PETERSON_SAME_LEVEL, 124704, 399138, 0},
    {3, PETERSON_WRONG_ARRAY, 170156, 0, 0},
    {4, PETERSON_RIGHT, 1119560, 3864896, 103},
};

static struct model *new_model(unsigned processes, enum peterson_error error)
{
    const int64_t n = processes, e = error;
    return test_model_of(&peterson_lock, (struct instance){.values = {{n, n}, {e, e}}}, 1);
}

static void searches_give_published_counts(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        struct peterson_counts counts;
        struct model *model = new_model(known[i].processes, known[i].error);
        const struct explore_config config = fixture_config(model, 1, EXPLORE_AUTO, 2);
        const struct explore_result result = fixture_explore(&config);
        assert_int_equal(peterson_search(known[i].processes, known[i].error, &counts, NULL), OK);
        assert_int_equal(result.engine, EXPLORE_BY_LENGTH);
        assert_true(result.complete);
        assert_int_equal(result.counts.states, known[i].states);
        assert_int_equal(counts.states, known[i].states);
        if (known[i].transitions != 0)
            assert_int_equal(result.counts.transitions, known[i].transitions);
        assert_int_equal(counts.transitions, result.counts.transitions);
        if (known[i].diameter != 0)
            assert_int_equal(result.counts.diameter, known[i].diameter);
        assert_int_equal(counts.diameter, result.counts.diameter);
        assert_int_equal(result.hit, known[i].error != PETERSON_RIGHT);
        assert_int_equal(counts.violated, result.hit != 0);
        model_free(model);
    }
}

/* Down random walks of each instance. */
static void expand_gives_what_enabled_and_apply_give(void **unused)
{
    (void)unused;
    struct rng rng = rng_of_trace_seed(7);
    for (uint32_t instance = 0; instance < 9; instance++) {
        struct model *model = new_model(3 + instance / 3, (enum peterson_error)(instance % 3));
        const struct model_class *class = model->class;
        const size_t words = model->packed_words;
        alignas(max_align_t) char state[STATE_SIZE_MAX], next[STATE_SIZE_MAX], again[STATE_SIZE_MAX];
        class->init(model, state);
        for (int step = 0; step < 20000; step++) {
            struct enabled_move moves[MOVES_ROOM];
            uint64_t packed[PETERSON_WORDS_MAX], one[PETERSON_WORDS_MAX], all[MOVES_MAX * PETERSON_WORDS_MAX];
            uint32_t expanded[MOVES_MAX], hits[MOVES_MAX];
            model_pack(model, state, packed);
            model_unpack(model, packed, again);
            assert_memory_equal(again, state, model->state_size);
            const size_t count = class->enabled(model, state, moves);
            assert_int_equal(class->speed.expand(model, packed, all, expanded, hits), count);
            for (size_t i = 0; i < count; i++) {
                memcpy(next, state, model->state_size);
                class->apply(model, next, moves[i].move);
                model_pack(model, next, one);
                assert_int_equal(expanded[i], moves[i].move);
                assert_memory_equal(all + i * words, one, words * sizeof *one);
                assert_int_equal(hits[i], class->properties_hit(model, next));
            }
            class->apply(model, state, moves[rng_scaled(&rng, (uint32_t)count)].move);
        }
        model_free(model);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(searches_give_published_counts),
        cmocka_unit_test(expand_gives_what_enabled_and_apply_give),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
