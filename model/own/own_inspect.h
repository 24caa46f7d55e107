/* SPDX-License-Identifier: Apache-2.0 */
/* Is a model of one's own sound? What can be told from one state and its moves: mistakes that authors make.
 *
 * An inspector is shown states, each once, as a search comes to them. It looks at them in the checked build where
 * there is one, and tells each kind of mistake once for each action, kind or property that makes it. What shows only
 * over many states (an action that is never enabled, a guard without effect) is told at the end. Owner only. */
#ifndef RACEWALK_MODEL_OWN_OWN_INSPECT_H
#define RACEWALK_MODEL_OWN_OWN_INSPECT_H

#include "model/model.h"

#define OWN_MOVE_NONE UINT32_MAX

struct own_inspector;

/* A complaint about the state that is shown, or about the move from it. text is a sentence without its full stop. */
typedef void own_complain(void *context, uint32_t move, const char *text);

/* The model must be one of one's own, and is borrowed; so is context. ERR_MEMORY, or why no model with a guard more
 * or less can be made. */
enum status own_inspector_new(const struct model *model, own_complain *complain, void *context,
                              struct own_inspector **ret_inspector, struct error *err) WARN_UNUSED;
/* NULL is fine. */
void own_inspector_free(struct own_inspector *inspector);

/* Looks at a state that can be reached. False when a search must not go on from it: it is none of the model's, or its
 * moves are beyond a limit. */
bool own_inspect(struct own_inspector *inspector, const void *state);

/* False when own_inspect was. */
bool own_inspector_is_sound(const struct own_inspector *inspector);

/* Complaints that rest on all states that were shown; complete: there are no others that can be reached. Nothing when a state was not sound. */
void own_inspect_end(struct own_inspector *inspector, bool complete);

#endif
