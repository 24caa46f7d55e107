/* SPDX-License-Identifier: Apache-2.0 */
#include "mbt/confirm_lockstep.h"

#include <stdio.h>

#include "mbt/lockstep_trace.h"

struct judging {
    const struct model_class *class;
    const struct confirm_options *options;
    struct confirm_result *result;
};

/* "acquire", "try acquire" of what must be refused, "look". */
static void name_event(const struct model_class *class, enum lockstep_kind kind, uint32_t move,
                       char name[CONFIRM_ACTION_SIZE])
{
    if (kind == LOCKSTEP_LOOK)
        (void)snprintf(name, CONFIRM_ACTION_SIZE, "look");
    else
        (void)snprintf(name, CONFIRM_ACTION_SIZE, "%s%.50s", kind == LOCKSTEP_ATTEMPT ? "try " : "",
                       class->actions[move_action(move)].tag);
}

static void on_event(void *user, const struct lockstep_event *event, enum lockstep_fate fate, uint32_t move,
                     const void *state, size_t state_index, const struct system_step *step)
{
    struct judging *judging = user;
    const struct confirm_options *options = judging->options;
    char name[CONFIRM_ACTION_SIZE];
    struct system_step shown = *step;
    (void)state;
    judging->result->actions++;
    if (options->on_step == NULL)
        return;
    if (shown.outcome == SYSTEM_REFUSED && fate == LOCKSTEP_REFUSED)
        shown.outcome = SYSTEM_AS_PREDICTED;
    name_event(judging->class, event->kind, move, name);
    options->on_step(options->user, state_index, name, &shown);
}

static bool is_stopped(void *user)
{
    const struct judging *judging = user;
    return judging->options->stopped != NULL && judging->options->stopped(judging->options->user);
}

/* Plays what was read. */
static enum status play(const struct model *model, const struct lockstep_script *script,
                        const struct lockstep_vocabulary *vocabulary, const struct system_driver *driver,
                        void *system, struct judging *judging, struct error *err)
{
    const struct lockstep_callbacks callbacks = {
        .on_event = on_event, .stopped = is_stopped, .user = judging};
    struct confirm_result *result = judging->result;
    struct lockstep_difference difference;
    struct lockstep *lockstep = NULL;
    enum status status = lockstep_new(model, driver, system, vocabulary, &callbacks, &lockstep, err);
    if (status == OK)
        status = lockstep_play(lockstep, script, script->events, script->count, NULL, &difference, err);
    lockstep_free(lockstep);
    if (status != OK)
        return status;
    result->actions++; /* Init */
    result->failed = difference.is_one;
    result->same = !difference.is_one;
    result->verdict = CONFIRM_AGREES;
    if (!difference.is_one)
        return OK;
    result->verdict = CONFIRM_DIVERGED;
    result->fail_state = difference.state;
    result->fail_difference = difference.step.difference;
    if (difference.event == SIZE_MAX)
        (void)snprintf(result->fail_action, sizeof result->fail_action, "Init");
    else
        name_event(judging->class, difference.kind, difference.move, result->fail_action);
    (void)snprintf(result->message, sizeof result->message, "%s", difference.step.message);
    return OK;
}

enum status confirm_lockstep(const struct model *model, const struct trace *steps,
                             const struct system_driver *driver, void *system,
                             const struct confirm_options *options, const struct itf_trace *itf,
                             struct confirm_result *result, struct error *err)
{
    struct judging judging = {.class = model->class, .options = options, .result = result};
    struct lockstep_script script;
    struct lockstep_vocabulary vocabulary;
    lockstep_script_init(&script);
    lockstep_vocabulary_init(&vocabulary);
    enum status status = lockstep_read(itf, model->class, steps, &script, &vocabulary, err);
    if (status == OK)
        status = play(model, &script, &vocabulary, driver, system, &judging, err);
    if (status == OK)
        result->difference_count = driver->differences(system, result->differences);
    lockstep_vocabulary_release(&vocabulary);
    lockstep_script_release(&script);
    return status;
}
