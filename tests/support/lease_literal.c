/* SPDX-License-Identifier: Apache-2.0 */
/* The literal side of the lease lock: who holds the lease, who believes it, and every write. */
#include <assert.h>
#include <string.h>

#include "base/memory.h"
#include "tests/support/lease_lock.h"

enum { NOBODY = -1 };

struct write_entry {
    uint32_t client;
    int64_t term, value;
};

struct literal {
    const struct lease_model *model;
    int holder; /* client, or NOBODY */
    int64_t term;
    int64_t views[LEASE_CLIENTS_MAX];
    struct write_entry writes[LEASE_WRITES_MAX];
    uint32_t write_count;

    bool is_init;
    enum lease_action action; /* what made this state */
    struct write_entry last;  /* its client, and for a write the rest */
    bool accepted;
};

struct literal *lease_literal_new(const struct model *model)
{
    struct literal *literal = mem_new(1, sizeof *literal);
    if (literal == NULL)
        return NULL;
    literal->model = lease_model_of(model);
    literal->holder = NOBODY;
    literal->is_init = true;
    return literal;
}

void lease_literal_free(struct literal *literal)
{
    mem_free(literal);
}

static int64_t highest_term(const struct literal *literal)
{
    int64_t highest = 0;
    for (uint32_t i = 0; i < literal->write_count; i++) {
        if (literal->writes[i].term > highest)
            highest = literal->writes[i].term;
    }
    return highest;
}

static enum status apply_write(struct literal *literal, uint32_t client, int64_t value, struct error *err)
{
    const struct lease_model *m = literal->model;
    if (literal->views[client] == 0)
        return error_set(err, ERR_DATA, "write: %s does not believe to hold the lease",
                         lease_client_name(client));
    if (literal->write_count >= m->writes)
        return error_set(err, ERR_DATA, "write: the store has all its writes");
    if (value < m->value_low || value > m->value_high)
        return error_set(err, ERR_DATA, "write: %lld is not one of VALUES", (long long)value);
    literal->last = (struct write_entry){client, literal->views[client], value};
    literal->accepted = !m->fencing || literal->views[client] >= highest_term(literal);
    if (literal->accepted)
        literal->writes[literal->write_count++] = literal->last;
    else
        literal->views[client] = 0;
    return OK;
}

static enum status apply_plain(struct literal *literal, enum lease_action action, uint32_t client,
                               struct error *err)
{
    const char *name = lease_client_name(client);
    const bool holds = literal->holder == (int)client;
    switch (action) {
    case LEASE_ACQUIRE:
        if (literal->holder != NOBODY || literal->views[client] != 0 ||
            literal->term >= literal->model->leases)
            return error_set(err, ERR_DATA, "acquire: no lease for %s", name);
        literal->holder = (int)client;
        literal->views[client] = ++literal->term;
        break;
    case LEASE_EXPIRE:
        if (literal->holder == NOBODY)
            return error_set(err, ERR_DATA, "expire: nobody holds the lease");
        literal->holder = NOBODY;
        break;
    case LEASE_RELEASE:
        if (literal->views[client] == 0)
            return error_set(err, ERR_DATA, "release: %s does not believe to hold the lease", name);
        literal->views[client] = 0;
        if (holds)
            literal->holder = NOBODY;
        break;
    case LEASE_RENEW:
        if (!holds)
            return error_set(err, ERR_DATA, "renew: %s does not hold the lease", name);
        break;
    case LEASE_WRITE:
    case LEASE_ACTION_COUNT:
        break;
    }
    literal->last = (struct write_entry){.client = client};
    return OK;
}

enum status lease_literal_apply(struct literal *literal, const struct step *step, struct error *err)
{
    const uint32_t action = move_action(step->move);
    const uint32_t client = move_argument(step->move, 0);
    if (action >= LEASE_ACTION_COUNT || client >= literal->model->clients ||
        (action == LEASE_EXPIRE && client != 0))
        return error_set(err, ERR_DATA, "move %u does not exist", step->move);
    if (step->choice_count != (action == LEASE_WRITE ? 1 : 0))
        return error_set(err, ERR_DATA, "%s: %u choices", lease_lock.actions[action].name,
                         step->choice_count);
    const enum status status = action == LEASE_WRITE
                                   ? apply_write(literal, client, step->choices[0], err)
                                   : apply_plain(literal, (enum lease_action)action, client, err);
    if (status != OK)
        return status;
    literal->is_init = false;
    literal->action = (enum lease_action)action;
    return OK;
}

