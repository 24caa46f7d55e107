/* SPDX-License-Identifier: Apache-2.0 */
/* What the tests of the lab's HTTP share: a server of their own, requests over libcurl and over bare sockets.
 */
#ifndef RACEWALK_TESTS_UNIT_TEST_LAB_TALK_H
#define RACEWALK_TESTS_UNIT_TEST_LAB_TALK_H

#include "tests/unit/test_lab_fixture.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <cjson/cJSON.h>
#include <curl/curl.h>

#include "lab/server.h"

static inline struct lab_server *client_start(const struct lab_server_config *config)
{
    struct lab_server *server = NULL;
    struct error err = {""};
    if (lab_server_start(config, &server, &err) != OK)
        fail_msg("lab_server_start: %s", err.text);
    return server;
}

struct reply {
    long status;
    struct buffer body;
};

static inline size_t client_take(char *bytes, size_t size, size_t count, void *context)
{
    buffer_append(context, bytes, size * count);
    return size * count;
}

/* One request over an easy handle, which keeps its connection. text is NULL for no body. Returns a curl code,
 * and asserts nothing, so that any thread may call it. */
static inline CURLcode client_request(CURL *curl, int port, const char *method, const char *path,
                                      const char *content_type, const char *text, struct reply *reply)
{
    char url[4096], header[256];
    (void)snprintf(url, sizeof url, "http://127.0.0.1:%d%s", port, path);
    (void)snprintf(header, sizeof header, "Content-Type:%s%s", content_type != NULL ? " " : "",
                   content_type != NULL ? content_type : "");
    struct curl_slist *headers = curl_slist_append(NULL, header);
    curl_easy_reset(curl);
    curl_easy_setopt(curl, CURLOPT_URL, url);
    curl_easy_setopt(curl, CURLOPT_PATH_AS_IS, 1L);
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT, 30L);
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
    if (text != NULL || strcmp(method, "POST") == 0)
        curl_easy_setopt(curl, CURLOPT_POSTFIELDS, text != NULL ? text : "");
    curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, method);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, client_take);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, &reply->body);
    buffer_clear(&reply->body);
    const CURLcode code = curl_easy_perform(curl);
    curl_slist_free_all(headers);
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &reply->status);
    return code;
}

/* A bare connection. */
static inline int client_connect(int port)
{
    const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(fd >= 0);
    const struct sockaddr_in address = {
        .sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    assert_int_equal(connect(fd, (const struct sockaddr *)&address, sizeof address), 0);
    return fd;
}

static inline void client_send(int fd, const char *bytes, size_t length)
{
    while (length > 0) {
        const ssize_t sent = send(fd, bytes, length, MSG_NOSIGNAL);
        if (sent <= 0)
            return; /* the server has hung up, which the answer will show */
        bytes += sent;
        length -= (size_t)sent;
    }
}

static inline void client_say(int fd, const char *text)
{
    client_send(fd, text, strlen(text));
}

/* Reads until end occurs, the connection ends or nothing comes for wait_ms. Good until the next call. */
static inline const char *client_hear(int fd, const char *end, int wait_ms)
{
    static char text[262144];
    size_t length = 0;
    text[0] = '\0';
    while (length < sizeof text - 1) {
        struct pollfd ready = {.fd = fd, .events = POLLIN};
        if (poll(&ready, 1, wait_ms) <= 0)
            break;
        const ssize_t got = recv(fd, text + length, sizeof text - 1 - length, 0);
        if (got <= 0)
            break;
        for (ssize_t i = 0; i < got; i++) { /* so that strstr sees all of it */
            if (text[length + (size_t)i] == '\0')
                text[length + (size_t)i] = '?';
        }
        length += (size_t)got;
        text[length] = '\0';
        if (end != NULL && strstr(text, end) != NULL)
            break;
    }
    return text;
}

/* True when the server hangs up within wait_ms. */
static inline bool client_is_hung_up(int fd, int wait_ms)
{
    struct pollfd ready = {.fd = fd, .events = POLLIN};
    char byte;
    return poll(&ready, 1, wait_ms) > 0 && recv(fd, &byte, 1, 0) <= 0;
}

#define assert_contains(text, part)                       \
    do {                                                  \
        if (strstr(text, part) == NULL)                   \
            fail_msg("\"%s\" is not in: %s", part, text); \
    } while (0)

#endif
