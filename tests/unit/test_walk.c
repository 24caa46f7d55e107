/* SPDX-License-Identifier: Apache-2.0 */
/* Every kernel gives the same walks; the walks have the exact chances. */
#include "tests/support/cmocka_all.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "model/dns/dns_walk.h"
#include "model/dns/dns_walk_kernels.h"
#include "search/runner.h"
#include "tests/support/effort.h"
#include "tests/support/known_dns.h"
#include "tests/support/test_model.h"

enum { HITS_MAX = 4096 };

struct answer {
    struct walk_tally tally;
    struct walk_hits hits;
    struct walk_hit found[HITS_MAX];
};

static void clear_answer(struct answer *answer)
{
    memset(answer, 0, sizeof *answer);
    answer->hits = (struct walk_hits){.hits = answer->found, .capacity = HITS_MAX};
}

static void assert_same(const struct answer *expected, const struct answer *answer, const char *kernel,
                        const struct walk_job *job)
{
    const size_t stored = expected->hits.total < HITS_MAX ? expected->hits.total : HITS_MAX;
    if (memcmp(&expected->tally, &answer->tally, sizeof answer->tally) != 0 ||
        expected->hits.total != answer->hits.total ||
        memcmp(expected->found, answer->found, stored * sizeof *answer->found) != 0)
        fail_msg("kernel %s: seed %llu, walks %llu + %llu, %u steps, properties %u", kernel,
                 (unsigned long long)job->seed, (unsigned long long)job->first,
                 (unsigned long long)job->count, job->max_steps, job->properties);
}

/* Runs the job with every kernel that this processor has, and holds each against expected. */
static void compare_kernels(const struct model *model, const struct walk_job *job,
                            const struct answer *expected)
{
    static struct answer answer;
    for (const char *const *name = dns_walk_kernel_names; *name != NULL; name++) {
        struct error err;
        if (dns_walk_select(*name, &err) != OK)
            continue;
        clear_answer(&answer);
        assert_true(dns_walk(model, job, &answer.tally, &answer.hits));
        assert_same(expected, &answer, *name, job);
    }
    assert_int_equal(dns_walk_select("auto", NULL), OK);
}

static const struct {
    int deployers, plans, ips, age;
    uint32_t max_steps;
    uint64_t walks;
} shapes[] = {
    {3, 5, 3, 3, 20, 8000},     {3, 20, 3, 3, 20, 8000},        {3, 20, 3, 3, 60, 4000},
    {3, 30, 3, 20, 200, 700},   {1, 1, 1, 0, 9, 500},           {1, 5, 1, 0, 30, 500},
    {2, 4, 16, 0, 40, 2000},    {8, 12, 2, 1, 80, 1000},        {4, 31, 1, 2, 300, 200},
    {4, 32, 1, 2, 300, 200},    {4, 63, 1, 2, 300, 200},        {5, 64, 1, 60, 900, 100},
    {6, 48, 1, 100, 900, 90},   {6, 63, 1, 62, 2000, 70},       {7, 60, 2, 1, 500, 100},
    {8, 127, 1, 3, 900, 100},   {5, 16, 3, 0, 100, 900},        {8, 128, 1, 3, 900, 100},
    {8, 200, 3, 150, 2500, 40}, {8, 254, 1, 253, 3000, 20},     {1, 254, 1, 1, 900, 50},
    {3, 5, 3, 3, 0, 100},       {3, 254, 2, 1000000, 2000, 20},
};

static struct model *model_of_shape(size_t i, uint32_t guards)
{
    return test_model(
        known_instance(shapes[i].deployers, shapes[i].plans, shapes[i].ips, shapes[i].age, guards));
}

