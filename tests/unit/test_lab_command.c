/* SPDX-License-Identifier: Apache-2.0 */
/* The command, run in a process of its own: its first line, its ends, and what a killed lab leaves. */
#define _GNU_SOURCE

#include "tests/unit/test_lab_talk.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <netdb.h>
#include <signal.h>
#include <sys/wait.h>

#include "lab/cmd_lab.h"

/* Takes the place of libc's in this program: a name server that does not answer is asked for a long time. */
int getaddrinfo(const char *host, const char *service, const struct addrinfo *hints, struct addrinfo **result)
{
    static int (*original)(const char *, const char *, const struct addrinfo *, struct addrinfo **);
    if (host != NULL && strcmp(host, "slow.example") == 0) {
        printf("asking\n");
        (void)fflush(stdout);
        (void)sleep(30);
        return EAI_AGAIN;
    }
    if (original == NULL)
        *(void **)&original = dlsym(RTLD_NEXT, "getaddrinfo");
    return original(host, service, hints, result);
}

/* A lab in a child process. */
struct child {
    pid_t pid;
    int out; /* what it prints, errors too */
    int port;
};

static int run_command(int argc, char *const argv[])
{
    struct error err = {""};
    struct option_set *options = option_set_new(lab_command.groups, lab_command.group_count);
    enum status status = option_set_parse(options, argc, argv, &err);
    if (status == OK)
        status = option_set_check(options, lab_command.rules, lab_command.rule_count, &err);
    const int code = status == OK ? lab_command.run(options, NULL) : message_failure(status, &err);
    option_set_free(options);
    return code;
}

static struct child start(int argc, char *const argv[])
{
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    struct child child = {.pid = fork(), .out = ends[0]};
    assert_true(child.pid >= 0);
    if (child.pid == 0) {
        (void)dup2(ends[1], STDOUT_FILENO);
        (void)dup2(ends[1], STDERR_FILENO);
        (void)close(ends[0]);
        (void)close(ends[1]);
        const int code = run_command(argc, argv);
        (void)fflush(stdout);
        _exit(code);
    }
    (void)close(ends[1]);
    return child;
}

/* What it has printed up to a newline, or to its end. Good until the next call. */
static const char *first_line(const struct child *child)
{
    static char line[2048];
    size_t length = 0;
    char c;
    while (length < sizeof line - 1 && read(child->out, &c, 1) == 1 && c != '\n')
        line[length++] = c;
    line[length] = '\0';
    return line;
}

static int end_of(struct child *child)
{
    int status;
    assert_int_equal(waitpid(child->pid, &status, 0), child->pid);
    (void)close(child->out);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status);
}

/* A lab on a free port and this folder. */
static struct child start_lab(char *folder, char *more)
{
    char *argv[] = {(char[]){"--port=0"}, (char[]){"--base-dir"}, folder, more};
    struct child child = start(more != NULL ? 4 : 3, argv);
    const char *line = first_line(&child);
    if (sscanf(line, "lab: http://127.0.0.1:%d/ (base dir ", &child.port) != 1)
        fail_msg("%s", line);
    assert_contains(line, folder);
    return child;
}

static int set_up(void **state)
{
    *state = fixture_folder();
    return 0;
}

static int tear_down(void **state)
{
    fixture_remove(*state);
    return 0;
}

static void run_until_a_signal_ends_with_0(void **state)
{
    static const int signals[] = {SIGTERM, SIGINT};
    for (size_t i = 0; i < 2; i++) {
        struct child child = start_lab(*state, i == 0 ? (char[]){"--no-background"} : NULL);
        const int fd = client_connect(child.port);
        client_say(fd, "GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n");
        assert_contains(client_hear(fd, "]}", 2000), "HTTP/1.1 200 ");
        assert_int_equal(kill(child.pid, signals[i]), 0);
        assert_int_equal(end_of(&child), 0);
        (void)close(fd);
    }
}

/* Whatever the start waits for. */
static void run_until_a_signal_ends_before_it_serves(void **state)
{
    static const int signals[] = {SIGTERM, SIGINT};
    for (size_t i = 0; i < 2; i++) {
        char *argv[] = {(char[]){"--host=slow.example"}, (char[]){"--port=0"}, (char[]){"--base-dir"},
                        *state};
        struct child child = start(4, argv);
        assert_string_equal(first_line(&child), "asking");
        (void)alarm(15);
        assert_int_equal(kill(child.pid, signals[i]), 0);
        assert_int_equal(end_of(&child), 0);
        (void)alarm(0);
    }
}

