/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/search_page.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/asset.h"
#include "base/file.h"
#include "base/program.h"
#include "base/uri.h"

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

/* --- data --- */

void search_page_add_facts(struct json_writer *data, const struct model *model,
                           const struct finding *const *findings, size_t count, const char *path)
{
    struct buffer text;
    buffer_init(&text);
    model_print_instance(model, &text);
    json_add_text(data, "instance", text.text);
    json_add_array(data, "links");
    for (size_t i = 0; i < count; i++) {
        buffer_clear(&text);
        if (findings[i]->file[0] != '\0')
            append_link(path, findings[i]->file, &text);
        json_add_text(data, NULL, text.length > 0 ? text.text : NULL);
    }
    json_end(data);
    buffer_release(&text);
    json_add_object(data, "kinds");
    for (size_t p = 0; p < model->class->property_count; p++) {
        const struct property *property = &model->class->properties[p];
        json_add_text(data, property->name, property->kind == PROPERTY_INVARIANT ? "invariant" : "example");
    }
    json_end(data);
}

void search_page_add_rate(struct json_writer *data, const struct rate *rate, const char *unit)
{
    json_add_object(data, "rate");
    json_add_text(data, "unit", unit);
    json_add_array(data, "points");
    for (size_t i = 0; i < rate->point_count; i++) {
        const double point[] = {rate->points[i].seconds, rate->points[i].count};
        json_add_numbers(data, NULL, point, 2);
    }
    json_end(data);
    json_end(data);
}

/* --- the page --- */

struct slots {
    const struct model *model;
    const char *mode;
    const struct buffer *json;
};

static void write_slot(void *context, const char *slot, struct buffer *out)
{
    const struct slots *slots = context;
    if (strcmp(slot, "title") == 0) {
        struct buffer title;
        buffer_init(&title);
        buffer_format(&title, "%s %s: ", program_name(), slots->mode);
        if (slots->model->class->identity != 0) /* there are many models of people's own */
            buffer_format(&title, "%s, ", slots->model->class->name);
        model_print_instance(slots->model, &title);
        buffer_html(out, title.text);
        out->failed = out->failed || title.failed;
        buffer_release(&title);
    } else if (strcmp(slot, "program") == 0) {
        buffer_html(out, program_name());
    } else if (strcmp(slot, "data") == 0) {
        buffer_script(out, slots->json->text, slots->json->length);
    }
}

enum status search_page_write(struct json_writer *data, const struct model *model, const char *mode,
                              const char *path, struct error *err)
{
    struct slots slots = {.model = model, .mode = mode, .json = &data->out};
    struct buffer page;
    buffer_init(&page);
    enum status status = json_writer_status(data, err);
    if (status == OK) {
        asset_write_page(&search_page_assets, "search.html", write_slot, &slots, &page);
        status = buffer_status(&page, err);
    }
    if (status == OK)
        status = file_write_whole(path, page.text, page.length, err);
    buffer_release(&page);
    json_writer_release(data);
    return status;
}
