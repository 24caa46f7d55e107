/* SPDX-License-Identifier: Apache-2.0 */
/* Exhaustive searches that several processes share: the same numbers and traces as one process gives, for any
 * number of them, and from the checkpoint of any other number. The processes are threads. */
#include "tests/support/cmocka_all.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/memory.h"
#include "search/explore.h"
#include "tests/support/fake_peers.h"
#include "tests/support/known_dns.h"
#include "tests/support/lease_lock.h"
#include "tests/support/search_fixture.h"
#include "tests/support/test_model.h"

/* What the traces were, in a number. Called on a thread that is no test's: asserts nothing. */
struct notes {
    uint64_t hash;
    uint32_t count, most;
};

static enum explore_verdict note_finding(void *context, const struct trace *trace)
{
    struct notes *notes = context;
    for (size_t i = 0; i < trace->step_count; i++)
        notes->hash = rng_mix(notes->hash ^ trace->steps[i].move) + (uint64_t)trace->property;
    return ++notes->count == notes->most ? EXPLORE_ENOUGH : EXPLORE_GO_ON;
}

/* One search, as each process is to carry it out, and what came of it with each. */
struct job {
    struct explore_config config;
    uint32_t stopping_rank; /* where on_progress asks for a stop after so many calls; 0 calls: never */
    int calls_left;
    bool impatient; /* that rank has no time at all */
    struct notes notes;
    enum status status[FAKE_RANKS_MAX];
    struct explore_result results[FAKE_RANKS_MAX];
    struct error errors[FAKE_RANKS_MAX];
};

static bool pass_some(void *context, const struct explore_progress *progress)
{
    struct job *job = context;
    return progress->phase != EXPLORE_COUNTING || --job->calls_left > 0;
}

static enum explore_verdict pass_finding(void *context, const struct trace *trace)
{
    return note_finding(&((struct job *)context)->notes, trace);
}

static void carry_out(struct peers *peers, void *context)
{
    struct job *job = context;
    struct explore_config config = job->config;
    const uint32_t rank = peers->rank;
    config.peers = peers;
    config.context = job;
    config.on_finding = pass_finding;
    /* Not all ranks have as many threads. */
    config.threads += rank % 2 == 0 ? 0 : 1;
    config.on_progress = job->calls_left > 0 && rank == job->stopping_rank ? pass_some : NULL;
    config.timeout = job->impatient && rank == job->stopping_rank ? 1e-9 : 0;
    job->status[rank] = explore(&config, &job->results[rank], &job->errors[rank]);
}

/* Carries out the job with so many processes: all have the same result, which is returned. */
static struct explore_result run(struct job *job, uint32_t ranks)
{
    job->notes.hash = job->notes.count = 0;
    fake_peers_run(ranks, carry_out, job);
    for (uint32_t rank = 0; rank < ranks; rank++) {
        if (job->status[rank] != OK)
            fail_msg("rank %u of %u: %s", rank, ranks, job->errors[rank].text);
        fixture_assert_same_counts(&job->results[rank].counts, &job->results[0].counts);
        assert_int_equal(job->results[rank].stop, job->results[0].stop);
        assert_int_equal(job->results[rank].hit, job->results[0].hit);
        assert_int_equal(job->results[rank].complete, job->results[0].complete);
        assert_int_equal(job->results[rank].bytes, job->results[0].bytes);
    }
    return job->results[0];
}

static struct explore_result run_alone(struct job *job)
{
    struct explore_config config = job->config;
    struct explore_result result;
    struct error err = {{0}};
    job->notes.hash = job->notes.count = 0;
    config.context = job;
    config.on_finding = pass_finding;
    if (explore(&config, &result, &err) != OK)
        fail_msg("%s", err.text);
    return result;
}

static void assert_same(const struct explore_result *a, const struct explore_result *b)
{
    fixture_assert_same_counts(&a->counts, &b->counts);
    assert_int_equal(a->stop, b->stop);
    assert_int_equal(a->engine, b->engine);
    assert_int_equal(a->hit, b->hit);
    assert_int_equal(a->untraced, b->untraced);
    assert_int_equal(a->complete, b->complete);
}

/* --- the same numbers and traces --- */

static uint32_t below(struct payload_rng *rng, uint32_t bound)
{
    return (uint32_t)payload_rng_below(rng, bound);
}

static void compare(struct job *job, uint32_t ranks)
{
    const struct explore_result expected = run_alone(job);
    const struct notes notes = job->notes;
    const struct explore_result result = run(job, ranks);
    assert_same(&result, &expected);
    assert_int_equal(job->notes.hash, notes.hash);
    assert_int_equal(job->notes.count, notes.count);
}

