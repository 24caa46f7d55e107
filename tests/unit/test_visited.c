/* SPDX-License-Identifier: Apache-2.0 */
/* The visited set against a plain list, and at its limits. */
#include "tests/support/cmocka_all.h"

#include <stdbool.h>
#include <string.h>

#include "base/memory.h"
#include "search/visited.h"

#define LIST_MAX 3000

/* What the set should hold: looked through from the beginning each time. */
struct list {
    uint64_t states[LIST_MAX][4];
    uint32_t distances[LIST_MAX];
    size_t count;
};

static enum visited_outcome list_insert(struct list *list, const uint64_t *state, size_t words,
                                        uint32_t distance, uint32_t *ret_index)
{
    for (size_t i = 0; i < list->count; i++) {
        if (memcmp(list->states[i], state, words * sizeof *state) != 0)
            continue;
        *ret_index = (uint32_t)i;
        if ((list->distances[i] & DISTANCE_DONE) != 0 || list->distances[i] <= distance)
            return VISITED_KNOWN;
        list->distances[i] = distance;
        return VISITED_LOWERED;
    }
    memcpy(list->states[list->count], state, words * sizeof *state);
    list->distances[list->count] = distance;
    *ret_index = (uint32_t)list->count++;
    return VISITED_NEW;
}

static void insert_of_random_states_agrees_with_plain_list(void **unused)
{
    (void)unused;
    static struct list list;
    for (size_t words = 1; words <= 4; words++) {
        struct budget budget;
        struct visited set;
        struct rng rng = rng_of_trace_seed(words);
        size_t outcomes[4] = {0};
        budget_init(&budget, (size_t)1 << 24);
        visited_init(&set, VISITED_LABELLED, words, &budget);
        list.count = 0;
        for (int i = 0; i < 20000 && list.count < LIST_MAX; i++) {
            uint64_t state[4] = {0};
            for (size_t w = 0; w < words; w++)
                state[w] = (uint64_t)rng_scaled(&rng, words == 1 ? 2000 : 12)
                           << (20 * (w % 3)); /* low bits are alike */
            const uint32_t distance = rng_scaled(&rng, 50);
            const uint64_t hash = visited_hash(state, words);
            uint32_t index = 0, expected_index = 0;
            const enum visited_outcome expected = list_insert(&list, state, words, distance, &expected_index);
            const enum visited_outcome outcome = visited_insert(&set, state, hash, distance, &index);
            outcomes[outcome]++;
            assert_int_equal(outcome, expected);
            assert_int_equal(index, expected_index);
            assert_int_equal(set.distances[index], list.distances[index]);
            assert_memory_equal(visited_state(&set, index), state, words * sizeof *state);
            assert_int_equal(visited_find(&set, state, hash), index);
            if (rng_scaled(&rng, 10) == 0)
                set.distances[index] = list.distances[index] |= DISTANCE_DONE;
        }
        assert_int_equal(set.count, list.count);
        assert_true(outcomes[VISITED_NEW] > 100 && outcomes[VISITED_KNOWN] > 100 &&
                    outcomes[VISITED_LOWERED] > 10);
        visited_release(&set);
        assert_int_equal(budget_used(&budget), 0);
    }
}

/* States that come in the order of their distance, one by one and many at once: exact, and by fingerprints. */
static void ordered_sets_agree_with_plain_list(void **unused)
{
    (void)unused;
    static struct list list;
    static uint64_t states[300 * 4];
    for (size_t round = 0; round < 16; round++) {
        const size_t words = 1 + round % 4;
        const enum visited_kind kind = round < 8 ? VISITED_ORDERED : VISITED_FINGERPRINTS;
        struct budget budget;
        struct visited set;
        struct rng rng = rng_of_trace_seed(round);
        budget_init(&budget, (size_t)1 << 24);
        visited_init(&set, kind, words, &budget);
        list.count = 0;
        for (uint32_t distance = 3; list.count + 300 < LIST_MAX; distance += 1 + rng_scaled(&rng, 2)) {
            const size_t count = rng_scaled(&rng, 300);
            for (size_t i = 0; i < count; i++) {
                uint32_t index;
                for (size_t w = 0; w < words; w++)
                    states[i * words + w] = (uint64_t)rng_scaled(&rng, words == 1 ? 4000 : 64)
                                            << (20 * (w % 3));
                (void)list_insert(&list, states + i * words, words, distance, &index);
            }
            if (rng_scaled(&rng, 3) == 0) {
                uint32_t index;
                for (size_t i = 0; i < count; i++)
                    assert_int_not_equal(visited_insert(&set, states + i * words,
                                                        visited_hash(states + i * words, words), distance,
                                                        &index),
                                         VISITED_FULL);
            } else {
                assert_true(visited_insert_all(&set, states, count, distance));
            }
            assert_int_equal(set.count, list.count);
            /* What is not needed any more may go. */
            if (kind == VISITED_FINGERPRINTS && rng_scaled(&rng, 4) == 0)
                visited_drop(&set, set.dropped + rng_scaled(&rng, (uint32_t)(set.count - set.dropped + 1)),
                             rng_scaled(&rng, 2) == 0);
        }
        for (uint32_t i = 0; i < list.count; i++) {
            const uint64_t *state = list.states[i];
            if (kind == VISITED_ORDERED)
                assert_int_equal(visited_find(&set, state, visited_hash(state, words)), i);
            if (i < set.dropped)
                continue;
            assert_memory_equal(visited_state(&set, i), state, words * sizeof *state);
            assert_int_equal(visited_distance(&set, i), list.distances[i]);
            uint32_t at = i;
            assert_true(visited_seek(&set, list.distances[i], &at));
            assert_int_equal(at, i);
            const uint32_t begin = visited_run_begin(&set, list.distances[i]);
            assert_true(begin <= i &&
                        (begin == set.dropped || list.distances[begin - 1] < list.distances[i]));
        }
        if (kind == VISITED_FINGERPRINTS)
            assert_int_equal(set.prints->count, list.count);
        visited_release(&set);
        assert_int_equal(budget_used(&budget), 0);
    }
}

