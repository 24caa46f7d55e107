/* SPDX-License-Identifier: Apache-2.0 */
/* The options that say where a server is and how to talk to it: a group of rows that several commands share.
 * Main thread. */
#ifndef RACEWALK_MBT_CONNECTION_H
#define RACEWALK_MBT_CONNECTION_H

#include "base/options.h"
#include "mbt/http_client.h"

/* --unix-socket, --request-timeout, --location, --cacert, --user, --header: beside the option that has the URL,
 * which is a system's own. */
#define CONNECTION_ROWS                                                                                \
    {.name = "unix-socket",                                                                            \
     .kind = OPTION_TEXT,                                                                              \
     .metavar = "PATH",                                                                                \
     .help = "connect to this socket, whatever host the URL names (none: localhost)"},                 \
        {.name = "request-timeout",                                                                    \
         .kind = OPTION_REAL,                                                                          \
         .metavar = "SECONDS",                                                                         \
         .help = "for a request with its answer (default: 10, of which 2 to connect)"},                \
        {.name = "location",                                                                           \
         .kind = OPTION_FLAG,                                                                          \
         .help = "follow redirects to other servers, too, without credentials and headers"},           \
        {.name = "cacert",                                                                             \
         .kind = OPTION_TEXT,                                                                          \
         .metavar = "FILE",                                                                            \
         .help = "certificates of the authorities to trust, in PEM format, in place of the system's"}, \
        {.name = "user",                                                                               \
         .kind = OPTION_TEXT,                                                                          \
         .metavar = "NAME:PASSWORD",                                                                   \
         .help = "credentials for basic authentication"},                                              \
    {                                                                                                  \
        .name = "header", .kind = OPTION_LIST, .metavar = "'NAME: VALUE'|@FILE",                       \
        .help = "send this header with every request, or those in a file, one a line; may be repeated" \
    }

/* Where a server is and how to talk to it. */
struct connection {
    const char *url; /* NULL: the user has named none */
    struct http_options http;
    char **headers; /* owned */
};

/* Reads the options beside the URL (NULL: none was given), and the files that --header names. Texts are borrowed from the options.
 * connection_release is fine in any case. */
enum status connection_read(const struct option_set *options, const char *url,
                            struct connection *ret_connection, struct error *err) WARN_UNUSED;
void connection_release(struct connection *connection);

#endif
