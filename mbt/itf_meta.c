/* SPDX-License-Identifier: Apache-2.0 */
#include "mbt/itf_meta.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static const char *const meta_names[META_COUNT] = {
    [META_SOURCE] = "source",        [META_TRACE_SEED] = "trace_seed", [META_MAX_STEPS] = "max_steps",
    [META_KIND] = "predicate_kind",  [META_NAME] = "predicate_name",   [META_VIOLATION] = "violation_step",
    [META_EXAMPLE] = "example_step", [META_GUARDS] = "guards",         [META_LOCKSTEP] = "lockstep",
    [META_MODEL] = "model",          [META_STATUS] = "status",
};

enum status itf_meta_scan(struct json_cursor *cursor, struct itf_meta *meta, struct error *err)
{
    enum status status = json_open(cursor, '{', "#meta", err);
    while (status == OK) {
        struct json_slice key, value;
        bool found = false;
        status = json_next_member(cursor, &key, &found, err);
        if (status != OK || !found)
            break;
        status = json_skip(cursor, &value, err);
        for (size_t i = 0; status == OK && i < META_COUNT; i++) {
            if (!json_key_is(&key, meta_names[i]))
                continue;
            if (meta->texts[i].bytes != NULL)
                return error_set(err, ERR_DATA, "#meta: %s is there twice", meta_names[i]);
            meta->texts[i] = value;
        }
    }
    for (size_t i = 0; status == OK && i < META_COUNT; i++) {
        if (meta->texts[i].bytes != NULL && json_slice_is_null(&meta->texts[i]))
            meta->texts[i] = (struct json_slice){0};
    }
    return status;
}

static enum status read_text(struct json_decoder *decoder, const struct json_slice *text, const char *name,
                             const char **ret_text, struct error *err)
{
    struct value value;
    const enum status status = json_decode(decoder, text, &value, err);
    if (status != OK)
        return error_prefix(err, status, "#meta: %s: ", name);
    if (value.kind != VALUE_STRING)
        return error_set(err, ERR_DATA, "#meta: %s: a string expected", name);
    *ret_text = value.text;
    return OK;
}

static enum status read_natural(const struct json_slice *text, const char *name, uint64_t *ret_number,
                                struct error *err)
{
    if (json_slice_natural(text, ret_number))
        return OK;
    return error_set(err, ERR_DATA, "#meta: %s: an integer from 0 to %" PRId64 " expected, found %.*s", name,
                     INT64_MAX, text->length < 60 ? (int)text->length : 60, text->bytes);
}

static enum status read_guards(const struct model_class *class, struct json_decoder *decoder,
                               const struct json_slice *text, struct itf_trace *trace, struct error *err)
{
    struct value names;
    const enum status status = json_decode(decoder, text, &names, err);
    if (status != OK)
        return error_prefix(err, status, "#meta: guards: ");
    if (names.kind != VALUE_LIST)
        return error_set(err, ERR_DATA, "#meta: guards: an array of names expected");
    for (size_t i = 0; i < names.count; i++) {
        const struct value *name = &names.items[i];
        const int guard = name->kind == VALUE_STRING ? model_find_guard(class, name->text) : PROPERTY_NONE;
        if (guard < 0) {
            struct buffer shown;
            buffer_init(&shown);
            value_print(&shown, name, 60);
            (void)error_set(err, ERR_DATA, "#meta: guards: %s has no guard %s", class->name, shown.text);
            buffer_release(&shown);
            return ERR_DATA;
        }
        trace->guards |= UINT32_C(1) << guard;
    }
    return OK;
}

static enum status read_claimed_state(const struct itf_meta *meta, enum meta_key key,
                                      const struct itf_trace *trace, size_t *ret_state, struct error *err)
{
    uint64_t state = 0;
    const enum status status = read_natural(&meta->texts[key], meta_names[key], &state, err);
    if (status != OK)
        return status;
    if (state >= trace->state_count)
        return error_set(err, ERR_DATA, "#meta: %s: %" PRIu64 ", but the last state is %zu", meta_names[key],
                         state, trace->state_count - 1);
    *ret_state = (size_t)state;
    return OK;
}

/* Of a property of a model that is not known. */
static enum status read_violation(const struct itf_meta *meta, struct itf_trace *trace, struct error *err)
{
    if (meta->texts[META_VIOLATION].bytes == NULL)
        return OK;
    return read_claimed_state(meta, META_VIOLATION, trace, &trace->violation, err);
}

