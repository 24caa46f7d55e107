#include "mbt/story.h"

#include <assert.h>
#include <string.h>

#include "base/memory.h"
#include "mbt/story_words.h"

static enum status no_room(struct error *err)
{
    return error_set(err, ERR_MEMORY, "no memory for the story of the trace");
}

/* --- records and names --- */

const struct value *story_record_name(const struct value *record)
{
    return value_field(record, "name");
}

const struct value *story_record_kind(const struct value *record)
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

const struct value *story_record_target(const struct value *record)
{
    return record_part(record, 0, VALUE_STRING);
}

int64_t story_record_number(const struct value *record)
{
    const struct value *number = record_part(record, 1, VALUE_INT);
    return number == NULL ? 0 : number->number;
}

static bool is_kind(const struct value *record, const char *kind)
{
    const struct value *found = story_record_kind(record);
    return found != NULL && value_is_string(found, kind);
}

static bool is_named(const struct value *record, const struct value *name)
{
    const struct value *found = story_record_name(record);
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
static int plan_of(const struct story *story, const struct value *name)
{
    for (size_t i = 0; i < story->plan_count; i++) {
        if (value_compare(story->plans[i].name, name) == 0)
            return (int)i;
    }
    return begins_with(name, "plan-init") ? STORY_PLAN_INIT : STORY_PLAN_NONE;
}

/* --- the cast: names, deployers, plans --- */

/* Root and rollback are the two names that point to the same plan in the beginning. */
static enum status find_names(struct story *story, const struct value *zone, struct error *err)
{
    for (size_t i = 0; i < zone->count; i++) {
        const struct value *record = &zone->items[i], *target = story_record_target(record);
        const struct value *name = story_record_name(record);
        if (is_kind(record, "TXT"))
            story->lock_name = name;
        if (!is_kind(record, "CNAME") || target == NULL || find_record(zone, "CNAME", target) == NULL)
            continue;
        if (begins_with(name, "rollback"))
            story->rollback_name = name;
        else
            story->root_name = name;
    }
    if (story->lock_name == NULL || story->root_name == NULL || story->rollback_name == NULL)
        return error_set(err, ERR_INTERNAL, "the initial zone has no lock, root or rollback record");
    return OK;
}

static enum status find_deployers(struct story *story, const struct value *next, struct error *err)
{
    story->deployer_count = next->count;
    story->deployers = arena_new(&story->arena, next->count, sizeof(const struct value *));
    if (story->deployers == NULL)
        return no_room(err);
    for (size_t d = 0; d < next->count; d++)
        story->deployers[d] = &next->items[2 * d];
    return OK;
}

/* Plans are only ever appended, so that the last state has them all. */
static enum status find_plans(struct story *story, struct error *err)
{
    const struct value *last = value_field(&story->itf->states[story->state_count - 1], "planner_updates");
    story->plans = arena_new(&story->arena, last->count, sizeof *story->plans);
    if (story->plans == NULL)
        return no_room(err);
    for (size_t i = 0; i < last->count; i++) {
        story->plans[i] = (struct story_plan){.name = value_field(&last->items[i], "plan_id"),
                                              .creates = value_field(&last->items[i], "creates")};
    }
    story->plan_count = last->count;
    size_t published = 0;
    for (size_t s = 0; s < story->state_count; s++) {
        const struct value *updates = value_field(&story->itf->states[s], "planner_updates");
        while (published < updates->count)
            story->plans[published++].state = s;
    }
    return OK;
}

/* The agreed states are the model's own values, so that only their presence is worth an assertion. */
static enum status find_cast(struct story *story, struct error *err)
{
    const struct value *state = &story->itf->states[0];
    const struct value *age = value_field(&story->itf->parameters, "MAX_PLAN_AGE");
    assert(age != NULL && age->kind == VALUE_INT);
    story->max_plan_age = age->number;
    enum status status = find_names(story, value_field(state, "zone_records"), err);
    if (status == OK)
        status = find_deployers(story, value_field(state, "deployer_next_plan"), err);
    if (status == OK)
        status = find_plans(story, err);
    return status;
}

/* --- what a step changed --- */

/* Adds the record to the group of its name; groups has room for one more. */
static bool group_record(struct story *story, struct story_change *groups, size_t *count,
                         const struct value *record, size_t side_max, bool is_new)
{
    const struct value *name = story_record_name(record);
    size_t g = *count;
    while (g > 0 && value_compare(groups[g - 1].name, name) != 0)
        g--;
    if (g == 0) {
        groups[*count] = (struct story_change){.name = name, .plan = plan_of(story, name)};
        g = ++*count;
    }
    struct story_change *group = &groups[g - 1];
    const struct value ***side = is_new ? &group->after : &group->before;
    size_t *side_count = is_new ? &group->after_count : &group->before_count;
    if (*side == NULL)
        *side = arena_new(&story->arena, side_max, sizeof(const struct value *));
    if (*side == NULL)
        return false;
    assert(*side_count < side_max);
    (*side)[(*side_count)++] = record;
    return true;
}

/* How many of a's elements b lacks; both are sorted. With visit, it is called for each of them. */
struct grouping {
    struct story *story;
    struct story_change *groups;
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
            grouping->failed = !group_record(grouping->story, grouping->groups, &grouping->count,
                                             &a->items[i], side_max, is_new);
    }
    return count;
}

