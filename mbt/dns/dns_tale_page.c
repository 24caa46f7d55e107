/* SPDX-License-Identifier: Apache-2.0 */
/* A tale as the page's JSON, beside what every story has there (mbt/view_data.h). The keys of a trace:
 *   root, rollbackName, lock, age, deployers, plans ([name, state that published it])
 *   records                 [kind, name, target, number]: every record that is ever in the zone
 *   pairs                   [balancer, its address]
 * Of a state: d deployer (index); and where they differ from the state before: a and r records that were added
 * and removed (indices), n counters, f views that are fresh (bits), p [plan of root, resolves, plan of rollback,
 * resolves] (-1: plan-init, -2: none); s: 1 when a stale plan is installed. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "mbt/dns/dns_tale.h"
#include "mbt/view.h"

static void json_value(struct buffer *out, const struct value *string)
{
    if (string == NULL || string->kind != VALUE_STRING)
        buffer_string(out, "null");
    else
        view_json_bytes(out, string->text, string->count);
}

/* --- records --- */

static int compare_records(const void *a, const void *b)
{
    return value_compare(*(const struct value *const *)a, *(const struct value *const *)b);
}

/* Finds all records that are ever in the zone: sorted and each once, so that an index stands for a record.
 * False when there is no memory. */
static bool make_catalogue(struct dns_tale *tale)
{
    const struct value *zone = tale->states[0].zone;
    size_t count = 0, max = zone->count;
    for (size_t s = 1; s < tale->story->state_count; s++) {
        for (size_t c = 0; c < tale->states[s].change_count; c++)
            max += tale->states[s].changes[c].after_count;
    }
    const struct value **records = arena_new(&tale->story->arena, max, sizeof(const struct value *));
    if (records == NULL)
        return false;
    for (size_t i = 0; i < zone->count; i++)
        records[count++] = &zone->items[i];
    for (size_t s = 1; s < tale->story->state_count; s++) {
        for (size_t c = 0; c < tale->states[s].change_count; c++) {
            for (size_t i = 0; i < tale->states[s].changes[c].after_count; i++)
                records[count++] = tale->states[s].changes[c].after[i];
        }
    }
    qsort(records, count, sizeof(const struct value *), compare_records);
    size_t unique = count > 0;
    for (size_t i = 1; i < count; i++) {
        if (value_compare(records[unique - 1], records[i]) != 0)
            records[unique++] = records[i];
    }
    tale->records = records;
    tale->record_count = unique;
    return true;
}

static size_t record_index(const struct dns_tale *tale, const struct value *record)
{
    const struct value **found =
        bsearch(&record, tale->records, tale->record_count, sizeof(const struct value *), compare_records);
    return found == NULL ? 0 : (size_t)(found - tale->records);
}

static void write_records(struct buffer *out, const struct dns_tale *tale)
{
    buffer_string(out, ",\n\"records\":[");
    for (size_t i = 0; i < tale->record_count; i++) {
        const struct value *record = tale->records[i];
        buffer_string(out, i == 0 ? "[" : ",[");
        json_value(out, tale_record_kind(record));
        buffer_char(out, ',');
        json_value(out, tale_record_name(record));
        buffer_char(out, ',');
        json_value(out, tale_record_target(record));
        buffer_format(out, ",%" PRId64 "]", tale_record_number(record));
    }
    buffer_char(out, ']');
}

/* --- the cast --- */

