/* SPDX-License-Identifier: Apache-2.0 */
/* What a process owes itself before it does anything else. Main thread. */
#ifndef RACEWALK_BASE_PROCESS_H
#define RACEWALK_BASE_PROCESS_H

#include "base/status.h"

/* The first call of every program; cli_main and cli_main_mpi make it for theirs. Calling it again does
 * nothing more.
 *
 * Descriptors 0, 1 and 2 that are closed are opened on /dev/null. Otherwise the next file that is opened
 * becomes standard output, and gets all that is printed.
 *
 * SIGPIPE and SIGXFSZ are ignored: a reader that is gone, and a file that would become larger than ulimit -f
 * allows, then show as a failed write, which is reported with the file's name.
 *
 * ERR_IO when there is no /dev/null to open. */
enum status process_prepare(struct error *err) WARN_UNUSED;

#endif