static void run_where_nobody_can_read_where_ends_at_once(void **state)
{
    char *argv[] = {(char[]){"--port=0"}, (char[]){"--base-dir"}, *state};
    const pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        (void)dup2(open("/dev/full", O_WRONLY), STDOUT_FILENO);
        (void)alarm(15);
        _exit(run_command(3, argv));
    }
    struct child child = {.pid = pid, .out = -1};
    assert_int_equal(end_of(&child), EXIT_IO);
}

static void run_with_wrong_options_says_what_is_right(void **state)
{
    static const struct {
        const char *option;
        int code;
        const char *message;
    } cases[] = {
        {"--guard=reject-stole", EXIT_USAGE, "--guard reject-stole: there are reject-stale and protect-live"},
        {"--deployers=9", EXIT_USAGE, "--deployers 9: must be between 1 and 8"},
        {"--port=65536", EXIT_USAGE, "--port 65536: must be between 0 and 65535"},
        {"--planner-interval=-1", EXIT_USAGE, "--planner-interval"},
        {"--workshop=1", EXIT_USAGE, "--workshop"},
        {"operand", EXIT_USAGE, "lab takes no operands: operand"},
        {"--base-dir=/dev/null/x", EXIT_IO, "/dev/null"},
        {"--host=256.256.256.256", EXIT_IO, "--host 256.256.256.256: "},
    };
    assert_int_equal(chdir(*state), 0);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char option[64];
        (void)snprintf(option, sizeof option, "%s", cases[i].option);
        char *argv[] = {option};
        struct child child = start(1, argv);
        const char *line = first_line(&child);
        assert_contains(line, cases[i].message);
        assert_int_equal(end_of(&child), cases[i].code);
    }
    assert_int_equal(chdir("/"), 0);
}

/* The line that a lab with these two options starts with, and then its end; the second may be NULL. */
static void assert_starts_with(void *folder, char *first, char *second, const char *ending)
{
    char *argv[] = {(char[]){"--port=0"}, (char[]){"--base-dir"}, folder, first, second};
    struct child child = start(second != NULL ? 5 : 4, argv);
    const char *line = first_line(&child);
    assert_contains(line, ending);
    (void)kill(child.pid, SIGTERM);
    assert_int_equal(end_of(&child), 0);
}

static void run_a_workshop_lives_by_itself_only_when_told(void **state)
{
    assert_starts_with(*state, (char[]){"--workshop"}, NULL, ", workshop, no background)");
    assert_starts_with(*state, (char[]){"--workshop"}, (char[]){"--no-background"},
                       ", workshop, no background)");
    assert_starts_with(*state, (char[]){"--workshop"}, (char[]){"--background"}, ", workshop)");
    assert_starts_with(*state, (char[]){"--background"}, NULL, *state);
    char *argv[] = {(char[]){"--background"}, (char[]){"--no-background"}};
    struct child child = start(2, argv);
    assert_contains(first_line(&child), "--background and --no-background");
    assert_int_equal(end_of(&child), EXIT_USAGE);
}

static void run_from_the_environment_takes_its_names(void **state)
{
    char name[512];
    (void)snprintf(name, sizeof name, "%s/inner", (char *)*state);
    (void)setenv("DNS_LAB_BASE_DIR", name, 1);
    (void)setenv("DNS_LAB_DISABLE_BACKGROUND", "1", 1);
    char *argv[] = {(char[]){"--port=0"}};
    struct child child = start(1, argv);
    const char *line = first_line(&child);
    assert_contains(line, name);
    assert_contains(line, ", no background)");
    (void)kill(child.pid, SIGTERM);
    assert_int_equal(end_of(&child), 0);
    (void)unsetenv("DNS_LAB_BASE_DIR");
    (void)setenv("DNS_LAB_DISABLE_BACKGROUND", "0", 1);
    (void)setenv("DNS_LAB_PLANNER_INTERVAL_SECONDS", "soon", 1);
    child = start(1, argv);
    assert_contains(first_line(&child), "DNS_LAB_PLANNER_INTERVAL_SECONDS in the environment: ");
    assert_int_equal(end_of(&child), EXIT_USAGE);
    (void)unsetenv("DNS_LAB_DISABLE_BACKGROUND");
    (void)unsetenv("DNS_LAB_PLANNER_INTERVAL_SECONDS");
}

