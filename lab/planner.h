/* SPDX-License-Identifier: Apache-2.0 */
/* The planner: turns a list of load balancers into the next plan, a file in the store that never changes.
 * Owner only (the lab's lock). */
#ifndef RACEWALK_LAB_PLANNER_H
#define RACEWALK_LAB_PLANNER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/status.h"
#include "lab/record.h"
#include "lab/store.h"

#define PLAN_BALANCERS_MAX RECORD_TARGETS_MAX

struct balancer {
    int64_t id;     /* 1..BALANCER_ID_MAX */
    int64_t weight; /* 0..JSON_INTEGER_MAX */
};

struct planner {
    const struct store *store; /* borrowed */
    int64_t last_version;      /* 0: no plan yet */
};

/* Goes on behind the newest plan on disk. ERR_DATA when a plan there is no plan: file, place and reason. */
enum status planner_open(struct planner *planner, const struct store *store, struct error *err) WARN_UNUSED;

/* Sorts the balancers by id (equal ids stay in order and stay double), stores the plan and appends its JSON
 * to out. None at all means one of id 1 and weight 1. */
enum status planner_generate(struct planner *planner, struct balancer *balancers, size_t count,
                             struct buffer *out, struct error *err) WARN_UNUSED;

/* The records of a stored plan, freed with record_unref_all. *ret_exists is false when there is no such file;
 * ERR_DATA when it holds no such plan. */
enum status planner_read(const struct store *store, int64_t version, bool *ret_exists,
                         struct record ***ret_records, size_t *ret_count, struct error *err) WARN_UNUSED;

#endif
