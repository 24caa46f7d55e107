/* SPDX-License-Identifier: Apache-2.0 */
#include "mbt/replay.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "mbt/itf_writer.h"

#define STATE_BYTES_MAX ((size_t)256 << 20) /* of the values of one state */

static void report_init(struct replay_report *report, size_t state_count)
{
    *report = (struct replay_report){.outcome = REPLAY_AGREES, .state_count = state_count};
    for (size_t p = 0; p < PROPERTIES_MAX; p++)
        report->first_hit[p] = REPLAY_NEVER;
}

static void __attribute__((format(printf, 3, 4)))
disagree(struct replay_report *report, enum replay_outcome outcome, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    report->outcome = outcome;
    (void)vsnprintf(report->message, sizeof report->message, format, args);
    va_end(args);
}

/* Notes the properties of a state that agrees. */
static void count_state(const struct model *model, const struct literal *literal,
                        struct replay_report *report)
{
    const uint32_t hit = model->class->traces.literal_properties_hit(literal);
    for (size_t p = 0; p < model->class->property_count; p++) {
        if ((hit >> p & 1) != 0 && report->first_hit[p] == REPLAY_NEVER)
            report->first_hit[p] = report->agreed;
    }
    report->agreed++;
}

static const char *verb(const struct property *property)
{
    return property->kind == PROPERTY_INVARIANT ? "violates" : "witnesses";
}

/* Holds the claim against the states that were seen. */
static void check_claim(const struct model *model, const struct trace *claim, struct replay_report *report)
{
    if (claim->property == PROPERTY_NONE)
        return;
    const struct property *property = &model->class->properties[claim->property];
    const size_t first = report->first_hit[claim->property];
    if (first == REPLAY_NEVER)
        disagree(report, REPLAY_CLAIM, "state %zu is said to be the first that %s %s, but no state does",
                 claim->property_state, verb(property), property->name);
    else if (first != claim->property_state)
        disagree(report, REPLAY_CLAIM, "state %zu is said to be the first that %s %s, but state %zu is",
                 claim->property_state, verb(property), property->name, first);
}

/* Compares a value of the file with the model's, and says in the report how they differ. */
static bool compare(const struct value *expected, const struct value *found, const char *what, size_t state,
                    enum replay_outcome outcome, struct replay_report *report)
{
    if (value_compare(expected, found) == 0)
        return true;
    struct buffer difference;
    buffer_init(&difference);
    value_describe_difference(&difference, expected, found);
    disagree(report, outcome, "%s %zu: %s", what, state, difference.text);
    buffer_release(&difference);
    return false;
}

static enum status compare_state(const struct model *model, const struct literal *literal,
                                 struct arena *arena, const struct itf_trace *itf,
                                 struct replay_report *report, struct error *err)
{
    struct value expected;
    arena_clear(arena);
    const enum status status = model->class->traces.literal_value(literal, arena, &expected);
    if (status != OK)
        return error_set(err, status, "state %zu: no memory for the values of the model's state",
                         report->agreed);
    if (compare(&expected, &itf->states[report->agreed], "state", report->agreed, REPLAY_DIFFERS, report))
        count_state(model, literal, report);
    return OK;
}

static enum status compare_parameters(const struct model *model, const struct itf_trace *itf,
                                      struct arena *arena, struct replay_report *report, struct error *err)
{
    struct value expected;
    arena_clear(arena);
    const enum status status = model->class->traces.parameters_value(model, arena, &expected);
    if (status != OK)
        return error_set(err, status, "no memory for the values of the model's parameters");
    (void)compare(&expected, &itf->parameters, "parameters of state", 0, REPLAY_PARAMETERS, report);
    return OK;
}

