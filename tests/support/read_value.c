/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/support/read_value.h"

#include <string.h>

#include "mbt/json_decoder.h"
#include "tests/support/cmocka_all.h"

struct value read_value(struct arena *arena, const char *text)
{
    static struct json_decoder decoder; /* large */
    struct value value = value_null();
    struct json_slice slice;
    struct json_cursor cursor;
    struct error err = {{0}};
    json_decoder_init(&decoder, 1 << 20, arena, false);
    json_cursor_init(&cursor, text, strlen(text), 1, 1);
    if (json_skip(&cursor, &slice, &err) != OK || json_decode(&decoder, &slice, &value, &err) != OK)
        fail_msg("%s: %s", text, err.text);
    json_decoder_release(&decoder);
    return value;
}
