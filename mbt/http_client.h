/* SPDX-License-Identifier: Apache-2.0 */
/* An HTTP client for drivers of systems that answer in JSON: libcurl with one request at a time.
 *
 * A request is sent only after the answer to the one before it has come, since servers may carry out requests
 * of one connection at the same time. No request is sent twice: one that got lost on the way is an error, and
 * the caller decides what follows. The connection is kept from one request to the next.
 *
 * Proxies are taken from the environment, as libcurl does it: http_proxy, https_proxy, all_proxy, no_proxy.
 * The loopback interface (localhost, 127.0.0.0/8, ::1) and a Unix socket are always asked directly.
 *
 * Nothing that comes over the wire is trusted. Messages begin with the URL, and never hold a header's value
 * or a password. Owner only; clients of several threads share nothing. */
#ifndef RACEWALK_MBT_HTTP_CLIENT_H
#define RACEWALK_MBT_HTTP_CLIENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"

struct cJSON;

#define HTTP_URL_MAX       512   /* bytes of the server's URL */
#define HTTP_HEAD_MAX      65536 /* bytes of an answer's headers, those of 1xx answers before it included */
#define HTTP_REDIRECTS_MAX 10    /* followed for one request */
#define HTTP_HEADERS_MAX   64    /* of the user's */

/* All texts are borrowed until http_client_new returns; all zero is a good set of options. */
struct http_options {
    long request_ms;            /* for a request and its whole answer, connecting included; 0: 10 s */
    long connect_ms;            /* of these, for a connection; 0: 2 s, or request_ms when that was given */
    size_t answer_max;          /* bytes of an answer's body; 0: 1 MiB */
    const char *cacert;         /* a PEM file of the authorities to trust in place of the system's; or NULL */
    const char *user;           /* NAME:PASSWORD for basic authentication; or NULL */
    const char *unix_socket;    /* a socket's path to connect to, whatever the URL's host is; or NULL */
    const char *const *headers; /* "NAME: VALUE" each, sent with every request */
    size_t header_count;
    bool location; /* follow redirects to any host, without credentials and headers */
};

#define HTTP_REQUEST_MS ((long)10000)
#define HTTP_CONNECT_MS ((long)2000)
#define HTTP_ANSWER_MAX ((size_t)1 << 20)

struct http_request {
    const char *method; /* "GET", "POST", "PUT", …; not HEAD */
    const char *path;   /* begins with a slash, and is put behind the URL as it is */
    const char *body;   /* the text of a JSON document; NULL sends none */
    bool is_raw;        /* the answer's body is taken as text, and not as JSON */
};

/* What a server answered. */
struct http_answer {
    int status;         /* 200 */
    struct cJSON *json; /* the body; NULL when it is not one JSON document, or was asked for raw */
    struct buffer text; /* the body as it came */
};

void http_answer_init(struct http_answer *answer);
void http_answer_release(struct http_answer *answer);

/* The status is one of 2xx. */
bool http_answer_is_success(const struct http_answer *answer);

/* The beginning of the body on one line, for a message. */
#define HTTP_EXCERPT_SIZE 128
const char *http_answer_excerpt(const struct http_answer *answer, char out[HTTP_EXCERPT_SIZE]);

struct http_client; /* opaque */

/* url is http://HOST[:PORT][/PREFIX] or https://…, copied; a slash at its end does not matter. options may be
 * NULL. Connects only when first asked for something. ERR_USAGE when it is no such URL, or an option cannot
 * be; ERR_NO_INPUT when the file of authorities cannot be read. */
enum status http_client_new(const char *url, const struct http_options *options,
                            struct http_client **ret_client, struct error *err) WARN_UNUSED;
/* NULL is fine. */
void http_client_free(struct http_client *client);

/* Sends a request and takes the whole answer, whatever its status is. Redirects are followed within the same
 * host and port, and to https on the same host; elsewhere only with the option location. A redirect after a
 * POST is a POST again, but for 303, which is a GET. ret_answer must be initialized; what it held is
 * replaced, or lost when the request fails.
 *
 * ERR_IO: nobody answers there, or not in time, or the connection broke, or is not trusted. ERR_DATA: the
 * answer is not HTTP, larger than the limit, or a redirect that is not followed. ERR_MEMORY. */
enum status http_client_request(struct http_client *client, const struct http_request *request,
                                struct http_answer *ret_answer, struct error *err) WARN_UNUSED;

/* Without the slash at its end. */
const char *http_client_url(const struct http_client *client);

/* Requests sent so far, without those after a redirect. */
uint64_t http_client_requests(const struct http_client *client);

#endif