/* One step by what the file's next state says it was. */
static enum status replay_step(const struct model *model, struct literal *literal,
                               const struct itf_trace *itf, struct trace *steps, struct replay_report *report,
                               struct error *err)
{
    struct step step;
    struct error reason = {{0}};
    const size_t state = report->agreed;
    enum status status = model->class->traces.step_of_value(literal, &itf->states[state], &step, &reason);
    if (status == ERR_DATA) {
        disagree(report, REPLAY_NO_STEP, "state %zu: %s", state, reason.text);
        return OK;
    }
    if (status == OK) {
        status = model->class->traces.literal_apply(literal, &step, &reason);
        if (status == ERR_DATA) {
            disagree(report, REPLAY_DISABLED, "state %zu: the model does not allow the step: %s", state,
                     reason.text);
            return OK;
        }
    }
    if (status == OK && steps != NULL)
        status = trace_append(steps, &step);
    return status == OK ? OK : error_set(err, status, "state %zu: no memory for the step", state);
}

/* What the file says about the trace, without its steps. */
static void copy_head(const struct trace *head, struct trace *trace)
{
    trace_clear(trace);
    trace->property = head->property;
    trace->property_state = head->property_state;
    trace->has_trace_seed = head->has_trace_seed;
    trace->trace_seed = head->trace_seed;
    trace->max_steps = head->max_steps;
    memcpy(trace->source, head->source, sizeof trace->source);
}

enum status replay_itf(const struct model *model, const struct itf_trace *itf, struct trace *ret_trace,
                       struct replay_report *ret_report, struct error *err)
{
    struct replay_report *report = ret_report;
    struct arena arena;
    assert(itf->state_count > 0);
    report_init(report, itf->state_count);
    if (ret_trace != NULL)
        copy_head(&itf->head, ret_trace);
    arena_init(&arena, STATE_BYTES_MAX);
    struct literal *literal = model->class->traces.literal_new(model);
    enum status status =
        literal == NULL ? error_memory(err, 1) : compare_parameters(model, itf, &arena, report, err);
    if (status == OK && report->outcome == REPLAY_AGREES)
        status = compare_state(model, literal, &arena, itf, report, err);
    while (status == OK && report->outcome == REPLAY_AGREES && report->agreed < itf->state_count) {
        status = replay_step(model, literal, itf, ret_trace, report, err);
        if (status == OK && report->outcome == REPLAY_AGREES)
            status = compare_state(model, literal, &arena, itf, report, err);
    }
    if (literal != NULL)
        model->class->traces.literal_free(literal);
    arena_release(&arena);
    if (status != OK)
        return status;
    if (report->outcome == REPLAY_AGREES)
        check_claim(model, &itf->head, report);
    if (ret_trace == NULL)
        return OK;
    /* The step into a state that differs was appended before the comparison. */
    if (ret_trace->step_count >= report->agreed && report->agreed > 0)
        ret_trace->step_count = report->agreed - 1;
    if (report->outcome != REPLAY_AGREES)
        ret_trace->property = PROPERTY_NONE;
    else if (ret_trace->property != PROPERTY_NONE)
        ret_trace->property_state = report->first_hit[ret_trace->property];
    return OK;
}

enum status replay_trace(const struct model *model, const struct trace *trace,
                         struct replay_report *ret_report, struct error *err)
{
    report_init(ret_report, trace->step_count + 1);
    struct literal *literal = model->class->traces.literal_new(model);
    if (literal == NULL)
        return error_memory(err, 1);
    enum status status = OK;
    count_state(model, literal, ret_report);
    for (size_t i = 0; i < trace->step_count && status == OK; i++) {
        struct step step;
        struct error reason = {{0}};
        trace_step_at(trace, i, &step);
        status = model->class->traces.literal_apply(literal, &step, &reason);
        if (status == ERR_DATA) {
            disagree(ret_report, REPLAY_DISABLED, "state %zu: the model does not allow the step: %s", i + 1,
                     reason.text);
            status = OK;
            break;
        }
        if (status == OK)
            count_state(model, literal, ret_report);
        else
            (void)error_set(err, status, "state %zu: no memory for the step", i + 1);
    }
    model->class->traces.literal_free(literal);
    if (status == OK && ret_report->outcome == REPLAY_AGREES)
        check_claim(model, trace, ret_report);
    return status;
}

