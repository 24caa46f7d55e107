/* SPDX-License-Identifier: Apache-2.0 */
#include "mbt/conform_shrink.h"

#include <assert.h>
#include <string.h>

#include "base/memory.h"

struct shrinking {
    struct lockstep *lockstep;
    const struct lockstep_vocabulary *vocabulary;
    struct lockstep_script *script; /* the events that still differ */
    enum lockstep_fate *fates;      /* of the candidate */
    struct lockstep_event *candidate;
    struct lockstep_difference *difference;
    size_t replays;
    struct error *err;
};

static bool is_alike(const struct lockstep_difference *a, const struct lockstep_difference *b)
{
    return a->is_one && a->kind == b->kind && move_action(a->move) == move_action(b->move) &&
           strcmp(a->step.aspect, b->step.aspect) == 0;
}

/* The events up to the difference that were carried out become the script. */
static void keep(struct shrinking *s, const struct lockstep_event *events, size_t count)
{
    struct lockstep_script *script = s->script;
    const size_t end = s->difference->event == SIZE_MAX ? 0 : s->difference->event + 1;
    assert(end <= count);
    (void)count;
    size_t kept = 0;
    for (size_t i = 0; i < end; i++) {
        if (s->fates[i] == LOCKSTEP_LEFT_OUT)
            continue;
        struct lockstep_event event = events[i];
        if (event.kind == LOCKSTEP_STEP && s->fates[i] == LOCKSTEP_REFUSED) {
            const struct lockstep_action *action =
                lockstep_find_action(s->vocabulary, script->steps.steps[event.index].move);
            event = (struct lockstep_event){.kind = LOCKSTEP_ATTEMPT,
                                            .index = (size_t)(action - s->vocabulary->actions)};
        }
        script->events[kept++] = event;
    }
    script->count = kept;
    if (s->difference->event != SIZE_MAX)
        s->difference->event = kept - 1;
}

/* Plays the script without events[from..to). *ret_shorter: they were not needed, and are gone. */
static enum status try_without(struct shrinking *s, size_t from, size_t to, bool *ret_shorter)
{
    struct lockstep_script *script = s->script;
    struct lockstep_difference seen;
    const size_t count = script->count - (to - from);
    memcpy(s->candidate, script->events, from * sizeof *s->candidate);
    memcpy(s->candidate + from, script->events + to, (script->count - to) * sizeof *s->candidate);
    s->replays++;
    const enum status status =
        lockstep_play(s->lockstep, script, s->candidate, count, s->fates, &seen, s->err);
    *ret_shorter = status == OK && is_alike(&seen, s->difference);
    if (*ret_shorter) {
        *s->difference = seen;
        keep(s, s->candidate, count);
    }
    return status;
}

/* Blocks of this size go where they can, the last ones first. */
static enum status pass(struct shrinking *s, size_t size, bool *ret_changed)
{
    enum status status = OK;
    for (size_t end = s->script->count; status == OK && end > 0;) {
        const size_t from = end > size ? end - size : 0;
        bool shorter = false;
        if (s->replays >= CONFORM_REPLAYS_MAX)
            return OK;
        status = try_without(s, from, end, &shorter);
        *ret_changed = *ret_changed || shorter;
        end = from < s->script->count ? from : s->script->count;
    }
    return status;
}

static enum status reduce(struct shrinking *s)
{
    enum status status = OK;
    bool changed = true;
    for (size_t size = s->script->count / 2; status == OK && size > 1; size /= 2)
        status = pass(s, size, &changed);
    while (status == OK && changed && s->replays < CONFORM_REPLAYS_MAX) {
        changed = false;
        status = pass(s, 1, &changed);
    }
    return status;
}

enum status conform_shrink(struct lockstep *lockstep, const struct lockstep_vocabulary *vocabulary,
                           struct lockstep_script *script, enum lockstep_fate *fates,
                           struct lockstep_difference *difference, size_t *ret_replays, bool *ret_steady,
                           struct error *err)
{
    struct shrinking s = {.lockstep = lockstep,
                          .vocabulary = vocabulary,
                          .script = script,
                          .fates = fates,
                          .difference = difference,
                          .err = err};
    s.candidate = mem_new(script->count + 1, sizeof *s.candidate);
    if (s.candidate == NULL)
        return error_memory(err, script->count * sizeof *s.candidate);
    keep(&s, script->events, script->count);
    bool again = false;
    enum status status = try_without(&s, 0, 0, &again);
    *ret_steady = again;
    if (status == OK && again)
        status = reduce(&s);
    *ret_replays = s.replays;
    mem_free(s.candidate);
    return status;
}
