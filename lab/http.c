/* SPDX-License-Identifier: Apache-2.0 */
#include "lab/http.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include <microhttpd.h>

#include "base/memory.h"
#include "lab/listen.h"
#include "lab/watchdog.h"

/* The pages load nothing from anywhere else. */
#define PAGE_POLICY                                                                                   \
    "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; connect-src 'self'; " \
    "img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

struct http_server {
    struct http_config config; /* host is not kept */
    struct listener listener;
    struct MHD_Daemon *daemon;
    struct watchdog watchdog;
};

/* A request while it arrives; libmicrohttpd carries it from call to call. */
struct incoming {
    char *target; /* as sent */
    char *host;   /* of an absolute target; NULL for any other */
    struct buffer body;
    size_t body_size; /* bytes sent, kept or not */
    struct watchdog_place *place;
    bool begun;
};

static struct watchdog_place *place_of(struct MHD_Connection *connection)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    return info != NULL ? info->socket_context : NULL;
}

/* Asked before a connection is taken. */
static enum MHD_Result on_arrival(void *context, const struct sockaddr *address, socklen_t length)
{
    struct http_server *server = context;
    (void)length;
    return watchdog_admits(&server->watchdog, watchdog_address(address)) ? MHD_YES : MHD_NO;
}

static void on_connection(void *context, struct MHD_Connection *connection, void **socket_context,
                          enum MHD_ConnectionNotificationCode code)
{
    struct http_server *server = context;
    if (code == MHD_CONNECTION_NOTIFY_STARTED) {
        const union MHD_ConnectionInfo *socket =
            MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
        const union MHD_ConnectionInfo *client =
            MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
        if (socket != NULL && client != NULL)
            *socket_context =
                watchdog_enter(&server->watchdog, socket->connect_fd, watchdog_address(client->client_addr));
    } else if (*socket_context != NULL) {
        watchdog_leave(&server->watchdog, *socket_context);
        *socket_context = NULL;
    }
}

/* Called with a request's first line. The target is taken from here, because what libmicrohttpd passes on
 * later is already decoded, and %2F could not be told from a slash. */
static void *on_target(void *context, const char *target, struct MHD_Connection *connection)
{
    struct http_server *server = context;
    struct incoming *incoming = mem_new(1, sizeof *incoming);
    if (incoming == NULL)
        return NULL;
    buffer_init_limited(&incoming->body, BODY_SIZE_MAX);
    incoming->target = mem_copy_string(target);
    incoming->place = place_of(connection);
    if (incoming->place != NULL)
        watchdog_phase(&server->watchdog, incoming->place, WATCHDOG_RECEIVING);
    return incoming;
}

static void on_completed(void *context, struct MHD_Connection *connection, void **request_context,
                         enum MHD_RequestTerminationCode code)
{
    (void)connection;
    (void)code;
    struct http_server *server = context;
    struct incoming *incoming = *request_context;
    if (incoming == NULL)
        return;
    if (incoming->place != NULL)
        watchdog_phase(&server->watchdog, incoming->place, WATCHDOG_IDLE);
    buffer_release(&incoming->body);
    mem_free(incoming->target);
    mem_free(incoming->host);
    mem_free(incoming);
    *request_context = NULL;
}

static void add_header(struct MHD_Response *response, const char *name, const char *value)
{
    /* A header that does not fit in memory is left out; the answer stands without it. */
    if (value != NULL && value[0] != '\0')
        (void)MHD_add_response_header(response, name, value);
}

static enum MHD_Result send_answer(struct MHD_Connection *connection, const struct api_answer *answer,
                                   bool close)
{
    static char fallback[] = "{\"detail\": \"out of memory\"}";
    const bool failed = answer->body.failed;
    struct MHD_Response *response =
        failed
            ? MHD_create_response_from_buffer(sizeof fallback - 1, fallback, MHD_RESPMEM_PERSISTENT)
            : MHD_create_response_from_buffer(answer->body.length, answer->body.text, MHD_RESPMEM_MUST_COPY);
    if (response == NULL)
        return MHD_NO;
    add_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, failed ? "application/json" : answer->content_type);
    add_header(response, MHD_HTTP_HEADER_ALLOW, answer->allow);
    add_header(response, MHD_HTTP_HEADER_LOCATION, answer->location.text);
    add_header(response, MHD_HTTP_HEADER_WWW_AUTHENTICATE, answer->authenticate);
    add_header(response, MHD_HTTP_HEADER_SET_COOKIE, answer->cookie);
    add_header(response, MHD_HTTP_HEADER_ETAG, answer->etag);
    add_header(response, MHD_HTTP_HEADER_CACHE_CONTROL, "no-store");
    add_header(response, "X-Content-Type-Options", "nosniff");
    if (answer->content_type != NULL && strncmp(answer->content_type, "text/html", 9) == 0)
        add_header(response, "Content-Security-Policy", PAGE_POLICY);
    if (close)
        add_header(response, MHD_HTTP_HEADER_CONNECTION, "close");
    const enum MHD_Result result = MHD_queue_response(connection, failed ? 500 : answer->status, response);
    MHD_destroy_response(response);
    return result;
}

