/* SPDX-License-Identifier: Apache-2.0 */
/* How fast each rank walks, and how many walks it gets at a time: guided self-scheduling (Polychronopoulos,
 * Kuck, 1987), weighted by speed. Owner only. */
#ifndef RACEWALK_CLUSTER_SPEEDS_H
#define RACEWALK_CLUSTER_SPEEDS_H

#include <stdint.h>

#include "base/status.h"

/* Ranges that a rank has at a time: the one that it walks, and the one after that. */
#define SPEEDS_AHEAD 2

struct rank_speed {
    double speed;  /* walks a second; 0: not measured yet */
    uint64_t last; /* walks of its last range */
};

struct speeds {
    struct rank_speed *ranks; /* owned */
    int count;
    int measured; /* ranks whose speed is known */
    double sum;   /* of their speeds */
};

/* ERR_MEMORY. */
enum status speeds_init(struct speeds *speeds, int ranks) WARN_UNUSED;
void speeds_release(struct speeds *speeds);
/* Notes that the rank took so many seconds for so many walks. */
void speeds_note(struct speeds *speeds, int rank, uint64_t walks, double seconds);
/* How many walks the rank's next range must have, at least 1, when so many are left for all ranks. Remembers
 * it. */
uint64_t speeds_next_range(struct speeds *speeds, int rank, uint64_t left);
/* The seconds that the rank should take for so many walks, by its speed; by the mean of the others' as long as
 * its own is not known; 0 when no speed is known. */
double speeds_expected(const struct speeds *speeds, int rank, uint64_t walks);

#endif
