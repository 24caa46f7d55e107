/* SPDX-License-Identifier: Apache-2.0 */
/* The part of base/buffer.h that makes text of any bytes fit for a format. */
#include <string.h>

#include "base/buffer.h"
#include "base/utf8.h"

void buffer_utf8(struct buffer *buffer, const char *text, size_t length)
{
    size_t start = 0;
    for (size_t i = 0; i < length;) {
        const size_t bytes = utf8_length(text + i, length - i);
        if (bytes == 0) {
            buffer_append(buffer, text + start, i - start);
            buffer_string(buffer, UTF8_REPLACEMENT);
            start = i + 1;
        }
        i += bytes == 0 ? 1 : bytes;
    }
    buffer_append(buffer, text + start, length - start);
}

void buffer_json_bytes(struct buffer *buffer, const char *text, size_t length)
{
    buffer_char(buffer, '"');
    size_t start = 0;
    for (size_t i = 0; i < length;) {
        const unsigned char c = (unsigned char)text[i];
        const size_t bytes = c < 0x80 ? 1 : utf8_length(text + i, length - i);
        if (c >= 0x20 && c != '"' && c != '\\' && bytes > 0) {
            i += bytes;
            continue;
        }
        buffer_append(buffer, text + start, i - start);
        start = ++i;
        if (c >= 0x80)
            buffer_string(buffer, UTF8_REPLACEMENT);
        else if (c == '"' || c == '\\')
            buffer_format(buffer, "\\%c", c);
        else
            buffer_format(buffer, "\\u%04x", c);
    }
    buffer_append(buffer, text + start, length - start);
    buffer_char(buffer, '"');
}

void buffer_json(struct buffer *buffer, const char *text)
{
    buffer_json_bytes(buffer, text, strlen(text));
}

void buffer_script(struct buffer *buffer, const char *json, size_t length)
{
    size_t start = 0;
    for (size_t i = 0; i < length; i++) {
        const char c = json[i];
        if (c != '<' && c != '>' && c != '&' && c != 0x7f)
            continue;
        buffer_append(buffer, json + start, i - start);
        buffer_format(buffer, "\\u%04x", (unsigned)c);
        start = i + 1;
    }
    buffer_append(buffer, json + start, length - start);
}

static const char *entity(char c)
{
    switch (c) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    case '\'':
        return "&#x27;";
    default:
        return NULL;
    }
}

void buffer_html(struct buffer *buffer, const char *text)
{
    for (size_t left = strlen(text), bytes; left > 0; text += bytes, left -= bytes) {
        bytes = strcspn(text, "&<>\"'");
        buffer_utf8(buffer, text, bytes);
        if (bytes < left) {
            buffer_string(buffer, entity(text[bytes]));
            bytes++;
        }
    }
}
