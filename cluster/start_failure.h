/* MPI that does not start ends the process itself, by _exit(1) or exit(1), from inside MPI_Init: it has no
 * error handler yet. To whoever waits for racewalk-mpi, 1 is a violation that was found. Between these two
 * calls such an end has the status of an internal error, EXIT_INTERNAL, and a message. Main thread. */
#ifndef RACEWALK_CLUSTER_START_FAILURE_H
#define RACEWALK_CLUSTER_START_FAILURE_H

void start_failure_watch(void);
void start_failure_over(void);

#endif
