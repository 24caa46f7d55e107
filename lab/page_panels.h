/* SPDX-License-Identifier: Apache-2.0 */
/* Parts of the front page (page.h): how the root is, the deployers, the last actions. The caller holds the
 * lab's lock. */
#ifndef RACEWALK_LAB_PAGE_PANELS_H
#define RACEWALK_LAB_PAGE_PANELS_H

#include "base/buffer.h"
#include "lab/lab.h"

/* A plain sentence on whether the root resolves and, if not, why. */
void page_write_health(struct buffer *out, const struct lab *lab, size_t address_count);

/* What each deployer knows and what it would do next; in a workshop, with buttons for all actions. */
void page_write_deployers(struct buffer *out, const struct lab *lab);

void page_write_log(struct buffer *out, const struct action_log *log);

#endif
