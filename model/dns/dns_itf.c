/* SPDX-License-Identifier: Apache-2.0 */
/* How the literal state of the DNS balancer looks as values, and which step a value tells of. */
#include "model/dns/dns_literal.h"

#include <assert.h>
#include <string.h>

#define FIELDS_MAX 8

static struct value name_value(const struct dns_model *model, uint32_t name)
{
    return value_string(dns_name_text(model, name));
}

static bool record_value(const struct dns_model *model, struct arena *arena, const struct dns_record *record,
                         struct value *ret)
{
    static const char *const kinds[] = {[RECORD_A] = "A", [RECORD_CNAME] = "CNAME", [RECORD_TXT] = "TXT"};
    struct value *tuple = value_room(arena, 2);
    if (tuple == NULL)
        return false;
    tuple[0] = name_value(model, record->target);
    tuple[1] = value_int(record->number);
    const struct named_value fields[] = {{"kind", value_string(kinds[record->kind])},
                                         {"name", name_value(model, record->name)},
                                         {"value", value_tuple(tuple, 2)}};
    return value_record_of(arena, fields, 3, ret);
}

static bool record_set_value(const struct dns_model *model, struct arena *arena,
                             const struct dns_record_set *set, struct value *ret)
{
    struct value *items = value_room(arena, set->count);
    if (items == NULL)
        return false;
    for (size_t i = 0; i < set->count; i++) {
        if (!record_value(model, arena, &set->records[i], &items[i]))
            return false;
    }
    *ret = value_set(items, set->count);
    return true;
}

static bool updates_value(const struct literal *literal, struct arena *arena, struct value *ret)
{
    const struct dns_model *m = literal->model;
    struct value *items = value_room(arena, literal->update_count);
    if (items == NULL)
        return false;
    for (uint32_t i = 0; i < literal->update_count; i++) {
        struct value creates;
        if (!record_set_value(m, arena, &literal->updates[i].creates, &creates))
            return false;
        const struct named_value fields[] = {
            {"creates", creates}, {"plan_id", name_value(m, dns_name_plan(m, literal->updates[i].plan_id))}};
        if (!value_record_of(arena, fields, 2, &items[i]))
            return false;
    }
    *ret = value_list(items, literal->update_count);
    return true;
}

static bool next_plan_value(const struct literal *literal, struct arena *arena, struct value *ret)
{
    const struct dns_model *m = literal->model;
    struct value *pairs = value_room(arena, 2 * (size_t)m->deployers);
    if (pairs == NULL)
        return false;
    for (uint32_t d = 0; d < m->deployers; d++) {
        pairs[2 * d] = name_value(m, dns_name_deployer(d));
        pairs[2 * d + 1] = value_int(literal->next[d]);
    }
    *ret = value_map(pairs, m->deployers);
    return true;
}

static bool views_value(const struct literal *literal, struct arena *arena, struct value *ret)
{
    const struct dns_model *m = literal->model;
    struct value *pairs = value_room(arena, 2 * (size_t)m->deployers);
    if (pairs == NULL)
        return false;
    for (uint32_t d = 0; d < m->deployers; d++) {
        const struct dns_view *view = &literal->views[d];
        struct value lock;
        if (!record_value(m, arena, &view->lock, &lock))
            return false;
        const struct named_value fields[] = {
            {"lock", lock}, {"rollback", name_value(m, view->rollback)}, {"root", name_value(m, view->root)}};
        pairs[2 * d] = name_value(m, dns_name_deployer(d));
        if (!value_record_of(arena, fields, 3, &pairs[2 * d + 1]))
            return false;
    }
    *ret = value_map(pairs, m->deployers);
    return true;
}

