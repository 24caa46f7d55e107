/* SPDX-License-Identifier: Apache-2.0 */
/* Manual pages in man(7), which groff and mandoc read. Whatever text is given comes out as itself: blanks and
 * line ends are wrapped anew, characters beyond ASCII become escapes, and what begins with two dashes is
 * bold. Appends to a buffer; its owner asks for failure. Any thread. */
#ifndef RACEWALK_MANUAL_PAGE_H
#define RACEWALK_MANUAL_PAGE_H

#include "base/buffer.h"
#include "base/options.h"

/* The page's first lines, with its NAME. date is as in 2026-11-22. */
void page_head(struct buffer *out, const char *name, const char *section, const char *date,
               const char *summary);
void page_section(struct buffer *out, const char *title);
/* Paragraphs, parted by empty lines. */
void page_text(struct buffer *out, const char *text, size_t length);
/* An entry of a list: its tag, in bold up to metavar (NULL: none), and a text. */
void page_entry(struct buffer *out, const char *tag, const char *metavar, const char *text);
/* Lines as they are, indented; newlines in text end them. */
void page_example(struct buffer *out, const char *text);
/* Text for inside a line: escaped, no fonts. */
void page_words(struct buffer *out, const char *text, size_t length);
void page_options(struct buffer *out, const struct option_group *groups, size_t count);

#endif
