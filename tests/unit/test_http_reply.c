#include "tests/support/cmocka_all.h"

#include <string.h>

#include "mbt/http_reply.h"

#define BODY_MAX 64

struct reply_case {
    const char *text;
    bool ended;
    enum http_progress progress;
    int status;
    const char *body;
    bool close;
};

#define OK_LINE "HTTP/1.1 200 OK\r\n"

static const struct reply_case cases[] = {
    {OK_LINE "Content-Length: 4\r\n\r\nbody", false, HTTP_COMPLETE, 200, "body", false},
    {OK_LINE "content-length:4  \r\nX-Y: z\r\n\r\nbody", false, HTTP_COMPLETE, 200, "body", false},
    {"HTTP/1.1 404\r\nContent-Length: 0\r\n\r\n", false, HTTP_COMPLETE, 404, "", false},
    {"HTTP/1.1 204 No Content\r\n\r\n", false, HTTP_COMPLETE, 204, "", false},
    {"HTTP/1.1 200 OK\nContent-Length: 2\n\nab", false, HTTP_COMPLETE, 200, "ab", false},
    {OK_LINE "Connection: close\r\nContent-Length: 1\r\n\r\nx", false, HTTP_COMPLETE, 200, "x", true},
    {OK_LINE "Connection: Foo, Close\r\nContent-Length: 1\r\n\r\nx", false, HTTP_COMPLETE, 200, "x", true},
    {"HTTP/1.0 200 OK\r\nContent-Length: 1\r\n\r\nx", false, HTTP_COMPLETE, 200, "x", true},
    {"HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 1\r\n\r\nx", false, HTTP_COMPLETE, 200,
     "x", false},
    {"HTTP/1.1 100 Continue\r\n\r\n" OK_LINE "Content-Length: 1\r\n\r\nx", false, HTTP_COMPLETE, 200, "x",
     false},
    {OK_LINE "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\nA;e=1\r\n0123456789\r\n0\r\nTrailer: t\r\n\r\n",
     false, HTTP_COMPLETE, 200, "abc0123456789", false},
    {OK_LINE "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n", false, HTTP_COMPLETE, 200, "", false},
    /* Without a length the end of the connection is the end of the body. */
    {OK_LINE "\r\nall of it", true, HTTP_COMPLETE, 200, "all of it", true},
    {OK_LINE "\r\nall of it", false, HTTP_PARTIAL, 0, NULL, false},

    {"", false, HTTP_PARTIAL, 0, NULL, false},
    {"HTTP/1.1 20", false, HTTP_PARTIAL, 0, NULL, false},
    {OK_LINE "Content-Length: 5\r\n\r\nbody", true, HTTP_PARTIAL, 0, NULL, false},
    {OK_LINE "Transfer-Encoding: chunked\r\n\r\n0\r\n", true, HTTP_PARTIAL, 0, NULL, false},

    {"SSH-2.0-OpenSSH_9.2", false, HTTP_BROKEN, 0, NULL, false},
    {"HTTP/2 200 OK\r\n\r\n", false, HTTP_BROKEN, 0, NULL, false},
    {"HTTP/1.1 2x0 OK\r\n\r\n", false, HTTP_BROKEN, 0, NULL, false},
    {"HTTP/1.1 2000\r\n\r\n", false, HTTP_BROKEN, 0, NULL, false},
    {"\r\n", false, HTTP_BROKEN, 0, NULL, false},
    {OK_LINE "no colon\r\n\r\n", false, HTTP_BROKEN, 0, NULL, false},
    {OK_LINE ": no name\r\n\r\n", false, HTTP_BROKEN, 0, NULL, false},
    {OK_LINE "Content-Length: -1\r\n\r\n", false, HTTP_BROKEN, 0, NULL, false},
    {OK_LINE "Content-Length: \r\n\r\n", false, HTTP_BROKEN, 0, NULL, false},
    {OK_LINE "Content-Length: 99999999999999999999999\r\n\r\n", false, HTTP_BROKEN, 0, NULL, false},
    {OK_LINE "Content-Length: 1\r\nContent-Length: 2\r\n\r\n", false, HTTP_BROKEN, 0, NULL, false},
    {OK_LINE "Transfer-Encoding: gzip\r\n\r\n", false, HTTP_BROKEN, 0, NULL, false},
    {OK_LINE "Transfer-Encoding: chunked\r\n\r\nx\r\n", false, HTTP_BROKEN, 0, NULL, false},
    {OK_LINE "Transfer-Encoding: chunked\r\n\r\n1\r\nab\r\n0\r\n\r\n", false, HTTP_BROKEN, 0, NULL, false},
    {OK_LINE "Transfer-Encoding: chunked\r\n\r\n123456789\r\n", false, HTTP_BROKEN, 0, NULL, false},

    {OK_LINE "Content-Length: 65\r\n\r\n", false, HTTP_TOO_LARGE, 0, NULL, false},
    {OK_LINE "Transfer-Encoding: chunked\r\n\r\nffffffff\r\n", false, HTTP_TOO_LARGE, 0, NULL, false},
    {OK_LINE "Transfer-Encoding: chunked\r\n\r\n1\r\na\r\n40\r\n", false, HTTP_TOO_LARGE, 0, NULL, false},
};

