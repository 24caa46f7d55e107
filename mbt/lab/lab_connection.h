/* SPDX-License-Identifier: Apache-2.0 */
/* The options that say where a server is and how to talk to it: a group of rows that several commands share.
 * Main thread. */
#ifndef RACEWALK_MBT_LAB_LAB_CONNECTION_H
#define RACEWALK_MBT_LAB_LAB_CONNECTION_H

#include "base/options.h"
#include "mbt/http_client.h"

#define CONNECTION_ROWS 7

/* --lab-url, --request-timeout, --cacert, --user, --header, --location, --unix-socket */
extern const struct option connection_rows[CONNECTION_ROWS];
#define CONNECTION_GROUP                               \
    {                                                  \
        "Connection", connection_rows, CONNECTION_ROWS \
    }

/* Those of them that mean nothing to a lab that this program starts, for the command's rules. */
#define CONNECTION_RULE                                                            \
    {                                                                              \
        .options = "location cacert user header", .without = "lab-url unix-socket" \
    }

/* Where a server is and how to talk to it. */
struct connection {
    const char *url; /* NULL: the user has named none */
    struct http_options http;
    char **headers; /* owned */
};

/* Reads the options, and the files that --header names. Texts are borrowed from the options.
 * connection_release is fine in any case. */
enum status connection_read(const struct option_set *options, struct connection *ret_connection,
                            struct error *err) WARN_UNUSED;
void connection_release(struct connection *connection);

#endif
