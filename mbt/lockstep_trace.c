/* SPDX-License-Identifier: Apache-2.0 */
#include "mbt/lockstep_trace.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"

#define EXTRAS_BYTES ((size_t)64 << 20)

/* --- to a trace --- */

/* What stands after so many states. */
static bool extra_value(const struct lockstep_vocabulary *vocabulary, const struct lockstep_event *event,
                        size_t after, struct arena *arena, struct value *ret)
{
    struct named_value fields[3] = {{"after", value_int((int64_t)after)}};
    size_t count = 1;
    if (event->kind == LOCKSTEP_LOOK) {
        fields[count++] = (struct named_value){"look", value_int((int64_t)event->draw)};
    } else {
        const struct system_action *action = &vocabulary->actions[event->index].action;
        fields[count++] = (struct named_value){"attempt", value_string(action->name)};
        fields[count++] = (struct named_value){"arguments", action->args};
    }
    return value_record_of(arena, fields, count, ret);
}

enum status lockstep_write(const struct model *model, const struct lockstep_script *script,
                           const struct lockstep_vocabulary *vocabulary, const char *source,
                           enum itf_form form, struct buffer *out, struct error *err)
{
    struct trace trace;
    struct arena arena;
    trace_init(&trace);
    arena_init(&arena, EXTRAS_BYTES);
    trace.property = PROPERTY_NONE;
    (void)snprintf(trace.source, sizeof trace.source, "%s", source);
    struct value *extras = value_room(&arena, script->count + 1);
    enum status status = extras != NULL ? OK : ERR_MEMORY;
    size_t count = 0;
    for (size_t i = 0; status == OK && i < script->count; i++) {
        const struct lockstep_event *event = &script->events[i];
        struct step step;
        if (event->kind == LOCKSTEP_STEP) {
            trace_step_at(&script->steps, event->index, &step);
            status = trace_append(&trace, &step);
        } else if (!extra_value(vocabulary, event, trace.step_count, &arena, &extras[count++])) {
            status = ERR_MEMORY;
        }
    }
    if (status == OK) {
        const struct value list = value_list(extras, count);
        status = itf_write_lockstep(model, &trace, &list, form, out, err);
    } else {
        (void)error_memory(err, script->count * sizeof *extras);
    }
    arena_release(&arena);
    trace_release(&trace);
    return status;
}

/* --- from a trace --- */

static enum status bad_extra(uint32_t index, const char *what, struct error *err)
{
    return error_set(err, ERR_DATA, "#meta: lockstep[%u]: %s", index, what);
}

static int find_action(const struct model_class *class, const char *tag)
{
    for (size_t i = 0; i < class->action_count; i++) {
        if (strcmp(class->actions[i].tag, tag) == 0)
            return (int)i;
    }
    return -1;
}

/* The action of an attempt becomes the next of the vocabulary. */
static enum status add_attempt(const struct itf_trace *itf, const struct model_class *class, uint32_t index,
                               struct lockstep_vocabulary *vocabulary, struct error *err)
{
    const struct value *extra = &itf->extras.items[index];
    const struct value *name = value_field(extra, "attempt"), *args = value_field(extra, "arguments");
    void *actions = vocabulary->actions;
    if (name->kind != VALUE_STRING || args == NULL || args->kind != VALUE_RECORD)
        return bad_extra(index, "an attempt is a name, and has arguments, an object", err);
    const int action = find_action(class, name->text);
    if (action < 0)
        return bad_extra(index, "the model has no action of that name", err);
    const enum status status =
        mem_reserve(&actions, &vocabulary->capacity, vocabulary->count + 1, sizeof *vocabulary->actions);
    vocabulary->actions = actions;
    if (status != OK)
        return error_memory(err, vocabulary->count * sizeof *vocabulary->actions);
    vocabulary->actions[vocabulary->count++] =
        (struct lockstep_action){.move = LOCKSTEP_NO_MOVE | (uint32_t)action, .action = {name->text, *args}};
    return OK;
}

/* Adds one of the extras. */
static enum status add_extra(const struct itf_trace *itf, const struct model_class *class, uint32_t index,
                             struct lockstep_script *script, struct lockstep_vocabulary *vocabulary,
                             struct error *err)
{
    const struct value *extra = &itf->extras.items[index];
    const struct value *look = value_field(extra, "look");
    struct lockstep_event event = {.kind = LOCKSTEP_LOOK};
    enum status status = OK;
    if (look != NULL && look->kind == VALUE_INT && look->number >= 0) {
        event.draw = (uint64_t)look->number;
    } else if (value_field(extra, "attempt") != NULL) {
        event = (struct lockstep_event){.kind = LOCKSTEP_ATTEMPT, .index = vocabulary->count};
        status = add_attempt(itf, class, index, vocabulary, err);
    } else {
        return bad_extra(index, "an object with after, and attempt or look, was expected", err);
    }
    return status == OK && lockstep_script_add(script, event) != OK ? error_memory(err, sizeof event)
                                                                    : status;
}

enum status lockstep_read(const struct itf_trace *itf, const struct model_class *class,
                          const struct trace *steps, struct lockstep_script *ret_script,
                          struct lockstep_vocabulary *ret_vocabulary, struct error *err)
{
    const struct value *extras = &itf->extras;
    uint32_t next = 0;
    assert(itf->is_lockstep && extras->kind == VALUE_LIST);
    enum status status = trace_copy(steps, &ret_script->steps) == OK ? OK : error_memory(err, sizeof *steps);
    for (size_t state = 0; status == OK && state <= steps->step_count; state++) {
        const struct lockstep_event step = {.kind = LOCKSTEP_STEP, .index = state - 1};
        if (state > 0 && lockstep_script_add(ret_script, step) != OK)
            status = error_memory(err, sizeof step);
        for (; status == OK && next < extras->count; next++) {
            const struct value *after = value_field(&extras->items[next], "after");
            if (after == NULL || after->kind != VALUE_INT || after->number < (int64_t)state)
                return bad_extra(next, "after must be a state, in the order of states", err);
            if (after->number != (int64_t)state)
                break;
            status = add_extra(itf, class, next, ret_script, ret_vocabulary, err);
        }
    }
    if (status == OK && next < extras->count)
        return bad_extra(next, "the trace has no such state", err);
    return status;
}
