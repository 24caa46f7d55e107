/* SPDX-License-Identifier: Apache-2.0 */
/* Moves with several arguments, of kinds that stand in several positions: printed, renamed by shapes, written and
 * read. */
#include "tests/support/cmocka_all.h"

#include <string.h>

#include "mbt/itf_writer.h"
#include "mbt/replay.h"
#include "mbt/schedule.h"
#include "search/shape.h"
#include "search/walk.h"
#include "tests/support/relay.h"
#include "tests/support/test_model.h"

enum { MOVES = 40, NAMES = 4 };

static struct model *new_model(const struct model_class *class)
{
    return test_model_of(class, relay.presets[0].instance, 1);
}

static void assert_prints(const struct model *model, uint32_t move, const char *words)
{
    struct buffer text;
    buffer_init(&text);
    model_print_move(model, move, &text);
    assert_string_equal(text.text, words);
    buffer_release(&text);
}

static void moves_are_printed_with_all_their_arguments(void **unused)
{
    (void)unused;
    struct model *model = new_model(&relay);
    assert_prints(model, relay_move(RELAY_TICK, 0, 0, 0), "tick");
    assert_prints(model, relay_move(RELAY_WRITE, 1, 3, 0), "write(client-b, node-d)");
    assert_prints(model, relay_move(RELAY_COPY, 2, 0, 0), "copy(node-c, node-a)");
    assert_prints(model, relay_move(RELAY_COMPARE, 2, 0, 1), "compare(client-c, node-a, node-b)");
    model_free(model);
    /* Without names of its own. */
    struct model_class class = relay;
    class.argument_name = NULL;
    model = new_model(&class);
    assert_prints(model, relay_move(RELAY_COMPARE, 2, 0, 1), "compare(client-2, node-0, node-1)");
    model_free(model);
}

/* --- shapes --- */

/* A new name for each client and each node. */
static void draw_names(struct payload_rng *rng, uint32_t *names)
{
    for (uint32_t i = 0; i < NAMES; i++)
        names[i] = i;
    for (uint32_t i = NAMES; i > 1; i--) {
        const uint32_t j = (uint32_t)payload_rng_below(rng, i), name = names[i - 1];
        names[i - 1] = names[j];
        names[j] = name;
    }
}

static bool is_client(uint32_t move, size_t i)
{
    return strcmp(relay.actions[move_action(move)].arguments[i]->name, "client") == 0;
}

static void rename_all(uint32_t *moves, size_t count, const uint32_t *clients, const uint32_t *nodes)
{
    for (size_t m = 0; m < count; m++) {
        for (size_t i = 0; i < action_argument_count(&relay.actions[move_action(moves[m])]); i++) {
            const uint32_t *names = is_client(moves[m], i) ? clients : nodes;
            moves[m] = move_with(moves[m], i, names[move_argument(moves[m], i)]);
        }
    }
}

/* In the normal form, each kind's names appear as 0, 1, 2, …, whatever the action and the position. */
static void assert_named_in_order(const uint32_t *moves, size_t count)
{
    uint32_t clients = 0, nodes = 0;
    for (size_t m = 0; m < count; m++) {
        for (size_t i = 0; i < action_argument_count(&relay.actions[move_action(moves[m])]); i++) {
            uint32_t *next = is_client(moves[m], i) ? &clients : &nodes;
            assert_true(move_argument(moves[m], i) <= *next);
            *next += move_argument(moves[m], i) == *next;
        }
    }
    assert_true(clients > 0 && nodes > 1); /* what a split takes */
}

static struct shape shape_of(const struct model *model, uint32_t *moves, size_t *count)
{
    struct shape shape;
    struct error err = {{0}};
    if (shape_of_moves(model, RELAY_NO_SPLIT, moves, count, NULL, &shape, &err) != OK)
        fail_msg("%s", err.text);
    return shape;
}

static void shape_ignores_the_names_of_both_kinds(void **unused)
{
    (void)unused;
    struct model *model = new_model(&relay);
    struct payload_rng rng = payload_rng_of_trace_seed(7);
    struct trace trace;
    size_t found = 0;
    trace_init(&trace);
    for (uint64_t seed = 0; seed < 400; seed++) {
        uint32_t moves[MOVES], renamed[MOVES], clients[NAMES], nodes[NAMES];
        assert_int_equal(walk_trace(model, seed, MOVES, 1, &trace, NULL), OK);
        if (trace.property == PROPERTY_NONE)
            continue;
        size_t count = trace.property_state, same = count;
        for (size_t i = 0; i < count; i++)
            moves[i] = renamed[i] = trace.steps[i].move;
        draw_names(&rng, clients);
        draw_names(&rng, nodes);
        rename_all(renamed, count, clients, nodes);
        const struct shape a = shape_of(model, moves, &count), b = shape_of(model, renamed, &same);
        assert_true(a.id == b.id && count == same);
        assert_memory_equal(moves, renamed, count * sizeof *moves);
        assert_named_in_order(moves, count);
        found++;
    }
    assert_true(found > 100);
    trace_release(&trace);
    model_free(model);
}

