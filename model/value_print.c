/* SPDX-License-Identifier: Apache-2.0 */
/* Values as a person reads them, and how two of them differ. */
#include "model/value.h"

#include <inttypes.h>

enum {
    CLAUSES_MAX = 6,      /* of one description */
    ELEMENTS_SHOWN = 2,   /* of those that are missing, or extra, in one place */
    VALUE_SHOWN_MAX = 160 /* bytes of one value in a description */
};

static void print_string(struct buffer *out, const struct value *string, size_t end)
{
    buffer_char(out, '"');
    for (size_t i = 0; i < string->count && out->length <= end && !out->failed; i++) {
        const unsigned char c = (unsigned char)string->text[i];
        if (c == '"' || c == '\\')
            buffer_format(out, "\\%c", c);
        else if (c == '\n')
            buffer_string(out, "\\n");
        else if (c < 0x20 || c == 0x7f) /* nothing that a terminal would act on */
            buffer_format(out, "\\x%02x", c);
        else
            buffer_char(out, (char)c);
    }
    buffer_char(out, '"');
}

static void print_value(struct buffer *out, const struct value *value, size_t end);

static void print_items(struct buffer *out, const struct value *value, const char *brackets, size_t end)
{
    buffer_char(out, brackets[0]);
    for (size_t i = 0; i < value->count && out->length <= end && !out->failed; i++) {
        if (i > 0)
            buffer_string(out, ", ");
        print_value(out, &value->items[i], end);
    }
    buffer_char(out, brackets[1]);
}

static void print_pairs(struct buffer *out, const struct value *value, size_t end)
{
    buffer_char(out, '{');
    for (size_t i = 0; i < value->count && out->length <= end && !out->failed; i++) {
        if (i > 0)
            buffer_string(out, ", ");
        if (value->kind == VALUE_RECORD) {
            buffer_append(out, value->items[2 * i].text, value->items[2 * i].count);
            buffer_string(out, ": ");
        } else {
            print_value(out, &value->items[2 * i], end);
            buffer_string(out, " -> ");
        }
        print_value(out, &value->items[2 * i + 1], end);
    }
    buffer_char(out, '}');
}

/* Stops soon after the buffer has grown past end. */
static void print_value(struct buffer *out, const struct value *value, size_t end)
{
    switch ((enum value_kind)value->kind) {
    case VALUE_NULL:
        buffer_string(out, "null");
        return;
    case VALUE_BOOL:
        buffer_string(out, value->number != 0 ? "true" : "false");
        return;
    case VALUE_INT:
        buffer_format(out, "%" PRId64, value->number);
        return;
    case VALUE_STRING:
        print_string(out, value, end);
        return;
    case VALUE_SET:
        print_items(out, value, "{}", end);
        return;
    case VALUE_TUPLE:
        print_items(out, value, "()", end);
        return;
    case VALUE_LIST:
        print_items(out, value, "[]", end);
        return;
    case VALUE_MAP:
    case VALUE_RECORD:
        print_pairs(out, value, end);
        return;
    }
}

/* Shortens what was appended since start to limit bytes and "…", without cutting a character of UTF-8 in two.
 */
static void shorten(struct buffer *out, size_t start, size_t limit)
{
    if (out->failed || out->length - start <= limit)
        return;
    size_t length = start + limit;
    while (length > start && ((unsigned char)out->text[length] & 0xc0) == 0x80)
        length--;
    out->length = length;
    out->text[length] = '\0';
    buffer_string(out, "…");
}

void value_print(struct buffer *out, const struct value *value, size_t limit)
{
    const size_t start = out->length;
    print_value(out, value, start + limit);
    shorten(out, start, limit);
}

/* Where a difference is: the way from the outermost value, kept on the stack of the recursion. */
struct place {
    const struct place *outer;
    const struct value *key; /* of a field or a pair; NULL for an element */
    size_t index;            /* of an element of a tuple or list */
    bool field;
};

struct difference {
    struct buffer *out;
    bool is_change; /* from the first value to the second, not an expected one and one that was found */
    size_t clauses;
};

static void print_place(struct buffer *out, const struct place *place)
{
    if (place == NULL)
        return;
    print_place(out, place->outer);
    if (place->key == NULL) {
        buffer_format(out, "[%zu]", place->index);
    } else if (place->field) {
        if (place->outer != NULL)
            buffer_char(out, '.');
        buffer_append(out, place->key->text, place->key->count);
    } else {
        buffer_char(out, '[');
        value_print(out, place->key, VALUE_SHOWN_MAX);
        buffer_char(out, ']');
    }
}

/* Begins a clause; false when there were enough. */
static bool clause(struct difference *diff, const struct place *place)
{
    if (diff->clauses > CLAUSES_MAX)
        return false;
    if (diff->clauses > 0)
        buffer_string(diff->out, "; ");
    if (diff->clauses++ == CLAUSES_MAX) {
        buffer_string(diff->out, "…");
        return false;
    }
    print_place(diff->out, place);
    if (place != NULL)
        buffer_string(diff->out, ": ");
    return true;
}

static const char *kind_name(const struct value *value)
{
    static const char *const names[] = {
        [VALUE_NULL] = "null",       [VALUE_BOOL] = "a boolean", [VALUE_INT] = "a number",
        [VALUE_STRING] = "a string", [VALUE_SET] = "a set",      [VALUE_MAP] = "a map",
        [VALUE_TUPLE] = "a tuple",   [VALUE_LIST] = "a list",    [VALUE_RECORD] = "a record",
    };
    return names[value->kind];
}

