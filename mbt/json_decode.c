/* The part of mbt/json.h that is about values: slice → cJSON's tree → value. */
#include "mbt/json.h"

#include <assert.h>
#include <cjson/cJSON.h>
#include <inttypes.h>
#include <math.h>
#include <pthread.h>
#include <string.h>

#include "base/memory.h"

#define NUMBER_EXACT_MAX 9007199254740992.0 /* 2^53: doubles hold all integers up to here */

/* Where cJSON's allocations of this thread go; NULL outside of json_decode. */
static _Thread_local struct arena *tree_arena;
static _Thread_local size_t refused_bytes;

static void *hook_malloc(size_t bytes)
{
    if (tree_arena == NULL)
        return mem_resize(NULL, bytes, 1);
    void *block = arena_new(tree_arena, bytes, 1);
    if (block == NULL)
        refused_bytes = bytes;
    return block;
}

static void hook_free(void *block)
{
    /* What is in the arena goes with the arena. */
    if (tree_arena == NULL)
        mem_free(block);
}

static void install_hooks(void)
{
    cJSON_InitHooks(&(cJSON_Hooks){.malloc_fn = hook_malloc, .free_fn = hook_free});
}

void json_init(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    (void)pthread_once(&once, install_hooks);
}

void json_decoder_init(struct json_decoder *decoder, size_t tree_limit, struct arena *values, bool share)
{
    json_init();
    arena_init(&decoder->tree, tree_limit);
    decoder->values = values;
    decoder->share = share;
    json_decoder_forget(decoder);
}

void json_decoder_release(struct json_decoder *decoder)
{
    arena_release(&decoder->tree);
}

void json_decoder_forget(struct json_decoder *decoder)
{
    memset(decoder->shared, 0, sizeof decoder->shared);
}

enum status json_arena_refused(const struct arena *arena, size_t bytes, const char *what, struct error *err)
{
    if (bytes <= arena->limit && arena->total <= arena->limit - bytes)
        return error_memory(err, bytes);
    return error_set(err, ERR_DATA, "%s needs more than %zu MB", what, arena->limit >> 20);
}

static enum status refused(const struct json_decoder *decoder, size_t bytes, struct error *err)
{
    return json_arena_refused(decoder->values, bytes, "the trace", err);
}

static const char *kind_name(const cJSON *json)
{
    return cJSON_IsNull(json)     ? "null"
           : cJSON_IsBool(json)   ? "a boolean"
           : cJSON_IsNumber(json) ? "a number"
           : cJSON_IsString(json) ? "a string"
           : cJSON_IsArray(json)  ? "an array"
                                  : "an object";
}

enum { QUOTED_MAX = 64 };

/* Text of the file for a message: short, and nothing in it that a terminal would act on. */
static const char *quoted(const char *text, char *out)
{
    size_t length = 0;
    for (; text[length] != '\0' && length < QUOTED_MAX - 1; length++) {
        const unsigned char c = (unsigned char)text[length];
        out[length] = (char)(c >= 0x20 && c < 0x7f ? c : '?');
    }
    out[length] = '\0';
    return out;
}

static enum status convert_string(struct json_decoder *decoder, const char *text, struct value *ret_value,
                                  struct error *err)
{
    const size_t length = strlen(text);
    struct value *slot = NULL;
    if (decoder->share) {
        uint32_t hash = 2166136261U; /* FNV-1a */
        for (size_t i = 0; i < length; i++)
            hash = (hash ^ (unsigned char)text[i]) * 16777619U;
        slot = &decoder->shared[(hash ^ hash >> 16) % JSON_SHARED_STRINGS];
        if (slot->kind == VALUE_STRING && slot->count == length && memcmp(slot->text, text, length) == 0) {
            *ret_value = *slot;
            return OK;
        }
    }
    const char *copy = arena_copy(decoder->values, text, length);
    if (copy == NULL)
        return refused(decoder, length + 1, err);
    *ret_value = (struct value){.kind = VALUE_STRING, .count = (uint32_t)length, .text = copy};
    if (slot != NULL)
        *slot = *ret_value;
    return OK;
}

