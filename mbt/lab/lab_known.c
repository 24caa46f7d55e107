/* SPDX-License-Identifier: Apache-2.0 */
#include "mbt/lab/lab_known.h"

#include <assert.h>
#include <string.h>

#include "mbt/lab/lab_answer.h"

void lab_known_reset(struct lab_known *known, bool seeded)
{
    known->seeded = seeded;
    known->plan_count = 0;
    known->deployer_count = 0;
    known->root = known->rollback = seeded ? LAB_TARGET_INIT : LAB_TARGET_NONE;
    known->model_rollback = known->rollback;
    known->lock_owner = seeded ? LAB_API_INIT_LOCK_OWNER : NULL;
}

int lab_known_plan(const struct lab_known *known, const char *id)
{
    for (int i = 0; id != NULL && i < known->plan_count; i++) {
        if (strcmp(known->plans[i].id, id) == 0)
            return i;
    }
    return -1;
}

int lab_known_version(const struct lab_known *known, int64_t version)
{
    int plan = known->plan_count - 1;
    while (plan >= 0 && known->plans[plan].content.version != version)
        plan--;
    return plan;
}

struct known_deployer *lab_known_deployer(struct lab_known *known, const char *name)
{
    for (int i = 0; i < known->deployer_count; i++) {
        if (strcmp(known->deployers[i].name, name) == 0)
            return &known->deployers[i];
    }
    if (known->deployer_count == DNS_DEPLOYERS_MAX || strlen(name) > LAB_DEPLOYER_NAME_MAX)
        return NULL;
    struct known_deployer *deployer = &known->deployers[known->deployer_count++];
    *deployer = (struct known_deployer){.name = name,
                                        .observed_root = known->seeded ? LAB_TARGET_INIT : LAB_TARGET_NONE};
    return deployer;
}

const char *lab_known_target_name(const struct lab_known *known, int target)
{
    assert(target < known->plan_count);
    if (target == LAB_TARGET_NONE)
        return NULL;
    return target == LAB_TARGET_INIT ? LAB_API_INIT_PLAN_NAME : known->plans[target].content.name;
}

bool lab_known_is_gone(const struct lab_known *known, int target)
{
    return target >= 0 && !known->plans[target].in_zone;
}

void lab_known_install(struct lab_known *known, struct known_deployer *deployer, int plan)
{
    assert(plan >= 0 && plan < known->plan_count);
    known->model_rollback = deployer->observed_root;
    if (deployer->observed_root != LAB_TARGET_NONE && deployer->observed_root != plan)
        known->rollback = deployer->observed_root;
    known->root = plan;
    known->lock_owner = deployer->name;
    known->plans[plan].in_zone = known->plans[plan].installed = true;
    deployer->next++;
}

/* In a lab without the placeholder no record stands for it. */
static int as_model(int target)
{
    return target == LAB_TARGET_NONE ? LAB_TARGET_INIT : target;
}

bool lab_known_rollback_differs(const struct lab_known *known)
{
    return as_model(known->rollback) != as_model(known->model_rollback);
}
