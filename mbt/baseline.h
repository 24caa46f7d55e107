/* SPDX-License-Identifier: Apache-2.0 */
/* A baseline: the report that an earlier racewalk confirm --json wrote. Held against it, a trace that fails
 * is a new failure or one that is known, and a trace that passes may have been fixed.
 *
 * Both verdicts, the earlier and the present one, are judged by the same expectation, that of the present
 * run. A trace is found in the baseline by file and index; "./" in front of a file means nothing, and where
 * no row has the same path, the only row with the same name in another folder counts. Owner only. */
#ifndef RACEWALK_MBT_BASELINE_H
#define RACEWALK_MBT_BASELINE_H

#include "mbt/confirm.h"

enum baseline_change {
    BASELINE_NONE,          /* there is no baseline */
    BASELINE_NEW,           /* passes, and is not in the baseline */
    BASELINE_UNCHANGED,     /* passed, and passes */
    BASELINE_FIXED,         /* failed, and passes */
    BASELINE_STILL_FAILING, /* failed, and fails */
    BASELINE_NEW_FAILURE    /* fails, and passed or is not in the baseline */
};
enum { BASELINE_CHANGE_COUNT = BASELINE_NEW_FAILURE + 1 };

/* "new", "unchanged", "fixed", "still-failing", "new-failure"; "" for none. */
const char *baseline_change_name(enum baseline_change change);

/* A path without "./" in front, as services know the files of a repository. Points into path. */
const char *baseline_plain_path(const char *path);

struct baseline; /* opaque */

/* ERR_DATA when it is not such a report, or not as one should be; see mbt/view_notes.h. */
enum status baseline_read(const char *path, struct baseline **ret_baseline, struct error *err) WARN_UNUSED;
/* The text of a report, which is borrowed for the call. */
enum status baseline_read_memory(const char *name, const void *text, size_t length,
                                 struct baseline **ret_baseline, struct error *err) WARN_UNUSED;
/* NULL is fine. */
void baseline_free(struct baseline *baseline);

/* What has become of a trace; remembers that it was asked for. same is as in struct confirm_result; a row
 * that does not say is taken to be so when it is confirmed or agrees. *ret_before is the verdict of the
 * baseline, as its name; NULL when the baseline does not have the trace. */
enum baseline_change baseline_compare(struct baseline *baseline, const char *file, size_t index,
                                      enum confirm_verdict verdict, bool same,
                                      enum confirm_expectation expectation, const char **ret_before);

/* The next trace of the baseline that was not asked for; *at is where to begin, 0 at first. False when there
 * are no more. */
bool baseline_next_missing(const struct baseline *baseline, size_t *at, const char **ret_file,
                           size_t *ret_index);

#endif
