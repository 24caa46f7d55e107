/* SPDX-License-Identifier: Apache-2.0 */
/* The page about a run (search_page.h), with the exact chances to hold what was seen against:
 *
 *   odds  {"max_steps", "chance", "walks": mean number until the first hit (null: none hits), "shortest",
 *          "by_class": for each class of report.hit_lengths, from 0 on, the chance that a walk ends in a hit
 * of such a length} or {"note": why there are none}
 *
 * Main thread. */
#ifndef RACEWALK_CLI_RUN_PAGE_H
#define RACEWALK_CLI_RUN_PAGE_H

#include "cli/progress.h"
#include "cli/run_outcome.h"

/* Computes the chances, for which it takes a few seconds at most, and writes the page. */
enum status run_page_write(const struct run_outcome *outcome, bool guided, const struct rate *rate,
                           struct progress *progress, const char *path, struct error *err) WARN_UNUSED;

#endif
