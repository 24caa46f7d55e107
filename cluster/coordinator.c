#include "cluster/coordinator.h"

#include <assert.h>
#include <string.h>

#include "base/memory.h"
#include "base/stop.h"
#include "cluster/fault.h"
#include "cluster/message.h"
#include "cluster/window.h"
#include "search/merge.h"

/* A range takes so long at the speed that was measured; more where many ranks would give rank 0 too many
 * messages. */
#define RANGE_SECONDS          0.1
#define RANGE_SECONDS_PER_RANK 0.001
#define RANGE_SECONDS_MAX      1.0
#define RANGE_SECONDS_MIN      0.004 /* towards the end */
#define FIRST_RANGE_WALKS      256   /* before anything was measured */
#define RANGE_GROWTH           8
#define AHEAD                  2 /* ranges that a rank has at a time */
#define WINDOW_PER_RANK        16
#define BEAT_SECONDS           1.0
#define HELD_UP_SECONDS \
    5.0            /* this process was stopped for a while: nobody else is to blame for the silence */
#define BAD_MAX 16 /* messages of one rank */

struct peer {
    double heard, spoke; /* when */
    double speed;        /* walks a second; 0: not measured yet */
    uint64_t last_count; /* walks of its last range */
    size_t ahead;        /* ranges that it has */
    size_t known;        /* of state->shapes, that it was told of */
    size_t bad;
    bool gone;
};

struct coordinator {
    const struct coordinator_config *config;
    const struct run_config *run;
    struct run_result *state;
    struct peer *peers;
    struct window window;
    uint64_t epoch;
    uint64_t cursor; /* the first sample that is not handed out */
    struct walker *walker;
    struct slot *own; /* the range that this rank walks; NULL: none */
    struct walker_task task;
    double own_seconds; /* that it took so far */
    double looked;      /* when messages were last taken */
    bool signalled;
    bool dismissing; /* the run is over */
};

/* --- handing out --- */

static double total_speed(const struct coordinator *c)
{
    double sum = 0;
    int measured = 0;
    for (int r = 0; r < c->config->ranks; r++) {
        sum += c->peers[r].speed;
        measured += c->peers[r].speed > 0;
    }
    return measured == 0 ? 0 : sum * c->config->ranks / measured;
}

/* How many walks the rank's next range has: guided self-scheduling (Polychronopoulos, Kuck, 1987) with
 * speeds. */
static uint64_t range_size(const struct coordinator *c, int rank)
{
    const struct peer *peer = &c->peers[rank];
    const uint64_t left = c->run->max_samples - c->cursor;
    uint64_t size = FIRST_RANGE_WALKS;
    if (peer->speed > 0) {
        double seconds = RANGE_SECONDS_PER_RANK * c->config->ranks;
        seconds = seconds < RANGE_SECONDS       ? RANGE_SECONDS
                  : seconds > RANGE_SECONDS_MAX ? RANGE_SECONDS_MAX
                                                : seconds;
        const double tail = (double)left / total_speed(c) / (AHEAD + 1);
        if (seconds > tail)
            seconds = tail < RANGE_SECONDS_MIN ? RANGE_SECONDS_MIN : tail;
        const double wanted = peer->speed * seconds;
        const uint64_t most = peer->last_count * RANGE_GROWTH;
        size = wanted < (double)most ? (uint64_t)wanted : most;
    }
    if (size < 1)
        size = 1;
    return size < left ? size : left;
}

static enum status send(struct coordinator *c, int to, const struct buffer *message, struct error *err)
{
    c->peers[to].spoke = clock_seconds();
    return exchange_send(c->config->exchange, to, message, err);
}

static enum status assign(struct coordinator *c, int rank, struct error *err)
{
    struct peer *peer = &c->peers[rank];
    struct message_assign assign = {.epoch = c->epoch,
                                    .first = c->cursor,
                                    .count = range_size(c, rank),
                                    .max_steps = c->state->max_steps};
    for (; peer->known < c->state->shape_count; peer->known++)
        assign.known[assign.known_count++] = c->state->shapes[peer->known].id;
    struct buffer message;
    buffer_init(&message);
    message_encode_assign(&assign, &message);
    const enum status status = send(c, rank, &message, err);
    buffer_release(&message);
    (void)window_add(&c->window, assign.first, assign.count, rank);
    c->cursor += assign.count;
    peer->last_count = assign.count;
    peer->ahead++;
    return status;
}

