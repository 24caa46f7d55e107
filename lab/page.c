/* SPDX-License-Identifier: Apache-2.0 */
#include "lab/page.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/asset.h"
#include "base/memory.h"
#include "lab/names.h"
#include "lab/page_panels.h"
#include "lab/picture.h"

#define TITLE "ACME CloudDB DNS Control Plane"

/* lab/page/ and what it shares of web/, embedded by the build. */
extern const struct asset_list page_assets;

/* What fills the slots of lab/page/head.html that are not files. */
struct head {
    const char *title, *more;
};

static void write_head_slot(void *context, const char *slot, struct buffer *out)
{
    const struct head *head = context;
    if (strcmp(slot, "title") == 0)
        buffer_html(out, head->title);
    else if (strcmp(slot, "more") == 0)
        buffer_string(out, head->more);
}

static void write_head(struct buffer *out, const char *title, const char *more)
{
    struct head head = {title, more};
    asset_write_page(&page_assets, "head.html", write_head_slot, &head, out);
}

void page_write_head(struct buffer *out, const char *title)
{
    write_head(out, title, "");
}

void page_write_foot(struct buffer *out)
{
    buffer_string(out, "</body>\n</html>\n");
}

/* A record's value in words: the text, or the targets with their weights, one a line. */
static void write_value(struct buffer *out, const struct record *record)
{
    if (record->text != NULL)
        buffer_html(out, record->text);
    for (size_t i = 0; i < record->target_count; i++) {
        if (i > 0)
            buffer_string(out, "<br>");
        buffer_html(out, record->targets[i].name);
        buffer_format(out, " <small>weight=%" PRId64 "</small>", record->targets[i].weight);
    }
}

static void write_card(struct buffer *out, const char *title, const struct record *record)
{
    buffer_format(out, "<section class=\"card\" id=\"card-%s\"><h2>%s</h2>", title, title);
    if (record == NULL) {
        buffer_string(out, "<p><em>missing</em></p>");
    } else {
        buffer_string(out, "<p>");
        write_value(out, record);
        buffer_string(out, "</p>");
    }
    buffer_string(out, "</section>\n");
}

/* The tree and the list of addresses come from one walk. */
struct drawing {
    struct buffer tree;
    struct buffer addresses;
    size_t address_count;
};

static void draw_address(struct drawing *drawing, const char *address)
{
    buffer_char(&drawing->tree, ' ');
    buffer_html(&drawing->tree, address);
    if (drawing->address_count++ > 0)
        buffer_string(&drawing->addresses, ", ");
    buffer_html(&drawing->addresses, address);
}

static void draw(void *context, const struct resolve_event *event)
{
    struct drawing *drawing = context;
    struct buffer *out = &drawing->tree;
    if (event->step == RESOLVE_LEAVE) {
        buffer_string(out, "</ul></li>\n");
        return;
    }
    buffer_string(out, "<li><code>");
    buffer_html(out, event->name);
    buffer_string(out, "</code> ");
    if (event->record == NULL) {
        buffer_format(out, "<span class=\"broken\">%s</span>",
                      event->step == RESOLVE_MISSING ? "missing"
                      : event->step == RESOLVE_CYCLE ? "cycle"
                                                     : "too far");
    } else {
        buffer_format(out, "<span class=\"record-type\">%s</span>", record_type_name(event->record->type));
        if (event->step == RESOLVE_ADDRESS)
            draw_address(drawing, event->record->text);
    }
    if (event->edge != NULL)
        buffer_format(out, " <span class=\"edge\">(weight=%" PRId64 ")</span>", event->edge->weight);
    buffer_string(out, event->step == RESOLVE_ALIAS ? "<ul>\n" : "</li>\n");
}

static void write_resolution(struct buffer *out, const struct drawing *drawing)
{
    buffer_string(out, "<section class=\"card\" id=\"card-Resolution\"><h2>Resolution</h2>");
    if (drawing->address_count == 0) {
        buffer_string(out, "<p class=\"broken\">BROKEN: root resolves to zero IPs</p><p>[]</p>");
    } else {
        buffer_string(out, "<p class=\"healthy\">healthy</p><p>");
        buffer_append(out, drawing->addresses.text, drawing->addresses.length);
        buffer_string(out, "</p>");
    }
    buffer_string(out, "</section>\n");
}

