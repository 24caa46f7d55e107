#include "mbt/lab_client.h"

#include <assert.h>
#include <ctype.h>
#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <cjson/cJSON.h>
#include <curl/curl.h>

#include "base/buffer.h"
#include "base/memory.h"
#include "base/stop.h"
#include "mbt/http_reply.h"

/* An answer from the same machine is there within some 20 µs, a thread that sleeps in poll() needs twice that
 * to wake up: asking again for this long first made the benchmark's confirm/one connection twice as fast. */
#define SPIN_US 50

#define RECEIVE_SIZE 16384 /* bytes asked for at a time */

struct lab_client {
    CURL *curl; /* the connection; NULL: none stands */
    struct lab_limits limits;
    char base[LAB_URL_MAX];   /* the URL without the slash at its end */
    char host[LAB_URL_MAX];   /* as in the header Host */
    char prefix[LAB_URL_MAX]; /* the URL's path */
    bool spins;
    struct buffer out; /* the requests that are to be sent */
    struct buffer in;  /* bytes that came and belong to no answer yet */
    struct buffer texts[LAB_BATCH_MAX];
    struct cJSON *jsons[LAB_BATCH_MAX];
    bool curl_is_global; /* curl_global_init was called */
    uint64_t requests;
};

const char *lab_method_name(enum lab_method method)
{
    return method == LAB_GET ? "GET" : "POST";
}

const char *lab_client_url(const struct lab_client *client)
{
    return client->base;
}

uint64_t lab_client_requests(const struct lab_client *client)
{
    return client->requests;
}

const char *lab_excerpt(const char *text, size_t length, char *out)
{
    const bool cut = length > LAB_EXCERPT_SIZE - 4;
    const size_t kept = cut ? LAB_EXCERPT_SIZE - 4 : length;
    for (size_t i = 0; i < kept; i++)
        out[i] = isprint((unsigned char)text[i]) ? text[i] : ' ';
    memcpy(out + kept, cut ? "..." : "", cut ? 4 : 1);
    return out;
}

/* --- the URL --- */

/* Takes host[:port] and path from the URL's parts; false when it is not http or https, or carries more than
 * that. */
static bool read_parts(struct lab_client *client, CURLU *parts)
{
    char *scheme = NULL, *host = NULL, *port = NULL, *path = NULL, *extra = NULL;
    bool good = curl_url_get(parts, CURLUPART_SCHEME, &scheme, 0) == CURLUE_OK &&
                curl_url_get(parts, CURLUPART_HOST, &host, 0) == CURLUE_OK &&
                curl_url_get(parts, CURLUPART_PATH, &path, 0) == CURLUE_OK && host[0] != '\0' &&
                (strcmp(scheme, "http") == 0 || strcmp(scheme, "https") == 0);
    const CURLUPart unwanted[] = {CURLUPART_USER, CURLUPART_PASSWORD, CURLUPART_QUERY, CURLUPART_FRAGMENT};
    for (size_t i = 0; good && i < sizeof unwanted / sizeof unwanted[0]; i++) {
        good = curl_url_get(parts, unwanted[i], &extra, 0) != CURLUE_OK;
        curl_free(extra);
        extra = NULL;
    }
    if (good) {
        const bool has_port = curl_url_get(parts, CURLUPART_PORT, &port, 0) == CURLUE_OK;
        struct buffer text;
        buffer_init_limited(&text, LAB_URL_MAX - 1);
        buffer_format(&text, "%s%s%s", host, has_port ? ":" : "", has_port ? port : "");
        good = !text.failed;
        memcpy(client->host, text.text, text.length + 1);
        buffer_release(&text);
        /* libcurl reports the path "/" where there is none. */
        const size_t path_length = strcmp(path, "/") == 0 ? 0 : strlen(path);
        assert(path_length < LAB_URL_MAX);
        memcpy(client->prefix, path, path_length);
    }
    curl_free(scheme);
    curl_free(host);
    curl_free(port);
    curl_free(path);
    return good;
}

static enum status set_url(struct lab_client *client, const char *url, struct error *err)
{
    size_t length = strlen(url);
    while (length > 0 && url[length - 1] == '/')
        length--;
    if (length >= LAB_URL_MAX)
        return error_set(err, ERR_USAGE, "a lab's URL of %zu bytes is longer than %d", length,
                         LAB_URL_MAX - 1);
    memcpy(client->base, url, length);
    CURLU *parts = curl_url();
    if (parts == NULL)
        return error_memory(err, LAB_URL_MAX);
    const bool good =
        curl_url_set(parts, CURLUPART_URL, client->base, 0) == CURLUE_OK && read_parts(client, parts);
    curl_url_cleanup(parts);
    if (good)
        return OK;
    return error_set(err, ERR_USAGE, "'%s' is no URL of a lab; one like http://127.0.0.1:8000 was expected",
                     url);
}

