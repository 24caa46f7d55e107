/* SPDX-License-Identifier: Apache-2.0 */
#include "model/model.h"

#include <assert.h>
#include <string.h>

void walk_tally_add(struct walk_tally *sum, const struct walk_tally *part)
{
    sum->walks += part->walks;
    sum->steps += part->steps;
    sum->ended += part->ended;
    for (size_t p = 0; p < PROPERTIES_MAX; p++)
        sum->hits[p] += part->hits[p];
    for (size_t a = 0; a < ACTIONS_MAX; a++)
        sum->fired[a] += part->fired[a];
    sum->refused += part->refused;
}

/* --- limits --- */

/* The kinds of arguments, each once; KINDS_MAX + 1 when there are more than that. */
static size_t count_kinds(const struct model_class *class)
{
    const struct argument_kind *kinds[KINDS_MAX];
    size_t count = 0;
    for (size_t a = 0; a < class->action_count; a++) {
        for (size_t i = 0; i < action_argument_count(&class->actions[a]); i++) {
            size_t k = 0;
            while (k < count && kinds[k] != class->actions[a].arguments[i])
                k++;
            if (k == KINDS_MAX)
                return KINDS_MAX + 1;
            if (k == count)
                kinds[count++] = class->actions[a].arguments[i];
        }
    }
    return count;
}

enum status model_check_class(const struct model_class *class, struct error *err)
{
    const struct {
        const char *what, *limit;
        size_t count, most;
    } rows[] = {
        {"actions", "ACTIONS_MAX", class->action_count, ACTIONS_MAX},
        {"properties", "PROPERTIES_MAX", class->property_count, PROPERTIES_MAX},
        {"parameters", "PARAMETERS_MAX", class->parameter_count, PARAMETERS_MAX},
        {"guards", "GUARDS_MAX", class->guard_count, GUARDS_MAX},
        {"names in its traces", "TRACE_NAMES_MAX",
         class->traces.parameter_name_count + class->traces.variable_name_count, TRACE_NAMES_MAX},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (rows[i].count > rows[i].most)
            return error_set(err, ERR_INTERNAL, "the model %s has %zu %s; at most %zu are possible (%s)",
                             class->name, rows[i].count, rows[i].what, rows[i].most, rows[i].limit);
    }
    if (count_kinds(class) > KINDS_MAX)
        return error_set(err, ERR_INTERNAL, "the model %s has arguments of more than %d kinds (KINDS_MAX)",
                         class->name, KINDS_MAX);
    if (class->preset_count == 0)
        return error_set(err, ERR_INTERNAL,
                         "the model %s has no preset; the first one is the default instance", class->name);
    return OK;
}

/* Of a model that was made. */
static enum status check_sizes(const struct model *model, struct error *err)
{
    const char *name = model->class->name;
    if (model->state_size > STATE_SIZE_MAX)
        return error_set(err, ERR_INTERNAL,
                         "a state of the model %s has %zu bytes; at most %d are possible (STATE_SIZE_MAX)",
                         name, model->state_size, STATE_SIZE_MAX);
    if (model->packed_words > PACKED_WORDS_MAX)
        return error_set(
            err, ERR_INTERNAL,
            "a packed state of the model %s has %zu words; at most %d are possible (PACKED_WORDS_MAX)", name,
            model->packed_words, PACKED_WORDS_MAX);
    return OK;
}

/* A move that leads to no state of the model, of those that are listed. */
static enum status check_each_move(const struct model *model, const void *state,
                                   const struct enabled_move *moves, struct error *err)
{
    enum status status = OK;
    for (size_t i = 0; i < MOVES_MAX && status == OK; i++) {
        if (move_action(moves[i].move) < model->class->action_count)
            status = model->class->check_move(model, state, moves[i].move, err);
    }
    return status;
}

enum status model_check_moves(const struct model *model, const void *state, struct error *err)
{
    struct enabled_move moves[MOVES_ROOM];
    const char *name = model->class->name;
    const size_t count = model->class->enabled(model, state, moves);
    uint64_t sum = 0;
    if (count > MOVES_MAX && model->class->check_move != NULL &&
        check_each_move(model, state, moves, err) != OK)
        return ERR_INTERNAL;
    if (count > MOVES_MAX)
        return error_set(
            err, ERR_INTERNAL,
            "%zu moves are enabled in a state of the model %s; at most %d are possible (MOVES_MAX)", count,
            name, MOVES_MAX);
    for (size_t i = 0; i < count; i++) {
        sum += moves[i].weight;
        if (move_action(moves[i].move) >= model->class->action_count)
            return error_set(err, ERR_INTERNAL,
                             "a move of the model %s is of action %u, but it has %zu actions", name,
                             move_action(moves[i].move), model->class->action_count);
    }
    if (count > 0 && (sum == 0 || sum > UINT32_MAX))
        return error_set(
            err, ERR_INTERNAL,
            "the weights of the moves that are enabled in a state of the model %s add up to %llu; "
            "1 to %u are possible",
            name, (unsigned long long)sum, UINT32_MAX);
    return OK;
}

