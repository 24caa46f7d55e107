/* SPDX-License-Identifier: Apache-2.0 */
/* The control state of the DNS balancer against its literal state, and both against known counts. */
#include "tests/support/cmocka_all.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "model/dns/dns_literal.h"
#include "tests/support/effort.h"
#include "tests/support/known_dns.h"
#include "tests/support/test_model.h"

/* A uniform choice that has nothing to do with the model's own weights, so that rare moves come often. */
static uint32_t below(struct payload_rng *rng, uint32_t bound)
{
    return (uint32_t)payload_rng_below(rng, bound);
}

static struct step generate_step(const struct literal *literal, struct payload_rng *rng)
{
    const struct dns_model *m = literal->model;
    struct step step = {.move = move_make(DNS_GENERATE, 0), .choice_count = 2};
    bool used[DNS_PLANS_MAX] = {false};
    for (uint32_t i = 0; i < literal->update_count; i++)
        used[literal->updates[i].plan_id] = true;
    do {
        step.choices[0] = below(rng, m->plans);
    } while (used[step.choices[0]]);
    step.choices[1] = 1 + below(rng, (1U << m->ips) - 1);
    for (uint32_t i = 0; i < m->ips; i++) {
        if ((step.choices[1] >> i & 1) != 0)
            step.choices[step.choice_count++] = m->weight_low;
    }
    return step;
}

/* Every move that the control state does not list must be refused by the literal one, which must then be
 * unchanged. */
static void check_refusals(struct literal *literal, const struct enabled_move *moves, size_t count)
{
    bool listed[DNS_ACTION_COUNT][DNS_DEPLOYERS_MAX] = {{false}};
    for (size_t i = 0; i < count; i++)
        listed[move_action(moves[i].move)][move_argument(moves[i].move, 0)] = true;
    for (uint32_t action = DNS_QUERY; action < DNS_ACTION_COUNT; action++) {
        for (uint32_t d = 0; d < literal->model->deployers; d++) {
            if (listed[action][d])
                continue;
            struct error err = {{0}};
            const struct step step = {.move = move_make(action, d)};
            assert_int_equal(dns_literal_apply(literal, &step, &err), ERR_DATA);
            assert_true(err.text[0] != '\0');
        }
    }
    assert_int_equal(listed[DNS_GENERATE][0], literal->update_count < literal->model->plans);
}

static size_t walk_in_lockstep(const struct model *model, struct payload_rng *rng, size_t steps)
{
    struct literal *literal = dns_literal_new(model);
    assert_non_null(literal);
    struct dns_state state, seen, unpacked;
    dns_init(model, &state);
    size_t done = 0;
    for (;; done++) {
        dns_literal_control(literal, &seen);
        assert_memory_equal(&state, &seen, sizeof state);
        assert_int_equal(dns_properties_hit(model, &state), dns_literal_properties_hit(literal));
        uint64_t words[PACKED_WORDS_MAX];
        dns_pack(model, &state, words);
        dns_unpack(model, words, &unpacked);
        assert_memory_equal(&state, &unpacked, sizeof state);
        if (done == steps)
            break;
        struct enabled_move moves[MOVES_MAX];
        const size_t count = dns_enabled(model, &state, moves);
        check_refusals(literal, moves, count);
        const struct enabled_move *chosen = &moves[below(rng, (uint32_t)count)];
        if (chosen->idle && below(rng, 4) != 0)
            chosen = &moves[below(rng, (uint32_t)count)];
        const struct step step = move_action(chosen->move) == DNS_GENERATE
                                     ? generate_step(literal, rng)
                                     : (struct step){.move = chosen->move};
        struct error err = {{0}};
        if (dns_literal_apply(literal, &step, &err) != OK)
            fail_msg("%s", err.text);
        const struct dns_state before = state;
        dns_apply(model, &state, chosen->move);
        assert_int_equal(chosen->idle, memcmp(&before, &state, sizeof state) == 0);
        assert_true(dns_progress(model, &state) >= dns_progress(model, &before));
    }
    dns_literal_free(literal);
    return done;
}

