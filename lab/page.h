/* SPDX-License-Identifier: Apache-2.0 */
/* The lab's pages for people. Everything that comes from the zone is escaped. The caller holds the lab's
 * lock. */
#ifndef RACEWALK_LAB_PAGE_H
#define RACEWALK_LAB_PAGE_H

#include "base/buffer.h"
#include "lab/lab.h"

/* The front page: health in a sentence, the deployers (with buttons in a workshop), the tree as a picture,
 * the last actions, four cards, the tree in words, all records. Self-contained; lab/page/page.js asks for it
 * again and again and exchanges only the parts that differ, so that scroll position and selection stay. */
void page_write_front(struct buffer *out, const struct lab *lab);

/* The head of any page of the lab, up to <body>, and its end. The title is escaped here. */
void page_write_head(struct buffer *out, const char *title);
void page_write_foot(struct buffer *out);

#endif
