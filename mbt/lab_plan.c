#include "mbt/lab_plan.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model/dns/dns_balancer.h"

#define OCTET_MAX 255

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

struct balancer {
    int id;
    int64_t weight;
};

static int compare_balancers(const void *a, const void *b)
{
    const struct balancer *x = a, *y = b;
    return (x->id > y->id) - (x->id < y->id);
}

enum status lab_plan_body(const struct value *action, char body[LAB_PLAN_BODY_SIZE], struct error *err)
{
    const struct value *weights = value_field(action, "weights");
    struct balancer balancers[DNS_IPS_MAX];
    if (weights == NULL || weights->kind != VALUE_MAP || weights->count == 0 || weights->count > DNS_IPS_MAX)
        return error_set(err, ERR_DATA, "GeneratePlan has no weights");
    for (uint32_t i = 0; i < weights->count; i++) {
        const struct value *ip = &weights->items[2 * (size_t)i], *weight = ip + 1;
        balancers[i] = (struct balancer){.id = balancer_id(ip), .weight = weight->number};
        if (balancers[i].id == 0)
            return error_set(err, ERR_DATA,
                             "the lab cannot be told of the address %s: its last number must be 1..255, a "
                             "balancer's id",
                             ip->kind == VALUE_STRING ? ip->text : "");
        if (weight->kind != VALUE_INT || weight->number < 0)
            return error_set(err, ERR_DATA, "the lab cannot be told of a weight below 0");
    }
    qsort(balancers, weights->count, sizeof balancers[0], compare_balancers);
    size_t used = 0;
    for (uint32_t i = 0; i < weights->count; i++) {
        used += (size_t)snprintf(body + used, LAB_PLAN_BODY_SIZE - used,
                                 "%s{\"id\": %d, \"weight\": %" PRId64 "}", i == 0 ? "[" : ", ",
                                 balancers[i].id, balancers[i].weight);
        assert(used < LAB_PLAN_BODY_SIZE - 1);
    }
    memcpy(body + used, "]", 2);
    return OK;
}