static bool same_step(const struct trace *a, const struct trace *b, size_t index)
{
    assert(index < a->step_count && index < b->step_count);
    const struct trace_step *x = &a->steps[index];
    const struct trace_step *y = &b->steps[index];
    return x->move == y->move && x->choice_count == y->choice_count &&
           (x->choice_count == 0 || memcmp(a->choices + x->choice_first, b->choices + y->choice_first,
                                           x->choice_count * sizeof *a->choices) == 0);
}

/* What was read back must be the trace that was written. */
static void compare_traces(const struct trace *written, const struct trace *read,
                           struct replay_report *report)
{
    for (size_t i = 0; i < written->step_count; i++) {
        if (i >= read->step_count || !same_step(written, read, i)) {
            disagree(report, REPLAY_DIFFERS, "state %zu: the written form tells of another step", i + 1);
            return;
        }
    }
    if (read->step_count != written->step_count || read->property != written->property ||
        (read->property != PROPERTY_NONE && read->property_state != written->property_state) ||
        read->has_trace_seed != written->has_trace_seed ||
        (read->has_trace_seed && read->trace_seed != written->trace_seed))
        disagree(report, REPLAY_DIFFERS, "the written form's #meta tells of another trace");
}

enum status replay_written(const struct model *model, const struct trace *trace,
                           struct replay_report *ret_report, struct error *err)
{
    struct itf_reader *reader = NULL;
    struct itf_trace itf;
    struct trace steps;
    struct buffer text;
    bool found = false;
    buffer_init_limited(&text, ITF_FILE_BYTES_MAX);
    itf_trace_init(&itf);
    trace_init(&steps);
    /* The steps first: a trace that is none cannot be written. */
    enum status status = replay_trace(model, trace, ret_report, err);
    if (status != OK || ret_report->outcome != REPLAY_AGREES)
        goto out;
    status = itf_write(model, trace, ITF_LINE, &text, err);
    if (status == OK)
        status = itf_reader_open_memory("written form", text.text, text.length, model->class, &reader, err);
    if (status == OK)
        status = itf_reader_next(reader, &itf, &found, err);
    if (status != OK)
        goto out;
    assert(found);
    status = replay_itf(model, &itf, &steps, ret_report, err);
    if (status != OK || ret_report->outcome != REPLAY_AGREES)
        goto out;
    compare_traces(trace, &steps, ret_report);
    if (ret_report->outcome == REPLAY_AGREES && itf.guards != model->instance.guards)
        disagree(ret_report, REPLAY_DIFFERS, "the written form has other guards");
out:
    itf_reader_close(reader);
    trace_release(&steps);
    itf_trace_release(&itf);
    buffer_release(&text);
    return status;
}

void replay_print_summary(const struct model *model, const struct trace *claim,
                          const struct replay_report *report, struct buffer *out)
{
    if (report->outcome != REPLAY_AGREES) {
        buffer_string(out, report->message);
        return;
    }
    buffer_format(out, "%zu transition%s", report->state_count - 1, report->state_count == 2 ? "" : "s");
    bool any = false;
    for (size_t p = 0; p < model->class->property_count; p++) {
        const struct property *property = &model->class->properties[p];
        const bool claimed = claim != NULL && claim->property == (int)p;
        /* Examples come about all the time: only those that were asked for are worth a word. */
        if (report->first_hit[p] == REPLAY_NEVER || (property->kind == PROPERTY_EXAMPLE && !claimed))
            continue;
        buffer_format(out, "%s %s %s at state %zu", any ? " and" : ",", verb(property), property->name,
                      report->first_hit[p]);
        any = true;
    }
    buffer_string(out, any ? ": every state agrees" : ", no violation: every state agrees");
}
