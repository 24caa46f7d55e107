/* SPDX-License-Identifier: Apache-2.0 */
/* The exact chances of walks: the known ones, those of a slow program that shares nothing with the fast one
 * but the model, and the shares of walks that were walked. */
#include "tests/support/cmocka_all.h"

#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "base/stop.h"
#include "search/markov_chain.h"
#include "search/quotient.h"
#include "search/odds.h"
#include "search/runner.h"
#include "tests/support/effort.h"
#include "tests/support/known_dns.h"
#include "tests/support/lease_lock.h"
#include "tests/support/test_model.h"

/* The instances of millions of states take long under a sanitizer. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define SANITIZED 1
#endif
#endif
#ifndef SANITIZED
#define SANITIZED 0
#endif

enum { ROOT = 1U << DNS_NO_INCONSISTENT_ROOT, ROLLBACK = 1U << DNS_NO_INCONSISTENT_ROLLBACK };

static struct model *new_dns(int deployers, int plans, int age, uint32_t guards, uint32_t properties)
{
    return test_model_of(&dns_balancer, known_instance(deployers, plans, 3, age, guards), properties);
}

static struct odds_config config_of(const struct model *model, uint32_t max_steps)
{
    return (struct odds_config){
        .model = model, .properties = model->instance.properties, .max_steps = max_steps, .threads = 2};
}

static struct odds compute(const struct odds_config *config)
{
    struct odds odds;
    struct error err = {{0}};
    if (odds_compute(config, &odds, &err) != OK)
        fail_msg("%s", err.text);
    return odds;
}

/* --- a model with cycles: a drunkard on a street --- */

/* On 0 .. home, from start; a step up or down, or on the spot; a pit at 0 that nobody leaves. A mirrored
 * street has homes at both ends, and is the same from both. */
struct street {
    struct model base;
    uint64_t home, start;
    uint32_t up, down, rest;
    bool mirrored;
};

static void street_init(const struct model *model, void *state)
{
    memcpy(state, &((const struct street *)(const void *)model)->start, sizeof(uint64_t));
}

static size_t street_enabled(const struct model *model, const void *state, struct enabled_move *moves)
{
    const struct street *street = (const struct street *)(const void *)model;
    uint64_t at;
    memcpy(&at, state, sizeof at);
    size_t count = 0;
    if (at > 0 && street->up > 0)
        moves[count++] = (struct enabled_move){.move = move_make(0, 0), .weight = street->up};
    if (at > 0 && street->down > 0)
        moves[count++] = (struct enabled_move){.move = move_make(1, 0), .weight = street->down};
    if (at > 0 && street->rest > 0)
        moves[count++] = (struct enabled_move){.move = move_make(2, 0), .weight = street->rest, .idle = true};
    return count;
}

static void street_canonical(const struct model *model, void *state)
{
    const struct street *street = (const struct street *)(const void *)model;
    uint64_t at;
    memcpy(&at, state, sizeof at);
    if (street->mirrored && at > street->home / 2)
        at = street->home - at;
    memcpy(state, &at, sizeof at);
}

static void street_apply(const struct model *model, void *state, uint32_t move)
{
    (void)model;
    uint64_t at;
    memcpy(&at, state, sizeof at);
    at += move_action(move) == 0 ? 1 : move_action(move) == 1 ? UINT64_MAX : 0;
    memcpy(state, &at, sizeof at);
}

static uint32_t street_hit(const struct model *model, const void *state)
{
    const struct street *street = (const struct street *)(const void *)model;
    uint64_t at;
    memcpy(&at, state, sizeof at);
    return at == street->home || (street->mirrored && at == 0);
}

static void street_pack(const struct model *model, const void *state, uint64_t *words)
{
    (void)model;
    memcpy(words, state, sizeof(uint64_t));
}

static void street_unpack(const struct model *model, const uint64_t *words, void *state)
{
    (void)model;
    memcpy(state, words, sizeof(uint64_t));
}

static const struct model_class street_class = {
    .name = "street",
    .init = street_init,
    .enabled = street_enabled,
    .apply = street_apply,
    .properties_hit = street_hit,
    .speed = {.canonical = street_canonical, .pack = street_pack, .unpack = street_unpack}};

