/* SPDX-License-Identifier: Apache-2.0 */
/* The exhaustive search: every engine gives the known counts and the same ones, and traces that replay. */
#include "tests/support/cmocka_all.h"

#include <stdalign.h>
#include <string.h>

#include "mbt/replay.h"
#include "search/explore.h"
#include "tests/support/known_dns.h"
#include "tests/support/lease_lock.h"
#include "tests/support/plain_search.h"
#include "tests/support/search_fixture.h"
#include "tests/support/test_model.h"

static const enum explore_engine engines[] = {EXPLORE_BY_LENGTH, EXPLORE_LAYERS, EXPLORE_CELLS};

static struct model *new_model(int deployers, int plans, int max_plan_age, uint32_t guards,
                               uint32_t properties)
{
    return test_model_of(&dns_balancer, known_instance(deployers, plans, 1, max_plan_age, guards),
                         properties);
}

/* What the callback of findings is to note and to say. */
struct notes {
    const struct model *model;
    size_t most; /* findings */
    size_t count;
    uint32_t last_length;
    uint64_t hash;                      /* of all moves of all traces */
    uint32_t lengths[PROPERTIES_MAX];   /* of the first trace of each property */
    size_t double_hits[PROPERTIES_MAX]; /* traces told of for each, whose last state hits both invariants */
};

/* The properties that the last state of a trace hits. */
static uint32_t hits_at_end(const struct model *model, const struct trace *trace)
{
    alignas(max_align_t) char state[STATE_SIZE_MAX];
    model->class->init(model, state);
    for (size_t i = 0; i < trace->step_count; i++)
        model->class->apply(model, state, trace->steps[i].move);
    return model->class->properties_hit(model, state);
}

static enum explore_verdict note_finding(void *context, const struct trace *trace)
{
    struct notes *notes = context;
    struct replay_report report;
    struct error err = {{0}};
    const uint32_t length = (uint32_t)trace->step_count;
    assert_int_equal(trace->property_state, trace->step_count);
    if (notes->count < 64) {
        assert_int_equal(replay_written(notes->model, trace, &report, &err), OK);
        if (report.outcome != REPLAY_AGREES)
            fail_msg("%s", report.message);
        assert_int_equal(report.first_hit[trace->property], length);
    }
    for (size_t i = 0; i < trace->step_count; i++)
        notes->hash = rng_mix(notes->hash ^ trace->steps[i].move) + (uint64_t)trace->property;
    if (notes->lengths[trace->property] == 0)
        notes->lengths[trace->property] = length;
    if ((hits_at_end(notes->model, trace) & INVARIANTS) == INVARIANTS)
        notes->double_hits[trace->property]++;
    notes->last_length = length;
    return ++notes->count == notes->most ? EXPLORE_ENOUGH : EXPLORE_GO_ON;
}

/* --- known answers --- */

static void check_known(const struct known_check *known, enum explore_engine engine, int threads)
{
    struct model *model = new_model(3, known->plans, known->max_plan_age, known->guards, INVARIANTS);
    struct explore_config config = fixture_config(model, INVARIANTS, engine, threads);
    struct notes notes = {.model = model};
    config.context = &notes;
    config.on_finding = note_finding;
    const struct explore_result result = fixture_explore(&config);
    assert_int_equal(result.stop, EXPLORE_EXHAUSTED);
    assert_true(result.complete);
    assert_int_equal(result.engine, engine);
    assert_int_equal(result.counts.states, known->states);
    if (known->transitions != 0)
        assert_int_equal(result.counts.transitions, known->transitions);
    if (known->diameter != 0)
        assert_int_equal(result.counts.diameter, known->diameter);
    const bool root = known->shortest_root != 0, rollback = known->shortest_rollback != 0;
    assert_int_equal(result.hit, (unsigned)root | (unsigned)rollback << 1);
    assert_int_equal(result.counts.shortest[0], root ? known->shortest_root : DISTANCE_NONE);
    assert_int_equal(result.counts.shortest[1], rollback ? known->shortest_rollback : DISTANCE_NONE);
    /* A shortest trace for each property that is violated. */
    assert_int_equal(result.untraced, 0);
    assert_int_equal(notes.count, root + rollback);
    assert_int_equal(notes.lengths[0], known->shortest_root);
    assert_int_equal(notes.lengths[1], known->shortest_rollback);
    model_free(model);
}

