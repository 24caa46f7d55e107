/* SPDX-License-Identifier: Apache-2.0 */
#include "mbt/http_client.h"

#include <assert.h>
#include <ctype.h>
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <strings.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include <cjson/cJSON.h>
#include <curl/curl.h>

#include "base/json_cursor.h"
#include "base/memory.h"

#define EASY_BYTES 16384 /* about what an easy handle takes: named when there is none */

/* Where requests go: what is told of a URL apart from its path. */
struct origin {
    char scheme[8];
    char host[HTTP_URL_MAX];
    char port[8];
};

struct http_client {
    CURL *curl;
    bool curl_is_global; /* curl_global_init was called */
    struct http_options options;
    struct buffer unix_socket, user, cacert; /* empty: none */
    char base[HTTP_URL_MAX];                 /* the URL without the slash at its end */
    struct origin home;                      /* of base */
    bool at_home;                            /* curl is set up for base, not for where a redirect led */
    struct curl_slist *headers, *headers_with_body, *headers_elsewhere;
    uint64_t requests;

    /* Of the request at hand. */
    struct buffer target; /* its URL */
    struct buffer *body;  /* where the answer goes */
    size_t head_bytes;
    bool is_sent; /* it was, and nothing of an answer has come since */
    bool head_is_too_long, body_is_too_long;
    char detail[CURL_ERROR_SIZE];
};

const char *http_client_url(const struct http_client *client)
{
    return client->base;
}

uint64_t http_client_requests(const struct http_client *client)
{
    return client->requests;
}

/* --- answers --- */

void http_answer_init(struct http_answer *answer)
{
    *answer = (struct http_answer){.status = 0};
    buffer_init(&answer->text);
}

void http_answer_release(struct http_answer *answer)
{
    cJSON_Delete(answer->json);
    buffer_release(&answer->text);
}

bool http_answer_is_success(const struct http_answer *answer)
{
    return answer->status >= 200 && answer->status <= 299;
}

const char *http_answer_excerpt(const struct http_answer *answer, char out[HTTP_EXCERPT_SIZE])
{
    const bool cut = answer->text.length > HTTP_EXCERPT_SIZE - 4;
    const size_t kept = cut ? HTTP_EXCERPT_SIZE - 4 : answer->text.length;
    for (size_t i = 0; i < kept; i++)
        out[i] = isprint((unsigned char)answer->text.text[i]) ? answer->text.text[i] : ' ';
    memcpy(out + kept, cut ? "..." : "", cut ? 4 : 1);
    return out;
}

static bool is_json(const struct buffer *text)
{
    struct json_cursor cursor;
    struct json_slice value;
    struct error ignored;
    json_cursor_init(&cursor, text->text, text->length, 1, 1);
    return json_skip(&cursor, &value, &ignored) == OK && json_finish(&cursor, &ignored) == OK;
}

/* Takes the answer's text apart, if it is JSON. What the cursor has passed, the parser only refuses when it
 * has no memory. */
static enum status parse(struct http_answer *answer, struct error *err)
{
    answer->json = NULL;
    if (!is_json(&answer->text))
        return OK;
    answer->json = cJSON_ParseWithLength(answer->text.text, answer->text.length);
    return answer->json != NULL ? OK : error_memory(err, answer->text.length);
}

/* --- URLs --- */

static bool copy_part(CURLU *parts, CURLUPart part, unsigned flags, char *out, size_t size)
{
    char *text = NULL;
    const bool good = curl_url_get(parts, part, &text, flags) == CURLUE_OK && strlen(text) < size;
    if (good)
        memcpy(out, text, strlen(text) + 1);
    curl_free(text);
    return good;
}

static bool has_part(CURLU *parts, CURLUPart part)
{
    char *text = NULL;
    const bool has = curl_url_get(parts, part, &text, 0) == CURLUE_OK;
    curl_free(text);
    return has;
}

