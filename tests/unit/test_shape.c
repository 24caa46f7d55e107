/* SPDX-License-Identifier: Apache-2.0 */
/* Shapes: what must not matter does not, and what is left is minimal. */
#include "tests/support/cmocka_all.h"

#include <stdio.h>
#include <string.h>

#include "model/dns/dns_state.h"
#include "search/shape.h"
#include "search/walk.h"
#include "tests/support/known_dns.h"
#include "tests/support/test_model.h"

static struct model *new_model(int plans, int age)
{
    return test_model_of(&dns_balancer, known_instance(3, plans, 3, age, 0), 3);
}

enum { MOVES = 512 };

static size_t moves_of(const struct trace *trace, uint32_t *moves)
{
    assert_true(trace->property_state <= MOVES);
    for (size_t i = 0; i < trace->property_state; i++)
        moves[i] = trace->steps[i].move;
    return trace->property_state;
}

/* The index of the first state that hits the property; fails when a move is not enabled. */
static size_t first_hit(const struct model *model, int property, const uint32_t *moves, size_t count)
{
    struct dns_state state;
    dns_init(model, &state);
    for (size_t i = 0; i < count; i++) {
        struct enabled_move enabled[MOVES_MAX];
        const size_t n = dns_enabled(model, &state, enabled);
        size_t j = 0;
        while (j < n && enabled[j].move != moves[i])
            j++;
        assert_true(j < n);
        dns_apply(model, &state, moves[i]);
        if ((dns_properties_hit(model, &state) >> property & 1) != 0)
            return i + 1;
    }
    return SIZE_MAX;
}

/* Swaps two names throughout. */
static void rename_deployers(uint32_t *moves, size_t count, uint32_t a, uint32_t b)
{
    for (size_t i = 0; i < count; i++) {
        const uint32_t d = move_argument(moves[i], 0);
        if (move_action(moves[i]) != DNS_GENERATE && (d == a || d == b))
            moves[i] = move_make(move_action(moves[i]), d == a ? b : a);
    }
}

/* Swaps neighbours wherever that gives a run that ends the same, at random places. */
static void reorder(const struct model *model, int property, uint32_t *moves, size_t count,
                    struct payload_rng *rng)
{
    for (int tries = 0; tries < 200; tries++) {
        const size_t i = (size_t)payload_rng_below(rng, count - 2);
        uint32_t swapped[MOVES];
        memcpy(swapped, moves, count * sizeof *moves);
        swapped[i] = moves[i + 1];
        swapped[i + 1] = moves[i];
        struct dns_state a, b;
        dns_init(model, &a);
        dns_init(model, &b);
        bool legal = true;
        for (size_t j = 0; j < count && legal; j++) {
            struct enabled_move enabled[MOVES_MAX];
            const size_t n = dns_enabled(model, &b, enabled);
            size_t at = 0;
            while (at < n && enabled[at].move != swapped[j])
                at++;
            legal = at < n;
            if (!legal)
                break;
            dns_apply(model, &a, moves[j]);
            dns_apply(model, &b, swapped[j]);
            if (j == i + 1 || j + 1 == count)
                legal = memcmp(&a, &b, sizeof a) == 0;
        }
        if (legal && first_hit(model, property, swapped, count) == count)
            memcpy(moves, swapped, count * sizeof *moves);
    }
}

static void check_one(const struct model *model, const struct trace *trace, struct payload_rng *rng)
{
    uint32_t moves[MOVES], other[MOVES];
    const int property = trace->property;
    size_t count = moves_of(trace, moves);
    struct shape shape, same;
    assert_int_equal(shape_of_trace(model, trace, &shape, NULL), OK);
    assert_true(shape.id != 0 && shape.length <= count && shape.text[0] != '\0');
    /* What is left hits the property at its end and nowhere before, and nothing more can go. */
    assert_int_equal(shape_reduce(model, property, moves, &count, NULL, NULL), OK);
    assert_int_equal(count, shape.length);
    assert_int_equal(first_hit(model, property, moves, count), count);
    size_t again = count;
    memcpy(other, moves, sizeof moves);
    assert_int_equal(shape_reduce(model, property, other, &again, NULL, NULL), OK);
    assert_int_equal(again, count);
    /* Names and the order of what commutes do not matter. */
    memcpy(other, moves, sizeof moves);
    rename_deployers(other, count, 0, 2);
    rename_deployers(other, count, 1, (uint32_t)payload_rng_below(rng, 3));
    reorder(model, property, other, count, rng);
    again = count;
    assert_int_equal(shape_of_moves(model, property, other, &again, NULL, &same, NULL), OK);
    assert_true(same.id == shape.id);
    /* The normal form is a run of the same shape. */
    assert_int_equal(first_hit(model, property, other, again), again);
}

