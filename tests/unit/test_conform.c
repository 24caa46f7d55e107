/* SPDX-License-Identifier: Apache-2.0 */
/* The search for differences, on a system without any state but counts, with one mistake each. */
#include "tests/support/cmocka_all.h"

#include <stdatomic.h>
#include <string.h>

#include "base/memory.h"
#include "mbt/confirm.h"
#include "mbt/conform.h"
#include "mbt/lockstep_trace.h"
#include "tests/support/lease_lock.h"

enum mistake {
    NO_MISTAKE,
    THIRD_WRITE,     /* differs */
    TAKES_RELEASE,   /* of a client that holds nothing, once something was written */
    LOOK_CHANGES,    /* after two leases */
    LOST_ONCE,       /* the first write of all */
    REFUSES_EXPIRY,  /* as is known */
    NODS,            /* says yes to what is not allowed, and does nothing */
    CHANGES_REFUSED, /* refuses a release, and counts it all the same */
    CANNOT_RESET
};

struct fake {
    enum mistake mistake;
    int writes, leases, refused;
};

static atomic_int systems, lost; /* systems that are open; writes that LOST_ONCE has lost */

static enum status fake_open(const void *setup, const struct system_observer *observer, void **ret_system,
                             struct error *err)
{
    struct fake *fake = mem_new(1, sizeof *fake);
    (void)observer;
    if (fake == NULL)
        return error_memory(err, sizeof *fake);
    fake->mistake = *(const enum mistake *)setup;
    atomic_fetch_add(&systems, 1);
    *ret_system = fake;
    return OK;
}

static void fake_close(void *system)
{
    atomic_fetch_sub(&systems, 1);
    mem_free(system);
}

static bool fake_is_own(const void *setup)
{
    (void)setup;
    return true;
}

static void differ(struct system_step *step, const char *aspect)
{
    step->outcome = SYSTEM_UNEXPECTED;
    (void)snprintf(step->aspect, sizeof step->aspect, "%s", aspect);
    (void)snprintf(step->message, sizeof step->message, "%s: 1 expected, found 2", aspect);
}

static enum status fake_reset(void *system, const struct itf_trace *itf, struct system_step *ret_step,
                              struct error *err)
{
    struct fake *fake = system;
    (void)err;
    assert_true(itf->is_lockstep);
    assert_int_equal(itf->parameters.kind, VALUE_RECORD);
    fake->writes = fake->leases = fake->refused = 0;
    *ret_step = (struct system_step){.outcome = SYSTEM_AS_PREDICTED};
    if (fake->mistake == CANNOT_RESET)
        differ(ret_step, "reset");
    return OK;
}

static enum status fake_step(void *system, const struct system_action *action, const struct value *expected,
                             struct system_step *ret_step, struct error *err)
{
    struct fake *fake = system;
    (void)err;
    *ret_step = (struct system_step){.outcome = expected != NULL ? SYSTEM_AS_PREDICTED : SYSTEM_REFUSED};
    (void)snprintf(ret_step->branch, sizeof ret_step->branch, "%s", expected != NULL ? "done" : "refused");
    if (expected == NULL) {
        if (fake->mistake == TAKES_RELEASE && strcmp(action->name, "release") == 0 && fake->writes > 0)
            ret_step->outcome = SYSTEM_AS_PREDICTED;
        if (fake->mistake == NODS)
            ret_step->outcome = SYSTEM_AS_PREDICTED;
        fake->refused += strcmp(action->name, "release") == 0;
        return OK;
    }
    fake->writes += strcmp(action->name, "write") == 0;
    fake->leases += strcmp(action->name, "acquire") == 0;
    if (fake->mistake == THIRD_WRITE && fake->writes == 3)
        differ(ret_step, "writes");
    if (fake->mistake == LOST_ONCE && fake->writes == 1 && atomic_fetch_add(&lost, 1) == 0)
        differ(ret_step, "lost");
    return OK;
}

static enum system_offer fake_offers(const void *system, const struct system_action *action,
                                     const struct known_difference **ret_difference)
{
    static const struct known_difference known = {"eternal", "a lease never expires"};
    const struct fake *fake = system;
    *ret_difference = NULL;
    if (strcmp(action->name, "expire") != 0 || fake->mistake != REFUSES_EXPIRY)
        return strcmp(action->name, "acquire") == 0 ? SYSTEM_TAKES : SYSTEM_REFUSES;
    *ret_difference = &known;
    return SYSTEM_REFUSES;
}

