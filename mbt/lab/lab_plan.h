/* SPDX-License-Identifier: Apache-2.0 */
/* A plan of a trace as the lab's planner is told of it, and as it answers: a list of balancers, whose ids are
 * the last numbers of their addresses.
 *
 * The planner sorts the balancers by id and gives each a name of its own and the address
 * 192.0.<version mod 256>.<id>. Pure; any thread. */
#ifndef RACEWALK_MBT_LAB_LAB_PLAN_H
#define RACEWALK_MBT_LAB_LAB_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/status.h"
#include "model/dns/dns_balancer.h"
#include "model/value.h"

struct cJSON;

#define LAB_PLAN_BODY_SIZE    1024
#define LAB_PLAN_NAME_SIZE    128
#define LAB_PLAN_ADDRESS_SIZE 16

struct lab_balancer {
    int id; /* 1..255 */
    int64_t weight;
    char name[LAB_PLAN_NAME_SIZE]; /* in the zone */
};

struct lab_plan {
    struct lab_balancer balancers[DNS_IPS_MAX]; /* by id */
    size_t count;
    /* Once the lab has answered. */
    int64_t version;
    char name[LAB_PLAN_NAME_SIZE]; /* in the zone */
    bool has_records;              /* the answer listed them; the balancers have names only then */
};

/* The plan of an action GeneratePlan. ERR_DATA when the lab cannot be told: an address whose last number is
 * no id (1 to 255), a weight below 0. */
enum status lab_plan_read(const struct value *action, struct lab_plan *ret_plan,
                          struct error *err) WARN_UNUSED;

/* The body of a generate; the balancers in the order of their ids, or backwards. */
void lab_plan_body(const struct lab_plan *plan, bool backwards, char body[LAB_PLAN_BODY_SIZE]);

/* Takes over what a generate answered: version, names. ERR_DATA when it is another plan than the one that was
 * asked for: another root, other balancers, weights or addresses, another order; the message is what was
 * expected, as in "the weight 100 of lb-001-1.cdb.acme". An answer without the member "records" is taken as
 * it is. */
enum status lab_plan_take_answer(struct lab_plan *plan, const struct cJSON *answer,
                                 struct error *err) WARN_UNUSED;

void lab_plan_address(const struct lab_plan *plan, size_t balancer, char address[LAB_PLAN_ADDRESS_SIZE]);

/* Whether these are the plan's addresses, in any order. ips is an array of strings. */
bool lab_plan_has_addresses(const struct lab_plan *plan, const struct cJSON *ips);

#endif
