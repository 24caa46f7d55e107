#include "mbt/view.h"

#include <string.h>

#include "mbt/view_data.h"
#include "mbt/view_page.h"

void view_init(struct view *view)
{
    *view = (struct view){.trace_count = 0};
    buffer_init_limited(&view->data, VIEW_BYTES_MAX);
}

void view_release(struct view *view)
{
    buffer_release(&view->data);
}

void view_add(struct view *view, const struct story *story, const struct view_finding *finding,
              const struct view_lab *lab)
{
    if (view->trace_count++ > 0)
        buffer_string(&view->data, ",\n");
    view_data_trace(&view->data, story, finding, lab);
}

static const struct view_asset *find_asset(const char *name, size_t length)
{
    for (size_t i = 0; i < view_asset_count; i++) {
        if (strlen(view_assets[i].name) == length && memcmp(view_assets[i].name, name, length) == 0)
            return &view_assets[i];
    }
    return NULL;
}

static void write_slot(const struct view *view, const char *title, const char *name, size_t length,
                       struct buffer *out)
{
    const struct view_asset *asset = find_asset(name, length);
    if (asset != NULL) {
        buffer_append(out, asset->bytes, asset->length);
    } else if (length == 5 && memcmp(name, "title", 5) == 0) {
        buffer_html(out, title);
    } else if (length == 4 && memcmp(name, "data", 4) == 0) {
        buffer_string(out, "{\"title\":");
        view_json_string(out, title);
        buffer_string(out, ",\"traces\":[\n");
        buffer_append(out, view->data.text, view->data.length);
        buffer_string(out, "]}\n");
    } else {
        /* Not one of ours: it stands as it is. */
        buffer_char(out, '@');
        buffer_append(out, name, length);
        buffer_char(out, '@');
    }
}

enum status view_write(const struct view *view, const char *title, struct buffer *out, struct error *err)
{
    enum status status = buffer_status(&view->data, err);
    const struct view_asset *page = find_asset("page.html", strlen("page.html"));
    if (status != OK)
        return status;
    if (page == NULL)
        return error_set(err, ERR_INTERNAL, "the page's source was not built in");
    const char *at = (const char *)page->bytes, *end = at + page->length;
    while (at < end) {
        const char *open = memchr(at, '@', (size_t)(end - at));
        const char *close = open == NULL ? NULL : memchr(open + 1, '@', (size_t)(end - open - 1));
        if (close == NULL) {
            buffer_append(out, at, (size_t)(end - at));
            break;
        }
        buffer_append(out, at, (size_t)(open - at));
        write_slot(view, title, open + 1, (size_t)(close - open - 1), out);
        at = close + 1;
    }
    return buffer_status(out, err);
}