static void walk_with_every_kernel_equals_general(void **unused)
{
    (void)unused;
    static struct answer expected;
    for (size_t i = 0; i < KNOWN_COUNT(shapes); i++) {
        for (uint32_t guards = 0; guards < 4; guards++) {
            struct model *model = model_of_shape(i, guards);
            /* A short run asks for both invariants, and for all. */
            for (uint32_t properties = test_is_long() ? 0 : 3; properties < 16;
                 properties += test_is_long() ? 1 : 12) {
                /* The counts are no multiples of the lanes, so that the last group of walks is not full. */
                const struct walk_job job = {.seed = 77 + i,
                                             .first = 1000 * i,
                                             .count =
                                                 shapes[i].walks / (properties == 3 ? 1 : 8) + properties,
                                             .max_steps = shapes[i].max_steps,
                                             .properties = properties};
                clear_answer(&expected);
                walk_range_general(model, &job, &expected.tally, &expected.hits);
                compare_kernels(model, &job, &expected);
            }
            model_free(model);
        }
    }
}

/* Where the general kernel is too slow, the one that walks one at a time is the measure: it has just been
 * held against the general one. */
static void many_walks_with_every_kernel_are_the_same(void **unused)
{
    (void)unused;
    static const struct {
        int plans, age;
        uint32_t max_steps, properties;
        uint64_t walks;
    } runs[] = {{5, 3, 20, 3, 1000000}, {20, 3, 20, 3, 1000000}, {20, 3, 20, 1, 300000},
                {20, 3, 20, 2, 300000}, {20, 3, 29, 15, 300000}, {30, 20, 200, 3, 60000},
                {62, 7, 600, 3, 5000}};
    static struct answer expected;
    for (size_t i = 0; i < KNOWN_COUNT(runs); i++) {
        struct model *model = test_model(known_instance(3, runs[i].plans, 3, runs[i].age, 0));
        const struct walk_job job = {.seed = UINT64_C(0xFEDCBA9876543210) + i,
                                     .first = UINT64_C(1) << (8 * i),
                                     .count = test_is_long() ? runs[i].walks : runs[i].walks / 10,
                                     .max_steps = runs[i].max_steps,
                                     .properties = runs[i].properties};
        clear_answer(&expected);
        assert_true(dns_walk_each(dns_model_of(model), &job, &expected.tally, &expected.hits));
        compare_kernels(model, &job, &expected);
        model_free(model);
    }
}

static void walk_of_few_has_the_hits_of_many(void **unused)
{
    (void)unused;
    static struct answer expected;
    struct model *model = test_model(known_instance(3, 5, 3, 3, 0));
    for (uint64_t count = 0; count < 300; count++) {
        const struct walk_job job = {
            .seed = 9, .first = UINT64_MAX - 1000 + count, .count = count, .max_steps = 29, .properties = 3};
        clear_answer(&expected);
        walk_range_general(model, &job, &expected.tally, &expected.hits);
        compare_kernels(model, &job, &expected);
    }
    model_free(model);
}

/* The start of this walk's generator would be its fixed point: the run is the one whose walk 0 has trace seed
 * 0. */
static void walk_with_trace_seed_0_equals_general(void **unused)
{
    (void)unused;
    static struct answer expected;
    struct model *model = test_model(known_instance(3, 5, 3, 3, 0));
    const struct walk_job job = {.seed = 0, .first = 0, .count = 200, .max_steps = 29, .properties = 3};
    assert_int_equal(trace_seed_of(0, 0), 0);
    clear_answer(&expected);
    walk_range_general(model, &job, &expected.tally, &expected.hits);
    compare_kernels(model, &job, &expected);
    model_free(model);
}

static void select_of_unknown_kernel_is_refused(void **unused)
{
    (void)unused;
    struct error err = {{0}};
    assert_int_equal(dns_walk_select("abacus", &err), ERR_USAGE);
    assert_non_null(strstr(err.text, "abacus"));
    assert_int_equal(dns_walk_select("scalar", &err), OK);
    struct model *model = test_model(known_instance(3, 5, 3, 3, 0));
    assert_string_equal(dns_walk_kernel_of(model), "scalar");
    assert_int_equal(dns_walk_select("auto", &err), OK);
    assert_string_not_equal(dns_walk_kernel_of(model), "auto");
    model_free(model);
    model = test_model(known_instance(3, 5, 3, 3, DNS_GUARD_PROTECT_LIVE));
    assert_string_equal(dns_walk_kernel_of(model), "each");
    model_free(model);
}

