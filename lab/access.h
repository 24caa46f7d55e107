/* SPDX-License-Identifier: Apache-2.0 */
/* Who may ask the lab.
 *
 * Any page in a browser can send a POST to a port of the browser's machine. Whoever points a name of their own
 * at 127.0.0.1 (DNS rebinding) can read the answers, too. The headers tell such requests apart. Host must be
 * an address, which nobody can rebind, localhost, or a name that the lab was given. A request that changes
 * something must not come from a page of another origin. If the lab has a token, a request must also carry
 * it, as "Authorization: Bearer TOKEN", or once as /?token=TOKEN, which gives the browser a cookie.
 *
 * Any thread, once access_init has returned. */
#ifndef RACEWALK_LAB_ACCESS_H
#define RACEWALK_LAB_ACCESS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/status.h"
#include "lab/api.h"

#define ACCESS_TOKEN_MAX    256 /* characters */
#define ACCESS_SESSION_SIZE 33  /* of a cookie's value, with its NUL */

/* All borrowed. */
struct access_rules {
    const char *const *hosts; /* names that may stand in Host, besides the usual */
    size_t host_count;
    const char *token; /* NULL: none is asked for */
};

struct access {
    struct access_rules rules;
    const char *host;                  /* what the lab was told to listen on, borrowed */
    char session[ACCESS_SESSION_SIZE]; /* stands for the token in cookies; gone with the process */
};

/* ERR_USAGE for a name that is none, and for a token that does not fit into a header. */
enum status access_init(struct access *access, const char *host, const struct access_rules *rules,
                        struct error *err) WARN_UNUSED;

/* True when the request may go on. Otherwise the answer is filled in: a refusal, or the redirection from
 * /?token=. */
bool access_check(const struct access *access, const struct api_request *request, struct api_answer *answer);

#endif
