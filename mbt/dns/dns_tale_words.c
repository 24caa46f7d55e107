/* SPDX-License-Identifier: Apache-2.0 */
#include "mbt/dns/dns_tale_words.h"

#include <inttypes.h>
#include <string.h>

/* --- pieces --- */

static size_t short_length(const struct value *name)
{
    if (name->count > 0 && name->text[0] >= '0' && name->text[0] <= '9')
        return name->count;
    const char *dot = memchr(name->text, '.', name->count);
    return dot == NULL || dot == name->text ? name->count : (size_t)(dot - name->text);
}

void tale_short(struct buffer *out, const struct value *name)
{
    buffer_append(out, name->text, short_length(name));
}

void tale_plan_label(struct buffer *out, int plan)
{
    if (plan >= 0)
        buffer_format(out, "plan #%d", plan);
    else
        buffer_string(out, plan == TALE_PLAN_INIT ? "plan-init" : "nothing");
}

static void actor(struct buffer *out, const struct dns_tale *tale, const struct tale_state *state)
{
    if (state->deployer == TALE_NOBODY)
        buffer_string(out, "someone");
    else
        tale_short(out, tale->deployers[state->deployer]);
}

/* "plan #0 (plan3)", where the reader meets it for the first time, or has to find it in the zone. */
static void plan_with_name(struct buffer *out, const struct dns_tale *tale, int plan)
{
    tale_plan_label(out, plan);
    if (plan >= 0) {
        buffer_string(out, " (");
        tale_short(out, tale->plans[plan].name);
        buffer_char(out, ')');
    }
}

/* The deployer that is ahead of all others; the first of them. */
static size_t leader(const struct dns_tale *tale, const struct tale_state *state)
{
    size_t best = 0;
    for (size_t d = 1; d < tale->deployer_count; d++) {
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
        const struct value *found = tale_record_kind(&records->items[i]);
        count += found != NULL && value_is_string(found, kind);
    }
    return count;
}

static void tell_init(struct buffer *out)
{
    buffer_string(out, "root and rollback point at plan-init, the placeholder; no plan is published yet");
}

static void tell_generate(struct buffer *out, const struct dns_tale *tale, size_t s)
{
    size_t plan = 0;
    while (plan + 1 < tale->plan_count && tale->plans[plan].state != s)
        plan++;
    const size_t balancers = count_kind(tale->plans[plan].creates, "CNAME");
    buffer_string(out, "planner publishes ");
    plan_with_name(out, tale, (int)plan);
    buffer_format(out, " with %zu balancer%s", balancers, balancers == 1 ? "" : "s");
}

static void tell_sync(struct buffer *out, const struct dns_tale *tale, size_t s)
{
    const struct tale_state *state = &tale->states[s];
    const bool was_fresh =
        state->deployer != TALE_NOBODY && tale->states[s - 1].deployers[state->deployer].fresh;
    actor(out, tale, state);
    if (was_fresh) {
        buffer_string(out, " looks at the zone again and sees nothing new");
        return;
    }
    buffer_string(out, " looks at the zone: root is ");
    tale_plan_label(out, state->root.plan);
    if (!state->root.resolves)
        buffer_string(out, ", which is gone");
}

static void tell_backoff(struct buffer *out, const struct dns_tale *tale, size_t s)
{
    actor(out, tale, &tale->states[s]);
    buffer_string(out, " backs off: somebody changed the zone since it looked");
}

