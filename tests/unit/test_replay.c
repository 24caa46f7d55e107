/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "mbt/replay.h"
#include "model/dns/dns_balancer.h"
#include "tests/support/cmocka_all.h"
#include "tests/support/edit.h"
#include "tests/support/golden.h"

/* What the last replay said. */
static struct replay_report report;
static struct trace steps;

static int setup(void **state)
{
    (void)state;
    trace_init(&steps);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    trace_release(&steps);
    return 0;
}

static void replay(const struct model *model, const struct itf_trace *trace)
{
    struct error err = {{0}};
    if (replay_itf(model, trace, &steps, &report, &err) != OK)
        fail_msg("%s", err.text);
}

/* --- traces as they are --- */

static size_t agreed_transitions;

static void check_agrees(const struct model *model, struct itf_trace *trace)
{
    replay(model, trace);
    if (report.outcome != REPLAY_AGREES)
        fail_msg("%s[%zu]: %s", trace->file, trace->index, report.message);
    assert_int_equal(report.agreed, trace->state_count);
    assert_int_equal(report.state_count, trace->state_count);
    assert_int_equal(steps.step_count, trace->state_count - 1);
    assert_string_equal(report.message, "");
    if (trace->head.property != PROPERTY_NONE)
        assert_int_equal(report.first_hit[trace->head.property], trace->head.property_state);
    agreed_transitions += steps.step_count;

    struct error err = {{0}};
    struct replay_report again;
    assert_int_equal(replay_trace(model, &steps, &again, &err), OK);
    assert_memory_equal(&again, &report, offsetof(struct replay_report, message));
    assert_int_equal(replay_written(model, &steps, &again, &err), OK);
    if (again.outcome != REPLAY_AGREES)
        fail_msg("%s[%zu]: %s", trace->file, trace->index, again.message);
    assert_memory_equal(&again, &report, offsetof(struct replay_report, message));
}

static void replay_of_golden_traces_agrees(void **state)
{
    (void)state;
    agreed_transitions = 0;
    golden_each(check_agrees);
    assert_int_equal(agreed_transitions, 651);
}

/* --- traces that were changed --- */

static const char *tag_at(const struct itf_trace *trace, size_t state)
{
    return value_field(value_field(&trace->states[state], "ghost_action"), "tag")->text;
}

static bool is_tag(const struct itf_trace *trace, size_t state, const char *tag)
{
    return strcmp(tag_at(trace, state), tag) == 0;
}

/* The first state from state on that was made by an action of that tag, or by one that changes more than the
 * ghost; 0 when there is none. */
static size_t find_tag(const struct itf_trace *trace, size_t state, const char *tag)
{
    for (; state < trace->state_count; state++) {
        if (is_tag(trace, state, tag))
            return state;
    }
    return 0;
}

static struct value number(int64_t n)
{
    return value_int(n);
}

/* Replaces one variable of one state. */
static void put(struct itf_trace *trace, size_t state, const char *variable, struct value value)
{
    trace->states[state] = edit_field(&trace->arena, &trace->states[state], variable, value);
}

static const struct value *variable_of(const struct itf_trace *trace, size_t state, const char *variable)
{
    return value_field(&trace->states[state], variable);
}

/* Index of a record of the kind in the zone. */
static size_t zone_index(const struct itf_trace *trace, size_t state, const char *kind)
{
    const struct value *zone = variable_of(trace, state, "zone_records");
    size_t i = 0;
    while (i < zone->count && !value_is_string(value_field(&zone->items[i], "kind"), kind))
        i++;
    assert_true(i < zone->count);
    return i;
}

/* Replaces element of the value tuple of one record in the zone. */
static void change_record(struct itf_trace *trace, size_t state, const char *kind, size_t element,
                          struct value value)
{
    struct arena *arena = &trace->arena;
    const struct value *zone = variable_of(trace, state, "zone_records");
    const size_t index = zone_index(trace, state, kind);
    const struct value *record = &zone->items[index];
    const struct value tuple = edit_element(arena, value_field(record, "value"), element, value);
    put(trace, state, "zone_records",
        edit_element(arena, zone, index, edit_field(arena, record, "value", tuple)));
}

