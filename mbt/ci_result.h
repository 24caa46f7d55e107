/* SPDX-License-Identifier: Apache-2.0 */
/* What CI servers are told about one trace: the same facts for annotations, SARIF and code-quality reports.
 * Texts may be of any bytes; each format makes of them what it can hold. */
#ifndef RACEWALK_MBT_CI_RESULT_H
#define RACEWALK_MBT_CI_RESULT_H

#include <stddef.h>

#include "base/buffer.h"
#include "mbt/baseline.h"

enum ci_level {
    CI_NOTE,    /* worth knowing: fixed */
    CI_WARNING, /* fails, and is known to */
    CI_ERROR
};

/* Appends the path as services know the files of a repository: without "./" in front, and relative to the
 * working directory where the file lies below it, so that results are placed, and are the same on every
 * runner. */
void ci_path(struct buffer *out, const char *path);

struct ci_result {
    const char *file; /* as ci_path has it */
    size_t index;     /* of the trace in its file */
    size_t line;      /* of the file where it begins, from 1 */
    const char *rule; /* which property it is about, or what could not be judged */
    enum ci_level level;
    const char *message; /* one line */
    enum baseline_change change;
};

/* A GitHub workflow command on a line of its own: ::error file=…,line=…,title=…::message. */
void ci_github_annotation(struct buffer *out, const struct ci_result *result);

/* An element of GitLab's code-quality report, without a comma. */
void ci_code_quality(struct buffer *out, const struct ci_result *result);

#endif
