/* SPDX-License-Identifier: Apache-2.0 */
/* Faults on purpose, for tests: the environment variable RACEWALK_FAULT holds one of
 *
 *   slow:R:F     rank R takes F times as long for its walks
 *   stall:R:N    rank R stands still for ten seconds after its Nth block
 *   corrupt:R:N  every Nth message that comes from rank R is damaged on arrival
 *   silent:R:N   rank R says nothing more after its Nth block, as if it were cut off
 *   version:R:N  rank R says that it is of version 0.0.N
 *
 * Nothing happens without it. Main thread. */
#ifndef RACEWALK_CLUSTER_FAULT_H
#define RACEWALK_CLUSTER_FAULT_H

#include "base/buffer.h"

enum fault_kind { FAULT_NONE, FAULT_SLOW, FAULT_STALL, FAULT_CORRUPT, FAULT_SILENT, FAULT_VERSION };

struct fault {
    enum fault_kind kind;
    int rank, number;
    int own_rank;
    int blocks, messages; /* so far */
};

/* What the variable says. */
struct fault fault_from_environment(int own_rank);
/* Call it after a block of walks; seconds is how long that took. */
void fault_after_block(struct fault *fault, double seconds);
/* Call it when a message has come; it may damage the message. */
void fault_on_message(struct fault *fault, int from, struct buffer *message);

#endif
