/* Feeds bytes to the finder of HTTP replies. What is complete lies within the bytes, within the limits, and
 * stays the same when more follows; what is complete without its last byte is so only since the end of the
 * bytes was its end. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "mbt/http_reply.h"

#define BODY_MAX  4096
#define SIZE_MOST 65536

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const char *bytes, size_t size, bool ended)
{
    struct http_reply reply, shorter;
    struct buffer body;
    if (http_reply_find(bytes, size, ended, BODY_MAX, &reply) != HTTP_COMPLETE)
        return;
    assert(reply.size <= size && reply.head_size <= reply.size && reply.body_size <= BODY_MAX);
    assert(reply.status >= 0 && reply.status <= 999 && reply.status / 100 != 1);
    buffer_init(&body);
    http_reply_body(bytes, &reply, &body);
    assert(body.failed || body.length == reply.body_size);
    buffer_release(&body);
    if (!ended) {
        assert(http_reply_find(bytes, reply.size, false, BODY_MAX, &shorter) == HTTP_COMPLETE);
        assert(shorter.size == reply.size && shorter.status == reply.status);
        assert(http_reply_find(bytes, reply.size - 1, false, BODY_MAX, &shorter) == HTTP_PARTIAL);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static char bytes[SIZE_MOST];
    if (size > sizeof bytes)
        return 0;
    memcpy(bytes, data, size);
    check(bytes, size, false);
    check(bytes, size, true);
    return 0;
}
