/* SPDX-License-Identifier: Apache-2.0 */
/* A report that CI servers read: JUnit XML, one test case a trace.
 *
 * Cases are added one by one; junit_write makes the document, whose head needs their counts. Any text is
 * taken: what XML cannot hold (control characters, bytes that are not UTF-8) becomes U+FFFD. Owner
 * only. */
#ifndef RACEWALK_MBT_JUNIT_H
#define RACEWALK_MBT_JUNIT_H

#include "base/buffer.h"

enum junit_outcome {
    JUNIT_PASSED,
    JUNIT_FAILED,  /* not as expected */
    JUNIT_SKIPPED, /* not as expected, and known */
    JUNIT_ERROR    /* could not be judged */
};

struct junit_case {
    const char *file; /* its class */
    const char *name;
    enum junit_outcome outcome;
    const char *type;    /* of the failure: a verdict */
    const char *message; /* one line about it */
    const char *details; /* more of it; NULL: none */
    double seconds;
};

struct junit {
    struct buffer cases; /* as XML */
    size_t total, failed, skipped, errors;
    double seconds;
};

void junit_init(struct junit *junit);
void junit_release(struct junit *junit);

void junit_add(struct junit *junit, const struct junit_case *item);

/* Appends the document. ERR_MEMORY when a case did not fit. */
enum status junit_write(const struct junit *junit, const char *suite, struct buffer *out,
                        struct error *err) WARN_UNUSED;

#endif
