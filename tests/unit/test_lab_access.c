/* SPDX-License-Identifier: Apache-2.0 */
/* Who may ask the lab: names, origins, the token. The rules by themselves, then over HTTP. */
#include "tests/unit/test_lab_talk.h"

#include "lab/access.h"

#define TOKEN "s3cret+/="

static const char *const hosts[] = {"lab.example", "other"};

struct case_of {
    const char *method, *target, *host, *origin, *fetch_site, *authorization, *cookies;
    unsigned status; /* 200: the request may go on */
};

/* The answer to a request; released by the caller. */
static struct api_answer answer_to(const struct access *access, const struct case_of *row)
{
    struct api_answer answer;
    api_answer_init(&answer);
    const struct api_request request = {.method = row->method,
                                        .target = row->target != NULL ? row->target : "/",
                                        .host = row->host,
                                        .origin = row->origin,
                                        .fetch_site = row->fetch_site,
                                        .authorization = row->authorization,
                                        .cookies = row->cookies};
    const bool goes_on = access_check(access, &request, &answer);
    assert_int_equal(goes_on, answer.status == 200);
    return answer;
}

static void check_all(const struct access *access, const struct case_of *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct api_answer answer = answer_to(access, &rows[i]);
        if (answer.status != rows[i].status)
            fail_msg("row %zu: status %u instead of %u: %s", i, answer.status, rows[i].status,
                     answer.body.text);
        if (answer.status >= 400) {
            cJSON *tree = cJSON_ParseWithOpts(answer.body.text, NULL, 1);
            assert_true(cJSON_IsString(cJSON_GetObjectItemCaseSensitive(tree, "detail")));
            cJSON_Delete(tree);
        }
        api_answer_release(&answer);
    }
}

#define CHECK_ALL(access, rows) check_all(access, rows, sizeof(rows) / sizeof(rows)[0])

static void open_access(struct access *access, const char *host, const char *token)
{
    const struct access_rules rules = {.hosts = hosts, .host_count = 2, .token = token};
    struct error err = {""};
    if (access_init(access, host, &rules, &err) != OK)
        fail_msg("%s", err.text);
}

static void hosts_that_are_known_may_ask(void **state)
{
    (void)state;
    static const char *const known[] = {
        NULL,        "127.0.0.1", "127.0.0.1:8000", "10.1.2.3:1",  "[::1]",        "[::1]:8000",
        "[fe80::1]", "localhost", "LocalHost:80",   "localhost:",  "localhost.",   "lab.example",
        "other:1",   "OTHER",     "machine",        "machine.:80", "lab.example.",
    };
    static const char *const foreign[] = {
        "attacker.example",
        "attacker.example:8000",
        "localhost.attacker.example",
        "xlocalhost",
        "127.0.0.1.example",
        "127.0.0.1.nip.io:8000",
        "lab.example.com",
        "lab.exampl",
        "0x7f000001",
        "2130706433",
        "127.1",
    };
    static const char *const wrong[] = {
        "",
        ":80",
        "a b",
        "localhost/x",
        "user@localhost",
        "[::1",
        "[::1]x",
        "[]",
        "[1.2.3.4]",
        "localhost:x",
        "localhost:-1",
        "localhost:123456",
        "local\xFFhost",
        "localhost,other",
        "[::1%25lo]",
        "localhost:80:80",
    };
    struct access access;
    open_access(&access, "machine", NULL);
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
        CHECK_ALL(&access, ((struct case_of[]){{.method = "GET", .host = known[i], .status = 200}}));
    for (size_t i = 0; i < sizeof foreign / sizeof foreign[0]; i++)
        CHECK_ALL(&access, ((struct case_of[]){{.method = "GET", .host = foreign[i], .status = 403},
                                               {.method = "POST", .host = foreign[i], .status = 403}}));
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        CHECK_ALL(&access, ((struct case_of[]){{.method = "GET", .host = wrong[i], .status = 400}}));
    /* What is said names the host, and the option that would let it in. */
    struct api_answer answer =
        answer_to(&access, &(struct case_of){.method = "GET", .host = "attacker.example:8000"});
    assert_contains(answer.body.text, "does not go by the name attacker.example; ");
    assert_contains(answer.body.text, "--allow-host");
    api_answer_release(&answer);
}

