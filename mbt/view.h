/* SPDX-License-Identifier: Apache-2.0 */
/* A page that plays traces: one HTML file, with all that it needs in it.
 *
 * The page's source is mbt/view/ and web/ (page.html, style sheets, scripts; built into the program); a
 * narrator's picture of a trace stands in it when there is one. Its data are JSON in a script element: for each
 * trace what a story has, and per state only what the step changed. Names and texts reach the page as JSON strings in which < is written \u003c, and the scripts show
 * them as text, never as markup.
 *
 * Add traces, then finish. Owner only. */
#ifndef RACEWALK_MBT_VIEW_H
#define RACEWALK_MBT_VIEW_H

#include "base/buffer.h"
#include "mbt/story.h"

#define VIEW_BYTES_MAX ((size_t)1 << 29) /* of a page */

/* What the search says about a trace: a row of a findings folder's index. Texts may be NULL. */
struct view_finding {
    const char *shape, *shape_text;
    bool has_hits, has_sample;
    double hits, sample;
};

#define VIEW_DIFFERENCES_MAX 4

/* What a system did: a row of a confirm report. Texts may be NULL. */
struct view_verdict {
    const char *differences[VIEW_DIFFERENCES_MAX]; /* the names of those that are known, then NULL */
    bool has_same, same; /* the verdict is the model's own; older reports do not say */
    const char *verdict, *fail_action, *message;
    bool has_fail_state;
    size_t fail_state;
};

struct view {
    const struct narrator *narrator; /* of the stories, or NULL */
    const char *system;              /* what stands for the system, one word; NULL: there is none */
    struct buffer data;              /* the traces' JSON so far */
    size_t trace_count;
};

/* Borrows what it is given. */
void view_init(struct view *view, const struct narrator *narrator, const char *system);
void view_release(struct view *view);

/* Copies what it needs of a story by the view's narrator. finding and verdict may be NULL. A failure shows in view_write. */
void view_add(struct view *view, const struct story *story, const struct view_finding *finding,
              const struct view_verdict *verdict);

/* Appends the whole page. title is plain text. */
enum status view_write(const struct view *view, const char *title, struct buffer *out,
                       struct error *err) WARN_UNUSED;

/* A JSON string in its quotes that can stand within a script element; broken UTF-8 becomes U+FFFD. NULL
 * becomes null. */
void view_json_string(struct buffer *out, const char *text);
/* The same of bytes. */
void view_json_bytes(struct buffer *out, const char *text, size_t length);

#endif
