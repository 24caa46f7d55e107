/* SPDX-License-Identifier: Apache-2.0 */
#include "cluster/fault.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define STALL_SECONDS 10

struct fault fault_from_environment(int own_rank)
{
    static const char *const names[] = {
        [FAULT_NONE] = "",           [FAULT_SLOW] = "slow",     [FAULT_STALL] = "stall",
        [FAULT_CORRUPT] = "corrupt", [FAULT_SILENT] = "silent", [FAULT_VERSION] = "version"};
    const char *text = getenv("RACEWALK_FAULT");
    struct fault fault = {.own_rank = own_rank};
    char kind[16];
    if (text == NULL || sscanf(text, "%15[a-z]:%d:%d", kind, &fault.rank, &fault.number) != 3 ||
        fault.number < 1)
        return fault;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (strcmp(kind, names[i]) == 0)
            fault.kind = (enum fault_kind)i;
    }
    return fault;
}

static void sleep_for(double seconds)
{
    const time_t whole = (time_t)seconds;
    (void)nanosleep(&(struct timespec){.tv_sec = whole, .tv_nsec = (long)(1e9 * (seconds - (double)whole))},
                    NULL);
}

void fault_after_block(struct fault *fault, double seconds)
{
    if (fault->rank != fault->own_rank)
        return;
    fault->blocks++;
    if (fault->kind == FAULT_SLOW)
        sleep_for(seconds * (fault->number - 1));
    if (fault->kind == FAULT_STALL && fault->blocks == fault->number)
        sleep_for(STALL_SECONDS);
    if (fault->kind == FAULT_SILENT && fault->blocks >= fault->number) {
        for (;;)
            (void)pause();
    }
}

void fault_on_message(struct fault *fault, int from, struct buffer *message)
{
    if (fault->kind != FAULT_CORRUPT || fault->rank != from || message->length == 0)
        return;
    if (++fault->messages % fault->number == 0)
        message->text[message->length / 2] ^= 0x10;
}