static void explore_random_instances_on_ranks_equals_one_process(void **unused)
{
    (void)unused;
    static const enum explore_engine engines[] = {EXPLORE_AUTO, EXPLORE_LAYERS, EXPLORE_BY_LENGTH};
    struct payload_rng rng = payload_rng_of_trace_seed(2025);
    for (size_t i = 0; i < 150; i++) {
        const int deployers = 1 + (int)below(&rng, 4);
        const int plans = 1 + (int)below(&rng, deployers == 4 ? 2 : deployers == 3 ? 5 : 8);
        const uint32_t properties = 1 + below(&rng, 15), guards = below(&rng, 4);
        struct model *model = test_model_of(
            &dns_balancer, known_instance(deployers, plans, 1, (int)below(&rng, 5), guards), properties);
        struct job *job = mem_new(1, sizeof *job);
        job->config = fixture_config(model, properties, engines[below(&rng, 3)], 1);
        job->config.symmetry = below(&rng, 3) != 0;
        job->config.fingerprints = job->config.engine == EXPLORE_BY_LENGTH && below(&rng, 2) != 0;
        if (below(&rng, 3) == 0)
            job->config.max_steps = below(&rng, 30);
        if (below(&rng, 4) == 0)
            job->config.until_findings = job->notes.most = 5;
        compare(job, 2 + below(&rng, 5));
        mem_free(job);
        model_free(model);
    }
}

/* With fewer cells than ranks, and more ranks than a general sweep has shards. */
static void explore_on_many_ranks_equals_one_process(void **unused)
{
    (void)unused;
    struct model *model = test_model_of(&dns_balancer, known_instance(2, 4, 1, 1, 0), INVARIANTS);
    static const enum explore_engine engines[] = {EXPLORE_CELLS, EXPLORE_LAYERS, EXPLORE_BY_LENGTH};
    for (size_t e = 0; e < KNOWN_COUNT(engines); e++) {
        struct job *job = mem_new(1, sizeof *job);
        job->config = fixture_config(model, INVARIANTS, engines[e], 1);
        compare(job, 20);
        compare(job, FAKE_RANKS_MAX);
        mem_free(job);
    }
    model_free(model);
}

static void explore_lease_on_ranks_equals_one_process(void **unused)
{
    (void)unused;
    for (uint32_t guards = 0; guards < 2; guards++) {
        struct instance instance = lease_class()->presets[0].instance;
        instance.guards = guards;
        struct model *model = test_model_of(lease_class(), instance, 7);
        struct job *job = mem_new(1, sizeof *job);
        job->config = fixture_config(model, 7, EXPLORE_AUTO, 1);
        compare(job, 3);
        mem_free(job);
        model_free(model);
    }
}

/* --- stopping and going on --- */

/* Stops after so many calls on one rank, and goes on with another number of ranks; 1 is no peers at all. */
static void stop_and_go_on(struct job *job, uint32_t ranks, int calls, uint32_t next_ranks,
                           const struct explore_result *expected, uint64_t hash)
{
    job->config.checkpoint_dir = fixture_dir;
    job->config.resume_dir = NULL;
    job->stopping_rank = ranks - 1;
    job->calls_left = calls;
    struct explore_result result = run(job, ranks);
    job->calls_left = 0;
    while (result.stop == EXPLORE_SIGNAL) {
        assert_false(result.complete);
        assert_int_equal(access(fixture_checkpoint, F_OK), 0);
        job->config.resume_dir = fixture_dir;
        result = next_ranks == 1 ? run_alone(job) : run(job, next_ranks);
        assert_true(result.resumed);
    }
    assert_same(&result, expected);
    assert_int_equal(job->notes.hash, hash);
    assert_int_not_equal(access(fixture_checkpoint, F_OK), 0);
}

static void explore_stopped_goes_on_with_other_ranks(void **unused)
{
    (void)unused;
    static const enum explore_engine engines[] = {EXPLORE_CELLS, EXPLORE_LAYERS, EXPLORE_BY_LENGTH};
    struct model *model = test_model_of(&dns_balancer, known_instance(3, 6, 1, 2, 0), INVARIANTS);
    for (size_t e = 0; e <= KNOWN_COUNT(engines); e++) {
        struct job *job = mem_new(1, sizeof *job);
        job->config =
            fixture_config(model, INVARIANTS, e < KNOWN_COUNT(engines) ? engines[e] : EXPLORE_AUTO, 1);
        job->config.fingerprints = e == KNOWN_COUNT(engines);
        const struct explore_result expected = run_alone(job);
        const uint64_t hash = job->notes.hash;
        for (int calls = 1; calls < 40; calls += 6) {
            stop_and_go_on(job, 2, calls, 5, &expected, hash);
            stop_and_go_on(job, 5, calls, 2, &expected, hash);
            stop_and_go_on(job, 3, calls, 1, &expected, hash);
        }
        mem_free(job);
    }
    model_free(model);
}