/* False when the URL is none of http or https. */
static bool read_origin(CURLU *parts, const char *url, struct origin *ret_origin)
{
    return curl_url_set(parts, CURLUPART_URL, url, 0) == CURLUE_OK &&
           copy_part(parts, CURLUPART_SCHEME, 0, ret_origin->scheme, sizeof ret_origin->scheme) &&
           copy_part(parts, CURLUPART_HOST, 0, ret_origin->host, sizeof ret_origin->host) &&
           copy_part(parts, CURLUPART_PORT, CURLU_DEFAULT_PORT, ret_origin->port, sizeof ret_origin->port) &&
           ret_origin->host[0] != '\0' &&
           (strcmp(ret_origin->scheme, "http") == 0 || strcmp(ret_origin->scheme, "https") == 0);
}

static bool is_loopback(const struct origin *origin)
{
    const char *host = origin->host;
    return strcasecmp(host, "localhost") == 0 || strcmp(host, "[::1]") == 0 ||
           (strncmp(host, "127.", 4) == 0 && host[strspn(host, "0123456789.")] == '\0');
}

/* The same server: the same host and port, or https in place of http. */
static bool is_home(const struct http_client *client, const struct origin *origin)
{
    const struct origin *home = &client->home;
    if (strcasecmp(origin->host, home->host) != 0)
        return false;
    if (strcmp(origin->scheme, home->scheme) == 0)
        return strcmp(origin->port, home->port) == 0;
    return strcmp(origin->scheme, "https") == 0;
}

static enum status set_base(struct http_client *client, const char *url, struct error *err)
{
    size_t length = strlen(url);
    while (length > 0 && url[length - 1] == '/')
        length--;
    if (length >= HTTP_URL_MAX)
        return error_set(err, ERR_USAGE, "a URL of %zu bytes is longer than %d", length, HTTP_URL_MAX - 1);
    memcpy(client->base, url, length);
    CURLU *parts = curl_url();
    if (parts == NULL)
        return error_memory(err, HTTP_URL_MAX);
    enum status status = OK;
    const bool good = read_origin(parts, client->base, &client->home);
    if (has_part(parts, CURLUPART_USER) || has_part(parts, CURLUPART_PASSWORD) ||
        (!good && strchr(url, '@') != NULL))
        status = error_set(err, ERR_USAGE,
                           "the URL has a name or password in it; give them with --user NAME:PASSWORD");
    else if (!good || has_part(parts, CURLUPART_QUERY) || has_part(parts, CURLUPART_FRAGMENT))
        status = error_set(err, ERR_USAGE,
                           "'%s' is no URL of a server; one like http://127.0.0.1:8000 was expected", url);
    curl_url_cleanup(parts);
    return status;
}

/* --- headers --- */

/* True when one of the user's headers has this name. */
static bool has_header(const struct http_options *options, const char *name)
{
    const size_t length = strlen(name);
    for (size_t i = 0; i < options->header_count; i++) {
        if (strncasecmp(options->headers[i], name, length) == 0 && options->headers[i][length] == ':')
            return true;
    }
    return false;
}

/* A name, a colon and a value on one line. The message must not show what may be a secret. */
static enum status check_header(const char *header, size_t number, struct error *err)
{
    static const char token[] =
        "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
    const size_t name_length = strspn(header, token);
    const char *value = header + name_length + 1;
    if (name_length > 0 && header[name_length] == ':' && value[strspn(value, " \t")] != '\0' &&
        strpbrk(value, "\r\n") == NULL)
        return OK;
    return error_set(err, ERR_USAGE, "header %zu is not of the form 'NAME: VALUE', on one line", number);
}

static bool add_header(struct curl_slist **list, const char *header)
{
    struct curl_slist *longer = curl_slist_append(*list, header);
    if (longer != NULL)
        *list = longer;
    return longer != NULL;
}

