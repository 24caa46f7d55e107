/* SPDX-License-Identifier: Apache-2.0 */
#include "mbt/explain.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/plain.h"

enum {
    GUTTER = 8,      /* columns before a sentence: mark, step number, blanks */
    DIFF_INDENT = 10 /* columns before a line of a diff */
};

#define RED    "31"
#define GREEN  "32"
#define YELLOW "33"
#define CYAN   "36"
#define DIM    "2"
#define ALARM  "1;31"
#define WARN   "1;33"
#define STRONG "1"

struct writer {
    const struct story *story;
    const struct explain_style *style;
    struct buffer *out;
};

static void color_on(const struct writer *w, const char *code)
{
    if (w->style->color)
        buffer_format(w->out, "\033[%sm", code);
}

static void color_off(const struct writer *w)
{
    if (w->style->color)
        buffer_string(w->out, "\033[0m");
}

/* Columns of a text, counting a character of UTF-8 as one. */
static size_t columns(const char *text, size_t length)
{
    size_t count = 0;
    for (size_t i = 0; i < length; i++)
        count += ((unsigned char)text[i] & 0xc0) != 0x80;
    return count;
}

/* Appends the text from column at on, broken at blanks; lines that follow begin at column indent, after lead.
 */
static void wrap(const struct writer *w, const char *text, size_t at, size_t indent, const char *lead)
{
    while (*text != '\0') {
        const size_t length = strcspn(text, " ");
        const size_t width = columns(text, length);
        if (at > indent && at + 1 + width > EXPLAIN_WIDTH) {
            buffer_char(w->out, '\n');
            buffer_string(w->out, lead);
            for (size_t i = columns(lead, strlen(lead)); i < indent; i++)
                buffer_char(w->out, ' ');
            at = indent;
        } else if (at > indent) {
            buffer_char(w->out, ' ');
            at++;
        }
        buffer_append(w->out, text, length);
        at += width;
        text += length;
        text += *text == ' ';
    }
}

/* --- a diff --- */

/* A line of a diff; user is the writer. */
static void diff_line(void *user, char sign, const char *text)
{
    const struct writer *w = user;
    const char *code = sign == '+' ? GREEN : sign == '-' ? RED : CYAN;
    const bool markdown = w->style->form == EXPLAIN_MARKDOWN;
    color_on(w, code);
    if (markdown)
        buffer_format(w->out, "%c ", sign == '~' ? '!' : sign);
    else
        buffer_format(w->out, "%*s%c ", DIFF_INDENT, "", sign);
    const size_t lead = markdown ? 2 : DIFF_INDENT + 2;
    size_t name = strcspn(text, " ");
    name += strspn(text + name, " ");
    /* The name keeps its own column: only what is behind it is wrapped. */
    buffer_append(w->out, text, name);
    wrap(w, text + name, lead + name, lead + name,
         markdown ? (sign == '~'   ? "!"
                     : sign == '+' ? "+"
                                   : "-")
                  : "");
    color_off(w);
    buffer_char(w->out, '\n');
}

static void write_diff(const struct writer *w, size_t s)
{
    const struct story *story = w->story;
    struct writer own = *w;
    if (story->states[s].changes_text != NULL)
        diff_line(&own, '~', story->states[s].changes_text);
    if (story->narrator != NULL)
        story->narrator->tell_changes(story, s, diff_line, &own);
}

/* --- text --- */

static bool shows_property(const struct story *story, size_t s)
{
    return story->property != PROPERTY_NONE && story->property_state == s;
}

static bool is_turn(const struct story *story, size_t s)
{
    return story->turn.found && story->turn.state == s;
}

static const struct property *shown_property(const struct story *story)
{
    return &story->model->class->properties[story->property];
}

static void headline(const struct story *story, struct buffer *out)
{
    const size_t last = story->state_count - 1;
    if (story->property == PROPERTY_NONE) {
        buffer_format(out, "%zu step%s, no invariant is violated", last, last == 1 ? "" : "s");
        return;
    }
    buffer_format(out, "%s %s at step %zu", shown_property(story)->name,
                  story_is_violation(story) ? "is violated" : "is witnessed", story->property_state);
    if (story->property_state != last)
        buffer_format(out, " of %zu", last);
}

