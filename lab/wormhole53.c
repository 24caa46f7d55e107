/* SPDX-License-Identifier: Apache-2.0 */
#include "lab/wormhole53.h"

#include <stdbool.h>
#include <string.h>

#include "base/memory.h"
#include "lab/json_text.h"
#include "lab/names.h"

/* A zone in the making: what the next zone will be if nothing goes wrong. Holds a reference to each record.
 */
struct draft {
    struct record **records;
    size_t count, capacity;
};

static void draft_release(struct draft *draft)
{
    record_unref_all(draft->records, draft->count);
    *draft = (struct draft){0};
}

static enum status draft_init(struct draft *draft, struct record *const *records, size_t count, size_t room,
                              struct error *err)
{
    draft->count = 0;
    draft->capacity = count + room;
    draft->records = mem_new(draft->capacity, sizeof(struct record *));
    if (draft->records == NULL)
        return error_memory(err, draft->capacity * sizeof(struct record *));
    for (size_t i = 0; i < count; i++)
        draft->records[draft->count++] = record_ref(records[i]);
    return OK;
}

static struct record **find_same(struct record **records, size_t count, const struct record *wanted)
{
    for (size_t i = 0; i < count; i++) {
        if (record_same_identity(records[i], wanted))
            return &records[i];
    }
    return NULL;
}

static enum status apply(struct draft *draft, const struct change *change, struct error *err)
{
    struct record *record = change->record;
    struct record **found = find_same(draft->records, draft->count, record);
    const char *type = record_type_name(record->type);
    switch (change->action) {
    case CHANGE_DELETE:
        if (found == NULL || !record_same_value(*found, record))
            return error_set(err, ERR_DATA, "record mismatch: %s|%s", record->name, type);
        record_unref(*found);
        draft->count--;
        memmove(found, found + 1, (size_t)(draft->records + draft->count - found) * sizeof(struct record *));
        return OK;
    case CHANGE_CREATE:
        if (found != NULL)
            return error_set(err, ERR_DATA, "record already exists: %s|%s", record->name, type);
        break;
    case CHANGE_UPSERT:
        if (found != NULL) {
            record_ref(record);
            record_unref(*found);
            *found = record;
            return OK;
        }
        break;
    }
    if (draft->count == ZONE_RECORDS_MAX)
        return error_set(err, ERR_MEMORY, "the zone is full: it holds at most %d records", ZONE_RECORDS_MAX);
    draft->records[draft->count++] = record_ref(record);
    return OK;
}

/* Writes the draft and makes it the zone; the draft then holds what the zone was. */
static enum status commit(struct wormhole53 *zone, struct draft *draft, struct error *err)
{
    if (zone->store != NULL) {
        struct buffer text;
        buffer_init(&text);
        wormhole53_write(&text, draft->records, draft->count);
        enum status status = buffer_status(&text, err);
        if (status == OK)
            status = store_write_zone(zone->store, &text, err);
        buffer_release(&text);
        if (status != OK)
            return status;
    }
    const struct draft old = {zone->records, zone->count, zone->count};
    zone->records = draft->records;
    zone->count = draft->count;
    *draft = old;
    return OK;
}

enum status wormhole53_change_record_sets(struct wormhole53 *zone, const struct change *changes, size_t count,
                                          struct error *err)
{
    struct draft draft;
    enum status status = draft_init(&draft, zone->records, zone->count, count, err);
    if (status != OK)
        return status;
    for (size_t i = 0; status == OK && i < count; i++)
        status = apply(&draft, &changes[i], err);
    if (status == OK)
        status = commit(zone, &draft, err);
    draft_release(&draft);
    return status;
}

enum status wormhole53_replace(struct wormhole53 *zone, struct record *const *records, size_t count,
                               struct error *err)
{
    struct draft draft;
    enum status status = draft_init(&draft, records, count, 0, err);
    if (status != OK)
        return status;
    status = commit(zone, &draft, err);
    draft_release(&draft);
    return status;
}

static enum status read_zone(struct wormhole53 *zone, const struct buffer *text, struct error *err)
{
    cJSON *tree;
    enum status status = json_text_parse(text->text, text->length, &tree, NULL, err);
    if (status != OK)
        return status;
    struct record **records;
    size_t count;
    status = record_read_list(tree, &records, &count, err);
    cJSON_Delete(tree);
    if (status != OK)
        return status;
    if (count > ZONE_RECORDS_MAX)
        status = error_set(err, ERR_DATA, "at most %d records are taken", ZONE_RECORDS_MAX);
    for (size_t i = 1; status == OK && i < count; i++) {
        if (find_same(records, i, records[i]) != NULL)
            status = error_set(err, ERR_DATA, "record %zu: there is another %s|%s before it", i + 1,
                               records[i]->name, record_type_name(records[i]->type));
    }
    if (status != OK) {
        record_unref_all(records, count);
        return status;
    }
    zone->records = records;
    zone->count = count;
    return OK;
}

