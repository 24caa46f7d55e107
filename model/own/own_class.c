/* SPDX-License-Identifier: Apache-2.0 */
/* The class itself: its rows, made from the object's, its models, and the functions that searches call. */
#include "model/own/own.h"

#include <stdio.h>
#include <string.h>

#include "base/memory.h"

#define CLASS_BYTES_MAX ((size_t)16 << 20) /* of names and values */

/* --- models --- */

static enum status check_things(const struct own_class *own, const void *params, uint32_t *ret_things,
                                struct error *err)
{
    for (uint32_t k = 0; k < own->object->kind_count; k++) {
        const struct racewalk_kind *kind = &own->object->kinds[k];
        const int64_t things = own->judge->things(params, k);
        const enum status status = own_check_fault(own->judge, err);
        if (status != OK)
            return error_prefix(err, status, "how many things of the kind %s there are: ", kind->name);
        if (things < 1 || things > (int64_t)kind->most)
            return error_set(err, ERR_USAGE,
                             "the kind %s would have %lld things in this instance; 1 to %u are possible",
                             kind->name, (long long)things, kind->most);
        ret_things[k] = (uint32_t)things;
    }
    return OK;
}

static enum status check_data(const struct own_model *m, struct error *err)
{
    for (uint32_t d = 0; d < m->own->object->data_count; d++) {
        const struct racewalk_data *row = &m->own->object->data[d];
        if (m->data_low[d] > m->data_high[d] ||
            (uint64_t)m->data_high[d] - (uint64_t)m->data_low[d] == UINT64_MAX)
            return error_set(
                err, ERR_USAGE,
                "the datum %s of the action %s would go from %lld to %lld in this instance, which "
                "is no range",
                row->name, m->own->object->actions[row->action].name, (long long)m->data_low[d],
                (long long)m->data_high[d]);
    }
    return OK;
}

/* An instance of an object, from its numbers on; what does not fit together is found on the way, in the checked build
 * before the other. */
static enum status begin(struct own_model *m, const struct racewalk_model *object, const int64_t *values,
                         void **ret_params, struct error *err)
{
    const bool is_judge = object == m->own->judge;
    void *params = mem_new_aligned(alignof(max_align_t), 1, object->params_size);
    if (params == NULL)
        return error_memory(err, object->params_size);
    *ret_params = params;
    object->set_params(params, values, m->base.instance.guards);
    enum status status = own_check_fault(object, err);
    const char *reason = status == OK ? object->refuse(params) : NULL;
    if (status == OK)
        status = own_check_fault(object, err);
    if (status != OK)
        return error_prefix(err, status, "in the parameters: ");
    if (reason != NULL)
        return error_set(err, ERR_USAGE, "the model %s has no such instance; what must hold: %s",
                         object->name, reason);
    if (is_judge)
        status = check_things(m->own, params, m->things, err);
    for (uint32_t d = 0; is_judge && status == OK && d < object->data_count; d++) {
        object->data_range(params, d, &m->data_low[d], &m->data_high[d]);
        status = own_check_fault(object, err);
    }
    if (is_judge && status == OK)
        status = check_data(m, err);
    if (status != OK)
        return status;
    object->begin(params);
    status = own_check_fault(object, err);
    return status == OK ? OK : error_prefix(err, status, "in the initial state: ");
}

/* The initial state is one of the model, and its properties can be looked at. */
static enum status check_first(struct own_model *m, struct error *err)
{
    const struct own_class *own = m->own;
    own->judge->init(m->judge_params, m->first.bytes);
    enum status status = own_check_state(m, m->first.bytes, err);
    if (status == OK) {
        (void)own->judge->hits(m->judge_params, m->first.bytes);
        status = own_check_fault(own->judge, err);
    }
    if (status == OK) {
        struct own_state first = {{0}};
        own->object->init(m->params, first.bytes);
        own_normalize(m, first.bytes);
        own_normalize(m, m->first.bytes);
        if (memcmp(first.bytes, m->first.bytes, own->object->state_size) != 0)
            status = error_set(err, ERR_DATA, "the checked build and the other begin in different states");
    }
    return status == OK ? OK : error_prefix(err, status, "in the initial state: ");
}

