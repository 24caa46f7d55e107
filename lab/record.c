/* SPDX-License-Identifier: Apache-2.0 */
#include "lab/record.h"

#include <arpa/inet.h>
#include <assert.h>
#include <inttypes.h>
#include <string.h>

#include "base/memory.h"
#include "lab/json_text.h"
#include "lab/names.h"

static const char *const type_names[] = {[RECORD_A] = "A", [RECORD_TXT] = "TXT", [RECORD_ALIAS] = "ALIAS"};

const char *record_type_name(enum record_type type)
{
    return type_names[type];
}

/* FNV-1a. */
uint64_t record_hash(const char *name)
{
    uint64_t hash = UINT64_C(0xcbf29ce484222325);
    for (; *name != '\0'; name++)
        hash = (hash ^ (unsigned char)*name) * UINT64_C(0x100000001b3);
    return hash;
}

/* A record and all its texts are one block: the struct, the targets, then the texts, copied one by one. */
static struct record *new_record(enum record_type type, size_t target_count, size_t text_bytes,
                                 char **ret_texts)
{
    const size_t head = sizeof(struct record) + target_count * sizeof(struct weighted_target);
    struct record *record = mem_new(head + text_bytes, 1);
    if (record == NULL)
        return NULL;
    record->references = 1;
    record->type = type;
    record->target_count = target_count;
    *ret_texts = (char *)record + head;
    return record;
}

static const char *copy_text(char **texts, const char *text)
{
    const size_t size = strlen(text) + 1;
    char *copy = *texts;
    memcpy(copy, text, size);
    *texts += size;
    return copy;
}

struct record *record_new_text(enum record_type type, const char *name, const char *text)
{
    char *texts;
    struct record *record = new_record(type, 0, strlen(name) + 1 + strlen(text) + 1, &texts);
    if (record == NULL)
        return NULL;
    record->name = copy_text(&texts, name);
    record->text = copy_text(&texts, text);
    record->name_hash = record_hash(name);
    return record;
}

struct record *record_new_weighted(const char *name, const struct weighted_target *targets, size_t count)
{
    assert(count <= RECORD_TARGETS_MAX);
    size_t bytes = strlen(name) + 1;
    for (size_t i = 0; i < count; i++)
        bytes += strlen(targets[i].name) + 1;
    char *texts;
    struct record *record = new_record(RECORD_ALIAS, count, bytes, &texts);
    if (record == NULL)
        return NULL;
    record->name = copy_text(&texts, name);
    record->name_hash = record_hash(name);
    struct weighted_target *copies = (struct weighted_target *)(void *)(record + 1);
    for (size_t i = 0; i < count; i++)
        copies[i] = (struct weighted_target){copy_text(&texts, targets[i].name), targets[i].weight};
    record->targets = copies;
    return record;
}

struct record *record_ref(struct record *record)
{
    if (record != NULL)
        record->references++;
    return record;
}

void record_unref(struct record *record)
{
    if (record == NULL)
        return;
    assert(record->references > 0);
    if (--record->references == 0)
        mem_free(record);
}

void record_unref_all(struct record **records, size_t count)
{
    for (size_t i = 0; i < count; i++)
        record_unref(records[i]);
    mem_free(records);
}

bool record_same_identity(const struct record *a, const struct record *b)
{
    return a->name_hash == b->name_hash && a->type == b->type && strcmp(a->name, b->name) == 0;
}

bool record_same_value(const struct record *a, const struct record *b)
{
    if (a->text != NULL || b->text != NULL)
        return a->text != NULL && b->text != NULL && strcmp(a->text, b->text) == 0;
    if (a->target_count != b->target_count)
        return false;
    for (size_t i = 0; i < a->target_count; i++) {
        if (a->targets[i].weight != b->targets[i].weight ||
            strcmp(a->targets[i].name, b->targets[i].name) != 0)
            return false;
    }
    return true;
}

void record_write(struct buffer *out, const struct record *record)
{
    if (record == NULL) {
        buffer_string(out, "null");
        return;
    }
    buffer_string(out, "{\"name\": ");
    buffer_json(out, record->name);
    buffer_string(out, ", \"type\": \"");
    buffer_string(out, record_type_name(record->type));
    buffer_string(out, "\", \"value\": ");
    if (record->text != NULL) {
        buffer_json(out, record->text);
    } else {
        buffer_char(out, '[');
        for (size_t i = 0; i < record->target_count; i++) {
            buffer_string(out, i == 0 ? "{\"name\": " : ", {\"name\": ");
            buffer_json(out, record->targets[i].name);
            buffer_format(out, ", \"weight\": %" PRId64 "}", record->targets[i].weight);
        }
        buffer_char(out, ']');
    }
    buffer_char(out, '}');
}