static void control_in_lockstep_agrees_with_literal(void **unused)
{
    (void)unused;
    static const struct {
        int deployers, plans, ips, age;
    } shapes[] = {{3, 5, 3, 3},  {3, 20, 3, 3}, {3, 30, 3, 20}, {1, 3, 1, 0},    {2, 4, 2, 0},
                  {8, 12, 1, 1}, {5, 70, 2, 2}, {8, 200, 1, 4}, {3, 254, 1, 70}, {4, 64, 1, 1}};
    struct payload_rng rng = payload_rng_of_trace_seed(7);
    const size_t steps_each = test_is_long() ? 26000 : 2500;
    size_t steps = 0;
    for (size_t i = 0; i < KNOWN_COUNT(shapes); i++) {
        for (uint32_t guards = 0; guards < 4; guards++) {
            struct model *model = test_model(
                known_instance(shapes[i].deployers, shapes[i].plans, shapes[i].ips, shapes[i].age, guards));
            const size_t length = 25 * (size_t)shapes[i].plans;
            for (size_t walked = 0; walked < steps_each; walked += length)
                steps += walk_in_lockstep(model, &rng, length);
            model_free(model);
        }
    }
    assert_true(steps >= 40 * steps_each);
}

static void literal_after_refusal_is_unchanged(void **unused)
{
    (void)unused;
    struct model *model = test_model(known_instance(2, 2, 1, 1, 0));
    struct literal *literal = dns_literal_new(model);
    struct arena arena;
    arena_init(&arena, 1 << 20);
    struct value before, after;
    assert_int_equal(dns_literal_value(literal, &arena, &before), OK);
    static const struct step refused[] = {
        {.move = DNS_APPLY},
        {.move = DNS_GC},
        {.move = DNS_BACKOFF},
        {.move = DNS_ACTION_COUNT},
        {.move = DNS_QUERY | 2 << 8},
        {.move = DNS_GENERATE},
        {.move = DNS_GENERATE, .choice_count = 3, .choices = {2, 1, 100}},
        {.move = DNS_GENERATE, .choice_count = 2, .choices = {0, 0}},
        {.move = DNS_GENERATE, .choice_count = 3, .choices = {0, 2, 100}},
        {.move = DNS_GENERATE, .choice_count = 3, .choices = {0, 1, 99}},
        {.move = DNS_GENERATE, .choice_count = 2, .choices = {0, 1}},
    };
    for (size_t i = 0; i < KNOWN_COUNT(refused); i++) {
        struct error err = {{0}};
        assert_int_equal(dns_literal_apply(literal, &refused[i], &err), ERR_DATA);
        assert_int_equal(dns_literal_value(literal, &arena, &after), OK);
        assert_int_equal(value_compare(&before, &after), 0);
    }
    arena_release(&arena);
    dns_literal_free(literal);
    model_free(model);
}

/* --- the literal states by exhaustive enumeration --- */

/* A literal state is reached by its steps; known states are kept as printed values. */
struct known_state {
    char *text;
    struct step *steps;
    size_t step_count;
};

struct enumeration {
    struct known_state *states;
    size_t count, capacity;
    bool with_ghost;
};

static char *print_state(const struct literal *literal, bool with_ghost)
{
    struct arena arena;
    arena_init(&arena, 1 << 22);
    struct value record;
    assert_int_equal(dns_literal_value(literal, &arena, &record), OK);
    struct buffer text;
    buffer_init(&text);
    for (uint32_t i = 0; i < record.count; i++) {
        if (!with_ghost && value_is_string(&record.items[2 * i], "ghost_action"))
            continue;
        value_print(&text, &record.items[2 * i + 1], (size_t)1 << 20);
    }
    assert_int_equal(buffer_status(&text, NULL), OK);
    char *copy = mem_copy_string(text.text);
    buffer_release(&text);
    arena_release(&arena);
    return copy;
}

