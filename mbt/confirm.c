/* SPDX-License-Identifier: Apache-2.0 */
#include "mbt/confirm.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "mbt/confirm_lockstep.h"
#include "mbt/replay.h"
#include "mbt/trace_action.h"

#define SHOWN_TEXT_MAX 8192
#define NOTE_TEXT_MAX  1024
#define ARGS_BYTES_MAX ((size_t)64 << 20) /* of what is made of an action's arguments */

struct confirm {
    const struct model_class *class;
    struct confirm_options options;
    const struct system_driver *driver;
    void *system;      /* of the driver */
    struct arena args; /* of the action at hand */
};

const char *confirm_verdict_name(enum confirm_verdict verdict)
{
    static const char *const names[] = {
        [CONFIRM_CONFIRMED] = "confirmed",
        [CONFIRM_DIVERGED] = "diverged",
        [CONFIRM_NOT_REPRODUCED] = "not-reproduced",
        [CONFIRM_AGREES] = "agrees",
        [CONFIRM_OUTAGE] = "outage",
        [CONFIRM_REFUSED] = "refused",
    };
    return names[verdict];
}

bool confirm_find_verdict(const char *name, enum confirm_verdict *ret_verdict)
{
    for (enum confirm_verdict v = CONFIRM_CONFIRMED; v < CONFIRM_VERDICTS; v++) {
        if (strcmp(confirm_verdict_name(v), name) == 0) {
            *ret_verdict = v;
            return true;
        }
    }
    return false;
}

bool confirm_as_expected(enum confirm_verdict verdict, bool same, enum confirm_expectation expectation)
{
    switch (expectation) {
    case CONFIRM_EXPECT_OUTAGE:
        return verdict == CONFIRM_CONFIRMED || verdict == CONFIRM_OUTAGE;
    case CONFIRM_EXPECT_SAME:
        return same;
    case CONFIRM_EXPECT_HEALTHY:
        break;
    }
    return verdict == CONFIRM_NOT_REPRODUCED || verdict == CONFIRM_AGREES;
}

void confirm_result_init(struct confirm_result *result)
{
    *result = (struct confirm_result){.verdict = CONFIRM_AGREES};
    buffer_init_limited(&result->shown, SHOWN_TEXT_MAX);
    buffer_init_limited(&result->note, NOTE_TEXT_MAX);
}

void confirm_result_release(struct confirm_result *result)
{
    buffer_release(&result->shown);
    buffer_release(&result->note);
}

enum status confirm_new(const struct model_class *class, const struct system_driver *driver, void *system,
                        const struct confirm_options *options, struct confirm **ret_confirm,
                        struct error *err)
{
    struct confirm *confirm = mem_new(1, sizeof *confirm);
    if (confirm == NULL)
        return error_memory(err, sizeof *confirm);
    assert(driver->reset != NULL && driver->step != NULL && system != NULL);
    confirm->class = class;
    confirm->options = *options;
    confirm->driver = driver;
    confirm->system = system;
    arena_init(&confirm->args, ARGS_BYTES_MAX);
    *ret_confirm = confirm;
    return OK;
}

void confirm_free(struct confirm *confirm)
{
    if (confirm == NULL)
        return;
    arena_release(&confirm->args);
    mem_free(confirm);
}

const struct system_driver *confirm_driver(const struct confirm *confirm)
{
    return confirm->driver;
}

/* The states of a trace of any model that is one of the class, with the class's variables only. */
static enum status project_states(struct confirm *confirm, const struct itf_trace *itf,
                                  struct itf_trace *ret_own, struct error *err)
{
    const struct model_traces *traces = &confirm->class->traces;
    struct arena *arena = &confirm->args;
    struct value *states = value_room(arena, itf->state_count);
    for (size_t s = 0; states != NULL && s < itf->state_count; s++) {
        struct value *pairs = value_room(arena, 2 * traces->variable_name_count);
        for (size_t i = 0; pairs != NULL && i < traces->variable_name_count; i++) {
            const struct value *variable = value_field(&itf->states[s], traces->variable_names[i]);
            pairs[2 * i] = value_string(traces->variable_names[i]);
            pairs[2 * i + 1] = variable != NULL ? *variable : value_null();
        }
        if (pairs == NULL)
            states = NULL;
        else
            states[s] = value_record(pairs, traces->variable_name_count);
    }
    if (states == NULL)
        return error_memory(err, arena->limit);
    *ret_own = *itf; /* borrows all but the states */
    ret_own->states = states;
    return OK;
}

/* Replays the trace on its model, with the guards that the file says were on and all properties: ERR_DATA
 * with the reason when it is not a run of it, or does not show what it claims. ret_steps may be NULL. */
static enum status check_trace(const struct model *model, const struct itf_trace *itf,
                               struct trace *ret_steps, struct replay_report *ret_report, struct error *err)
{
    const enum status status = replay_itf(model, itf, ret_steps, ret_report, err);
    if (status == OK && ret_report->outcome != REPLAY_AGREES)
        return error_set(err, ERR_DATA, "not a run of the model: %s", ret_report->message);
    return status;
}

