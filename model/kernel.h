/* SPDX-License-Identifier: Apache-2.0 */
/* The job of a walk kernel, a range of random walks, and its results. A model may have its own kernel
 * (model_speed.walk); the general one is in search/walk.h. All must give the same tallies and hits for the
 * same job. */
#ifndef RACEWALK_MODEL_KERNEL_H
#define RACEWALK_MODEL_KERNEL_H

#include <stddef.h>
#include <stdint.h>

#include "base/status.h"
#include "model/limits.h"

/* Walks first .. first + count - 1 of the run with this seed. A walk ends at the first state in which any of
 * the properties is violated (or witnessed), or after max_steps transitions. */
struct walk_job {
    uint64_t seed;
    uint64_t first, count;
    uint32_t max_steps;
    uint32_t properties; /* bit p: property p is watched */
};

struct walk_tally {
    uint64_t walks;
    uint64_t steps;                /* fired transitions */
    uint64_t hits[PROPERTIES_MAX]; /* walks that ended in property p; one walk can end in several */
    uint64_t ended;                /* walks that ended in any property */
    uint64_t fired[ACTIONS_MAX];   /* steps by action */
    uint64_t refused;              /* walks that met a state beyond the model's limits; then nothing counts */
};

struct walk_hit {
    uint64_t sample;     /* k */
    uint32_t length;     /* transitions up to the violating state */
    uint32_t properties; /* those that are violated there */
    uint64_t shape;      /* 0 from a kernel; whoever classifies hits notes it here */
};

/* Hits in order of sample. The kernel appends up to capacity, then only counts: total says how many there
 * were. */
struct walk_hits {
    struct walk_hit *hits;
    size_t capacity;
    size_t total;
};

static inline void walk_hits_add(struct walk_hits *hits, uint64_t sample, uint32_t length,
                                 uint32_t properties)
{
    if (hits->total < hits->capacity)
        hits->hits[hits->total] =
            (struct walk_hit){.sample = sample, .length = length, .properties = properties};
    hits->total++;
}

void walk_tally_add(struct walk_tally *sum, const struct walk_tally *part);

#endif
