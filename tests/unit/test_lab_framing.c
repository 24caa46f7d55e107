/* SPDX-License-Identifier: Apache-2.0 */
/* Requests of which two servers could think differently, sent over bare sockets: where does one end, whom is
 * it for? And forms that few clients use. */
#include "tests/unit/test_lab_talk.h"

#define GET_HEALTH "GET /health HTTP/1.1\r\nHost: localhost\r\n"
#define POST_RESET "POST /mbt/reset HTTP/1.1\r\nHost: localhost\r\n"
#define CHUNKED    "Transfer-Encoding: chunked\r\n"
/* A request that hides in the body of another; answered, it would show. */
#define HIDDEN "GET /wormhole53/resolve/hidden HTTP/1.1\r\nHost: localhost\r\n\r\n"

struct fixture {
    char *folder;
    struct lab_server *server;
};

static int set_up(void **state)
{
    struct fixture *fixture = mem_new(1, sizeof *fixture);
    assert_non_null(fixture);
    fixture->folder = fixture_folder();
    const struct lab_server_config config = lab_server_config_default(fixture->folder);
    fixture->server = client_start(&config);
    *state = fixture;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;
    lab_server_stop(fixture->server);
    fixture_remove(fixture->folder);
    mem_free(fixture);
    return 0;
}

/* What is answered until the server hangs up, or says nothing for a while. Good until the next call. */
static const char *say(struct fixture *fixture, const char *request, size_t length, bool *ret_hung_up)
{
    const int fd = client_connect(lab_server_port(fixture->server));
    client_send(fd, request, length);
    const char *heard = client_hear(fd, NULL, 200);
    *ret_hung_up = client_is_hung_up(fd, 50);
    (void)close(fd);
    return heard;
}

/* Each is one 400, and then the connection ends: whatever follows is not taken for a request. */
static void requests_that_could_be_read_in_two_ways_are_refused(void **state)
{
    static const char *const requests[] = {
        "GET /health HTTP/1.1\r\n\r\n" HIDDEN,
        "GET /health HTTP/1.2\r\n\r\n" HIDDEN,
        GET_HEALTH "Host: localhost\r\n\r\n" HIDDEN,
        POST_RESET "Origin: http://localhost\r\nOrigin: http://attacker.example\r\n\r\n" HIDDEN,
        POST_RESET "Sec-Fetch-Site: same-origin\r\nSec-Fetch-Site: cross-site\r\n\r\n" HIDDEN,
        GET_HEALTH "hOST: attacker.example\r\n\r\n" HIDDEN,
        "GET /health HTTP/1.0\r\nHost: localhost\r\nHost: localhost\r\n\r\n" HIDDEN,
        "GET /health HTTP/1.1\r\nHost : localhost\r\n\r\n" HIDDEN,
        POST_RESET "Content-Length: 5\r\nContent-Length: 0\r\n\r\n" HIDDEN,
        POST_RESET "Content-Length: 0\r\nContent-Length: 5\r\n\r\nabcde" HIDDEN,
        POST_RESET "Content-Length : 5\r\n\r\n" HIDDEN,
        POST_RESET "Content-Length: 0\r\n" CHUNKED "\r\n0\r\n\r\n" HIDDEN,
        POST_RESET CHUNKED "Content-Length: 0\r\n\r\n0\r\n\r\n" HIDDEN,
        POST_RESET CHUNKED CHUNKED "\r\n0\r\n\r\n" HIDDEN,
        POST_RESET CHUNKED "Transfer-Encoding: identity\r\n\r\n0\r\n\r\n" HIDDEN,
        POST_RESET "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n" HIDDEN,
        POST_RESET "Transfer-Encoding: gzip\r\n\r\n" HIDDEN,
        POST_RESET "Transfer-Encoding:\r\n\r\n" HIDDEN,
        "POST /mbt/reset HTTP/1.0\r\n" CHUNKED "\r\n0\r\n\r\n" HIDDEN,
        GET_HEALTH "X: a\rY: b\r\n\r\n" HIDDEN,
        GET_HEALTH "X: a\x01\r\n\r\n" HIDDEN,
        "GET /health x HTTP/1.1\r\nHost: localhost\r\n\r\n" HIDDEN,
    };
    struct fixture *fixture = *state;
    for (size_t i = 0; i < sizeof requests / sizeof requests[0]; i++) {
        bool hung_up;
        const char *heard = say(fixture, requests[i], strlen(requests[i]), &hung_up);
        if (strncmp(heard, "HTTP/1.1 400 Bad Request\r\n", 26) != 0 || !hung_up ||
            strstr(heard, "\r\n\r\n{\"detail\": \"Bad Request: ") == NULL || strstr(heard, "hidden") != NULL)
            fail_msg("request %zu%s: %s", i, hung_up ? "" : " (still open)", heard);
    }
}

