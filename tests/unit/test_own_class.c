/* SPDX-License-Identifier: Apache-2.0 */
/* Classes that are derived from an author's tables. */
#include <stdalign.h>
#include <string.h>

#include "base/memory.h"
#include "mbt/itf_reader.h"
#include "mbt/itf_writer.h"
#include "mbt/replay.h"
#include "mbt/schedule.h"
#include "search/odds.h"
#include "search/walk.h"
#include "tests/support/cmocka_all.h"
#include "tests/support/lease_lock.h"
#include "tests/support/own_models.h"
#include "tests/support/plain_search.h"
#include "tests/support/search_fixture.h"
#include "tests/support/test_model.h"

static struct model_class *lease, *peterson;

static int make_classes(void **state)
{
    (void)state;
    lease = own_test_class(&racewalk_lease, NULL);
    peterson = own_test_class(&racewalk_peterson, NULL);
    return 0;
}

static int free_classes(void **state)
{
    (void)state;
    own_class_free(lease);
    own_class_free(peterson);
    return 0;
}

/* --- the numbers of a class of the lease lock that was written by hand, in other words --- */

static void a_check_counts_what_is_known(void **state)
{
    (void)state;
    static const struct {
        const char *preset;
        uint32_t guards;
        bool symmetry;
        uint64_t states, transitions;
        uint32_t diameter, hit;
    } rows[] = {
        {"l2_3_3", 0, false, 358, 990, 10, 7}, {"l3_4_4", 0, false, 4101, 17283, 13, 7},
        {"l2_3_3", 1, false, 268, 760, 9, 6},  {"l3_4_4", 1, false, 2751, 11772, 12, 6},
        {"l2_3_3", 0, true, 193, 509, 10, 7},  {"l3_4_4", 0, true, 862, 3309, 13, 7},
        {"l2_3_3", 1, true, 145, 392, 9, 6},   {"l3_4_4", 1, true, 583, 2270, 12, 6},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct model *model = own_test_model(lease, rows[i].preset, rows[i].guards, 7);
        struct explore_config config = fixture_config(model, 7, EXPLORE_AUTO, 2);
        config.symmetry = rows[i].symmetry;
        const struct explore_result result = fixture_explore(&config);
        assert_int_equal(result.counts.states, rows[i].states);
        assert_int_equal(result.counts.transitions, rows[i].transitions);
        assert_int_equal(result.counts.diameter, rows[i].diameter);
        assert_int_equal(result.hit, rows[i].hit);
        const struct sweep_tally plain = plain_search(model, 7, rows[i].symmetry, false, UINT32_MAX);
        fixture_assert_same_counts(&result.counts, &plain);
        model_free(model);
    }
}

/* To all digits: the moves come in the same order, and so do the sums. */
static void chances_are_those_that_are_known(void **state)
{
    (void)state;
    static const double known[][4] = {
        /* chance of a hit within 20 and 60 transitions, and mean transitions */
        {0.054217281233639711, 0.054217303240740734, 10.8481406139143, 10.848209501457477},
        {0.55555548599823801, 0.55555555555555558, 7.6379264788820684, 7.637948495370372},
        {0.99999999850406529, 1, 4.3015046276142863, 4.3015046296296289},
    };
    for (uint32_t property = 0; property < 3; property++) {
        struct odds odds;
        struct error err = {{0}};
        struct model *model = own_test_model(lease, "l2_3_3", 0, 1U << property);
        const struct odds_config config = {
            .model = model, .properties = 1U << property, .max_steps = 60, .threads = 2};
        assert_int_equal(odds_compute(&config, &odds, &err), OK);
        const double found[] = {odds.chance[20], odds.chance[60], odds.steps[20], odds.steps[60]};
        assert_memory_equal(found, known[property], sizeof found);
        odds_release(&odds);
        model_free(model);
    }
}

enum { HITS = 4500 };

