/* SPDX-License-Identifier: Apache-2.0 */
/* The part of a model class that traces need: the literal state, its values, steps and schedules.
 *
 * The literal state is the specification word for word: sets of records, as traces show them. It is slow, it
 * checks every guard, and it replays what the search found on the control state. */
#ifndef RACEWALK_MODEL_MODEL_TRACES_H
#define RACEWALK_MODEL_MODEL_TRACES_H

#include "base/arena.h"
#include "base/buffer.h"
#include "model/trace.h"
#include "model/value.h"

struct model;
struct model_class;
struct instance;
struct literal; /* a model's own */

struct model_traces {
    const char *const *parameter_names; /* params of an ITF trace, in order */
    size_t parameter_name_count;
    const char *const *variable_names; /* vars of an ITF trace, in order */
    size_t variable_name_count;

    /* The initial literal state; NULL when out of memory. */
    struct literal *(*literal_new)(const struct model *model);
    void (*literal_free)(struct literal *literal);
    /* Takes one step. ERR_DATA with the reason when the step's guard is false or its choices are not the
     * model's, and then the state is as before. ERR_MEMORY. */
    enum status (*literal_apply)(struct literal *literal, const struct step *step, struct error *err);
    uint32_t (*literal_properties_hit)(const struct literal *literal);
    /* The control state that stands for it. */
    void (*literal_control)(const struct literal *literal, void *state);
    /* All variables as a record. ERR_MEMORY when the arena is full. */
    enum status (*literal_value)(const struct literal *literal, struct arena *arena,
                                 struct value *ret_record);

    /* Draws the choices of every step from the trace's payload stream (trace->trace_seed). */
    enum status (*draw_payload)(const struct model *model, struct trace *trace);
    /* The parameters as a record, as every state of a trace carries them. */
    enum status (*parameters_value)(const struct model *model, struct arena *arena, struct value *ret_record);
    /* The instance (without guards) that a state's parameters describe. ERR_DATA says which one is wrong and
     * what is right. */
    enum status (*instance_of_value)(const struct model_class *class, const struct value *record,
                                     struct instance *ret_instance, struct error *err);
    /* The step that led from literal to the state that the record (variables) describes, as the record names
     * it; the rest of the record is not read. ERR_DATA when it names no step of the model. */
    enum status (*step_of_value)(const struct literal *literal, const struct value *record,
                                 struct step *ret_step, struct error *err);
    /* The step's samples in a schedule: at most SAMPLES_MAX, after its choice, which is the action's index.
     */
    enum status (*schedule_samples)(const struct literal *literal, const struct step *step,
                                    struct arena *arena, struct value *ret_samples, size_t *ret_count);
    enum status (*step_of_schedule)(const struct literal *literal, uint32_t action,
                                    const struct value *samples, size_t count, struct step *ret_step,
                                    struct error *err);
    /* One line that says what happens in a run that hits the property with its last move, as in "a client
     * that was slow writes under an old lease". The run stands for all of its shape, so
     * the line has roles, and no names or numbers that others have not. key_moves, KEY_MOVES_MAX long, is
     * filled with the moves, by index and in order, that the line is about; returns their number. NULL: the
     * last move's action serves. */
    size_t (*describe)(const struct model *model, int property, const uint32_t *moves, size_t count,
                       struct buffer *out, size_t *key_moves);
};

#endif
