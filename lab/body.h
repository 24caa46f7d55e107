/* SPDX-License-Identifier: Apache-2.0 */
/* Request bodies: from bytes to values, or to the list of what is wrong with them.
 *
 * A body counts only when its content type is application/json or application/SOMETHING+json. A complaint has
 * the form that common web frameworks give it: an object {"type", "loc", "msg", "input"[, "ctx"]}. Pure
 * functions: any thread. */
#ifndef RACEWALK_LAB_BODY_H
#define RACEWALK_LAB_BODY_H

#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/status.h"
#include "lab/planner.h"

#define BODY_SIZE_MAX 65536 /* bytes; more is refused unread */

struct body {
    const char *text; /* text[length] is a NUL */
    size_t length;
    const char *content_type; /* NULL when the request names none */
};

/* The balancers for a plan, at most PLAN_BALANCERS_MAX; none for no body, null and []. ERR_DATA when the body
 * is wrong: details then holds the complaints as a JSON list. Freed with mem_free. */
enum status body_read_balancers(const struct body *body, struct balancer **ret_balancers, size_t *ret_count,
                                struct buffer *details, struct error *err) WARN_UNUSED;

/* {"keep_last_n": at least 0}; fails in the same way. A number past JSON_INTEGER_MAX counts as that. */
enum status body_read_keep_last_n(const struct body *body, int64_t *ret_keep, struct buffer *details,
                                  struct error *err) WARN_UNUSED;

#endif