static bool can_assign(const struct coordinator *c)
{
    return c->cursor < c->run->max_samples && !window_is_full(&c->window);
}

static enum status assign_all(struct coordinator *c, struct error *err)
{
    enum status status = OK;
    /* One each before a second one for anybody, so that the walks that are merged first are done first. */
    for (size_t round = 0; round < AHEAD; round++) {
        for (int r = 1; r < c->config->ranks && status == OK && can_assign(c); r++) {
            if (c->peers[r].ahead == round && !c->peers[r].gone)
                status = assign(c, r, err);
        }
    }
    return status;
}

/* --- this rank's own walks --- */

/* Takes up a range: one that another rank did badly, or else the next. */
static void begin_own(struct coordinator *c)
{
    struct slot *slot = window_first_of(&c->window, 0);
    if (slot == NULL && can_assign(c)) {
        slot = window_add(&c->window, c->cursor, range_size(c, 0), 0);
        c->cursor += slot->count;
        c->peers[0].last_count = slot->count;
    }
    if (slot == NULL)
        return;
    pieces_clear(&slot->pieces);
    c->own = slot;
    c->own_seconds = 0;
    walker_task_init(&c->task, c->run, c->state);
    c->task.first = slot->first;
    c->task.count = slot->count;
}

/* The speed follows what was measured last, half and half. */
static void note_speed(struct peer *peer, uint64_t walks, double seconds)
{
    const double speed = (double)walks / (seconds > 1e-6 ? seconds : 1e-6);
    peer->speed = peer->speed > 0 ? (peer->speed + speed) / 2 : speed;
}

static enum status work(struct coordinator *c, struct error *err)
{
    const double start = clock_seconds();
    const enum status status = walker_block(c->walker, &c->task, &c->own->pieces, err);
    fault_after_block(clock_seconds() - start);
    const double seconds = clock_seconds() - start;
    c->own_seconds += seconds;
    c->config->busy[0] += seconds;
    if (status != OK)
        return status;
    const struct pieces *pieces = &c->own->pieces;
    const bool shorter = c->run->goal == RUN_SHORTEST && pieces->list[pieces->count - 1].has_hit;
    if (c->task.count == 0 || shorter) {
        note_speed(&c->peers[0], c->own->count, c->own_seconds);
        c->own->done = true;
        c->own = NULL;
    }
    return OK;
}

/* --- merging --- */

/* From the first walk that is not merged on, the range becomes this rank's own: what came was not all, or not
 * right. */
static void take_back(struct slot *slot, uint64_t first)
{
    slot->count -= first - slot->first;
    slot->first = first;
    slot->rank = 0;
    slot->done = false;
    pieces_clear(&slot->pieces);
}

static enum status count_bad(struct coordinator *c, int rank, const struct error *why, struct error *err)
{
    ++*c->config->bad;
    if (++c->peers[rank].bad < BAD_MAX)
        return OK;
    return error_set(err, ERR_DATA, "rank %d on %s sent %d messages that are not right, the last one: %.600s",
                     rank, c->config->hosts[rank], BAD_MAX, why->text);
}

/* After a tighter bound: all walks behind the merged ones are to be walked with it. */
static void begin_epoch(struct coordinator *c)
{
    window_clear(&c->window);
    c->own = NULL;
    c->epoch++;
    c->cursor = c->state->next;
    for (int r = 0; r < c->config->ranks; r++)
        c->peers[r].ahead = 0;
}

/* Merges the first range, which is done. */
static enum status merge_first(struct coordinator *c, struct error *err)
{
    struct slot *slot = window_at(&c->window, 0);
    const uint32_t bound = c->state->max_steps;
    struct error why = {{0}};
    enum status status = OK;
    for (size_t i = 0; i < slot->pieces.count && status == OK && !merge_is_over(c->run, c->state); i++)
        status = merge_piece(c->run, c->state, &slot->pieces.list[i], &why);
    if (status != OK && status != ERR_DATA) {
        *err = why;
        return status;
    }
    if (merge_is_over(c->run, c->state))
        return OK;
    if (c->state->max_steps != bound) {
        begin_epoch(c);
        return OK;
    }
    const uint64_t end = slot->first + slot->count;
    if (c->state->next == end && status == OK) {
        window_pop(&c->window);
        return OK;
    }
    const int rank = slot->rank;
    if (rank == 0)
        return error_set(err, ERR_INTERNAL, "walks %llu to %llu are not all there",
                         (unsigned long long)slot->first, (unsigned long long)(end - 1));
    take_back(slot, c->state->next);
    return count_bad(c, rank, &why, err);
}