static void pages_of_other_origins_may_read_nothing_and_change_nothing(void **state)
{
    (void)state;
    static const struct case_of rows[] = {
        {.method = "POST", .host = "localhost:8000", .origin = "http://localhost:8000", .status = 200},
        {.method = "POST", .host = "localhost:8000", .origin = "https://LOCALHOST:8000", .status = 200},
        {.method = "POST", .host = "localhost:8000", .origin = "http://localhost:8001", .status = 403},
        {.method = "POST", .host = "localhost:8000", .origin = "http://localhost", .status = 403},
        {.method = "POST", .host = "localhost:8000", .origin = "http://127.0.0.1:8000", .status = 403},
        {.method = "POST", .host = "localhost:8000", .origin = "http://attacker.example", .status = 403},
        {.method = "POST", .host = "localhost", .origin = "null", .status = 403},
        {.method = "POST", .host = "localhost", .origin = "", .status = 403},
        {.method = "POST", .host = "localhost", .origin = "file://localhost", .status = 403},
        {.method = "POST", .host = "localhost", .origin = "http://localhost.attacker.example", .status = 403},
        {.method = "POST", .origin = "http://localhost", .status = 403},
        {.method = "POST", .host = "localhost", .fetch_site = "same-origin", .status = 200},
        {.method = "POST", .host = "localhost", .fetch_site = "none", .status = 200},
        {.method = "POST", .host = "localhost", .fetch_site = "same-site", .status = 403},
        {.method = "POST", .host = "localhost", .fetch_site = "cross-site", .status = 403},
        {.method = "POST", .host = "localhost", .fetch_site = "anything", .status = 403},
        {.method = "POST", .host = "x", .origin = "http://x", .fetch_site = "same-origin", .status = 403},
        {.method = "DELETE", .host = "localhost", .origin = "http://attacker.example", .status = 403},
        /* A link on any page may lead here; no page can read what it leads to. */
        {.method = "GET", .host = "localhost", .fetch_site = "cross-site", .status = 200},
        {.method = "HEAD", .host = "localhost", .origin = "http://attacker.example", .status = 200},
    };
    struct access access;
    open_access(&access, "127.0.0.1", NULL);
    CHECK_ALL(&access, rows);
}

