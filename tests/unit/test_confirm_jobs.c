#include "tests/support/cmocka_all.h"

#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "mbt/confirm_jobs.h"
#include "model/dns/dns_balancer.h"
#include "tests/support/golden.h"
#include "tests/support/script_server.h"

#define MULTI  "itf/root_n3_5_3_multi_s7.itf.ndjson.gz"
#define TRACES 4
#define ROUNDS 6

/* The states at which the traces of the file lose their root. */
static const size_t fail_states[TRACES] = {15, 21, 24, 23};

static struct confirm_jobs_config config_of(size_t count)
{
    return (struct confirm_jobs_config){
        .class = &dns_balancer, .lab = {.program = RACEWALK_PROGRAM, .deployers = 3}, .count = count};
}

static void expect_verdict(const struct confirm_job *job, size_t number)
{
    if (job->status != OK)
        fail_msg("trace %zu: %s", number, job->err.text);
    assert_int_equal(job->result.verdict, CONFIRM_CONFIRMED);
    assert_int_equal(job->result.fail_state, fail_states[number % TRACES]);
    assert_int_equal(job->line, number);
    assert_ptr_equal(job->user, &fail_states[number % TRACES]);
}

/* Puts all traces of the file in, as often as asked for, and takes them back; every fifth is an error that is
 * put in ready. */
static void judge_in_order(size_t jobs_count)
{
    struct confirm_jobs *jobs = NULL;
    struct error err = {{0}};
    const struct confirm_jobs_config config = config_of(jobs_count);
    size_t put = 0, taken = 0;
    assert_int_equal(confirm_jobs_new(&config, &jobs, &err), OK);
    while (taken < ROUNDS * (TRACES + 1)) {
        struct confirm_job *job = put < ROUNDS * (TRACES + 1) ? confirm_jobs_room(jobs) : NULL;
        if (job == NULL) {
            job = confirm_jobs_take(jobs);
            assert_non_null(job);
            if (taken % (TRACES + 1) == TRACES)
                assert_int_equal(job->status, ERR_DATA);
            else
                expect_verdict(job, taken / (TRACES + 1) * TRACES + taken % (TRACES + 1));
            taken++;
            continue;
        }
        const size_t index = put % (TRACES + 1);
        if (index == TRACES) {
            job->status = error_set(&job->err, ERR_DATA, "nothing");
        } else {
            struct itf_reader *reader = NULL;
            bool found = true;
            assert_int_equal(itf_reader_open(golden_path(MULTI), &dns_balancer, &reader, &err), OK);
            for (size_t i = 0; i <= index; i++)
                assert_int_equal(itf_reader_next(reader, &job->itf, &found, &err), OK);
            itf_reader_close(reader);
            job->line = put / (TRACES + 1) * TRACES + index;
            job->user = (void *)(uintptr_t)&fail_states[index];
        }
        confirm_jobs_put(jobs, index == TRACES);
        put++;
    }
    assert_null(confirm_jobs_take(jobs));
    confirm_jobs_free(jobs);
}

static void take_gives_traces_back_in_order(void **state)
{
    (void)state;
    judge_in_order(1);
    judge_in_order(2);
    judge_in_order(3);
}

static void put_golden(struct confirm_jobs *jobs)
{
    struct itf_reader *reader = NULL;
    struct error err;
    bool found = true;
    struct confirm_job *job = confirm_jobs_room(jobs);
    assert_non_null(job);
    assert_int_equal(itf_reader_open(golden_path(MULTI), &dns_balancer, &reader, &err), OK);
    assert_int_equal(itf_reader_next(reader, &job->itf, &found, &err), OK);
    itf_reader_close(reader);
    confirm_jobs_put(jobs, false);
}

/* Nobody takes them any more. */
static void free_ends_what_is_on_its_way(void **state)
{
    (void)state;
    for (size_t count = 1; count <= 3; count++) {
        struct confirm_jobs *jobs = NULL;
        struct error err;
        const struct confirm_jobs_config config = config_of(count);
        assert_int_equal(confirm_jobs_new(&config, &jobs, &err), OK);
        for (size_t i = 0; i < (count == 1 ? 1 : CONFIRM_PLACES_PER_LAB * count); i++)
            put_golden(jobs);
        assert_null(confirm_jobs_room(jobs));
        confirm_jobs_free(jobs);
    }
}

static bool always(void *user)
{
    (void)user;
    return true;
}

static void stop_is_told_of_each(void **state)
{
    (void)state;
    struct confirm_jobs *jobs = NULL;
    struct error err;
    struct confirm_jobs_config config = config_of(2);
    config.options.stopped = always;
    assert_int_equal(confirm_jobs_new(&config, &jobs, &err), OK);
    put_golden(jobs);
    put_golden(jobs);
    for (int i = 0; i < 2; i++) {
        struct confirm_job *job = confirm_jobs_take(jobs);
        assert_int_equal(job->status, ERR_STOPPED);
        assert_non_null(strstr(job->err.text, "[0]: stopped before state 0"));
    }
    confirm_jobs_free(jobs);
}

static void lab_that_does_not_start_is_told_of_each(void **state)
{
    (void)state;
    struct confirm_jobs *jobs = NULL;
    struct error err;
    struct confirm_jobs_config config = config_of(2);
    config.lab.program = "/nowhere/racewalk";
    assert_int_equal(confirm_jobs_new(&config, &jobs, &err), OK);
    put_golden(jobs);
    put_golden(jobs);
    for (int i = 0; i < 2; i++) {
        struct confirm_job *job = confirm_jobs_take(jobs);
        assert_int_equal(job->status, ERR_IO);
        assert_non_null(strstr(job->err.text, "[0]: not judged: the lab does not start: cannot be executed"));
        assert_int_equal(job->result.actions, 0);
    }
    confirm_jobs_free(jobs);
}

static void new_url_that_is_none_is_refused(void **state)
{
    (void)state;
    struct confirm_jobs *jobs = NULL;
    struct error err;
    struct confirm_jobs_config config = config_of(1);
    config.url = "nowhere";
    assert_int_equal(confirm_jobs_new(&config, &jobs, &err), ERR_USAGE);
    assert_null(jobs);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(take_gives_traces_back_in_order),
        cmocka_unit_test(free_ends_what_is_on_its_way),
        cmocka_unit_test(stop_is_told_of_each),
        cmocka_unit_test(lab_that_does_not_start_is_told_of_each),
        cmocka_unit_test(new_url_that_is_none_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
