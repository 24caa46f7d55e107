/* SPDX-License-Identifier: Apache-2.0 */
#include "lab/lab.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

static void count_address(void *context, const struct resolve_event *event)
{
    *(size_t *)context += event->step == RESOLVE_ADDRESS;
}

static bool root_resolves(const struct lab *lab)
{
    size_t addresses = 0;
    wormhole53_walk(&lab->zone, LAB_ROOT_NAME, count_address, &addresses);
    return addresses > 0;
}

static struct action new_action(const char *who, const char *what)
{
    struct action action = {.ok = true};
    (void)snprintf(action.who, sizeof action.who, "%s", who);
    (void)snprintf(action.what, sizeof action.what, "%s", what);
    return action;
}

/* The end of every action: what it did to the root, and its line in the log. */
static void note(struct lab *lab, struct action *action, const char *result, bool fold)
{
    const bool healthy = root_resolves(lab);
    action->effect = healthy == lab->healthy ? EFFECT_NONE : healthy ? EFFECT_RESTORED : EFFECT_LOST;
    lab->healthy = healthy;
    lab->revision++;
    action_set_result(action, result);
    action_log_add(&lab->log, action, fold);
}

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
    *lab = (struct lab){
        .deployer_count = config->deployer_count, .guards = config->guards, .workshop = config->workshop};
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
    struct timespec now;
    (void)clock_gettime(CLOCK_REALTIME, &now);
    lab->instance = (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
    lab->healthy = root_resolves(lab);
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

/* Notes an action that has failed or not; the same failure again and again has one line. */
static enum status note_status(struct lab *lab, struct action *action, enum status status,
                               const struct error *err, const char *result)
{
    action->ok = status == OK;
    note(lab, action, status == OK ? result : err != NULL ? err->text : "it failed", status != OK);
    return status;
}

static enum status reset(struct lab *lab, struct error *err)
{
    enum status status = wormhole53_replace(&lab->zone, NULL, 0, err);
    if (status == OK)
        status = store_clear_plans(&lab->store, &lab->planner.last_version, err);
    if (status != OK)
        return status;
    start_deployers(lab);
    return OK;
}

enum status lab_reset(struct lab *lab, struct error *err)
{
    struct action action = new_action("lab", "reset");
    const enum status status = reset(lab, err);
    return note_status(lab, &action, status, err, "zone, plans and deployers start anew");
}

static enum status seed_init(struct lab *lab, struct error *err)
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

enum status lab_seed_init(struct lab *lab, struct error *err)
{
    struct action action = new_action("lab", "seed-init");
    const enum status status = seed_init(lab, err);
    return note_status(lab, &action, status, err,
                       "root and rollback point at plan-init, which has no address");
}

enum status lab_generate(struct lab *lab, struct balancer *balancers, size_t count, struct buffer *out,
                         struct error *err)
{
    struct action action = new_action("planner", "generate");
    char result[ACTION_RESULT_SIZE];
    const enum status status = planner_generate(&lab->planner, balancers, count, out, err);
    (void)snprintf(result, sizeof result, "plan-%03" PRId64 " with %zu balancer%s", lab->planner.last_version,
                   count == 0 ? 1 : count, count <= 1 ? "" : "s");
    return note_status(lab, &action, status, err, result);
}

/* "saw root → plan-001, lock "deployer-a 1"" */
static void tell_sync(struct buffer *result, const struct deployer *deployer)
{
    if (deployer->root != NULL) {
        buffer_string(result, "saw root → ");
        record_write_label(result, deployer->root);
    } else {
        buffer_string(result, "saw no root");
    }
    if (deployer->lock != NULL)
        buffer_format(result, ", lock \"%s\"", deployer->lock->text);
    else
        buffer_string(result, ", no lock");
}

void lab_sync(struct lab *lab, enum lab_caller caller, struct deployer *deployer)
{
    const bool was_fresh = deployer_is_fresh(deployer, &lab->zone);
    deployer_sync(deployer, &lab->zone);
    if (caller == CALLER_LOOP) {
        lab->revision += !was_fresh;
        return;
    }
    struct action action = new_action(deployer->name.text, "sync");
    struct buffer result;
    buffer_init(&result);
    tell_sync(&result, deployer);
    note(lab, &action, result.text, false);
    buffer_release(&result);
}

static void tell_deploy(struct buffer *result, const struct deploy_answer *answer, int64_t root_version)
{
    switch (answer->outcome) {
    case DEPLOY_INSTALLED:
        buffer_format(result, "installed plan-%03" PRId64, answer->version);
        if (root_version > answer->version)
            buffer_format(result, " over the newer plan-%03" PRId64, root_version);
        break;
    case DEPLOY_SKIPPED:
        buffer_format(result, "skipped plan-%03" PRId64 ", since root is at plan-%03" PRId64, answer->version,
                      root_version);
        break;
    case DEPLOY_IDLE:
        buffer_format(result, "idle: there is no plan-%03" PRId64 " yet", answer->version);
        break;
    case DEPLOY_REFUSED:
        buffer_string(result, answer->refusal.text);
    }
}

enum status lab_deploy(struct lab *lab, enum lab_caller caller, struct deployer *deployer,
                       struct deploy_answer *ret_answer, struct error *err)
{
    struct action action = new_action(deployer->name.text, "deploy");
    const int64_t root_version = wormhole53_version_at(&lab->zone, LAB_ROOT_NAME);
    const enum status status = deployer_deploy(deployer, &lab->zone, lab->guards, ret_answer, err);
    if (status != OK)
        return note_status(lab, &action, status, err, NULL);
    if (caller == CALLER_LOOP && ret_answer->outcome == DEPLOY_IDLE)
        return OK;
    action.ok = ret_answer->outcome != DEPLOY_REFUSED;
    struct buffer result;
    buffer_init(&result);
    tell_deploy(&result, ret_answer, root_version);
    note(lab, &action, result.text, caller == CALLER_LOOP);
    buffer_release(&result);
    return OK;
}

static void tell_cleanup(struct buffer *result, const struct cleanup_answer *answer)
{
    buffer_string(result, answer->deleted_count == 0 ? "nothing is that old" : "deleted ");
    for (size_t i = 0; i < answer->deleted_count && result->length < ACTION_RESULT_SIZE; i++)
        buffer_format(result, "%splan-%03" PRId64, i == 0 ? "" : ", ", answer->deleted_versions[i]);
}

enum status lab_cleanup(struct lab *lab, enum lab_caller caller, struct deployer *deployer,
                        int64_t keep_last_n, struct cleanup_answer *ret_answer, struct error *err)
{
    struct action action = new_action(deployer->name.text, "");
    (void)snprintf(action.what, sizeof action.what, "cleanup, keep %" PRId64, keep_last_n);
    const enum status status =
        deployer_cleanup(deployer, &lab->zone, lab->guards, keep_last_n, ret_answer, err);
    if (status != OK)
        return note_status(lab, &action, status, err, NULL);
    if (caller == CALLER_LOOP && ret_answer->deleted_count == 0)
        return OK;
    struct buffer result;
    buffer_init(&result);
    tell_cleanup(&result, ret_answer);
    note(lab, &action, result.text, caller == CALLER_LOOP);
    buffer_release(&result);
    return OK;
}

const struct deployer *lab_deployer_to_delete(const struct lab *lab, int64_t version)
{
    const bool live = version == wormhole53_version_at(&lab->zone, LAB_ROOT_NAME) ||
                      version == wormhole53_version_at(&lab->zone, LAB_ROLLBACK_NAME);
    const struct deployer *farthest = NULL;
    if (version == 0 || (live && lab->guards.protect_live))
        return NULL;
    for (size_t i = 0; i < lab->deployer_count; i++) {
        const struct deployer *deployer = &lab->deployers[i];
        if (version < deployer->next_plan_version - CLEANUP_KEEP_LAST_N &&
            (farthest == NULL || deployer->next_plan_version > farthest->next_plan_version))
            farthest = deployer;
    }
    return farthest;
}

bool lab_health(const struct lab *lab, struct buffer *ips)
{
    return wormhole53_resolve(&lab->zone, LAB_ROOT_NAME, ips) > 0;
}
