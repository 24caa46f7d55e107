/* Stopping on request: the first SIGINT, SIGTERM, SIGHUP or SIGUSR1 asks the program to end its work and
 * report; a second one of the same kind ends it at once. Main thread installs; any thread may ask. */
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