/* All hits of the same seeds, by both kernels. */
static void walks_hit_where_it_is_known(void **state)
{
    (void)state;
    static const struct {
        uint64_t steps, ended, hash;
        uint64_t fired[5];
    } known[] = {
        {64193, 829, UINT64_C(0x42f708ed75698887), {18984, 13456, 12967, 14265, 4521}},
        {32409, 4370, UINT64_C(0x2e7cef4d1594e759), {13725, 6899, 4620, 4811, 2354}},
    };
    for (uint32_t property = 0; property < 2; property++) {
        static struct walk_hit rows[HITS];
        const uint32_t bit = 1U << property;
        struct model *model = own_test_model(lease, "l3_4_4", 0, bit);
        const struct walk_job job = {
            .seed = 7, .first = 100, .count = 5000, .max_steps = 14, .properties = bit};
        for (size_t kernel = 0; kernel < 2; kernel++) {
            struct walk_hits hits = {.hits = rows, .capacity = HITS};
            struct walk_tally tally = {0};
            (kernel == 0 ? walk_range_general : walk_range)(model, &job, &tally, &hits);
            uint64_t hash = 0;
            for (size_t i = 0; i < hits.total; i++)
                hash = rng_mix(hash ^ (rows[i].sample << 32 | rows[i].length << 8 | rows[i].properties));
            assert_int_equal(hash, known[property].hash);
            assert_int_equal(hits.total, known[property].ended);
            assert_int_equal(tally.walks, 5000);
            assert_int_equal(tally.steps, known[property].steps);
            assert_int_equal(tally.ended, known[property].ended);
            assert_int_equal(tally.hits[property], known[property].ended);
            assert_memory_equal(tally.fired, known[property].fired, sizeof known[property].fired);
        }
        model_free(model);
    }
}

/* Hits beyond the capacity are only counted, and the same with and without a list of them. */
static void walks_without_room_for_hits_count_them(void **state)
{
    (void)state;
    struct walk_hit row;
    struct walk_hits hits = {.hits = &row, .capacity = 1};
    struct walk_tally with = {0}, without = {0};
    struct model *model = own_test_model(peterson, "peterson3", 0, 1);
    const struct walk_job job = {.seed = 1, .count = 1000, .max_steps = 30, .properties = 1};
    walk_range(model, &job, &without, NULL);
    walk_range_general(model, &job, &with, &hits);
    assert_memory_equal(&with, &without, sizeof with);
    assert_int_equal(with.hits[0], 0);
    model_free(model);
    model = own_test_model(lease, "l3_4_4", 0, 2);
    const struct walk_job more = {.seed = 1, .count = 1000, .max_steps = 30, .properties = 2};
    with = (struct walk_tally){0};
    walk_range(model, &more, &with, &hits);
    assert_int_equal(hits.total, with.ended);
    assert_true(with.ended > 500);
    model_free(model);
}

/* --- traces --- */

/* What every finding goes through: drawn, written, read, replayed, as ITF and as a schedule. */
static void round_trip(const struct model *model, uint64_t seed, int property)
{
    struct trace trace, again;
    struct buffer text;
    struct replay_report report;
    struct error err = {{0}};
    trace_init(&trace);
    trace_init(&again);
    buffer_init(&text);
    if (walk_trace(model, seed, 40, 1U << property, &trace, &err) != OK ||
        replay_written(model, &trace, &report, &err) != OK)
        fail_msg("%s", err.text);
    assert_string_equal(report.message, "");
    if (trace.property != PROPERTY_NONE)
        assert_int_equal(report.first_hit[property], trace.step_count);
    if (schedule_write(model, &trace, &text, &err) != OK ||
        schedule_read(model, text.text, text.length, &again, &err) != OK)
        fail_msg("%s", err.text);
    assert_int_equal(again.step_count, trace.step_count);
    for (size_t i = 0; i < trace.step_count; i++) {
        struct step a, b;
        trace_step_at(&trace, i, &a);
        trace_step_at(&again, i, &b);
        assert_int_equal(a.move, b.move);
        assert_int_equal(a.choice_count, b.choice_count);
        assert_memory_equal(a.choices, b.choices, a.choice_count * sizeof a.choices[0]);
    }
    buffer_release(&text);
    trace_release(&again);
    trace_release(&trace);
}

static void traces_replay_from_their_written_forms(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < 100; seed++) {
        for (int property = 0; property < 3; property++) {
            struct model *model = own_test_model(lease, "l3_4_4", 0, 1U << property);
            round_trip(model, seed, property);
            model_free(model);
        }
        struct model *model = own_test_model(peterson, "peterson4", 0, 1);
        round_trip(model, seed, 0);
        model_free(model);
    }
}