static void own_model_free(struct model *model)
{
    struct own_model *m = (struct own_model *)(void *)model;
    if (m->judge_params != m->params)
        mem_free(m->judge_params);
    mem_free(m->params);
    mem_free(m);
}

static enum status own_model_new(const struct model_class *class, const struct instance *instance,
                                 struct model **ret_model, struct error *err)
{
    const struct own_class *own = own_class_of(class);
    int64_t values[RACEWALK_PARAMETERS_MAX] = {0};
    struct own_model *m = mem_new_aligned(alignof(struct own_model), 1, sizeof *m);
    if (m == NULL)
        return error_memory(err, sizeof *m);
    m->base = (struct model){.class = class, .instance = *instance, .state_size = own->object->state_size};
    m->own = own;
    for (size_t i = 0; i < own->object->parameter_count; i++)
        values[i] = instance->values[i].low;
    enum status status = begin(m, own->judge, values, &m->judge_params, err);
    if (own->judge == own->object)
        m->params = m->judge_params;
    else if (status == OK)
        status = begin(m, own->object, values, &m->params, err);
    if (status == OK)
        status = check_first(m, err);
    if (status == OK)
        status = own_find_symmetry(m, err);
    if (status == OK) {
        m->base.packed_words = own->object->words(m->params);
        if (m->base.packed_words < 1 || m->base.packed_words > RACEWALK_WORDS_MAX)
            status =
                error_set(err, ERR_DATA, "a packed state of the model %s has %zu words; 1 to %d are possible",
                          class->name, m->base.packed_words, RACEWALK_WORDS_MAX);
    }
    if (status != OK) {
        own_model_free(&m->base);
        return status;
    }
    own_count_atoms(m);
    *ret_model = &m->base;
    return OK;
}

/* --- what searches call --- */

static void own_init(const struct model *model, void *state)
{
    memcpy(state, own_model_of(model)->first.bytes, model->state_size);
}

/* The object writes its moves where the caller wants ours. */
static_assert(sizeof(struct enabled_move) == sizeof(struct racewalk_move) &&
                  offsetof(struct enabled_move, move) == offsetof(struct racewalk_move, move) &&
                  offsetof(struct enabled_move, weight) == offsetof(struct racewalk_move, weight) &&
                  offsetof(struct enabled_move, idle) == offsetof(struct racewalk_move, idle),
              "one layout of an enabled move on both sides");

static size_t own_enabled(const struct model *model, const void *state, struct enabled_move *moves)
{
    const struct own_model *m = own_model_of(model);
    return m->own->object->enabled(m->params, state, (struct racewalk_move *)(void *)moves);
}

static void own_apply(const struct model *model, void *state, uint32_t move)
{
    const struct own_model *m = own_model_of(model);
    struct own_state before;
    memcpy(before.bytes, state, model->state_size);
    /* A move that was enabled a moment ago is, unless the author's function is a function of something else, too. Then
     * the state stays whole, at least. */
    if (m->own->object->apply(m->params, state, move))
        own_normalize(m, state);
    else
        memcpy(state, before.bytes, model->state_size);
}

static uint32_t own_properties_hit(const struct model *model, const void *state)
{
    const struct own_model *m = own_model_of(model);
    return m->own->object->hits(m->params, state) & model->instance.properties;
}

static uint32_t own_progress(const struct model *model, const void *state)
{
    const struct own_model *m = own_model_of(model);
    return m->own->object->progress(m->params, state);
}

static void own_pack(const struct model *model, const void *state, uint64_t *words)
{
    const struct own_model *m = own_model_of(model);
    m->own->object->pack(m->params, state, words);
}

static void own_unpack(const struct model *model, const uint64_t *words, void *state)
{
    const struct own_model *m = own_model_of(model);
    m->own->object->unpack(m->params, words, state);
}