/* --- messages --- */

static enum status take_result(struct coordinator *c, int from, const struct buffer *message,
                               struct error *err)
{
    struct message_result result = {.epoch = 0};
    struct error why = {{0}};
    pieces_init(&result.pieces);
    struct peer *peer = &c->peers[from];
    enum status status = message_decode_result(c->run, message->text, message->length, &result, &why);
    struct slot *slot = NULL;
    if (status == ERR_DATA || result.epoch == c->epoch)
        peer->ahead -= peer->ahead > 0;
    if (status == OK && result.epoch == c->epoch) {
        slot = window_find(&c->window, from, result.first);
        /* No such range: it was taken back after a message that could not be read. */
        if (slot != NULL && (slot->count != result.count || result.max_steps != c->state->max_steps))
            status = error_set(&why, ERR_DATA, "a result: it is of another range than was asked for");
    }
    if (status == OK && slot != NULL) {
        note_speed(peer, slot->count, result.seconds);
        slot->pieces = result.pieces;
        slot->done = true;
        return OK;
    }
    pieces_release(&result.pieces);
    if (status != ERR_DATA)
        return status == OK ? OK : error_set(err, status, "%s", why.text);
    if (slot == NULL)
        slot = window_first_of(&c->window, from);
    if (slot != NULL)
        take_back(slot, slot->first);
    return count_bad(c, from, &why, err);
}

static enum status take_failure(struct coordinator *c, int from, const struct buffer *message,
                                struct error *err)
{
    enum status failure;
    char text[ERROR_TEXT_MAX];
    struct error why;
    if (message_decode_fail(message->text, message->length, &failure, text, &why) != OK)
        return count_bad(c, from, &why, err);
    return error_set(err, failure, "rank %d on %s: %.800s", from, c->config->hosts[from], text);
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
            c->config->busy[from] = bye.busy;
        }
        return OK;
    }
    /* After the end it may have been the goodbye. */
    if (c->dismissing)
        c->peers[from].gone = true;
    /* It may have been a result: the rank's first range is not waited for any longer. */
    struct slot *slot = window_first_of(&c->window, from);
    if (slot != NULL && from != 0) {
        take_back(slot, slot->first);
        c->peers[from].ahead -= c->peers[from].ahead > 0;
    }
    return count_bad(c, from, &why, err);
}

static enum status take_messages(struct coordinator *c, struct error *err)
{
    struct buffer message;
    buffer_init_limited(&message, MESSAGE_BYTES_MAX);
    const double now = clock_seconds();
    if (now - c->looked > HELD_UP_SECONDS) {
        for (int r = 0; r < c->config->ranks; r++)
            c->peers[r].heard = now;
    }
    c->looked = now;
    enum status status = OK;
    int from = 0;
    while (status == OK && from >= 0) {
        status = exchange_receive(c->config->exchange, &message, &from, err);
        if (status != OK || from < 0)
            break;
        c->peers[from].heard = now;
        fault_on_message(from, &message);
        status = take_message(c, from, &message, err);
    }
    buffer_release(&message);
    return status;
}

/* Speaks to ranks that were told nothing for a while. */
static enum status beat(struct coordinator *c, struct error *err)
{
    struct buffer message;
    buffer_init(&message);
    message_encode_beat(false, &message);
    enum status status = OK;
    for (int r = 1; r < c->config->ranks && status == OK; r++) {
        if (!c->peers[r].gone && c->looked - c->peers[r].spoke > BEAT_SECONDS)
            status = send(c, r, &message, err);
    }
    buffer_release(&message);
    return status;
}

/* ERR_IO when a rank has been silent for too long. */
static enum status watch(const struct coordinator *c, bool *ret_lost, struct error *err)
{
    for (int r = 1; r < c->config->ranks; r++) {
        const double silence = c->looked - c->peers[r].heard;
        if (c->peers[r].gone || silence <= c->config->silence_max)
            continue;
        *ret_lost = true;
        return error_set(err, ERR_IO, "rank %d on %s has not been heard of for %.0f s: it is dead or cut off",
                         r, c->config->hosts[r], silence);
    }
    return OK;
}

/* --- the run --- */

