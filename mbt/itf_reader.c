/* SPDX-License-Identifier: Apache-2.0 */
#include "mbt/itf_reader.h"

#include <assert.h>
#include <string.h>

#include "base/memory.h"
#include "mbt/itf_meta.h"
#include "mbt/json_decoder.h"
#include "mbt/json_stream.h"

static_assert(ITF_NESTING_MAX == JSON_NESTING_MAX, "the reader promises what the cursor keeps");

/* A parameter or variable, and what it was in the state before: most do not change from one state to the
 * next, and then their text is the same, and so is the value. */
struct column {
    const char *name;
    bool is_parameter;
    bool seen; /* in this state */
    struct json_slice text;
    struct value value;
};

struct itf_reader {
    struct json_stream *stream;
    const struct model_class *class;
    struct column columns[TRACE_NAMES_MAX]; /* in the order of a state's keys: by their bytes */
    size_t column_count;

    bool peeked, at_end;
    struct json_document document; /* when peeked and not at_end */
    size_t index;                  /* of the document that was read last */

    struct json_decoder decoder; /* into the trace's arena */
    struct json_decoder checker; /* for what is only compared */
    struct arena check_values;
};

void itf_trace_init(struct itf_trace *trace)
{
    *trace = (struct itf_trace){.file = ""};
    trace_init(&trace->head);
    arena_init(&trace->arena, ITF_VALUE_BYTES_MAX);
}

void itf_trace_release(struct itf_trace *trace)
{
    trace_release(&trace->head);
    arena_release(&trace->arena);
    mem_free(trace->states);
    itf_trace_init(trace);
}

void itf_trace_clear(struct itf_trace *trace)
{
    trace_clear(&trace->head);
    arena_clear(&trace->arena);
    *trace = (struct itf_trace){.file = "",
                                .head = trace->head,
                                .states = trace->states,
                                .state_capacity = trace->state_capacity,
                                .arena = trace->arena};
}

static void add_columns(struct itf_reader *reader, const char *const *names, size_t count, bool is_parameter)
{
    for (size_t i = 0; i < count; i++) {
        assert(reader->column_count < TRACE_NAMES_MAX && strlen(names[i]) < JSON_KEY_MAX);
        size_t at = reader->column_count++;
        for (; at > 0 && strcmp(reader->columns[at - 1].name, names[i]) > 0; at--)
            reader->columns[at] = reader->columns[at - 1];
        reader->columns[at] = (struct column){.name = names[i], .is_parameter = is_parameter};
    }
}

/* Takes the stream, also on failure. */
static enum status reader_new(struct json_stream *stream, const struct model_class *class,
                              struct itf_reader **ret_reader, struct error *err)
{
    struct itf_reader *reader = mem_new(1, sizeof *reader);
    if (reader == NULL) {
        json_stream_close(stream);
        return error_memory(err, sizeof *reader);
    }
    reader->stream = stream;
    reader->class = class;
    add_columns(reader, class->traces.parameter_names, class->traces.parameter_name_count, true);
    add_columns(reader, class->traces.variable_names, class->traces.variable_name_count, false);
    json_decoder_init(&reader->decoder, ITF_JSON_BYTES_MAX, NULL, true);
    arena_init(&reader->check_values, ITF_VALUE_BYTES_MAX);
    json_decoder_init(&reader->checker, ITF_JSON_BYTES_MAX, &reader->check_values, false);
    *ret_reader = reader;
    return OK;
}

enum status itf_reader_open(const char *path, const struct model_class *class, struct itf_reader **ret_reader,
                            struct error *err)
{
    struct json_stream *stream = NULL;
    const enum status status = json_stream_open(path, JSON_TRACES, ITF_FILE_BYTES_MAX, &stream, err);
    return status == OK ? reader_new(stream, class, ret_reader, err) : status;
}

enum status itf_reader_open_memory(const char *name, const void *text, size_t length,
                                   const struct model_class *class, struct itf_reader **ret_reader,
                                   struct error *err)
{
    struct json_stream *stream = NULL;
    const enum status status =
        json_stream_open_memory(name, JSON_TRACES, text, length, ITF_FILE_BYTES_MAX, &stream, err);
    return status == OK ? reader_new(stream, class, ret_reader, err) : status;
}

void itf_reader_close(struct itf_reader *reader)
{
    if (reader == NULL)
        return;
    json_stream_close(reader->stream);
    json_decoder_release(&reader->decoder);
    json_decoder_release(&reader->checker);
    arena_release(&reader->check_values);
    mem_free(reader);
}

