/* SPDX-License-Identifier: Apache-2.0 */
#include "mbt/json_stream.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "base/json_cursor.h"
#include "base/memory.h"

enum { READ_BYTES = 1 << 18, ZLIB_BUFFER_BYTES = 1 << 17 };

struct json_stream {
    char *name;
    enum json_content content;
    gzFile file; /* NULL: the text is in memory, all of it */
    bool at_end; /* of the file: text holds the rest */

    const char *text; /* what was read and not dropped; own_text, or the caller's */
    char *own_text;
    size_t capacity; /* of own_text */
    size_t length;
    size_t at;           /* what is before it has been handed out */
    size_t line, column; /* of text[at] in the file */
    size_t total, total_max;

    bool started; /* the encoding was looked at */
    bool in_array;
    bool after_element; /* a comma or the end of the array is due */
    bool failed;
    size_t index; /* of the next document */
};

static enum status stream_new(const char *name, enum json_content content, size_t bytes_max,
                              struct json_stream **ret_stream, struct error *err)
{
    struct json_stream *stream = mem_new(1, sizeof *stream);
    char *copy = mem_copy_string(name);
    if (stream == NULL || copy == NULL) {
        mem_free(stream);
        mem_free(copy);
        return error_memory(err, sizeof *stream);
    }
    *stream = (struct json_stream){
        .name = copy, .content = content, .text = "", .line = 1, .column = 1, .total_max = bytes_max};
    *ret_stream = stream;
    return OK;
}

static enum status too_large(struct json_stream *stream, struct error *err)
{
    stream->failed = true;
    return error_set(err, ERR_DATA,
                     "%s: larger than %zu MB, the most that is read of one file (decompressed)", stream->name,
                     stream->total_max >> 20);
}

/* Whether the file is one that cannot be read at all. Says so at once for a plain file that is too large. */
static enum status check_file(struct json_stream *stream, int fd, struct error *err)
{
    struct stat info;
    if (fstat(fd, &info) != 0)
        return error_set(err, ERR_NO_INPUT, "%s: %s", stream->name, strerror(errno));
    if (S_ISDIR(info.st_mode))
        return error_set(err, ERR_NO_INPUT, "%s: a directory, not a file", stream->name);
    unsigned char magic[2];
    if (!S_ISREG(info.st_mode) || info.st_size < 0 || (size_t)info.st_size <= stream->total_max)
        return OK;
    if (pread(fd, magic, sizeof magic, 0) == (ssize_t)sizeof magic && magic[0] == 0x1f && magic[1] == 0x8b)
        return OK; /* gzip: its size says little */
    return too_large(stream, err);
}

enum status json_stream_open(const char *path, enum json_content content, size_t bytes_max,
                             struct json_stream **ret_stream, struct error *err)
{
    const bool is_stdin = strcmp(path, "-") == 0;
    struct json_stream *stream = NULL;
    enum status status = stream_new(is_stdin ? "standard input" : path, content, bytes_max, &stream, err);
    if (status != OK)
        return status;
    int fd = is_stdin ? dup(STDIN_FILENO) : open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        status = error_set(err, ERR_NO_INPUT, "%s: %s", stream->name, strerror(errno));
    else
        status = check_file(stream, fd, err);
    if (status == OK) {
        stream->file = gzdopen(fd, "rb");
        if (stream->file == NULL)
            status = error_memory(err, ZLIB_BUFFER_BYTES);
        else
            (void)gzbuffer(stream->file, ZLIB_BUFFER_BYTES);
    }
    if (status != OK) {
        if (fd >= 0)
            (void)close(fd);
        json_stream_close(stream);
        return status;
    }
    *ret_stream = stream;
    return OK;
}

enum status json_stream_open_memory(const char *name, enum json_content content, const void *text,
                                    size_t length, size_t bytes_max, struct json_stream **ret_stream,
                                    struct error *err)
{
    struct json_stream *stream = NULL;
    const enum status status = stream_new(name, content, bytes_max, &stream, err);
    if (status != OK)
        return status;
    if (length > bytes_max) {
        (void)too_large(stream, err);
        json_stream_close(stream);
        return ERR_DATA;
    }
    stream->text = text;
    stream->length = length;
    stream->at_end = true;
    *ret_stream = stream;
    return OK;
}

void json_stream_close(struct json_stream *stream)
{
    if (stream == NULL)
        return;
    if (stream->file != NULL)
        (void)gzclose(stream->file); /* opened for reading: there is nothing left to write that could fail */
    mem_free(stream->own_text);
    mem_free(stream->name);
    mem_free(stream);
}

const char *json_stream_name(const struct json_stream *stream)
{
    return stream->name;
}

static enum status read_failed(struct json_stream *stream, struct error *err)
{
    int code = Z_OK;
    const char *message = gzerror(stream->file, &code);
    if (code == Z_ERRNO)
        return error_set(err, ERR_IO, "%s: %s", stream->name, strerror(errno));
    if (code == Z_MEM_ERROR)
        return error_memory(err, ZLIB_BUFFER_BYTES);
    return error_set(err, ERR_DATA, "%s: the compressed data are damaged or cut off (%s)", stream->name,
                     message);
}

