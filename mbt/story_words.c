#include "mbt/story_words.h"

#include <inttypes.h>
#include <string.h>

/* --- pieces --- */

size_t story_short_length(const struct value *name)
{
    if (name->count > 0 && name->text[0] >= '0' && name->text[0] <= '9')
        return name->count;
    const char *dot = memchr(name->text, '.', name->count);
    return dot == NULL || dot == name->text ? name->count : (size_t)(dot - name->text);
}

void story_short(struct buffer *out, const struct value *name)
{
    buffer_append(out, name->text, story_short_length(name));
}

void story_plan_label(struct buffer *out, int plan)
{
    if (plan >= 0)
        buffer_format(out, "plan #%d", plan);
    else
        buffer_string(out, plan == STORY_PLAN_INIT ? "plan-init" : "nothing");
}

enum status story_keep_text(struct story *story, const struct buffer *text, const char **ret_text,
                            struct error *err)
{
    const enum status status = buffer_status(text, err);
    if (status != OK)
        return status;
    char *copy = arena_copy(&story->arena, text->text, text->length);
    if (copy == NULL)
        return error_memory(err, text->length + 1);
    *ret_text = copy;
    return OK;
}

static void actor(struct buffer *out, const struct story *story, const struct story_state *state)
{
    if (state->deployer == STORY_NOBODY)
        buffer_string(out, "someone");
    else
        story_short(out, story->deployers[state->deployer]);
}

/* "plan #0 (plan3)", where the reader meets it for the first time, or has to find it in the zone. */
static void plan_with_name(struct buffer *out, const struct story *story, int plan)
{
    story_plan_label(out, plan);
    if (plan >= 0) {
        buffer_string(out, " (");
        story_short(out, story->plans[plan].name);
        buffer_char(out, ')');
    }
}

/* The deployer that is ahead of all others; the first of them. */
static size_t leader(const struct story *story, const struct story_state *state)
{
    size_t best = 0;
    for (size_t d = 1; d < story->deployer_count; d++) {
        if (state->deployers[d].next > state->deployers[best].next)
            best = d;
    }
    return best;
}

/* --- the actions --- */

static size_t count_kind(const struct value *records, const char *kind)
{
    size_t count = 0;
    for (size_t i = 0; i < records->count; i++) {
        const struct value *found = story_record_kind(&records->items[i]);
        count += found != NULL && value_is_string(found, kind);
    }
    return count;
}

static void tell_init(struct buffer *out)
{
    buffer_string(out, "root and rollback point at plan-init, the placeholder; no plan is published yet");
}

static void tell_generate(struct buffer *out, const struct story *story, size_t s)
{
    size_t plan = 0;
    while (plan + 1 < story->plan_count && story->plans[plan].state != s)
        plan++;
    const size_t balancers = count_kind(story->plans[plan].creates, "CNAME");
    buffer_string(out, "planner publishes ");
    plan_with_name(out, story, (int)plan);
    buffer_format(out, " with %zu balancer%s", balancers, balancers == 1 ? "" : "s");
}

static void tell_sync(struct buffer *out, const struct story *story, size_t s)
{
    const struct story_state *state = &story->states[s];
    const bool was_fresh =
        state->deployer != STORY_NOBODY && story->states[s - 1].deployers[state->deployer].fresh;
    actor(out, story, state);
    if (was_fresh) {
        buffer_string(out, " looks at the zone again and sees nothing new");
        return;
    }
    buffer_string(out, " looks at the zone: root is ");
    story_plan_label(out, state->root.plan);
    if (!state->root.resolves)
        buffer_string(out, ", which is gone");
}

static void tell_backoff(struct buffer *out, const struct story *story, size_t s)
{
    actor(out, story, &story->states[s]);
    buffer_string(out, " backs off: somebody changed the zone since it looked");
}

static void tell_deploy(struct buffer *out, const struct story *story, size_t s)
{
    struct story_state *state = &story->states[s];
    const struct story_state *before = &story->states[s - 1];
    const int plan =
        state->deployer == STORY_NOBODY ? STORY_PLAN_NONE : (int)before->deployers[state->deployer].next;
    const size_t ahead = leader(story, before);
    actor(out, story, state);
    if (state->root.plan != plan) {
        buffer_string(out, " skips stale ");
        story_plan_label(out, plan);
        buffer_string(out, ": root is at newer ");
        story_plan_label(out, state->root.plan);
        return;
    }
    if (before->root.plan == plan) {
        buffer_string(out, " installs ");
        story_plan_label(out, plan);
        buffer_string(out, before->root.resolves ? " once more" : " again, which mends the root");
        return;
    }
    state->installs_stale = before->root.plan > plan;
    buffer_string(out, state->installs_stale ? " installs stale " : " installs ");
    story_plan_label(out, plan);
    if (state->installs_stale) {
        buffer_string(out, " over ");
        story_plan_label(out, before->root.plan);
        if (ahead != state->deployer) {
            buffer_string(out, " (");
            story_short(out, story->deployers[ahead]);
            buffer_format(out, " is at #%" PRId64 ")", before->deployers[ahead].next);
        }
    }
    if (!before->root.resolves)
        buffer_string(out, ", which mends the root");
    if (before->rollback.resolves && !state->rollback.resolves) {
        buffer_string(out,
                      before->root.resolves ? " and leaves rollback with " : " but leaves rollback with ");
        story_plan_label(out, state->rollback.plan);
        buffer_string(out, ", gone");
    }
}

