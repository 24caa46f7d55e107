/* SPDX-License-Identifier: Apache-2.0 */
/* UTF-8 as RFC 3629 has it. Pure; any thread. */
#ifndef RACEWALK_BASE_UTF8_H
#define RACEWALK_BASE_UTF8_H

#include <stddef.h>

#define UTF8_REPLACEMENT "\xef\xbf\xbd" /* U+FFFD: stands for what is no character */

/* Bytes of the character at the start of the text, of which so many are left: 1 to 4; 0 when there is none.
 * Overlong forms, surrogates and what lies beyond U+10FFFF are none. */
size_t utf8_length(const char *text, size_t left);

#endif
