/* SPDX-License-Identifier: Apache-2.0 */
/* Stopping: by request, time and memory, at any point; going on from what was saved; and files that are not
 * what they should be. */
#include "tests/support/cmocka_all.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/checkpoint_folder.h"
#include "base/memory.h"
#include "search/check_checkpoint.h"
#include "search/explore.h"
#include "tests/support/effort.h"
#include "tests/support/known_dns.h"
#include "tests/support/lease_lock.h"
#include "tests/support/search_fixture.h"
#include "tests/support/test_model.h"

static const enum explore_engine engines[] = {EXPLORE_BY_LENGTH, EXPLORE_LAYERS, EXPLORE_CELLS};

static struct model *new_model(int plans, uint32_t guards)
{
    return test_model_of(&dns_balancer, known_instance(3, plans, 1, 3, guards), INVARIANTS);
}

/* --- stopping and going on --- */

/* Lets so many calls pass while states are counted, then asks for a stop. */
static bool pass_some(void *context, const struct explore_progress *progress)
{
    int *left = context;
    return progress->phase != EXPLORE_COUNTING || (*left)-- > 0;
}

static uint64_t trace_hash;
static enum explore_verdict hash_trace(void *context, const struct trace *trace)
{
    (void)context;
    for (size_t i = 0; i < trace->step_count; i++)
        trace_hash = rng_mix(trace_hash ^ trace->steps[i].move);
    return EXPLORE_GO_ON;
}

/* Returns how often it was stopped. */
static size_t stop_and_resume(struct explore_config config, const struct explore_result *expected,
                              struct payload_rng *rng)
{
    int left;
    config.context = &left;
    config.on_progress = pass_some;
    config.checkpoint_dir = fixture_dir;
    for (size_t stops = 0;; stops++) {
        left = (int)payload_rng_below(rng, 40);
        config.threads = 1 + (int)payload_rng_below(rng, 4);
        config.resume_dir = stops > 0 ? fixture_dir : NULL;
        if (stops == 0)
            checkpoint_folder_forget(fixture_dir, &check_checkpoint);
        const struct explore_result result = fixture_explore(&config);
        assert_int_equal(result.resumed, stops > 0);
        if (result.stop == EXPLORE_SIGNAL) {
            assert_false(result.complete);
            continue;
        }
        assert_int_equal(result.stop, expected->stop);
        assert_int_equal(result.complete, expected->complete);
        assert_memory_equal(&result.counts, &expected->counts, sizeof result.counts);
        return stops;
    }
}

static void resume_after_stops_anywhere_equals_uninterrupted(void **unused)
{
    (void)unused;
    struct payload_rng rng = payload_rng_of_trace_seed(5);
    size_t stops = 0;
    for (size_t e = 0; e < KNOWN_COUNT(engines); e++) {
        for (uint32_t variant = 0; variant < 4; variant++) {
            struct model *model = new_model(variant == 3 ? 9 : 7, variant == 1 ? DNS_GUARD_PROTECT_LIVE : 0);
            struct explore_config config = fixture_config(model, INVARIANTS, engines[e], 2);
            config.symmetry = variant != 2;
            config.max_steps = variant == 3 ? 25 : EXPLORE_STEPS_UNLIMITED;
            const struct explore_result expected = fixture_explore(&config);
            for (int i = 0; i < (test_is_long() ? 5 : 1); i++)
                stops += stop_and_resume(config, &expected, &rng);
            model_free(model);
        }
    }
    assert_true(stops >= (test_is_long() ? 60 : 10));
}

static void resume_of_lease_equals_uninterrupted(void **unused)
{
    (void)unused;
    struct payload_rng rng = payload_rng_of_trace_seed(6);
    struct model *model = NULL;
    struct instance instance = lease_class()->presets[1].instance;
    instance.properties = 7;
    assert_int_equal(model_new(lease_class(), &instance, &model, NULL), OK);
    struct explore_config config = fixture_config(model, INVARIANTS, EXPLORE_AUTO, 2);
    config.properties = 7;
    const struct explore_result expected = fixture_explore(&config);
    size_t stops = 0;
    for (int i = 0; i < 20; i++)
        stops += stop_and_resume(config, &expected, &rng);
    assert_true(stops > 0);
    model_free(model);
}