static enum status convert_number(const cJSON *json, struct value *ret_value, struct error *err)
{
    const double number = cJSON_GetNumberValue(json);
    if (!(fabs(number) <= NUMBER_EXACT_MAX))
        return error_set(err, ERR_DATA,
                         "a number beyond 2^53, %.17g, which is to be written as {\"#bigint\": \"…\"}",
                         number);
    if (floor(number) < number)
        return error_set(err, ERR_DATA, "an integer expected, found %.17g", number);
    *ret_value = value_int((int64_t)number);
    return OK;
}

static enum status convert_bigint(const cJSON *json, struct value *ret_value, struct error *err)
{
    if (!cJSON_IsString(json))
        return error_set(err, ERR_DATA, "digits in quotes expected, found %s", kind_name(json));
    char shown[QUOTED_MAX];
    const char *text = json->valuestring;
    const bool negative = text[0] == '-';
    const char *digit = text + (negative ? 1 : 0);
    const uint64_t limit = (uint64_t)INT64_MAX + (negative ? 1 : 0);
    uint64_t number = 0;
    bool fits = true;
    if (*digit == '\0' || strspn(digit, "0123456789") != strlen(digit))
        return error_set(err, ERR_DATA, "digits expected, found \"%s\"", quoted(text, shown));
    for (; *digit != '\0' && fits; digit++) {
        const uint64_t units = (uint64_t)(*digit - '0');
        fits = number <= (limit - units) / 10;
        number = number * 10 + units;
    }
    if (!fits)
        return error_set(err, ERR_DATA, "%s does not fit into 64 bits", quoted(text, shown));
    *ret_value = value_int(negative ? (int64_t)(0 - number) : (int64_t)number);
    return OK;
}

static enum status convert(struct json_decoder *decoder, const cJSON *json, struct value *ret_value,
                           struct error *err);

/* The elements of an array into count values. */
static enum status convert_elements(struct json_decoder *decoder, const cJSON *array,
                                    struct value **ret_items, size_t *ret_count, struct error *err)
{
    if (!cJSON_IsArray(array))
        return error_set(err, ERR_DATA, "an array expected, found %s", kind_name(array));
    size_t count = 0;
    for (const cJSON *element = array->child; element != NULL; element = element->next)
        count++;
    struct value *items = value_room(decoder->values, count);
    if (items == NULL || count > VALUE_COUNT_MAX)
        return refused(decoder, count * sizeof *items, err);
    size_t i = 0;
    for (const cJSON *element = array->child; element != NULL; element = element->next, i++) {
        const enum status status = convert(decoder, element, &items[i], err);
        if (status != OK)
            return error_prefix(err, status, "element %zu: ", i);
    }
    *ret_items = items;
    *ret_count = count;
    return OK;
}

static enum status convert_map(struct json_decoder *decoder, const cJSON *array, struct value *ret_value,
                               struct error *err)
{
    if (!cJSON_IsArray(array))
        return error_set(err, ERR_DATA, "an array of pairs expected, found %s", kind_name(array));
    size_t count = 0;
    for (const cJSON *pair = array->child; pair != NULL; pair = pair->next) {
        if (!cJSON_IsArray(pair) || cJSON_GetArraySize(pair) != 2)
            return error_set(err, ERR_DATA, "pair %zu: an array of key and value expected, found %s", count,
                             cJSON_IsArray(pair) ? "one of another length" : kind_name(pair));
        count++;
    }
    struct value *pairs = value_room(decoder->values, 2 * count);
    if (pairs == NULL || count > VALUE_COUNT_MAX)
        return refused(decoder, 2 * count * sizeof *pairs, err);
    size_t i = 0;
    for (const cJSON *pair = array->child; pair != NULL; pair = pair->next, i++) {
        enum status status = convert(decoder, pair->child, &pairs[2 * i], err);
        if (status == OK)
            status = convert(decoder, pair->child->next, &pairs[2 * i + 1], err);
        if (status != OK)
            return error_prefix(err, status, "pair %zu: ", i);
    }
    const struct value map = value_map(pairs, count);
    if (value_has_twins(&map))
        return error_set(err, ERR_DATA, "a key is there twice");
    *ret_value = map;
    return OK;
}

