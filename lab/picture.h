/* SPDX-License-Identifier: Apache-2.0 */
/* The picture of the front page: what root and rollback point to, as data for web/dns_tree.js. The caller
 * holds the lab's lock. */
#ifndef RACEWALK_LAB_PICTURE_H
#define RACEWALK_LAB_PICTURE_H

#include "base/buffer.h"
#include "lab/lab.h"

#define PICTURE_LEAVES_MAX 32 /* balancers of a plan that are drawn; one box stands for the others */

/* {"names": {"root": …, "rollback": …}, "groups": [the groups that DnsTree draws]} */
void picture_write(struct buffer *out, const struct lab *lab);

#endif
