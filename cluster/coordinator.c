/* SPDX-License-Identifier: Apache-2.0 */
#include "cluster/coordinator.h"

#include <assert.h>
#include <string.h>

#include "base/memory.h"
#include "cluster/heartbeat.h"
#include "cluster/message.h"
#include "cluster/reorder.h"
#include "cluster/speeds.h"
#include "search/merge.h"

#define RANGES_PER_RANK 16 /* in the reorder buffer */
/* A range is overdue when it was handed out more than OVERDUE_SECONDS ago, and more than OVERDUE_TIMES as long
 * ago as it should take. A rank has two ranges at a time, and their time varies, so a small factor would have
 * many ranges walked twice without need. A large one would let the buffer fill up behind a rank that stands
 * still, and then the others would stand still, too. */
#define OVERDUE_SECONDS 1.0
#define OVERDUE_TIMES   10
#define BAD_MAX         16 /* messages of one rank */

struct peer {
    double spoke;    /* when rank 0 last sent it something */
    size_t assigned; /* ranges that it has */
    size_t known;    /* so many of state->shapes were sent to it */
    size_t bad;
    bool gone;
};

/* The range that rank 0 walks itself. Its pieces are here until they are whole, since a backup may be faster.
 */
struct own_range {
    bool walking;
    uint64_t first, count;
    struct walker_task task;
    struct pieces pieces;
    double seconds; /* that it took so far */
};

struct coordinator {
    struct coordinator_config config;
    const struct run_config *run;
    struct run_result *state;
    struct peer *peers;
    struct heartbeat heartbeat;
    struct speeds speeds;
    struct reorder_buffer ranges;
    uint64_t epoch;
    uint64_t cursor; /* the first sample that is not handed out */
    struct walker *walker;
    struct own_range own;
    size_t taken_back; /* ranges that others did badly and rank 0 is to walk, at the most */
    double now;        /* when this turn began; on the process's clock */
    double start;      /* of the run */
    double elapsed_before;
    bool signalled;
    bool dismissing; /* the run is over, and the others are told so */
    bool lost;       /* one of them is gone */
    enum status outcome;
    struct error why;
};

static double clock_of(const struct coordinator *c)
{
    return c->config.process->clock(c->config.process->context);
}

/* --- handing out --- */

static enum status send_to(struct coordinator *c, int to, const struct buffer *message, struct error *err)
{
    struct exchange *exchange = c->config.process->exchange;
    assert(to > 0 && to < c->config.ranks);
    c->peers[to].spoke = c->now;
    return exchange->send(exchange, to, message, err);
}

static enum status assign(struct coordinator *c, int rank, const struct range *range, struct error *err)
{
    struct peer *peer = &c->peers[rank];
    assert(!peer->gone && peer->assigned < SPEEDS_AHEAD && peer->known <= c->state->shape_count);
    assert(!range->done && (range->rank == rank || range->backup == rank));
    struct message_assign assign; /* 8 KB, of which most is not used: filled in as far as it is */
    assign.range = (struct message_range){
        .epoch = c->epoch, .first = range->first, .count = range->count, .max_steps = c->state->max_steps};
    assign.known_count = 0;
    for (; peer->known < c->state->shape_count; peer->known++)
        assign.known[assign.known_count++] = c->state->shapes[peer->known].id;
    struct buffer message;
    buffer_init(&message);
    message_encode_assign(&assign, &message);
    const enum status status = send_to(c, rank, &message, err);
    buffer_release(&message);
    peer->assigned++;
    return status;
}

static bool can_cut(const struct coordinator *c)
{
    return c->cursor < c->run->max_samples && !reorder_is_full(&c->ranges);
}

/* The next range that nobody has. */
static struct range *cut_range(struct coordinator *c, int rank)
{
    assert(can_cut(c));
    const uint64_t count = speeds_next_range(&c->speeds, rank, c->run->max_samples - c->cursor);
    struct range *range = reorder_add(&c->ranges, c->cursor, count, rank, c->heartbeat.clock.seconds);
    c->cursor += count;
    return range;
}

