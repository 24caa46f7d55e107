#include "tests/support/cmocka_all.h"

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "mbt/http_client.h"
#include "tests/support/script_server.h"

#define JSON_OK "HTTP/1.1 200 OK\r\nContent-Length: 12\r\n\r\n{\"ok\": true}"

static const struct http_options quick = {.connect_ms = 500, .request_ms = 150, .answer_max = 1000};

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

static void open_fixture(struct fixture *fixture, script_serve serve, void *user)
{
    *fixture = (struct fixture){.server = script_server_start(serve, user)};
    http_answer_init(&fixture->answer);
    if (http_client_new(script_server_url(fixture->server), &quick, &fixture->client, &fixture->err) != OK)
        fail_msg("%s", fixture->err.text);
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
    open_fixture(&fixture, serve_nothing, NULL);
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
    open_fixture(&fixture, serve_drips, NULL);
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
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
