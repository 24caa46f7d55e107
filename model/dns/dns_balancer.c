/* SPDX-License-Identifier: Apache-2.0 */
#include "model/dns/dns_balancer.h"

#include "base/memory.h"
#include "model/dns/dns_literal.h"
#include "model/dns/dns_state.h"
#include "model/dns/dns_sweep.h"
#include "model/dns/dns_walk.h"

/* WEIGHTS stands in every state of a trace, so that its size is bounded. */
#define WEIGHT_COUNT_MAX 1024

static const struct argument_kind deployer = {.name = "deployer", .symmetric = true};

static const struct action actions[] = {
    [DNS_GENERATE] = {"planner_generate", "GeneratePlan", "the planner publishes a plan", {NULL}},
    [DNS_QUERY] = {"deployer_query",
                   "Sync",
                   "a deployer looks at the zone: lock, root, rollback",
                   {&deployer}},
    [DNS_BACKOFF] = {"deployer_backoff",
                     "Backoff",
                     "a deployer finds that the lock it saw is gone",
                     {&deployer}},
    [DNS_APPLY] = {"deployer_apply",
                   "Deploy",
                   "a deployer installs its next plan in one atomic batch",
                   {&deployer}},
    [DNS_GC] = {"deployer_gc",
                "Cleanup",
                "a deployer deletes plans that are old by its own counter",
                {&deployer}},
};

static const struct property properties[] = {
    [DNS_NO_INCONSISTENT_ROOT] = {"no_inconsistent_root", PROPERTY_INVARIANT,
                                  "the root name has one target, and the target's records are in the zone"},
    [DNS_NO_INCONSISTENT_ROLLBACK] = {"no_inconsistent_rollback", PROPERTY_INVARIANT,
                                      "the same for the rollback name"},
    [DNS_EPOCH5] = {"epoch5", PROPERTY_EXAMPLE, "some deployer's view holds a lock whose epoch is 5"},
    [DNS_PLANS3] = {"plans3", PROPERTY_EXAMPLE, "at least three plans are published"},
};

static const struct guard guards[] = {
    [DNS_REJECT_STALE] = {"reject-stale", "applying a plan older than the root's only advances the counter"},
    [DNS_PROTECT_LIVE] = {"protect-live", "the clean-up never deletes the plan of root or rollback"},
};

static const struct parameter parameters[] = {
    [DNS_DEPLOYERS] = {"deployers", "deployers", "D", false, 1, DNS_DEPLOYERS_MAX, "number of deployers"},
    [DNS_PLANS] = {"plans", "plans", "N", false, 1, DNS_PLANS_MAX, "plans that the planner may publish"},
    [DNS_IPS] = {"ips", "ips", "I", false, 1, DNS_IPS_MAX, "addresses to choose from"},
    [DNS_WEIGHTS] = {"weights", "weights", "LO:HI", true, 0, 1000000, "range of weights"},
    [DNS_MAX_PLAN_AGE] = {"max_plan_age", "max-plan-age", "G", false, 0, 1000000,
                          "how far a plan may be behind before the clean-up deletes it"},
};

static const struct preset presets[] = {
    {"n3_5_3", {.values = {{3, 3}, {5, 5}, {3, 3}, {100, 120}, {3, 3}}}},
    {"n3_20_3", {.values = {{3, 3}, {20, 20}, {3, 3}, {100, 120}, {3, 3}}}},
    {"n3_30_20", {.values = {{3, 3}, {30, 30}, {3, 3}, {100, 120}, {20, 20}}}},
};

static const char *const parameter_names[] = {"DEPLOYERS",      "PLAN_IDS", "IPS",
                                              "BALANCER_NAMES", "WEIGHTS",  "MAX_PLAN_AGE"};
static const char *const variable_names[] = {"zone_records", "planner_updates", "deployer_next_plan",
                                             "deployer_view", "ghost_action"};

static void dns_model_free(struct model *model)
{
    struct dns_model *m = (struct dns_model *)(void *)model;
    mem_free(m->names);
    mem_free(m);
}

static enum status dns_model_new(const struct model_class *class, const struct instance *instance,
                                 struct model **ret_model, struct error *err)
{
    const struct parameter_value *values = instance->values;
    if (values[DNS_WEIGHTS].high - values[DNS_WEIGHTS].low >= WEIGHT_COUNT_MAX)
        return error_set(err, ERR_USAGE, "weights %lld:%lld is not supported: at most %d weights",
                         (long long)values[DNS_WEIGHTS].low, (long long)values[DNS_WEIGHTS].high,
                         WEIGHT_COUNT_MAX);
    struct dns_model *m = mem_new(1, sizeof *m);
    if (m == NULL)
        return error_memory(err, sizeof *m);
    m->deployers = (uint32_t)values[DNS_DEPLOYERS].low;
    m->plans = (uint32_t)values[DNS_PLANS].low;
    m->ips = (uint32_t)values[DNS_IPS].low;
    m->weight_low = values[DNS_WEIGHTS].low;
    m->weight_high = values[DNS_WEIGHTS].high;
    m->max_plan_age = (uint32_t)values[DNS_MAX_PLAN_AGE].low;
    m->guards = instance->guards;
    m->tracks_epoch = (instance->properties >> DNS_EPOCH5 & 1) != 0;
    dns_model_set_weights(m);
    m->base = (struct model){.class = class,
                             .instance = *instance,
                             .state_size = sizeof(struct dns_state),
                             .packed_words = dns_packed_words(m),
                             .atom_count = dns_atom_count(m)};
    const enum status status = dns_names_make(m, err);
    if (status != OK) {
        dns_model_free(&m->base);
        return status;
    }
    *ret_model = &m->base;
    return OK;
}

static const char *argument_name(const struct model *model, uint32_t move, size_t i)
{
    return dns_name_text(dns_model_of(model), dns_name_deployer(move_argument(move, i)));
}

static enum status walk_select(const struct model_class *class, const char *name, struct error *err)
{
    (void)class; /* there is one set of kernels */
    return dns_walk_select(name, err);
}

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

const struct model_class dns_balancer = {
    .name = "dns_balancer",
    .summary = "a planner, deployers and clean-ups that share one DNS zone",
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
    .model_new = dns_model_new,
    .model_free = dns_model_free,
    .init = dns_init,
    .enabled = dns_enabled,
    .apply = dns_apply,
    .properties_hit = dns_properties_hit,
    .argument_name = argument_name,
    .traces =
        {
            .parameter_names = parameter_names,
            .parameter_name_count = COUNT(parameter_names),
            .variable_names = variable_names,
            .variable_name_count = COUNT(variable_names),
            .describe = dns_describe,
            .literal_new = dns_literal_new,
            .literal_free = dns_literal_free,
            .literal_apply = dns_literal_apply,
            .literal_properties_hit = dns_literal_properties_hit,
            .literal_control = dns_literal_control,
            .literal_value = dns_literal_value,
            .draw_payload = dns_draw_payload,
            .parameters_value = dns_parameters_value,
            .instance_of_value = dns_instance_of_value,
            .step_of_value = dns_step_of_value,
            .schedule_samples = dns_schedule_samples,
            .step_of_schedule = dns_step_of_schedule,
        },
    .speed =
        {
            .canonical = dns_canonical,
            .progress = dns_progress,
            .atoms = dns_atoms,
            .pack = dns_pack,
            .unpack = dns_unpack,
            .walk = dns_walk,
            .walk_kernels = dns_walk_kernel_names,
            .walk_select = walk_select,
            .cells = &dns_cell_kernel,
        },
};