/* "Expect:" keeps libcurl from waiting for "100 Continue" before it sends a long body. */
static enum status set_headers(struct http_client *client, const struct http_options *options,
                               struct error *err)
{
    const char *accept = "Accept: application/json", *type = "Content-Type: application/json";
    if (options->header_count > HTTP_HEADERS_MAX)
        return error_set(err, ERR_USAGE, "more than %d headers", HTTP_HEADERS_MAX);
    bool good =
        add_header(&client->headers, "Expect:") && add_header(&client->headers_with_body, "Expect:") &&
        add_header(&client->headers_elsewhere, accept) && add_header(&client->headers_elsewhere, type) &&
        add_header(&client->headers_elsewhere, "Expect:");
    if (good && !has_header(options, "Accept"))
        good = add_header(&client->headers, accept) && add_header(&client->headers_with_body, accept);
    if (good && !has_header(options, "Content-Type"))
        good = add_header(&client->headers, "Content-Type:") && add_header(&client->headers_with_body, type);
    for (size_t i = 0; good && i < options->header_count; i++) {
        const enum status status = check_header(options->headers[i], i + 1, err);
        if (status != OK)
            return status;
        good = add_header(&client->headers, options->headers[i]) &&
               add_header(&client->headers_with_body, options->headers[i]);
    }
    return good ? OK : error_memory(err, sizeof(struct curl_slist));
}

/* --- what libcurl calls back --- */

static size_t on_head(char *bytes, size_t size, size_t count, void *user)
{
    struct http_client *client = user;
    (void)bytes;
    client->is_sent = false;
    client->head_bytes += size * count;
    client->head_is_too_long = client->head_bytes > HTTP_HEAD_MAX;
    return client->head_is_too_long ? 0 : size * count;
}

static size_t on_body(char *bytes, size_t size, size_t count, void *user)
{
    struct http_client *client = user;
    client->body_is_too_long = size * count > client->options.answer_max - client->body->length;
    if (client->body_is_too_long)
        return 0;
    buffer_append(client->body, bytes, size * count);
    return client->body->failed ? 0 : size * count;
}

#if LIBCURL_VERSION_NUM >= 0x075000
/* Called before each sending. When a connection that was kept breaks before an answer, libcurl would send the
 * request again over a new one; but the server may have carried it out. */
static int before_sending(void *user, char *remote_ip, char *local_ip, int remote_port, int local_port)
{
    struct http_client *client = user;
    (void)remote_ip;
    (void)local_ip;
    (void)remote_port;
    (void)local_port;
    if (client->is_sent)
        return CURL_PREREQFUNC_ABORT;
    client->is_sent = true;
    return CURL_PREREQFUNC_OK;
}
#endif

/* --- a client --- */

/* Before version 7.84 libcurl does not guard its global state against several threads. */
static pthread_mutex_t global_lock = PTHREAD_MUTEX_INITIALIZER;

static bool start_curl(void)
{
    (void)pthread_mutex_lock(&global_lock);
    const bool good = curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
    (void)pthread_mutex_unlock(&global_lock);
    return good;
}

static void stop_curl(void)
{
    (void)pthread_mutex_lock(&global_lock);
    curl_global_cleanup();
    (void)pthread_mutex_unlock(&global_lock);
}

/* A text that is not wanted, or was not given, is unset. */
static bool set_text(CURL *curl, CURLoption option, const struct buffer *text, bool is_wanted)
{
    return curl_easy_setopt(curl, option, is_wanted && text->length > 0 ? text->text : NULL) == CURLE_OK;
}

/* Sets curl up for the servers that are trusted with the user's credentials and headers, or for another. */
static bool aim(struct http_client *client, const struct origin *origin)
{
    CURL *curl = client->curl;
    client->at_home = is_home(client, origin);
    const bool direct = is_loopback(origin) || (client->at_home && client->unix_socket.length > 0);
    return curl_easy_setopt(curl, CURLOPT_PROXY, direct ? "" : NULL) == CURLE_OK &&
           set_text(curl, CURLOPT_USERPWD, &client->user, client->at_home) &&
           set_text(curl, CURLOPT_UNIX_SOCKET_PATH, &client->unix_socket, client->at_home);
}

