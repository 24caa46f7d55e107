/* SPDX-License-Identifier: Apache-2.0 */
/* Text that is printed for people. Apart from the program's own newlines it holds nothing that a terminal or
 * the log of a CI job would act on.
 *
 * File names, servers' answers and the contents of files may be any bytes. Control characters and bytes that
 * are not UTF-8 are printed as \xNN, and so is the first character of a GitHub workflow command. Any thread,
 * each with its own stream or buffer. */
#ifndef RACEWALK_BASE_PLAIN_H
#define RACEWALK_BASE_PLAIN_H

#include <stdio.h>

#include "base/buffer.h"

/* Appends the text as one line, or a part of one. */
void buffer_plain(struct buffer *buffer, const char *text);
/* Prints it. Needs no memory. */
void print_plain(FILE *out, const char *text);

#define PRINT_LINE_MAX 8192 /* bytes of a line; what is longer is cut */
/* Prints a whole line and the newline behind it. */
void print_line(FILE *out, const char *format, ...) __attribute__((format(printf, 2, 3)));
void print_vline(FILE *out, const char *format, va_list args) __attribute__((format(printf, 2, 0)));

#endif
