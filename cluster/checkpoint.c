/* SPDX-License-Identifier: Apache-2.0 */
#include "cluster/checkpoint.h"

#include <assert.h>
#include <string.h>

#include "base/checkpoint_folder.h"
#include "base/memory.h"
#include "cluster/state_codec.h"
#include "search/checkpoint_model.h"
#include "search/make_finding.h"

#define KEY_COUNT            15
#define CHECKPOINT_BYTES_MAX ((size_t)1 << 30)

const struct checkpoint_kind run_checkpoint = {.name = "run", .version = 3};

void checkpoint_free(struct checkpoint *checkpoint)
{
    if (checkpoint == NULL)
        return;
    for (size_t i = 0; i < checkpoint->finding_count; i++)
        finding_free(checkpoint->findings[i]);
    mem_free(checkpoint);
}

/* --- encoding --- */

/* Properties and guards go by name, so that a class may reorder them. */
static void encode_parameters(const struct model_class *class, const struct run_parameters *parameters,
                              struct buffer *out)
{
    pack_text(out, "parameters");
    pack_map(out, class->parameter_count);
    for (size_t i = 0; i < class->parameter_count; i++) {
        pack_text(out, class->parameters[i].name);
        pack_array(out, 2);
        pack_int(out, parameters->instance.values[i].low);
        pack_int(out, parameters->instance.values[i].high);
    }
    pack_text(out, "guards");
    pack_array(out, (size_t)__builtin_popcount(parameters->instance.guards));
    for (size_t i = 0; i < class->guard_count; i++) {
        if ((parameters->instance.guards >> i & 1) != 0)
            pack_text(out, class->guards[i].name);
    }
    pack_text(out, "properties");
    pack_array(out, (size_t)__builtin_popcount(parameters->properties));
    for (size_t i = 0; i < class->property_count; i++) {
        if ((parameters->properties >> i & 1) != 0)
            pack_text(out, class->properties[i].name);
    }
    pack_text(out, "seed");
    pack_uint(out, parameters->seed);
    pack_text(out, "max_samples");
    pack_uint(out, parameters->max_samples);
    pack_text(out, "max_steps");
    pack_uint(out, parameters->max_steps);
    pack_text(out, "goal");
    pack_uint(out, parameters->goal);
    pack_text(out, "max_findings");
    pack_uint(out, parameters->max_findings);
}

static void encode_state(const struct checkpoint *checkpoint, struct buffer *out)
{
    const struct run_result *state = &checkpoint->state;
    pack_text(out, "next");
    pack_uint(out, state->next);
    pack_text(out, "bound");
    pack_uint(out, state->max_steps);
    pack_text(out, "tally");
    tally_encode(&state->tally, out);
    pack_text(out, "shapes");
    shapes_encode(state->shapes, state->shape_count, out);
    pack_text(out, "lengths");
    lengths_encode(state->lengths, out);
    pack_text(out, "progress");
    pack_array(out, 5);
    pack_bool(out, checkpoint->complete);
    pack_uint(out, state->stop);
    pack_real(out, state->elapsed);
    pack_uint(out, checkpoint->written);
    pack_uint(out, checkpoint->sessions);
}

enum status checkpoint_encode(const struct model *model, const struct checkpoint *checkpoint,
                              struct buffer *out, struct error *err)
{
    assert(checkpoint->finding_count <= RUN_FINDINGS_MAX);
    pack_map(out, KEY_COUNT);
    encode_parameters(model->class, &checkpoint->parameters, out);
    encode_state(checkpoint, out);
    pack_text(out, "findings");
    pack_array(out, checkpoint->finding_count);
    struct buffer text;
    buffer_init(&text);
    enum status status = OK;
    for (size_t i = 0; i < checkpoint->finding_count && status == OK; i++) {
        buffer_clear(&text);
        status = finding_encode(model, checkpoint->findings[i], &text, err);
        pack_bytes(out, text.text, text.length);
    }
    buffer_release(&text);
    return status == OK ? buffer_status(out, err) : status;
}

/* --- decoding --- */

static const char *guard_name(const struct model_class *class, size_t i)
{
    return class->guards[i].name;
}

static const char *property_name(const struct model_class *class, size_t i)
{
    return class->properties[i].name;
}

