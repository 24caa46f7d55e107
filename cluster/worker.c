/* SPDX-License-Identifier: Apache-2.0 */
#include "cluster/worker.h"

#include <assert.h>
#include <string.h>

#include "base/memory.h"
#include "cluster/heartbeat.h"
#include "cluster/message.h"

#define QUEUE_MAX 8 /* assignments; rank 0 keeps two there */

/* A shape and the walk from which on it is known: rank 0 has merged it, or this rank has found it in earlier
 * walks. The number is needed for backups: their range may lie before ranges that this rank has walked, and a
 * hit there must not count as known because of a later one. */
struct known_shape {
    uint64_t id, since;
};

struct worker {
    const struct run_config *config;
    const struct process *process;
    struct walker *walker;
    struct message_range queue[QUEUE_MAX]; /* the first is being walked */
    size_t queue_count;
    struct walker_task task;
    size_t told_count; /* of task.known, when it began */
    bool walking;
    struct message_result result;
    struct known_shape known[RUN_FINDINGS_MAX];
    size_t known_count;
    struct heartbeat heartbeat; /* of rank 0 */
    double spoke;               /* when; on the process's clock */
    double busy;                /* seconds of walking in all */
    bool told_signal;
    bool failed;  /* rank 0 was told so, and is waited for */
    bool dismiss; /* rank 0 has said that the run is over */
    bool leaving; /* the goodbye is on its way */
    double left;  /* when it was sent; on the heartbeat's clock */
    enum status outcome;
    struct error why;
};

static double clock_of(const struct worker *worker)
{
    return worker->process->clock(worker->process->context);
}

static enum status send(struct worker *worker, const struct buffer *message, struct error *err)
{
    struct exchange *exchange = worker->process->exchange;
    worker->spoke = clock_of(worker);
    return exchange->send(exchange, 0, message, err);
}

static enum status send_beat(struct worker *worker, struct error *err)
{
    struct buffer message;
    buffer_init(&message);
    message_encode_beat(worker->told_signal, &message);
    const enum status status = send(worker, &message, err);
    buffer_release(&message);
    return status;
}

/* --- messages --- */

static void learn(struct worker *worker, uint64_t shape, uint64_t since)
{
    for (size_t i = 0; i < worker->known_count; i++) {
        struct known_shape *known = &worker->known[i];
        if (known->id == shape) {
            known->since = since < known->since ? since : known->since;
            return;
        }
    }
    if (worker->known_count < RUN_FINDINGS_MAX)
        worker->known[worker->known_count++] = (struct known_shape){.id = shape, .since = since};
}

/* Drops assignments with an older bound, the one that is being walked included. */
static void drop_older(struct worker *worker, uint64_t epoch)
{
    size_t kept = 0;
    for (size_t i = 0; i < worker->queue_count; i++) {
        if (worker->queue[i].epoch < epoch && i == 0)
            worker->walking = false;
        if (worker->queue[i].epoch >= epoch)
            worker->queue[kept++] = worker->queue[i];
    }
    worker->queue_count = kept;
}

static enum status take_assign(struct worker *worker, const struct buffer *message, struct error *err)
{
    struct message_assign assign;
    const enum status status = message_decode_assign(message->text, message->length, &assign, err);
    if (status != OK)
        return status;
    /* Rank 0 assigns nothing that lies before what it has merged. */
    for (size_t i = 0; i < assign.known_count; i++)
        learn(worker, assign.known[i], 0);
    drop_older(worker, assign.range.epoch);
    if (worker->queue_count == QUEUE_MAX || assign.range.count == 0)
        return error_set(err, ERR_DATA, "an assignment: there is no place for it");
    worker->queue[worker->queue_count++] = assign.range;
    return OK;
}

static enum status take_message(struct worker *worker, const struct buffer *message, struct error *err)
{
    enum message_kind kind;
    bool signalled;
    const enum status status = message_kind_of(message->text, message->length, &kind, err);
    if (status != OK)
        return status;
    switch (kind) {
    case MESSAGE_ASSIGN:
        return take_assign(worker, message, err);
    case MESSAGE_BEAT:
        return message_decode_beat(message->text, message->length, &signalled, err);
    case MESSAGE_STOP:
        worker->dismiss = true;
        return OK;
    case MESSAGE_RESULT:
    case MESSAGE_FAIL:
    case MESSAGE_BYE:
        break;
    }
    return error_set(err, ERR_DATA, "a message: only rank 0 is told this");
}

