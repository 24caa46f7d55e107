/* SPDX-License-Identifier: Apache-2.0 */
#include "mbt/lockstep.h"

#include <assert.h>
#include <inttypes.h>
#include <stdalign.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "base/rng.h"
#include "mbt/trace_action.h"

#define VOCABULARY_WALKS 64
#define VOCABULARY_STEPS 256
#define VOCABULARY_BYTES ((size_t)64 << 20)
#define STATE_BYTES      ((size_t)256 << 20) /* of one state's values */

static const struct action_paths default_paths; /* the variables that traces of a model have */

struct lockstep {
    const struct model *model;
    const struct system_driver *driver;
    void *system;
    const struct lockstep_vocabulary *vocabulary;
    struct lockstep_callbacks callbacks;
    struct itf_trace itf;    /* as systems are reset with it */
    struct arena parameters; /* its values */
    struct value initial;
    struct arena values; /* of the state at hand */
};

/* --- scripts --- */

void lockstep_script_init(struct lockstep_script *script)
{
    *script = (struct lockstep_script){.count = 0};
    trace_init(&script->steps);
}

void lockstep_script_release(struct lockstep_script *script)
{
    trace_release(&script->steps);
    mem_free(script->events);
    *script = (struct lockstep_script){.count = 0};
}

void lockstep_script_clear(struct lockstep_script *script)
{
    trace_clear(&script->steps);
    script->count = 0;
}

enum status lockstep_script_add(struct lockstep_script *script, struct lockstep_event event)
{
    void *events = script->events;
    const enum status status =
        mem_reserve(&events, &script->capacity, script->count + 1, sizeof *script->events);
    script->events = events;
    if (status == OK)
        script->events[script->count++] = event;
    return status;
}

/* --- the vocabulary --- */

void lockstep_vocabulary_init(struct lockstep_vocabulary *vocabulary)
{
    *vocabulary = (struct lockstep_vocabulary){.count = 0};
    arena_init(&vocabulary->arena, VOCABULARY_BYTES);
}

void lockstep_vocabulary_release(struct lockstep_vocabulary *vocabulary)
{
    arena_release(&vocabulary->arena);
    mem_free(vocabulary->actions);
    *vocabulary = (struct lockstep_vocabulary){.count = 0};
}

const struct lockstep_action *lockstep_find_action(const struct lockstep_vocabulary *vocabulary,
                                                   uint32_t move)
{
    for (size_t i = 0; i < vocabulary->count; i++) {
        if (vocabulary->actions[i].move == move)
            return &vocabulary->actions[i];
    }
    return NULL;
}

/* The action of the move that the literal state has just taken. */
static enum status add_action(struct lockstep_vocabulary *vocabulary, const struct model *model,
                              const struct literal *literal, uint32_t move, struct error *err)
{
    struct value state;
    void *actions = vocabulary->actions;
    struct lockstep_action own = {.move = move};
    if (vocabulary->count == LOCKSTEP_ACTIONS_MAX)
        return OK;
    enum status status =
        mem_reserve(&actions, &vocabulary->capacity, vocabulary->count + 1, sizeof *vocabulary->actions);
    vocabulary->actions = actions;
    if (status == OK)
        status = model->class->traces.literal_value(literal, &vocabulary->arena, &state);
    if (status != OK)
        return error_set(err, status, "no memory for the model's actions");
    status = trace_action_read(&state, &default_paths, &vocabulary->arena, &own.action, err);
    if (status == OK && own.action.name != NULL) {
        own.action.name = arena_copy(&vocabulary->arena, own.action.name, strlen(own.action.name));
        if (own.action.name == NULL)
            return error_memory(err, VOCABULARY_BYTES);
        vocabulary->actions[vocabulary->count++] = own;
    }
    return status;
}