static struct street new_street(uint64_t home, uint64_t start, uint32_t up, uint32_t down, uint32_t rest)
{
    return (struct street){.base = {.class = &street_class,
                                    .instance = {.properties = 1},
                                    .state_size = sizeof(uint64_t),
                                    .packed_words = 1},
                           .home = home,
                           .start = start,
                           .up = up,
                           .down = down,
                           .rest = rest};
}

/* --- the slow program --- */

/* Where a walk may be after so many transitions, and with what chance: states as they are, without symmetry.
 */
enum { TABLE_SIZE = 1 << 17, WORDS = 2 };
struct where {
    uint64_t keys[TABLE_SIZE][WORDS];
    double mass[TABLE_SIZE];
    bool used[TABLE_SIZE];
};

static void add_mass(struct where *where, const uint64_t *key, double mass)
{
    size_t at = (size_t)(rng_mix(key[0] ^ rng_mix(key[1])) % TABLE_SIZE);
    while (where->used[at] && memcmp(where->keys[at], key, sizeof where->keys[at]) != 0)
        at = (at + 1) % TABLE_SIZE;
    where->used[at] = true;
    memcpy(where->keys[at], key, sizeof where->keys[at]);
    where->mass[at] += mass;
}

/* Moves the mass of one state on; what hits is added to *hit and what cannot move to *dead. */
static void push_state(const struct model *model, const uint64_t *key, double mass, struct where *next,
                       double *hit, double *dead)
{
    const struct model_class *class = model->class;
    uint64_t state[STATE_SIZE_MAX / 8], child[STATE_SIZE_MAX / 8];
    struct enabled_move moves[MOVES_MAX];
    model_unpack(model, key, state);
    const size_t count = class->enabled(model, state, moves);
    double total = 0;
    for (size_t j = 0; j < count; j++)
        total += moves[j].weight;
    if (count == 0)
        *dead += mass;
    for (size_t j = 0; j < count; j++) {
        uint64_t words[WORDS] = {0};
        memcpy(child, state, sizeof state);
        class->apply(model, child, moves[j].move);
        model_pack(model, child, words);
        if ((class->properties_hit(model, child) & model->instance.properties) != 0)
            *hit += mass * moves[j].weight / total;
        else
            add_mass(next, words, mass * moves[j].weight / total);
    }
}

/* The chances and mean transitions of walks of 0 .. max_steps. */
static void slow_odds(const struct model *model, uint32_t max_steps, double *chance, double *steps)
{
    assert_in_range(model->packed_words, 1, WORDS);
    struct where *now = mem_new(1, sizeof *now), *next = mem_new(1, sizeof *next);
    uint64_t state[STATE_SIZE_MAX / 8] = {0}, words[WORDS] = {0};
    model->class->init(model, state);
    model_pack(model, state, words);
    add_mass(now, words, 1.0);
    double hit = 0, dead = 0;
    chance[0] = steps[0] = 0;
    for (uint32_t step = 1; step <= max_steps; step++) {
        const double before = hit;
        double stuck = 0;
        memset(next, 0, sizeof *next);
        for (size_t i = 0; i < TABLE_SIZE; i++) {
            if (now->used[i])
                push_state(model, now->keys[i], now->mass[i], next, &hit, &stuck);
        }
        dead += stuck;
        chance[step] = hit;
        steps[step] = steps[step - 1] + (1 - before - dead);
        struct where *swapped = now;
        now = next;
        next = swapped;
    }
    mem_free(now);
    mem_free(next);
}

static void assert_close(const char *what, uint32_t length, double found, double expected)
{
    if (fabs(found - expected) > 1e-11 * fabs(expected))
        fail_msg("%s of walks of %u: %.17g, %.17g expected", what, length, found, expected);
}

static void assert_slow_agrees(const struct model *model, uint32_t max_steps)
{
    double *chance = mem_new(max_steps + 1, sizeof *chance), *steps = mem_new(max_steps + 1, sizeof *steps);
    const struct odds_config config = config_of(model, max_steps);
    struct odds odds = compute(&config);
    slow_odds(model, max_steps, chance, steps);
    assert_int_equal(odds.max_steps, max_steps);
    uint32_t shortest = ODDS_NEVER, best = 0;
    for (uint32_t k = 0; k <= max_steps; k++) {
        assert_close("chance", k, odds.chance[k], chance[k]);
        assert_close("transitions", k, odds.steps[k], steps[k]);
        if (chance[k] > 0 && shortest == ODDS_NEVER)
            shortest = k;
        if (chance[k] > 0 && (best == 0 || steps[k] / chance[k] < steps[best] / chance[best]))
            best = k;
    }
    assert_int_equal(odds.shortest, shortest);
    assert_int_equal(odds.best_max_steps == 0, best == 0);
    if (best != 0)
        assert_close("cost", best, odds_steps(&odds, odds.best_max_steps), steps[best] / chance[best]);
    odds_release(&odds);
    mem_free(chance);
    mem_free(steps);
}