/* The first range from index *at on that is overdue and has no backup; NULL when there is none. Moves *at
 * there. */
static struct range *find_overdue(const struct coordinator *c, size_t *at)
{
    for (; *at < c->ranges.count; ++*at) {
        struct range *range = reorder_at(&c->ranges, *at);
        const double age = c->heartbeat.clock.seconds - range->since;
        if (age < OVERDUE_SECONDS)
            return NULL; /* those behind it are younger still */
        if (!range->done && range->backup == REORDER_NOBODY &&
            age > OVERDUE_TIMES * speeds_expected(&c->speeds, range->rank, range->count))
            return range;
    }
    return NULL;
}

/* The rank's next range: an overdue one of another rank, or else a new one. */
static struct range *next_range(struct coordinator *c, int rank, size_t *overdue_at)
{
    struct range *overdue = find_overdue(c, overdue_at);
    if (overdue != NULL && overdue->rank != rank) {
        overdue->backup = rank;
        return overdue;
    }
    return can_cut(c) ? cut_range(c, rank) : NULL;
}

static enum status assign_all(struct coordinator *c, struct error *err)
{
    enum status status = OK;
    size_t overdue_at = 0;
    /* Every rank gets its first range before any gets a second one, so that the walks that are merged first are
     * done first. */
    for (size_t round = 0; round < SPEEDS_AHEAD; round++) {
        for (int r = 1; r < c->config.ranks && status == OK; r++) {
            if (c->peers[r].assigned != round || c->peers[r].gone)
                continue;
            const struct range *range = next_range(c, r, &overdue_at);
            if (range != NULL)
                status = assign(c, r, range, err);
        }
    }
    return status;
}

/* --- this rank's own walks --- */

/* Takes up a range: one that another rank did badly, or else the next. */
static void begin_own(struct coordinator *c)
{
    struct range *range = NULL;
    size_t overdue_at = 0;
    if (c->taken_back > 0) {
        range = reorder_first_of(&c->ranges, 0);
        c->taken_back = range == NULL ? 0 : c->taken_back - 1;
    }
    if (range == NULL)
        range = next_range(c, 0, &overdue_at);
    if (range == NULL)
        return;
    struct own_range *own = &c->own;
    assert(!own->walking && !range->done && (range->rank == 0 || range->backup == 0));
    pieces_clear(&own->pieces);
    own->walking = true;
    own->first = range->first;
    own->count = range->count;
    own->seconds = 0;
    walker_task_init(&own->task, c->run, c->state);
    own->task.first = range->first;
    own->task.count = range->count;
}

/* The range is done by the rank: its pieces move. */
static void complete(struct range *range, int rank, struct pieces *pieces)
{
    assert(!range->done && range->pieces.count == 0);
    assert(range->rank == rank || range->backup == rank);
    pieces_release(&range->pieces);
    range->pieces = *pieces;
    pieces_init(pieces);
    range->rank = rank;
    range->backup = REORDER_NOBODY;
    range->done = true;
}

static enum status work(struct coordinator *c, struct error *err)
{
    struct own_range *own = &c->own;
    struct range *range = reorder_find(&c->ranges, own->first);
    if (range == NULL || range->done) { /* a backup was faster */
        own->walking = false;
        return OK;
    }
    const double start = clock_of(c);
    const enum status status = walker_block(c->walker, &own->task, &own->pieces, err);
    fault_after_block(c->config.process->fault, clock_of(c) - start);
    const double seconds = clock_of(c) - start;
    own->seconds += seconds;
    c->config.busy[0] += seconds;
    if (status != OK)
        return status;
    const struct pieces *pieces = &own->pieces;
    const bool shorter = c->run->goal == RUN_SHORTEST && pieces->list[pieces->count - 1].has_hit;
    if (own->task.count == 0 || shorter) {
        speeds_note(&c->speeds, 0, own->count, own->seconds);
        complete(range, 0, &own->pieces);
        own->walking = false;
    }
    return OK;
}