/* A search for findings that is stopped while it counts goes on to the same findings. */
static void resume_until_findings_gives_same_traces(void **unused)
{
    (void)unused;
    struct model *model = new_model(5, 0);
    for (size_t e = 0; e < KNOWN_COUNT(engines); e++) {
        int left = 3;
        struct explore_config config = fixture_config(model, INVARIANTS, engines[e], 2);
        config.until_findings = 1;
        config.max_steps = 14;
        config.on_finding = hash_trace;
        trace_hash = 0;
        const struct explore_result expected = fixture_explore(&config);
        const uint64_t expected_hash = trace_hash;
        assert_int_equal(expected.stop, EXPLORE_BOUND);
        checkpoint_folder_forget(fixture_dir, &check_checkpoint);
        config.checkpoint_dir = fixture_dir;
        config.context = &left;
        config.on_progress = pass_some;
        assert_int_equal(fixture_explore(&config).stop, EXPLORE_SIGNAL);
        trace_hash = 0;
        left = INT32_MAX;
        config.resume_dir = fixture_dir;
        const struct explore_result result = fixture_explore(&config);
        assert_true(result.resumed);
        assert_memory_equal(&result.counts, &expected.counts, sizeof result.counts);
        assert_int_equal(trace_hash, expected_hash);
    }
    model_free(model);
}

/* Counts how often there is a checkpoint. */
static bool look_for_file(void *context, const struct explore_progress *progress)
{
    (void)progress;
    *(size_t *)context += access(fixture_checkpoint, R_OK) == 0;
    return true;
}

static void explore_with_frequent_checkpoints_leaves_none_at_the_end(void **unused)
{
    (void)unused;
    struct model *model = new_model(5, 0);
    for (size_t e = 0; e < KNOWN_COUNT(engines); e++) {
        struct explore_config config = fixture_config(model, INVARIANTS, engines[e], 2);
        size_t seen = 0;
        checkpoint_folder_forget(fixture_dir, &check_checkpoint);
        config.checkpoint_dir = fixture_dir;
        config.checkpoint_seconds = 0;
        config.context = &seen;
        config.on_progress = look_for_file;
        assert_int_equal(fixture_explore(&config).counts.states, 2726);
        assert_true(seen > 5);
        assert_int_not_equal(access(fixture_checkpoint, F_OK), 0);
    }
    model_free(model);
}

static void explore_past_timeout_stops(void **unused)
{
    (void)unused;
    struct model *model = new_model(12, 0);
    for (size_t e = 0; e < KNOWN_COUNT(engines); e++) {
        struct explore_config config = fixture_config(model, INVARIANTS, engines[e], 2);
        config.timeout = 0.001;
        const struct explore_result result = fixture_explore(&config);
        assert_int_equal(result.stop, EXPLORE_TIMEOUT);
        assert_false(result.complete);
        assert_true(result.counts.states < 341176);
    }
    model_free(model);
}

/* --- memory --- */

static void explore_past_memory_stops_and_resumes_with_more(void **unused)
{
    (void)unused;
    struct model *model = new_model(8, 0);
    for (size_t e = 0; e < KNOWN_COUNT(engines); e++) {
        struct explore_config config = fixture_config(model, INVARIANTS, engines[e], 2);
        config.threads = 1;
        const struct explore_result expected = fixture_explore(&config);
        assert_true(expected.bytes > 0);
        size_t stops = 0;
        /* A search that cannot even begin fails; one that can stops within its limit. */
        for (size_t limit = expected.bytes / 20; limit < expected.bytes; limit += expected.bytes / 20) {
            struct explore_result result;
            struct error err = {{0}};
            config.max_memory = limit;
            checkpoint_folder_forget(fixture_dir, &check_checkpoint);
            config.checkpoint_dir = fixture_dir;
            config.resume_dir = NULL;
            const enum status status = explore(&config, &result, &err);
            if (status != OK) {
                assert_int_equal(status, ERR_MEMORY);
                assert_true(err.text[0] != '\0');
                continue;
            }
            assert_true(result.bytes <= limit);
            if (result.stop != EXPLORE_MEMORY) {
                assert_memory_equal(&result.counts, &expected.counts, sizeof result.counts);
                continue;
            }
            stops++;
            assert_false(result.complete);
            assert_true(result.counts.states < expected.counts.states);
            config.max_memory = (size_t)1 << 32;
            config.resume_dir = fixture_dir;
            result = fixture_explore(&config);
            assert_true(result.resumed && result.complete);
            assert_memory_equal(&result.counts, &expected.counts, sizeof result.counts);
        }
        assert_true(stops > 0 || engines[e] == EXPLORE_CELLS);
    }
    model_free(model);
}