/* Plans first, by their order; then root, rollback, lock. */
static int change_rank(const struct story *story, const struct story_change *change)
{
    if (change->plan != STORY_PLAN_NONE)
        return change->plan;
    const int others = (int)story->plan_count;
    if (value_compare(change->name, story->root_name) == 0)
        return others;
    return value_compare(change->name, story->rollback_name) == 0 ? others + 1 : others + 2;
}

static void sort_changes(const struct story *story, struct story_change *changes, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        const struct story_change moved = changes[i];
        const int rank = change_rank(story, &moved);
        size_t j = i;
        for (; j > 0 && change_rank(story, &changes[j - 1]) > rank; j--)
            changes[j] = changes[j - 1];
        changes[j] = moved;
    }
}

static enum status find_changes(struct story *story, const struct value *old_zone, struct story_state *state,
                                struct error *err)
{
    const size_t removed = lacking(old_zone, state->zone, NULL, 0, false);
    const size_t added = lacking(state->zone, old_zone, NULL, 0, true);
    if (removed + added == 0)
        return OK;
    struct grouping grouping = {.story = story};
    grouping.groups = arena_new(&story->arena, removed + added, sizeof *grouping.groups);
    if (grouping.groups == NULL)
        return no_room(err);
    (void)lacking(old_zone, state->zone, &grouping, removed, false);
    (void)lacking(state->zone, old_zone, &grouping, added, true);
    if (grouping.failed)
        return no_room(err);
    for (size_t g = 0; g < grouping.count; g++) {
        struct story_change *group = &grouping.groups[g];
        group->kind = group->before_count == 0  ? STORY_ADDED
                      : group->after_count == 0 ? STORY_REMOVED
                                                : STORY_CHANGED;
    }
    sort_changes(story, grouping.groups, grouping.count);
    state->changes = grouping.groups;
    state->change_count = grouping.count;
    return OK;
}

/* --- one state --- */

static struct story_pointer pointer_of(const struct story *story, const struct value *zone,
                                       const struct value *name)
{
    struct story_pointer pointer = {.plan = STORY_PLAN_NONE};
    size_t targets = 0;
    for (size_t i = 0; i < zone->count; i++) {
        if (!is_kind(&zone->items[i], "CNAME") || !is_named(&zone->items[i], name))
            continue;
        pointer.target = story_record_target(&zone->items[i]);
        targets++;
    }
    if (targets != 1 || pointer.target == NULL)
        return (struct story_pointer){.plan = STORY_PLAN_NONE};
    pointer.plan = plan_of(story, pointer.target);
    pointer.resolves = find_record(zone, "CNAME", pointer.target) != NULL;
    return pointer;
}