/* Where the trace comes from, as far as the file says. */
static void origin(const struct story *story, struct buffer *out)
{
    model_print_instance(story->model, out);
    if (story->itf->head.has_trace_seed)
        buffer_format(out, "; trace seed %" PRIu64, story->itf->head.trace_seed);
}

static void title(const struct story *story, struct buffer *out)
{
    buffer_plain(out, story->itf->file);
    if (story->itf->index > 0)
        buffer_format(out, ", trace %zu", story->itf->index);
}

static void write_wrapped(const struct writer *w, size_t indent, const char *code, const char *text)
{
    for (size_t i = 0; i < indent; i++)
        buffer_char(w->out, ' ');
    color_on(w, code);
    wrap(w, text, indent, indent, "");
    color_off(w);
    buffer_char(w->out, '\n');
}

static void text_head(const struct writer *w)
{
    const struct story *story = w->story;
    struct buffer text;
    buffer_init(&text);
    title(story, &text);
    write_wrapped(w, 0, STRONG, text.text);
    buffer_clear(&text);
    headline(story, &text);
    write_wrapped(w, 2, story_is_violation(story) ? ALARM : STRONG, text.text);
    buffer_clear(&text);
    origin(story, &text);
    write_wrapped(w, 2, DIM, text.text);
    if (story->narrator != NULL) {
        buffer_clear(&text);
        story->narrator->tell_legend(story, false, &text);
        write_wrapped(w, 2, DIM, text.text);
    }
    buffer_char(w->out, '\n');
    buffer_release(&text);
}

/* A sentence under a step that says what the step means. */
static void note(const struct writer *w, const char *code, const char *lead, const char *words)
{
    struct buffer text;
    buffer_init(&text);
    buffer_format(&text, "%s%s.", lead, words);
    write_wrapped(w, DIFF_INDENT, code, text.text);
    buffer_release(&text);
}

static void text_step(const struct writer *w, size_t s)
{
    const struct story *story = w->story;
    const struct story_state *state = &story->states[s];
    const bool shown = shows_property(story, s), violation = shown && story_is_violation(story);
    const char *mark = violation ? "✗" : is_turn(story, s) ? "▶" : shown ? "✓" : " ";
    const char *code = violation ? ALARM : is_turn(story, s) ? WARN : STRONG;
    color_on(w, code);
    buffer_format(w->out, "%s %4zu  ", mark, s);
    wrap(w, state->words, GUTTER, GUTTER, "");
    color_off(w);
    buffer_char(w->out, '\n');
    if (!w->style->brief)
        write_diff(w, s);
    if (is_turn(story, s))
        note(w, WARN, "The moment of no return: ", story->turn.words);
    if (shown) {
        char lead[128] = "";
        if (story->outcome_is_told)
            (void)snprintf(lead, sizeof lead, "%s is %s: ", shown_property(story)->name,
                           violation ? "violated" : "witnessed");
        note(w, violation ? ALARM : STRONG, lead, story->outcome);
    }
}

static void write_departure(const struct writer *w)
{
    struct buffer text;
    buffer_init(&text);
    buffer_string(&text, "The file does not agree with the model: ");
    buffer_plain(&text, w->story->report.message);
    write_wrapped(w, 0, ALARM, text.text);
    buffer_release(&text);
}

static void write_text(const struct writer *w)
{
    text_head(w);
    for (size_t s = 0; s < w->story->state_count; s++)
        text_step(w, s);
    if (!story_agrees(w->story))
        write_departure(w);
}

/* --- Markdown --- */

/* File names can hold anything: in a code span, fenced by more backticks than there are in it, nothing has a
 * meaning. */
static void markdown_code(struct buffer *out, const char *text)
{
    size_t longest = 0, run = 0;
    for (const char *at = text; *at != '\0'; at++) {
        run = *at == '`' ? run + 1 : 0;
        longest = run > longest ? run : longest;
    }
    const char *blank = longest > 0 ? " " : "";
    for (size_t i = 0; i <= longest; i++)
        buffer_char(out, '`');
    buffer_format(out, "%s%s%s", blank, text, blank);
    for (size_t i = 0; i <= longest; i++)
        buffer_char(out, '`');
}

/* Our own sentences. "#4" would become a link to an issue, even behind a backslash, so that the sign goes. */
static void markdown_sentence(const struct writer *w, const char *text)
{
    for (; *text != '\0'; text++) {
        if (*text == '#' && text[1] >= '0' && text[1] <= '9')
            continue;
        if (strchr("\\`*<>|[]", *text) != NULL)
            buffer_char(w->out, '\\');
        buffer_char(w->out, *text);
    }
}