/* --- merging --- */

/* Rank 0 will walk the rest of the range, from first on, itself: the result was not complete or not right. */
static void take_back(struct coordinator *c, struct range *range, uint64_t first)
{
    assert(first >= range->first && first - range->first < range->count);
    range->count -= first - range->first;
    range->first = first;
    range->rank = 0;
    range->backup = REORDER_NOBODY;
    range->since = c->heartbeat.clock.seconds;
    range->done = false;
    pieces_clear(&range->pieces);
    c->taken_back++;
}

/* The rank does not walk the range any longer: its result was damaged. */
static void take_from(struct coordinator *c, struct range *range, int rank)
{
    assert(!range->done && (range->rank == rank || range->backup == rank));
    if (range->backup == REORDER_NOBODY) {
        take_back(c, range, range->first);
        return;
    }
    if (range->rank == rank)
        range->rank = range->backup;
    range->backup = REORDER_NOBODY;
}

static enum status count_bad(struct coordinator *c, int rank, const struct error *why, struct error *err)
{
    ++*c->config.bad;
    if (++c->peers[rank].bad < BAD_MAX)
        return OK;
    return error_set(err, ERR_DATA, "rank %d on %s sent %d messages that are not right, the last one: %.600s",
                     rank, c->config.hosts[rank], BAD_MAX, why->text);
}

/* The bound has become tighter: all walks that are not merged must be walked again with it. */
static void begin_epoch(struct coordinator *c)
{
    assert(c->run->goal == RUN_SHORTEST);
    reorder_clear(&c->ranges);
    c->own.walking = false;
    c->taken_back = 0;
    c->epoch++;
    c->cursor = c->state->next;
    for (int r = 0; r < c->config.ranks; r++)
        c->peers[r].assigned = 0;
}

/* Merges the first range, which is done. */
static enum status merge_first(struct coordinator *c, struct error *err)
{
    struct range *range = reorder_at(&c->ranges, 0);
    assert(range->done && range->first == c->state->next);
    const uint32_t bound = c->state->max_steps;
    struct error why = {{0}};
    enum status status = OK;
    for (size_t i = 0; i < range->pieces.count && status == OK && !merge_is_over(c->run, c->state); i++)
        status = merge_piece(c->run, c->state, &range->pieces.list[i], &why);
    if (status != OK && status != ERR_DATA) {
        if (status != ERR_STOPPED) /* then a callback has failed, and said why itself */
            *err = why;
        return status;
    }
    if (merge_is_over(c->run, c->state))
        return OK;
    if (c->state->max_steps != bound) {
        begin_epoch(c);
        return OK;
    }
    const uint64_t end = range->first + range->count;
    if (c->state->next == end && status == OK) {
        reorder_pop(&c->ranges);
        return OK;
    }
    const int rank = range->rank;
    if (rank == 0)
        return error_set(err, ERR_INTERNAL, "walks %llu to %llu are not all there",
                         (unsigned long long)range->first, (unsigned long long)(end - 1));
    take_back(c, range, c->state->next);
    return count_bad(c, rank, &why, err);
}

/* --- messages --- */

/* The range of a result, when that rank was asked for it and it is not done; else NULL. */
static struct range *range_of_result(const struct coordinator *c, int from,
                                     const struct message_result *result)
{
    if (result->range.epoch != c->epoch)
        return NULL;
    struct range *range = reorder_find(&c->ranges, result->range.first);
    if (range == NULL || range->done || (range->rank != from && range->backup != from))
        return NULL; /* another rank was faster, or it was taken back after a message that could not be read
                      */
    return range;
}

