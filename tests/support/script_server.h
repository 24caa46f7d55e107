/* SPDX-License-Identifier: Apache-2.0 */
/* A TCP server for tests whose every connection is handed to a function: for what no proper HTTP server does.
 *
 * Connections are served one after the other by a thread of its own. Started and stopped by the test's
 * thread; the function runs on the server's. */
#ifndef RACEWALK_TESTS_SCRIPT_SERVER_H
#define RACEWALK_TESTS_SCRIPT_SERVER_H

#include <stddef.h>

#define SCRIPT_URL_SIZE 64

/* Serves connection number index (from 0), which is closed afterwards. */
typedef void (*script_serve)(int connection, size_t index, void *user);

struct script_server; /* opaque */

struct script_server *script_server_start(script_serve serve, void *user);
void script_server_stop(struct script_server *server);
/* http://127.0.0.1:PORT */
const char *script_server_url(const struct script_server *server);

/* Writes all of the text. */
void script_write(int connection, const char *text);
/* Reads up to the end of count requests without bodies, or the end; returns a static text of what came. */
const char *script_read_requests(int connection, size_t count);

/* A URL at which nothing listens; static. */
const char *script_dead_url(void);

#endif