static uint64_t id_of(const struct model *model, uint32_t first, uint32_t second, uint32_t third)
{
    uint32_t moves[] = {first, second, third};
    size_t count = 3;
    const uint64_t id = shape_of(model, moves, &count).id;
    assert_int_equal(count, 3);
    return id;
}

static void shape_tells_things_of_a_kind_apart(void **unused)
{
    (void)unused;
    struct model *model = new_model(&relay);
    const uint32_t a = relay_move(RELAY_WRITE, 3, 2, 0), b = relay_move(RELAY_WRITE, 1, 0, 0);
    const uint64_t id = id_of(model, a, b, relay_move(RELAY_COMPARE, 3, 2, 0));
    assert_true(id_of(model, a, b, relay_move(RELAY_COMPARE, 3, 0, 2)) != id);
    assert_true(id_of(model, a, b, relay_move(RELAY_COMPARE, 1, 2, 0)) != id);
    /* Client 0 and node 0 are two things. */
    const uint32_t c = relay_move(RELAY_WRITE, 0, 0, 0), d = relay_move(RELAY_WRITE, 1, 1, 0);
    assert_true(id_of(model, c, d, relay_move(RELAY_COMPARE, 0, 0, 1)) == id);
    /* One thing has one name in all positions. */
    uint32_t moves[] = {a, b, relay_move(RELAY_COMPARE, 1, 0, 2)};
    const uint32_t expected[] = {relay_move(RELAY_WRITE, 0, 0, 0), relay_move(RELAY_WRITE, 1, 1, 0),
                                 relay_move(RELAY_COMPARE, 1, 1, 0)};
    size_t count = 3;
    (void)shape_of(model, moves, &count);
    assert_memory_equal(moves, expected, sizeof expected);
    moves[0] = a, moves[1] = b, moves[2] = relay_move(RELAY_COMPARE, 3, 2, 0);
    (void)shape_of(model, moves, &count);
    assert_int_equal(moves[2], relay_move(RELAY_COMPARE, 0, 0, 1));
    model_free(model);
}

/* A kind that is not interchangeable keeps its names, beside one that is. */
static void shape_keeps_the_names_of_a_kind_without_symmetry(void **unused)
{
    (void)unused;
    static const struct argument_kind client = {.name = "client"}, node = {.name = "node", .symmetric = true};
    struct action actions[RELAY_ACTION_COUNT];
    struct model_class class = relay;
    memcpy(actions, relay.actions, sizeof actions);
    actions[RELAY_WRITE].arguments[0] = actions[RELAY_COMPARE].arguments[0] = &client;
    actions[RELAY_WRITE].arguments[1] = &node;
    for (size_t i = 0; i < 2; i++)
        actions[RELAY_COPY].arguments[i] = actions[RELAY_COMPARE].arguments[i + 1] = &node;
    class.actions = actions;
    struct model *model = new_model(&class);
    uint32_t moves[] = {relay_move(RELAY_WRITE, 3, 2, 0), relay_move(RELAY_WRITE, 1, 0, 0),
                        relay_move(RELAY_COMPARE, 3, 0, 2)};
    const uint32_t expected[] = {relay_move(RELAY_WRITE, 3, 0, 0), relay_move(RELAY_WRITE, 1, 1, 0),
                                 relay_move(RELAY_COMPARE, 3, 1, 0)};
    size_t count = 3;
    (void)shape_of(model, moves, &count);
    assert_int_equal(count, 3);
    assert_memory_equal(moves, expected, sizeof expected);
    model_free(model);
}

/* --- written forms --- */

static void traces_replay_from_their_written_forms(void **unused)
{
    (void)unused;
    struct model *model = new_model(&relay);
    for (uint64_t seed = 0; seed < 100; seed++) {
        struct trace trace, again;
        struct buffer text;
        struct replay_report report;
        struct error err = {{0}};
        trace_init(&trace);
        trace_init(&again);
        buffer_init(&text);
        assert_int_equal(walk_trace(model, seed, 25, 1, &trace, &err), OK);
        if (replay_written(model, &trace, &report, &err) != OK)
            fail_msg("%s", err.text);
        assert_string_equal(report.message, "");
        assert_int_equal(schedule_write(model, &trace, &text, &err), OK);
        if (schedule_read(model, text.text, text.length, &again, &err) != OK)
            fail_msg("%s", err.text);
        assert_int_equal(again.step_count, trace.step_count);
        for (size_t i = 0; i < trace.step_count; i++)
            assert_int_equal(again.steps[i].move, trace.steps[i].move);
        buffer_release(&text);
        trace_release(&again);
        trace_release(&trace);
    }
    model_free(model);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(moves_are_printed_with_all_their_arguments),
        cmocka_unit_test(shape_ignores_the_names_of_both_kinds),
        cmocka_unit_test(shape_tells_things_of_a_kind_apart),
        cmocka_unit_test(shape_keeps_the_names_of_a_kind_without_symmetry),
        cmocka_unit_test(traces_replay_from_their_written_forms),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
