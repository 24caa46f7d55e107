/* SPDX-License-Identifier: Apache-2.0 */
#include "lab/deployer.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "lab/planner.h"

void deployer_init(struct deployer *deployer, size_t index)
{
    *deployer = (struct deployer){.name = deployer_name(index), .next_plan_version = 1};
}

void deployer_release(struct deployer *deployer)
{
    record_unref(deployer->lock);
    record_unref(deployer->root);
    deployer->lock = NULL;
    deployer->root = NULL;
}

void deployer_sync(struct deployer *deployer, const struct wormhole53 *zone)
{
    deployer_release(deployer);
    deployer->lock = record_ref(wormhole53_find(zone, RECORD_TXT, LAB_LOCK_NAME));
    deployer->root = record_ref(wormhole53_find(zone, RECORD_ALIAS, LAB_ROOT_NAME));
}

/* The one target of an alias; NULL for no alias and for a list, which only a zone edited by hand has there.
 */
static const char *single_target(const struct record *alias)
{
    return alias != NULL ? alias->text : NULL;
}

/* A plan being installed: the records that are new with it, and the batch that refers to them. */
struct installation {
    struct record **plan;
    size_t plan_count;
    struct record *lock, *root, *rollback; /* rollback: NULL when it stays as it is */
    struct change *changes;
    size_t change_count;
};

static void installation_release(struct installation *installation)
{
    record_unref_all(installation->plan, installation->plan_count);
    record_unref(installation->lock);
    record_unref(installation->root);
    record_unref(installation->rollback);
    mem_free(installation->changes);
}

static void add_change(struct installation *installation, enum change_action action, struct record *record)
{
    installation->changes[installation->change_count++] = (struct change){action, record};
}

static struct record *rollback_to(const struct record *root)
{
    return root->text != NULL ? record_new_text(RECORD_ALIAS, LAB_ROLLBACK_NAME, root->text)
                              : record_new_weighted(LAB_ROLLBACK_NAME, root->targets, root->target_count);
}

static enum status make_batch(struct installation *in, const struct deployer *deployer, bool moves_root,
                              struct error *err)
{
    char lock[2 * LAB_NAME_SIZE];
    (void)snprintf(lock, sizeof lock, "%s %" PRId64, deployer->name.text, deployer->lock_epoch + 1);
    in->lock = record_new_text(RECORD_TXT, LAB_LOCK_NAME, lock);
    in->root = record_new_text(RECORD_ALIAS, LAB_ROOT_NAME, plan_name(deployer->next_plan_version).text);
    in->rollback = moves_root ? rollback_to(deployer->root) : NULL;
    in->changes = mem_new(in->plan_count + 4, sizeof *in->changes);
    if (in->lock == NULL || in->root == NULL || in->changes == NULL || (moves_root && in->rollback == NULL))
        return error_memory(err, (in->plan_count + 4) * sizeof *in->changes);
    if (deployer->lock != NULL)
        add_change(in, CHANGE_DELETE, deployer->lock);
    add_change(in, CHANGE_CREATE, in->lock);
    for (size_t i = 0; i < in->plan_count; i++)
        add_change(in, CHANGE_UPSERT, in->plan[i]);
    add_change(in, CHANGE_UPSERT, in->root);
    if (in->rollback != NULL)
        add_change(in, CHANGE_UPSERT, in->rollback);
    return OK;
}

bool deployer_is_fresh(const struct deployer *deployer, const struct wormhole53 *zone)
{
    const struct record *lock = wormhole53_find(zone, RECORD_TXT, LAB_LOCK_NAME);
    if (lock == NULL || deployer->lock == NULL)
        return lock == deployer->lock;
    return record_same_value(lock, deployer->lock);
}

/* The model's guard looks at plans of a deployer that holds the lock; one with a stale lock has to be refused
 * all the same, so that its lock is looked at first. */
static bool is_rejected_as_stale(const struct deployer *deployer, const struct wormhole53 *zone)
{
    return deployer->next_plan_version < wormhole53_version_at(zone, LAB_ROOT_NAME) &&
           deployer_is_fresh(deployer, zone);
}

