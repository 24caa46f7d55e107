/* SPDX-License-Identifier: Apache-2.0 */
/* JSON text that comes in, checked strictly.
 *
 * cJSON builds the trees, but it forgives what RFC 8259 forbids (01, raw control characters, bytes that are
 * not UTF-8) and cannot hold \u0000. Text from outside passes json_text_parse first, so that every string in
 * the lab is valid UTF-8 without a NUL and can be written out again. Pure functions: any thread. */
#ifndef RACEWALK_LAB_JSON_TEXT_H
#define RACEWALK_LAB_JSON_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cjson/cJSON.h>

#include "base/buffer.h"
#include "base/status.h"

#define JSON_DEPTH_MAX 32

/* The largest integer that a double, and so cJSON, holds without losing digits. */
#define JSON_INTEGER_MAX INT64_C(9007199254740991)

/* Parses the whole of text, where text[length] is a NUL. ERR_DATA with a message like "1:13: ',' or ']'
 * expected, found '2'" when it is not one JSON value as RFC 8259 has it; then *ret_at (if not NULL) is that
 * byte's index. The tree is freed with cJSON_Delete. */
enum status json_text_parse(const char *text, size_t length, cJSON **ret_tree, size_t *ret_at,
                            struct error *err) WARN_UNUSED;

/* True when item is a number without a fraction that fits; 2.0 is the integer 2. */
bool json_text_integer(const cJSON *item, int64_t *ret);

#endif
