/* SPDX-License-Identifier: Apache-2.0 */
#include "mbt/itf_writer.h"

#include <assert.h>
#include <inttypes.h>
#include <string.h>

#define STATE_BYTES_MAX ((size_t)256 << 20) /* of the values of one state */

/* What separates members: a newline and the indentation, or nothing. */
static void new_line(struct buffer *out, int indent)
{
    static const char blanks[] = "                                ";
    if (indent == ITF_ONE_LINE)
        return;
    buffer_char(out, '\n');
    for (size_t left = 2 * (size_t)indent; left > 0;) {
        const size_t part = left < sizeof blanks - 1 ? left : sizeof blanks - 1;
        buffer_append(out, blanks, part);
        left -= part;
    }
}

static int deeper(int indent)
{
    return indent == ITF_ONE_LINE ? ITF_ONE_LINE : indent + 1;
}

static void write_key(struct buffer *out, const char *key, int indent)
{
    buffer_json(out, key);
    buffer_string(out, indent == ITF_ONE_LINE ? ":" : ": ");
}

static void write_value(struct buffer *out, const struct value *value, int indent);

/* count groups of width values, each in an array of its own when width is 2. */
static void write_array(struct buffer *out, const struct value *items, size_t count, size_t width, int indent)
{
    buffer_char(out, '[');
    const int inner = deeper(indent);
    for (size_t i = 0; i < count && !out->failed; i++) {
        if (i > 0)
            buffer_char(out, ',');
        new_line(out, inner);
        if (width == 2)
            write_array(out, &items[2 * i], 2, 1, inner);
        else
            write_value(out, &items[i], inner);
    }
    if (count > 0)
        new_line(out, indent);
    buffer_char(out, ']');
}

static void write_marked(struct buffer *out, const char *mark, const struct value *value, int indent)
{
    const int inner = deeper(indent);
    buffer_char(out, '{');
    new_line(out, inner);
    write_key(out, mark, indent);
    if (value->kind == VALUE_INT)
        buffer_format(out, "\"%" PRId64 "\"", value->number);
    else
        write_array(out, value->items, value->count, value->kind == VALUE_MAP ? 2 : 1, inner);
    new_line(out, indent);
    buffer_char(out, '}');
}

static void write_record(struct buffer *out, const struct value *record, int indent)
{
    const int inner = deeper(indent);
    buffer_char(out, '{');
    for (size_t i = 0; i < record->count && !out->failed; i++) {
        if (i > 0)
            buffer_char(out, ',');
        new_line(out, inner);
        const struct value *key = &record->items[2 * i];
        buffer_json_bytes(out, key->text, key->count);
        buffer_string(out, indent == ITF_ONE_LINE ? ":" : ": ");
        write_value(out, &record->items[2 * i + 1], inner);
    }
    if (record->count > 0)
        new_line(out, indent);
    buffer_char(out, '}');
}

static void write_value(struct buffer *out, const struct value *value, int indent)
{
    switch ((enum value_kind)value->kind) {
    case VALUE_NULL:
        buffer_string(out, "null");
        return;
    case VALUE_BOOL:
        buffer_string(out, value->number != 0 ? "true" : "false");
        return;
    case VALUE_INT:
        write_marked(out, "#bigint", value, indent);
        return;
    case VALUE_STRING:
        buffer_json_bytes(out, value->text, value->count);
        return;
    case VALUE_SET:
        write_marked(out, "#set", value, indent);
        return;
    case VALUE_MAP:
        write_marked(out, "#map", value, indent);
        return;
    case VALUE_TUPLE:
        write_marked(out, "#tup", value, indent);
        return;
    case VALUE_LIST:
        write_array(out, value->items, value->count, 1, indent);
        return;
    case VALUE_RECORD:
        write_record(out, value, indent);
        return;
    }
}

void itf_write_value(const struct value *value, int indent, struct buffer *out)
{
    write_value(out, value, indent);
}

/* --- the trace --- */

/* A key of the states. The text of a parameter is made once. */
struct column {
    const char *name;
    bool is_parameter;
    size_t start, length; /* of a parameter's text */
};

struct writer {
    const struct model *model;
    struct buffer *out;
    int indent; /* of the top level: 0 or ITF_ONE_LINE */
    struct column columns[TRACE_NAMES_MAX];
    size_t column_count;
    struct buffer parameters; /* their texts */
    struct arena arena;       /* of one state's values */
};

