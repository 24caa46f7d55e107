/* SPDX-License-Identifier: Apache-2.0 */
#include "lab/watchdog.h"

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

uint64_t watchdog_address(const struct sockaddr *address)
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

static struct counts count(const struct watchdog *watchdog, uint64_t address)
{
    struct counts counts = {0, 0, 0};
    for (size_t i = 0; i < WATCHDOG_CONNECTIONS_MAX; i++) {
        const struct watchdog_place *place = &watchdog->places[i];
        if (place->phase == WATCHDOG_FREE)
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
    return counts->served >= WATCHDOG_SERVED_MAX || counts->served_of_address >= WATCHDOG_ADDRESS_MAX;
}

static void end_if_late(const struct watchdog *watchdog, struct watchdog_place *place, int64_t now)
{
    const bool waits = place->phase == WATCHDOG_IDLE || place->phase == WATCHDOG_RECEIVING;
    const int64_t elapsed = now - place->since_ms;
    const int64_t patience =
        watchdog->request_ms < WATCHDOG_PATIENCE_MS ? watchdog->request_ms : WATCHDOG_PATIENCE_MS;
    if ((!waits && place->phase != WATCHDOG_ANSWERING) || elapsed <= patience)
        return;
    if (elapsed <= watchdog->request_ms) {
        const struct counts counts = count(watchdog, place->address);
        if (!waits || !(place->surplus || are_short(&counts)))
            return;
    }
    if (place->phase == WATCHDOG_RECEIVING)
        (void)send(place->fd, timeout_answer, sizeof timeout_answer - 1, MSG_DONTWAIT | MSG_NOSIGNAL);
    (void)shutdown(place->fd, SHUT_RDWR);
    place->phase = WATCHDOG_ENDED;
}

static void *watchdog_loop(void *context)
{
    struct watchdog *watchdog = context;
    const int64_t tick_ms = watchdog->request_ms < 160    ? 20
                            : watchdog->request_ms > 4000 ? 500
                                                          : watchdog->request_ms / 8;
    (void)pthread_mutex_lock(&watchdog->mutex);
    while (!watchdog->stop) {
        struct timespec until;
        (void)clock_gettime(CLOCK_MONOTONIC, &until);
        const int64_t ns = until.tv_nsec + tick_ms * 1000000;
        until.tv_sec += (time_t)(ns / 1000000000);
        until.tv_nsec = (long)(ns % 1000000000);
        (void)pthread_cond_timedwait(&watchdog->stopping, &watchdog->mutex, &until);
        const int64_t now = clock_us() / 1000;
        for (size_t i = 0; i < WATCHDOG_CONNECTIONS_MAX; i++)
            end_if_late(watchdog, &watchdog->places[i], now);
    }
    (void)pthread_mutex_unlock(&watchdog->mutex);
    return NULL;
}

enum status watchdog_start(struct watchdog *watchdog, int request_ms, struct error *err)
{
    memset(watchdog, 0, sizeof *watchdog);
    watchdog->request_ms = request_ms;
    pthread_condattr_t monotonic;
    (void)pthread_condattr_init(&monotonic);
    (void)pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    (void)pthread_mutex_init(&watchdog->mutex, NULL);
    (void)pthread_cond_init(&watchdog->stopping, &monotonic);
    (void)pthread_condattr_destroy(&monotonic);
    const int failure = pthread_create(&watchdog->thread, NULL, watchdog_loop, watchdog);
    if (failure == 0)
        return OK;
    (void)pthread_cond_destroy(&watchdog->stopping);
    (void)pthread_mutex_destroy(&watchdog->mutex);
    return error_set(err, ERR_IO, "cannot start a thread: %s", strerror(failure));
}

void watchdog_stop(struct watchdog *watchdog)
{
    (void)pthread_mutex_lock(&watchdog->mutex);
    watchdog->stop = true;
    (void)pthread_cond_signal(&watchdog->stopping);
    (void)pthread_mutex_unlock(&watchdog->mutex);
    (void)pthread_join(watchdog->thread, NULL);
    (void)pthread_cond_destroy(&watchdog->stopping);
    (void)pthread_mutex_destroy(&watchdog->mutex);
}

bool watchdog_admits(struct watchdog *watchdog, uint64_t address)
{
    (void)pthread_mutex_lock(&watchdog->mutex);
    const struct counts counts = count(watchdog, address);
    (void)pthread_mutex_unlock(&watchdog->mutex);
    return counts.of_address < WATCHDOG_ADDRESS_MAX + WATCHDOG_SURPLUS_MAX;
}

struct watchdog_place *watchdog_enter(struct watchdog *watchdog, int fd, uint64_t address)
{
    struct watchdog_place *place = NULL;
    (void)pthread_mutex_lock(&watchdog->mutex);
    for (size_t i = 0; i < WATCHDOG_CONNECTIONS_MAX && place == NULL; i++) {
        if (watchdog->places[i].phase == WATCHDOG_FREE)
            place = &watchdog->places[i];
    }
    if (place != NULL) {
        const struct counts counts = count(watchdog, address);
        *place = (struct watchdog_place){WATCHDOG_IDLE, fd, address, clock_us() / 1000, are_short(&counts)};
    }
    (void)pthread_mutex_unlock(&watchdog->mutex);
    return place;
}

void watchdog_leave(struct watchdog *watchdog, struct watchdog_place *place)
{
    (void)pthread_mutex_lock(&watchdog->mutex);
    assert(place->phase != WATCHDOG_FREE);
    *place = (struct watchdog_place){.phase = WATCHDOG_FREE, .fd = -1};
    (void)pthread_mutex_unlock(&watchdog->mutex);
}

void watchdog_phase(struct watchdog *watchdog, struct watchdog_place *place, enum watchdog_phase phase)
{
    (void)pthread_mutex_lock(&watchdog->mutex);
    if (place->phase != WATCHDOG_ENDED) {
        /* One deadline covers a request from its first line to its answer's last byte. */
        if (phase != WATCHDOG_ANSWERING)
            place->since_ms = clock_us() / 1000;
        place->phase = phase;
    }
    (void)pthread_mutex_unlock(&watchdog->mutex);
}