/* Of all moves that there could be, the literal state takes those that are enabled, and no other. */
static void compare_moves(const struct model *model, const struct trace *trace)
{
    const struct model_class *class = model->class;
    struct literal *literal = class->traces.literal_new(model);
    struct error err = {{0}};
    for (size_t i = 0; i <= trace->step_count; i++) {
        alignas(max_align_t) unsigned char before[STATE_SIZE_MAX], after[STATE_SIZE_MAX];
        class->traces.literal_control(literal, before);
        for (uint32_t action = 0; action < LEASE_ACTION_COUNT; action++) {
            for (uint32_t client = 0; client < 4; client++) {
                const struct step step = {
                    .move = move_make(action, client), .choice_count = action == LEASE_WRITE, .choices = {5}};
                struct literal *other = class->traces.literal_new(model);
                for (size_t n = 0; n < i; n++) {
                    struct step taken;
                    trace_step_at(trace, n, &taken);
                    assert_int_equal(class->traces.literal_apply(other, &taken, &err), OK);
                }
                const bool taken = class->traces.literal_apply(other, &step, &err) == OK;
                assert_int_equal(taken, model_is_enabled(model, before, step.move));
                class->traces.literal_control(other, after);
                assert_true(taken || memcmp(before, after, model->state_size) == 0);
                class->traces.literal_free(other);
            }
        }
        if (i < trace->step_count) {
            struct step step;
            trace_step_at(trace, i, &step);
            assert_int_equal(class->traces.literal_apply(literal, &step, &err), OK);
        }
    }
    class->traces.literal_free(literal);
}

static void the_literal_state_takes_what_is_enabled(void **state)
{
    (void)state;
    struct model_class *class = own_test_class(&racewalk_lease, own_test_checked("lease"));
    for (uint32_t guards = 0; guards < 2; guards++) {
        struct model *model = own_test_model(class, "l3_4_4", guards, 7);
        for (uint64_t seed = 0; seed < 20; seed++) {
            struct trace trace;
            struct error err = {{0}};
            trace_init(&trace);
            assert_int_equal(walk_trace(model, seed, 20, 0, &trace, &err), OK);
            compare_moves(model, &trace);
            trace_release(&trace);
        }
        model_free(model);
    }
    own_class_free(class);
}

static void a_class_without_memory_fails_cleanly(void **state)
{
    (void)state;
    size_t nth = 1;
    for (;; nth++) {
        struct model_class *class = NULL;
        struct model *model = NULL;
        struct error err = {{0}};
        mem_fail_from(nth);
        enum status status = own_class_new(&racewalk_dns, NULL, 1, &class, &err);
        if (status == OK)
            status = model_new(class, &class->presets[0].instance, &model, &err);
        const bool failed = mem_allocations() >= nth;
        mem_fail_from(0);
        model_free(model);
        own_class_free(class);
        assert_int_equal(status, failed ? ERR_MEMORY : OK);
        if (!failed)
            break;
        assert_true(err.text[0] != '\0');
    }
    assert_true(nth > 5);
}

static void a_trace_has_maps_of_things_and_the_words_of_quint(void **state)
{
    (void)state;
    struct model *model = own_test_model(lease, "l2_3_3", 1, 1);
    struct trace trace;
    struct buffer text;
    struct error err = {{0}};
    trace_init(&trace);
    buffer_init(&text);
    trace_set_source(&trace, "test");
    const struct step steps[] = {{.move = move_make(0, 1)},
                                 {.move = move_make(2, 1), .choice_count = 1, .choices = {5}},
                                 {.move = move_make(1, 0)}};
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(trace_append(&trace, &steps[i]), OK);
    if (itf_write(model, &trace, ITF_LINE, &text, &err) != OK)
        fail_msg("%s", err.text);
    assert_non_null(strstr(text.text,
                           "\"params\":[\"CLIENTS\",\"LEASES\",\"WRITES\"],"
                           "\"vars\":[\"term\",\"held\",\"writes\",\"highest\",\"stale\",\"client\","
                           "\"mbt::actionTaken\",\"mbt::nondetPicks\"]"));
    assert_non_null(strstr(text.text, "\"client\":{\"#map\":[[\"client-a\",{\"view\":{\"#bigint\":\"0\"}}],"
                                      "[\"client-b\",{\"view\":{\"#bigint\":\"1\"}}]]}"));
    assert_non_null(strstr(text.text, "\"mbt::actionTaken\":\"init\",\"mbt::nondetPicks\":{"
                                      "\"client\":{\"tag\":\"None\",\"value\":{}},"
                                      "\"value\":{\"tag\":\"None\",\"value\":{}}}"));
    assert_non_null(strstr(text.text, "\"mbt::actionTaken\":\"write\",\"mbt::nondetPicks\":{"
                                      "\"client\":{\"tag\":\"Some\",\"value\":\"client-b\"},"
                                      "\"value\":{\"tag\":\"Some\",\"value\":{\"#bigint\":\"5\"}}}"));
    assert_non_null(strstr(text.text, "\"held\":true"));
    buffer_release(&text);
    trace_release(&trace);
    model_free(model);
}

/* --- all models that there are, in one process --- */

