/* SPDX-License-Identifier: Apache-2.0 */
/* The model and a system step by step together: plays a script on both and stops at the first difference.
 *
 * A script is a list of events:
 *
 *   step     the model takes a step, and the system must do the same
 *   attempt  an action that the model does not allow now: the system must change nothing, as a rule by a refusal
 *   look     the system is asked for something beside its actions, and must change nothing
 *
 * What cannot be done when its turn comes is left out: a step that is not enabled, an attempt at what is, an
 * action that the driver knows its system to lack. A step that the system is known to refuse is an attempt.
 * So any part of a script is a script, which is what shrinking lives on.
 *
 * A trace that is written of one has its steps as states, and the rest in its #meta, as extras: "lockstep":
 * [{"after": 3, "attempt": "acquire", "arguments": {…}}, {"after": 3, "look": "123"}], where after is the
 * state that is there then. Owner only. */
#ifndef RACEWALK_MBT_LOCKSTEP_H
#define RACEWALK_MBT_LOCKSTEP_H

#include "base/arena.h"
#include "mbt/system.h"
#include "model/model.h"

enum lockstep_kind { LOCKSTEP_STEP, LOCKSTEP_ATTEMPT, LOCKSTEP_LOOK };

struct lockstep_event {
    enum lockstep_kind kind;
    size_t index;  /* of the step in the script's trace; of the action of an attempt */
    uint64_t draw; /* of a look */
};

/* An action as a system is asked for it, and the move of the model that stands for it; of an attempt that was
 * read from a trace only the move's action is known, and no model has such a move. */
#define LOCKSTEP_NO_MOVE (~UINT32_C(0xff))
struct lockstep_action {
    uint32_t move;
    struct system_action action;
};

#define LOCKSTEP_ACTIONS_MAX 1024

/* Actions by move: each is as some run of the model had it. */
struct lockstep_vocabulary {
    struct lockstep_action *actions;
    size_t count, capacity;
    struct arena arena;
};

void lockstep_vocabulary_init(struct lockstep_vocabulary *vocabulary);
void lockstep_vocabulary_release(struct lockstep_vocabulary *vocabulary);
/* Fills it with the moves of random walks, always the same ones. ERR_MEMORY, ERR_INTERNAL when the model
 * exceeds its limits. */
enum status lockstep_vocabulary_collect(struct lockstep_vocabulary *vocabulary, const struct model *model,
                                        struct error *err) WARN_UNUSED;
/* NULL when the move is not in it. */
const struct lockstep_action *lockstep_find_action(const struct lockstep_vocabulary *vocabulary,
                                                   uint32_t move);

struct lockstep_script {
    struct trace steps; /* that events refer to */
    struct lockstep_event *events;
    size_t count, capacity;
};

void lockstep_script_init(struct lockstep_script *script);
void lockstep_script_release(struct lockstep_script *script);
void lockstep_script_clear(struct lockstep_script *script);
enum status lockstep_script_add(struct lockstep_script *script, struct lockstep_event event) WARN_UNUSED;

enum lockstep_fate { LOCKSTEP_LEFT_OUT, LOCKSTEP_TAKEN, LOCKSTEP_REFUSED };

struct lockstep_callbacks {
    /* After each event that was not left out: state is the model's, state_index that of the trace. All may be
     * NULL. */
    void (*on_event)(void *user, const struct lockstep_event *event, enum lockstep_fate fate, uint32_t move,
                     const void *state, size_t state_index, const struct system_step *step);
    bool (*stopped)(void *user); /* asked before each event */
    void *user;
};

struct lockstep; /* opaque: a model and a system */

/* Borrows all but the callbacks. */
enum status lockstep_new(const struct model *model, const struct system_driver *driver, void *system,
                         const struct lockstep_vocabulary *vocabulary,
                         const struct lockstep_callbacks *callbacks, struct lockstep **ret_lockstep,
                         struct error *err) WARN_UNUSED;
/* NULL is fine. */
void lockstep_free(struct lockstep *lockstep);

struct lockstep_difference {
    bool is_one;             /* otherwise all was the same */
    size_t event;            /* at which it was seen; SIZE_MAX: at the reset */
    size_t state;            /* the model's state that the event led to, or was tried in */
    enum lockstep_kind kind; /* as it was carried out */
    uint32_t move;           /* of a step or an attempt */
    struct system_step step; /* with aspect and message */
};

/* Plays events of a script; fates, when it is not NULL, has room for one of each. ERR_IO when the system is
 * lost, ERR_STOPPED, ERR_DATA when the system cannot be told of an action. */
enum status lockstep_play(struct lockstep *lockstep, const struct lockstep_script *script,
                          const struct lockstep_event *events, size_t count, enum lockstep_fate *fates,
                          struct lockstep_difference *ret_difference, struct error *err) WARN_UNUSED;

/* "acquire(client-b)" of an event, for people. */
void lockstep_print_event(const struct model *model, const struct lockstep_script *script,
                          const struct lockstep_vocabulary *vocabulary, const struct lockstep_event *event,
                          struct buffer *out);

#endif