static enum status find_counters(struct story *story, const struct value *values, struct story_state *state,
                                 struct error *err)
{
    const struct value *next = value_field(values, "deployer_next_plan");
    const struct value *views = value_field(values, "deployer_view");
    struct story_deployer *deployers = arena_new(&story->arena, story->deployer_count, sizeof *deployers);
    if (deployers == NULL)
        return no_room(err);
    for (size_t d = 0; d < story->deployer_count; d++) {
        const struct value *number = value_lookup(next, story->deployers[d]);
        const struct value *view = value_lookup(views, story->deployers[d]);
        assert(number != NULL && view != NULL);
        deployers[d] = (struct story_deployer){
            .next = number->number, .fresh = value_set_has(state->zone, value_field(view, "lock"))};
    }
    state->deployers = deployers;
    return OK;
}

static void find_actor(const struct story *story, const struct value *ghost, struct story_state *state)
{
    const struct value *fields = value_field(ghost, "value");
    const struct value *name = fields == NULL ? NULL : value_field(fields, "deployer");
    for (size_t d = 0; name != NULL && d < story->deployer_count; d++) {
        if (value_compare(name, story->deployers[d]) == 0)
            state->deployer = d;
    }
}

static enum status tell_dns_state(struct story *story, size_t s, struct error *err)
{
    struct story_state *state = &story->states[s];
    const struct value *values = &story->itf->states[s];
    const struct value *ghost = value_field(values, "ghost_action");
    state->zone = value_field(values, "zone_records");
    state->tag = value_field(ghost, "tag")->text;
    state->deployer = STORY_NOBODY;
    find_actor(story, ghost, state);
    state->root = pointer_of(story, state->zone, story->root_name);
    state->rollback = pointer_of(story, state->zone, story->rollback_name);
    enum status status = find_counters(story, values, state, err);
    if (status == OK && s > 0)
        status = find_changes(story, story->states[s - 1].zone, state, err);
    if (status == OK)
        status = story_words_of_step(story, s, err);
    return status;
}

/* Any other class: what it says of itself, and the difference of the values. */
static enum status tell_other_state(struct story *story, const struct trace *steps, size_t s,
                                    struct error *err)
{
    struct story_state *state = &story->states[s];
    const struct model_class *class = story->model->class;
    struct buffer text;
    buffer_init(&text);
    state->deployer = STORY_NOBODY;
    state->tag = "Init";
    if (s == 0) {
        buffer_string(&text, "the initial state");
    } else {
        const uint32_t move = steps->steps[s - 1].move;
        state->tag = class->actions[move_action(move)].tag;
        model_print_move(story->model, move, &text);
    }
    enum status status = story_keep_text(story, &text, &state->words, err);
    if (status == OK && s > 0) {
        buffer_clear(&text);
        value_describe_change(&text, &story->itf->states[s - 1], &story->itf->states[s]);
        if (text.length > 0)
            status = story_keep_text(story, &text, &state->changes_text, err);
    }
    buffer_release(&text);
    return status;
}

/* --- what it all leads to --- */

static void find_property(struct story *story, const struct trace *claim)
{
    const struct model_class *class = story->model->class;
    story->property = PROPERTY_NONE;
    if (claim->property != PROPERTY_NONE) {
        story->property = claim->property;
        story->property_state = claim->property_state;
    }
    for (size_t p = 0; p < class->property_count && claim->property == PROPERTY_NONE; p++) {
        const size_t hit = story->report.first_hit[p];
        if (class->properties[p].kind != PROPERTY_INVARIANT || hit >= story->state_count)
            continue;
        if (story->property == PROPERTY_NONE || hit < story->property_state) {
            story->property = (int)p;
            story->property_state = hit;
        }
    }
    if (story->property != PROPERTY_NONE)
        story->of_rollback = strstr(class->properties[story->property].name, "rollback") != NULL;
}

