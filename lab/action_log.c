/* SPDX-License-Identifier: Apache-2.0 */
#include "lab/action_log.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/utf8.h"

void action_set_result(struct action *action, const char *text)
{
    size_t length = strlen(text);
    if (length >= ACTION_RESULT_SIZE) {
        static const char more[] = "…";
        length = 0;
        for (size_t step = utf8_length(text, strlen(text));
             step > 0 && length + step <= ACTION_RESULT_SIZE - sizeof more;
             step = utf8_length(text + length, strlen(text + length)))
            length += step;
        memcpy(action->result + length, more, sizeof more);
    } else {
        action->result[length] = '\0';
    }
    memcpy(action->result, text, length);
}

static struct action *entry(struct action_log *log, uint64_t number)
{
    return &log->ring[(number - 1) % ACTION_LOG_MAX];
}

/* The newest action of the same `who`, if it says the same; otherwise NULL. */
static struct action *find_same(struct action_log *log, const struct action *action)
{
    for (size_t i = 0; i < action_log_length(log); i++) {
        struct action *last = entry(log, log->count - i);
        if (strcmp(last->who, action->who) != 0)
            continue;
        const bool same = last->ok == action->ok && last->effect == EFFECT_NONE &&
                          action->effect == EFFECT_NONE && strcmp(last->what, action->what) == 0 &&
                          strcmp(last->result, action->result) == 0;
        return same ? last : NULL;
    }
    return NULL;
}

void action_log_add(struct action_log *log, const struct action *action, bool fold)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_REALTIME, &now);
    struct action *place = fold ? find_same(log, action) : NULL;
    if (place == NULL) {
        place = entry(log, ++log->count);
        *place = *action;
        place->number = log->count;
        place->repeats = 0;
    }
    place->repeats++;
    place->time_ms = (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

size_t action_log_length(const struct action_log *log)
{
    return log->count < ACTION_LOG_MAX ? (size_t)log->count : ACTION_LOG_MAX;
}

const struct action *action_log_at(const struct action_log *log, size_t index)
{
    assert(index < action_log_length(log));
    return &log->ring[(log->count - 1 - index) % ACTION_LOG_MAX];
}

const struct action *action_log_find(const struct action_log *log, enum action_effect effect)
{
    for (size_t i = 0; i < action_log_length(log); i++) {
        const struct action *action = action_log_at(log, i);
        if (action->effect == effect)
            return action;
    }
    return NULL;
}

void action_time(const struct action *action, char text[ACTION_TIME_SIZE])
{
    const time_t seconds = (time_t)(action->time_ms / 1000);
    struct tm utc;
    (void)gmtime_r(&seconds, &utc);
    char whole[ACTION_TIME_SIZE];
    whole[strftime(whole, sizeof whole - 8, "%Y-%m-%dT%H:%M:%S", &utc)] = '\0';
    (void)snprintf(text, ACTION_TIME_SIZE, "%.24s.%03dZ", whole, (int)(action->time_ms % 1000));
}

static void write_action(struct buffer *out, const struct action *action)
{
    static const char *const effects[] = {"null", "\"lost\"", "\"restored\""};
    char time[ACTION_TIME_SIZE];
    action_time(action, time);
    buffer_format(out, "{\"number\": %" PRIu64 ", \"time\": \"%s\", \"who\": \"%s\", \"what\": \"%s\", ",
                  action->number, time, action->who, action->what);
    buffer_format(out, "\"ok\": %s, \"result\": ", action->ok ? "true" : "false");
    buffer_json(out, action->result);
    buffer_format(out, ", \"repeats\": %" PRIu64 ", \"root\": %s}", action->repeats, effects[action->effect]);
}

void action_log_write(struct buffer *out, const struct action_log *log)
{
    buffer_string(out, "{\"actions\": [");
    for (size_t i = 0; i < action_log_length(log); i++) {
        buffer_string(out, i == 0 ? "" : ", ");
        write_action(out, action_log_at(log, i));
    }
    buffer_string(out, "]}");
}
