/* SPDX-License-Identifier: Apache-2.0 */
/* What the parts of model/own share. Not for others. */
#ifndef RACEWALK_MODEL_OWN_H
#define RACEWALK_MODEL_OWN_H

#include <assert.h>
#include <stdalign.h>

#include <racewalk/model.h>

#include "model/own/own_class.h"

#define OWN_NAME_MAX      64                                 /* bytes of a name */
#define OWN_TEXT_MAX      1024                               /* bytes of a sentence */
#define OWN_DATA_MAX      (SAMPLES_MAX - MOVE_ARGUMENTS_MAX) /* of one action */
#define OWN_PICKS_MAX     (ACTIONS_MAX * SAMPLES_MAX)
#define OWN_VARIABLES_MAX (RACEWALK_FIELDS_MAX + RACEWALK_KINDS_MAX + 2)
#define OWN_NONE          "none" /* what a REF_OR_NONE is in traces that refers to nothing */
#define OWN_ACTION        "mbt::actionTaken"
#define OWN_PICKS         "mbt::nondetPicks"
#define OWN_INIT          "init"

/* The header promises no more than the tool can do. */
static_assert(RACEWALK_ACTIONS_MAX <= ACTIONS_MAX, "");
static_assert(RACEWALK_PROPERTIES_MAX <= PROPERTIES_MAX, "");
static_assert(RACEWALK_PARAMETERS_MAX <= PARAMETERS_MAX, "");
static_assert(RACEWALK_GUARDS_MAX <= GUARDS_MAX, "");
static_assert(RACEWALK_KINDS_MAX <= KINDS_MAX, "");
static_assert(RACEWALK_STATE_MAX <= STATE_SIZE_MAX, "");
static_assert(RACEWALK_WORDS_MAX <= PACKED_WORDS_MAX, "");
static_assert(RACEWALK_MOVES_MAX == MOVES_MAX, "");
static_assert(RACEWALK_ARGUMENTS_MAX == MOVE_ARGUMENTS_MAX, "");
static_assert(RACEWALK_THINGS_MAX <= ARGUMENT_NAMES_MAX, "");

/* An argument or datum of an action. */
struct own_pick {
    const char *name;
    int32_t kind; /* of an argument; -1: a datum */
    uint32_t row; /* of a datum */
};

struct own_action {
    struct own_pick picks[SAMPLES_MAX]; /* its arguments, then its data */
    uint32_t argument_count, pick_count;
};

/* Bytes of a control state, aligned for any author's struct. */
struct own_state {
    alignas(max_align_t) unsigned char bytes[STATE_SIZE_MAX];
};

struct own_class {
    struct model_class class; /* class.own is this struct */
    const struct racewalk_model *object;
    const struct racewalk_model *judge; /* the checked build; without one, the object */
    struct arena arena;                 /* of names and values */

    struct argument_kind kinds[RACEWALK_KINDS_MAX];
    const char **thing_names[RACEWALK_KINDS_MAX];   /* most of each */
    struct value *thing_values[RACEWALK_KINDS_MAX]; /* as traces have them */
    struct value *field_names[RACEWALK_FIELDS_MAX]; /* of a ONE_OF */
    struct own_action actions[RACEWALK_ACTIONS_MAX];

    struct action action_rows[RACEWALK_ACTIONS_MAX];
    struct property property_rows[RACEWALK_PROPERTIES_MAX];
    struct guard guard_rows[RACEWALK_GUARDS_MAX];
    struct parameter parameter_rows[RACEWALK_PARAMETERS_MAX];
    struct preset preset_rows[RACEWALK_INSTANCES_MAX + 1];
    const char *parameter_names[RACEWALK_PARAMETERS_MAX];
    const char *variable_names[OWN_VARIABLES_MAX];
    bool has_fields[RACEWALK_KINDS_MAX];
    const char *pick_names[OWN_PICKS_MAX]; /* of all actions, each once */
    size_t pick_name_count;
};

