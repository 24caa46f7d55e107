/* SPDX-License-Identifier: Apache-2.0 */
#include "base/utf8.h"

#include <stdbool.h>

size_t utf8_length(const char *text, size_t left)
{
    const unsigned char *b = (const unsigned char *)text;
    if (left == 0)
        return 0;
    if (b[0] < 0x80)
        return 1;
    const size_t length = b[0] >= 0xF0 ? 4 : b[0] >= 0xE0 ? 3 : 2;
    if (b[0] < 0xC2 || b[0] > 0xF4 || left < length)
        return 0;
    for (size_t i = 1; i < length; i++) {
        if ((b[i] & 0xC0) != 0x80)
            return 0;
    }
    /* Overlong forms, surrogates and what lies beyond U+10FFFF show in the second byte. */
    const bool wrong = (b[0] == 0xE0 && b[1] < 0xA0) || (b[0] == 0xED && b[1] > 0x9F) ||
                       (b[0] == 0xF0 && b[1] < 0x90) || (b[0] == 0xF4 && b[1] > 0x8F);
    return wrong ? 0 : length;
}