size_t itf_reader_index(const struct itf_reader *reader)
{
    return reader->index;
}

size_t itf_reader_line(const struct itf_reader *reader)
{
    return reader->document.text != NULL ? reader->document.line : 1;
}

const char *itf_reader_name(const struct itf_reader *reader)
{
    return json_stream_name(reader->stream);
}

/* Has the next document ready, unless there is none. */
static enum status peek_document(struct itf_reader *reader, struct error *err)
{
    if (reader->peeked)
        return OK;
    bool found = false;
    const enum status status = json_stream_next(reader->stream, &reader->document, &found, err);
    if (status == OK && !found && !reader->at_end && reader->index == 0 && reader->document.text == NULL) {
        reader->at_end = true;
        return error_set(err, ERR_DATA, "%s: holds no trace", itf_reader_name(reader));
    }
    if (status != OK || !found) {
        reader->at_end = true;
        return status;
    }
    reader->peeked = true;
    reader->index = reader->document.index;
    return OK;
}

/* What the first of the keys that either form must have says. */
static enum itf_document kind_of(const struct json_document *document)
{
    static const char *const trace_keys[] = {"#meta", "params", "vars", "loop", "states"};
    struct json_cursor cursor;
    struct json_slice key, value;
    bool found = true;
    json_cursor_init(&cursor, document->text, document->length, document->line, document->column);
    if (json_open(&cursor, '{', "the document", NULL) != OK)
        return ITF_TRACE;
    while (json_next_member(&cursor, &key, &found, NULL) == OK && found) {
        if (json_key_is(&key, "format"))
            return ITF_SCHEDULE;
        for (size_t i = 0; i < sizeof trace_keys / sizeof *trace_keys; i++) {
            if (json_key_is(&key, trace_keys[i]))
                return ITF_TRACE;
        }
        if (json_skip(&cursor, &value, NULL) != OK)
            break;
    }
    return ITF_TRACE;
}

enum status itf_reader_peek(struct itf_reader *reader, enum itf_document *ret_document, struct error *err)
{
    const enum status status = peek_document(reader, err);
    if (status == OK)
        *ret_document = reader->peeked ? kind_of(&reader->document) : ITF_END;
    return status;
}

enum status itf_reader_next_text(struct itf_reader *reader, const char **ret_text, size_t *ret_length,
                                 struct error *err)
{
    const enum status status = peek_document(reader, err);
    if (status != OK)
        return status;
    *ret_text = reader->peeked ? reader->document.text : NULL;
    *ret_length = reader->peeked ? reader->document.length : 0;
    reader->peeked = false;
    return OK;
}

/* --- one state --- */

static struct column *find_column(struct itf_reader *reader, const struct json_slice *key)
{
    for (size_t i = 0; i < reader->column_count; i++) {
        if (json_key_is(key, reader->columns[i].name))
            return &reader->columns[i];
    }
    return NULL;
}

/* A parameter that is written in another way than in the first state must still be the same value. */
static enum status check_parameter(struct itf_reader *reader, const struct column *column,
                                   const struct json_slice *text, struct error *err)
{
    struct value value;
    arena_clear(&reader->check_values);
    enum status status = json_decode(&reader->checker, text, &value, err);
    if (status != OK || value_compare(&column->value, &value) == 0)
        return status;
    struct buffer difference;
    buffer_init(&difference);
    value_describe_difference(&difference, &column->value, &value);
    status = error_set(err, ERR_DATA, "another value than in state 0: %s", difference.text);
    buffer_release(&difference);
    return status;
}

static enum status read_column(struct itf_reader *reader, struct column *column,
                               const struct json_slice *text, bool is_initial, struct error *err)
{
    if (column->seen)
        return error_set(err, ERR_DATA, "is there twice");
    column->seen = true;
    if (!is_initial && column->text.length == text->length &&
        memcmp(column->text.bytes, text->bytes, text->length) == 0)
        return OK;
    enum status status;
    if (!is_initial && column->is_parameter)
        return check_parameter(reader, column, text, err);
    status = json_decode(&reader->decoder, text, &column->value, err);
    column->text = *text;
    return status;
}

/* Makes a record of the columns of one sort. */
static enum status make_record(const struct itf_reader *reader, bool of_parameters, struct arena *arena,
                               struct value *ret_record, struct error *err)
{
    struct value *pairs = value_room(arena, 2 * reader->column_count);
    size_t count = 0;
    if (pairs == NULL)
        return json_arena_refused(arena, 2 * reader->column_count * sizeof *pairs, "the trace", err);
    for (size_t i = 0; i < reader->column_count; i++) {
        const struct column *column = &reader->columns[i];
        if (column->is_parameter != of_parameters)
            continue;
        pairs[2 * count] = value_string(column->name);
        pairs[2 * count + 1] = column->value;
        count++;
    }
    *ret_record = value_record(pairs, count);
    return OK;
}