static void return_assignment(struct coordinator *c, int from)
{
    c->peers[from].assigned -= c->peers[from].assigned > 0;
}

static enum status take_result(struct coordinator *c, int from, const struct buffer *message,
                               struct error *err)
{
    struct message_result result = {.seconds = 0};
    struct error why = {{0}};
    pieces_init(&result.pieces);
    enum status status = message_decode_result(c->run, message->text, message->length, &result, &why);
    struct range *range = NULL;
    if (status == ERR_DATA || result.range.epoch == c->epoch)
        return_assignment(c, from);
    if (status == OK) {
        range = range_of_result(c, from, &result);
        if (range != NULL &&
            (range->count != result.range.count || result.range.max_steps != c->state->max_steps))
            status = error_set(&why, ERR_DATA, "a result: it is of another range than was asked for");
    }
    if (status == OK) {
        if (result.range.count > 0)
            speeds_note(&c->speeds, from, result.range.count, result.seconds);
        if (range != NULL)
            complete(range, from, &result.pieces);
    }
    pieces_release(&result.pieces);
    if (status != ERR_DATA)
        return status == OK ? OK : error_set(err, status, "%s", why.text);
    if (range == NULL)
        range = reorder_first_of(&c->ranges, from);
    if (range != NULL)
        take_from(c, range, from);
    return count_bad(c, from, &why, err);
}

static enum status dismiss_rank(struct coordinator *c, int rank, struct error *err)
{
    struct buffer message;
    buffer_init(&message);
    message_encode_stop(&message);
    const enum status status = send_to(c, rank, &message, err);
    buffer_release(&message);
    return status;
}

static enum status take_failure(struct coordinator *c, int from, const struct buffer *message,
                                struct error *err)
{
    enum status failure;
    char text[ERROR_TEXT_MAX];
    struct error why;
    if (message_decode_fail(message->text, message->length, &failure, text, &why) != OK)
        return count_bad(c, from, &why, err);
    /* What it could not read may have been its dismissal. */
    if (c->dismissing && failure == ERR_DATA)
        return dismiss_rank(c, from, err);
    return error_set(err, failure, "rank %d on %s: %.800s", from, c->config.hosts[from], text);
}

static enum status take_message(struct coordinator *c, int from, const struct buffer *message,
                                struct error *err)
{
    enum message_kind kind;
    struct error why = {{0}};
    bool signalled = false;
    struct message_bye bye;
    enum status status = message_kind_of(message->text, message->length, &kind, &why);
    if (status == OK && kind == MESSAGE_RESULT)
        return take_result(c, from, message, err);
    if (status == OK && kind == MESSAGE_FAIL)
        return take_failure(c, from, message, err);
    if (status == OK && kind == MESSAGE_BEAT)
        status = message_decode_beat(message->text, message->length, &signalled, &why);
    else if (status == OK && kind == MESSAGE_BYE)
        status = message_decode_bye(message->text, message->length, &bye, &why);
    else if (status == OK)
        status = error_set(&why, ERR_DATA, "a message: rank 0 is not told this");
    if (status == OK) {
        c->signalled = c->signalled || signalled;
        if (kind == MESSAGE_BYE) {
            c->peers[from].gone = true;
            c->config.busy[from] = bye.busy;
        }
        return OK;
    }
    /* After the end it may have been the goodbye. */
    if (c->dismissing)
        c->peers[from].gone = true;
    /* It may have been a result, so rank 0 no longer waits for the rank's first range. */
    struct range *range = reorder_first_of(&c->ranges, from);
    if (range != NULL) {
        take_from(c, range, from);
        return_assignment(c, from);
    }
    return count_bad(c, from, &why, err);
}