/* The moves of one walk, with their choices. */
static enum status walk(const struct model *model, uint64_t seed, struct trace *trace, struct error *err)
{
    alignas(max_align_t) char state[STATE_SIZE_MAX];
    struct enabled_move moves[MOVES_ROOM];
    struct rng rng = rng_of_trace_seed(seed);
    enum status status = OK;
    trace_clear(trace);
    trace->has_trace_seed = true;
    trace->trace_seed = seed;
    model->class->init(model, state);
    for (int i = 0; status == OK && i < VOCABULARY_STEPS; i++) {
        const size_t count = model->class->enabled(model, state, moves);
        if (count > MOVES_MAX)
            return model_check_moves(model, state, err);
        const struct enabled_move *chosen = model_draw_move(moves, count, &rng);
        if (chosen == NULL)
            break;
        status = trace_append(trace, &(struct step){.move = chosen->move});
        model->class->apply(model, state, chosen->move);
    }
    if (status == OK)
        status = model->class->traces.draw_payload(model, trace);
    return status == OK ? OK : error_set(err, status, "no memory for a walk of the model");
}

static enum status collect_from(struct lockstep_vocabulary *vocabulary, const struct model *model,
                                const struct trace *trace, struct error *err)
{
    struct literal *literal = model->class->traces.literal_new(model);
    enum status status = literal != NULL ? OK : error_memory(err, sizeof(void *));
    for (size_t i = 0; status == OK && i < trace->step_count; i++) {
        struct step step;
        trace_step_at(trace, i, &step);
        status = model->class->traces.literal_apply(literal, &step, err);
        if (status == OK && lockstep_find_action(vocabulary, step.move) == NULL)
            status = add_action(vocabulary, model, literal, step.move, err);
    }
    if (literal != NULL)
        model->class->traces.literal_free(literal);
    return status;
}

enum status lockstep_vocabulary_collect(struct lockstep_vocabulary *vocabulary, const struct model *model,
                                        struct error *err)
{
    struct trace trace;
    enum status status = OK;
    trace_init(&trace);
    for (uint64_t k = 0; status == OK && k < VOCABULARY_WALKS; k++) {
        status = walk(model, trace_seed_of(0, k), &trace, err);
        if (status == OK)
            status = collect_from(vocabulary, model, &trace, err);
    }
    trace_release(&trace);
    return status;
}

/* --- life cycle --- */

/* The trace that systems are reset with: the model's parameters and its first state. */
static enum status make_head(struct lockstep *lockstep, struct error *err)
{
    const struct model *model = lockstep->model;
    struct itf_trace *itf = &lockstep->itf;
    struct literal *literal = model->class->traces.literal_new(model);
    enum status status = literal != NULL ? OK : ERR_MEMORY;
    if (status == OK)
        status = model->class->traces.parameters_value(model, &lockstep->parameters, &itf->parameters);
    if (status == OK)
        status = model->class->traces.literal_value(literal, &lockstep->parameters, &lockstep->initial);
    if (literal != NULL)
        model->class->traces.literal_free(literal);
    if (status != OK)
        return error_set(err, status, "no memory for the model's parameters");
    itf->file = "lockstep";
    itf->instance = model->instance;
    itf->instance.guards = 0;
    itf->guards = model->instance.guards;
    itf->head.property = PROPERTY_NONE;
    itf->violation = ITF_NO_STATE;
    itf->is_of_class = true;
    itf->is_lockstep = true;
    itf->states = &lockstep->initial;
    itf->state_count = 1;
    return OK;
}

enum status lockstep_new(const struct model *model, const struct system_driver *driver, void *system,
                         const struct lockstep_vocabulary *vocabulary,
                         const struct lockstep_callbacks *callbacks, struct lockstep **ret_lockstep,
                         struct error *err)
{
    struct lockstep *lockstep = mem_new(1, sizeof *lockstep);
    if (lockstep == NULL)
        return error_memory(err, sizeof *lockstep);
    *lockstep = (struct lockstep){.model = model,
                                  .driver = driver,
                                  .system = system,
                                  .vocabulary = vocabulary,
                                  .callbacks = *callbacks};
    itf_trace_init(&lockstep->itf);
    arena_init(&lockstep->parameters, STATE_BYTES);
    arena_init(&lockstep->values, STATE_BYTES);
    const enum status status = make_head(lockstep, err);
    if (status != OK) {
        lockstep_free(lockstep);
        return status;
    }
    *ret_lockstep = lockstep;
    return OK;
}

