/* SPDX-License-Identifier: Apache-2.0 */
#include "mbt/confirm_jobs.h"

#include <assert.h>
#include <pthread.h>
#include <string.h>
#include <time.h>

#include "base/memory.h"
#include "base/stop.h"

enum place_state { PLACE_FREE, PLACE_WAITS, PLACE_JUDGED, PLACE_DONE };

struct place {
    struct confirm_job job; /* of the owner, but of the worker while it is judged */
    enum place_state state; /* under the lock */
};

struct worker {
    struct confirm_jobs *jobs;
    pthread_t thread;
    void *system; /* of the driver; NULL: not open */
    struct confirm *confirm;
    struct confirm_job *job; /* at hand */
    bool was_there;          /* the server has carried out an Init */
    bool is_lost;            /* the last trace's connection was */
};

struct confirm_jobs {
    struct confirm_jobs_config config;
    struct worker *workers;
    size_t threads; /* that run */
    struct place *places;
    size_t place_count;

    /* A ring: the owner puts at put_at and takes at take_at, the workers begin at begin_at. */
    pthread_mutex_t lock;
    pthread_cond_t changed;
    size_t put_at, begin_at, take_at; /* ever growing; the place is the rest of the division */
    bool is_ending;                   /* written under the lock; workers begin no trace any more */
};

/* --- what a trace's callbacks are told --- */

static void on_call(void *user, const char *question, const char *answer)
{
    const struct worker *worker = user;
    worker->jobs->config.on_call(worker->job->user, question, answer);
}

static void on_words(void *user, const char *line)
{
    const struct worker *worker = user;
    worker->jobs->config.on_words(line);
}

static void on_step(void *user, size_t state, const char *action, const struct system_step *step)
{
    const struct worker *worker = user;
    worker->jobs->config.options.on_step(worker->job->user, state, action, step);
}

static bool is_stopped(void *user)
{
    const struct worker *worker = user;
    const struct confirm_options *options = &worker->jobs->config.options;
    (void)pthread_mutex_lock(&worker->jobs->lock);
    const bool is_ending = worker->jobs->is_ending;
    (void)pthread_mutex_unlock(&worker->jobs->lock);
    return is_ending || (options->stopped != NULL && options->stopped(worker->job->user));
}

/* --- a system --- */

static void close_system(struct worker *worker)
{
    confirm_free(worker->confirm);
    worker->jobs->config.driver->close(worker->system);
    worker->confirm = NULL;
    worker->system = NULL;
}

static enum status open_system(struct worker *worker, struct error *err)
{
    const struct confirm_jobs_config *config = &worker->jobs->config;
    if (worker->confirm != NULL)
        return OK;
    const struct system_observer observer = {.on_call = config->on_call != NULL ? on_call : NULL,
                                             .on_words = config->on_words != NULL ? on_words : NULL,
                                             .user = worker};
    struct confirm_options options = config->options;
    options.on_step = options.on_step != NULL ? on_step : NULL;
    options.stopped = is_stopped;
    options.user = worker;
    enum status status = config->driver->open(config->setup, &observer, &worker->system, err);
    if (status == OK)
        status = confirm_new(config->class, config->driver, worker->system, &options, &worker->confirm, err);
    if (status != OK)
        close_system(worker);
    return status;
}

static void pause_before_retry(void)
{
    const struct timespec pause = {.tv_nsec = CONFIRM_PAUSE_MS * 1000000L};
    (void)nanosleep(&pause, NULL); /* a signal ends it early, and is then asked for */
}

static void judge(struct worker *worker, struct confirm_job *job)
{
    worker->job = job;
    job->result.actions = 0;
    job->status = open_system(worker, &job->err);
    const double start = clock_seconds();
    if (job->status == OK)
        job->status = confirm_trace(worker->confirm, &job->itf, &job->result, &job->err);
    const bool is_own = worker->jobs->config.driver->is_own(worker->jobs->config.setup);
    for (int i = 0; i < CONFIRM_RETRIES && worker->is_lost && worker->was_there && job->status == ERR_IO &&
                    job->result.actions == 0 && worker->confirm != NULL && !is_own;
         i++) {
        pause_before_retry();
        job->status = confirm_trace(worker->confirm, &job->itf, &job->result, &job->err);
    }
    job->seconds = clock_seconds() - start;
    if (job->status != OK)
        (void)error_prefix(&job->err, job->status, "%s[%zu]: %s", job->itf.file, job->itf.index,
                           job->status == ERR_IO ? "not judged: " : "");
    worker->was_there = worker->was_there || job->result.actions > 0;
    worker->is_lost = job->status == ERR_IO;
    if (worker->is_lost && is_own)
        close_system(worker);
}

/* --- the workers --- */

/* The oldest trace that waits; NULL when the work ends. Under the lock. */
static struct place *next_to_judge(struct confirm_jobs *jobs)
{
    for (;;) {
        if (jobs->is_ending)
            return NULL;
        while (jobs->begin_at < jobs->put_at) {
            struct place *place = &jobs->places[jobs->begin_at++ % jobs->place_count];
            if (place->state == PLACE_WAITS)
                return place;
        }
        (void)pthread_cond_wait(&jobs->changed, &jobs->lock);
    }
}

