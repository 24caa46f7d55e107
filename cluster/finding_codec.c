/* SPDX-License-Identifier: Apache-2.0 */
#include "cluster/finding_codec.h"

#include <assert.h>
#include <stdalign.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "cluster/pack.h"
#include "search/make_finding.h"

#define FORMAT_NAME    "racewalk-finding"
#define FORMAT_VERSION 1
#define KEY_COUNT      13

/* --- encoding --- */

static void encode_steps(const struct trace *trace, struct buffer *out)
{
    pack_array(out, trace->step_count);
    for (size_t i = 0; i < trace->step_count; i++) {
        const struct trace_step *step = &trace->steps[i];
        pack_array(out, 1 + step->choice_count);
        pack_uint(out, step->move);
        for (uint32_t c = 0; c < step->choice_count; c++)
            pack_int(out, trace->choices[step->choice_first + c]);
    }
}

static void encode_instance(const struct model *model, struct buffer *out)
{
    pack_array(out, model->class->parameter_count);
    for (size_t i = 0; i < model->class->parameter_count; i++) {
        pack_array(out, 2);
        pack_int(out, model->instance.values[i].low);
        pack_int(out, model->instance.values[i].high);
    }
}

static void encode_uint_or_nil(struct buffer *out, const char *key, bool has, uint64_t value)
{
    pack_text(out, key);
    if (has)
        pack_uint(out, value);
    else
        pack_nil(out);
}

enum status finding_encode(const struct model *model, const struct finding *finding, struct buffer *out,
                           struct error *err)
{
    const struct trace *trace = &finding->trace;
    assert(trace->property != PROPERTY_NONE);
    struct buffer text;
    buffer_init(&text);
    pack_map(&text, KEY_COUNT);
    pack_text(&text, "format");
    pack_text(&text, FORMAT_NAME);
    pack_text(&text, "version");
    pack_uint(&text, FORMAT_VERSION);
    pack_text(&text, "class");
    pack_text(&text, model->class->name);
    pack_text(&text, "instance");
    encode_instance(model, &text);
    pack_text(&text, "guards");
    pack_uint(&text, model->instance.guards);
    pack_text(&text, "property");
    pack_text(&text, model->class->properties[trace->property].name);
    encode_uint_or_nil(&text, "sample", finding->has_sample, finding->sample);
    encode_uint_or_nil(&text, "trace_seed", trace->has_trace_seed, trace->trace_seed);
    pack_text(&text, "max_steps");
    pack_uint(&text, trace->max_steps);
    pack_text(&text, "shape");
    pack_uint(&text, finding->shape.id);
    pack_text(&text, "length");
    pack_uint(&text, trace->property_state);
    pack_text(&text, "steps");
    encode_steps(trace, &text);
    pack_text(&text, "sum");
    pack_seal(&text);
    buffer_append(out, text.text, text.length);
    enum status status = buffer_status(&text, err);
    if (status == OK)
        status = buffer_status(out, err);
    buffer_release(&text);
    return status;
}

/* --- decoding --- */

static void decode_instance(struct unpack *in, const struct model *model)
{
    const size_t count = unpack_array(in, PARAMETERS_MAX, 3);
    bool same = count == model->class->parameter_count;
    for (size_t i = 0; i < count && in->wrong == NULL; i++) {
        if (unpack_array(in, 2, 1) != 2)
            unpack_fail(in, "a parameter's two ends");
        const int64_t low = unpack_int(in), high = unpack_int(in);
        same = same && low == model->instance.values[i].low && high == model->instance.values[i].high;
    }
    if (!same)
        unpack_fail(in, "this instance");
}

static bool decode_uint_or_nil(struct unpack *in, const char *key, uint64_t max, uint64_t *ret_value)
{
    unpack_key(in, key);
    if (unpack_is_nil(in))
        return false;
    *ret_value = unpack_uint(in, max);
    return true;
}

static enum status decode_steps(struct unpack *in, struct trace *trace)
{
    const size_t count = unpack_array(in, TRACE_STEPS_MAX, 2);
    for (size_t i = 0; i < count && in->wrong == NULL; i++) {
        struct step step;
        const size_t numbers = unpack_array(in, 1 + STEP_CHOICES_MAX, 1);
        if (numbers == 0)
            unpack_fail(in, "a step's move");
        step.move = (uint32_t)unpack_uint(in, UINT32_MAX);
        step.choice_count = numbers == 0 ? 0 : (uint32_t)numbers - 1;
        for (uint32_t c = 0; c < step.choice_count; c++)
            step.choices[c] = unpack_int(in);
        if (in->wrong != NULL)
            break;
        const enum status status = trace_append(trace, &step);
        if (status != OK)
            return status;
    }
    return OK;
}

