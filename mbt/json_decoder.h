/* SPDX-License-Identifier: Apache-2.0 */
/* From a piece of JSON text to a value in ITF encoding.
 *
 * A cursor (base/json_cursor.h) has walked the document, checked it and handed out slices; the decoder walks
 * one slice again and makes its value. How many elements an array has shows at its end: until then they wait
 * on a stack, which is all that a decoder needs beside the values themselves. A decoder has one owner. */
#ifndef RACEWALK_MBT_JSON_DECODER_H
#define RACEWALK_MBT_JSON_DECODER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/json_cursor.h"
#include "base/status.h"
#include "model/value.h"

enum { JSON_SHARED_STRINGS = 1024 }; /* a power of two */

struct json_decoder {
    struct json_cursor cursor; /* in the slice */
    struct value *pending;     /* the stack: elements and pairs of what has not ended yet; owned */
    size_t pending_count, pending_capacity;
    size_t pending_limit; /* in bytes */
    struct arena *values; /* where values go; borrowed */
    bool share;           /* the strings that come again: then forget them before values is emptied */
    struct value shared[JSON_SHARED_STRINGS];
};

/* pending_limit: of the stack in bytes, VALUE_COUNT_MAX values at most. */
void json_decoder_init(struct json_decoder *decoder, size_t pending_limit, struct arena *values, bool share);
void json_decoder_release(struct json_decoder *decoder);
/* To be called when values has been emptied. */
void json_decoder_forget(struct json_decoder *decoder);

/* The slice must have come from a cursor. ERR_DATA says where in the value: "element 3: value: #set: …". */
enum status json_decode(struct json_decoder *decoder, const struct json_slice *slice, struct value *ret_value,
                        struct error *err) WARN_UNUSED;

/* ERR_DATA when the arena's limit, ERR_MEMORY when the system refused that many bytes more. */
enum status json_arena_refused(const struct arena *arena, size_t bytes, const char *what, struct error *err);

#endif
