/* SPDX-License-Identifier: Apache-2.0 */
#define _XOPEN_SOURCE 700 /* nftw */

#include "mbt/lab/lab_process.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/memory.h"
#include "base/stop.h"

extern char **environ; /* which programs declare for themselves (POSIX) */

#define FOLDER_SIZE    512
#define URL_SIZE       128
#define SAID_SIZE      1024 /* bytes kept of what a lab says when it starts */
#define ARGUMENTS_MAX  16
#define OPEN_FILES_MAX 16 /* while a folder is removed */

struct lab_process {
    struct lab_process_options options;
    pid_t pid;                /* 0: none runs */
    int output;               /* what the lab writes; -1: none */
    char folder[FOLDER_SIZE]; /* empty: none was made */
    char url[URL_SIZE];
};

const char *lab_process_url(const struct lab_process *process)
{
    return process->url;
}

const char *lab_process_folder(const struct lab_process *process)
{
    return process->folder;
}

static int remove_entry(const char *path, const struct stat *status, int type, struct FTW *place)
{
    (void)status;
    (void)type;
    (void)place;
    (void)remove(path); /* what cannot be removed stays, like the folders around it */
    return 0;
}

static enum status make_folder(struct lab_process *process, struct error *err)
{
    const char *parent = getenv("TMPDIR");
    if (parent == NULL || parent[0] == '\0')
        parent = "/tmp";
    char folder[FOLDER_SIZE];
    const int length = snprintf(folder, sizeof folder, "%s/racewalk-lab-XXXXXX", parent);
    if (length < 0 || (size_t)length >= sizeof folder)
        return error_set(err, ERR_IO, "TMPDIR is too long for a temporary folder's name");
    if (mkdtemp(folder) == NULL)
        return error_set(err, ERR_IO, "%s: no temporary folder can be made: %s", parent, strerror(errno));
    memcpy(process->folder, folder, sizeof folder);
    return OK;
}

/* A token in the environment is for a lab that others reach, and this one would ask for it. In the child's
 * own copy, where unsetenv, which may wait for a lock, is not safe. */
static void forget_token(void)
{
    static const char token[] = "DNS_LAB_TOKEN=";
    char **kept = environ;
    for (char **at = environ; *at != NULL; at++) {
        if (strncmp(*at, token, sizeof token - 1) != 0)
            *kept++ = *at;
    }
    *kept = NULL;
}

/* The child's part. Only calls that are safe between fork and exec. */
static _Noreturn void become_lab(const char *program, char *const *arguments, int output, pid_t parent)
{
    (void)setpgid(0, 0);
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) /* the parent was gone before the kernel was asked */
        _exit(EXIT_INTERNAL);
    (void)dup2(output, STDOUT_FILENO);
    (void)dup2(output, STDERR_FILENO);
    const int null = open("/dev/null", O_RDONLY);
    if (null >= 0)
        (void)dup2(null, STDIN_FILENO);
    forget_token();
    execv(program, arguments);
    static const char message[] = "cannot be executed\n";
    (void)!write(STDOUT_FILENO, message, sizeof message - 1);
    _exit(EXIT_INTERNAL);
}

static enum status spawn(struct lab_process *process, const struct lab_process_options *options,
                         struct error *err)
{
    static char name[] = "racewalk", command[] = "lab", port[] = "--port", zero[] = "0",
                background[] = "--no-background", base[] = "--base-dir", guard[] = "--guard",
                deployers[] = "--deployers", host[] = "--host", loopback[] = "127.0.0.1";
    char count[16], guards[256];
    char *arguments[ARGUMENTS_MAX] = {name, command,         host,      loopback, port, zero,
                                      base, process->folder, background};
    size_t used = 9;
    if (options->deployers != 0) {
        (void)snprintf(count, sizeof count, "%u", (unsigned)options->deployers);
        arguments[used++] = deployers;
        arguments[used++] = count;
    }
    if (options->guards != NULL) {
        (void)snprintf(guards, sizeof guards, "%s", options->guards);
        arguments[used++] = guard;
        arguments[used++] = guards;
    }

