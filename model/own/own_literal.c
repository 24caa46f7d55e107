/* SPDX-License-Identifier: Apache-2.0 */
/* The literal state of an author's model: its control state, step by step in the checked build, each field held against
 * its range. */
#include "model/own/own.h"

#include <inttypes.h>

#include "base/memory.h"

/* --- what is wrong with a state --- */

/* view[client-b], vote[n1][n2]. */
static void print_element(const struct own_class *own, const struct racewalk_field *field,
                          const uint32_t at[2], struct buffer *out)
{
    buffer_string(out, field->name);
    for (size_t d = 0; d < 2 && field->kinds[d] >= 0; d++)
        buffer_format(out, "[%s]", own->thing_names[field->kinds[d]][at[d]]);
}

static enum status refuse_value(const struct own_model *m, const struct racewalk_field *field,
                                const uint32_t at[2], int64_t value, struct error *err)
{
    struct buffer text;
    int64_t low, high;
    own_range(m, field, &low, &high);
    buffer_init(&text);
    print_element(m->own, field, at, &text);
    buffer_format(&text, " is %" PRId64 ", but ", value);
    const char *kind = field->of < 0 ? "" : m->own->kinds[field->of].name;
    switch ((enum racewalk_type)field->type) {
    case RACEWALK_NUMBER:
    case RACEWALK_BOOL:
        buffer_format(&text, "its range is %" PRId64 " to %" PRId64, low, high);
        break;
    case RACEWALK_NAMES:
        buffer_format(&text, "it has %" PRId64 " names, 0 to %" PRId64, high + 1, high);
        break;
    case RACEWALK_REF:
        buffer_format(&text, "it is one of %" PRId64 " things of the kind %s, 0 to %" PRId64 "%s", high + 1,
                      kind, high, low < 0 ? ", or -1" : "");
        break;
    case RACEWALK_SET:
        buffer_format(&text, "it is a set of %u things of the kind %s, 0 to %" PRId64, m->things[field->of],
                      kind, high);
        break;
    }
    (void)error_set(err, ERR_DATA, "%s", text.text);
    buffer_release(&text);
    return ERR_DATA;
}

static enum status refuse_absent(const struct own_model *m, const struct racewalk_field *field,
                                 const uint32_t at[2], struct error *err)
{
    struct buffer text;
    const size_t d = at[0] >= m->things[field->kinds[0]] ? 0 : 1;
    buffer_init(&text);
    print_element(m->own, field, at, &text);
    buffer_format(&text, " was changed, but the kind %s has %u things only in this instance",
                  m->own->kinds[field->kinds[d]].name, m->things[field->kinds[d]]);
    (void)error_set(err, ERR_DATA, "%s", text.text);
    buffer_release(&text);
    return ERR_DATA;
}

static enum status check_field(const struct own_model *m, const struct racewalk_field *field,
                               const void *state, struct error *err)
{
    const struct racewalk_model *object = m->own->object;
    uint32_t extent[2], most[2], at[2];
    int64_t low, high;
    own_extent(m, field, extent);
    own_range(m, field, &low, &high);
    for (size_t d = 0; d < 2; d++)
        most[d] = field->kinds[d] < 0 ? 1 : object->kinds[field->kinds[d]].most;
    for (at[0] = 0; at[0] < most[0]; at[0]++) {
        for (at[1] = 0; at[1] < most[1]; at[1]++) {
            const int64_t value = own_get(field, state, at[0], at[1]);
            const bool is_there = at[0] < extent[0] && at[1] < extent[1];
            if (is_there && (value < low || value > high))
                return refuse_value(m, field, at, value, err);
            if (!is_there && value != own_get(field, m->first.bytes, at[0], at[1]))
                return refuse_absent(m, field, at, err);
        }
    }
    return OK;
}

enum status own_check_state(const struct own_model *m, const void *state, struct error *err)
{
    enum status status = OK;
    for (size_t f = 0; f < m->own->object->field_count && status == OK; f++)
        status = check_field(m, &m->own->object->fields[f], state, err);
    return status;
}

enum status own_check_fault(const struct racewalk_model *object, struct error *err)
{
    const struct racewalk_fault *fault = object->fault == NULL ? NULL : object->fault();
    if (fault == NULL || fault->what == NULL)
        return OK;
    const char *property = fault->property;
    const bool is_ours = fault->file == NULL || strstr(fault->file, "racewalk/model.h") != NULL;
    struct buffer text;
    buffer_init(&text);
    buffer_string(&text, fault->what);
    if (property != NULL)
        buffer_format(&text, ", when %s is looked at", property);
    if (!is_ours)
        buffer_format(&text, " (%s, line %" PRIu32 ")", fault->file, fault->line);
    (void)error_set(err, ERR_DATA, "%s", text.text);
    buffer_release(&text);
    return ERR_DATA;
}

bool own_heals(const struct model *model, int property, const void *state, const uint32_t *move,
               const void *other, uint32_t f, size_t i, size_t j)
{
    const struct own_model *m = own_model_of(model);
    const struct racewalk_model *object = m->own->object;
    const struct racewalk_field *field = &object->fields[f];
    struct own_state mixed;
    memcpy(mixed.bytes, state, model->state_size);
    own_put(field, mixed.bytes, i, j, own_get(field, other, i, j));
    if (move != NULL && !object->apply(m->params, mixed.bytes, *move))
        return true;
    return (object->hits(m->params, mixed.bytes) >> property & 1) == 0;
}

/* --- the literal state --- */

struct literal *own_literal_new(const struct model *model)
{
    struct literal *literal = mem_new_aligned(alignof(struct literal), 1, sizeof *literal);
    if (literal == NULL)
        return NULL;
    literal->model = own_model_of(model);
    literal->state = literal->model->first;
    literal->is_init = true;
    return literal;
}