/* The model that the trace is of. */
static enum status make_model(const struct model_class *class, const struct itf_trace *itf,
                              struct model **ret_model, struct error *err)
{
    struct instance instance = itf->instance;
    instance.guards = itf->guards;
    instance.properties = (UINT32_C(1) << class->property_count) - 1;
    const enum status status = model_new(class, &instance, ret_model, err);
    return status == ERR_USAGE ? ERR_DATA : status; /* the user gave a file, not options */
}

/* One trace on its way through the system. */
struct run {
    struct confirm *confirm;
    const struct itf_trace *itf;
    bool judged;      /* the trace shows a violation of the invariant about what is watched */
    size_t violation; /* the first state that violates it in the model, or REPLAY_NEVER */
    bool is_replayed; /* the trace is of the class: */
    struct replay_report report;
};

/* What the model says of the trace: by a replay where there is one, otherwise by what its file claims. */
static enum status foresee(struct run *run, const struct model *model, const struct itf_trace *own,
                           struct error *err)
{
    const struct confirm *confirm = run->confirm;
    const char *name = confirm->driver->property(confirm->system, run->itf);
    if (model == NULL) {
        run->judged = run->itf->violation != ITF_NO_STATE;
        run->violation = run->judged ? run->itf->violation : REPLAY_NEVER;
        return OK;
    }
    const enum status status = check_trace(model, own, NULL, &run->report, err);
    if (status != OK)
        return status;
    run->is_replayed = true;
    const int property = name != NULL ? model_find_property(confirm->class, name) : PROPERTY_NONE;
    assert(property >= 0 || confirm->driver->takes_any);
    if (property >= 0) {
        run->judged = run->itf->head.property == property;
        run->violation = run->report.first_hit[property];
    }
    return OK;
}

/* What the step of a state came to, as a verdict; the trace ends with it. */
static void fail(const struct run *run, size_t state, const char *action, const struct system_step *step,
                 struct confirm_result *result)
{
    result->failed = true;
    result->fail_state = state;
    (void)snprintf(result->fail_action, sizeof result->fail_action, "%s", action);
    result->fail_difference = step->difference;
    assert(step->outcome != SYSTEM_AS_PREDICTED && state < run->itf->state_count);
    const bool outage = step->outcome == SYSTEM_OUTAGE;
    if (outage && !run->judged)
        result->verdict = CONFIRM_OUTAGE;
    else if (outage && state == run->violation && !step->is_other)
        result->verdict = CONFIRM_CONFIRMED;
    else
        result->verdict = step->outcome == SYSTEM_REFUSED ? CONFIRM_REFUSED : CONFIRM_DIVERGED;
    const struct system_driver *driver = run->confirm->driver;
    char model[96] = "";
    if (outage && state != run->violation && run->violation != REPLAY_NEVER)
        (void)snprintf(model, sizeof model, "; the model %s at state %zu", driver->loss, run->violation);
    else if (outage && state != run->violation)
        (void)snprintf(model, sizeof model, "; the model %s", driver->no_loss);
    (void)snprintf(result->message, sizeof result->message, "%s%s", step->message, model);
    if (result->verdict == CONFIRM_DIVERGED || result->verdict == CONFIRM_REFUSED)
        driver->tell_shown(run->confirm->system, &result->shown);
}

/* Whether the model violates by this state, too, all that the system is said to violate. */
static bool is_violated_in_model(const struct run *run, size_t state, const struct value *violates)
{
    for (uint32_t i = 0; i < violates->count; i++) {
        const int property = model_find_property(run->confirm->class, violates->items[i].text);
        if (property < 0 || run->report.first_hit[property] > state)
            return false;
    }
    return true;
}

/* What the system is said to violate beside the invariant that the trace shows is only wrong when the model
 * does not. */
static void weigh_violations(const struct run *run, size_t state, struct system_step *step)
{
    if (!run->is_replayed || step->violates.kind != VALUE_LIST || step->violates.count == 0)
        return;
    const bool is_predicted = is_violated_in_model(run, state, &step->violates);
    if (step->outcome == SYSTEM_OUTAGE && !run->judged && is_predicted && !step->is_other) {
        step->outcome = SYSTEM_AS_PREDICTED;
        step->is_note = true;
    } else if (step->outcome == SYSTEM_AS_PREDICTED && !is_predicted) {
        struct buffer text;
        buffer_init(&text);
        value_print(&text, &step->violates, SYSTEM_DETAIL_SIZE);
        step->outcome = SYSTEM_OUTAGE;
        step->is_other = true;
        (void)snprintf(step->message, sizeof step->message, "the system violates %s, and the model does not",
                       text.text);
        buffer_release(&text);
    }
}

