#include "mbt/explain.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/plain.h"

enum {
    GUTTER = 8,       /* columns before a sentence: mark, step number, blanks */
    DIFF_INDENT = 10, /* columns before a line of a diff */
    NAME_COLUMN = 9   /* of a name in a diff */
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

static void record_names(struct buffer *out, const struct value **records, size_t count, const char *kind)
{
    bool any = false;
    for (size_t i = 0; i < count; i++) {
        const struct value *found = story_record_kind(records[i]), *target = story_record_target(records[i]);
        if (found == NULL || target == NULL || !value_is_string(found, kind))
            continue;
        buffer_string(out, any ? ", " : kind);
        if (!any)
            buffer_char(out, ' ');
        any = true;
        story_short(out, target);
        if (strcmp(kind, "CNAME") == 0)
            buffer_format(out, " (%" PRId64 ")", story_record_number(records[i]));
    }
}

/* "CNAME lb-1-4 (105), lb-2-4 (119); A 192.0.2.1, 192.0.2.2". */
static void record_list(struct buffer *out, const struct value **records, size_t count)
{
    struct buffer addresses;
    buffer_init(&addresses);
    record_names(&addresses, records, count, "A");
    const size_t start = out->length;
    record_names(out, records, count, "CNAME");
    if (addresses.length > 0)
        buffer_format(out, "%s%s", out->length > start ? "; " : "", addresses.text);
    buffer_release(&addresses);
}

/* What stands in a record that is there once: the lock's owner and epoch, or a target. */
static void single_record(const struct writer *w, const struct value *record, struct buffer *out)
{
    const struct value *target = story_record_target(record), *kind = story_record_kind(record);
    if (target == NULL)
        return;
    story_short(out, target);
    if (kind != NULL && value_is_string(kind, "TXT"))
        buffer_format(out, " %" PRId64, story_record_number(record));
    for (size_t i = 0; i < w->story->plan_count; i++) {
        if (value_compare(w->story->plans[i].name, target) == 0)
            buffer_format(out, " (#%zu)", i);
    }
}

static const char *change_name(const struct story *story, const struct story_change *change)
{
    if (value_compare(change->name, story->root_name) == 0)
        return "root";
    if (value_compare(change->name, story->rollback_name) == 0)
        return "rollback";
    if (value_compare(change->name, story->lock_name) == 0)
        return "lock";
    return NULL;
}

/* The part behind the sign: "plan4    CNAME …", "root     plan4 (#0) → plan1 (#4)". */
static void change_text(const struct writer *w, const struct story_change *change, struct buffer *out)
{
    const char *name = change_name(w->story, change);
    const size_t start = out->length;
    if (name != NULL)
        buffer_string(out, name);
    else
        story_short(out, change->name);
    do
        buffer_char(out, ' ');
    while (out->length - start < NAME_COLUMN && !out->failed);
    if (change->kind == STORY_CHANGED && change->before_count == 1 && change->after_count == 1) {
        single_record(w, change->before[0], out);
        buffer_string(out, " → ");
        single_record(w, change->after[0], out);
        return;
    }
    if (change->before_count > 0)
        record_list(out, change->before, change->before_count);
    if (change->before_count > 0 && change->after_count > 0)
        buffer_string(out, " → ");
    if (change->after_count > 0)
        record_list(out, change->after, change->after_count);
}

static char change_sign(const struct story_change *change)
{
    return change->kind == STORY_ADDED ? '+' : change->kind == STORY_REMOVED ? '-' : '~';
}

static void diff_line(const struct writer *w, char sign, const char *text, const char *code)
{
    const bool markdown = w->style->form == EXPLAIN_MARKDOWN;
    color_on(w, code);
    if (markdown)
        buffer_format(w->out, "%c ", sign == '~' ? '!' : sign);
    else
        buffer_format(w->out, "%*s%c ", DIFF_INDENT, "", sign);
    const size_t lead = markdown ? 2 : DIFF_INDENT + 2;
    const size_t name = strcspn(text, " ") < NAME_COLUMN ? NAME_COLUMN : strcspn(text, " ") + 1;
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

/* One line about a deployer's counter or view: "~ counter  deployer-a #0 → #1". */
static void deployer_line(const struct writer *w, const char *what, size_t deployer, const char *change)
{
    struct buffer text;
    buffer_init(&text);
    buffer_format(&text, "%-*s", NAME_COLUMN, what);
    story_short(&text, w->story->deployers[deployer]);
    buffer_string(&text, change);
    diff_line(w, '~', text.text, CYAN);
    buffer_release(&text);
}

static void counter_lines(const struct writer *w, size_t s)
{
    for (size_t d = 0; d < w->story->deployer_count; d++) {
        const struct story_deployer *after = &w->story->states[s].deployers[d];
        const struct story_deployer *before = &w->story->states[s - 1].deployers[d];
        char change[64];
        (void)snprintf(change, sizeof change, " #%" PRId64 " → #%" PRId64, before->next, after->next);
        if (after->next != before->next)
            deployer_line(w, "counter", d, change);
    }
}

static void view_lines(const struct writer *w, size_t s)
{
    for (size_t d = 0; d < w->story->deployer_count; d++) {
        const bool fresh = w->story->states[s].deployers[d].fresh;
        if (fresh != w->story->states[s - 1].deployers[d].fresh)
            deployer_line(w, "view", d, fresh ? " stale → fresh" : " fresh → stale");
    }
}

static void write_diff(const struct writer *w, size_t s)
{
    const struct story_state *state = &w->story->states[s];
    if (state->changes_text != NULL)
        diff_line(w, '~', state->changes_text, CYAN);
    for (size_t i = 0; i < state->change_count; i++) {
        static const char *const codes[] = {GREEN, RED, CYAN};
        struct buffer text;
        buffer_init(&text);
        change_text(w, &state->changes[i], &text);
        diff_line(w, change_sign(&state->changes[i]), text.text, codes[state->changes[i].kind]);
        buffer_release(&text);
    }
    if (!w->story->is_dns || s == 0)
        return;
    counter_lines(w, s);
    view_lines(w, s);
}

/* --- text --- */

static bool shows_property(const struct story *story, size_t s)
{
    return story->property != PROPERTY_NONE && story->property_state == s;
}

static bool is_no_return(const struct story *story, size_t s)
{
    return story->no_return.found && story->no_return.state == s;
}

static const struct property *shown_property(const struct story *story)
{
    return &story->model->class->properties[story->property];
}

static bool is_violation(const struct story *story)
{
    return story->property != PROPERTY_NONE && shown_property(story)->kind == PROPERTY_INVARIANT;
}

static void headline(const struct story *story, struct buffer *out)
{
    const size_t last = story->state_count - 1;
    if (story->property == PROPERTY_NONE) {
        buffer_format(out, "%zu step%s, no invariant is violated", last, last == 1 ? "" : "s");
        return;
    }
    buffer_format(out, "%s %s at step %zu", shown_property(story)->name,
                  is_violation(story) ? "is violated" : "is witnessed", story->property_state);
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
    write_wrapped(w, 2, is_violation(story) ? ALARM : STRONG, text.text);
    buffer_clear(&text);
    origin(story, &text);
    write_wrapped(w, 2, DIM, text.text);
    if (story->is_dns) {
        buffer_clear(&text);
        buffer_string(&text, "root is ");
        buffer_append(&text, story->root_name->text, story->root_name->count);
        buffer_string(&text, ", rollback is ");
        buffer_append(&text, story->rollback_name->text, story->rollback_name->count);
        buffer_string(
            &text, "; plans are numbered as they are published, and a deployer at #n installs plan #n next");
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
    const bool shown = shows_property(story, s), violation = shown && is_violation(story);
    const char *mark = violation ? "✗" : is_no_return(story, s) ? "▶" : shown ? "✓" : " ";
    const char *code = violation ? ALARM : is_no_return(story, s) ? WARN : STRONG;
    color_on(w, code);
    buffer_format(w->out, "%s %4zu  ", mark, s);
    wrap(w, state->words, GUTTER, GUTTER, "");
    color_off(w);
    buffer_char(w->out, '\n');
    if (!w->style->brief)
        write_diff(w, s);
    if (is_no_return(story, s))
        note(w, WARN, "The moment of no return: ", story->no_return.words);
    if (shown) {
        char lead[128];
        (void)snprintf(lead, sizeof lead, "%s%s",
                       violation && story->is_dns ? shown_property(story)->name : "",
                       violation && story->is_dns ? " is violated: " : "");
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
    if (story->no_return.found) {
        buffer_clear(&text);
        buffer_format(&text, "The moment of no return is step %zu: %s. ", story->no_return.state,
                      story->no_return.words);
        markdown_sentence(w, text.text);
    }
    if (story->outcome != NULL && story->is_dns && is_violation(story)) {
        buffer_clear(&text);
        buffer_format(&text, "After step %zu, %s.", story->property_state, story->outcome);
        markdown_sentence(w, text.text);
    }
    buffer_clear(&text);
    origin(story, &text);
    buffer_string(w->out, "\n\n");
    markdown_sentence(w, text.text);
    if (story->is_dns) {
        buffer_format(w->out, "; root is `%s`, rollback is `%s`. ", story->root_name->text,
                      story->rollback_name->text);
        markdown_sentence(
            w, "Plans are numbered as they are published, and a deployer at #n installs plan #n next");
    }
    buffer_string(w->out, ".\n\n");
    buffer_release(&text);
}

static void markdown_pointer(const struct writer *w, const struct story_pointer *pointer)
{
    struct buffer text;
    buffer_init(&text);
    story_plan_label(&text, pointer->plan);
    buffer_string(w->out, pointer->resolves ? "" : "**");
    markdown_sentence(w, text.text);
    buffer_string(w->out, pointer->resolves ? "" : ", gone**");
    buffer_release(&text);
}

static void markdown_table(const struct writer *w)
{
    const struct story *story = w->story;
    buffer_string(w->out, "| step | what happens |");
    if (story->is_dns) {
        buffer_string(w->out, " root | rollback |");
        for (size_t d = 0; d < story->deployer_count; d++)
            buffer_format(w->out, " %s |", story->deployers[d]->text);
    }
    buffer_string(w->out, "\n| ---: | --- |");
    for (size_t i = 0; story->is_dns && i < story->deployer_count + 2; i++)
        buffer_string(w->out, " --- |");
    buffer_char(w->out, '\n');
    for (size_t s = 0; s < story->state_count; s++) {
        const struct story_state *state = &story->states[s];
        const bool key = is_no_return(story, s) || shows_property(story, s);
        buffer_format(w->out, "| %zu | %s", s, key ? "**" : "");
        markdown_sentence(w, state->words);
        buffer_format(w->out, "%s%s%s |", key ? "**" : "",
                      is_no_return(story, s) ? " — the moment of no return" : "",
                      shows_property(story, s) && is_violation(story) ? " — the violation" : "");
        if (story->is_dns) {
            buffer_char(w->out, ' ');
            markdown_pointer(w, &state->root);
            buffer_string(w->out, " | ");
            markdown_pointer(w, &state->rollback);
            buffer_string(w->out, " |");
        }
        for (size_t d = 0; story->is_dns && d < story->deployer_count; d++)
            buffer_format(w->out, " at %" PRId64 "%s |", state->deployers[d].next,
                          state->deployers[d].fresh ? "" : ", stale");
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