/* Reads all messages that came. ERR_DATA when one is not right: it may have been an assignment, so this rank
 * cannot go on. */
static enum status take_messages(struct worker *worker, struct error *err)
{
    struct exchange *exchange = worker->process->exchange;
    struct buffer message;
    buffer_init(&message);
    enum status status = OK;
    int from = 0;
    while (status == OK) {
        status = exchange->receive(exchange, &message, &from, err);
        if (status != OK || from < 0)
            break;
        heartbeat_hear_all(&worker->heartbeat);
        fault_on_message(worker->process->fault, from, &message);
        status = take_message(worker, &message, err);
        if (status == ERR_DATA)
            (void)error_prefix(err, status, "a message from rank 0 is not right: ");
    }
    buffer_release(&message);
    return status;
}

/* ERR_IO: rank 0 cannot be reached. */
static enum status look_around(struct worker *worker, struct error *err)
{
    const double now = clock_of(worker);
    heartbeat_look(&worker->heartbeat, now);
    enum status status = take_messages(worker, err);
    const bool signalled = worker->process->stop_requested(worker->process->context);
    if (status == OK && ((signalled && !worker->told_signal) || now - worker->spoke > HEARTBEAT_SECONDS)) {
        worker->told_signal = signalled;
        status = send_beat(worker, err);
    }
    const double silence = heartbeat_silence(&worker->heartbeat, 0);
    if (status == OK && silence > worker->process->silence_max)
        status = error_set(err, ERR_IO, "rank 0 has not been heard of for %.0f s", silence);
    return status;
}

/* --- walking --- */

/* The next assignment is walked with what is known before it. */
static void begin_assignment(struct worker *worker)
{
    const struct message_range *range = &worker->queue[0];
    assert(!worker->walking && worker->queue_count > 0 && range->count > 0);
    struct walker_task *task = &worker->task;
    pieces_clear(&worker->result.pieces);
    worker->result.range = *range;
    worker->result.seconds = 0;
    task->first = range->first;
    task->count = range->count;
    task->max_steps = range->max_steps;
    task->known_count = 0;
    for (size_t i = 0; i < worker->known_count; i++) {
        if (worker->known[i].since <= range->first)
            task->known[task->known_count++] = worker->known[i].id;
    }
    worker->told_count = task->known_count;
    /* All that the run looks for was found before this assignment. */
    if (worker->config->goal == RUN_SHAPES && task->known_count >= worker->config->max_findings)
        task->count = 0;
    worker->walking = true;
}

/* True when the range's last piece makes the bound tighter. Then ranges assigned after this one do not count. */
static bool has_shorter(const struct worker *worker)
{
    const struct pieces *pieces = &worker->result.pieces;
    return worker->config->goal == RUN_SHORTEST && pieces->count > 0 &&
           pieces->list[pieces->count - 1].has_hit;
}

/* The first assignment is done, and with a shorter bound also those of later walks. */
static void drop_done(struct worker *worker)
{
    assert(worker->walking && worker->queue_count > 0);
    const bool shorter = has_shorter(worker);
    const uint64_t first = worker->queue[0].first;
    size_t kept = 0;
    for (size_t i = 1; i < worker->queue_count; i++) {
        if (!shorter || worker->queue[i].first < first)
            worker->queue[kept++] = worker->queue[i];
    }
    worker->queue_count = kept;
    worker->walking = false;
}

static enum status send_result(struct worker *worker, struct error *err)
{
    assert(worker->walking && worker->result.range.first == worker->queue[0].first);
    struct buffer message;
    buffer_init_limited(&message, MESSAGE_BYTES_MAX);
    enum status status = message_encode_result(worker->config, &worker->result, &message, err);
    if (status == OK)
        status = send(worker, &message, err);
    buffer_release(&message);
    const struct message_range *range = &worker->result.range;
    for (size_t i = worker->told_count; i < worker->task.known_count; i++)
        learn(worker, worker->task.known[i], range->first + range->count);
    drop_done(worker);
    return status;
}