static void add_columns(struct writer *writer, const char *const *names, size_t count, bool is_parameter)
{
    for (size_t i = 0; i < count; i++) {
        assert(writer->column_count < TRACE_NAMES_MAX);
        size_t at = writer->column_count++;
        for (; at > 0 && strcmp(writer->columns[at - 1].name, names[i]) > 0; at--)
            writer->columns[at] = writer->columns[at - 1];
        writer->columns[at] = (struct column){.name = names[i], .is_parameter = is_parameter};
    }
}

static enum status write_parameters(struct writer *writer, struct error *err)
{
    struct value record;
    const int inner = deeper(deeper(deeper(writer->indent)));
    const enum status status =
        writer->model->class->traces.parameters_value(writer->model, &writer->arena, &record);
    if (status != OK)
        return error_set(err, status, "no memory for the values of the parameters");
    for (size_t i = 0; i < writer->column_count; i++) {
        struct column *column = &writer->columns[i];
        if (!column->is_parameter)
            continue;
        const struct value *value = value_field(&record, column->name);
        assert(value != NULL);
        column->start = writer->parameters.length;
        write_value(&writer->parameters, value, inner);
        column->length = writer->parameters.length - column->start;
    }
    return buffer_status(&writer->parameters, err);
}

static void write_names(struct writer *writer, const char *key, const char *const *names, size_t count)
{
    const int inner = deeper(writer->indent);
    new_line(writer->out, inner);
    write_key(writer->out, key, writer->indent);
    buffer_char(writer->out, '[');
    for (size_t i = 0; i < count; i++) {
        if (i > 0)
            buffer_char(writer->out, ',');
        new_line(writer->out, deeper(inner));
        buffer_json_bytes(writer->out, names[i], strlen(names[i]));
    }
    new_line(writer->out, inner);
    buffer_string(writer->out, "],");
}

static void next_meta(struct writer *writer, const char *key)
{
    buffer_char(writer->out, ',');
    new_line(writer->out, deeper(deeper(writer->indent)));
    write_key(writer->out, key, writer->indent);
}

static void write_guards(struct writer *writer)
{
    const struct model *model = writer->model;
    const int inner = deeper(deeper(writer->indent));
    bool first = true;
    if (model->instance.guards == 0)
        return;
    next_meta(writer, "guards");
    buffer_char(writer->out, '[');
    for (size_t i = 0; i < model->class->guard_count; i++) {
        if ((model->instance.guards >> i & 1) == 0)
            continue;
        if (!first)
            buffer_char(writer->out, ',');
        first = false;
        new_line(writer->out, deeper(inner));
        buffer_json_bytes(writer->out, model->class->guards[i].name, strlen(model->class->guards[i].name));
    }
    new_line(writer->out, inner);
    buffer_char(writer->out, ']');
}

static void write_meta(struct writer *writer, const struct trace *trace, const struct value *extras)
{
    struct buffer *out = writer->out;
    const int inner = deeper(writer->indent);
    new_line(out, inner);
    write_key(out, "#meta", writer->indent);
    buffer_char(out, '{');
    new_line(out, deeper(inner));
    write_key(out, "source", writer->indent);
    buffer_json_bytes(out, trace->source, strnlen(trace->source, sizeof trace->source));
    /* There are many models of people's own, and one that is compiled in. */
    if (writer->model->class->identity != 0) {
        next_meta(writer, "model");
        buffer_json_bytes(out, writer->model->class->name, strlen(writer->model->class->name));
    }
    if (trace->has_trace_seed) {
        next_meta(writer, "trace_seed");
        buffer_format(out, "%" PRIu64, trace->trace_seed);
    }
    if (trace->max_steps != 0) {
        next_meta(writer, "max_steps");
        buffer_format(out, "%" PRIu64, trace->max_steps);
    }
    if (trace->property != PROPERTY_NONE) {
        const struct property *property = &writer->model->class->properties[trace->property];
        const bool is_invariant = property->kind == PROPERTY_INVARIANT;
        next_meta(writer, "predicate_kind");
        buffer_string(out, is_invariant ? "\"invariant\"" : "\"example\"");
        next_meta(writer, "predicate_name");
        buffer_json_bytes(out, property->name, strlen(property->name));
        next_meta(writer, is_invariant ? "violation_step" : "example_step");
        buffer_format(out, "%zu", trace->property_state);
    }
    write_guards(writer);
    if (extras != NULL) {
        next_meta(writer, "lockstep");
        write_value(out, extras, deeper(inner));
    }
    new_line(out, inner);
    buffer_string(out, "},");
}

