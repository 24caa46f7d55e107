/* SPDX-License-Identifier: Apache-2.0 */
/* Hexadecimal digits. Pure; any thread. */
#ifndef RACEWALK_BASE_HEX_H
#define RACEWALK_BASE_HEX_H

/* The digit's value, 0 to 15; -1 when it is none. */
static inline int hex_digit(char c)
{
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                  : -1;
}

#endif
