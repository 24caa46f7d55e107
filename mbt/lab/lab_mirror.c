/* SPDX-License-Identifier: Apache-2.0 */
#include "mbt/lab/lab_mirror.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "mbt/lab/lab_answer.h"
#include "model/dns/dns_state.h"

#define LOCK_NAME     "_lock." LAB_API_ROOT_NAME
#define DEPLOYER_HEAD "deployer-"

/* --- life cycle --- */

enum status lab_mirror_init(struct lab_mirror *mirror, struct error *err)
{
    *mirror = (struct lab_mirror){.plan_count = 0};
    mirror->plans = mem_new(DNS_PLANS_MAX, sizeof *mirror->plans);
    if (mirror->plans == NULL)
        return error_memory(err, DNS_PLANS_MAX * sizeof *mirror->plans);
    for (int i = 0; i < DNS_PLANS_MAX; i++)
        buffer_init(&mirror->plans[i].text);
    return OK;
}

void lab_mirror_release(struct lab_mirror *mirror)
{
    for (int i = 0; mirror->plans != NULL && i < DNS_PLANS_MAX; i++)
        buffer_release(&mirror->plans[i].text);
    mem_free(mirror->plans);
    mem_free(mirror->zone);
    *mirror = (struct lab_mirror){.plan_count = 0};
}

/* --- the zone --- */

static bool is_same(const struct lab_mirror_record *a, const struct lab_mirror_record *b)
{
    return a->kind == b->kind && a->plan == b->plan && a->balancer == b->balancer;
}

static size_t find(const struct lab_mirror *mirror, const struct lab_mirror_record *wanted)
{
    size_t at = 0;
    while (at < mirror->zone_count && !is_same(&mirror->zone[at], wanted))
        at++;
    return at;
}

static void delete_record(struct lab_mirror *mirror, size_t at)
{
    mirror->zone_count--;
    memmove(&mirror->zone[at], &mirror->zone[at + 1], (mirror->zone_count - at) * sizeof *mirror->zone);
}

/* The caller has reserved room. */
static void put(struct lab_mirror *mirror, struct lab_mirror_record record)
{
    if (find(mirror, &record) < mirror->zone_count)
        return;
    assert(mirror->zone_count < mirror->zone_capacity);
    mirror->zone[mirror->zone_count++] = record;
}

static enum status reserve(struct lab_mirror *mirror, size_t more, struct error *err)
{
    void *zone = mirror->zone;
    const size_t count = mirror->zone_count + more;
    const enum status status = mem_reserve(&zone, &mirror->zone_capacity, count, sizeof *mirror->zone);
    mirror->zone = zone;
    return status == OK ? OK : error_memory(err, count * sizeof *mirror->zone);
}

enum status lab_mirror_reset(struct lab_mirror *mirror, uint32_t guards, int deployer_count,
                             struct error *err)
{
    assert(deployer_count >= 1 && deployer_count <= DNS_DEPLOYERS_MAX);
    mirror->guards = guards;
    mirror->plan_count = 0;
    mirror->zone_count = 0;
    mirror->deployer_count = deployer_count;
    mirror->lock = (struct lab_mirror_lock){.owner = LAB_MIRROR_GENESIS};
    mirror->root = mirror->rollback = mirror->model_rollback = LAB_TARGET_INIT;
    for (int d = 0; d < deployer_count; d++)
        mirror->deployers[d] = (struct lab_mirror_deployer){.lock = mirror->lock, .root = LAB_TARGET_INIT};
    const enum status status = reserve(mirror, 4, err);
    if (status != OK)
        return status;
    put(mirror, (struct lab_mirror_record){.kind = LAB_MIRROR_LOCK});
    put(mirror, (struct lab_mirror_record){.kind = LAB_MIRROR_INIT_PLAN});
    put(mirror, (struct lab_mirror_record){.kind = LAB_MIRROR_ROOT});
    put(mirror, (struct lab_mirror_record){.kind = LAB_MIRROR_ROLLBACK});
    return OK;
}

void lab_mirror_restart(struct lab_mirror *mirror)
{
    for (int d = 0; d < mirror->deployer_count; d++)
        mirror->deployers[d] =
            (struct lab_mirror_deployer){.lock = {.owner = LAB_MIRROR_NOBODY}, .root = LAB_TARGET_NONE};
}

int lab_mirror_deployer(const struct lab_mirror *mirror, const char *name)
{
    const size_t head = sizeof DEPLOYER_HEAD - 1;
    if (strncmp(name, DEPLOYER_HEAD, head) != 0 || name[head] < 'a' || name[head + 1] != '\0')
        return -1;
    const int deployer = name[head] - 'a';
    return deployer < mirror->deployer_count ? deployer : -1;
}

/* --- records as texts --- */