/* The ips of a mask as a set, and their weights as a map. */
static bool ips_value(const struct dns_model *model, struct arena *arena, uint32_t mask,
                      const int64_t *weights, struct value *ret_ips, struct value *ret_weights)
{
    struct value *items = value_room(arena, model->ips);
    struct value *pairs = value_room(arena, 2 * (size_t)model->ips);
    if (items == NULL || pairs == NULL)
        return false;
    size_t count = 0;
    for (uint32_t i = 0; i < model->ips; i++) {
        if ((mask >> i & 1) == 0)
            continue;
        items[count] = name_value(model, dns_name_ip(model, i));
        pairs[2 * count] = items[count];
        pairs[2 * count + 1] = value_int(weights[i]);
        count++;
    }
    *ret_ips = value_set(items, count);
    *ret_weights = value_map(pairs, count);
    return true;
}

static bool old_indices_value(const struct literal *literal, struct arena *arena, struct value *ret)
{
    struct value *items = value_room(arena, literal->update_count);
    if (items == NULL)
        return false;
    size_t count = 0;
    for (uint32_t i = 0; i < literal->update_count; i++) {
        if ((literal->ghost.old[i / 64] >> (i % 64) & 1) != 0)
            items[count++] = value_int(i);
    }
    *ret = value_set(items, count);
    return true;
}

static bool ghost_fields(const struct literal *literal, struct arena *arena, struct named_value *fields,
                         size_t *ret_count)
{
    const struct dns_model *m = literal->model;
    const struct dns_ghost *g = &literal->ghost;
    size_t n = 0;
    if (g->action == DNS_GENERATE) {
        struct value ips, weights;
        if (!ips_value(m, arena, g->ip_mask, g->weights, &ips, &weights))
            return false;
        fields[n++] = (struct named_value){"plan_id", name_value(m, dns_name_plan(m, g->plan_id))};
        fields[n++] = (struct named_value){"ips", ips};
        fields[n++] = (struct named_value){"weights", weights};
        *ret_count = n;
        return true;
    }
    fields[n++] = (struct named_value){"deployer", name_value(m, dns_name_deployer(g->deployer))};
    if (g->action == DNS_QUERY || g->action == DNS_BACKOFF) {
        fields[n].name = "lock";
        if (!record_value(m, arena, &g->lock, &fields[n++].value))
            return false;
    }
    if (g->action == DNS_QUERY) {
        fields[n++] = (struct named_value){"root", name_value(m, g->root)};
        fields[n++] = (struct named_value){"rollback", name_value(m, g->rollback)};
    }
    if (g->action == DNS_APPLY) {
        fields[n++] = (struct named_value){"plan_id", name_value(m, dns_name_plan(m, g->plan_id))};
        fields[n++] = (struct named_value){"previous_root", name_value(m, g->previous_root)};
        fields[n++] = (struct named_value){"new_root", name_value(m, g->root)};
        fields[n++] = (struct named_value){"rollback", name_value(m, g->rollback)};
        fields[n++] = (struct named_value){"new_epoch", value_int(g->epoch)};
    }
    if (g->action == DNS_GC) {
        fields[n++] = (struct named_value){"next_plan", value_int(g->next_plan)};
        fields[n].name = "old_indices";
        if (!old_indices_value(literal, arena, &fields[n++].value))
            return false;
    }
    *ret_count = n;
    return true;
}

static bool ghost_value(const struct literal *literal, struct arena *arena, struct value *ret)
{
    struct named_value variant[] = {{"tag", value_string("Init")}, {"value", value_null()}};
    if (!literal->ghost.is_init) {
        struct named_value fields[FIELDS_MAX];
        size_t count;
        variant[0].value = value_string(dns_balancer.actions[literal->ghost.action].tag);
        if (!ghost_fields(literal, arena, fields, &count) ||
            !value_record_of(arena, fields, count, &variant[1].value))
            return false;
    }
    return value_record_of(arena, variant, 2, ret);
}

