/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/options.h"

/* Words of text from column indent on, wrapped before width. The cursor stands at column. */
static void print_wrapped(FILE *out, const char *text, int column, int indent, int width)
{
    while (*text != '\0') {
        const size_t word = strcspn(text, " \n");
        if (column > indent && column + (int)word + 1 > width) {
            fprintf(out, "\n%*s", indent, "");
            column = indent;
        } else if (column > indent) {
            fputc(' ', out);
            column++;
        }
        (void)fwrite(text, 1, word, out);
        column += (int)word;
        text += word;
        if (*text == '\n') {
            fprintf(out, "\n%*s", indent, "");
            column = indent;
        }
        if (*text != '\0')
            text++;
    }
    fputc('\n', out);
}

static void print_row(FILE *out, const struct option *row, int width)
{
    enum { INDENT = 26 };
    char left[80];
    (void)snprintf(left, sizeof left, "  --%s%s%s", row->name, row->metavar != NULL ? " " : "",
                   row->metavar != NULL ? row->metavar : "");
    char help[1024];
    const char *shown_default =
        row->default_text != NULL && row->default_text[0] != '\0' ? row->default_text : NULL;
    (void)snprintf(help, sizeof help, "%s%s%s%s%s%s%s", row->help, shown_default != NULL ? " (default: " : "",
                   shown_default != NULL ? shown_default : "", shown_default != NULL ? ")" : "",
                   row->env != NULL ? " [" : "", row->env != NULL ? row->env : "",
                   row->env != NULL ? "]" : "");
    if (strlen(left) + 2 > INDENT)
        fprintf(out, "%s\n%*s", left, INDENT, "");
    else
        fprintf(out, "%-*s", INDENT, left);
    print_wrapped(out, help, INDENT, INDENT, width);
}

void option_groups_print(FILE *out, const struct option_group *groups, size_t group_count, int width)
{
    for (size_t g = 0; g < group_count; g++) {
        fprintf(out, "\n%s:\n", groups[g].title);
        for (size_t i = 0; i < groups[g].count; i++)
            print_row(out, &groups[g].rows[i], width);
    }
}
