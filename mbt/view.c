/* SPDX-License-Identifier: Apache-2.0 */
#include "mbt/view.h"

#include <assert.h>
#include <string.h>

#include "base/asset.h"
#include "base/program.h"
#include "mbt/view_data.h"

/* mbt/view/ and what it shares of web/, embedded by the build. */
extern const struct asset_list view_assets;

void view_init(struct view *view, const struct narrator *narrator, const char *system)
{
    *view = (struct view){.narrator = narrator, .system = system};
    buffer_init_limited(&view->data, VIEW_BYTES_MAX);
}

void view_release(struct view *view)
{
    buffer_release(&view->data);
}

void view_add(struct view *view, const struct story *story, const struct view_finding *finding,
              const struct view_verdict *verdict)
{
    assert(story->narrator == view->narrator);
    if (view->trace_count++ > 0)
        buffer_string(&view->data, ",\n");
    view_data_trace(&view->data, story, finding, verdict);
}

/* What fills a slot of page.html that is not a file. */
struct slots {
    const struct view *view;
    const char *title;
};

static void write_slot(void *context, const char *slot, struct buffer *out)
{
    const struct slots *slots = context;
    const struct narrator *narrator = slots->view->narrator;
    if (strcmp(slot, "title") == 0) {
        buffer_html(out, slots->title);
    } else if (strcmp(slot, "program") == 0) {
        buffer_html(out, program_name());
    } else if (strcmp(slot, "data") == 0) {
        buffer_string(out, "{\"title\":");
        view_json_string(out, slots->title);
        buffer_string(out, ",\"program\":");
        view_json_string(out, program_name());
        buffer_string(out, ",\"system\":");
        view_json_string(out, slots->view->system);
        buffer_string(out, ",\"traces\":[\n");
        buffer_append(out, slots->view->data.text, slots->view->data.length);
        buffer_string(out, "]}\n");
    } else if (narrator != NULL) {
        asset_write_page(narrator->picture, slot, write_slot, context, out); /* one of the picture's own */
    }
}

enum status view_write(const struct view *view, const char *title, struct buffer *out, struct error *err)
{
    const enum status status = buffer_status(&view->data, err);
    if (status != OK)
        return status;
    struct slots slots = {.view = view, .title = title};
    asset_write_page(&view_assets, "page.html", write_slot, &slots, out);
    return buffer_status(out, err);
}
