/* SPDX-License-Identifier: Apache-2.0 */
#include "lab/background.h"

#include <math.h>
#include <string.h>
#include <time.h>

#include "base/memory.h"
#include "base/rng.h"

#define BALANCERS_MIN      2
#define BALANCERS_MORE_MAX 6
#define WEIGHT_MIN         90
#define WEIGHT_MAX         120

struct worker {
    struct background *background;
    pthread_t thread;
    size_t deployer; /* its index, for a deployer's thread */
    uint64_t random; /* state of the worker's own generator */
};

struct background {
    struct lab *lab;       /* under lock */
    pthread_mutex_t *lock; /* the lab's; never held together with `sleep` */
    struct background_config config;
    pthread_mutex_t sleep; /* guards stop */
    pthread_cond_t stopping;
    bool stop;
    struct worker workers[DEPLOYERS_MAX + 1];
    size_t worker_count;
};

/* SplitMix64; the lab's dice need no more. */
static uint64_t next_random(uint64_t *state)
{
    return rng_mix(*state += RNG_GAMMA);
}

static double next_fraction(uint64_t *state)
{
    return (double)(next_random(state) >> 11) * 0x1p-53;
}

/* False when it is time to stop. */
static bool sleep_for(struct background *background, double seconds)
{
    struct timespec until;
    (void)clock_gettime(CLOCK_MONOTONIC, &until);
    const double whole = floor(seconds);
    const long ns = until.tv_nsec + (long)((seconds - whole) * 1e9);
    until.tv_sec += (time_t)whole + ns / 1000000000;
    until.tv_nsec = ns % 1000000000;
    int outcome = 0;
    (void)pthread_mutex_lock(&background->sleep);
    while (!background->stop && outcome == 0)
        outcome = pthread_cond_timedwait(&background->stopping, &background->sleep, &until);
    const bool go_on = !background->stop;
    (void)pthread_mutex_unlock(&background->sleep);
    return go_on;
}

/* What fails here, and below, is in the log. */
static void make_plan(struct background *background, uint64_t *random)
{
    struct balancer balancers[BALANCERS_MIN + BALANCERS_MORE_MAX];
    struct buffer ignored;
    buffer_init(&ignored);
    (void)pthread_mutex_lock(background->lock);
    const int64_t more = background->lab->planner.last_version / 3;
    const size_t count = BALANCERS_MIN + (size_t)(more < BALANCERS_MORE_MAX ? more : BALANCERS_MORE_MAX);
    for (size_t i = 0; i < count; i++)
        balancers[i] = (struct balancer){
            .id = (int64_t)i + 1,
            .weight = WEIGHT_MIN + (int64_t)(next_random(random) % (WEIGHT_MAX - WEIGHT_MIN + 1))};
    struct error err;
    const enum status status = lab_generate(background->lab, balancers, count, &ignored, &err);
    (void)status;
    (void)pthread_mutex_unlock(background->lock);
    buffer_release(&ignored);
}

static void *planner_loop(void *context)
{
    struct worker *worker = context;
    struct background *background = worker->background;
    do {
        make_plan(background, &worker->random);
    } while (sleep_for(background, background->config.planner_interval_s));
    return NULL;
}

static bool deploy_once(struct background *background, struct deployer *deployer)
{
    struct lab *lab = background->lab;
    (void)pthread_mutex_lock(background->lock);
    lab_sync(lab, CALLER_LOOP, deployer);
    (void)pthread_mutex_unlock(background->lock);
    struct deploy_answer answer;
    struct error err;
    (void)pthread_mutex_lock(background->lock);
    const enum status status = lab_deploy(lab, CALLER_LOOP, deployer, &answer, &err);
    (void)pthread_mutex_unlock(background->lock);
    return status == OK && answer.outcome == DEPLOY_INSTALLED;
}

static void *deployer_loop(void *context)
{
    struct worker *worker = context;
    struct background *background = worker->background;
    struct lab *lab = background->lab;
    struct deployer *deployer = &lab->deployers[worker->deployer];
    const struct background_config *config = &background->config;
    do {
        if (!deploy_once(background, deployer))
            continue;
        struct cleanup_answer answer;
        struct error err;
        (void)pthread_mutex_lock(background->lock);
        const enum status status =
            lab_cleanup(lab, CALLER_LOOP, deployer, CLEANUP_KEEP_LAST_N, &answer, &err);
        (void)pthread_mutex_unlock(background->lock);
        if (status == OK)
            mem_free(answer.deleted_versions);
    } while (sleep_for(background, config->deployer_interval_s +
                                       config->deployer_jitter_s * next_fraction(&worker->random)));
    return NULL;
}

static enum status add_worker(struct background *background, void *(*loop)(void *), size_t deployer,
                              struct error *err)
{
    struct worker *worker = &background->workers[background->worker_count];
    struct timespec now;
    (void)clock_gettime(CLOCK_REALTIME, &now);
    worker->background = background;
    worker->deployer = deployer;
    worker->random = (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec + background->worker_count;
    const int failure = pthread_create(&worker->thread, NULL, loop, worker);
    if (failure != 0)
        return error_set(err, ERR_IO, "cannot start a thread: %s", strerror(failure));
    background->worker_count++;
    return OK;
}

enum status background_start(struct lab *lab, pthread_mutex_t *lock, const struct background_config *config,
                             struct background **ret_background, struct error *err)
{
    struct background *background = mem_new(1, sizeof *background);
    if (background == NULL)
        return error_memory(err, sizeof *background);
    background->lab = lab;
    background->lock = lock;
    background->config = *config;
    pthread_condattr_t monotonic;
    (void)pthread_condattr_init(&monotonic);
    (void)pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    (void)pthread_mutex_init(&background->sleep, NULL);
    (void)pthread_cond_init(&background->stopping, &monotonic);
    (void)pthread_condattr_destroy(&monotonic);
    enum status status = add_worker(background, planner_loop, 0, err);
    for (size_t i = 0; status == OK && i < lab->deployer_count; i++)
        status = add_worker(background, deployer_loop, i, err);
    if (status != OK) {
        background_stop(background);
        return status;
    }
    *ret_background = background;
    return OK;
}

void background_stop(struct background *background)
{
    if (background == NULL)
        return;
    (void)pthread_mutex_lock(&background->sleep);
    background->stop = true;
    (void)pthread_cond_broadcast(&background->stopping);
    (void)pthread_mutex_unlock(&background->sleep);
    for (size_t i = 0; i < background->worker_count; i++)
        (void)pthread_join(background->workers[i].thread, NULL);
    (void)pthread_cond_destroy(&background->stopping);
    (void)pthread_mutex_destroy(&background->sleep);
    mem_free(background);
}
