/* SPDX-License-Identifier: Apache-2.0 */
#include "cluster/message.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "cluster/state_codec.h"
#include "search/make_finding.h"

static void begin(struct buffer *out, enum message_kind kind, size_t fields)
{
    pack_array(out, 3 + fields); /* with the seal */
    pack_uint(out, MESSAGE_VERSION);
    pack_uint(out, kind);
}

static void pack_range(const struct message_range *range, struct buffer *out)
{
    pack_uint(out, range->epoch);
    pack_uint(out, range->first);
    pack_uint(out, range->count);
    pack_uint(out, range->max_steps);
}

void message_encode_assign(const struct message_assign *assign, struct buffer *out)
{
    assert(assign->range.count > 0 && assign->known_count <= RUN_FINDINGS_MAX);
    begin(out, MESSAGE_ASSIGN, 5);
    pack_range(&assign->range, out);
    pack_array(out, assign->known_count);
    for (size_t i = 0; i < assign->known_count; i++)
        pack_uint(out, assign->known[i]);
    pack_seal(out);
}

void message_encode_beat(bool signalled, struct buffer *out)
{
    begin(out, MESSAGE_BEAT, 1);
    pack_bool(out, signalled);
    pack_seal(out);
}

void message_encode_fail(enum status status, const char *text, struct buffer *out)
{
    assert(status != OK);
    begin(out, MESSAGE_FAIL, 2);
    pack_uint(out, status);
    pack_text(out, text);
    pack_seal(out);
}

void message_encode_stop(struct buffer *out)
{
    begin(out, MESSAGE_STOP, 0);
    pack_seal(out);
}

void message_encode_bye(const struct message_bye *bye, struct buffer *out)
{
    begin(out, MESSAGE_BYE, 3);
    pack_uint(out, bye->messages);
    pack_uint(out, bye->bytes);
    pack_real(out, bye->busy);
    pack_seal(out);
}

/* --- results --- */

static enum status encode_hit(const struct run_config *config, const struct walk_hit *hit, struct buffer *out,
                              struct error *err)
{
    struct finding *finding = NULL;
    enum status status = finding_of_hit(config, hit, &finding, err);
    if (status != OK)
        return status;
    struct buffer text;
    buffer_init(&text);
    status = finding_encode(config->model, finding, &text, err);
    pack_array(out, 4);
    pack_uint(out, hit->length);
    pack_uint(out, hit->properties);
    pack_uint(out, hit->shape);
    pack_bytes(out, text.text, text.length);
    buffer_release(&text);
    finding_free(finding);
    return status;
}

enum status message_encode_result(const struct run_config *config, const struct message_result *result,
                                  struct buffer *out, struct error *err)
{
    enum status status = OK;
    begin(out, MESSAGE_RESULT, 6);
    pack_range(&result->range, out);
    pack_real(out, result->seconds);
    pack_array(out, result->pieces.count);
    for (size_t i = 0; i < result->pieces.count && status == OK; i++) {
        const struct piece *piece = &result->pieces.list[i];
        assert(piece->count > 0 && piece->first >= result->range.first);
        pack_array(out, 5);
        pack_uint(out, piece->count);
        tally_encode(&piece->tally, out);
        shapes_encode(piece->shapes, piece->shape_count, out);
        lengths_encode(piece->lengths, out);
        if (piece->has_hit)
            status = encode_hit(config, &piece->hit, out, err);
        else
            pack_nil(out);
    }
    pack_seal(out);
    return status == OK ? buffer_status(out, err) : status;
}