static enum status take_messages(struct coordinator *c, struct error *err)
{
    struct exchange *exchange = c->config.process->exchange;
    struct buffer message;
    buffer_init_limited(&message, MESSAGE_BYTES_MAX);
    enum status status = OK;
    int from = 0;
    while (status == OK && from >= 0) {
        status = exchange->receive(exchange, &message, &from, err);
        if (status != OK || from < 0)
            break;
        assert(from > 0 && from < c->config.ranks);
        heartbeat_hear(&c->heartbeat, from);
        fault_on_message(c->config.process->fault, from, &message);
        status = take_message(c, from, &message, err);
    }
    buffer_release(&message);
    return status;
}

/* Sends a heartbeat to each rank that was sent nothing for a while. */
static enum status beat(struct coordinator *c, struct error *err)
{
    struct buffer message;
    buffer_init(&message);
    message_encode_beat(false, &message);
    enum status status = OK;
    for (int r = 1; r < c->config.ranks && status == OK; r++) {
        if (!c->peers[r].gone && c->now - c->peers[r].spoke > HEARTBEAT_SECONDS)
            status = send_to(c, r, &message, err);
    }
    buffer_release(&message);
    return status;
}

/* ERR_IO when a rank has been silent for too long. */
static enum status check_silence(struct coordinator *c, struct error *err)
{
    for (int r = 1; r < c->config.ranks; r++) {
        const double silence = heartbeat_silence(&c->heartbeat, r);
        if (c->peers[r].gone || silence <= c->config.process->silence_max)
            continue;
        c->lost = true;
        return error_set(err, ERR_IO, "rank %d on %s has not been heard of for %.0f s: it is dead or cut off",
                         r, c->config.hosts[r], silence);
    }
    return OK;
}

/* --- the run --- */

/* True when a time-out or a signal ends the run. */
static bool must_stop(struct coordinator *c, double seconds)
{
    const struct process *process = c->config.process;
    if (c->signalled)
        process->request_stop(process->context); /* whoever asks this rank shall know */
    if (process->stop_requested(process->context)) {
        c->state->stop = RUN_STOP_SIGNAL;
        return true;
    }
    if (c->run->timeout > 0 && seconds >= c->run->timeout) {
        c->state->stop = RUN_STOP_TIMEOUT;
        return true;
    }
    return false;
}

/* What came, what is merged, what goes out, a block of walks. */
static enum status carry_on(struct coordinator *c, bool *ret_idle, struct error *err)
{
    enum status status = take_messages(c, err);
    while (status == OK && c->ranges.count > 0 && reorder_at(&c->ranges, 0)->done &&
           !merge_is_over(c->run, c->state))
        status = merge_first(c, err);
    if (status != OK || merge_is_over(c->run, c->state))
        return status;
    status = assign_all(c, err);
    if (status == OK)
        status = beat(c, err);
    if (status == OK)
        status = check_silence(c, err);
    if (status != OK)
        return status;
    if (!c->own.walking)
        begin_own(c);
    *ret_idle = !c->own.walking;
    return c->own.walking ? work(c, err) : OK;
}

/* One turn of the run; *ret_over when it was the last. */
static enum status run_turn(struct coordinator *c, bool *ret_over, bool *ret_idle, struct error *err)
{
    const struct run_config *run = c->run;
    *ret_over = merge_is_over(run, c->state);
    if (*ret_over)
        return OK;
    const enum status status = carry_on(c, ret_idle, err);
    const double seconds = clock_of(c) - c->start;
    c->state->elapsed = c->elapsed_before + seconds;
    *ret_over = merge_is_over(run, c->state);
    if (status != OK || *ret_over)
        return status;
    *ret_over = must_stop(c, seconds);
    if (run->on_progress != NULL &&
        run->on_progress(run->context, c->state, merge_share_done(run, c->state, seconds)) != OK)
        return ERR_STOPPED;
    return OK;
}

