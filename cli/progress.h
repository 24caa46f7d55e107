/* SPDX-License-Identifier: Apache-2.0 */
/* Progress on standard error: one line on a terminal, as wide as it is, redrawn a few times a second, with
 * the rate over time as a row of blocks (a sparkline); in a pipe or a log a line after 10 seconds, 20 more,
 * 40 more, up to every ten minutes, without blocks, colours or anything else that only a terminal
 * understands. Main thread. */
#ifndef RACEWALK_CLI_PROGRESS_H
#define RACEWALK_CLI_PROGRESS_H

#include <stdbool.h>

#include "base/options.h"
#include "cli/rate.h"

struct progress {
    bool active;
    bool log;        /* lines that stay */
    bool shown;      /* there is a line to be wiped */
    bool color;      /* unless NO_COLOR or --no-color */
    bool unicode;    /* the terminal shows UTF-8, as the locale's variables say */
    double interval; /* seconds to the next time */
    double drawn;    /* clock_seconds of the last time; 0: draw as soon as there is something to say */
};

#define PROGRESS_FIELDS_MAX 8
#define PROGRESS_TEXT_MAX   64

/* What a line says, in this order. On a narrow terminal fields are left out, those of the least weight first.
 */
struct progress_line {
    struct progress_field {
        char text[PROGRESS_TEXT_MAX];
        int weight;
    } fields[PROGRESS_FIELDS_MAX];
    size_t field_count;
    const struct rate *rate; /* drawn after the field of this index; NULL: not drawn. Borrowed. */
    size_t rate_after;
};

/* Active unless --quiet or --no-progress was given. */
void progress_init(struct progress *progress, const struct option_set *options);
/* True when it is time to draw again. */
bool progress_due(struct progress *progress);

/* Adds a field to a line, which begins as {0}. */
void progress_field(struct progress_line *line, int weight, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* The rate follows the field that was added last. */
void progress_rate(struct progress_line *line, const struct rate *rate);
void progress_draw_line(struct progress *progress, const struct progress_line *line);
/* A line of one field. */
void progress_draw(struct progress *progress, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Wipes the line, before anything else is printed; the next one is due at once. */
void progress_clear(struct progress *progress);

#endif
