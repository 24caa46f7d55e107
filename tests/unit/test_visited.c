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
        visited_init(&set, words, &budget);
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

static void find_in_empty_set_finds_nothing(void **unused)
{
    (void)unused;
    struct budget budget;
    struct visited set;
    const uint64_t state = 0;
    budget_init(&budget, 1 << 20);
    visited_init(&set, 1, &budget);
    assert_int_equal(visited_find(&set, &state, visited_hash(&state, 1)), VISITED_MAX);
    assert_int_equal(budget_used(&budget), 0);
    visited_release(&set);
}

/* The set says that it is full, stays as it was, and never counts more than its budget. */
static void insert_past_the_budget_leaves_the_set_whole(void **unused)
{
    (void)unused;
    for (size_t limit = 0; limit < 6000; limit += 97) {
        struct budget budget;
        struct visited set;
        uint32_t index = 0;
        uint64_t state = 0;
        budget_init(&budget, limit);
        visited_init(&set, 1, &budget);
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
        cmocka_unit_test(find_in_empty_set_finds_nothing),
        cmocka_unit_test(insert_past_the_budget_leaves_the_set_whole),
        cmocka_unit_test(compare_goes_by_the_first_word_that_differs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