static void find_table_of_replies_tells_each(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct reply_case *item = &cases[i];
        struct http_reply reply;
        const size_t length = strlen(item->text);
        const enum http_progress progress =
            http_reply_find(item->text, length, item->ended, BODY_MAX, &reply);
        if (progress != item->progress)
            fail_msg("case %zu: %d instead of %d", i, (int)progress, (int)item->progress);
        if (progress != HTTP_COMPLETE)
            continue;
        struct buffer body;
        buffer_init(&body);
        http_reply_body(item->text, &reply, &body);
        assert_string_equal(body.text, item->body);
        assert_int_equal(reply.status, item->status);
        assert_int_equal(reply.close, item->close);
        assert_int_equal(reply.size, length);
        buffer_release(&body);
    }
}

/* What comes in pieces is partial until its last byte is there; what follows is not looked at. */
static void find_reply_in_pieces_waits_for_the_last(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct reply_case *item = &cases[i];
        struct http_reply reply;
        const size_t length = strlen(item->text);
        if (item->progress != HTTP_COMPLETE || item->ended)
            continue;
        for (size_t cut = 0; cut < length; cut++)
            assert_int_equal(http_reply_find(item->text, cut, false, BODY_MAX, &reply), HTTP_PARTIAL);
        char more[512];
        memset(more, 'H', sizeof more);
        memcpy(more, item->text, length);
        assert_int_equal(http_reply_find(more, sizeof more, false, BODY_MAX, &reply), HTTP_COMPLETE);
        assert_int_equal(reply.size, length);
    }
}

static void find_endless_head_gives_up(void **state)
{
    (void)state;
    static char text[2 * HTTP_HEAD_MAX];
    struct http_reply reply;
    memset(text, 'x', sizeof text);
    memcpy(text, OK_LINE "X: ", strlen(OK_LINE "X: "));
    assert_int_equal(http_reply_find(text, HTTP_HEAD_MAX, false, BODY_MAX, &reply), HTTP_PARTIAL);
    assert_int_equal(http_reply_find(text, sizeof text, false, BODY_MAX, &reply), HTTP_BROKEN);
}

/* One-byte chunks cost six bytes each; a body within its limit must not bring any number of them. */
static void find_endless_framing_gives_up(void **state)
{
    (void)state;
    struct buffer text;
    struct http_reply reply;
    buffer_init(&text);
    buffer_string(&text, OK_LINE "Transfer-Encoding: chunked\r\n\r\n");
    for (int i = 0; i < HTTP_HEAD_MAX; i++)
        buffer_string(&text, "1;xxxxxxxx\r\na\r\n");
    assert_int_equal(http_reply_find(text.text, text.length, false, 2 * HTTP_HEAD_MAX, &reply), HTTP_BROKEN);
    buffer_release(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(find_table_of_replies_tells_each),
        cmocka_unit_test(find_reply_in_pieces_waits_for_the_last),
        cmocka_unit_test(find_endless_head_gives_up),
        cmocka_unit_test(find_endless_framing_gives_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