static void change_weight(struct itf_trace *trace, size_t state)
{
    change_record(trace, state, "CNAME", 1, number(99));
}

static void change_lock_owner(struct itf_trace *trace, size_t state)
{
    change_record(trace, state, "TXT", 0, value_string("nobody"));
}

static void change_epoch(struct itf_trace *trace, size_t state)
{
    change_record(trace, state, "TXT", 1, number(77));
}

static void drop_record(struct itf_trace *trace, size_t state)
{
    const struct value *zone = variable_of(trace, state, "zone_records");
    put(trace, state, "zone_records", edit_without_element(&trace->arena, zone, state % zone->count));
}

static void add_record(struct itf_trace *trace, size_t state)
{
    const struct value *zone = variable_of(trace, state, "zone_records");
    const struct value record =
        edit_field(&trace->arena, &zone->items[0], "name", value_string("extra.example.com"));
    put(trace, state, "zone_records", edit_with_element(&trace->arena, zone, record));
}

static void rename_record(struct itf_trace *trace, size_t state)
{
    const struct value *zone = variable_of(trace, state, "zone_records");
    const size_t index = state % zone->count;
    const struct value record =
        edit_field(&trace->arena, &zone->items[index], "name", value_string("other.example.com"));
    put(trace, state, "zone_records", edit_element(&trace->arena, zone, index, record));
}

static void change_next_plan(struct itf_trace *trace, size_t state)
{
    const struct value *next = variable_of(trace, state, "deployer_next_plan");
    const size_t index = state % next->count;
    put(trace, state, "deployer_next_plan",
        edit_pair(&trace->arena, next, index, number(next->items[2 * index + 1].number + 1)));
}

static void change_view(struct itf_trace *trace, size_t state)
{
    const struct value *views = variable_of(trace, state, "deployer_view");
    const size_t index = state % views->count;
    const struct value view =
        edit_field(&trace->arena, &views->items[2 * index + 1], "rollback", value_string("nowhere"));
    put(trace, state, "deployer_view", edit_pair(&trace->arena, views, index, view));
}

/* A list where a set belongs, with the same elements. */
static void change_kind(struct itf_trace *trace, size_t state)
{
    const struct value *zone = variable_of(trace, state, "zone_records");
    put(trace, state, "zone_records", value_list(zone->items, zone->count));
}

static void drop_field(struct itf_trace *trace, size_t state)
{
    const struct value *ghost = variable_of(trace, state, "ghost_action");
    put(trace, state, "ghost_action", edit_without_field(&trace->arena, ghost, "value"));
}

struct change {
    const char *name;
    void (*make)(struct itf_trace *trace, size_t state);
    const char *variable; /* that the message must name */
};

static const struct change changes[] = {
    {"a weight", change_weight, "zone_records: "},
    {"a lock's owner", change_lock_owner, "zone_records: "},
    {"an epoch", change_epoch, "zone_records: "},
    {"a record less", drop_record, "zone_records: missing {kind: "},
    {"a record more", add_record, "zone_records: extra {kind: "},
    {"a record's name", rename_record, "zone_records: missing {kind: "},
    {"a next plan", change_next_plan, "deployer_next_plan[\"deployer-"},
    {"a view", change_view, ".rollback: "},
    {"a kind of value", change_kind, "zone_records: a set expected, found a list ["},
    {"a field less", drop_field, "ghost_action"},
};

/* The replay must stop at the state, with a message that names it and the variable. */
static void assert_stops_at(const struct itf_trace *trace, size_t state, const char *change, const char *text)
{
    char lead[64];
    (void)snprintf(lead, sizeof lead, "state %zu: ", state);
    if (report.outcome == REPLAY_AGREES || report.outcome == REPLAY_CLAIM || report.agreed != state ||
        strncmp(report.message, lead, strlen(lead)) != 0 || strstr(report.message, text) == NULL)
        fail_msg("%s[%zu], %s in state %zu: '%s' expected, found %zu states and '%s'", trace->file,
                 trace->index, change, state, text, report.agreed, report.message);
    assert_int_equal(steps.step_count, state == 0 ? 0 : state - 1);
    assert_int_equal(steps.property, PROPERTY_NONE);
}

