/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/support/lease_lock.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

/* Clients are interchangeable (see canonical), but keep their names in shapes. */
static const struct argument_kind clients = {.name = "client"};

static const struct action actions[] = {
    [LEASE_ACQUIRE] = {"acquire", "Acquire", "a client acquires the lease, which is free", {&clients}},
    [LEASE_EXPIRE] = {"expire", "Expire", "the lease runs out; its holder does not notice", {NULL}},
    [LEASE_WRITE] = {"write", "Write", "a client that believes to hold the lease writes", {&clients}},
    [LEASE_RELEASE] = {"release", "Release", "a client gives the lease back", {&clients}},
    [LEASE_RENEW] = {"renew", "Renew", "the holder renews the lease in time", {&clients}},
};

static const struct property properties[] = {
    [LEASE_NO_STALE_WRITE] = {"no_stale_write", PROPERTY_INVARIANT,
                              "no write of an older lease comes after one of a newer"},
    [LEASE_MUTUAL_EXCLUSION] = {"mutual_exclusion", PROPERTY_INVARIANT,
                                "no two clients believe to hold the lease"},
    [LEASE_HANDOVER] = {"handover", PROPERTY_EXAMPLE, "a second lease was granted"},
};

static const struct guard guards[] = {
    [LEASE_FENCING] = {"fencing", "the store refuses writes of an older lease than it has seen"},
};

static const struct parameter parameters[] = {
    [LEASE_CLIENTS] = {"clients", "clients", "C", false, 1, LEASE_CLIENTS_MAX, "number of clients"},
    [LEASE_LEASES] = {"leases", "leases", "N", false, 1, LEASE_LEASES_MAX, "leases that are granted at most"},
    [LEASE_WRITES] = {"writes", "writes", "W", false, 1, LEASE_WRITES_MAX, "writes that the store takes"},
    [LEASE_VALUES] = {"values", "values", "LO:HI", true, 0, 1000000, "range of what is written"},
};

static const struct preset presets[] = {
    {"l2_3_3", {.values = {{2, 2}, {3, 3}, {3, 3}, {1, 9}}, .properties = 3}},
    {"l3_4_4", {.values = {{3, 3}, {4, 4}, {4, 4}, {1, 9}}, .properties = 3}},
};

static const char *const parameter_names[] = {"CLIENTS", "LEASES", "WRITES", "VALUES"};
static const char *const variable_names[] = {"lease", "views", "writes", "ghost_action"};

const char *lease_client_name(uint32_t client)
{
    static const char *const names[LEASE_CLIENTS_MAX] = {"client-a", "client-b", "client-c", "client-d"};
    assert(client < LEASE_CLIENTS_MAX);
    return names[client];
}

static enum status lease_model_new(const struct model_class *class, const struct instance *instance,
                                   struct model **ret_model, struct error *err)
{
    struct lease_model *m = mem_new(1, sizeof *m);
    if (m == NULL)
        return error_memory(err, sizeof *m);
    m->base = (struct model){.class = class, .instance = *instance, .state_size = sizeof(struct lease_state)};
    m->clients = (uint32_t)instance->values[LEASE_CLIENTS].low;
    m->leases = (uint32_t)instance->values[LEASE_LEASES].low;
    m->writes = (uint32_t)instance->values[LEASE_WRITES].low;
    m->value_low = instance->values[LEASE_VALUES].low;
    m->value_high = instance->values[LEASE_VALUES].high;
    m->fencing = (instance->guards >> LEASE_FENCING & 1) != 0;
    *ret_model = &m->base;
    return OK;
}

static void lease_model_free(struct model *model)
{
    mem_free(model);
}

static void init(const struct model *model, void *state)
{
    (void)model;
    memset(state, 0, sizeof(struct lease_state));
}

static size_t enabled(const struct model *model, const void *state, struct enabled_move *moves)
{
    const struct lease_model *m = lease_model_of(model);
    struct lease_state s;
    memcpy(&s, state, sizeof s);
    size_t count = 0;
    /* An action is chosen first and then a client, so that the one without a client weighs as much as all of
     * them. */
    if (s.held)
        moves[count++] = (struct enabled_move){.move = move_make(LEASE_EXPIRE, 0), .weight = m->clients};
    for (uint32_t c = 0; c < m->clients; c++) {
        const bool holds = s.held && s.views[c] == s.term;
        if (!s.held && s.views[c] == 0 && s.term < m->leases)
            moves[count++] = (struct enabled_move){.move = move_make(LEASE_ACQUIRE, c), .weight = 1};
        if (s.views[c] != 0 && s.writes < m->writes)
            moves[count++] = (struct enabled_move){.move = move_make(LEASE_WRITE, c), .weight = 1};
        if (s.views[c] != 0)
            moves[count++] = (struct enabled_move){.move = move_make(LEASE_RELEASE, c), .weight = 1};
        if (holds)
            moves[count++] =
                (struct enabled_move){.move = move_make(LEASE_RENEW, c), .weight = 1, .idle = true};
    }
    return count;
}