static enum status install(struct deployer *deployer, struct wormhole53 *zone, struct guards guards,
                           struct installation *in, struct deploy_answer *answer, struct error *err)
{
    const struct lab_name plan = plan_name(deployer->next_plan_version);
    const char *target = single_target(deployer->root);
    const bool moves_root = deployer->root != NULL && (target == NULL || strcmp(target, plan.text) != 0);
    if (moves_root && target != NULL && wormhole53_find(zone, RECORD_ALIAS, target) == NULL) {
        (void)error_set(&answer->refusal, ERR_DATA, "current root target is missing: %s", target);
        return OK;
    }
    if (guards.reject_stale && is_rejected_as_stale(deployer, zone)) {
        answer->outcome = DEPLOY_SKIPPED;
        return OK;
    }
    enum status status = make_batch(in, deployer, moves_root, err);
    if (status != OK)
        return status;
    status = wormhole53_change_record_sets(zone, in->changes, in->change_count, &answer->refusal);
    if (status == OK || status == ERR_DATA) {
        deployer->lock_epoch++;
        answer->outcome = status == OK ? DEPLOY_INSTALLED : DEPLOY_REFUSED;
        return OK;
    }
    return error_set(err, status, "%s", answer->refusal.text);
}

enum status deployer_deploy(struct deployer *deployer, struct wormhole53 *zone, struct guards guards,
                            struct deploy_answer *ret_answer, struct error *err)
{
    struct installation in = {0};
    struct deploy_answer answer = {.version = deployer->next_plan_version, .outcome = DEPLOY_REFUSED};
    bool exists = false;
    enum status status =
        planner_read(zone->store, deployer->next_plan_version, &exists, &in.plan, &in.plan_count, err);
    if (status == OK && !exists)
        answer.outcome = DEPLOY_IDLE;
    else if (status == OK)
        status = install(deployer, zone, guards, &in, &answer, err);
    installation_release(&in);
    if (status != OK)
        return status;
    if (answer.outcome == DEPLOY_INSTALLED || answer.outcome == DEPLOY_SKIPPED)
        deployer->next_plan_version++;
    *ret_answer = answer;
    return OK;
}

static int compare_versions(const void *a, const void *b)
{
    const int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

static size_t sort_unique(int64_t *versions, size_t count)
{
    if (count == 0)
        return 0;
    qsort(versions, count, sizeof *versions, compare_versions);
    size_t kept = 1;
    for (size_t i = 1; i < count; i++) {
        if (versions[i] != versions[kept - 1])
            versions[kept++] = versions[i];
    }
    return kept;
}

enum status deployer_cleanup(const struct deployer *deployer, struct wormhole53 *zone, struct guards guards,
                             int64_t keep_last_n, struct cleanup_answer *ret_answer, struct error *err)
{
    const int64_t below = deployer->next_plan_version - keep_last_n;
    const int64_t root = guards.protect_live ? wormhole53_version_at(zone, LAB_ROOT_NAME) : 0;
    const int64_t rollback = guards.protect_live ? wormhole53_version_at(zone, LAB_ROLLBACK_NAME) : 0;
    struct change *changes = mem_new(zone->count, sizeof *changes);
    int64_t *versions = mem_new(zone->count, sizeof *versions);
    enum status status = OK;
    size_t count = 0;
    if (changes == NULL || versions == NULL) {
        status = error_memory(err, zone->count * sizeof *changes);
        goto out;
    }
    for (size_t i = 0; i < zone->count; i++) {
        const int64_t version = version_of_name(zone->records[i]->name);
        if (version == 0 || version >= below || version == root || version == rollback)
            continue;
        versions[count] = version;
        changes[count++] = (struct change){CHANGE_DELETE, zone->records[i]};
    }
    if (count > 0)
        status = wormhole53_change_record_sets(zone, changes, count, err);
out:
    mem_free(changes);
    if (status == OK)
        *ret_answer = (struct cleanup_answer){versions, sort_unique(versions, count)};
    else
        mem_free(versions);
    return status;
}