static void check_changes(const struct model *model, struct itf_trace *trace)
{
    const size_t places[] = {0, 1, trace->state_count / 2, trace->state_count - 1};
    for (size_t c = 0; c < sizeof changes / sizeof *changes; c++) {
        for (size_t p = 0; p < sizeof places / sizeof *places; p++) {
            const size_t state = places[p];
            const struct value before = trace->states[state];
            changes[c].make(trace, state);
            replay(model, trace);
            assert_stops_at(trace, state, changes[c].name, changes[c].variable);
            trace->states[state] = before;
        }
    }
    replay(model, trace);
    assert_int_equal(report.outcome, REPLAY_AGREES);
}

static void replay_of_a_changed_state_names_it(void **state)
{
    (void)state;
    golden_each(check_changes);
}

/* Whether it shows who took the step into the state: two deployers who see the same, or are as far, may be
 * mistaken for each other, and then the changed trace is a good one. */
static bool tells_apart(const struct itf_trace *trace, size_t state, const struct value *a,
                        const struct value *b)
{
    const struct value *views = variable_of(trace, state - 1, "deployer_view");
    const struct value *views_after = variable_of(trace, state, "deployer_view");
    const struct value *next = variable_of(trace, state - 1, "deployer_next_plan");
    if (is_tag(trace, state, "Cleanup"))
        return value_compare(value_lookup(next, a), value_lookup(next, b)) != 0;
    if (is_tag(trace, state, "Backoff"))
        return value_compare(value_field(value_lookup(views, a), "lock"),
                             value_field(value_lookup(views, b), "lock")) != 0;
    return value_compare(views, views_after) != 0;
}

static size_t other_deployers;

/* Another deployer says that it took the step. */
static void check_other_deployer(const struct model *model, struct itf_trace *trace)
{
    for (size_t state = 1; state < trace->state_count; state++) {
        const struct value before = trace->states[state];
        const struct value *ghost = variable_of(trace, state, "ghost_action");
        const struct value *fields = value_field(ghost, "value");
        if (is_tag(trace, state, "GeneratePlan"))
            continue;
        const struct value *deployer = value_field(fields, "deployer");
        const struct value other =
            value_string(value_is_string(deployer, "deployer-a") ? "deployer-b" : "deployer-a");
        if (!tells_apart(trace, state, deployer, &other))
            continue;
        put(trace, state, "ghost_action",
            edit_field(&trace->arena, ghost, "value", edit_field(&trace->arena, fields, "deployer", other)));
        replay(model, trace);
        assert_stops_at(trace, state, "another deployer", "");
        trace->states[state] = before;
        other_deployers++;
    }
}

static void replay_of_another_deployer_stops_there(void **state)
{
    (void)state;
    other_deployers = 0;
    golden_each(check_other_deployer);
    assert_true(other_deployers > 200);
}

static void check_other_plan(const struct model *model, struct itf_trace *trace)
{
    const size_t state = find_tag(trace, 1, "GeneratePlan");
    assert_true(state > 0);
    const struct value before = trace->states[state];
    const struct value *ghost = variable_of(trace, state, "ghost_action");
    const struct value *fields = value_field(ghost, "value");
    const struct value *weights = value_field(fields, "weights");
    const int64_t other = weights->items[1].number == 110 ? 111 : 110;
    struct value changed =
        edit_field(&trace->arena, fields, "weights", edit_pair(&trace->arena, weights, 0, number(other)));
    put(trace, state, "ghost_action", edit_field(&trace->arena, ghost, "value", changed));
    replay(model, trace);
    assert_stops_at(trace, state, "another weight", "planner_updates[0].creates: missing {kind: \"CNAME\"");
    assert_int_equal(report.outcome, REPLAY_DIFFERS);
    /* One that the instance does not have. */
    changed = edit_field(&trace->arena, fields, "weights", edit_pair(&trace->arena, weights, 0, number(999)));
    put(trace, state, "ghost_action", edit_field(&trace->arena, ghost, "value", changed));
    replay(model, trace);
    assert_stops_at(trace, state, "a weight beyond", "the model does not allow the step: ");
    assert_int_equal(report.outcome, REPLAY_DISABLED);
    /* A plan that is none. */
    changed = edit_field(&trace->arena, fields, "plan_id", value_string("plan999"));
    put(trace, state, "ghost_action", edit_field(&trace->arena, ghost, "value", changed));
    replay(model, trace);
    assert_stops_at(trace, state, "another plan", "plan_id");
    assert_int_equal(report.outcome, REPLAY_NO_STEP);
    trace->states[state] = before;
}