/* Tells all ranks that the run is over. */
static void begin_dismissal(struct coordinator *c)
{
    assert(!c->dismissing);
    enum status status = OK;
    struct error why = {{0}};
    for (int r = 1; r < c->config.ranks && status == OK; r++)
        status = c->peers[r].gone ? OK : dismiss_rank(c, r, &why);
    if (status != OK && c->outcome == OK) {
        c->outcome = status;
        c->why = why;
    }
    reorder_clear(&c->ranges); /* results that still come belong to no range */
    c->own.walking = false;
    c->epoch++;
    c->dismissing = true;
}

static bool all_gone(const struct coordinator *c)
{
    bool gone = true;
    for (int r = 1; r < c->config.ranks; r++)
        gone = gone && c->peers[r].gone;
    return gone;
}

/* Waits until each rank has said goodbye. */
static enum turn dismissal_turn(struct coordinator *c)
{
    struct exchange *exchange = c->config.process->exchange;
    /* What is wrong with a message matters no more; a rank that no longer speaks ends the waiting. */
    struct error why;
    (void)!take_messages(c, &why);
    const enum status status = check_silence(c, &why);
    if (status != OK && c->outcome == OK) {
        c->outcome = status;
        c->why = why;
    }
    return status != OK || (all_gone(c) && exchange->is_sent(exchange)) ? TURN_OVER : TURN_IDLE;
}

enum turn coordinator_turn(struct coordinator *c)
{
    bool over, idle = false;
    c->now = clock_of(c);
    heartbeat_look(&c->heartbeat, c->now);
    if (c->dismissing)
        return dismissal_turn(c);
    c->outcome = run_turn(c, &over, &idle, &c->why);
    if (c->lost)
        return TURN_OVER;
    if (over || c->outcome != OK)
        begin_dismissal(c);
    return idle ? TURN_IDLE : TURN_WORKED;
}

enum status coordinator_end(const struct coordinator *c, bool *ret_lost, struct error *err)
{
    assert(c->lost || c->dismissing);
    *ret_lost = c->lost;
    /* A callback of the run that failed has said why itself. */
    if (c->why.text[0] != '\0' && c->outcome != OK && err != NULL)
        *err = c->why;
    return c->outcome;
}

enum status coordinator_new(const struct coordinator_config *config, struct run_result *ret_result,
                            struct coordinator **ret_coordinator, struct error *err)
{
    assert(config->ranks >= 1 && config->process->exchange != NULL);
    const size_t ranks = (size_t)config->ranks;
    struct coordinator *c = mem_new(1, sizeof *c);
    if (c == NULL)
        return error_memory(err, sizeof *c);
    c->config = *config;
    c->run = config->run;
    c->state = ret_result;
    c->now = c->start = clock_of(c);
    pieces_init(&c->own.pieces);
    c->peers = mem_new(ranks, sizeof *c->peers);
    enum status status = walker_new(config->run, &c->walker, err);
    if (status == OK && (c->peers == NULL || heartbeat_init(&c->heartbeat, config->ranks, c->now) != OK ||
                         speeds_init(&c->speeds, config->ranks) != OK ||
                         reorder_init(&c->ranges, ranks * RANGES_PER_RANK) != OK))
        status = error_memory(err, ranks * (sizeof *c->peers + RANGES_PER_RANK * sizeof(struct range)));
    if (status != OK) {
        coordinator_free(c);
        return status;
    }
    merge_begin(config->run, ret_result);
    c->cursor = ret_result->next;
    assert(c->cursor <= config->run->max_samples);
    c->elapsed_before = ret_result->elapsed;
    for (size_t r = 0; r < ranks; r++)
        c->peers[r].spoke = c->now;
    *ret_coordinator = c;
    return OK;
}

void coordinator_free(struct coordinator *c)
{
    if (c == NULL)
        return;
    reorder_release(&c->ranges);
    speeds_release(&c->speeds);
    heartbeat_release(&c->heartbeat);
    pieces_release(&c->own.pieces);
    walker_free(c->walker);
    mem_free(c->peers);
    mem_free(c);
}