/* All that stays the same for every request. */
static bool set_up(struct http_client *client)
{
    CURL *curl = client->curl;
    const struct http_options *options = &client->options;
    bool good =
        curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L) == CURLE_OK &&
        curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, client->detail) == CURLE_OK &&
        curl_easy_setopt(curl, CURLOPT_PATH_AS_IS, 1L) == CURLE_OK &&
        curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, options->request_ms) == CURLE_OK &&
        curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, options->connect_ms) == CURLE_OK &&
        curl_easy_setopt(curl, CURLOPT_MAXFILESIZE_LARGE, (curl_off_t)options->answer_max) == CURLE_OK &&
        curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, on_head) == CURLE_OK &&
        curl_easy_setopt(curl, CURLOPT_HEADERDATA, client) == CURLE_OK &&
        curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, on_body) == CURLE_OK &&
        curl_easy_setopt(curl, CURLOPT_WRITEDATA, client) == CURLE_OK;
#if LIBCURL_VERSION_NUM >= 0x075000
    good = good && curl_easy_setopt(curl, CURLOPT_PREREQFUNCTION, before_sending) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_PREREQDATA, client) == CURLE_OK;
#endif
    if (good && client->cacert.length > 0)
        good = set_text(curl, CURLOPT_CAINFO, &client->cacert, true) &&
               curl_easy_setopt(curl, CURLOPT_CAPATH, NULL) == CURLE_OK;
    return good && aim(client, &client->home);
}

/* Takes the options over, and refuses those that cannot be. */
static enum status take_options(struct http_client *client, const struct http_options *options,
                                struct error *err)
{
    struct http_options *own = &client->options;
    *own =
        (struct http_options){.request_ms = options->request_ms > 0 ? options->request_ms : HTTP_REQUEST_MS,
                              .answer_max = options->answer_max > 0 ? options->answer_max : HTTP_ANSWER_MAX,
                              .location = options->location};
    own->connect_ms = options->connect_ms > 0   ? options->connect_ms
                      : options->request_ms > 0 ? options->request_ms
                                                : HTTP_CONNECT_MS;
    const char *path = options->unix_socket;
    if (path != NULL && (path[0] == '\0' || strlen(path) >= sizeof((struct sockaddr_un *)NULL)->sun_path))
        return error_set(err, ERR_USAGE, "'%s': a socket's path has 1 to %zu bytes", path,
                         sizeof((struct sockaddr_un *)NULL)->sun_path - 1);
    if (options->user != NULL && strchr(options->user, ':') == NULL)
        return error_set(err, ERR_USAGE, "credentials have the form NAME:PASSWORD");
    if (options->cacert != NULL && access(options->cacert, R_OK) != 0)
        return error_set(err, ERR_NO_INPUT, "%s: %s", options->cacert, strerror(errno));
    if (path != NULL)
        buffer_string(&client->unix_socket, path);
    if (options->user != NULL)
        buffer_string(&client->user, options->user);
    if (options->cacert != NULL)
        buffer_string(&client->cacert, options->cacert);
    enum status status = buffer_status(&client->unix_socket, err);
    if (status == OK)
        status = buffer_status(&client->user, err);
    if (status == OK)
        status = buffer_status(&client->cacert, err);
    return status == OK ? set_headers(client, options, err) : status;
}