static void shape_of_walks_ignores_names_and_order(void **unused)
{
    (void)unused;
    static const struct {
        int plans, age;
        uint32_t max_steps;
        uint64_t walks;
    } runs[] = {{5, 3, 20, 60000}, {8, 1, 60, 400}, {20, 3, 40, 3000}, {30, 20, 200, 800}};
    struct payload_rng rng = payload_rng_of_trace_seed(4);
    for (size_t i = 0; i < KNOWN_COUNT(runs); i++) {
        struct model *model = new_model(runs[i].plans, runs[i].age);
        static struct walk_hit found[4096];
        struct walk_hits hits = {.hits = found, .capacity = 4096};
        struct walk_tally tally = {0};
        const struct walk_job job = {
            .seed = 11, .count = runs[i].walks, .max_steps = runs[i].max_steps, .properties = 3};
        walk_range(model, &job, &tally, &hits);
        assert_true(hits.total >= 8 && hits.total <= 4096);
        struct trace trace;
        trace_init(&trace);
        for (size_t h = 0; h < hits.total; h++) {
            const uint64_t trace_seed = trace_seed_of(11, found[h].sample);
            assert_int_equal(walk_trace(model, trace_seed, found[h].length, 3, &trace, NULL), OK);
            check_one(model, &trace, &rng);
            struct shape shape;
            assert_int_equal(shape_of_trace(model, &trace, &shape, NULL), OK);
            if (h < 50)
                assert_true(shape_of_walk(model, trace_seed, found[h].length, trace.property) == shape.id);
        }
        trace_release(&trace);
        model_free(model);
    }
}

/* The states of a trace, as far as its property. */
static void states_of(const struct model *model, const struct trace *trace, struct dns_state *states)
{
    dns_init(model, &states[0]);
    for (size_t i = 0; i < trace->property_state; i++) {
        states[i + 1] = states[i];
        dns_apply(model, &states[i + 1], trace->steps[i].move);
    }
}

/* "deployer_apply(deployer-b) at state 10, deployer_gc(deployer-a) at state 11" must be what happened there.
 */
struct here {
    uint32_t deployer, cleaner;
    size_t deploy, cleanup; /* states */
};

static struct here read_here(const struct shape *shape, const struct trace *trace)
{
    struct here here;
    char deployer, cleaner;
    if (sscanf(shape->here, "deployer_apply(deployer-%c) at state %zu, deployer_gc(deployer-%c) at state %zu",
               &deployer, &here.deploy, &cleaner, &here.cleanup) != 4)
        fail_msg("%s", shape->here);
    here.deployer = (uint32_t)(deployer - 'a');
    here.cleaner = (uint32_t)(cleaner - 'a');
    assert_true(here.deploy < here.cleanup && here.cleanup <= trace->property_state);
    assert_int_equal(trace->steps[here.deploy - 1].move, move_make(DNS_APPLY, here.deployer));
    assert_int_equal(trace->steps[here.cleanup - 1].move, move_make(DNS_GC, here.cleaner));
    return here;
}

static bool says(const struct shape *shape, const char *words)
{
    return strstr(shape->text, words) != NULL;
}

/* What the words say of roles is so in the trace. */
static void check_roles(const struct model *model, const struct trace *trace, const struct shape *shape)
{
    static struct dns_state states[MOVES + 1];
    const struct here here = read_here(shape, trace);
    states_of(model, trace, states);
    const struct dns_state *deploy = &states[here.deploy], *cleanup = &states[here.cleanup];
    const bool quick = dns_next(cleanup, here.cleaner) > dns_next(cleanup, here.deployer);
    assert_true(says(shape, "itself") == (here.deployer == here.cleaner));
    assert_true(says(shape, "a quick one") == quick);
    assert_true(says(shape, "a slow deployer") == quick);
    assert_true(says(shape, "again") ==
                (trace->property == DNS_NO_INCONSISTENT_ROLLBACK && deploy->root == deploy[-1].root));
    /* What is said to be deleted is. */
    const uint32_t plan = says(shape, "the one before") ? deploy->rollback : deploy->root;
    assert_true(dns_present(deploy, plan) && !dns_present(cleanup, plan));
}