/* "plan #0", "plans #0 and #2", "plans #0 to #4": those whose records the step deleted, sorted. */
static void deleted_plans(struct buffer *out, const struct story_state *state)
{
    size_t count = 0;
    while (count < state->change_count && state->changes[count].plan >= 0)
        count++;
    buffer_string(out, count == 1 ? "plan " : "plans ");
    for (size_t i = 0; i < count; i++) {
        size_t end = i;
        while (end + 1 < count && state->changes[end + 1].plan == state->changes[end].plan + 1)
            end++;
        if (end < i + 2)
            end = i;
        if (i > 0)
            buffer_string(out, end + 1 == count ? " and " : ", ");
        buffer_format(out, "#%d", state->changes[i].plan);
        if (end > i)
            buffer_format(out, " to #%d", state->changes[end].plan);
        i = end;
    }
}

static void tell_cleanup(struct buffer *out, const struct story *story, size_t s)
{
    const struct story_state *state = &story->states[s], *before = &story->states[s - 1];
    actor(out, story, state);
    if (state->deployer != STORY_NOBODY)
        buffer_format(out, ", at #%" PRId64 ",", state->deployers[state->deployer].next);
    buffer_string(out, " deletes ");
    deleted_plans(out, state);
    const bool root = before->root.resolves && !state->root.resolves;
    const bool rollback = before->rollback.resolves && !state->rollback.resolves;
    if (!root && !rollback) {
        buffer_string(out, " as too old");
        return;
    }
    buffer_format(out, ": %s still pointed ",
                  root && rollback ? "root and rollback"
                  : root           ? "root"
                                   : "rollback");
    if (root && rollback && state->root.plan != state->rollback.plan) {
        buffer_string(out, "there");
    } else {
        buffer_string(out, "at ");
        story_plan_label(out, root ? state->root.plan : state->rollback.plan);
    }
}

enum status story_words_of_step(struct story *story, size_t s, struct error *err)
{
    struct story_state *state = &story->states[s];
    struct buffer text;
    buffer_init(&text);
    if (s == 0)
        tell_init(&text);
    else if (strcmp(state->tag, "GeneratePlan") == 0)
        tell_generate(&text, story, s);
    else if (strcmp(state->tag, "Sync") == 0)
        tell_sync(&text, story, s);
    else if (strcmp(state->tag, "Backoff") == 0)
        tell_backoff(&text, story, s);
    else if (strcmp(state->tag, "Deploy") == 0)
        tell_deploy(&text, story, s);
    else if (strcmp(state->tag, "Cleanup") == 0)
        tell_cleanup(&text, story, s);
    else
        buffer_string(&text, state->tag);
    const enum status status = story_keep_text(story, &text, &state->words, err);
    buffer_release(&text);
    return status;
}

/* --- the end of it --- */

enum status story_words_of_no_return(struct story *story, int plan, struct error *err)
{
    struct story_no_return *point = &story->no_return;
    const struct story_state *state = &story->states[point->state];
    struct buffer text;
    buffer_init(&text);
    if (point->kind == STORY_BY_CLEANUP) {
        buffer_format(&text, "%s points at ", story->of_rollback ? "rollback" : "root");
        story_plan_label(&text, plan);
        buffer_string(&text, ", and ");
        story_short(&text, story->deployers[point->deployer]);
        buffer_format(
            &text, ", at #%" PRId64 ", may delete every plan before #%" PRId64 ": a clean-up is all it takes",
            state->deployers[point->deployer].next,
            state->deployers[point->deployer].next - story->max_plan_age);
    } else {
        buffer_string(&text, "root points at ");
        story_plan_label(&text, plan);
        buffer_string(&text, ", which is gone: the next deploy hands it over to rollback");
    }
    const enum status status = story_keep_text(story, &text, &point->words, err);
    buffer_release(&text);
    return status;
}

enum status story_words_of_outcome(struct story *story, struct error *err)
{
    if (story->property == PROPERTY_NONE)
        return OK;
    const struct property *property = &story->model->class->properties[story->property];
    struct buffer text;
    buffer_init(&text);
    if (story->is_dns && property->kind == PROPERTY_INVARIANT) {
        const struct story_state *state = &story->states[story->property_state];
        const struct story_pointer *pointer = story->of_rollback ? &state->rollback : &state->root;
        buffer_format(&text, "%s points at ", story->of_rollback ? "rollback" : "root");
        if (pointer->target == NULL) {
            buffer_string(&text, "nothing");
        } else {
            plan_with_name(&text, story, pointer->plan);
            buffer_string(&text, ", which is gone");
        }
    } else {
        buffer_format(&text, "%s %s", property->name,
                      property->kind == PROPERTY_INVARIANT ? "is violated" : "is witnessed");
    }
    const enum status status = story_keep_text(story, &text, &story->outcome, err);
    buffer_release(&text);
    return status;
}
