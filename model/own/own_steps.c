/* SPDX-License-Identifier: Apache-2.0 */
/* Steps of an author's model: their payload, and how traces and schedules tell them. */
#include "model/own/own.h"

#include <stdio.h>
#include <string.h>

enum status own_draw_payload(const struct model *model, struct trace *trace)
{
    const struct own_model *m = own_model_of(model);
    struct payload_rng rng = payload_rng_of_trace_seed(trace->trace_seed);
    for (size_t s = 0; s < trace->step_count; s++) {
        const struct own_action *action = &m->own->actions[move_action(trace->steps[s].move)];
        int64_t choices[SAMPLES_MAX];
        uint32_t count = 0;
        for (uint32_t i = action->argument_count; i < action->pick_count; i++) {
            const uint32_t row = action->picks[i].row;
            const uint64_t low = (uint64_t)m->data_low[row];
            const uint64_t span = (uint64_t)m->data_high[row] - low + 1;
            choices[count++] = (int64_t)(low + payload_rng_below(&rng, span));
        }
        if (count == 0)
            continue;
        const enum status status = trace_set_choices(trace, s, choices, count);
        if (status != OK)
            return status;
    }
    return OK;
}

/* --- out --- */

enum status own_schedule_samples(const struct literal *literal, const struct step *step, struct arena *arena,
                                 struct value *ret_samples, size_t *ret_count)
{
    const struct own_class *own = literal->model->own;
    const struct own_action *action = &own->actions[move_action(step->move)];
    (void)arena;
    for (uint32_t i = 0; i < action->pick_count; i++) {
        ret_samples[i] = i < action->argument_count
                             ? own->thing_values[action->picks[i].kind][move_argument(step->move, i)]
                             : value_int(step->choices[i - action->argument_count]);
    }
    *ret_count = action->pick_count;
    return OK;
}

/* --- in --- */

static enum status expected(const struct own_class *own, uint32_t a, const struct own_pick *pick,
                            const char *what, const struct value *found, struct error *err)
{
    struct buffer text;
    buffer_init(&text);
    if (found == NULL)
        buffer_string(&text, "nothing");
    else
        value_print(&text, found, 60);
    (void)error_set(err, ERR_DATA, "%s: %s: %s expected, found %s", own->object->actions[a].name, pick->name,
                    what, text.text);
    buffer_release(&text);
    return ERR_DATA;
}

static enum status expected_thing(const struct own_model *m, uint32_t a, const struct own_pick *pick,
                                  const struct value *found, struct error *err)
{
    char what[3 * OWN_NAME_MAX + 16];
    const char **names = m->own->thing_names[pick->kind];
    (void)snprintf(what, sizeof what, "a %s, %s to %s,", m->own->kinds[pick->kind].name, names[0],
                   names[m->things[pick->kind] - 1]);
    return expected(m->own, a, pick, what, found, err);
}

/* The step of an action from the values of its picks; NULL: one that was not made. */
static enum status make_step(const struct own_model *m, uint32_t a, const struct value *const *values,
                             struct step *ret_step, struct error *err)
{
    const struct own_action *action = &m->own->actions[a];
    struct step step = {.move = move_make(a, 0)};
    for (uint32_t i = 0; i < action->argument_count; i++) {
        const struct own_pick *pick = &action->picks[i];
        const struct value *things = m->own->thing_values[pick->kind];
        uint32_t thing = 0;
        while (values[i] != NULL && thing < m->things[pick->kind] &&
               value_compare(values[i], &things[thing]) != 0)
            thing++;
        if (values[i] == NULL || thing == m->things[pick->kind])
            return expected_thing(m, a, pick, values[i], err);
        step.move = move_with(step.move, i, thing);
    }
    for (uint32_t i = action->argument_count; i < action->pick_count; i++) {
        if (values[i] == NULL || values[i]->kind != VALUE_INT)
            return expected(m->own, a, &action->picks[i], "an integer", values[i], err);
        step.choices[step.choice_count++] = values[i]->number;
    }
    *ret_step = step;
    return OK;
}

/* What a pick was; NULL when it was not made. */
static const struct value *pick_of(const struct value *picks, const char *name)
{
    const struct value *option = value_field(picks, name);
    if (option == NULL || option->kind != VALUE_RECORD)
        return NULL;
    const struct value *tag = value_field(option, "tag");
    return tag != NULL && value_is_string(tag, "Some") ? value_field(option, "value") : NULL;
}

static enum status find_action(const struct own_class *own, const struct value *name, uint32_t *ret_action,
                               struct error *err)
{
    const struct racewalk_model *object = own->object;
    uint32_t a = 0;
    while (a < object->action_count && !value_is_string(name, object->actions[a].name))
        a++;
    *ret_action = a;
    if (a < object->action_count)
        return OK;
    struct buffer text;
    buffer_init(&text);
    buffer_string(&text, OWN_ACTION ": an action of the model expected (");
    for (a = 0; a < object->action_count; a++)
        buffer_format(&text, "%s%s", a == 0 ? "" : ", ", object->actions[a].name);
    buffer_string(&text, "), found ");
    value_print(&text, name, 60);
    (void)error_set(err, ERR_DATA, "%s", text.text);
    buffer_release(&text);
    return ERR_DATA;
}

enum status own_step_of_value(const struct literal *literal, const struct value *record,
                              struct step *ret_step, struct error *err)
{
    const struct own_model *m = literal->model;
    const struct value *name = value_field(record, OWN_ACTION);
    const struct value *picks = value_field(record, OWN_PICKS);
    const struct value *values[SAMPLES_MAX];
    uint32_t a = 0;
    if (name == NULL || picks == NULL || picks->kind != VALUE_RECORD)
        return error_set(err, ERR_DATA,
                         OWN_ACTION " and " OWN_PICKS
                                    ": the action's name and a record of its picks expected");
    const enum status status = find_action(m->own, name, &a, err);
    if (status != OK)
        return status;
    for (uint32_t i = 0; i < m->own->actions[a].pick_count; i++)
        values[i] = pick_of(picks, m->own->actions[a].picks[i].name);
    return make_step(m, a, values, ret_step, err);
}

enum status own_step_of_schedule(const struct literal *literal, uint32_t action, const struct value *samples,
                                 size_t count, struct step *ret_step, struct error *err)
{
    const struct own_model *m = literal->model;
    const struct value *values[SAMPLES_MAX];
    if (action >= m->own->object->action_count)
        return error_set(err, ERR_DATA, "there is no action %u; the model has %u", action,
                         m->own->object->action_count);
    const uint32_t expected_count = m->own->actions[action].pick_count;
    if (count != expected_count)
        return error_set(err, ERR_DATA, "%s: %u samples expected, found %zu",
                         m->own->object->actions[action].name, expected_count, count);
    for (size_t i = 0; i < count; i++)
        values[i] = &samples[i];
    return make_step(m, action, values, ret_step, err);
}