static const char *target_name(const struct lab_mirror *mirror, int target)
{
    return target < 0 ? LAB_API_INIT_PLAN_NAME : mirror->plans[target].content.name;
}

static void write_lock(struct buffer *out, const struct lab_mirror_lock *lock)
{
    if (lock->owner == LAB_MIRROR_NOBODY)
        buffer_string(out, "null");
    else if (lock->owner == LAB_MIRROR_GENESIS)
        buffer_string(out, "{\"name\": \"" LOCK_NAME "\", \"type\": \"TXT\", \"value\": "
                           "\"" LAB_API_INIT_LOCK_OWNER " 0\"}");
    else
        buffer_format(out,
                      "{\"name\": \"" LOCK_NAME "\", \"type\": \"TXT\", \"value\": \"" DEPLOYER_HEAD
                      "%c %" PRId64 "\"}",
                      'a' + lock->owner, lock->epoch);
}

static void write_alias(const struct lab_mirror *mirror, struct buffer *out, const char *name, int target)
{
    if (target == LAB_TARGET_NONE) {
        buffer_string(out, "null");
        return;
    }
    buffer_string(out, "{\"name\": \"");
    buffer_string(out, name);
    buffer_string(out, "\", \"type\": \"ALIAS\", \"value\": \"");
    buffer_string(out, target_name(mirror, target));
    buffer_string(out, "\"}");
}

static void write_record(const struct lab_mirror *mirror, const struct lab_mirror_record *record,
                         struct buffer *out)
{
    const struct lab_mirror_plan *plan = &mirror->plans[record->plan];
    const size_t part = record->kind == LAB_MIRROR_PLAN ? 0 : 1 + (size_t)record->balancer;
    switch ((enum lab_mirror_kind)record->kind) {
    case LAB_MIRROR_LOCK:
        write_lock(out, &mirror->lock);
        return;
    case LAB_MIRROR_INIT_PLAN:
        buffer_string(out, "{\"name\": \"" LAB_API_INIT_PLAN_NAME "\", \"type\": \"ALIAS\", \"value\": "
                           "[{\"name\": \"lb-init.cdb.acme\", \"weight\": 100}]}");
        return;
    case LAB_MIRROR_ROOT:
        write_alias(mirror, out, LAB_API_ROOT_NAME, mirror->root);
        return;
    case LAB_MIRROR_ROLLBACK:
        write_alias(mirror, out, LAB_API_ROLLBACK_NAME, mirror->rollback);
        return;
    case LAB_MIRROR_PLAN:
    case LAB_MIRROR_BALANCER:
        buffer_append(out, plan->text.text + plan->starts[part], plan->lengths[part]);
    }
}

void lab_mirror_write_zone(const struct lab_mirror *mirror, struct buffer *out)
{
    buffer_char(out, '[');
    for (size_t i = 0; i < mirror->zone_count; i++) {
        buffer_string(out, i == 0 ? "\n  " : ",\n  ");
        write_record(mirror, &mirror->zone[i], out);
    }
    buffer_string(out, mirror->zone_count == 0 ? "]\n" : "\n]\n");
}

size_t lab_mirror_addresses(const struct lab_mirror *mirror, int target, struct buffer *out)
{
    const bool is_there = target >= 0 && mirror->plans[target].in_zone;
    const size_t count = is_there ? mirror->plans[target].content.count : 0;
    buffer_char(out, '[');
    for (size_t i = 0; i < count; i++) {
        char address[LAB_PLAN_ADDRESS_SIZE];
        lab_plan_address(&mirror->plans[target].content, i, address);
        buffer_string(out, i == 0 ? "\"" : ", \"");
        buffer_string(out, address);
        buffer_char(out, '"');
    }
    buffer_char(out, ']');
    return count;
}

void lab_mirror_write_state(const struct lab_mirror *mirror, struct buffer *out)
{
    const bool is_healthy = mirror->root >= 0 && mirror->plans[mirror->root].in_zone;
    buffer_string(out, "{\"zone\": [");
    for (size_t i = 0; i < mirror->zone_count; i++) {
        buffer_string(out, i == 0 ? "" : ", ");
        write_record(mirror, &mirror->zone[i], out);
    }
    buffer_format(out, "], \"last_version\": %d, \"deployers\": [", mirror->plan_count);
    for (int d = 0; d < mirror->deployer_count; d++) {
        const struct lab_mirror_deployer *deployer = &mirror->deployers[d];
        buffer_format(out,
                      "%s{\"name\": \"" DEPLOYER_HEAD
                      "%c\", \"next_plan_version\": %d, \"lock_epoch\": %" PRId64 ", \"lock\": ",
                      d == 0 ? "" : ", ", 'a' + d, deployer->next + 1, deployer->epoch);
        write_lock(out, &deployer->lock);
        buffer_string(out, ", \"root\": ");
        write_alias(mirror, out, LAB_API_ROOT_NAME, deployer->root);
        buffer_char(out, '}');
    }
    buffer_format(out, "], \"health\": {\"ok\": %s, \"ips\": ", is_healthy ? "true" : "false");
    (void)lab_mirror_addresses(mirror, mirror->root, out);
    buffer_string(out, "}}");
}