static size_t own_expand(const struct model *model, const uint64_t *packed, uint64_t *ret_packed,
                         uint32_t *ret_moves, uint32_t *ret_hits)
{
    const struct own_model *m = own_model_of(model);
    const size_t count = m->own->object->expand(m->params, packed, ret_packed, ret_moves, ret_hits);
    for (size_t i = 0; i < count && i < MOVES_MAX; i++)
        ret_hits[i] &= model->instance.properties;
    return count;
}

/* Walks whose hits fit on the stack, whatever they are. */
enum { WALKS_AT_ONCE = 256 };

static bool own_walk(const struct model *model, const struct walk_job *job, struct walk_tally *tally,
                     struct walk_hits *hits)
{
    const struct own_model *m = own_model_of(model);
    struct racewalk_hit rows[WALKS_AT_ONCE];
    struct racewalk_tally sum = {.first_hits = rows, .hit_capacity = hits != NULL ? WALKS_AT_ONCE : 0};
    struct racewalk_walks part = {.seed = job->seed,
                                  .max_steps = job->max_steps,
                                  .properties = job->properties & model->instance.properties};
    for (uint64_t done = 0; done < job->count; done += part.count) {
        part.first = job->first + done;
        part.count = job->count - done < WALKS_AT_ONCE ? job->count - done : WALKS_AT_ONCE;
        sum.hit_count = 0;
        m->own->object->walk(m->params, &part, &sum);
        for (size_t i = 0; hits != NULL && i < sum.hit_count; i++)
            walk_hits_add(hits, rows[i].sample, rows[i].length, rows[i].properties);
    }
    tally->walks += sum.walks;
    tally->steps += sum.steps;
    tally->ended += sum.ended;
    tally->refused += sum.refused;
    for (size_t p = 0; p < RACEWALK_PROPERTIES_MAX; p++)
        tally->hits[p] += sum.hits[p];
    for (size_t a = 0; a < RACEWALK_ACTIONS_MAX; a++)
        tally->fired[a] += sum.fired[a];
    return true;
}

/* --- rows --- */

/* A copy of a name with other letters: capitals, or hyphens in place of low lines. */
static const char *copy_name(struct own_class *own, const char *name, bool capitals)
{
    const size_t length = strlen(name);
    char *copy = arena_copy(&own->arena, name, length);
    for (size_t i = 0; copy != NULL && i < length; i++) {
        if (capitals && copy[i] >= 'a' && copy[i] <= 'z')
            copy[i] = (char)(copy[i] - 'a' + 'A');
        else if (!capitals && copy[i] == '_')
            copy[i] = '-';
    }
    return copy;
}

static enum status make_kinds(struct own_class *own, struct error *err)
{
    enum status status = OK;
    for (size_t k = 0; k < own->object->kind_count && status == OK; k++)
        status = own_name_things(own, k, err);
    for (size_t f = 0; f < own->object->field_count && status == OK; f++) {
        const struct racewalk_field *field = &own->object->fields[f];
        if (field->kinds[0] >= 0)
            own->has_fields[field->kinds[0]] = true;
        if (field->type != RACEWALK_NAMES)
            continue;
        const size_t count = (size_t)field->high + 1;
        const char *name = field->names;
        own->field_names[f] = value_room(&own->arena, count);
        if (own->field_names[f] == NULL)
            return error_memory(err, count * sizeof(struct value));
        for (size_t i = 0; i < count; i++, name += strlen(name) + 1)
            own->field_names[f][i] = value_string(name);
    }
    return status;
}

static enum status make_actions(struct own_class *own, struct error *err)
{
    struct buffer help;
    enum status status = OK;
    buffer_init(&help);
    for (uint32_t a = 0; a < own->object->action_count && status == OK; a++) {
        struct action *row = &own->action_rows[a];
        status = own_name_picks(own, a, err);
        if (status != OK)
            break;
        buffer_clear(&help);
        own_print_roles(own, move_make(a, 0), true, &help);
        row->name = row->tag = own->object->actions[a].name;
        row->help = arena_copy(&own->arena, help.text, help.length);
        for (uint32_t i = 0; i < own->actions[a].argument_count; i++)
            row->arguments[i] = &own->kinds[own->actions[a].picks[i].kind];
        if (row->help == NULL || help.failed)
            status = error_memory(err, help.length + 1);
    }
    buffer_release(&help);
    return status;
}

