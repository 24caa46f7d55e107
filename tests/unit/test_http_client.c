/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/support/cmocka_all.h"

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "mbt/http_client.h"
#include "tests/support/script_server.h"

#define JSON_OK "HTTP/1.1 200 OK\r\nContent-Length: 12\r\n\r\n{\"ok\": true}"

static const struct http_options quick = {.connect_ms = 5000, .request_ms = 5000, .answer_max = 1000};
static const struct http_options hasty = {.connect_ms = 5000, .request_ms = 150, .answer_max = 1000};

/* A script of one text, sent to each connection after so many requests. */
struct script {
    const char *text;
    size_t requests;
    bool by_byte; /* in as many pieces as there are bytes */
};

static void serve_script(int connection, size_t index, void *user)
{
    (void)index;
    const struct script *script = user;
    (void)script_read_requests(connection, script->requests);
    for (const char *at = script->text; script->by_byte && *at != '\0'; at++) {
        const char byte[] = {*at, '\0'};
        script_write(connection, byte);
        (void)usleep(100);
    }
    if (!script->by_byte)
        script_write(connection, script->text);
}

struct fixture {
    struct script_server *server;
    struct http_client *client;
    struct error err;
    struct http_answer answer;
};

static void open_fixture_with(struct fixture *fixture, const struct http_options *options, script_serve serve,
                              void *user)
{
    *fixture = (struct fixture){.server = script_server_start(serve, user)};
    http_answer_init(&fixture->answer);
    if (http_client_new(script_server_url(fixture->server), options, &fixture->client, &fixture->err) != OK)
        fail_msg("%s", fixture->err.text);
}

static void open_fixture(struct fixture *fixture, script_serve serve, void *user)
{
    open_fixture_with(fixture, &quick, serve, user);
}

static void close_fixture(struct fixture *fixture)
{
    http_client_free(fixture->client);
    http_answer_release(&fixture->answer);
    script_server_stop(fixture->server);
}

/* The message without the URL that every message begins with. */
static const char *message(const struct fixture *fixture)
{
    const char *url = script_server_url(fixture->server);
    assert_memory_equal(fixture->err.text, url, strlen(url));
    return fixture->err.text + strlen(url);
}

static enum status ask(struct fixture *fixture, const char *method, const char *path, const char *body)
{
    const struct http_request request = {.method = method, .path = path, .body = body};
    return http_client_request(fixture->client, &request, &fixture->answer, &fixture->err);
}

static enum status get(struct fixture *fixture)
{
    return ask(fixture, "GET", "/x", NULL);
}

static void call_scripted_answer_gives_status_and_json(void **state)
{
    (void)state;
    static const struct script scripts[] = {
        {.text = JSON_OK, .requests = 1},
        {.text = JSON_OK, .requests = 1, .by_byte = true},
        {.text =
             "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{\"ok\"\r\n7\r\n: true}\r\n0\r\n\r\n",
         .requests = 1,
         .by_byte = true},
        {.text = "HTTP/1.0 200 OK\r\n\r\n{\"ok\": true}", .requests = 1},
    };
    for (size_t i = 0; i < sizeof scripts / sizeof scripts[0]; i++) {
        struct script script = scripts[i];
        struct fixture fixture;
        open_fixture(&fixture, serve_script, &script);
        if (get(&fixture) != OK)
            fail_msg("script %zu: %s", i, fixture.err.text);
        assert_int_equal(fixture.answer.status, 200);
        assert_string_equal(fixture.answer.text.text, "{\"ok\": true}");
        assert_int_equal(fixture.answer.text.length, 12);
        assert_true(cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(fixture.answer.json, "ok")));
        close_fixture(&fixture);
    }
}

static void call_other_status_is_for_the_caller(void **state)
{
    (void)state;
    struct script script = {.text = "HTTP/1.1 503 Busy\r\nContent-Length: 2\r\n\r\n{}", .requests = 1};
    struct fixture fixture;
    open_fixture(&fixture, serve_script, &script);
    assert_int_equal(get(&fixture), OK);
    assert_int_equal(fixture.answer.status, 503);
    close_fixture(&fixture);
}

