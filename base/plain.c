/* SPDX-License-Identifier: Apache-2.0 */
#include "base/plain.h"

#include <stdbool.h>
#include <string.h>

#include "base/utf8.h"

/* Bytes of the character at text that a terminal only shows; 0 for a control character, one of C1 (U+0080 to
 * U+009F) too, and for what is no UTF-8. */
static size_t shown_length(const char *text, size_t left)
{
    const unsigned char *b = (const unsigned char *)text;
    const size_t bytes = utf8_length(text, left);
    if (bytes == 1)
        return b[0] >= 0x20 && b[0] != 0x7f;
    return bytes == 2 && b[0] == 0xc2 && b[1] < 0xa0 ? 0 : bytes;
}

/* The log of a GitHub job takes a line that begins with "::", and "##[" anywhere in it, for a command. */
static bool is_command(const char *text, bool at_start)
{
    return (at_start && strncmp(text, "::", 2) == 0) || strncmp(text, "##[", 3) == 0;
}

/* A text on its way. */
struct plain {
    const char *text;
    size_t left;
    bool inside; /* more than blanks came before */
};

enum { PIECE_MAX = 5 }; /* a character of UTF-8, or \xNN and the NUL behind it */

/* The next character as it is to be printed, and its length; 0 at the end. */
static size_t next_piece(struct plain *plain, char piece[PIECE_MAX])
{
    if (plain->left == 0)
        return 0;
    size_t bytes = is_command(plain->text, !plain->inside) ? 0 : shown_length(plain->text, plain->left);
    size_t length = bytes;
    memcpy(piece, plain->text, bytes);
    if (bytes == 0) {
        length = (size_t)snprintf(piece, PIECE_MAX, "\\x%02x", (unsigned)(unsigned char)*plain->text);
        bytes = 1;
    }
    plain->inside = plain->inside || *plain->text != ' ';
    plain->text += bytes;
    plain->left -= bytes;
    return length;
}

void buffer_plain(struct buffer *buffer, const char *text)
{
    struct plain plain = {.text = text, .left = strlen(text)};
    char piece[PIECE_MAX];
    for (size_t length; (length = next_piece(&plain, piece)) > 0;)
        buffer_append(buffer, piece, length);
}

void print_plain(FILE *out, const char *text)
{
    struct plain plain = {.text = text, .left = strlen(text)};
    char piece[PIECE_MAX], block[1024]; /* standard error has no buffer of its own */
    size_t used = 0;
    for (size_t length; (length = next_piece(&plain, piece)) > 0; used += length) {
        if (used + length > sizeof block) {
            (void)fwrite(block, 1, used, out);
            used = 0;
        }
        memcpy(block + used, piece, length);
    }
    (void)fwrite(block, 1, used, out);
}

void print_vline(FILE *out, const char *format, va_list args)
{
    char line[PRINT_LINE_MAX];
    (void)vsnprintf(line, sizeof line, format, args);
    print_plain(out, line);
    fputc('\n', out);
}

void print_line(FILE *out, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    print_vline(out, format, args);
    va_end(args);
}
