/* SPDX-License-Identifier: Apache-2.0 */
#include "cluster/speeds.h"

#include <assert.h>

#include "base/memory.h"

/* A range takes so long at the speed that was measured; more where many ranks would give rank 0 too many
 * messages. */
#define RANGE_SECONDS          0.1
#define RANGE_SECONDS_PER_RANK 0.001
#define RANGE_SECONDS_MAX      1.0
#define RANGE_SECONDS_MIN      0.004 /* towards the end */
#define FIRST_RANGE_WALKS      256   /* before anything was measured */
#define RANGE_GROWTH           8

enum status speeds_init(struct speeds *speeds, int ranks)
{
    assert(ranks > 0);
    *speeds = (struct speeds){.ranks = mem_new((size_t)ranks, sizeof *speeds->ranks), .count = ranks};
    return speeds->ranks == NULL ? ERR_MEMORY : OK;
}

void speeds_release(struct speeds *speeds)
{
    mem_free(speeds->ranks);
    *speeds = (struct speeds){0};
}

void speeds_note(struct speeds *speeds, int rank, uint64_t walks, double seconds)
{
    assert(rank >= 0 && rank < speeds->count);
    struct rank_speed *own = &speeds->ranks[rank];
    const double speed = (double)walks / (seconds > 1e-6 ? seconds : 1e-6), before = own->speed;
    if (!(speed > 0))
        return;
    /* It follows what was measured last, half and half. */
    own->speed = before > 0 ? (before + speed) / 2 : speed;
    speeds->measured += before == 0;
    speeds->sum += own->speed - before;
}

/* The speed of all ranks together. Those that were not measured yet are taken to be like the others. */
static double total_speed(const struct speeds *speeds)
{
    assert(speeds->measured > 0);
    return speeds->sum * speeds->count / speeds->measured;
}

uint64_t speeds_next_range(struct speeds *speeds, int rank, uint64_t left)
{
    assert(rank >= 0 && rank < speeds->count && left > 0);
    struct rank_speed *own = &speeds->ranks[rank];
    uint64_t size = FIRST_RANGE_WALKS;
    if (own->speed > 0) {
        double seconds = RANGE_SECONDS_PER_RANK * speeds->count;
        seconds = seconds < RANGE_SECONDS       ? RANGE_SECONDS
                  : seconds > RANGE_SECONDS_MAX ? RANGE_SECONDS_MAX
                                                : seconds;
        const double tail = (double)left / total_speed(speeds) / (SPEEDS_AHEAD + 1);
        if (seconds > tail)
            seconds = tail < RANGE_SECONDS_MIN ? RANGE_SECONDS_MIN : tail;
        const double wanted = own->speed * seconds;
        const uint64_t most = own->last * RANGE_GROWTH;
        size = wanted < (double)most ? (uint64_t)wanted : most;
    }
    if (size < 1)
        size = 1;
    own->last = size < left ? size : left;
    return own->last;
}

double speeds_expected(const struct speeds *speeds, int rank, uint64_t walks)
{
    assert(rank >= 0 && rank < speeds->count);
    if (speeds->measured == 0)
        return 0;
    const double own = speeds->ranks[rank].speed;
    return (double)walks / (own > 0 ? own : speeds->sum / speeds->measured);
}
