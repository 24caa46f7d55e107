/* Progress on standard error: one line on a terminal, redrawn a few times a second; in a pipe or a log a line
 * after 10 seconds, 20 more, 40 more, up to every ten minutes. Main thread. */
#ifndef RACEWALK_CLI_PROGRESS_H
#define RACEWALK_CLI_PROGRESS_H

#include <stdbool.h>

#include "base/options.h"

struct progress {
    bool active;
    bool log;        /* lines that stay */
    double interval; /* seconds to the next time */
    double drawn;    /* clock_seconds of the last time; 0: never */
};

/* Active unless --quiet or --no-progress was given. */
void progress_init(struct progress *progress, const struct option_set *options);
/* True when it is time to draw again. */
bool progress_due(struct progress *progress);
void progress_draw(struct progress *progress, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Wipes the line, before anything else is printed. */
void progress_clear(struct progress *progress);

#endif