/* Init is state 0; every other state is what its action led to. */
static enum status take_step(struct run *run, size_t state, struct confirm_result *result, struct error *err)
{
    const struct confirm *confirm = run->confirm;
    const struct system_driver *driver = confirm->driver;
    const struct confirm_options *options = &confirm->options;
    assert(state < run->itf->state_count && !result->failed);
    const struct value *expected = &run->itf->states[state];
    struct system_action action = {.name = TRACE_ACTION_INIT};
    struct system_step step;
    enum status status = OK;
    if (options->stopped != NULL && options->stopped(options->user))
        return error_set(err, ERR_STOPPED, "stopped before state %zu", state);
    arena_clear(&run->confirm->args);
    if (state > 0)
        status = trace_action_read(expected, &options->action_paths, &run->confirm->args, &action, err);
    if (status != OK)
        return error_prefix(err, status, "state %zu: ", state);
    status = state == 0 ? driver->reset(confirm->system, run->itf, &step, err)
                        : driver->step(confirm->system, &action, expected, &step, err);
    if (status != OK)
        return error_prefix(err, status, "state %zu (%.64s): ", state, action.name);
    result->actions++;
    weigh_violations(run, state, &step);
    if (options->on_step != NULL)
        options->on_step(options->user, state, action.name, &step);
    if (step.outcome != SYSTEM_AS_PREDICTED)
        fail(run, state, action.name, &step, result);
    return OK;
}

/* Whether the whole replay went as the model says. */
static bool is_same(const struct run *run, const struct confirm_result *result)
{
    const struct confirm *confirm = run->confirm;
    if (result->verdict == CONFIRM_DIVERGED || result->verdict == CONFIRM_REFUSED ||
        confirm->driver->has_departed(confirm->system))
        return false;
    return result->failed ? result->fail_state == run->violation : run->violation == REPLAY_NEVER;
}

static void say_kept(const struct run *run, struct confirm_result *result)
{
    struct buffer kept;
    buffer_init(&kept);
    run->confirm->driver->tell_kept(run->confirm->system, &kept);
    (void)snprintf(result->message, sizeof result->message, "%s; the model %s at state %zu",
                   kept.failed ? "nothing was lost" : kept.text, run->confirm->driver->loss, run->violation);
    buffer_release(&kept);
}

/* The whole trace ran, or what has failed in it is noted. */
static void judge(const struct run *run, struct confirm_result *result)
{
    const struct system_driver *driver = run->confirm->driver;
    void *system = run->confirm->system;
    if (!result->failed) {
        result->verdict = run->judged ? CONFIRM_NOT_REPRODUCED : CONFIRM_AGREES;
        if (run->violation != REPLAY_NEVER)
            say_kept(run, result);
    }
    result->same = is_same(run, result);
    result->difference_count = driver->differences(system, result->differences);
    driver->tell_limits(system, &result->note);
}

/* A trace for lockstep. */
static enum status judge_lockstep(struct confirm *confirm, const struct model *model,
                                  const struct itf_trace *itf, struct confirm_result *result,
                                  struct error *err)
{
    struct replay_report report;
    struct trace steps;
    trace_init(&steps);
    enum status status = check_trace(model, itf, &steps, &report, err);
    if (status == OK)
        status = confirm_lockstep(model, &steps, confirm->driver, confirm->system, &confirm->options, itf,
                                  result, err);
    trace_release(&steps);
    return status;
}

/* Any other; model is NULL when it is not of the class, and own is what the class has of it. */
static enum status judge_states(struct confirm *confirm, const struct model *model,
                                const struct itf_trace *itf, const struct itf_trace *own,
                                struct confirm_result *result, struct error *err)
{
    struct run run = {.confirm = confirm, .itf = itf, .violation = REPLAY_NEVER};
    enum status status = foresee(&run, model, own, err);
    for (size_t state = 0; status == OK && !result->failed && state < itf->state_count; state++)
        status = take_step(&run, state, result, err);
    if (status == OK)
        judge(&run, result);
    return status;
}

enum status confirm_trace(struct confirm *confirm, const struct itf_trace *itf,
                          struct confirm_result *ret_result, struct error *err)
{
    struct confirm_result *result = ret_result;
    struct model *model = NULL;
    struct buffer shown = result->shown, note = result->note;
    buffer_clear(&shown);
    buffer_clear(&note);
    *result = (struct confirm_result){.shown = shown, .note = note};
    struct itf_trace own = *itf;
    enum status status = OK;
    arena_clear(&confirm->args);
    if (itf->is_of_class && confirm->driver->takes_any)
        status = project_states(confirm, itf, &own, err);
    if (status == OK && itf->is_of_class)
        status = make_model(confirm->class, itf, &model, err);
    if (status == OK)
        status = model != NULL && itf->is_lockstep ? judge_lockstep(confirm, model, &own, result, err)
                                                   : judge_states(confirm, model, itf, &own, result, err);
    model_free(model);
    if (status == OK)
        status = buffer_status(&result->shown, err);
    return status == OK ? buffer_status(&result->note, err) : status;
}
