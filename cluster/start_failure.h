/* SPDX-License-Identifier: Apache-2.0 */
/* When MPI cannot start, it ends the process from inside MPI_Init by _exit(1) or exit(1), since it has no
 * error handler yet. But racewalk's exit status 1 means that a violation was found. So between these two
 * calls, such an end prints a message and gives EXIT_INTERNAL instead. Main thread. */
#ifndef RACEWALK_CLUSTER_START_FAILURE_H
#define RACEWALK_CLUSTER_START_FAILURE_H

void start_failure_begin(void);
void start_failure_end(void);

#endif