void lockstep_free(struct lockstep *lockstep)
{
    if (lockstep == NULL)
        return;
    lockstep->itf.states = NULL; /* this struct's own */
    itf_trace_release(&lockstep->itf);
    arena_release(&lockstep->parameters);
    arena_release(&lockstep->values);
    mem_free(lockstep);
}

/* --- playing --- */

/* A script on its way. */
struct play {
    struct lockstep *lockstep;
    const struct lockstep_script *script;
    struct literal *literal;
    alignas(max_align_t) char state[STATE_SIZE_MAX];
    size_t state_index;
    struct lockstep_difference *difference;
    struct error *err;
};

/* A driver that names no aspect begins its message with what differs. */
static void differ(struct play *play, enum lockstep_kind kind, uint32_t move, const struct system_step *step)
{
    struct system_step *own = &play->difference->step;
    *play->difference = (struct lockstep_difference){
        .is_one = true, .state = play->state_index, .kind = kind, .move = move, .step = *step};
    if (own->aspect[0] == '\0')
        (void)snprintf(own->aspect, sizeof own->aspect, "%.*s", (int)strcspn(own->message, ":"),
                       own->message);
}

static uint32_t invariants(const struct model_class *class)
{
    uint32_t mask = 0;
    for (size_t p = 0; p < class->property_count; p++)
        mask |= class->properties[p].kind == PROPERTY_INVARIANT ? UINT32_C(1) << p : 0;
    return mask;
}

/* A copy of what the system shows now; null when its driver cannot observe, or does it by itself. */
static enum status observe(struct lockstep *lockstep, struct value *ret_copy, struct error *err)
{
    struct value observed;
    *ret_copy = value_null();
    if (lockstep->driver->observe == NULL)
        return OK;
    const enum status status = lockstep->driver->observe(lockstep->system, &observed, err);
    if (status != OK)
        return status;
    return value_copy(&lockstep->values, &observed, ret_copy) ? OK : error_memory(err, STATE_BYTES);
}

/* What was refused must have changed nothing. What has changed nothing is as good as refused: many systems
 * take a call twice. */
static enum status compare_after(struct lockstep *lockstep, const struct value *before,
                                 struct system_step *step, struct error *err)
{
    struct value after;
    struct buffer text;
    if (before->kind == VALUE_NULL)
        return OK;
    enum status status = observe(lockstep, &after, err);
    if (status != OK)
        return status;
    if (value_compare(before, &after) == 0) {
        if (step->outcome == SYSTEM_AS_PREDICTED)
            (void)snprintf(step->branch, sizeof step->branch, "changes nothing");
        step->outcome = SYSTEM_REFUSED;
        return OK;
    }
    if (step->outcome != SYSTEM_REFUSED)
        return OK;
    buffer_init(&text);
    value_describe_change(&text, before, &after);
    step->outcome = SYSTEM_UNEXPECTED;
    (void)snprintf(step->aspect, sizeof step->aspect, "changed though refused");
    (void)snprintf(step->message, sizeof step->message, "the %s refuses it, and yet has changed: %.600s",
                   lockstep->driver->name, text.text);
    status = buffer_status(&text, err);
    buffer_release(&text);
    return status;
}