/* --- tests --- */

static void chain_has_known_states(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < KNOWN_COUNT(known_checks); i++) {
        const struct known_check *known = &known_checks[i];
        if (known->states > 1000000)
            continue;
        struct model *model = new_dns(3, known->plans, known->max_plan_age, known->guards, 0);
        for (int threads = 1; threads <= 4; threads += 3) {
            const struct markov_chain_config config = {.model = model, .max_steps = 1000, .threads = threads};
            struct markov_chain chain;
            assert_int_equal(markov_chain_build(&config, &chain, NULL), OK);
            assert_int_equal(chain.state_count, known->states);
            if (known->transitions != 0)
                assert_int_equal(chain.transitions, known->transitions);
            if (known->diameter != 0)
                assert_int_equal(chain.levels, known->diameter + 1);
            assert_true(chain.complete);
            assert_true(chain.shortest == MARKOV_CHAIN_NEVER);
            markov_chain_release(&chain);
        }
        model_free(model);
    }
}

/* What the classes are, whatever their numbers, but with their edges in order. */
static uint64_t fingerprint(const struct quotient *quotient)
{
    uint64_t *prints = mem_new(quotient->class_count, sizeof *prints);
    uint64_t sum = 0;
    for (size_t c = 0; c < quotient->class_count; c++) {
        const struct markov_row *row = &quotient->rows[c];
        prints[c] = rng_mix(row->total + rng_mix(row->stay + rng_mix(row->hit)));
        for (uint32_t i = 0; i < row->edge_count; i++) {
            const struct markov_edge *edge = &quotient->edges[row->first_edge + i];
            assert_true(edge->target < c);
            prints[c] = rng_mix(prints[c] + edge->weight * RNG_GAMMA + prints[edge->target]);
        }
        sum += rng_mix(prints[c]);
    }
    sum = rng_mix(sum + prints[quotient->initial]);
    mem_free(prints);
    return sum;
}

static void quotient_of(const struct model *model, int threads, struct quotient *ret_quotient,
                        bool *ret_cyclic)
{
    const struct markov_chain_config config = {
        .model = model, .properties = model->instance.properties, .max_steps = 1000, .threads = threads};
    struct markov_chain chain;
    assert_int_equal(markov_chain_build(&config, &chain, NULL), OK);
    assert_int_equal(quotient_make(&chain, threads, 0, ret_quotient, ret_cyclic, NULL), OK);
    markov_chain_release(&chain);
}

static void quotient_is_the_same_with_any_number_of_threads(void **unused)
{
    (void)unused;
    /* Levels are large enough for threads to number classes as it happens. */
    struct model *model = new_dns(3, test_is_long() ? 13 : 10, 3, 0, ROOT);
    uint64_t first = 0;
    size_t first_count = 0;
    for (int threads = 1; threads <= 5; threads += 2) {
        struct quotient quotient;
        bool cyclic = true;
        quotient_of(model, threads, &quotient, &cyclic);
        assert_false(cyclic);
        if (threads == 1) {
            first = fingerprint(&quotient);
            first_count = quotient.class_count;
            assert_in_range(first_count, 1000, 100000); /* of 118 000 states, or 520 000 */
        }
        assert_int_equal(quotient.class_count, first_count);
        assert_true(fingerprint(&quotient) == first);
        quotient_release(&quotient);
    }
    model_free(model);
}

static void quotient_of_guarded_model_is_one_class(void **unused)
{
    (void)unused;
    struct model *model = new_dns(3, 5, 3, DNS_GUARD_PROTECT_LIVE, ROOT | ROLLBACK);
    struct quotient quotient;
    bool cyclic = true;
    quotient_of(model, 2, &quotient, &cyclic);
    assert_false(cyclic);
    assert_int_equal(quotient.class_count, 1);
    assert_int_equal(quotient.initial, QUOTIENT_NEVER);
    quotient_release(&quotient);
    model_free(model);

    const struct street street = new_street(12, 5, 1, 1, 0);
    quotient_of(&street.base, 2, &quotient, &cyclic);
    assert_true(cyclic);
}

