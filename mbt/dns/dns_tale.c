/* SPDX-License-Identifier: Apache-2.0 */
#include "mbt/dns/dns_tale.h"

#include <assert.h>
#include <string.h>

#include "mbt/dns/dns_tale_words.h"

/* --- records and names --- */

const struct value *tale_record_name(const struct value *record)
{
    return value_field(record, "name");
}

const struct value *tale_record_kind(const struct value *record)
{
    return value_field(record, "kind");
}

static const struct value *record_part(const struct value *record, size_t index, enum value_kind kind)
{
    const struct value *tuple = value_field(record, "value");
    if (tuple == NULL || tuple->kind != VALUE_TUPLE || tuple->count != 2 || tuple->items[index].kind != kind)
        return NULL;
    return &tuple->items[index];
}

const struct value *tale_record_target(const struct value *record)
{
    return record_part(record, 0, VALUE_STRING);
}

int64_t tale_record_number(const struct value *record)
{
    const struct value *number = record_part(record, 1, VALUE_INT);
    return number == NULL ? 0 : number->number;
}

static bool is_kind(const struct value *record, const char *kind)
{
    const struct value *found = tale_record_kind(record);
    return found != NULL && value_is_string(found, kind);
}

static bool is_named(const struct value *record, const struct value *name)
{
    const struct value *found = tale_record_name(record);
    return found != NULL && value_compare(found, name) == 0;
}

/* The first record of that kind and name (NULL: any), or NULL. */
static const struct value *find_record(const struct value *zone, const char *kind, const struct value *name)
{
    for (size_t i = 0; i < zone->count; i++) {
        if (is_kind(&zone->items[i], kind) && (name == NULL || is_named(&zone->items[i], name)))
            return &zone->items[i];
    }
    return NULL;
}

static bool begins_with(const struct value *name, const char *text)
{
    return name->count >= strlen(text) && memcmp(name->text, text, strlen(text)) == 0;
}

/* The index of the plan of that name. */
static int plan_of(const struct dns_tale *tale, const struct value *name)
{
    for (size_t i = 0; i < tale->plan_count; i++) {
        if (value_compare(tale->plans[i].name, name) == 0)
            return (int)i;
    }
    return begins_with(name, "plan-init") ? TALE_PLAN_INIT : TALE_PLAN_NONE;
}

/* --- the cast: names, deployers, plans --- */

/* Root and rollback are the two names that point to the same plan in the beginning. */
static enum status find_names(struct dns_tale *tale, const struct value *zone, struct error *err)
{
    for (size_t i = 0; i < zone->count; i++) {
        const struct value *record = &zone->items[i], *target = tale_record_target(record);
        const struct value *name = tale_record_name(record);
        if (is_kind(record, "TXT"))
            tale->lock_name = name;
        if (!is_kind(record, "CNAME") || target == NULL || find_record(zone, "CNAME", target) == NULL)
            continue;
        if (begins_with(name, "rollback"))
            tale->rollback_name = name;
        else
            tale->root_name = name;
    }
    if (tale->lock_name == NULL || tale->root_name == NULL || tale->rollback_name == NULL)
        return error_set(err, ERR_INTERNAL, "the initial zone has no lock, root or rollback record");
    return OK;
}

static enum status find_deployers(struct dns_tale *tale, const struct value *next, struct error *err)
{
    tale->deployer_count = next->count;
    tale->deployers = arena_new(&tale->story->arena, next->count, sizeof(const struct value *));
    if (tale->deployers == NULL)
        return error_set(err, ERR_MEMORY, "no memory for the story of the trace");
    for (size_t d = 0; d < next->count; d++)
        tale->deployers[d] = &next->items[2 * d];
    return OK;
}