/* The ways to deep states are found although not all layers can be kept at a time. */
static void explore_with_little_memory_still_finds_traces(void **unused)
{
    (void)unused;
    struct model *model = NULL;
    struct instance instance = known_instance(3, 14, 1, 9, 0);
    instance.properties = INVARIANTS;
    assert_int_equal(model_new(&dns_balancer, &instance, &model, NULL), OK);
    struct explore_config config = fixture_config(model, INVARIANTS, EXPLORE_LAYERS, 2);
    config.threads = 1;
    config.max_steps = 25;
    config.on_finding = hash_trace;
    const struct explore_result expected = fixture_explore(&config);
    assert_int_equal(expected.hit, INVARIANTS);
    size_t scarce = 0;
    /* Down to where two layers do not fit. */
    for (size_t limit = expected.bytes; limit > expected.bytes / 2; limit -= expected.bytes / 100) {
        config.max_memory = limit;
        struct explore_result result;
        if (explore(&config, &result, NULL) != OK || result.stop != EXPLORE_BOUND || result.untraced != 0)
            break;
        scarce++;
    }
    assert_true(scarce > 10);
    model_free(model);
}

static void explore_without_memory_fails_cleanly(void **unused)
{
    (void)unused;
    struct model *model = new_model(3, 0);
    struct model *violated = NULL;
    struct instance instance = known_instance(3, 3, 1, 0, 0);
    instance.properties = INVARIANTS;
    assert_int_equal(model_new(&dns_balancer, &instance, &violated, NULL), OK);
    for (size_t e = 0; e < 2 * KNOWN_COUNT(engines); e++) {
        for (size_t nth = 1;; nth++) {
            struct explore_result result = {.stop = EXPLORE_EXHAUSTED};
            struct error err = {{0}};
            struct explore_config config =
                fixture_config(e % 2 == 0 ? model : violated, INVARIANTS, engines[e / 2], 2);
            config.threads = 1;
            config.until_findings = nth % 2;
            checkpoint_folder_forget(fixture_dir, &check_checkpoint);
            config.checkpoint_dir = fixture_dir;
            mem_fail_from(nth);
            const enum status status = explore(&config, &result, &err);
            mem_fail_from(0);
            if (status == OK && result.stop == EXPLORE_EXHAUSTED && result.untraced == 0 && nth > 200)
                break;
            assert_true(status == OK || status == ERR_MEMORY);
            assert_true(status == OK || err.text[0] != '\0');
        }
    }
    model_free(model);
    model_free(violated);
}

/* --- the file --- */

static size_t read_file(const char *path, unsigned char **ret_bytes)
{
    FILE *in = fopen(path, "rb");
    assert_non_null(in);
    assert_int_equal(fseek(in, 0, SEEK_END), 0);
    const size_t size = (size_t)ftell(in);
    rewind(in);
    *ret_bytes = mem_new(size, 1);
    assert_int_equal(fread(*ret_bytes, 1, size, in), size);
    assert_int_equal(fclose(in), 0);
    return size;
}

static void write_file(const unsigned char *bytes, size_t size)
{
    FILE *out = fopen(fixture_checkpoint, "wb");
    assert_non_null(out);
    assert_int_equal(fwrite(bytes, 1, size, out), size);
    assert_int_equal(fclose(out), 0);
}

