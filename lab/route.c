/* SPDX-License-Identifier: Apache-2.0 */
#include "lab/route.h"

#include <ctype.h>
#include <string.h>

#include "base/hex.h"
#include "base/utf8.h"

static void append_utf8(const struct buffer *bytes, struct buffer *out)
{
    for (size_t at = 0; at < bytes->length;) {
        const size_t length = utf8_length(bytes->text + at, bytes->length - at);
        if (length > 0)
            buffer_append(out, bytes->text + at, length);
        else
            buffer_string(out, "\xEF\xBF\xBD");
        at += length > 0 ? length : 1;
    }
}

bool route_decode_path(const char *target, struct buffer *out)
{
    struct buffer bytes;
    buffer_init(&bytes);
    bool has_nul = false;
    const char *end = target + strcspn(target, "?");
    for (const char *at = target; at < end; at++) {
        const int high = *at == '%' ? hex_digit(at[1]) : -1;
        const int low = high >= 0 ? hex_digit(at[2]) : -1;
        if (low < 0) {
            buffer_char(&bytes, *at);
            continue;
        }
        has_nul = has_nul || high * 16 + low == 0;
        buffer_char(&bytes, (char)(high * 16 + low));
        at += 2;
    }
    append_utf8(&bytes, out);
    out->failed = out->failed || bytes.failed;
    buffer_release(&bytes);
    return !has_nul;
}

void route_encode_path(const char *path, struct buffer *out)
{
    for (; *path != '\0'; path++) {
        const unsigned char c = (unsigned char)*path;
        if (c < 0x80 && (isalnum(c) || strchr("-._~/", c) != NULL))
            buffer_char(out, (char)c);
        else
            buffer_format(out, "%%%02X", c);
    }
}

bool route_matches(const char *pattern, const char *path, const char **ret_name, size_t *ret_length)
{
    const char *open = strchr(pattern, '{');
    if (open == NULL)
        return strcmp(pattern, path) == 0;
    const size_t head = (size_t)(open - pattern);
    if (strncmp(pattern, path, head) != 0)
        return false;
    const char *name = path + head;
    const size_t length = strcspn(name, "/");
    if (length == 0 || strcmp(strchr(open, '}') + 1, name + length) != 0)
        return false;
    *ret_name = name;
    *ret_length = length;
    return true;
}
