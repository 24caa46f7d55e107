/* SPDX-License-Identifier: Apache-2.0 */
/* What a step of a tale changed, line by line. */
#include <inttypes.h>
#include <stdio.h>

#include "mbt/dns/dns_tale.h"

enum { NAME_COLUMN = 9 /* of a name at the beginning of a line */ };

/* Who takes the lines. */
struct lines {
    story_line *line;
    void *user;
};

static void record_names(struct buffer *out, const struct value **records, size_t count, const char *kind)
{
    bool any = false;
    for (size_t i = 0; i < count; i++) {
        const struct value *found = tale_record_kind(records[i]), *target = tale_record_target(records[i]);
        if (found == NULL || target == NULL || !value_is_string(found, kind))
            continue;
        buffer_string(out, any ? ", " : kind);
        if (!any)
            buffer_char(out, ' ');
        any = true;
        tale_short(out, target);
        if (strcmp(kind, "CNAME") == 0)
            buffer_format(out, " (%" PRId64 ")", tale_record_number(records[i]));
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
static void single_record(const struct dns_tale *tale, const struct value *record, struct buffer *out)
{
    const struct value *target = tale_record_target(record), *kind = tale_record_kind(record);
    if (target == NULL)
        return;
    tale_short(out, target);
    if (kind != NULL && value_is_string(kind, "TXT"))
        buffer_format(out, " %" PRId64, tale_record_number(record));
    for (size_t i = 0; i < tale->plan_count; i++) {
        if (value_compare(tale->plans[i].name, target) == 0)
            buffer_format(out, " (#%zu)", i);
    }
}

static const char *change_name(const struct dns_tale *tale, const struct tale_change *change)
{
    if (value_compare(change->name, tale->root_name) == 0)
        return "root";
    if (value_compare(change->name, tale->rollback_name) == 0)
        return "rollback";
    if (value_compare(change->name, tale->lock_name) == 0)
        return "lock";
    return NULL;
}

/* The part behind the sign: "plan4    CNAME …", "root     plan4 (#0) → plan1 (#4)". */
static void change_text(const struct dns_tale *tale, const struct tale_change *change, struct buffer *out)
{
    const char *name = change_name(tale, change);
    const size_t start = out->length;
    if (name != NULL)
        buffer_string(out, name);
    else
        tale_short(out, change->name);
    do
        buffer_char(out, ' ');
    while (out->length - start < NAME_COLUMN && !out->failed);
    if (change->kind == TALE_CHANGED && change->before_count == 1 && change->after_count == 1) {
        single_record(tale, change->before[0], out);
        buffer_string(out, " → ");
        single_record(tale, change->after[0], out);
        return;
    }
    if (change->before_count > 0)
        record_list(out, change->before, change->before_count);
    if (change->before_count > 0 && change->after_count > 0)
        buffer_string(out, " → ");
    if (change->after_count > 0)
        record_list(out, change->after, change->after_count);
}

static char change_sign(const struct tale_change *change)
{
    return change->kind == TALE_ADDED ? '+' : change->kind == TALE_REMOVED ? '-' : '~';
}

/* One line about a deployer's counter or view: "~ counter  deployer-a #0 → #1". */
static void deployer_line(const struct dns_tale *tale, const struct lines *lines, const char *what,
                          size_t deployer, const char *change)
{
    struct buffer text;
    buffer_init(&text);
    buffer_format(&text, "%-*s", NAME_COLUMN, what);
    tale_short(&text, tale->deployers[deployer]);
    buffer_string(&text, change);
    lines->line(lines->user, '~', text.text);
    buffer_release(&text);
}

static void counter_lines(const struct dns_tale *tale, const struct lines *lines, size_t s)
{
    for (size_t d = 0; d < tale->deployer_count; d++) {
        const struct tale_deployer *after = &tale->states[s].deployers[d];
        const struct tale_deployer *before = &tale->states[s - 1].deployers[d];
        char change[64];
        (void)snprintf(change, sizeof change, " #%" PRId64 " → #%" PRId64, before->next, after->next);
        if (after->next != before->next)
            deployer_line(tale, lines, "counter", d, change);
    }
}

static void view_lines(const struct dns_tale *tale, const struct lines *lines, size_t s)
{
    for (size_t d = 0; d < tale->deployer_count; d++) {
        const bool fresh = tale->states[s].deployers[d].fresh;
        if (fresh != tale->states[s - 1].deployers[d].fresh)
            deployer_line(tale, lines, "view", d, fresh ? " stale → fresh" : " fresh → stale");
    }
}

void dns_tale_changes(const struct story *story, size_t s, story_line *line, void *user)
{
    const struct dns_tale *tale = dns_tale_of(story);
    const struct tale_state *state = &tale->states[s];
    const struct lines lines = {line, user};
    for (size_t i = 0; i < state->change_count; i++) {
        struct buffer text;
        buffer_init(&text);
        change_text(tale, &state->changes[i], &text);
        line(user, change_sign(&state->changes[i]), text.text);
        buffer_release(&text);
    }
    if (s == 0)
        return;
    counter_lines(tale, &lines, s);
    view_lines(tale, &lines, s);
}
