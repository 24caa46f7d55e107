/* SPDX-License-Identifier: Apache-2.0 */
/* The lab's HTTP beyond the recorded conversations: bounds, bad clients, paths, the guards. */
#include "tests/unit/test_lab_talk.h"

#include "lab/http.h"

#define REQUEST_MS 300

struct fixture {
    char *folder;
    struct lab_server *server;
    int port;
    CURL *curl;
    struct reply reply;
};

static int set_up_with(void **state, struct guards guards)
{
    struct fixture *fixture = mem_new(1, sizeof *fixture);
    assert_non_null(fixture);
    fixture->folder = fixture_folder();
    struct lab_server_config config = lab_server_config_default(fixture->folder);
    config.request_ms = REQUEST_MS;
    config.lab.guards = guards;
    config.lab.deployer_count = DEPLOYERS_MAX;
    fixture->server = client_start(&config);
    fixture->port = lab_server_port(fixture->server);
    fixture->curl = curl_easy_init();
    assert_non_null(fixture->curl);
    buffer_init(&fixture->reply.body);
    *state = fixture;
    return 0;
}

static int set_up(void **state)
{
    return set_up_with(state, (struct guards){false, false});
}

static int set_up_guarded(void **state)
{
    return set_up_with(state, (struct guards){true, true});
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;
    lab_server_stop(fixture->server);
    curl_easy_cleanup(fixture->curl);
    buffer_release(&fixture->reply.body);
    fixture_remove(fixture->folder);
    mem_free(fixture);
    return 0;
}

/* The body of an answer that must have this status. Good until the next call. */
static const char *call_with(struct fixture *fixture, const char *method, const char *path, const char *type,
                             const char *text, long status)
{
    const CURLcode code =
        client_request(fixture->curl, fixture->port, method, path, type, text, &fixture->reply);
    if (code != CURLE_OK)
        fail_msg("%s %s: %s", method, path, curl_easy_strerror(code));
    if (fixture->reply.status != status)
        fail_msg("%s %s: status %ld instead of %ld: %s", method, path, fixture->reply.status, status,
                 fixture->reply.body.text);
    return fixture->reply.body.text;
}

static const char *post(struct fixture *fixture, const char *path, const char *text)
{
    return call_with(fixture, "POST", path, text != NULL ? "application/json" : NULL, text, 200);
}

static const char *get(struct fixture *fixture, const char *path, long status)
{
    return call_with(fixture, "GET", path, NULL, NULL, status);
}

static void assert_alive(struct fixture *fixture)
{
    assert_string_equal(get(fixture, "/health", 200),
                        "{\"ok\": false, \"name\": \"clouddb.us-east-1.api.acme\", \"ips\": []}");
}

/* What a bare request is answered; the connection is closed. Good until the next call. */
static const char *say(struct fixture *fixture, const char *request)
{
    const int fd = client_connect(fixture->port);
    client_say(fd, request);
    const char *heard = client_hear(fd, NULL, REQUEST_MS);
    (void)close(fd);
    return heard;
}

/* A JSON body of exactly this size: an empty list with space around it. Freed with mem_free. */
static char *padded_body(size_t size)
{
    char *text = mem_new(size + 1, 1);
    assert_non_null(text);
    memset(text, ' ', size);
    text[0] = '[';
    text[size - 1] = ']';
    return text;
}

static void body_of_the_largest_size_is_read(void **state)
{
    char *text = padded_body(BODY_SIZE_MAX);
    assert_contains(post(*state, "/mbt/planner/generate", text), "\"version\": 1");
    mem_free(text);
}

static void body_one_byte_too_long_is_refused(void **state)
{
    struct fixture *fixture = *state;
    char *text = padded_body(BODY_SIZE_MAX + 1);
    for (int i = 0; i < 2; i++) /* the second over the same connection, which is still good */
        assert_string_equal(
            call_with(fixture, "POST", "/mbt/planner/generate", "application/json", text, 413),
            "{\"detail\": \"Request Entity Too Large\"}");
    /* Where no body is wanted, too. */
    (void)call_with(fixture, "POST", "/mbt/reset", "application/json", text, 413);
    mem_free(text);
    assert_contains(post(fixture, "/mbt/planner/generate", NULL), "\"version\": 1");
}

