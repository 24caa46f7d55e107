/* SPDX-License-Identifier: Apache-2.0 */
/* Confirms several traces at a time, each on a system of its own, and hands them back in the order in which
 * they were put in, so that what is reported does not depend on how many are judged at a time.
 *
 *            put                                     take
 *   owner ────────→ [ done | judged | judged | waits | … ] ────────→ owner
 *                      ↑       ↑        ↑
 *                    oldest  worker 0  worker 1
 *
 * With one job there is no thread: a trace is judged while it is put in. Otherwise a thread for each system
 * judges the oldest trace that waits. A system that is started here lives on from trace to trace; one that
 * was lost is started anew. One that runs already has one state for all, and so takes one job.
 *
 * Owner only. */
#ifndef RACEWALK_MBT_CONFIRM_JOBS_H
#define RACEWALK_MBT_CONFIRM_JOBS_H

#include "mbt/confirm.h"

#define CONFIRM_JOBS_MAX       64 /* systems at a time */
#define CONFIRM_PLACES_PER_JOB 4  /* so that a long trace in front does not keep the others waiting */
#define CONFIRM_PLACES_MAX     (CONFIRM_PLACES_PER_JOB * CONFIRM_JOBS_MAX)

/* A system that was there before, and is lost, may be about to start again: so often, and after such a pause
 * each time, is its reset tried. */
#define CONFIRM_RETRIES  4
#define CONFIRM_PAUSE_MS 500

/* One trace on its way. */
struct confirm_job {
    struct itf_trace itf; /* filled by the owner */
    size_t line;          /* the owner's */
    void *user;           /* the owner's; handed to the callbacks of struct confirm_options */

    /* Of confirm_trace, with the trace's name before the message; ERR_IO when it was not judged, since the
     * server was lost. Or the owner's, when there was nothing to judge. */
    enum status status;
    struct error err;
    struct confirm_result result; /* its actions are counted even when it was lost */
    double seconds;
};

struct confirm_jobs_config {
    const struct model_class *class;
    struct confirm_options options; /* the callbacks' user is the job's; they are called by its thread */
    const struct system_driver *driver;
    const void *setup; /* of the driver */
    /* As struct system_observer's, called as the options' callbacks are; may be NULL. */
    void (*on_call)(void *user, const char *question, const char *answer);
    /* As struct system_observer's, but of no trace: a system also speaks when none is at hand; may be NULL. Called by any
     * worker's thread. */
    void (*on_words)(const char *line);
    size_t count; /* of traces at a time, 1 to CONFIRM_JOBS_MAX; 1 for a system that runs already */
};

struct confirm_jobs; /* opaque */

/* Copies the config; what it points to is borrowed until confirm_jobs_free. Systems are opened when there is
 * something to judge, but one that runs already is at once. ERR_USAGE when it cannot be one. */
enum status confirm_jobs_new(const struct confirm_jobs_config *config, struct confirm_jobs **ret_jobs,
                             struct error *err) WARN_UNUSED;
/* Waits for what is judged at the moment (options.stopped is not asked any more, the rest is given up). NULL
 * is fine. */
void confirm_jobs_free(struct confirm_jobs *jobs);

/* The place for the next trace; NULL when all are taken: take one back first. */
struct confirm_job *confirm_jobs_room(struct confirm_jobs *jobs);
/* Puts in what the owner has filled; with is_ready there is nothing to judge, and status and err are as the
 * owner set them. */
void confirm_jobs_put(struct confirm_jobs *jobs, bool is_ready);
/* Waits for the oldest and hands it back, until the next call; NULL when there is none. */
struct confirm_job *confirm_jobs_take(struct confirm_jobs *jobs);

#endif