static void trace_of_hit_has_its_length_and_property(void **unused)
{
    (void)unused;
    struct instance instance = known_instance(3, 5, 3, 3, 0);
    instance.properties = 3;
    struct model *model = test_model(instance);
    static struct walk_hit found[HITS_MAX];
    struct walk_hits hits = {.hits = found, .capacity = HITS_MAX};
    struct walk_tally tally = {0};
    const struct walk_job job = {.seed = 5, .count = 20000, .max_steps = 20, .properties = 3};
    walk_range(model, &job, &tally, &hits);
    assert_true(hits.total > 50);
    struct trace trace;
    trace_init(&trace);
    for (size_t i = 0; i < hits.total; i++) {
        const uint64_t seed = trace_seed_of(5, found[i].sample);
        assert_int_equal(walk_trace(model, seed, 20, 3, &trace, NULL), OK);
        assert_int_equal(trace.step_count, found[i].length);
        assert_int_equal(trace.property_state, found[i].length);
        assert_true((found[i].properties >> trace.property & 1) != 0);
        struct literal *literal = model->class->traces.literal_new(model);
        for (size_t s = 0; s < trace.step_count; s++) {
            struct step step;
            trace_step_at(&trace, s, &step);
            assert_int_equal(model->class->traces.literal_properties_hit(literal) & 3, 0);
            struct error err = {{0}};
            if (model->class->traces.literal_apply(literal, &step, &err) != OK)
                fail_msg("%s", err.text);
        }
        assert_int_equal(model->class->traces.literal_properties_hit(literal) & 3, found[i].properties);
        model->class->traces.literal_free(literal);
    }
    trace_release(&trace);
    model_free(model);
}

/* Exact chance that a uniform walk violates no_inconsistent_root within max_steps, by forward dynamic
 * programming over the canonical states, with the weights as real numbers. Small instances only. */
enum { TABLE_SIZE = 1 << 14 };
struct layer {
    uint64_t keys[TABLE_SIZE];
    double mass[TABLE_SIZE];
    bool used[TABLE_SIZE];
};

static void add_mass(struct layer *layer, uint64_t key, double mass)
{
    size_t at = (size_t)(rng_mix(key) % TABLE_SIZE);
    while (layer->used[at] && layer->keys[at] != key)
        at = (at + 1) % TABLE_SIZE;
    layer->used[at] = true;
    layer->keys[at] = key;
    layer->mass[at] += mass;
}

static double exact_chance(const struct model *model, unsigned max_steps)
{
    struct layer *now = mem_new(1, sizeof *now), *next = mem_new(1, sizeof *next);
    const struct dns_model *m = dns_model_of(model);
    struct dns_state state;
    uint64_t key;
    double chance = 0;
    dns_init(model, &state);
    dns_pack(model, &state, &key);
    add_mass(now, key, 1.0);
    for (unsigned step = 0; step < max_steps; step++) {
        memset(next, 0, sizeof *next);
        for (size_t i = 0; i < TABLE_SIZE; i++) {
            if (!now->used[i])
                continue;
            dns_unpack(model, &now->keys[i], &state);
            struct enabled_move moves[MOVES_MAX];
            const size_t count = dns_enabled(model, &state, moves);
            const double deployers = m->deployers, plans = m->plans;
            const double generate =
                deployers * (plans - state.published) / plans * (1 - pow(2, -(double)m->ips));
            double total = 0;
            for (size_t j = 0; j < count; j++)
                total += move_action(moves[j].move) == DNS_GENERATE ? generate : 1;
            for (size_t j = 0; j < count; j++) {
                struct dns_state child = state;
                dns_apply(model, &child, moves[j].move);
                const double mass =
                    now->mass[i] * (move_action(moves[j].move) == DNS_GENERATE ? generate : 1) / total;
                if ((dns_properties_hit(model, &child) & 1) != 0) {
                    chance += mass;
                    continue;
                }
                dns_canonical(model, &child);
                dns_pack(model, &child, &key);
                add_mass(next, key, mass);
            }
        }
        struct layer *swapped = now;
        now = next;
        next = swapped;
    }
    mem_free(now);
    mem_free(next);
    return chance;
}

