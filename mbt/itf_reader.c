/* SPDX-License-Identifier: Apache-2.0 */
#include "mbt/itf_reader.h"

#include <assert.h>
#include <string.h>

#include "base/memory.h"
#include "mbt/itf_meta.h"
#include "mbt/json_decoder.h"
#include "mbt/json_stream.h"

static_assert(ITF_NESTING_MAX == JSON_NESTING_MAX, "the reader promises what the cursor keeps");
static_assert(ITF_NAMES_MAX >= TRACE_NAMES_MAX, "a trace of a class is one of any model, too");

/* A parameter or variable, and what it was in the state before: most do not change from one state to the
 * next, and then their text is the same, and so is the value. */
struct column {
    const char *name;
    bool is_parameter;
    bool seen;         /* in this state */
    size_t missing_at; /* the first state without it; ITF_NO_STATE: none */
    struct json_slice text;
    struct value value;
};

struct itf_reader {
    struct json_stream *stream;
    const struct model_class *class;
    struct column columns[ITF_NAMES_MAX]; /* in the order of a state's keys: by their bytes */
    size_t column_count;
    bool takes_any; /* the columns are those of the trace at hand */

    bool peeked, at_end;
    struct json_document document; /* when peeked and not at_end */
    size_t index;                  /* of the document that was read last */

    struct json_decoder decoder; /* into the trace's arena */
    struct json_decoder checker; /* for what is only compared */
    struct arena check_values;
};