/* A field in which things of symmetric kinds have a part: see own_canonical.c. */
struct own_moved {
    const struct racewalk_field *field;
    uint64_t number;    /* of it among these, from 1 */
    uint32_t extent[2]; /* in this instance */
    uint32_t members;   /* things of the kind that its values refer to */
    int32_t base[3];    /* thing_base of its dimensions' kinds and of that; -1: none, or not symmetric */
    bool meets;         /* more than one of them is */
};

struct own_model {
    struct model base;
    const struct own_class *own;
    void *params, *judge_params; /* the same when there is no checked build */
    uint32_t things[RACEWALK_KINDS_MAX];
    int64_t data_low[RACEWALK_DATA_MAX], data_high[RACEWALK_DATA_MAX];
    struct own_state first; /* the initial state */
    struct own_moved moved[RACEWALK_FIELDS_MAX];
    size_t moved_count;
    uint32_t thing_base[RACEWALK_KINDS_MAX]; /* things of all kinds stand one kind after the other */
    uint32_t thing_count;
    bool related[RACEWALK_KINDS_MAX]; /* symmetric, and its things meet others in a field */
    bool facts;                       /* atoms are facts; otherwise bytes of the packed state */
};

struct literal {
    const struct own_model *model;
    struct own_state state;
    bool is_init;
    struct step last; /* what made it, otherwise */
};

static inline const struct own_class *own_class_of(const struct model_class *class)
{
    assert(class->own != NULL);
    return class->own;
}

static inline const struct own_model *own_model_of(const struct model *model)
{
    return (const struct own_model *)(const void *)model;
}

/* --- fields --- */

/* How many elements a field has in this instance: [0] rows of [1]. */
static inline void own_extent(const struct own_model *m, const struct racewalk_field *field,
                              uint32_t ret_extent[2])
{
    for (size_t d = 0; d < 2; d++)
        ret_extent[d] = field->kinds[d] < 0 ? 1 : m->things[field->kinds[d]];
}

static inline size_t own_offset(const struct racewalk_field *field, size_t i, size_t j)
{
    return field->offset + i * field->strides[0] + j * field->strides[1];
}

static inline int64_t own_get(const struct racewalk_field *field, const void *state, size_t i, size_t j)
{
    const unsigned char *at = (const unsigned char *)state + own_offset(field, i, j);
    uint64_t value = 0;
    switch (field->size) {
    case 1:
        return field->is_signed ? (int64_t)(int8_t)*at : (int64_t)*at;
    case 2: {
        uint16_t bits;
        memcpy(&bits, at, sizeof bits);
        return field->is_signed ? (int64_t)(int16_t)bits : (int64_t)bits;
    }
    case 4: {
        uint32_t bits;
        memcpy(&bits, at, sizeof bits);
        return field->is_signed ? (int64_t)(int32_t)bits : (int64_t)bits;
    }
    default:
        memcpy(&value, at, sizeof value);
        return (int64_t)value;
    }
}

static inline void own_put(const struct racewalk_field *field, void *state, size_t i, size_t j, int64_t value)
{
    unsigned char *at = (unsigned char *)state + own_offset(field, i, j);
    const uint64_t all = (uint64_t)value;
    const uint32_t four = (uint32_t)all;
    const uint16_t two = (uint16_t)all;
    switch (field->size) {
    case 1:
        *at = (unsigned char)all;
        return;
    case 2:
        memcpy(at, &two, sizeof two);
        return;
    case 4:
        memcpy(at, &four, sizeof four);
        return;
    default:
        memcpy(at, &all, sizeof all);
    }
}

/* The least and most that an element may be in this instance. */
static inline void own_range(const struct own_model *m, const struct racewalk_field *field, int64_t *ret_low,
                             int64_t *ret_high)
{
    *ret_low = field->low;
    *ret_high = field->high;
    if (field->type == RACEWALK_REF)
        *ret_high = (int64_t)m->things[field->of] - 1;
    if (field->type == RACEWALK_SET)
        *ret_high = (int64_t)((UINT64_C(1) << m->things[field->of]) - 1);
}