static void tell_deploy(struct buffer *out, const struct dns_tale *tale, size_t s)
{
    struct tale_state *state = &tale->states[s];
    const struct tale_state *before = &tale->states[s - 1];
    const int plan =
        state->deployer == TALE_NOBODY ? TALE_PLAN_NONE : (int)before->deployers[state->deployer].next;
    const size_t ahead = leader(tale, before);
    actor(out, tale, state);
    if (state->root.plan != plan) {
        buffer_string(out, " skips stale ");
        tale_plan_label(out, plan);
        buffer_string(out, ": root is at newer ");
        tale_plan_label(out, state->root.plan);
        return;
    }
    if (before->root.plan == plan) {
        buffer_string(out, " installs ");
        tale_plan_label(out, plan);
        buffer_string(out, before->root.resolves ? " once more" : " again, which mends the root");
        return;
    }
    state->installs_stale = before->root.plan > plan;
    buffer_string(out, state->installs_stale ? " installs stale " : " installs ");
    tale_plan_label(out, plan);
    if (state->installs_stale) {
        buffer_string(out, " over ");
        tale_plan_label(out, before->root.plan);
        if (ahead != state->deployer) {
            buffer_string(out, " (");
            tale_short(out, tale->deployers[ahead]);
            buffer_format(out, " is at #%" PRId64 ")", before->deployers[ahead].next);
        }
    }
    if (!before->root.resolves)
        buffer_string(out, ", which mends the root");
    if (before->rollback.resolves && !state->rollback.resolves) {
        buffer_string(out,
                      before->root.resolves ? " and leaves rollback with " : " but leaves rollback with ");
        tale_plan_label(out, state->rollback.plan);
        buffer_string(out, ", gone");
    }
}

/* "plan #0", "plans #0 and #2", "plans #0 to #4": those whose records the step deleted, sorted. */
static void deleted_plans(struct buffer *out, const struct tale_state *state)
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

static void tell_cleanup(struct buffer *out, const struct dns_tale *tale, size_t s)
{
    const struct tale_state *state = &tale->states[s], *before = &tale->states[s - 1];
    actor(out, tale, state);
    if (state->deployer != TALE_NOBODY)
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
        tale_plan_label(out, root ? state->root.plan : state->rollback.plan);
    }
}

enum status tale_words_of_step(struct dns_tale *tale, size_t s, struct error *err)
{
    const char *tag = tale->story->states[s].tag;
    struct buffer text;
    buffer_init(&text);
    if (s == 0)
        tell_init(&text);
    else if (strcmp(tag, "GeneratePlan") == 0)
        tell_generate(&text, tale, s);
    else if (strcmp(tag, "Sync") == 0)
        tell_sync(&text, tale, s);
    else if (strcmp(tag, "Backoff") == 0)
        tell_backoff(&text, tale, s);
    else if (strcmp(tag, "Deploy") == 0)
        tell_deploy(&text, tale, s);
    else if (strcmp(tag, "Cleanup") == 0)
        tell_cleanup(&text, tale, s);
    else
        buffer_string(&text, tag);
    const enum status status = story_keep_text(tale->story, &text, &tale->story->states[s].words, err);
    buffer_release(&text);
    return status;
}

/* --- the end of it --- */

enum status tale_words_of_turn(struct dns_tale *tale, int plan, struct error *err)
{
    struct story_turn *point = &tale->story->turn;
    const struct tale_state *state = &tale->states[point->state];
    struct buffer text;
    buffer_init(&text);
    if (tale->turn_kind == TALE_BY_CLEANUP) {
        buffer_format(&text, "%s points at ", tale->of_rollback ? "rollback" : "root");
        tale_plan_label(&text, plan);
        buffer_string(&text, ", and ");
        tale_short(&text, tale->deployers[tale->turn_deployer]);
        buffer_format(
            &text, ", at #%" PRId64 ", may delete every plan before #%" PRId64 ": a clean-up is all it takes",
            state->deployers[tale->turn_deployer].next,
            state->deployers[tale->turn_deployer].next - tale->max_plan_age);
    } else {
        buffer_string(&text, "root points at ");
        tale_plan_label(&text, plan);
        buffer_string(&text, ", which is gone: the next deploy hands it over to rollback");
    }
    const enum status status = story_keep_text(tale->story, &text, &point->words, err);
    buffer_release(&text);
    return status;
}

enum status tale_words_of_outcome(struct dns_tale *tale, struct error *err)
{
    const struct tale_state *state = &tale->states[tale->story->property_state];
    const struct tale_pointer *pointer = tale->of_rollback ? &state->rollback : &state->root;
    struct buffer text;
    buffer_init(&text);
    buffer_format(&text, "%s points at ", tale->of_rollback ? "rollback" : "root");
    if (pointer->target == NULL) {
        buffer_string(&text, "nothing");
    } else {
        plan_with_name(&text, tale, pointer->plan);
        buffer_string(&text, ", which is gone");
    }
    const enum status status = story_keep_text(tale->story, &text, &tale->story->outcome, err);
    buffer_release(&text);
    return status;
}