struct bad_case {
    const char *text;
    enum status status;
    const char *message;
};

#define FIFTY    "                                                  "
#define HUNDRED  FIFTY FIFTY
#define THOUSAND HUNDRED HUNDRED HUNDRED HUNDRED HUNDRED HUNDRED HUNDRED HUNDRED HUNDRED HUNDRED

static void call_bad_answer_says_what_is_wrong(void **state)
{
    (void)state;
    static const struct bad_case cases[] = {
        {"SSH-2.0-OpenSSH_9.2\r\n", ERR_DATA, ": GET /x: what answers there does not speak HTTP"},
        {"HTTP/1.1 200 OK\r\nContent-Length: 1001\r\n\r\n", ERR_DATA,
         ": GET /x: the answer is longer than 1000 bytes"},
        {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nfffff\r\n" THOUSAND "x", ERR_DATA,
         ": GET /x: the answer is longer than 1000 bytes"},
        {"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n{", ERR_IO,
         ": GET /x: the connection was closed in the middle of the answer"},
        {"", ERR_IO, ": GET /x: the connection was closed without an answer"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct script script = {.text = cases[i].text, .requests = 1};
        struct fixture fixture;
        open_fixture(&fixture, serve_script, &script);
        const enum status status = get(&fixture);
        if (status != cases[i].status || strcmp(message(&fixture), cases[i].message) != 0)
            fail_msg("case %zu: %d '%s'", i, (int)status, fixture.err.text);
        close_fixture(&fixture);
    }
}

static void call_nobody_listens_is_an_io_error(void **state)
{
    (void)state;
    struct http_client *client = NULL;
    struct http_answer answer;
    struct error err;
    char expected[256];
    const char *url = script_dead_url();
    const struct http_request request = {.method = "POST", .path = "/mbt/reset"};
    http_answer_init(&answer);
    assert_int_equal(http_client_new(url, NULL, &client, &err), OK);
    assert_int_equal(http_client_request(client, &request, &answer, &err), ERR_IO);
    (void)snprintf(
        expected, sizeof expected,
        "%s: nothing answers there (connection refused); is the server running, and is that its port?", url);
    assert_string_equal(err.text, expected);
    http_answer_release(&answer);
    http_client_free(client);
}

static void serve_nothing(int connection, size_t index, void *user)
{
    (void)index;
    (void)user;
    /* Until the client has gone away. */
    (void)script_read_requests(connection, 1000);
}

static void call_slow_server_ends_in_time(void **state)
{
    (void)state;
    struct fixture fixture;
    open_fixture_with(&fixture, &hasty, serve_nothing, NULL);
    assert_int_equal(get(&fixture), ERR_IO);
    assert_string_equal(message(&fixture), ": GET /x: no answer within 150 ms");
    close_fixture(&fixture);
}

/* Every byte is another reason to wait; the deadline is for the whole. */
static void serve_drips(int connection, size_t index, void *user)
{
    (void)index;
    (void)user;
    (void)script_read_requests(connection, 1);
    script_write(connection, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n");
    for (int i = 0; i < 20; i++) {
        script_write(connection, "x");
        (void)usleep(20000);
    }
}

static void call_dripping_server_ends_in_time(void **state)
{
    (void)state;
    struct fixture fixture;
    open_fixture_with(&fixture, &hasty, serve_drips, NULL);
    assert_int_equal(get(&fixture), ERR_IO);
    assert_string_equal(message(&fixture), ": GET /x: no answer within 150 ms");
    close_fixture(&fixture);
}

/* Each connection is good for one answer, without a word about it. */
static void call_idle_connection_was_closed_opens_another(void **state)
{
    (void)state;
    struct script script = {.text = JSON_OK, .requests = 1};
    struct fixture fixture;
    open_fixture(&fixture, serve_script, &script);
    for (int i = 0; i < 3; i++) {
        if (get(&fixture) != OK)
            fail_msg("call %d: %s", i, fixture.err.text);
        (void)usleep(20000);
    }
    close_fixture(&fixture);
}

static void new_url_that_is_none_is_refused(void **state)
{
    (void)state;
    static const char *const urls[] = {"",
                                       "127.0.0.1:8000",
                                       "ftp://localhost",
                                       "http://",
                                       "http:///",
                                       "http://a b",
                                       "http://a:99999",
                                       "http://a?q",
                                       "http://a#f",
                                       "http://a:8000/lab?x=1",
                                       "file:///etc/passwd"};
    for (size_t i = 0; i < sizeof urls / sizeof urls[0]; i++) {
        struct http_client *client = NULL;
        struct error err;
        char expected[256];
        if (http_client_new(urls[i], NULL, &client, &err) != ERR_USAGE)
            fail_msg("'%s' was taken", urls[i]);
        (void)snprintf(expected, sizeof expected,
                       "'%s' is no URL of a server; one like http://127.0.0.1:8000 was expected", urls[i]);
        assert_string_equal(err.text, expected);
    }
}

/* --- what is sent --- */

#define RECORD_SIZE 4096

/* Keeps what came, for the test to look at. The body comes with the head: they are one write. */
static void serve_recorded(int connection, size_t index, void *user)
{
    (void)index;
    (void)snprintf(user, RECORD_SIZE, "%s", script_read_requests(connection, 1));
    script_write(connection, JSON_OK);
}

struct wire_case {
    const char *method, *path, *body, *expected; /* %s: the host */
};

static void request_on_the_wire_is_exact(void **state)
{
    (void)state;
    static const struct wire_case cases[] = {
        {"POST", "/mbt/reset", NULL,
         "POST /prefix/mbt/reset HTTP/1.1\r\nHost: %s\r\nAccept: application/json\r\n"
         "Content-Length: 0\r\n\r\n"},
        {"POST", "/y", "[1]",
         "POST /prefix/y HTTP/1.1\r\nHost: %s\r\nAccept: application/json\r\nContent-Type: "
         "application/json\r\nContent-Length: 3\r\n\r\n[1]"},
        {"GET", "/y?a=b", NULL, "GET /prefix/y?a=b HTTP/1.1\r\nHost: %s\r\nAccept: application/json\r\n\r\n"},
        {"PUT", "/y", "{}",
         "PUT /prefix/y HTTP/1.1\r\nHost: %s\r\nAccept: application/json\r\nContent-Type: "
         "application/json\r\nContent-Length: 2\r\n\r\n{}"},
        {"DELETE", "/y", NULL, "DELETE /prefix/y HTTP/1.1\r\nHost: %s\r\nAccept: application/json\r\n\r\n"},
        {"GET", "/a/../b/./c%20d", NULL,
         "GET /prefix/a/../b/./c%20d HTTP/1.1\r\nHost: %s\r\nAccept: application/json\r\n\r\n"},
        {"GET", "/y", NULL, "GET /prefix/y HTTP/1.1\r\nHost: %s\r\nAccept: application/json\r\n\r\n"},
    };
    char record[RECORD_SIZE] = "", url[128], expected[RECORD_SIZE];
    struct fixture fixture = {.server = script_server_start(serve_recorded, record)};
    http_answer_init(&fixture.answer);
    (void)snprintf(url, sizeof url, "%s/prefix/", script_server_url(fixture.server));
    assert_int_equal(http_client_new(url, &quick, &fixture.client, &fixture.err), OK);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        if (ask(&fixture, cases[i].method, cases[i].path, cases[i].body) != OK)
            fail_msg("case %zu: %s", i, fixture.err.text);
        /* Where the host stands in the text. */
        const char *host = script_server_url(fixture.server) + strlen("http://");
        const char *gap = strstr(cases[i].expected, "%s");
        (void)snprintf(expected, sizeof expected, "%.*s%s%s", (int)(gap - cases[i].expected),
                       cases[i].expected, host, gap + 2);
        assert_string_equal(record, expected);
        (void)usleep(10000); /* each connection is good for one */
    }
    close_fixture(&fixture);
}

static void path_that_cannot_be_is_not_asked_for(void **state)
{
    (void)state;
    static const char *const paths[] = {"/a b", "/a#b", "/a\r\nX: y", "/\xc3\xa9", "/\x7f"};
    for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
        struct script script = {.text = JSON_OK, .requests = 1};
        struct fixture fixture;
        open_fixture(&fixture, serve_script, &script);
        assert_int_equal(ask(&fixture, "POST", paths[i], NULL), ERR_DATA);
        assert_non_null(strstr(fixture.err.text, ": no URL has such a path"));
        assert_int_equal(http_client_requests(fixture.client), 0);
        close_fixture(&fixture);
    }
}

