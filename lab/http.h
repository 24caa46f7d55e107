/* SPDX-License-Identifier: Apache-2.0 */
/* The HTTP server: libmicrohttpd, wrapped. It receives requests within bounds, hands each whole one to a
 * function, and sends that function's answer.
 *
 * One thread of libmicrohttpd serves all connections with epoll and calls `handle`, one request at a time. A
 * second thread ends what takes too long (watchdog.h). Bounds:
 *
 *   connections of an address   some more get a 503 and are closed; those after them are closed at once
 *   connections in all          the others wait in the kernel's queue
 *   bytes of a body             BODY_SIZE_MAX, else a 413
 *   bytes of a target           API_PATH_MAX, else a 414
 *   time                        a 408
 *
 * A request that two servers could read differently (where it ends, whom it is for: RFC 9112) gets a 400. All
 * these answers are JSON. Only bytes that are no HTTP request, and headers of more than HTTP_HEAD_MAX bytes,
 * are answered by the library, with its own page, and then it closes the connection. */
#ifndef RACEWALK_LAB_HTTP_H
#define RACEWALK_LAB_HTTP_H

#include <stdbool.h>

#include "base/status.h"
#include "lab/api.h"

#define HTTP_HEAD_MAX  65536     /* bytes of a request line and headers, with what is noted of each */
#define HTTP_DRAIN_MAX (1 << 20) /* bytes of a too long body that are read before the answer */

struct http_config {
    const char *host; /* an address, or a name that has one */
    int port;         /* 0: any free one */
    int request_ms;
    /* Fills the answer, which is initialized. Called from the server's thread. */
    void (*handle)(void *context, const struct api_request *request, struct api_answer *answer);
    void *context;
};

struct http_server; /* opaque */

/* Listens and serves until http_server_stop. ERR_IO names host, port and reason. */
enum status http_server_start(const struct http_config *config, struct http_server **ret_server,
                              struct error *err) WARN_UNUSED;
/* Ends all connections and threads. NULL is fine. */
void http_server_stop(struct http_server *server);

/* Where it listens, as in a URL: "127.0.0.1" or "[::1]". */
const char *http_server_host(const struct http_server *server);
int http_server_port(const struct http_server *server);
/* True when only this machine reaches it. */
bool http_server_is_local(const struct http_server *server);

#endif
