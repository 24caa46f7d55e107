/* SPDX-License-Identifier: Apache-2.0 */
#include "base/uri.h"

#include <ctype.h>
#include <string.h>

#include "base/hex.h"

#define FILE_SCHEME "file://"

void uri_of_path(struct buffer *out, const char *path)
{
    if (path[0] == '/')
        buffer_string(out, FILE_SCHEME);
    for (; *path != '\0'; path++) {
        const unsigned char c = (unsigned char)*path;
        if (c < 0x80 && (isalnum(c) || strchr("/-._~", c) != NULL))
            buffer_char(out, (char)c);
        else
            buffer_format(out, "%%%02X", c);
    }
}

bool uri_to_path(struct buffer *out, const char *uri)
{
    if (strncmp(uri, FILE_SCHEME, strlen(FILE_SCHEME)) == 0)
        uri += strlen(FILE_SCHEME);
    for (; *uri != '\0'; uri++) {
        if (*uri != '%') {
            buffer_char(out, *uri);
            continue;
        }
        const int high = hex_digit(uri[1]);
        const int low = high >= 0 ? hex_digit(uri[2]) : -1;
        if (low < 0 || (high == 0 && low == 0))
            return false;
        buffer_char(out, (char)(high * 16 + low));
        uri += 2;
    }
    return true;
}
