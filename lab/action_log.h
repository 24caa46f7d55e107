/* SPDX-License-Identifier: Apache-2.0 */
/* The last actions on the lab: when, by whom, what, and with what result.
 *
 * A ring in memory: the newest ACTION_LOG_MAX actions, which are gone with the process. Owner only (the lab's
 * lock). */
#ifndef RACEWALK_LAB_ACTION_LOG_H
#define RACEWALK_LAB_ACTION_LOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"
#include "lab/names.h"

#define ACTION_LOG_MAX     200
#define ACTION_WHAT_SIZE   48
#define ACTION_RESULT_SIZE 256 /* a longer result is cut */

/* What an action did to the root name. */
enum action_effect { EFFECT_NONE, EFFECT_LOST, EFFECT_RESTORED };

struct action {
    uint64_t number;  /* from 1, in order; the log sets this and the next two */
    uint64_t repeats; /* so many times in a row, at least 1 */
    int64_t time_ms;  /* since the Unix epoch; of the last time */
    char who[LAB_NAME_SIZE];
    char what[ACTION_WHAT_SIZE];
    char result[ACTION_RESULT_SIZE];
    bool ok;
    enum action_effect effect; /* on whether the root resolves */
};

struct action_log {
    struct action ring[ACTION_LOG_MAX];
    uint64_t count; /* of all actions ever; number n is in ring[(n - 1) % ACTION_LOG_MAX] */
};

/* Cut at the end of a character when it is too long. */
void action_set_result(struct action *action, const char *text);

/* Puts a copy of the action into the log, with a number and the time of day. A full log drops its oldest. With
 * fold, an action that equals the last one of the same `who` is not added: that one's repeats grow by one, and
 * it gets the later time. */
void action_log_add(struct action_log *log, const struct action *action, bool fold);

size_t action_log_length(const struct action_log *log);
/* The index-th action, the newest first. */
const struct action *action_log_at(const struct action_log *log, size_t index);
/* The newest action with this effect; NULL when there is none. */
const struct action *action_log_find(const struct action_log *log, enum action_effect effect);

/* "2026-01-31T13:00:59.123Z", with its NUL. */
#define ACTION_TIME_SIZE 32
void action_time(const struct action *action, char text[ACTION_TIME_SIZE]);

/* {"actions": [{number, time, who, what, ok, result, repeats, root}, …]}, the newest first; root is "lost",
 * "restored" or null. */
void action_log_write(struct buffer *out, const struct action_log *log);

#endif
