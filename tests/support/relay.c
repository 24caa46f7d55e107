/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/support/relay.h"

#include <assert.h>
#include <string.h>

#include "base/memory.h"

/* The control state, of which the literal one is a copy. */
struct relay_state {
    uint8_t last;                       /* the newest version */
    uint8_t split;                      /* a client has seen one */
    uint8_t written[RELAY_CLIENTS_MAX]; /* by this client */
    uint8_t versions[RELAY_NODES_MAX];  /* 0: none yet */
};

struct relay_model {
    struct model base;
    uint32_t clients, nodes;
};

struct literal {
    const struct relay_model *model;
    struct relay_state state;
    bool is_init;
    uint32_t move; /* that made this state */
};

static const struct argument_kind client = {.name = "client", .symmetric = true};
static const struct argument_kind node = {.name = "node", .symmetric = true};

static const struct action actions[] = {
    [RELAY_TICK] = {"tick", "Tick", "time passes", {NULL}},
    [RELAY_WRITE] = {"write", "Write", "a client writes to a node", {&client, &node}},
    [RELAY_COPY] = {"copy", "Copy", "what the first node has goes to the second", {&node, &node}},
    [RELAY_COMPARE] = {"compare", "Compare", "a client compares two nodes", {&client, &node, &node}},
};
static const struct property properties[] = {
    [RELAY_NO_SPLIT] = {"no_split", PROPERTY_INVARIANT, "no client sees two nodes that differ"},
};
static const struct parameter parameters[] = {
    [RELAY_CLIENTS] = {"clients", "clients", "C", false, 1, RELAY_CLIENTS_MAX, "number of clients"},
    [RELAY_NODES] = {"nodes", "nodes", "N", false, 2, RELAY_NODES_MAX, "number of nodes"},
};
static const struct preset presets[] = {{"r4_4", {.values = {{4, 4}, {4, 4}}, .properties = 1}}};

static const char *const parameter_names[] = {"CLIENTS", "NODES"};
static const char *const variable_names[] = {"written", "versions", "split", "ghost_action"};
static const char *const field_names[] = {"first", "second", "third"};

static const struct relay_model *relay_of(const struct model *model)
{
    return (const struct relay_model *)(const void *)model;
}

static const char *name_of(const struct argument_kind *kind, uint32_t i)
{
    static const char *const clients[] = {"client-a", "client-b", "client-c", "client-d"};
    static const char *const nodes[] = {"node-a", "node-b", "node-c", "node-d"};
    assert(i < 4);
    return strcmp(kind->name, "client") == 0 ? clients[i] : nodes[i];
}

static const char *argument_name(const struct model *model, uint32_t move, size_t i)
{
    return name_of(model->class->actions[move_action(move)].arguments[i], move_argument(move, i));
}

static enum status relay_new(const struct model_class *class, const struct instance *instance,
                             struct model **ret_model, struct error *err)
{
    struct relay_model *m = mem_new(1, sizeof *m);
    if (m == NULL)
        return error_memory(err, sizeof *m);
    m->base = (struct model){.class = class, .instance = *instance, .state_size = sizeof(struct relay_state)};
    m->clients = (uint32_t)instance->values[RELAY_CLIENTS].low;
    m->nodes = (uint32_t)instance->values[RELAY_NODES].low;
    *ret_model = &m->base;
    return OK;
}

static void relay_free(struct model *model)
{
    mem_free(model);
}

static void init(const struct model *model, void *state)
{
    (void)model;
    memset(state, 0, sizeof(struct relay_state));
}

static bool can_compare(const struct relay_state *s, uint32_t c, uint32_t a, uint32_t b)
{
    return a != b && s->written[c] != 0 && s->versions[a] != 0 && s->versions[b] != 0;
}

static size_t enabled(const struct model *model, const void *state, struct enabled_move *moves)
{
    const struct relay_model *m = relay_of(model);
    struct relay_state s;
    memcpy(&s, state, sizeof s);
    size_t count = 0;
    moves[count++] = (struct enabled_move){relay_move(RELAY_TICK, 0, 0, 0), 1, true};
    for (uint32_t a = 0; a < m->nodes; a++) {
        for (uint32_t c = 0; c < m->clients; c++) {
            if (s.written[c] == 0)
                moves[count++] = (struct enabled_move){relay_move(RELAY_WRITE, c, a, 0), 1, false};
        }
        for (uint32_t b = 0; b < m->nodes; b++) {
            if (s.versions[a] > s.versions[b])
                moves[count++] = (struct enabled_move){relay_move(RELAY_COPY, a, b, 0), 1, false};
            for (uint32_t c = 0; c < m->clients; c++) {
                const bool idle = s.versions[a] == s.versions[b] || s.split != 0;
                if (can_compare(&s, c, a, b))
                    moves[count++] = (struct enabled_move){relay_move(RELAY_COMPARE, c, a, b), 1, idle};
            }
        }
    }
    return count;
}