enum status dns_literal_value(const struct literal *literal, struct arena *arena, struct value *ret_record)
{
    struct named_value fields[] = {{.name = "zone_records"},
                                   {.name = "planner_updates"},
                                   {.name = "deployer_next_plan"},
                                   {.name = "deployer_view"},
                                   {.name = "ghost_action"}};
    const bool made =
        record_set_value(literal->model, arena, &literal->zone, &fields[0].value) &&
        updates_value(literal, arena, &fields[1].value) &&
        next_plan_value(literal, arena, &fields[2].value) && views_value(literal, arena, &fields[3].value) &&
        ghost_value(literal, arena, &fields[4].value) && value_record_of(arena, fields, 5, ret_record);
    return made ? OK : ERR_MEMORY;
}

/* --- parameters --- */

static bool names_value(const struct dns_model *model, struct arena *arena, uint32_t first, uint32_t count,
                        struct value *ret)
{
    struct value *items = value_room(arena, count);
    if (items == NULL)
        return false;
    for (uint32_t i = 0; i < count; i++)
        items[i] = name_value(model, first + i);
    *ret = value_set(items, count);
    return true;
}

static bool balancers_value(const struct dns_model *model, struct arena *arena, struct value *ret)
{
    const size_t count = (size_t)model->plans * model->ips;
    struct value *pairs = value_room(arena, 2 * count);
    struct value *keys = value_room(arena, 2 * count);
    if (pairs == NULL || keys == NULL)
        return false;
    size_t at = 0;
    for (uint32_t p = 0; p < model->plans; p++) {
        for (uint32_t i = 0; i < model->ips; i++, at++) {
            keys[2 * at] = name_value(model, dns_name_plan(model, p));
            keys[2 * at + 1] = name_value(model, dns_name_ip(model, i));
            pairs[2 * at] = value_tuple(&keys[2 * at], 2);
            pairs[2 * at + 1] = name_value(model, dns_name_balancer(model, p, i));
        }
    }
    *ret = value_map(pairs, count);
    return true;
}

static bool weights_value(const struct dns_model *model, struct arena *arena, struct value *ret)
{
    const size_t count = (size_t)(model->weight_high - model->weight_low + 1);
    struct value *items = value_room(arena, count);
    if (items == NULL)
        return false;
    for (size_t i = 0; i < count; i++)
        items[i] = value_int(model->weight_low + (int64_t)i);
    *ret = value_set(items, count);
    return true;
}

enum status dns_parameters_value(const struct model *model, struct arena *arena, struct value *ret_record)
{
    const struct dns_model *m = dns_model_of(model);
    struct named_value fields[] = {{.name = "DEPLOYERS"}, {.name = "PLAN_IDS"},
                                   {.name = "IPS"},       {.name = "BALANCER_NAMES"},
                                   {.name = "WEIGHTS"},   {.name = "MAX_PLAN_AGE"}};
    fields[5].value = value_int(m->max_plan_age);
    const bool made = names_value(m, arena, dns_name_deployer(0), m->deployers, &fields[0].value) &&
                      names_value(m, arena, dns_name_plan(m, 0), m->plans, &fields[1].value) &&
                      names_value(m, arena, dns_name_ip(m, 0), m->ips, &fields[2].value) &&
                      balancers_value(m, arena, &fields[3].value) &&
                      weights_value(m, arena, &fields[4].value) &&
                      value_record_of(arena, fields, 6, ret_record);
    return made ? OK : ERR_MEMORY;
}

/* The number of elements of a set of names, as a parameter's value. */
static enum status count_of(const struct value *record, const char *name, struct parameter_value *ret,
                            struct error *err)
{
    const struct value *set = value_field(record, name);
    if (set == NULL)
        return error_set(err, ERR_DATA, "%s: missing", name);
    if (set->kind != VALUE_SET)
        return error_set(err, ERR_DATA, "%s: a set was expected", name);
    *ret = (struct parameter_value){set->count, set->count};
    return OK;
}

