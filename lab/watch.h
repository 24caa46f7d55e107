/* The clock on connections: which are open, since when each has been at what, and the end for those that take
 * too long.
 *
 * A connection has request_ms to send the first line of a request, from its start and from each answer on,
 * and request_ms from there to the answer's last byte. While places are short, what waits for its client has
 * no more than WATCH_PATIENCE_MS, so that clients that say nothing, or a byte now and then, do not keep
 * others out for long; and no address has more than its share.
 *
 * A thread of its own looks at all of them now and then. A request that has not arrived in time is answered
 * with a 408 on the bare socket; then, as for any other that is late, the socket is shut down, which the
 * server's thread sees as the client hanging up. A socket is only touched while it is in the table, and it
 * leaves the table before it is closed. Thread-safe: one mutex around the table. */
#ifndef RACEWALK_LAB_WATCH_H
#define RACEWALK_LAB_WATCH_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

#include "base/status.h"

#define WATCH_SERVED_MAX      128 /* connections that are served … */
#define WATCH_ADDRESS_MAX     64  /* … and of one address */
#define WATCH_SURPLUS_MAX     32  /* of an address: more than that, which are told so */
#define WATCH_CONNECTIONS_MAX 192 /* of both kinds */
#define WATCH_PATIENCE_MS     1000

enum watch_phase {
    WATCH_FREE,      /* no connection in this place */
    WATCH_IDLE,      /* no request's first line has come since it started or was answered */
    WATCH_RECEIVING, /* a request's first line has come */
    WATCH_ANSWERING, /* its answer is being sent */
    WATCH_ENDED      /* shut down; the server has not noticed yet */
};

struct watch_place {
    enum watch_phase phase;
    int fd;
    uint64_t address; /* watch_address */
    int64_t since_ms;
    bool surplus; /* came when there were enough */
};

struct watch {
    pthread_mutex_t mutex;
    pthread_cond_t stopping;
    pthread_t thread;
    bool stop; /* under the mutex, as all below */
    int request_ms;
    struct watch_place places[WATCH_CONNECTIONS_MAX];
};

enum status watch_start(struct watch *watch, int request_ms, struct error *err) WARN_UNUSED;
void watch_stop(struct watch *watch);

/* What counts as one client: an IPv4 address, or the 64 bits of an IPv6 one that name its network. */
uint64_t watch_address(const struct sockaddr *address);

/* False when the address has all that it may have, with the surplus. */
bool watch_admits(struct watch *watch, uint64_t address);

/* A connection's place from its start to its end; NULL when there is none left. It is surplus when enough
 * others are served. */
struct watch_place *watch_enter(struct watch *watch, int fd, uint64_t address);
void watch_leave(struct watch *watch, struct watch_place *place);

/* The connection has gone on to this phase. */
void watch_phase(struct watch *watch, struct watch_place *place, enum watch_phase phase);

#endif