static void take(struct relay_state *s, uint32_t move)
{
    const uint32_t first = move_argument(move, 0), second = move_argument(move, 1);
    switch ((enum relay_action)move_action(move)) {
    case RELAY_WRITE:
        s->written[first] = 1;
        s->versions[second] = ++s->last;
        break;
    case RELAY_COPY:
        s->versions[second] = s->versions[first];
        break;
    case RELAY_COMPARE:
        s->split |= s->versions[second] != s->versions[move_argument(move, 2)];
        break;
    case RELAY_TICK:
    case RELAY_ACTION_COUNT:
        break;
    }
}

static void apply(const struct model *model, void *state, uint32_t move)
{
    (void)model;
    struct relay_state s;
    memcpy(&s, state, sizeof s);
    take(&s, move);
    memcpy(state, &s, sizeof s);
}

static uint32_t properties_hit(const struct model *model, const void *state)
{
    struct relay_state s;
    memcpy(&s, state, sizeof s);
    return (uint32_t)s.split & model->instance.properties;
}

/* --- the literal side --- */

static struct literal *literal_new(const struct model *model)
{
    struct literal *literal = mem_new(1, sizeof *literal);
    if (literal == NULL)
        return NULL;
    literal->model = relay_of(model);
    literal->is_init = true;
    return literal;
}

static void literal_free(struct literal *literal)
{
    mem_free(literal);
}

static enum status literal_apply(struct literal *literal, const struct step *step, struct error *err)
{
    if (step->choice_count != 0 || !model_is_enabled(&literal->model->base, &literal->state, step->move))
        return error_set(err, ERR_DATA, "move %u is not enabled", step->move);
    take(&literal->state, step->move);
    literal->is_init = false;
    literal->move = step->move;
    return OK;
}

static uint32_t literal_properties_hit(const struct literal *literal)
{
    return literal->state.split;
}

static void literal_control(const struct literal *literal, void *state)
{
    memcpy(state, &literal->state, sizeof literal->state);
}

/* What the bytes of all things of a kind are. */
static bool bytes_value(const struct argument_kind *kind, const uint8_t *bytes, uint32_t count,
                        struct arena *arena, struct value *ret)
{
    struct value *pairs = value_room(arena, 2 * (size_t)count);
    if (pairs == NULL)
        return false;
    for (uint32_t i = 0; i < count; i++) {
        pairs[2 * i] = value_string(name_of(kind, i));
        pairs[2 * i + 1] = value_int(bytes[i]);
    }
    *ret = value_map(pairs, count);
    return true;
}

static size_t argument_values(uint32_t move, struct value *values)
{
    const struct action *action = &actions[move_action(move)];
    const size_t count = action_argument_count(action);
    for (size_t i = 0; i < count; i++)
        values[i] = value_string(name_of(action->arguments[i], move_argument(move, i)));
    return count;
}

static enum status literal_value(const struct literal *literal, struct arena *arena, struct value *ret_record)
{
    const struct relay_state *s = &literal->state;
    struct named_value fields[] = {{"written", value_null()},
                                   {"versions", value_null()},
                                   {"split", value_bool(s->split != 0)},
                                   {"ghost_action", value_null()}};
    struct named_value variant[] = {{"tag", value_string("Init")}, {"value", value_null()}};
    struct named_value arguments[MOVE_ARGUMENTS_MAX];
    struct value values[MOVE_ARGUMENTS_MAX];
    if (!literal->is_init) {
        const size_t count = argument_values(literal->move, values);
        for (size_t i = 0; i < count; i++)
            arguments[i] = (struct named_value){field_names[i], values[i]};
        variant[0].value = value_string(actions[move_action(literal->move)].tag);
        if (!value_record_of(arena, arguments, count, &variant[1].value))
            return ERR_MEMORY;
    }
    if (!bytes_value(&client, s->written, literal->model->clients, arena, &fields[0].value) ||
        !bytes_value(&node, s->versions, literal->model->nodes, arena, &fields[1].value) ||
        !value_record_of(arena, variant, 2, &fields[3].value) ||
        !value_record_of(arena, fields, 4, ret_record))
        return ERR_MEMORY;
    return OK;
}

static enum status draw_payload(const struct model *model, struct trace *trace)
{
    (void)model, (void)trace;
    return OK;
}

