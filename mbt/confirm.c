#include "mbt/confirm.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "mbt/replay.h"

#define INIT_TAG               "Init"
#define ROLLBACK_PROPERTY      "no_inconsistent_rollback"
#define ROOT_PROPERTY          "no_inconsistent_root"
#define MAX_PLAN_AGE_PARAMETER "MAX_PLAN_AGE"
#define ZONE_TEXT_MAX          8192

struct confirm {
    const struct model_class *class;
    struct confirm_options options;
    struct lab_driver *driver;
};

const char *confirm_verdict_name(enum confirm_verdict verdict)
{
    static const char *const names[] = {
        [CONFIRM_CONFIRMED] = "confirmed",
        [CONFIRM_DIVERGED] = "diverged",
        [CONFIRM_NOT_REPRODUCED] = "not-reproduced",
        [CONFIRM_AGREES] = "agrees",
        [CONFIRM_OUTAGE] = "outage",
    };
    return names[verdict];
}

bool confirm_find_verdict(const char *name, enum confirm_verdict *ret_verdict)
{
    for (enum confirm_verdict v = CONFIRM_CONFIRMED; v <= CONFIRM_OUTAGE; v++) {
        if (strcmp(confirm_verdict_name(v), name) == 0) {
            *ret_verdict = v;
            return true;
        }
    }
    return false;
}

bool confirm_as_expected(enum confirm_verdict verdict, enum confirm_expectation expectation)
{
    if (expectation == CONFIRM_EXPECT_OUTAGE)
        return verdict == CONFIRM_CONFIRMED || verdict == CONFIRM_OUTAGE;
    return verdict == CONFIRM_NOT_REPRODUCED || verdict == CONFIRM_AGREES;
}

void confirm_result_init(struct confirm_result *result)
{
    *result = (struct confirm_result){.verdict = CONFIRM_AGREES};
    buffer_init_limited(&result->zone, ZONE_TEXT_MAX);
}

void confirm_result_release(struct confirm_result *result)
{
    buffer_release(&result->zone);
}

enum status confirm_new(const struct model_class *class, struct http_client *client,
                        const struct confirm_options *options, struct confirm **ret_confirm,
                        struct error *err)
{
    struct confirm *confirm = mem_new(1, sizeof *confirm);
    if (confirm == NULL)
        return error_memory(err, sizeof *confirm);
    confirm->class = class;
    confirm->options = *options;
    const struct lab_observer observer = {.on_call = options->on_call, .user = options->user};
    const enum status status = lab_driver_new(client, &observer, &confirm->driver, err);
    if (status != OK) {
        confirm_free(confirm);
        return status;
    }
    *ret_confirm = confirm;
    return OK;
}

void confirm_free(struct confirm *confirm)
{
    if (confirm == NULL)
        return;
    lab_driver_free(confirm->driver);
    mem_free(confirm);
}

/* The model of the trace, with the guards that the file says were on, and all properties. */
enum status confirm_check(const struct model_class *class, const struct itf_trace *itf, size_t *ret_violation,
                          struct error *err)
{
    struct instance instance = itf->instance;
    struct model *model = NULL;
    struct replay_report report;
    instance.guards = itf->guards;
    instance.properties = (UINT32_C(1) << class->property_count) - 1;
    enum status status = model_new(class, &instance, &model, err);
    if (status != OK) /* the user gave a file, not options */
        return status == ERR_USAGE ? ERR_DATA : status;
    status = replay_itf(model, itf, NULL, &report, err);
    model_free(model);
    if (status != OK)
        return status;
    if (report.outcome != REPLAY_AGREES)
        return error_set(err, ERR_DATA, "not a run of the model: %s", report.message);
    *ret_violation =
        itf->head.property != PROPERTY_NONE ? report.first_hit[itf->head.property] : REPLAY_NEVER;
    return OK;
}

/* One trace on its way through the lab. */
struct run {
    const struct confirm *confirm;
    const struct itf_trace *itf;
    bool judged; /* by its violation, at that state: */
    size_t violation;
    int64_t keep_last_n;
    size_t judged_from; /* first state with the watched name in the zone, for labs without the placeholder */
    size_t off_script_from; /* first state that the lab's guard made another */
};

static bool is_property(const struct confirm *confirm, const struct itf_trace *itf, const char *name)
{
    return itf->head.property != PROPERTY_NONE &&
           strcmp(confirm->class->properties[itf->head.property].name, name) == 0;
}

static enum lab_watch choose_watch(const struct confirm *confirm, const struct itf_trace *itf)
{
    if (confirm->options.watch == CONFIRM_WATCH_ROOT)
        return LAB_WATCH_ROOT;
    /* Also of a trace in which the property was only looked for. */
    const bool of_rollback = itf->property_name != NULL && strcmp(itf->property_name, ROLLBACK_PROPERTY) == 0;
    if (confirm->options.watch == CONFIRM_WATCH_ROLLBACK || of_rollback)
        return LAB_WATCH_ROLLBACK;
    return LAB_WATCH_ROOT;
}

static enum status choose_keep(const struct confirm *confirm, const struct itf_trace *itf, int64_t *ret_keep,
                               struct error *err)
{
    const struct value *age = value_field(&itf->parameters, MAX_PLAN_AGE_PARAMETER);
    if (confirm->options.has_keep_last_n)
        *ret_keep = confirm->options.keep_last_n;
    else if (age != NULL && age->kind == VALUE_INT && age->number >= 0)
        *ret_keep = age->number;
    else
        return error_set(err, ERR_DATA, "the trace has no " MAX_PLAN_AGE_PARAMETER);
    return OK;
}