/* True when a time-out or a signal ends the run. */
static bool must_stop(struct coordinator *c, double seconds)
{
    if (c->signalled)
        stop_request(); /* whoever asks this rank shall know */
    if (stop_requested()) {
        c->state->stop = RUN_STOP_SIGNAL;
        return true;
    }
    if (c->run->timeout > 0 && seconds >= c->run->timeout) {
        c->state->stop = RUN_STOP_TIMEOUT;
        return true;
    }
    return false;
}

/* One turn: what came, what is merged, what goes out, a block of walks. */
static enum status turn(struct coordinator *c, bool *ret_lost, struct error *err)
{
    enum status status = take_messages(c, err);
    while (status == OK && c->window.count > 0 && window_at(&c->window, 0)->done &&
           !merge_is_over(c->run, c->state))
        status = merge_first(c, err);
    if (status != OK || merge_is_over(c->run, c->state))
        return status;
    status = assign_all(c, err);
    if (status == OK)
        status = beat(c, err);
    if (status == OK)
        status = watch(c, ret_lost, err);
    if (status != OK)
        return status;
    if (c->own == NULL)
        begin_own(c);
    if (c->own != NULL)
        return work(c, err);
    exchange_nap();
    return OK;
}

static enum status run_turns(struct coordinator *c, bool *ret_lost, struct error *err)
{
    const struct run_config *run = c->run;
    const double start = clock_seconds(), before = c->state->elapsed;
    while (!merge_is_over(run, c->state)) {
        const enum status status = turn(c, ret_lost, err);
        const double seconds = clock_seconds() - start;
        c->state->elapsed = before + seconds;
        if (status != OK)
            return status;
        if (merge_is_over(run, c->state))
            break;
        const bool stop = must_stop(c, seconds);
        if (run->on_progress != NULL &&
            run->on_progress(run->context, c->state, merge_share_done(run, c->state, seconds)) != OK)
            return ERR_STOPPED;
        if (stop)
            break;
    }
    return OK;
}

static bool all_gone(const struct coordinator *c)
{
    bool gone = true;
    for (int r = 1; r < c->config->ranks; r++)
        gone = gone && c->peers[r].gone;
    return gone;
}

/* Tells all ranks that the run is over and waits until each has said its last word. */
static enum status dismiss(struct coordinator *c, bool *ret_lost, struct error *err)
{
    struct buffer message;
    buffer_init(&message);
    message_encode_stop(&message);
    enum status status = OK;
    for (int r = 1; r < c->config->ranks && status == OK; r++)
        status = send(c, r, &message, err);
    buffer_release(&message);
    window_clear(&c->window); /* results that still come belong to no range */
    c->epoch++;
    c->dismissing = true;
    while (status == OK && (!all_gone(c) || !exchange_is_sent(c->config->exchange))) {
        /* What is wrong with a message matters no more; a rank that no longer speaks ends the waiting. */
        struct error ignored;
        (void)!take_messages(c, &ignored);
        status = watch(c, ret_lost, err);
        exchange_nap();
    }
    return status;
}

enum status coordinator_run(const struct coordinator_config *config, struct run_result *ret_result,
                            bool *ret_lost, struct error *err)
{
    struct coordinator c = {
        .config = config, .run = config->run, .state = ret_result, .looked = clock_seconds()};
    const size_t ranks = (size_t)config->ranks;
    *ret_lost = false;
    merge_begin(config->run, ret_result);
    c.cursor = ret_result->next;
    c.peers = mem_new(ranks, sizeof *c.peers);
    enum status status = walker_new(config->run, &c.walker, err);
    if (status == OK && (c.peers == NULL || window_init(&c.window, ranks * WINDOW_PER_RANK) != OK))
        status = error_memory(err, ranks * (sizeof *c.peers + WINDOW_PER_RANK * sizeof(struct slot)));
    if (status == OK) {
        for (size_t r = 0; r < ranks; r++)
            c.peers[r].heard = c.peers[r].spoke = c.looked;
        status = run_turns(&c, ret_lost, err);
    }
    if (c.peers != NULL && c.window.slots != NULL && !*ret_lost) {
        struct error later;
        const enum status last = dismiss(&c, ret_lost, status == OK ? err : &later);
        if (status == OK)
            status = last;
    }
    window_release(&c.window);
    walker_free(c.walker);
    mem_free(c.peers);
    return status;
}
