/* SPDX-License-Identifier: Apache-2.0 */
/* Compares what a system answered with what was expected, both JSON, and says where they part: in words with
 * both sides, and as a path without indices, which is the same for all differences of a kind.
 *
 * Blanks and the order of an object's members do not matter; equal texts are not even parsed. Any thread. */
#ifndef RACEWALK_MBT_JSON_DIFFERENCE_H
#define RACEWALK_MBT_JSON_DIFFERENCE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buffer.h"

#define JSON_ASPECT_SIZE 64

struct json_difference {
    struct buffer text;            /* "locks[3].owner: \"b\" expected, found \"a\"": the first of them */
    char aspect[JSON_ASPECT_SIZE]; /* "locks[].owner" */
};

void json_difference_init(struct json_difference *difference);
void json_difference_release(struct json_difference *difference);

/* True when both say the same; otherwise fills in the difference, whose old content goes. Both texts end in a
 * NUL that their lengths do not count. expected must be JSON, found need not be. Out of memory is a
 * difference. */
bool json_same(const char *expected, size_t expected_length, const char *found, size_t found_length,
               struct json_difference *ret_difference);

#endif
