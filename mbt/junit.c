/* SPDX-License-Identifier: Apache-2.0 */
#include "mbt/junit.h"

#include <string.h>

#include "base/utf8.h"

void junit_init(struct junit *junit)
{
    *junit = (struct junit){.total = 0};
    buffer_init(&junit->cases);
}

void junit_release(struct junit *junit)
{
    buffer_release(&junit->cases);
}

/* Bytes of the character that begins at text, of which so many are left, when XML may hold it; 0 otherwise.
 */
static size_t character_length(const char *text, size_t left)
{
    const size_t length = utf8_length(text, left);
    const unsigned char c = (unsigned char)text[0];
    if (length == 1)
        return c >= 0x20 || c == '\t' || c == '\n' ? 1 : 0;
    /* U+FFFE and U+FFFF are no characters. */
    return length == 3 && c == 0xef && (unsigned char)text[1] == 0xbf && (unsigned char)text[2] >= 0xbe
               ? 0
               : length;
}

/* Text for inside an element or a quoted attribute. */
static void append_text(struct buffer *out, const char *text)
{
    for (size_t left = strlen(text); left > 0;) {
        const size_t length = character_length(text, left);
        if (length == 0) {
            buffer_string(out, UTF8_REPLACEMENT);
        } else if (length == 1) {
            const char character[] = {*text, '\0'};
            buffer_html(out, character);
        } else {
            buffer_append(out, text, length);
        }
        text += length != 0 ? length : 1;
        left -= length != 0 ? length : 1;
    }
}

static void append_attribute(struct buffer *out, const char *name, const char *text)
{
    buffer_format(out, " %s=\"", name);
    append_text(out, text);
    buffer_char(out, '"');
}

void junit_add(struct junit *junit, const struct junit_case *item)
{
    struct buffer *out = &junit->cases;
    junit->total++;
    junit->failed += item->outcome == JUNIT_FAILED;
    junit->skipped += item->outcome == JUNIT_SKIPPED;
    junit->errors += item->outcome == JUNIT_ERROR;
    junit->seconds += item->seconds;
    buffer_string(out, "    <testcase");
    append_attribute(out, "classname", item->file);
    append_attribute(out, "name", item->name);
    buffer_format(out, " time=\"%.6f\"", item->seconds);
    if (item->outcome == JUNIT_PASSED && item->details == NULL) {
        buffer_string(out, "/>\n");
        return;
    }
    const char *element = item->outcome == JUNIT_FAILED    ? "failure"
                          : item->outcome == JUNIT_SKIPPED ? "skipped"
                          : item->outcome == JUNIT_ERROR   ? "error"
                                                           : "system-out";
    buffer_format(out, ">\n      <%s", element);
    if (item->outcome != JUNIT_PASSED) {
        if (item->outcome != JUNIT_SKIPPED) /* which has no type */
            append_attribute(out, "type", item->type);
        append_attribute(out, "message", item->message);
    }
    buffer_char(out, '>');
    append_text(out, item->details != NULL ? item->details : "");
    buffer_format(out, "</%s>\n    </testcase>\n", element);
}

enum status junit_write(const struct junit *junit, const char *suite, struct buffer *out, struct error *err)
{
    const enum status status = buffer_status(&junit->cases, err);
    if (status != OK)
        return status;
    buffer_string(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n  <testsuite");
    append_attribute(out, "name", suite);
    buffer_format(out, " tests=\"%zu\" failures=\"%zu\" errors=\"%zu\" skipped=\"%zu\" time=\"%.6f\">\n",
                  junit->total, junit->failed, junit->errors, junit->skipped, junit->seconds);
    buffer_append(out, junit->cases.text, junit->cases.length);
    buffer_string(out, "  </testsuite>\n</testsuites>\n");
    return buffer_status(out, err);
}
