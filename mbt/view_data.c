#include "mbt/view_data.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

/* --- strings --- */

static void json_bytes(struct buffer *out, const char *text, size_t length)
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
        json_bytes(out, text, strlen(text));
}

static void json_value(struct buffer *out, const struct value *string)
{
    if (string == NULL || string->kind != VALUE_STRING)
        buffer_string(out, "null");
    else
        json_bytes(out, string->text, string->count);
}

static void member(struct buffer *out, const char *key, const char *text)
{
    buffer_format(out, ",\"%s\":", key);
    view_json_string(out, text);
}

/* --- records --- */

/* All records that are ever in the zone: sorted and each once, so that an index stands for a record. */
struct catalogue {
    const struct value **records;
    size_t count, capacity;
    bool failed;
};

static int compare_records(const void *a, const void *b)
{
    return value_compare(*(const struct value *const *)a, *(const struct value *const *)b);
}

static void catalogue_add(struct catalogue *catalogue, const struct value *record)
{
    void *records = catalogue->records;
    if (catalogue->failed || mem_reserve(&records, &catalogue->capacity, catalogue->count + 1,
                                         sizeof(const struct value *)) != OK) {
        catalogue->failed = true;
        return;
    }
    catalogue->records = records;
    catalogue->records[catalogue->count++] = record;
}

static void catalogue_fill(struct catalogue *catalogue, const struct story *story)
{
    for (size_t i = 0; i < story->states[0].zone->count; i++)
        catalogue_add(catalogue, &story->states[0].zone->items[i]);
    for (size_t s = 1; s < story->state_count; s++) {
        const struct story_state *state = &story->states[s];
        for (size_t c = 0; c < state->change_count; c++) {
            for (size_t i = 0; i < state->changes[c].after_count; i++)
                catalogue_add(catalogue, state->changes[c].after[i]);
        }
    }
    if (catalogue->failed || catalogue->count == 0)
        return;
    qsort(catalogue->records, catalogue->count, sizeof(const struct value *), compare_records);
    size_t unique = 1;
    for (size_t i = 1; i < catalogue->count; i++) {
        if (value_compare(catalogue->records[unique - 1], catalogue->records[i]) != 0)
            catalogue->records[unique++] = catalogue->records[i];
    }
    catalogue->count = unique;
}

static size_t catalogue_index(const struct catalogue *catalogue, const struct value *record)
{
    const struct value **found =
        bsearch(&record, catalogue->records, catalogue->count, sizeof(const struct value *), compare_records);
    return found == NULL ? 0 : (size_t)(found - catalogue->records);
}

static void write_records(struct buffer *out, const struct catalogue *catalogue)
{
    buffer_string(out, ",\n\"records\":[");
    for (size_t i = 0; i < catalogue->count; i++) {
        const struct value *record = catalogue->records[i];
        buffer_string(out, i == 0 ? "[" : ",[");
        json_value(out, story_record_kind(record));
        buffer_char(out, ',');
        json_value(out, story_record_name(record));
        buffer_char(out, ',');
        json_value(out, story_record_target(record));
        buffer_format(out, ",%" PRId64 "]", story_record_number(record));
    }
    buffer_char(out, ']');
}

/* --- the cast --- */

/* BALANCER_NAMES of the plans that were published: which address is behind which balancer. */
static void write_pairs(struct buffer *out, const struct story *story)
{
    const struct value *names = value_field(&story->itf->parameters, "BALANCER_NAMES");
    bool any = false;
    buffer_string(out, ",\n\"pairs\":[");
    for (size_t p = 0; p < story->plan_count; p++) {
        const struct value *creates = story->plans[p].creates;
        for (size_t i = 0; i < creates->count; i++) {
            const struct value *kind = story_record_kind(&creates->items[i]);
            const struct value *address = story_record_target(&creates->items[i]);
            if (kind == NULL || address == NULL || !value_is_string(kind, "A"))
                continue;
            const struct value key[] = {*story->plans[p].name, *address};
            const struct value tuple = value_tuple(key, 2);
            buffer_string(out, any ? ",[" : "[");
            json_value(out, value_lookup(names, &tuple));
            buffer_char(out, ',');
            json_value(out, address);
            buffer_char(out, ']');
            any = true;
        }
    }
    buffer_char(out, ']');
}

static void write_cast(struct buffer *out, const struct story *story)
{
    buffer_string(out, ",\"root\":");
    json_value(out, story->root_name);
    buffer_string(out, ",\"rollbackName\":");
    json_value(out, story->rollback_name);
    buffer_string(out, ",\"lock\":");
    json_value(out, story->lock_name);
    buffer_format(out, ",\"age\":%" PRId64 ",\"deployers\":[", story->max_plan_age);
    for (size_t d = 0; d < story->deployer_count; d++) {
        buffer_string(out, d == 0 ? "" : ",");
        json_value(out, story->deployers[d]);
    }
    buffer_string(out, "],\"plans\":[");
    for (size_t p = 0; p < story->plan_count; p++) {
        buffer_string(out, p == 0 ? "[" : ",[");
        json_value(out, story->plans[p].name);
        buffer_format(out, ",%zu]", story->plans[p].state);
    }
    buffer_char(out, ']');
    write_pairs(out, story);
}

/* --- states --- */

