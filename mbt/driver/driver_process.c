/* SPDX-License-Identifier: Apache-2.0 */
#include "mbt/driver/driver_process.h"

#include <errno.h>
#include <fcntl.h>
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
#include "base/plain.h"
#include "base/stop.h"

#define SLICE_MS         100  /* of a wait: then a signal is looked for */
#define SIGNAL_MS        1000 /* that the action at hand still has after one */
#define LAST_WORD_MS     300  /* for what a driver that ended has still written */
#define CHUNK_BYTES      65536
#define LINE_BYTES       400 /* bytes of a line of standard error that are kept */
#define EXCERPT_MAX      120
#define NOT_FOUND_STATUS 127 /* of a shell that finds no such command */

struct driver_process {
    struct driver_process_options options;
    pid_t pid;          /* 0: none runs */
    int in, out, words; /* this side's ends of its standard streams; -1: closed */
    struct buffer said; /* of standard output, and not taken yet */
    bool is_broken, has_answered;

    char line[LINE_BYTES + 1]; /* of standard error, so far */
    size_t line_length;
    size_t line_count;
    char last_words[LINE_BYTES + 1], last_answer[EXCERPT_MAX + 1];
};

/* --- start --- */

static void close_end(int *fd)
{
    if (*fd >= 0)
        (void)close(*fd);
    *fd = -1;
}

/* The child's part. Only calls that are safe between fork and exec. */
static _Noreturn void become_driver(char *const *arguments, const int ends[3], pid_t parent)
{
    (void)setpgid(0, 0);
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) /* the parent was gone before the kernel was asked */
        _exit(EXIT_INTERNAL);
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
        (void)dup2(ends[fd], fd);
    /* This program ignores them (base/process.h); its children are not to inherit that. */
    (void)signal(SIGPIPE, SIG_DFL);
    (void)signal(SIGXFSZ, SIG_DFL);
    execv("/bin/sh", arguments);
    _exit(NOT_FOUND_STATUS);
}

/* Pipes for the three streams: theirs are the child's ends. */
static bool make_pipes(struct driver_process *process, int theirs[3])
{
    int pairs[3][2] = {{-1, -1}, {-1, -1}, {-1, -1}};
    bool made = true;
    for (int i = 0; i < 3; i++)
        made = made && pipe(pairs[i]) == 0;
    for (int i = 0; i < 3; i++) {
        const int own = i == STDIN_FILENO ? 1 : 0;
        for (int end = 0; end < 2 && pairs[i][end] >= 0; end++)
            (void)fcntl(pairs[i][end], F_SETFD, FD_CLOEXEC);
        if (pairs[i][own] >= 0)
            (void)fcntl(pairs[i][own], F_SETFL, O_NONBLOCK);
        theirs[i] = pairs[i][1 - own];
    }
    process->in = pairs[0][1];
    process->out = pairs[1][0];
    process->words = pairs[2][0];
    return made;
}

static enum status spawn(struct driver_process *process, struct error *err)
{
    static char shell[] = "sh", flag[] = "-c";
    /* Another thread's driver must not inherit the ends: a driver would not see that its input has ended. */
    static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
    char *command = mem_copy_string(process->options.command);
    int theirs[3];
    if (command == NULL)
        return error_memory(err, strlen(process->options.command));
    char *arguments[] = {shell, flag, command, NULL};
    (void)pthread_mutex_lock(&lock);
    pid_t pid = -1;
    if (make_pipes(process, theirs)) {
        const pid_t parent = getpid();
        pid = fork();
        if (pid == 0)
            become_driver(arguments, theirs, parent);
    }
    const int failure = errno;
    for (int i = 0; i < 3; i++)
        close_end(&theirs[i]);
    (void)pthread_mutex_unlock(&lock);
    mem_free(command);
    if (pid < 0)
        return error_set(err, ERR_IO, "no process for the driver: %s", strerror(failure));
    (void)setpgid(pid, pid); /* whichever of both comes first */
    process->pid = pid;
    return OK;
}

