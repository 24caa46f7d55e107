/* SPDX-License-Identifier: Apache-2.0 */
/* A model of one's own as a model class.
 *
 * An author's object says in tables what its states, actions and properties are, and brings the functions that
 * must be fast (include/racewalk/model.h). Everything else is derived here from the tables: the literal state and
 * its values in traces, schedules, payload, canonical states, facts, words. One set of functions serves all such
 * classes; they reach the object through class->own.
 *
 * In traces (ITF) a state has
 *   - a parameter for each row of PARAMS, by its name in capital letters
 *   - a variable for each plain field
 *   - for each kind that has fields, a variable of its name: a map from its things to records of their fields; a field
 *     over two kinds is a map from the things of the second
 *   - mbt::actionTaken and mbt::nondetPicks, as Quint writes them: what was done last ("init" at first), and for
 *     each argument and datum of any action {tag: "Some", value}, or {tag: "None", value: {}}
 * A thing is its name, or a number when its kind's names are numbers; REF_OR_NONE may be "none"; a SET is a set of
 * things, ONE_OF one of its names.
 *
 * The literal state is the control state in a checked build of the same file (without one, in the same build): what is
 * replayed there was looked at for overflows, indices out of bounds and the like, and after each step every field is
 * held against its range. */
#ifndef RACEWALK_MODEL_OWN_CLASS_H
#define RACEWALK_MODEL_OWN_CLASS_H

#include "model/model.h"

struct racewalk_model; /* racewalk/model.h, which is for authors: it brings names that others need not have */

/* Makes a class. The objects are borrowed and must outlive it; checked may be NULL. identity is a hash of the contents
 * that they were made from. ERR_DATA when an object is beyond a limit or contradicts itself: it names what, and what would be right.
 * ERR_MEMORY. */
enum status own_class_new(const struct racewalk_model *object, const struct racewalk_model *checked,
                          uint64_t identity, struct model_class **ret_class, struct error *err) WARN_UNUSED;

/* NULL is fine. No model of the class may be left. */
void own_class_free(struct model_class *class);

/* --- for whoever puts steps and states into words --- */

/* The author's tables that the class was made of. */
const struct racewalk_model *own_class_object(const struct model_class *class);

/* True when the property is not hit in the control state once element [i][j] of a field is as in another state; with a
 * move, when it is then not taken, or does not lead to a hit. No run need lead there, so that the author's code may crash
 * or never come back. */
bool own_heals(const struct model *model, int property, const void *state, const uint32_t *move,
               const void *other, uint32_t field, size_t i, size_t j);

/* The names that an action's arguments (its first ones) and data have in traces and in its sentence; their number, at
 * most SAMPLES_MAX. */
size_t own_pick_names(const struct model_class *class, uint32_t action, const char **ret_names);

/* The sentence of a step with what its arguments and data are: "client-a writes 5". Data that the step does not have are
 * told by their names: "client-a writes a value". */
void own_print_step(const struct model *model, const struct step *step, struct buffer *out);

#endif
