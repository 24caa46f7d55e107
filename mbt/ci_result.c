/* SPDX-License-Identifier: Apache-2.0 */
#include "mbt/ci_result.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/plain.h"

/* The part of an absolute path below the folder; NULL when it is not below, or leaves it again with "..". */
static const char *rest_below(const char *folder, const char *path)
{
    const size_t length = strcmp(folder, "/") == 0 ? 0 : strlen(folder);
    if (strncmp(path, folder, length) != 0 || path[length] != '/')
        return NULL;
    const char *rest = path + length + strspn(path + length, "/");
    for (const char *at = rest; at != NULL; at = strchr(at, '/')) {
        at += *at == '/';
        if (strncmp(at, "..", 2) == 0 && (at[2] == '/' || at[2] == '\0'))
            return NULL;
    }
    return *rest != '\0' ? rest : NULL;
}

void ci_path(struct buffer *out, const char *path)
{
    char here[PATH_MAX], folder[PATH_MAX + 1];
    const char *slash = strrchr(path, '/');
    const bool goes_up = slash != NULL && strstr(path, "..") != NULL;
    if ((path[0] != '/' && !goes_up) || getcwd(here, sizeof here) == NULL) {
        buffer_string(out, baseline_plain_path(path));
        return;
    }
    const char *rest = rest_below(here, path);
    if (rest != NULL) {
        buffer_string(out, rest);
        return;
    }
    /* By another way there: a link, or "..". The file itself may be a link, and keeps its name. */
    struct buffer whole;
    buffer_init(&whole);
    buffer_append(&whole, path, (size_t)(slash - path) + 1);
    const bool is_there = !whole.failed && realpath(whole.text, folder) != NULL;
    buffer_clear(&whole);
    buffer_format(&whole, "%s%s", is_there && strcmp(folder, "/") != 0 ? folder : "", slash);
    rest = is_there ? rest_below(here, whole.text) : NULL;
    buffer_string(out, rest != NULL ? rest : path);
    out->failed = out->failed || whole.failed;
    buffer_release(&whole);
}

/* GitHub reads a workflow command up to the end of the line; %, CR and LF are escaped in the message, : and ,
 * in properties too. The rest is a line of the log. */
static void append_command_text(struct buffer *out, const char *text, const char *escaped)
{
    struct buffer part;
    buffer_init(&part);
    while (*text != '\0') {
        const size_t length = strcspn(text, escaped);
        buffer_clear(&part);
        buffer_append(&part, text, length);
        buffer_plain(out, part.text);
        text += length;
        if (*text != '\0')
            buffer_format(out, "%%%02X", (unsigned)(unsigned char)*text++);
    }
    out->failed = out->failed || part.failed;
    buffer_release(&part);
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

void ci_code_quality(struct buffer *out, const struct ci_result *result)
{
    static const char *const severities[] = {
        [CI_NOTE] = "info", [CI_WARNING] = "minor", [CI_ERROR] = "major"};
    struct buffer fingerprint;
    buffer_init(&fingerprint);
    buffer_format(&fingerprint, "%s %s[%zu]", result->rule, result->file, result->index);
    buffer_string(out, "{\"description\": ");
    buffer_json(out, result->message);
    buffer_string(out, ", \"check_name\": ");
    buffer_json(out, result->rule);
    buffer_string(out, ", \"fingerprint\": ");
    buffer_json(out, fingerprint.text);
    buffer_format(out, ", \"severity\": \"%s\", \"location\": {\"path\": ", severities[result->level]);
    buffer_json(out, result->file);
    buffer_format(out, ", \"lines\": {\"begin\": %zu}}}", result->line);
    out->failed = out->failed || fingerprint.failed;
    buffer_release(&fingerprint);
}