static void odds_are_the_known_ones(void **unused)
{
    (void)unused;
    static const struct {
        int plans, age;
    } instances[] = {{5, 3}, {20, 3}, {30, 20}};
    for (size_t i = 0; i < KNOWN_COUNT(instances); i++) {
        if (instances[i].plans > 5 && (SANITIZED || !test_is_long()))
            continue;
        unsigned max_steps = 0;
        for (size_t j = 0; j < KNOWN_COUNT(known_chances); j++) {
            if (known_chances[j].plans == instances[i].plans && known_chances[j].max_steps > max_steps)
                max_steps = known_chances[j].max_steps;
        }
        struct model *model = new_dns(3, instances[i].plans, instances[i].age, 0, ROOT);
        const struct odds_config config = config_of(model, max_steps);
        struct odds odds = compute(&config);
        assert_int_equal(odds.shortest, 2 * instances[i].age + 5);
        for (size_t j = 0; j < KNOWN_COUNT(known_chances); j++) {
            const struct known_chance *known = &known_chances[j];
            if (known->plans == instances[i].plans &&
                fabs(odds.chance[known->max_steps] - known->root_violated) > 1.001 * known->rounding)
                fail_msg("%u steps: chance %.9g, %.9g expected", known->max_steps,
                         odds.chance[known->max_steps], known->root_violated);
        }
        odds_release(&odds);
        model_free(model);
    }
}

static void odds_agree_with_slow_program(void **unused)
{
    (void)unused;
    static const struct {
        int deployers, plans, age;
        uint32_t guards, properties, max_steps;
    } rows[] = {
        {3, 5, 3, 0, ROOT, 60},
        {3, 5, 3, 0, ROLLBACK, 60},
        {3, 5, 3, 0, ROOT | ROLLBACK, 200},
        {3, 5, 3, 0, 1U << DNS_EPOCH5, 40},
        {3, 5, 3, 0, 1U << DNS_PLANS3, 40},
        {3, 4, 0, 0, ROOT, 60},
        {2, 6, 1, 0, 15, 60},
        {1, 6, 0, 0, ROLLBACK, 60},
        {4, 3, 0, 0, ROOT, 40},
        {3, 4, 1, DNS_GUARD_REJECT_STALE, ROOT | ROLLBACK, 60},
        {3, 5, 3, DNS_GUARD_PROTECT_LIVE, ROOT, 60},
    };
    for (size_t i = 0; i < KNOWN_COUNT(rows); i++) {
        struct model *model =
            new_dns(rows[i].deployers, rows[i].plans, rows[i].age, rows[i].guards, rows[i].properties);
        if (test_is_long() || rows[i].max_steps <= 40)
            assert_slow_agrees(model, rows[i].max_steps);
        assert_slow_agrees(model, 13); /* states out of reach are cut off */
        assert_slow_agrees(model, 1);
        model_free(model);
    }
}

/* The lease lock has no progress measure, and has dead ends. */
static void odds_of_lease_agree_with_slow_program(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < lease_class()->preset_count; i++) {
        for (uint32_t properties = 1; properties < 8; properties++) {
            struct model *model =
                test_model_of(lease_class(), lease_class()->presets[i].instance, properties);
            assert_slow_agrees(model, 50);
            assert_slow_agrees(model, 7);
            model_free(model);
        }
    }
}

static void odds_with_cycles_agree_with_slow_program(void **unused)
{
    (void)unused;
    static const uint32_t weights[][3] = {{1, 1, 0}, {1, 1, 5}, {3, 2, 0}, {1, 0, 0},
                                          {1, 0, 9}, {0, 1, 1}, {2, 7, 1}};
    for (size_t i = 0; i < KNOWN_COUNT(weights); i++) {
        const struct street street = new_street(12, 5, weights[i][0], weights[i][1], weights[i][2]);
        assert_slow_agrees(&street.base, 100);
        assert_slow_agrees(&street.base, 8);
        assert_slow_agrees(&street.base, 6);
    }
    /* In the middle of a mirrored street, a step across leads to the same class, though it is not idle. */
    struct street street = new_street(11, 3, 2, 2, 1);
    street.mirrored = true;
    assert_slow_agrees(&street.base, 100);
}

