/* SPDX-License-Identifier: Apache-2.0 */
#include "mbt/schedule.h"

#include <inttypes.h>
#include <string.h>

#include "mbt/itf_reader.h"
#include "mbt/itf_writer.h"
#include "mbt/json_decoder.h"

#define FORMAT         "wunderspec-check-schedule-v2"
#define ENGINE         "wunderspec"
#define REPRESENTATION "values"
#define STEP_BYTES_MAX ((size_t)64 << 20) /* of the values of one step */

/* --- writing --- */

static enum status write_step(const struct model *model, const struct literal *literal,
                              const struct step *step, struct arena *arena, struct buffer *out,
                              struct error *err)
{
    struct value samples[SAMPLES_MAX];
    size_t count = 0;
    arena_clear(arena);
    const enum status status = model->class->traces.schedule_samples(literal, step, arena, samples, &count);
    if (status != OK)
        return error_set(err, status, "no memory for the samples");
    buffer_format(out, ",\n    [\n      {\n        \"choice\": %" PRIu32 "\n      }",
                  move_action(step->move));
    for (size_t i = 0; i < count; i++) {
        buffer_string(out, ",\n      {\n        \"sample_value\": ");
        itf_write_value(&samples[i], 4, out);
        buffer_string(out, "\n      }");
    }
    buffer_string(out, "\n    ]");
    return buffer_status(out, err);
}

/* Two literal states walk along: ahead finds whether a step can be taken, since only then its choices mean
 * anything; the samples are then those of the state before the step. */
static enum status write_steps(const struct model *model, const struct trace *trace, struct literal *ahead,
                               struct literal *behind, struct buffer *out, struct error *err)
{
    const struct model_class *class = model->class;
    struct arena arena;
    arena_init(&arena, STEP_BYTES_MAX);
    enum status status = OK;
    for (size_t i = 0; i < trace->step_count && status == OK; i++) {
        struct step step;
        trace_step_at(trace, i, &step);
        status = class->traces.literal_apply(ahead, &step, err);
        if (status == OK)
            status = write_step(model, behind, &step, &arena, out, err);
        if (status == OK)
            status = class->traces.literal_apply(behind, &step, err);
        if (status != OK)
            (void)error_prefix(err, status, "step %zu: ", i + 1);
    }
    arena_release(&arena);
    return status;
}

enum status schedule_write(const struct model *model, const struct trace *trace, struct buffer *out,
                           struct error *err)
{
    const struct model_class *class = model->class;
    struct literal *ahead = class->traces.literal_new(model);
    struct literal *behind = class->traces.literal_new(model);
    enum status status = OK;
    if (ahead == NULL || behind == NULL) {
        status = error_memory(err, 1);
        goto out;
    }
    buffer_string(out, "{\n  \"format\": \"" FORMAT "\",\n  \"engine\": \"" ENGINE
                       "\",\n  \"representation\": \"" REPRESENTATION "\",\n  \"steps\": [\n    []");
    status = write_steps(model, trace, ahead, behind, out, err);
    buffer_string(out, "\n  ]\n}\n");
    if (status == OK)
        status = buffer_status(out, err);
out:
    if (ahead != NULL)
        class->traces.literal_free(ahead);
    if (behind != NULL)
        class->traces.literal_free(behind);
    return status;
}

/* --- reading --- */

struct schedule_reader {
    const struct model *model;
    struct json_cursor cursor;
    struct json_decoder decoder;
    struct arena values; /* of one step */
    struct literal *literal;
    struct trace *trace;
    bool has_format, has_steps;
};

/* {"choice": k} or {"sample_value": v}: the text of the one member, whose key is name. */
static enum status read_item(struct schedule_reader *reader, const char *name, struct json_slice *ret_text,
                             struct error *err)
{
    struct json_cursor *cursor = &reader->cursor;
    struct json_slice key;
    bool found = false;
    enum status status = json_open(cursor, '{', name, err);
    const size_t start = cursor->at;
    if (status == OK)
        status = json_next_member(cursor, &key, &found, err);
    if (status == OK && (!found || !json_key_is(&key, name)))
        status = json_error_at(cursor, start, err, "an object with the key \"%s\" expected", name);
    if (status == OK)
        status = json_skip(cursor, ret_text, err);
    if (status == OK)
        status = json_next_member(cursor, &key, &found, err);
    if (status == OK && found)
        status = json_error_at(cursor, start, err, "an object with the key \"%s\" alone expected", name);
    return status;
}

static enum status read_samples(struct schedule_reader *reader, struct value *samples, size_t *ret_count,
                                struct error *err)
{
    size_t count = 0;
    for (;;) {
        struct json_slice text;
        bool found = false;
        enum status status = json_next_element(&reader->cursor, &found, err);
        if (status != OK || !found) {
            *ret_count = count;
            return status;
        }
        status = read_item(reader, "sample_value", &text, err);
        if (status != OK)
            return status;
        if (count == SAMPLES_MAX)
            return error_set(err, ERR_DATA, "more than %d samples", SAMPLES_MAX);
        status = json_decode(&reader->decoder, &text, &samples[count], err);
        if (status != OK)
            return error_prefix(err, status, "sample %zu: ", count);
        count++;
    }
}

