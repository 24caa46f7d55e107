/* SPDX-License-Identifier: Apache-2.0 */
/* The documents of a file, one after another: a JSON object each, or the objects of an array, or of several
 * arrays; from a path, standard input or memory, plain or gzip.
 *
 * The stream finds where a document ends (by its brackets) and holds one at a time; whether it is JSON is for
 * mbt/json.h to find. After a failure nothing follows. Owner only. */
#ifndef RACEWALK_MBT_JSON_STREAM_H
#define RACEWALK_MBT_JSON_STREAM_H

#include <stdbool.h>
#include <stddef.h>

#include "base/status.h"

struct json_stream; /* opaque */

/* One document; the text is the stream's, until the next call. */
struct json_document {
    const char *text;
    size_t length;
    size_t line, column; /* of its first byte in the file, from 1 */
    size_t index;        /* among the documents, from 0 */
};

/* What is in the file: traces in any of the forms above, or one report, which is an object and nothing else.
 */
enum json_content { JSON_TRACES, JSON_ONE_REPORT };

/* "-" is standard input. bytes_max is of the decompressed text. ERR_NO_INPUT when there is no such file, or
 * none that can be read. */
enum status json_stream_open(const char *path, enum json_content content, size_t bytes_max,
                             struct json_stream **ret_stream, struct error *err) WARN_UNUSED;
/* Borrows the text. */
enum status json_stream_open_memory(const char *name, enum json_content content, const void *text,
                                    size_t length, size_t bytes_max, struct json_stream **ret_stream,
                                    struct error *err) WARN_UNUSED;
/* NULL is fine. */
void json_stream_close(struct json_stream *stream);

/* *ret_found is false at the end. ERR_DATA (with the file's name in front), ERR_IO, ERR_MEMORY. */
enum status json_stream_next(struct json_stream *stream, struct json_document *ret_document, bool *ret_found,
                             struct error *err) WARN_UNUSED;

/* As messages name the file. */
const char *json_stream_name(const struct json_stream *stream);

#endif