static void markdown_head(const struct writer *w)
{
    const struct story *story = w->story;
    struct buffer text;
    buffer_init(&text);
    title(story, &text);
    buffer_string(w->out, "## ");
    markdown_code(w->out, text.text);
    buffer_clear(&text);
    headline(story, &text);
    buffer_string(w->out, "\n\n**");
    markdown_sentence(w, text.text);
    buffer_string(w->out, ".** ");
    if (story->turn.found) {
        buffer_clear(&text);
        buffer_format(&text, "The moment of no return is step %zu: %s. ", story->turn.state,
                      story->turn.words);
        markdown_sentence(w, text.text);
    }
    if (story->outcome_is_told) {
        buffer_clear(&text);
        buffer_format(&text, "After step %zu, %s.", story->property_state, story->outcome);
        markdown_sentence(w, text.text);
    }
    buffer_clear(&text);
    origin(story, &text);
    buffer_string(w->out, "\n\n");
    markdown_sentence(w, text.text);
    if (story->narrator != NULL)
        story->narrator->tell_legend(story, true, w->out);
    buffer_string(w->out, ".\n\n");
    buffer_release(&text);
}

static void markdown_cell(const struct writer *w, size_t s, size_t column)
{
    struct buffer text;
    bool alarm = false;
    buffer_init(&text);
    w->story->narrator->tell_cell(w->story, s, column, &text, &alarm);
    buffer_string(w->out, alarm ? " **" : " ");
    markdown_sentence(w, text.text);
    buffer_string(w->out, alarm ? "** |" : " |");
    buffer_release(&text);
}

static void markdown_table(const struct writer *w)
{
    const struct story *story = w->story;
    struct buffer name;
    buffer_init(&name);
    buffer_string(w->out, "| step | what happens |");
    const size_t columns_told = story->narrator != NULL ? story->narrator->columns(story) : 0;
    for (size_t i = 0; i < columns_told; i++) {
        buffer_char(w->out, ' ');
        buffer_clear(&name);
        story->narrator->tell_column(story, i, &name);
        markdown_sentence(w, name.text);
        buffer_string(w->out, " |");
    }
    buffer_release(&name);
    buffer_string(w->out, "\n| ---: | --- |");
    for (size_t i = 0; i < columns_told; i++)
        buffer_string(w->out, " --- |");
    buffer_char(w->out, '\n');
    for (size_t s = 0; s < story->state_count; s++) {
        const struct story_state *state = &story->states[s];
        const bool key = is_turn(story, s) || shows_property(story, s);
        buffer_format(w->out, "| %zu | %s", s, key ? "**" : "");
        markdown_sentence(w, state->words);
        buffer_format(w->out, "%s%s%s |", key ? "**" : "",
                      is_turn(story, s) ? " — the moment of no return" : "",
                      shows_property(story, s) && story_is_violation(story) ? " — the violation" : "");
        for (size_t i = 0; i < columns_told; i++)
            markdown_cell(w, s, i);
        buffer_char(w->out, '\n');
    }
}

static void write_markdown(const struct writer *w)
{
    markdown_head(w);
    markdown_table(w);
    if (!w->style->brief) {
        buffer_string(w->out, "\n<details><summary>What each step changed</summary>\n\n```diff\n");
        for (size_t s = 0; s < w->story->state_count; s++) {
            buffer_format(w->out, "@@ %zu: %s @@\n", s, w->story->states[s].words);
            write_diff(w, s);
        }
        buffer_string(w->out, "```\n\n</details>\n");
    }
    if (!story_agrees(w->story)) {
        buffer_string(w->out, "\nThe file does not agree with the model: ");
        struct buffer message;
        buffer_init(&message);
        buffer_plain(&message, w->story->report.message);
        markdown_code(w->out, message.text);
        buffer_char(w->out, '\n');
        buffer_release(&message);
    }
}

void explain_story(const struct story *story, const struct explain_style *style, struct buffer *out)
{
    const struct writer writer = {.story = story, .style = style, .out = out};
    if (style->form == EXPLAIN_MARKDOWN)
        write_markdown(&writer);
    else
        write_text(&writer);
}
