/* SPDX-License-Identifier: Apache-2.0 */
#include "mbt/lab/lab_plan.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "mbt/lab/lab_answer.h"

#define OCTET_MAX       255
#define NAME_CHARACTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_"

_Static_assert(LAB_PLAN_BODY_SIZE >= 2 + DNS_IPS_MAX * 48, "a balancer takes 48 bytes at most");

/* The last octet of an IPv4 address, which is the balancer's id in the lab; 0 when it cannot be one. */
static int balancer_id(const struct value *ip)
{
    const char *dot = ip->kind == VALUE_STRING ? strrchr(ip->text, '.') : NULL;
    if (dot == NULL || dot[1] < '0' || dot[1] > '9')
        return 0;
    char *end;
    const long id = strtol(dot + 1, &end, 10);
    return *end == '\0' && id <= OCTET_MAX ? (int)id : 0;
}

static int compare_balancers(const void *a, const void *b)
{
    const struct lab_balancer *x = a, *y = b;
    return (x->id > y->id) - (x->id < y->id);
}

enum status lab_plan_read(const struct value *action, struct lab_plan *ret_plan, struct error *err)
{
    const struct value *weights = value_field(action, "weights");
    struct lab_plan plan = {.count = 0};
    if (weights == NULL || weights->kind != VALUE_MAP || weights->count == 0 || weights->count > DNS_IPS_MAX)
        return error_set(err, ERR_DATA, "GeneratePlan has no weights");
    for (; plan.count < weights->count; plan.count++) {
        const struct value *ip = &weights->items[2 * plan.count], *weight = ip + 1;
        struct lab_balancer *balancer = &plan.balancers[plan.count];
        balancer->id = balancer_id(ip);
        balancer->weight = weight->number;
        if (balancer->id == 0)
            return error_set(err, ERR_DATA,
                             "the lab cannot be told of the address %s: its last number must be 1..255, a "
                             "balancer's id",
                             ip->kind == VALUE_STRING ? ip->text : "");
        if (weight->kind != VALUE_INT || weight->number < 0)
            return error_set(err, ERR_DATA, "the lab cannot be told of a weight below 0");
    }
    qsort(plan.balancers, plan.count, sizeof plan.balancers[0], compare_balancers);
    *ret_plan = plan;
    return OK;
}

void lab_plan_body(const struct lab_plan *plan, bool backwards, char body[LAB_PLAN_BODY_SIZE])
{
    size_t used = 0;
    assert(plan->count > 0 && plan->count <= DNS_IPS_MAX);
    for (size_t i = 0; i < plan->count; i++) {
        const struct lab_balancer *balancer = &plan->balancers[backwards ? plan->count - 1 - i : i];
        used += (size_t)snprintf(body + used, LAB_PLAN_BODY_SIZE - used,
                                 "%s{\"id\": %d, \"weight\": %" PRId64 "}", i == 0 ? "[" : ", ", balancer->id,
                                 balancer->weight);
        assert(used < LAB_PLAN_BODY_SIZE - 1);
    }
    memcpy(body + used, "]", 2);
}

void lab_plan_address(const struct lab_plan *plan, size_t balancer, char address[LAB_PLAN_ADDRESS_SIZE])
{
    assert(balancer < plan->count);
    (void)snprintf(address, LAB_PLAN_ADDRESS_SIZE, "192.0.%d.%d", (int)(plan->version % (OCTET_MAX + 1)),
                   plan->balancers[balancer].id);
}

/* --- the answer --- */

static const char *text_of(const cJSON *object, const char *name)
{
    const char *text = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, name));
    return text != NULL ? text : "";
}

/* A name in the zone, which will stand in paths of requests. */
static bool copy_name(const char *name, char out[LAB_PLAN_NAME_SIZE])
{
    const size_t length = strlen(name);
    if (length == 0 || length >= LAB_PLAN_NAME_SIZE || strspn(name, NAME_CHARACTERS) != length)
        return false;
    memcpy(out, name, length + 1);
    return true;
}