enum status lab_client_new(const char *url, const struct lab_limits *limits, struct lab_client **ret_client,
                           struct error *err)
{
    struct lab_client *client = mem_new(1, sizeof *client);
    if (client == NULL)
        return error_memory(err, sizeof *client);
    client->limits = limits != NULL ? *limits : LAB_LIMITS_DEFAULT;
    /* On one processor, asking again keeps the lab from answering. */
    client->spins = sysconf(_SC_NPROCESSORS_ONLN) > 1;
    buffer_init(&client->out);
    buffer_init(&client->in);
    for (size_t i = 0; i < LAB_BATCH_MAX; i++)
        buffer_init_limited(&client->texts[i], client->limits.answer_max);
    enum status status = OK;
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
        status = error_set(err, ERR_INTERNAL, "libcurl does not start");
    client->curl_is_global = status == OK;
    if (status == OK)
        status = set_url(client, url, err);
    if (status != OK) {
        lab_client_free(client);
        return status;
    }
    *ret_client = client;
    return OK;
}

/* --- the connection --- */

static void disconnect(struct lab_client *client)
{
    if (client->curl != NULL)
        curl_easy_cleanup(client->curl);
    client->curl = NULL;
    buffer_clear(&client->in);
}

void lab_client_free(struct lab_client *client)
{
    if (client == NULL)
        return;
    disconnect(client);
    buffer_release(&client->out);
    buffer_release(&client->in);
    for (size_t i = 0; i < LAB_BATCH_MAX; i++) {
        buffer_release(&client->texts[i]);
        cJSON_Delete(client->jsons[i]);
    }
    if (client->curl_is_global)
        curl_global_cleanup();
    mem_free(client);
}

static enum status connect_failure(const struct lab_client *client, CURLcode code, struct error *err)
{
    switch (code) {
    case CURLE_COULDNT_CONNECT:
        return error_set(err, ERR_IO,
                         "%s: no lab answers there (connection refused); start one with 'racewalk lab "
                         "--no-background', or leave --lab-url out",
                         client->base);
    case CURLE_COULDNT_RESOLVE_HOST:
        return error_set(err, ERR_IO, "%s: no such host", client->base);
    case CURLE_OPERATION_TIMEDOUT:
        return error_set(err, ERR_IO, "%s: no connection within %ld ms; is a lab running there?",
                         client->base, client->limits.connect_ms);
    case CURLE_OUT_OF_MEMORY:
        return error_memory(err, RECEIVE_SIZE);
    default:
        return error_set(err, ERR_IO, "%s: %s", client->base, curl_easy_strerror(code));
    }
}

static enum status connect_to_lab(struct lab_client *client, struct error *err)
{
    CURL *curl = curl_easy_init();
    if (curl == NULL)
        return error_memory(err, RECEIVE_SIZE);
    client->curl = curl;
    CURLcode code = curl_easy_setopt(curl, CURLOPT_URL, client->base);
    if (code == CURLE_OK)
        code = curl_easy_setopt(curl, CURLOPT_CONNECT_ONLY, 1L);
    if (code == CURLE_OK)
        code = curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    if (code == CURLE_OK)
        code = curl_easy_setopt(curl, CURLOPT_TCP_NODELAY, 1L);
    if (code == CURLE_OK)
        code = curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, client->limits.connect_ms);
    /* A proxy of the environment is for the world outside; a lab is never behind it. */
    if (code == CURLE_OK)
        code = curl_easy_setopt(curl, CURLOPT_PROXY, "");
    if (code == CURLE_OK)
        code = curl_easy_perform(curl);
    if (code == CURLE_OK)
        return OK;
    disconnect(client);
    return connect_failure(client, code, err);
}

/* Waits until the connection can be read or written; false when the deadline passes first. A signal does not
 * end the wait: whoever caught it decides between two calls. */