/* The driver compares; what is left is whether the action was taken at all. */
static enum status attempt(struct play *play, uint32_t move, const struct system_action *action,
                           struct system_step *step)
{
    struct lockstep *lockstep = play->lockstep;
    struct value before = value_null();
    arena_clear(&lockstep->values);
    enum status status = observe(lockstep, &before, play->err);
    if (status == OK)
        status = lockstep->driver->step(lockstep->system, action, NULL, step, play->err);
    if (status == OK && step->outcome != SYSTEM_UNEXPECTED)
        status = compare_after(lockstep, &before, step, play->err);
    if (status != OK || step->outcome == SYSTEM_REFUSED)
        return status;
    if (step->outcome == SYSTEM_AS_PREDICTED) {
        step->outcome = SYSTEM_UNEXPECTED;
        (void)snprintf(step->aspect, sizeof step->aspect, "taken");
        (void)snprintf(step->message, sizeof step->message,
                       "the model does not allow %s here, and the %s does it: %.400s", action->name,
                       lockstep->driver->name, step->detail);
    }
    differ(play, LOCKSTEP_ATTEMPT, move, step);
    return OK;
}

static enum status take(struct play *play, const struct step *taken, struct system_step *step)
{
    struct lockstep *lockstep = play->lockstep;
    const struct model_traces *traces = &lockstep->model->class->traces;
    struct value state;
    struct system_action action;
    arena_clear(&lockstep->values);
    enum status status = traces->literal_apply(play->literal, taken, play->err);
    if (status != OK)
        return status;
    lockstep->model->class->apply(lockstep->model, play->state, taken->move);
    play->state_index++;
    status = traces->literal_value(play->literal, &lockstep->values, &state);
    if (status != OK)
        return error_set(play->err, status, "state %zu: no memory for its values", play->state_index);
    status = trace_action_read(&state, &default_paths, &lockstep->values, &action, play->err);
    if (status == OK)
        status = lockstep->driver->step(lockstep->system, &action, &state, step, play->err);
    if (status == OK && step->outcome == SYSTEM_REFUSED) {
        step->outcome = SYSTEM_UNEXPECTED;
        (void)snprintf(step->aspect, sizeof step->aspect, "refused");
    }
    /* Both violate something: that is no difference. */
    if (status == OK && step->outcome == SYSTEM_OUTAGE && !step->is_other &&
        (traces->literal_properties_hit(play->literal) & invariants(lockstep->model->class)) != 0)
        step->outcome = SYSTEM_AS_PREDICTED;
    if (status == OK && step->outcome != SYSTEM_AS_PREDICTED)
        differ(play, LOCKSTEP_STEP, taken->move, step);
    return status;
}

/* What the system does with the move, as far as its driver knows. */
static enum system_offer offer_of(const struct lockstep *lockstep, const struct lockstep_action *action,
                                  enum system_offer otherwise, const struct known_difference **ret_difference)
{
    enum system_offer offer = SYSTEM_UNSAID;
    *ret_difference = NULL;
    if (action != NULL && lockstep->driver->offers != NULL)
        offer = lockstep->driver->offers(lockstep->system, &action->action, ret_difference);
    return offer == SYSTEM_UNSAID ? otherwise : offer;
}