/* A step after the first, behind its opening bracket. */
static enum status read_step(struct schedule_reader *reader, struct error *err)
{
    const struct model_class *class = reader->model->class;
    struct value samples[SAMPLES_MAX];
    size_t count = 0;
    struct json_slice text;
    struct step step;
    uint64_t choice = 0;
    bool found = false;
    arena_clear(&reader->values);
    enum status status = json_next_element(&reader->cursor, &found, err);
    if (status == OK && !found)
        return error_set(err, ERR_DATA, "a choice expected, found an empty step");
    if (status == OK)
        status = read_item(reader, "choice", &text, err);
    if (status == OK && (!json_slice_natural(&text, &choice) || choice >= class->action_count))
        return error_set(err, ERR_DATA, "choice: an action from 0 to %zu expected, found %.*s",
                         class->action_count - 1, text.length < 60 ? (int)text.length : 60, text.bytes);
    if (status == OK)
        status = read_samples(reader, samples, &count, err);
    if (status == OK)
        status =
            class->traces.step_of_schedule(reader->literal, (uint32_t)choice, samples, count, &step, err);
    if (status == OK)
        status = class->traces.literal_apply(reader->literal, &step, err);
    if (status != OK)
        return status;
    status = trace_append(reader->trace, &step);
    if (status == ERR_DATA)
        return error_set(err, ERR_DATA, "more than %zu steps", TRACE_STEPS_MAX);
    return status == OK ? OK : error_set(err, status, "no memory for the step");
}

static enum status read_steps(struct schedule_reader *reader, struct error *err)
{
    struct json_cursor *cursor = &reader->cursor;
    size_t index = 0;
    enum status status = json_open(cursor, '[', "steps", err);
    for (; status == OK; index++) {
        bool found = false;
        status = json_next_element(cursor, &found, err);
        if (status != OK || !found)
            break;
        status = json_open(cursor, '[', "a step", err);
        if (status == OK && index == 0) {
            status = json_next_element(cursor, &found, err);
            if (status == OK && found)
                return error_set(err, ERR_DATA, "step 0: an empty array expected, for the initial state");
        } else if (status == OK) {
            status = read_step(reader, err);
            if (status != OK && !cursor->failed)
                (void)error_prefix(err, status, "step %zu: ", index);
        }
    }
    if (status == OK && index == 0)
        return error_set(err, ERR_DATA, "steps: at least the initial step expected, found none");
    return status;
}

static enum status read_constant(struct schedule_reader *reader, const char *name, const char *expected,
                                 struct error *err)
{
    struct json_slice text;
    const enum status status = json_skip(&reader->cursor, &text, err);
    if (status != OK)
        return status;
    const size_t length = strlen(expected);
    if (text.length == length + 2 && memcmp(text.bytes + 1, expected, length) == 0)
        return OK;
    return error_set(err, ERR_DATA, "%s: \"%s\" expected, found %.*s", name, expected,
                     text.length < 60 ? (int)text.length : 60, text.bytes);
}

static enum status read_schedule(struct schedule_reader *reader, struct error *err)
{
    struct json_cursor *cursor = &reader->cursor;
    enum status status = json_open(cursor, '{', "a schedule", err);
    while (status == OK) {
        struct json_slice key, value;
        bool found = false;
        status = json_next_member(cursor, &key, &found, err);
        if (status != OK || !found)
            break;
        if (json_key_is(&key, "format")) {
            status = read_constant(reader, "format", FORMAT, err);
            reader->has_format = true;
        } else if (json_key_is(&key, "representation")) {
            status = read_constant(reader, "representation", REPRESENTATION, err);
        } else if (json_key_is(&key, "steps")) {
            if (reader->has_steps)
                return error_set(err, ERR_DATA, "\"steps\" is there twice");
            reader->has_steps = true;
            status = read_steps(reader, err);
        } else {
            status = json_skip(cursor, &value, err);
        }
    }
    if (status == OK)
        status = json_finish(cursor, err);
    if (status == OK && !reader->has_format)
        status = error_set(err, ERR_DATA, "no \"format\"");
    if (status == OK && !reader->has_steps)
        status = error_set(err, ERR_DATA, "no \"steps\"");
    return status;
}

enum status schedule_read(const struct model *model, const char *text, size_t length, struct trace *ret_trace,
                          struct error *err)
{
    struct schedule_reader reader = {.model = model, .trace = ret_trace};
    if (length > ITF_FILE_BYTES_MAX)
        return error_set(err, ERR_DATA, "a schedule of more than %zu MB", ITF_FILE_BYTES_MAX >> 20);
    trace_clear(ret_trace);
    reader.literal = model->class->traces.literal_new(model);
    if (reader.literal == NULL)
        return error_memory(err, 1);
    arena_init(&reader.values, STEP_BYTES_MAX);
    json_decoder_init(&reader.decoder, STEP_BYTES_MAX, &reader.values, false);
    json_cursor_init(&reader.cursor, text, length, 1, 1);
    const enum status status = read_schedule(&reader, err);
    if (status != OK)
        trace_clear(ret_trace);
    json_decoder_release(&reader.decoder);
    arena_release(&reader.values);
    model->class->traces.literal_free(reader.literal);
    return status;
}
