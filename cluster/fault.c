#include "cluster/fault.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static struct {
    char kind[16]; /* empty: none */
    int rank, number;
    int own_rank;
    int blocks, messages;
} fault;

void fault_init(int rank)
{
    const char *text = getenv("RACEWALK_FAULT");
    fault.own_rank = rank;
    if (text == NULL || sscanf(text, "%15[a-z]:%d:%d", fault.kind, &fault.rank, &fault.number) != 3)
        fault.kind[0] = '\0';
}

static void sleep_for(double seconds)
{
    const time_t whole = (time_t)seconds;
    (void)nanosleep(&(struct timespec){.tv_sec = whole, .tv_nsec = (long)(1e9 * (seconds - (double)whole))},
                    NULL);
}

void fault_after_block(double seconds)
{
    if (fault.kind[0] == '\0' || fault.rank != fault.own_rank)
        return;
    if (strcmp(fault.kind, "slow") == 0)
        sleep_for(seconds * (fault.number - 1));
    if (strcmp(fault.kind, "silent") == 0 && ++fault.blocks >= fault.number) {
        for (;;)
            (void)pause();
    }
}

void fault_on_message(int from, struct buffer *message)
{
    if (strcmp(fault.kind, "corrupt") != 0 || fault.rank != from || message->length == 0)
        return;
    if (++fault.messages % fault.number == 0)
        message->text[message->length / 2] ^= 0x10;
}