/* The successors that are made of a packed state are those that enabled and apply make. */
static void compare_expansion(const struct model *model, const void *state)
{
    const struct model_class *class = model->class;
    static uint64_t successors[MOVES_MAX * PACKED_WORDS_MAX];
    uint64_t packed[PACKED_WORDS_MAX], made[PACKED_WORDS_MAX];
    uint32_t taken[MOVES_MAX], hits[MOVES_MAX];
    struct enabled_move moves[MOVES_ROOM];
    alignas(max_align_t) unsigned char next[STATE_SIZE_MAX];
    size_t expected = 0;
    model_pack(model, state, packed);
    const size_t count = class->speed.expand(model, packed, successors, taken, hits);
    const size_t move_count = class->enabled(model, state, moves);
    for (size_t i = 0; i < move_count; i++) {
        memcpy(next, state, model->state_size);
        class->apply(model, next, moves[i].move);
        assert_int_equal(moves[i].idle, memcmp(next, state, model->state_size) == 0);
        if (moves[i].idle)
            continue;
        assert_true(expected < count);
        model_pack(model, next, made);
        assert_int_equal(taken[expected], moves[i].move);
        assert_memory_equal(successors + expected * model->packed_words, made,
                            model->packed_words * sizeof *made);
        assert_int_equal(hits[expected], class->properties_hit(model, next));
        /* And back. */
        model_unpack(model, made, next);
        model_pack(model, next, packed);
        assert_memory_equal(packed, made, model->packed_words * sizeof *made);
        expected++;
    }
    assert_int_equal(expected, count);
}

/* Along walks of every instance; and a fact is true or not of every state. */
static void compare_walks(const struct model *model)
{
    alignas(max_align_t) unsigned char state[STATE_SIZE_MAX];
    for (uint64_t seed = 0; seed < 20; seed++) {
        struct payload_rng rng = payload_rng_of_trace_seed(seed);
        model->class->init(model, state);
        for (size_t step = 0; step < 40; step++) {
            struct enabled_move moves[MOVES_ROOM];
            uint32_t atoms[ATOMS_ROOM];
            compare_expansion(model, state);
            const size_t atom_count = model->class->speed.atoms(model, state, atoms);
            for (size_t i = 0; i < atom_count; i++)
                assert_true(atoms[i] < model->atom_count && (i == 0 || atoms[i] > atoms[i - 1]));
            const size_t count = model->class->enabled(model, state, moves);
            if (count == 0)
                break;
            model->class->apply(model, state, moves[payload_rng_below(&rng, count)].move);
        }
    }
}

static void successors_at_once_are_those_one_by_one(void **state)
{
    (void)state;
    static const struct racewalk_model *const objects[] = {
        &racewalk_lease, &racewalk_peterson, &racewalk_election, &racewalk_watch_cache, &racewalk_dns};
    for (size_t i = 0; i < sizeof objects / sizeof objects[0]; i++) {
        struct model_class *class = own_test_class(objects[i], NULL);
        for (size_t p = 0; p < class->preset_count; p++) {
            for (uint32_t guards = 0; guards < 1U << class->guard_count; guards++) {
                struct model *model = own_test_model(class, class->presets[p].name, guards, 1);
                compare_walks(model);
                model_free(model);
            }
        }
        own_class_free(class);
    }
}

/* The numbers of the BEEM database (Pelanek, SPIN 2007). */
static void peterson_has_the_published_counts(void **state)
{
    (void)state;
    struct model *model = own_test_model(peterson, "peterson3", 0, 1);
    const struct explore_config config = fixture_config(model, 1, EXPLORE_AUTO, 2);
    const struct explore_result result = fixture_explore(&config);
    assert_int_equal(result.counts.states, 12498);
    assert_int_equal(result.counts.transitions, 33369);
    assert_int_equal(result.hit, 0);
    model_free(model);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_check_counts_what_is_known),
        cmocka_unit_test(chances_are_those_that_are_known),
        cmocka_unit_test(walks_hit_where_it_is_known),
        cmocka_unit_test(walks_without_room_for_hits_count_them),
        cmocka_unit_test(traces_replay_from_their_written_forms),
        cmocka_unit_test(the_literal_state_takes_what_is_enabled),
        cmocka_unit_test(a_class_without_memory_fails_cleanly),
        cmocka_unit_test(a_trace_has_maps_of_things_and_the_words_of_quint),
        cmocka_unit_test(successors_at_once_are_those_one_by_one),
        cmocka_unit_test(peterson_has_the_published_counts),
    };
    return cmocka_run_group_tests(tests, make_classes, free_classes);
}