static void body_announced_far_too_long_is_refused_at_once(void **state)
{
    struct fixture *fixture = *state;
    const char *heard =
        say(fixture, "POST /mbt/planner/generate HTTP/1.1\r\nHost: localhost\r\nContent-Type: "
                     "application/json\r\nContent-Length: 99999999999\r\n\r\n[");
    assert_contains(heard, "HTTP/1.1 413 ");
    assert_contains(heard, "{\"detail\": \"Request Entity Too Large\"}");
    assert_alive(fixture);
}

static void body_in_chunks_is_read_and_bounded(void **state)
{
    struct fixture *fixture = *state;
    const char *head = "POST /mbt/deployers/deployer-a/cleanup HTTP/1.1\r\nHost: localhost\r\nContent-Type: "
                       "application/json\r\nTransfer-Encoding: chunked\r\n\r\n";
    int fd = client_connect(fixture->port);
    client_say(fd, head);
    client_say(fd, "11\r\n{\"keep_last_n\": 4\r\n1\r\n}\r\n0\r\n\r\n");
    assert_contains(client_hear(fd, "]}", 2000), "{\"ok\": true, \"deleted_versions\": []}");
    client_say(fd, head);
    char chunk[4102];
    memset(chunk, ' ', sizeof chunk);
    memcpy(chunk, "1000\r\n", 6);
    for (int i = 0; i < 17; i++) {
        client_send(fd, chunk, 6 + 4096);
        client_say(fd, "\r\n");
    }
    client_say(fd, "0\r\n\r\n");
    assert_contains(client_hear(fd, "Large\"}", 2000), "HTTP/1.1 413 ");
    (void)close(fd);
}

static void target_too_long_is_refused(void **state)
{
    struct fixture *fixture = *state;
    char path[API_PATH_MAX + 2];
    memset(path, 'x', sizeof path);
    memcpy(path, "/wormhole53/resolve/", 20);
    path[API_PATH_MAX] = '\0';
    assert_contains(get(fixture, path, 200), "\"ips\": []}");
    path[API_PATH_MAX] = 'x';
    path[API_PATH_MAX + 1] = '\0';
    assert_string_equal(get(fixture, path, 414), "{\"detail\": \"URI Too Long\"}");
}

static void head_too_long_is_refused(void **state)
{
    struct fixture *fixture = *state;
    const int fd = client_connect(fixture->port);
    client_say(fd, "GET /health HTTP/1.1\r\nHost: localhost\r\n");
    char header[1024];
    memset(header, 'y', sizeof header);
    memcpy(header, "X: ", 3);
    memcpy(header + sizeof header - 2, "\r\n", 2);
    for (int i = 0; i < 200; i++)
        client_send(fd, header, sizeof header);
    client_say(fd, "\r\n");
    const char *heard = client_hear(fd, "\r\n\r\n", 2000);
    assert_true(heard[0] == '\0' || strncmp(heard, "HTTP/1.1 4", 10) == 0);
    (void)close(fd);
    assert_alive(fixture);
}

static void slow_head_is_told_so_and_hung_up_on(void **state)
{
    struct fixture *fixture = *state;
    const int fd = client_connect(fixture->port);
    client_say(fd, "GET /health HTTP/1.1\r\nHost: localhost\r\nX: ");
    for (int i = 0; i < 4; i++) { /* a byte now and then does not help */
        (void)usleep(REQUEST_MS * 1000 / 4);
        client_say(fd, "y");
    }
    const char *heard = client_hear(fd, NULL, 2000);
    assert_contains(heard, "HTTP/1.1 408 Request Timeout\r\nContent-Type: application/json\r\n");
    assert_contains(heard, "\r\n\r\n{\"detail\": \"Request Timeout\"}");
    assert_true(client_is_hung_up(fd, 1000));
    (void)close(fd);
    assert_alive(fixture);
}

