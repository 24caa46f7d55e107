#include "lab/watch.h"

#include <assert.h>
#include <netinet/in.h>
#include <string.h>
#include <time.h>

#include "base/stop.h"

static const char timeout_answer[] = "HTTP/1.1 408 Request Timeout\r\n"
                                     "Content-Type: application/json\r\n"
                                     "Content-Length: 29\r\n"
                                     "Connection: close\r\n\r\n"
                                     "{\"detail\": \"Request Timeout\"}";

uint64_t watch_address(const struct sockaddr *address)
{
    unsigned char bytes[8] = {0};
    if (address->sa_family == AF_INET) {
        memcpy(bytes, &((const struct sockaddr_in *)(const void *)address)->sin_addr, 4);
    } else if (address->sa_family == AF_INET6) {
        const struct in6_addr *six = &((const struct sockaddr_in6 *)(const void *)address)->sin6_addr;
        const bool mapped = IN6_IS_ADDR_V4MAPPED(six);
        memcpy(bytes, six->s6_addr + (mapped ? 12 : 0), mapped ? 4 : 8);
    }
    uint64_t value;
    memcpy(&value, bytes, sizeof value);
    return value;
}

/* How many connections there are, in all and from an address, and how many of these are served. */
struct counts {
    size_t served, of_address, served_of_address;
};

static struct counts count(const struct watch *watch, uint64_t address)
{
    struct counts counts = {0, 0, 0};
    for (size_t i = 0; i < WATCH_CONNECTIONS_MAX; i++) {
        const struct watch_place *place = &watch->places[i];
        if (place->phase == WATCH_FREE)
            continue;
        const bool same = place->address == address;
        counts.served += !place->surplus;
        counts.of_address += same;
        counts.served_of_address += same && !place->surplus;
    }
    return counts;
}

static bool are_short(const struct counts *counts)
{
    return counts->served >= WATCH_SERVED_MAX || counts->served_of_address >= WATCH_ADDRESS_MAX;
}

static void end_if_late(const struct watch *watch, struct watch_place *place, int64_t now)
{
    const bool waits = place->phase == WATCH_IDLE || place->phase == WATCH_RECEIVING;
    const int64_t elapsed = now - place->since_ms;
    const int64_t patience = watch->request_ms < WATCH_PATIENCE_MS ? watch->request_ms : WATCH_PATIENCE_MS;
    if ((!waits && place->phase != WATCH_ANSWERING) || elapsed <= patience)
        return;
    if (elapsed <= watch->request_ms) {
        const struct counts counts = count(watch, place->address);
        if (!waits || !(place->surplus || are_short(&counts)))
            return;
    }
    if (place->phase == WATCH_RECEIVING)
        (void)send(place->fd, timeout_answer, sizeof timeout_answer - 1, MSG_DONTWAIT | MSG_NOSIGNAL);
    (void)shutdown(place->fd, SHUT_RDWR);
    place->phase = WATCH_ENDED;
}

static void *watch_loop(void *context)
{
    struct watch *watch = context;
    const int64_t tick_ms = watch->request_ms < 160    ? 20
                            : watch->request_ms > 4000 ? 500
                                                       : watch->request_ms / 8;
    (void)pthread_mutex_lock(&watch->mutex);
    while (!watch->stop) {
        struct timespec until;
        (void)clock_gettime(CLOCK_MONOTONIC, &until);
        const int64_t ns = until.tv_nsec + tick_ms * 1000000;
        until.tv_sec += (time_t)(ns / 1000000000);
        until.tv_nsec = (long)(ns % 1000000000);
        (void)pthread_cond_timedwait(&watch->stopping, &watch->mutex, &until);
        const int64_t now = clock_us() / 1000;
        for (size_t i = 0; i < WATCH_CONNECTIONS_MAX; i++)
            end_if_late(watch, &watch->places[i], now);
    }
    (void)pthread_mutex_unlock(&watch->mutex);
    return NULL;
}

enum status watch_start(struct watch *watch, int request_ms, struct error *err)
{
    memset(watch, 0, sizeof *watch);
    watch->request_ms = request_ms;
    pthread_condattr_t monotonic;
    (void)pthread_condattr_init(&monotonic);
    (void)pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    (void)pthread_mutex_init(&watch->mutex, NULL);
    (void)pthread_cond_init(&watch->stopping, &monotonic);
    (void)pthread_condattr_destroy(&monotonic);
    const int failure = pthread_create(&watch->thread, NULL, watch_loop, watch);
    if (failure == 0)
        return OK;
    (void)pthread_cond_destroy(&watch->stopping);
    (void)pthread_mutex_destroy(&watch->mutex);
    return error_set(err, ERR_IO, "cannot start a thread: %s", strerror(failure));
}

void watch_stop(struct watch *watch)
{
    (void)pthread_mutex_lock(&watch->mutex);
    watch->stop = true;
    (void)pthread_cond_signal(&watch->stopping);
    (void)pthread_mutex_unlock(&watch->mutex);
    (void)pthread_join(watch->thread, NULL);
    (void)pthread_cond_destroy(&watch->stopping);
    (void)pthread_mutex_destroy(&watch->mutex);
}

bool watch_admits(struct watch *watch, uint64_t address)
{
    (void)pthread_mutex_lock(&watch->mutex);
    const struct counts counts = count(watch, address);
    (void)pthread_mutex_unlock(&watch->mutex);
    return counts.of_address < WATCH_ADDRESS_MAX + WATCH_SURPLUS_MAX;
}

struct watch_place *watch_enter(struct watch *watch, int fd, uint64_t address)
{
    struct watch_place *place = NULL;
    (void)pthread_mutex_lock(&watch->mutex);
    for (size_t i = 0; i < WATCH_CONNECTIONS_MAX && place == NULL; i++) {
        if (watch->places[i].phase == WATCH_FREE)
            place = &watch->places[i];
    }
    if (place != NULL) {
        const struct counts counts = count(watch, address);
        *place = (struct watch_place){WATCH_IDLE, fd, address, clock_us() / 1000, are_short(&counts)};
    }
    (void)pthread_mutex_unlock(&watch->mutex);
    return place;
}

void watch_leave(struct watch *watch, struct watch_place *place)
{
    (void)pthread_mutex_lock(&watch->mutex);
    assert(place->phase != WATCH_FREE);
    *place = (struct watch_place){.phase = WATCH_FREE, .fd = -1};
    (void)pthread_mutex_unlock(&watch->mutex);
}

void watch_phase(struct watch *watch, struct watch_place *place, enum watch_phase phase)
{
    (void)pthread_mutex_lock(&watch->mutex);
    if (place->phase != WATCH_ENDED) {
        /* One deadline covers a request from its first line to its answer's last byte. */
        if (phase != WATCH_ANSWERING)
            place->since_ms = clock_us() / 1000;
        place->phase = phase;
    }
    (void)pthread_mutex_unlock(&watch->mutex);
}
