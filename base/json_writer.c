/* SPDX-License-Identifier: Apache-2.0 */
#include "base/json_writer.h"

#include <assert.h>
#include <float.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/uri.h"
#include "base/utf8.h"

void json_writer_init(struct json_writer *writer, enum json_form form)
{
    json_writer_init_part(writer, form, 0);
}

void json_writer_init_part(struct json_writer *writer, enum json_form form, unsigned outer)
{
    *writer = (struct json_writer){.form = form, .outer = outer};
    buffer_init(&writer->out);
}

void json_writer_release(struct json_writer *writer)
{
    buffer_release(&writer->out);
}

enum status json_writer_status(const struct json_writer *writer, struct error *err)
{
    assert(writer->depth == 0);
    return buffer_status(&writer->out, err);
}

enum status json_writer_save(struct json_writer *writer, const char *path, struct error *err)
{
    buffer_char(&writer->out, '\n');
    enum status status = json_writer_status(writer, err);
    if (status == OK)
        status = file_write_whole(path, writer->out.text, writer->out.length, err);
    json_writer_release(writer);
    return status;
}

static void new_line(struct json_writer *writer)
{
    buffer_char(&writer->out, '\n');
    for (unsigned i = 0; i < writer->outer + writer->depth; i++)
        buffer_char(&writer->out, '\t');
}

/* What stands before a value: a comma, its key. */
static void begin_value(struct json_writer *writer, const char *key)
{
    const bool pretty = writer->form == JSON_PRETTY;
    assert((key != NULL) == (writer->depth > 0 && writer->closing[writer->depth - 1] == '}'));
    if (writer->depth > 0 && !writer->first)
        buffer_string(&writer->out, pretty && key == NULL ? ", " : ",");
    writer->first = false;
    if (key == NULL)
        return;
    if (pretty)
        new_line(writer);
    buffer_json(&writer->out, key);
    buffer_string(&writer->out, pretty ? ":\t" : ":");
}

static void open_bracket(struct json_writer *writer, const char *key, char opening, char closing)
{
    begin_value(writer, key);
    assert(writer->depth < JSON_WRITER_DEPTH_MAX);
    buffer_char(&writer->out, opening);
    writer->closing[writer->depth++] = closing;
    writer->first = true;
}

void json_add_object(struct json_writer *writer, const char *key)
{
    open_bracket(writer, key, '{', '}');
}

void json_add_array(struct json_writer *writer, const char *key)
{
    open_bracket(writer, key, '[', ']');
}

void json_end(struct json_writer *writer)
{
    assert(writer->depth > 0);
    const char closing = writer->closing[--writer->depth];
    if (closing == '}' && writer->form == JSON_PRETTY)
        new_line(writer);
    buffer_char(&writer->out, closing);
    writer->first = false;
}

void json_add_text(struct json_writer *writer, const char *key, const char *text)
{
    begin_value(writer, key);
    if (text == NULL)
        buffer_string(&writer->out, "null");
    else
        buffer_json(&writer->out, text);
}

void json_add_number(struct json_writer *writer, const char *key, double number)
{
    char text[32] = "null";
    begin_value(writer, key);
    if (isfinite(number)) {
        (void)snprintf(text, sizeof text, "%.15g", number);
        const double again = strtod(text, NULL);
        if (fabs(again - number) > fmax(fabs(again), fabs(number)) * DBL_EPSILON)
            (void)snprintf(text, sizeof text, "%.17g", number);
    }
    buffer_string(&writer->out, text);
}

void json_add_count(struct json_writer *writer, const char *key, uint64_t count)
{
    json_add_number(writer, key, (double)count);
}

void json_add_seed(struct json_writer *writer, const char *key, uint64_t seed)
{
    begin_value(writer, key);
    buffer_format(&writer->out, "\"%" PRIu64 "\"", seed);
}

void json_add_bool(struct json_writer *writer, const char *key, bool truth)
{
    begin_value(writer, key);
    buffer_string(&writer->out, truth ? "true" : "false");
}

void json_add_null(struct json_writer *writer, const char *key)
{
    json_add_text(writer, key, NULL);
}

void json_add_numbers(struct json_writer *writer, const char *key, const double *numbers, size_t count)
{
    json_add_array(writer, key);
    for (size_t i = 0; i < count; i++)
        json_add_number(writer, NULL, numbers[i]);
    json_end(writer);
}

void json_add_texts(struct json_writer *writer, const char *key, const char *const *texts, size_t count)
{
    json_add_array(writer, key);
    for (size_t i = 0; i < count; i++)
        json_add_text(writer, NULL, texts[i]);
    json_end(writer);
}

static bool is_utf8(const char *text)
{
    size_t left = strlen(text);
    for (size_t bytes; left > 0; text += bytes, left -= bytes) {
        bytes = utf8_length(text, left);
        if (bytes == 0)
            return false;
    }
    return true;
}

void json_add_file(struct json_writer *writer, const char *path)
{
    json_add_text(writer, "file", path);
    if (is_utf8(path))
        return;
    struct buffer uri;
    buffer_init(&uri);
    uri_of_path(&uri, path);
    json_add_text(writer, "file_uri", uri.text);
    writer->out.failed = writer->out.failed || uri.failed;
    buffer_release(&uri);
}

void json_add_written(struct json_writer *writer, const char *key, const struct json_writer *part)
{
    assert(part->depth == 0);
    begin_value(writer, key);
    buffer_append(&writer->out, part->out.text, part->out.length);
    writer->out.failed = writer->out.failed || part->out.failed;
}