static enum status convert_record(struct json_decoder *decoder, const cJSON *object, size_t count,
                                  struct value *ret_value, struct error *err)
{
    struct value *pairs = value_room(decoder->values, 2 * count);
    if (pairs == NULL || count > VALUE_COUNT_MAX)
        return refused(decoder, 2 * count * sizeof *pairs, err);
    char shown[QUOTED_MAX];
    size_t i = 0;
    for (const cJSON *member = object->child; member != NULL; member = member->next) {
        if (member->string[0] == '#')
            continue;
        enum status status = convert_string(decoder, member->string, &pairs[2 * i], err);
        if (status == OK)
            status = convert(decoder, member, &pairs[2 * i + 1], err);
        if (status != OK)
            return error_prefix(err, status, "%s: ", quoted(member->string, shown));
        i++;
    }
    const struct value record = value_record(pairs, count);
    for (size_t k = 1; k < count; k++) {
        if (value_compare(&record.items[2 * (k - 1)], &record.items[2 * k]) == 0)
            return error_set(err, ERR_DATA, "the key \"%s\" is there twice",
                             quoted(record.items[2 * k].text, shown));
    }
    *ret_value = record;
    return OK;
}

/* {"#set": …} and its like, or a record. */
static enum status convert_object(struct json_decoder *decoder, const cJSON *object, struct value *ret_value,
                                  struct error *err)
{
    char shown[QUOTED_MAX];
    const cJSON *form = NULL;
    size_t fields = 0;
    size_t marks = 0;
    for (const cJSON *member = object->child; member != NULL; member = member->next) {
        const char *name = member->string;
        if (name[0] != '#') {
            fields++;
            continue;
        }
        marks++;
        if (strcmp(name, "#set") != 0 && strcmp(name, "#map") != 0 && strcmp(name, "#tup") != 0 &&
            strcmp(name, "#bigint") != 0)
            continue;
        if (form != NULL)
            return error_set(err, ERR_DATA, "%s beside %s", name, form->string);
        form = member;
    }
    if (form == NULL && fields == 0 && marks > 0)
        return error_set(err, ERR_DATA, "#bigint, #set, #map or #tup expected, found \"%s\"",
                         quoted(object->child->string, shown));
    if (form == NULL)
        return convert_record(decoder, object, fields, ret_value, err);
    if (fields > 0)
        return error_set(err, ERR_DATA, "fields of a record beside %s", form->string);

    struct value *items = NULL;
    size_t count = 0;
    enum status status;
    if (strcmp(form->string, "#bigint") == 0) {
        status = convert_bigint(form, ret_value, err);
    } else if (strcmp(form->string, "#map") == 0) {
        status = convert_map(decoder, form, ret_value, err);
    } else {
        status = convert_elements(decoder, form, &items, &count, err);
        if (status == OK)
            *ret_value = form->string[1] == 's' ? value_set(items, count) : value_tuple(items, count);
    }
    return status == OK ? OK : error_prefix(err, status, "%s: ", form->string);
}

/* As deep as the text, which the cursor has bounded. */
static enum status convert(struct json_decoder *decoder, const cJSON *json, struct value *ret_value,
                           struct error *err)
{
    if (cJSON_IsString(json))
        return convert_string(decoder, json->valuestring, ret_value, err);
    if (cJSON_IsObject(json))
        return convert_object(decoder, json, ret_value, err);
    if (cJSON_IsNumber(json))
        return convert_number(json, ret_value, err);
    if (cJSON_IsArray(json)) {
        struct value *items = NULL;
        size_t count = 0;
        const enum status status = convert_elements(decoder, json, &items, &count, err);
        if (status == OK)
            *ret_value = value_list(items, count);
        return status;
    }
    *ret_value = cJSON_IsBool(json) ? value_bool(cJSON_IsTrue(json)) : value_null();
    return OK;
}

enum status json_decode(struct json_decoder *decoder, const struct json_slice *slice, struct value *ret_value,
                        struct error *err)
{
    arena_clear(&decoder->tree);
    tree_arena = &decoder->tree;
    refused_bytes = 0;
    const char *end = NULL;
    const cJSON *json = cJSON_ParseWithLengthOpts(slice->bytes, slice->length, &end, false);
    const size_t bytes = refused_bytes;
    tree_arena = NULL;
    if (json == NULL && bytes > 0)
        return json_arena_refused(&decoder->tree, bytes, "the JSON of this value", err);
    if (json == NULL || end != slice->bytes + slice->length)
        return error_set(err, ERR_DATA, "the JSON cannot be read");
    struct value value;
    const enum status status = convert(decoder, json, &value, err);
    if (status == OK)
        *ret_value = value;
    return status;
}