    int ends[2];
    /* Another thread's lab must not inherit the pipe's ends: it would keep this one's end from being seen. */
    static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
    (void)pthread_mutex_lock(&lock);
    if (pipe(ends) != 0) {
        (void)pthread_mutex_unlock(&lock);
        return error_set(err, ERR_IO, "no pipe to a lab: %s", strerror(errno));
    }
    /* Nobody reads what the lab says once it listens: a full pipe must not stop it. */
    (void)fcntl(ends[1], F_SETFL, O_NONBLOCK);
    (void)fcntl(ends[0], F_SETFD, FD_CLOEXEC);
    (void)fcntl(ends[1], F_SETFD, FD_CLOEXEC);
    const pid_t parent = getpid();
    const pid_t pid = fork();
    if (pid == 0)
        become_lab(options->program != NULL ? options->program : "/proc/self/exe", arguments, ends[1],
                   parent);
    (void)close(ends[1]);
    (void)pthread_mutex_unlock(&lock);
    if (pid < 0) {
        (void)close(ends[0]);
        return error_set(err, ERR_IO, "no process for a lab: %s", strerror(errno));
    }
    process->pid = pid;
    process->output = ends[0];
    return OK;
}

/* Takes the URL out of "lab: http://127.0.0.1:8000/ (base dir …)"; false when no line says so. */
static bool find_url(const char *said, char url[URL_SIZE])
{
    const char *line = strstr(said, "lab: http://");
    if (line == NULL || strchr(line, '\n') == NULL)
        return false;
    const char *start = line + strlen("lab: ");
    const size_t length = strcspn(start, " \n");
    if (length >= URL_SIZE)
        return false;
    memcpy(url, start, length);
    url[length] = '\0';
    if (length > 0 && url[length - 1] == '/')
        url[length - 1] = '\0';
    return true;
}

/* Reads what the lab says until it says where it listens. */
static enum status await_url(struct lab_process *process, struct error *err)
{
    char said[SAID_SIZE] = "";
    size_t length = 0;
    const int64_t deadline_ms = clock_us() / 1000 + LAB_PROCESS_START_MS;
    for (;;) {
        const int64_t left_ms = deadline_ms - clock_us() / 1000;
        if (left_ms <= 0)
            return error_set(err, ERR_IO, "the lab does not say where it listens within %d ms",
                             LAB_PROCESS_START_MS);
        struct pollfd item = {.fd = process->output, .events = POLLIN};
        if (poll(&item, 1, (int)left_ms) <= 0)
            continue;
        const ssize_t count = read(process->output, said + length, sizeof said - 1 - length);
        if (count < 0 && errno == EINTR)
            continue;
        if (count <= 0) {
            said[strcspn(said, "\n")] = '\0';
            return error_set(err, ERR_IO, "the lab does not start: %s",
                             said[0] != '\0' ? said : "it said nothing");
        }
        length += (size_t)count;
        said[length] = '\0';
        if (find_url(said, process->url))
            return OK;
    }
}

enum status lab_process_start(const struct lab_process_options *options, struct lab_process **ret_process,
                              struct error *err)
{
    struct lab_process *process = mem_new(1, sizeof *process);
    if (process == NULL)
        return error_memory(err, sizeof *process);
    process->output = -1;
    process->options = *options;
    enum status status = make_folder(process, err);
    if (status == OK)
        status = spawn(process, options, err);
    if (status == OK)
        status = await_url(process, err);
    if (status != OK) {
        lab_process_stop(process);
        return status;
    }
    *ret_process = process;
    return OK;
}

/* Waits for the end of the child; false when it still runs after that time. */
static bool await_end(pid_t pid, int wait_ms)
{
    const int64_t deadline_ms = clock_us() / 1000 + wait_ms;
    const struct timespec pause = {.tv_nsec = 2000000};
    for (;;) {
        const pid_t ended = waitpid(pid, NULL, WNOHANG);
        if (ended == pid || (ended < 0 && errno != EINTR))
            return true;
        if (clock_us() / 1000 >= deadline_ms)
            return false;
        (void)nanosleep(&pause, NULL);
    }
}

/* Ends the child, when one runs. */
static void end_child(struct lab_process *process, bool kills)
{
    if (process->pid != 0) {
        (void)kill(process->pid, kills ? SIGKILL : SIGTERM);
        if (!await_end(process->pid, LAB_PROCESS_STOP_MS)) {
            (void)kill(process->pid, SIGKILL);
            (void)await_end(process->pid, LAB_PROCESS_STOP_MS);
        }
    }
    if (process->output >= 0)
        (void)close(process->output);
    process->pid = 0;
    process->output = -1;
}

enum status lab_process_restart(struct lab_process *process, bool kills, struct error *err)
{
    end_child(process, kills);
    const enum status status = spawn(process, &process->options, err);
    return status == OK ? await_url(process, err) : status;
}

void lab_process_stop(struct lab_process *process)
{
    if (process == NULL)
        return;
    end_child(process, false);
    if (process->folder[0] != '\0')
        (void)nftw(process->folder, remove_entry, OPEN_FILES_MAX, FTW_DEPTH | FTW_PHYS);
    mem_free(process);
}