static enum status weights_of(const struct value *record, struct parameter_value *ret, struct error *err)
{
    const struct value *set = value_field(record, "WEIGHTS");
    if (set == NULL || set->kind != VALUE_SET || set->count == 0)
        return error_set(err, ERR_DATA, "WEIGHTS: a non-empty set of integers was expected");
    /* Sets are sorted, so that the ends are the range; comparing the whole finds the gaps. */
    const struct value *first = &set->items[0], *last = &set->items[set->count - 1];
    if (first->kind != VALUE_INT || last->kind != VALUE_INT)
        return error_set(err, ERR_DATA, "WEIGHTS: a set of integers was expected");
    *ret = (struct parameter_value){first->number, last->number};
    return OK;
}

/* Holds the parameters that were read against those of the instance that their sizes give. */
static enum status compare_parameters(const struct model_class *class, const struct value *record,
                                      const struct instance *instance, struct error *err)
{
    struct model *model = NULL;
    enum status status = model_new(class, instance, &model, err);
    if (status != OK)
        return status == ERR_USAGE ? ERR_DATA : status;
    struct arena arena;
    arena_init(&arena, (size_t)1 << 24);
    struct value expected;
    status = dns_parameters_value(model, &arena, &expected);
    if (status != OK)
        (void)error_set(err, status, "out of memory for the parameters of the trace");
    for (size_t i = 0; status == OK && i < dns_balancer.traces.parameter_name_count; i++) {
        const char *name = dns_balancer.traces.parameter_names[i];
        const struct value *found = value_field(record, name);
        if (found == NULL) {
            status = error_set(err, ERR_DATA, "%s: missing", name);
        } else if (value_compare(value_field(&expected, name), found) != 0) {
            struct buffer text;
            buffer_init(&text);
            value_describe_difference(&text, value_field(&expected, name), found);
            status = error_set(err, ERR_DATA, "%s: %s", name, text.text);
            buffer_release(&text);
        }
    }
    arena_release(&arena);
    model_free(model);
    return status;
}

enum status dns_instance_of_value(const struct model_class *class, const struct value *record,
                                  struct instance *ret_instance, struct error *err)
{
    struct instance instance = {.properties = model_invariants(class)};
    enum status status = count_of(record, "DEPLOYERS", &instance.values[DNS_DEPLOYERS], err);
    if (status == OK)
        status = count_of(record, "PLAN_IDS", &instance.values[DNS_PLANS], err);
    if (status == OK)
        status = count_of(record, "IPS", &instance.values[DNS_IPS], err);
    if (status == OK)
        status = weights_of(record, &instance.values[DNS_WEIGHTS], err);
    if (status != OK)
        return status;
    const struct value *age = value_field(record, "MAX_PLAN_AGE");
    if (age == NULL || age->kind != VALUE_INT)
        return error_set(err, ERR_DATA, "MAX_PLAN_AGE: an integer was expected");
    instance.values[DNS_MAX_PLAN_AGE] = (struct parameter_value){age->number, age->number};
    status = compare_parameters(class, record, &instance, err);
    if (status == OK)
        *ret_instance = instance;
    return status;
}

/* --- steps --- */

/* Which of count names, from first on, a string is; count when it is none. */
static uint32_t index_of_name(const struct dns_model *model, const struct value *text, uint32_t first,
                              uint32_t count)
{
    if (text == NULL || text->kind != VALUE_STRING)
        return count;
    for (uint32_t i = 0; i < count; i++) {
        if (value_is_string(text, dns_name_text(model, first + i)))
            return i;
    }
    return count;
}