/* Leaves a checkpoint in the folder. */
static void save_some(struct explore_config config)
{
    int left = 5;
    config.context = &left;
    config.on_progress = pass_some;
    config.checkpoint_dir = fixture_dir;
    checkpoint_folder_forget(fixture_dir, &check_checkpoint);
    assert_int_equal(fixture_explore(&config).stop, EXPLORE_SIGNAL);
}

static void resume_of_damaged_file_is_refused(void **unused)
{
    (void)unused;
    struct model *model = new_model(5, 0);
    for (size_t e = 0; e < KNOWN_COUNT(engines); e++) {
        struct explore_config config = fixture_config(model, INVARIANTS, engines[e], 2);
        struct explore_result result;
        unsigned char *bytes;
        save_some(config);
        const size_t size = read_file(fixture_checkpoint, &bytes);
        config.resume_dir = fixture_dir;
        for (size_t i = 0; i < size; i += 1 + i / 16) {
            struct error err = {{0}};
            bytes[i] ^= 0x10;
            write_file(bytes, size);
            assert_int_equal(explore(&config, &result, &err), ERR_DATA);
            assert_non_null(strstr(err.text, fixture_checkpoint));
            bytes[i] ^= 0x10;
        }
        for (size_t length = 0; length < size; length = 1 + 2 * length) {
            struct error err = {{0}};
            write_file(bytes, length);
            assert_int_equal(explore(&config, &result, &err), ERR_DATA);
        }
        write_file(bytes, size);
        assert_true(fixture_explore(&config).complete);
        mem_free(bytes);
    }
    model_free(model);
}

static void resume_of_another_check_names_both_values(void **unused)
{
    (void)unused;
    struct model *model = new_model(5, 0), *other = new_model(6, DNS_GUARD_REJECT_STALE);
    struct explore_config config = fixture_config(model, INVARIANTS, EXPLORE_LAYERS, 2);
    struct explore_result result;
    struct error err = {{0}};
    save_some(config);
    config.resume_dir = fixture_dir;
    config.max_steps = 30;
    assert_int_equal(explore(&config, &result, &err), ERR_USAGE);
    assert_non_null(strstr(err.text, "'max-steps 2147483647', this one 'max-steps 30'"));
    config = fixture_config(other, INVARIANTS, EXPLORE_LAYERS, 2);
    config.resume_dir = fixture_dir;
    assert_int_equal(explore(&config, &result, &err), ERR_USAGE);
    assert_non_null(strstr(err.text, "'plans 5:5', this one 'plans 6:6'"));
    /* What it is of can be asked for. */
    struct check_task task;
    struct error warning;
    assert_int_equal(explore_read_checkpoint(fixture_dir, &dns_balancer, &task, &warning, &err), OK);
    assert_string_equal(warning.text, "");
    assert_memory_equal(&task.instance, &model->instance, sizeof task.instance);
    assert_int_equal(task.max_steps, EXPLORE_STEPS_UNLIMITED);
    assert_true(task.symmetry && task.until_findings == 0 && task.properties == INVARIANTS);
    assert_int_equal(explore_read_checkpoint(fixture_dir, lease_class(), &task, &warning, &err), ERR_DATA);
    struct model_class made = dns_balancer;
    made.identity = 1;
    struct model *of_made = test_model_of(&made, model->instance, INVARIANTS);
    assert_int_equal(explore_read_checkpoint(fixture_dir, &made, &task, &warning, &err), ERR_USAGE);
    assert_non_null(strstr(err.text, "is of another version of the model dns_balancer"));
    config = fixture_config(of_made, INVARIANTS, EXPLORE_LAYERS, 2);
    config.resume_dir = fixture_dir;
    err.text[0] = '\0';
    assert_int_equal(explore(&config, &result, &err), ERR_USAGE);
    assert_non_null(strstr(err.text, "is of another version of the model dns_balancer"));
    model_free(of_made);
    /* Nothing is written over it by a search that does not go on from it. */
    config = fixture_config(model, INVARIANTS, EXPLORE_LAYERS, 2);
    config.checkpoint_dir = fixture_dir;
    assert_int_equal(explore(&config, &result, &err), ERR_USAGE);
    /* Where the engine is free, it is the checkpoint's. */
    for (size_t e = 0; e < KNOWN_COUNT(engines); e++) {
        save_some(fixture_config(model, INVARIANTS, engines[e], 2));
        config = fixture_config(model, INVARIANTS, EXPLORE_AUTO, 2);
        config.resume_dir = fixture_dir;
        assert_int_equal(fixture_explore(&config).engine, engines[e]);
    }
    model_free(model);
    model_free(other);
}