static void token_opens_by_header_cookie_and_address(void **state)
{
    (void)state;
    struct access access;
    open_access(&access, "127.0.0.1", TOKEN);
    char cookie[128], almost[128];
    (void)snprintf(cookie, sizeof cookie, "x=y; racewalk_lab_8000=%s", access.session);
    (void)snprintf(almost, sizeof almost, "racewalk_lab=%.31s", access.session);
    const struct case_of rows[] = {
        {.method = "GET", .status = 401},
        {.method = "POST", .host = "localhost", .status = 401},
        {.method = "GET", .authorization = "Bearer " TOKEN, .status = 200},
        {.method = "GET", .authorization = "bearer   " TOKEN, .status = 200},
        {.method = "POST", .host = "localhost", .authorization = "Bearer " TOKEN, .status = 200},
        {.method = "GET", .authorization = "Bearer s3cret+/", .status = 401},
        {.method = "GET", .authorization = "Bearer " TOKEN "x", .status = 401},
        {.method = "GET", .authorization = "Bearer ", .status = 401},
        {.method = "GET", .authorization = "Bearer", .status = 401},
        {.method = "GET", .authorization = TOKEN, .status = 401},
        {.method = "GET", .authorization = "Basic " TOKEN, .status = 401},
        {.method = "GET", .cookies = cookie, .status = 200},
        {.method = "GET", .cookies = almost, .status = 401},
        {.method = "GET", .cookies = "racewalk_lab=" TOKEN, .status = 401},
        {.method = "GET", .cookies = "racewalk_lab=; ;=;racewalk_lab", .status = 401},
        {.method = "GET", .target = "/?token=" TOKEN, .status = 303},
        {.method = "GET", .target = "/?a=b&token=s3cret%2B%2f%3D&c", .status = 303},
        {.method = "GET", .target = "/?token=s3cret", .status = 401},
        {.method = "GET", .target = "/?token", .status = 401},
        {.method = "GET", .target = "/?token=&&&", .status = 401},
        {.method = "GET", .target = "/?xtoken=" TOKEN, .status = 401},
        {.method = "GET", .target = "/health?token=" TOKEN, .status = 401},
        {.method = "POST", .target = "/?token=" TOKEN, .status = 401},
        /* It does not make up for a foreign name or origin. */
        {.method = "GET", .host = "attacker.example", .authorization = "Bearer " TOKEN, .status = 403},
        {.method = "POST", .host = "localhost", .origin = "http://x", .cookies = cookie, .status = 403},
    };
    CHECK_ALL(&access, rows);
    struct api_answer answer = answer_to(
        &access, &(struct case_of){.method = "GET", .target = "/?token=" TOKEN, .host = "localhost:81"});
    assert_string_equal(answer.location.text, "/");
    char wanted[128];
    (void)snprintf(wanted, sizeof wanted, "racewalk_lab_81=%s; Path=/; HttpOnly; SameSite=Lax",
                   access.session);
    assert_string_equal(answer.cookie, wanted);
    api_answer_release(&answer);
}

/* Each lab has a session of its own: a cookie of one is nothing to the next. */
static void session_is_new_each_time(void **state)
{
    (void)state;
    struct access one, two;
    open_access(&one, "localhost", TOKEN);
    open_access(&two, "localhost", TOKEN);
    assert_int_equal(strlen(one.session), ACCESS_SESSION_SIZE - 1);
    assert_string_not_equal(one.session, two.session);
}

static void rules_that_are_none_are_refused(void **state)
{
    (void)state;
    static const char *const names[] = {"", "http://lab", "lab:80", "lab/x", "*", "*.example", "a b"};
    char long_token[ACCESS_TOKEN_MAX + 2];
    memset(long_token, 'x', sizeof long_token - 1);
    long_token[sizeof long_token - 1] = '\0';
    const char *tokens[] = {"", "a b", "a\n", "a;b", "\xC3\xA4", "a\"", "a&b", long_token};
    struct access access;
    struct error err;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        const struct access_rules rules = {.hosts = &names[i], .host_count = 1};
        assert_int_equal(access_init(&access, "localhost", &rules, &err), ERR_USAGE);
        assert_contains(err.text, "a host's name is expected");
    }
    for (size_t i = 0; i < sizeof tokens / sizeof tokens[0]; i++) {
        const struct access_rules rules = {.token = tokens[i]};
        assert_int_equal(access_init(&access, "localhost", &rules, &err), ERR_USAGE);
        assert_contains(err.text, "--token: 1 to 256 letters");
    }
}

/* What a bare request is answered. Good until the next call. */
static const char *say(const struct lab_server *server, const char *request)
{
    const int fd = client_connect(lab_server_port(server));
    client_say(fd, request);
    const char *heard = client_hear(fd, NULL, 300);
    (void)close(fd);
    return heard;
}