static int compare_texts(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static struct literal *literal_at(const struct model *model, const struct known_state *state)
{
    struct literal *literal = dns_literal_new(model);
    for (size_t i = 0; i < state->step_count; i++)
        assert_int_equal(dns_literal_apply(literal, &state->steps[i], NULL), OK);
    return literal;
}

static size_t list_steps(const struct literal *literal, struct step *steps)
{
    size_t n = 0;
    for (uint32_t p = 0; p < literal->model->plans; p++)
        steps[n++] = (struct step){.move = DNS_GENERATE, .choice_count = 3, .choices = {p, 1, 100}};
    for (uint32_t action = DNS_QUERY; action < DNS_ACTION_COUNT; action++) {
        for (uint32_t d = 0; d < literal->model->deployers; d++)
            steps[n++] = (struct step){.move = move_make(action, d)};
    }
    return n;
}

/* Open addressing by the text's hash over indices of states. */
static bool insert_text(struct enumeration *e, size_t *table, size_t table_size, char *text)
{
    uint64_t hash = 1469598103934665603U;
    for (const char *c = text; *c != '\0'; c++)
        hash = (hash ^ (unsigned char)*c) * 1099511628211U;
    size_t at = (size_t)hash % table_size;
    for (; table[at] != 0; at = (at + 1) % table_size) {
        if (strcmp(e->states[table[at] - 1].text, text) == 0)
            return false;
    }
    void *states = e->states;
    assert_int_equal(mem_reserve(&states, &e->capacity, e->count + 1, sizeof *e->states), OK);
    e->states = states;
    e->states[e->count++] = (struct known_state){.text = text};
    table[at] = e->count;
    return true;
}

static void extend(struct enumeration *e, size_t from, const struct step *step)
{
    struct known_state *child = &e->states[e->count - 1];
    const struct known_state *parent = &e->states[from];
    child->steps = mem_new(parent->step_count + 1, sizeof *child->steps);
    if (parent->step_count > 0)
        memcpy(child->steps, parent->steps, parent->step_count * sizeof *child->steps);
    child->steps[parent->step_count] = *step;
    child->step_count = parent->step_count + 1;
}

static size_t enumerate(const struct model *model, bool with_ghost)
{
    enum { TABLE_SIZE = 1 << 15 };
    size_t *table = mem_new(TABLE_SIZE, sizeof *table);
    struct enumeration e = {.with_ghost = with_ghost};
    struct literal *initial = dns_literal_new(model);
    assert_true(insert_text(&e, table, TABLE_SIZE, print_state(initial, with_ghost)));
    dns_literal_free(initial);
    for (size_t at = 0; at < e.count; at++) {
        struct literal *literal = literal_at(model, &e.states[at]);
        struct step steps[64];
        const size_t count = list_steps(literal, steps);
        for (size_t i = 0; i < count; i++) {
            if (dns_literal_apply(literal, &steps[i], NULL) != OK)
                continue;
            char *text = print_state(literal, with_ghost);
            if (insert_text(&e, table, TABLE_SIZE, text))
                extend(&e, at, &steps[i]);
            else
                mem_free(text);
            dns_literal_free(literal);
            literal = literal_at(model, &e.states[at]);
        }
        dns_literal_free(literal);
    }
    const size_t count = e.count;
    /* No state is counted twice. */
    char **texts = mem_new(count, sizeof *texts);
    for (size_t i = 0; i < count; i++)
        texts[i] = e.states[i].text;
    qsort(texts, count, sizeof *texts, compare_texts);
    for (size_t i = 1; i < count; i++)
        assert_true(strcmp(texts[i - 1], texts[i]) != 0);
    for (size_t i = 0; i < count; i++) {
        mem_free(e.states[i].text);
        mem_free(e.states[i].steps);
    }
    mem_free(texts);
    mem_free(e.states);
    mem_free(table);
    return count;
}

static void enumerate_literal_states_gives_known_counts(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < KNOWN_COUNT(known_literal_counts); i++) {
        const struct known_literal_count *known = &known_literal_counts[i];
        struct model *model =
            test_model(known_instance(known->deployers, known->plans, 1, known->max_plan_age, 0));
        assert_int_equal(enumerate(model, true), known->states);
        assert_int_equal(enumerate(model, false), known->states_without_ghost);
        model_free(model);
    }
}