/* The names in an array, as bits. */
static uint32_t decode_names(struct unpack *in, const struct model_class *class, size_t name_count,
                             const char *(*name_of)(const struct model_class *, size_t))
{
    uint32_t bits = 0;
    const size_t count = unpack_array(in, name_count, 2);
    for (size_t i = 0; i < count; i++) {
        char name[64];
        unpack_text(in, name, sizeof name);
        size_t found = 0;
        while (found < name_count && strcmp(name_of(class, found), name) != 0)
            found++;
        if (found == name_count || (bits >> found & 1) != 0) {
            unpack_fail(in, "names of this model");
            return 0;
        }
        bits |= UINT32_C(1) << found;
    }
    return bits;
}

static void decode_parameters(struct unpack *in, const struct model_class *class,
                              struct run_parameters *parameters)
{
    unpack_key(in, "parameters");
    unpack_map(in, class->parameter_count);
    for (size_t i = 0; i < class->parameter_count; i++) {
        struct parameter_value *value = &parameters->instance.values[i];
        unpack_key(in, class->parameters[i].name);
        if (unpack_array(in, 2, 1) != 2)
            unpack_fail(in, "a parameter's two ends");
        value->low = unpack_int(in);
        value->high = unpack_int(in);
    }
    unpack_key(in, "guards");
    parameters->instance.guards = decode_names(in, class, class->guard_count, guard_name);
    unpack_key(in, "properties");
    parameters->properties = decode_names(in, class, class->property_count, property_name);
    parameters->instance.properties = parameters->properties;
    unpack_key(in, "seed");
    parameters->seed = unpack_uint(in, UINT64_MAX);
    unpack_key(in, "max_samples");
    parameters->max_samples = unpack_uint(in, INT64_MAX);
    unpack_key(in, "max_steps");
    parameters->max_steps = (uint32_t)unpack_uint(in, UINT32_MAX);
    unpack_key(in, "goal");
    parameters->goal = (enum run_goal)unpack_uint(in, RUN_SHORTEST);
    unpack_key(in, "max_findings");
    parameters->max_findings = unpack_uint(in, RUN_FINDINGS_MAX);
    if (parameters->goal == RUN_SHAPES && parameters->max_findings == 0)
        unpack_fail(in, "findings to look for");
}

static void decode_state(struct unpack *in, struct checkpoint *checkpoint)
{
    struct run_result *state = &checkpoint->state;
    const struct run_parameters *parameters = &checkpoint->parameters;
    unpack_key(in, "next");
    state->next = unpack_uint(in, parameters->max_samples);
    unpack_key(in, "bound");
    state->max_steps = (uint32_t)unpack_uint(in, parameters->max_steps);
    unpack_key(in, "tally");
    tally_decode(in, state->next, parameters->max_steps, &state->tally);
    unpack_key(in, "shapes");
    state->shape_count = shapes_decode(in, state->shapes);
    unpack_key(in, "lengths");
    lengths_decode(in, state->tally.ended, state->lengths);
    unpack_key(in, "progress");
    if (unpack_array(in, 5, 1) != 5)
        unpack_fail(in, "the run's progress");
    checkpoint->complete = unpack_bool(in);
    state->stop = (enum run_stop)unpack_uint(in, RUN_STOP_SIGNAL);
    state->elapsed = unpack_real(in);
    checkpoint->written = unpack_uint(in, UINT32_MAX);
    checkpoint->sessions = unpack_uint(in, UINT32_MAX);
    if (state->shape_count > parameters->max_findings)
        unpack_fail(in, "no more shapes than were asked for");
}

static enum status decode_findings(struct unpack *in, const struct model_class *class,
                                   struct checkpoint *checkpoint, struct error *err)
{
    unpack_key(in, "findings");
    const size_t count = unpack_array(in, RUN_FINDINGS_MAX, 2);
    if (count > checkpoint->written)
        unpack_fail(in, "no more findings than were announced");
    if (in->wrong != NULL)
        return OK;
    struct model *model = NULL;
    enum status status = model_new(class, &checkpoint->parameters.instance, &model, err);
    if (status != OK)
        return status == ERR_USAGE ? ERR_DATA : status;
    for (size_t i = 0; i < count && status == OK; i++) {
        size_t length = 0;
        const uint8_t *bytes = unpack_bytes(in, &length);
        if (bytes == NULL)
            break;
        status = finding_decode(model, bytes, length, &checkpoint->findings[checkpoint->finding_count], err);
        checkpoint->finding_count += status == OK;
    }
    model_free(model);
    return status;
}