/* The gambler's ruin: with even chances, who starts at a of b reaches b with chance a / b, after a (b - a)
 * steps in all. */
static void odds_of_long_walks_are_gamblers(void **unused)
{
    (void)unused;
    const struct street street = new_street(12, 5, 1, 1, 0);
    const struct odds_config config = config_of(&street.base, 5000);
    struct odds odds = compute(&config);
    assert_close("chance", 5000, odds.chance[5000], 5.0 / 12);
    assert_close("transitions", 5000, odds.steps[5000], 5.0 * 7);
    assert_int_equal(odds.shortest, 7);
    odds_release(&odds);
}

/* Fixed seeds, so that the test is the same each time; what is wrong would have to be within 4.5 sigma to
 * pass. */
static void walks_hit_with_their_odds(void **unused)
{
    (void)unused;
    static const struct {
        int deployers, plans, age;
        uint32_t properties, max_steps;
    } rows[] = {{3, 5, 3, ROOT | ROLLBACK, 25},
                {3, 8, 3, ROOT, 70},
                {2, 12, 2, ROLLBACK, 150},
                {5, 4, 1, ROOT, 40},
                {3, 6, 3, 1U << DNS_EPOCH5, 17}};
    for (size_t i = 0; i < KNOWN_COUNT(rows); i++) {
        struct model *model = new_dns(rows[i].deployers, rows[i].plans, rows[i].age, 0, rows[i].properties);
        const struct odds_config config = config_of(model, rows[i].max_steps);
        struct odds odds = compute(&config);
        const struct run_config run = {.model = model,
                                       .seed = 99 + i,
                                       .max_samples = 400000,
                                       .max_steps = rows[i].max_steps,
                                       .properties = rows[i].properties,
                                       .threads = 2};
        static struct run_result result;
        assert_int_equal(runner_run(&run, &result, NULL), OK);
        const double walks = (double)result.tally.walks, p = odds.chance[rows[i].max_steps];
        assert_true(walks == 400000 && p > 1e-4 && p < 0.9999);
        if (fabs((double)result.tally.ended - walks * p) > 4.5 * sqrt(walks * p * (1 - p)))
            fail_msg("row %zu: %g walks of %g hit, %g expected", i, (double)result.tally.ended, walks,
                     walks * p);
        /* A walk's length is between 0 and L, so its deviation is at most L / 2. */
        const double mean = (double)result.tally.steps / walks, sigma = rows[i].max_steps / 2.0 / sqrt(walks);
        if (fabs(mean - odds.steps[rows[i].max_steps]) > 4.5 * sigma)
            fail_msg("row %zu: %g steps a walk, %g expected", i, mean, odds.steps[rows[i].max_steps]);
        odds_release(&odds);
        model_free(model);
    }
}

static void odds_with_any_number_of_threads_are_the_same(void **unused)
{
    (void)unused;
    struct model *model = new_dns(3, test_is_long() ? 13 : 10, 3, 0, ROOT | ROLLBACK);
    struct odds_config config = config_of(model, 100);
    config.threads = 1;
    struct odds first = compute(&config);
    assert_true(first.states > 80000);
    for (int threads = 2; threads <= 5; threads += test_is_long() ? 1 : 3) {
        config.threads = threads;
        struct odds odds = compute(&config);
        assert_memory_equal(odds.chance, first.chance, 101 * sizeof(double));
        assert_memory_equal(odds.steps, first.steps, 101 * sizeof(double));
        assert_int_equal(odds.states, first.states);
        assert_int_equal(odds.transitions, first.transitions);
        assert_int_equal(odds.best_max_steps, first.best_max_steps);
        odds_release(&odds);
    }
    odds_release(&first);
    model_free(model);
}