static void explore_known_instances_gives_known_counts(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < KNOWN_COUNT(known_checks); i++) {
        for (size_t e = 0; e < KNOWN_COUNT(engines); e++) {
            if (known_checks[i].states < 1000000)
                check_known(&known_checks[i], engines[e], 2);
        }
    }
}

static void explore_large_instances_gives_known_counts(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < KNOWN_COUNT(known_checks); i++) {
        if (known_checks[i].states >= 1000000)
            check_known(&known_checks[i], EXPLORE_CELLS, 2);
    }
}

static void explore_without_symmetry_gives_full_counts(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < KNOWN_COUNT(known_checks); i++) {
        const struct known_check *known = &known_checks[i];
        if (known->states_full == 0)
            continue;
        struct model *model = new_model(3, known->plans, known->max_plan_age, known->guards, INVARIANTS);
        const struct sweep_tally expected = plain_search(model, INVARIANTS, false, false, UINT32_MAX);
        for (size_t e = 0; e < KNOWN_COUNT(engines); e++) {
            struct explore_config config = fixture_config(model, INVARIANTS, engines[e], 1);
            config.symmetry = false;
            const struct explore_result result = fixture_explore(&config);
            assert_int_equal(result.counts.states, known->states_full);
            fixture_assert_same_counts(&result.counts, &expected);
        }
        model_free(model);
    }
}

/* --- against each other --- */

static uint32_t below(struct payload_rng *rng, uint32_t bound)
{
    return (uint32_t)payload_rng_below(rng, bound);
}

/* All successors at once, out of the functions that give them one by one. */
static size_t expand_one_by_one(const struct model *model, const uint64_t *packed, uint64_t *ret_packed,
                                uint32_t *ret_moves, uint32_t *ret_hits)
{
    alignas(max_align_t) char state[STATE_SIZE_MAX], next[STATE_SIZE_MAX];
    struct enabled_move moves[MOVES_ROOM];
    model_unpack(model, packed, state);
    const size_t enabled = model->class->enabled(model, state, moves);
    size_t count = 0;
    for (size_t i = 0; i < enabled && enabled <= MOVES_MAX; i++) {
        if (moves[i].idle)
            continue;
        memcpy(next, state, model->state_size);
        model->class->apply(model, next, moves[i].move);
        model_pack(model, next, ret_packed + count * model->packed_words);
        ret_moves[count] = moves[i].move;
        ret_hits[count++] = model->class->properties_hit(model, next);
    }
    return enabled > MOVES_MAX ? enabled : count;
}

/* Gives the model a class that expands, too; undone by giving it its own. */
static const struct model_class *make_expanding(struct model *model, struct model_class *class)
{
    const struct model_class *own = model->class;
    *class = *own;
    class->speed.expand = expand_one_by_one;
    class->speed.cells = NULL;
    model->class = class;
    return own;
}

static void compare_engines(struct model *model, uint32_t properties, bool symmetry, uint32_t max_steps,
                            int threads)
{
    struct model_class class;
    const struct sweep_tally expected = plain_search(model, properties, symmetry, false, max_steps);
    for (size_t i = 0; i < 2 * KNOWN_COUNT(engines); i++) {
        const size_t e = i % KNOWN_COUNT(engines);
        const struct model_class *own =
            i < KNOWN_COUNT(engines) ? model->class : make_expanding(model, &class);
        if (engines[e] == EXPLORE_CELLS &&
            (model->class->speed.cells == NULL || !model->class->speed.cells->covers(model))) {
            model->class = own;
            continue;
        }
        struct explore_config config = fixture_config(model, properties, engines[e], threads);
        config.symmetry = symmetry;
        config.max_steps = max_steps;
        const struct explore_result result = fixture_explore(&config);
        fixture_assert_same_counts(&result.counts, &expected);
        assert_int_equal(result.complete, !expected.bounded);
        assert_int_equal(result.stop, expected.bounded ? EXPLORE_BOUND : EXPLORE_EXHAUSTED);
        assert_true(result.missed_chance == 0);
        if (engines[e] == EXPLORE_BY_LENGTH) {
            config.fingerprints = true;
            const struct explore_result hashed = fixture_explore(&config);
            fixture_assert_same_counts(&hashed.counts, &expected);
            assert_int_equal(hashed.complete, !expected.bounded);
            assert_true((hashed.missed_chance == 0) == (model->packed_words == 1) &&
                        hashed.missed_chance < 1e-6);
        }
        model->class = own;
    }
}

