/* SPDX-License-Identifier: Apache-2.0 */
/* Stopping on request: the first SIGINT, SIGTERM, SIGHUP, SIGUSR1 or SIGXCPU (the soft limit of ulimit -t is
 * used up) asks the program to end its work and report. A second SIGINT, SIGTERM or SIGHUP ends it at once;
 * SIGXCPU comes again every second and does not. Main thread installs; any thread may ask. */
#ifndef RACEWALK_BASE_STOP_H
#define RACEWALK_BASE_STOP_H

#include <stdbool.h>
#include <stdint.h>

/* Installs the handlers. */
void stop_install(void);
/* True once a signal has come. */
bool stop_requested(void);
/* Asks for a stop, as a signal would. */
void stop_request(void);

/* Seconds on a clock that only goes forward. */
double clock_seconds(void);
/* Microseconds on the same clock. */
int64_t clock_us(void);

#endif