static void slow_body_is_told_so_and_changes_nothing(void **state)
{
    struct fixture *fixture = *state;
    const int fd = client_connect(fixture->port);
    client_say(fd, "POST /mbt/planner/generate HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\n[");
    assert_contains(client_hear(fd, NULL, 4 * REQUEST_MS), "{\"detail\": \"Request Timeout\"}");
    (void)close(fd);
    assert_contains(post(fixture, "/mbt/planner/generate", NULL), "\"version\": 1");
}

static void idle_connection_is_closed_in_time(void **state)
{
    struct fixture *fixture = *state;
    const int fresh = client_connect(fixture->port), used = client_connect(fixture->port);
    const int slow = client_connect(fixture->port);
    client_say(slow, "GET /hea"); /* no first line yet */
    client_say(used, "GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n");
    assert_contains(client_hear(used, "]}", 2000), "HTTP/1.1 200 ");
    assert_false(client_is_hung_up(used, REQUEST_MS / 6));
    assert_true(client_is_hung_up(used, 4 * REQUEST_MS));
    assert_true(client_is_hung_up(fresh, REQUEST_MS));
    assert_true(client_is_hung_up(slow, REQUEST_MS));
    (void)close(fresh);
    (void)close(slow);
    (void)close(used);
    assert_alive(fixture);
}

static void requests_in_one_packet_are_answered_in_order(void **state)
{
    const char *heard = say(
        *state,
        "GET /wormhole53/resolve/one HTTP/1.1\r\nHost: localhost\r\n\r\nPOST /mbt/reset HTTP/1.1\r\nHost: "
        "localhost\r\nContent-Length: 3\r\n\r\n{{{GET /wormhole53/resolve/three HTTP/1.1\r\nHost: "
        "localhost\r\n\r\n");
    const char *one = strstr(heard, "{\"name\": \"one\", \"ips\": []}");
    const char *two = one != NULL ? strstr(one, "{\"ok\": true}") : NULL;
    const char *three = two != NULL ? strstr(two, "{\"name\": \"three\", \"ips\": []}") : NULL;
    if (three == NULL)
        fail_msg("%s", heard);
}

/* The library answers these itself; the lab must live on and lose no memory (the sanitizers look). */
static void garbage_is_hung_up_on(void **state)
{
    struct fixture *fixture = *state;
    static const char *const garbage[] = {
        "GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n\x01\x02 garbage \xFF\r\n\r\n",
        "GET /health HTTP/1.1\r\nno colon here\r\n\r\n",
        "GET /health HTTP/1.1\r\nContent-Length: -5\r\n\r\n",
        "GET /health HTTP/1.1\r\nContent-Length: x\r\n\r\n",
        "POST /mbt/reset HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n\r\n",
        "\r\n\r\n\r\n",
        "GET\r\n\r\n",
        "GET /health\r\n\r\n",
        "GET /health HTTP/9.9\r\nHost: localhost\r\n\r\n",
        "\x16\x03\x01\x02\x00\x01\x00\x01\xFC\x03\x03",
        "POST /mbt/planner/generate HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n[",
    };
    for (size_t i = 0; i < sizeof garbage / sizeof garbage[0]; i++) {
        const int fd = client_connect(fixture->port);
        client_say(fd, garbage[i]);
        if (i == 0) {
            const char *heard = client_hear(fd, NULL, REQUEST_MS);
            assert_contains(heard, "HTTP/1.1 200 ");
            assert_contains(heard, "HTTP/1.1 400 ");
        } else {
            (void)client_hear(fd, NULL, 20);
        }
        (void)close(fd);
    }
    assert_alive(fixture);
    assert_contains(post(fixture, "/mbt/planner/generate", NULL), "\"version\": 1");
}

