/* SPDX-License-Identifier: Apache-2.0 */
/* A watchdog for connections: a table of the open ones, with their phase and its start, and a thread that ends
 * those that take too long.
 *
 * A connection has request_ms to send the first line of a request, from its start and from each answer on,
 * and request_ms from there to the answer's last byte. While places are short, a connection that waits for its
 * client has at most WATCHDOG_PATIENCE_MS, so that clients that send nothing, or a byte now and then, do not
 * keep others out for long. No address may have more than its share of the places.
 *
 * The thread looks at all connections now and then. A request that has not arrived in time is answered with a
 * 408, written directly to the socket. Then the socket is shut down, as for any other that is late; to the
 * server's thread this looks as if the client had hung up. A socket may be used only while it is in the table,
 * and must leave the table before it is closed. Thread-safe: one mutex around the table. */
#ifndef RACEWALK_LAB_WATCHDOG_H
#define RACEWALK_LAB_WATCHDOG_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

#include "base/status.h"

#define WATCHDOG_SERVED_MAX      128 /* connections that are served … */
#define WATCHDOG_ADDRESS_MAX     64  /* … and of one address */
#define WATCHDOG_SURPLUS_MAX     32  /* of an address: more than that, which are told so */
#define WATCHDOG_CONNECTIONS_MAX 192 /* of both kinds */
#define WATCHDOG_PATIENCE_MS     1000

enum watchdog_phase {
    WATCHDOG_FREE,      /* no connection in this place */
    WATCHDOG_IDLE,      /* no request's first line has come since it started or was answered */
    WATCHDOG_RECEIVING, /* a request's first line has come */
    WATCHDOG_ANSWERING, /* its answer is being sent */
    WATCHDOG_ENDED      /* shut down; the server has not noticed yet */
};

struct watchdog_place {
    enum watchdog_phase phase;
    int fd;
    uint64_t address; /* watchdog_address */
    int64_t since_ms;
    bool surplus; /* came when there were enough */
};

struct watchdog {
    pthread_mutex_t mutex;
    pthread_cond_t stopping;
    pthread_t thread;
    bool stop; /* under the mutex, as all below */
    int request_ms;
    struct watchdog_place places[WATCHDOG_CONNECTIONS_MAX];
};

enum status watchdog_start(struct watchdog *watchdog, int request_ms, struct error *err) WARN_UNUSED;
void watchdog_stop(struct watchdog *watchdog);

/* What counts as one client: an IPv4 address, or the 64 bits of an IPv6 one that name its network. */
uint64_t watchdog_address(const struct sockaddr *address);

/* False when the address has all that it may have, with the surplus. */
bool watchdog_admits(struct watchdog *watchdog, uint64_t address);

/* A connection's place from its start to its end; NULL when there is none left. It is surplus when enough
 * others are served. */
struct watchdog_place *watchdog_enter(struct watchdog *watchdog, int fd, uint64_t address);
void watchdog_leave(struct watchdog *watchdog, struct watchdog_place *place);

/* The connection has gone on to this phase. */
void watchdog_phase(struct watchdog *watchdog, struct watchdog_place *place, enum watchdog_phase phase);

#endif