void record_write_label(struct buffer *out, const struct record *alias)
{
    if (alias->text == NULL) {
        buffer_format(out, "a list of %zu names", alias->target_count);
        return;
    }
    const size_t length = strlen(alias->text), suffix = strlen(LAB_NAME_SUFFIX);
    const bool has_suffix = length > suffix && strcmp(alias->text + length - suffix, LAB_NAME_SUFFIX) == 0;
    buffer_append(out, alias->text, has_suffix ? length - suffix : length);
}

/* A name within its bounds; NULL otherwise. */
static const char *read_name(const cJSON *tree)
{
    const char *name = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(tree, "name"));
    return name != NULL && name[0] != '\0' && strlen(name) <= RECORD_NAME_MAX ? name : NULL;
}

static enum status read_targets(const char *name, const cJSON *list, struct record **ret_record,
                                struct error *err)
{
    const int size = cJSON_GetArraySize(list);
    if (size > RECORD_TARGETS_MAX)
        return error_set(err, ERR_DATA, "a list has at most %d targets, this one %d", RECORD_TARGETS_MAX,
                         size);
    struct weighted_target *targets = mem_new((size_t)size, sizeof *targets);
    if (targets == NULL)
        return error_memory(err, (size_t)size * sizeof *targets);
    enum status status = OK;
    size_t count = 0;
    const cJSON *item;
    cJSON_ArrayForEach(item, list)
    {
        struct weighted_target *target = &targets[count++];
        target->name = read_name(item);
        if (target->name == NULL ||
            !json_text_integer(cJSON_GetObjectItemCaseSensitive(item, "weight"), &target->weight)) {
            status =
                error_set(err, ERR_DATA, "target %zu must be {\"name\": text, \"weight\": integer}", count);
            goto out;
        }
    }
    struct record *record = record_new_weighted(name, targets, count);
    if (record == NULL)
        status = error_memory(err, sizeof *record);
    else
        *ret_record = record;
out:
    mem_free(targets);
    return status;
}

enum status record_read(const cJSON *tree, struct record **ret_record, struct error *err)
{
    const char *name = read_name(tree);
    if (name == NULL)
        return error_set(err, ERR_DATA, "\"name\" must be a text of 1 to %d bytes", RECORD_NAME_MAX);
    const char *type = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(tree, "type"));
    const cJSON *value = cJSON_GetObjectItemCaseSensitive(tree, "value");
    const char *text = cJSON_GetStringValue(value);
    struct in_addr address;
    enum record_type found;
    if (type != NULL && strcmp(type, "A") == 0) {
        found = RECORD_A;
        if (text == NULL || inet_pton(AF_INET, text, &address) != 1)
            return error_set(err, ERR_DATA, "\"value\" of an A record must be an IPv4 address");
    } else if (type != NULL && strcmp(type, "TXT") == 0) {
        found = RECORD_TXT;
        if (text == NULL || strlen(text) > RECORD_TEXT_MAX)
            return error_set(err, ERR_DATA, "\"value\" of a TXT record must be a text of at most %d bytes",
                             RECORD_TEXT_MAX);
    } else if (type != NULL && strcmp(type, "ALIAS") == 0) {
        found = RECORD_ALIAS;
        if (cJSON_IsArray(value))
            return read_targets(name, value, ret_record, err);
        if (text == NULL || text[0] == '\0' || strlen(text) > RECORD_NAME_MAX)
            return error_set(err, ERR_DATA,
                             "\"value\" of an ALIAS record must be a name or a list of targets");
    } else {
        return error_set(err, ERR_DATA, "\"type\" must be \"A\", \"TXT\" or \"ALIAS\"");
    }
    struct record *record = record_new_text(found, name, text);
    if (record == NULL)
        return error_memory(err, sizeof *record);
    *ret_record = record;
    return OK;
}

enum status record_read_list(const cJSON *list, struct record ***ret_records, size_t *ret_count,
                             struct error *err)
{
    if (!cJSON_IsArray(list))
        return error_set(err, ERR_DATA, "a list of records was expected");
    const size_t size = (size_t)cJSON_GetArraySize(list);
    struct record **records = mem_new(size, sizeof(struct record *));
    if (records == NULL)
        return error_memory(err, size * sizeof(struct record *));
    size_t count = 0;
    const cJSON *item;
    cJSON_ArrayForEach(item, list)
    {
        const enum status status = record_read(item, &records[count], err);
        if (status != OK) {
            record_unref_all(records, count);
            return error_prefix(err, status, "record %zu: ", count + 1);
        }
        count++;
    }
    *ret_records = records;
    *ret_count = count;
    return OK;
}