static enum MHD_Result refuse(struct MHD_Connection *connection, unsigned status, const char *text,
                              bool close)
{
    struct api_answer answer;
    api_answer_init(&answer);
    api_answer_error(&answer, status, text);
    const enum MHD_Result result = send_answer(connection, &answer, close);
    api_answer_release(&answer);
    return result;
}

static const char *header(struct MHD_Connection *connection, const char *name)
{
    return MHD_lookup_connection_value(connection, MHD_HEADER_KIND, name);
}

/* The headers that say where a request ends and whom it is for, and what is wrong with them. */
struct framing {
    const char *length; /* the first Content-Length, or NULL */
    size_t hosts, codings, origins, sites;
    const char *fault; /* NULL: none */
};

static enum MHD_Result look_at_header(void *context, enum MHD_ValueKind kind, const char *name,
                                      size_t name_size, const char *value, size_t value_size)
{
    static const char token[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!#$%&'*+-.^_`|~";
    struct framing *framing = context;
    (void)kind;
    if (value == NULL) {
        value = "";
        value_size = 0;
    }
    if (name_size == 0 || strspn(name, token) != name_size)
        framing->fault = "Bad Request: a header's name is none";
    for (size_t i = 0; i < value_size; i++) {
        if (((unsigned char)value[i] < ' ' && value[i] != '\t') || value[i] == 0x7F)
            framing->fault = "Bad Request: a header has a control character";
    }
    if (strcasecmp(name, MHD_HTTP_HEADER_HOST) == 0) {
        framing->hosts++;
    } else if (strcasecmp(name, MHD_HTTP_HEADER_ORIGIN) == 0) {
        framing->origins++;
    } else if (strcasecmp(name, "Sec-Fetch-Site") == 0) {
        framing->sites++;
    } else if (strcasecmp(name, MHD_HTTP_HEADER_TRANSFER_ENCODING) == 0) {
        framing->codings++;
        if (strcasecmp(value, "chunked") != 0)
            framing->fault = "Bad Request: Transfer-Encoding can only be chunked";
    } else if (strcasecmp(name, MHD_HTTP_HEADER_CONTENT_LENGTH) == 0) {
        if (framing->length != NULL && strcmp(framing->length, value) != 0)
            framing->fault = "Bad Request: there are two Content-Lengths";
        framing->length = value;
    }
    return MHD_YES;
}

/* What the headers alone decide. A body that is far too long is not waited for. */
static enum MHD_Result begin(struct MHD_Connection *connection, const char *version,
                             struct incoming *incoming)
{
    struct framing framing = {0};
    incoming->begun = true;
    (void)MHD_get_connection_values_n(connection, MHD_HEADER_KIND, look_at_header, &framing);
    const bool is_old = strcmp(version, MHD_HTTP_VERSION_1_0) == 0;
    if (framing.hosts > 1 || (framing.hosts == 0 && !is_old))
        framing.fault = "Bad Request: one Host header is expected";
    else if (framing.origins > 1 || framing.sites > 1)
        framing.fault = "Bad Request: one Origin and one Sec-Fetch-Site at most are expected";
    else if (framing.codings > 1 || (framing.codings == 1 && is_old))
        framing.fault = "Bad Request: one Transfer-Encoding at most is expected, and none in HTTP/1.0";
    else if (framing.codings == 1 && framing.length != NULL)
        framing.fault = "Bad Request: Content-Length and Transfer-Encoding exclude each other";
    else if (incoming->target != NULL && strpbrk(incoming->target, " \t") != NULL)
        framing.fault = "Bad Request: a target has no blanks";
    if (framing.fault != NULL)
        return refuse(connection, 400, framing.fault, true);
    if (framing.length != NULL && strtoull(framing.length, NULL, 10) > HTTP_DRAIN_MAX)
        return refuse(connection, 413, "Request Entity Too Large", true);
    return MHD_YES;
}

/* The target from its path on. The host of an absolute target, "http://HOST/…", as a proxy is asked, goes
 * before the Host header (RFC 9112, section 3.2.2). NULL when out of memory. */
static const char *split_target(struct incoming *incoming)
{
    static const char scheme[] = "http://";
    char *target = incoming->target;
    if (target == NULL || strncasecmp(target, scheme, sizeof scheme - 1) != 0)
        return target;
    char *host = target + sizeof scheme - 1;
    const size_t length = strcspn(host, "/?#");
    incoming->host = mem_new(length + 1, 1);
    if (incoming->host == NULL)
        return NULL;
    memcpy(incoming->host, host, length);
    if (host[length] == '/')
        return host + length;
    host[length - 1] = '/'; /* there is room even for no host at all: the scheme's */
    return host + length - 1;
}

static enum MHD_Result answer_request(struct http_server *server, struct MHD_Connection *connection,
                                      const char *method, struct incoming *incoming)
{
    if (incoming->place != NULL)
        watchdog_phase(&server->watchdog, incoming->place, WATCHDOG_ANSWERING);
    if (incoming->place == NULL || incoming->place->surplus)
        return refuse(connection, 503, "Too Many Connections", true);
    const char *target = split_target(incoming);
    if (target == NULL || (incoming->body.failed && incoming->body_size <= BODY_SIZE_MAX))
        return refuse(connection, 500, "out of memory", true);
    if (incoming->body_size > BODY_SIZE_MAX)
        return refuse(connection, 413, "Request Entity Too Large", false);
    const struct api_request request = {
        .method = method,
        .target = target,
        .host = incoming->host != NULL ? incoming->host : header(connection, MHD_HTTP_HEADER_HOST),
        .origin = header(connection, MHD_HTTP_HEADER_ORIGIN),
        .fetch_site = header(connection, "Sec-Fetch-Site"),
        .authorization = header(connection, MHD_HTTP_HEADER_AUTHORIZATION),
        .cookies = header(connection, MHD_HTTP_HEADER_COOKIE),
        .if_none_match = header(connection, MHD_HTTP_HEADER_IF_NONE_MATCH),
        .body = {.text = incoming->body.text,
                 .length = incoming->body.length,
                 .content_type = header(connection, MHD_HTTP_HEADER_CONTENT_TYPE)}};
    struct api_answer answer;
    api_answer_init(&answer);
    server->config.handle(server->config.context, &request, &answer);
    const enum MHD_Result result = send_answer(connection, &answer, false);
    api_answer_release(&answer);
    return result;
}

static enum MHD_Result on_request(void *context, struct MHD_Connection *connection, const char *url,
                                  const char *method, const char *version, const char *upload,
                                  size_t *upload_size, void **request_context)
{
    (void)url;
    struct http_server *server = context;
    struct incoming *incoming = *request_context;
    if (incoming == NULL)
        return MHD_NO; /* no memory for it: the connection is closed */
    if (!incoming->begun)
        return begin(connection, version, incoming);
    if (*upload_size > 0) {
        buffer_append(&incoming->body, upload, *upload_size);
        incoming->body_size += *upload_size;
        *upload_size = 0;
        return MHD_YES;
    }
    return answer_request(server, connection, method, incoming);
}

/* What libmicrohttpd complains about is the clients' doing, and they are told. */
static void drop_log(void *context, const char *format, va_list args)
{
    (void)context;
    (void)format;
    (void)args;
}

enum status http_server_start(const struct http_config *config, struct http_server **ret_server,
                              struct error *err)
{
    struct http_server *server = mem_new(1, sizeof *server);
    if (server == NULL)
        return error_memory(err, sizeof *server);
    server->config = *config;
    server->config.host = NULL;
    enum status status = listen_on(config->host, config->port, &server->listener, err);
    if (status != OK)
        goto free_server;
    status = watchdog_start(&server->watchdog, config->request_ms, err);
    if (status != OK)
        goto close_socket;
    server->daemon = MHD_start_daemon(
        MHD_USE_EPOLL_INTERNAL_THREAD | MHD_USE_ERROR_LOG, 0, on_arrival, server, on_request, server,
        MHD_OPTION_EXTERNAL_LOGGER, drop_log, NULL, MHD_OPTION_LISTEN_SOCKET, server->listener.fd,
        MHD_OPTION_CONNECTION_LIMIT, (unsigned)WATCHDOG_CONNECTIONS_MAX, MHD_OPTION_CONNECTION_MEMORY_LIMIT,
        (size_t)HTTP_HEAD_MAX, MHD_OPTION_URI_LOG_CALLBACK, on_target, server, MHD_OPTION_NOTIFY_CONNECTION,
        on_connection, server, MHD_OPTION_NOTIFY_COMPLETED, on_completed, server, MHD_OPTION_END);
    if (server->daemon != NULL) {
        *ret_server = server;
        return OK;
    }
    status = error_set(err, ERR_IO, "cannot start the HTTP server on %s port %d", config->host, config->port);
    watchdog_stop(&server->watchdog);
close_socket:
    (void)close(server->listener.fd);
free_server:
    mem_free(server);
    return status;
}

void http_server_stop(struct http_server *server)
{
    if (server == NULL)
        return;
    MHD_stop_daemon(server->daemon); /* closes the listening socket, too */
    watchdog_stop(&server->watchdog);
    mem_free(server);
}

const char *http_server_host(const struct http_server *server)
{
    return server->listener.host;
}

int http_server_port(const struct http_server *server)
{
    return server->listener.port;
}

bool http_server_is_local(const struct http_server *server)
{
    return server->listener.is_local;
}
