/* SPDX-License-Identifier: Apache-2.0 */
#include "mbt/conform.h"

#include <assert.h>
#include <pthread.h>
#include <stdalign.h>
#include <string.h>

#include "base/memory.h"
#include "base/rng.h"
#include "mbt/conform_shrink.h"

/* What a worker has found in a round. */
struct found {
    struct conform_finding finding;
    struct lockstep_script script;
    struct lockstep_difference difference;
    struct buffer details;
};

struct worker {
    struct conform *conform;
    pthread_t thread;
    size_t index;
    void *system; /* of the driver; NULL: not open */
    struct lockstep *lockstep;
    struct lockstep_script script;
    enum lockstep_fate *fates;
    size_t fate_capacity;
    struct conform_coverage coverage;
    bool is_shrinking;      /* what is played then does not count */
    struct buffer *details; /* of what is played, or NULL */
    uint64_t before;        /* key of the state that the event at hand was tried in */
    struct found found[CONFORM_ROUND];
    size_t found_count;
    uint64_t samples;
    enum status status; /* of the round */
    struct error err;
};

struct conform {
    const struct conform_config *config;
    struct worker *workers;
    size_t threads;               /* that run */
    pthread_barrier_t begin, end; /* of a round; workers and the owner meet there */
    uint64_t first;               /* sample of the round; written by the owner between rounds */
    bool is_ending;               /* as first */
};

/* --- playing a sample --- */

static void on_event(void *user, const struct lockstep_event *event, enum lockstep_fate fate, uint32_t move,
                     const void *state, size_t state_index, const struct system_step *step)
{
    struct worker *worker = user;
    const struct model *model = worker->conform->config->model;
    (void)state_index;
    if (worker->details != NULL) {
        buffer_string(worker->details, step->detail);
        buffer_char(worker->details, '\n');
    }
    if (worker->is_shrinking || step->outcome == SYSTEM_UNEXPECTED)
        return;
    const enum lockstep_kind kind = event->kind == LOCKSTEP_LOOK ? LOCKSTEP_LOOK
                                    : fate == LOCKSTEP_REFUSED   ? LOCKSTEP_ATTEMPT
                                                                 : LOCKSTEP_STEP;
    const enum status status =
        conform_coverage_add(&worker->coverage, model, kind, move, worker->before, state, step);
    if (status != OK && worker->status == OK)
        worker->status = error_memory(&worker->err, worker->coverage.states.size * sizeof(uint64_t));
    if (kind == LOCKSTEP_STEP)
        worker->before = conform_state_key(model, state);
}

static bool is_stopped(void *user)
{
    const struct worker *worker = user;
    const struct conform_config *config = worker->conform->config;
    return worker->status != OK || (config->stopped != NULL && config->stopped(config->user));
}

static enum status open_system(struct worker *worker)
{
    const struct conform_config *config = worker->conform->config;
    const struct system_observer observer = {.on_words = config->on_words, .user = config->user};
    const struct lockstep_callbacks callbacks = {.on_event = on_event, .stopped = is_stopped, .user = worker};
    if (worker->lockstep != NULL)
        return OK;
    const enum status status = config->driver->open(config->setup, &observer, &worker->system, &worker->err);
    return status == OK ? lockstep_new(config->model, config->driver, worker->system, config->vocabulary,
                                       &callbacks, &worker->lockstep, &worker->err)
                        : status;
}

static enum status reserve_fates(struct worker *worker)
{
    void *fates = worker->fates;
    const enum status status =
        mem_reserve(&fates, &worker->fate_capacity, worker->script.count + 1, sizeof *worker->fates);
    worker->fates = fates;
    return status == OK ? OK : error_memory(&worker->err, worker->script.count * sizeof *worker->fates);
}

static enum status copy_script(const struct lockstep_script *script, struct lockstep_script *ret_copy)
{
    lockstep_script_clear(ret_copy);
    enum status status = trace_copy(&script->steps, &ret_copy->steps);
    for (size_t i = 0; status == OK && i < script->count; i++)
        status = lockstep_script_add(ret_copy, script->events[i]);
    return status;
}

/* Plays what is left once more, for the words. */
static enum status take_details(struct worker *worker, struct found *found)
{
    struct lockstep_difference again;
    buffer_clear(&found->details);
    worker->details = &found->details;
    const enum status status = lockstep_play(worker->lockstep, &worker->script, worker->script.events,
                                             worker->script.count, worker->fates, &again, &worker->err);
    worker->details = NULL;
    found->finding.details = found->details.text;
    return status == OK ? buffer_status(&found->details, &worker->err) : status;
}