/* A generate from its plan id, ips and weights, wherever they stand. */
static enum status generate_of(const struct dns_model *model, const struct value *plan_id,
                               const struct value *ips, const struct value *weights, struct step *ret,
                               struct error *err)
{
    const uint32_t plan = index_of_name(model, plan_id, dns_name_plan(model, 0), model->plans);
    if (plan == model->plans)
        return error_set(err, ERR_DATA, "planner_generate: plan_id is not one of PLAN_IDS");
    if (ips == NULL || ips->kind != VALUE_SET)
        return error_set(err, ERR_DATA, "planner_generate: ips: a set was expected");
    if (weights == NULL || weights->kind != VALUE_MAP || weights->count != ips->count)
        return error_set(err, ERR_DATA,
                         "planner_generate: weights: a map with the ips as its keys was expected");
    *ret = (struct step){.move = move_make(DNS_GENERATE, 0), .choice_count = 2, .choices = {plan, 0}};
    for (uint32_t i = 0; i < model->ips; i++) {
        const struct value ip = name_value(model, dns_name_ip(model, i));
        if (!value_set_has(ips, &ip))
            continue;
        const struct value *weight = value_lookup(weights, &ip);
        if (weight == NULL || weight->kind != VALUE_INT)
            return error_set(err, ERR_DATA, "planner_generate: weights: no integer for %s", ip.text);
        ret->choices[1] |= INT64_C(1) << i;
        ret->choices[ret->choice_count++] = weight->number;
    }
    if (ret->choice_count != 2 + ips->count)
        return error_set(err, ERR_DATA, "planner_generate: ips has an element that is not in IPS");
    return OK;
}

static enum status deployer_step(const struct dns_model *model, uint32_t action, const struct value *deployer,
                                 struct step *ret, struct error *err)
{
    const uint32_t d = index_of_name(model, deployer, dns_name_deployer(0), model->deployers);
    if (d == model->deployers)
        return error_set(err, ERR_DATA, "%s: the deployer is not one of DEPLOYERS",
                         dns_balancer.actions[action].name);
    *ret = (struct step){.move = move_make(action, d)};
    return OK;
}

enum status dns_step_of_value(const struct literal *literal, const struct value *record,
                              struct step *ret_step, struct error *err)
{
    const struct value *ghost = value_field(record, "ghost_action");
    const struct value *tag = ghost != NULL ? value_field(ghost, "tag") : NULL;
    const struct value *fields = ghost != NULL ? value_field(ghost, "value") : NULL;
    if (tag == NULL || tag->kind != VALUE_STRING || fields == NULL)
        return error_set(err, ERR_DATA, "ghost_action: {tag, value} was expected");
    for (uint32_t action = 0; action < DNS_ACTION_COUNT; action++) {
        if (!value_is_string(tag, dns_balancer.actions[action].tag))
            continue;
        if (fields->kind != VALUE_RECORD)
            return error_set(err, ERR_DATA, "ghost_action: the value of %s is not a record",
                             dns_balancer.actions[action].tag);
        if (action == DNS_GENERATE)
            return generate_of(literal->model, value_field(fields, "plan_id"), value_field(fields, "ips"),
                               value_field(fields, "weights"), ret_step, err);
        return deployer_step(literal->model, action, value_field(fields, "deployer"), ret_step, err);
    }
    struct buffer shown; /* the file's text, made harmless to a terminal */
    buffer_init(&shown);
    value_print(&shown, tag, 40);
    const enum status status =
        error_set(err, ERR_DATA, "ghost_action: %s is not an action that makes a state", shown.text);
    buffer_release(&shown);
    return status;
}

enum status dns_schedule_samples(const struct literal *literal, const struct step *step, struct arena *arena,
                                 struct value *ret_samples, size_t *ret_count)
{
    const struct dns_model *m = literal->model;
    const uint32_t action = move_action(step->move);
    if (action == DNS_GENERATE) {
        int64_t weights[DNS_IPS_MAX] = {0};
        const uint32_t mask = (uint32_t)step->choices[1];
        for (uint32_t i = 0, at = 2; i < m->ips; i++) {
            if ((mask >> i & 1) != 0)
                weights[i] = step->choices[at++];
        }
        ret_samples[0] = name_value(m, dns_name_plan(m, (uint32_t)step->choices[0]));
        *ret_count = 3;
        return ips_value(m, arena, mask, weights, &ret_samples[1], &ret_samples[2]) ? OK : ERR_MEMORY;
    }
    ret_samples[0] = name_value(m, dns_name_deployer(move_argument(step->move, 0)));
    *ret_count = 1;
    if (action != DNS_QUERY)
        return OK;
    /* What a query sees is what the zone holds, which the literal state shows. */
    struct value state;
    const enum status status = dns_literal_value(literal, arena, &state);
    if (status != OK)
        return status;
    const struct value *zone = value_field(&state, "zone_records");
    for (uint32_t i = 0; i < zone->count; i++) {
        const struct value *record = &zone->items[i];
        const struct value *name = value_field(record, "name");
        const struct value *value = value_field(record, "value");
        if (value_is_string(name, dns_name_text(m, NAME_LOCK)))
            ret_samples[1] = *record;
        else if (value_is_string(name, dns_name_text(m, NAME_ROOT)))
            ret_samples[2] = value->items[0];
        else if (value_is_string(name, dns_name_text(m, NAME_ROLLBACK)))
            ret_samples[3] = value->items[0];
    }
    *ret_count = 4;
    return OK;
}