/* Equal states become equal bytes: what no field names is cleared. */
static inline void own_normalize(const struct own_model *m, void *state)
{
    uint64_t words[PACKED_WORDS_MAX];
    const struct racewalk_model *object = m->own->object;
    if (object->dense)
        return;
    object->pack(m->params, state, words);
    object->unpack(m->params, words, state);
}

/* --- own_check.c --- */

/* ERR_DATA when the tables are beyond a limit or contradict themselves. */
enum status own_check(const struct racewalk_model *object, struct error *err) WARN_UNUSED;
/* A name that is a C identifier, of at most OWN_NAME_MAX bytes. */
bool own_is_identifier(const char *name, size_t length);

/* --- own_words.c --- */

/* The names of a kind's things; the names of all actions' picks; sentences in which roles stand for the arguments.
 * Texts are in own->arena. */
enum status own_name_things(struct own_class *own, size_t kind, struct error *err) WARN_UNUSED;
enum status own_name_picks(struct own_class *own, uint32_t action, struct error *err) WARN_UNUSED;
/* Writes the sentence of a move with roles: "a client", and for things that keep their names in shapes, those. */
void own_print_roles(const struct own_class *own, uint32_t move, bool is_any, struct buffer *out);
size_t own_describe(const struct model *model, int property, const uint32_t *moves, size_t count,
                    struct buffer *out, size_t *key_moves);
const char *own_argument_name(const struct model *model, uint32_t move, size_t i);

/* --- own_literal.c --- */

/* ERR_DATA when a field of the state is outside of its range, or when one of things that the instance does not have is
 * not as it was in the beginning. */
enum status own_check_state(const struct own_model *m, const void *state, struct error *err) WARN_UNUSED;
/* What the last call of the checked build met: ERR_DATA, with where in the source. */
enum status own_check_fault(const struct racewalk_model *object, struct error *err) WARN_UNUSED;
/* Takes a move in the checked build, and in the other, too. ERR_DATA when it is not enabled, or leads to no state of
 * the model, or to different ones. */
enum status own_take_step(const struct own_model *m, uint32_t move, struct own_state *state,
                          struct error *err) WARN_UNUSED;
enum status own_check_move(const struct model *model, const void *state, uint32_t move, struct error *err);
struct literal *own_literal_new(const struct model *model);
void own_literal_free(struct literal *literal);
enum status own_literal_apply(struct literal *literal, const struct step *step, struct error *err);
uint32_t own_literal_properties_hit(const struct literal *literal);
void own_literal_control(const struct literal *literal, void *state);

/* --- own_values.c --- */

enum status own_literal_value(const struct literal *literal, struct arena *arena, struct value *ret_record);
enum status own_parameters_value(const struct model *model, struct arena *arena, struct value *ret_record);
enum status own_instance_of_value(const struct model_class *class, const struct value *record,
                                  struct instance *ret_instance, struct error *err);

/* --- own_steps.c --- */

enum status own_draw_payload(const struct model *model, struct trace *trace);
enum status own_step_of_value(const struct literal *literal, const struct value *record,
                              struct step *ret_step, struct error *err);
enum status own_schedule_samples(const struct literal *literal, const struct step *step, struct arena *arena,
                                 struct value *ret_samples, size_t *ret_count);
enum status own_step_of_schedule(const struct literal *literal, uint32_t action, const struct value *samples,
                                 size_t count, struct step *ret_step, struct error *err);

/* --- own_canonical.c --- */

bool own_has_symmetry(const struct own_class *own);
/* Finds which fields and kinds matter. ERR_USAGE when the instance has too many things of a kind whose things meet. */
enum status own_find_symmetry(struct own_model *m, struct error *err) WARN_UNUSED;
void own_canonical(const struct model *model, void *state);
/* The state with two things of a symmetric kind exchanged. */
void own_exchange(const struct own_model *m, size_t kind, size_t a, size_t b, const void *state,
                  void *ret_state);

/* --- own_atoms.c --- */

/* Numbers the facts of the instance. */
void own_count_atoms(struct own_model *m);
size_t own_atoms(const struct model *model, const void *state, uint32_t *atoms);

#endif
