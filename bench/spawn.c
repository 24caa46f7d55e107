/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE /* posix_spawn_file_actions_addchdir_np, environ */
#include "bench/spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/stop.h"

static int spawn(const char *const *argv, const char *folder, const char *out, pid_t *ret_pid)
{
    posix_spawn_file_actions_t actions;
    int error = posix_spawn_file_actions_init(&actions);
    if (error != 0)
        return error;
    error = posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    if (error == 0)
        error = posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, out != NULL ? out : "/dev/null",
                                                 O_WRONLY | O_CREAT | O_TRUNC, 0666);
    if (error == 0)
        error = posix_spawn_file_actions_adddup2(&actions, STDOUT_FILENO, STDERR_FILENO);
    if (error == 0 && folder != NULL)
        error = posix_spawn_file_actions_addchdir_np(&actions, folder);
    if (error == 0) /* it does not change its arguments */
        error = posix_spawnp(ret_pid, argv[0], &actions, NULL, (char *const *)(uintptr_t)argv, environ);
    (void)posix_spawn_file_actions_destroy(&actions);
    return error;
}

enum status spawn_run(const char *const *argv, const char *folder, const char *out, double *ret_seconds,
                      int *ret_exit, struct error *err)
{
    pid_t pid;
    int wait_status;
    const double start = clock_seconds();
    const int error = spawn(argv, folder, out, &pid);
    if (error != 0)
        return error_set(err, ERR_IO, "%s: %s", argv[0], strerror(error));
    while (waitpid(pid, &wait_status, 0) < 0) {
        if (errno != EINTR)
            return error_set(err, ERR_IO, "%s: %s", argv[0], strerror(errno));
    }
    *ret_seconds = clock_seconds() - start;
    if (!WIFEXITED(wait_status))
        return error_set(err, ERR_IO, "%s: ended by signal %d", argv[0], WTERMSIG(wait_status));
    *ret_exit = WEXITSTATUS(wait_status);
    return OK;
}

enum status spawn_expect(const char *const *argv, const char *folder, const char *out, int expected,
                         double *ret_seconds, struct error *err)
{
    int exit_status;
    const enum status status = spawn_run(argv, folder, out, ret_seconds, &exit_status, err);
    if (status == OK && exit_status != expected)
        return error_set(err, ERR_IO, "%s: exit status %d in place of %d", argv[0], exit_status, expected);
    return status;
}

enum status spawn_number(const char *path, const char *before, const char *after, double *ret_number,
                         struct error *err)
{
    FILE *file = fopen(path, "r");
    char line[4096];
    bool found = false;
    while (file != NULL && !found && fgets(line, sizeof line, file) != NULL) {
        const char *words = strstr(line, before != NULL ? before : after);
        if (words == NULL)
            continue;
        const char *from = before != NULL ? words + strlen(before) : line;
        char *end;
        *ret_number = strtod(from, &end);
        found = end != from;
    }
    if (file != NULL)
        (void)fclose(file);
    return found ? OK
                 : error_set(err, ERR_DATA, "%s has no number with “%s”", path,
                             before != NULL ? before : after);
}

bool spawn_there(const char *program)
{
    const char *from = getenv("PATH");
    while (from != NULL && *from != '\0') {
        char path[4096];
        const size_t length = strcspn(from, ":");
        snprintf(path, sizeof path, "%.*s/%s", (int)length, from, program);
        if (access(path, X_OK) == 0)
            return true;
        from += length + (from[length] == ':');
    }
    return false;
}

void spawn_remove(const char *folder)
{
    const char *const argv[] = {"rm", "-rf", "--", folder, NULL};
    double seconds;
    struct error err = {{0}};
    if (spawn_expect(argv, NULL, NULL, 0, &seconds, &err) != OK)
        (void)fprintf(stderr, "racewalk-bench: %s\n", err.text);
}
