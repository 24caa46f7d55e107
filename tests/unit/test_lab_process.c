/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/support/cmocka_all.h"

#include <dirent.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "mbt/http_client.h"
#include "mbt/lab/lab_process.h"
#include "tests/unit/test_lab_fixture.h"

/* Temporary folders are made within one of the test's own. */
static char *parent;

static int set_up(void **state)
{
    (void)state;
    parent = fixture_folder();
    return setenv("TMPDIR", parent, 1);
}

static int tear_down(void **state)
{
    (void)state;
    fixture_remove(parent);
    return unsetenv("TMPDIR");
}

static size_t count_folders(void)
{
    size_t count = 0;
    DIR *folder = opendir(parent);
    assert_non_null(folder);
    for (const struct dirent *entry; (entry = readdir(folder)) != NULL;)
        count += entry->d_name[0] != '.';
    closedir(folder);
    return count;
}

static enum status post(const char *url, const char *path, struct error *err)
{
    struct http_client *client = NULL;
    struct http_answer answer;
    const struct http_request request = {.method = "POST", .path = path};
    http_answer_init(&answer);
    assert_int_equal(http_client_new(url, NULL, &client, err), OK);
    enum status status = http_client_request(client, &request, &answer, err);
    if (status == OK && answer.status != 200)
        status = error_set(err, ERR_DATA, "%d %s", answer.status, answer.text.text);
    http_answer_release(&answer);
    http_client_free(client);
    return status;
}

static void start_lab_answers_and_leaves_nothing_behind(void **state)
{
    (void)state;
    const struct lab_process_options options = {
        .program = RACEWALK_PROGRAM, .guards = "reject-stale,protect-live", .deployers = 8};
    struct lab_process *process = NULL;
    struct error err = {{0}};
    char url[128];
    if (lab_process_start(&options, &process, &err) != OK)
        fail_msg("%s", err.text);
    (void)snprintf(url, sizeof url, "%s", lab_process_url(process));
    assert_memory_equal(url, "http://127.0.0.1:", 17);
    assert_int_equal(count_folders(), 1);
    assert_int_equal(post(url, "/mbt/reset", &err), OK);
    assert_int_equal(post(url, "/mbt/deployers/deployer-h/sync", &err), OK);
    assert_int_equal(post(url, "/mbt/deployers/deployer-i/sync", &err), ERR_DATA);
    lab_process_stop(process);
    assert_int_equal(count_folders(), 0);
    assert_int_equal(post(url, "/mbt/reset", &err), ERR_IO);
    assert_int_equal(waitpid(-1, NULL, WNOHANG), -1); /* no child is left, not even a dead one */
}

/* A token there is for the user's own lab. */
static void start_with_a_token_in_the_environment_needs_none(void **state)
{
    (void)state;
    const struct lab_process_options options = {.program = RACEWALK_PROGRAM};
    struct lab_process *process = NULL;
    struct error err = {{0}};
    assert_int_equal(setenv("DNS_LAB_TOKEN", "5f2b", 1), 0);
    if (lab_process_start(&options, &process, &err) != OK)
        fail_msg("%s", err.text);
    if (post(lab_process_url(process), "/mbt/reset", &err) != OK)
        fail_msg("%s", err.text);
    lab_process_stop(process);
    assert_string_equal(getenv("DNS_LAB_TOKEN"), "5f2b");
    assert_int_equal(unsetenv("DNS_LAB_TOKEN"), 0);
}

static void start_lab_that_cannot_says_why(void **state)
{
    (void)state;
    struct lab_process *process = NULL;
    struct error err = {{0}};
    struct lab_process_options options = {.program = RACEWALK_PROGRAM, .guards = "no-such-guard"};
    assert_int_equal(lab_process_start(&options, &process, &err), ERR_IO);
    assert_memory_equal(err.text, "the lab does not start: ", 24);
    assert_non_null(strstr(err.text, "no-such-guard"));
    options = (struct lab_process_options){.program = "/nowhere/racewalk"};
    assert_int_equal(lab_process_start(&options, &process, &err), ERR_IO);
    assert_string_equal(err.text, "the lab does not start: cannot be executed");
    options = (struct lab_process_options){.program = "/bin/true"};
    assert_int_equal(lab_process_start(&options, &process, &err), ERR_IO);
    assert_string_equal(err.text, "the lab does not start: it said nothing");
    assert_null(process);
    assert_int_equal(count_folders(), 0);
}

static void start_without_a_temporary_folder_fails(void **state)
{
    (void)state;
    const struct lab_process_options options = {.program = RACEWALK_PROGRAM};
    struct lab_process *process = NULL;
    struct error err = {{0}};
    assert_int_equal(setenv("TMPDIR", "/nowhere", 1), 0);
    assert_int_equal(lab_process_start(&options, &process, &err), ERR_IO);
    assert_string_equal(err.text, "/nowhere: no temporary folder can be made: No such file or directory");
    assert_int_equal(setenv("TMPDIR", parent, 1), 0);
}

/* The process that started the lab is killed, and cannot stop it any more. */
static void kill_starter_ends_the_lab(void **state)
{
    (void)state;
    int ends[2];
    char url[128] = "";
    struct error err;
    assert_int_equal(pipe(ends), 0);
    const pid_t starter = fork();
    if (starter == 0) {
        const struct lab_process_options options = {.program = RACEWALK_PROGRAM};
        struct lab_process *process = NULL;
        if (lab_process_start(&options, &process, &err) == OK)
            (void)!write(ends[1], lab_process_url(process), strlen(lab_process_url(process)));
        for (;;)
            (void)pause();
    }
    assert_true(read(ends[0], url, sizeof url - 1) > 0);
    assert_int_equal(post(url, "/mbt/reset", &err), OK);
    assert_int_equal(kill(starter, SIGKILL), 0);
    assert_int_equal(waitpid(starter, NULL, 0), starter);
    bool gone = false;
    for (int i = 0; i < 200 && !gone; i++) {
        gone = post(url, "/mbt/reset", &err) == ERR_IO;
        (void)usleep(10000);
    }
    assert_true(gone);
    (void)close(ends[0]);
    (void)close(ends[1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(start_lab_answers_and_leaves_nothing_behind),
        cmocka_unit_test(start_with_a_token_in_the_environment_needs_none),
        cmocka_unit_test(start_lab_that_cannot_says_why),
        cmocka_unit_test(start_without_a_temporary_folder_fails),
        cmocka_unit_test(kill_starter_ends_the_lab),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
