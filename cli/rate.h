/* SPDX-License-Identifier: Apache-2.0 */
/* How much a search had done when: a count over time, thinned out as it grows, so that it takes the same
 * memory however long the search takes. Owner only. */
#ifndef RACEWALK_CLI_RATE_H
#define RACEWALK_CLI_RATE_H

#include <stddef.h>
#include <stdint.h>

#define RATE_POINTS_MAX 512

struct rate_point {
    double seconds;
    double count;
};

/* Points in order of time; neither time nor count falls. The last one is the latest that was added, the
 * others are at least spacing apart. */
struct rate {
    struct rate_point points[RATE_POINTS_MAX];
    size_t point_count;
    double spacing; /* seconds */
};

/* Begins at a time and a count: those of the search that is gone on with, or zero. */
void rate_init(struct rate *rate, double seconds, uint64_t count);
/* What is known now. A count that is less than the last one begins anew: the search has started over. */
void rate_add(struct rate *rate, double seconds, uint64_t count);

/* The mean rate over the last so many seconds, or since the beginning when that is later; 0 when no time has
 * passed. */
double rate_recent(const struct rate *rate, double seconds);
/* Cuts the time from the beginning until now into so many equal slices and gives the mean rate of each. */
void rate_slices(const struct rate *rate, size_t count, double *ret_rates);

#endif