static void user_headers_and_credentials_are_sent(void **state)
{
    (void)state;
    static const char *const headers[] = {"X-Key: k3y", "accept: text/plain", "Content-Type: a/b"};
    struct http_options options = quick;
    options.headers = headers;
    options.header_count = 3;
    options.user = "ann:s3cret:more";
    char record[RECORD_SIZE] = "";
    struct fixture fixture = {.server = script_server_start(serve_recorded, record)};
    http_answer_init(&fixture.answer);
    assert_int_equal(
        http_client_new(script_server_url(fixture.server), &options, &fixture.client, &fixture.err), OK);
    assert_int_equal(ask(&fixture, "POST", "/x", "{}"), OK);
    assert_non_null(strstr(record, "\r\nAuthorization: Basic YW5uOnMzY3JldDptb3Jl\r\n"));
    assert_non_null(strstr(record, "\r\nX-Key: k3y\r\n"));
    assert_non_null(strstr(record, "\r\naccept: text/plain\r\n"));
    assert_non_null(strstr(record, "\r\nContent-Type: a/b\r\n"));
    assert_null(strstr(record, "application/json"));
    close_fixture(&fixture);
}

/* Answers the first request of the first connection, takes the second and closes; requests that come over
 * another connection are counted. */
static void serve_then_lose(int connection, size_t index, void *user)
{
    int *counts = user;
    counts[index > 0] += script_read_requests(connection, 1)[0] != '\0';
    script_write(connection, JSON_OK);
    if (index == 0)
        counts[0] += script_read_requests(connection, 1)[0] != '\0';
}

