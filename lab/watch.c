#include "lab/watch.h"

#include <assert.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#include "base/stop.h"

static const char timeout_answer[] = "HTTP/1.1 408 Request Timeout\r\n"
                                     "Content-Type: application/json\r\n"
                                     "Content-Length: 29\r\n"
                                     "Connection: close\r\n\r\n"
                                     "{\"detail\": \"Request Timeout\"}";

static void end_if_late(const struct watch *watch, struct watch_place *place, int64_t now)
{
    const int64_t elapsed = now - place->since_ms;
    const bool busy = place->phase == WATCH_RECEIVING || place->phase == WATCH_ANSWERING;
    if (!(busy && elapsed > watch->request_ms) && !(place->phase == WATCH_IDLE && elapsed > watch->idle_ms))
        return;
    if (place->phase == WATCH_RECEIVING)
        (void)send(place->fd, timeout_answer, sizeof timeout_answer - 1, MSG_DONTWAIT | MSG_NOSIGNAL);
    (void)shutdown(place->fd, SHUT_RDWR);
    place->phase = WATCH_ENDED;
}

static void *watch_loop(void *context)
{
    struct watch *watch = context;
    const int shortest = watch->request_ms < watch->idle_ms ? watch->request_ms : watch->idle_ms;
    const int64_t tick_ms = shortest < 160 ? 20 : shortest > 4000 ? 500 : shortest / 8;
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

enum status watch_start(struct watch *watch, int request_ms, int idle_ms, struct error *err)
{
    memset(watch, 0, sizeof *watch);
    watch->request_ms = request_ms;
    watch->idle_ms = idle_ms;
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

struct watch_place *watch_enter(struct watch *watch, int fd, size_t enough)
{
    struct watch_place *place = NULL;
    (void)pthread_mutex_lock(&watch->mutex);
    for (size_t i = 0; i < WATCH_CONNECTIONS_MAX && place == NULL; i++) {
        if (watch->places[i].phase == WATCH_FREE)
            place = &watch->places[i];
    }
    if (place != NULL) {
        *place = (struct watch_place){WATCH_IDLE, fd, clock_us() / 1000, watch->open_count >= enough};
        watch->open_count++;
    }
    (void)pthread_mutex_unlock(&watch->mutex);
    return place;
}

void watch_leave(struct watch *watch, struct watch_place *place)
{
    (void)pthread_mutex_lock(&watch->mutex);
    assert(place->phase != WATCH_FREE && watch->open_count > 0);
    *place = (struct watch_place){.phase = WATCH_FREE, .fd = -1};
    watch->open_count--;
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
