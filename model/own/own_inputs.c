/* SPDX-License-Identifier: Apache-2.0 */
#include "model/own/own_inputs.h"

#include <ctype.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model/own/own_cache.h"

#define HEAD      "racewalk-inputs 1\n"
#define FILES_MAX 1024

/* A line of the text, without its newline; *at moves past it. */
static const char *next_line(const struct buffer *text, size_t *at, size_t *ret_length)
{
    const char *line = text->text + *at;
    const char *end = memchr(line, '\n', text->length - *at);
    *ret_length = end != NULL ? (size_t)(end - line) : text->length - *at;
    *at += *ret_length + 1;
    return line;
}

/* # 12 "name" flags: where the following lines are from. */
static bool is_place(const char *line, size_t length)
{
    return length > 3 && line[0] == '#' && line[1] == ' ' && isdigit((unsigned char)line[2]);
}

uint64_t own_inputs_identity(const struct buffer *text)
{
    uint64_t hash = 0;
    for (size_t at = 0; at < text->length;) {
        size_t length;
        const char *line = next_line(text, &at, &length);
        if (length > 0 && !is_place(line, length))
            hash = own_hash(hash, line, length);
    }
    return hash;
}

/* The name in a line that is_place; false when it is not understood. Empty: no file. */
static bool read_name(const char *line, size_t length, char name[PATH_MAX])
{
    const char *end = line + length, *c = memchr(line, '"', length);
    size_t used = 0;
    if (c == NULL)
        return false;
    for (c++; c < end && *c != '"'; c++) {
        if (*c == '\\' && (++c == end || (*c != '\\' && *c != '"')))
            return false;
        if (used + 1 == PATH_MAX)
            return false;
        name[used++] = *c;
    }
    name[used] = '\0';
    /* <built-in>, and the folder in which the compiler runs */
    if (used == 0 || name[0] == '<' || name[used - 1] == '/')
        name[0] = '\0';
    return c < end;
}

static bool add_file(const char *name, struct buffer *out)
{
    struct buffer bytes;
    buffer_init(&bytes);
    const bool read = own_read_file(name, &bytes);
    if (read)
        buffer_format(out, "%016" PRIx64 " %s\n", own_hash(0, bytes.text, bytes.length), name);
    buffer_release(&bytes);
    return read && !out->failed;
}

static bool is_listed(const struct buffer *out, const char *name)
{
    const size_t length = strlen(name);
    for (const char *at = out->text; (at = strstr(at, name)) != NULL; at++) {
        if (at != out->text && at[-1] == ' ' && at[length] == '\n')
            return true;
    }
    return false;
}

bool own_inputs_list(const struct buffer *text, struct buffer *out)
{
    size_t count = 0;
    char name[PATH_MAX], last[PATH_MAX] = "";
    for (size_t at = 0; at < text->length;) {
        size_t length;
        const char *line = next_line(text, &at, &length);
        if (!is_place(line, length))
            continue;
        if (!read_name(line, length, name))
            return false;
        if (name[0] == '\0' || strcmp(name, last) == 0)
            continue;
        memcpy(last, name, strlen(name) + 1);
        if (is_listed(out, name))
            continue;
        if (++count > FILES_MAX || !add_file(name, out))
            return false;
    }
    return count > 0;
}

void own_inputs_write(uint64_t identity, uint64_t code, const struct buffer *files, struct buffer *out)
{
    buffer_format(out, HEAD "identity %016" PRIx64 "\ncode %016" PRIx64 "\n", identity, code);
    buffer_append(out, files->text, files->length);
    buffer_string(out, "end\n");
}

/* head 0123456789abcdef; *at moves past it. */
static bool read_hash(const char **at, const char *head, uint64_t *ret_hash)
{
    const size_t length = strlen(head);
    if (strncmp(*at, head, length) != 0)
        return false;
    char *end;
    *ret_hash = strtoull(*at + length, &end, 16);
    const bool whole = end == *at + length + 16;
    *at = end;
    return whole;
}

/* A line of a file, of which *ret_same tells whether it is as it was; false when it is no such line. */
static bool read_file_line(const char **at, struct buffer *bytes, bool *ret_same)
{
    char name[PATH_MAX];
    uint64_t hash;
    if (!read_hash(at, "", &hash) || **at != ' ')
        return false;
    const char *start = *at + 1, *end = strchr(start, '\n');
    if (end == NULL || (size_t)(end - start) >= sizeof name)
        return false;
    memcpy(name, start, (size_t)(end - start));
    name[end - start] = '\0';
    *at = end + 1;
    buffer_clear(bytes);
    *ret_same = own_read_file(name, bytes) && own_hash(0, bytes->text, bytes->length) == hash;
    return true;
}

bool own_inputs_read(const struct buffer *list, uint64_t *ret_identity, uint64_t *ret_code)
{
    const char *at = list->text;
    uint64_t identity, code;
    if (strlen(at) != list->length || strncmp(at, HEAD, strlen(HEAD)) != 0)
        return false;
    at += strlen(HEAD);
    if (!read_hash(&at, "identity ", &identity) || *at++ != '\n' || !read_hash(&at, "code ", &code) ||
        *at++ != '\n')
        return false;
    struct buffer bytes;
    bool same = true;
    buffer_init(&bytes);
    while (same && strcmp(at, "end\n") != 0) {
        if (!read_file_line(&at, &bytes, &same))
            same = false;
    }
    buffer_release(&bytes);
    if (same) {
        *ret_identity = identity;
        *ret_code = code;
    }
    return same;
}