/* Reads more, after dropping what has been handed out. */
static enum status fill(struct json_stream *stream, struct error *err)
{
    if (stream->at > 0) {
        memmove(stream->own_text, stream->own_text + stream->at, stream->length - stream->at);
        stream->length -= stream->at;
        stream->at = 0;
    }
    void *text = stream->own_text;
    const enum status status = mem_reserve(&text, &stream->capacity, stream->length + READ_BYTES, 1);
    if (status != OK)
        return error_memory(err, stream->length + READ_BYTES);
    stream->own_text = text;
    stream->text = text;
    const int count = gzread(stream->file, stream->own_text + stream->length, READ_BYTES);
    if (count < 0)
        return read_failed(stream, err);
    if (count == 0) {
        int code = Z_OK;
        (void)gzerror(stream->file, &code);
        if (code != Z_OK && code != Z_STREAM_END)
            return read_failed(stream, err);
        stream->at_end = true;
    }
    stream->length += (size_t)count;
    stream->total += (size_t)count;
    return stream->total > stream->total_max ? too_large(stream, err) : OK;
}

/* Moves past count bytes, keeping line and column. */
static void advance(struct json_stream *stream, size_t count)
{
    const char *from = stream->text + stream->at;
    const char *end = from + count;
    for (;;) {
        const char *newline = memchr(from, '\n', (size_t)(end - from));
        if (newline == NULL)
            break;
        from = newline + 1;
        stream->line++;
        stream->column = 1;
    }
    stream->column += (size_t)(end - from);
    stream->at += count;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* Reads until so many bytes are there, or all that there are. */
static enum status fill_to(struct json_stream *stream, size_t bytes, struct error *err)
{
    enum status status = OK;
    while (status == OK && stream->length - stream->at < bytes && !stream->at_end)
        status = fill(stream, err);
    return status;
}

/* JSON begins with two characters of ASCII, so that the zeros among its first four bytes tell an encoding
 * that is not UTF-8 (RFC 4627, section 3); so does a byte order mark. */
static enum status check_encoding(struct json_stream *stream, struct error *err)
{
    const enum status status = fill_to(stream, 4, err);
    if (status != OK)
        return status;
    const size_t left = stream->length - stream->at;
    unsigned char b[4] = {1, 1, 1, 1};
    memcpy(b, stream->text + stream->at, left < sizeof b ? left : sizeof b);
    const bool mark_big = b[0] == 0xfe && b[1] == 0xff, mark_little = b[0] == 0xff && b[1] == 0xfe;
    const unsigned zeros =
        (b[0] == 0 ? 8U : 0U) | (b[1] == 0 ? 4U : 0U) | (b[2] == 0 ? 2U : 0U) | (b[3] == 0);
    const char *found = NULL;
    if (zeros == 7 || zeros == 14 || (mark_little && zeros == 3) ||
        (zeros == 12 && b[2] == 0xfe && b[3] == 0xff))
        found = "UTF-32";
    else if (mark_big || mark_little)
        found = "UTF-16";
    else if (zeros == 5 || zeros == 10)
        found = zeros == 5 ? "UTF-16LE" : "UTF-16BE"; /* without a mark iconv has to be told */
    if (found == NULL)
        return OK;
    return error_set(err, ERR_DATA,
                     "%s: is text in %s, where UTF-8 was expected; iconv -f %s -t UTF-8 converts it",
                     stream->name, found, found);
}

/* Steps behind a byte order mark of UTF-8, which means nothing there. */
static enum status skip_byte_order_mark(struct json_stream *stream, struct error *err)
{
    const enum status status = fill_to(stream, 3, err);
    if (status == OK && stream->length - stream->at >= 3 &&
        memcmp(stream->text + stream->at, "\xef\xbb\xbf", 3) == 0)
        stream->at += 3; /* the column stays: it is no character of the text */
    return status;
}

/* The byte at the stream's place once blanks are skipped, or -1 at the end. */
static enum status peek(struct json_stream *stream, int *ret_byte, struct error *err)
{
    for (;;) {
        size_t blanks = stream->at;
        while (blanks < stream->length && is_blank(stream->text[blanks]))
            blanks++;
        advance(stream, blanks - stream->at);
        if (stream->at < stream->length) {
            *ret_byte = (unsigned char)stream->text[stream->at];
            return OK;
        }
        if (stream->at_end) {
            *ret_byte = -1;
            return OK;
        }
        const enum status status = fill(stream, err);
        if (status != OK)
            return status;
    }
}

static enum status expected(const struct json_stream *stream, const char *what, int found, struct error *err)
{
    if (found < 0)
        return error_set(err, ERR_DATA, "%s:%zu:%zu: %s expected, found the end", stream->name, stream->line,
                         stream->column, what);
    if (found > 0x20 && found < 0x7f)
        return error_set(err, ERR_DATA, "%s:%zu:%zu: %s expected, found '%c'", stream->name, stream->line,
                         stream->column, what, found);
    return error_set(err, ERR_DATA, "%s:%zu:%zu: %s expected, found the byte 0x%02x", stream->name,
                     stream->line, stream->column, what, (unsigned)found);
}

/* The state of the search for a document's end. */
struct framing {
    size_t at; /* how far it has looked, from the document's start */
    unsigned depth;
    bool in_string, after_backslash;
};

/* Looks for the bracket that closes the document; true when it was found, and then at is behind it. */
static bool find_end(struct framing *framing, const char *text, size_t length)
{
    size_t at = framing->at;
    unsigned depth = framing->depth;
    bool in_string = framing->in_string;
    bool after_backslash = framing->after_backslash;
    bool found = false;
    while (at < length && !found && depth <= JSON_NESTING_MAX) {
        /* Most of a document stands in strings. */
        while (in_string && !after_backslash && at + 1 < length && text[at] != '"' && text[at] != '\\')
            at++;
        const char c = text[at++];
        if (in_string) {
            if (after_backslash)
                after_backslash = false;
            else if (c == '\\')
                after_backslash = true;
            else if (c == '"')
                in_string = false;
        } else if (c == '"') {
            in_string = true;
        } else if (c == '{' || c == '[') {
            depth++;
        } else if (c == '}' || c == ']') {
            depth--;
            found = depth == 0;
        }
    }
    *framing = (struct framing){
        .at = at, .depth = depth, .in_string = in_string, .after_backslash = after_backslash};
    return found;
}

/* The file ended within a document, or is nested too deeply: the cursor knows where it went wrong. */
static enum status diagnose(struct json_stream *stream, struct error *err)
{
    struct json_cursor cursor;
    struct json_slice whole;
    json_cursor_init(&cursor, stream->text + stream->at, stream->length - stream->at, stream->line,
                     stream->column);
    const enum status status = json_skip(&cursor, &whole, err);
    if (status != OK)
        return error_prefix(err, status, "%s:", stream->name);
    return error_set(err, ERR_DATA, "%s: a document without an end", stream->name);
}

/* Steps into, between and out of arrays, up to the next document; *ret_found is false at the end of the file.
 */
static enum status find_start(struct json_stream *stream, bool *ret_found, struct error *err)
{
    if (!stream->started) {
        stream->started = true;
        enum status status = check_encoding(stream, err);
        if (status == OK)
            status = skip_byte_order_mark(stream, err);
        if (status != OK)
            return status;
    }
    for (;;) {
        int c = 0;
        const enum status status = peek(stream, &c, err);
        if (status != OK)
            return status;
        if (stream->content == JSON_ONE_REPORT && c >= 0 && (c != '{' || stream->index > 0)) {
            return expected(stream, stream->index > 0 ? "the end of the report" : "a report, {,", c, err);
        } else if (!stream->in_array && c == '[') {
            stream->in_array = true;
            stream->after_element = false;
        } else if (stream->in_array && c == ']') {
            stream->in_array = false;
        } else if (stream->in_array && stream->after_element && c == ',') {
            stream->after_element = false;
            advance(stream, 1);
            int after = 0;
            const enum status look = peek(stream, &after, err);
            if (look != OK)
                return look;
            if (after != '{')
                return expected(stream, "a trace, {,", after, err);
            continue;
        } else if (c == '{' && !(stream->in_array && stream->after_element)) {
            *ret_found = true;
            return OK;
        } else if (c < 0 && !stream->in_array) {
            *ret_found = false;
            return OK;
        } else {
            return expected(stream,
                            !stream->in_array       ? "a trace, { or [,"
                            : stream->after_element ? "',' or ']'"
                                                    : "a trace, {,",
                            c, err);
        }
        advance(stream, 1);
    }
}

static enum status next_document(struct json_stream *stream, struct json_document *ret_document,
                                 bool *ret_found, struct error *err)
{
    bool found = false;
    enum status status = find_start(stream, &found, err);
    if (status != OK)
        return status;
    if (!found) {
        *ret_found = false;
        return OK;
    }
    struct framing framing = {0};
    while (!find_end(&framing, stream->text + stream->at, stream->length - stream->at)) {
        if (stream->at_end || framing.depth > JSON_NESTING_MAX)
            return diagnose(stream, err);
        status = fill(stream, err);
        if (status != OK)
            return status;
    }
    *ret_document = (struct json_document){.text = stream->text + stream->at,
                                           .length = framing.at,
                                           .line = stream->line,
                                           .column = stream->column,
                                           .index = stream->index++};
    stream->after_element = true;
    advance(stream, framing.at);
    *ret_found = true;
    return OK;
}

enum status json_stream_next(struct json_stream *stream, struct json_document *ret_document, bool *ret_found,
                             struct error *err)
{
    if (stream->failed) {
        *ret_found = false;
        return OK;
    }
    const enum status status = next_document(stream, ret_document, ret_found, err);
    if (status != OK)
        stream->failed = true;
    return status;
}