static void connection_is_kept_for_the_next_request(void **state)
{
    struct fixture *fixture = *state;
    long connects = 0;
    for (int i = 0; i < 50; i++) {
        (void)get(fixture, i % 5 == 0 ? "/nope" : "/health", i % 5 == 0 ? 404 : 200);
        long fresh;
        curl_easy_getinfo(fixture->curl, CURLINFO_NUM_CONNECTS, &fresh);
        connects += fresh;
    }
    assert_int_equal(connects, 1);
}

/* The headers are those of a GET, the length too; what follows the first answer's head is the next answer. */
static void method_head_is_answered_as_get_without_a_body(void **state)
{
    struct fixture *fixture = *state;
    char length[64];
    (void)snprintf(length, sizeof length, "\r\nContent-Length: %zu\r\n",
                   strlen(get(fixture, "/health", 200)));
    const char *heard = say(fixture, "HEAD /health HTTP/1.1\r\nHost: localhost\r\n\r\n"
                                     "HEAD / HTTP/1.1\r\nHost: localhost\r\n\r\n"
                                     "HEAD /nope HTTP/1.1\r\nHost: localhost\r\n\r\n"
                                     "HEAD /mbt/reset HTTP/1.1\r\nHost: localhost\r\n\r\n");
    assert_contains(heard, "HTTP/1.1 200 OK\r\n");
    assert_contains(heard, "Content-Type: application/json\r\n");
    assert_contains(heard, length);
    assert_contains(heard, "\r\n\r\nHTTP/1.1 200 OK\r\n");
    assert_contains(heard, "\r\nETag: ");
    assert_contains(heard, "\r\n\r\nHTTP/1.1 404 Not Found\r\n");
    assert_contains(heard, "\r\n\r\nHTTP/1.1 405 Method Not Allowed\r\n");
    assert_contains(heard, "\r\nAllow: POST\r\n");
    assert_null(strstr(heard, "{"));
    assert_null(strstr(heard, "<"));
}

static void version_1_0_is_answered_and_closed(void **state)
{
    const char *heard = say(*state, "GET /health HTTP/1.0\r\n\r\n");
    assert_contains(heard, " 200 OK\r\n");
    assert_contains(heard, "\"ips\": []}");
}

static void path_with_odd_bytes_is_decoded_with_care(void **state)
{
    struct fixture *fixture = *state;
    assert_string_equal(get(fixture, "/wormhole53/resolve/%ff%41%e2%82", 200),
                        "{\"name\": \"\xEF\xBF\xBD"
                        "A\xEF\xBF\xBD\xEF\xBF\xBD\", \"ips\": []}");
    assert_string_equal(get(fixture, "/wormhole53/resolve/100%", 200), "{\"name\": \"100%\", \"ips\": []}");
    assert_string_equal(get(fixture, "/wormhole53/resolve/%zz%4", 200), "{\"name\": \"%zz%4\", \"ips\": []}");
    assert_string_equal(get(fixture, "/wormhole53/resolve/%253C", 200), "{\"name\": \"%3C\", \"ips\": []}");
    assert_string_equal(get(fixture, "/wormhole53/resolve/a%0Ab", 200),
                        "{\"name\": \"a\\u000ab\", \"ips\": []}");
    assert_string_equal(get(fixture, "/wormhole53/resolve/a%00b", 404), "{\"detail\": \"Not Found\"}");
    assert_string_equal(get(fixture, "/wormhole53/resolve/a/../b", 404), "{\"detail\": \"Not Found\"}");
    assert_string_equal(get(fixture, "/wormhole53/resolve/%2E%2E", 200), "{\"name\": \"..\", \"ips\": []}");
}

