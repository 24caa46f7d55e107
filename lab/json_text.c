/* SPDX-License-Identifier: Apache-2.0 */
#include "lab/json_text.h"

#include <math.h>

#include "base/json_cursor.h"

/* cJSON copies a number into 64 bytes and fails on a longer one. */
#define NUMBER_LENGTH_MAX 60

enum status json_text_parse(const char *text, size_t length, cJSON **ret_tree, size_t *ret_at,
                            struct error *err)
{
    struct json_cursor cursor;
    struct json_slice all;
    json_cursor_init(&cursor, text, length, 1, 1);
    cursor.depth_max = JSON_DEPTH_MAX;
    cursor.number_max = NUMBER_LENGTH_MAX;
    enum status status = json_skip(&cursor, &all, err);
    if (status == OK)
        status = json_finish(&cursor, err);
    if (status != OK) {
        if (ret_at != NULL)
            *ret_at = cursor.failed_at;
        return status;
    }
    /* The text is JSON by now, so that only a lack of memory is left to fail. */
    cJSON *tree = cJSON_ParseWithLengthOpts(text, length + 1, NULL, 1);
    if (tree == NULL)
        return error_memory(err, length);
    *ret_tree = tree;
    return OK;
}

bool json_text_integer(const cJSON *item, int64_t *ret)
{
    if (!cJSON_IsNumber(item))
        return false;
    const double value = item->valuedouble;
    if (!(fabs(value) <= (double)JSON_INTEGER_MAX) || trunc(value) < value || trunc(value) > value)
        return false;
    *ret = (int64_t)value;
    return true;
}
