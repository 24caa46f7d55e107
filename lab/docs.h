/* SPDX-License-Identifier: Apache-2.0 */
/* The calls of the API, one row each: what the router goes by, and what /docs and /openapi.json say. Pure
 * functions: any thread. */
#ifndef RACEWALK_LAB_DOCS_H
#define RACEWALK_LAB_DOCS_H

#include "base/buffer.h"

enum docs_call {
    DOCS_FRONT,
    DOCS_HEALTH,
    DOCS_RESOLVE,
    DOCS_LOG,
    DOCS_STATE,
    DOCS_RESET,
    DOCS_SEED_INIT,
    DOCS_GENERATE,
    DOCS_SYNC,
    DOCS_DEPLOY,
    DOCS_CLEANUP,
    DOCS_DOCS,
    DOCS_REDOC,
    DOCS_OPENAPI,
    DOCS_CALL_COUNT
};

struct docs_row {
    const char *method;
    const char *path;        /* with at most one {name} */
    const char *summary;     /* a sentence without its full stop */
    const char *body;        /* what the body looks like, or NULL */
    const char *body_schema; /* JSON Schema of the body, or NULL */
    const char *answer;      /* what the answer looks like */
};

extern const struct docs_row docs_calls[DOCS_CALL_COUNT];

void docs_write_page(struct buffer *out);
void docs_write_openapi(struct buffer *out);

#endif
