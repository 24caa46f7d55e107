/* SPDX-License-Identifier: Apache-2.0 */
/* Where the lab's own rules and the model are: the same state but for names, numbers and what is known. */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "mbt/lab/lab_answer.h"
#include "mbt/lab/lab_mirror.h"

struct comparison {
    const struct lab_mirror *mirror;
    struct buffer *out;
};

static void tell(const struct comparison *c, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void tell(const struct comparison *c, const char *format, ...)
{
    va_list args;
    if (c->out->length > 0)
        buffer_string(c->out, "; ");
    va_start(args, format);
    buffer_vformat(c->out, format, args);
    va_end(args);
}

static const char *text_of(const struct value *value)
{
    return value != NULL && value->kind == VALUE_STRING ? value->text : "";
}

/* The target that a name of the model stands for; LAB_TARGET_NONE when no plan has it. */
static int target_of(const struct lab_mirror *mirror, const char *name)
{
    for (int i = 0; i < mirror->plan_count; i++) {
        if (strcmp(mirror->plans[i].id, name) == 0)
            return i;
    }
    return strncmp(name, "plan-init", 9) == 0 ? LAB_TARGET_INIT : LAB_TARGET_NONE;
}

static const char *target_text(const struct lab_mirror *mirror, int target)
{
    return target >= 0 ? mirror->plans[target].id : target == LAB_TARGET_INIT ? "plan-init" : "no plan";
}

static void compare_target(const struct comparison *c, const char *what, const char *model, int lab)
{
    if (target_of(c->mirror, model) != lab)
        tell(c, "%s: model %s, lab %s", what, model, target_text(c->mirror, lab));
}

/* A record of a plan: an address, or a balancer with its weight. The balancer's id is its address's last
 * number. */
static bool has_record(const struct lab_mirror_plan *plan, bool is_address, const char *target,
                       int64_t number)
{
    int id = 0;
    const char *digits = is_address ? strrchr(target, '.') : strchr(target, '-');
    if (digits == NULL || sscanf(digits + 1, "%d", &id) != 1)
        return false;
    for (size_t i = 0; i < plan->content.count; i++) {
        if (plan->content.balancers[i].id == id)
            return is_address || plan->content.balancers[i].weight == number;
    }
    return false;
}

/* One record of the model's zone; counts those of plans. */
static void compare_record(const struct comparison *c, const struct value *record, size_t *plan_records)
{
    const struct lab_mirror *mirror = c->mirror;
    const char *name = text_of(value_field(record, "name")), *kind = text_of(value_field(record, "kind"));
    const struct value *pair = value_field(record, "value");
    if (pair == NULL || pair->kind != VALUE_TUPLE || pair->count != 2) {
        tell(c, "zone_records: a record without a value");
        return;
    }
    const char *target = text_of(&pair->items[0]);
    const int plan = target_of(mirror, name);
    if (strcmp(kind, "TXT") == 0) {
        const int owner = mirror->lock.owner == LAB_MIRROR_GENESIS && strcmp(target, "genesis") == 0
                              ? LAB_MIRROR_GENESIS
                              : lab_mirror_deployer(mirror, target);
        if (owner != mirror->lock.owner)
            tell(c, "the lock's owner: model %s, lab another", target);
    } else if (plan >= 0) {
        ++*plan_records;
        if (!mirror->plans[plan].in_zone ||
            !has_record(&mirror->plans[plan], strcmp(kind, "A") == 0, target, pair->items[1].number))
            tell(c, "zone: the model has %s of %s -> %s, the lab has not", kind, name, target);
    } else if (plan == LAB_TARGET_NONE) { /* root or rollback, told apart by their names */
        const bool is_rollback = strncmp(name, "rollback", 8) == 0;
        compare_target(c, is_rollback ? "rollback" : "root", target,
                       is_rollback ? mirror->model_rollback : mirror->root);
    }
}

static void compare_zone(const struct comparison *c, const struct value *zone)
{
    size_t found = 0, expected = 0;
    if (zone == NULL || zone->kind != VALUE_SET) {
        tell(c, "the model has no zone_records");
        return;
    }
    for (uint32_t i = 0; i < zone->count; i++)
        compare_record(c, &zone->items[i], &found);
    for (int i = 0; i < c->mirror->plan_count; i++)
        expected += c->mirror->plans[i].in_zone ? 2 * c->mirror->plans[i].content.count : 0;
    if (found != expected)
        tell(c, "zone: %zu records of plans in the model, %zu in the lab", found, expected);
}

/* The model's own lock, as its zone has it. */
static const struct value *find_lock(const struct value *zone)
{
    for (uint32_t i = 0; zone != NULL && zone->kind == VALUE_SET && i < zone->count; i++) {
        if (strcmp(text_of(value_field(&zone->items[i], "kind")), "TXT") == 0)
            return &zone->items[i];
    }
    return NULL;
}

static void compare_deployers(const struct comparison *c, const struct value *state)
{
    const struct value *next = value_field(state, "deployer_next_plan");
    const struct value *views = value_field(state, "deployer_view");
    const struct value *lock = find_lock(value_field(state, "zone_records"));
    if (next == NULL || next->kind != VALUE_MAP || views == NULL || views->kind != VALUE_MAP ||
        views->count != next->count || lock == NULL) {
        tell(c, "the model has no lock, or no deployers");
        return;
    }
    for (uint32_t i = 0; i < next->count; i++) {
        const char *name = text_of(&next->items[2 * i]);
        const int d = lab_mirror_deployer(c->mirror, name);
        if (d < 0) {
            tell(c, "the lab has no %s", name);
            continue;
        }
        const struct lab_mirror_deployer *own = &c->mirror->deployers[d];
        const struct value *view = &views->items[2 * i + 1];
        const struct value *seen = value_field(view, "lock");
        const bool fresh =
            own->lock.owner == c->mirror->lock.owner && own->lock.epoch == c->mirror->lock.epoch;
        if (next->items[2 * i + 1].number != own->next)
            tell(c, "%s's next plan: model %" PRId64 ", lab %d", name, next->items[2 * i + 1].number,
                 own->next);
        if (seen == NULL || (value_compare(seen, lock) == 0) != fresh)
            tell(c, "%s's view: model %s, lab %s", name, fresh ? "stale" : "fresh",
                 fresh ? "fresh" : "stale");
        char what[64];
        (void)snprintf(what, sizeof what, "the root that %.32s saw", name);
        compare_target(c, what, text_of(value_field(view, "root")), own->root);
    }
}

void lab_mirror_compare_model(const struct lab_mirror *mirror, const struct value *state, struct buffer *out,
                              bool *ret_rollback_differs)
{
    const struct comparison c = {mirror, out};
    const struct value *updates = value_field(state, "planner_updates");
    if (updates == NULL || updates->kind != VALUE_LIST || updates->count != (uint32_t)mirror->plan_count)
        tell(&c, "plans: model %u, lab %d", updates != NULL ? updates->count : 0, mirror->plan_count);
    compare_zone(&c, value_field(state, "zone_records"));
    compare_deployers(&c, state);
    *ret_rollback_differs = mirror->rollback != mirror->model_rollback;
}