static void request_that_was_lost_is_not_sent_again(void **state)
{
    (void)state;
    static const char *const methods[] = {"POST", "GET"};
    for (size_t i = 0; i < 2; i++) {
        int counts[2] = {0};
        struct fixture fixture;
        open_fixture(&fixture, serve_then_lose, counts);
        assert_int_equal(get(&fixture), OK);
        assert_int_equal(ask(&fixture, methods[i], "/x", NULL), ERR_IO);
        assert_non_null(strstr(fixture.err.text, "/x: the connection was closed without an answer"));
        assert_int_equal(http_client_requests(fixture.client), 2);
        close_fixture(&fixture);
        assert_int_equal(counts[0], 2);
        assert_int_equal(counts[1], 0);
    }
}

/* --- answers that are too long --- */

static void serve_headers_for_ever(int connection, size_t index, void *user)
{
    (void)index;
    const char *line = user;
    (void)script_read_requests(connection, 1);
    script_write(connection, strstr(line, "HTTP") != NULL ? "" : "HTTP/1.1 200 OK\r\n");
    for (int i = 0; i < 4000; i++)
        script_write(connection, line);
}

static void answer_without_an_end_of_its_head_is_refused(void **state)
{
    (void)state;
    char header[] = "X-More: and more and more and more\r\n", interim[] = "HTTP/1.1 103 Early Hints\r\n\r\n";
    char *const lines[] = {header, interim};
    for (size_t i = 0; i < 2; i++) {
        struct fixture fixture;
        open_fixture(&fixture, serve_headers_for_ever, lines[i]);
        assert_int_equal(get(&fixture), ERR_DATA);
        assert_string_equal(message(&fixture), ": GET /x: the answer's headers are longer than 65536 bytes");
        close_fixture(&fixture);
    }
}

/* --- redirects --- */

struct redirect_script {
    const char *head;           /* of each answer but the last */
    size_t count;               /* of redirects */
    char requests[RECORD_SIZE]; /* their first lines */
    char last[RECORD_SIZE];     /* the last request */
};

