#include "mbt/http_reply.h"

#include <assert.h>
#include <stdint.h>
#include <string.h>
#include <strings.h>

#include "base/hex.h"

/* What a head says about the body that follows. */
struct head {
    int status;
    bool chunked;
    bool close;
    bool has_length;
    size_t length;
};

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* The end of the line that begins at text, behind its newline; NULL when it is not there yet. */
static const char *line_end(const char *text, const char *end)
{
    const char *newline = text < end ? memchr(text, '\n', (size_t)(end - text)) : NULL;
    return newline != NULL ? newline + 1 : NULL;
}

/* The length of a line without its end: CR LF, or LF alone, which RFC 9112 lets a client take. */
static size_t line_length(const char *line, const char *next)
{
    size_t length = (size_t)(next - line) - 1;
    if (length > 0 && line[length - 1] == '\r')
        length--;
    return length;
}

/* "HTTP/1.1 200 OK"; the reason is optional. */
static bool read_status_line(const char *line, size_t length, struct head *head)
{
    if (length < 12 || memcmp(line, "HTTP/1.", 7) != 0 || !is_digit(line[7]) || line[8] != ' ' ||
        !is_digit(line[9]) || !is_digit(line[10]) || !is_digit(line[11]) || (length > 12 && line[12] != ' '))
        return false;
    head->status = (line[9] - '0') * 100 + (line[10] - '0') * 10 + (line[11] - '0');
    head->close = line[7] == '0';
    return true;
}

/* True when the text, up to length, holds the word among others that commas separate. */
static bool list_has(const char *text, size_t length, const char *word)
{
    const size_t word_length = strlen(word);
    size_t at = 0;
    while (at < length) {
        while (at < length && (text[at] == ' ' || text[at] == '\t' || text[at] == ','))
            at++;
        size_t stop = at;
        while (stop < length && text[stop] != ',' && text[stop] != ' ' && text[stop] != '\t')
            stop++;
        if (stop - at == word_length && strncasecmp(text + at, word, word_length) == 0)
            return true;
        at = stop;
    }
    return false;
}

static bool read_length(const char *text, size_t length, struct head *head)
{
    size_t value = 0;
    if (length == 0)
        return false;
    for (size_t i = 0; i < length; i++) {
        if (!is_digit(text[i]) || value > (SIZE_MAX - 9) / 10)
            return false;
        value = value * 10 + (size_t)(text[i] - '0');
    }
    /* Two lengths that differ would let two readers see two different replies. */
    if (head->has_length && head->length != value)
        return false;
    head->has_length = true;
    head->length = value;
    return true;
}

static bool read_header(const char *line, size_t length, struct head *head)
{
    const char *colon = memchr(line, ':', length);
    if (colon == NULL || colon == line)
        return false;
    const size_t name_length = (size_t)(colon - line);
    const char *value = colon + 1;
    const char *end = line + length;
    while (value < end && (*value == ' ' || *value == '\t'))
        value++;
    while (end > value && (end[-1] == ' ' || end[-1] == '\t'))
        end--;
    const size_t value_length = (size_t)(end - value);
    if (name_length == 14 && strncasecmp(line, "content-length", 14) == 0)
        return read_length(value, value_length, head);
    if (name_length == 17 && strncasecmp(line, "transfer-encoding", 17) == 0) {
        /* Any coding but chunked was never asked for. */
        head->chunked = value_length == 7 && strncasecmp(value, "chunked", 7) == 0;
        return head->chunked;
    }
    if (name_length == 10 && strncasecmp(line, "connection", 10) == 0) {
        if (list_has(value, value_length, "close"))
            head->close = true;
        else if (list_has(value, value_length, "keep-alive"))
            head->close = false;
    }
    return true;
}

/* Reads the head at bytes; *ret_size is its size with the empty line. */
static enum http_progress find_head(const char *bytes, const char *end, struct head *head, size_t *ret_size)
{
    const char *line = bytes;
    const enum http_progress more = (size_t)(end - bytes) > HTTP_HEAD_MAX ? HTTP_BROKEN : HTTP_PARTIAL;
    for (bool first = true;; first = false) {
        const char *next = line_end(line, end);
        if (next == NULL)
            return first && end - line >= 7 && memcmp(line, "HTTP/1.", 7) != 0 ? HTTP_BROKEN : more;
        if (next - bytes > HTTP_HEAD_MAX)
            return HTTP_BROKEN;
        const size_t length = line_length(line, next);
        if (length == 0 && !first) {
            *ret_size = (size_t)(next - bytes);
            return HTTP_COMPLETE;
        }
        if (first ? !read_status_line(line, length, head) : !read_header(line, length, head))
            return HTTP_BROKEN;
        line = next;
    }
}