enum status driver_process_start(const struct driver_process_options *options,
                                 struct driver_process **ret_process, struct error *err)
{
    struct driver_process *process = mem_new(1, sizeof *process);
    if (process == NULL)
        return error_memory(err, sizeof *process);
    process->options = *options;
    process->in = process->out = process->words = -1;
    buffer_init_limited(&process->said, options->answer_max + CHUNK_BYTES + 1);
    const enum status status = spawn(process, err);
    if (status != OK) {
        driver_process_stop(process);
        return status;
    }
    *ret_process = process;
    return OK;
}

/* --- what it writes --- */

static void end_line(struct driver_process *process)
{
    process->line[process->line_length] = '\0';
    process->line_length = 0;
    if (process->line[0] == '\0')
        return;
    memcpy(process->last_words, process->line, sizeof process->last_words);
    process->line_count++;
    if (process->options.on_words == NULL || process->line_count > DRIVER_WORDS_MAX + 1)
        return;
    process->options.on_words(process->options.user, process->line_count <= DRIVER_WORDS_MAX
                                                         ? process->line
                                                         : "and more, which is not shown");
}

static void take_words(struct driver_process *process, const char *bytes, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        if (bytes[i] == '\n')
            end_line(process);
        else if (process->line_length < LINE_BYTES)
            process->line[process->line_length++] = bytes[i] == '\0' ? ' ' : bytes[i];
    }
}

