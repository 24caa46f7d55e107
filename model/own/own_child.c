/* SPDX-License-Identifier: Apache-2.0 */
/* For memfd_create. */
#define _GNU_SOURCE

#include "model/own/own_child.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

/* This program ignores some signals, and its caller may hold others back; its children should do neither. */
static int heed_signals(posix_spawnattr_t *attributes)
{
    sigset_t heeded, none;
    (void)sigemptyset(&none);
    (void)sigemptyset(&heeded);
    (void)sigaddset(&heeded, SIGPIPE);
    (void)sigaddset(&heeded, SIGXFSZ);
    int code = posix_spawnattr_setsigdefault(attributes, &heeded);
    if (code == 0)
        code = posix_spawnattr_setsigmask(attributes, &none);
    return code != 0 ? code
                     : posix_spawnattr_setflags(attributes, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
}

/* errno's kind of code; 0: it runs. */
static int spawn(const char *const argv[], struct own_child *child)
{
    posix_spawn_file_actions_t files;
    posix_spawnattr_t attributes;
    int code = posix_spawn_file_actions_init(&files);
    if (code != 0)
        return code;
    code = posix_spawnattr_init(&attributes);
    if (code != 0) {
        (void)posix_spawn_file_actions_destroy(&files);
        return code;
    }
    code = heed_signals(&attributes);
    if (code == 0)
        code = posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    if (code == 0)
        code = posix_spawn_file_actions_adddup2(&files, child->output, STDOUT_FILENO);
    if (code == 0)
        code = posix_spawn_file_actions_adddup2(&files, child->words, STDERR_FILENO);
    if (code == 0) /* which takes its arguments as they are, for all that its type says */
        code =
            posix_spawn(&child->pid, argv[0], &files, &attributes, (char *const *)(uintptr_t)argv, environ);
    (void)posix_spawnattr_destroy(&attributes);
    (void)posix_spawn_file_actions_destroy(&files);
    return code;
}

static void close_files(struct own_child *child)
{
    if (child->output >= 0)
        (void)close(child->output);
    if (child->words >= 0)
        (void)close(child->words);
    child->output = child->words = -1;
}

enum status own_child_start(const char *const argv[], struct own_child *ret_child, struct error *err)
{
    struct own_child child = {.output = memfd_create("output", MFD_CLOEXEC),
                              .words = memfd_create("words", MFD_CLOEXEC)};
    int code = child.output < 0 || child.words < 0 ? errno : spawn(argv, &child);
    if (code != 0) {
        close_files(&child);
        return error_set(err, ERR_IO, "%s cannot be started: %s", argv[0], strerror(code));
    }
    *ret_child = child;
    return OK;
}

static bool append_file(int fd, struct buffer *out)
{
    char bytes[1 << 16];
    off_t at = 0;
    ssize_t count;
    while ((count = pread(fd, bytes, sizeof bytes, at)) > 0) {
        buffer_append(out, bytes, (size_t)count);
        at += count;
    }
    return count == 0;
}

enum status own_child_wait(struct own_child *child, struct buffer *output, struct buffer *words,
                           bool *ret_well, struct error *err)
{
    int how = 0;
    assert(child->pid > 0);
    while (waitpid(child->pid, &how, 0) < 0) {
        if (errno != EINTR) {
            close_files(child);
            return error_set(err, ERR_IO, "the end of a program cannot be waited for: %s", strerror(errno));
        }
    }
    child->pid = 0;
    const bool kept =
        append_file(child->words, words) && (output == NULL || append_file(child->output, output));
    close_files(child);
    if (WIFSIGNALED(how)) {
        const int by = WTERMSIG(how);
        const bool user = by == SIGINT || by == SIGTERM || by == SIGHUP;
        return error_set(err, user ? ERR_STOPPED : ERR_IO, "the compiler was ended by signal %d (%s)", by,
                         strsignal(by));
    }
    if (!kept)
        return error_set(err, ERR_IO, "what the compiler says cannot be read: %s", strerror(errno));
    *ret_well = WEXITSTATUS(how) == 0;
    return OK;
}
