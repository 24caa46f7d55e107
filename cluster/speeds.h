/* How fast each rank walks, and how many walks it is given at a time: guided self-scheduling
 * (Polychronopoulos, Kuck, 1987), with speeds. Owner only. */
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
/* The rank took so long for so many walks. */
void speeds_note(struct speeds *speeds, int rank, uint64_t walks, double seconds);
/* How many walks the rank's next range has, when so many are left for all; at least 1. Remembers it. */
uint64_t speeds_next_range(struct speeds *speeds, int rank, uint64_t left);
/* The seconds that the rank should take for so many walks, by its speed, or as long as that is not known by
 * the mean of the others'; 0 when no speed is known. */
double speeds_expected(const struct speeds *speeds, int rank, uint64_t walks);

#endif
