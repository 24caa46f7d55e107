/* SPDX-License-Identifier: Apache-2.0 */
#include "mbt/json_decoder.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

#define NUMBER_EXACT_MAX 9007199254740992.0 /* 2^53: doubles hold all integers up to here */
#define DIGITS_PLAIN_MAX 15                 /* so many digits are below that */

void json_decoder_init(struct json_decoder *decoder, size_t pending_limit, struct arena *values, bool share)
{
    assert(pending_limit / sizeof *decoder->pending <= VALUE_COUNT_MAX);
    *decoder = (struct json_decoder){.pending_limit = pending_limit, .values = values, .share = share};
}

void json_decoder_release(struct json_decoder *decoder)
{
    mem_free(decoder->pending);
    decoder->pending = NULL;
    decoder->pending_capacity = 0;
}

void json_decoder_forget(struct json_decoder *decoder)
{
    memset(decoder->shared, 0, sizeof decoder->shared);
}

enum status json_arena_refused(const struct arena *arena, size_t bytes, const char *what, struct error *err)
{
    if (bytes <= arena->limit && arena->total <= arena->limit - bytes)
        return error_memory(err, bytes);
    return error_set(err, ERR_DATA, "%s needs more than %zu MB", what, arena->limit >> 20);
}

static enum status refused(const struct json_decoder *decoder, size_t bytes, struct error *err)
{
    return json_arena_refused(decoder->values, bytes, "the trace", err);
}

/* What begins with that character, for messages. */
static const char *kind_name(char first)
{
    return first == 'n'                   ? "null"
           : first == 't' || first == 'f' ? "a boolean"
           : first == '"'                 ? "a string"
           : first == '['                 ? "an array"
           : first == '{'                 ? "an object"
                                          : "a number";
}

enum { QUOTED_MAX = 64 };

/* Text of the file for a message: short, and nothing in it that a terminal would act on. */
static const char *quoted(const char *text, size_t length, char *out)
{
    size_t count = 0;
    for (; count < length && count < QUOTED_MAX - 1; count++) {
        const unsigned char c = (unsigned char)text[count];
        out[count] = (char)(c >= 0x20 && c < 0x7f ? c : '?');
    }
    out[count] = '\0';
    return out;
}

/* --- values that wait for the end of what they are in --- */

static enum status push(struct json_decoder *decoder, const struct value *value, struct error *err)
{
    const size_t bytes = (decoder->pending_count + 1) * sizeof *value;
    if (bytes > decoder->pending_limit)
        return error_set(err, ERR_DATA, "the JSON of this value needs more than %zu MB",
                         decoder->pending_limit >> 20);
    void *pending = decoder->pending;
    if (mem_reserve(&pending, &decoder->pending_capacity, decoder->pending_count + 1, sizeof *value) != OK)
        return error_memory(err, bytes);
    decoder->pending = pending;
    decoder->pending[decoder->pending_count++] = *value;
    return OK;
}

/* Moves those from base on to where values go. */
static enum status take(struct json_decoder *decoder, size_t base, struct value **ret_items,
                        size_t *ret_count, struct error *err)
{
    assert(base <= decoder->pending_count);
    const size_t count = decoder->pending_count - base;
    struct value *items = value_room(decoder->values, count);
    if (items == NULL)
        return refused(decoder, count * sizeof *items, err);
    if (count > 0)
        memcpy(items, decoder->pending + base, count * sizeof *items);
    decoder->pending_count = base;
    *ret_items = items;
    *ret_count = count;
    return OK;
}

/* --- values that hold no others --- */

static struct value *shared_slot(struct json_decoder *decoder, const char *text, size_t length)
{
    uint32_t hash = 2166136261U; /* FNV-1a */
    for (size_t i = 0; i < length; i++)
        hash = (hash ^ (unsigned char)text[i]) * 16777619U;
    return &decoder->shared[(hash ^ hash >> 16) % JSON_SHARED_STRINGS];
}

