/* SPDX-License-Identifier: Apache-2.0 */
/* The one maker of findings: a trace that shows a property, with its shape. Any thread. */
#ifndef RACEWALK_SEARCH_MAKE_FINDING_H
#define RACEWALK_SEARCH_MAKE_FINDING_H

#include "search/runner.h"
#include "search/shape.h"

/* A new finding, for finding_free, that holds a copy of the trace. command is the one that searched, with
 * its options. ERR_MEMORY, or as
 * shape_of_trace. */
enum status finding_of_trace(const struct model *model, const struct trace *trace, const char *command,
                             struct finding **ret_finding, struct error *err) WARN_UNUSED;
/* The same of a walk of a run, which is walked again. ERR_INTERNAL when it does not end in that hit. */
enum status finding_of_hit(const struct run_config *config, const struct walk_hit *hit,
                           struct finding **ret_finding, struct error *err) WARN_UNUSED;
/* NULL is fine. */
void finding_free(struct finding *finding);

#endif