static bool wait_for(const struct lab_client *client, short events, int64_t deadline_us)
{
    curl_socket_t fd = CURL_SOCKET_BAD;
    if (curl_easy_getinfo(client->curl, CURLINFO_ACTIVESOCKET, &fd) != CURLE_OK || fd == CURL_SOCKET_BAD)
        return true; /* the next read or write will say what is wrong */
    for (;;) {
        const int64_t left_us = deadline_us - clock_us();
        if (left_us <= 0)
            return false;
        struct pollfd item = {.fd = fd, .events = events};
        const int ready = poll(&item, 1, (int)(left_us / 1000 + 1));
        if (ready > 0 || (ready < 0 && errno != EINTR))
            return true;
    }
}

/* How a piece of an exchange ended. */
enum exchange {
    EXCHANGE_DONE,
    EXCHANGE_CLOSED, /* the other end is gone */
    EXCHANGE_LATE    /* the deadline passed */
};

static enum exchange send_all(struct lab_client *client, int64_t deadline_us)
{
    size_t sent = 0;
    while (sent < client->out.length) {
        size_t count = 0;
        const CURLcode code =
            curl_easy_send(client->curl, client->out.text + sent, client->out.length - sent, &count);
        if (code == CURLE_AGAIN) {
            if (!wait_for(client, POLLOUT, deadline_us))
                return EXCHANGE_LATE;
        } else if (code != CURLE_OK) {
            return EXCHANGE_CLOSED;
        }
        sent += count;
    }
    return EXCHANGE_DONE;
}

/* Waits for some more bytes and appends them to client->in. */
static enum exchange receive_some(struct lab_client *client, int64_t deadline_us)
{
    char bytes[RECEIVE_SIZE];
    const int64_t spin_end_us = client->spins ? clock_us() + SPIN_US : 0;
    for (;;) {
        size_t count = 0;
        const CURLcode code = curl_easy_recv(client->curl, bytes, sizeof bytes, &count);
        if (code == CURLE_OK && count > 0) {
            buffer_append(&client->in, bytes, count);
            return EXCHANGE_DONE;
        }
        if (code != CURLE_AGAIN)
            return EXCHANGE_CLOSED;
        if (clock_us() >= spin_end_us && !wait_for(client, POLLIN, deadline_us))
            return EXCHANGE_LATE;
    }
}

/* --- requests and answers --- */

static void write_request(struct lab_client *client, const struct lab_request *request)
{
    struct buffer *out = &client->out;
    assert(request->path[0] == '/');
    buffer_string(out, lab_method_name(request->method));
    buffer_char(out, ' ');
    buffer_string(out, client->prefix);
    buffer_string(out, request->path);
    buffer_string(out, " HTTP/1.1\r\nHost: ");
    buffer_string(out, client->host);
    buffer_string(out, "\r\nAccept: application/json\r\n");
    if (request->body != NULL)
        buffer_format(out, "Content-Type: application/json\r\nContent-Length: %zu\r\n\r\n%s",
                      strlen(request->body), request->body);
    else
        buffer_string(out, request->method == LAB_POST ? "Content-Length: 0\r\n\r\n" : "\r\n");
}

/* The JSON of an answer's text, or NULL. The length includes the NUL, so that the parser sees that nothing
 * follows the document; a NUL within the text would end it early. */
static cJSON *parse(const struct buffer *text)
{
    if (strlen(text->text) != text->length)
        return NULL;
    return cJSON_ParseWithLengthOpts(text->text, text->length + 1, NULL, true);
}

/* Takes the reply at the beginning of client->in as answer index. */
static enum status take_answer(struct lab_client *client, const struct http_reply *reply, size_t index,
                               struct lab_answer *ret_answer, struct error *err)
{
    struct buffer *text = &client->texts[index];
    buffer_clear(text);
    http_reply_body(client->in.text, reply, text);
    const enum status status = buffer_status(text, err);
    if (status != OK)
        return status;
    client->in.length -= reply->size;
    memmove(client->in.text, client->in.text + reply->size, client->in.length + 1);
    cJSON_Delete(client->jsons[index]);
    client->jsons[index] = parse(text);
    *ret_answer = (struct lab_answer){
        .status = reply->status, .json = client->jsons[index], .text = text->text, .length = text->length};
    return OK;
}

