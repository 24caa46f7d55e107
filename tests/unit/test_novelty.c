/* SPDX-License-Identifier: Apache-2.0 */
/* The width-based search finds the known shortest outages, with traces that the literal model takes. */
#include "tests/support/cmocka_all.h"

#include <string.h>

#include "base/memory.h"
#include "base/stop.h"
#include "mbt/replay.h"
#include "search/novelty.h"
#include "tests/support/known_dns.h"
#include "tests/support/lease_lock.h"
#include "tests/support/test_model.h"

enum { ROOT = 1U << DNS_NO_INCONSISTENT_ROOT, ROLLBACK = 1U << DNS_NO_INCONSISTENT_ROLLBACK };

static struct model *new_dns(int plans, int age, uint32_t guards, uint32_t properties)
{
    return test_model_of(&dns_balancer, known_instance(3, plans, 3, age, guards), properties);
}

static struct novelty_result search(const struct novelty_config *config, struct trace *trace)
{
    struct novelty_result result;
    struct error err = {{0}};
    if (novelty_search(config, &result, trace, &err) != OK)
        fail_msg("%s", err.text);
    return result;
}

/* The literal model takes the trace, and shows its property at its end and not before. */
static void assert_replays(const struct model *model, const struct trace *trace, uint32_t length)
{
    struct replay_report report;
    struct error err = {{0}};
    assert_int_equal(trace->step_count, length);
    assert_int_equal(trace->property_state, length);
    if (replay_trace(model, trace, &report, &err) != OK)
        fail_msg("%s", err.text);
    if (report.outcome != REPLAY_AGREES)
        fail_msg("%s", report.message);
    assert_true(report.first_hit[trace->property] == length);
}

static void search_finds_shortest_outage(void **unused)
{
    (void)unused;
    /* The transitions that a trial of the method took are a yardstick: atoms of another kind may need more or
     * fewer, but not many times so. 0: there was no trial. */
    static const struct {
        int plans, age;
        uint64_t trial;
    } rows[] = {{5, 3, 0},          {20, 3, 0},    {30, 20, 8400}, {60, 50, 42000},
                {200, 150, 400000}, {254, 252, 0}, {3, 0, 0}};
    struct trace trace;
    trace_init(&trace);
    for (size_t i = 0; i < KNOWN_COUNT(rows); i++) {
        /* Two deployers are enough for an outage as soon as a plan may be old at once. */
        const uint32_t expected = rows[i].age == 0 ? 3 : 2 * (uint32_t)rows[i].age + 5;
        for (uint32_t property = ROOT; property <= ROLLBACK; property <<= 1) {
            struct model *model = new_dns(rows[i].plans, rows[i].age, 0, property);
            const struct novelty_config config = {.model = model, .properties = property, .trace_seed = 42};
            const struct novelty_result result = search(&config, &trace);
            assert_int_equal(result.stop, NOVELTY_FOUND);
            assert_int_equal(result.hit, property);
            if (rows[i].age > 0 || property == ROOT)
                assert_int_equal(result.length, expected + (property == ROLLBACK));
            if (rows[i].trial != 0)
                assert_true(result.transitions < 3 * rows[i].trial && result.transitions > rows[i].trial / 3);
            assert_false(trace.has_trace_seed);
            assert_replays(model, &trace, result.length);
            model_free(model);
        }
    }
    trace_release(&trace);
}

