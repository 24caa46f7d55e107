#include "mbt/junit.h"

#include <string.h>

void junit_init(struct junit *junit)
{
    *junit = (struct junit){.total = 0};
    buffer_init(&junit->cases);
}

void junit_release(struct junit *junit)
{
    buffer_release(&junit->cases);
}

/* Bytes of the character that begins at text, when XML may hold it; 0 otherwise. UTF-8 as in RFC 3629,
 * without overlong forms and surrogates. */
static size_t character_length(const unsigned char *text)
{
    const unsigned char c = text[0];
    if (c < 0x80)
        return c >= 0x20 || c == '\t' || c == '\n' ? 1 : 0;
    const size_t length = c >= 0xc2 && c <= 0xdf   ? 2
                          : c >= 0xe0 && c <= 0xef ? 3
                          : c >= 0xf0 && c <= 0xf4 ? 4
                                                   : 0;
    for (size_t i = 1; i < length; i++) {
        if ((text[i] & 0xc0) != 0x80) /* the text's NUL, too */
            return 0;
    }
    if ((c == 0xe0 && text[1] < 0xa0) || (c == 0xed && text[1] > 0x9f) || (c == 0xf0 && text[1] < 0x90) ||
        (c == 0xf4 && text[1] > 0x8f) || (c == 0xef && text[1] == 0xbf && text[2] >= 0xbe))
        return 0;
    return length;
}

/* Text for inside an element or a quoted attribute. */
static void append_text(struct buffer *out, const char *text)
{
    const unsigned char *at = (const unsigned char *)text;
    while (*at != '\0') {
        const size_t length = character_length(at);
        if (length == 0) {
            buffer_char(out, '?');
        } else if (length == 1) {
            const char character[] = {(char)*at, '\0'};
            buffer_html(out, character);
        } else {
            buffer_append(out, at, length);
        }
        at += length != 0 ? length : 1;
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
    const char *element = item->outcome == JUNIT_FAILED  ? "failure"
                          : item->outcome == JUNIT_ERROR ? "error"
                                                         : "system-out";
    buffer_format(out, ">\n      <%s", element);
    if (item->outcome != JUNIT_PASSED) {
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
    buffer_format(out, " tests=\"%zu\" failures=\"%zu\" errors=\"%zu\" skipped=\"0\" time=\"%.6f\">\n",
                  junit->total, junit->failed, junit->errors, junit->seconds);
    buffer_append(out, junit->cases.text, junit->cases.length);
    buffer_string(out, "  </testsuite>\n</testsuites>\n");
    return buffer_status(out, err);
}