static void replay_of_another_plan_stops_there(void **state)
{
    (void)state;
    golden_each(check_other_plan);
}

/* Steps of these tags leave traces for good, so that what follows shows when they are left out. (A clean-up
 * may be done again by the next deployer, with the same outcome.) */
static bool changes_state(const struct itf_trace *trace, size_t state)
{
    return is_tag(trace, state, "GeneratePlan") || is_tag(trace, state, "Deploy");
}

static void check_order(const struct model *model, struct itf_trace *trace)
{
    for (size_t i = 1; i + 1 < trace->state_count; i++) {
        if (!changes_state(trace, i))
            continue;
        /* Without state i. */
        const struct value dropped = trace->states[i];
        const size_t behind = trace->state_count - i - 1;
        memmove(&trace->states[i], &trace->states[i + 1], behind * sizeof dropped);
        trace->state_count--;
        replay(model, trace);
        assert_stops_at(trace, i, "dropped", "");
        memmove(&trace->states[i + 1], &trace->states[i], behind * sizeof dropped);
        trace->state_count++;
        trace->states[i] = dropped;
        /* State i after state i + 1. */
        trace->states[i] = trace->states[i + 1];
        trace->states[i + 1] = dropped;
        replay(model, trace);
        assert_stops_at(trace, i, "swapped", "");
        trace->states[i + 1] = trace->states[i];
        trace->states[i] = dropped;
    }
    /* State 0 is the initial one and no other. */
    const struct value first = trace->states[0];
    trace->states[0] = trace->states[1];
    replay(model, trace);
    assert_stops_at(trace, 0, "another first state", "ghost_action");
    trace->states[0] = first;
    replay(model, trace);
    assert_int_equal(report.outcome, REPLAY_AGREES);
}

static void replay_of_dropped_and_swapped_states_stops_there(void **state)
{
    (void)state;
    golden_each(check_order);
}

/* --- exact messages, on one trace --- */

static struct itf_trace shortest;
static struct model *shortest_model;

static int read_shortest(void **state)
{
    (void)state;
    struct itf_reader *reader = NULL;
    struct error err = {{0}};
    bool found = false;
    trace_init(&steps);
    itf_trace_init(&shortest);
    assert_int_equal(
        itf_reader_open(golden_path("itf/root_n3_5_3_shortest.itf.json"), &dns_balancer, &reader, &err), OK);
    assert_int_equal(itf_reader_next(reader, &shortest, &found, &err), OK);
    assert_true(found);
    itf_reader_close(reader);
    assert_int_equal(model_new(&dns_balancer, &shortest.instance, &shortest_model, &err), OK);
    return 0;
}

static int drop_shortest(void **state)
{
    (void)state;
    model_free(shortest_model);
    itf_trace_release(&shortest);
    trace_release(&steps);
    return 0;
}

static void assert_report(enum replay_outcome outcome, size_t agreed, const char *message)
{
    replay(shortest_model, &shortest);
    assert_string_equal(report.message, message);
    assert_int_equal(report.outcome, outcome);
    assert_int_equal(report.agreed, agreed);
}

static void replay_of_a_changed_epoch_says_so(void **state)
{
    (void)state;
    change_epoch(&shortest, 5);
    assert_report(
        REPLAY_DIFFERS, 5,
        "state 5: zone_records: missing {kind: \"TXT\", name: \"lock.example.com\", value: "
        "(\"deployer-a\", 1)}; zone_records: extra {kind: \"TXT\", name: \"lock.example.com\", value: "
        "(\"deployer-a\", 77)}");
}