static void search_again_gives_same_trace(void **unused)
{
    (void)unused;
    struct model *model = new_dns(30, 20, 0, ROOT);
    struct trace first, again;
    trace_init(&first);
    trace_init(&again);
    struct novelty_config config = {.model = model, .properties = ROOT, .trace_seed = 7};
    const struct novelty_result a = search(&config, &first), b = search(&config, &again);
    assert_int_equal(a.transitions, b.transitions);
    assert_int_equal(a.states, b.states);
    assert_int_equal(first.choice_count, again.choice_count);
    assert_memory_equal(first.choices, again.choices, first.choice_count * sizeof *first.choices);
    for (size_t i = 0; i < first.step_count; i++)
        assert_int_equal(first.steps[i].move, again.steps[i].move);
    config.trace_seed = 8;
    (void)search(&config, &again);
    for (size_t i = 0; i < first.step_count; i++)
        assert_int_equal(first.steps[i].move, again.steps[i].move);
    assert_true(first.choice_count != again.choice_count ||
                memcmp(first.choices, again.choices, first.choice_count * sizeof *first.choices) != 0);
    trace_release(&first);
    trace_release(&again);
    model_free(model);
}

static void search_for_examples_finds_them(void **unused)
{
    (void)unused;
    struct trace trace;
    trace_init(&trace);
    static const struct {
        uint32_t property, length;
    } rows[] = {{DNS_EPOCH5, 9}, {DNS_PLANS3, 3}};
    for (size_t i = 0; i < KNOWN_COUNT(rows); i++) {
        struct model *model = new_dns(20, 3, 0, 1U << rows[i].property);
        const struct novelty_config config = {.model = model, .properties = 1U << rows[i].property};
        const struct novelty_result result = search(&config, &trace);
        assert_int_equal(result.stop, NOVELTY_FOUND);
        assert_int_equal(result.length, rows[i].length);
        assert_replays(model, &trace, result.length);
        model_free(model);
    }
    trace_release(&trace);
}

static void search_of_guarded_model_exhausts_itself(void **unused)
{
    (void)unused;
    struct trace trace;
    trace_init(&trace);
    for (uint32_t guards = 1; guards < 4; guards++) {
        struct model *model = new_dns(30, 20, guards, ROOT | ROLLBACK);
        const struct novelty_config config = {.model = model, .properties = ROOT | ROLLBACK};
        const struct novelty_result result = search(&config, &trace);
        assert_int_equal(result.stop, NOVELTY_EXHAUSTED);
        assert_int_equal(result.hit, 0);
        assert_true(result.states > 100 && result.transitions > result.states);
        assert_int_equal(trace.step_count, 0);
        model_free(model);
    }
    trace_release(&trace);
}

static void search_with_limit_stops_there(void **unused)
{
    (void)unused;
    struct trace trace;
    trace_init(&trace);
    struct model *model = new_dns(30, 20, 0, ROOT);
    struct novelty_config config = {.model = model, .properties = ROOT, .transitions_max = 1000};
    struct novelty_result result = search(&config, &trace);
    assert_int_equal(result.stop, NOVELTY_TRANSITIONS);
    assert_in_range(result.transitions, 1000, 1000 + MOVES_MAX);

    /* The shortest outage has 45 transitions. */
    config = (struct novelty_config){.model = model, .properties = ROOT, .max_steps = 44};
    result = search(&config, &trace);
    assert_int_equal(result.stop, NOVELTY_EXHAUSTED);
    assert_int_equal(result.length, 44);
    config.max_steps = 45;
    assert_int_equal(search(&config, &trace).stop, NOVELTY_FOUND);

    const size_t table = novelty_table_bytes(model);
    config = (struct novelty_config){.model = model, .properties = ROOT, .memory_max = table + 100 * 12};
    result = search(&config, &trace);
    assert_int_equal(result.stop, NOVELTY_MEMORY);
    assert_int_equal(result.states, 100);
    struct error err = {{0}};
    config.memory_max = table;
    assert_int_equal(novelty_search(&config, &result, &trace, &err), ERR_MEMORY);
    assert_non_null(strstr(err.text, "bytes"));
    model_free(model);
    trace_release(&trace);
}