/* The difference is shrunk, and kept for the owner. */
static enum status take_finding(struct worker *worker, uint64_t sample,
                                struct lockstep_difference *difference)
{
    const struct conform_config *config = worker->conform->config;
    struct found *found = &worker->found[worker->found_count];
    const struct conform_coverage *coverage = &worker->coverage;
    found->finding =
        (struct conform_finding){.sample = sample,
                                 .found_after = difference->event == SIZE_MAX ? 0 : difference->event + 1,
                                 .steps_after = coverage->steps + coverage->attempts + coverage->looks,
                                 .script = &found->script,
                                 .difference = &found->difference};
    worker->is_shrinking = true;
    enum status status =
        conform_shrink(worker->lockstep, config->vocabulary, &worker->script, worker->fates, difference,
                       &found->finding.replays, &found->finding.is_steady, &worker->err);
    if (status == OK)
        status = take_details(worker, found);
    worker->is_shrinking = false;
    if (status != OK)
        return status;
    found->difference = *difference;
    worker->found_count++;
    status = copy_script(&worker->script, &found->script);
    return status == OK ? OK : error_memory(&worker->err, worker->script.count * sizeof(struct step));
}

static enum status play_sample(struct worker *worker, uint64_t sample)
{
    const struct conform_config *config = worker->conform->config;
    const struct conform_walk walk = {.model = config->model,
                                      .vocabulary = config->vocabulary,
                                      .choice = config->choice,
                                      .allowed_only = config->allowed_only,
                                      .max_steps = config->max_steps};
    alignas(max_align_t) char state[STATE_SIZE_MAX];
    struct lockstep_difference difference;
    enum status status = open_system(worker);
    if (status == OK)
        status = conform_walk_make(&walk, &worker->coverage, trace_seed_of(config->seed, sample),
                                   &worker->script, &worker->err);
    if (status == OK)
        status = reserve_fates(worker);
    if (status != OK)
        return status;
    config->model->class->init(config->model, state);
    worker->before = conform_state_key(config->model, state);
    status = lockstep_play(worker->lockstep, &worker->script, worker->script.events, worker->script.count,
                           worker->fates, &difference, &worker->err);
    if (status == OK)
        worker->samples++;
    return status == OK && difference.is_one ? take_finding(worker, sample, &difference) : status;
}

/* Samples of a worker in a round. Alone it waits for nobody, and each finding is handed on at once. */
static uint64_t round_of(const struct conform_config *config)
{
    return config->jobs == 1 ? 1 : CONFORM_ROUND;
}

static void play_round(struct worker *worker)
{
    const struct conform_config *config = worker->conform->config;
    worker->found_count = 0;
    for (uint64_t i = 0; worker->status == OK && i < round_of(config); i++) {
        const uint64_t sample = worker->conform->first + i * config->jobs + worker->index;
        if (sample >= config->max_samples)
            break;
        const enum status status = play_sample(worker, sample);
        if (worker->status == OK)
            worker->status = status;
    }
}

/* --- workers --- */

static void close_system(struct worker *worker)
{
    lockstep_free(worker->lockstep);
    if (worker->system != NULL)
        worker->conform->config->driver->close(worker->system);
    worker->lockstep = NULL;
    worker->system = NULL;
}

static void *work(void *context)
{
    struct worker *worker = context;
    for (;;) {
        (void)pthread_barrier_wait(&worker->conform->begin);
        if (worker->conform->is_ending)
            break;
        play_round(worker);
        (void)pthread_barrier_wait(&worker->conform->end);
    }
    close_system(worker); /* by the thread that opened it */
    return NULL;
}

static void init_found(struct found *found)
{
    lockstep_script_init(&found->script);
    buffer_init(&found->details);
}

static void release_found(struct found *found)
{
    lockstep_script_release(&found->script);
    buffer_release(&found->details);
}

/* The owner is worker 0; the others are threads. */
static enum status start(struct conform *conform, struct error *err)
{
    const size_t jobs = conform->config->jobs;
    conform->workers = mem_new(jobs, sizeof *conform->workers);
    if (conform->workers == NULL)
        return error_memory(err, jobs * sizeof *conform->workers);
    for (size_t i = 0; i < jobs; i++) {
        struct worker *worker = &conform->workers[i];
        worker->conform = conform;
        worker->index = i;
        lockstep_script_init(&worker->script);
        for (size_t k = 0; k < CONFORM_ROUND; k++)
            init_found(&worker->found[k]);
    }
    (void)pthread_barrier_init(&conform->begin, NULL, (unsigned)jobs);
    (void)pthread_barrier_init(&conform->end, NULL, (unsigned)jobs);
    for (size_t i = 1; i < jobs; i++) {
        const int failure = pthread_create(&conform->workers[i].thread, NULL, work, &conform->workers[i]);
        if (failure != 0)
            return error_set(err, ERR_MEMORY, "no thread for a %s: %s", conform->config->driver->name,
                             strerror(failure));
        conform->threads++;
    }
    return OK;
}

