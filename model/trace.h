/* SPDX-License-Identifier: Apache-2.0 */
/* A trace: the steps of one run of a model from its initial state, and what it shows.
 *
 * A step is a move (what the search chooses) with its choices (the payload: numbers that only the written
 * form shows, with a meaning that belongs to the model's action). States are not stored: they follow from the
 * steps. Owner only. */
#ifndef RACEWALK_MODEL_TRACE_H
#define RACEWALK_MODEL_TRACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/status.h"
#include "model/limits.h"

#define TRACE_STEPS_MAX  ((size_t)1 << 20)
#define TRACE_SOURCE_MAX 64
#define PROPERTY_NONE    (-1)

/* A move is an action with a few small arguments (a client and a node, say), a byte each:
 *
 *     bits   0..7     8..15        16..23       24..31
 *            action   argument 0   argument 1   argument 2
 *
 * Arguments that an action does not have are 0. */
static inline uint32_t move_make(uint32_t action, uint32_t first_argument)
{
    return action | first_argument << 8;
}
static inline uint32_t move_action(uint32_t move)
{
    return move & 0xff;
}
/* Argument i, below MOVE_ARGUMENTS_MAX. */
static inline uint32_t move_argument(uint32_t move, size_t i)
{
    return move >> (8 * (i + 1)) & 0xff;
}
/* The move with another argument i. */
static inline uint32_t move_with(uint32_t move, size_t i, uint32_t argument)
{
    const size_t shift = 8 * (i + 1);
    return (move & ~(UINT32_C(0xff) << shift)) | argument << shift;
}

/* One step by itself, before it is appended or after it was taken out. */
struct step {
    uint32_t move;
    uint32_t choice_count;
    int64_t choices[STEP_CHOICES_MAX];
};

struct trace_step {
    uint32_t move;
    uint32_t choice_count;
    size_t choice_first; /* index into choices */
};

struct trace {
    struct trace_step *steps;
    size_t step_count, step_capacity;
    int64_t *choices;
    size_t choice_count, choice_capacity;

    int property;          /* index of the property it shows, or PROPERTY_NONE */
    size_t property_state; /* index of the state that violates or witnesses it; state 0 is the initial one */
    bool has_trace_seed;
    uint64_t trace_seed;
    uint64_t max_steps; /* of the run that found it; 0: not known */
    char source[TRACE_SOURCE_MAX];
};

void trace_init(struct trace *trace);
void trace_release(struct trace *trace);
/* No steps and no property; keeps its memory. */
void trace_clear(struct trace *trace);
/* Says which command of this program the trace comes from; the format is of its name and options. */
void trace_set_source(struct trace *trace, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Copies the step. ERR_DATA past TRACE_STEPS_MAX, ERR_MEMORY when there is no room. */
enum status trace_append(struct trace *trace, const struct step *step) WARN_UNUSED;
/* Replaces a step's move and choices, for those who draw the payload after the moves. The choices of the old
 * step stay behind in the pool, unused. */
enum status trace_set_choices(struct trace *trace, size_t index, const int64_t *choices,
                              uint32_t count) WARN_UNUSED;

/* A copy of step index. */
void trace_step_at(const struct trace *trace, size_t index, struct step *ret_step);

/* ret_copy must be initialized; what it held is replaced. */
enum status trace_copy(const struct trace *trace, struct trace *ret_copy) WARN_UNUSED;

#endif