/* Remembers the name of a variable that is none of the model's, as it stands in the file. */
static enum status note_other(struct itf_trace *trace, const struct json_slice *key, struct error *err)
{
    for (size_t i = 0; i < trace->other_variable_count; i++) {
        const char *known = trace->other_variables[i];
        if (strlen(known) == key->length && memcmp(known, key->bytes, key->length) == 0)
            return OK;
    }
    if (trace->other_variable_count == ITF_OTHERS_MAX) {
        trace->has_more_others = true;
        return OK;
    }
    const char *name = arena_copy(&trace->arena, key->bytes, key->length);
    if (name == NULL)
        return json_arena_refused(&trace->arena, key->length + 1, "the trace", err);
    trace->other_variables[trace->other_variable_count++] = name;
    return OK;
}

static enum status read_state(struct itf_reader *reader, struct json_cursor *cursor, struct itf_trace *trace,
                              struct value *ret_state, struct error *err)
{
    const bool is_initial = trace->state_count == 0;
    for (size_t i = 0; i < reader->column_count; i++)
        reader->columns[i].seen = false;
    enum status status = json_open(cursor, '{', "a state", err);
    while (status == OK) {
        struct json_slice key, text;
        bool found = false;
        status = json_next_member(cursor, &key, &found, err);
        if (status != OK || !found)
            break;
        status = json_skip(cursor, &text, err);
        if (status != OK || json_key_is_mark(&key))
            continue;
        struct column *column = find_column(reader, &key);
        if (column == NULL) {
            status = note_other(trace, &key, err);
            continue;
        }
        status = read_column(reader, column, &text, is_initial, err);
        if (status != OK)
            return error_prefix(err, status, "%s: ", column->name);
    }
    for (size_t i = 0; status == OK && i < reader->column_count; i++) {
        const struct column *column = &reader->columns[i];
        /* Parameters are constants: what the initial state says of them holds for the rest. */
        if (!column->seen && (is_initial || !column->is_parameter))
            return error_set(
                err, ERR_DATA, is_initial ? "no %s \"%s\"; is this a trace of %s?" : "no %s \"%s\"",
                column->is_parameter ? "parameter" : "variable", column->name, reader->class->name);
    }
    return status == OK ? make_record(reader, false, &trace->arena, ret_state, err) : status;
}

static enum status read_states(struct itf_reader *reader, struct json_cursor *cursor, struct itf_trace *trace,
                               struct error *err)
{
    enum status status = json_open(cursor, '[', "states", err);
    while (status == OK) {
        bool found = false;
        status = json_next_element(cursor, &found, err);
        if (status != OK || !found)
            break;
        if (trace->state_count >= ITF_STATES_MAX)
            return error_set(err, ERR_DATA, "more than %zu states", ITF_STATES_MAX);
        void *states = trace->states;
        if (mem_reserve(&states, &trace->state_capacity, trace->state_count + 1, sizeof *trace->states) != OK)
            return error_memory(err, (trace->state_count + 1) * sizeof *trace->states);
        trace->states = states;
        status = read_state(reader, cursor, trace, &trace->states[trace->state_count], err);
        if (status != OK)
            return cursor->failed ? status : error_prefix(err, status, "state %zu: ", trace->state_count);
        trace->state_count++;
    }
    return status;
}

/* --- what stands around the states --- */

/* The texts of the top level's members that wait until the states are there. */
struct outline {
    struct itf_meta meta;
    struct json_slice params, vars; /* no bytes: absent */
    bool has_meta, has_states;
};

static enum status read_outline(struct itf_reader *reader, struct json_cursor *cursor,
                                struct itf_trace *trace, struct outline *outline, struct error *err)
{
    enum status status = json_open(cursor, '{', "a trace", err);
    while (status == OK) {
        struct json_slice key, value;
        bool found = false;
        bool twice = false;
        status = json_next_member(cursor, &key, &found, err);
        if (status != OK || !found)
            break;
        struct json_slice *names = json_key_is(&key, "params") ? &outline->params
                                   : json_key_is(&key, "vars") ? &outline->vars
                                                               : NULL;
        if (json_key_is(&key, "#meta")) {
            twice = outline->has_meta;
            outline->has_meta = true;
            if (!twice)
                status = itf_meta_scan(cursor, &outline->meta, err);
        } else if (json_key_is(&key, "states")) {
            twice = outline->has_states;
            outline->has_states = true;
            if (!twice)
                status = read_states(reader, cursor, trace, err);
        } else if (names != NULL) {
            twice = names->bytes != NULL;
            status = json_skip(cursor, names, err);
        } else {
            status = json_skip(cursor, &value, err);
        }
        if (status == OK && twice)
            status = error_set(err, ERR_DATA, "\"%.*s\" is there twice", (int)key.length, key.bytes);
    }
    return status == OK ? json_finish(cursor, err) : status;
}