/* Plans are only ever appended, so that the last state has them all. */
static enum status find_plans(struct dns_tale *tale, struct error *err)
{
    const struct value *last =
        value_field(&tale->story->itf->states[tale->story->state_count - 1], "planner_updates");
    tale->plans = arena_new(&tale->story->arena, last->count, sizeof *tale->plans);
    if (tale->plans == NULL)
        return error_set(err, ERR_MEMORY, "no memory for the story of the trace");
    for (size_t i = 0; i < last->count; i++) {
        tale->plans[i] = (struct tale_plan){.name = value_field(&last->items[i], "plan_id"),
                                            .creates = value_field(&last->items[i], "creates")};
    }
    tale->plan_count = last->count;
    size_t published = 0;
    for (size_t s = 0; s < tale->story->state_count; s++) {
        const struct value *updates = value_field(&tale->story->itf->states[s], "planner_updates");
        while (published < updates->count)
            tale->plans[published++].state = s;
    }
    return OK;
}

/* The agreed states are the model's own values, so that only their presence is worth an assertion. */
static enum status find_cast(struct dns_tale *tale, struct error *err)
{
    const struct value *state = &tale->story->itf->states[0];
    const struct value *age = value_field(&tale->story->itf->parameters, "MAX_PLAN_AGE");
    assert(age != NULL && age->kind == VALUE_INT);
    tale->max_plan_age = age->number;
    enum status status = find_names(tale, value_field(state, "zone_records"), err);
    if (status == OK)
        status = find_deployers(tale, value_field(state, "deployer_next_plan"), err);
    if (status == OK)
        status = find_plans(tale, err);
    return status;
}

/* --- what a step changed --- */

/* Adds the record to the group of its name; groups has room for one more. */
static bool group_record(struct dns_tale *tale, struct tale_change *groups, size_t *count,
                         const struct value *record, size_t side_max, bool is_new)
{
    const struct value *name = tale_record_name(record);
    size_t g = *count;
    while (g > 0 && value_compare(groups[g - 1].name, name) != 0)
        g--;
    if (g == 0) {
        groups[*count] = (struct tale_change){.name = name, .plan = plan_of(tale, name)};
        g = ++*count;
    }
    struct tale_change *group = &groups[g - 1];
    const struct value ***side = is_new ? &group->after : &group->before;
    size_t *side_count = is_new ? &group->after_count : &group->before_count;
    if (*side == NULL)
        *side = arena_new(&tale->story->arena, side_max, sizeof(const struct value *));
    if (*side == NULL)
        return false;
    assert(*side_count < side_max);
    (*side)[(*side_count)++] = record;
    return true;
}

/* How many of a's elements b lacks; both are sorted. With visit, it is called for each of them. */
struct grouping {
    struct dns_tale *tale;
    struct tale_change *groups;
    size_t count;
    bool failed;
};

static size_t lacking(const struct value *a, const struct value *b, struct grouping *grouping,
                      size_t side_max, bool is_new)
{
    size_t count = 0;
    for (size_t i = 0, j = 0; i < a->count; i++) {
        while (j < b->count && value_compare(&b->items[j], &a->items[i]) < 0)
            j++;
        if (j < b->count && value_compare(&b->items[j], &a->items[i]) == 0)
            continue;
        count++;
        if (grouping != NULL && !grouping->failed)
            grouping->failed = !group_record(grouping->tale, grouping->groups, &grouping->count, &a->items[i],
                                             side_max, is_new);
    }
    return count;
}

/* Plans first, by their order; then root, rollback, lock. */
static int change_rank(const struct dns_tale *tale, const struct tale_change *change)
{
    if (change->plan != TALE_PLAN_NONE)
        return change->plan;
    const int others = (int)tale->plan_count;
    if (value_compare(change->name, tale->root_name) == 0)
        return others;
    return value_compare(change->name, tale->rollback_name) == 0 ? others + 1 : others + 2;
}