/* --- calls --- */

static void write_plan(struct lab_mirror_plan *plan)
{
    const struct lab_plan *content = &plan->content;
    struct buffer *out = &plan->text;
    buffer_clear(out);
    buffer_format(out,
                  "{\"version\": %" PRId64 ", \"root\": \"" LAB_API_ROOT_NAME
                  "\", \"plan_name\": \"%s\", \"records\": [",
                  content->version, content->name);
    plan->starts[0] = out->length;
    buffer_format(out, "{\"name\": \"%s\", \"type\": \"ALIAS\", \"value\": [", content->name);
    for (size_t i = 0; i < content->count; i++)
        buffer_format(out, "%s{\"name\": \"%s\", \"weight\": %" PRId64 "}", i == 0 ? "" : ", ",
                      content->balancers[i].name, content->balancers[i].weight);
    buffer_string(out, "]}");
    plan->lengths[0] = out->length - plan->starts[0];
    for (size_t i = 0; i < content->count; i++) {
        char address[LAB_PLAN_ADDRESS_SIZE];
        lab_plan_address(content, i, address);
        buffer_string(out, ", ");
        plan->starts[i + 1] = out->length;
        buffer_format(out, "{\"name\": \"%s\", \"type\": \"A\", \"value\": \"%s\"}",
                      content->balancers[i].name, address);
        plan->lengths[i + 1] = out->length - plan->starts[i + 1];
    }
    buffer_string(out, "]}");
}

enum status lab_mirror_generate(struct lab_mirror *mirror, const char *id, struct lab_plan *plan,
                                struct buffer *answer, struct error *err)
{
    if (mirror->plan_count == DNS_PLANS_MAX || strlen(id) >= LAB_PLAN_ID_SIZE)
        return error_set(err, ERR_DATA, "the lab cannot be told of more than %d plans, or of the plan %s",
                         DNS_PLANS_MAX, id);
    struct lab_mirror_plan *own = &mirror->plans[mirror->plan_count++];
    (void)snprintf(own->id, sizeof own->id, "%s", id);
    own->in_zone = false;
    plan->version = mirror->plan_count;
    (void)snprintf(plan->name, sizeof plan->name, "plan-%03d.cdb.acme", mirror->plan_count);
    for (size_t i = 0; i < plan->count; i++)
        (void)snprintf(plan->balancers[i].name, sizeof plan->balancers[i].name, "lb-%03d-%d.cdb.acme",
                       mirror->plan_count, plan->balancers[i].id);
    own->content = *plan;
    write_plan(own);
    buffer_append(answer, own->text.text, own->text.length);
    return buffer_status(&own->text, err);
}

void lab_mirror_sync(struct lab_mirror *mirror, int deployer, struct buffer *answer)
{
    mirror->deployers[deployer].lock = mirror->lock;
    mirror->deployers[deployer].root = mirror->root;
    buffer_string(answer, "{\"ok\": true, \"lock\": ");
    write_lock(answer, &mirror->lock);
    buffer_string(answer, ", \"root\": ");
    write_alias(mirror, answer, LAB_API_ROOT_NAME, mirror->root);
    buffer_char(answer, '}');
}

static bool is_fresh(const struct lab_mirror *mirror, int deployer)
{
    const struct lab_mirror_lock *lock = &mirror->deployers[deployer].lock;
    return lock->owner == mirror->lock.owner && lock->epoch == mirror->lock.epoch;
}

enum lab_mirror_outcome lab_mirror_foresee(const struct lab_mirror *mirror, int deployer)
{
    const struct lab_mirror_deployer *own = &mirror->deployers[deployer];
    if (own->next >= mirror->plan_count)
        return LAB_MIRROR_IDLE;
    if (own->root >= 0 && own->root != own->next && !mirror->plans[own->root].in_zone)
        return LAB_MIRROR_ROOT_MISSING;
    if (own->lock.owner == LAB_MIRROR_NOBODY)
        return LAB_MIRROR_LOCK_UNSEEN;
    if (!is_fresh(mirror, deployer))
        return LAB_MIRROR_LOCK_STALE;
    const bool rejects = (mirror->guards & DNS_GUARD_REJECT_STALE) != 0;
    return rejects && own->next < mirror->root ? LAB_MIRROR_SKIPPED : LAB_MIRROR_INSTALLED;
}

