/* SPDX-License-Identifier: Apache-2.0 */
/* The lab's HTTP API without the HTTP: a request in, an answer out.
 *
 * One table of routes says which calls there are, what answers them and how they are described on /docs and
 * in /openapi.json. Every error is JSON, {"detail": …}. The caller holds the lab's lock. */
#ifndef RACEWALK_LAB_API_H
#define RACEWALK_LAB_API_H

#include "base/buffer.h"
#include "base/status.h"
#include "lab/body.h"
#include "lab/lab.h"

#define API_PATH_MAX    2048 /* bytes of a request's target; a longer one is a 414 */
#define API_ETAG_SIZE   40
#define API_COOKIE_SIZE 128

struct api_request {
    const char *method;
    const char *target; /* from its path on, as sent: percent-encoded, with its query */
    const char *host;   /* of an absolute target, or else the Host header; NULL for none, as all below */
    const char *origin;
    const char *fetch_site; /* Sec-Fetch-Site */
    const char *authorization;
    const char *cookies;
    const char *if_none_match;
    struct body body;
};

struct api_answer {
    unsigned status;              /* an HTTP status */
    const char *content_type;     /* NULL: no body */
    const char *allow;            /* the Allow header of a 405, or NULL */
    const char *authenticate;     /* the WWW-Authenticate header of a 401, or NULL */
    char etag[API_ETAG_SIZE];     /* the ETag header, or empty */
    char cookie[API_COOKIE_SIZE]; /* the Set-Cookie header, or empty */
    struct buffer location;       /* the Location header of a redirection, or empty */
    struct buffer body;
};

void api_answer_init(struct api_answer *answer);
void api_answer_release(struct api_answer *answer);

/* {"detail": text} with this status; what was in the answer is gone. */
void api_answer_error(struct api_answer *answer, unsigned status, const char *text);

/* Fills in the answer in any case; out of memory is a 500. HEAD is answered as GET: the sender must leave the
 * body out. The caller must have asked access.h whether the request may be answered at all. */
void api_handle(struct lab *lab, const struct api_request *request, struct api_answer *answer);

#endif