/* The attack that was seen: a form on any page, which needs no permission, deleted all plans. */
static void server_refuses_the_forms_of_other_pages(void **state)
{
    (void)state;
    char *folder = fixture_folder();
    const struct lab_server_config config = lab_server_config_default(folder);
    struct lab_server *server = client_start(&config);
    assert_contains(say(server, "POST /mbt/planner/generate HTTP/1.1\r\nHost: localhost\r\n\r\n"),
                    "\"version\": 1");
    assert_contains(say(server, "POST /mbt/reset HTTP/1.1\r\nHost: attacker.example\r\nOrigin: "
                                "http://attacker.example\r\nContent-Type: text/plain\r\nContent-Length: "
                                "1\r\n\r\nx"),
                    "HTTP/1.1 403 Forbidden\r\n");
    assert_contains(say(server, "POST /mbt/reset HTTP/1.1\r\nHost: 127.0.0.1\r\nOrigin: "
                                "http://attacker.example\r\n\r\n"),
                    "HTTP/1.1 403 Forbidden\r\n");
    assert_contains(say(server, "POST /mbt/reset HTTP/1.1\r\nHost: 127.0.0.1\r\nSec-Fetch-Site: "
                                "cross-site\r\n\r\n"),
                    "HTTP/1.1 403 Forbidden\r\n");
    /* A rebound name reads nothing, in whatever form it is given. */
    assert_contains(say(server, "GET /log HTTP/1.1\r\nHost: attacker.example\r\n\r\n"), "HTTP/1.1 403 ");
    assert_contains(say(server, "GET http://attacker.example/log HTTP/1.1\r\nHost: localhost\r\n\r\n"),
                    "HTTP/1.1 403 ");
    assert_contains(say(server, "POST /mbt/planner/generate HTTP/1.1\r\nHost: localhost\r\nOrigin: "
                                "http://localhost\r\nSec-Fetch-Site: same-origin\r\n\r\n"),
                    "\"version\": 2");
    assert_true(lab_server_is_local(server));
    lab_server_stop(server);
    fixture_remove(folder);
}

static void server_with_a_token_asks_for_it(void **state)
{
    (void)state;
    char *folder = fixture_folder();
    struct lab_server_config config = lab_server_config_default(folder);
    config.host = "0.0.0.0";
    config.access = (struct access_rules){.hosts = hosts, .host_count = 1, .token = TOKEN};
    struct lab_server *server = client_start(&config);
    assert_false(lab_server_is_local(server));
    const char *heard = say(server, "POST /mbt/reset HTTP/1.1\r\nHost: lab.example\r\n\r\n");
    assert_contains(heard, "HTTP/1.1 401 Unauthorized\r\n");
    assert_contains(heard, "\r\nWWW-Authenticate: Bearer realm=\"racewalk lab\"\r\n");
    assert_contains(say(server,
                        "POST /mbt/reset HTTP/1.1\r\nHost: lab.example\r\nAuthorization: Bearer " TOKEN
                        "\r\n\r\n"),
                    "{\"ok\": true}");
    heard = say(server, "GET /?token=" TOKEN " HTTP/1.1\r\nHost: localhost:8000\r\n\r\n");
    assert_contains(heard, "HTTP/1.1 303 See Other\r\n");
    assert_contains(heard, "\r\nLocation: /\r\n");
    const char *cookie = strstr(heard, "\r\nSet-Cookie: racewalk_lab_8000=");
    assert_non_null(cookie);
    char request[512];
    (void)snprintf(request, sizeof request, "GET / HTTP/1.1\r\nHost: localhost:8000\r\nCookie: %.*s\r\n\r\n",
                   (int)strcspn(cookie + 14, ";"), cookie + 14);
    assert_contains(say(server, request), "<title>");
    lab_server_stop(server);
    fixture_remove(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hosts_that_are_known_may_ask),
        cmocka_unit_test(pages_of_other_origins_may_read_nothing_and_change_nothing),
        cmocka_unit_test(token_opens_by_header_cookie_and_address),
        cmocka_unit_test(session_is_new_each_time),
        cmocka_unit_test(rules_that_are_none_are_refused),
        cmocka_unit_test(server_refuses_the_forms_of_other_pages),
        cmocka_unit_test(server_with_a_token_asks_for_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
