/* SPDX-License-Identifier: Apache-2.0 */
/* The seam between the tool and what it searches: everything else knows a model only through this interface.
 *
 * A model class (a lock held by lease, say) is a table of names and functions; a model is one instance of it,
 * with numbers for its parameters and a choice of guards. A model has two faces:
 *
 * - The control state is what the search works on: a few plain bytes without pointers (model->state_size,
 *   copied with memcpy, equal bytes when equal), moves with integer weights, properties. It must be exact
 *   about which moves are enabled and which properties fail, and nothing else.
 * - The literal state is the specification itself: sets of records, as traces show them. It is slow, checks
 *   every guard, and replays traces; a finding is reported only after the literal state has agreed to it.
 *
 * The literal state's control() maps the second to the first; tests walk both in lockstep.
 *
 * A class is a constant, or is made when the program starts, and lives until it ends, with all that it points
 * to. A model is immutable once made and may be used by any number of threads; a state belongs to its holder. */
#ifndef RACEWALK_MODEL_MODEL_H
#define RACEWALK_MODEL_MODEL_H

#include <assert.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/rng.h"
#include "model/limits.h"
#include "model/model_speed.h"
#include "model/model_traces.h"

/* What an action's argument stands for: things of one kind (clients, nodes). */
struct argument_kind {
    const char *name;
    /* They are interchangeable: renaming them all along a run gives a run. Shapes then name them in the order
     * in which they appear, each kind by itself. */
    bool symmetric;
};

struct action {
    const char *name; /* in the specification: planner_generate */
    const char *tag;  /* in a trace: GeneratePlan */
    const char *help;
    /* What its arguments stand for, in order; NULL ends them. A kind may be there more than once. */
    const struct argument_kind *arguments[MOVE_ARGUMENTS_MAX];
};

enum property_kind { PROPERTY_INVARIANT, PROPERTY_EXAMPLE };

struct property {
    const char *name;
    enum property_kind kind;
    const char *help;
};

struct guard {
    const char *name;
    const char *help;
};

/* A number of the instance, or a range of numbers (100:120). Its option is --name with the hyphens of option.
 */
struct parameter {
    const char *name;   /* in reports: max_plan_age */
    const char *option; /* on the command line: max-terms */
    const char *metavar;
    bool is_range;
    int64_t min, max;
    const char *help;
};

struct parameter_value {
    int64_t low, high; /* equal for a plain number */
};

/* Which instance of a class: its parameters' values, in the order of the class's rows, and its guards by bit.
 * properties has a bit for each property that will be asked for: a control state carries what those need and
 * no more, so that a search for others is not burdened with it. The literal state knows all of them always.
 */
struct instance {
    struct parameter_value values[PARAMETERS_MAX];
    uint32_t guards;
    uint32_t properties;
};

struct preset {
    const char *name; /* n3_5_3 */
    struct instance instance;
};

/* A move that is enabled in some state. Its chance in a uniform walk is weight / sum of all weights, and that
 * sum is below 2^32. An idle move leads back to the same control state: a walk counts it as a step, a check
 * skips it. */
struct enabled_move {
    uint32_t move;
    uint32_t weight;
    bool idle;
};

struct model {
    const struct model_class *class;
    struct instance instance;
    size_t state_size;   /* bytes of a control state, at most STATE_SIZE_MAX */
    size_t packed_words; /* words of 64 bits of a packed one, at most PACKED_WORDS_MAX; model_new fills it in
                            for a class that packs nothing itself */
    size_t atom_count;   /* every atom is below it; 0 without class->atoms */
};

struct model_class {
    const char *name;    /* lease */
    const char *summary; /* one line */
    const struct action *actions;
    size_t action_count;
    const struct property *properties;
    size_t property_count;
    const struct guard *guards;
    size_t guard_count;
    const struct parameter *parameters;
    size_t parameter_count;
    const struct preset *presets; /* the first is the default */
    size_t preset_count;
    /* Makes a model. The values are within their parameters' bounds; what does not fit together is ERR_USAGE.
     */
    enum status (*model_new)(const struct model_class *class, const struct instance *instance,
                             struct model **ret_model, struct error *err);
    void (*model_free)(struct model *model);