/* The tag of a state's action, as the class spells it, so that it outlives the trace. */
static const char *action_tag(const struct model_class *class, const struct value *ghost)
{
    const struct value *tag = ghost != NULL ? value_field(ghost, "tag") : NULL;
    for (size_t i = 0; tag != NULL && i < class->action_count; i++) {
        if (value_is_string(tag, class->actions[i].tag))
            return class->actions[i].tag;
    }
    return INIT_TAG;
}

/* What the step of a state came to, as a verdict; the trace ends with it. */
static void fail(const struct run *run, size_t state, const char *action, const struct lab_step *step,
                 struct confirm_result *result)
{
    result->failed = true;
    result->fail_state = state;
    result->fail_action = action;
    const bool outage = step->outcome == LAB_OUTAGE;
    if (outage && !run->judged)
        result->verdict = CONFIRM_OUTAGE;
    else if (outage && state == run->violation)
        result->verdict = CONFIRM_CONFIRMED;
    else
        result->verdict = CONFIRM_DIVERGED;
    if (outage && result->verdict == CONFIRM_DIVERGED)
        (void)snprintf(result->message, sizeof result->message, "%s; the model loses it at state %zu",
                       step->message, run->violation);
    else
        (void)snprintf(result->message, sizeof result->message, "%s", step->message);
    if (result->verdict == CONFIRM_DIVERGED)
        lab_driver_describe_zone(run->confirm->driver, &result->zone);
}

/* Init is state 0; every other state is what its action led to. */
static enum status take_step(struct run *run, size_t state, struct confirm_result *result, struct error *err)
{
    const struct confirm *confirm = run->confirm;
    const struct confirm_options *options = &confirm->options;
    const struct value *ghost = value_field(&run->itf->states[state], "ghost_action");
    const char *action = state == 0 ? INIT_TAG : action_tag(confirm->class, ghost);
    struct lab_step step;
    if (options->stopped != NULL && options->stopped(options->user))
        return error_set(err, ERR_STOPPED, "stopped before state %zu", state);
    if (state > 0 && ghost == NULL)
        return error_set(err, ERR_DATA, "state %zu: no ghost_action", state);
    enum status status = state == 0 ? lab_driver_reset(confirm->driver, result->watched, &step, err)
                                    : lab_driver_act(confirm->driver, ghost, run->keep_last_n, &step, err);
    if (status != OK)
        return error_prefix(err, status, "state %zu (%s): ", state, action);
    result->actions++;
    if (run->off_script_from == REPLAY_NEVER && lab_driver_is_off_script(confirm->driver))
        run->off_script_from = state;
    if (run->judged_from == REPLAY_NEVER && lab_driver_can_judge(confirm->driver))
        run->judged_from = state;
    if (options->on_step != NULL)
        options->on_step(options->user, state, action, &step);
    if (step.outcome != LAB_AS_PREDICTED)
        fail(run, state, action, &step, result);
    return OK;
}

/* Without the placeholder the watched name is not there at first, and cannot be lost. */
static void write_note(const struct run *run, struct confirm_result *result)
{
    const char *name = lab_watch_name(result->watched);
    if (run->off_script_from != REPLAY_NEVER)
        (void)snprintf(result->note, sizeof result->note,
                       "the lab's guard skipped a stale plan at state %zu: from there on only %s is judged",
                       run->off_script_from, name);
    if (run->off_script_from != REPLAY_NEVER || lab_driver_is_seeded(run->confirm->driver))
        return;
    if (run->judged_from == REPLAY_NEVER)
        (void)snprintf(
            result->note, sizeof result->note,
            "this lab has no POST /mbt/seed-init: %s is never set in this trace, so nothing can be "
            "said of it",
            name);
    else
        (void)snprintf(result->note, sizeof result->note,
                       "this lab has no POST /mbt/seed-init: %s is judged from state %zu on, which sets it",
                       name, run->judged_from);
}

enum status confirm_trace(struct confirm *confirm, const struct itf_trace *itf,
                          struct confirm_result *ret_result, struct error *err)
{
    struct confirm_result *result = ret_result;
    struct run run = {
        .confirm = confirm, .itf = itf, .judged_from = REPLAY_NEVER, .off_script_from = REPLAY_NEVER};
    struct buffer zone = result->zone;
    buffer_clear(&zone);
    *result = (struct confirm_result){.zone = zone, .watched = choose_watch(confirm, itf)};
    enum status status = choose_keep(confirm, itf, &run.keep_last_n, err);
    if (status == OK)
        status = confirm_check(confirm->class, itf, &run.violation, err);
    run.judged =
        is_property(confirm, itf, result->watched == LAB_WATCH_ROOT ? ROOT_PROPERTY : ROLLBACK_PROPERTY);
    for (size_t state = 0; status == OK && !result->failed && state < itf->state_count; state++)
        status = take_step(&run, state, result, err);
    if (status != OK)
        return status;
    write_note(&run, result);
    if (!result->failed && run.judged) {
        result->verdict = CONFIRM_NOT_REPRODUCED;
        (void)snprintf(result->message, sizeof result->message,
                       "%s kept resolving; the model loses it at state %zu", lab_watch_name(result->watched),
                       run.violation);
    } else if (!result->failed) {
        result->verdict = CONFIRM_AGREES;
    }
    return buffer_status(&result->zone, err);
}