enum status http_client_new(const char *url, const struct http_options *options,
                            struct http_client **ret_client, struct error *err)
{
    static const struct http_options none = {.request_ms = 0};
    struct http_client *client = mem_new(1, sizeof *client);
    if (client == NULL)
        return error_memory(err, sizeof *client);
    buffer_init(&client->unix_socket);
    buffer_init(&client->user);
    buffer_init(&client->cacert);
    buffer_init(&client->target);
    enum status status = set_base(client, url, err);
    if (status == OK)
        status = take_options(client, options != NULL ? options : &none, err);
    if (status == OK) {
        client->curl_is_global = start_curl();
        client->curl = client->curl_is_global ? curl_easy_init() : NULL;
        if (client->curl == NULL || !set_up(client))
            status = error_set(err, ERR_INTERNAL, "libcurl does not start");
    }
    if (status != OK) {
        http_client_free(client);
        return status;
    }
    *ret_client = client;
    return OK;
}

void http_client_free(struct http_client *client)
{
    if (client == NULL)
        return;
    curl_easy_cleanup(client->curl);
    curl_slist_free_all(client->headers);
    curl_slist_free_all(client->headers_with_body);
    curl_slist_free_all(client->headers_elsewhere);
    buffer_release(&client->unix_socket);
    buffer_release(&client->user);
    buffer_release(&client->cacert);
    buffer_release(&client->target);
    if (client->curl_is_global)
        stop_curl();
    mem_free(client);
}

/* --- what went wrong --- */

static enum status connect_failure(const struct http_client *client, struct error *err)
{
    long number = 0;
    (void)curl_easy_getinfo(client->curl, CURLINFO_OS_ERRNO, &number);
    const char *reason = number == ECONNREFUSED ? "connection refused"
                         : number != 0          ? strerror((int)number)
                                                : "no connection";
    if (client->unix_socket.length > 0)
        return error_set(err, ERR_IO, "%s: nothing answers at %s (%s)", client->base,
                         client->unix_socket.text, reason);
    return error_set(err, ERR_IO,
                     "%s: nothing answers there (%s); is the server running, and is that its port?",
                     client->base, reason);
}

static enum status timeout_failure(const struct http_client *client, const struct http_request *request,
                                   struct error *err)
{
    long sent = 0;
    (void)curl_easy_getinfo(client->curl, CURLINFO_REQUEST_SIZE, &sent);
    if (sent == 0)
        return error_set(err, ERR_IO, "%s: no connection within %ld ms", client->base,
                         client->options.connect_ms);
    return error_set(err, ERR_IO, "%s: %s %s: no answer within %ld ms", client->base, request->method,
                     request->path, client->options.request_ms);
}

/* libcurl's own words are only shown where they can hold nothing secret. */
static enum status failure(const struct http_client *client, const struct http_request *request,
                           CURLcode code, struct error *err)
{
    const char *url = client->base, *method = request->method, *path = request->path;
    if (client->is_sent && code == CURLE_COULDNT_CONNECT)
        code = CURLE_GOT_NOTHING; /* the connection broke, and libcurl looked for another one */
    switch (code) {
    case CURLE_COULDNT_CONNECT:
        return connect_failure(client, err);
    case CURLE_COULDNT_RESOLVE_HOST:
        return error_set(err, ERR_IO, "%s: no such host", url);
    case CURLE_COULDNT_RESOLVE_PROXY:
        return error_set(err, ERR_IO,
                         "%s: the environment names a proxy (%s_proxy, all_proxy) that is not there", url,
                         client->home.scheme);
    case CURLE_OPERATION_TIMEDOUT:
        return timeout_failure(client, request, err);
    case CURLE_PEER_FAILED_VERIFICATION:
        return error_set(
            err, ERR_IO,
            "%s: the server's certificate is not trusted (%s); --cacert FILE names the authority "
            "that signed it",
            url, client->detail);
    case CURLE_SSL_CACERT_BADFILE:
        return error_set(err, ERR_IO, "%s: the file of authorities, %s, has no certificates in PEM format",
                         url, client->cacert.text);
    case CURLE_SSL_CONNECT_ERROR:
        return error_set(err, ERR_IO, "%s: no TLS connection (%s); does the server speak https?", url,
                         client->detail);
    case CURLE_GOT_NOTHING:
    case CURLE_SEND_ERROR:
    case CURLE_ABORTED_BY_CALLBACK:
        return error_set(err, ERR_IO, "%s: %s %s: the connection was closed without an answer", url, method,
                         path);
    case CURLE_RECV_ERROR:
    case CURLE_PARTIAL_FILE:
    case CURLE_HTTP2:
    case CURLE_HTTP2_STREAM:
        return error_set(err, ERR_IO, "%s: %s %s: the connection was closed %s", url, method, path,
                         client->head_bytes > 0 ? "in the middle of the answer" : "without an answer");
    case CURLE_FILESIZE_EXCEEDED:
        return error_set(err, ERR_DATA, "%s: %s %s: the answer is longer than %zu bytes", url, method, path,
                         client->options.answer_max);
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_WEIRD_SERVER_REPLY:
        return error_set(err, ERR_DATA, "%s: %s %s: what answers there does not speak HTTP", url, method,
                         path);
    case CURLE_OUT_OF_MEMORY:
        return error_memory(err, EASY_BYTES);
    default:
        return error_set(err, ERR_IO, "%s: %s %s: %s", url, method, path, curl_easy_strerror(code));
    }
}