static enum status write_state(struct writer *writer, const struct literal *literal, size_t index,
                               struct error *err)
{
    struct buffer *out = writer->out;
    struct value record;
    const int state_indent = deeper(deeper(writer->indent));
    const int inner = deeper(state_indent);
    arena_clear(&writer->arena);
    const enum status status = writer->model->class->traces.literal_value(literal, &writer->arena, &record);
    if (status != OK)
        return error_set(err, status, "state %zu: no memory for its values", index);
    if (index > 0)
        buffer_char(out, ',');
    new_line(out, state_indent);
    buffer_char(out, '{');
    new_line(out, inner);
    write_key(out, "#meta", writer->indent);
    buffer_char(out, '{');
    new_line(out, deeper(inner));
    write_key(out, "step", writer->indent);
    buffer_format(out, "%zu", index);
    new_line(out, inner);
    buffer_char(out, '}');
    for (size_t i = 0; i < writer->column_count && !out->failed; i++) {
        const struct column *column = &writer->columns[i];
        buffer_char(out, ',');
        new_line(out, inner);
        write_key(out, column->name, writer->indent);
        if (column->is_parameter)
            buffer_append(out, writer->parameters.text + column->start, column->length);
        else
            write_value(out, value_field(&record, column->name), inner);
    }
    new_line(out, state_indent);
    buffer_char(out, '}');
    return buffer_status(out, err);
}

static enum status write_states(struct writer *writer, const struct trace *trace, struct error *err)
{
    const struct model_class *class = writer->model->class;
    const int inner = deeper(writer->indent);
    new_line(writer->out, inner);
    write_key(writer->out, "states", writer->indent);
    buffer_char(writer->out, '[');
    struct literal *literal = class->traces.literal_new(writer->model);
    if (literal == NULL)
        return error_memory(err, 1);
    enum status status = write_state(writer, literal, 0, err);
    for (size_t i = 0; i < trace->step_count && status == OK; i++) {
        struct step step;
        trace_step_at(trace, i, &step);
        status = class->traces.literal_apply(literal, &step, err);
        if (status == OK)
            status = write_state(writer, literal, i + 1, err);
        else
            (void)error_prefix(err, status, "step %zu: ", i + 1);
    }
    class->traces.literal_free(literal);
    new_line(writer->out, inner);
    buffer_char(writer->out, ']');
    return status;
}

static enum status write_trace(const struct model *model, const struct trace *trace,
                               const struct value *extras, enum itf_form form, struct buffer *out,
                               struct error *err)
{
    const struct model_class *class = model->class;
    struct writer writer = {.model = model, .out = out, .indent = form == ITF_PRETTY ? 0 : ITF_ONE_LINE};
    add_columns(&writer, class->traces.parameter_names, class->traces.parameter_name_count, true);
    add_columns(&writer, class->traces.variable_names, class->traces.variable_name_count, false);
    buffer_init(&writer.parameters);
    arena_init(&writer.arena, STATE_BYTES_MAX);
    buffer_char(out, '{');
    write_meta(&writer, trace, extras);
    write_names(&writer, "params", class->traces.parameter_names, class->traces.parameter_name_count);
    write_names(&writer, "vars", class->traces.variable_names, class->traces.variable_name_count);
    new_line(out, deeper(writer.indent));
    write_key(out, "loop", writer.indent);
    buffer_string(out, "null,");
    enum status status = write_parameters(&writer, err);
    if (status == OK)
        status = write_states(&writer, trace, err);
    new_line(out, writer.indent);
    buffer_string(out, "}\n");
    buffer_release(&writer.parameters);
    arena_release(&writer.arena);
    return status == OK ? buffer_status(out, err) : status;
}

enum status itf_write(const struct model *model, const struct trace *trace, enum itf_form form,
                      struct buffer *out, struct error *err)
{
    return write_trace(model, trace, NULL, form, out, err);
}

enum status itf_write_lockstep(const struct model *model, const struct trace *trace,
                               const struct value *extras, enum itf_form form, struct buffer *out,
                               struct error *err)
{
    return write_trace(model, trace, extras, form, out, err);
}