enum status wormhole53_open(struct wormhole53 *zone, const struct store *store, struct error *err)
{
    *zone = (struct wormhole53){.store = store};
    struct buffer text;
    buffer_init(&text);
    bool exists = false;
    enum status status = store_read_zone(store, &text, &exists, err);
    if (status == OK && exists) {
        status = read_zone(zone, &text, err);
        if (status == ERR_DATA)
            (void)error_prefix(err, status, "%s/current_dns_zone.json: ", store->folder);
    } else if (status == OK) {
        status = wormhole53_replace(zone, NULL, 0, err);
    }
    buffer_release(&text);
    return status;
}

void wormhole53_release(struct wormhole53 *zone)
{
    record_unref_all(zone->records, zone->count);
    *zone = (struct wormhole53){0};
}

struct record *wormhole53_find(const struct wormhole53 *zone, enum record_type type, const char *name)
{
    const struct record wanted = {.type = type, .name = name, .name_hash = record_hash(name)};
    struct record **found = find_same(zone->records, zone->count, &wanted);
    return found == NULL ? NULL : *found;
}

int64_t wormhole53_version_at(const struct wormhole53 *zone, const char *name)
{
    const struct record *alias = wormhole53_find(zone, RECORD_ALIAS, name);
    return alias != NULL && alias->text != NULL ? version_of_name(alias->text) : 0;
}

void wormhole53_write(struct buffer *out, struct record *const *records, size_t count)
{
    buffer_char(out, '[');
    for (size_t i = 0; i < count; i++) {
        buffer_string(out, i == 0 ? "\n  " : ",\n  ");
        record_write(out, records[i]);
    }
    buffer_string(out, count == 0 ? "]\n" : "\n]\n");
}

struct walk {
    const struct wormhole53 *zone;
    void (*visit)(void *context, const struct resolve_event *event);
    void *context;
    size_t steps;
    const char *path[RESOLVE_DEPTH_MAX]; /* the names that lead to the present one */
};

static bool on_path(const struct walk *walk, size_t depth, const char *name)
{
    for (size_t i = 0; i < depth; i++) {
        if (strcmp(walk->path[i], name) == 0)
            return true;
    }
    return false;
}

/* Recursion is bounded by RESOLVE_DEPTH_MAX. */
static void walk_name(struct walk *walk, size_t depth, const char *name, const struct weighted_target *edge)
{
    struct resolve_event event = {.name = name, .edge = edge};
    if (on_path(walk, depth, name)) {
        event.step = RESOLVE_CYCLE;
        walk->visit(walk->context, &event);
        return;
    }
    if (depth == RESOLVE_DEPTH_MAX || walk->steps == RESOLVE_STEPS_MAX) {
        event.step = RESOLVE_TOO_FAR;
        walk->visit(walk->context, &event);
        return;
    }
    walk->steps++;
    event.step = RESOLVE_ADDRESS;
    event.record = wormhole53_find(walk->zone, RECORD_A, name);
    if (event.record == NULL) {
        event.record = wormhole53_find(walk->zone, RECORD_ALIAS, name);
        event.step = event.record != NULL ? RESOLVE_ALIAS : RESOLVE_MISSING;
    }
    walk->visit(walk->context, &event);
    if (event.step != RESOLVE_ALIAS)
        return;
    const struct record *alias = event.record;
    walk->path[depth] = name;
    if (alias->text != NULL)
        walk_name(walk, depth + 1, alias->text, NULL);
    for (size_t i = 0; i < alias->target_count && walk->steps < RESOLVE_STEPS_MAX; i++)
        walk_name(walk, depth + 1, alias->targets[i].name, &alias->targets[i]);
    event.step = RESOLVE_LEAVE;
    walk->visit(walk->context, &event);
}

void wormhole53_walk(const struct wormhole53 *zone, const char *name,
                     void (*visit)(void *context, const struct resolve_event *event), void *context)
{
    struct walk walk = {.zone = zone, .visit = visit, .context = context};
    walk_name(&walk, 0, name, NULL);
}

struct address_list {
    struct buffer *out;
    size_t count;
};

static void append_address(void *context, const struct resolve_event *event)
{
    struct address_list *list = context;
    if (event->step != RESOLVE_ADDRESS)
        return;
    if (list->count++ > 0)
        buffer_string(list->out, ", ");
    buffer_json(list->out, event->record->text);
}

size_t wormhole53_resolve(const struct wormhole53 *zone, const char *name, struct buffer *out)
{
    struct address_list list = {.out = out};
    buffer_char(out, '[');
    wormhole53_walk(zone, name, append_address, &list);
    buffer_char(out, ']');
    return list.count;
}
