/* SPDX-License-Identifier: Apache-2.0 */
#include "mbt/driver/driver_answer.h"

#include <stdio.h>
#include <string.h>

#include "base/memory.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

struct driver_reader {
    struct arena values;
    struct json_decoder decoder;
};

/* --- the keys --- */

enum key {
    KEY_OK,
    KEY_REFUSED,
    KEY_PENDING,
    KEY_ERROR,
    KEY_STATE,
    KEY_VIOLATES,
    KEY_OBSERVES,
    KEY_CONTROLS,
    KEY_COUNT
};

static const char *const key_names[KEY_COUNT] = {
    [KEY_OK] = "ok",
    [KEY_REFUSED] = "refused",
    [KEY_PENDING] = "pending",
    [KEY_ERROR] = "error",
    [KEY_STATE] = "state",
    [KEY_VIOLATES] = "violates",
    [KEY_OBSERVES] = "observes",
    [KEY_CONTROLS] = "controls",
};

#define BIT(key) (UINT32_C(1) << (key))
#define REPLIES  (BIT(KEY_OK) | BIT(KEY_REFUSED) | BIT(KEY_PENDING) | BIT(KEY_ERROR))

/* The keys that an answer to each question may have. */
static const uint32_t allowed[] = {
    [DRIVER_HELLO] = BIT(KEY_OK) | BIT(KEY_ERROR) | BIT(KEY_OBSERVES) | BIT(KEY_CONTROLS),
    [DRIVER_RESET] = BIT(KEY_OK) | BIT(KEY_ERROR) | BIT(KEY_STATE) | BIT(KEY_VIOLATES),
    [DRIVER_STEP] = REPLIES | BIT(KEY_STATE) | BIT(KEY_VIOLATES),
    [DRIVER_OBSERVE] = BIT(KEY_OK) | BIT(KEY_PENDING) | BIT(KEY_ERROR) | BIT(KEY_STATE) | BIT(KEY_VIOLATES),
};

const char *driver_question_name(enum driver_question question)
{
    static const char *const names[] = {[DRIVER_HELLO] = "hello",
                                        [DRIVER_RESET] = "reset",
                                        [DRIVER_STEP] = "step",
                                        [DRIVER_OBSERVE] = "observe"};
    return names[question];
}

/* "ok, error, state or violates" */
static void list_keys(uint32_t keys, struct buffer *out)
{
    const char *separator = "";
    for (size_t k = 0; k < KEY_COUNT; k++) {
        if ((keys & BIT(k)) == 0)
            continue;
        keys &= ~BIT(k);
        buffer_format(out, "%s%s", separator, key_names[k]);
        separator = (keys & (keys - 1)) == 0 ? " or " : ", ";
    }
}

static enum status fail_with_keys(struct error *err, const char *wrong, uint32_t keys)
{
    struct buffer names;
    buffer_init(&names);
    list_keys(keys, &names);
    (void)error_set(err, ERR_DATA, "%s; %s expected", wrong, names.text);
    buffer_release(&names);
    return ERR_DATA;
}

/* Finds the members' texts. */
static enum status scan(struct json_cursor *cursor, enum driver_question question,
                        struct json_slice texts[KEY_COUNT], struct error *err)
{
    enum status status = json_open(cursor, '{', "an answer", err);
    while (status == OK) {
        struct json_slice key, value;
        bool found = false;
        size_t k = 0;
        status = json_next_member(cursor, &key, &found, err);
        if (status != OK || !found)
            break;
        while (k < KEY_COUNT && !((allowed[question] & BIT(k)) != 0 && json_key_is(&key, key_names[k])))
            k++;
        if (k == KEY_COUNT) {
            char wrong[128];
            (void)snprintf(wrong, sizeof wrong, "the key \"%.*s\" means nothing in an answer to %s",
                           key.length < 40 ? (int)key.length : 40, key.bytes, driver_question_name(question));
            return fail_with_keys(err, wrong, allowed[question]);
        }
        if (texts[k].bytes != NULL)
            return error_set(err, ERR_DATA, "\"%s\" is there twice", key_names[k]);
        status = json_skip(cursor, &value, err);
        texts[k] = value;
    }
    return status == OK ? json_finish(cursor, err) : status;
}

/* --- their values --- */

static bool is_true(const struct json_slice *text)
{
    return text->length == 4 && memcmp(text->bytes, "true", 4) == 0;
}

static enum status read_value(struct driver_reader *reader, enum key key, const struct json_slice *text,
                              struct value *ret_value, struct error *err)
{
    const enum status status = json_decode(&reader->decoder, text, ret_value, err);
    return status == OK ? OK : error_prefix(err, status, "%s: ", key_names[key]);
}

