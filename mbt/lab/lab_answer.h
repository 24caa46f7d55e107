/* SPDX-License-Identifier: Apache-2.0 */
/* The lab's API as its callers see it: names, and answers taken apart.
 *
 * The names are repeated here, and not shared with the lab's code: the callers speak to any program that
 * keeps to the API. Nothing that is answered is trusted. Answers belong to their client, and so do the texts
 * within. */
#ifndef RACEWALK_MBT_LAB_LAB_ANSWER_H
#define RACEWALK_MBT_LAB_LAB_ANSWER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"
#include "mbt/http_client.h"

#define LAB_API_ROOT_NAME       "clouddb.us-east-1.api.acme"
#define LAB_API_ROLLBACK_NAME   "_rollback." LAB_API_ROOT_NAME
#define LAB_API_INIT_PLAN_NAME  "plan-init.cdb.acme"
#define LAB_API_INIT_LOCK_OWNER "genesis"
#define LAB_API_ROOT_MISSING    "current root target is missing" /* how such a refusal begins */
#define LAB_API_RESOLVE_PATH    "/wormhole53/resolve/"

#define LAB_ZONE_PLANS_MAX 32 /* asked for when a zone is described */

/* A member of the answer when it is an object, or NULL. */
const struct cJSON *lab_answer_member(const struct http_answer *answer, const char *name);
/* A member that is a string, or NULL. */
const char *lab_answer_text(const struct http_answer *answer, const char *name);

/* A success: {"ok": true, …}, or nothing at all. */
bool lab_answer_is_ok(const struct http_answer *answer);

/* A whole number of at least 1, which is what versions are; false when it is none. */
bool lab_version_of(const struct cJSON *item, int64_t *ret_version);

/* Number of addresses in the answer to a resolve of that name; -1 when it is no such answer. */
int lab_answer_addresses(const struct http_answer *answer, const char *name);

/* The value of the record that a sync answers under this name: NULL for null. False when it is neither. */
bool lab_answer_observed(const struct http_answer *answer, const char *name, const char **ret_value);

/* Appends, as one line, what a lab shows of its zone: lock and root as the deployer observes them (which it
 * does then), and the addresses of root, rollback and the last LAB_ZONE_PLANS_MAX of these plans. Says so
 * when it cannot be had. */
void lab_zone_describe(struct http_client *client, const char *deployer, const char *const *plan_names,
                       size_t plan_count, struct buffer *out);

#endif
