/* SPDX-License-Identifier: Apache-2.0 */
/* What a driver may answer: one JSON object, which is taken apart and checked here. Nothing in it is trusted.
 *
 *   hello    {"ok": true, "observes": ["term", …], "controls": ["acquire", …]}
 *   reset    {"ok": true, "state": {…}, "violates": ["no_stale_write", …]}
 *   step     the same, or {"refused": "why"} or {"pending": true}
 *   observe  the same, or {"pending": true}
 *   any      {"error": "why"}
 *
 * All but the first key may be left out; a state may stand in any answer but an error. A state is a record of
 * names or paths (mbt/state_path.h) and plain JSON: integers, strings, booleans, null, arrays, objects; the
 * encodings of ITF ({"#bigint": "…"}, {"#set": […]}) are understood, too. Unknown keys are refused, since a
 * misspelt one would say nothing. One owner. */
#ifndef RACEWALK_MBT_DRIVER_DRIVER_ANSWER_H
#define RACEWALK_MBT_DRIVER_DRIVER_ANSWER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "mbt/json_decoder.h"
#include "model/value.h"

#define DRIVER_ANSWER_MAX ((size_t)1 << 20)  /* bytes of an answer */
#define DRIVER_VALUES_MAX ((size_t)64 << 20) /* bytes of its values in memory */

enum driver_question { DRIVER_HELLO, DRIVER_RESET, DRIVER_STEP, DRIVER_OBSERVE };

enum driver_reply { DRIVER_OK, DRIVER_REFUSED, DRIVER_PENDING, DRIVER_ERROR };

struct driver_answer {
    enum driver_reply reply;
    const char *why;       /* of a refusal or an error; NULL otherwise */
    struct value state;    /* a record; null: none was given */
    bool says_violates;    /* the key is there, if only with an empty list */
    struct value violates; /* a list of strings; empty when the key is not there */
    bool has_controls;     /* of a hello: the key is there */
    struct value observes; /* of a hello: lists of strings */
    struct value controls;
};

struct driver_reader; /* opaque */

enum status driver_reader_new(struct driver_reader **ret_reader, struct error *err) WARN_UNUSED;
/* NULL is fine. */
void driver_reader_free(struct driver_reader *reader);

/* The answer's texts and values are the reader's, until its next answer. ERR_DATA with what is wrong and what
 * would be right. */
enum status driver_reader_read(struct driver_reader *reader, enum driver_question question, const char *text,
                               size_t length, struct driver_answer *ret_answer,
                               struct error *err) WARN_UNUSED;

/* "hello", "reset", "step", "observe" */
const char *driver_question_name(enum driver_question question);

#endif