/* params and vars may be missing; when they are there, they name what the class has, in any order, once or
 * more (Quint names some twice), and whatever else the states hold. */
static enum status check_names(struct itf_reader *reader, const struct json_slice *text, const char *key,
                               bool of_parameters, struct error *err)
{
    struct value names;
    if (text->bytes == NULL || json_slice_is_null(text))
        return OK;
    const enum status status = json_decode(&reader->decoder, text, &names, err);
    if (status != OK)
        return error_prefix(err, status, "%s: ", key);
    if (names.kind != VALUE_LIST)
        return error_set(err, ERR_DATA, "%s: an array of names expected", key);
    for (size_t c = 0; c < reader->column_count; c++) {
        bool found = reader->columns[c].is_parameter != of_parameters;
        for (size_t i = 0; i < names.count && !found; i++)
            found = value_is_string(&names.items[i], reader->columns[c].name);
        if (!found)
            return error_set(err, ERR_DATA, "%s: \"%s\" is missing; is this a trace of %s?", key,
                             reader->columns[c].name, reader->class->name);
    }
    return OK;
}

/* *ret_located is set when the message tells the line already. */
static enum status read_document(struct itf_reader *reader, struct itf_trace *trace, bool *ret_located,
                                 struct error *err)
{
    const struct json_document *document = &reader->document;
    struct outline outline = {0};
    struct json_cursor cursor;
    json_cursor_init(&cursor, document->text, document->length, document->line, document->column);
    enum status status = read_outline(reader, &cursor, trace, &outline, err);
    *ret_located = cursor.failed;
    /* Why else it cannot be read is of no interest then. */
    if (!cursor.failed && outline.has_meta)
        status = itf_meta_check_model(&outline.meta, reader->class, &reader->decoder, status, err);
    if (status == OK && !outline.has_states)
        status = error_set(err, ERR_DATA, "no \"states\"");
    if (status == OK && trace->state_count == 0)
        status = error_set(err, ERR_DATA, "states: at least one state expected, found none");
    if (status == OK)
        status = check_names(reader, &outline.params, "params", true, err);
    if (status == OK)
        status = check_names(reader, &outline.vars, "vars", false, err);
    if (status == OK)
        status = make_record(reader, true, &trace->arena, &trace->parameters, err);
    if (status == OK)
        status =
            reader->class->traces.instance_of_value(reader->class, &trace->parameters, &trace->instance, err);
    if (status == OK)
        status = itf_meta_read(&outline.meta, reader->class, &reader->decoder, trace, err);
    return status;
}

enum status itf_reader_next(struct itf_reader *reader, struct itf_trace *trace, bool *ret_found,
                            struct error *err)
{
    enum status status = peek_document(reader, err);
    if (status != OK)
        return status;
    if (!reader->peeked) {
        *ret_found = false;
        return OK;
    }
    reader->peeked = false;
    if (kind_of(&reader->document) == ITF_SCHEDULE)
        return error_set(err, ERR_DATA, "%s: trace %zu: a schedule, where a trace with states was expected",
                         itf_reader_name(reader), reader->index);
    itf_trace_clear(trace);
    json_decoder_forget(&reader->decoder);
    reader->decoder.values = &trace->arena;
    bool located = false;
    status = read_document(reader, trace, &located, err);
    if (status == OK) {
        trace->index = reader->index;
        trace->file = arena_copy(&trace->arena, itf_reader_name(reader), strlen(itf_reader_name(reader)));
        if (trace->file == NULL)
            status = error_memory(err, strlen(itf_reader_name(reader)) + 1);
    }
    if (status != OK) {
        itf_trace_clear(trace);
        if (located)
            return error_prefix(err, status, "%s:", itf_reader_name(reader));
        return error_prefix(err, status, "%s: trace %zu: ", itf_reader_name(reader), reader->index);
    }
    *ret_found = true;
    return OK;
}