static enum status make_string(struct json_decoder *decoder, const struct json_slice *inside,
                               struct value *ret_value, struct error *err)
{
    const bool escaped = memchr(inside->bytes, '\\', inside->length) != NULL;
    struct value *slot = NULL;
    if (decoder->share && !escaped) {
        slot = shared_slot(decoder, inside->bytes, inside->length);
        if (slot->kind == VALUE_STRING && slot->count == inside->length &&
            memcmp(slot->text, inside->bytes, inside->length) == 0) {
            *ret_value = *slot;
            return OK;
        }
    }
    char *copy = arena_copy(decoder->values, inside->bytes, inside->length);
    size_t length = inside->length;
    if (copy == NULL)
        return refused(decoder, length + 1, err);
    if (escaped) {
        length = json_unescape(inside, copy);
        copy[length] = '\0';
    }
    *ret_value = (struct value){.kind = VALUE_STRING, .count = (uint32_t)length, .text = copy};
    if (slot != NULL)
        *slot = *ret_value;
    return OK;
}

static enum status make_number(const struct json_slice *text, struct value *ret_value, struct error *err)
{
    const bool negative = text->bytes[0] == '-';
    const size_t start = negative ? 1 : 0;
    int64_t whole = 0;
    size_t at = start;
    for (; at < text->length && text->bytes[at] >= '0' && text->bytes[at] <= '9' &&
           at - start < DIGITS_PLAIN_MAX;
         at++)
        whole = whole * 10 + (text->bytes[at] - '0');
    if (at == text->length) {
        *ret_value = value_int(negative ? -whole : whole);
        return OK;
    }
    char copy[JSON_NUMBER_MAX + 1];
    assert(text->length <= JSON_NUMBER_MAX);
    memcpy(copy, text->bytes, text->length);
    copy[text->length] = '\0';
    const double number = strtod(copy, NULL);
    if (!(fabs(number) <= NUMBER_EXACT_MAX))
        return error_set(err, ERR_DATA,
                         "a number beyond 2^53, %.17g, which is to be written as {\"#bigint\": \"…\"}",
                         number);
    if (floor(number) < number)
        return error_set(err, ERR_DATA, "an integer expected, found %.17g", number);
    *ret_value = value_int((int64_t)number);
    return OK;
}

static enum status decode_bigint(struct json_decoder *decoder, struct value *ret_value, struct error *err)
{
    struct json_slice inside;
    const char first = json_peek(&decoder->cursor);
    if (first != '"')
        return error_set(err, ERR_DATA, "digits in quotes expected, found %s", kind_name(first));
    enum status status = json_skip_string(&decoder->cursor, &inside, err);
    if (status == OK && memchr(inside.bytes, '\\', inside.length) != NULL) {
        struct value plain;
        status = make_string(decoder, &inside, &plain, err);
        if (status == OK)
            inside = (struct json_slice){.bytes = plain.text, .length = plain.count};
    }
    if (status != OK)
        return status;
    char shown[QUOTED_MAX];
    const bool negative = inside.length > 0 && inside.bytes[0] == '-';
    const size_t start = negative ? 1 : 0;
    const uint64_t limit = (uint64_t)INT64_MAX + (negative ? 1 : 0);
    uint64_t number = 0;
    bool digits = inside.length > start, fits = true;
    for (size_t i = start; i < inside.length && digits; i++) {
        const uint64_t units = (uint64_t)(inside.bytes[i] - '0');
        digits = inside.bytes[i] >= '0' && inside.bytes[i] <= '9';
        fits = fits && number <= (limit - units) / 10;
        number = number * 10 + units;
    }
    if (!digits)
        return error_set(err, ERR_DATA, "digits expected, found \"%s\"",
                         quoted(inside.bytes, inside.length, shown));
    if (!fits)
        return error_set(err, ERR_DATA, "%s does not fit into 64 bits",
                         quoted(inside.bytes, inside.length, shown));
    *ret_value = value_int(negative ? (int64_t)(0 - number) : (int64_t)number);
    return OK;
}

/* --- values that hold others --- */

/* As deep as the text, which the cursor has bounded. */
static enum status decode(struct json_decoder *decoder, struct value *ret_value, struct error *err);