/* Receives one reply. *ret_closed becomes true when no further one can come over this connection. */
static enum status receive_answer(struct lab_client *client, const struct lab_request *request, size_t index,
                                  int64_t deadline_us, struct lab_answer *ret_answer, bool *ret_closed,
                                  struct error *err)
{
    const char *method = lab_method_name(request->method);
    bool ended = false;
    for (;;) {
        struct http_reply reply;
        const enum http_progress progress =
            http_reply_find(client->in.text, client->in.length, ended, client->limits.answer_max, &reply);
        if (progress == HTTP_COMPLETE) {
            *ret_closed = reply.close || ended;
            return take_answer(client, &reply, index, ret_answer, err);
        }
        if (progress == HTTP_TOO_LARGE)
            return error_set(err, ERR_DATA, "%s: %s %s: the answer is longer than %zu bytes", client->base,
                             method, request->path, client->limits.answer_max);
        if (progress == HTTP_BROKEN)
            return error_set(err, ERR_DATA, "%s: %s %s: what answers there does not speak HTTP/1.1",
                             client->base, method, request->path);
        if (ended)
            return error_set(err, ERR_IO, "%s: %s %s: the connection was closed in the middle of the answer",
                             client->base, method, request->path);
        const enum exchange exchange = receive_some(client, deadline_us);
        if (exchange == EXCHANGE_LATE)
            return error_set(err, ERR_IO, "%s: %s %s: no answer within %ld ms", client->base, method,
                             request->path, client->limits.request_ms);
        const enum status status = buffer_status(&client->in, err);
        if (status != OK)
            return status;
        ended = exchange == EXCHANGE_CLOSED;
        if (ended && client->in.length == 0)
            return error_set(err, ERR_IO, "%s: %s %s: the connection was closed without an answer",
                             client->base, method, request->path);
    }
}

/* Sends the requests from first on and takes as many answers as come. *ret_done is how many of all are
 * answered then. */
static enum status exchange(struct lab_client *client, const struct lab_request *requests, size_t first,
                            size_t count, struct lab_answer *ret_answers, size_t *ret_done, bool *ret_closed,
                            struct error *err)
{
    const int64_t deadline_us = clock_us() + (int64_t)client->limits.request_ms * 1000;
    buffer_clear(&client->out);
    for (size_t i = first; i < count; i++)
        write_request(client, &requests[i]);
    enum status status = buffer_status(&client->out, err);
    if (status != OK)
        return status;
    client->requests += count - first;
    /* When the other end has closed the connection, what it sent before may still say why: so receive anyway.
     */
    if (send_all(client, deadline_us) == EXCHANGE_LATE)
        return error_set(err, ERR_IO, "%s: takes no requests within %ld ms", client->base,
                         client->limits.request_ms);
    for (size_t i = first; i < count && !*ret_closed; i++) {
        status = receive_answer(client, &requests[i], i, deadline_us, &ret_answers[i], ret_closed, err);
        if (status != OK)
            return status;
        *ret_done = i + 1;
    }
    return OK;
}

/* True when a connection that was kept is still good: servers close those that were idle. What comes without
 * having been asked for makes it useless, too. */
static bool is_alive(struct lab_client *client)
{
    char byte;
    size_t count = 0;
    return client->in.length == 0 && curl_easy_recv(client->curl, &byte, 1, &count) == CURLE_AGAIN;
}

enum status lab_client_batch(struct lab_client *client, const struct lab_request *requests, size_t count,
                             struct lab_answer *ret_answers, struct error *err)
{
    assert(count >= 1 && count <= LAB_BATCH_MAX);
    size_t done = 0;
    if (client->curl != NULL && !is_alive(client))
        disconnect(client);
    while (done < count) {
        bool closed = false;
        enum status status = client->curl == NULL ? connect_to_lab(client, err) : OK;
        if (status == OK)
            status = exchange(client, requests, done, count, ret_answers, &done, &closed, err);
        if (status != OK || closed)
            disconnect(client);
        /* Nothing is sent twice but what a server did not look at, since it said that it closes the
         * connection after an answer before: a request that got lost is for the caller to know. */
        if (status != OK)
            return status;
    }
    return OK;
}

enum status lab_client_call(struct lab_client *client, enum lab_method method, const char *path,
                            const char *body, struct lab_answer *ret_answer, struct error *err)
{
    struct lab_answer answer = {.json = NULL};
    const struct lab_request request = {.method = method, .path = path, .body = body};
    const enum status status = lab_client_batch(client, &request, 1, &answer, err);
    if (status != OK)
        return status;
    if (answer.json == NULL) {
        char shown[LAB_EXCERPT_SIZE];
        return error_set(err, ERR_DATA, "%s: %s %s: the answer (status %d) is not JSON: '%s'", client->base,
                         lab_method_name(method), path, answer.status,
                         lab_excerpt(answer.text, answer.length, shown));
    }
    *ret_answer = answer;
    return OK;
}