uint32_t lease_literal_properties_hit(const struct literal *literal)
{
    uint32_t hit = 0;
    uint32_t believers = 0;
    for (uint32_t i = 1; i < literal->write_count; i++) {
        if (literal->writes[i].term < literal->writes[i - 1].term)
            hit |= UINT32_C(1) << LEASE_NO_STALE_WRITE;
    }
    for (uint32_t c = 0; c < literal->model->clients; c++)
        believers += literal->views[c] != 0;
    if (believers > 1)
        hit |= UINT32_C(1) << LEASE_MUTUAL_EXCLUSION;
    if (literal->term >= 2)
        hit |= UINT32_C(1) << LEASE_HANDOVER;
    return hit;
}

void lease_literal_control(const struct literal *literal, void *state)
{
    struct lease_state s = {.term = (uint8_t)literal->term,
                            .held = literal->holder != NOBODY,
                            .writes = (uint8_t)literal->write_count,
                            .highest = (uint8_t)highest_term(literal),
                            .stale =
                                (lease_literal_properties_hit(literal) >> LEASE_NO_STALE_WRITE & 1) != 0};
    for (uint32_t c = 0; c < literal->model->clients; c++)
        s.views[c] = (uint8_t)literal->views[c];
    memcpy(state, &s, sizeof s);
}

/* --- values --- */

#define FIELDS_MAX 4

static struct value client_value(uint32_t client)
{
    return value_string(lease_client_name(client));
}

static bool ghost_value(const struct literal *literal, struct arena *arena, struct value *ret)
{
    struct named_value variant[] = {{"tag", value_string("Init")}, {"value", value_null()}};
    if (!literal->is_init) {
        struct named_value fields[FIELDS_MAX] = {{"client", client_value(literal->last.client)},
                                                 {"term", value_int(literal->last.term)},
                                                 {"value", value_int(literal->last.value)},
                                                 {"accepted", value_bool(literal->accepted)}};
        const size_t count = literal->action == LEASE_WRITE ? 4 : literal->action == LEASE_EXPIRE ? 0 : 1;
        variant[0].value = value_string(lease_lock.actions[literal->action].tag);
        if (!value_record_of(arena, fields, count, &variant[1].value))
            return false;
    }
    return value_record_of(arena, variant, 2, ret);
}

enum status lease_literal_value(const struct literal *literal, struct arena *arena, struct value *ret_record)
{
    const uint32_t clients = literal->model->clients;
    struct value *views = value_room(arena, 2 * (size_t)clients);
    struct value *writes = value_room(arena, literal->write_count);
    struct value *entries = value_room(arena, 3 * (size_t)literal->write_count);
    if (views == NULL || writes == NULL || entries == NULL)
        return ERR_MEMORY;
    for (uint32_t c = 0; c < clients; c++) {
        views[2 * c] = client_value(c);
        views[2 * c + 1] = value_int(literal->views[c]);
    }
    for (uint32_t i = 0; i < literal->write_count; i++) {
        struct value *entry = &entries[3 * (size_t)i];
        entry[0] = client_value(literal->writes[i].client);
        entry[1] = value_int(literal->writes[i].term);
        entry[2] = value_int(literal->writes[i].value);
        writes[i] = value_tuple(entry, 3);
    }
    const struct named_value lease[] = {
        {"holder", literal->holder == NOBODY ? value_null() : client_value((uint32_t)literal->holder)},
        {"term", value_int(literal->term)}};
    struct named_value fields[] = {{"lease", value_null()},
                                   {"views", value_map(views, clients)},
                                   {"writes", value_list(writes, literal->write_count)},
                                   {"ghost_action", value_null()}};
    if (!value_record_of(arena, lease, 2, &fields[0].value) ||
        !ghost_value(literal, arena, &fields[3].value) || !value_record_of(arena, fields, 4, ret_record))
        return ERR_MEMORY;
    return OK;
}

enum status lease_parameters_value(const struct model *model, struct arena *arena, struct value *ret_record)
{
    const struct lease_model *m = lease_model_of(model);
    struct value *clients = value_room(arena, m->clients);
    struct value *values = value_room(arena, 2);
    if (clients == NULL || values == NULL)
        return ERR_MEMORY;
    for (uint32_t c = 0; c < m->clients; c++)
        clients[c] = client_value(c);
    values[0] = value_int(m->value_low);
    values[1] = value_int(m->value_high);
    const struct named_value fields[] = {{"CLIENTS", value_set(clients, m->clients)},
                                         {"LEASES", value_int(m->leases)},
                                         {"WRITES", value_int(m->writes)},
                                         {"VALUES", value_tuple(values, 2)}};
    return value_record_of(arena, fields, 4, ret_record) ? OK : ERR_MEMORY;
}

