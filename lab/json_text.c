#include "lab/json_text.h"

#include <math.h>
#include <string.h>

/* cJSON copies a number into 64 bytes and fails on a longer one. */
#define NUMBER_LENGTH_MAX 60

/* A reader over text; the first complaint is kept and stops it. */
struct scanner {
    const char *text;
    size_t length;
    size_t at;
    const char *expected; /* NULL while all is well */
};

size_t utf8_length(const char *bytes, size_t left)
{
    const unsigned char *b = (const unsigned char *)bytes;
    if (left == 0)
        return 0;
    if (b[0] < 0x80)
        return 1;
    const size_t length = b[0] >= 0xF0 ? 4 : b[0] >= 0xE0 ? 3 : 2;
    if (b[0] < 0xC2 || b[0] > 0xF4 || left < length)
        return 0;
    for (size_t i = 1; i < length; i++) {
        if ((b[i] & 0xC0) != 0x80)
            return 0;
    }
    /* Overlong forms, surrogates and what lies beyond U+10FFFF show in the second byte. */
    const bool wrong = (b[0] == 0xE0 && b[1] < 0xA0) || (b[0] == 0xED && b[1] > 0x9F) ||
                       (b[0] == 0xF0 && b[1] < 0x90) || (b[0] == 0xF4 && b[1] > 0x8F);
    return wrong ? 0 : length;
}

static bool complain(struct scanner *s, const char *expected)
{
    if (s->expected == NULL)
        s->expected = expected;
    return false;
}

static int peek(const struct scanner *s)
{
    return s->at < s->length ? (unsigned char)s->text[s->at] : -1;
}

static void skip_space(struct scanner *s)
{
    while (peek(s) == ' ' || peek(s) == '\t' || peek(s) == '\n' || peek(s) == '\r')
        s->at++;
}

static size_t skip_digits(struct scanner *s)
{
    const size_t start = s->at;
    while (peek(s) >= '0' && peek(s) <= '9')
        s->at++;
    return s->at - start;
}

static bool scan_number(struct scanner *s)
{
    const size_t start = s->at;
    if (peek(s) == '-')
        s->at++;
    if (peek(s) == '0')
        s->at++;
    else if (skip_digits(s) == 0)
        return complain(s, "a digit");
    if (peek(s) == '.') {
        s->at++;
        if (skip_digits(s) == 0)
            return complain(s, "a digit");
    }
    if (peek(s) == 'e' || peek(s) == 'E') {
        s->at++;
        if (peek(s) == '+' || peek(s) == '-')
            s->at++;
        if (skip_digits(s) == 0)
            return complain(s, "a digit");
    }
    return s->at - start <= NUMBER_LENGTH_MAX ? true : complain(s, "a shorter number");
}

/* The four hex digits of \uXXXX; -1 when they are not. */
static int scan_hex4(struct scanner *s)
{
    int value = 0;
    for (int i = 0; i < 4; i++) {
        const int c = peek(s);
        const int digit = c >= '0' && c <= '9'   ? c - '0'
                          : c >= 'a' && c <= 'f' ? c - 'a' + 10
                          : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                                 : -1;
        if (digit < 0)
            return -1;
        value = value * 16 + digit;
        s->at++;
    }
    return value;
}

/* What follows a backslash. Halves of surrogate pairs and U+0000 are refused: neither can be a C string. */
static bool scan_escape(struct scanner *s)
{
    const int c = peek(s);
    if (c <= 0 || strchr("\"\\/bfnrtu", c) == NULL) /* a NUL would be found at the end of the list */
        return complain(s, "an escape such as \\n");
    s->at++;
    if (c != 'u')
        return true;
    const int first = scan_hex4(s);
    if (first <= 0 || (first >= 0xDC00 && first <= 0xDFFF))
        return complain(s, "four hex digits of a character");
    if (first < 0xD800 || first > 0xDBFF)
        return true;
    if (s->length - s->at < 2 || s->text[s->at] != '\\' || s->text[s->at + 1] != 'u')
        return complain(s, "the other half of a surrogate pair");
    s->at += 2;
    const int second = scan_hex4(s);
    return second >= 0xDC00 && second <= 0xDFFF ? true : complain(s, "the other half of a surrogate pair");
}

