/* SPDX-License-Identifier: Apache-2.0 */
/* Writes JSON, member by member, into a buffer of its own.
 *
 * Nothing has to be checked on the way: as with a buffer, what does not fit marks the writer as failed, later
 * additions do nothing, and the owner asks once at the end. A value takes its key where it stands in an
 * object, and NULL where it stands in an array or is the document; asserts hold the caller to it, and to
 * closing what was opened. Strings may hold any bytes: what is not UTF-8 becomes U+FFFD. Numbers are doubles,
 * in 15 digits, or in 17 where 15 do not tell them apart; a 64-bit seed is written as a string. Owner only.
 */
#ifndef RACEWALK_BASE_JSON_WRITER_H
#define RACEWALK_BASE_JSON_WRITER_H

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/status.h"

#define JSON_WRITER_DEPTH_MAX 16            /* brackets within brackets */
#define JSON_NO_NUMBER        ((double)NAN) /* is written as null */

enum json_form {
    JSON_LINE,  /* no blanks */
    JSON_PRETTY /* each member on a line of its own, behind tabs; elements after one another */
};

struct json_writer {
    struct buffer out; /* what was written so far */
    enum json_form form;
    unsigned outer; /* brackets around the document, for one that becomes a part of another */
    unsigned depth;
    bool first;                          /* nothing stands in the innermost bracket yet */
    char closing[JSON_WRITER_DEPTH_MAX]; /* by depth: the bracket that ends it */
};

void json_writer_init(struct json_writer *writer, enum json_form form);
/* For a value that json_add_written puts inside of so many brackets of another document. */
void json_writer_init_part(struct json_writer *writer, enum json_form form, unsigned outer);
void json_writer_release(struct json_writer *writer);
/* ERR_MEMORY when something did not fit. Every bracket must be closed. */
enum status json_writer_status(const struct json_writer *writer, struct error *err) WARN_UNUSED;

/* Writes the document and a line's end to path, whole or not at all, and releases the writer. */
enum status json_writer_save(struct json_writer *writer, const char *path, struct error *err) WARN_UNUSED;

void json_add_object(struct json_writer *writer, const char *key);
void json_add_array(struct json_writer *writer, const char *key);
/* Closes what was opened last. */
void json_end(struct json_writer *writer);

void json_add_text(struct json_writer *writer, const char *key, const char *text); /* NULL: null */
void json_add_number(struct json_writer *writer, const char *key, double number);  /* not finite: null */
void json_add_count(struct json_writer *writer, const char *key, uint64_t count);  /* exact up to 2^53 */
void json_add_seed(struct json_writer *writer, const char *key, uint64_t seed);    /* as a string */
void json_add_bool(struct json_writer *writer, const char *key, bool truth);
void json_add_null(struct json_writer *writer, const char *key);
/* [a, b, …] */
void json_add_numbers(struct json_writer *writer, const char *key, const double *numbers, size_t count);
void json_add_texts(struct json_writer *writer, const char *key, const char *const *texts, size_t count);
/* Adds "file", and where the path is not UTF-8, so that "file" cannot hold it, "file_uri" with its bytes
 * (base/uri.h). */
void json_add_file(struct json_writer *writer, const char *path);
/* What another writer has written; its failure is then this one's, too. */
void json_add_written(struct json_writer *writer, const char *key, const struct json_writer *part);

#endif