/* "0 → 1", or "0 expected, found 1". */
static void print_both(const struct difference *diff, const struct value *first, const struct value *second)
{
    value_print(diff->out, first, VALUE_SHOWN_MAX);
    buffer_string(diff->out, diff->is_change ? " → " : " expected, found ");
    value_print(diff->out, second, VALUE_SHOWN_MAX);
}

enum side { SIDE_FIRST, SIDE_SECOND };

/* What is said of a part that one side alone has. */
static const char *side_word(const struct difference *diff, enum side side)
{
    if (diff->is_change)
        return side == SIDE_FIRST ? "removed" : "added";
    return side == SIDE_FIRST ? "missing" : "extra";
}

/* One clause for the items of a, which is that side, that b lacks, and nothing when there are none. Both are
 * sorted by their first value. */
static void describe_lacking(struct difference *diff, const struct place *place, enum side side,
                             const struct value *a, const struct value *b)
{
    static const char *const things[] = {[VALUE_SET] = "", [VALUE_MAP] = " key", [VALUE_RECORD] = " field"};
    const size_t width = a->kind == VALUE_SET ? 1 : 2;
    size_t lacking = 0;
    for (size_t i = 0, j = 0; i < a->count; i++) {
        int order = -1;
        while (j < b->count && (order = value_compare(&a->items[i * width], &b->items[j * width])) > 0)
            j++;
        if (j < b->count && order == 0)
            continue;
        if (lacking == 0) {
            if (!clause(diff, place))
                return;
            buffer_format(diff->out, "%s%s", side_word(diff, side), things[a->kind]);
        }
        if (lacking++ < ELEMENTS_SHOWN) {
            buffer_string(diff->out, lacking == 1 ? " " : ", ");
            value_print(diff->out, &a->items[i * width], VALUE_SHOWN_MAX);
        }
    }
    if (lacking > ELEMENTS_SHOWN)
        buffer_format(diff->out, " and %zu more", lacking - ELEMENTS_SHOWN);
}

static void describe(struct difference *diff, const struct place *place, const struct value *expected,
                     const struct value *found);

static void describe_pairs(struct difference *diff, const struct place *place, const struct value *expected,
                           const struct value *found)
{
    const bool field = expected->kind == VALUE_RECORD;
    describe_lacking(diff, place, SIDE_FIRST, expected, found);
    describe_lacking(diff, place, SIDE_SECOND, found, expected);
    for (size_t i = 0, j = 0; i < expected->count; i++) {
        const struct value *key = &expected->items[2 * i];
        while (j < found->count && value_compare(&found->items[2 * j], key) < 0)
            j++;
        if (j == found->count || value_compare(&found->items[2 * j], key) != 0)
            continue;
        const struct place inner = {.outer = place, .key = key, .field = field};
        describe(diff, &inner, key + 1, &found->items[2 * j + 1]);
    }
}

static void describe_elements(struct difference *diff, const struct place *place,
                              const struct value *expected, const struct value *found)
{
    if (!diff->is_change && expected->count != found->count && clause(diff, place))
        buffer_format(diff->out, "%" PRIu32 " element%s expected, found %" PRIu32, expected->count,
                      expected->count == 1 ? "" : "s", found->count);
    for (size_t i = 0; i < expected->count && i < found->count; i++) {
        const struct place inner = {.outer = place, .index = i};
        describe(diff, &inner, &expected->items[i], &found->items[i]);
    }
    const enum side longer = expected->count > found->count ? SIDE_FIRST : SIDE_SECOND;
    const struct value *a = longer == SIDE_FIRST ? expected : found,
                       *b = longer == SIDE_FIRST ? found : expected;
    for (size_t i = b->count; diff->is_change && i < a->count; i++) {
        const struct place inner = {.outer = place, .index = i};
        if (!clause(diff, &inner))
            return;
        buffer_format(diff->out, "%s ", side_word(diff, longer));
        value_print(diff->out, &a->items[i], VALUE_SHOWN_MAX);
    }
}

static void describe(struct difference *diff, const struct place *place, const struct value *expected,
                     const struct value *found)
{
    if (diff->clauses > CLAUSES_MAX || value_compare(expected, found) == 0)
        return;
    if (expected->kind != found->kind) {
        if (!clause(diff, place))
            return;
        if (diff->is_change) {
            print_both(diff, expected, found);
            return;
        }
        buffer_format(diff->out, "%s expected, found %s", kind_name(expected), kind_name(found));
        if (found->kind != VALUE_NULL) {
            buffer_char(diff->out, ' ');
            value_print(diff->out, found, VALUE_SHOWN_MAX);
        }
        return;
    }
    switch ((enum value_kind)expected->kind) {
    case VALUE_SET:
        describe_lacking(diff, place, SIDE_FIRST, expected, found);
        describe_lacking(diff, place, SIDE_SECOND, found, expected);
        return;
    case VALUE_MAP:
    case VALUE_RECORD:
        describe_pairs(diff, place, expected, found);
        return;
    case VALUE_TUPLE:
    case VALUE_LIST:
        describe_elements(diff, place, expected, found);
        return;
    case VALUE_NULL:
    case VALUE_BOOL:
    case VALUE_INT:
    case VALUE_STRING:
        if (clause(diff, place))
            print_both(diff, expected, found);
        return;
    }
}

void value_describe_difference(struct buffer *out, const struct value *expected, const struct value *found)
{
    struct difference diff = {.out = out};
    describe(&diff, NULL, expected, found);
}

void value_describe_change(struct buffer *out, const struct value *before, const struct value *after)
{
    struct difference diff = {.out = out, .is_change = true};
    describe(&diff, NULL, before, after);
}
