/* SPDX-License-Identifier: Apache-2.0 */
#include "lab/access.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/random.h>

#include "lab/route.h"

#define LETTERS_AND_DIGITS "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
#define NAME_CHARACTERS    LETTERS_AND_DIGITS ".-_"
#define TOKEN_CHARACTERS   LETTERS_AND_DIGITS "-._~+/=" /* RFC 6750, section 2.1 */
#define ADDRESS_SIZE       64

/* The parts of a Host header, within its text. */
struct authority {
    const char *host;
    size_t host_length;
    const char *port; /* digits, or empty */
    bool is_address;
};

static bool is_address(int family, const char *text, size_t length)
{
    char copy[ADDRESS_SIZE];
    struct in6_addr address; /* large enough for both families */
    if (length >= sizeof copy)
        return false;
    memcpy(copy, text, length);
    copy[length] = '\0';
    return inet_pton(family, copy, &address) == 1;
}

/* HOST or HOST:PORT, where HOST is a name, an IPv4 address, or an IPv6 one in brackets; false for all else.
 */
static bool read_authority(const char *text, struct authority *ret)
{
    struct authority authority = {.host = text, .host_length = strspn(text, NAME_CHARACTERS)};
    if (text[0] == '[') {
        const size_t inner = strcspn(text + 1, "]");
        authority.is_address = text[1 + inner] == ']' && is_address(AF_INET6, text + 1, inner);
        if (!authority.is_address)
            return false;
        authority.host_length = inner + 2;
    } else {
        authority.is_address = is_address(AF_INET, text, authority.host_length);
    }
    const char *rest = text + authority.host_length;
    authority.port = rest[0] == ':' ? rest + 1 : rest;
    if (authority.host_length == 0 || authority.port[strspn(authority.port, "0123456789")] != '\0' ||
        strlen(authority.port) > 5 || (rest[0] != ':' && rest[0] != '\0'))
        return false;
    *ret = authority;
    return true;
}

/* The dot that ends a full name is no part of it here. */
static bool is_name(const struct authority *authority, const char *name)
{
    const size_t dot = authority->host[authority->host_length - 1] == '.', length = strlen(name);
    return authority->host_length - dot == length && strncasecmp(authority->host, name, length) == 0;
}

static bool is_known_host(const struct access *access, const struct authority *authority)
{
    if (authority->is_address || is_name(authority, "localhost") || is_name(authority, access->host))
        return true;
    for (size_t i = 0; i < access->rules.host_count; i++) {
        if (is_name(authority, access->rules.hosts[i]))
            return true;
    }
    return false;
}

enum status access_init(struct access *access, const char *host, const struct access_rules *rules,
                        struct error *err)
{
    *access = (struct access){.rules = *rules, .host = host};
    for (size_t i = 0; i < rules->host_count; i++) {
        struct authority authority;
        if (!read_authority(rules->hosts[i], &authority) || rules->hosts[i][authority.host_length] != '\0')
            return error_set(err, ERR_USAGE,
                             "--allow-host %s: a host's name is expected, without scheme, port and path",
                             rules->hosts[i]);
    }
    if (rules->token == NULL)
        return OK;
    const size_t length = strlen(rules->token);
    if (length == 0 || length > ACCESS_TOKEN_MAX || strspn(rules->token, TOKEN_CHARACTERS) != length)
        return error_set(err, ERR_USAGE, "--token: 1 to %d letters, digits and -._~+/= are expected",
                         ACCESS_TOKEN_MAX);
    unsigned char bytes[(ACCESS_SESSION_SIZE - 1) / 2];
    if (getrandom(bytes, sizeof bytes, 0) != (ssize_t)sizeof bytes)
        return error_set(err, ERR_IO, "no random bytes: %s", strerror(errno));
    for (size_t i = 0; i < sizeof bytes; i++)
        (void)snprintf(access->session + 2 * i, 3, "%02x", bytes[i]);
    return OK;
}

/* Looks at every byte, wherever the first difference is, so that the time it takes tells nothing. */
static bool is_secret(const char *given, size_t length, const char *secret)
{
    const size_t wanted = strlen(secret);
    unsigned difference = length != wanted;
    for (size_t i = 0; i < wanted; i++)
        difference |= (unsigned char)secret[i] ^ (unsigned char)(i < length ? given[i] : 0);
    return difference == 0;
}

