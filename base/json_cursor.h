/* SPDX-License-Identifier: Apache-2.0 */
/* A cursor that walks JSON text and checks every byte of it.
 *
 * It is strict (RFC 8259, valid UTF-8, no \u0000, so many brackets deep at most) and knows line and column.
 * It steps into the objects and arrays that its caller looks at one by one, and skips whole values as slices.
 * So a caller can compare slices and spare itself the rest, and keys that are there twice are seen. What has
 * passed the cursor is safe for a parser that forgives more, such as cJSON. A cursor has one owner. */
#ifndef RACEWALK_BASE_JSON_CURSOR_H
#define RACEWALK_BASE_JSON_CURSOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/status.h"

#define JSON_NESTING_MAX 64
#define JSON_NUMBER_MAX  40  /* characters of a number */
#define JSON_KEY_MAX     128 /* bytes of a key that json_key_is can find when it is written with escapes */

/* Bytes of the text, borrowed: a whole value, or what stands between a string's quotes. */
struct json_slice {
    const char *bytes;
    size_t length;
};

struct json_cursor {
    const char *text; /* of the document */
    size_t length, at;
    size_t line, column; /* of text[0] in its file, from 1 */
    unsigned depth;
    unsigned depth_max, number_max; /* JSON_NESTING_MAX and JSON_NUMBER_MAX, unless the owner sets others;
                                       depth_max at most that */
    bool first;                     /* the bracket that was opened last has had no member yet */
    bool failed; /* a function returned ERR_DATA: the text is not JSON, or not of the form that was asked for
                  */
    size_t failed_at; /* offset of the byte that was wrong */
};

void json_cursor_init(struct json_cursor *cursor, const char *text, size_t length, size_t line,
                      size_t column);

/* The first character of the value at the cursor; '\0' at the end of the text. */
char json_peek(struct json_cursor *cursor);

/* Steps behind the { or [ at the cursor; what names the object or array in messages ("states"). */
enum status json_open(struct json_cursor *cursor, char bracket, const char *what,
                      struct error *err) WARN_UNUSED;
/* Steps behind the next key and its colon; *ret_found is false behind the closing bracket. */
enum status json_next_member(struct json_cursor *cursor, struct json_slice *ret_key, bool *ret_found,
                             struct error *err) WARN_UNUSED;
/* Steps to the next element; *ret_found is false behind the closing bracket. */
enum status json_next_element(struct json_cursor *cursor, bool *ret_found, struct error *err) WARN_UNUSED;
/* Steps behind the value at the cursor. */
enum status json_skip(struct json_cursor *cursor, struct json_slice *ret_value,
                      struct error *err) WARN_UNUSED;
/* Steps behind the string at the cursor; *ret_inside is what stands between its quotes. */
enum status json_skip_string(struct json_cursor *cursor, struct json_slice *ret_inside,
                             struct error *err) WARN_UNUSED;
/* ERR_DATA when more than blanks follow. */
enum status json_finish(struct json_cursor *cursor, struct error *err) WARN_UNUSED;

/* ERR_DATA with "LINE:COLUMN: " before the message, of the byte at offset. */
enum status json_error_at(struct json_cursor *cursor, size_t offset, struct error *err, const char *format,
                          ...) __attribute__((format(printf, 4, 5)));

/* Writes what the inside of a string means, in UTF-8 and without a NUL, to out, which has room for as many
 * bytes as the inside has; returns their number. The inside must have passed a cursor. */
size_t json_unescape(const struct json_slice *inside, char *out);

/* Whether a key is that name. */
bool json_key_is(const struct json_slice *key, const char *name);
/* A key begins with #. */
bool json_key_is_mark(const struct json_slice *key);
bool json_slice_is_null(const struct json_slice *value);
/* A number from 0 to 2^63 - 1 in digits, or a string of such digits. */
bool json_slice_natural(const struct json_slice *value, uint64_t *ret_number);

#endif
