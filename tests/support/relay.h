/* SPDX-License-Identifier: Apache-2.0 */
/* A third model, for what the others have not: actions with several arguments, of two interchangeable kinds,
 * one of which stands in several positions.
 *
 * Each client writes once, to any node, and each write is newer than all before. Nodes copy what is newer from
 * each other. A client that has written compares two nodes; where they differ it sees a split. */
#ifndef RACEWALK_TESTS_RELAY_H
#define RACEWALK_TESTS_RELAY_H

#include "model/model.h"

#define RELAY_CLIENTS_MAX 4
#define RELAY_NODES_MAX   4

enum relay_action { RELAY_TICK, RELAY_WRITE, RELAY_COPY, RELAY_COMPARE, RELAY_ACTION_COUNT };
enum relay_parameter { RELAY_CLIENTS, RELAY_NODES };
enum relay_property { RELAY_NO_SPLIT };

extern const struct model_class relay;

/* A move with all its arguments; those that the action does not have are 0. */
static inline uint32_t relay_move(enum relay_action action, uint32_t first, uint32_t second, uint32_t third)
{
    return move_with(move_with(move_make((uint32_t)action, first), 1, second), 2, third);
}

#endif