/* The next value goes where values wait. */
static enum status decode_pending(struct json_decoder *decoder, struct error *err)
{
    struct value value;
    const enum status status = decode(decoder, &value, err);
    return status == OK ? push(decoder, &value, err) : status;
}

/* Steps into the array at the cursor; expected: what it is to be. */
static enum status open_array(struct json_decoder *decoder, const char *expected, struct error *err)
{
    const char first = json_peek(&decoder->cursor);
    if (first != '[')
        return error_set(err, ERR_DATA, "%s expected, found %s", expected, kind_name(first));
    return json_open(&decoder->cursor, '[', expected, err);
}

static enum status decode_elements(struct json_decoder *decoder, struct value **ret_items, size_t *ret_count,
                                   struct error *err)
{
    const size_t base = decoder->pending_count;
    enum status status = open_array(decoder, "an array", err);
    bool found = true;
    for (size_t i = 0; status == OK; i++) {
        status = json_next_element(&decoder->cursor, &found, err);
        if (status != OK || !found)
            break;
        struct value value;
        status = decode(decoder, &value, err);
        if (status != OK)
            return error_prefix(err, status, "element %zu: ", i);
        status = push(decoder, &value, err);
    }
    return status == OK ? take(decoder, base, ret_items, ret_count, err) : status;
}

/* [key, value] */
static enum status decode_pair(struct json_decoder *decoder, size_t index, struct error *err)
{
    const size_t base = decoder->pending_count;
    const char first = json_peek(&decoder->cursor);
    bool found = first == '[';
    enum status status = found ? json_open(&decoder->cursor, '[', "a pair", err) : OK;
    while (status == OK && found) {
        status = json_next_element(&decoder->cursor, &found, err);
        if (status == OK && found)
            status = decode_pending(decoder, err);
        if (status != OK)
            return error_prefix(err, status, "pair %zu: ", index);
    }
    if (status == OK && decoder->pending_count - base != 2)
        return error_set(err, ERR_DATA, "pair %zu: an array of key and value expected, found %s", index,
                         first == '[' ? "one of another length" : kind_name(first));
    return status;
}

static enum status decode_map(struct json_decoder *decoder, struct value *ret_value, struct error *err)
{
    const size_t base = decoder->pending_count;
    struct value *pairs = NULL;
    size_t count = 0;
    enum status status = open_array(decoder, "an array of pairs", err);
    for (bool found = true; status == OK; count++) {
        status = json_next_element(&decoder->cursor, &found, err);
        if (status != OK || !found)
            break;
        status = decode_pair(decoder, count, err);
    }
    if (status == OK)
        status = take(decoder, base, &pairs, &count, err);
    if (status != OK)
        return status;
    *ret_value = value_map(pairs, count / 2);
    return value_has_twins(ret_value) ? error_set(err, ERR_DATA, "a key is there twice") : OK;
}

/* What {"#set": …} and its like hold; form is that key. */
static enum status decode_form(struct json_decoder *decoder, const char *form, struct value *ret_value,
                               struct error *err)
{
    struct value *items = NULL;
    size_t count = 0;
    enum status status;
    if (strcmp(form, "#bigint") == 0) {
        status = decode_bigint(decoder, ret_value, err);
    } else if (strcmp(form, "#map") == 0) {
        status = decode_map(decoder, ret_value, err);
    } else {
        status = decode_elements(decoder, &items, &count, err);
        if (status == OK)
            *ret_value = form[1] == 's' ? value_set(items, count) : value_tuple(items, count);
    }
    return status == OK ? OK : error_prefix(err, status, "%s: ", form);
}

static enum status decode_field(struct json_decoder *decoder, const struct json_slice *key, struct error *err)
{
    struct value name;
    enum status status = make_string(decoder, key, &name, err);
    if (status == OK)
        status = push(decoder, &name, err);
    if (status != OK)
        return status;
    char shown[QUOTED_MAX];
    status = decode_pending(decoder, err);
    return status == OK ? OK : error_prefix(err, status, "%s: ", quoted(name.text, name.count, shown));
}