void itf_trace_init(struct itf_trace *trace)
{
    *trace = (struct itf_trace){.file = "", .violation = ITF_NO_STATE};
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

/* Empty; keeps its memory. */
static void clear(struct itf_trace *trace)
{
    trace_clear(&trace->head);
    arena_clear(&trace->arena);
    *trace = (struct itf_trace){.file = "",
                                .violation = ITF_NO_STATE,
                                .head = trace->head,
                                .states = trace->states,
                                .state_capacity = trace->state_capacity,
                                .arena = trace->arena};
}

static struct column *add_column(struct itf_reader *reader, const char *name, bool is_parameter)
{
    assert(reader->column_count < ITF_NAMES_MAX && strlen(name) < JSON_KEY_MAX);
    size_t at = reader->column_count++;
    for (; at > 0 && strcmp(reader->columns[at - 1].name, name) > 0; at--)
        reader->columns[at] = reader->columns[at - 1];
    reader->columns[at] =
        (struct column){.name = name, .is_parameter = is_parameter, .missing_at = ITF_NO_STATE};
    return &reader->columns[at];
}

static void add_columns(struct itf_reader *reader, const char *const *names, size_t count, bool is_parameter)
{
    for (size_t i = 0; i < count; i++)
        (void)add_column(reader, names[i], is_parameter);
}

void itf_reader_take_any(struct itf_reader *reader)
{
    reader->takes_any = true;
    reader->column_count = 0;
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
    if (class != NULL) {
        add_columns(reader, class->traces.parameter_names, class->traces.parameter_name_count, true);
        add_columns(reader, class->traces.variable_names, class->traces.variable_name_count, false);
    }
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

/* A key that no column has: of the first state of a trace of any model it is a new one. *ret_column is NULL
 * when it is skipped. */
static enum status meet_key(struct itf_reader *reader, struct itf_trace *trace, const struct json_slice *key,
                            struct column **ret_column, struct error *err)
{
    *ret_column = NULL;
    if (!reader->takes_any)
        return note_other(trace, key, err);
    const int shown = key->length < 60 ? (int)key->length : 60;
    if (trace->state_count > 0)
        return error_set(err, ERR_DATA, "the variable \"%.*s\" is not in state 0", shown, key->bytes);
    if (reader->column_count == ITF_NAMES_MAX || key->length >= JSON_KEY_MAX)
        return error_set(err, ERR_DATA, "\"%.*s\": more than %d variables, or a name of %d bytes or more",
                         shown, key->bytes, ITF_NAMES_MAX, JSON_KEY_MAX);
    char *name = arena_new(&trace->arena, key->length + 1, 1);
    if (name == NULL)
        return json_arena_refused(&trace->arena, key->length + 1, "the trace", err);
    name[json_unescape(key, name)] = '\0';
    *ret_column = add_column(reader, name, false);
    return OK;
}

/* All columns must have been in the state. Parameters are constants: what the initial state says of them holds
 * for the rest. Which ones of any model are parameters shows later. */
static enum status check_columns(struct itf_reader *reader, const struct itf_trace *trace, struct error *err)
{
    const bool is_initial = trace->state_count == 0;
    for (size_t i = 0; i < reader->column_count; i++) {
        struct column *column = &reader->columns[i];
        if (column->seen || (!is_initial && column->is_parameter))
            continue;
        if (!reader->takes_any)
            return error_set(
                err, ERR_DATA, is_initial ? "no %s \"%s\"; is this a trace of %s?" : "no %s \"%s\"",
                column->is_parameter ? "parameter" : "variable", column->name, reader->class->name);
        if (column->missing_at == ITF_NO_STATE)
            column->missing_at = trace->state_count;
    }
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
        if (column == NULL)
            status = meet_key(reader, trace, &key, &column, err);
        if (column == NULL || status != OK)
            continue;
        status = read_column(reader, column, &text, is_initial, err);
        if (status != OK)
            return error_prefix(err, status, "%s: ", column->name);
    }
    if (status == OK)
        status = check_columns(reader, trace, err);
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

/* The texts of a list of names. Absent or null is an empty one. */
static enum status read_names(struct itf_reader *reader, const struct json_slice *text, const char *key,
                              struct value *ret_names, struct error *err)
{
    *ret_names = value_list(NULL, 0);
    if (text->bytes == NULL || json_slice_is_null(text))
        return OK;
    const enum status status = json_decode(&reader->decoder, text, ret_names, err);
    if (status != OK)
        return error_prefix(err, status, "%s: ", key);
    return ret_names->kind == VALUE_LIST ? OK
                                         : error_set(err, ERR_DATA, "%s: an array of names expected", key);
}

static bool has_name(const struct value *names, const char *name)
{
    for (uint32_t i = 0; i < names->count; i++) {
        if (value_is_string(&names->items[i], name))
            return true;
    }
    return false;
}

/* params and vars may be missing; when they are there, they name what the class has, in any order, once or
 * more (Quint names some twice), and whatever else the states hold. */
static enum status check_names(struct itf_reader *reader, const struct json_slice *text, const char *key,
                               bool of_parameters, struct error *err)
{
    struct value names;
    const enum status status = read_names(reader, text, key, &names, err);
    if (status != OK || text->bytes == NULL || json_slice_is_null(text))
        return status;
    for (size_t c = 0; c < reader->column_count; c++) {
        const struct column *column = &reader->columns[c];
        if (column->is_parameter == of_parameters && !has_name(&names, column->name))
            return error_set(err, ERR_DATA, "%s: \"%s\" is missing; is this a trace of %s?", key,
                             column->name, reader->class->name);
    }
    return OK;
}

/* --- a trace of any model --- */

/* Which of the names are the parameters, and that the others are in all states. */
static enum status sort_names(struct itf_reader *reader, const struct outline *outline, struct error *err)
{
    struct value params, vars;
    enum status status = read_names(reader, &outline->params, "params", &params, err);
    if (status == OK)
        status = read_names(reader, &outline->vars, "vars", &vars, err);
    for (size_t c = 0; status == OK && c < reader->column_count; c++) {
        struct column *column = &reader->columns[c];
        column->is_parameter = has_name(&params, column->name);
        if (!column->is_parameter && column->missing_at != ITF_NO_STATE)
            status =
                error_set(err, ERR_DATA, "state %zu: no variable \"%s\"", column->missing_at, column->name);
    }
    for (uint32_t i = 0; status == OK && i < params.count + vars.count; i++) {
        const struct value *name = i < params.count ? &params.items[i] : &vars.items[i - params.count];
        bool found = false;
        for (size_t c = 0; c < reader->column_count; c++)
            found = found || value_is_string(name, reader->columns[c].name);
        if (!found)
            status =
                error_set(err, ERR_DATA, "%s: \"%.60s\" is in no state", i < params.count ? "params" : "vars",
                          name->kind == VALUE_STRING ? name->text : "(no string)");
    }
    return status;
}

/* The states were read before it was known which of their variables are parameters. */
static enum status leave_parameters_out(const struct itf_reader *reader, struct itf_trace *trace,
                                        struct error *err)
{
    size_t variables = 0;
    for (size_t c = 0; c < reader->column_count; c++)
        variables += !reader->columns[c].is_parameter;
    for (size_t s = 0; variables < reader->column_count && s < trace->state_count; s++) {
        struct value *pairs = value_room(&trace->arena, 2 * variables + 1);
        size_t count = 0;
        if (pairs == NULL)
            return json_arena_refused(&trace->arena, 2 * variables * sizeof *pairs, "the trace", err);
        for (size_t c = 0; c < reader->column_count;
             c++) { /* the record's fields are in the columns' order */
            if (reader->columns[c].is_parameter)
                continue;
            pairs[2 * count] = trace->states[s].items[2 * c];
            pairs[2 * count + 1] = trace->states[s].items[2 * c + 1];
            count++;
        }
        trace->states[s] = value_record(pairs, count);
    }
    return OK;
}

static bool has_all(const struct value *record, const char *const *names, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (value_field(record, names[i]) == NULL)
            return false;
    }
    return true;
}

static bool is_of_class(const struct model_class *class, const struct itf_trace *trace)
{
    return class != NULL &&
           has_all(&trace->parameters, class->traces.parameter_names, class->traces.parameter_name_count) &&
           has_all(&trace->states[0], class->traces.variable_names, class->traces.variable_name_count);
}

static enum status finish_any(struct itf_reader *reader, const struct outline *outline,
                              struct itf_trace *trace, struct error *err)
{
    enum status status = sort_names(reader, outline, err);
    if (status == OK)
        status = leave_parameters_out(reader, trace, err);
    if (status == OK)
        status = make_record(reader, true, &trace->arena, &trace->parameters, err);
    if (status != OK)
        return status;
    /* What only looks like one is another model's. */
    struct error ignored;
    trace->is_of_class =
        is_of_class(reader->class, trace) &&
        itf_meta_check_model(&outline->meta, reader->class, &reader->decoder, OK, &ignored) == OK &&
        reader->class->traces.instance_of_value(reader->class, &trace->parameters, &trace->instance,
                                                &ignored) == OK;
    status = itf_meta_read(&outline->meta, trace->is_of_class ? reader->class : NULL, &reader->decoder, trace,
                           err);
    if (status == OK && trace->violation == ITF_NO_STATE && trace->property_name == NULL &&
        itf_meta_is_violation(&outline->meta))
        trace->violation = trace->state_count - 1;
    return status;
}

/* *ret_located is set when the message tells the line already. */
static enum status read_document(struct itf_reader *reader, struct itf_trace *trace, bool *ret_located,
                                 struct error *err)
{
    const struct json_document *document = &reader->document;
    struct outline outline = {0};
    struct json_cursor cursor;
    if (reader->takes_any)
        reader->column_count = 0;
    json_cursor_init(&cursor, document->text, document->length, document->line, document->column);
    enum status status = read_outline(reader, &cursor, trace, &outline, err);
    *ret_located = cursor.failed;
    /* Why else it cannot be read is of no interest then. */
    if (!cursor.failed && outline.has_meta && !reader->takes_any)
        status = itf_meta_check_model(&outline.meta, reader->class, &reader->decoder, status, err);
    if (status == OK && !outline.has_states)
        status = error_set(err, ERR_DATA, "no \"states\"");
    if (status == OK && trace->state_count == 0)
        status = error_set(err, ERR_DATA, "states: at least one state expected, found none");
    if (status == OK && reader->takes_any)
        return finish_any(reader, &outline, trace, err);
    trace->is_of_class = true;
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
    clear(trace);
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
        clear(trace);
        if (located)
            return error_prefix(err, status, "%s:", itf_reader_name(reader));
        return error_prefix(err, status, "%s: trace %zu: ", itf_reader_name(reader), reader->index);
    }
    *ret_found = true;
    return OK;
}
