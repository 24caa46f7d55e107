/* What is written as JSON by cJSON. */
#ifndef RACEWALK_MBT_JSON_H
#define RACEWALK_MBT_JSON_H

#include <stdbool.h>

#include "base/buffer.h"
#include "base/status.h"

struct cJSON;

/* Appends what cJSON prints of json (NULL: ERR_MEMORY), in UTF-8 whatever its strings hold. */
enum json_form { JSON_LINE, JSON_PRETTY };
enum status json_print(const struct cJSON *json, enum json_form form, struct buffer *out,
                       struct error *err) WARN_UNUSED;

/* Adds "file", and where the path is not UTF-8, so that "file" cannot hold it, "file_uri" with its bytes
 * (base/uri.h). False when out of memory. */
bool json_add_file(struct cJSON *object, const char *path);

#endif