static void weights_give_the_exact_chances(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < KNOWN_COUNT(known_chances); i++) {
        const struct known_chance *known = &known_chances[i];
        if (known->plans != 5)
            continue;
        struct instance instance = known_instance(3, known->plans, 3, known->max_plan_age, 0);
        instance.properties = 1;
        struct model *model = test_model(instance);
        const double chance = exact_chance(model, known->max_steps);
        if (fabs(chance - known->root_violated) > 1.001 * known->rounding)
            fail_msg("%u steps: chance %.9g, %.9g expected", known->max_steps, chance, known->root_violated);
        model_free(model);
    }
}

/* A fixed seed, so that the test is the same each time; a wrong chance would have to be within 4.5 sigma to
 * pass. */
static void run_of_many_walks_hits_with_the_known_chance(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < KNOWN_COUNT(known_chances); i++) {
        const struct known_chance *known = &known_chances[i];
        struct instance instance = known_instance(3, known->plans, 3, known->max_plan_age, 0);
        instance.properties = 1;
        struct model *model = test_model(instance);
        const struct run_config config = {.model = model,
                                          .seed = 20260101 + i,
                                          .max_samples = 40000000 / known->max_steps,
                                          .max_steps = known->max_steps,
                                          .properties = 1,
                                          .threads = 2};
        struct run_result result;
        assert_int_equal(runner_run(&config, &result, NULL), OK);
        const double walks = (double)result.tally.walks, p = known->root_violated;
        assert_true(result.tally.walks == config.max_samples);
        const double sigma = sqrt(walks * p * (1 - p));
        if (fabs((double)result.tally.hits[0] - walks * p) > 4.5 * sigma)
            fail_msg("%u steps: %g hits, %g expected, sigma %g", known->max_steps,
                     (double)result.tally.hits[0], walks * p, sigma);
        model_free(model);
    }
}

/* --- the runner --- */

struct hits_seen {
    struct walk_hit hits[64];
    size_t count;
};

static enum status note_hit(void *context, const struct walk_hit *hit)
{
    struct hits_seen *seen = context;
    if (seen->count < 64)
        seen->hits[seen->count] = *hit;
    seen->count++;
    return OK;
}

/* Every hit is a shape of its own. */
static uint64_t classify_by_sample(void *context, const struct walk_hit *hit)
{
    (void)context;
    return hit->sample + 1;
}

/* Every hit of these runs is told of. */
static void assert_lengths_are_those_of(const struct run_config *config, const struct run_result *result,
                                        const struct hits_seen *seen)
{
    uint64_t lengths[RUN_LENGTHS] = {0};
    for (size_t i = 0; i < seen->count; i++)
        lengths[seen->hits[i].length / run_length_width(config->max_steps)]++;
    assert_memory_equal(lengths, result->lengths, sizeof lengths);
}