static enum status fake_look(void *system, uint64_t draw, struct system_step *ret_step, struct error *err)
{
    const struct fake *fake = system;
    (void)draw;
    (void)err;
    *ret_step = (struct system_step){.outcome = SYSTEM_AS_PREDICTED};
    if (fake->mistake == LOOK_CHANGES && fake->leases == 2)
        differ(ret_step, "look");
    return OK;
}

static enum status fake_observe(void *system, struct value *ret_observed, struct error *err)
{
    const struct fake *fake = system;
    (void)err;
    *ret_observed = value_int(fake->writes + (fake->mistake == CHANGES_REFUSED ? 100 * fake->refused : 0));
    return OK;
}

static size_t fake_differences(const void *system,
                               struct system_difference differences[SYSTEM_DIFFERENCES_MAX])
{
    (void)system;
    (void)differences;
    return 0;
}

/* Without offers it is asked for everything; with them it says what it takes. */
static const struct system_driver fake_driver = {.name = "fake",
                                                 .is_own = fake_is_own,
                                                 .open = fake_open,
                                                 .close = fake_close,
                                                 .reset = fake_reset,
                                                 .step = fake_step,
                                                 .look = fake_look,
                                                 .differences = fake_differences};

/* --- searches --- */

#define FOUND_MAX 64

struct found {
    uint64_t sample;
    size_t length, replays;
    bool is_steady;
    struct lockstep_difference difference;
    struct buffer trace; /* as written */
};

struct search {
    struct model *model;
    struct lockstep_vocabulary vocabulary;
    struct conform_config config;
    struct conform_result result;
    enum mistake mistake;
    struct system_driver driver;
    struct found found[FOUND_MAX];
    size_t count, enough;
};

static bool on_finding(void *user, const struct conform_finding *finding)
{
    struct search *search = user;
    struct found *found = &search->found[search->count++];
    struct error err;
    *found = (struct found){.sample = finding->sample,
                            .length = finding->script->count,
                            .replays = finding->replays,
                            .is_steady = finding->is_steady,
                            .difference = *finding->difference};
    buffer_init(&found->trace);
    assert_int_equal(lockstep_write(search->model, finding->script, &search->vocabulary, "a test", ITF_LINE,
                                    &found->trace, &err),
                     OK);
    return search->count < search->enough;
}

static void run(struct search *search, enum mistake mistake, enum conform_choice choice, size_t jobs,
                uint64_t samples, size_t enough)
{
    struct error err;
    const struct instance *instance = &lease_class()->presets[0].instance;
    *search = (struct search){.mistake = mistake, .enough = enough, .driver = fake_driver};
    if (mistake == REFUSES_EXPIRY)
        search->driver.offers = fake_offers;
    if (mistake == NODS || mistake == CHANGES_REFUSED)
        search->driver.observe = fake_observe;
    assert_int_equal(model_new(lease_class(), instance, &search->model, &err), OK);
    lockstep_vocabulary_init(&search->vocabulary);
    assert_int_equal(lockstep_vocabulary_collect(&search->vocabulary, search->model, &err), OK);
    search->config = (struct conform_config){.model = search->model,
                                             .driver = &search->driver,
                                             .setup = &search->mistake,
                                             .vocabulary = &search->vocabulary,
                                             .choice = choice,
                                             .seed = 1,
                                             .max_samples = samples,
                                             .max_steps = 30,
                                             .jobs = jobs,
                                             .on_finding = on_finding,
                                             .user = search};
    assert_int_equal(conform_search(&search->config, &search->result, &err), OK);
    assert_true(search->result.is_complete);
    assert_int_equal(atomic_load(&systems), 0);
}

static void release(struct search *search)
{
    for (size_t i = 0; i < search->count; i++)
        buffer_release(&search->found[i].trace);
    conform_coverage_release(&search->result.coverage);
    lockstep_vocabulary_release(&search->vocabulary);
    model_free(search->model);
}

