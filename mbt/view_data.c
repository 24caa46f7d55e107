/* SPDX-License-Identifier: Apache-2.0 */
#include "mbt/view_data.h"

#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

/* --- strings --- */

void view_json_bytes(struct buffer *out, const char *text, size_t length)
{
    struct buffer json;
    buffer_init(&json);
    buffer_json_bytes(&json, text, length);
    buffer_script(out, json.text, json.length);
    out->failed = out->failed || json.failed;
    buffer_release(&json);
}

void view_json_string(struct buffer *out, const char *text)
{
    if (text == NULL)
        buffer_string(out, "null");
    else
        view_json_bytes(out, text, strlen(text));
}

static void member(struct buffer *out, const char *key, const char *text)
{
    buffer_format(out, ",\"%s\":", key);
    view_json_string(out, text);
}

/* --- states --- */

static void write_states(struct buffer *out, const struct story *story)
{
    buffer_string(out, ",\n\"states\":[\n");
    for (size_t s = 0; s < story->state_count; s++) {
        const struct story_state *state = &story->states[s];
        buffer_string(out, s == 0 ? "{\"t\":" : ",\n{\"t\":");
        view_json_string(out, state->tag);
        member(out, "w", state->words);
        if (state->changes_text != NULL)
            member(out, "x", state->changes_text);
        if (story->narrator != NULL)
            story->narrator->write_page_state(story, s, out);
        buffer_char(out, '}');
    }
    buffer_char(out, ']');
}

/* --- a trace --- */

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash == NULL ? path : slash + 1;
}

static void write_head(struct buffer *out, const struct story *story)
{
    const struct itf_trace *itf = story->itf;
    struct buffer instance;
    buffer_init(&instance);
    model_print_instance(story->model, &instance);
    buffer_string(out, "{\"name\":");
    view_json_string(out, base_name(itf->file));
    member(out, "file", itf->file);
    buffer_format(out, ",\"index\":%zu", itf->index);
    member(out, "instance", instance.text);
    member(out, "source", itf->head.source);
    /* A string: JavaScript's numbers lose digits of 64 bits. */
    if (itf->head.has_trace_seed)
        buffer_format(out, ",\"seed\":\"%" PRIu64 "\"", itf->head.trace_seed);
    if (story->property != PROPERTY_NONE) {
        const struct property *property = &story->model->class->properties[story->property];
        member(out, "property", property->name);
        member(out, "kind", property->kind == PROPERTY_INVARIANT ? "invariant" : "example");
        buffer_format(out, ",\"at\":%zu", story->property_state);
        member(out, "outcome", story->outcome);
    }
    if (story->turn.found) {
        buffer_format(out, ",\"turn\":{\"at\":%zu", story->turn.state);
        member(out, "words", story->turn.words);
        buffer_char(out, '}');
    }
    if (!story_agrees(story))
        member(out, "departs", story->report.message);
    buffer_release(&instance);
}

static void write_finding(struct buffer *out, const struct view_finding *finding)
{
    buffer_string(out, ",\"finding\":{\"shape\":");
    view_json_string(out, finding->shape);
    member(out, "text", finding->shape_text);
    if (finding->has_sample)
        buffer_format(out, ",\"sample\":%.0f", finding->sample);
    if (finding->has_hits)
        buffer_format(out, ",\"hits\":%.0f", finding->hits);
    buffer_char(out, '}');
}

static void write_verdict(struct buffer *out, const struct view_verdict *verdict)
{
    buffer_string(out, ",\"system\":{\"verdict\":");
    view_json_string(out, verdict->verdict);
    if (verdict->has_fail_state)
        buffer_format(out, ",\"fail\":%zu", verdict->fail_state);
    member(out, "action", verdict->fail_action);
    member(out, "message", verdict->message);
    buffer_string(out, ",\"differences\":[");
    for (size_t i = 0; i < VIEW_DIFFERENCES_MAX && verdict->differences[i] != NULL; i++) {
        buffer_string(out, i == 0 ? "" : ",");
        view_json_string(out, verdict->differences[i]);
    }
    buffer_string(out, "]}");
}

void view_data_trace(struct buffer *out, const struct story *story, const struct view_finding *finding,
                     const struct view_verdict *verdict)
{
    assert(story->state_count > 0 && story->states != NULL);
    write_head(out, story);
    if (finding != NULL)
        write_finding(out, finding);
    if (verdict != NULL)
        write_verdict(out, verdict);
    if (story->narrator != NULL)
        story->narrator->write_page(story, out);
    write_states(out, story);
    buffer_char(out, '}');
}
