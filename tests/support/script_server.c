/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/support/script_server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/memory.h"
#include "tests/support/cmocka_all.h"

struct script_server {
    int listener;
    pthread_t thread;
    script_serve serve;
    void *user;
    char url[SCRIPT_URL_SIZE];
};

static int listen_anywhere(char url[SCRIPT_URL_SIZE])
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    const int listener = socket(AF_INET, SOCK_STREAM, 0);
    assert_true(listener >= 0);
    assert_int_equal(bind(listener, (struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(getsockname(listener, (struct sockaddr *)&address, &size), 0);
    assert_int_equal(listen(listener, 16), 0);
    (void)snprintf(url, SCRIPT_URL_SIZE, "http://127.0.0.1:%d", ntohs(address.sin_port));
    return listener;
}

/* Ends when the listener is shut down. */
static void *run(void *context)
{
    struct script_server *server = context;
    for (size_t index = 0;; index++) {
        const int connection = accept(server->listener, NULL, NULL);
        if (connection < 0)
            return NULL;
        server->serve(connection, index, server->user);
        (void)close(connection);
    }
}

struct script_server *script_server_start(script_serve serve, void *user)
{
    struct script_server *server = mem_new(1, sizeof *server);
    assert_non_null(server);
    server->serve = serve;
    server->user = user;
    server->listener = listen_anywhere(server->url);
    assert_int_equal(pthread_create(&server->thread, NULL, run, server), 0);
    return server;
}

void script_server_stop(struct script_server *server)
{
    (void)shutdown(server->listener, SHUT_RDWR);
    assert_int_equal(pthread_join(server->thread, NULL), 0);
    (void)close(server->listener);
    mem_free(server);
}

const char *script_server_url(const struct script_server *server)
{
    return server->url;
}

void script_write(int connection, const char *text)
{
    size_t left = strlen(text);
    while (left > 0) {
        /* A client that has seen enough is gone: that is no failure of the server. */
        const ssize_t count = send(connection, text, left, MSG_NOSIGNAL);
        if (count <= 0)
            return;
        text += count;
        left -= (size_t)count;
    }
}

const char *script_read_requests(int connection, size_t count)
{
    static char text[65536];
    size_t length = 0;
    text[0] = '\0';
    for (;;) {
        size_t seen = 0;
        for (const char *at = text; (at = strstr(at, "\r\n\r\n")) != NULL; at += 4)
            seen++;
        if (seen >= count)
            return text;
        const ssize_t got = read(connection, text + length, sizeof text - 1 - length);
        if (got <= 0)
            return text;
        length += (size_t)got;
        text[length] = '\0';
    }
}

const char *script_dead_url(void)
{
    static char url[SCRIPT_URL_SIZE];
    (void)close(listen_anywhere(url));
    return url;
}