static void best_length_is_least_of_all(void **unused)
{
    (void)unused;
    for (uint32_t properties = 1; properties < 4; properties++) {
        struct model *model = new_dns(3, 6, 3, 0, properties);
        struct odds_config config = config_of(model, 2000);
        struct odds all = compute(&config);
        config.until_best = true;
        struct odds best = compute(&config);
        assert_true(all.best_is_certain && best.best_is_certain);
        assert_int_equal(all.best_max_steps, best.best_max_steps);
        assert_true(best.max_steps < 300 && best.max_steps >= best.best_max_steps);
        assert_memory_equal(all.chance, best.chance, (best.max_steps + 1) * sizeof(double));
        for (uint32_t k = 1; k <= 2000; k++)
            assert_true(odds_steps(&all, k) >= odds_steps(&all, all.best_max_steps));
        uint32_t length = 0;
        const struct odds_config budget = {.model = model, .properties = properties, .threads = 1};
        assert_int_equal(odds_best_max_steps(&budget, 2000, &length, NULL), OK);
        assert_int_equal(length, best.best_max_steps);
        /* Up to a bound before it, every longer walk is better. */
        assert_int_equal(odds_best_max_steps(&budget, 20, &length, NULL), OK);
        assert_int_equal(length, 20);
        struct error err = {{0}};
        assert_int_equal(odds_best_max_steps(&budget, 10, &length, &err), ERR_DATA);
        assert_non_null(strstr(err.text, "10 transitions"));
        odds_release(&all);
        odds_release(&best);
        model_free(model);
    }
}

static void odds_of_guarded_model_are_zero(void **unused)
{
    (void)unused;
    struct model *model = new_dns(3, 5, 3, DNS_GUARD_PROTECT_LIVE, ROOT | ROLLBACK);
    const struct odds_config config = config_of(model, 300);
    struct odds odds = compute(&config);
    assert_true(odds.complete && odds.best_is_certain);
    assert_true(odds.shortest == ODDS_NEVER);
    assert_int_equal(odds.best_max_steps, 0);
    assert_true(odds.chance[300] == 0 && odds.steps[300] == 300 && isinf(odds_steps(&odds, 300)));
    odds_release(&odds);
    model_free(model);
}

static void odds_of_walks_without_steps_are_zero(void **unused)
{
    (void)unused;
    struct model *model = new_dns(3, 5, 3, 0, ROOT);
    const struct odds_config config = config_of(model, 0);
    struct odds odds = compute(&config);
    assert_int_equal(odds.max_steps, 0);
    assert_true(odds.chance[0] == 0 && odds.steps[0] == 0 && odds.shortest == ODDS_NEVER && !odds.complete);
    odds_release(&odds);
    model_free(model);
}

static void odds_of_initial_hit_are_one(void **unused)
{
    (void)unused;
    const struct street street = new_street(4, 4, 1, 1, 0);
    const struct odds_config config = config_of(&street.base, 9);
    struct odds odds = compute(&config);
    assert_int_equal(odds.shortest, 0);
    for (uint32_t k = 0; k <= 9; k++)
        assert_true(odds.chance[k] == 1 && odds.steps[k] == 0);
    odds_release(&odds);
}

static void odds_past_memory_limit_fail(void **unused)
{
    (void)unused;
    struct model *model = new_dns(3, 10, 3, 0, ROOT);
    struct odds_config config = config_of(model, 100);
    struct odds odds = {.max_steps = 77};
    /* From far too little to enough: failing while states are found, while they are lumped, and not at all.
     */
    size_t failures = 0, memory = 1000;
    enum status status = ERR_MEMORY;
    for (; status != OK; memory += memory / 8) {
        struct error err = {{0}};
        config.memory_max = memory;
        status = odds_compute(&config, &odds, &err);
        if (status == OK)
            break;
        assert_int_equal(status, ERR_MEMORY);
        assert_int_equal(odds.max_steps, 77);
        assert_non_null(strstr(err.text, "not finished"));
        assert_non_null(strstr(err.text, "states"));
        assert_non_null(strstr(err.text, "bytes"));
        failures++;
    }
    assert_true(failures > 10 && memory < (size_t)64 << 20);
    odds_release(&odds);
    model_free(model);
}

static void odds_out_of_time_fail(void **unused)
{
    (void)unused;
    struct model *model = new_dns(3, 60, 50, 0, ROOT);
    struct odds_config config = config_of(model, 400);
    config.timeout = 0.05;
    config.memory_max = (size_t)1 << 30;
    struct odds odds;
    struct error err = {{0}};
    assert_int_equal(odds_compute(&config, &odds, &err), ERR_STOPPED);
    assert_non_null(strstr(err.text, "out of time"));
    model_free(model);
}

