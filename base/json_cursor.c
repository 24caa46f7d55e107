/* SPDX-License-Identifier: Apache-2.0 */
#include "base/json_cursor.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/hex.h"
#include "base/utf8.h"

void json_cursor_init(struct json_cursor *cursor, const char *text, size_t length, size_t line, size_t column)
{
    *cursor = (struct json_cursor){.text = text,
                                   .length = length,
                                   .line = line,
                                   .column = column,
                                   .depth_max = JSON_NESTING_MAX,
                                   .number_max = JSON_NUMBER_MAX};
}

enum status json_error_at(struct json_cursor *cursor, size_t offset, struct error *err, const char *format,
                          ...)
{
    cursor->failed = true;
    cursor->failed_at = offset;
    size_t line = cursor->line;
    size_t column = cursor->column + offset;
    for (const char *at = cursor->text, *end = cursor->text + offset;;) {
        const char *newline = memchr(at, '\n', (size_t)(end - at));
        if (newline == NULL)
            break;
        at = newline + 1;
        line++;
        column = (size_t)(end - at) + 1;
    }
    char message[ERROR_TEXT_MAX];
    va_list args;
    va_start(args, format);
    (void)vsnprintf(message, sizeof message, format, args);
    va_end(args);
    return error_set(err, ERR_DATA, "%zu:%zu: %s", line, column, message);
}

/* "X expected, found Y" for the byte at offset. */
static enum status expected_at(struct json_cursor *cursor, size_t offset, const char *what, struct error *err)
{
    if (offset >= cursor->length)
        return json_error_at(cursor, cursor->length, err, "%s expected, found the end", what);
    const unsigned char c = (unsigned char)cursor->text[offset];
    if (c > 0x20 && c < 0x7f)
        return json_error_at(cursor, offset, err, "%s expected, found '%c'", what, c);
    return json_error_at(cursor, offset, err, "%s expected, found the byte 0x%02x", what, c);
}

static void skip_blanks(struct json_cursor *cursor)
{
    while (cursor->at < cursor->length) {
        const char c = cursor->text[cursor->at];
        if (c != ' ' && c != '\n' && c != '\r' && c != '\t')
            return;
        cursor->at++;
    }
}

char json_peek(struct json_cursor *cursor)
{
    skip_blanks(cursor);
    return cursor->at < cursor->length ? cursor->text[cursor->at] : '\0';
}

/* The four hexadecimal digits at offset, or -1. */
static int hex4(const struct json_cursor *cursor, size_t offset)
{
    int code = 0;
    if (cursor->length - offset < 4)
        return -1;
    for (size_t i = 0; i < 4; i++) {
        const int digit = hex_digit(cursor->text[offset + i]);
        if (digit < 0)
            return -1;
        code = code * 16 + digit;
    }
    return code;
}

/* Steps behind the escape at the cursor, which stands on the backslash. */
static enum status skip_escape(struct json_cursor *cursor, struct error *err)
{
    const size_t start = cursor->at;
    const char c = start + 1 < cursor->length ? cursor->text[start + 1] : '\0';
    if (c != '\0' && strchr("\"\\/bfnrt", c) != NULL) {
        cursor->at = start + 2;
        return OK;
    }
    if (c != 'u')
        return json_error_at(cursor, start, err, "no such escape in a string");
    const int code = hex4(cursor, start + 2);
    if (code < 0)
        return json_error_at(cursor, start, err, "four hexadecimal digits expected after \\u");
    if (code == 0)
        return json_error_at(cursor, start, err, "a string with the character U+0000 cannot be read");
    cursor->at = start + 6;
    if (code < 0xd800 || code > 0xdfff)
        return OK;
    const bool second = code < 0xdc00 && cursor->length - cursor->at >= 6 &&
                        cursor->text[cursor->at] == '\\' && cursor->text[cursor->at + 1] == 'u';
    const int low = second ? hex4(cursor, cursor->at + 2) : -1;
    if (low < 0xdc00 || low > 0xdfff)
        return json_error_at(cursor, start, err, "half a surrogate pair in a string");
    cursor->at += 6;
    return OK;
}

/* 1 for the bytes that need a look in a string: quote, backslash, control characters, all beyond ASCII. */
static const unsigned char special[256] = {
    [0x00] = 1, [0x01] = 1, [0x02] = 1, [0x03] = 1, [0x04] = 1, [0x05] = 1, [0x06] = 1,
    [0x07] = 1, [0x08] = 1, [0x09] = 1, [0x0a] = 1, [0x0b] = 1, [0x0c] = 1, [0x0d] = 1,
    [0x0e] = 1, [0x0f] = 1, [0x10] = 1, [0x11] = 1, [0x12] = 1, [0x13] = 1, [0x14] = 1,
    [0x15] = 1, [0x16] = 1, [0x17] = 1, [0x18] = 1, [0x19] = 1, [0x1a] = 1, [0x1b] = 1,
    [0x1c] = 1, [0x1d] = 1, [0x1e] = 1, [0x1f] = 1, ['"'] = 1,  ['\\'] = 1,
};