static void canonical_of_permuted_deployers_is_one_state(void **unused)
{
    (void)unused;
    struct model *model = test_model(known_instance(4, 9, 1, 2, 0));
    struct payload_rng rng = payload_rng_of_trace_seed(99);
    struct dns_state state;
    dns_init(model, &state);
    for (size_t i = 0; i < 2000; i++) {
        struct enabled_move moves[MOVES_MAX];
        const size_t count = dns_enabled(model, &state, moves);
        dns_apply(model, &state, moves[below(&rng, (uint32_t)count)].move);
        struct dns_state a = state, b = state;
        /* Swap two deployers. */
        const uint32_t d = below(&rng, 4), f = below(&rng, 4);
        const uint64_t x = (uint64_t)(dns_next(&state, d) ^ dns_next(&state, f));
        if (d != f) {
            b.next ^= x << (8 * d) ^ x << (8 * f);
            const unsigned fresh = (b.fresh >> d ^ b.fresh >> f) & 1U,
                           view5 = (b.view5 >> d ^ b.view5 >> f) & 1U;
            b.fresh = (uint8_t)(b.fresh ^ (fresh << d | fresh << f));
            b.view5 = (uint8_t)(b.view5 ^ (view5 << d | view5 << f));
        }
        dns_canonical(model, &a);
        dns_canonical(model, &b);
        assert_memory_equal(&a, &b, sizeof a);
        if (i % 200 == 199)
            dns_init(model, &state);
    }
    model_free(model);
}

static void new_beyond_limits_names_the_limit(void **unused)
{
    (void)unused;
    static const struct {
        int deployers, plans, ips, age;
        const char *message;
    } bad[] = {
        {9, 5, 3, 3, "deployers 9 is not supported: the limits are 1 and 8"},
        {0, 5, 3, 3, "deployers 0 is not supported: the limits are 1 and 8"},
        {3, 255, 3, 3, "plans 255 is not supported: the limits are 1 and 254"},
        {3, 5, 17, 3, "ips 17 is not supported: the limits are 1 and 16"},
        {3, 5, 3, -1, "max-plan-age -1 is not supported: the limits are 0 and 1000000"},
    };
    for (size_t i = 0; i < KNOWN_COUNT(bad); i++) {
        const struct instance instance =
            known_instance(bad[i].deployers, bad[i].plans, bad[i].ips, bad[i].age, 0);
        struct model *model = NULL;
        struct error err = {{0}};
        assert_int_equal(model_new(&dns_balancer, &instance, &model, &err), ERR_USAGE);
        assert_string_equal(err.text, bad[i].message);
        assert_null(model);
    }
}

static void new_without_memory_fails_cleanly(void **unused)
{
    (void)unused;
    const struct instance instance = known_instance(3, 5, 3, 3, 0);
    for (size_t nth = 1;; nth++) {
        struct model *model = NULL;
        struct error err = {{0}};
        mem_fail_from(nth);
        const enum status status = model_new(&dns_balancer, &instance, &model, &err);
        mem_fail_from(0);
        if (status == OK) {
            assert_true(nth > 2);
            model_free(model);
            return;
        }
        assert_int_equal(status, ERR_MEMORY);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(control_in_lockstep_agrees_with_literal),
        cmocka_unit_test(literal_after_refusal_is_unchanged),
        cmocka_unit_test(enumerate_literal_states_gives_known_counts),
        cmocka_unit_test(canonical_of_permuted_deployers_is_one_state),
        cmocka_unit_test(new_beyond_limits_names_the_limit),
        cmocka_unit_test(new_without_memory_fails_cleanly),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
