/* SPDX-License-Identifier: Apache-2.0 */
#include "model/dns/dns_literal.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"

/* --- sets of records --- */

static int compare_records(const struct dns_record *a, const struct dns_record *b)
{
    if (a->name != b->name)
        return a->name < b->name ? -1 : 1;
    if (a->kind != b->kind)
        return a->kind < b->kind ? -1 : 1;
    if (a->target != b->target)
        return a->target < b->target ? -1 : 1;
    return (a->number > b->number) - (a->number < b->number);
}

/* Index of the first record that is not less than wanted. */
static size_t lower_bound(const struct dns_record_set *set, const struct dns_record *wanted)
{
    size_t low = 0, high = set->count;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (compare_records(&set->records[middle], wanted) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static bool set_has(const struct dns_record_set *set, const struct dns_record *wanted)
{
    const size_t at = lower_bound(set, wanted);
    return at < set->count && compare_records(&set->records[at], wanted) == 0;
}

/* The caller has reserved room. */
static void set_add(struct dns_record_set *set, const struct dns_record *record)
{
    const size_t at = lower_bound(set, record);
    if (at < set->count && compare_records(&set->records[at], record) == 0)
        return;
    assert(set->count < set->capacity);
    memmove(&set->records[at + 1], &set->records[at], (set->count - at) * sizeof *set->records);
    set->records[at] = *record;
    set->count++;
}

static void set_remove(struct dns_record_set *set, const struct dns_record *record)
{
    const size_t at = lower_bound(set, record);
    if (at == set->count || compare_records(&set->records[at], record) != 0)
        return;
    memmove(&set->records[at], &set->records[at + 1], (set->count - at - 1) * sizeof *set->records);
    set->count--;
}

static enum status set_reserve(struct dns_record_set *set, size_t more, struct error *err)
{
    void *records = set->records;
    const enum status status = mem_reserve(&records, &set->capacity, set->count + more, sizeof *set->records);
    set->records = records;
    return status == OK ? OK : error_memory(err, (set->count + more) * sizeof *set->records);
}

/* The first CNAME with this name at or after index *at; NULL when there is none. */
static const struct dns_record *next_cname(const struct dns_record_set *set, uint32_t name, size_t *at)
{
    for (; *at < set->count; ++*at) {
        if (set->records[*at].kind == RECORD_CNAME && set->records[*at].name == name)
            return &set->records[(*at)++];
    }
    return NULL;
}

static const struct dns_record *find_cname(const struct dns_record_set *set, uint32_t name)
{
    size_t at = 0;
    return next_cname(set, name, &at);
}

static bool has_cname_to(const struct dns_record_set *set, uint32_t target)
{
    for (size_t i = 0; i < set->count; i++) {
        if (set->records[i].kind == RECORD_CNAME && set->records[i].target == target)
            return true;
    }
    return false;
}

static const struct dns_record *find_lock(const struct dns_record_set *set)
{
    for (size_t i = 0; i < set->count; i++) {
        if (set->records[i].kind == RECORD_TXT && set->records[i].name == NAME_LOCK)
            return &set->records[i];
    }
    return NULL;
}

/* Makes target the only CNAME of name. */
static void point_cname(struct dns_record_set *set, uint32_t name, uint32_t target, int64_t weight)
{
    const struct dns_record *old;
    while ((old = find_cname(set, name)) != NULL) {
        const struct dns_record gone = *old;
        set_remove(set, &gone);
    }
    set_add(set,
            &(struct dns_record){.kind = RECORD_CNAME, .name = name, .target = target, .number = weight});
}

/* --- names --- */

enum status dns_names_make(struct dns_model *model, struct error *err)
{
    const size_t count = dns_name_count(model);
    model->names = mem_new(count, DNS_NAME_SIZE);
    if (model->names == NULL)
        return error_memory(err, count * DNS_NAME_SIZE);
    static const char *const fixed[NAME_FIXED] = {
        [NAME_ROOT] = "db.us-east-1.example.com",
        [NAME_ROLLBACK] = "rollback.db.example.com",
        [NAME_LOCK] = "lock.example.com",
        [NAME_GENESIS] = "genesis",
        [NAME_PLAN_INIT] = "plan-init.db.example.com",
        [NAME_BALANCER_INIT] = "lb-1-init.db.example.com",
    };
    char *at = model->names;
    for (uint32_t i = 0; i < NAME_FIXED; i++, at += DNS_NAME_SIZE)
        (void)snprintf(at, DNS_NAME_SIZE, "%s", fixed[i]);
    for (uint32_t d = 0; d < model->deployers; d++, at += DNS_NAME_SIZE)
        (void)snprintf(at, DNS_NAME_SIZE, "deployer-%c", (char)('a' + d));
    for (uint32_t i = 0; i < model->ips; i++, at += DNS_NAME_SIZE)
        (void)snprintf(at, DNS_NAME_SIZE, "192.0.2.%u", i + 1);
    for (uint32_t p = 0; p < model->plans; p++, at += DNS_NAME_SIZE)
        (void)snprintf(at, DNS_NAME_SIZE, "plan%u.db.example.com", p);
    for (uint32_t p = 0; p < model->plans; p++) {
        for (uint32_t i = 0; i < model->ips; i++, at += DNS_NAME_SIZE)
            (void)snprintf(at, DNS_NAME_SIZE, "lb-%u-%u.db.example.com", i + 1, p);
    }
    assert(at == model->names + count * DNS_NAME_SIZE);
    return OK;
}

/* --- life cycle --- */

struct literal *dns_literal_new(const struct model *model)
{
    struct literal *literal = mem_new(1, sizeof *literal);
    if (literal == NULL)
        return NULL;
    literal->model = dns_model_of(model);
    if (set_reserve(&literal->zone, 4, NULL) != OK) {
        mem_free(literal);
        return NULL;
    }
    const struct dns_record lock = {.kind = RECORD_TXT, .name = NAME_LOCK, .target = NAME_GENESIS};
    set_add(&literal->zone, &lock);
    point_cname(&literal->zone, NAME_ROOT, NAME_PLAN_INIT, 1);
    point_cname(&literal->zone, NAME_ROLLBACK, NAME_PLAN_INIT, 1);
    point_cname(&literal->zone, NAME_PLAN_INIT, NAME_BALANCER_INIT, 100);
    for (uint32_t d = 0; d < literal->model->deployers; d++)
        literal->views[d] =
            (struct dns_view){.lock = lock, .root = NAME_PLAN_INIT, .rollback = NAME_PLAN_INIT};
    literal->ghost.is_init = true;
    return literal;
}

void dns_literal_free(struct literal *literal)
{
    if (literal == NULL)
        return;
    for (uint32_t i = 0; i < literal->update_count; i++)
        mem_free(literal->updates[i].creates.records);
    mem_free(literal->zone.records);
    mem_free(literal);
}

/* --- actions --- */

static bool plan_is_used(const struct literal *literal, uint32_t plan_id)
{
    for (uint32_t i = 0; i < literal->update_count; i++) {
        if (literal->updates[i].plan_id == plan_id)
            return true;
    }
    return false;
}

/* Checks a generate's choices: plan id, set of ips as a mask, one weight for each of them. */
static enum status check_generate(const struct literal *literal, const struct step *step, struct error *err)
{
    const struct dns_model *m = literal->model;
    if (step->choice_count < 2)
        return error_set(err, ERR_DATA, "planner_generate: a plan id and a set of ips are missing");
    const int64_t plan_id = step->choices[0], mask = step->choices[1];
    if (plan_id < 0 || plan_id >= m->plans)
        return error_set(err, ERR_DATA, "planner_generate: plan %lld is not one of the %u plan ids",
                         (long long)plan_id, m->plans);
    if (plan_is_used(literal, (uint32_t)plan_id))
        return error_set(err, ERR_DATA, "planner_generate: %s was published before",
                         dns_name_text(m, dns_name_plan(m, (uint32_t)plan_id)));
    if (mask <= 0 || mask >= INT64_C(1) << m->ips)
        return error_set(err, ERR_DATA, "planner_generate: the ips must be a non-empty subset of IPS");
    const uint32_t ips = (uint32_t)__builtin_popcountll((uint64_t)mask);
    if (step->choice_count != 2 + ips)
        return error_set(err, ERR_DATA, "planner_generate: %u weights for %u ips", step->choice_count - 2,
                         ips);
    for (uint32_t i = 0; i < ips; i++) {
        const int64_t weight = step->choices[2 + i];
        if (weight < m->weight_low || weight > m->weight_high)
            return error_set(err, ERR_DATA, "planner_generate: weight %lld is not within %lld..%lld",
                             (long long)weight, (long long)m->weight_low, (long long)m->weight_high);
    }
    return OK;
}

static enum status apply_generate(struct literal *literal, const struct step *step, struct error *err)
{
    const struct dns_model *m = literal->model;
    const enum status checked = check_generate(literal, step, err);
    if (checked != OK)
        return checked;
    struct dns_update update = {.plan_id = (uint32_t)step->choices[0]};
    const enum status reserved = set_reserve(&update.creates, 2 * (size_t)m->ips, err);
    if (reserved != OK)
        return reserved;
    struct dns_ghost ghost = {
        .action = DNS_GENERATE, .plan_id = update.plan_id, .ip_mask = (uint32_t)step->choices[1]};
    uint32_t weight_at = 2;
    for (uint32_t i = 0; i < m->ips; i++) {
        if ((ghost.ip_mask >> i & 1) == 0)
            continue;
        const uint32_t name = dns_name_plan(m, update.plan_id);
        ghost.weights[i] = step->choices[weight_at++];
        set_add(&update.creates, &(struct dns_record){RECORD_A, name, dns_name_ip(m, i), 1});
        set_add(&update.creates,
                &(struct dns_record){RECORD_CNAME, name, dns_name_balancer(m, update.plan_id, i),
                                     ghost.weights[i]});
    }
    literal->updates[literal->update_count++] = update;
    literal->ghost = ghost;
    return OK;
}

static enum status apply_query(struct literal *literal, uint32_t deployer, struct error *err)
{
    const struct dns_record *lock = find_lock(&literal->zone);
    const struct dns_record *root = find_cname(&literal->zone, NAME_ROOT);
    const struct dns_record *rollback = find_cname(&literal->zone, NAME_ROLLBACK);
    if (lock == NULL || root == NULL || rollback == NULL)
        return error_set(err, ERR_INTERNAL, "deployer_query: the zone has no lock, root or rollback record");
    literal->views[deployer] =
        (struct dns_view){.lock = *lock, .root = root->target, .rollback = rollback->target};
    literal->ghost = (struct dns_ghost){.action = DNS_QUERY,
                                        .deployer = deployer,
                                        .lock = *lock,
                                        .root = root->target,
                                        .rollback = rollback->target};
    return OK;
}

static enum status apply_backoff(struct literal *literal, uint32_t deployer, struct error *err)
{
    const struct dns_record *lock = &literal->views[deployer].lock;
    if (set_has(&literal->zone, lock))
        return error_set(err, ERR_DATA, "deployer_backoff: the lock that %s saw is still in the zone",
                         dns_name_text(literal->model, dns_name_deployer(deployer)));
    literal->ghost = (struct dns_ghost){.action = DNS_BACKOFF, .deployer = deployer, .lock = *lock};
    return OK;
}

static enum status check_apply(const struct literal *literal, uint32_t deployer, struct error *err)
{
    const struct dns_model *m = literal->model;
    const char *name = dns_name_text(m, dns_name_deployer(deployer));
    const struct dns_view *view = &literal->views[deployer];
    if (literal->next[deployer] >= literal->update_count)
        return error_set(err, ERR_DATA,
                         "deployer_apply: %s has no plan left: its next is %u, %u are published", name,
                         literal->next[deployer], literal->update_count);
    if (!set_has(&literal->zone, &view->lock))
        return error_set(err, ERR_DATA, "deployer_apply: the lock that %s saw (%s, %lld) is not in the zone",
                         name, dns_name_text(m, view->lock.target), (long long)view->lock.number);
    if (!has_cname_to(&literal->zone, view->root))
        return error_set(err, ERR_DATA, "deployer_apply: nothing points to the root that %s saw, %s", name,
                         dns_name_text(m, view->root));
    if (find_cname(&literal->zone, NAME_ROOT) == NULL)
        return error_set(err, ERR_DATA, "deployer_apply: the zone has no root record");
    return OK;
}

/* The index of the published plan that the root name points to; -1 for the placeholder. */
static int64_t root_index(const struct literal *literal)
{
    const struct dns_record *root = find_cname(&literal->zone, NAME_ROOT);
    for (uint32_t i = 0; root != NULL && i < literal->update_count; i++) {
        if (dns_name_plan(literal->model, literal->updates[i].plan_id) == root->target)
            return i;
    }
    return -1;
}

static void reject_stale(struct literal *literal, uint32_t deployer)
{
    const struct dns_record *lock = find_lock(&literal->zone);
    literal->ghost = (struct dns_ghost){.action = DNS_APPLY,
                                        .deployer = deployer,
                                        .plan_id = literal->updates[literal->next[deployer]].plan_id,
                                        .previous_root = literal->views[deployer].root,
                                        .root = find_cname(&literal->zone, NAME_ROOT)->target,
                                        .rollback = find_cname(&literal->zone, NAME_ROLLBACK)->target,
                                        .epoch = lock->number};
    literal->next[deployer]++;
}

static enum status apply_apply(struct literal *literal, uint32_t deployer, struct error *err)
{
    const struct dns_model *m = literal->model;
    enum status status = check_apply(literal, deployer, err);
    if (status != OK)
        return status;
    if ((m->guards & DNS_GUARD_REJECT_STALE) != 0 && (int64_t)literal->next[deployer] < root_index(literal)) {
        reject_stale(literal, deployer);
        return OK;
    }
    const struct dns_update *update = &literal->updates[literal->next[deployer]];
    status = set_reserve(&literal->zone, update->creates.count + 3, err);
    if (status != OK)
        return status;
    struct dns_view *view = &literal->views[deployer];
    const struct dns_record new_lock = {RECORD_TXT, NAME_LOCK, dns_name_deployer(deployer),
                                        view->lock.number + 1};
    const uint32_t plan = dns_name_plan(m, update->plan_id);
    set_remove(&literal->zone, &view->lock);
    set_add(&literal->zone, &new_lock);
    for (size_t i = 0; i < update->creates.count; i++)
        set_add(&literal->zone, &update->creates.records[i]);
    point_cname(&literal->zone, NAME_ROOT, plan, 100);
    point_cname(&literal->zone, NAME_ROLLBACK, view->root, 1);
    literal->ghost = (struct dns_ghost){.action = DNS_APPLY,
                                        .deployer = deployer,
                                        .plan_id = update->plan_id,
                                        .previous_root = view->root,
                                        .root = plan,
                                        .rollback = view->root,
                                        .epoch = new_lock.number};
    *view = (struct dns_view){.lock = new_lock, .root = plan, .rollback = view->root};
    literal->next[deployer]++;
    return OK;
}

static bool is_protected(const struct literal *literal, uint32_t plan)
{
    if ((literal->model->guards & DNS_GUARD_PROTECT_LIVE) == 0)
        return false;
    const struct dns_record *root = find_cname(&literal->zone, NAME_ROOT);
    const struct dns_record *rollback = find_cname(&literal->zone, NAME_ROLLBACK);
    return (root != NULL && root->target == plan) || (rollback != NULL && rollback->target == plan);
}

static enum status apply_gc(struct literal *literal, uint32_t deployer, struct error *err)
{
    const struct dns_model *m = literal->model;
    struct dns_ghost ghost = {.action = DNS_GC, .deployer = deployer, .next_plan = literal->next[deployer]};
    bool meets = false;
    for (uint32_t i = 0; i < literal->update_count; i++) {
        const struct dns_update *update = &literal->updates[i];
        if (literal->next[deployer] <= i + m->max_plan_age ||
            is_protected(literal, dns_name_plan(m, update->plan_id)))
            continue;
        ghost.old[i / 64] |= UINT64_C(1) << (i % 64);
        for (size_t r = 0; r < update->creates.count; r++)
            meets = meets || set_has(&literal->zone, &update->creates.records[r]);
    }
    if (!meets)
        return error_set(err, ERR_DATA,
                         "deployer_gc: %s (next %u, MAX_PLAN_AGE %u) finds nothing old in the zone",
                         dns_name_text(m, dns_name_deployer(deployer)), ghost.next_plan, m->max_plan_age);
    for (uint32_t i = 0; i < literal->update_count; i++) {
        if ((ghost.old[i / 64] >> (i % 64) & 1) == 0)
            continue;
        for (size_t r = 0; r < literal->updates[i].creates.count; r++)
            set_remove(&literal->zone, &literal->updates[i].creates.records[r]);
    }
    literal->ghost = ghost;
    return OK;
}

enum status dns_literal_apply(struct literal *literal, const struct step *step, struct error *err)
{
    const uint32_t action = move_action(step->move), deployer = move_argument(step->move, 0);
    if (action >= DNS_ACTION_COUNT)
        return error_set(err, ERR_DATA, "action %u does not exist", action);
    if (action == DNS_GENERATE)
        return apply_generate(literal, step, err);
    if (deployer >= literal->model->deployers)
        return error_set(err, ERR_DATA, "deployer %u does not exist", deployer);
    if (action == DNS_QUERY)
        return apply_query(literal, deployer, err);
    if (action == DNS_BACKOFF)
        return apply_backoff(literal, deployer, err);
    if (action == DNS_APPLY)
        return apply_apply(literal, deployer, err);
    return apply_gc(literal, deployer, err);
}

/* --- properties and abstraction --- */

/* True unless name has exactly one target and that target owns a CNAME. */
static bool is_inconsistent(const struct literal *literal, uint32_t name)
{
    size_t at = 0;
    const struct dns_record *only = next_cname(&literal->zone, name, &at);
    if (only == NULL || next_cname(&literal->zone, name, &at) != NULL)
        return true;
    return find_cname(&literal->zone, only->target) == NULL;
}

uint32_t dns_literal_properties_hit(const struct literal *literal)
{
    uint32_t hit = 0;
    if (is_inconsistent(literal, NAME_ROOT))
        hit |= UINT32_C(1) << DNS_NO_INCONSISTENT_ROOT;
    if (is_inconsistent(literal, NAME_ROLLBACK))
        hit |= UINT32_C(1) << DNS_NO_INCONSISTENT_ROLLBACK;
    for (uint32_t d = 0; d < literal->model->deployers; d++) {
        if (literal->views[d].lock.number == 5)
            hit |= UINT32_C(1) << DNS_EPOCH5;
    }
    if (literal->update_count >= 3)
        hit |= UINT32_C(1) << DNS_PLANS3;
    return hit;
}

static uint8_t plan_index(const struct literal *literal, uint32_t name)
{
    for (uint32_t i = 0; i < literal->update_count; i++) {
        if (dns_name_plan(literal->model, literal->updates[i].plan_id) == name)
            return (uint8_t)i;
    }
    return DNS_PLAN_INIT;
}

void dns_literal_control(const struct literal *literal, void *state)
{
    const struct dns_model *m = literal->model;
    struct dns_state *s = state;
    *s = (struct dns_state){.published = (uint8_t)literal->update_count};
    const struct dns_record *lock = find_lock(&literal->zone);
    for (uint32_t d = 0; d < m->deployers; d++) {
        s->next |= (uint64_t)literal->next[d] << (8 * d);
        s->fresh |= (uint8_t)(set_has(&literal->zone, &literal->views[d].lock) << d);
        if (m->tracks_epoch)
            s->view5 |= (uint8_t)((literal->views[d].lock.number == 5) << d);
    }
    for (uint32_t i = 0; i < literal->update_count; i++) {
        if (find_cname(&literal->zone, dns_name_plan(m, literal->updates[i].plan_id)) != NULL)
            s->present[i / 64] |= UINT64_C(1) << (i % 64);
    }
    s->root = plan_index(literal, find_cname(&literal->zone, NAME_ROOT)->target);
    s->rollback = plan_index(literal, find_cname(&literal->zone, NAME_ROLLBACK)->target);
    if (m->tracks_epoch)
        s->epoch = (uint8_t)(lock->number < DNS_EPOCH_CAP ? lock->number : DNS_EPOCH_CAP);
}