enum status checkpoint_decode(const struct model_class *class, const void *bytes, size_t length,
                              struct checkpoint **ret_checkpoint, struct error *err)
{
    struct checkpoint *checkpoint = mem_new(1, sizeof *checkpoint);
    if (checkpoint == NULL)
        return error_memory(err, sizeof *checkpoint);
    struct unpack in;
    unpack_init(&in, bytes, length);
    unpack_map(&in, KEY_COUNT);
    decode_parameters(&in, class, &checkpoint->parameters);
    decode_state(&in, checkpoint);
    enum status status = decode_findings(&in, class, checkpoint, err);
    if (status == OK)
        status = unpack_done(&in, "a checkpoint", err);
    if (status != OK) {
        checkpoint_free(checkpoint);
        return status;
    }
    *ret_checkpoint = checkpoint;
    return OK;
}

/* --- files --- */

/* What a run's checkpoint is of: the rest is in its body. */
static enum status describe(const struct model_class *class, struct buffer *text, struct error *err)
{
    checkpoint_put_model(class, text);
    return buffer_status(text, err);
}

enum status checkpoint_write(const struct model *model, const struct checkpoint *checkpoint,
                             const char *folder, struct error *err)
{
    struct buffer text, body;
    buffer_init(&text);
    buffer_init(&body);
    struct checkpoint_writer *writer = mem_new(1, sizeof *writer);
    enum status status = writer != NULL ? OK : error_memory(err, sizeof *writer);
    if (status == OK)
        status = describe(model->class, &text, err);
    if (status == OK)
        status = checkpoint_encode(model, checkpoint, &body, err);
    if (status == OK)
        status = checkpoint_writer_open(writer, folder, &run_checkpoint, text.text, err);
    if (status == OK) {
        status = checkpoint_writer_put(writer, body.text, body.length, err);
        status = checkpoint_writer_close(writer, status, err);
    }
    mem_free(writer);
    buffer_release(&body);
    buffer_release(&text);
    return status;
}

/* The body of the file that the reader has opened. */
static enum status read_body(struct checkpoint_reader *reader, const struct model_class *class,
                             const char *folder, struct checkpoint **ret_checkpoint, struct error *err)
{
    struct buffer text;
    const size_t length = (size_t)reader->left;
    if (reader->left > CHECKPOINT_BYTES_MAX)
        return error_set(err, ERR_DATA, "the checkpoint in %s is too large", folder);
    buffer_init(&text);
    char *bytes = mem_new(length > 0 ? length : 1, 1);
    enum status status = bytes != NULL ? OK : error_memory(err, length);
    if (status == OK)
        status = describe(class, &text, err);
    if (status == OK)
        status = checkpoint_check_model(class, reader->text, err);
    if (status == OK)
        status = checkpoint_text_compare(&run_checkpoint, reader->text, text.text, err);
    if (status == OK)
        status = checkpoint_reader_get(reader, bytes, length, err);
    if (status == OK)
        status = checkpoint_decode(class, bytes, length, ret_checkpoint, err);
    if (status == ERR_DATA)
        status = error_prefix(err, status, "%s: ", folder);
    mem_free(bytes);
    buffer_release(&text);
    return status;
}

enum status checkpoint_read(const struct model_class *class, const char *folder,
                            struct checkpoint **ret_checkpoint, struct error *ret_warning, struct error *err)
{
    struct checkpoint_reader *reader = mem_new(1, sizeof *reader);
    if (reader == NULL)
        return error_memory(err, sizeof *reader);
    enum status status = checkpoint_reader_open(reader, folder, &run_checkpoint, err);
    if (status == OK) {
        *ret_warning = reader->warning;
        status = read_body(reader, class, folder, ret_checkpoint, err);
        checkpoint_reader_close(reader);
    }
    mem_free(reader);
    return status;
}