static int compare_records(const void *a, const void *b)
{
    const struct record *x = *(struct record *const *)a, *y = *(struct record *const *)b;
    const int order = strcmp(x->name, y->name);
    return order != 0 ? order : (int)x->type - (int)y->type;
}

/* By name: the lock, which moves in the zone with each deploy, would make all other rows jump. */
static void write_records(struct buffer *out, const struct wormhole53 *zone)
{
    if (zone->count == 0) {
        buffer_string(
            out, "<div class=\"panel\" id=\"no-records\"><em>No DNS records installed yet.</em></div>\n");
        return;
    }
    struct record **sorted = mem_new(zone->count, sizeof(struct record *));
    if (sorted == NULL) {
        out->failed = true;
        return;
    }
    memcpy(sorted, zone->records, zone->count * sizeof(struct record *));
    qsort(sorted, zone->count, sizeof(struct record *), compare_records);
    buffer_string(
        out, "<div class=\"scroll\" id=\"records\"><table>\n<thead><tr><th>Name</th><th>Type</th><th>Value"
             "</th></tr></thead>\n<tbody>\n");
    for (size_t i = 0; i < zone->count; i++) {
        buffer_string(out, "<tr><td>");
        buffer_html(out, sorted[i]->name);
        buffer_format(out, "</td><td>%s</td><td>", record_type_name(sorted[i]->type));
        write_value(out, sorted[i]);
        buffer_string(out, "</td></tr>\n");
    }
    buffer_string(out, "</tbody></table></div>\n");
    mem_free(sorted);
}

static void write_picture(struct buffer *out, const struct lab *lab)
{
    struct buffer data;
    buffer_init(&data);
    picture_write(&data, lab);
    buffer_string(out, "<section class=\"panel\" id=\"picture-panel\"><h2>What the names resolve to</h2>\n"
                       "<div id=\"picture\" data-own data-picture=\"");
    buffer_html(out, data.text);
    buffer_string(out, "\"></div></section>\n");
    out->failed = out->failed || data.failed;
    buffer_release(&data);
}

static void write_main(struct buffer *out, const struct lab *lab, const struct drawing *drawing)
{
    const struct wormhole53 *zone = &lab->zone;
    buffer_string(out, "<main>\n");
    page_write_health(out, lab, drawing->address_count);
    page_write_deployers(out, lab);
    buffer_string(out, "<div class=\"columns\">\n");
    write_picture(out, lab);
    page_write_log(out, &lab->log);
    buffer_string(out, "</div>\n<div class=\"cards\">\n");
    write_card(out, "Root", wormhole53_find(zone, RECORD_ALIAS, LAB_ROOT_NAME));
    write_card(out, "Rollback", wormhole53_find(zone, RECORD_ALIAS, LAB_ROLLBACK_NAME));
    write_card(out, "Lock", wormhole53_find(zone, RECORD_TXT, LAB_LOCK_NAME));
    write_resolution(out, drawing);
    buffer_string(out, "</div>\n<h2 id=\"words\">Resolver tree from root</h2>\n<div class=\"panel tree\" "
                       "id=\"tree\"><ul>\n");
    buffer_append(out, drawing->tree.text, drawing->tree.length);
    buffer_string(out, "</ul></div>\n<h2 id=\"raw\">Raw records</h2>\n");
    write_records(out, zone);
    buffer_string(out, "</main>\n");
    out->failed = out->failed || drawing->tree.failed || drawing->addresses.failed;
}

static void ignore_slot(void *context, const char *slot, struct buffer *out)
{
    (void)context;
    (void)slot;
    (void)out;
}

void page_write_front(struct buffer *out, const struct lab *lab)
{
    struct drawing drawing = {.address_count = 0};
    buffer_init(&drawing.tree);
    buffer_init(&drawing.addresses);
    wormhole53_walk(&lab->zone, LAB_ROOT_NAME, draw, &drawing);
    /* Where there are no scripts, the browser loads the page again. */
    write_head(out, TITLE, "<noscript><meta http-equiv=\"refresh\" content=\"2\"></noscript>\n");
    asset_write_page(&page_assets, "top.html", ignore_slot, NULL, out);
    write_main(out, lab, &drawing);
    asset_write_page(&page_assets, "scripts.html", ignore_slot, NULL, out);
    page_write_foot(out);
    buffer_release(&drawing.tree);
    buffer_release(&drawing.addresses);
}