static void finish(struct conform *conform)
{
    const size_t jobs = conform->config->jobs;
    conform->is_ending = true;
    /* Threads that were never started do not come to the barrier: then nobody waits there yet. */
    if (conform->threads == jobs - 1 && conform->workers != NULL) {
        (void)pthread_barrier_wait(&conform->begin);
        for (size_t i = 1; i < jobs; i++)
            (void)pthread_join(conform->workers[i].thread, NULL);
    }
    for (size_t i = 0; conform->workers != NULL && i < jobs; i++) {
        struct worker *worker = &conform->workers[i];
        close_system(worker);
        conform_coverage_release(&worker->coverage);
        lockstep_script_release(&worker->script);
        for (size_t k = 0; k < CONFORM_ROUND; k++)
            release_found(&worker->found[k]);
        mem_free(worker->fates);
    }
    mem_free(conform->workers);
}

/* --- rounds --- */

/* Hands the round's findings on, in the order of samples. False: that was enough. */
static bool hand_on(struct conform *conform, struct conform_result *result)
{
    const struct conform_config *config = conform->config;
    size_t at[CONFORM_JOBS_MAX] = {0};
    for (;;) {
        const struct found *next = NULL;
        size_t of = 0;
        for (size_t w = 0; w < config->jobs; w++) {
            const struct worker *worker = &conform->workers[w];
            if (at[w] == worker->found_count)
                continue;
            const struct found *found = &worker->found[at[w]];
            if (next == NULL || found->finding.sample < next->finding.sample) {
                next = found;
                of = w;
            }
        }
        if (next == NULL)
            return true;
        at[of]++;
        result->findings++;
        if (!config->on_finding(config->user, &next->finding))
            return false;
    }
}

static void tell_progress(const struct conform *conform)
{
    const struct conform_config *config = conform->config;
    struct conform_progress progress = {.samples = 0};
    if (config->on_progress == NULL)
        return;
    for (size_t w = 0; w < config->jobs; w++) {
        const struct conform_coverage *coverage = &conform->workers[w].coverage;
        progress.samples += conform->workers[w].samples;
        progress.compared += coverage->steps + coverage->attempts + coverage->looks;
        progress.states = coverage->states.used > progress.states ? coverage->states.used : progress.states;
    }
    config->on_progress(config->user, &progress);
}

static enum status play_rounds(struct conform *conform, struct conform_result *result, struct error *err)
{
    const struct conform_config *config = conform->config;
    const uint64_t per_round = round_of(config) * config->jobs;
    for (conform->first = 0; conform->first < config->max_samples; conform->first += per_round) {
        if (config->jobs > 1)
            (void)pthread_barrier_wait(&conform->begin);
        play_round(&conform->workers[0]);
        if (config->jobs > 1)
            (void)pthread_barrier_wait(&conform->end);
        if (!hand_on(conform, result))
            return OK;
        for (size_t w = 0; w < config->jobs; w++) {
            if (conform->workers[w].status != OK) {
                *err = conform->workers[w].err;
                return conform->workers[w].status;
            }
        }
        tell_progress(conform);
        if (config->max_samples - conform->first <= per_round)
            break;
    }
    return OK;
}

enum status conform_search(const struct conform_config *config, struct conform_result *ret_result,
                           struct error *err)
{
    struct conform conform = {.config = config};
    *ret_result = (struct conform_result){.samples = 0};
    assert(config->jobs >= 1 && config->jobs <= CONFORM_JOBS_MAX);
    enum status status = start(&conform, err);
    if (status == OK)
        status = play_rounds(&conform, ret_result, err);
    ret_result->is_complete = status == OK;
    for (size_t w = 0; conform.workers != NULL && w < config->jobs; w++) {
        ret_result->samples += conform.workers[w].samples;
        if (conform_coverage_merge(&ret_result->coverage, &conform.workers[w].coverage) != OK && status == OK)
            status = error_memory(err, conform.workers[w].coverage.states.size * sizeof(uint64_t));
    }
    conform_coverage_sort(&ret_result->coverage);
    finish(&conform);
    return status == ERR_STOPPED ? OK : status;
}