static void fingerprints_of_all_places_are_kept(void **unused)
{
    (void)unused;
    struct budget budget;
    struct fingerprints set;
    struct rng rng = rng_of_trace_seed(3);
    budget_init(&budget, (size_t)1 << 24);
    fingerprints_init(&set, &budget);
    /* The least and the largest, which wrap around the table's end. */
    const uint64_t edges[] = {0, 1, 2, UINT64_MAX >> 6, (UINT64_MAX >> 6) - 1, (UINT64_MAX >> 6) - 2, 0};
    for (size_t i = 0; i < 7; i++) {
        assert_true(fingerprints_reserve(&set, 1));
        assert_int_equal(fingerprints_insert(&set, edges[i]), i < 6);
    }
    for (size_t i = 0; i < 20000; i++) {
        assert_true(fingerprints_reserve(&set, 1));
        (void)fingerprints_insert(&set, (uint64_t)rng_scaled(&rng, 100000) << 40);
    }
    for (size_t i = 0; i < 6; i++)
        assert_false(fingerprints_insert(&set, edges[i]));
    const size_t count = set.count;
    assert_true(count > 15000 && 4 * set.slot_count >= 5 * count && set.slot_count * 10 < count * 17);
    fingerprints_release(&set);
    assert_int_equal(budget_used(&budget), 0);
}

static void missed_chance_is_that_of_equal_fingerprints(void **unused)
{
    (void)unused;
    assert_true(fingerprints_missed_chance(1000000, 1) == 0);
    const double chance = fingerprints_missed_chance(142471098, 2);
    assert_true(chance > 5.501e-4 && chance < 5.503e-4);
    assert_true(fingerprints_missed_chance(UINT64_MAX, 2) == 1);
}

static void find_in_empty_set_finds_nothing(void **unused)
{
    (void)unused;
    struct budget budget;
    struct visited set;
    const uint64_t state = 0;
    budget_init(&budget, 1 << 20);
    visited_init(&set, VISITED_LABELLED, 1, &budget);
    assert_int_equal(visited_find(&set, &state, visited_hash(&state, 1)), VISITED_MAX);
    assert_int_equal(budget_used(&budget), 0);
    visited_release(&set);
}

/* The set says that it is full, stays as it was, and never counts more than its budget. */
static void insert_past_the_budget_leaves_the_set_whole(void **unused)
{
    (void)unused;
    for (size_t limit = 0; limit < 6000; limit += 89) {
        for (enum visited_kind kind = VISITED_ORDERED; kind <= VISITED_FINGERPRINTS; kind++) {
            struct budget budget;
            struct visited set;
            uint64_t state = 0;
            budget_init(&budget, limit);
            visited_init(&set, kind, 1, &budget);
            while (visited_insert_all(&set, &state, 1, (uint32_t)state / 7))
                state++;
            assert_true(budget_peak(&budget) <= limit);
            for (uint32_t i = 0; i < set.count; i++)
                assert_int_equal(*visited_state(&set, i), i);
            /* What was dropped makes room. */
            if (kind == VISITED_FINGERPRINTS && state > 150) {
                visited_drop(&set, (uint32_t)state - 10, true);
                assert_true(budget_used(&budget) + 800 < limit);
            }
            visited_release(&set);
            assert_int_equal(budget_used(&budget), 0);
        }
    }
    for (size_t limit = 0; limit < 6000; limit += 97) {
        struct budget budget;
        struct visited set;
        uint32_t index = 0;
        uint64_t state = 0;
        budget_init(&budget, limit);
        visited_init(&set, VISITED_LABELLED, 1, &budget);
        while (visited_insert(&set, &state, visited_hash(&state, 1), 1, &index) == VISITED_NEW)
            state++;
        assert_true(budget_peak(&budget) <= limit);
        assert_int_equal(set.count, state);
        assert_int_equal(visited_insert(&set, &state, visited_hash(&state, 1), 1, &index), VISITED_FULL);
        for (uint64_t known = 0; known < state; known++)
            assert_int_equal(visited_find(&set, &known, visited_hash(&known, 1)), known);
        assert_int_equal(visited_find(&set, &state, visited_hash(&state, 1)), VISITED_MAX);
        visited_release(&set);
        assert_int_equal(budget_used(&budget), 0);
    }
}

static void compare_goes_by_the_first_word_that_differs(void **unused)
{
    (void)unused;
    static const uint64_t a[] = {1, 5, 0}, b[] = {1, 4, UINT64_MAX};
    assert_true(visited_compare(a, b, 3) > 0);
    assert_true(visited_compare(b, a, 3) < 0);
    assert_int_equal(visited_compare(a, b, 1), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(insert_of_random_states_agrees_with_plain_list),
        cmocka_unit_test(ordered_sets_agree_with_plain_list),
        cmocka_unit_test(fingerprints_of_all_places_are_kept),
        cmocka_unit_test(missed_chance_is_that_of_equal_fingerprints),
        cmocka_unit_test(find_in_empty_set_finds_nothing),
        cmocka_unit_test(insert_past_the_budget_leaves_the_set_whole),
        cmocka_unit_test(compare_goes_by_the_first_word_that_differs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