/* Long walks, so that a class has several lengths; against the plain walks one by one. */
static void run_that_counts_counts_by_length(void **unused)
{
    (void)unused;
    enum { WALKS = 30000, STEPS = 600 };
    struct instance instance = known_instance(3, 20, 3, 3, 0);
    instance.properties = 3;
    struct model *model = test_model(instance);
    struct walk_hit *list = mem_new(WALKS, sizeof *list);
    struct walk_hits hits = {.hits = list, .capacity = WALKS};
    struct walk_tally tally = {.walks = 0};
    const struct walk_job job = {.seed = 4, .first = 0, .count = WALKS, .max_steps = STEPS, .properties = 3};
    uint64_t lengths[RUN_LENGTHS] = {0};
    walk_range_general(model, &job, &tally, &hits);
    assert_int_equal(run_length_width(STEPS), 3);
    for (size_t i = 0; i < hits.total; i++)
        lengths[list[i].length / 3]++;
    assert_true(hits.total > 100);
    for (int threads = 1; threads <= 3; threads += 2) {
        const struct run_config config = {.model = model,
                                          .seed = 4,
                                          .max_samples = WALKS,
                                          .max_steps = STEPS,
                                          .properties = 3,
                                          .threads = threads,
                                          .goal = RUN_COUNT};
        struct run_result result;
        assert_int_equal(runner_run(&config, &result, NULL), OK);
        assert_int_equal(result.tally.ended, hits.total);
        assert_memory_equal(lengths, result.lengths, sizeof lengths);
    }
    mem_free(list);
    model_free(model);
}

static void run_with_any_number_of_threads_is_the_same(void **unused)
{
    (void)unused;
    struct instance instance = known_instance(3, 20, 3, 3, 0);
    instance.properties = 3;
    struct model *model = test_model(instance);
    for (int shorter = 0; shorter < 2; shorter++) {
        struct run_result first;
        struct hits_seen first_seen;
        for (int threads = 1; threads <= 5; threads++) {
            struct hits_seen seen = {.count = 0};
            const struct run_config config = {.model = model,
                                              .seed = 3,
                                              .max_samples = 300001,
                                              .max_steps = 24,
                                              .properties = 3,
                                              .threads = threads,
                                              .context = &seen,
                                              .on_finding = note_hit,
                                              .classify = classify_by_sample,
                                              .goal = shorter != 0 ? RUN_SHORTEST : RUN_SHAPES,
                                              .max_findings = 40};
            struct run_result result;
            assert_int_equal(runner_run(&config, &result, NULL), OK);
            if (threads == 1) {
                first = result;
                first_seen = seen;
                assert_true(seen.count >= (shorter != 0 ? 3 : 40));
                assert_int_equal(result.stop, shorter != 0 ? RUN_STOP_SAMPLES : RUN_STOP_FINDING);
                if (shorter == 0)
                    assert_int_equal(result.tally.walks, seen.hits[39].sample + 1);
            }
            assert_memory_equal(&first.tally, &result.tally, sizeof result.tally);
            assert_memory_equal(&first_seen, &seen, sizeof seen);
            assert_lengths_are_those_of(&config, &result, &seen);
        }
    }
    model_free(model);
}

static void run_with_timeout_stops(void **unused)
{
    (void)unused;
    struct model *model = test_model(known_instance(3, 5, 3, 3, DNS_GUARD_PROTECT_LIVE));
    const struct run_config config = {.model = model,
                                      .max_samples = UINT64_MAX,
                                      .max_steps = 20,
                                      .properties = 3,
                                      .threads = 2,
                                      .timeout = 0.05};
    struct run_result result;
    assert_int_equal(runner_run(&config, &result, NULL), OK);
    assert_int_equal(result.stop, RUN_STOP_TIMEOUT);
    assert_int_equal(result.tally.ended, 0);
    assert_true(result.tally.walks > 0);
    model_free(model);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(walk_with_every_kernel_equals_general),
        cmocka_unit_test(many_walks_with_every_kernel_are_the_same),
        cmocka_unit_test(walk_of_few_has_the_hits_of_many),
        cmocka_unit_test(walk_with_trace_seed_0_equals_general),
        cmocka_unit_test(select_of_unknown_kernel_is_refused),
        cmocka_unit_test(trace_of_hit_has_its_length_and_property),
        cmocka_unit_test(weights_give_the_exact_chances),
        cmocka_unit_test(run_of_many_walks_hits_with_the_known_chance),
        cmocka_unit_test(run_with_any_number_of_threads_is_the_same),
        cmocka_unit_test(run_that_counts_counts_by_length),
        cmocka_unit_test(run_with_timeout_stops),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
