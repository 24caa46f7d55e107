#include "mbt/ci_result.h"

#include <ctype.h>
#include <string.h>

#include "base/utf8.h"

/* GitHub reads a workflow command up to the end of the line; %, CR and LF are escaped in the message, : and ,
 * in properties too. Bytes that are no UTF-8 would spoil the log. */
static void append_command_text(struct buffer *out, const char *text, const char *escaped)
{
    for (size_t left = strlen(text); left > 0;) {
        const size_t length = utf8_length(text, left);
        if (length == 0)
            buffer_string(out, "\xef\xbf\xbd");
        else if (length == 1 && strchr(escaped, *text) != NULL)
            buffer_format(out, "%%%02X", (unsigned)(unsigned char)*text);
        else
            buffer_append(out, text, length);
        text += length != 0 ? length : 1;
        left -= length != 0 ? length : 1;
    }
}

void ci_github_annotation(struct buffer *out, const struct ci_result *result)
{
    static const char *const commands[] = {
        [CI_NOTE] = "notice", [CI_WARNING] = "warning", [CI_ERROR] = "error"};
    buffer_format(out, "::%s file=", commands[result->level]);
    append_command_text(out, result->file, "%\r\n:,");
    buffer_format(out, ",line=%zu,title=", result->line);
    append_command_text(out, result->rule, "%\r\n:,");
    buffer_string(out, "::");
    append_command_text(out, result->message, "%\r\n");
    buffer_char(out, '\n');
}

void ci_json_text(struct buffer *out, const char *text)
{
    struct buffer clean;
    buffer_init(&clean);
    append_command_text(&clean, text, "");
    buffer_json(out, clean.text);
    out->failed = out->failed || clean.failed;
    buffer_release(&clean);
}

void ci_code_quality(struct buffer *out, const struct ci_result *result)
{
    static const char *const severities[] = {
        [CI_NOTE] = "info", [CI_WARNING] = "minor", [CI_ERROR] = "major"};
    struct buffer fingerprint;
    buffer_init(&fingerprint);
    buffer_format(&fingerprint, "%s %s[%zu]", result->rule, result->file, result->index);
    buffer_string(out, "{\"description\": ");
    ci_json_text(out, result->message);
    buffer_string(out, ", \"check_name\": ");
    ci_json_text(out, result->rule);
    buffer_string(out, ", \"fingerprint\": ");
    ci_json_text(out, fingerprint.text);
    buffer_format(out, ", \"severity\": \"%s\", \"location\": {\"path\": ", severities[result->level]);
    ci_json_text(out, result->file);
    buffer_format(out, ", \"lines\": {\"begin\": %zu}}}", result->line);
    out->failed = out->failed || fingerprint.failed;
    buffer_release(&fingerprint);
}

void ci_uri(struct buffer *out, const char *path)
{
    if (path[0] == '/')
        buffer_string(out, "file://");
    for (; *path != '\0'; path++) {
        const unsigned char c = (unsigned char)*path;
        if (c < 0x80 && (isalnum(c) || strchr("/-._~", c) != NULL))
            buffer_char(out, (char)c);
        else
            buffer_format(out, "%%%02X", c);
    }
}