static void apply(const struct model *model, void *state, uint32_t move)
{
    const struct lease_model *m = lease_model_of(model);
    const uint32_t c = move_argument(move, 0);
    struct lease_state s;
    memcpy(&s, state, sizeof s);
    switch ((enum lease_action)move_action(move)) {
    case LEASE_ACQUIRE:
        s.held = 1;
        s.views[c] = ++s.term;
        break;
    case LEASE_EXPIRE:
        s.held = 0;
        break;
    case LEASE_WRITE:
        if (m->fencing && s.views[c] < s.highest) {
            s.views[c] = 0;
            break;
        }
        s.writes++;
        if (s.views[c] < s.highest)
            s.stale = 1;
        else
            s.highest = s.views[c];
        break;
    case LEASE_RELEASE:
        if (s.views[c] == s.term)
            s.held = 0;
        s.views[c] = 0;
        break;
    case LEASE_RENEW:
    case LEASE_ACTION_COUNT:
        break;
    }
    memcpy(state, &s, sizeof s);
}

static uint32_t properties_hit(const struct model *model, const void *state)
{
    struct lease_state s;
    memcpy(&s, state, sizeof s);
    uint32_t believers = 0;
    for (size_t c = 0; c < LEASE_CLIENTS_MAX; c++)
        believers += s.views[c] != 0;
    const uint32_t hit = (uint32_t)s.stale << LEASE_NO_STALE_WRITE |
                         (uint32_t)(believers > 1) << LEASE_MUTUAL_EXCLUSION |
                         (uint32_t)(s.term >= 2) << LEASE_HANDOVER;
    return hit & model->instance.properties;
}

/* Clients are interchangeable, and the holder is known by its term. */
static void canonical(const struct model *model, void *state)
{
    struct lease_state s;
    memcpy(&s, state, sizeof s);
    for (uint32_t c = 1; c < lease_model_of(model)->clients; c++) {
        const uint8_t view = s.views[c];
        uint32_t at = c;
        for (; at > 0 && s.views[at - 1] > view; at--)
            s.views[at] = s.views[at - 1];
        s.views[at] = view;
    }
    memcpy(state, &s, sizeof s);
}

static const char *argument_name(const struct model *model, uint32_t move, size_t i)
{
    (void)model;
    return lease_client_name(move_argument(move, i));
}

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

const struct model_class lease_lock = {
    .name = "lease_lock",
    .summary = "clients that write under a lock held by lease",
    .actions = actions,
    .action_count = COUNT(actions),
    .properties = properties,
    .property_count = COUNT(properties),
    .guards = guards,
    .guard_count = COUNT(guards),
    .parameters = parameters,
    .parameter_count = COUNT(parameters),
    .presets = presets,
    .preset_count = COUNT(presets),
    .model_new = lease_model_new,
    .model_free = lease_model_free,
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
            .literal_new = lease_literal_new,
            .literal_free = lease_literal_free,
            .literal_apply = lease_literal_apply,
            .literal_properties_hit = lease_literal_properties_hit,
            .literal_control = lease_literal_control,
            .literal_value = lease_literal_value,
            .draw_payload = lease_draw_payload,
            .parameters_value = lease_parameters_value,
            .instance_of_value = lease_instance_of_value,
            .step_of_value = lease_step_of_value,
            .schedule_samples = lease_schedule_samples,
            .step_of_schedule = lease_step_of_schedule,
        },
    .speed =
        {
            .canonical = canonical,
        },
};

const struct model_class *lease_class_of_environment(void)
{
    static struct model_class made;
    const char *identity = getenv("RACEWALK_LEASE_IDENTITY");
    if (identity == NULL)
        return &lease_lock;
    made = lease_lock;
    made.identity = strtoull(identity, NULL, 16);
    return &made;
}