static enum status make_parameters(struct own_class *own, struct error *err)
{
    for (size_t i = 0; i < own->object->parameter_count; i++) {
        const struct racewalk_parameter *row = &own->object->parameters[i];
        own->parameter_names[i] = copy_name(own, row->name, true);
        own->parameter_rows[i] = (struct parameter){.name = row->name,
                                                    .option = copy_name(own, row->name, false),
                                                    .metavar = "N",
                                                    .min = row->least,
                                                    .max = row->most,
                                                    .help = row->help};
        if (own->parameter_names[i] == NULL || own->parameter_rows[i].option == NULL)
            return error_memory(err, strlen(row->name) + 1);
    }
    return OK;
}

static void make_plain_rows(struct own_class *own)
{
    for (size_t i = 0; i < own->object->property_count; i++) {
        const struct racewalk_property *row = &own->object->properties[i];
        own->property_rows[i] = (struct property){
            row->name, row->example != 0 ? PROPERTY_EXAMPLE : PROPERTY_INVARIANT, row->sentence};
    }
    for (size_t i = 0; i < own->object->guard_count; i++)
        own->guard_rows[i] = (struct guard){own->object->guards[i].name, own->object->guards[i].help};
}

/* An object without instances has one: each parameter at its least. */
static size_t make_presets(struct own_class *own)
{
    const struct racewalk_model *object = own->object;
    const size_t count = object->instance_count > 0 ? object->instance_count : 1;
    for (size_t i = 0; i < count; i++) {
        struct preset *preset = &own->preset_rows[i];
        preset->name = object->instance_count > 0 ? object->instances[i].name : "default";
        preset->instance.properties = model_invariants(&own->class);
        for (size_t p = 0; p < object->parameter_count; p++) {
            const int64_t value =
                object->instance_count > 0 ? object->instances[i].values[p] : object->parameters[p].least;
            preset->instance.values[p] = (struct parameter_value){value, value};
        }
    }
    return count;
}

/* What stands beside one another in the states of a trace has different names. */
static enum status make_variables(struct own_class *own, struct error *err)
{
    const struct racewalk_model *object = own->object;
    struct model_traces *traces = &own->class.traces;
    size_t count = 0;
    for (size_t f = 0; f < object->field_count; f++) {
        if (object->fields[f].kinds[0] < 0)
            own->variable_names[count++] = object->fields[f].name;
    }
    for (size_t k = 0; k < object->kind_count; k++) {
        if (own->has_fields[k])
            own->variable_names[count++] = object->kinds[k].name;
    }
    for (size_t i = 0; i < count + object->parameter_count; i++) {
        const char *name = i < count ? own->variable_names[i] : own->parameter_names[i - count];
        for (size_t j = 0; j < i; j++) {
            if (strcmp(name, j < count ? own->variable_names[j] : own->parameter_names[j - count]) == 0)
                return error_set(
                    err, ERR_DATA,
                    "two of the fields, kinds and parameters (whose names traces have in capital "
                    "letters) would be called %s in traces",
                    name);
        }
    }
    own->variable_names[count++] = OWN_ACTION;
    own->variable_names[count++] = OWN_PICKS;
    traces->parameter_names = own->parameter_names;
    traces->parameter_name_count = object->parameter_count;
    traces->variable_names = own->variable_names;
    traces->variable_name_count = count;
    return OK;
}

/* --- the class --- */

