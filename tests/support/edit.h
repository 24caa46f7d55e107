/* SPDX-License-Identifier: Apache-2.0 */
/* Changed copies of values, for tests that damage traces: the parts that stay are shared. The arena takes
 * what is new; a test fails when there is no room. */
#ifndef RACEWALK_TESTS_EDIT_H
#define RACEWALK_TESTS_EDIT_H

#include "model/value.h"

/* The record with another value of the field, which must be there. */
struct value edit_field(struct arena *arena, const struct value *record, const char *name,
                        struct value value);
/* The record without the field. */
struct value edit_without_field(struct arena *arena, const struct value *record, const char *name);
/* The map with another value of its pair index. */
struct value edit_pair(struct arena *arena, const struct value *map, size_t index, struct value value);
/* The set, tuple or list with another element index. */
struct value edit_element(struct arena *arena, const struct value *items, size_t index, struct value value);
struct value edit_without_element(struct arena *arena, const struct value *items, size_t index);
/* The set or list with one more element, behind the others. */
struct value edit_with_element(struct arena *arena, const struct value *items, struct value value);

#endif
