/* SPDX-License-Identifier: Apache-2.0 */
#include "base/stop.h"

#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <time.h>

/* A second signal within this time is the same request, come by another way: a batch system signals the
 * launcher and the process, a launcher forwards what the process got already. */
#define SAME_REQUEST_SECONDS 0.5

/* Written by the handler, which any thread may run, and read anywhere; relaxed, since it publishes nothing
 * else. Lock-free, or a handler could not use it. */
static _Atomic int requested;
_Static_assert(ATOMIC_INT_LOCK_FREE == 2, "a handler uses it");
/* Of the first signal; written and read by the handler alone. */
static double first_time;

/* Only calls what a handler may call: clock_gettime, signal and raise. */
static void on_signal(int number)
{
    const int saved = errno;
    if (atomic_load_explicit(&requested, memory_order_relaxed) == 0) {
        first_time = clock_seconds();
    } else if (number != SIGUSR1 && number != SIGXCPU &&
               clock_seconds() - first_time > SAME_REQUEST_SECONDS) {
        (void)signal(number, SIG_DFL);
        (void)raise(number);
    }
    atomic_store_explicit(&requested, 1, memory_order_relaxed);
    errno = saved;
}

void stop_install(void)
{
    static const int signals[] = {SIGINT, SIGTERM, SIGHUP, SIGUSR1, SIGXCPU};
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = on_signal;
    action.sa_flags = SA_RESTART;
    for (size_t i = 0; i < sizeof signals / sizeof signals[0]; i++)
        (void)sigaction(signals[i], &action, NULL);
}

bool stop_requested(void)
{
    return atomic_load_explicit(&requested, memory_order_relaxed) != 0;
}

void stop_request(void)
{
    atomic_store_explicit(&requested, 1, memory_order_relaxed);
}

double clock_seconds(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

int64_t clock_us(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}