/* The fields from base on. */
static enum status make_record(struct json_decoder *decoder, size_t base, struct value *ret_value,
                               struct error *err)
{
    struct value *pairs = NULL;
    size_t count = 0;
    const enum status status = take(decoder, base, &pairs, &count, err);
    if (status != OK)
        return status;
    char shown[QUOTED_MAX];
    const struct value record = value_record(pairs, count / 2);
    for (size_t k = 1; k < record.count; k++) {
        const struct value *name = &record.items[2 * k];
        if (value_compare(name - 2, name) == 0)
            return error_set(err, ERR_DATA, "the key \"%s\" is there twice",
                             quoted(name->text, name->count, shown));
    }
    *ret_value = record;
    return OK;
}

/* The key of an encoding, or NULL. */
static const char *find_form(const struct json_slice *key)
{
    static const char *const forms[] = {"#set", "#map", "#tup", "#bigint"};
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        if (json_key_is(key, forms[i]))
            return forms[i];
    }
    return NULL;
}

/* {"#set": …} and its like, or a record. */
static enum status decode_object(struct json_decoder *decoder, struct value *ret_value, struct error *err)
{
    const size_t base = decoder->pending_count;
    const char *form = NULL;
    struct json_slice mark = {0}, key, skipped; /* the first key with #; no bytes: none */
    struct value of_form = value_null();
    enum status status = json_open(&decoder->cursor, '{', "a value", err);
    for (bool found = true; status == OK;) {
        status = json_next_member(&decoder->cursor, &key, &found, err);
        if (status != OK || !found)
            break;
        const bool is_mark = json_key_is_mark(&key);
        const char *its_form = is_mark ? find_form(&key) : NULL;
        if (its_form != NULL && form != NULL)
            return error_set(err, ERR_DATA, "%s beside %s", its_form, form);
        if (its_form != NULL && decoder->pending_count > base)
            return error_set(err, ERR_DATA, "fields of a record beside %s", its_form);
        if (is_mark && mark.bytes == NULL)
            mark = key;
        if (its_form != NULL) {
            form = its_form;
            status = decode_form(decoder, form, &of_form, err);
        } else {
            status = is_mark ? json_skip(&decoder->cursor, &skipped, err) : decode_field(decoder, &key, err);
        }
    }
    if (status != OK)
        return status;
    char shown[QUOTED_MAX];
    const bool has_fields = decoder->pending_count > base;
    if (form != NULL && has_fields)
        return error_set(err, ERR_DATA, "fields of a record beside %s", form);
    if (form == NULL && !has_fields && mark.bytes != NULL)
        return error_set(err, ERR_DATA, "#bigint, #set, #map or #tup expected, found \"%s\"",
                         quoted(mark.bytes, mark.length, shown));
    if (form == NULL)
        return make_record(decoder, base, ret_value, err);
    *ret_value = of_form;
    return OK;
}

static enum status decode(struct json_decoder *decoder, struct value *ret_value, struct error *err)
{
    struct json_slice text;
    struct value *items = NULL;
    size_t count = 0;
    enum status status;
    const char first = json_peek(&decoder->cursor);
    switch (first) {
    case '{':
        return decode_object(decoder, ret_value, err);
    case '[':
        status = decode_elements(decoder, &items, &count, err);
        if (status == OK)
            *ret_value = value_list(items, count);
        return status;
    case '"':
        status = json_skip_string(&decoder->cursor, &text, err);
        return status == OK ? make_string(decoder, &text, ret_value, err) : status;
    case 'n':
    case 't':
    case 'f':
        *ret_value = first == 'n' ? value_null() : value_bool(first == 't');
        return json_skip(&decoder->cursor, &text, err);
    default:
        status = json_skip(&decoder->cursor, &text, err);
        return status == OK ? make_number(&text, ret_value, err) : status;
    }
}

enum status json_decode(struct json_decoder *decoder, const struct json_slice *slice, struct value *ret_value,
                        struct error *err)
{
    struct value value;
    json_cursor_init(&decoder->cursor, slice->bytes, slice->length, 1, 1);
    decoder->pending_count = 0;
    const enum status status = decode(decoder, &value, err);
    if (status == OK)
        *ret_value = value;
    return status;
}