static void explore_alone_goes_on_with_ranks(void **unused)
{
    (void)unused;
    static const enum explore_engine engines[] = {EXPLORE_CELLS, EXPLORE_LAYERS, EXPLORE_BY_LENGTH};
    struct model *model = test_model_of(&dns_balancer, known_instance(3, 6, 1, 2, 0), INVARIANTS);
    for (size_t e = 0; e < KNOWN_COUNT(engines); e++) {
        struct job *job = mem_new(1, sizeof *job);
        job->config = fixture_config(model, INVARIANTS, engines[e], 1);
        const struct explore_result expected = run_alone(job);
        job->config.checkpoint_dir = fixture_dir;
        job->config.on_progress = pass_some;
        job->calls_left = 13;
        struct explore_result result = run_alone(job);
        assert_int_equal(result.stop, EXPLORE_SIGNAL);
        job->config.resume_dir = fixture_dir;
        job->calls_left = 0;
        result = run(job, 4);
        assert_true(result.resumed);
        assert_same(&result, &expected);
        mem_free(job);
    }
    model_free(model);
}

/* Checkpoints at every opportunity change nothing. */
static void explore_saving_all_the_time_gives_same_result(void **unused)
{
    (void)unused;
    static const enum explore_engine engines[] = {EXPLORE_CELLS, EXPLORE_LAYERS, EXPLORE_BY_LENGTH,
                                                  EXPLORE_BY_LENGTH};
    struct model *model = test_model_of(&dns_balancer, known_instance(3, 4, 1, 2, 0), INVARIANTS);
    for (size_t e = 0; e < KNOWN_COUNT(engines); e++) {
        struct job *job = mem_new(1, sizeof *job);
        job->config = fixture_config(model, INVARIANTS, engines[e], 1);
        job->config.fingerprints = e == 3;
        const struct explore_result expected = run_alone(job);
        job->config.checkpoint_dir = fixture_dir;
        job->config.checkpoint_seconds = 0;
        const struct explore_result result = run(job, 3);
        assert_same(&result, &expected);
        mem_free(job);
    }
    model_free(model);
}

/* Less and less memory: what does not fit ends with a checkpoint, from which more memory finishes. */
static void explore_without_memory_goes_on_with_more(void **unused)
{
    (void)unused;
    static const struct {
        enum explore_engine engine;
        int plans;
        bool fingerprints;
    } rows[] = {{EXPLORE_CELLS, 15, false},
                {EXPLORE_LAYERS, 9, false},
                {EXPLORE_BY_LENGTH, 8, false},
                {EXPLORE_BY_LENGTH, 8, true}};
    for (size_t e = 0; e < KNOWN_COUNT(rows); e++) {
        struct model *model = test_model_of(
            &dns_balancer, known_instance(3, rows[e].plans, 1, 3, DNS_GUARD_PROTECT_LIVE), INVARIANTS);
        struct job *job = mem_new(1, sizeof *job);
        job->config = fixture_config(model, INVARIANTS, rows[e].engine, 1);
        job->config.fingerprints = rows[e].fingerprints;
        const struct explore_result expected = run_alone(job);
        const size_t most = run(job, 3).bytes;
        size_t stopped = 0;
        for (size_t part = 1; part < 20; part++) {
            job->config.max_memory = most - most * part / 100;
            job->config.checkpoint_dir = fixture_dir;
            job->config.resume_dir = NULL;
            fake_peers_run(3, carry_out, job);
            if (job->status[0] == ERR_MEMORY)
                break; /* not even the start fits */
            struct explore_result result = job->results[0];
            assert_int_equal(job->status[0], OK);
            if (result.stop != EXPLORE_MEMORY)
                continue;
            stopped++;
            assert_false(result.complete);
            job->config.max_memory = (size_t)1 << 30;
            job->config.resume_dir = fixture_dir;
            result = run(job, 2 + (uint32_t)(part % 3));
            assert_same(&result, &expected);
        }
        assert_true(stopped > 0);
        mem_free(job);
        model_free(model);
    }
}

/* --- what goes wrong is everybody's --- */

