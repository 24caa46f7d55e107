/* An HTTP client for a lab: JSON in and out over one connection that is kept alive.
 *
 * Requests that belong together go out in one write and are answered in order (pipelining, RFC 9112,
 * section 9.3.2): a round trip between two processes costs more than all that happens at its ends.
 *
 * Every size and every wait is bounded by struct lab_limits. A failure says which URL was asked and what
 * would be right. The client believes nothing about the answers but that they are JSON; whether they are the
 * right ones is for its caller.
 *
 * libcurl finds the host, connects, and encrypts where the URL says https; no other file includes it.
 * mbt/http_reply.h takes the replies apart. Owner only: one client a thread. */
#ifndef RACEWALK_MBT_LAB_CLIENT_H
#define RACEWALK_MBT_LAB_CLIENT_H

#include <stddef.h>
#include <stdint.h>

#include "base/status.h"

struct cJSON;

struct lab_limits {
    long connect_ms;   /* until the connection stands */
    long request_ms;   /* until the whole answer is there */
    size_t answer_max; /* bytes of an answer's body */
};

#define LAB_LIMITS_DEFAULT \
    ((struct lab_limits){.connect_ms = 2000, .request_ms = 10000, .answer_max = (size_t)1 << 20})

#define LAB_URL_MAX   512 /* bytes of the lab's URL */
#define LAB_BATCH_MAX 4   /* requests in one write */

enum lab_method { LAB_GET, LAB_POST };

struct lab_request {
    enum lab_method method;
    const char *path; /* begins with a slash and is sent as it is */
    const char *body; /* the text of a JSON document; NULL sends none */
};

/* What a lab answered. The JSON and the text belong to the client, and live until its next call. */
struct lab_answer {
    int status;               /* of HTTP: 200 */
    const struct cJSON *json; /* the body; NULL when it is not JSON */
    const char *text;         /* the body as it came; NUL-terminated */
    size_t length;
};

struct lab_client; /* opaque */

/* url is http://HOST[:PORT][/PREFIX] or https://…, copied; a slash at its end does not matter. limits may be
 * NULL. Connects only when first asked for something. ERR_USAGE when it is no such URL. */
enum status lab_client_new(const char *url, const struct lab_limits *limits, struct lab_client **ret_client,
                           struct error *err) WARN_UNUSED;
/* NULL is fine. */
void lab_client_free(struct lab_client *client);

/* Sends count requests, at most LAB_BATCH_MAX, and takes their whole answers, whatever their statuses are. A
 * server that closes the connection after an answer gets the remaining requests on a new one.
 *
 * ERR_IO: nobody answers there, or not in time, or the connection broke. ERR_DATA: an answer is not HTTP, or
 * larger than the limit. */
enum status lab_client_batch(struct lab_client *client, const struct lab_request *requests, size_t count,
                             struct lab_answer *ret_answers, struct error *err) WARN_UNUSED;

/* One request. An answer that is not JSON is ERR_DATA, too. */
enum status lab_client_call(struct lab_client *client, enum lab_method method, const char *path,
                            const char *body, struct lab_answer *ret_answer, struct error *err) WARN_UNUSED;

/* Without the slash at its end. */
const char *lab_client_url(const struct lab_client *client);

/* Requests sent so far. */
uint64_t lab_client_requests(const struct lab_client *client);

const char *lab_method_name(enum lab_method method);

/* The beginning of a text on one line, for a message; out is LAB_EXCERPT_SIZE bytes. */
#define LAB_EXCERPT_SIZE 128
const char *lab_excerpt(const char *text, size_t length, char *out);

#endif