static const struct story_pointer *watched(const struct story *story, size_t s)
{
    return story->of_rollback ? &story->states[s].rollback : &story->states[s].root;
}

/* The deployer whose clean-up deletes that plan in that state; the one that is ahead the furthest. */
static size_t who_may_delete(const struct story *story, size_t s, int plan)
{
    size_t found = STORY_NOBODY;
    int64_t past = (int64_t)plan + story->max_plan_age;
    for (size_t d = 0; d < story->deployer_count; d++) {
        if (story->states[s].deployers[d].next > past) {
            past = story->states[s].deployers[d].next;
            found = d;
        }
    }
    return found;
}

static enum status find_no_return(struct story *story, struct error *err)
{
    if (story->property == PROPERTY_NONE || story->property_state == 0 ||
        story->model->class->properties[story->property].kind != PROPERTY_INVARIANT)
        return OK;
    const size_t v = story->property_state;
    const int plan = watched(story, v)->plan;
    struct story_no_return *found = &story->no_return;
    if (plan < 0)
        return OK;
    const struct story_pointer *before = watched(story, v - 1);
    found->kind = before->plan == plan && before->resolves ? STORY_BY_CLEANUP : STORY_BY_DEPLOY;
    size_t s = v;
    if (found->kind == STORY_BY_CLEANUP) {
        while (s > 0 && watched(story, s - 1)->plan == plan && watched(story, s - 1)->resolves &&
               who_may_delete(story, s - 1, plan) != STORY_NOBODY)
            s--;
    } else {
        while (s > 0 && story->states[s - 1].root.plan == plan && !story->states[s - 1].root.resolves)
            s--;
    }
    if (s == v)
        return OK;
    found->found = true;
    found->state = s;
    found->deployer = who_may_delete(story, s, plan);
    return story_words_of_no_return(story, plan, err);
}

/* --- life cycle --- */

static enum status tell(struct story *story, const struct trace *steps, struct error *err)
{
    story->states = arena_new(&story->arena, story->state_count, sizeof *story->states);
    if (story->states == NULL)
        return no_room(err);
    memset(story->states, 0, story->state_count * sizeof *story->states);
    enum status status = story->is_dns ? find_cast(story, err) : OK;
    for (size_t s = 0; status == OK && s < story->state_count; s++)
        status = story->is_dns ? tell_dns_state(story, s, err) : tell_other_state(story, steps, s, err);
    if (status != OK)
        return status;
    find_property(story, steps);
    if (story->is_dns)
        status = find_no_return(story, err);
    return status == OK ? story_words_of_outcome(story, err) : status;
}

enum status story_new(const struct model_class *class, const struct itf_trace *itf, struct story **ret_story,
                      struct error *err)
{
    struct story *story = mem_new(1, sizeof *story);
    if (story == NULL)
        return error_memory(err, sizeof *story);
    struct trace steps;
    struct instance instance = itf->instance;
    instance.guards = itf->guards;
    instance.properties = model_invariants(class);
    story->itf = itf;
    story->is_dns = strcmp(class->name, "dns_balancer") == 0;
    arena_init(&story->arena, STORY_BYTES_MAX);
    trace_init(&steps);
    enum status status = model_new(class, &instance, &story->model, err);
    if (status == ERR_USAGE)
        status = ERR_DATA; /* it is the file that asks for the impossible, not the command line */
    if (status == OK)
        status = replay_itf(story->model, itf, &steps, &story->report, err);
    if (status == OK && story->report.agreed == 0)
        status = error_set(err, ERR_DATA, "%s", story->report.message);
    if (status == OK) {
        story->state_count = story->report.agreed;
        status = tell(story, &steps, err);
    }
    trace_release(&steps);
    if (status != OK) {
        story_free(story);
        return status;
    }
    *ret_story = story;
    return OK;
}

void story_free(struct story *story)
{
    if (story == NULL)
        return;
    model_free(story->model);
    arena_release(&story->arena);
    mem_free(story);
}