static void *work(void *context)
{
    struct worker *worker = context;
    struct confirm_jobs *jobs = worker->jobs;
    (void)pthread_mutex_lock(&jobs->lock);
    for (struct place *place; (place = next_to_judge(jobs)) != NULL;) {
        place->state = PLACE_JUDGED;
        (void)pthread_mutex_unlock(&jobs->lock);
        judge(worker, &place->job);
        (void)pthread_mutex_lock(&jobs->lock);
        place->state = PLACE_DONE;
        (void)pthread_cond_broadcast(&jobs->changed);
    }
    (void)pthread_mutex_unlock(&jobs->lock);
    close_system(worker); /* by the thread that started it */
    return NULL;
}

static enum status start_workers(struct confirm_jobs *jobs, struct error *err)
{
    const size_t count = jobs->config.count;
    for (size_t i = 0; i < count; i++)
        jobs->workers[i].jobs = jobs;
    for (; count > 1 && jobs->threads < count; jobs->threads++) {
        struct worker *worker = &jobs->workers[jobs->threads];
        const int failure = pthread_create(&worker->thread, NULL, work, worker);
        if (failure != 0)
            return error_set(err, ERR_MEMORY, "no thread for a %s: %s", jobs->config.driver->name,
                             strerror(failure));
    }
    return OK;
}

/* --- the owner --- */

enum status confirm_jobs_new(const struct confirm_jobs_config *config, struct confirm_jobs **ret_jobs,
                             struct error *err)
{
    assert(config->count >= 1 && config->count <= CONFIRM_JOBS_MAX);
    assert(config->driver->is_own(config->setup) || config->count == 1);
    struct confirm_jobs *jobs = mem_new(1, sizeof *jobs);
    if (jobs == NULL)
        return error_memory(err, sizeof *jobs);
    jobs->config = *config;
    jobs->place_count = config->count == 1 ? 1 : CONFIRM_PLACES_PER_JOB * config->count;
    (void)pthread_mutex_init(&jobs->lock, NULL);
    (void)pthread_cond_init(&jobs->changed, NULL);
    jobs->workers = mem_new(config->count, sizeof *jobs->workers);
    jobs->places = mem_new(jobs->place_count, sizeof *jobs->places);
    enum status status = jobs->workers != NULL && jobs->places != NULL
                             ? OK
                             : error_memory(err, jobs->place_count * sizeof *jobs->places);
    for (size_t i = 0; jobs->places != NULL && i < jobs->place_count; i++) {
        itf_trace_init(&jobs->places[i].job.itf);
        confirm_result_init(&jobs->places[i].job.result);
    }
    if (status == OK)
        status = start_workers(jobs, err);
    /* So that a URL that is none is told of before anything else. */
    if (status == OK && !config->driver->is_own(config->setup))
        status = open_system(&jobs->workers[0], err);
    if (status != OK) {
        confirm_jobs_free(jobs);
        return status;
    }
    *ret_jobs = jobs;
    return OK;
}

void confirm_jobs_free(struct confirm_jobs *jobs)
{
    if (jobs == NULL)
        return;
    (void)pthread_mutex_lock(&jobs->lock);
    jobs->is_ending = true;
    (void)pthread_cond_broadcast(&jobs->changed);
    (void)pthread_mutex_unlock(&jobs->lock);
    for (size_t i = 0; i < jobs->threads; i++)
        (void)pthread_join(jobs->workers[i].thread, NULL);
    if (jobs->workers != NULL)
        close_system(&jobs->workers[0]);
    for (size_t i = 0; jobs->places != NULL && i < jobs->place_count; i++) {
        itf_trace_release(&jobs->places[i].job.itf);
        confirm_result_release(&jobs->places[i].job.result);
    }
    (void)pthread_cond_destroy(&jobs->changed);
    (void)pthread_mutex_destroy(&jobs->lock);
    mem_free(jobs->places);
    mem_free(jobs->workers);
    mem_free(jobs);
}

struct confirm_job *confirm_jobs_room(struct confirm_jobs *jobs)
{
    if (jobs->put_at - jobs->take_at == jobs->place_count)
        return NULL;
    struct place *place = &jobs->places[jobs->put_at % jobs->place_count];
    assert(place->state == PLACE_FREE);
    return &place->job;
}

void confirm_jobs_put(struct confirm_jobs *jobs, bool is_ready)
{
    struct place *place = &jobs->places[jobs->put_at % jobs->place_count];
    if (is_ready)
        place->job.result.actions = 0;
    else if (jobs->threads == 0)
        judge(&jobs->workers[0], &place->job);
    (void)pthread_mutex_lock(&jobs->lock);
    place->state = is_ready || jobs->threads == 0 ? PLACE_DONE : PLACE_WAITS;
    jobs->put_at++;
    (void)pthread_cond_broadcast(&jobs->changed);
    (void)pthread_mutex_unlock(&jobs->lock);
}

struct confirm_job *confirm_jobs_take(struct confirm_jobs *jobs)
{
    if (jobs->take_at == jobs->put_at)
        return NULL;
    struct place *place = &jobs->places[jobs->take_at % jobs->place_count];
    (void)pthread_mutex_lock(&jobs->lock);
    while (place->state != PLACE_DONE)
        (void)pthread_cond_wait(&jobs->changed, &jobs->lock);
    place->state = PLACE_FREE;
    jobs->take_at++;
    (void)pthread_mutex_unlock(&jobs->lock);
    return &place->job;
}
