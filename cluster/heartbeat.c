/* SPDX-License-Identifier: Apache-2.0 */
#include "cluster/heartbeat.h"

#include <assert.h>

#include "base/memory.h"

void awake_clock_start(struct awake_clock *clock, double now)
{
    *clock = (struct awake_clock){.looked = now};
}

double awake_clock_look(struct awake_clock *clock, double now)
{
    const double since = now - clock->looked;
    assert(since >= 0);
    clock->seconds += since < AWAKE_STEP_MAX ? since : AWAKE_STEP_MAX;
    clock->looked = now;
    return clock->seconds;
}

enum status heartbeat_init(struct heartbeat *heartbeat, int ranks, double now)
{
    assert(ranks > 0);
    *heartbeat =
        (struct heartbeat){.heard = mem_new((size_t)ranks, sizeof *heartbeat->heard), .ranks = ranks};
    awake_clock_start(&heartbeat->clock, now);
    return heartbeat->heard == NULL ? ERR_MEMORY : OK;
}

void heartbeat_release(struct heartbeat *heartbeat)
{
    mem_free(heartbeat->heard);
    *heartbeat = (struct heartbeat){0};
}

void heartbeat_look(struct heartbeat *heartbeat, double now)
{
    (void)awake_clock_look(&heartbeat->clock, now);
}

void heartbeat_hear(struct heartbeat *heartbeat, int rank)
{
    assert(rank >= 0 && rank < heartbeat->ranks);
    heartbeat->heard[rank] = heartbeat->clock.seconds;
}

void heartbeat_hear_all(struct heartbeat *heartbeat)
{
    for (int rank = 0; rank < heartbeat->ranks; rank++)
        heartbeat_hear(heartbeat, rank);
}

double heartbeat_silence(const struct heartbeat *heartbeat, int rank)
{
    assert(rank >= 0 && rank < heartbeat->ranks);
    return heartbeat->clock.seconds - heartbeat->heard[rank];
}