/* These are unusual, and in order. */
static void unusual_requests_are_answered(void **state)
{
    static const struct {
        const char *request, *wanted;
    } cases[] = {
        {GET_HEALTH "Content-Length: 5\r\n\r\nabcde" HIDDEN, "\"name\": \"hidden\""},
        {POST_RESET "Content-Length: 5\r\nContent-Length: 5\r\n\r\nabcde" HIDDEN, "\"name\": \"hidden\""},
        {POST_RESET "Transfer-Encoding: CHUNKED\r\n\r\n1\r\na\r\n0\r\n\r\n" HIDDEN, "\"name\": \"hidden\""},
        {POST_RESET CHUNKED "\r\n1;x=y\r\na\r\n0\r\nHost: attacker.example\r\n\r\n" HIDDEN,
         "\"name\": \"hidden\""},
        {"GET http://localhost/health HTTP/1.1\r\nHost: localhost\r\n\r\n", "\"ips\": []}"},
        {"GET HTTP://127.0.0.1:8000/wormhole53/resolve/a%20b?x HTTP/1.1\r\nHost: 127.0.0.1:8000\r\n\r\n",
         "{\"name\": \"a b\", \"ips\": []}"},
        {"GET http://localhost HTTP/1.1\r\nHost: localhost\r\n\r\n", "<title>"},
        {"GET http://localhost?x HTTP/1.1\r\nHost: localhost\r\n\r\n", "<title>"},
        {"POST http://localhost/mbt/reset HTTP/1.1\r\nHost: localhost\r\nOrigin: http://localhost\r\n\r\n",
         "{\"ok\": true}"},
        {"GET http://localhost:81/health/ HTTP/1.1\r\nHost: other\r\n\r\n",
         "\r\nLocation: http://localhost:81/health\r\n"},
        {"HEAD http://localhost/health HTTP/1.1\r\nHost: localhost\r\n\r\n", "HTTP/1.1 200 OK\r\n"},
        /* Targets that are none. */
        {"GET http:// HTTP/1.1\r\nHost: localhost\r\n\r\n", "HTTP/1.1 400 "},
        {"GET http:///health HTTP/1.1\r\nHost: localhost\r\n\r\n", "HTTP/1.1 400 "},
        {"GET http://user@localhost/ HTTP/1.1\r\nHost: localhost\r\n\r\n", "HTTP/1.1 400 "},
        {"GET ftp://localhost/health HTTP/1.1\r\nHost: localhost\r\n\r\n", "HTTP/1.1 404 "},
        {"GET health HTTP/1.1\r\nHost: localhost\r\n\r\n", "HTTP/1.1 404 "},
        {"OPTIONS * HTTP/1.1\r\nHost: localhost\r\n\r\n", "HTTP/1.1 404 "},
        {"CONNECT localhost:80 HTTP/1.1\r\nHost: localhost\r\n\r\n", "HTTP/1.1 404 "},
    };
    struct fixture *fixture = *state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        bool hung_up;
        const char *heard = say(fixture, cases[i].request, strlen(cases[i].request), &hung_up);
        if (strstr(heard, cases[i].wanted) == NULL)
            fail_msg("request %zu: %s is not in: %s", i, cases[i].wanted, heard);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(requests_that_could_be_read_in_two_ways_are_refused, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(unusual_requests_are_answered, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