static const char *call(CURL *curl, const struct child *child, const char *path, struct reply *reply)
{
    const CURLcode code = client_request(curl, child->port, "POST", path, NULL, NULL, reply);
    if (code != CURLE_OK || reply->status != 200)
        fail_msg("%s: %s %s", path, curl_easy_strerror(code), reply->body.text);
    return reply->body.text;
}

/* Killed at once after an answer, again and again: what the answer said is there when the lab starts again.
 */
static void kill_after_an_answer_loses_nothing(void **state)
{
    CURL *curl = curl_easy_init();
    struct reply reply;
    buffer_init(&reply.body);
    for (int version = 1; version <= 12; version++) {
        struct child child = start_lab(*state, (char[]){"--no-background"});
        char wanted[128];
        (void)snprintf(wanted, sizeof wanted, "{\"version\": %d, ", version);
        assert_contains(call(curl, &child, "/mbt/planner/generate", &reply), wanted);
        (void)call(curl, &child, "/mbt/deployers/deployer-a/sync", &reply);
        (void)call(curl, &child, "/mbt/deployers/deployer-a/deploy", &reply);
        for (int i = 1; i < version; i++) { /* it starts anew at plan 1 */
            (void)call(curl, &child, "/mbt/deployers/deployer-a/sync", &reply);
            (void)call(curl, &child, "/mbt/deployers/deployer-a/deploy", &reply);
        }
        (void)snprintf(wanted, sizeof wanted, "\"version\": %d}", version);
        assert_contains(reply.body.text, wanted);
        (void)kill(child.pid, SIGKILL);
        assert_int_equal(end_of(&child), 1000 + SIGKILL);

        child = start_lab(*state, (char[]){"--no-background"});
        (void)snprintf(wanted, sizeof wanted, "\"value\": \"plan-%03d.cdb.acme\"", version);
        assert_contains(call(curl, &child, "/mbt/deployers/deployer-b/sync", &reply), wanted);
        (void)kill(child.pid, SIGKILL);
        (void)end_of(&child);
    }
    buffer_release(&reply.body);
    curl_easy_cleanup(curl);
}

/* Killed in the middle of writing: the lab starts again, whatever it was at. */
static void kill_at_any_time_leaves_a_lab_that_starts(void **state)
{
    for (int i = 0; i < 10; i++) {
        char *argv[] = {(char[]){"--port=0"},
                        (char[]){"--base-dir"},
                        *state,
                        (char[]){"--planner-interval=0.0001"},
                        (char[]){"--deployer-interval=0.0001"},
                        (char[]){"--deployer-jitter=0"}};
        struct child child = start(6, argv);
        assert_contains(first_line(&child), "lab: http://");
        (void)usleep((useconds_t)(20000 + 3700 * i));
        (void)kill(child.pid, SIGKILL);
        assert_int_equal(end_of(&child), 1000 + SIGKILL);
    }
    struct lab lab;
    fixture_open_lab(&lab, *state, (struct guards){false, false});
    assert_true(lab.planner.last_version > 10 && lab.zone.count > 3);
    lab_close(&lab);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(run_until_a_signal_ends_with_0),
        TEST(run_until_a_signal_ends_before_it_serves),
        TEST(run_where_nobody_can_read_where_ends_at_once),
        TEST(run_with_wrong_options_says_what_is_right),
        TEST(run_a_workshop_lives_by_itself_only_when_told),
        TEST(run_from_the_environment_takes_its_names),
        TEST(kill_after_an_answer_loses_nothing),
        TEST(kill_at_any_time_leaves_a_lab_that_starts),
    };
    (void)setenv("NO_COLOR", "1", 1);
    curl_global_init(CURL_GLOBAL_DEFAULT);
    const int failures = cmocka_run_group_tests(tests, NULL, NULL);
    curl_global_cleanup();
    return failures;
}