static enum status work(struct worker *worker, struct error *err)
{
    if (!worker->walking)
        begin_assignment(worker);
    enum status status = OK;
    if (worker->task.count > 0) {
        const double start = clock_of(worker);
        status = walker_block(worker->walker, &worker->task, &worker->result.pieces, err);
        fault_after_block(worker->process->fault, clock_of(worker) - start);
        const double seconds = clock_of(worker) - start;
        worker->result.seconds += seconds;
        worker->busy += seconds;
    }
    if (status == OK && (worker->task.count == 0 || has_shorter(worker)))
        status = send_result(worker, err);
    return status;
}

/* --- the end --- */

static enum turn leave_unheard(struct worker *worker, enum status status)
{
    assert(status != OK);
    worker->outcome = status;
    return TURN_OVER;
}

/* Tells rank 0 that this rank cannot go on, which ends the run, and waits to be dismissed. After a second
 * failure it waits no longer. */
static enum turn fail(struct worker *worker, enum status failure)
{
    struct buffer message;
    if (worker->failed) {
        worker->dismiss = true;
        return TURN_WORKED;
    }
    buffer_init(&message);
    message_encode_fail(failure, worker->why.text, &message);
    const enum status status = send(worker, &message, &worker->why);
    buffer_release(&message);
    worker->failed = true;
    return status == OK ? TURN_WORKED : leave_unheard(worker, status);
}

static enum turn say_goodbye(struct worker *worker)
{
    assert(!worker->leaving && worker->dismiss);
    const struct exchange_traffic *traffic = &worker->process->exchange->traffic;
    const struct message_bye bye = {
        .messages = traffic->sent + 1, .bytes = traffic->sent_bytes, .busy = worker->busy};
    struct buffer message;
    buffer_init(&message);
    message_encode_bye(&bye, &message);
    const enum status status = send(worker, &message, &worker->why);
    buffer_release(&message);
    worker->leaving = true;
    worker->left = worker->heartbeat.clock.seconds;
    return status == OK ? TURN_WORKED : leave_unheard(worker, status);
}

static enum turn wait_until_sent(struct worker *worker)
{
    assert(worker->leaving);
    struct exchange *exchange = worker->process->exchange;
    heartbeat_look(&worker->heartbeat, clock_of(worker));
    if (exchange->is_sent(exchange))
        return TURN_OVER;
    const double since = worker->heartbeat.clock.seconds - worker->left;
    if (since <= worker->process->silence_max)
        return TURN_IDLE;
    return leave_unheard(worker,
                         error_set(&worker->why, ERR_IO, "rank 0 takes no message for %.0f s", since));
}

/* --- turns --- */

enum turn worker_turn(struct worker *worker)
{
    if (worker->leaving)
        return wait_until_sent(worker);
    if (worker->dismiss)
        return say_goodbye(worker);
    if (worker->walker == NULL && !worker->failed)
        return fail(worker, ERR_MEMORY);
    enum status status = look_around(worker, &worker->why);
    if (status == ERR_IO)
        return leave_unheard(worker, status);
    if (status == OK && (worker->failed || worker->dismiss || worker->queue_count == 0))
        return TURN_IDLE;
    if (status == OK)
        status = work(worker, &worker->why);
    return status == OK ? TURN_WORKED : fail(worker, status);
}

enum status worker_new(const struct run_config *config, const struct process *process,
                       struct worker **ret_worker, struct error *err)
{
    assert(process->exchange != NULL && process->silence_max > 0);
    struct worker *worker = mem_new(1, sizeof *worker);
    if (worker == NULL)
        return error_memory(err, sizeof *worker);
    worker->config = config;
    worker->process = process;
    worker->spoke = process->clock(process->context);
    pieces_init(&worker->result.pieces);
    if (heartbeat_init(&worker->heartbeat, 1, worker->spoke) != OK) {
        worker_free(worker);
        return error_memory(err, sizeof *worker->heartbeat.heard);
    }
    /* When that fails there is no walker, and rank 0 is told so. */
    (void)!walker_new(config, &worker->walker, &worker->why);
    *ret_worker = worker;
    return OK;
}

void worker_free(struct worker *worker)
{
    if (worker == NULL)
        return;
    pieces_release(&worker->result.pieces);
    heartbeat_release(&worker->heartbeat);
    walker_free(worker->walker);
    mem_free(worker);
}

enum status worker_end(const struct worker *worker, struct error *err)
{
    assert(worker->leaving || worker->outcome != OK);
    if (worker->outcome != OK && err != NULL)
        *err = worker->why;
    return worker->outcome;
}