bool itf_meta_is_violation(const struct itf_meta *meta)
{
    static const char text[] = "\"violation\"";
    const struct json_slice *status = &meta->texts[META_STATUS];
    return status->length == sizeof text - 1 && memcmp(status->bytes, text, sizeof text - 1) == 0;
}

/* What the trace claims to show: name, kind and state of a property. A name without a state is no claim:
 * wunderspec replay writes it for the property that it looked for, and the state only when one shows it. */
static enum status read_claim(const struct itf_meta *meta, const struct model_class *class,
                              struct json_decoder *decoder, struct itf_trace *trace, struct error *err)
{
    const char *kind = NULL;
    enum status status = OK;
    if (meta->texts[META_NAME].bytes == NULL)
        return OK;
    status = read_text(decoder, &meta->texts[META_NAME], "predicate_name", &trace->property_name, err);
    if (status == OK && meta->texts[META_KIND].bytes != NULL)
        status = read_text(decoder, &meta->texts[META_KIND], "predicate_kind", &kind, err);
    if (status != OK)
        return status;
    const int index = class != NULL ? model_find_property(class, trace->property_name) : PROPERTY_NONE;
    if (index < 0) {
        trace->property_unknown = true;
        return class == NULL ? read_violation(meta, trace, err) : OK;
    }
    const bool is_invariant = class->properties[index].kind == PROPERTY_INVARIANT;
    const char *expected = is_invariant ? "invariant" : "example";
    if (kind != NULL && strcmp(kind, expected) != 0)
        return error_set(err, ERR_DATA, "#meta: predicate_kind: \"%s\" expected for %s", expected,
                         trace->property_name);
    const enum meta_key key = is_invariant ? META_VIOLATION : META_EXAMPLE;
    if (meta->texts[key].bytes == NULL)
        return OK; /* was looked for, and no state shows it */
    status = read_claimed_state(meta, key, trace, &trace->head.property_state, err);
    if (status == OK)
        trace->head.property = index;
    if (status == OK && is_invariant)
        trace->violation = trace->head.property_state;
    return status;
}

static enum status read_extras(struct json_decoder *decoder, const struct json_slice *text,
                               struct itf_trace *trace, struct error *err)
{
    const enum status status = json_decode(decoder, text, &trace->extras, err);
    if (status != OK)
        return error_prefix(err, status, "#meta: lockstep: ");
    if (trace->extras.kind != VALUE_LIST)
        return error_set(err, ERR_DATA, "#meta: lockstep: an array of objects expected");
    trace->is_lockstep = true;
    return OK;
}

enum status itf_meta_check_model(const struct itf_meta *meta, const struct model_class *class,
                                 struct json_decoder *decoder, enum status status, struct error *err)
{
    const char *name = NULL;
    struct error ignored;
    if (meta->texts[META_MODEL].bytes == NULL ||
        read_text(decoder, &meta->texts[META_MODEL], "model", &name, &ignored) != OK ||
        strcmp(name, class->name) == 0)
        return status;
    return error_set(err, ERR_DATA,
                     "it is a trace of the model %.64s, and this is %s: name that model's file by --model",
                     name, class->name);
}

enum status itf_meta_read(const struct itf_meta *meta, const struct model_class *class,
                          struct json_decoder *decoder, struct itf_trace *trace, struct error *err)
{
    const struct json_slice *texts = meta->texts;
    enum status status = OK;
    if (texts[META_SOURCE].bytes != NULL) {
        const char *source = "";
        status = read_text(decoder, &texts[META_SOURCE], "source", &source, err);
        if (status == OK)
            (void)snprintf(trace->head.source, sizeof trace->head.source, "%s", source);
    }
    if (status == OK && texts[META_TRACE_SEED].bytes != NULL) {
        status = read_natural(&texts[META_TRACE_SEED], "trace_seed", &trace->head.trace_seed, err);
        trace->head.has_trace_seed = true;
    }
    if (status == OK && texts[META_MAX_STEPS].bytes != NULL)
        status = read_natural(&texts[META_MAX_STEPS], "max_steps", &trace->head.max_steps, err);
    if (status == OK && texts[META_GUARDS].bytes != NULL && class != NULL)
        status = read_guards(class, decoder, &texts[META_GUARDS], trace, err);
    if (status == OK && texts[META_LOCKSTEP].bytes != NULL)
        status = read_extras(decoder, &texts[META_LOCKSTEP], trace, err);
    return status == OK ? read_claim(meta, class, decoder, trace, err) : status;
}