enum status dns_step_of_schedule(const struct literal *literal, uint32_t action, const struct value *samples,
                                 size_t count, struct step *ret_step, struct error *err)
{
    if (action >= DNS_ACTION_COUNT)
        return error_set(err, ERR_DATA, "choice %u: an action from 0 to %d was expected", action,
                         DNS_ACTION_COUNT - 1);
    const size_t expected = action == DNS_GENERATE ? 3 : action == DNS_QUERY ? 4 : 1;
    if (count != expected)
        return error_set(err, ERR_DATA, "%s: %zu samples were expected, %zu are there",
                         dns_balancer.actions[action].name, expected, count);
    if (action == DNS_GENERATE)
        return generate_of(literal->model, &samples[0], &samples[1], &samples[2], ret_step, err);
    struct step step;
    enum status status = deployer_step(literal->model, action, &samples[0], &step, err);
    if (status != OK)
        return status;
    struct arena arena;
    arena_init(&arena, (size_t)1 << 26);
    struct value seen[SAMPLES_MAX];
    size_t seen_count = 0;
    status = dns_schedule_samples(literal, &step, &arena, seen, &seen_count);
    if (status != OK)
        (void)error_memory(err, (size_t)1 << 16);
    for (size_t i = 1; status == OK && i < seen_count; i++) {
        static const char *const names[] = {"deployer", "lock", "root", "rollback"};
        if (value_compare(&seen[i], &samples[i]) != 0)
            status = error_set(err, ERR_DATA, "deployer_query: the %s is not what the zone holds", names[i]);
    }
    arena_release(&arena);
    if (status == OK)
        *ret_step = step;
    return status;
}

enum status dns_draw_payload(const struct model *model, struct trace *trace)
{
    const struct dns_model *m = dns_model_of(model);
    struct payload_rng rng = payload_rng_of_trace_seed(trace->trace_seed);
    uint8_t unused[DNS_PLANS_MAX];
    uint32_t unused_count = m->plans;
    for (uint32_t p = 0; p < m->plans; p++)
        unused[p] = (uint8_t)p;
    for (size_t i = 0; i < trace->step_count; i++) {
        if (move_action(trace->steps[i].move) != DNS_GENERATE)
            continue;
        assert(unused_count > 0);
        const uint32_t at = (uint32_t)payload_rng_below(&rng, unused_count);
        const int64_t mask = (int64_t)payload_rng_below(&rng, (UINT64_C(1) << m->ips) - 1) + 1;
        int64_t choices[2 + DNS_IPS_MAX] = {unused[at], mask};
        uint32_t count = 2;
        for (uint32_t ip = 0; ip < m->ips; ip++) {
            const uint64_t span = (uint64_t)(m->weight_high - m->weight_low + 1);
            if ((mask >> ip & 1) != 0)
                choices[count++] = m->weight_low + (int64_t)payload_rng_below(&rng, span);
        }
        unused[at] = unused[--unused_count];
        const enum status status = trace_set_choices(trace, i, choices, count);
        if (status != OK)
            return status;
    }
    return OK;
}
