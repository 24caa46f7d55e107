/* SPDX-License-Identifier: Apache-2.0 */
/* The DNS balancer's control state, written once more as a model of one's own (tests/models/dns.c): the known counts, and
 * the counts and chances of the class that is compiled in. */
#include <math.h>

#include "search/odds.h"
#include "tests/support/cmocka_all.h"
#include "tests/support/effort.h"
#include "tests/support/known_dns.h"
#include "tests/support/own_models.h"
#include "tests/support/plain_search.h"
#include "tests/support/search_fixture.h"
#include "tests/support/test_model.h"

enum { ROOT = 1U << DNS_NO_INCONSISTENT_ROOT };

static struct model_class *dns;

static int make_class(void **state)
{
    (void)state;
    dns = own_test_class(&racewalk_dns, NULL);
    return 0;
}

static int free_class(void **state)
{
    (void)state;
    own_class_free(dns);
    return 0;
}

/* 3 deployers and 3 addresses. */
static struct model *new_own(int plans, int max_plan_age, uint32_t guards, uint32_t properties)
{
    const struct instance instance = {
        .values = {{3, 3}, {plans, plans}, {3, 3}, {max_plan_age, max_plan_age}}, .guards = guards};
    return test_model_of(dns, instance, properties);
}

static struct model *new_compiled(int plans, int max_plan_age, uint32_t guards, uint32_t properties)
{
    return test_model_of(&dns_balancer, known_instance(3, plans, 3, max_plan_age, guards), properties);
}

static struct explore_result explore_all(const struct model *model, bool symmetry)
{
    struct explore_config config = fixture_config(model, INVARIANTS, EXPLORE_AUTO, 2);
    config.symmetry = symmetry;
    return fixture_explore(&config);
}

static void check_known(const struct known_check *known)
{
    struct model *own = new_own(known->plans, known->max_plan_age, known->guards, INVARIANTS);
    struct model *compiled = new_compiled(known->plans, known->max_plan_age, known->guards, INVARIANTS);
    for (int symmetry = 0; symmetry < 2; symmetry++) {
        if (symmetry == 0 && known->plans > 8)
            continue;
        const struct sweep_tally mine = explore_all(own, symmetry != 0).counts;
        const struct sweep_tally theirs = explore_all(compiled, symmetry != 0).counts;
        fixture_assert_same_counts(&mine, &theirs);
        const size_t states = symmetry != 0 ? known->states : known->states_full;
        if (states != 0)
            assert_int_equal(mine.states, states);
        if (symmetry != 0 && known->transitions != 0) {
            assert_int_equal(mine.transitions, known->transitions);
            assert_int_equal(mine.diameter, known->diameter);
            assert_int_equal(mine.shortest[DNS_NO_INCONSISTENT_ROOT], known->shortest_root);
            assert_int_equal(mine.shortest[DNS_NO_INCONSISTENT_ROLLBACK], known->shortest_rollback);
        }
    }
    model_free(own);
    model_free(compiled);
}

static void checks_count_the_known_states(void **state)
{
    (void)state;
    size_t checks = 0;
    for (size_t i = 0; i < KNOWN_COUNT(known_checks); i++) {
        if (known_checks[i].plans > (test_is_long() ? 10 : 8))
            continue;
        check_known(&known_checks[i]);
        checks++;
    }
    assert_true(checks >= 7);
}

static struct odds compute(const struct model *model, uint32_t properties, uint32_t max_steps)
{
    const struct odds_config config = {
        .model = model, .properties = properties, .max_steps = max_steps, .threads = 2};
    struct odds odds;
    struct error err = {{0}};
    if (odds_compute(&config, &odds, &err) != OK)
        fail_msg("%s", err.text);
    return odds;
}

/* The order in which chances are added up is the classes' own: the last of 16 digits may differ. */
static void assert_same_digits(const char *what, uint32_t length, double a, double b)
{
    if (fabs(a - b) > 1e-13 * fabs(b))
        fail_msg("%s of %u steps: %.17g, and %.17g of the class that is compiled in", what, length, a, b);
}

static void compare_odds(int plans, int max_plan_age, uint32_t guards, uint32_t properties,
                         uint32_t max_steps)
{
    struct model *own = new_own(plans, max_plan_age, guards, properties);
    struct model *compiled = new_compiled(plans, max_plan_age, guards, properties);
    struct odds mine = compute(own, properties, max_steps), theirs = compute(compiled, properties, max_steps);
    assert_int_equal(mine.states, theirs.states);
    assert_int_equal(mine.transitions, theirs.transitions);
    assert_int_equal(mine.shortest, theirs.shortest);
    assert_int_equal(mine.best_max_steps, theirs.best_max_steps);
    for (uint32_t length = 0; length <= max_steps; length++) {
        assert_same_digits("chance", length, mine.chance[length], theirs.chance[length]);
        assert_same_digits("transitions", length, mine.steps[length], theirs.steps[length]);
    }
    for (size_t i = 0; i < KNOWN_COUNT(known_chances) && guards == 0 && properties == ROOT; i++) {
        const struct known_chance *known = &known_chances[i];
        if (known->plans != plans || known->max_plan_age != max_plan_age || known->max_steps > max_steps)
            continue;
        if (fabs(mine.chance[known->max_steps] - known->root_violated) > 1.001 * known->rounding)
            fail_msg("%u steps: chance %.9g, %.9g expected", known->max_steps, mine.chance[known->max_steps],
                     known->root_violated);
    }
    odds_release(&mine);
    odds_release(&theirs);
    model_free(own);
    model_free(compiled);
}

static void odds_are_the_compiled_ones(void **state)
{
    (void)state;
    compare_odds(5, 3, 0, ROOT, 60);
    compare_odds(5, 3, 0, INVARIANTS, 40);
    compare_odds(5, 3, DNS_GUARD_PROTECT_LIVE, ROOT, 30);
    compare_odds(20, 3, 0, ROOT, 20);
    compare_odds(30, 20, 0, ROOT, test_is_long() ? 100 : 30);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(checks_count_the_known_states),
        cmocka_unit_test(odds_are_the_compiled_ones),
    };
    return cmocka_run_group_tests(tests, make_class, free_class);
}