/* Reads what is there of one stream; closes the end when nothing can follow. */
static void read_end(struct driver_process *process, int *fd)
{
    char chunk[CHUNK_BYTES];
    const ssize_t count = read(*fd, chunk, sizeof chunk);
    if (count < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    const bool is_words = fd == &process->words;
    if (count <= 0) {
        close_end(fd);
        if (is_words)
            end_line(process);
    } else if (is_words) {
        take_words(process, chunk, (size_t)count);
    } else {
        buffer_append(&process->said, chunk, (size_t)count);
    }
}

/* Waits until a stream is ready, or that long, and serves it. Writes of the question what there is room for;
 * returns how many bytes, or -1 when nobody reads them. */
static ssize_t serve(struct driver_process *process, const char *question, size_t length, int64_t wait_ms)
{
    struct pollfd items[] = {{.fd = process->out, .events = POLLIN},
                             {.fd = process->words, .events = POLLIN},
                             {.fd = length > 0 ? process->in : -1, .events = POLLOUT}};
    if (poll(items, 3, (int)(wait_ms < SLICE_MS ? wait_ms : SLICE_MS)) <= 0)
        return 0;
    if (items[1].revents != 0)
        read_end(process, &process->words);
    if (items[0].revents != 0)
        read_end(process, &process->out);
    if (items[2].revents == 0)
        return 0;
    const ssize_t count = write(process->in, question, length);
    return count >= 0 || errno == EAGAIN || errno == EINTR ? (count > 0 ? count : 0) : -1;
}

/* --- its end --- */

/* Whether it has ended within that time; it is not reaped, so that its group's number stays its own. */
static bool has_ended(const struct driver_process *process, int64_t wait_ms, siginfo_t *ret_info)
{
    const int64_t deadline_ms = clock_us() / 1000 + wait_ms;
    const struct timespec pause = {.tv_nsec = 1000000};
    for (;;) {
        siginfo_t info = {.si_pid = 0};
        if (waitid(P_PID, (id_t)process->pid, &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_pid != 0) {
            *ret_info = info;
            return true;
        }
        if (clock_us() / 1000 >= deadline_ms)
            return false;
        (void)nanosleep(&pause, NULL);
    }
}

void driver_process_stop(struct driver_process *process)
{
    siginfo_t info;
    if (process == NULL)
        return;
    close_end(&process->in);
    if (process->pid != 0) {
        /* It may still write, and would wait for a reader. */
        const int64_t deadline_ms = clock_us() / 1000 + (process->is_broken ? 0 : DRIVER_STOP_MS);
        while (!has_ended(process, 0, &info) && clock_us() / 1000 < deadline_ms) {
            (void)serve(process, "", 0, 2);
            buffer_clear(&process->said);
        }
        if (!has_ended(process, 0, &info)) {
            (void)kill(-process->pid, SIGTERM);
            (void)has_ended(process, process->is_broken ? SLICE_MS : DRIVER_STOP_MS, &info);
        }
        (void)kill(-process->pid, SIGKILL); /* also what it has started and left behind */
        while (waitpid(process->pid, NULL, 0) < 0 && errno == EINTR)
            continue;
    }
    while (process->words >= 0 && process->line_count <= DRIVER_WORDS_MAX) {
        struct pollfd item = {.fd = process->words, .events = POLLIN};
        if (poll(&item, 1, 0) <= 0)
            break;
        read_end(process, &process->words);
    }
    close_end(&process->out);
    close_end(&process->words);
    buffer_release(&process->said);
    mem_free(process);
}

void driver_process_tell_last(const struct driver_process *process, struct buffer *out)
{
    if (process->last_words[0] != '\0') {
        buffer_string(out, "; its standard error ends with: ");
        buffer_plain(out, process->last_words);
    }
    if (process->last_answer[0] != '\0') {
        buffer_string(out, "; it said last: ");
        buffer_plain(out, process->last_answer);
    }
}

/* The driver did not do what it has to: what it did instead, and what it said last. */
static enum status fail(struct driver_process *process, struct error *err, const char *what)
{
    struct buffer text;
    process->is_broken = true;
    buffer_init_limited(&text, ERROR_TEXT_MAX);
    buffer_string(&text, what);
    driver_process_tell_last(process, &text);
    (void)error_set(err, ERR_IO, "%s", text.text);
    buffer_release(&text);
    return ERR_IO;
}

/* The same of a part of a line that it has written. */
static enum status fail_with_part(struct driver_process *process, struct error *err, const char *what)
{
    struct buffer text;
    char part[EXCERPT_MAX + 1];
    (void)snprintf(part, sizeof part, "%s", process->said.text);
    buffer_init_limited(&text, ERROR_TEXT_MAX);
    buffer_string(&text, what);
    if (part[0] != '\0') {
        buffer_string(&text, ": ");
        buffer_plain(&text, part);
    }
    const enum status status = fail(process, err, text.text);
    buffer_release(&text);
    return status;
}

/* What became of it, as a clause. */
static void tell_end(const struct driver_process *process, struct buffer *out)
{
    siginfo_t info;
    if (!has_ended(process, LAST_WORD_MS, &info))
        buffer_format(out, "the driver has closed its %s",
                      process->out < 0 ? "standard output" : "standard input");
    else if (info.si_code == CLD_EXITED && info.si_status == NOT_FOUND_STATUS)
        buffer_format(out, "the driver does not start (status %d)", info.si_status);
    else if (info.si_code == CLD_EXITED)
        buffer_format(out, "the driver has ended (status %d)", info.si_status);
    else
        buffer_format(out, "the driver was ended by signal %d (%s)", info.si_status,
                      strsignal(info.si_status));
}

/* Its output has ended, or nobody reads its input. */
static enum status fail_at_end(struct driver_process *process, struct error *err)
{
    struct buffer what;
    /* Its last words explain more than its status. */
    const int64_t deadline_ms = clock_us() / 1000 + LAST_WORD_MS;
    while (process->words >= 0 && clock_us() / 1000 < deadline_ms)
        (void)serve(process, "", 0, deadline_ms - clock_us() / 1000);
    end_line(process);
    buffer_init_limited(&what, ERROR_TEXT_MAX);
    tell_end(process, &what);
    buffer_string(&what, process->said.length > 0 ? " within a line" : ", and has not answered");
    const enum status status =
        process->said.length > 0 ? fail_with_part(process, err, what.text) : fail(process, err, what.text);
    buffer_release(&what);
    return status;
}

/* --- a question and its answer --- */

/* Nothing may have been said that was not asked for. */
static enum status expect_silence(struct driver_process *process, struct error *err)
{
    struct pollfd item = {.fd = process->out, .events = POLLIN};
    if (process->out >= 0 && process->said.length == 0 && poll(&item, 1, 0) > 0)
        read_end(process, &process->out);
    if (process->said.length > 0)
        return fail_with_part(process, err, "the driver said something before it was asked");
    return process->out < 0 ? fail_at_end(process, err) : OK;
}

/* Takes a whole line out of what was said; NULL: it has not ended yet. */
static const char *line_end(const struct driver_process *process)
{
    return memchr(process->said.text, '\n', process->said.length);
}

static enum status fail_as_too_large(struct driver_process *process, struct error *err)
{
    char what[96];
    (void)snprintf(what, sizeof what, "the driver's answer is larger than %zu bytes",
                   process->options.answer_max);
    return fail_with_part(process, err, what);
}

static enum status take_answer(struct driver_process *process, struct buffer *answer, struct error *err)
{
    const size_t length = (size_t)(line_end(process) - process->said.text);
    const size_t rest = process->said.length - length - 1;
    process->has_answered = true;
    if (length > process->options.answer_max)
        return fail_as_too_large(process, err);
    buffer_clear(answer);
    buffer_append(answer, process->said.text, length);
    (void)snprintf(process->last_answer, sizeof process->last_answer, "%s", answer->text);
    if (rest == 0) {
        buffer_clear(&process->said);
        return buffer_status(answer, err);
    }
    memmove(process->said.text, process->said.text + length + 1, rest + 1);
    process->said.length = rest;
    return fail_with_part(process, err, "the driver answered more than one line; what follows");
}

enum status driver_process_ask(struct driver_process *process, const char *question, size_t length,
                               struct buffer *answer, struct error *err)
{
    int64_t limit_ms = process->options.answer_ms;
    if (!process->has_answered && limit_ms < DRIVER_START_MS)
        limit_ms = DRIVER_START_MS;
    int64_t deadline_ms = clock_us() / 1000 + limit_ms;
    bool is_stopped = false, is_idle = false;
    siginfo_t info;
    static const char line_feed[] = "\n";
    size_t sent = 0; /* the line's end counts as one more */
    enum status status = expect_silence(process, err);
    while (status == OK && line_end(process) == NULL) {
        const int64_t now_ms = clock_us() / 1000;
        if (!is_stopped && stop_requested()) {
            is_stopped = true;
            if (deadline_ms > now_ms + SIGNAL_MS)
                deadline_ms = now_ms + SIGNAL_MS;
        }
        if (process->said.length > process->options.answer_max)
            return fail_as_too_large(process, err);
        /* What it has started may keep its output open. */
        if (process->out < 0 || (is_idle && has_ended(process, 0, &info)))
            return fail_at_end(process, err);
        if (now_ms >= deadline_ms && is_stopped) {
            process->is_broken = true;
            return error_set(err, ERR_STOPPED, "stopped while the driver was asked");
        }
        if (now_ms >= deadline_ms) {
            char what[96];
            (void)snprintf(what, sizeof what, "the driver has not answered within %g s%s",
                           (double)limit_ms / 1000, process->said.length > 0 ? ", but for half a line" : "");
            return fail_with_part(process, err, what);
        }
        const char *rest = sent < length ? question + sent : line_feed;
        const size_t said = process->said.length;
        const ssize_t count =
            serve(process, rest, sent < length ? length - sent : sent == length, deadline_ms - now_ms);
        if (count < 0 && process->out >= 0 && line_end(process) == NULL)
            return fail_at_end(process, err);
        sent += count > 0 ? (size_t)count : 0;
        is_idle = count == 0 && process->said.length == said;
    }
    return status == OK ? take_answer(process, answer, err) : status;
}
