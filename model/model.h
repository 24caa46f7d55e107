/* The seam between the tool and what it searches: everything else knows a model only through this interface.
 *
 * A model class (the DNS balancer, say) is a table of names and functions; a model is one instance of it,
 * with numbers for its parameters and a choice of guards. A model has two faces:
 *
 * - The control state is what the search works on: a few plain bytes without pointers (model->state_size,
 * copied with memcpy, equal bytes when equal), moves with integer weights, properties. It must be exact about
 * which moves are enabled and which properties fail, and nothing else.
 * - The literal state is the specification itself: sets of records, as traces show them. It is slow, checks
 * every guard, and is what replays a trace; nothing that was found is believed before it agrees.
 *
 * The literal state's control() maps the second to the first; tests walk both in lockstep.
 *
 * A model is immutable once made and may be used by any number of threads; a state belongs to its holder. */
#ifndef RACEWALK_MODEL_MODEL_H
#define RACEWALK_MODEL_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/rng.h"
#include "model/cells.h"
#include "model/kernel.h"
#include "model/limits.h"
#include "model/trace.h"
#include "model/value.h"

struct action {
    const char *name; /* in the specification: planner_generate */
    const char *tag;  /* in a trace: GeneratePlan */
    const char *help;
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
    const char *option; /* on the command line: max-plan-age */
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
    size_t packed_words; /* words of 64 bits of a packed one, at most PACKED_WORDS_MAX */
    size_t atom_count;   /* every atom is below it; 0 without class->atoms */
};

struct literal; /* a model's own */

struct model_class {
    const char *name;    /* dns_balancer */
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
    const char *const *parameter_names; /* params of an ITF trace, in order */
    size_t parameter_name_count;
    const char *const *variable_names; /* vars of an ITF trace, in order */
    size_t variable_name_count;

    /* Makes a model. The values are within their parameters' bounds; what does not fit together is ERR_USAGE.
     */
    enum status (*model_new)(const struct instance *instance, struct model **ret_model, struct error *err);
    void (*model_free)(struct model *model);

    /* --- the control state --- */

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
    /* Replaces the state by the representative of its symmetry class; NULL when there is no symmetry. */
    void (*canonical)(const struct model *model, void *state);
    /* A measure that no move ever lowers and that is small (below PROGRESS_LIMIT), so that a search can
     * forget the layers below; NULL when there is none. */
    uint32_t (*progress)(const struct model *model, const void *state);
    /* The facts that are true in a state ("the root points to plan 3") as distinct numbers below
     * model->atom_count, in ascending order; returns how many, at most ATOMS_MAX. A novelty search keeps a
     * state for what it shows first, so facts should be few and matter. NULL: the bytes of the state serve.
     */
    size_t (*atoms)(const struct model *model, const void *state, uint32_t *atoms);
    /* To and from model->packed_words words; equal states have equal words, different ones different words.
     */
    void (*pack)(const struct model *model, const void *state, uint64_t *words);
    void (*unpack)(const struct model *model, const uint64_t *words, void *state);
    /* True when a move's argument is one of interchangeable names (deployers): renaming them all along a run
     * gives a run. */
    bool arguments_are_symmetric;
    /* One line that says what happens in a run that hits the property with its last move, as in "a slow
     * deployer installs an old plan, then a quick one deletes that". The run stands for all of its shape, so
     * the line has roles, and no names or numbers that others have not. key_moves, KEY_MOVES_MAX long, is
     * filled with the moves, by index and in order, that the line is about; returns their number. NULL: the
     * last move's action serves. */
    size_t (*describe)(const struct model *model, int property, const uint32_t *moves, size_t count,
                       struct buffer *out, size_t *key_moves);
    /* A whole fast kernel for ranges of walks, or NULL: the general one serves. Returns false when it does
     * not cover this model. hits may be NULL. */
    bool (*walk)(const struct model *model, const struct walk_job *job, struct walk_tally *tally,
                 struct walk_hits *hits);
    /* The names of the kernels that walk may use, "auto" first, then NULL; NULL: there is no choice. */
    const char *const *walk_kernels;
    /* Chooses one of them for the whole process, before threads start. ERR_USAGE when there is none of that
     * name here. NULL when walk_kernels is. */
    enum status (*walk_select)(const char *name, struct error *err);

    /* A fast kernel for the exhaustive search, or NULL: the general sweep serves, or where there is no
     * progress a search by length. */
    const struct cell_kernel *cells;

    /* --- the literal state --- */

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

    /* --- traces --- */

    /* Draws the choices of every step from the trace's payload stream (trace->trace_seed). */
    enum status (*draw_payload)(const struct model *model, struct trace *trace);
    /* The parameters as a record, as every state of a trace carries them. */
    enum status (*parameters_value)(const struct model *model, struct arena *arena, struct value *ret_record);
    /* The instance (without guards) that a state's parameters describe. ERR_DATA says which one is wrong and
     * what is right. */
    enum status (*instance_of_value)(const struct value *record, struct instance *ret_instance,
                                     struct error *err);
    /* Which step led from literal to the state that the record (variables) describes, by what the record says
     * it was; the rest of the record is not looked at. ERR_DATA when it names no step of the model. */
    enum status (*step_of_value)(const struct literal *literal, const struct value *record,
                                 struct step *ret_step, struct error *err);
    /* The step's samples in a schedule: at most SAMPLES_MAX, after its choice, which is the action's index.
     */
    enum status (*schedule_samples)(const struct literal *literal, const struct step *step,
                                    struct arena *arena, struct value *ret_samples, size_t *ret_count);
    enum status (*step_of_schedule)(const struct literal *literal, uint32_t action,
                                    const struct value *samples, size_t count, struct step *ret_step,
                                    struct error *err);
    /* A short name of a move's argument ("deployer-b"), or NULL when the action has none. */
    const char *(*argument_name)(const struct model *model, uint32_t move);
};

/* ERR_INTERNAL when the class is beyond a limit (model/limits.h), or has no preset; names it. */
enum status model_check_class(const struct model_class *class, struct error *err) WARN_UNUSED;

/* The instance's model. Checks the class, and every value against its parameter's bounds first: ERR_USAGE
 * names the limit. ERR_INTERNAL when the model that is made is beyond one. */
enum status model_new(const struct model_class *class, const struct instance *instance,
                      struct model **ret_model, struct error *err) WARN_UNUSED;
/* NULL is fine. */
void model_free(struct model *model);

/* "deployer_apply(deployer-b)". */
void model_print_move(const struct model *model, uint32_t move, struct buffer *out);
/* "3 deployers, 5 plans, …" for people: name of the preset when it is one, then the numbers, then the guards.
 */
void model_print_instance(const struct model *model, struct buffer *out);

/* Adds a move to those that are enabled in a state; one for which there is no room is only counted. */
static inline void model_add_move(struct enabled_move *moves, size_t *count, struct enabled_move move)
{
    if (*count < MOVES_MAX)
        moves[*count] = move;
    ++*count;
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