static void replay_of_a_changed_counter_says_so(void **state)
{
    (void)state;
    const struct value *next = variable_of(&shortest, 7, "deployer_next_plan");
    put(&shortest, 7, "deployer_next_plan", edit_pair(&shortest.arena, next, 1, number(2)));
    assert_report(REPLAY_DIFFERS, 7, "state 7: deployer_next_plan[\"deployer-b\"]: 0 expected, found 2");
}

static void replay_of_an_unknown_action_says_so(void **state)
{
    (void)state;
    const struct value *ghost = variable_of(&shortest, 9, "ghost_action");
    put(&shortest, 9, "ghost_action", edit_field(&shortest.arena, ghost, "tag", value_string("Explode")));
    assert_report(REPLAY_NO_STEP, 9,
                  "state 9: ghost_action: \"Explode\" is not an action that makes a state");
}

static void replay_of_another_instance_says_so(void **state)
{
    (void)state;
    struct error err = {{0}};
    struct instance other = shortest.instance;
    other.values[4] = (struct parameter_value){2, 2};
    model_free(shortest_model);
    assert_int_equal(model_new(&dns_balancer, &other, &shortest_model, &err), OK);
    assert_report(REPLAY_PARAMETERS, 0, "parameters of state 0: MAX_PLAN_AGE: 2 expected, found 3");
}

/* With the guard on, the deployer that is late changes nothing in the zone. */
static void replay_under_a_guard_stops_at_the_late_deployer(void **state)
{
    (void)state;
    struct error err = {{0}};
    struct instance guarded = shortest.instance;
    guarded.guards = 1;
    model_free(shortest_model);
    assert_int_equal(model_new(&dns_balancer, &guarded, &shortest_model, &err), OK);
    replay(shortest_model, &shortest);
    assert_int_equal(report.outcome, REPLAY_DIFFERS);
    assert_int_equal(report.agreed, 10);
}

static void replay_of_a_claim_that_fails_says_so(void **state)
{
    (void)state;
    shortest.head.property_state = 10;
    assert_report(REPLAY_CLAIM, 12,
                  "state 10 is said to be the first that violates no_inconsistent_root, but state 11 is");
    shortest.head.property = model_find_property(&dns_balancer, "no_inconsistent_rollback");
    assert_report(
        REPLAY_CLAIM, 12,
        "state 10 is said to be the first that violates no_inconsistent_rollback, but no state does");
    shortest.head.property = model_find_property(&dns_balancer, "epoch5");
    shortest.head.property_state = 11;
    assert_report(REPLAY_CLAIM, 12,
                  "state 11 is said to be the first that witnesses epoch5, but state 10 is");
    assert_int_equal(steps.property, PROPERTY_NONE);
}

/* The last state is cut off: what remains is a run, but shows nothing. */
static void replay_of_a_trace_without_its_end_fails_the_claim(void **state)
{
    (void)state;
    shortest.state_count--;
    assert_report(REPLAY_CLAIM, 11,
                  "state 11 is said to be the first that violates no_inconsistent_root, but no state does");
}