static bool scan_string(struct scanner *s)
{
    if (peek(s) != '"')
        return complain(s, "a string in double quotes");
    s->at++;
    for (;;) {
        const int c = peek(s);
        if (c < 0x20) /* the end of the text, too */
            return complain(s, "a closing double quote");
        if (c == '"') {
            s->at++;
            return true;
        }
        if (c == '\\') {
            s->at++;
            if (!scan_escape(s))
                return false;
            continue;
        }
        const size_t length = utf8_length(s->text + s->at, s->length - s->at);
        if (length == 0)
            return complain(s, "UTF-8");
        s->at += length;
    }
}

static bool scan_value(struct scanner *s, int depth);

/* The inside of an array or an object, from behind its opening bracket. */
static bool scan_members(struct scanner *s, char close, int depth)
{
    const bool object = close == '}';
    skip_space(s);
    if (peek(s) == close) {
        s->at++;
        return true;
    }
    for (;;) {
        skip_space(s);
        if (object) {
            if (!scan_string(s))
                return false;
            skip_space(s);
            if (peek(s) != ':')
                return complain(s, "a colon");
            s->at++;
            skip_space(s);
        }
        if (!scan_value(s, depth + 1))
            return false;
        skip_space(s);
        const int c = peek(s);
        if (c == close) {
            s->at++;
            return true;
        }
        if (c != ',')
            return complain(s, object ? "a comma or }" : "a comma or ]");
        s->at++;
    }
}

static bool scan_word(struct scanner *s, const char *word)
{
    const size_t length = strlen(word);
    if (s->length - s->at < length || memcmp(s->text + s->at, word, length) != 0)
        return complain(s, "a value");
    s->at += length;
    return true;
}

/* Recursion is bounded by JSON_DEPTH_MAX. */
static bool scan_value(struct scanner *s, int depth)
{
    if (depth > JSON_DEPTH_MAX)
        return complain(s, "less nesting");
    switch (peek(s)) {
    case '{':
        s->at++;
        return scan_members(s, '}', depth);
    case '[':
        s->at++;
        return scan_members(s, ']', depth);
    case '"':
        return scan_string(s);
    case 't':
        return scan_word(s, "true");
    case 'f':
        return scan_word(s, "false");
    case 'n':
        return scan_word(s, "null");
    case '-':
        return scan_number(s);
    default:
        return peek(s) >= '0' && peek(s) <= '9' ? scan_number(s) : complain(s, "a value");
    }
}

enum status json_text_parse(const char *text, size_t length, cJSON **ret_tree, size_t *ret_at,
                            struct error *err)
{
    struct scanner s = {.text = text, .length = length};
    skip_space(&s);
    if (scan_value(&s, 0)) {
        skip_space(&s);
        if (s.at != length)
            complain(&s, "the end");
    }
    if (s.expected != NULL) {
        if (ret_at != NULL)
            *ret_at = s.at;
        return error_set(err, ERR_DATA, "byte %zu: %s was expected", s.at, s.expected);
    }
    /* The text is JSON by now, so that only a lack of memory is left to fail. */
    cJSON *tree = cJSON_ParseWithLengthOpts(text, length + 1, NULL, 1);
    if (tree == NULL)
        return error_memory(err, length);
    *ret_tree = tree;
    return OK;
}

bool json_integer(const cJSON *item, int64_t *ret)
{
    if (!cJSON_IsNumber(item))
        return false;
    const double value = item->valuedouble;
    if (!(fabs(value) <= (double)JSON_INTEGER_MAX) || trunc(value) < value || trunc(value) > value)
        return false;
    *ret = (int64_t)value;
    return true;
}

void json_text_string(struct buffer *out, const char *text)
{
    buffer_char(out, '"');
    const char *plain = text;
    for (const char *at = text;; at++) {
        const unsigned char c = (unsigned char)*at;
        if (c >= 0x20 && c != '"' && c != '\\')
            continue;
        buffer_append(out, plain, (size_t)(at - plain));
        plain = at + 1;
        if (c == '\0')
            break;
        if (c == '"' || c == '\\')
            buffer_format(out, "\\%c", c);
        else
            buffer_format(out, "\\u%04x", c);
    }
    buffer_char(out, '"');
}