static enum status read_names(struct driver_reader *reader, enum key key, const struct json_slice *text,
                              struct value *ret_names, struct error *err)
{
    *ret_names = value_list(NULL, 0);
    if (text->bytes == NULL)
        return OK;
    const enum status status = read_value(reader, key, text, ret_names, err);
    if (status != OK)
        return status;
    bool is_list = ret_names->kind == VALUE_LIST;
    for (uint32_t i = 0; is_list && i < ret_names->count; i++)
        is_list = ret_names->items[i].kind == VALUE_STRING;
    return is_list ? OK : error_set(err, ERR_DATA, "%s: an array of strings expected", key_names[key]);
}

/* Exactly one of the keys that say how it went. */
static enum status read_reply(struct driver_reader *reader, enum driver_question question,
                              const struct json_slice texts[KEY_COUNT], struct driver_answer *answer,
                              struct error *err)
{
    static const struct {
        enum key key;
        enum driver_reply reply;
    } replies[] = {{KEY_OK, DRIVER_OK},
                   {KEY_REFUSED, DRIVER_REFUSED},
                   {KEY_PENDING, DRIVER_PENDING},
                   {KEY_ERROR, DRIVER_ERROR}};
    size_t count = 0;
    enum key key = KEY_OK;
    for (size_t i = 0; i < COUNT(replies); i++) {
        if (texts[replies[i].key].bytes == NULL)
            continue;
        answer->reply = replies[i].reply;
        key = replies[i].key;
        count++;
    }
    if (count != 1)
        return fail_with_keys(err,
                              count == 0 ? "it does not say how it went" : "it says more than one of them",
                              allowed[question] & REPLIES);
    if (key == KEY_OK || key == KEY_PENDING) {
        if (is_true(&texts[key]))
            return OK;
        return error_set(err, ERR_DATA, "%s: true expected; what went wrong is told by another key",
                         key_names[key]);
    }
    struct value why;
    const enum status status = read_value(reader, key, &texts[key], &why, err);
    if (status == OK && why.kind != VALUE_STRING)
        return error_set(err, ERR_DATA, "%s: a string that says why expected", key_names[key]);
    answer->why = status == OK ? why.text : NULL;
    return status;
}

static enum status read_state(struct driver_reader *reader, const struct json_slice *text,
                              struct value *ret_state, struct error *err)
{
    *ret_state = value_null();
    if (text->bytes == NULL || json_slice_is_null(text))
        return OK;
    const enum status status = read_value(reader, KEY_STATE, text, ret_state, err);
    if (status == OK && ret_state->kind != VALUE_RECORD)
        return error_set(err, ERR_DATA, "state: an object of names and values expected");
    return status;
}

enum status driver_reader_read(struct driver_reader *reader, enum driver_question question, const char *text,
                               size_t length, struct driver_answer *ret_answer, struct error *err)
{
    struct json_slice texts[KEY_COUNT] = {{0}};
    struct json_cursor cursor;
    struct driver_answer answer = {.reply = DRIVER_OK};
    if (length > DRIVER_ANSWER_MAX)
        return error_set(err, ERR_DATA, "an answer of more than %zu bytes", DRIVER_ANSWER_MAX);
    arena_clear(&reader->values);
    json_cursor_init(&cursor, text, length, 1, 1);
    enum status status = scan(&cursor, question, texts, err);
    if (status != OK)
        return cursor.failed ? error_prefix(err, status, "at ") : status;
    status = read_reply(reader, question, texts, &answer, err);
    if (status == OK)
        status = read_state(reader, &texts[KEY_STATE], &answer.state, err);
    if (status == OK)
        status = read_names(reader, KEY_VIOLATES, &texts[KEY_VIOLATES], &answer.violates, err);
    if (status == OK)
        status = read_names(reader, KEY_OBSERVES, &texts[KEY_OBSERVES], &answer.observes, err);
    if (status == OK)
        status = read_names(reader, KEY_CONTROLS, &texts[KEY_CONTROLS], &answer.controls, err);
    if (status != OK)
        return status;
    answer.says_violates = texts[KEY_VIOLATES].bytes != NULL;
    answer.has_controls = texts[KEY_CONTROLS].bytes != NULL;
    *ret_answer = answer;
    return OK;
}

enum status driver_reader_new(struct driver_reader **ret_reader, struct error *err)
{
    struct driver_reader *reader = mem_new(1, sizeof *reader);
    if (reader == NULL)
        return error_memory(err, sizeof *reader);
    arena_init(&reader->values, DRIVER_VALUES_MAX);
    json_decoder_init(&reader->decoder, DRIVER_VALUES_MAX, &reader->values, false);
    *ret_reader = reader;
    return OK;
}

void driver_reader_free(struct driver_reader *reader)
{
    if (reader == NULL)
        return;
    json_decoder_release(&reader->decoder);
    arena_release(&reader->values);
    mem_free(reader);
}