enum status json_skip_string(struct json_cursor *cursor, struct json_slice *ret_inside, struct error *err)
{
    if (json_peek(cursor) != '"')
        return expected_at(cursor, cursor->at, "a string", err);
    const size_t start = cursor->at++;
    for (;;) {
        const unsigned char *bytes = (const unsigned char *)cursor->text;
        size_t at = cursor->at;
        while (at < cursor->length && bytes[at] < 0x80 && !special[bytes[at]])
            at++;
        cursor->at = at;
        if (at == cursor->length)
            return json_error_at(cursor, start, err, "the string that begins here does not end");
        if (bytes[at] == '"')
            break;
        if (bytes[at] == '\\') {
            const enum status status = skip_escape(cursor, err);
            if (status != OK)
                return status;
        } else if (bytes[at] < 0x20) {
            return json_error_at(cursor, at, err, "a control character (0x%02x) in a string", bytes[at]);
        } else {
            const size_t length = utf8_length(cursor->text + at, cursor->length - at);
            if (length == 0)
                return json_error_at(cursor, at, err, "a string that is not UTF-8 (byte 0x%02x)", bytes[at]);
            cursor->at = at + length;
        }
    }
    *ret_inside = (struct json_slice){.bytes = cursor->text + start + 1, .length = cursor->at - start - 1};
    cursor->at++;
    return OK;
}

static bool is_digit(const struct json_cursor *cursor, size_t at)
{
    return at < cursor->length && cursor->text[at] >= '0' && cursor->text[at] <= '9';
}

static enum status skip_digits(struct json_cursor *cursor, struct error *err)
{
    if (!is_digit(cursor, cursor->at))
        return expected_at(cursor, cursor->at, "a digit", err);
    while (is_digit(cursor, cursor->at))
        cursor->at++;
    return OK;
}

static enum status skip_number(struct json_cursor *cursor, struct error *err)
{
    const size_t start = cursor->at;
    if (cursor->text[cursor->at] == '-')
        cursor->at++;
    enum status status = OK;
    if (is_digit(cursor, cursor->at) && cursor->text[cursor->at] == '0')
        cursor->at++; /* nothing but a fraction may follow, or else it is an unexpected digit */
    else
        status = skip_digits(cursor, err);
    if (status == OK && cursor->at < cursor->length && cursor->text[cursor->at] == '.') {
        cursor->at++;
        status = skip_digits(cursor, err);
    }
    if (status == OK && cursor->at < cursor->length &&
        (cursor->text[cursor->at] == 'e' || cursor->text[cursor->at] == 'E')) {
        cursor->at++;
        if (cursor->at < cursor->length &&
            (cursor->text[cursor->at] == '+' || cursor->text[cursor->at] == '-'))
            cursor->at++;
        status = skip_digits(cursor, err);
    }
    if (status == OK && cursor->at - start > cursor->number_max)
        return json_error_at(cursor, start, err, "a number of more than %u characters", cursor->number_max);
    return status;
}

/* A value that holds no others. */
static enum status skip_scalar(struct json_cursor *cursor, struct error *err)
{
    static const char *const words[] = {"null", "true", "false"};
    const char c = json_peek(cursor);
    if (c == '"') {
        struct json_slice inside;
        return json_skip_string(cursor, &inside, err);
    }
    if (c == '-' || (c >= '0' && c <= '9'))
        return skip_number(cursor, err);
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        const size_t length = strlen(words[i]);
        if (cursor->length - cursor->at >= length &&
            memcmp(cursor->text + cursor->at, words[i], length) == 0) {
            cursor->at += length;
            return OK;
        }
    }
    return expected_at(cursor, cursor->at, "a value", err);
}

static enum status open_bracket(struct json_cursor *cursor, struct error *err)
{
    if (cursor->depth >= cursor->depth_max)
        return json_error_at(cursor, cursor->at, err, "brackets within brackets more than %u deep",
                             cursor->depth_max);
    cursor->depth++;
    cursor->at++;
    cursor->first = true;
    return OK;
}

enum status json_open(struct json_cursor *cursor, char bracket, const char *what, struct error *err)
{
    if (json_peek(cursor) == bracket)
        return open_bracket(cursor, err);
    char message[JSON_KEY_MAX];
    (void)snprintf(message, sizeof message, "%s: %s", what, bracket == '{' ? "an object" : "an array");
    return expected_at(cursor, cursor->at, message, err);
}

/* Steps over the comma before the next member, or over the closing bracket. */
static enum status next(struct json_cursor *cursor, char closing, bool *ret_found, struct error *err)
{
    const char c = json_peek(cursor);
    if (c == closing) {
        assert(cursor->depth > 0);
        cursor->depth--;
        cursor->at++;
        cursor->first = false;
        *ret_found = false;
        return OK;
    }
    if (!cursor->first) {
        if (c != ',')
            return expected_at(cursor, cursor->at, closing == '}' ? "',' or '}'" : "',' or ']'", err);
        cursor->at++;
    }
    cursor->first = false;
    *ret_found = true;
    return OK;
}