static void sort_changes(const struct dns_tale *tale, struct tale_change *changes, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        const struct tale_change moved = changes[i];
        const int rank = change_rank(tale, &moved);
        size_t j = i;
        for (; j > 0 && change_rank(tale, &changes[j - 1]) > rank; j--)
            changes[j] = changes[j - 1];
        changes[j] = moved;
    }
}

static enum status find_changes(struct dns_tale *tale, const struct value *old_zone, struct tale_state *state,
                                struct error *err)
{
    const size_t removed = lacking(old_zone, state->zone, NULL, 0, false);
    const size_t added = lacking(state->zone, old_zone, NULL, 0, true);
    if (removed + added == 0)
        return OK;
    struct grouping grouping = {.tale = tale};
    grouping.groups = arena_new(&tale->story->arena, removed + added, sizeof *grouping.groups);
    if (grouping.groups == NULL)
        return error_set(err, ERR_MEMORY, "no memory for the story of the trace");
    (void)lacking(old_zone, state->zone, &grouping, removed, false);
    (void)lacking(state->zone, old_zone, &grouping, added, true);
    if (grouping.failed)
        return error_set(err, ERR_MEMORY, "no memory for the story of the trace");
    for (size_t g = 0; g < grouping.count; g++) {
        struct tale_change *group = &grouping.groups[g];
        group->kind = group->before_count == 0  ? TALE_ADDED
                      : group->after_count == 0 ? TALE_REMOVED
                                                : TALE_CHANGED;
    }
    sort_changes(tale, grouping.groups, grouping.count);
    state->changes = grouping.groups;
    state->change_count = grouping.count;
    return OK;
}

/* --- one state --- */

static struct tale_pointer pointer_of(const struct dns_tale *tale, const struct value *zone,
                                      const struct value *name)
{
    struct tale_pointer pointer = {.plan = TALE_PLAN_NONE};
    size_t targets = 0;
    for (size_t i = 0; i < zone->count; i++) {
        if (!is_kind(&zone->items[i], "CNAME") || !is_named(&zone->items[i], name))
            continue;
        pointer.target = tale_record_target(&zone->items[i]);
        targets++;
    }
    if (targets != 1 || pointer.target == NULL)
        return (struct tale_pointer){.plan = TALE_PLAN_NONE};
    pointer.plan = plan_of(tale, pointer.target);
    pointer.resolves = find_record(zone, "CNAME", pointer.target) != NULL;
    return pointer;
}

static enum status find_counters(struct dns_tale *tale, const struct value *values, struct tale_state *state,
                                 struct error *err)
{
    const struct value *next = value_field(values, "deployer_next_plan");
    const struct value *views = value_field(values, "deployer_view");
    struct tale_deployer *deployers = arena_new(&tale->story->arena, tale->deployer_count, sizeof *deployers);
    if (deployers == NULL)
        return error_set(err, ERR_MEMORY, "no memory for the story of the trace");
    for (size_t d = 0; d < tale->deployer_count; d++) {
        const struct value *number = value_lookup(next, tale->deployers[d]);
        const struct value *view = value_lookup(views, tale->deployers[d]);
        assert(number != NULL && view != NULL);
        deployers[d] = (struct tale_deployer){.next = number->number,
                                              .fresh = value_set_has(state->zone, value_field(view, "lock"))};
    }
    state->deployers = deployers;
    return OK;
}

static void find_actor(const struct dns_tale *tale, const struct value *ghost, struct tale_state *state)
{
    const struct value *fields = value_field(ghost, "value");
    const struct value *name = fields == NULL ? NULL : value_field(fields, "deployer");
    for (size_t d = 0; name != NULL && d < tale->deployer_count; d++) {
        if (value_compare(name, tale->deployers[d]) == 0)
            state->deployer = d;
    }
}