static void explore_random_instances_equals_plain_search(void **unused)
{
    (void)unused;
    struct payload_rng rng = payload_rng_of_trace_seed(2024);
    for (size_t i = 0; i < 150; i++) {
        const int deployers = 1 + (int)below(&rng, 4);
        const int plans = 1 + (int)below(&rng, deployers == 4 ? 2 : deployers == 3 ? 4 : 7);
        const uint32_t properties = 1 + below(&rng, 15);
        struct model *model = new_model(deployers, plans, (int)below(&rng, 5), below(&rng, 4), properties);
        const uint32_t max_steps = below(&rng, 3) == 0 ? below(&rng, 30) : EXPLORE_STEPS_UNLIMITED;
        compare_engines(model, properties, below(&rng, 3) != 0, max_steps, 1 + (int)below(&rng, 5));
        model_free(model);
    }
}

/* More deployers than a vector of one word has room for, and counters that run far ahead. */
static void explore_many_deployers_equals_plain_search(void **unused)
{
    (void)unused;
    static const struct {
        int deployers, plans, age;
        uint32_t guards;
        uint32_t max_steps;
    } shapes[] = {
        {4, 3, 0, 0, EXPLORE_STEPS_UNLIMITED},
        {4, 3, 1, 1, EXPLORE_STEPS_UNLIMITED},
        {5, 2, 0, 0, EXPLORE_STEPS_UNLIMITED},
        {5, 2, 0, 1, EXPLORE_STEPS_UNLIMITED},
        {6, 2, 0, 2, EXPLORE_STEPS_UNLIMITED},
        {7, 2, 1, 3, EXPLORE_STEPS_UNLIMITED},
        {8, 2, 0, 0, 14},
        {8, 1, 0, 1, EXPLORE_STEPS_UNLIMITED},
        {1, 52, 3, 0, EXPLORE_STEPS_UNLIMITED},
        {1, 60, 3, 0, EXPLORE_STEPS_UNLIMITED},
        {2, 52, 30, 0, 20},
        {3, 52, 2, 0, 13},
    };
    for (size_t i = 0; i < KNOWN_COUNT(shapes); i++) {
        const uint32_t properties = INVARIANTS | 1U << DNS_PLANS3;
        struct model *model =
            new_model(shapes[i].deployers, shapes[i].plans, shapes[i].age, shapes[i].guards, properties);
        compare_engines(model, properties, true, shapes[i].max_steps, 2);
        model_free(model);
    }
}

static void explore_on_any_threads_gives_same_result(void **unused)
{
    (void)unused;
    struct model *model = new_model(3, 8, 3, 0, INVARIANTS);
    for (size_t e = 0; e < KNOWN_COUNT(engines); e++) {
        for (int until = 0; until < 2; until++) {
            struct notes first = {0};
            struct explore_result expected = {.stop = EXPLORE_EXHAUSTED};
            for (int threads = 1; threads <= 5; threads++) {
                struct notes notes = {.model = model, .most = 40};
                struct explore_config config = fixture_config(model, INVARIANTS, engines[e], threads);
                config.until_findings = until != 0 ? 40 : 0;
                config.context = &notes;
                config.on_finding = note_finding;
                const struct explore_result result = fixture_explore(&config);
                if (threads == 1) {
                    first = notes;
                    expected = result;
                }
                fixture_assert_same_counts(&result.counts, &expected.counts);
                assert_int_equal(result.stop, expected.stop);
                assert_int_equal(notes.count, until != 0 ? 40 : 2);
                assert_int_equal(notes.hash, first.hash);
            }
        }
    }
    model_free(model);
}

/* Without symmetry, where a model's expand serves: the same counts and traces, in all ways to search. */
static void explore_with_expand_gives_same_traces(void **unused)
{
    (void)unused;
    static const enum explore_engine general[] = {EXPLORE_BY_LENGTH, EXPLORE_LAYERS};
    struct model *model = new_model(3, 4, 2, 0, INVARIANTS);
    struct model_class class;
    for (int until = 0; until < 2; until++) {
        struct notes first = {0};
        struct explore_result expected = {.stop = EXPLORE_EXHAUSTED};
        for (int i = 0; i < 16; i++) {
            const struct model_class *own = i < 2 ? model->class : make_expanding(model, &class);
            struct notes notes = {.model = model, .most = 40};
            struct explore_config config = fixture_config(model, INVARIANTS, general[i % 2], 1 + i % 8 / 2);
            config.symmetry = false;
            config.fingerprints = i >= 8 && i % 2 == 0;
            config.until_findings = until != 0 ? 40 : 0;
            config.context = &notes;
            config.on_finding = note_finding;
            const struct explore_result result = fixture_explore(&config);
            model->class = own;
            if (i == 0) {
                first = notes;
                expected = result;
            }
            fixture_assert_same_counts(&result.counts, &expected.counts);
            assert_int_equal(result.stop, expected.stop);
            assert_int_equal(notes.count, until != 0 ? 40 : 2);
            assert_int_equal(notes.hash, first.hash);
        }
    }
    model_free(model);
}