/* --- a request --- */

/* What libcurl would change, or take for something else, must not be in a path: blanks, a fragment, bytes
 * beyond ASCII. */
static bool is_plain_path(const char *path)
{
    for (; *path > ' ' && *path < 0x7f && *path != '#'; path++)
        continue;
    return *path == '\0';
}

/* Performs what curl is set up for. TLS libraries may write to a connection that the other end has closed: a
 * SIGPIPE of that is taken away before anyone sees it. */
static CURLcode perform(CURL *curl)
{
    static const struct timespec now = {0};
    sigset_t pipe, before, pending;
    (void)sigemptyset(&pipe);
    (void)sigaddset(&pipe, SIGPIPE);
    (void)sigpending(&pending);
    (void)pthread_sigmask(SIG_BLOCK, &pipe, &before);
    const CURLcode code = curl_easy_perform(curl);
    if (sigismember(&pending, SIGPIPE) == 0)
        (void)sigtimedwait(&pipe, NULL, &now);
    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
    return code;
}

static CURLcode set_request(struct http_client *client, const char *method, const char *body)
{
    CURL *curl = client->curl;
    const bool posts = body != NULL || strcmp(method, "POST") == 0;
    CURLcode code = curl_easy_setopt(curl, CURLOPT_URL, client->target.text);
    if (code == CURLE_OK && posts) {
        /* Not copied; setting it makes the request a POST. */
        code = curl_easy_setopt(curl, CURLOPT_POSTFIELDS, body != NULL ? body : "");
        if (code == CURLE_OK)
            code = curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE, (long)(body != NULL ? strlen(body) : 0));
    } else if (code == CURLE_OK) {
        code = curl_easy_setopt(curl, CURLOPT_HTTPGET, 1L);
    }
    if (code == CURLE_OK)
        code = curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST,
                                strcmp(method, posts ? "POST" : "GET") == 0 ? NULL : method);
    if (code == CURLE_OK)
        code = curl_easy_setopt(curl, CURLOPT_HTTPHEADER,
                                !client->at_home ? client->headers_elsewhere
                                : body != NULL   ? client->headers_with_body
                                                 : client->headers);
    return code;
}