enum status lease_instance_of_value(const struct model_class *class, const struct value *record,
                                    struct instance *ret_instance, struct error *err)
{
    const struct value *clients = value_field(record, "CLIENTS");
    const struct value *leases = value_field(record, "LEASES");
    const struct value *writes = value_field(record, "WRITES");
    const struct value *values = value_field(record, "VALUES");
    if (clients->kind != VALUE_SET || leases->kind != VALUE_INT || writes->kind != VALUE_INT ||
        values->kind != VALUE_TUPLE || values->count != 2 || values->items[0].kind != VALUE_INT ||
        values->items[1].kind != VALUE_INT)
        return error_set(err, ERR_DATA, "CLIENTS, LEASES, WRITES or VALUES: another kind of value expected");
    struct instance instance = {.properties = model_invariants(class)};
    instance.values[LEASE_CLIENTS] = (struct parameter_value){clients->count, clients->count};
    instance.values[LEASE_LEASES] = (struct parameter_value){leases->number, leases->number};
    instance.values[LEASE_WRITES] = (struct parameter_value){writes->number, writes->number};
    instance.values[LEASE_VALUES] =
        (struct parameter_value){values->items[0].number, values->items[1].number};
    struct model *model = NULL;
    const enum status status = model_new(class, &instance, &model, err);
    if (status != OK)
        return status == ERR_USAGE ? ERR_DATA : status;
    model_free(model);
    for (uint32_t c = 0; c < clients->count; c++) {
        if (!value_is_string(&clients->items[c], lease_client_name(c)))
            return error_set(err, ERR_DATA, "CLIENTS: %s expected", lease_client_name(c));
    }
    *ret_instance = instance;
    return OK;
}

/* --- steps --- */

enum status lease_draw_payload(const struct model *model, struct trace *trace)
{
    const struct lease_model *m = lease_model_of(model);
    struct payload_rng rng = payload_rng_of_trace_seed(trace->trace_seed);
    for (size_t i = 0; i < trace->step_count; i++) {
        if (move_action(trace->steps[i].move) != LEASE_WRITE)
            continue;
        const uint64_t span = (uint64_t)(m->value_high - m->value_low) + 1;
        const int64_t value = m->value_low + (int64_t)payload_rng_below(&rng, span);
        const enum status status = trace_set_choices(trace, i, &value, 1);
        if (status != OK)
            return status;
    }
    return OK;
}

/* The step of an action from its client and value, where it has them. */
static enum status make_step(const struct literal *literal, uint32_t action, const struct value *client,
                             const struct value *value, struct step *ret_step, struct error *err)
{
    uint32_t c = 0;
    if (action != LEASE_EXPIRE) {
        while (c < literal->model->clients &&
               (client == NULL || !value_is_string(client, lease_client_name(c))))
            c++;
        if (c == literal->model->clients)
            return error_set(err, ERR_DATA, "%s: the client is not one of CLIENTS",
                             lease_lock.actions[action].name);
    }
    struct step step = {.move = move_make(action, c)};
    if (action == LEASE_WRITE) {
        if (value == NULL || value->kind != VALUE_INT)
            return error_set(err, ERR_DATA, "write: an integer expected as the value");
        step.choices[step.choice_count++] = value->number;
    }
    *ret_step = step;
    return OK;
}

enum status lease_step_of_value(const struct literal *literal, const struct value *record,
                                struct step *ret_step, struct error *err)
{
    const struct value *ghost = value_field(record, "ghost_action");
    const struct value *tag = ghost == NULL ? NULL : value_field(ghost, "tag");
    const struct value *fields = ghost == NULL ? NULL : value_field(ghost, "value");
    if (tag == NULL || fields == NULL || fields->kind != VALUE_RECORD)
        return error_set(err, ERR_DATA, "ghost_action: {tag, value} expected");
    for (uint32_t action = 0; action < LEASE_ACTION_COUNT; action++) {
        if (value_is_string(tag, lease_lock.actions[action].tag))
            return make_step(literal, action, value_field(fields, "client"), value_field(fields, "value"),
                             ret_step, err);
    }
    return error_set(err, ERR_DATA, "ghost_action: no such action");
}

static size_t sample_count(uint32_t action)
{
    return action == LEASE_EXPIRE ? 0 : action == LEASE_WRITE ? 2 : 1;
}

enum status lease_schedule_samples(const struct literal *literal, const struct step *step,
                                   struct arena *arena, struct value *ret_samples, size_t *ret_count)
{
    (void)literal;
    (void)arena;
    const uint32_t action = move_action(step->move);
    *ret_count = sample_count(action);
    if (*ret_count > 0)
        ret_samples[0] = client_value(move_argument(step->move, 0));
    if (*ret_count > 1)
        ret_samples[1] = value_int(step->choices[0]);
    return OK;
}

enum status lease_step_of_schedule(const struct literal *literal, uint32_t action,
                                   const struct value *samples, size_t count, struct step *ret_step,
                                   struct error *err)
{
    if (action >= LEASE_ACTION_COUNT || count != sample_count(action))
        return error_set(err, ERR_DATA, "another number of samples expected");
    return make_step(literal, action, count > 0 ? &samples[0] : NULL, count > 1 ? &samples[1] : NULL,
                     ret_step, err);
}