static bool has_bearer(const struct access *access, const char *authorization)
{
    static const char scheme[] = "Bearer ";
    if (authorization == NULL || strncasecmp(authorization, scheme, sizeof scheme - 1) != 0)
        return false;
    const char *token = authorization + sizeof scheme - 1;
    token += strspn(token, " ");
    return is_secret(token, strlen(token), access->rules.token);
}

/* The name of a cookie does not matter: no one can guess the value. */
static bool has_cookie(const struct access *access, const char *cookies)
{
    bool found = false;
    while (cookies != NULL && *cookies != '\0') {
        const size_t length = strcspn(cookies, ";");
        const size_t name = strcspn(cookies, "=;");
        if (name < length)
            found |= is_secret(cookies + name + 1, length - name - 1, access->session);
        cookies += length;
        cookies += strspn(cookies, "; ");
    }
    return found;
}

/* True for /?token=TOKEN, percent-encoded or not, among whatever else the query has. */
static bool has_token_in_address(const struct access *access, const struct api_request *request)
{
    if (strcmp(request->method, "GET") != 0 || strncmp(request->target, "/?", 2) != 0)
        return false;
    bool found = false;
    for (const char *at = request->target + 2; *at != '\0' && !found; at += strspn(at, "&")) {
        const size_t length = strcspn(at, "&");
        if (strncmp(at, "token=", 6) == 0) {
            struct buffer value, decoded;
            buffer_init(&value);
            buffer_init(&decoded);
            buffer_append(&value, at + 6, length - 6);
            found = route_decode_path(value.text, &decoded) && !value.failed && !decoded.failed &&
                    is_secret(decoded.text, decoded.length, access->rules.token);
            buffer_release(&value);
            buffer_release(&decoded);
        }
        at += length;
    }
    return found;
}

/* Labs on other ports of a host have cookies of their own. A page of another site gets this cookie sent only
 * when it leads the browser here; what it posts is refused by its origin. */
static void enter(const struct access *access, const struct authority *authority, struct api_answer *answer)
{
    answer->status = 303;
    answer->content_type = NULL;
    buffer_string(&answer->location, "/");
    (void)snprintf(answer->cookie, sizeof answer->cookie,
                   "racewalk_lab%s%s=%s; Path=/; HttpOnly; SameSite=Lax",
                   authority->port[0] != '\0' ? "_" : "", authority->port, access->session);
}

static bool is_own_origin(const struct api_request *request)
{
    const char *site = request->fetch_site, *origin = request->origin;
    if (site != NULL && strcmp(site, "same-origin") != 0 && strcmp(site, "none") != 0)
        return false;
    if (origin == NULL)
        return true;
    /* https where a proxy in front of the lab speaks it. */
    const size_t scheme = strncasecmp(origin, "http://", 7) == 0    ? 7
                          : strncasecmp(origin, "https://", 8) == 0 ? 8
                                                                    : 0;
    return scheme != 0 && request->host != NULL && strcasecmp(origin + scheme, request->host) == 0;
}

static bool refuse(struct api_answer *answer, unsigned status, const char *text)
{
    api_answer_error(answer, status, text);
    return false;
}

bool access_check(const struct access *access, const struct api_request *request, struct api_answer *answer)
{
    /* Only HTTP/1.0 may leave Host out, and no browser speaks it. */
    struct authority authority = {.port = ""};
    if (request->host != NULL && !read_authority(request->host, &authority))
        return refuse(answer, 400, "Bad Request: Host must be a name or an address, with or without a port");
    if (request->host != NULL && !is_known_host(access, &authority)) {
        char text[512];
        (void)snprintf(
            text, sizeof text,
            "Forbidden: this lab does not go by the name %.*s; ask it by its address or as localhost, "
            "or start it with --allow-host",
            (int)(authority.host_length < 255 ? authority.host_length : 255), authority.host);
        return refuse(answer, 403, text);
    }
    if (access->rules.token != NULL) {
        if (has_token_in_address(access, request)) {
            enter(access, &authority, answer);
            return false;
        }
        if (!has_bearer(access, request->authorization) && !has_cookie(access, request->cookies)) {
            answer->authenticate = "Bearer realm=\"racewalk lab\"";
            return refuse(
                answer, 401,
                "Unauthorized: this lab asks for its token, as Authorization: Bearer TOKEN, or in a "
                "browser, once, as /?token=TOKEN");
        }
    }
    const bool reads = strcmp(request->method, "GET") == 0 || strcmp(request->method, "HEAD") == 0;
    if (!reads && !is_own_origin(request))
        return refuse(answer, 403, "Forbidden: a page of another origin may not change anything here");
    return true;
}
