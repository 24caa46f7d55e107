/* SPDX-License-Identifier: Apache-2.0 */
#include "base/buffer.h"

#include <stdio.h>
#include <string.h>

#include "base/memory.h"

static char empty[1];

void buffer_init(struct buffer *buffer)
{
    buffer_init_limited(buffer, BUFFER_LIMIT_DEFAULT);
}

void buffer_init_limited(struct buffer *buffer, size_t limit)
{
    *buffer = (struct buffer){.text = empty, .limit = limit};
}

void buffer_release(struct buffer *buffer)
{
    if (buffer->capacity != 0)
        mem_free(buffer->text);
    buffer_init_limited(buffer, buffer->limit);
}

void buffer_clear(struct buffer *buffer)
{
    buffer->length = 0;
    buffer->failed = false;
    if (buffer->capacity != 0)
        buffer->text[0] = '\0';
}

/* Room for length more bytes and the NUL. */
static bool make_room(struct buffer *buffer, size_t length)
{
    if (buffer->failed)
        return false;
    if (length > buffer->limit - buffer->length) {
        buffer->failed = true;
        return false;
    }
    const size_t want = buffer->length + length + 1;
    if (want <= buffer->capacity)
        return true;
    size_t grown = buffer->capacity * 2;
    if (grown < want)
        grown = want < 64 ? 64 : want;
    char *text = mem_resize(buffer->capacity == 0 ? NULL : buffer->text, grown, 1);
    if (text == NULL) {
        buffer->failed = true;
        return false;
    }
    if (buffer->capacity == 0)
        text[0] = '\0';
    buffer->text = text;
    buffer->capacity = grown;
    return true;
}

void buffer_append(struct buffer *buffer, const void *bytes, size_t length)
{
    if (length == 0 || !make_room(buffer, length))
        return;
    memcpy(buffer->text + buffer->length, bytes, length);
    buffer->length += length;
    buffer->text[buffer->length] = '\0';
}

void buffer_string(struct buffer *buffer, const char *text)
{
    buffer_append(buffer, text, strlen(text));
}

void buffer_char(struct buffer *buffer, char c)
{
    buffer_append(buffer, &c, 1);
}

void buffer_vformat(struct buffer *buffer, const char *format, va_list args)
{
    va_list again;
    va_copy(again, args);
    const int length = vsnprintf(NULL, 0, format, args);
    if (length < 0) {
        buffer->failed = true;
    } else if (make_room(buffer, (size_t)length)) {
        (void)vsnprintf(buffer->text + buffer->length, (size_t)length + 1, format, again);
        buffer->length += (size_t)length;
    }
    va_end(again);
}

void buffer_format(struct buffer *buffer, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    buffer_vformat(buffer, format, args);
    va_end(args);
}

enum status buffer_status(const struct buffer *buffer, struct error *err)
{
    return buffer->failed ? error_memory(err, buffer->length + 1) : OK;
}