static enum status play_event(struct play *play, const struct lockstep_event *event,
                              enum lockstep_fate *ret_fate)
{
    struct lockstep *lockstep = play->lockstep;
    const struct lockstep_action *action = NULL;
    const struct known_difference *known = NULL;
    struct system_step step = {.outcome = SYSTEM_AS_PREDICTED};
    struct step taken = {.move = 0};
    enum status status = OK;
    *ret_fate = LOCKSTEP_LEFT_OUT;
    if (event->kind == LOCKSTEP_LOOK) {
        if (lockstep->driver->look == NULL)
            return OK;
        status = lockstep->driver->look(lockstep->system, event->draw, &step, play->err);
        if (status == OK && step.outcome != SYSTEM_AS_PREDICTED)
            differ(play, LOCKSTEP_LOOK, 0, &step);
        *ret_fate = LOCKSTEP_TAKEN;
    } else if (event->kind == LOCKSTEP_STEP) {
        trace_step_at(&play->script->steps, event->index, &taken);
        if (!model_is_enabled(lockstep->model, play->state, taken.move))
            return OK;
        action = lockstep_find_action(lockstep->vocabulary, taken.move);
        const enum system_offer offer = offer_of(lockstep, action, SYSTEM_TAKES, &known);
        if (offer == SYSTEM_LACKS)
            return OK;
        *ret_fate = offer == SYSTEM_TAKES ? LOCKSTEP_TAKEN : LOCKSTEP_REFUSED;
        status = offer == SYSTEM_TAKES ? take(play, &taken, &step)
                                       : attempt(play, taken.move, &action->action, &step);
    } else {
        action = &lockstep->vocabulary->actions[event->index];
        taken.move = action->move;
        const enum system_offer offer = offer_of(lockstep, action, SYSTEM_REFUSES, &known);
        if (offer != SYSTEM_REFUSES)
            return OK;
        if (!model_is_enabled(lockstep->model, play->state, action->move))
            known = NULL; /* both refuse */
        else if (known == NULL)
            return OK;
        *ret_fate = LOCKSTEP_REFUSED;
        status = attempt(play, action->move, &action->action, &step);
    }
    if (known != NULL)
        step.difference = known;
    if (status == OK && lockstep->callbacks.on_event != NULL)
        lockstep->callbacks.on_event(lockstep->callbacks.user, event, *ret_fate, taken.move, play->state,
                                     play->state_index, &step);
    return status;
}

static enum status begin(struct play *play)
{
    struct lockstep *lockstep = play->lockstep;
    struct system_step step;
    lockstep->model->class->init(lockstep->model, play->state);
    play->literal = lockstep->model->class->traces.literal_new(lockstep->model);
    if (play->literal == NULL)
        return error_memory(play->err, sizeof(void *));
    const enum status status = lockstep->driver->reset(lockstep->system, &lockstep->itf, &step, play->err);
    if (status == OK && step.outcome != SYSTEM_AS_PREDICTED) {
        differ(play, LOCKSTEP_LOOK, 0, &step);
        play->difference->event = SIZE_MAX;
    }
    return status;
}

enum status lockstep_play(struct lockstep *lockstep, const struct lockstep_script *script,
                          const struct lockstep_event *events, size_t count, enum lockstep_fate *fates,
                          struct lockstep_difference *ret_difference, struct error *err)
{
    struct play play = {.lockstep = lockstep, .script = script, .difference = ret_difference, .err = err};
    const struct lockstep_callbacks *callbacks = &lockstep->callbacks;
    ret_difference->is_one = false;
    for (size_t i = 0; fates != NULL && i < count; i++)
        fates[i] = LOCKSTEP_LEFT_OUT;
    enum status status = begin(&play);
    for (size_t i = 0; status == OK && !ret_difference->is_one && i < count; i++) {
        enum lockstep_fate fate;
        if (callbacks->stopped != NULL && callbacks->stopped(callbacks->user)) {
            status = error_set(err, ERR_STOPPED, "stopped");
            break;
        }
        status = play_event(&play, &events[i], &fate);
        if (fates != NULL)
            fates[i] = fate;
        if (ret_difference->is_one)
            ret_difference->event = i;
    }
    if (play.literal != NULL)
        lockstep->model->class->traces.literal_free(play.literal);
    return status;
}

/* --- words --- */

void lockstep_print_event(const struct model *model, const struct lockstep_script *script,
                          const struct lockstep_vocabulary *vocabulary, const struct lockstep_event *event,
                          struct buffer *out)
{
    switch (event->kind) {
    case LOCKSTEP_STEP:
        model_print_move(model, script->steps.steps[event->index].move, out);
        return;
    case LOCKSTEP_ATTEMPT:
        model_print_move(model, vocabulary->actions[event->index].move, out);
        return;
    case LOCKSTEP_LOOK:
        buffer_format(out, "look %" PRIu64, event->draw);
    }
}
