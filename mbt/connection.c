/* SPDX-License-Identifier: Apache-2.0 */
#include "mbt/connection.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"

#define UNIX_SOCKET_URL     "http://localhost" /* when only a socket was given */
#define HEADER_LINE_MAX     8192               /* bytes of a header in a file */
#define TIMEOUT_SECONDS_MAX 86400.0

static enum status add_header(struct connection *connection, size_t *capacity, const char *text,
                              struct error *err)
{
    struct http_options *http = &connection->http;
    const size_t count = http->header_count;
    const enum status status =
        mem_reserve((void **)&connection->headers, capacity, count + 1, sizeof *connection->headers);
    char *copy = status == OK ? mem_copy_string(text) : NULL;
    if (copy == NULL)
        return error_memory(err, strlen(text));
    connection->headers[count] = copy;
    http->headers = (const char *const *)connection->headers;
    http->header_count = count + 1;
    return OK;
}

/* A header a line; empty lines do not count. */
static enum status add_file(struct connection *connection, size_t *capacity, const char *path,
                            struct error *err)
{
    char line[HEADER_LINE_MAX];
    FILE *file = fopen(path, "r");
    if (file == NULL)
        return error_set(err, ERR_NO_INPUT, "%s: %s", path, strerror(errno));
    enum status status = OK;
    while (status == OK && fgets(line, sizeof line, file) != NULL) {
        const size_t length = strcspn(line, "\r\n");
        if (length == sizeof line - 1)
            status =
                error_set(err, ERR_DATA, "%s: a line is longer than %d bytes", path, HEADER_LINE_MAX - 2);
        line[length] = '\0';
        if (status == OK && length > 0)
            status = add_header(connection, capacity, line, err);
    }
    if (status == OK && ferror(file) != 0)
        status = error_set(err, ERR_NO_INPUT, "%s: %s", path, strerror(errno));
    (void)fclose(file);
    return status;
}

static enum status read_headers(const struct option_set *options, struct connection *connection,
                                struct error *err)
{
    const char *const *texts;
    const size_t count = option_list(options, "header", &texts);
    size_t capacity = 0;
    enum status status = OK;
    for (size_t i = 0; status == OK && i < count; i++)
        status = texts[i][0] == '@' ? add_file(connection, &capacity, texts[i] + 1, err)
                                    : add_header(connection, &capacity, texts[i], err);
    return status;
}

enum status connection_read(const struct option_set *options, const char *url,
                            struct connection *ret_connection, struct error *err)
{
    struct connection *connection = ret_connection;
    *connection = (struct connection){.url = url,
                                      .http = {.cacert = option_text(options, "cacert"),
                                               .user = option_text(options, "user"),
                                               .unix_socket = option_text(options, "unix-socket"),
                                               .location = option_flag(options, "location")}};
    if (connection->url == NULL && connection->http.unix_socket != NULL)
        connection->url = UNIX_SOCKET_URL;
    if (option_given(options, "request-timeout")) {
        const double seconds = option_real(options, "request-timeout");
        if (!(seconds >= 0.001) || seconds > TIMEOUT_SECONDS_MAX)
            return error_set(err, ERR_USAGE, "--request-timeout must be between 0.001 and %.0f seconds",
                             TIMEOUT_SECONDS_MAX);
        connection->http.request_ms = lround(seconds * 1000);
    }
    return read_headers(options, connection, err);
}

void connection_release(struct connection *connection)
{
    for (size_t i = 0; i < connection->http.header_count; i++)
        mem_free(connection->headers[i]);
    mem_free(connection->headers);
}
