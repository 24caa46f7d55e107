/* SPDX-License-Identifier: Apache-2.0 */
/* What every program does first. */
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/process.h"
#include "tests/support/cmocka_all.h"

/* Carries work out in a process of its own, which has closed the descriptors that the bits name; returns its
 * exit status. */
static int in_child(int (*work)(void), unsigned closed)
{
    const pid_t pid = fork();
    if (pid == 0) {
        for (int fd = 0; fd < 3; fd++) {
            if ((closed >> fd & 1) != 0)
                (void)close(fd);
        }
        _exit(work());
    }
    int status = 0;
    assert_true(pid > 0 && waitpid(pid, &status, 0) == pid);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
}

static int open_a_file(void)
{
    if (process_prepare(NULL) != OK || process_prepare(NULL) != OK)
        return 1;
    return open("/dev/null", O_RDONLY) > STDERR_FILENO ? 0 : 2;
}

static void prepare_opens_what_is_closed(void **state)
{
    (void)state;
    for (unsigned closed = 0; closed < 8; closed++)
        assert_int_equal(in_child(open_a_file, closed), 0);
}

/* What is open stays what it was: the file's offset moves. */
static int write_to_output(void)
{
    char name[] = "/tmp/racewalk-process.XXXXXX";
    const int fd = mkstemp(name);
    if (fd < 0 || dup2(fd, STDOUT_FILENO) < 0 || process_prepare(NULL) != OK)
        return 1;
    (void)unlink(name);
    return write(STDOUT_FILENO, "abc", 3) == 3 && lseek(fd, 0, SEEK_CUR) == 3 ? 0 : 2;
}

static void prepare_leaves_what_is_open(void **state)
{
    (void)state;
    assert_int_equal(in_child(write_to_output, 0), 0);
    assert_int_equal(in_child(write_to_output, 5), 0);
}

/* A write past ulimit -f, and one to a pipe that nobody reads, fail; neither kills. */
static int write_in_vain(void)
{
    char name[] = "/tmp/racewalk-process.XXXXXX";
    const struct rlimit none = {.rlim_cur = 0, .rlim_max = RLIM_INFINITY};
    int ends[2];
    const int fd = mkstemp(name);
    if (fd < 0 || pipe(ends) != 0 || process_prepare(NULL) != OK || setrlimit(RLIMIT_FSIZE, &none) != 0)
        return 1;
    (void)unlink(name);
    (void)close(ends[0]);
    return write(fd, "a", 1) < 0 && write(ends[1], "a", 1) < 0 ? 0 : 2;
}

static void prepare_makes_writes_fail_that_would_kill(void **state)
{
    (void)state;
    assert_int_equal(in_child(write_in_vain, 0), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(prepare_opens_what_is_closed),
        cmocka_unit_test(prepare_leaves_what_is_open),
        cmocka_unit_test(prepare_makes_writes_fail_that_would_kill),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
