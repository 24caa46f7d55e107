/* SPDX-License-Identifier: Apache-2.0 */
#include "model/trace.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "base/program.h"

void trace_init(struct trace *trace)
{
    *trace = (struct trace){.property = PROPERTY_NONE};
}

void trace_release(struct trace *trace)
{
    mem_free(trace->steps);
    mem_free(trace->choices);
    trace_init(trace);
}

void trace_clear(struct trace *trace)
{
    *trace = (struct trace){.steps = trace->steps,
                            .step_capacity = trace->step_capacity,
                            .choices = trace->choices,
                            .choice_capacity = trace->choice_capacity,
                            .property = PROPERTY_NONE};
}

void trace_set_source(struct trace *trace, const char *format, ...)
{
    const int used = snprintf(trace->source, sizeof trace->source, "%s ", program_name());
    const size_t start = used > 0 && (size_t)used < sizeof trace->source ? (size_t)used : 0;
    va_list args;
    va_start(args, format);
    (void)vsnprintf(trace->source + start, sizeof trace->source - start, format, args);
    va_end(args);
}

/* Appends choices to the pool. The pool may be what choices points into, so that they are found again by
 * index once it has moved. */
static enum status add_choices(struct trace *trace, const int64_t *choices, uint32_t count)
{
    const bool own = trace->choice_count > 0 && choices >= trace->choices &&
                     choices < trace->choices + trace->choice_count;
    const size_t first = own ? (size_t)(choices - trace->choices) : 0;
    void *pool = trace->choices;
    const enum status status =
        mem_reserve(&pool, &trace->choice_capacity, trace->choice_count + count, sizeof *trace->choices);
    if (status != OK)
        return status;
    trace->choices = pool;
    if (count > 0)
        memcpy(trace->choices + trace->choice_count, own ? trace->choices + first : choices,
               count * sizeof *choices);
    trace->choice_count += count;
    return OK;
}

enum status trace_append(struct trace *trace, const struct step *step)
{
    assert(step->choice_count <= STEP_CHOICES_MAX);
    if (trace->step_count >= TRACE_STEPS_MAX)
        return ERR_DATA;
    void *steps = trace->steps;
    enum status status =
        mem_reserve(&steps, &trace->step_capacity, trace->step_count + 1, sizeof *trace->steps);
    if (status != OK)
        return status;
    trace->steps = steps;
    const size_t choice_first = trace->choice_count;
    status = add_choices(trace, step->choices, step->choice_count);
    if (status != OK)
        return status;
    trace->steps[trace->step_count++] = (struct trace_step){
        .move = step->move, .choice_count = step->choice_count, .choice_first = choice_first};
    return OK;
}

enum status trace_set_choices(struct trace *trace, size_t index, const int64_t *choices, uint32_t count)
{
    assert(index < trace->step_count && count <= STEP_CHOICES_MAX);
    const size_t choice_first = trace->choice_count;
    const enum status status = add_choices(trace, choices, count);
    if (status != OK)
        return status;
    trace->steps[index].choice_first = choice_first;
    trace->steps[index].choice_count = count;
    return OK;
}

void trace_step_at(const struct trace *trace, size_t index, struct step *ret_step)
{
    assert(index < trace->step_count);
    const struct trace_step *step = &trace->steps[index];
    assert(step->choice_count <= STEP_CHOICES_MAX);
    ret_step->move = step->move;
    ret_step->choice_count = step->choice_count;
    if (step->choice_count > 0)
        memcpy(ret_step->choices, trace->choices + step->choice_first,
               step->choice_count * sizeof *ret_step->choices);
}

enum status trace_copy(const struct trace *trace, struct trace *ret_copy)
{
    if (trace == ret_copy)
        return OK;
    void *steps = ret_copy->steps;
    void *choices = ret_copy->choices;
    enum status status =
        mem_reserve(&steps, &ret_copy->step_capacity, trace->step_count, sizeof *trace->steps);
    ret_copy->steps = steps;
    if (status == OK) {
        status =
            mem_reserve(&choices, &ret_copy->choice_capacity, trace->choice_count, sizeof *trace->choices);
        ret_copy->choices = choices;
    }
    if (status != OK)
        return status;
    if (trace->step_count > 0)
        memcpy(steps, trace->steps, trace->step_count * sizeof *trace->steps);
    if (trace->choice_count > 0)
        memcpy(choices, trace->choices, trace->choice_count * sizeof *trace->choices);
    const size_t step_capacity = ret_copy->step_capacity;
    const size_t choice_capacity = ret_copy->choice_capacity;
    *ret_copy = *trace;
    ret_copy->steps = steps;
    ret_copy->step_capacity = step_capacity;
    ret_copy->choices = choices;
    ret_copy->choice_capacity = choice_capacity;
    return OK;
}