/* Less and less memory: the traces are found all the same, in as many sweeps as it takes, or said to be missing. */
static void explore_with_fingerprints_and_little_memory_gives_same_traces(void **unused)
{
    (void)unused;
    struct model *model = new_model(3, 12, 8, 0, INVARIANTS);
    struct notes first = {0};
    struct explore_result expected = {.stop = EXPLORE_EXHAUSTED};
    size_t traced = 0;
    for (size_t part = 0; part < 60; part++) {
        struct notes notes = {.model = model};
        struct explore_config config = fixture_config(model, INVARIANTS, EXPLORE_AUTO, 1);
        config.fingerprints = true;
        config.symmetry = false;
        config.max_steps = 22; /* where the second of the two is hit: counting takes less than the traces */
        config.context = &notes;
        config.on_finding = note_finding;
        config.max_memory = part == 0 ? (size_t)1 << 30 : expected.bytes - expected.bytes * part / 100;
        const struct explore_result result = fixture_explore(&config);
        if (part == 0) {
            first = notes;
            expected = result;
            assert_int_equal(notes.count, 2);
        }
        if (result.stop != EXPLORE_BOUND)
            break;
        assert_int_equal(result.hit, INVARIANTS);
        fixture_assert_same_counts(&result.counts, &expected.counts);
        assert_true(result.untraced != 0 || notes.hash == first.hash);
        traced += result.untraced == 0;
    }
    /* Without forgetting states it would be less than half of these. */
    assert_true(traced > 20);
    model_free(model);
}

/* --- findings --- */

/* All engines tell of the same traces, shortest first; each of them has just ended in its property. */
static void explore_until_findings_gives_all_ends_by_length(void **unused)
{
    (void)unused;
    struct model *model = new_model(3, 4, 1, 0, INVARIANTS);
    const struct sweep_tally expected = plain_search(model, INVARIANTS, true, true, UINT32_MAX);
    struct notes first = {0};
    for (size_t e = 0; e < KNOWN_COUNT(engines); e++) {
        struct notes notes = {.model = model};
        struct explore_config config = fixture_config(model, INVARIANTS, engines[e], 2);
        config.until_findings = 1;
        config.context = &notes;
        config.on_finding = note_finding;
        const struct explore_result result = fixture_explore(&config);
        assert_int_equal(result.stop, EXPLORE_EXHAUSTED);
        assert_false(result.complete);
        fixture_assert_same_counts(&result.counts, &expected);
        assert_int_equal(notes.lengths[0], expected.shortest[0]);
        assert_int_equal(notes.lengths[1], expected.shortest[1]);
        assert_true(notes.count > 100);
        /* A state that violates both is told of twice. */
        assert_true(notes.double_hits[0] > 0);
        assert_int_equal(notes.double_hits[0], notes.double_hits[1]);
        if (e == 0)
            first = notes;
        assert_int_equal(notes.count, first.count);
        assert_int_equal(notes.hash, first.hash);
    }
    model_free(model);
}

static void explore_until_findings_of_what_holds_proves_it(void **unused)
{
    (void)unused;
    struct model *model = new_model(3, 5, 3, DNS_GUARD_PROTECT_LIVE, INVARIANTS);
    for (size_t e = 0; e < KNOWN_COUNT(engines); e++) {
        struct explore_config config = fixture_config(model, INVARIANTS, engines[e], 2);
        config.until_findings = 1;
        const struct explore_result result = fixture_explore(&config);
        assert_int_equal(result.stop, EXPLORE_EXHAUSTED);
        assert_true(result.complete);
        assert_int_equal(result.hit, 0);
        assert_int_equal(result.counts.states, 2371);
    }
    model_free(model);
}