static void serve_redirects(int connection, size_t index, void *user)
{
    struct redirect_script *script = user;
    const char *request = script_read_requests(connection, 1);
    const size_t used = strlen(script->requests);
    (void)snprintf(script->requests + used, sizeof script->requests - used, "%.*s;",
                   (int)strcspn(request, "H\r") - 1, request);
    (void)snprintf(script->last, sizeof script->last, "%s", request);
    script_write(connection, index < script->count ? script->head : JSON_OK);
}

struct redirect_case {
    const char *head;
    const char *requests;
};

static void redirect_within_the_server_is_followed(void **state)
{
    (void)state;
    static const struct redirect_case cases[] = {
        {"HTTP/1.1 301 Moved\r\nLocation: /y\r\nConnection: close\r\nContent-Length: 0\r\n\r\n",
         "POST /x;POST /y;"},
        {"HTTP/1.1 302 Found\r\nLocation: y/z\r\nConnection: close\r\nContent-Length: 0\r\n\r\n",
         "POST /x;POST /y/z;"},
        {"HTTP/1.1 307 T\r\nLocation: ?q=1\r\nConnection: close\r\nContent-Length: 0\r\n\r\n",
         "POST /x;POST /x?q=1;"},
        {"HTTP/1.1 308 P\r\nLocation: /y\r\nConnection: close\r\nContent-Length: 0\r\n\r\n",
         "POST /x;POST /y;"},
        {"HTTP/1.1 303 See\r\nLocation: /y\r\nConnection: close\r\nContent-Length: 0\r\n\r\n",
         "POST /x;GET /y;"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct redirect_script script = {.head = cases[i].head, .count = 1};
        struct fixture fixture;
        open_fixture(&fixture, serve_redirects, &script);
        if (ask(&fixture, "POST", "/x", "{}") != OK)
            fail_msg("case %zu: %s", i, fixture.err.text);
        assert_int_equal(fixture.answer.status, 200);
        close_fixture(&fixture);
        assert_string_equal(script.requests, cases[i].requests);
    }
}

static void redirect_that_is_not_followed_says_where_to(void **state)
{
    (void)state;
    static const struct bad_case cases[] = {
        {"HTTP/1.1 301 Moved\r\nLocation: http://ann:s3cret@example.com/y?token=t0ken\r\n\r\n", ERR_DATA,
         ": GET /x: answered 301, a redirect to another server: http://example.com:80/y; --location follows "
         "it"},
        {"HTTP/1.1 308 Moved\r\nLocation: http://127.0.0.1:1/y\r\n\r\n", ERR_DATA,
         ": GET /x: answered 308, a redirect to another server: http://127.0.0.1:1/y; --location follows it"},
        {"HTTP/1.1 302 Found\r\nLocation: file:///etc/passwd\r\n\r\n", ERR_DATA,
         ": GET /x: answered 302, a redirect to what is no URL of http or https"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct script script = {.text = cases[i].text, .requests = 1};
        struct fixture fixture;
        open_fixture(&fixture, serve_script, &script);
        assert_int_equal(get(&fixture), cases[i].status);
        assert_string_equal(message(&fixture), cases[i].message);
        close_fixture(&fixture);
    }
}

static void redirect_without_an_end_is_refused(void **state)
{
    (void)state;
    struct redirect_script script = {
        .head = "HTTP/1.1 302 F\r\nLocation: /x\r\nConnection: close\r\nContent-Length: 0\r\n\r\n",
        .count = 1000};
    struct fixture fixture;
    open_fixture(&fixture, serve_redirects, &script);
    assert_int_equal(get(&fixture), ERR_DATA);
    assert_string_equal(message(&fixture), ": GET /x: more than 10 redirects");
    close_fixture(&fixture);
}

/* Elsewhere means without secrets; the next request goes home again, with them. */
static void redirect_elsewhere_carries_no_secrets(void **state)
{
    (void)state;
    static const char *const headers[] = {"X-Key: k3y"};
    char head[256];
    struct redirect_script there = {.count = 0}, here = {.head = head, .count = 1};
    struct script_server *other = script_server_start(serve_redirects, &there);
    (void)snprintf(head, sizeof head,
                   "HTTP/1.1 307 T\r\nLocation: %s/y\r\nConnection: close\r\nContent-Length: 0\r\n\r\n",
                   script_server_url(other));
    struct http_options options = quick;
    options.headers = headers;
    options.header_count = 1;
    options.user = "ann:s3cret";
    options.location = true;
    struct fixture fixture = {.server = script_server_start(serve_redirects, &here)};
    http_answer_init(&fixture.answer);
    assert_int_equal(
        http_client_new(script_server_url(fixture.server), &options, &fixture.client, &fixture.err), OK);
    assert_int_equal(get(&fixture), OK);
    (void)usleep(10000);
    assert_int_equal(get(&fixture), OK);
    close_fixture(&fixture);
    script_server_stop(other);
    assert_string_equal(here.requests, "GET /x;GET /x;");
    assert_string_equal(there.requests, "GET /y;");
    assert_null(strstr(there.last, "Authorization"));
    assert_null(strstr(there.last, "k3y"));
    assert_non_null(strstr(here.last, "Authorization"));
    assert_non_null(strstr(here.last, "k3y"));
}

/* --- options that cannot be --- */

static void expect_refusal(const struct http_options *options, enum status status, const char *text)
{
    struct http_client *client = NULL;
    struct error err;
    assert_int_equal(http_client_new("http://127.0.0.1:1", options, &client, &err), status);
    assert_string_equal(err.text, text);
    assert_null(client);
}

static void option_that_cannot_be_is_refused_without_its_value(void **state)
{
    (void)state;
    static const char *const headers[] = {"X-Key: k3y", "X-Other"};
    char path[200];
    memset(path, 'p', sizeof path - 1);
    path[sizeof path - 1] = '\0';
    expect_refusal(&(struct http_options){.user = "s3cret"}, ERR_USAGE,
                   "credentials have the form NAME:PASSWORD");
    expect_refusal(&(struct http_options){.headers = headers, .header_count = 2}, ERR_USAGE,
                   "header 2 is not of the form 'NAME: VALUE', on one line");
    expect_refusal(&(struct http_options){.cacert = "/nowhere.pem"}, ERR_NO_INPUT,
                   "/nowhere.pem: No such file or directory");
    expect_refusal(&(struct http_options){.unix_socket = ""}, ERR_USAGE,
                   "'': a socket's path has 1 to 107 bytes");
    struct http_client *client = NULL;
    struct error err;
    assert_int_equal(
        http_client_new("http://127.0.0.1:1", &(struct http_options){.unix_socket = path}, &client, &err),
        ERR_USAGE);
    static const char *const urls[] = {"http://ann:s3cret@127.0.0.1:1", "http://ann:s3 cret@127.0.0.1:1",
                                       "ftp://ann:s3cret@127.0.0.1:1"};
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(http_client_new(urls[i], NULL, &client, &err), ERR_USAGE);
        assert_string_equal(err.text,
                            "the URL has a name or password in it; give them with --user NAME:PASSWORD");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(call_scripted_answer_gives_status_and_json),
        cmocka_unit_test(call_other_status_is_for_the_caller),
        cmocka_unit_test(call_bad_answer_says_what_is_wrong),
        cmocka_unit_test(call_nobody_listens_is_an_io_error),
        cmocka_unit_test(call_slow_server_ends_in_time),
        cmocka_unit_test(call_dripping_server_ends_in_time),
        cmocka_unit_test(call_idle_connection_was_closed_opens_another),
        cmocka_unit_test(new_url_that_is_none_is_refused),
        cmocka_unit_test(request_on_the_wire_is_exact),
        cmocka_unit_test(path_that_cannot_be_is_not_asked_for),
        cmocka_unit_test(user_headers_and_credentials_are_sent),
        cmocka_unit_test(request_that_was_lost_is_not_sent_again),
        cmocka_unit_test(answer_without_an_end_of_its_head_is_refused),
        cmocka_unit_test(redirect_within_the_server_is_followed),
        cmocka_unit_test(redirect_that_is_not_followed_says_where_to),
        cmocka_unit_test(redirect_without_an_end_is_refused),
        cmocka_unit_test(redirect_elsewhere_carries_no_secrets),
        cmocka_unit_test(option_that_cannot_be_is_refused_without_its_value),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
