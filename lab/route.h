/* SPDX-License-Identifier: Apache-2.0 */
/* Paths: decoding a request's target and matching it against patterns. Pure functions: any thread. */
#ifndef RACEWALK_LAB_ROUTE_H
#define RACEWALK_LAB_ROUTE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buffer.h"

/* Appends the target's path, without its query and with %XX decoded, to out. Bytes that are not UTF-8 become
 * U+FFFD, and a % that starts no escape stays. False when the path has a NUL in it. */
bool route_decode_path(const char *target, struct buffer *out);

/* Appends a path with all but the unreserved characters and / percent-encoded. */
void route_encode_path(const char *path, struct buffer *out);

/* Matches a path against a pattern such as /mbt/deployers/{name}/sync. A {…} takes one or more bytes up to
 * the next slash; *ret_name points to them within path. */
bool route_matches(const char *pattern, const char *path, const char **ret_name, size_t *ret_length);

#endif