/* The record of a name and a type. */
static bool is_record(const cJSON *record, const char *type, const char *name)
{
    return strcmp(text_of(record, "type"), type) == 0 && strcmp(text_of(record, "name"), name) == 0;
}

/* The balancers that the plan's own name leads to, in order, with their weights. */
static enum status take_targets(struct lab_plan *plan, const cJSON *alias, struct error *err)
{
    const cJSON *targets = cJSON_GetObjectItemCaseSensitive(alias, "value");
    if (!is_record(alias, "ALIAS", plan->name) || !cJSON_IsArray(targets))
        return error_set(err, ERR_DATA, "the ALIAS of %s as the first record", plan->name);
    if (cJSON_GetArraySize(targets) != (int)plan->count)
        return error_set(err, ERR_DATA, "%zu balancers of %s", plan->count, plan->name);
    const cJSON *target = targets->child;
    for (size_t i = 0; i < plan->count; i++, target = target->next) {
        struct lab_balancer *balancer = &plan->balancers[i];
        const cJSON *weight = cJSON_GetObjectItemCaseSensitive(target, "weight");
        if (!copy_name(text_of(target, "name"), balancer->name))
            return error_set(err, ERR_DATA, "a name for each balancer of %s", plan->name);
        if (!cJSON_IsNumber(weight) || weight->valuedouble != (double)balancer->weight)
            return error_set(err, ERR_DATA, "the weight %" PRId64 " of %s", balancer->weight, balancer->name);
    }
    return OK;
}

/* The addresses of the balancers, in the same order. */
static enum status check_balancers(const struct lab_plan *plan, const cJSON *record, struct error *err)
{
    for (size_t i = 0; i < plan->count; i++, record = record->next) {
        const struct lab_balancer *balancer = &plan->balancers[i];
        char address[LAB_PLAN_ADDRESS_SIZE];
        lab_plan_address(plan, i, address);
        if (!is_record(record, "A", balancer->name) || strcmp(text_of(record, "value"), address) != 0)
            return error_set(err, ERR_DATA, "the A record %s with the address %s as record %zu",
                             balancer->name, address, i + 2);
    }
    return OK;
}

enum status lab_plan_take_answer(struct lab_plan *plan, const cJSON *answer, struct error *err)
{
    const cJSON *records = cJSON_GetObjectItemCaseSensitive(answer, "records");
    if (!lab_version_of(cJSON_GetObjectItemCaseSensitive(answer, "version"), &plan->version) ||
        !copy_name(text_of(answer, "plan_name"), plan->name))
        return error_set(err, ERR_DATA, "a plan with version and plan_name");
    if (records == NULL)
        return OK;
    if (strcmp(text_of(answer, "root"), LAB_API_ROOT_NAME) != 0)
        return error_set(err, ERR_DATA, "a plan of the root " LAB_API_ROOT_NAME);
    if (!cJSON_IsArray(records) || cJSON_GetArraySize(records) != 1 + (int)plan->count)
        return error_set(err, ERR_DATA, "a list of %zu records (an ALIAS, and an A for each balancer)",
                         1 + plan->count);
    enum status status = take_targets(plan, records->child, err);
    if (status == OK)
        status = check_balancers(plan, records->child->next, err);
    plan->has_records = status == OK;
    return status;
}

bool lab_plan_has_addresses(const struct lab_plan *plan, const cJSON *ips)
{
    uint32_t missing = (UINT32_C(1) << plan->count) - 1;
    const cJSON *ip;
    cJSON_ArrayForEach(ip, ips)
    {
        bool known = false;
        for (size_t i = 0; i < plan->count; i++) {
            char address[LAB_PLAN_ADDRESS_SIZE];
            lab_plan_address(plan, i, address);
            if (strcmp(ip->valuestring, address) != 0)
                continue;
            known = true;
            missing &= ~(UINT32_C(1) << i);
        }
        if (!known)
            return false;
    }
    return missing == 0;
}
