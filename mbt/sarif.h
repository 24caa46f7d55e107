/* SPDX-License-Identifier: Apache-2.0 */
/* A SARIF 2.1.0 log of one run: what code-scanning services read. A rule for each property, a result for each
 * trace that fails (with a baseline, for one that no longer does, too), a notification for each input that
 * could not be judged. Results are added one by one; sarif_write makes the document. Owner only. */
#ifndef RACEWALK_MBT_SARIF_H
#define RACEWALK_MBT_SARIF_H

#include "mbt/ci_result.h"

struct sarif_rule {
    const char *id;
    const char *description; /* a sentence without its full stop */
};

struct sarif {
    struct buffer results, notifications; /* elements, with commas between */
};

void sarif_init(struct sarif *sarif);
void sarif_release(struct sarif *sarif);

void sarif_add(struct sarif *sarif, const struct ci_result *result);
/* An input that could not be judged. */
void sarif_notify(struct sarif *sarif, const struct ci_result *result);

/* Appends the document. ERR_MEMORY when a result did not fit. */
enum status sarif_write(const struct sarif *sarif, const char *version, const struct sarif_rule *rules,
                        size_t rule_count, bool successful, struct buffer *out,
                        struct error *err) WARN_UNUSED;

#endif
