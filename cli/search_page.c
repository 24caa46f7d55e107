#include "cli/search_page.h"

#include <cjson/cJSON.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/asset.h"
#include "base/file.h"
#include "base/uri.h"
#include "mbt/json.h"

extern const struct asset_list search_page_assets;

enum status search_page_prepare(const char *path, struct error *err)
{
    return path != NULL ? file_try_write(path, err) : OK;
}

/* --- links --- */

/* The whole path of the folder that a file is in, with a slash at its end; false when there is none. */
static bool folder_of(const char *path, char folder[PATH_MAX + 1])
{
    char given[PATH_MAX];
    const char *slash = strrchr(path, '/');
    const size_t length = slash == NULL ? 0 : (size_t)(slash - path) + 1;
    if (length + 2 > sizeof given)
        return false;
    memcpy(given, path, length);
    memcpy(given + length, ".", 2);
    if (realpath(given, folder) == NULL)
        return false;
    const size_t end = strlen(folder);
    if (end > 1)
        memcpy(folder + end, "/", 2);
    return true;
}

/* The file as seen from the page's folder; empty when there is no way from one to the other. */
static void append_link(const char *page, const char *file, struct buffer *out)
{
    char from[PATH_MAX + 1], to[PATH_MAX + 1];
    const char *name = strrchr(file, '/');
    name = name == NULL ? file : name + 1;
    if (strcmp(page, "-") == 0 || !folder_of(page, from) || !folder_of(file, to))
        return;
    size_t common = 0;
    for (size_t i = 0; from[i] == to[i] && from[i] != '\0'; i++) {
        if (from[i] == '/')
            common = i + 1;
    }
    buffer_string(out, "./");
    for (const char *at = from + common; *at != '\0'; at++) {
        if (*at == '/')
            buffer_string(out, "../");
    }
    uri_of_path(out, to + common);
    uri_of_path(out, name);
}

static bool add_links(cJSON *data, const cJSON *report, const char *path)
{
    cJSON *links = cJSON_AddArrayToObject(data, "links");
    bool ok = links != NULL;
    const cJSON *finding;
    cJSON_ArrayForEach(finding, cJSON_GetObjectItemCaseSensitive(report, "findings"))
    {
        const char *file = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(finding, "file"));
        struct buffer link;
        buffer_init(&link);
        if (file != NULL)
            append_link(path, file, &link);
        ok = ok && cJSON_AddItemToArray(links, link.length > 0 ? cJSON_CreateString(link.text)
                                                               : cJSON_CreateNull()) != 0;
        buffer_release(&link);
    }
    return ok;
}

/* --- data --- */

struct cJSON *search_page_data(struct cJSON *report, const struct model *model, const char *path)
{
    cJSON *data = report != NULL ? cJSON_CreateObject() : NULL;
    if (data == NULL || !cJSON_AddItemToObject(data, "report", report)) {
        cJSON_Delete(report);
        cJSON_Delete(data);
        return NULL;
    }
    struct buffer text;
    buffer_init(&text);
    model_print_instance(model, &text);
    bool ok = cJSON_AddStringToObject(data, "instance", text.text) != NULL && add_links(data, report, path);
    buffer_release(&text);
    cJSON *kinds = ok ? cJSON_AddObjectToObject(data, "kinds") : NULL;
    ok = kinds != NULL;
    for (size_t p = 0; ok && p < model->class->property_count; p++) {
        const struct property *property = &model->class->properties[p];
        ok = cJSON_AddStringToObject(kinds, property->name,
                                     property->kind == PROPERTY_INVARIANT ? "invariant" : "example") != NULL;
    }
    if (!ok) {
        cJSON_Delete(data);
        return NULL;
    }
    return data;
}

bool search_page_add_rate(struct cJSON *data, const struct rate *rate, const char *unit)
{
    cJSON *object = cJSON_AddObjectToObject(data, "rate");
    bool ok = object != NULL && cJSON_AddStringToObject(object, "unit", unit) != NULL;
    cJSON *points = ok ? cJSON_AddArrayToObject(object, "points") : NULL;
    ok = points != NULL;
    for (size_t i = 0; ok && i < rate->point_count; i++) {
        const double point[] = {rate->points[i].seconds, rate->points[i].count};
        ok = cJSON_AddItemToArray(points, cJSON_CreateDoubleArray(point, 2)) != 0;
    }
    return ok;
}

/* --- the page --- */

struct slots {
    const char *title;
    const struct buffer *json;
};

static void write_slot(void *context, const char *slot, struct buffer *out)
{
    const struct slots *slots = context;
    if (strcmp(slot, "title") == 0) {
        buffer_html(out, slots->title);
    } else if (strcmp(slot, "data") == 0) {
        buffer_script(out, slots->json->text, slots->json->length);
    }
}

enum status search_page_write(struct cJSON *data, const char *path, struct error *err)
{
    struct buffer title, json, page;
    buffer_init(&title);
    buffer_init(&json);
    buffer_init(&page);
    enum status status = json_print(data, JSON_LINE, &json, err);
    if (status == OK) {
        const cJSON *report = cJSON_GetObjectItemCaseSensitive(data, "report");
        buffer_format(&title, "racewalk %s: %s",
                      cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(report, "mode")),
                      cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(data, "instance")));
        struct slots slots = {.title = title.text, .json = &json};
        asset_write_page(&search_page_assets, "search.html", write_slot, &slots, &page);
        status = buffer_status(&page, err);
    }
    if (status == OK)
        status = file_write_whole(path, page.text, page.length, err);
    buffer_release(&page);
    buffer_release(&title);
    buffer_release(&json);
    cJSON_Delete(data);
    return status;
}