/* Reads a piece's last field: its hit, with the finding, which must agree with it. */
static enum status decode_hit(const struct run_config *config, struct unpack *in, uint32_t max_steps,
                              struct piece *piece, struct error *err)
{
    if (unpack_is_nil(in))
        return OK;
    if (unpack_array(in, 4, 1) != 4)
        unpack_fail(in, "a hit");
    struct walk_hit *hit = &piece->hit;
    hit->sample = piece->first + piece->count - 1;
    hit->length = (uint32_t)unpack_uint(in, max_steps);
    hit->properties = (uint32_t)unpack_uint(in, UINT32_MAX);
    hit->shape = unpack_uint(in, UINT64_MAX);
    size_t length = 0;
    const uint8_t *bytes = unpack_bytes(in, &length);
    if (bytes == NULL)
        return OK;
    struct finding *finding = NULL;
    const enum status status = finding_decode(config->model, bytes, length, &finding, err);
    if (status != OK)
        return status;
    const struct trace *trace = &finding->trace;
    if (config->goal == RUN_COUNT || !finding->has_sample || finding->sample != hit->sample ||
        !trace->has_trace_seed || trace->trace_seed != trace_seed_of(config->seed, hit->sample) ||
        trace->property_state != hit->length || (hit->properties & ~config->properties) != 0 ||
        (hit->properties >> trace->property & 1) == 0 ||
        (config->goal == RUN_SHAPES && finding->shape.id != hit->shape))
        unpack_fail(in, "the finding of its walk");
    finding_free(finding);
    piece->has_hit = true;
    return OK;
}

static enum status decode_piece(const struct run_config *config, struct unpack *in, uint32_t max_steps,
                                struct piece *piece, struct error *err)
{
    struct run_shape shapes[RUN_FINDINGS_MAX];
    if (unpack_array(in, 5, 1) != 5)
        unpack_fail(in, "a piece");
    piece->count = unpack_uint(in, config->max_samples);
    tally_decode(in, piece->count, max_steps, &piece->tally);
    const size_t count = shapes_decode(in, shapes);
    uint64_t hits = 0;
    for (size_t i = 0; i < count; i++) {
        hits += shapes[i].hits;
        if (piece_count_shape(piece, shapes[i].id, shapes[i].hits) != OK)
            return error_memory(err, count * sizeof shapes[0]);
    }
    lengths_decode(in, piece->tally.ended, piece->lengths);
    if (piece->count == 0 || (config->goal == RUN_SHAPES ? hits != piece->tally.ended : hits != 0))
        unpack_fail(in, "a piece whose numbers agree");
    if (in->wrong != NULL)
        return OK;
    return decode_hit(config, in, max_steps, piece, err);
}

static enum status decode_pieces(const struct run_config *config, struct unpack *in,
                                 struct message_result *result, struct error *err)
{
    enum status status = OK;
    const struct message_range *range = &result->range;
    assert(result->pieces.count == 0);
    uint64_t first = range->first;
    uint32_t max_steps = range->max_steps;
    const size_t count = unpack_array(in, RUN_FINDINGS_MAX * 2, 4);
    for (size_t i = 0; i < count && in->wrong == NULL && status == OK; i++) {
        struct piece *piece = pieces_add(&result->pieces, first);
        if (piece == NULL)
            return error_memory(err, sizeof *piece);
        status = decode_piece(config, in, max_steps, piece, err);
        first += piece->count;
        if (piece->count > range->count || first > range->first + range->count)
            unpack_fail(in, "no more walks than were asked for");
        if (config->goal == RUN_SHORTEST && piece->has_hit)
            max_steps = piece->hit.length > 0 ? piece->hit.length - 1 : 0;
    }
    return status;
}

/* --- decoding --- */

static const char *const kind_names[] = {"an assignment", "a result", "a heartbeat",
                                         "a failure",     "a stop",   "a goodbye"};
static const size_t kind_fields[] = {5, 6, 1, 2, 0, 3};

/* Opens a message of a kind: the seal and the head are read. */
static void open_message(struct unpack *in, const void *bytes, size_t length, enum message_kind kind)
{
    unpack_sealed(in, bytes, length);
    /* The seal, the array's last element, is no longer among the bytes. */
    if (unpack_array(in, 16, 0) != 3 + kind_fields[kind])
        unpack_fail(in, "the fields of its kind");
    if (unpack_uint(in, UINT64_MAX) != MESSAGE_VERSION)
        unpack_fail(in, "version 2 of the format");
    if (unpack_uint(in, MESSAGE_BYE) != kind)
        unpack_fail(in, kind_names[kind]);
}

