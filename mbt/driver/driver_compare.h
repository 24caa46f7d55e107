/* SPDX-License-Identifier: Apache-2.0 */
/* Compares what a system shows of its state with the model's state, field by field.
 *
 * Only what is shown is compared: of an object the keys that it has, of a path (mbt/state_path.h) what it leads
 * to. Lists and tuples are compared element by element; a set equals an array of the same elements in any
 * order. true equals 1, and false 0. What the model has not, and the system says is null, is equal. Any thread, each with its own arena.
 */
#ifndef RACEWALK_MBT_DRIVER_DRIVER_COMPARE_H
#define RACEWALK_MBT_DRIVER_DRIVER_COMPARE_H

#include <stddef.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "model/value.h"

#define DRIVER_DIFFERENCES_SHOWN 3 /* by their values; the others are counted */

/* expected is a record of variables, shown one of names or paths. Appends the differences to out, as in
 * "term: model 1, system 2; client.view.client-a: model 0, system 1", and sets *ret_count to their number. ERR_DATA when a path names no
 * variable of the model; the message lists those there are. */
enum status driver_compare(const struct value *expected, const struct value *shown, struct arena *arena,
                           struct buffer *out, size_t *ret_count, struct error *err) WARN_UNUSED;

#endif
