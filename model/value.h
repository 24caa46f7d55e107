/* SPDX-License-Identifier: Apache-2.0 */
/* A value of a specification language, as ITF has them: integers, strings, sets, maps, tuples, lists,
 * records.
 *
 * Values are small trees in an arena, immutable once made, and always in normal form: a set's elements are
 * sorted and unique, a map's pairs are sorted by key, a record's fields by name. So equal values are equal
 * trees. Strings are borrowed: they must live as long as the value (string literals, names of a model, copies
 * in the arena). Any thread may read; one thread builds in an arena. */
#ifndef RACEWALK_MODEL_VALUE_H
#define RACEWALK_MODEL_VALUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buffer.h"

enum value_kind {
    VALUE_NULL,
    VALUE_BOOL,
    VALUE_INT,
    VALUE_STRING,
    VALUE_SET,
    VALUE_MAP,
    VALUE_TUPLE,
    VALUE_LIST,
    VALUE_RECORD
};

struct value {
    uint32_t kind;  /* enum value_kind */
    uint32_t count; /* of elements, pairs or fields; of bytes in a string */
    union {
        int64_t number;            /* VALUE_INT, VALUE_BOOL */
        const char *text;          /* VALUE_STRING: count bytes and a NUL */
        const struct value *items; /* set, tuple, list: count; map, record: 2 * count, key, value in turn */
    };
};

#define VALUE_COUNT_MAX ((size_t)1 << 24) /* elements of one value */

struct value value_null(void);
struct value value_bool(bool truth);
struct value value_int(int64_t number);
struct value value_string(const char *text); /* borrows */

/* Room for count values in the arena, to be filled and handed to one of the makers below; NULL when there is
 * none. */
struct value *value_room(struct arena *arena, size_t count) WARN_UNUSED;

/* The makers take items that stay in place (the arena's), and sort them there. A set drops duplicates. */
struct value value_set(struct value *items, size_t count);
struct value value_tuple(const struct value *items, size_t count);
struct value value_list(const struct value *items, size_t count);
/* pairs holds 2 * count values, key and value in turn. Keys must differ: see value_has_twins. */
struct value value_map(struct value *pairs, size_t count);
/* As value_map; the keys are strings, the fields' names. */
struct value value_record(struct value *pairs, size_t count);

/* A field of a record that is being made. */
struct named_value {
    const char *name; /* borrowed by the record */
    struct value value;
};
/* A record of these fields, in any order, in the arena; false when there is no room. */
bool value_record_of(struct arena *arena, const struct named_value *fields, size_t count,
                     struct value *ret_record) WARN_UNUSED;

/* True when two neighbouring keys of a map or record are equal: no such value is well formed. */
bool value_has_twins(const struct value *map);

/* A copy of the value and all within it, texts included, in the arena; false when there is no room. */
bool value_copy(struct arena *arena, const struct value *value, struct value *ret_copy) WARN_UNUSED;

/* A total order: by kind, then by content. 0 when equal. */
int value_compare(const struct value *a, const struct value *b);

/* The field of a record, or NULL. */
const struct value *value_field(const struct value *record, const char *name);
/* The value of a key in a map, or NULL. */
const struct value *value_lookup(const struct value *map, const struct value *key);
bool value_set_has(const struct value *set, const struct value *element);
bool value_is_string(const struct value *value, const char *text);

/* As a person reads it: {"a", "b"}, [1, 2], {name: "x"}; at most limit bytes, then "…". */
void value_print(struct buffer *out, const struct value *value, size_t limit);

/* Describes in a few clauses how found differs from expected: paths, missing and extra elements; bounded.
 * Nothing when they are equal. */
void value_describe_difference(struct buffer *out, const struct value *expected, const struct value *found);

/* The same of a value that became another, in which nothing is wrong: "lease.term: 0 → 1; log: added …". */
void value_describe_change(struct buffer *out, const struct value *before, const struct value *after);

#endif
