/* SPDX-License-Identifier: Apache-2.0 */
#include "mbt/json_difference.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include <cjson/cJSON.h>

#define PATH_SIZE      256
#define SHOWN_MAX      160 /* bytes of a value in a message */
#define DEPTH_MAX      32
#define LIST_SHOWN_MAX 8 /* elements of a list in a message */
#define TEXT_LIMIT     4096

void json_difference_init(struct json_difference *difference)
{
    *difference = (struct json_difference){.aspect = ""};
    buffer_init_limited(&difference->text, TEXT_LIMIT);
}

void json_difference_release(struct json_difference *difference)
{
    buffer_release(&difference->text);
}

/* The place at hand. */
struct place {
    struct json_difference *out;
    char path[PATH_SIZE];   /* with indices */
    char aspect[PATH_SIZE]; /* without */
    size_t length, aspect_length;
};

static void go_into(struct place *place, const char *name, int index)
{
    char part[PATH_SIZE];
    const char *dot = name != NULL && place->length > 0 ? "." : "";
    if (name != NULL)
        (void)snprintf(part, sizeof part, "%s%.64s", dot, name);
    else
        (void)snprintf(part, sizeof part, "[%d]", index);
    const size_t room = sizeof place->path - place->length,
                 aspect_room = sizeof place->aspect - place->aspect_length;
    const int length = snprintf(place->path + place->length, room, "%s", part);
    const int aspect_length =
        snprintf(place->aspect + place->aspect_length, aspect_room, "%s", name != NULL ? part : "[]");
    place->length += length < (int)room ? (size_t)length : room - 1;
    place->aspect_length += aspect_length < (int)aspect_room ? (size_t)aspect_length : aspect_room - 1;
}

static void append_value(struct buffer *out, const cJSON *value)
{
    char *text = value != NULL ? cJSON_PrintUnformatted(value) : NULL;
    if (value == NULL)
        buffer_string(out, "nothing");
    else if (text == NULL)
        buffer_string(out, "(no memory)");
    else if (strlen(text) <= SHOWN_MAX)
        buffer_string(out, text);
    else
        buffer_format(out, "%.*s...", SHOWN_MAX, text);
    cJSON_free(text);
}

static void note_aspect(struct place *place, const char *more)
{
    (void)snprintf(place->out->aspect, sizeof place->out->aspect, "%.*s%s",
                   (int)(sizeof place->out->aspect - 1 - strlen(more)), place->aspect, more);
}

static void append_path(struct place *place)
{
    if (place->length > 0)
        buffer_format(&place->out->text, "%s: ", place->path);
}

static void append_both(struct buffer *out, const cJSON *expected, const cJSON *found)
{
    append_value(out, expected);
    buffer_string(out, " expected, found ");
    append_value(out, found);
}

/* A list that is told as a whole. */
static bool is_short(const cJSON *list)
{
    const cJSON *item;
    int count = 0;
    cJSON_ArrayForEach(item, list)
    {
        if (cJSON_IsObject(item) || cJSON_IsArray(item) || ++count > LIST_SHOWN_MAX)
            return false;
    }
    return true;
}

static void tell(struct place *place, const cJSON *expected, const cJSON *found)
{
    struct buffer *out = &place->out->text;
    note_aspect(place, "");
    append_path(place);
    append_both(out, expected, found);
}

/* The element of a list that equals this one; NULL when there is none. */
static const cJSON *find_equal(const cJSON *list, const cJSON *element)
{
    const cJSON *item;
    cJSON_ArrayForEach(item, list)
    {
        if (cJSON_Compare(item, element, 1))
            return item;
    }
    return NULL;
}

static const cJSON *first_without(const cJSON *list, const cJSON *other)
{
    const cJSON *item;
    cJSON_ArrayForEach(item, list)
    {
        if (find_equal(other, item) == NULL)
            return item;
    }
    return NULL;
}

static bool same(const struct place *at, const cJSON *expected, const cJSON *found, unsigned depth);