enum status json_next_member(struct json_cursor *cursor, struct json_slice *ret_key, bool *ret_found,
                             struct error *err)
{
    bool found;
    enum status status = next(cursor, '}', &found, err);
    if (status == OK && found) {
        if (json_peek(cursor) != '"')
            return expected_at(cursor, cursor->at, "a key in quotes", err);
        status = json_skip_string(cursor, ret_key, err);
        if (status == OK && json_peek(cursor) != ':')
            status = expected_at(cursor, cursor->at, "':'", err);
        if (status != OK)
            return status;
        cursor->at++;
    }
    if (status == OK)
        *ret_found = found;
    return status;
}

enum status json_next_element(struct json_cursor *cursor, bool *ret_found, struct error *err)
{
    return next(cursor, ']', ret_found, err);
}

enum status json_skip(struct json_cursor *cursor, struct json_slice *ret_value, struct error *err)
{
    (void)json_peek(cursor);
    const size_t start = cursor->at;
    const unsigned outer = cursor->depth;
    char closing[JSON_NESTING_MAX + 1]; /* by depth: the bracket that ends it */
    do {
        enum status status = OK;
        const char c = json_peek(cursor);
        if (c == '{' || c == '[') {
            status = open_bracket(cursor, err);
            closing[cursor->depth] = c == '{' ? '}' : ']';
        } else {
            status = skip_scalar(cursor, err);
            cursor->first = false;
        }
        /* Up to the next value, out of the brackets that end before it. */
        bool found = false;
        while (status == OK && !found && cursor->depth > outer) {
            struct json_slice key;
            status = closing[cursor->depth] == '}' ? json_next_member(cursor, &key, &found, err)
                                                   : json_next_element(cursor, &found, err);
        }
        if (status != OK)
            return status;
    } while (cursor->depth > outer);
    cursor->first = false;
    *ret_value = (struct json_slice){.bytes = cursor->text + start, .length = cursor->at - start};
    return OK;
}

enum status json_finish(struct json_cursor *cursor, struct error *err)
{
    return json_peek(cursor) == '\0' && cursor->at == cursor->length
               ? OK
               : expected_at(cursor, cursor->at, "the end of the document", err);
}

/* Writes a character beyond ASCII in UTF-8; returns its bytes. */
static size_t put_utf8(uint32_t code, char *out)
{
    const size_t length = code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    for (size_t i = length - 1; i > 0; i--, code >>= 6)
        out[i] = (char)(0x80 | (code & 0x3f));
    out[0] = (char)((0xf00U >> length) | code); /* as many ones in front as there are bytes */
    return length;
}

size_t json_unescape(const struct json_slice *inside, char *out)
{
    static const char letters[] = "bfnrt", meant[] = "\b\f\n\r\t";
    const struct json_cursor text = {.text = inside->bytes, .length = inside->length};
    size_t count = 0;
    for (size_t i = 0; i < inside->length; i++) {
        const char c = inside->bytes[i] == '\\' ? inside->bytes[++i] : '\0';
        const char *letter = c == '\0' ? NULL : strchr(letters, c);
        if (c != 'u') {
            out[count++] = letter != NULL ? meant[letter - letters] : inside->bytes[i];
            continue;
        }
        uint32_t code = (uint32_t)hex4(&text, i + 1);
        i += 4;
        if (code >= 0xd800 && code <= 0xdbff) { /* the other half follows: the cursor has seen to it */
            code = 0x10000 + ((code - 0xd800) << 10) + ((uint32_t)hex4(&text, i + 3) - 0xdc00);
            i += 6;
        }
        if (code < 0x80)
            out[count++] = (char)code;
        else
            count += put_utf8(code, out + count);
    }
    return count;
}

bool json_key_is(const struct json_slice *key, const char *name)
{
    char plain[6 * JSON_KEY_MAX]; /* \uXXXX for each byte */
    const size_t length = strlen(name);
    if (memchr(key->bytes, '\\', key->length) == NULL)
        return key->length == length && memcmp(key->bytes, name, length) == 0;
    return key->length < sizeof plain && json_unescape(key, plain) == length &&
           memcmp(plain, name, length) == 0;
}

bool json_key_is_mark(const struct json_slice *key)
{
    return (key->length > 0 && key->bytes[0] == '#') ||
           (key->length >= 6 && memcmp(key->bytes, "\\u0023", 6) == 0);
}

bool json_slice_is_null(const struct json_slice *value)
{
    return value->length == 4 && memcmp(value->bytes, "null", 4) == 0;
}

bool json_slice_natural(const struct json_slice *value, uint64_t *ret_number)
{
    const char *digits = value->bytes;
    size_t count = value->length;
    if (count >= 2 && digits[0] == '"') {
        digits++;
        count -= 2;
    }
    uint64_t number = 0;
    if (count == 0)
        return false;
    for (size_t i = 0; i < count; i++) {
        if (digits[i] < '0' || digits[i] > '9')
            return false;
        const uint64_t digit = (uint64_t)(digits[i] - '0');
        if (number > ((uint64_t)INT64_MAX - digit) / 10)
            return false;
        number = number * 10 + digit;
    }
    *ret_number = number;
    return true;
}
