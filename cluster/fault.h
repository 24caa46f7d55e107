/* Faults on purpose, for tests: the environment variable RACEWALK_FAULT holds one of
 *
 *   slow:R:F     rank R takes F times as long for its walks
 *   corrupt:R:N  every Nth message that comes from rank R is damaged on arrival
 *   silent:R:N   rank R says nothing more after its Nth block, as if it were cut off
 *
 * Nothing happens without it. Main thread. */
#ifndef RACEWALK_CLUSTER_FAULT_H
#define RACEWALK_CLUSTER_FAULT_H

#include "base/buffer.h"

/* Reads the variable. */
void fault_init(int rank);
/* After a block of walks that took so many seconds. */
void fault_after_block(double seconds);
/* After a message has come. */
void fault_on_message(int from, struct buffer *message);

#endif