static enum status tell_dns_state(struct dns_tale *tale, size_t s, struct error *err)
{
    struct tale_state *state = &tale->states[s];
    const struct value *values = &tale->story->itf->states[s];
    const struct value *ghost = value_field(values, "ghost_action");
    state->zone = value_field(values, "zone_records");
    tale->story->states[s].tag = value_field(ghost, "tag")->text;
    state->deployer = TALE_NOBODY;
    find_actor(tale, ghost, state);
    state->root = pointer_of(tale, state->zone, tale->root_name);
    state->rollback = pointer_of(tale, state->zone, tale->rollback_name);
    enum status status = find_counters(tale, values, state, err);
    if (status == OK && s > 0)
        status = find_changes(tale, tale->states[s - 1].zone, state, err);
    if (status == OK)
        status = tale_words_of_step(tale, s, err);
    return status;
}

/* --- what it all leads to --- */

static const struct tale_pointer *watched(const struct dns_tale *tale, size_t s)
{
    return tale->of_rollback ? &tale->states[s].rollback : &tale->states[s].root;
}

/* The deployer whose clean-up deletes that plan in that state; the one that is ahead the furthest. */
static size_t who_may_delete(const struct dns_tale *tale, size_t s, int plan)
{
    size_t found = TALE_NOBODY;
    int64_t past = (int64_t)plan + tale->max_plan_age;
    for (size_t d = 0; d < tale->deployer_count; d++) {
        if (tale->states[s].deployers[d].next > past) {
            past = tale->states[s].deployers[d].next;
            found = d;
        }
    }
    return found;
}

static enum status find_turn(struct dns_tale *tale, struct error *err)
{
    if (tale->story->property == PROPERTY_NONE || tale->story->property_state == 0 ||
        tale->story->model->class->properties[tale->story->property].kind != PROPERTY_INVARIANT)
        return OK;
    const size_t v = tale->story->property_state;
    const int plan = watched(tale, v)->plan;
    struct story_turn *found = &tale->story->turn;
    if (plan < 0)
        return OK;
    const struct tale_pointer *before = watched(tale, v - 1);
    tale->turn_kind = before->plan == plan && before->resolves ? TALE_BY_CLEANUP : TALE_BY_DEPLOY;
    size_t s = v;
    if (tale->turn_kind == TALE_BY_CLEANUP) {
        while (s > 0 && watched(tale, s - 1)->plan == plan && watched(tale, s - 1)->resolves &&
               who_may_delete(tale, s - 1, plan) != TALE_NOBODY)
            s--;
    } else {
        while (s > 0 && tale->states[s - 1].root.plan == plan && !tale->states[s - 1].root.resolves)
            s--;
    }
    if (s == v)
        return OK;
    found->found = true;
    found->state = s;
    tale->turn_deployer = who_may_delete(tale, s, plan);
    return tale_words_of_turn(tale, plan, err);
}

/* --- the narrator's part --- */

enum status dns_tale_tell(struct story *story, const struct trace *steps, struct error *err)
{
    (void)steps; /* the values of a state name its action */
    struct dns_tale *tale = arena_new(&story->arena, 1, sizeof *tale);
    if (tale == NULL)
        return error_set(err, ERR_MEMORY, "no memory for the story of the trace");
    *tale = (struct dns_tale){.story = story};
    story->tale = tale;
    tale->states = arena_new(&story->arena, story->state_count, sizeof *tale->states);
    if (tale->states == NULL)
        return error_set(err, ERR_MEMORY, "no memory for the story of the trace");
    memset(tale->states, 0, story->state_count * sizeof *tale->states);
    enum status status = find_cast(tale, err);
    for (size_t s = 0; status == OK && s < story->state_count; s++)
        status = tell_dns_state(tale, s, err);
    return status;
}

enum status dns_tale_conclude(struct story *story, struct error *err)
{
    struct dns_tale *tale = story->tale;
    if (!story_is_violation(story))
        return OK;
    tale->of_rollback = strstr(story->model->class->properties[story->property].name, "rollback") != NULL;
    const enum status status = find_turn(tale, err);
    return status == OK ? tale_words_of_outcome(tale, err) : status;
}
