/* The clock on connections: which are open, since when each has been at what, and the end for those that take
 * too long.
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

#include "base/status.h"

#define WATCH_CONNECTIONS_MAX 128

enum watch_phase {
    WATCH_FREE,      /* no connection in this place */
    WATCH_IDLE,      /* between requests */
    WATCH_RECEIVING, /* a request's first line has come */
    WATCH_ANSWERING, /* its answer is being sent */
    WATCH_ENDED      /* shut down; the server has not noticed yet */
};

struct watch_place {
    enum watch_phase phase;
    int fd;
    int64_t since_ms;
    bool surplus; /* came when there were enough */
};

struct watch {
    pthread_mutex_t mutex;
    pthread_cond_t stopping;
    pthread_t thread;
    bool stop; /* under the mutex, as all below */
    int request_ms, idle_ms;
    size_t open_count;
    struct watch_place places[WATCH_CONNECTIONS_MAX];
};

enum status watch_start(struct watch *watch, int request_ms, int idle_ms, struct error *err) WARN_UNUSED;
void watch_stop(struct watch *watch);

/* A connection's place from its start to its end; NULL when there is none left. It is surplus when enough
 * others are open. */
struct watch_place *watch_enter(struct watch *watch, int fd, size_t enough);
void watch_leave(struct watch *watch, struct watch_place *place);

/* The connection has gone on to this phase. */
void watch_phase(struct watch *watch, struct watch_place *place, enum watch_phase phase);

#endif
