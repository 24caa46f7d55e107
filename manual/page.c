/* SPDX-License-Identifier: Apache-2.0 */
#include "manual/page.h"

#include <ctype.h>
#include <string.h>

#include "version.h"

enum { LINE_WIDTH = 78 };

/* The code point that begins at text, which is UTF-8: it comes from the program's own tables. */
static unsigned decode(const char *text, size_t *ret_length)
{
    const unsigned char *at = (const unsigned char *)text;
    const size_t length = at[0] < 0xe0 ? 2 : at[0] < 0xf0 ? 3 : 4;
    unsigned point = at[0] & (0xffu >> (length + 1));
    for (size_t i = 1; i < length; i++)
        point = point << 6 | (at[i] & 0x3fu);
    *ret_length = length;
    return point;
}

void page_words(struct buffer *out, const char *text, size_t length)
{
    for (size_t i = 0; i < length;) {
        size_t step = 1;
        if ((unsigned char)text[i] >= 0x80)
            buffer_format(out, "\\[u%04X]", decode(text + i, &step));
        else if (text[i] == '-')
            buffer_string(out, "\\-");
        else if (text[i] == '\\')
            buffer_string(out, "\\[rs]");
        else if (text[i] == '\'')
            buffer_string(out, "\\[aq]");
        else
            buffer_char(out, text[i]);
        i += step;
    }
}

/* A word; an option in it is bold. */
static void append_word(struct buffer *out, const char *word, size_t length)
{
    size_t dashes = 0, end;
    while (dashes < length && word[dashes] != '-')
        dashes++;
    for (end = dashes; end < length && (word[end] == '-' || islower((unsigned char)word[end]));)
        end++;
    const bool option = end > dashes + 2 && word[dashes + 1] == '-' &&
                        (dashes == 0 || !isalnum((unsigned char)word[dashes - 1]));
    if (!option) {
        page_words(out, word, length);
        return;
    }
    page_words(out, word, dashes);
    buffer_string(out, "\\fB");
    page_words(out, word + dashes, end - dashes);
    buffer_string(out, "\\fR");
    page_words(out, word + end, length - end);
}

void page_text(struct buffer *out, const char *text, size_t length)
{
    size_t column = 0;
    bool any = false;
    for (size_t i = 0; i < length;) {
        size_t newlines = 0;
        for (; i < length && isspace((unsigned char)text[i]); i++)
            newlines += text[i] == '\n';
        if (i == length)
            break;
        if (newlines > 1 && any) {
            buffer_string(out, column > 0 ? "\n.PP\n" : ".PP\n");
            column = 0;
        }
        size_t word = 0;
        while (i + word < length && !isspace((unsigned char)text[i + word]))
            word++;
        if (column > 0 && column + word + 1 > LINE_WIDTH) {
            buffer_char(out, '\n');
            column = 0;
        }
        if (column > 0)
            buffer_char(out, ' ');
        else if (text[i] == '.')
            buffer_string(out, "\\&"); /* no request */
        append_word(out, text + i, word);
        column += word + 1;
        any = true;
        i += word;
    }
    if (column > 0)
        buffer_char(out, '\n');
}

void page_head(struct buffer *out, const char *name, const char *section, const char *date,
               const char *summary)
{
    buffer_string(out, ".\\\" Made from the program's own tables when it was built.\n.TH ");
    for (const char *c = name; *c != '\0'; c++)
        buffer_char(out, (char)toupper((unsigned char)*c));
    buffer_format(out, " %s \"%s\" \"racewalk %s\" \"racewalk manual\"\n", section, date, RACEWALK_VERSION);
    /* No hyphenation and no adjustment: there are many names in the text. */
    buffer_string(out, ".nh\n.ad l\n.SH NAME\n");
    page_words(out, name, strlen(name));
    buffer_string(out, " \\- ");
    page_words(out, summary, strlen(summary));
    buffer_char(out, '\n');
}

void page_section(struct buffer *out, const char *title)
{
    buffer_format(out, ".SH %s\n", title);
}

static void subsection(struct buffer *out, const char *title)
{
    buffer_format(out, ".SS %s\n", title);
}

void page_entry(struct buffer *out, const char *tag, const char *metavar, const char *text)
{
    buffer_string(out, ".TP\n\\fB");
    page_words(out, tag, strlen(tag));
    buffer_string(out, "\\fR");
    if (metavar != NULL) {
        buffer_string(out, " \\fI");
        page_words(out, metavar, strlen(metavar));
        buffer_string(out, "\\fR");
    }
    buffer_char(out, '\n');
    page_text(out, text, strlen(text));
}

void page_example(struct buffer *out, const char *text)
{
    buffer_string(out, ".PP\n.RS 4\n.EX\n");
    page_words(out, text, strlen(text));
    buffer_string(out, "\n.EE\n.RE\n");
}

static void add_option(struct buffer *out, const struct option *row)
{
    struct buffer tag, text;
    buffer_init(&tag);
    buffer_init(&text);
    buffer_format(&tag, "--%s", row->name);
    buffer_string(&text, row->help);
    if (row->choices != NULL && strpbrk(row->metavar, "|") == NULL)
        buffer_format(&text, "\nOne of: %s", row->choices);
    if (row->default_text != NULL && row->default_text[0] != '\0')
        buffer_format(&text, " (default: %s)", row->default_text);
    if (row->env != NULL)
        buffer_format(&text, " [%s]", row->env);
    buffer_char(&text, '.');
    page_entry(out, tag.text, row->metavar, text.text);
    out->failed = out->failed || tag.failed || text.failed;
    buffer_release(&tag);
    buffer_release(&text);
}

void page_options(struct buffer *out, const struct option_group *groups, size_t count)
{
    if (count == 0)
        return;
    page_section(out, "OPTIONS");
    for (size_t g = 0; g < count; g++) {
        subsection(out, groups[g].title);
        for (size_t i = 0; i < groups[g].count; i++)
            add_option(out, &groups[g].rows[i]);
    }
}
