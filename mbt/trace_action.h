/* SPDX-License-Identifier: Apache-2.0 */
/* The action that led to a state of a trace, by the variables that name it:
 *
 *   mbt::actionTaken, mbt::nondetPicks  its name, and a record of what was picked ({tag: "Some", value}, or
 *                                       {tag: "None"}), as Quint writes them
 *   ghost_action                        {tag: its name, value: a record of its arguments, or nothing}
 *
 * or others that the user names, of either form. Any thread. */
#ifndef RACEWALK_MBT_TRACE_ACTION_H
#define RACEWALK_MBT_TRACE_ACTION_H

#include "base/arena.h"
#include "mbt/system.h"

#define TRACE_ACTION_INIT "Init" /* what leads to the first state, whatever it says */

/* Texts and values are borrowed from the state, and what has to be made from the arena. ERR_DATA when the
 * state names no action. */
enum status trace_action_read(const struct value *state, const struct action_paths *paths,
                              struct arena *arena, struct system_action *ret_action,
                              struct error *err) WARN_UNUSED;

/* True of the variables that name the action, which are no part of the system's state. */
bool trace_action_is_variable(const struct action_paths *paths, const char *name);

#endif