static void write_indices(struct buffer *out, const struct story_state *state,
                          const struct catalogue *catalogue, bool added)
{
    bool any = false;
    for (size_t c = 0; c < state->change_count; c++) {
        const struct story_change *change = &state->changes[c];
        const size_t count = added ? change->after_count : change->before_count;
        for (size_t i = 0; i < count; i++) {
            const struct value *record = added ? change->after[i] : change->before[i];
            buffer_format(out, "%s%zu",
                          any     ? ","
                          : added ? ",\"a\":["
                                  : ",\"r\":[",
                          catalogue_index(catalogue, record));
            any = true;
        }
    }
    if (any)
        buffer_char(out, ']');
}

static void write_initial_zone(struct buffer *out, const struct story_state *state,
                               const struct catalogue *catalogue)
{
    buffer_string(out, ",\"a\":[");
    for (size_t i = 0; i < state->zone->count; i++)
        buffer_format(out, "%s%zu", i == 0 ? "" : ",", catalogue_index(catalogue, &state->zone->items[i]));
    buffer_char(out, ']');
}

static bool same_pointer(const struct story_pointer *a, const struct story_pointer *b)
{
    return a->plan == b->plan && a->resolves == b->resolves;
}

static void write_counters(struct buffer *out, const struct story *story, size_t s)
{
    const struct story_deployer *now = story->states[s].deployers;
    const struct story_deployer *before = s == 0 ? NULL : story->states[s - 1].deployers;
    bool counters_differ = before == NULL, views_differ = before == NULL;
    uint64_t fresh = 0;
    for (size_t d = 0; d < story->deployer_count; d++) {
        counters_differ = counters_differ || now[d].next != before[d].next;
        views_differ = views_differ || now[d].fresh != before[d].fresh;
        fresh |= (uint64_t)now[d].fresh << d;
    }
    if (counters_differ) {
        buffer_string(out, ",\"n\":[");
        for (size_t d = 0; d < story->deployer_count; d++)
            buffer_format(out, "%s%" PRId64, d == 0 ? "" : ",", now[d].next);
        buffer_char(out, ']');
    }
    if (views_differ)
        buffer_format(out, ",\"f\":%" PRIu64, fresh);
}

static void write_dns_state(struct buffer *out, const struct story *story, const struct catalogue *catalogue,
                            size_t s)
{
    const struct story_state *state = &story->states[s];
    const struct story_state *before = s == 0 ? NULL : &story->states[s - 1];
    if (state->deployer != STORY_NOBODY)
        buffer_format(out, ",\"d\":%zu", state->deployer);
    if (s == 0) {
        write_initial_zone(out, state, catalogue);
    } else {
        write_indices(out, state, catalogue, true);
        write_indices(out, state, catalogue, false);
    }
    write_counters(out, story, s);
    if (before == NULL || !same_pointer(&state->root, &before->root) ||
        !same_pointer(&state->rollback, &before->rollback))
        buffer_format(out, ",\"p\":[%d,%d,%d,%d]", state->root.plan, state->root.resolves,
                      state->rollback.plan, state->rollback.resolves);
    if (state->installs_stale)
        buffer_string(out, ",\"s\":1");
}

static void write_states(struct buffer *out, const struct story *story, const struct catalogue *catalogue)
{
    buffer_string(out, ",\n\"states\":[\n");
    for (size_t s = 0; s < story->state_count; s++) {
        const struct story_state *state = &story->states[s];
        buffer_string(out, s == 0 ? "{\"t\":" : ",\n{\"t\":");
        view_json_string(out, state->tag);
        member(out, "w", state->words);
        if (state->changes_text != NULL)
            member(out, "x", state->changes_text);
        if (story->is_dns)
            write_dns_state(out, story, catalogue, s);
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
        buffer_format(out, ",\"rollback\":%s", story->of_rollback ? "true" : "false");
    }
    if (story->no_return.found) {
        buffer_format(out, ",\"turn\":{\"at\":%zu,\"by\":\"%s\"", story->no_return.state,
                      story->no_return.kind == STORY_BY_CLEANUP ? "cleanup" : "deploy");
        member(out, "words", story->no_return.words);
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

static void write_lab(struct buffer *out, const struct view_lab *lab)
{
    buffer_string(out, ",\"lab\":{\"verdict\":");
    view_json_string(out, lab->verdict);
    if (lab->has_fail_state)
        buffer_format(out, ",\"fail\":%zu", lab->fail_state);
    member(out, "action", lab->fail_action);
    member(out, "message", lab->message);
    buffer_string(out, ",\"differences\":[");
    for (size_t i = 0; i < VIEW_DIFFERENCES_MAX && lab->differences[i] != NULL; i++) {
        buffer_string(out, i == 0 ? "" : ",");
        view_json_string(out, lab->differences[i]);
    }
    buffer_string(out, "]}");
}

void view_data_trace(struct buffer *out, const struct story *story, const struct view_finding *finding,
                     const struct view_lab *lab)
{
    struct catalogue catalogue = {.count = 0};
    if (story->is_dns)
        catalogue_fill(&catalogue, story);
    out->failed = out->failed || catalogue.failed;
    write_head(out, story);
    if (finding != NULL)
        write_finding(out, finding);
    if (lab != NULL)
        write_lab(out, lab);
    buffer_format(out, ",\"dns\":%s", story->is_dns ? "true" : "false");
    if (story->is_dns && !catalogue.failed) {
        write_cast(out, story);
        write_records(out, &catalogue);
    }
    if (!catalogue.failed)
        write_states(out, story, &catalogue);
    buffer_char(out, '}');
    mem_free(catalogue.records);
}
