/* SPDX-License-Identifier: Apache-2.0 */
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

#include "base/json_writer.h"
#include "cli/cli.h"
#include "cli/rate.h"
#include "model/finding.h"

/* Before the search: can the page be written there? NULL is fine. */
enum status search_page_prepare(const char *path, struct error *err) WARN_UNUSED;

/* Adds what the data of every search have beside the report: instance, links, kinds. path: of the page. */
void search_page_add_facts(struct json_writer *data, const struct model *model,
                           const struct finding *const *findings, size_t count, const char *path);
/* Adds the rate. */
void search_page_add_rate(struct json_writer *data, const struct rate *rate, const char *unit);
/* Writes the page to path, whole or not at all, and releases the data's writer. mode: the command's name. */
enum status search_page_write(struct json_writer *data, const struct model *model, const char *mode,
                              const char *path, struct error *err) WARN_UNUSED;

#endif