void own_literal_free(struct literal *literal)
{
    mem_free(literal);
}

/* The step's choices are the model's: arguments and data that the action has, within their bounds. */
static enum status check_step(const struct own_model *m, const struct step *step, struct error *err)
{
    const struct racewalk_model *object = m->own->object;
    const uint32_t a = move_action(step->move);
    if (a >= object->action_count)
        return error_set(err, ERR_DATA, "there is no action %u; the model has %u", a, object->action_count);
    const struct own_action *action = &m->own->actions[a];
    const char *name = object->actions[a].name;
    for (uint32_t i = 0; i < MOVE_ARGUMENTS_MAX; i++) {
        const uint32_t argument = move_argument(step->move, i);
        const uint32_t things = i < action->argument_count ? m->things[action->picks[i].kind] : 1;
        if (argument >= things)
            return error_set(err, ERR_DATA, "%s: argument %u is %u; it must be below %u", name, i, argument,
                             things);
    }
    const uint32_t data = action->pick_count - action->argument_count;
    if (step->choice_count != data)
        return error_set(err, ERR_DATA, "%s: %u data, but the action carries %u", name, step->choice_count,
                         data);
    for (uint32_t d = 0; d < data; d++) {
        const struct own_pick *pick = &action->picks[action->argument_count + d];
        if (step->choices[d] < m->data_low[pick->row] || step->choices[d] > m->data_high[pick->row])
            return error_set(err, ERR_DATA, "%s: %s is %" PRId64 "; %" PRId64 " to %" PRId64 " are possible",
                             name, pick->name, step->choices[d], m->data_low[pick->row],
                             m->data_high[pick->row]);
    }
    return OK;
}

/* Where two states differ that should not. */
static enum status refuse_difference(const struct own_model *m, const void *judged, const void *state,
                                     struct error *err)
{
    struct buffer text;
    buffer_init(&text);
    for (size_t f = 0; f < m->own->object->field_count && text.length == 0; f++) {
        const struct racewalk_field *field = &m->own->object->fields[f];
        uint32_t extent[2], at[2];
        own_extent(m, field, extent);
        for (at[0] = 0; at[0] < extent[0] && text.length == 0; at[0]++) {
            for (at[1] = 0; at[1] < extent[1] && text.length == 0; at[1]++) {
                const int64_t checked = own_get(field, judged, at[0], at[1]);
                const int64_t plain = own_get(field, state, at[0], at[1]);
                if (checked == plain)
                    continue;
                print_element(m->own, field, at, &text);
                buffer_format(&text, " becomes %" PRId64 " in the checked build and %" PRId64 " in the other",
                              checked, plain);
            }
        }
    }
    (void)error_set(err, ERR_DATA,
                    "%s: does the action read what nobody has set, or what is not the state's?",
                    text.length > 0 ? text.text : "the checked build and the other lead to different states");
    buffer_release(&text);
    return ERR_DATA;
}

enum status own_take_step(const struct own_model *m, uint32_t move, struct own_state *state,
                          struct error *err)
{
    const struct own_class *own = m->own;
    struct own_state judged = *state;
    const bool taken = own->judge->apply(m->judge_params, judged.bytes, move);
    enum status status = own_check_fault(own->judge, err);
    if (status != OK)
        return status;
    if (!taken)
        return error_set(err, ERR_DATA, "the action is not enabled");
    status = own_check_state(m, judged.bytes, err);
    if (status != OK)
        return status;
    own_normalize(m, judged.bytes);
    (void)own->judge->hits(m->judge_params, judged.bytes);
    status = own_check_fault(own->judge, err);
    if (status != OK)
        return error_prefix(err, status, "in the state that it makes: ");
    if (own->judge != own->object) {
        if (!own->object->apply(m->params, state->bytes, move))
            return error_set(err, ERR_DATA, "the action is enabled in the checked build only");
        own_normalize(m, state->bytes);
        if (memcmp(state->bytes, judged.bytes, own->object->state_size) != 0)
            return refuse_difference(m, judged.bytes, state->bytes, err);
    }
    *state = judged;
    return OK;
}

/* own_take_step, with the move in front of what is wrong with it. */
static enum status take_named_step(const struct own_model *m, uint32_t move, struct own_state *state,
                                   struct error *err)
{
    const enum status status = own_take_step(m, move, state, err);
    if (status == OK)
        return OK;
    struct buffer name;
    buffer_init(&name);
    model_print_move(&m->base, move, &name);
    (void)error_prefix(err, status, "%s: ", name.text);
    buffer_release(&name);
    return status;
}

enum status own_check_move(const struct model *model, const void *state, uint32_t move, struct error *err)
{
    struct own_state next;
    memcpy(next.bytes, state, model->state_size);
    return take_named_step(own_model_of(model), move, &next, err);
}

enum status own_literal_apply(struct literal *literal, const struct step *step, struct error *err)
{
    struct own_state state = literal->state;
    enum status status = check_step(literal->model, step, err);
    if (status == OK)
        status = take_named_step(literal->model, step->move, &state, err);
    if (status != OK)
        return status;
    literal->state = state;
    literal->is_init = false;
    literal->last = *step;
    return OK;
}

uint32_t own_literal_properties_hit(const struct literal *literal)
{
    const struct own_model *m = literal->model;
    return m->own->judge->hits(m->judge_params, literal->state.bytes);
}

void own_literal_control(const struct literal *literal, void *state)
{
    memcpy(state, literal->state.bytes, literal->model->own->object->state_size);
}
