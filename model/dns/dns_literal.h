/* SPDX-License-Identifier: Apache-2.0 */
/* The literal state of the DNS balancer: the specification word for word, with sets of records.
 *
 * Slow and plain on purpose: every guard is evaluated on the sets, nothing is derived. It replays traces,
 * shows their states, and is what the control state is tested against. Names are interned: a name is an index
 * into the model's table of strings. Owner only. */
#ifndef RACEWALK_MODEL_DNS_LITERAL_H
#define RACEWALK_MODEL_DNS_LITERAL_H

#include "model/dns/dns_state.h"

#define DNS_NAME_SIZE 48

/* The fixed names; then the deployers, the ips, the plans, and the balancers by plan and ip. */
enum dns_name {
    NAME_ROOT,
    NAME_ROLLBACK,
    NAME_LOCK,
    NAME_GENESIS,
    NAME_PLAN_INIT,
    NAME_BALANCER_INIT,
    NAME_FIXED
};

static inline uint32_t dns_name_deployer(uint32_t deployer)
{
    return NAME_FIXED + deployer;
}
static inline uint32_t dns_name_ip(const struct dns_model *model, uint32_t ip)
{
    return NAME_FIXED + model->deployers + ip;
}
static inline uint32_t dns_name_plan(const struct dns_model *model, uint32_t plan_id)
{
    return NAME_FIXED + model->deployers + model->ips + plan_id;
}
static inline uint32_t dns_name_balancer(const struct dns_model *model, uint32_t plan_id, uint32_t ip)
{
    return dns_name_plan(model, model->plans) + plan_id * model->ips + ip;
}
static inline uint32_t dns_name_count(const struct dns_model *model)
{
    return dns_name_balancer(model, model->plans, 0);
}
static inline const char *dns_name_text(const struct dns_model *model, uint32_t name)
{
    return model->names + (size_t)name * DNS_NAME_SIZE;
}
/* Fills model->names. ERR_MEMORY. */
enum status dns_names_make(struct dns_model *model, struct error *err) WARN_UNUSED;

enum dns_record_kind { RECORD_A, RECORD_CNAME, RECORD_TXT };

/* {name, kind, value = (target, number)}: the target of a CNAME and its weight, the ip of an A and 1, the
 * owner of the lock and its epoch. */
struct dns_record {
    uint32_t kind;
    uint32_t name;
    uint32_t target;
    int64_t number;
};

/* Sorted, without duplicates. */
struct dns_record_set {
    struct dns_record *records;
    size_t count, capacity;
};

struct dns_update {
    uint32_t plan_id;
    struct dns_record_set creates;
};

struct dns_view {
    struct dns_record lock;
    uint32_t root, rollback; /* names */
};

/* What made the state, as ghost_action shows it. Which fields count depends on the action. */
struct dns_ghost {
    bool is_init;
    uint32_t action; /* enum dns_action */
    uint32_t deployer;
    uint32_t plan_id;
    uint32_t ip_mask;
    int64_t weights[DNS_IPS_MAX]; /* by ip */
    struct dns_record lock;
    uint32_t previous_root, root, rollback; /* names */
    int64_t epoch;
    uint32_t next_plan;
    uint64_t old[DNS_PRESENT_WORDS]; /* indices */
};

struct literal {
    const struct dns_model *model;
    struct dns_record_set zone;
    struct dns_update updates[DNS_PLANS_MAX];
    uint32_t update_count;
    uint32_t next[DNS_DEPLOYERS_MAX];
    struct dns_view views[DNS_DEPLOYERS_MAX];
    struct dns_ghost ghost;
};

/* The functions of the class; see model/model.h. */
struct literal *dns_literal_new(const struct model *model);
void dns_literal_free(struct literal *literal);
enum status dns_literal_apply(struct literal *literal, const struct step *step, struct error *err);
uint32_t dns_literal_properties_hit(const struct literal *literal);
void dns_literal_control(const struct literal *literal, void *state);

enum status dns_literal_value(const struct literal *literal, struct arena *arena, struct value *ret_record);
enum status dns_parameters_value(const struct model *model, struct arena *arena, struct value *ret_record);
enum status dns_instance_of_value(const struct model_class *class, const struct value *record,
                                  struct instance *ret_instance, struct error *err);
enum status dns_step_of_value(const struct literal *literal, const struct value *record,
                              struct step *ret_step, struct error *err);
enum status dns_schedule_samples(const struct literal *literal, const struct step *step, struct arena *arena,
                                 struct value *ret_samples, size_t *ret_count);
enum status dns_step_of_schedule(const struct literal *literal, uint32_t action, const struct value *samples,
                                 size_t count, struct step *ret_step, struct error *err);
enum status dns_draw_payload(const struct model *model, struct trace *trace);

#endif