/* Words have no names and numbers; the steps named beside are the trace's own. What is said of them is so
 * once the steps that do not matter are gone, and where walks are so short that hardly any such step fits in,
 * at once. */
static void check_words(const struct model *model, const struct trace *trace, struct trace *shrunk,
                        bool at_once)
{
    struct shape shape, again;
    assert_int_equal(shape_of_trace(model, trace, &shape, NULL), OK);
    for (const char *c = shape.text; *c != '\0'; c++)
        assert_true((*c >= 'a' && *c <= 'z') || strchr(" ,'", *c) != NULL);
    assert_int_equal(shape_shrink_trace(model, trace, shrunk, NULL), OK);
    assert_int_equal(shape_of_trace(model, shrunk, &again, NULL), OK);
    assert_true(again.id == shape.id);
    assert_string_equal(again.text, shape.text);
    if (says(&shape, "deleted already"))
        return;
    const struct here here = read_here(&shape, trace), left = read_here(&again, shrunk);
    assert_true(here.deployer == left.deployer && here.cleaner == left.cleaner);
    check_roles(model, shrunk, &again);
    if (at_once)
        check_roles(model, trace, &shape);
}

static void words_of_shapes_are_true_of_their_traces(void **unused)
{
    (void)unused;
    static const struct {
        int plans, age;
        uint32_t max_steps, walks;
    } runs[] = {{5, 3, 20, 100000}, {8, 1, 60, 300}, {6, 0, 40, 100}, {20, 3, 40, 5000}};
    struct trace trace, shrunk;
    trace_init(&trace);
    trace_init(&shrunk);
    for (size_t i = 0; i < KNOWN_COUNT(runs); i++) {
        struct model *model = new_model(runs[i].plans, runs[i].age);
        for (uint64_t k = 0; k < 3 * (uint64_t)runs[i].walks; k++) {
            const uint32_t properties = (uint32_t)(k % 3) + 1;
            assert_int_equal(
                walk_trace(model, trace_seed_of(3, k), runs[i].max_steps, properties, &trace, NULL), OK);
            if (trace.property != PROPERTY_NONE)
                check_words(model, &trace, &shrunk, i == 0);
        }
        model_free(model);
    }
    trace_release(&trace);
    trace_release(&shrunk);
}

static void shrink_of_trace_keeps_choices_and_replays(void **unused)
{
    (void)unused;
    struct model *model = new_model(5, 3);
    struct trace trace, shrunk;
    trace_init(&trace);
    trace_init(&shrunk);
    size_t checked = 0;
    for (uint64_t k = 0; k < 5000; k++) {
        assert_int_equal(walk_trace(model, trace_seed_of(2, k), 25, 1, &trace, NULL), OK);
        if (trace.property == PROPERTY_NONE) {
            if (k < 10)
                assert_int_equal(shape_shrink_trace(model, &trace, &shrunk, NULL), ERR_DATA);
            continue;
        }
        assert_int_equal(shape_shrink_trace(model, &trace, &shrunk, NULL), OK);
        assert_int_equal(shrunk.step_count, 11); /* the shortest violation of the root */
        struct literal *literal = model->class->traces.literal_new(model);
        for (size_t s = 0; s < shrunk.step_count; s++) {
            struct step step;
            assert_int_equal(model->class->traces.literal_properties_hit(literal) & 1, 0);
            trace_step_at(&shrunk, s, &step);
            struct error err = {{0}};
            if (model->class->traces.literal_apply(literal, &step, &err) != OK)
                fail_msg("%s", err.text);
        }
        assert_int_equal(model->class->traces.literal_properties_hit(literal) & 1, 1);
        model->class->traces.literal_free(literal);
        checked++;
    }
    assert_true(checked > 20);
    trace_release(&trace);
    trace_release(&shrunk);
    model_free(model);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shape_of_walks_ignores_names_and_order),
        cmocka_unit_test(words_of_shapes_are_true_of_their_traces),
        cmocka_unit_test(shrink_of_trace_keeps_choices_and_replays),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
