/* SPDX-License-Identifier: Apache-2.0 */
/* A part of a trace's state by its path: names with dots between.
 *
 *   term                  a variable. A name of a module goes before it, or is left out: lease::term, term
 *   client.view           of a variable that is a map of records: the map of their fields
 *   client.client-a.view  a key of a map, a field of a record, an index of a list
 *   client-a.view         the same, since only one variable is a map with the key client-a
 *
 * Names may hold dots themselves: the longest that is there counts. Any thread, each with its own arena. */
#ifndef RACEWALK_MBT_STATE_PATH_H
#define RACEWALK_MBT_STATE_PATH_H

#include "base/arena.h"
#include "base/buffer.h"
#include "model/value.h"

enum state_path_outcome {
    STATE_PATH_FOUND,
    STATE_PATH_ABSENT,  /* the variable is there, and nothing in it is so called */
    STATE_PATH_UNKNOWN, /* no variable begins the path */
    STATE_PATH_NO_ROOM  /* the arena is full */
};

/* state is a record of variables. The value is borrowed from state and arena. */
enum state_path_outcome state_path_find(const struct value *state, const char *path, struct arena *arena,
                                        struct value *ret_value);

/* The name of a variable without its modules, when no other variable of the state has the same; otherwise
 * with them. */
const char *state_short_name(const struct value *state, const char *name);

#endif