static void odds_without_memory_fail(void **unused)
{
    (void)unused;
    struct model *model = new_dns(3, 4, 1, 0, ROOT);
    const struct street street = new_street(12, 5, 1, 1, 0);
    const struct model *const models[] = {model, &street.base};
    for (size_t i = 0; i < 2; i++) {
        const struct odds_config config = config_of(models[i], 30);
        bool done = false;
        for (size_t nth = 1; !done; nth++) {
            struct odds odds = {.max_steps = 77};
            struct error err = {{0}};
            mem_fail_from(nth);
            const enum status status = odds_compute(&config, &odds, &err);
            mem_fail_from(0);
            done = status == OK;
            if (!done) {
                assert_int_equal(status, ERR_MEMORY);
                assert_int_equal(odds.max_steps, 77);
                assert_true(err.text[0] != '\0');
            } else {
                odds_release(&odds);
            }
            assert_true(nth < 200);
        }
    }
    model_free(model);
}

static void shortest_is_known_or_bounded(void **unused)
{
    (void)unused;
    struct odds_reach reach;
    struct model *model = new_dns(3, 20, 3, 0, ROLLBACK);
    assert_int_equal(odds_shortest(model, ROLLBACK, 0, 0, 0, &reach, NULL), OK);
    assert_true(reach.found && !reach.never);
    assert_int_equal(reach.shortest, 12);
    assert_int_equal(reach.at_least, 12);
    /* Walks of up to 11 do not get there, which is all that is asked. */
    assert_int_equal(odds_shortest(model, ROLLBACK, 11, 0, 0, &reach, NULL), OK);
    assert_true(!reach.found && !reach.never);
    assert_int_equal(reach.at_least, 12);
    assert_int_equal(odds_shortest(model, ROLLBACK, 12, 0, 0, &reach, NULL), OK);
    assert_true(reach.found);
    model_free(model);

    model = new_dns(3, 30, 20, 0, ROOT);
    assert_int_equal(odds_shortest(model, ROOT, 0, 2000000, 60, &reach, NULL), OK);
    assert_true(reach.found);
    assert_int_equal(reach.shortest, 45);
    assert_int_equal(odds_shortest(model, ROOT, 0, 20000, 60, &reach, NULL), OK);
    assert_true(!reach.found && !reach.never);
    assert_in_range(reach.at_least, 15, 45);
    assert_int_equal(odds_shortest(model, ROOT, 0, 0, 1e-9, &reach, NULL), OK);
    assert_true(!reach.found && !reach.never && reach.at_least >= 1);
    model_free(model);

    model = new_dns(3, 5, 3, DNS_GUARD_PROTECT_LIVE, ROOT);
    assert_int_equal(odds_shortest(model, ROOT, 0, 0, 0, &reach, NULL), OK);
    assert_true(!reach.found && reach.never);
    assert_true(reach.at_least == ODDS_NEVER);
    model_free(model);

    const struct street street = new_street(3, 3, 1, 1, 0);
    assert_int_equal(odds_shortest(&street.base, 1, 0, 0, 0, &reach, NULL), OK);
    assert_true(reach.found && reach.shortest == 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(chain_has_known_states),
        cmocka_unit_test(quotient_is_the_same_with_any_number_of_threads),
        cmocka_unit_test(quotient_of_guarded_model_is_one_class),
        cmocka_unit_test(odds_are_the_known_ones),
        cmocka_unit_test(odds_agree_with_slow_program),
        cmocka_unit_test(odds_of_lease_agree_with_slow_program),
        cmocka_unit_test(odds_with_cycles_agree_with_slow_program),
        cmocka_unit_test(odds_of_long_walks_are_gamblers),
        cmocka_unit_test(walks_hit_with_their_odds),
        cmocka_unit_test(odds_with_any_number_of_threads_are_the_same),
        cmocka_unit_test(best_length_is_least_of_all),
        cmocka_unit_test(odds_of_guarded_model_are_zero),
        cmocka_unit_test(odds_of_walks_without_steps_are_zero),
        cmocka_unit_test(odds_of_initial_hit_are_one),
        cmocka_unit_test(odds_past_memory_limit_fail),
        cmocka_unit_test(odds_out_of_time_fail),
        cmocka_unit_test(odds_without_memory_fail),
        cmocka_unit_test(shortest_is_known_or_bounded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