static void resume_without_checkpoint_is_no_input(void **unused)
{
    (void)unused;
    struct model *model = new_model(5, 0);
    struct explore_config config = fixture_config(model, INVARIANTS, EXPLORE_AUTO, 2);
    struct explore_result result;
    struct error err = {{0}};
    checkpoint_folder_forget(fixture_dir, &check_checkpoint);
    config.resume_dir = fixture_dir;
    assert_int_equal(explore(&config, &result, &err), ERR_NO_INPUT);
    assert_non_null(strstr(err.text, fixture_checkpoint));
    model_free(model);
}

/* A file that is cut off is not the end: the search goes on from the one before, which is not lost when it
 * saves. */
static void resume_of_damaged_file_goes_on_from_the_one_before(void **unused)
{
    (void)unused;
    struct model *model = new_model(7, 0);
    for (size_t e = 0; e < KNOWN_COUNT(engines); e++) {
        struct explore_config config = fixture_config(model, INVARIANTS, engines[e], 2);
        const struct explore_result expected = fixture_explore(&config);
        struct check_task task;
        struct error warning = {{0}};
        unsigned char *bytes;
        int left = 5;
        save_some(config);
        config.context = &left;
        config.on_progress = pass_some;
        config.checkpoint_dir = config.resume_dir = fixture_dir;
        assert_int_equal(fixture_explore(&config).stop, EXPLORE_SIGNAL); /* the second one */
        const size_t size = read_file(fixture_checkpoint, &bytes);
        write_file(bytes, size / 2);
        assert_int_equal(explore_read_checkpoint(fixture_dir, &dns_balancer, &task, &warning, NULL), OK);
        assert_non_null(strstr(warning.text, "check.checkpoint is damaged"));
        left = 0; /* saved again at once: both files are whole now */
        assert_int_equal(fixture_explore(&config).stop, EXPLORE_SIGNAL);
        assert_int_equal(explore_read_checkpoint(fixture_dir, &dns_balancer, &task, &warning, NULL), OK);
        assert_string_equal(warning.text, "");
        write_file(bytes, 0);
        left = INT32_MAX;
        const struct explore_result result = fixture_explore(&config);
        assert_true(result.resumed && result.complete);
        assert_memory_equal(&result.counts, &expected.counts, sizeof result.counts);
        assert_false(checkpoint_folder_has(fixture_dir, &check_checkpoint));
        mem_free(bytes);
    }
    model_free(model);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(resume_after_stops_anywhere_equals_uninterrupted),
        cmocka_unit_test(resume_of_lease_equals_uninterrupted),
        cmocka_unit_test(resume_until_findings_gives_same_traces),
        cmocka_unit_test(explore_with_frequent_checkpoints_leaves_none_at_the_end),
        cmocka_unit_test(explore_past_timeout_stops),
        cmocka_unit_test(explore_past_memory_stops_and_resumes_with_more),
        cmocka_unit_test(explore_with_little_memory_still_finds_traces),
        cmocka_unit_test(explore_without_memory_fails_cleanly),
        cmocka_unit_test(resume_of_damaged_file_is_refused),
        cmocka_unit_test(resume_of_another_check_names_both_values),
        cmocka_unit_test(resume_without_checkpoint_is_no_input),
        cmocka_unit_test(resume_of_damaged_file_goes_on_from_the_one_before),
    };
    return cmocka_run_group_tests(tests, fixture_make_dir, fixture_remove_dir);
}
