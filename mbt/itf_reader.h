/* SPDX-License-Identifier: Apache-2.0 */
/* Reads traces in the Informal Trace Format (ITF, JSON): from a file, standard input or memory; plain or
 * gzip; one trace, an array of traces, or several documents after another (NDJSON).
 *
 * One trace is in memory at a time. A trace that was read has the form of a trace of the class: each state
 * has all variables, the initial state has all parameters, which may stand in other states, too, and then
 * with the same values, and they describe an instance. Variables of other tools (mbt::actionTaken) are
 * skipped, and named by other_variables. Whether it is a run of the model is another question: see
 * mbt/replay.h.
 *
 * What is read is not trusted: every size is bounded by the names below, and a failure says where (line and
 * column for JSON that is none, otherwise trace, state and variable, all counted from 0), what was expected
 * and what was found.
 *
 * Encodings: {"#bigint": "42"} or a plain integer up to 2^53; {"#set": […]}, {"#map": [[key, value], …]},
 * {"#tup": […]}, arrays are lists, other objects records, null and booleans themselves. Integers are of 64
 * bits. Other keys that begin with # are skipped, as are unknown keys of #meta and of the top level. A file
 * may begin with the byte order mark of UTF-8.
 *
 * Owner only; one reader a thread. */
#ifndef RACEWALK_MBT_ITF_READER_H
#define RACEWALK_MBT_ITF_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "model/model.h"

#define ITF_FILE_BYTES_MAX  ((size_t)256 << 20) /* of one file, decompressed */
#define ITF_VALUE_BYTES_MAX ((size_t)1 << 30)   /* of the values of one trace */
#define ITF_JSON_BYTES_MAX  ((size_t)256 << 20) /* of what waits for its end while one variable is read */
#define ITF_NESTING_MAX     64                  /* brackets within brackets in a document */
#define ITF_STATES_MAX      (TRACE_STEPS_MAX + 1)
#define ITF_OTHERS_MAX      8   /* names of skipped variables that are told */
#define ITF_NAMES_MAX       128 /* parameters and variables of a trace of any model */
#define ITF_NO_STATE        SIZE_MAX

/* A trace as its file has it. Everything in it is the trace's own, until it is released or the next is read
 * into it. */
struct itf_trace {
    const char *file; /* as the user named it */
    size_t index;     /* of the trace in its file, from 0 */

    struct instance instance; /* that the parameters describe; no guards */
    uint32_t guards;          /* by bit, that #meta names: a key of our own, there when a guard was on */

    /* What #meta says: property, property_state, trace_seed, max_steps, source. No steps: replay_itf finds
     * them. */
    struct trace head;
    const char *property_name; /* predicate_name as it stands there; NULL: none. Without a violation_step or
                                  example_step it was only looked for: head.property is PROPERTY_NONE */
    bool property_unknown;     /* the class has no such property, and head.property is PROPERTY_NONE */
    size_t violation;          /* the state that is said to violate an invariant; ITF_NO_STATE: none */
    bool is_of_class;          /* it has the form of a trace of the class; not of a model of its own */

    /* The trace is for lockstep: all that can be seen of a system is compared after each state. extras, a
     * list, is what is asked of the system beside the trace's own steps: see mbt/lockstep.h. */
    bool is_lockstep;
    struct value extras;

    struct value parameters; /* a record */
    /* The variables that the class does not have, in the order in which they came; borrowed from arena. Those
     * beyond the limit are not named. */
    const char *other_variables[ITF_OTHERS_MAX];
    size_t other_variable_count;
    bool has_more_others;
    struct value *states; /* records of the variables only: the class's, or all (itf_reader_take_any) */
    size_t state_count;   /* at least 1 */

    size_t state_capacity;
    struct arena arena; /* of the values and names */
};

void itf_trace_init(struct itf_trace *trace);
void itf_trace_release(struct itf_trace *trace);

struct itf_reader; /* opaque */

/* path "-" is standard input, called so in messages. ERR_NO_INPUT when the file cannot be opened. */
enum status itf_reader_open(const char *path, const struct model_class *class, struct itf_reader **ret_reader,
                            struct error *err) WARN_UNUSED;
/* The text of a file (not compressed), which is borrowed; name stands for the file in messages. */
enum status itf_reader_open_memory(const char *name, const void *text, size_t length,
                                   const struct model_class *class, struct itf_reader **ret_reader,
                                   struct error *err) WARN_UNUSED;
/* NULL is fine. */
void itf_reader_close(struct itf_reader *reader);

/* From now on traces of any model are taken, with all their variables, and the class may be NULL. All states of a trace
 * must have the variables of its first one; what "params" names are its parameters. Where a trace has all
 * that a trace of the class has, its instance and its claim are read, too, and is_of_class is set. A trace
 * without a claim whose #meta has the status "violation" (Quint) is said to violate something with its last
 * state. */
void itf_reader_take_any(struct itf_reader *reader);

enum itf_document { ITF_END, ITF_TRACE, ITF_SCHEDULE };

/* What comes next: a trace, a schedule (an object with the key "format"; see mbt/schedule.h), or the end.
 * Reads as far as that needs. A file without any document is ERR_DATA. May be asked again. */
enum status itf_reader_peek(struct itf_reader *reader, enum itf_document *ret_document,
                            struct error *err) WARN_UNUSED;

/* Reads the next trace into trace, which must be initialized; *ret_found is false at the end. A schedule is
 * ERR_DATA.
 *
 * After ERR_DATA the reader can be asked for the next trace, and goes on with it; where a document has no
 * end, or a limit of the file is met, the end follows. */
enum status itf_reader_next(struct itf_reader *reader, struct itf_trace *trace, bool *ret_found,
                            struct error *err) WARN_UNUSED;

/* Takes the next document as it stands, without looking into it; the text lives until the reader is asked for
 * anything else. *ret_text is NULL at the end. */
enum status itf_reader_next_text(struct itf_reader *reader, const char **ret_text, size_t *ret_length,
                                 struct error *err) WARN_UNUSED;

/* Index of the document that was read last, from 0. */
size_t itf_reader_index(const struct itf_reader *reader);
/* The line of the file where that document begins, from 1; 1 when there was none. */
size_t itf_reader_line(const struct itf_reader *reader);
/* The file as messages name it. */
const char *itf_reader_name(const struct itf_reader *reader);

#endif
