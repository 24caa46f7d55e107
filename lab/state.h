/* SPDX-License-Identifier: Apache-2.0 */
/* All that the lab holds in memory, as one JSON object: what a test compares after each step. */
#ifndef RACEWALK_LAB_STATE_H
#define RACEWALK_LAB_STATE_H

#include "base/buffer.h"
#include "lab/lab.h"

/* Appends {"zone": the records in order, "last_version": of the newest plan or 0, "deployers": [{"name",
 * "next_plan_version", "lock_epoch", "lock", "root"}, …], "health": {"ok", "ips"}}; lock and root are the
 * records that the deployer has observed, or null. */
void state_write(struct buffer *out, const struct lab *lab);

#endif
