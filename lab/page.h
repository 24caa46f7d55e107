/* The lab's pages for people. Everything that comes from the zone is escaped. The caller holds the lab's
 * lock. */
#ifndef RACEWALK_LAB_PAGE_H
#define RACEWALK_LAB_PAGE_H

#include "base/buffer.h"
#include "lab/wormhole53.h"

/* The front page: four cards, the resolver's tree from the root, all records. Self-contained; it asks for
 * itself again every 2 s and exchanges only the parts that differ, so that scroll position and selection
 * stay. */
void page_write_front(struct buffer *out, const struct wormhole53 *zone);

/* The head of any page of the lab, up to <body>, and its end. The title is escaped here. */
void page_write_head(struct buffer *out, const char *title);
void page_write_foot(struct buffer *out);

#endif