/* What a map says besides its trace. */
struct told {
    bool has_sample;
    uint64_t sample, shape;
};

static enum status decode_map(struct unpack *in, const struct model *model, struct trace *trace,
                              struct told *told)
{
    char name[64];
    unpack_map(in, KEY_COUNT);
    unpack_key(in, "format");
    unpack_text(in, name, sizeof name);
    if (strcmp(name, FORMAT_NAME) != 0)
        unpack_fail(in, "a finding");
    unpack_key(in, "version");
    if (unpack_uint(in, UINT64_MAX) != FORMAT_VERSION)
        unpack_fail(in, "version 1 of the format");
    unpack_key(in, "class");
    unpack_text(in, name, sizeof name);
    if (strcmp(name, model->class->name) != 0)
        unpack_fail(in, "a finding of this model");
    unpack_key(in, "instance");
    decode_instance(in, model);
    unpack_key(in, "guards");
    if (unpack_uint(in, UINT32_MAX) != model->instance.guards)
        unpack_fail(in, "the guards of this instance");
    unpack_key(in, "property");
    unpack_text(in, name, sizeof name);
    trace->property = model_find_property(model->class, name);
    /* The control state knows only those that are asked for. */
    if (trace->property < 0 || (model->instance.properties >> trace->property & 1) == 0)
        unpack_fail(in, "a property that is looked for");
    told->has_sample = decode_uint_or_nil(in, "sample", UINT64_MAX, &told->sample);
    trace->has_trace_seed =
        decode_uint_or_nil(in, "trace_seed", (uint64_t)TRACE_SEED_MAX, &trace->trace_seed);
    unpack_key(in, "max_steps");
    trace->max_steps = unpack_uint(in, TRACE_STEPS_MAX);
    unpack_key(in, "shape");
    told->shape = unpack_uint(in, UINT64_MAX);
    unpack_key(in, "length");
    trace->property_state = (size_t)unpack_uint(in, TRACE_STEPS_MAX);
    unpack_key(in, "steps");
    const enum status status = decode_steps(in, trace);
    unpack_key(in, "sum");
    return status;
}

/* The trace must be a run of the literal model, and show its property where it says and not before. */
static enum status check_run(const struct model *model, const struct trace *trace, struct error *err)
{
    if (trace->property_state > trace->step_count)
        return error_set(err, ERR_DATA, "a finding: it has fewer steps than its length");
    struct literal *literal = model->class->traces.literal_new(model);
    if (literal == NULL)
        return error_memory(err, 4096);
    alignas(max_align_t) char state[STATE_SIZE_MAX];
    enum status status = OK;
    for (size_t i = 0; status == OK; i++) {
        const bool hit = (model->class->traces.literal_properties_hit(literal) >> trace->property & 1) != 0;
        if (i <= trace->property_state && hit != (i == trace->property_state))
            status = error_set(err, ERR_DATA, "a finding: state %zu %s its property", i,
                               hit ? "shows" : "does not show");
        if (i == trace->step_count || status != OK)
            break;
        struct step step;
        trace_step_at(trace, i, &step);
        model->class->traces.literal_control(literal, state);
        if (!model_is_enabled(model, state, step.move)) {
            status = error_set(err, ERR_DATA, "a finding: step %zu is not possible there", i + 1);
            break;
        }
        status = model->class->traces.literal_apply(literal, &step, err);
        if (status == ERR_DATA)
            status = error_prefix(err, ERR_DATA, "a finding: step %zu: ", i + 1);
    }
    model->class->traces.literal_free(literal);
    return status;
}

enum status finding_decode(const struct model *model, const void *bytes, size_t length,
                           struct finding **ret_finding, struct error *err)
{
    if (length > FINDING_BYTES_MAX)
        return error_set(err, ERR_DATA, "a finding: %zu bytes are more than any has", length);
    struct finding *finding = NULL;
    struct told told = {.has_sample = false};
    struct unpack in;
    struct trace trace;
    trace_init(&trace);
    unpack_sealed(&in, bytes, length);
    enum status status = decode_map(&in, model, &trace, &told);
    if (status != OK)
        status = error_memory(err, length);
    if (status == OK)
        status = unpack_done(&in, "a finding", err);
    if (status == OK)
        status = check_run(model, &trace, err);
    if (status == OK)
        status = finding_of_trace(model, &trace, "run", &finding, err);
    trace_release(&trace);
    if (status == OK && finding->shape.id != told.shape) {
        finding_free(finding);
        status = error_set(err, ERR_DATA, "a finding: its shape is another than it says");
    }
    if (status != OK)
        return status;
    finding->has_sample = told.has_sample;
    finding->sample = told.sample;
    *ret_finding = finding;
    return OK;
}
