/* SPDX-License-Identifier: Apache-2.0 */
/* Paths as URIs: a relative path is a relative reference, an absolute one a file: URI (RFC 8089). What must
 * not stand in a URI, and what is no ASCII, is %-escaped byte by byte, so that a name of any bytes is kept.
 * Pure. */
#ifndef RACEWALK_BASE_URI_H
#define RACEWALK_BASE_URI_H

#include <stdbool.h>

#include "base/buffer.h"

void uri_of_path(struct buffer *out, const char *path);
/* The other way: appends the path. False when uri is not such a URI; then out is not to be used. */
bool uri_to_path(struct buffer *out, const char *uri);

#endif
