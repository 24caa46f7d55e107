/* One line of progress on a terminal's standard error, redrawn a few times a second; nothing in a pipe. Main
 * thread. */
#ifndef RACEWALK_CLI_PROGRESS_H
#define RACEWALK_CLI_PROGRESS_H

#include <stdbool.h>

#include "base/options.h"

struct progress {
    bool active;
    double drawn; /* clock_seconds of the last time */
};

/* Active when standard error is a terminal and neither --quiet nor --no-progress was given. */
void progress_init(struct progress *progress, const struct option_set *options);
/* True when it is time to draw again. */
bool progress_due(struct progress *progress);
void progress_draw(struct progress *progress, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Wipes the line, before anything else is printed. */
void progress_clear(struct progress *progress);

#endif
