/* SPDX-License-Identifier: Apache-2.0 */
/* What a driver knows of a lab's state, by all that it asked for and what was answered: which version each
 * plan got and what it holds, where root and rollback point to, whose lock is in the zone, what each deployer
 * has observed.
 *
 * It follows the lab's own rules where the model's differ: a plan that is installed while it is the root
 * already leaves rollback alone. What the model has there instead is kept beside it.
 *
 * Owner only. Texts of the trace are borrowed. */
#ifndef RACEWALK_MBT_LAB_LAB_KNOWN_H
#define RACEWALK_MBT_LAB_LAB_KNOWN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "mbt/lab/lab_plan.h"
#include "model/dns/dns_balancer.h"

/* What a name points to: a plan by its index, or one of these. LAB_TARGET_NONE: there is no such record, as
 * before the first install in a lab without the placeholder. */
#define LAB_TARGET_INIT (-1)
#define LAB_TARGET_NONE (-2)

#define LAB_DEPLOYER_NAME_MAX 128

struct known_plan {
    const char *id; /* in the trace */
    struct lab_plan content;
    bool in_zone;   /* by the answers */
    bool installed; /* at some time */
};

struct known_deployer {
    const char *name;
    int observed_root; /* a target */
    int64_t next;      /* plans it has installed or skipped */
};

struct lab_known {
    bool seeded; /* the lab took the placeholder */
    struct known_plan plans[DNS_PLANS_MAX];
    int plan_count;
    struct known_deployer deployers[DNS_DEPLOYERS_MAX];
    int deployer_count;
    int root, rollback;     /* targets */
    int model_rollback;     /* where the model has it */
    const char *lock_owner; /* NULL: no lock is in the zone */
};

/* As after Init. */
void lab_known_reset(struct lab_known *known, bool seeded);

/* Index of the plan with that name in the trace; -1 when there is none. */
int lab_known_plan(const struct lab_known *known, const char *id);
/* Index of the plan with that version; -1 when there is none. */
int lab_known_version(const struct lab_known *known, int64_t version);
/* The deployer of that name, which may be seen for the first time; NULL when there are too many, or the name
 * is longer than LAB_DEPLOYER_NAME_MAX. */
struct known_deployer *lab_known_deployer(struct lab_known *known, const char *name);

/* A target's name in the zone; NULL for LAB_TARGET_NONE. */
const char *lab_known_target_name(const struct lab_known *known, int target);
/* True when the target is a plan whose records were deleted. */
bool lab_known_is_gone(const struct lab_known *known, int target);

/* What an install changes in the lab. */
void lab_known_install(struct lab_known *known, struct known_deployer *deployer, int plan);
/* True while the lab's rollback points elsewhere than the model's. */
bool lab_known_rollback_differs(const struct lab_known *known);

#endif
