/* SPDX-License-Identifier: Apache-2.0 */
/* For syscall. */
#define _GNU_SOURCE

#include "cluster/start_failure.h"

#include <stdbool.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/command.h"

static bool starting;

static int status_of(int status)
{
    if (!starting)
        return status;
    starting = false;
    message_error("MPI does not start; see above what it says itself");
    return EXIT_INTERNAL;
}

/* Takes the place of libc's, also for the MPI library, which must see it: all other symbols are hidden. */
__attribute__((visibility("default"))) void _exit(int status)
{
    const int code = status_of(status);
    for (;;)
        (void)syscall(SYS_exit_group, code);
}

static void on_end(void)
{
    if (starting)
        _exit(EXIT_INTERNAL);
}

void start_failure_begin(void)
{
    starting = true;
    (void)atexit(on_end);
}

void start_failure_end(void)
{
    starting = false;
}
