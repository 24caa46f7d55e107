/* SPDX-License-Identifier: Apache-2.0 */
/* A file of results that grows by a line for each, and that a resumed search goes on with: lines that stand
 * there already are not written twice, and a last line that was cut off by a crash is removed. Owner only. */
#ifndef RACEWALK_MBT_LINE_FILE_H
#define RACEWALK_MBT_LINE_FILE_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "base/status.h"

struct line_file {
    FILE *file;
    const char *path;
    uint64_t *sums; /* of the lines that stood there when the file was opened; owned */
    size_t count, capacity;
    bool cut; /* a half-written last line was removed */
};

/* Borrows path; "-" is standard output. With go_on what stands there is kept, otherwise the file begins anew.
 */
enum status line_file_open(struct line_file *lines, const char *path, bool go_on,
                           struct error *err) WARN_UNUSED;
/* Adds a line, its newline included, unless it stood there; it is on disk when the call returns. */
enum status line_file_add(struct line_file *lines, const char *line, size_t length,
                          struct error *err) WARN_UNUSED;
/* Nothing is wrong with a file that was never opened (all zero). */
enum status line_file_close(struct line_file *lines, struct error *err) WARN_UNUSED;

#endif