/* The reason of the one that has it is that of all. */
static void explore_out_of_time_on_one_rank_ends_all(void **unused)
{
    (void)unused;
    static const enum explore_engine engines[] = {EXPLORE_CELLS, EXPLORE_LAYERS};
    struct model *model = test_model_of(&dns_balancer, known_instance(3, 6, 1, 2, 0), INVARIANTS);
    for (size_t e = 0; e < KNOWN_COUNT(engines); e++) {
        struct job *job = mem_new(1, sizeof *job);
        job->config = fixture_config(model, INVARIANTS, engines[e], 1);
        job->impatient = true;
        job->stopping_rank = 1;
        const struct explore_result result = run(job, 3);
        assert_int_equal(result.stop, EXPLORE_TIMEOUT);
        assert_false(result.complete);
        mem_free(job);
    }
    model_free(model);
}

/* What arrives damaged is an error of all, with a message that says from whom it came, and no crash. */
static void explore_with_damaged_letter_fails_on_all_ranks(void **unused)
{
    (void)unused;
    static const enum explore_engine engines[] = {EXPLORE_CELLS, EXPLORE_LAYERS};
    struct model *model = test_model_of(&dns_balancer, known_instance(3, 6, 1, 2, 0), INVARIANTS);
    for (size_t e = 0; e < KNOWN_COUNT(engines); e++) {
        for (size_t letter = 1; letter < 30; letter += 7) {
            /* A cell's key, or the largest progress; a cell's size, or a number of states. */
            for (size_t word = 0; word < 2; word++) {
                struct job *job = mem_new(1, sizeof *job);
                job->config = fixture_config(model, INVARIANTS, engines[e], 1);
                fake_peers_damage(letter, word);
                fake_peers_run(3, carry_out, job);
                for (size_t rank = 0; rank < 3; rank++) {
                    assert_int_equal(job->status[rank], ERR_DATA);
                    assert_non_null(strstr(job->errors[rank].text, "sent"));
                }
                mem_free(job);
            }
        }
    }
    fake_peers_damage(0, 0);
    model_free(model);
}

static void explore_resuming_what_is_not_there_fails_on_all_ranks(void **unused)
{
    (void)unused;
    struct model *model = test_model_of(&dns_balancer, known_instance(3, 4, 1, 2, 0), INVARIANTS);
    struct job *job = mem_new(1, sizeof *job);
    job->config = fixture_config(model, INVARIANTS, EXPLORE_AUTO, 1);
    job->config.resume_dir = fixture_dir;
    fake_peers_run(3, carry_out, job);
    for (size_t rank = 0; rank < 3; rank++) {
        assert_int_equal(job->status[rank], ERR_NO_INPUT);
        assert_non_null(strstr(job->errors[rank].text, "there is no checkpoint to resume"));
    }
    mem_free(job);
    model_free(model);
}

static void explore_with_kernel_that_overflows_uses_layers_on_all_ranks(void **unused)
{
    (void)unused;
    struct cell_kernel kernel;
    struct model_class class;
    fixture_make_overflowing(&kernel, &class);
    struct model *model = test_model_of(&dns_balancer, known_instance(3, 5, 1, 3, 0), INVARIANTS);
    struct model copy = *model;
    model->class = &class;
    struct job *job = mem_new(1, sizeof *job);
    job->config = fixture_config(model, INVARIANTS, EXPLORE_AUTO, 1);
    const struct explore_result result = run(job, 3);
    assert_int_equal(result.engine, EXPLORE_LAYERS);
    assert_true(result.overflowed);
    assert_int_equal(result.counts.states, 2726);
    mem_free(job);
    *model = copy;
    model_free(model);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(explore_random_instances_on_ranks_equals_one_process),
        cmocka_unit_test(explore_on_many_ranks_equals_one_process),
        cmocka_unit_test(explore_lease_on_ranks_equals_one_process),
        cmocka_unit_test(explore_stopped_goes_on_with_other_ranks),
        cmocka_unit_test(explore_alone_goes_on_with_ranks),
        cmocka_unit_test(explore_saving_all_the_time_gives_same_result),
        cmocka_unit_test(explore_without_memory_goes_on_with_more),
        cmocka_unit_test(explore_out_of_time_on_one_rank_ends_all),
        cmocka_unit_test(explore_with_damaged_letter_fails_on_all_ranks),
        cmocka_unit_test(explore_resuming_what_is_not_there_fails_on_all_ranks),
        cmocka_unit_test(explore_with_kernel_that_overflows_uses_layers_on_all_ranks),
    };
    return cmocka_run_group_tests(tests, fixture_make_dir, fixture_remove_dir);
}
