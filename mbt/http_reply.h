/* Where a reply of HTTP/1.1 begins and ends in a stream of bytes: RFC 9112, sections 4 to 7, as far as a
 * client needs them that sends GET and POST.
 *
 * The bytes are not trusted: a head is at most HTTP_HEAD_MAX bytes, a body at most what the caller allows,
 * and whatever is not well formed is refused. Pure functions; any thread. */
#ifndef RACEWALK_MBT_HTTP_REPLY_H
#define RACEWALK_MBT_HTTP_REPLY_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buffer.h"

#define HTTP_HEAD_MAX 16384 /* bytes of status line and headers; of one line between chunks, too */

struct http_reply {
    int status;       /* 200 */
    bool chunked;     /* the body's bytes are cut into chunks */
    bool close;       /* the connection ends with this reply */
    size_t head_size; /* bytes of interim replies (100 Continue), status line and headers */
    size_t body_size; /* bytes of the body, without what frames it */
    size_t size;      /* bytes of the whole reply */
};

enum http_progress {
    HTTP_COMPLETE, /* a reply is there */
    HTTP_PARTIAL,  /* more bytes are needed */
    HTTP_BROKEN,   /* no reply of HTTP/1 begins like this */
    HTTP_TOO_LARGE /* the body is longer than allowed */
};

/* Looks for a reply at the beginning of the bytes. ended says that no more will come, which completes a body
 * without a length. ret_reply is filled when the reply is complete. */
enum http_progress http_reply_find(const char *bytes, size_t length, bool ended, size_t body_max,
                                   struct http_reply *ret_reply);

/* Appends the body of a reply that was found at the beginning of the bytes. */
void http_reply_body(const char *bytes, const struct http_reply *reply, struct buffer *out);

#endif