static void search_without_memory_fails(void **unused)
{
    (void)unused;
    struct model *model = new_dns(5, 3, 0, ROOT);
    const struct novelty_config config = {.model = model, .properties = ROOT};
    bool done = false;
    for (size_t nth = 1; !done; nth++) {
        struct trace trace;
        struct novelty_result result = {.states = 77};
        struct error err = {{0}};
        trace_init(&trace);
        mem_fail_from(nth);
        const enum status status = novelty_search(&config, &result, &trace, &err);
        mem_fail_from(0);
        done = status == OK;
        if (!done) {
            assert_int_equal(status, ERR_MEMORY);
            assert_int_equal(result.states, 77);
            assert_true(err.text[0] != '\0');
        }
        trace_release(&trace);
        assert_true(nth < 100);
    }
    model_free(model);
}

/* Where a class offers no atoms, the bytes of its states serve. */
static void search_without_atoms_uses_bytes(void **unused)
{
    (void)unused;
    struct trace trace;
    struct model_class class = *lease_class();
    class.speed.atoms = NULL;
    trace_init(&trace);
    for (size_t i = 0; i < class.preset_count; i++) {
        for (uint32_t property = 0; property < 3; property++) {
            struct model *model = test_model_of(&class, lease_class()->presets[i].instance, 1U << property);
            const struct novelty_config config = {.model = model, .properties = 1U << property};
            const struct novelty_result result = search(&config, &trace);
            assert_int_equal(result.stop, NOVELTY_FOUND);
            assert_replays(model, &trace, result.length);
            model_free(model);
        }
    }
    trace_release(&trace);
}

/* No model violates anything at its start; a class that says so stands in for one. */
static uint32_t hit_always(const struct model *model, const void *state)
{
    (void)state;
    return model->instance.properties;
}

static void property_of_initial_state_is_found_at_once(void **unused)
{
    (void)unused;
    struct trace trace;
    trace_init(&trace);
    struct model *model = new_dns(5, 3, 0, ROOT);
    struct model_class class = *model->class;
    class.properties_hit = hit_always;
    model->class = &class;
    const struct novelty_config config = {.model = model, .properties = ROOT};
    const struct novelty_result result = search(&config, &trace);
    assert_int_equal(result.stop, NOVELTY_FOUND);
    assert_int_equal(result.length, 0);
    assert_int_equal(trace.step_count, 0);
    assert_int_equal(trace.property, DNS_NO_INCONSISTENT_ROOT);
    model_free(model);
    trace_release(&trace);
}

static void atoms_of_states_are_in_order_and_bounded(void **unused)
{
    (void)unused;
    for (int deployers = 1; deployers <= DNS_DEPLOYERS_MAX; deployers += 7) {
        for (int plans = 1; plans <= DNS_PLANS_MAX; plans += 253) {
            struct model *model = test_model_of(&dns_balancer, known_instance(deployers, plans, 2, 3, 0),
                                                (1U << DNS_PROPERTY_COUNT) - 1);
            struct dns_state state;
            struct rng rng = rng_of_trace_seed(5);
            dns_init(model, &state);
            for (int step = 0; step < 3000; step++) {
                uint32_t atoms[ATOMS_MAX];
                const size_t count = dns_atoms(model, &state, atoms);
                for (size_t i = 0; i < count; i++) {
                    assert_true(atoms[i] < model->atom_count);
                    assert_true(i == 0 || atoms[i - 1] < atoms[i]);
                }
                struct enabled_move moves[MOVES_MAX];
                const size_t move_count = dns_enabled(model, &state, moves);
                dns_apply(model, &state, moves[rng_scaled(&rng, (uint32_t)move_count)].move);
            }
            model_free(model);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(search_finds_shortest_outage),
        cmocka_unit_test(search_again_gives_same_trace),
        cmocka_unit_test(search_for_examples_finds_them),
        cmocka_unit_test(search_of_guarded_model_exhausts_itself),
        cmocka_unit_test(search_with_limit_stops_there),
        cmocka_unit_test(search_without_memory_fails),
        cmocka_unit_test(search_without_atoms_uses_bytes),
        cmocka_unit_test(property_of_initial_state_is_found_at_once),
        cmocka_unit_test(atoms_of_states_are_in_order_and_bounded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
