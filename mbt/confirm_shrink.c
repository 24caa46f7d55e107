/* SPDX-License-Identifier: Apache-2.0 */
#include "mbt/confirm_shrink.h"

#include <stdalign.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "mbt/itf_writer.h"

struct shrinking {
    const struct model *model;
    struct confirm *confirm;
    struct confirm_shrink_result *result;
    struct error *err;
    struct itf_trace itf;
    struct confirm_result seen;
};

/* Asks the system about a trace, which shows no property. */
static enum status judge(struct shrinking *s, const struct trace *trace)
{
    struct buffer text;
    struct itf_reader *reader = NULL;
    bool found = false;
    buffer_init(&text);
    s->result->replays++;
    enum status status = itf_write(s->model, trace, ITF_LINE, &text, s->err);
    if (status == OK)
        status =
            itf_reader_open_memory("candidate", text.text, text.length, s->model->class, &reader, s->err);
    if (status == OK && confirm_driver(s->confirm)->takes_any)
        itf_reader_take_any(reader);
    if (status == OK)
        status = itf_reader_next(reader, &s->itf, &found, s->err);
    if (status == OK)
        status = confirm_trace(s->confirm, &s->itf, &s->seen, s->err);
    itf_reader_close(reader);
    buffer_release(&text);
    return status;
}

/* The trace up to step end without step without (SIZE_MAX: none), and without what is then not enabled. */
static enum status leave_out(const struct model *model, const struct trace *trace, size_t end, size_t without,
                             struct trace *ret_trace)
{
    alignas(max_align_t) char state[STATE_SIZE_MAX];
    model->class->init(model, state);
    trace_clear(ret_trace);
    for (size_t i = 0; i < end; i++) {
        struct step step;
        trace_step_at(trace, i, &step);
        if (i == without || !model_is_enabled(model, state, step.move))
            continue;
        model->class->apply(model, state, step.move);
        const enum status status = trace_append(ret_trace, &step);
        if (status != OK)
            return status;
    }
    return OK;
}

static bool fails_alike(const struct confirm_result *seen, const struct confirm_result *first)
{
    return seen->failed && seen->verdict == first->verdict &&
           strcmp(seen->fail_action, first->fail_action) == 0 &&
           seen->fail_difference == first->fail_difference;
}

/* Leaves out what can be, until nothing can. best has been judged, and the system failed on its last step. */
static enum status reduce(struct shrinking *s, struct trace *best, struct trace *candidate)
{
    const struct confirm_result first = s->seen; /* its tag and its difference are rows of tables, and stay */
    bool changed = true;
    while (changed) {
        changed = false;
        for (size_t i = best->step_count; i-- > 0;) {
            if (i >= best->step_count)
                continue;
            enum status status = leave_out(s->model, best, best->step_count, i, candidate);
            if (status == OK)
                status = judge(s, candidate);
            if (status != OK)
                return status;
            if (!fails_alike(&s->seen, &first))
                continue;
            (void)snprintf(s->result->message, sizeof s->result->message, "%s", s->seen.message);
            status = leave_out(s->model, candidate, s->seen.fail_state, SIZE_MAX, best);
            if (status != OK)
                return status;
            changed = true;
        }
    }
    return OK;
}

/* The property of the original stays when the last state shows it, and none before does. */
static void keep_property(const struct model *model, int property, struct trace *trace)
{
    alignas(max_align_t) char state[STATE_SIZE_MAX];
    if (property == PROPERTY_NONE)
        return;
    model->class->init(model, state);
    for (size_t i = 0; i < trace->step_count; i++) {
        model->class->apply(model, state, trace->steps[i].move);
        if ((model->class->properties_hit(model, state) >> property & 1) != 0) {
            if (i + 1 == trace->step_count) {
                trace->property = property;
                trace->property_state = trace->step_count;
            }
            return;
        }
    }
}

enum status confirm_shrink(const struct model *model, struct confirm *confirm, const struct trace *trace,
                           struct trace *ret_trace, struct confirm_shrink_result *ret_result,
                           struct error *err)
{
    struct shrinking s = {.model = model, .confirm = confirm, .result = ret_result, .err = err};
    struct trace candidate;
    memset(ret_result, 0, sizeof *ret_result);
    trace_init(&candidate);
    itf_trace_init(&s.itf);
    confirm_result_init(&s.seen);
    enum status status = leave_out(model, trace, trace->step_count, SIZE_MAX, &candidate);
    if (status == OK)
        status = judge(&s, &candidate);
    if (status == OK && !s.seen.failed)
        status =
            error_set(err, ERR_DATA, "the %s does not fail on the trace: there is nothing to shrink it to",
                      confirm_driver(confirm)->name);
    if (status == OK) {
        (void)snprintf(ret_result->message, sizeof ret_result->message, "%s", s.seen.message);
        status = leave_out(model, &candidate, s.seen.fail_state, SIZE_MAX, ret_trace);
    }
    if (status == OK)
        status = reduce(&s, ret_trace, &candidate);
    if (status == ERR_MEMORY)
        (void)error_memory(err, trace->step_count * sizeof *trace->steps);
    if (status == OK) {
        keep_property(model, trace->property, ret_trace);
        trace_set_source(ret_trace, "shrink --on-%s", confirm_driver(confirm)->name);
    }
    confirm_result_release(&s.seen);
    itf_trace_release(&s.itf);
    trace_release(&candidate);
    return status;
}