/* Sends one request to client->target and receives what is answered. */
static enum status exchange(struct http_client *client, const struct http_request *request,
                            const char *method, const char *body, struct http_answer *answer,
                            struct error *err)
{
    client->head_bytes = 0;
    client->is_sent = client->head_is_too_long = client->body_is_too_long = false;
    client->detail[0] = '\0';
    buffer_clear(&answer->text);
    client->body = &answer->text;
    CURLcode code = set_request(client, method, body);
    if (code == CURLE_OK)
        code = perform(client->curl);
    client->body = NULL;
    const enum status status = buffer_status(&answer->text, err);
    if (status != OK)
        return status;
    if (client->head_is_too_long)
        return error_set(err, ERR_DATA, "%s: %s %s: the answer's headers are longer than %d bytes",
                         client->base, request->method, request->path, HTTP_HEAD_MAX);
    if (client->body_is_too_long)
        code = CURLE_FILESIZE_EXCEEDED;
    if (code != CURLE_OK)
        return failure(client, request, code, err);
    long number = 0;
    (void)curl_easy_getinfo(client->curl, CURLINFO_RESPONSE_CODE, &number);
    answer->status = (int)number;
    return OK;
}

/* Sets the client up for the place that the answer redirects to. *ret_redirected is false when it is no
 * redirect. */
static enum status redirect(struct http_client *client, const struct http_request *request,
                            const struct http_answer *answer, bool *ret_redirected, struct error *err)
{
    const char *url = NULL;
    struct origin origin;
    char path[HTTP_URL_MAX];
    *ret_redirected = false;
    if (answer->status < 300 || answer->status > 399 ||
        curl_easy_getinfo(client->curl, CURLINFO_REDIRECT_URL, &url) != CURLE_OK || url == NULL)
        return OK;
    CURLU *parts = curl_url();
    if (parts == NULL)
        return error_memory(err, HTTP_URL_MAX);
    const bool good =
        read_origin(parts, url, &origin) && copy_part(parts, CURLUPART_PATH, 0, path, sizeof path);
    curl_url_cleanup(parts);
    if (!good)
        return error_set(err, ERR_DATA,
                         "%s: %s %s: answered %d, a redirect to what is no URL of http or https",
                         client->base, request->method, request->path, answer->status);
    if (!is_home(client, &origin) && !client->options.location)
        return error_set(err, ERR_DATA,
                         "%s: %s %s: answered %d, a redirect to another server: %s://%s:%s%s; --location "
                         "follows it",
                         client->base, request->method, request->path, answer->status, origin.scheme,
                         origin.host, origin.port, path);
    buffer_clear(&client->target);
    buffer_string(&client->target, url);
    *ret_redirected = true;
    if (!aim(client, &origin))
        return error_memory(err, HTTP_URL_MAX);
    return buffer_status(&client->target, err);
}

enum status http_client_request(struct http_client *client, const struct http_request *request,
                                struct http_answer *ret_answer, struct error *err)
{
    struct http_answer *answer = ret_answer;
    const char *method = request->method, *body = request->body;
    assert(request->path[0] == '/');
    cJSON_Delete(answer->json);
    answer->json = NULL;
    if (!is_plain_path(request->path))
        return error_set(err, ERR_DATA, "%s: %s %s: no URL has such a path", client->base, method,
                         request->path);
    buffer_clear(&client->target);
    buffer_string(&client->target, client->base);
    buffer_string(&client->target, request->path);
    enum status status = buffer_status(&client->target, err);
    if (status == OK && !client->at_home && !aim(client, &client->home))
        status = error_memory(err, HTTP_URL_MAX);
    client->requests++;
    bool redirected = true;
    for (int count = 0; status == OK && redirected; count++) {
        if (count > HTTP_REDIRECTS_MAX)
            return error_set(err, ERR_DATA, "%s: %s %s: more than %d redirects", client->base,
                             request->method, request->path, HTTP_REDIRECTS_MAX);
        status = exchange(client, request, method, body, answer, err);
        if (status == OK)
            status = redirect(client, request, answer, &redirected, err);
        if (status == OK && redirected && answer->status == 303) {
            method = "GET";
            body = NULL;
        }
    }
    if (status != OK)
        return status;
    return request->is_raw ? OK : parse(answer, err);
}