static void replay_of_steps_in_memory_checks_each(void **state)
{
    (void)state;
    struct error err = {{0}};
    struct trace changed;
    trace_init(&changed);
    replay(shortest_model, &shortest);
    assert_int_equal(report.outcome, REPLAY_AGREES);
    assert_int_equal(trace_copy(&steps, &changed), OK);

    changed.property_state = 10;
    assert_int_equal(replay_trace(shortest_model, &changed, &report, &err), OK);
    assert_int_equal(report.outcome, REPLAY_CLAIM);
    assert_int_equal(replay_written(shortest_model, &changed, &report, &err), OK);
    assert_int_equal(report.outcome, REPLAY_CLAIM);
    changed.property_state = 11;

    /* The clean-up first: there is nothing to clean up. */
    changed.steps[0] = changed.steps[10];
    assert_int_equal(replay_trace(shortest_model, &changed, &report, &err), OK);
    assert_int_equal(report.outcome, REPLAY_DISABLED);
    assert_int_equal(report.agreed, 1);
    assert_int_equal(strncmp(report.message, "state 1: the model does not allow the step: deployer_gc", 55),
                     0);
    assert_int_equal(replay_written(shortest_model, &changed, &report, &err), OK);
    assert_int_equal(report.outcome, REPLAY_DISABLED);

    /* A move and choices that do not exist. */
    assert_int_equal(trace_copy(&steps, &changed), OK);
    changed.steps[3].move = move_make(200, 0);
    assert_int_equal(replay_trace(shortest_model, &changed, &report, &err), OK);
    assert_int_equal(report.outcome, REPLAY_DISABLED);
    assert_int_equal(report.agreed, 4);
    assert_int_equal(trace_copy(&steps, &changed), OK);
    changed.steps[3].choice_count = 0;
    assert_int_equal(replay_written(shortest_model, &changed, &report, &err), OK);
    assert_int_equal(report.outcome, REPLAY_DISABLED);
    trace_release(&changed);
}

static void print_summary_of_a_violation_reads_well(void **state)
{
    (void)state;
    struct buffer out;
    buffer_init(&out);
    replay(shortest_model, &shortest);
    replay_print_summary(shortest_model, &steps, &report, &out);
    assert_string_equal(out.text,
                        "11 transitions, violates no_inconsistent_root at state 11: every state agrees");
    buffer_clear(&out);
    shortest.state_count = 2;
    shortest.head.property = PROPERTY_NONE;
    replay(shortest_model, &shortest);
    replay_print_summary(shortest_model, &steps, &report, &out);
    assert_string_equal(out.text, "1 transition, no violation: every state agrees");
    buffer_clear(&out);
    change_kind(&shortest, 1);
    replay(shortest_model, &shortest);
    replay_print_summary(shortest_model, &steps, &report, &out);
    assert_string_equal(out.text, report.message);
    buffer_release(&out);
}

static void replay_without_memory_fails_cleanly(void **state)
{
    (void)state;
    for (size_t nth = 1;; nth++) {
        struct error err = {{0}};
        struct trace fresh;
        trace_init(&fresh);
        mem_fail_from(nth);
        const enum status status = replay_itf(shortest_model, &shortest, &fresh, &report, &err);
        const bool failed = mem_allocations() >= nth;
        mem_fail_from(0);
        trace_release(&fresh);
        if (!failed) {
            assert_int_equal(status, OK);
            assert_int_equal(report.outcome, REPLAY_AGREES);
            assert_true(nth > 5);
            return;
        }
        if (status != ERR_MEMORY || err.text[0] == '\0')
            fail_msg("allocation %zu: status %d: %s", nth, (int)status, err.text);
    }
}

#define ON_SHORTEST(test) cmocka_unit_test_setup_teardown(test, read_shortest, drop_shortest)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(replay_of_golden_traces_agrees, setup, teardown),
        cmocka_unit_test_setup_teardown(replay_of_a_changed_state_names_it, setup, teardown),
        cmocka_unit_test_setup_teardown(replay_of_another_deployer_stops_there, setup, teardown),
        cmocka_unit_test_setup_teardown(replay_of_another_plan_stops_there, setup, teardown),
        cmocka_unit_test_setup_teardown(replay_of_dropped_and_swapped_states_stops_there, setup, teardown),
        ON_SHORTEST(replay_of_a_changed_epoch_says_so),
        ON_SHORTEST(replay_of_a_changed_counter_says_so),
        ON_SHORTEST(replay_of_an_unknown_action_says_so),
        ON_SHORTEST(replay_of_another_instance_says_so),
        ON_SHORTEST(replay_under_a_guard_stops_at_the_late_deployer),
        ON_SHORTEST(replay_of_a_claim_that_fails_says_so),
        ON_SHORTEST(replay_of_a_trace_without_its_end_fails_the_claim),
        ON_SHORTEST(replay_of_steps_in_memory_checks_each),
        ON_SHORTEST(print_summary_of_a_violation_reads_well),
        ON_SHORTEST(replay_without_memory_fails_cleanly),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