static bool same_lists(struct place *place, const cJSON *expected, const cJSON *found, unsigned depth)
{
    struct buffer *out = &place->out->text;
    const cJSON *missing = first_without(expected, found), *extra = first_without(found, expected);
    const int expected_count = cJSON_GetArraySize(expected), found_count = cJSON_GetArraySize(found);
    if (missing == NULL && extra == NULL && expected_count == found_count) {
        const cJSON *a = expected->child, *b = found->child;
        int index = 0;
        for (; a != NULL && b != NULL && cJSON_Compare(a, b, 1); a = a->next, b = b->next)
            index++;
        if (a == NULL)
            return true;
        note_aspect(place, ": order");
        append_path(place);
        buffer_format(out, "the same elements in another order: at %d ", index);
        append_both(out, a, b);
        return false;
    }
    if (expected_count == found_count) {
        const cJSON *a = expected->child, *b = found->child;
        for (int index = 0; a != NULL; a = a->next, b = b->next, index++) {
            struct place inner = *place;
            go_into(&inner, NULL, index);
            if (!same(&inner, a, b, depth + 1))
                return false;
        }
        return true;
    }
    note_aspect(place, expected_count > found_count ? ": missing" : ": extra");
    if (is_short(expected) && is_short(found)) {
        append_path(place);
        append_both(out, expected, found);
        return false;
    }
    append_path(place);
    buffer_format(out, "%d elements expected, found %d", expected_count, found_count);
    if (missing != NULL) {
        buffer_string(out, "; missing ");
        append_value(out, missing);
    }
    if (extra != NULL) {
        buffer_string(out, "; extra ");
        append_value(out, extra);
    }
    return false;
}

static bool same_objects(const struct place *at, const cJSON *expected, const cJSON *found, unsigned depth)
{
    const cJSON *member;
    cJSON_ArrayForEach(member, expected)
    {
        struct place inner = *at;
        go_into(&inner, member->string, 0);
        if (!same(&inner, member, cJSON_GetObjectItemCaseSensitive(found, member->string), depth + 1))
            return false;
    }
    cJSON_ArrayForEach(member, found)
    {
        if (cJSON_GetObjectItemCaseSensitive(expected, member->string) != NULL)
            continue;
        struct place inner = *at;
        go_into(&inner, member->string, 0);
        tell(&inner, NULL, member);
        return false;
    }
    return true;
}

/* Recursion is bounded by DEPTH_MAX. */
static bool same(const struct place *at, const cJSON *expected, const cJSON *found, unsigned depth)
{
    struct place place = *at;
    if (cJSON_IsObject(expected) && cJSON_IsObject(found) && depth < DEPTH_MAX)
        return same_objects(&place, expected, found, depth);
    if (cJSON_IsArray(expected) && cJSON_IsArray(found) && depth < DEPTH_MAX)
        return same_lists(&place, expected, found, depth);
    if (found != NULL && cJSON_Compare(expected, found, 1))
        return true;
    tell(&place, expected, found);
    return false;
}

bool json_same(const char *expected, size_t expected_length, const char *found, size_t found_length,
               struct json_difference *ret_difference)
{
    if (expected_length == found_length && memcmp(expected, found, expected_length) == 0)
        return true;
    buffer_clear(&ret_difference->text);
    cJSON *wanted = cJSON_ParseWithLengthOpts(expected, expected_length + 1, NULL, 1);
    cJSON *got = cJSON_ParseWithLengthOpts(found, found_length + 1, NULL, 1);
    struct place place = {.out = ret_difference};
    assert(expected[expected_length] == '\0' && found[found_length] == '\0');
    const bool is_same = got != NULL && wanted != NULL && same(&place, wanted, got, 0);
    if (got == NULL) {
        (void)snprintf(ret_difference->aspect, sizeof ret_difference->aspect, "not JSON");
        buffer_format(&ret_difference->text, "JSON expected, found %.*s",
                      found_length < SHOWN_MAX ? (int)found_length : SHOWN_MAX, found);
    }
    cJSON_Delete(wanted);
    cJSON_Delete(got);
    return is_same;
}
