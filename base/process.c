/* SPDX-License-Identifier: Apache-2.0 */
#include "base/process.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

enum status process_prepare(struct error *err)
{
    (void)signal(SIGPIPE, SIG_IGN);
    (void)signal(SIGXFSZ, SIG_IGN);
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++) {
        if (fcntl(fd, F_GETFD) >= 0 || errno != EBADF)
            continue;
        /* open takes the lowest number that is free, which is this one: those below are open by now. */
        if (open("/dev/null", O_RDWR) < 0)
            return error_set(err, ERR_IO,
                             "descriptor %d is closed, and /dev/null cannot be opened in its place: %s", fd,
                             strerror(errno));
    }
    return OK;
}