enum status message_kind_of(const void *bytes, size_t length, enum message_kind *ret_kind, struct error *err)
{
    struct unpack in;
    unpack_sealed(&in, bytes, length);
    (void)unpack_array(&in, 16, 0);
    if (unpack_uint(&in, UINT64_MAX) != MESSAGE_VERSION)
        unpack_fail(&in, "version 2 of the format");
    const uint64_t kind = unpack_uint(&in, MESSAGE_BYE);
    if (in.wrong != NULL)
        return error_set(err, ERR_DATA, "a message: expected %s", in.wrong);
    *ret_kind = (enum message_kind)kind;
    return OK;
}

enum status message_decode_assign(const void *bytes, size_t length, struct message_assign *ret_assign,
                                  struct error *err)
{
    struct unpack in;
    open_message(&in, bytes, length, MESSAGE_ASSIGN);
    ret_assign->range.epoch = unpack_uint(&in, UINT64_MAX);
    ret_assign->range.first = unpack_uint(&in, INT64_MAX);
    ret_assign->range.count = unpack_uint(&in, INT64_MAX);
    ret_assign->range.max_steps = (uint32_t)unpack_uint(&in, UINT32_MAX);
    ret_assign->known_count = unpack_array(&in, RUN_FINDINGS_MAX, 1);
    for (size_t i = 0; i < ret_assign->known_count; i++)
        ret_assign->known[i] = unpack_uint(&in, UINT64_MAX);
    return unpack_done(&in, kind_names[MESSAGE_ASSIGN], err);
}

enum status message_decode_result(const struct run_config *config, const void *bytes, size_t length,
                                  struct message_result *ret_result, struct error *err)
{
    struct unpack in;
    open_message(&in, bytes, length, MESSAGE_RESULT);
    struct message_range *range = &ret_result->range;
    range->epoch = unpack_uint(&in, UINT64_MAX);
    range->first = unpack_uint(&in, config->max_samples);
    range->count = unpack_uint(&in, config->max_samples - range->first);
    range->max_steps = (uint32_t)unpack_uint(&in, config->max_steps);
    ret_result->seconds = unpack_real(&in);
    const enum status status = decode_pieces(config, &in, ret_result, err);
    return status != OK ? status : unpack_done(&in, kind_names[MESSAGE_RESULT], err);
}

enum status message_decode_beat(const void *bytes, size_t length, bool *ret_signalled, struct error *err)
{
    struct unpack in;
    open_message(&in, bytes, length, MESSAGE_BEAT);
    *ret_signalled = unpack_bool(&in);
    return unpack_done(&in, kind_names[MESSAGE_BEAT], err);
}

enum status message_decode_fail(const void *bytes, size_t length, enum status *ret_status, char *ret_text,
                                struct error *err)
{
    struct unpack in;
    open_message(&in, bytes, length, MESSAGE_FAIL);
    *ret_status = (enum status)unpack_uint(&in, ERR_STOPPED);
    unpack_text(&in, ret_text, ERROR_TEXT_MAX);
    if (*ret_status == OK)
        unpack_fail(&in, "a failure");
    return unpack_done(&in, kind_names[MESSAGE_FAIL], err);
}

enum status message_decode_bye(const void *bytes, size_t length, struct message_bye *ret_bye,
                               struct error *err)
{
    struct unpack in;
    open_message(&in, bytes, length, MESSAGE_BYE);
    ret_bye->messages = unpack_uint(&in, UINT64_MAX);
    ret_bye->bytes = unpack_uint(&in, UINT64_MAX);
    ret_bye->busy = unpack_real(&in);
    return unpack_done(&in, kind_names[MESSAGE_BYE], err);
}