/* The size in a chunk's first line, "1a" or "1a;extension"; SIZE_MAX when it is none or past any limit. */
static size_t chunk_size(const char *line, size_t length)
{
    size_t size = 0, digits = 0;
    while (digits < length && digits < 8 && hex_digit(line[digits]) >= 0)
        size = size * 16 + (size_t)hex_digit(line[digits++]);
    if (digits == 0 || (digits < length && line[digits] != ';' && line[digits] != ' '))
        return SIZE_MAX;
    return size;
}

/* Walks the chunks of a body, appending them to out unless it is NULL. Chunk sizes and trailers may take as
 * many bytes as a head and the largest body together, so that one-byte chunks cannot fill the memory. */
static enum http_progress walk_chunks(const char *body, const char *end, size_t body_max, struct buffer *out,
                                      size_t *ret_body_size, size_t *ret_size)
{
    const size_t framing_max = HTTP_HEAD_MAX + body_max;
    size_t total = 0;
    bool trailers = false; /* the last chunk was there; an empty line ends them */
    for (const char *line = body;;) {
        if ((size_t)(line - body) - total > framing_max)
            return HTTP_BROKEN;
        const char *next = line_end(line, end);
        if (next == NULL)
            return (size_t)(end - line) > HTTP_HEAD_MAX ? HTTP_BROKEN : HTTP_PARTIAL;
        const size_t length = line_length(line, next);
        if (trailers && length == 0) {
            *ret_body_size = total;
            *ret_size = (size_t)(next - body);
            return HTTP_COMPLETE;
        }
        const size_t size = trailers ? 0 : chunk_size(line, length);
        if (size == SIZE_MAX)
            return HTTP_BROKEN;
        trailers = size == 0;
        line = next;
        if (trailers)
            continue;
        if (size > body_max - total)
            return HTTP_TOO_LARGE;
        if ((size_t)(end - line) < size + 2)
            return HTTP_PARTIAL;
        if (line[size] != '\r' || line[size + 1] != '\n')
            return HTTP_BROKEN;
        if (out != NULL)
            buffer_append(out, line, size);
        total += size;
        line += size + 2;
    }
}

/* The head that counts: interim replies, which announce it, are skipped. */
static enum http_progress find_final_head(const char *bytes, const char *end, struct head *ret_head,
                                          size_t *ret_size)
{
    for (const char *start = bytes;;) {
        struct head head = {0};
        size_t size = 0;
        const enum http_progress progress = find_head(start, end, &head, &size);
        if (progress != HTTP_COMPLETE)
            return progress;
        start += size;
        if (head.status / 100 != 1) {
            *ret_head = head;
            *ret_size = (size_t)(start - bytes);
            return HTTP_COMPLETE;
        }
        if (start - bytes > HTTP_HEAD_MAX)
            return HTTP_BROKEN;
    }
}

enum http_progress http_reply_find(const char *bytes, size_t length, bool ended, size_t body_max,
                                   struct http_reply *ret_reply)
{
    struct head head = {0};
    size_t head_size = 0;
    const enum http_progress progress = find_final_head(bytes, bytes + length, &head, &head_size);
    if (progress != HTTP_COMPLETE)
        return progress;
    const size_t rest = length - head_size;
    struct http_reply reply = {.status = head.status,
                               .chunked = head.chunked,
                               .close = head.close,
                               .head_size = head_size,
                               .size = head_size};
    if (head.status == 204 || head.status == 304) {
        reply.chunked = false;
    } else if (head.chunked) {
        size_t size = 0;
        const enum http_progress chunks =
            walk_chunks(bytes + head_size, bytes + length, body_max, NULL, &reply.body_size, &size);
        if (chunks != HTTP_COMPLETE)
            return chunks;
        reply.size += size;
    } else {
        /* Without a length, the end of the connection is the end of the body. */
        reply.close = reply.close || !head.has_length;
        reply.body_size = head.has_length ? head.length : rest;
        if (reply.body_size > body_max)
            return HTTP_TOO_LARGE;
        if (head.has_length ? rest < head.length : !ended)
            return HTTP_PARTIAL;
        reply.size += reply.body_size;
    }
    *ret_reply = reply;
    return HTTP_COMPLETE;
}

void http_reply_body(const char *bytes, const struct http_reply *reply, struct buffer *out)
{
    const char *body = bytes + reply->head_size;
    if (!reply->chunked) {
        buffer_append(out, body, reply->body_size);
        return;
    }
    size_t body_size = 0, size = 0;
    const enum http_progress progress =
        walk_chunks(body, bytes + reply->size, reply->body_size, out, &body_size, &size);
    assert(progress == HTTP_COMPLETE && body_size == reply->body_size);
    (void)progress;
}
