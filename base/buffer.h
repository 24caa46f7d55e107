/* SPDX-License-Identifier: Apache-2.0 */
/* A growing string. Appending never fails loudly: the first allocation that fails, or the first byte past the
 * limit, marks the buffer as failed, later appends do nothing, and the owner asks once at the end with
 * buffer_status. text is always NUL-terminated (and never NULL). Owner only. */
#ifndef RACEWALK_BASE_BUFFER_H
#define RACEWALK_BASE_BUFFER_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/status.h"

struct buffer {
    char *text;
    size_t length;   /* bytes before the NUL */
    size_t capacity; /* bytes allocated; 0 while text is the static empty string */
    size_t limit;    /* the most bytes it may hold */
    bool failed;
};

#define BUFFER_LIMIT_DEFAULT ((size_t)1 << 30)

void buffer_init(struct buffer *buffer);
void buffer_init_limited(struct buffer *buffer, size_t limit);
void buffer_release(struct buffer *buffer);
/* Empty again and reusable; keeps its memory. */
void buffer_clear(struct buffer *buffer);

void buffer_append(struct buffer *buffer, const void *bytes, size_t length);
void buffer_string(struct buffer *buffer, const char *text);
void buffer_char(struct buffer *buffer, char c);
void buffer_format(struct buffer *buffer, const char *format, ...) __attribute__((format(printf, 2, 3)));
void buffer_vformat(struct buffer *buffer, const char *format, va_list args)
    __attribute__((format(printf, 2, 0)));

/* --- text of any bytes, as file names and the words of servers are, made fit for where it goes --- */

/* UTF-8: a byte that is none becomes U+FFFD. */
void buffer_utf8(struct buffer *buffer, const char *text, size_t length);

/* A JSON string in quotes, in UTF-8. */
void buffer_json(struct buffer *buffer, const char *text);
void buffer_json_bytes(struct buffer *buffer, const char *text, size_t length);
/* JSON for inside a script element: what could end the element becomes \uXXXX. Outside of strings JSON has
 * none of that. */
void buffer_script(struct buffer *buffer, const char *json, size_t length);

/* Text for inside an HTML element or a quoted attribute, in UTF-8: & < > " ' become entities. */
void buffer_html(struct buffer *buffer, const char *text);

/* ERR_MEMORY when an append did not fit. */
enum status buffer_status(const struct buffer *buffer, struct error *err) WARN_UNUSED;

#endif