static void slash_at_the_end_is_redirected_in_safety(void **state)
{
    struct fixture *fixture = *state;
    assert_contains(
        say(fixture, "GET /wormhole53/resolve/a%20b/?x=1&y HTTP/1.1\r\nHost: localhost:80\r\n\r\n"),
        "\r\nLocation: http://localhost:80/wormhole53/resolve/a%20b?x=1&y\r\n");
    /* No Host at all leaves the path alone. */
    assert_contains(say(fixture, "GET /health/ HTTP/1.0\r\n\r\n"), "\r\nLocation: /health\r\n");
    /* A name that a path can be made to look like another host with is encoded. */
    assert_contains(say(fixture, "GET /wormhole53/resolve/%0d%0aX:y/ HTTP/1.1\r\nHost: [::1]\r\n\r\n"),
                    "\r\nLocation: http://[::1]/wormhole53/resolve/%0D%0AX%3Ay\r\n");
    (void)get(fixture, "//", 404);
    (void)get(fixture, "/nope/", 404);
}

static void pages_come_with_a_policy(void **state)
{
    struct fixture *fixture = *state;
    const char *heard = say(fixture, "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
    assert_contains(heard, "Content-Security-Policy: default-src 'none'");
    assert_contains(heard, "X-Content-Type-Options: nosniff");
    assert_contains(get(fixture, "/docs", 200), "<code>/mbt/deployers/{name}/cleanup</code>");
    cJSON *tree = cJSON_ParseWithOpts(get(fixture, "/openapi.json", 200), NULL, 1);
    assert_int_equal(cJSON_GetArraySize(cJSON_GetObjectItemCaseSensitive(tree, "paths")), 14);
    cJSON_Delete(tree);
}

static void state_tells_all_that_is_in_memory(void **state)
{
    struct fixture *fixture = *state;
    (void)post(fixture, "/mbt/reset", NULL);
    (void)post(fixture, "/mbt/seed-init", NULL);
    (void)post(fixture, "/mbt/planner/generate", "[{\"id\": 7, \"weight\": 9}]");
    (void)post(fixture, "/mbt/deployers/deployer-b/deploy", NULL);
    const char *heard = get(fixture, "/mbt/state", 200);
    assert_contains(heard, "\"last_version\": 1, ");
    assert_contains(heard, "{\"name\": \"deployer-b\", \"next_plan_version\": 2, \"lock_epoch\": 1, "
                           "\"lock\": {\"name\": \"_lock.clouddb.us-east-1.api.acme\", \"type\": \"TXT\", "
                           "\"value\": \"genesis 0\"}, \"root\": {");
    assert_contains(heard, "\"value\": \"deployer-b 1\"}, {\"name\": \"plan-001.cdb.acme\", ");
    assert_contains(heard, "\"health\": {\"ok\": true, \"ips\": [\"192.0.1.7\"]}}");
}

/* Copies the ETag header's value, with its quotes. */
static void read_etag(const char *heard, char *etag, size_t size)
{
    const char *at = strstr(heard, "\r\nETag: ");
    assert_non_null(at);
    (void)snprintf(etag, size, "%.*s", (int)strcspn(at + 8, "\r"), at + 8);
}

static void front_page_that_is_known_is_not_sent_again(void **state)
{
    struct fixture *fixture = *state;
    char etag[64], again[64], request[256];
    read_etag(say(fixture, "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"), etag, sizeof etag);
    (void)snprintf(request, sizeof request, "GET / HTTP/1.1\r\nHost: localhost\r\nIf-None-Match: %s\r\n\r\n",
                   etag);
    for (int i = 0; i < 2; i++) {
        const char *heard = say(fixture, request);
        assert_contains(heard, "HTTP/1.1 304 ");
        assert_null(strstr(heard, "<html"));
        (void)get(fixture, "/health", 200); /* to look changes nothing */
    }
    (void)post(fixture, "/mbt/planner/generate", NULL);
    const char *heard = say(fixture, request);
    assert_contains(heard, "HTTP/1.1 200 ");
    assert_contains(heard, "plan-001");
    read_etag(heard, again, sizeof again);
    assert_string_not_equal(etag, again);
    assert_contains(say(fixture, "GET / HTTP/1.1\r\nHost: localhost\r\nIf-None-Match: \"x\"\r\n\r\n"),
                    "HTTP/1.1 200 ");
}

static void log_tells_the_calls(void **state)
{
    struct fixture *fixture = *state;
    assert_string_equal(get(fixture, "/log", 200), "{\"actions\": []}");
    (void)post(fixture, "/mbt/planner/generate", NULL);
    (void)post(fixture, "/mbt/deployers/deployer-h/deploy", NULL);
    (void)post(fixture, "/mbt/deployers/deployer-h/cleanup", "{\"keep_last_n\": 0}");
    const char *log = get(fixture, "/log", 200);
    assert_contains(log, "{\"actions\": [{\"number\": 3, \"time\": \"2");
    assert_contains(log, "\"who\": \"deployer-h\", \"what\": \"cleanup, keep 0\", \"ok\": true, \"result\": "
                         "\"deleted plan-001\", \"repeats\": 1, \"root\": \"lost\"}, {\"number\": 2, ");
    assert_contains(log, "\"result\": \"installed plan-001\", \"repeats\": 1, \"root\": \"restored\"}");
    (void)call_with(fixture, "POST", "/log", NULL, NULL, 405);
}

/* Requests that are refused change nothing, and nothing is noted. */
static void log_leaves_out_what_was_refused(void **state)
{
    struct fixture *fixture = *state;
    (void)call_with(fixture, "POST", "/mbt/deployers/nobody/sync", NULL, NULL, 404);
    (void)call_with(fixture, "POST", "/mbt/planner/generate", "application/json", "[{\"id\": 0}]", 422);
    (void)call_with(fixture, "POST", "/mbt/deployers/deployer-a/cleanup", "application/json", "{}", 422);
    assert_string_equal(get(fixture, "/log", 200), "{\"actions\": []}");
}

static void seed_init_lets_every_deployer_observe_it(void **state)
{
    struct fixture *fixture = *state;
    assert_string_equal(post(fixture, "/mbt/reset", NULL), "{\"ok\": true}");
    assert_string_equal(post(fixture, "/mbt/seed-init", NULL), "{\"ok\": true}");
    (void)post(fixture, "/mbt/planner/generate", NULL);
    assert_string_equal(post(fixture, "/mbt/deployers/deployer-h/deploy", NULL),
                        "{\"ok\": true, \"message\": \"installed\", \"version\": 1}");
    assert_string_equal(
        post(fixture, "/mbt/deployers/deployer-b/deploy", NULL),
        "{\"ok\": false, \"message\": \"record mismatch: _lock.clouddb.us-east-1.api.acme|TXT\"}");
    assert_contains(post(fixture, "/mbt/deployers/deployer-b/sync", NULL), "\"value\": \"deployer-h 1\"");
    (void)call_with(fixture, "POST", "/mbt/deployers/deployer-i/sync", NULL, NULL, 404);
    (void)call_with(fixture, "GET", "/mbt/seed-init", NULL, NULL, 405);
}

/* The outage by hand does not happen: the stale plan is skipped, and the live ones are left alone. */
static void guards_keep_the_outage_away(void **state)
{
    struct fixture *fixture = *state;
    for (int i = 0; i < 3; i++) {
        (void)post(fixture, "/mbt/planner/generate", NULL);
        (void)post(fixture, "/mbt/deployers/deployer-a/sync", NULL);
        (void)post(fixture, "/mbt/deployers/deployer-a/deploy", NULL);
    }
    (void)post(fixture, "/mbt/deployers/deployer-c/sync", NULL);
    assert_string_equal(post(fixture, "/mbt/deployers/deployer-c/deploy", NULL),
                        "{\"ok\": true, \"message\": \"skipped\", \"version\": 1}");
    assert_string_equal(post(fixture, "/mbt/deployers/deployer-a/cleanup", "{\"keep_last_n\": 0}"),
                        "{\"ok\": true, \"deleted_versions\": [1]}");
    assert_contains(get(fixture, "/health", 200), "\"ips\": [\"192.0.3.1\"]");
}

static void start_on_a_taken_port_names_it(void **state)
{
    struct fixture *fixture = *state;
    char *folder = fixture_folder();
    struct lab_server_config config = lab_server_config_default(folder);
    config.port = fixture->port;
    struct lab_server *server = NULL;
    struct error err;
    char wanted[128];
    (void)snprintf(wanted, sizeof wanted,
                   "cannot listen on 127.0.0.1 port %d: Address already in use; --port 0 takes a free one",
                   fixture->port);
    assert_int_equal(lab_server_start(&config, &server, &err), ERR_IO);
    assert_string_equal(err.text, wanted);
    assert_null(server);
    config.host = "no-such-host.invalid";
    assert_int_equal(lab_server_start(&config, &server, &err), ERR_IO);
    assert_contains(err.text, "--host no-such-host.invalid: ");
    fixture_remove(folder);
}

static void start_on_a_name_or_another_address_works(void **state)
{
    (void)state;
    static const char *const hosts[] = {"localhost", "127.0.0.2", "0.0.0.0"};
    for (size_t i = 0; i < sizeof hosts / sizeof hosts[0]; i++) {
        char *folder = fixture_folder();
        struct lab_server_config config = lab_server_config_default(folder);
        config.host = hosts[i];
        struct lab_server *server = client_start(&config);
        assert_true(lab_server_port(server) > 0);
        if (i == 1)
            assert_string_equal(lab_server_host(server), "127.0.0.2");
        lab_server_stop(server);
        fixture_remove(folder);
    }
}

/* Stopping does not wait for clients that have not finished. */
static void stop_with_open_connections_is_quick(void **state)
{
    struct fixture *fixture = *state;
    char *folder = fixture_folder();
    const struct lab_server_config config = lab_server_config_default(folder);
    struct lab_server *server = client_start(&config);
    const int idle = client_connect(lab_server_port(server)),
              halfway = client_connect(lab_server_port(server));
    client_say(halfway,
               "POST /mbt/planner/generate HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\n[");
    (void)usleep(50000);
    lab_server_stop(server);
    assert_true(client_is_hung_up(idle, 1000));
    assert_true(client_is_hung_up(halfway, 1000));
    (void)close(idle);
    (void)close(halfway);
    fixture_remove(folder);
    assert_alive(fixture);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(body_of_the_largest_size_is_read),
        TEST(body_one_byte_too_long_is_refused),
        TEST(body_announced_far_too_long_is_refused_at_once),
        TEST(body_in_chunks_is_read_and_bounded),
        TEST(target_too_long_is_refused),
        TEST(head_too_long_is_refused),
        TEST(slow_head_is_told_so_and_hung_up_on),
        TEST(slow_body_is_told_so_and_changes_nothing),
        TEST(idle_connection_is_closed_in_time),
        TEST(requests_in_one_packet_are_answered_in_order),
        TEST(garbage_is_hung_up_on),
        TEST(connection_is_kept_for_the_next_request),
        TEST(method_head_is_answered_as_get_without_a_body),
        TEST(version_1_0_is_answered_and_closed),
        TEST(path_with_odd_bytes_is_decoded_with_care),
        TEST(slash_at_the_end_is_redirected_in_safety),
        TEST(pages_come_with_a_policy),
        TEST(state_tells_all_that_is_in_memory),
        TEST(log_leaves_out_what_was_refused),
        TEST(log_tells_the_calls),
        TEST(front_page_that_is_known_is_not_sent_again),
        TEST(seed_init_lets_every_deployer_observe_it),
        TEST(start_on_a_taken_port_names_it),
        TEST(start_on_a_name_or_another_address_works),
        TEST(stop_with_open_connections_is_quick),
        cmocka_unit_test_setup_teardown(guards_keep_the_outage_away, set_up_guarded, tear_down),
    };
    curl_global_init(CURL_GLOBAL_DEFAULT);
    const int failures = cmocka_run_group_tests(tests, NULL, NULL);
    curl_global_cleanup();
    return failures;
}
