/* SPDX-License-Identifier: Apache-2.0 */
/* What is asked of a driver: one JSON object a question, on one line.
 *
 *   {"do": "hello", "protocol": 1, "model": "lease", "params": {…}, "actions": ["acquire", …]}
 *   {"do": "reset", "params": {…}, "state": {…}}
 *   {"do": "step", "n": 7, "action": "write", "args": {"client": "client-a", "value": 3}}
 *   {"do": "observe"}
 *
 * Values are plain JSON: sets, tuples and lists are arrays, maps and records are objects. A key of a map that
 * is no string is written as its JSON. Variables stand without their modules (mbt/state_path.h). Any thread.
 */
#ifndef RACEWALK_MBT_DRIVER_DRIVER_QUESTION_H
#define RACEWALK_MBT_DRIVER_DRIVER_QUESTION_H

#include <stddef.h>

#include "base/buffer.h"
#include "mbt/trace_action.h"

#define DRIVER_PROTOCOL 1

/* All append to out, without a line's end; out may fail. params is a record. */
void driver_write_hello(struct buffer *out, const char *model, const struct value *params,
                        const char *const *actions, size_t action_count);
/* state is a record of variables; those that name the action are left out. */
void driver_write_reset(struct buffer *out, const struct value *params, const struct value *state,
                        const struct action_paths *paths);
/* n is the index of the state that the action leads to. */
void driver_write_step(struct buffer *out, size_t n, const struct system_action *action);
void driver_write_observe(struct buffer *out);

/* A value as plain JSON. */
void driver_write_value(struct buffer *out, const struct value *value);

#endif