/* BALANCER_NAMES of the plans that were published: which address is behind which balancer. */
static void write_pairs(struct buffer *out, const struct dns_tale *tale)
{
    const struct value *names = value_field(&tale->story->itf->parameters, "BALANCER_NAMES");
    bool any = false;
    buffer_string(out, ",\n\"pairs\":[");
    for (size_t p = 0; p < tale->plan_count; p++) {
        const struct value *creates = tale->plans[p].creates;
        for (size_t i = 0; i < creates->count; i++) {
            const struct value *kind = tale_record_kind(&creates->items[i]);
            const struct value *address = tale_record_target(&creates->items[i]);
            if (kind == NULL || address == NULL || !value_is_string(kind, "A"))
                continue;
            const struct value key[] = {*tale->plans[p].name, *address};
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

static void write_cast(struct buffer *out, const struct dns_tale *tale)
{
    buffer_string(out, ",\"root\":");
    json_value(out, tale->root_name);
    buffer_string(out, ",\"rollbackName\":");
    json_value(out, tale->rollback_name);
    buffer_string(out, ",\"lock\":");
    json_value(out, tale->lock_name);
    buffer_format(out, ",\"age\":%" PRId64 ",\"deployers\":[", tale->max_plan_age);
    for (size_t d = 0; d < tale->deployer_count; d++) {
        buffer_string(out, d == 0 ? "" : ",");
        json_value(out, tale->deployers[d]);
    }
    buffer_string(out, "],\"plans\":[");
    for (size_t p = 0; p < tale->plan_count; p++) {
        buffer_string(out, p == 0 ? "[" : ",[");
        json_value(out, tale->plans[p].name);
        buffer_format(out, ",%zu]", tale->plans[p].state);
    }
    buffer_char(out, ']');
    write_pairs(out, tale);
}

/* --- states --- */

static void write_indices(struct buffer *out, const struct tale_state *state, const struct dns_tale *tale,
                          bool added)
{
    bool any = false;
    for (size_t c = 0; c < state->change_count; c++) {
        const struct tale_change *change = &state->changes[c];
        const size_t count = added ? change->after_count : change->before_count;
        for (size_t i = 0; i < count; i++) {
            const struct value *record = added ? change->after[i] : change->before[i];
            buffer_format(out, "%s%zu",
                          any     ? ","
                          : added ? ",\"a\":["
                                  : ",\"r\":[",
                          record_index(tale, record));
            any = true;
        }
    }
    if (any)
        buffer_char(out, ']');
}

static void write_initial_zone(struct buffer *out, const struct tale_state *state,
                               const struct dns_tale *tale)
{
    buffer_string(out, ",\"a\":[");
    for (size_t i = 0; i < state->zone->count; i++)
        buffer_format(out, "%s%zu", i == 0 ? "" : ",", record_index(tale, &state->zone->items[i]));
    buffer_char(out, ']');
}

static bool same_pointer(const struct tale_pointer *a, const struct tale_pointer *b)
{
    return a->plan == b->plan && a->resolves == b->resolves;
}

static void write_counters(struct buffer *out, const struct dns_tale *tale, size_t s)
{
    const struct tale_deployer *now = tale->states[s].deployers;
    const struct tale_deployer *before = s == 0 ? NULL : tale->states[s - 1].deployers;
    bool counters_differ = before == NULL, views_differ = before == NULL;
    uint64_t fresh = 0;
    for (size_t d = 0; d < tale->deployer_count; d++) {
        counters_differ = counters_differ || now[d].next != before[d].next;
        views_differ = views_differ || now[d].fresh != before[d].fresh;
        fresh |= (uint64_t)now[d].fresh << d;
    }
    if (counters_differ) {
        buffer_string(out, ",\"n\":[");
        for (size_t d = 0; d < tale->deployer_count; d++)
            buffer_format(out, "%s%" PRId64, d == 0 ? "" : ",", now[d].next);
        buffer_char(out, ']');
    }
    if (views_differ)
        buffer_format(out, ",\"f\":%" PRIu64, fresh);
}

static void write_state(struct buffer *out, const struct dns_tale *tale, size_t s)
{
    const struct tale_state *state = &tale->states[s];
    const struct tale_state *before = s == 0 ? NULL : &tale->states[s - 1];
    if (state->deployer != TALE_NOBODY)
        buffer_format(out, ",\"d\":%zu", state->deployer);
    if (s == 0) {
        write_initial_zone(out, state, tale);
    } else {
        write_indices(out, state, tale, true);
        write_indices(out, state, tale, false);
    }
    write_counters(out, tale, s);
    if (before == NULL || !same_pointer(&state->root, &before->root) ||
        !same_pointer(&state->rollback, &before->rollback))
        buffer_format(out, ",\"p\":[%d,%d,%d,%d]", state->root.plan, state->root.resolves,
                      state->rollback.plan, state->rollback.resolves);
    if (state->installs_stale)
        buffer_string(out, ",\"s\":1");
}

void dns_tale_page(const struct story *story, struct buffer *out)
{
    struct dns_tale *tale = story->tale;
    if (!make_catalogue(tale)) {
        out->failed = true;
        return;
    }
    write_cast(out, tale);
    write_records(out, tale);
}

void dns_tale_page_state(const struct story *story, size_t s, struct buffer *out)
{
    if (!out->failed)
        write_state(out, dns_tale_of(story), s);
}