    void (*init)(const struct model *model, void *state);
    /* Fills moves, in an order that is part of the model: a walk is a function of it. Returns their number,
     * which is 0 when nothing is enabled. At most MOVES_MAX may be; a model that cannot be sure adds them by
     * model_add_move, and one that has more ends the search with a message. */
    size_t (*enabled)(const struct model *model, const void *state, struct enabled_move *moves);
    /* The move must be enabled. */
    void (*apply)(const struct model *model, void *state, uint32_t move);
    /* Bit p: invariant p is violated, or example p is witnessed, in this state; only of instance.properties.
     */
    uint32_t (*properties_hit)(const struct model *model, const void *state);
    /* Of a class whose moves can lead out of its states: ERR_DATA says why one does that. NULL: none can. enabled then
     * returns more than MOVES_MAX, and the search ends with what this says (model_check_moves). */
    enum status (*check_move)(const struct model *model, const void *state, uint32_t move, struct error *err);
    /* A short name of a move's argument i ("client-b"), which its action has. NULL: its kind and number
     * serve. */
    const char *(*argument_name)(const struct model *model, uint32_t move, size_t i);

    struct model_traces traces; /* model/model_traces.h: what traces need */
    struct model_speed speed;   /* model/model_speed.h: all may be left out */

    /* Of a class that was made when the program started. */
    const void *own; /* what it was made from, for its own functions; NULL: the class is compiled in */
    uint64_t
        identity; /* a hash of that: checkpoints and ranks refuse to go on with another; 0: compiled in */
};

/* ERR_INTERNAL when the class is beyond a limit (model/limits.h), or has no preset; names it. */
enum status model_check_class(const struct model_class *class, struct error *err) WARN_UNUSED;

/* The instance's model. Checks the class, and every value against its parameter's bounds first: ERR_USAGE
 * names the limit. ERR_INTERNAL when the model that is made is beyond one. */
enum status model_new(const struct model_class *class, const struct instance *instance,
                      struct model **ret_model, struct error *err) WARN_UNUSED;
/* NULL is fine. */
void model_free(struct model *model);

/* Whether states are counted up to symmetry, where a search does so. */
static inline bool model_has_symmetry(const struct model *model)
{
    return model->class->speed.canonical != NULL;
}

/* To and from model->packed_words words, by the class's own packing or as plain bytes. */
static inline void model_pack(const struct model *model, const void *state, uint64_t *words)
{
    if (model->class->speed.pack != NULL) {
        model->class->speed.pack(model, state, words);
        return;
    }
    words[model->packed_words - 1] = 0;
    memcpy(words, state, model->state_size);
}
static inline void model_unpack(const struct model *model, const uint64_t *words, void *state)
{
    if (model->class->speed.unpack != NULL)
        model->class->speed.unpack(model, words, state);
    else
        memcpy(state, words, model->state_size);
}

/* How many arguments an action has. */
static inline size_t action_argument_count(const struct action *action)
{
    size_t count = 0;
    while (count < MOVE_ARGUMENTS_MAX && action->arguments[count] != NULL)
        count++;
    return count;
}

/* "acquire(client-b)", "read(client-b, node-3)". */
void model_print_move(const struct model *model, uint32_t move, struct buffer *out);
/* "2 clients, 3 leases, …" for people: name of the preset when it is one, then the numbers, then the guards.
 */
void model_print_instance(const struct model *model, struct buffer *out);

/* Adds a move to those that are enabled in a state; one for which there is no room is only counted. */
static inline void model_add_move(struct enabled_move *moves, size_t *count, struct enabled_move move)
{
    if (*count < MOVES_MAX)
        moves[*count] = move;
    ++*count;
}

/* One of the moves of a state, drawn by weight. NULL when there are none, or their weights add up to nothing or to
 * 2^32 or more (model_check_moves says so). */
static inline const struct enabled_move *model_draw_move(const struct enabled_move *moves, size_t count,
                                                         struct rng *rng)
{
    uint64_t total = 0;
    for (size_t i = 0; i < count; i++)
        total += moves[i].weight;
    if (total == 0 || total > UINT32_MAX)
        return NULL;
    uint32_t drawn = rng_scaled(rng, (uint32_t)total);
    size_t i = 0;
    while (drawn >= moves[i].weight)
        drawn -= moves[i++].weight;
    assert(i < count);
    return &moves[i];
}

/* Says what is wrong with the moves of a state that a search could not go on from: ERR_INTERNAL when they are
 * too many, their weights add up to nothing or to 2^32 or more, or one is of an action that the class does
 * not have. */
enum status model_check_moves(const struct model *model, const void *state, struct error *err) WARN_UNUSED;

/* Whether a move is one of those that the control state lists, of the first MOVES_MAX. The literal state does
 * not look at arguments that an action has no use for; the control state does. */
bool model_is_enabled(const struct model *model, const void *state, uint32_t move);

/* Index by name, or -1. */
int model_find_property(const struct model_class *class, const char *name);
int model_find_guard(const struct model_class *class, const char *name);
const struct preset *model_find_preset(const struct model_class *class, const char *name);
/* The bits of all invariants: what is checked when no property is named. */
uint32_t model_invariants(const struct model_class *class);

#endif