static enum status parameters_value(const struct model *model, struct arena *arena, struct value *ret_record)
{
    const struct named_value fields[] = {{"CLIENTS", value_int(relay_of(model)->clients)},
                                         {"NODES", value_int(relay_of(model)->nodes)}};
    return value_record_of(arena, fields, 2, ret_record) ? OK : ERR_MEMORY;
}

static enum status instance_of_value(const struct model_class *class, const struct value *record,
                                     struct instance *ret_instance, struct error *err)
{
    struct instance instance = {.properties = model_invariants(class)};
    for (size_t i = 0; i < class->parameter_count; i++) {
        const struct value *value = value_field(record, parameter_names[i]);
        if (value->kind != VALUE_INT || value->number < class->parameters[i].min ||
            value->number > class->parameters[i].max)
            return error_set(err, ERR_DATA, "%s: another number expected", parameter_names[i]);
        instance.values[i] = (struct parameter_value){value->number, value->number};
    }
    *ret_instance = instance;
    return OK;
}

/* The step of an action from its arguments' names. */
static enum status make_step(uint32_t action, const struct value *const *values, struct step *ret_step,
                             struct error *err)
{
    struct step step = {.move = move_make(action, 0)};
    for (size_t i = 0; i < action_argument_count(&actions[action]); i++) {
        uint32_t thing = 0;
        while (thing < 4 && !value_is_string(values[i], name_of(actions[action].arguments[i], thing)))
            thing++;
        if (thing == 4)
            return error_set(err, ERR_DATA, "%s: argument %zu: a name expected", actions[action].name, i);
        step.move = move_with(step.move, i, thing);
    }
    *ret_step = step;
    return OK;
}

static enum status step_of_value(const struct literal *literal, const struct value *record,
                                 struct step *ret_step, struct error *err)
{
    (void)literal;
    const struct value *ghost = value_field(record, "ghost_action");
    const struct value *tag = value_field(ghost, "tag"), *fields = value_field(ghost, "value");
    for (uint32_t action = 0; action < RELAY_ACTION_COUNT; action++) {
        const struct value *values[MOVE_ARGUMENTS_MAX];
        if (!value_is_string(tag, actions[action].tag))
            continue;
        for (size_t i = 0; i < action_argument_count(&actions[action]); i++) {
            values[i] = value_field(fields, field_names[i]);
            if (values[i] == NULL)
                return error_set(err, ERR_DATA, "ghost_action: no %s", field_names[i]);
        }
        return make_step(action, values, ret_step, err);
    }
    return error_set(err, ERR_DATA, "ghost_action: no such action");
}

static enum status schedule_samples(const struct literal *literal, const struct step *step,
                                    struct arena *arena, struct value *ret_samples, size_t *ret_count)
{
    (void)literal, (void)arena;
    *ret_count = argument_values(step->move, ret_samples);
    return OK;
}

static enum status step_of_schedule(const struct literal *literal, uint32_t action,
                                    const struct value *samples, size_t count, struct step *ret_step,
                                    struct error *err)
{
    (void)literal;
    const struct value *values[MOVE_ARGUMENTS_MAX];
    if (count != action_argument_count(&actions[action]))
        return error_set(err, ERR_DATA, "another number of samples expected");
    for (size_t i = 0; i < count; i++)
        values[i] = &samples[i];
    return make_step(action, values, ret_step, err);
}

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

const struct model_class relay = {
    .name = "relay",
    .summary = "clients that compare nodes, which copy from each other",
    .actions = actions,
    .action_count = COUNT(actions),
    .properties = properties,
    .property_count = COUNT(properties),
    .parameters = parameters,
    .parameter_count = COUNT(parameters),
    .presets = presets,
    .preset_count = COUNT(presets),
    .model_new = relay_new,
    .model_free = relay_free,
    .init = init,
    .enabled = enabled,
    .apply = apply,
    .properties_hit = properties_hit,
    .argument_name = argument_name,
    .traces =
        {
            .parameter_names = parameter_names,
            .parameter_name_count = COUNT(parameter_names),
            .variable_names = variable_names,
            .variable_name_count = COUNT(variable_names),
            .literal_new = literal_new,
            .literal_free = literal_free,
            .literal_apply = literal_apply,
            .literal_properties_hit = literal_properties_hit,
            .literal_control = literal_control,
            .literal_value = literal_value,
            .draw_payload = draw_payload,
            .parameters_value = parameters_value,
            .instance_of_value = instance_of_value,
            .step_of_value = step_of_value,
            .schedule_samples = schedule_samples,
            .step_of_schedule = step_of_schedule,
        },
};
