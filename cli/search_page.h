/* The page that --report writes: one HTML file about a search, with all that it needs in it.
 *
 * Its source is cli/page/, built into the program; its data are one JSON object in a script element (id
 * "data"), the same for scripts that read it as for the page's own:
 *
 *   report     what --json gives
 *   instance   the instance in words
 *   kinds      {property: "invariant" | "example"}
 *   links      for each finding a relative URI: the trace's file as seen from the page's folder, or null
 *   rate       {"unit", "points": [[seconds, count], …]}: what was done when
 *   odds       run: exact chances, or a note why there are none (run_page.h)
 *   layers     check: states by layer, or null (check_page.h)
 *
 * Texts stand there as JSON strings in which < > & are \u003c, \u003e, \u0026, and the page shows them as
 * text, never as markup. Main thread. */
#ifndef RACEWALK_CLI_SEARCH_PAGE_H
#define RACEWALK_CLI_SEARCH_PAGE_H

#include "cli/cli.h"
#include "cli/rate.h"

struct cJSON;

/* Before the search: can the page be written there? NULL is fine. */
enum status search_page_prepare(const char *path, struct error *err) WARN_UNUSED;

/* The data that every search has. Takes the report, which may be NULL; NULL when out of memory. */
struct cJSON *search_page_data(struct cJSON *report, const struct model *model, const char *path);
/* Adds the rate. */
bool search_page_add_rate(struct cJSON *data, const struct rate *rate, const char *unit);
/* Writes the page to path, whole or not at all, and frees the data, which may be NULL (ERR_MEMORY). */
enum status search_page_write(struct cJSON *data, const char *path, struct error *err) WARN_UNUSED;

#endif
