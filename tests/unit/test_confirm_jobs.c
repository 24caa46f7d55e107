/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/support/cmocka_all.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "mbt/confirm_jobs.h"
#include "mbt/lab/lab_system.h"
#include "model/dns/dns_balancer.h"
#include "tests/support/golden.h"

#define MULTI  "itf/root_n3_5_3_multi_s7.itf.ndjson.gz"
#define TRACES 4
#define ROUNDS 6

/* The states at which the traces of the file lose their root. */
static const size_t fail_states[TRACES] = {15, 21, 24, 23};

static struct lab_setup setup;

static struct confirm_jobs_config config_of(size_t count)
{
    setup = (struct lab_setup){.process = {.program = RACEWALK_PROGRAM, .deployers = 3}};
    return (struct confirm_jobs_config){
        .class = &dns_balancer, .driver = &lab_system, .setup = &setup, .count = count};
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
        for (size_t i = 0; i < (count == 1 ? 1 : CONFIRM_PLACES_PER_JOB * count); i++)
            put_golden(jobs);
        assert_null(confirm_jobs_room(jobs));
        confirm_jobs_free(jobs);
    }
}

/* Puts the golden trace in, which is judged at once, and takes it back. */
static const struct confirm_job *judge_golden(struct confirm_jobs *jobs)
{
    put_golden(jobs);
    return confirm_jobs_take(jobs);
}

/* A lab by way of a script, which tells its process. */
static void write_script(const char *folder, char *path, char *pid_path, size_t size)
{
    (void)snprintf(path, size, "%s/lab.sh", folder);
    (void)snprintf(pid_path, size, "%s/pid", folder);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fprintf(file, "#!/bin/sh\necho $$ > %s\nexec %s \"$@\"\n", pid_path, RACEWALK_PROGRAM);
    assert_int_equal(fclose(file), 0);
    assert_int_equal(chmod(path, 0700), 0);
}

static int read_pid(const char *path)
{
    int pid = 0;
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    assert_int_equal(fscanf(file, "%d", &pid), 1);
    (void)fclose(file);
    assert_true(pid > 1);
    return pid;
}

/* The trace at hand is lost with it; the next one gets another. */
static void lab_that_was_lost_is_started_anew(void **state)
{
    (void)state;
    char path[512], pid_path[512];
    char folder[] = "/tmp/racewalk-jobs-XXXXXX";
    struct confirm_jobs *jobs = NULL;
    struct error err;
    assert_non_null(mkdtemp(folder));
    write_script(folder, path, pid_path, sizeof path);
    struct confirm_jobs_config config = config_of(1);
    setup.process.program = path;
    assert_int_equal(confirm_jobs_new(&config, &jobs, &err), OK);
    assert_int_equal(judge_golden(jobs)->status, OK);
    const int first = read_pid(pid_path);
    assert_int_equal(kill(first, SIGKILL), 0);
    const struct confirm_job *job = judge_golden(jobs);
    assert_int_equal(job->status, ERR_IO);
    assert_non_null(strstr(job->err.text, "[0]: not judged: state 0 (Init): "));
    job = judge_golden(jobs);
    if (job->status != OK)
        fail_msg("%s", job->err.text);
    assert_int_equal(job->result.verdict, CONFIRM_CONFIRMED);
    assert_int_not_equal(read_pid(pid_path), first);
    confirm_jobs_free(jobs);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(unlink(pid_path), 0);
    assert_int_equal(rmdir(folder), 0);
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
    const struct confirm_jobs_config config = config_of(2);
    setup.process.program = "/nowhere/racewalk";
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
    const struct confirm_jobs_config config = config_of(1);
    setup.connection.url = "nowhere";
    assert_int_equal(confirm_jobs_new(&config, &jobs, &err), ERR_USAGE);
    assert_null(jobs);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(take_gives_traces_back_in_order),
        cmocka_unit_test(free_ends_what_is_on_its_way),
        cmocka_unit_test(lab_that_was_lost_is_started_anew),
        cmocka_unit_test(stop_is_told_of_each),
        cmocka_unit_test(lab_that_does_not_start_is_told_of_each),
        cmocka_unit_test(new_url_that_is_none_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