/* --- making --- */

static enum status check_parameter(const struct parameter *row, const struct parameter_value *value,
                                   struct error *err)
{
    if (value->low < row->min || value->high > row->max)
        return error_set(err, ERR_USAGE, "%s %lld is not supported: the limits are %lld and %lld",
                         row->option, (long long)(value->low < row->min ? value->low : value->high),
                         (long long)row->min, (long long)row->max);
    if (value->low > value->high || (!row->is_range && value->low != value->high))
        return error_set(err, ERR_USAGE, "%s: %lld:%lld is not a range", row->option, (long long)value->low,
                         (long long)value->high);
    return OK;
}

enum status model_new(const struct model_class *class, const struct instance *instance,
                      struct model **ret_model, struct error *err)
{
    enum status status = model_check_class(class, err);
    for (size_t i = 0; i < class->parameter_count && status == OK; i++)
        status = check_parameter(&class->parameters[i], &instance->values[i], err);
    if (status != OK)
        return status;
    assert(class->guard_count < 32 && instance->guards >> class->guard_count == 0);
    struct model *model = NULL;
    status = class->model_new(class, instance, &model, err);
    if (status != OK)
        return status;
    assert(model->class == class);
    if (class->speed.pack == NULL && model->packed_words == 0)
        model->packed_words = (model->state_size + sizeof(uint64_t) - 1) / sizeof(uint64_t);
    status = check_sizes(model, err);
    if (status == OK)
        *ret_model = model;
    else
        model_free(model);
    return status;
}

void model_free(struct model *model)
{
    if (model != NULL)
        model->class->model_free(model);
}

void model_print_move(const struct model *model, uint32_t move, struct buffer *out)
{
    const struct action *action = &model->class->actions[move_action(move)];
    const size_t count = action_argument_count(action);
    buffer_string(out, action->name);
    for (size_t i = 0; i < count; i++) {
        buffer_string(out, i == 0 ? "(" : ", ");
        if (model->class->argument_name != NULL)
            buffer_string(out, model->class->argument_name(model, move, i));
        else
            buffer_format(out, "%s-%u", action->arguments[i]->name, move_argument(move, i));
    }
    if (count > 0)
        buffer_string(out, ")");
}

static bool same_values(const struct model_class *class, const struct instance *a, const struct instance *b)
{
    for (size_t i = 0; i < class->parameter_count; i++) {
        if (a->values[i].low != b->values[i].low || a->values[i].high != b->values[i].high)
            return false;
    }
    return true;
}

void model_print_instance(const struct model *model, struct buffer *out)
{
    const struct model_class *class = model->class;
    for (size_t i = 0; i < class->preset_count; i++) {
        if (same_values(class, &class->presets[i].instance, &model->instance)) {
            buffer_format(out, "%s: ", class->presets[i].name);
            break;
        }
    }
    for (size_t i = 0; i < class->parameter_count; i++) {
        const struct parameter_value *value = &model->instance.values[i];
        buffer_format(out, "%s%s %lld", i == 0 ? "" : ", ", class->parameters[i].option,
                      (long long)value->low);
        if (class->parameters[i].is_range)
            buffer_format(out, ":%lld", (long long)value->high);
    }
    for (size_t i = 0; i < class->guard_count; i++) {
        if ((model->instance.guards >> i & 1) != 0)
            buffer_format(out, ", guard %s", class->guards[i].name);
    }
}

bool model_is_enabled(const struct model *model, const void *state, uint32_t move)
{
    struct enabled_move moves[MOVES_ROOM];
    const size_t count = model->class->enabled(model, state, moves);
    for (size_t i = 0; i < count && i < MOVES_MAX; i++) {
        if (moves[i].move == move)
            return true;
    }
    return false;
}

int model_find_property(const struct model_class *class, const char *name)
{
    for (size_t i = 0; i < class->property_count; i++) {
        if (strcmp(class->properties[i].name, name) == 0)
            return (int)i;
    }
    return -1;
}

int model_find_guard(const struct model_class *class, const char *name)
{
    for (size_t i = 0; i < class->guard_count; i++) {
        if (strcmp(class->guards[i].name, name) == 0)
            return (int)i;
    }
    return -1;
}

const struct preset *model_find_preset(const struct model_class *class, const char *name)
{
    for (size_t i = 0; i < class->preset_count; i++) {
        if (strcmp(class->presets[i].name, name) == 0)
            return &class->presets[i];
    }
    return NULL;
}

uint32_t model_invariants(const struct model_class *class)
{
    uint32_t bits = 0;
    for (size_t i = 0; i < class->property_count; i++) {
        if (class->properties[i].kind == PROPERTY_INVARIANT)
            bits |= UINT32_C(1) << i;
    }
    return bits;
}
