#include "lab/lab.h"

#include <assert.h>
#include <string.h>

static void start_deployers(struct lab *lab)
{
    for (size_t i = 0; i < lab->deployer_count; i++) {
        deployer_release(&lab->deployers[i]);
        deployer_init(&lab->deployers[i], i);
    }
}

enum status lab_open(struct lab *lab, const struct lab_config *config, struct error *err)
{
    assert(config->deployer_count >= 1 && config->deployer_count <= DEPLOYERS_MAX);
    *lab = (struct lab){.deployer_count = config->deployer_count, .guards = config->guards};
    enum status status = store_open(&lab->store, config->base_dir, config->durable, err);
    if (status != OK)
        return status;
    status = wormhole53_open(&lab->zone, &lab->store, err);
    if (status == OK)
        status = planner_open(&lab->planner, &lab->store, err);
    if (status != OK) {
        lab_close(lab);
        return status;
    }
    start_deployers(lab);
    return OK;
}

void lab_close(struct lab *lab)
{
    for (size_t i = 0; i < lab->deployer_count; i++)
        deployer_release(&lab->deployers[i]);
    wormhole53_release(&lab->zone);
    store_close(&lab->store);
}

struct deployer *lab_deployer(struct lab *lab, const char *name)
{
    for (size_t i = 0; i < lab->deployer_count; i++) {
        if (strcmp(lab->deployers[i].name.text, name) == 0)
            return &lab->deployers[i];
    }
    return NULL;
}

enum status lab_reset(struct lab *lab, struct error *err)
{
    enum status status = wormhole53_replace(&lab->zone, NULL, 0, err);
    if (status == OK)
        status = store_clear_plans(&lab->store, err);
    if (status != OK)
        return status;
    lab->planner.last_version = 0;
    start_deployers(lab);
    return OK;
}

enum status lab_seed_init(struct lab *lab, struct error *err)
{
    const struct weighted_target balancer = {LAB_INIT_BALANCER_NAME, 100};
    struct record *records[] = {
        record_new_text(RECORD_TXT, LAB_LOCK_NAME, "genesis 0"),
        record_new_weighted(LAB_INIT_PLAN_NAME, &balancer, 1),
        record_new_text(RECORD_ALIAS, LAB_ROOT_NAME, LAB_INIT_PLAN_NAME),
        record_new_text(RECORD_ALIAS, LAB_ROLLBACK_NAME, LAB_INIT_PLAN_NAME),
    };
    const size_t count = sizeof records / sizeof records[0];
    enum status status = OK;
    for (size_t i = 0; i < count; i++) {
        if (records[i] == NULL)
            status = error_memory(err, sizeof *records[i]);
    }
    if (status == OK)
        status = wormhole53_replace(&lab->zone, records, count, err);
    for (size_t i = 0; i < count; i++)
        record_unref(records[i]);
    if (status != OK)
        return status;
    for (size_t i = 0; i < lab->deployer_count; i++)
        deployer_sync(&lab->deployers[i], &lab->zone);
    return OK;
}

bool lab_health(const struct lab *lab, struct buffer *ips)
{
    return wormhole53_resolve(&lab->zone, LAB_ROOT_NAME, ips) > 0;
}