static enum status install(struct lab_mirror *mirror, int deployer, struct error *err)
{
    struct lab_mirror_deployer *own = &mirror->deployers[deployer];
    struct lab_mirror_plan *plan = &mirror->plans[own->next];
    const struct lab_mirror_record lock = {.kind = LAB_MIRROR_LOCK};
    const enum status status = reserve(mirror, plan->content.count + 4, err);
    if (status != OK)
        return status;
    const uint16_t index = (uint16_t)own->next;
    delete_record(mirror, find(mirror, &lock));
    put(mirror, lock);
    put(mirror, (struct lab_mirror_record){.kind = LAB_MIRROR_PLAN, .plan = index});
    for (size_t i = 0; i < plan->content.count; i++)
        put(mirror,
            (struct lab_mirror_record){.kind = LAB_MIRROR_BALANCER, .plan = index, .balancer = (uint8_t)i});
    mirror->lock = (struct lab_mirror_lock){.owner = deployer, .epoch = own->epoch};
    mirror->root = own->next;
    mirror->model_rollback = own->root;
    if (own->root != own->next && own->root != LAB_TARGET_NONE)
        mirror->rollback = own->root;
    plan->in_zone = true;
    return OK;
}

enum status lab_mirror_deploy(struct lab_mirror *mirror, int deployer, struct buffer *answer,
                              struct error *err)
{
    struct lab_mirror_deployer *own = &mirror->deployers[deployer];
    const enum lab_mirror_outcome outcome = lab_mirror_foresee(mirror, deployer);
    enum status status = OK;
    switch (outcome) {
    case LAB_MIRROR_IDLE:
        buffer_string(answer, "{\"ok\": true, \"message\": \"idle\"}");
        break;
    case LAB_MIRROR_ROOT_MISSING:
        buffer_format(answer, "{\"ok\": false, \"message\": \"" LAB_API_ROOT_MISSING ": %s\"}",
                      target_name(mirror, own->root));
        break;
    case LAB_MIRROR_LOCK_STALE:
        own->epoch++;
        buffer_string(answer, "{\"ok\": false, \"message\": \"record mismatch: " LOCK_NAME "|TXT\"}");
        break;
    case LAB_MIRROR_LOCK_UNSEEN:
        own->epoch++;
        buffer_string(answer, "{\"ok\": false, \"message\": \"record already exists: " LOCK_NAME "|TXT\"}");
        break;
    case LAB_MIRROR_SKIPPED:
    case LAB_MIRROR_INSTALLED:
        if (outcome == LAB_MIRROR_INSTALLED) {
            own->epoch++;
            status = install(mirror, deployer, err);
        }
        own->next++;
        buffer_format(answer, "{\"ok\": true, \"message\": \"%s\", \"version\": %d}",
                      outcome == LAB_MIRROR_INSTALLED ? "installed" : "skipped", own->next);
    }
    return status;
}

/* Whether a cleanup that keeps so many deletes the plan. */
static bool is_old(const struct lab_mirror *mirror, int deployer, int64_t keep_last_n, int plan, int rollback)
{
    const bool is_protected =
        (mirror->guards & DNS_GUARD_PROTECT_LIVE) != 0 && (plan == mirror->root || plan == rollback);
    return mirror->plans[plan].in_zone && plan < mirror->deployers[deployer].next - keep_last_n &&
           !is_protected;
}

int lab_mirror_old_plans(const struct lab_mirror *mirror, int deployer, int64_t keep_last_n, bool as_model)
{
    const int rollback = as_model ? mirror->model_rollback : mirror->rollback;
    int count = 0;
    for (int i = 0; i < mirror->plan_count; i++)
        count += is_old(mirror, deployer, keep_last_n, i, rollback);
    return count;
}

void lab_mirror_cleanup(struct lab_mirror *mirror, int deployer, int64_t keep_last_n, struct buffer *answer)
{
    bool old[DNS_PLANS_MAX] = {false};
    bool first = true;
    buffer_string(answer, "{\"ok\": true, \"deleted_versions\": [");
    for (int i = 0; i < mirror->plan_count; i++) {
        old[i] = is_old(mirror, deployer, keep_last_n, i, mirror->rollback);
        if (!old[i])
            continue;
        buffer_format(answer, "%s%d", first ? "" : ", ", i + 1);
        first = false;
    }
    buffer_string(answer, "]}");
    size_t kept = 0;
    for (size_t i = 0; i < mirror->zone_count; i++) {
        const struct lab_mirror_record *record = &mirror->zone[i];
        if (record->kind < LAB_MIRROR_PLAN || !old[record->plan])
            mirror->zone[kept++] = *record;
    }
    mirror->zone_count = kept;
    for (int i = 0; i < mirror->plan_count; i++)
        mirror->plans[i].in_zone = mirror->plans[i].in_zone && !old[i];
}