static void explore_examples_gives_witnesses(void **unused)
{
    (void)unused;
    const uint32_t examples = 1U << DNS_EPOCH5 | 1U << DNS_PLANS3;
    struct model *model = new_model(3, 4, 3, 0, examples);
    struct notes notes = {.model = model};
    struct explore_config config = fixture_config(model, examples, EXPLORE_AUTO, 2);
    config.context = &notes;
    config.on_finding = note_finding;
    struct explore_result result = fixture_explore(&config);
    assert_int_equal(result.engine, EXPLORE_LAYERS); /* the kernel does not track epochs */
    assert_int_equal(result.hit, examples);
    assert_int_equal(notes.lengths[DNS_PLANS3], 3);
    assert_int_equal(notes.lengths[DNS_EPOCH5], result.counts.shortest[DNS_EPOCH5]);
    assert_true(result.complete);
    model_free(model);

    model = new_model(3, 2, 3, 0, 1U << DNS_PLANS3);
    config = fixture_config(model, 1U << DNS_PLANS3, EXPLORE_AUTO, 1);
    result = fixture_explore(&config);
    assert_int_equal(result.engine, EXPLORE_CELLS);
    assert_true(result.complete && result.hit == 0);
    model_free(model);
}

/* --- a model without progress and kernel --- */

static void explore_lease_equals_plain_search(void **unused)
{
    (void)unused;
    for (size_t preset = 0; preset < lease_class()->preset_count; preset++) {
        for (uint32_t guards = 0; guards < 2; guards++) {
            struct model *model = NULL;
            struct instance instance = lease_class()->presets[preset].instance;
            instance.guards = guards;
            instance.properties = 7;
            assert_int_equal(model_new(lease_class(), &instance, &model, NULL), OK);
            for (int symmetry = 0; symmetry < 2; symmetry++) {
                const struct sweep_tally expected = plain_search(model, 7, symmetry != 0, false, UINT32_MAX);
                struct notes notes = {.model = model};
                struct explore_config config = fixture_config(model, 7, EXPLORE_AUTO, 3);
                config.symmetry = symmetry != 0;
                config.context = &notes;
                config.on_finding = note_finding;
                const struct explore_result result = fixture_explore(&config);
                assert_int_equal(result.engine, EXPLORE_BY_LENGTH);
                fixture_assert_same_counts(&result.counts, &expected);
                for (uint32_t p = 0; p < lease_class()->property_count; p++)
                    assert_int_equal(notes.lengths[p], (result.hit >> p & 1) != 0 ? expected.shortest[p] : 0);
                /* Fencing is what closes the hole of the stale write. */
                assert_int_equal(result.hit & 1, guards == 0);
            }
            model_free(model);
        }
    }
}

/* --- a kernel whose numbers are too small --- */

static void explore_with_kernel_that_overflows_uses_layers(void **unused)
{
    (void)unused;
    struct cell_kernel kernel;
    struct model_class class;
    fixture_make_overflowing(&kernel, &class);
    struct model *model = new_model(3, 5, 3, 0, INVARIANTS);
    struct model copy = *model;
    model->class = &class;
    struct explore_config config = fixture_config(model, INVARIANTS, EXPLORE_AUTO, 2);
    const struct explore_result result = fixture_explore(&config);
    assert_int_equal(result.engine, EXPLORE_LAYERS);
    assert_true(result.overflowed);
    assert_int_equal(result.counts.states, 2726);
    assert_true(result.complete);
    *model = copy;
    model_free(model);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(explore_known_instances_gives_known_counts),
        cmocka_unit_test(explore_large_instances_gives_known_counts),
        cmocka_unit_test(explore_without_symmetry_gives_full_counts),
        cmocka_unit_test(explore_random_instances_equals_plain_search),
        cmocka_unit_test(explore_many_deployers_equals_plain_search),
        cmocka_unit_test(explore_on_any_threads_gives_same_result),
        cmocka_unit_test(explore_with_expand_gives_same_traces),
        cmocka_unit_test(explore_with_fingerprints_and_little_memory_gives_same_traces),
        cmocka_unit_test(explore_until_findings_gives_all_ends_by_length),
        cmocka_unit_test(explore_until_findings_of_what_holds_proves_it),
        cmocka_unit_test(explore_examples_gives_witnesses),
        cmocka_unit_test(explore_lease_equals_plain_search),
        cmocka_unit_test(explore_with_kernel_that_overflows_uses_layers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