static void search_finds_and_shrinks_each_mistake(void **state)
{
    (void)state;
    static const struct {
        enum mistake mistake;
        size_t least, most; /* events */
        enum lockstep_kind kind;
        const char *aspect;
    } rows[] = {
        {THIRD_WRITE, 4, 6, LOCKSTEP_STEP, "writes"}, /* of one client, or each event is needed by two */
        {TAKES_RELEASE, 3, 4, LOCKSTEP_ATTEMPT, "taken"},
        {LOOK_CHANGES, 4, 4, LOCKSTEP_LOOK, "look"}, /* lease, its end, lease, look */
        {CANNOT_RESET, 0, 0, LOCKSTEP_LOOK, "reset"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        for (enum conform_choice choice = CONFORM_UNIFORM; choice <= CONFORM_LEAST; choice++) {
            struct search search;
            run(&search, rows[i].mistake, choice, 1, 50, 1);
            assert_int_equal(search.count, 1);
            assert_in_range(search.found[0].length, rows[i].least, rows[i].most);
            assert_int_equal(search.found[0].difference.kind, rows[i].kind);
            assert_string_equal(search.found[0].difference.step.aspect, rows[i].aspect);
            assert_true(search.found[0].is_steady);
            release(&search);
        }
    }
}

static void search_without_mistake_finds_nothing(void **state)
{
    (void)state;
    struct search search;
    run(&search, NO_MISTAKE, CONFORM_LEAST, 1, 20, 1);
    assert_int_equal(search.count, 0);
    assert_int_equal(search.result.samples, 20);
    assert_true(search.result.coverage.attempts > 20);
    assert_true(search.result.coverage.looks > 20);
    assert_true(search.result.coverage.steps > 200);
    release(&search);
}

static void search_with_least_sees_more_states(void **state)
{
    (void)state;
    struct search uniform, least;
    run(&uniform, NO_MISTAKE, CONFORM_UNIFORM, 1, 40, 1);
    run(&least, NO_MISTAKE, CONFORM_LEAST, 1, 40, 1);
    assert_true(least.result.coverage.states.used > uniform.result.coverage.states.used);
    release(&uniform);
    release(&least);
}

static void search_of_one_seed_is_one_run(void **state)
{
    (void)state;
    static const struct {
        enum conform_choice choice;
        size_t jobs, again;
    } rows[] = {{CONFORM_LEAST, 1, 1}, {CONFORM_LEAST, 3, 3}, {CONFORM_UNIFORM, 1, 3}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct search a, b;
        run(&a, THIRD_WRITE, rows[i].choice, rows[i].jobs, 48, FOUND_MAX);
        run(&b, THIRD_WRITE, rows[i].choice, rows[i].again, 48, FOUND_MAX);
        assert_true(a.count > 3);
        assert_int_equal(a.count, b.count);
        assert_int_equal(a.result.coverage.states.used, b.result.coverage.states.used);
        assert_int_equal(a.result.coverage.outcome_count, b.result.coverage.outcome_count);
        for (size_t k = 0; k < a.count; k++) {
            assert_int_equal(a.found[k].sample, b.found[k].sample);
            assert_string_equal(a.found[k].trace.text, b.found[k].trace.text);
            assert_true(k == 0 || a.found[k].sample > a.found[k - 1].sample);
        }
        for (size_t k = 0; k < a.result.coverage.outcome_count; k++)
            assert_int_equal(a.result.coverage.outcomes[k].count, b.result.coverage.outcomes[k].count);
        release(&a);
        release(&b);
    }
}

static void difference_that_does_not_come_again_is_told(void **state)
{
    (void)state;
    struct search search;
    atomic_store(&lost, 0);
    run(&search, LOST_ONCE, CONFORM_UNIFORM, 1, 20, 1);
    assert_int_equal(search.count, 1);
    assert_false(search.found[0].is_steady);
    assert_string_equal(search.found[0].difference.step.aspect, "lost");
    release(&search);
}

static void step_that_is_known_to_be_refused_is_not_taken(void **state)
{
    (void)state;
    struct search search;
    run(&search, REFUSES_EXPIRY, CONFORM_UNIFORM, 1, 20, 1);
    assert_int_equal(search.count, 0);
    bool found = false;
    for (size_t i = 0; i < search.result.coverage.outcome_count; i++) {
        const struct conform_outcome *outcome = &search.result.coverage.outcomes[i];
        found = found || (outcome->known != NULL && outcome->kind == LOCKSTEP_ATTEMPT);
        assert_false(outcome->kind == LOCKSTEP_STEP && outcome->action == LEASE_EXPIRE);
    }
    assert_true(found);
    release(&search);
}

static void attempt_must_change_nothing(void **state)
{
    (void)state;
    struct search search;
    run(&search, NODS, CONFORM_UNIFORM, 1, 20, 1);
    assert_int_equal(search.count, 0);
    assert_true(search.result.coverage.attempts > 20);
    release(&search);
    run(&search, CHANGES_REFUSED, CONFORM_UNIFORM, 1, 20, 1);
    assert_int_equal(search.count, 1);
    assert_int_equal(search.found[0].length, 1);
    assert_string_equal(search.found[0].difference.step.aspect, "changed though refused");
    release(&search);
}

static void walk_with_allowed_only_tries_nothing(void **state)
{
    (void)state;
    struct search search;
    run(&search, NO_MISTAKE, CONFORM_UNIFORM, 1, 1, 1);
    search.config.allowed_only = true;
    conform_coverage_release(&search.result.coverage);
    struct error err;
    assert_int_equal(conform_search(&search.config, &search.result, &err), OK);
    assert_int_equal(search.result.coverage.attempts, 0);
    assert_true(search.result.coverage.steps > 0);
    release(&search);
}

/* --- confirm --- */

static enum confirm_verdict confirm_with(enum mistake mistake, const struct buffer *trace,
                                         struct confirm_result *result)
{
    struct error err;
    struct itf_reader *reader = NULL;
    struct itf_trace itf;
    struct confirm *confirm = NULL;
    void *system = NULL;
    bool found = false;
    const struct confirm_options options = {.on_step = NULL};
    const struct system_observer nobody = {.on_call = NULL};
    itf_trace_init(&itf);
    assert_int_equal(
        itf_reader_open_memory("found", trace->text, trace->length, lease_class(), &reader, &err), OK);
    assert_int_equal(itf_reader_next(reader, &itf, &found, &err), OK);
    assert_true(found && itf.is_lockstep);
    assert_int_equal(fake_open(&mistake, &nobody, &system, &err), OK);
    assert_int_equal(confirm_new(lease_class(), &fake_driver, system, &options, &confirm, &err), OK);
    assert_int_equal(confirm_trace(confirm, &itf, result, &err), OK);
    confirm_free(confirm);
    fake_close(system);
    itf_trace_release(&itf);
    itf_reader_close(reader);
    return result->verdict;
}

static void confirm_brings_each_difference_back(void **state)
{
    (void)state;
    static const struct {
        enum mistake mistake;
        size_t extras; /* events that lead to no state */
        const char *action;
    } rows[] = {{THIRD_WRITE, 0, "write"},
                {TAKES_RELEASE, 1, "try release"},
                {LOOK_CHANGES, 1, "look"},
                {CANNOT_RESET, 0, "Init"}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct search search;
        struct confirm_result result;
        confirm_result_init(&result);
        run(&search, rows[i].mistake, CONFORM_LEAST, 1, 50, 1);
        assert_int_equal(confirm_with(rows[i].mistake, &search.found[0].trace, &result), CONFIRM_DIVERGED);
        assert_false(result.same);
        assert_int_equal(result.fail_state, search.found[0].length - rows[i].extras);
        assert_string_equal(result.fail_action, rows[i].action);
        assert_string_equal(result.message, search.found[0].difference.step.message);
        assert_int_equal(confirm_with(NO_MISTAKE, &search.found[0].trace, &result), CONFIRM_AGREES);
        assert_true(result.same);
        confirm_result_release(&result);
        release(&search);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(search_finds_and_shrinks_each_mistake),
        cmocka_unit_test(search_without_mistake_finds_nothing),
        cmocka_unit_test(search_with_least_sees_more_states),
        cmocka_unit_test(search_of_one_seed_is_one_run),
        cmocka_unit_test(difference_that_does_not_come_again_is_told),
        cmocka_unit_test(step_that_is_known_to_be_refused_is_not_taken),
        cmocka_unit_test(attempt_must_change_nothing),
        cmocka_unit_test(walk_with_allowed_only_tries_nothing),
        cmocka_unit_test(confirm_brings_each_difference_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