static const struct model_class prototype = {
    .model_new = own_model_new,
    .model_free = own_model_free,
    .init = own_init,
    .enabled = own_enabled,
    .apply = own_apply,
    .properties_hit = own_properties_hit,
    .check_move = own_check_move,
    .argument_name = own_argument_name,
    .traces =
        {
            .literal_new = own_literal_new,
            .literal_free = own_literal_free,
            .literal_apply = own_literal_apply,
            .literal_properties_hit = own_literal_properties_hit,
            .literal_control = own_literal_control,
            .literal_value = own_literal_value,
            .draw_payload = own_draw_payload,
            .parameters_value = own_parameters_value,
            .instance_of_value = own_instance_of_value,
            .step_of_value = own_step_of_value,
            .schedule_samples = own_schedule_samples,
            .step_of_schedule = own_step_of_schedule,
            .describe = own_describe,
        },
    .speed =
        {
            .atoms = own_atoms,
            .pack = own_pack,
            .unpack = own_unpack,
            .expand = own_expand,
            .walk = own_walk,
        },
};

static enum status make_class(struct own_class *own, struct error *err)
{
    const struct racewalk_model *object = own->object;
    struct model_class *class = &own->class;
    enum status status = make_kinds(own, err);
    if (status == OK)
        status = make_actions(own, err);
    if (status == OK)
        status = make_parameters(own, err);
    if (status == OK)
        status = make_variables(own, err);
    if (status != OK)
        return status;
    make_plain_rows(own);
    class->name = object->name;
    class->summary = object->summary;
    class->actions = own->action_rows;
    class->action_count = object->action_count;
    class->properties = own->property_rows;
    class->property_count = object->property_count;
    class->guards = own->guard_rows;
    class->guard_count = object->guard_count;
    class->parameters = own->parameter_rows;
    class->parameter_count = object->parameter_count;
    class->presets = own->preset_rows;
    class->preset_count = make_presets(own);
    if (object->progress != NULL)
        class->speed.progress = own_progress;
    if (own_has_symmetry(own))
        class->speed.canonical = own_canonical;
    return OK;
}

/* A checked build of another file, or of an older state of this one, is none. */
static enum status check_pair(const struct racewalk_model *object, const struct racewalk_model *checked,
                              struct error *err)
{
    const enum status status = own_check(checked, err);
    if (status != OK)
        return status;
    if (checked->checked == 0 || strcmp(checked->name, object->name) != 0 ||
        checked->state_size != object->state_size || checked->kind_count != object->kind_count ||
        checked->field_count != object->field_count || checked->action_count != object->action_count ||
        checked->property_count != object->property_count ||
        checked->parameter_count != object->parameter_count || checked->data_count != object->data_count)
        return error_set(err, ERR_DATA, "the checked build is not of the same model");
    return OK;
}

enum status own_class_new(const struct racewalk_model *object, const struct racewalk_model *checked,
                          uint64_t identity, struct model_class **ret_class, struct error *err)
{
    struct own_class *own = NULL;
    enum status status = own_check(object, err);
    if (status == OK && checked != NULL)
        status = check_pair(object, checked, err);
    if (status == OK) {
        own = mem_new(1, sizeof *own);
        if (own == NULL)
            return error_memory(err, sizeof *own);
        own->class = prototype;
        own->class.own = own;
        own->class.identity = identity;
        own->object = object;
        own->judge = checked != NULL ? checked : object;
        arena_init(&own->arena, CLASS_BYTES_MAX);
        status = make_class(own, err);
    }
    if (status == OK) {
        *ret_class = &own->class;
        return OK;
    }
    if (own != NULL)
        own_class_free(&own->class);
    return error_prefix(err, status, "the model %s: ",
                        object->interface == RACEWALK_INTERFACE && object->size == sizeof *object &&
                                object->name != NULL &&
                                own_is_identifier(object->name, strnlen(object->name, OWN_NAME_MAX + 1))
                            ? object->name
                            : "cannot be used");
}

const struct racewalk_model *own_class_object(const struct model_class *class)
{
    return own_class_of(class)->object;
}

void own_class_free(struct model_class *class)
{
    if (class == NULL)
        return;
    struct own_class *own = (struct own_class *)(void *)class;
    arena_release(&own->arena);
    mem_free(own);
}
