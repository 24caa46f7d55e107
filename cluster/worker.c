#include "cluster/worker.h"

#include <string.h>

#include "base/stop.h"
#include "cluster/fault.h"
#include "cluster/message.h"

#define BEAT_SECONDS 1.0
/* Longer than this without looking around, and this process itself was held up: others may have spoken
 * meanwhile. */
#define HELD_UP_SECONDS 5.0
#define QUEUE_MAX       8 /* assignments; rank 0 keeps two there */

struct worker {
    const struct run_config *config;
    struct exchange *exchange;
    struct walker *walker;
    struct message_assign queue[QUEUE_MAX]; /* the first is being walked; their known shapes stand in known */
    size_t queue_count;
    struct walker_task task;
    bool walking;
    struct message_result result;
    uint64_t known[RUN_FINDINGS_MAX]; /* told by rank 0, or found here */
    size_t known_count;
    double heard, spoke; /* when */
    double busy;         /* seconds of walking in all */
    bool told_signal, over, failed;
};

static enum status send(struct worker *worker, const struct buffer *message, struct error *err)
{
    worker->spoke = clock_seconds();
    return exchange_send(worker->exchange, 0, message, err);
}

static enum status send_beat(struct worker *worker, struct error *err)
{
    struct buffer message;
    buffer_init(&message);
    message_encode_beat(stop_requested(), &message);
    const enum status status = send(worker, &message, err);
    buffer_release(&message);
    return status;
}

static void learn(struct worker *worker, uint64_t shape)
{
    for (size_t i = 0; i < worker->known_count; i++) {
        if (worker->known[i] == shape)
            return;
    }
    if (worker->known_count < RUN_FINDINGS_MAX)
        worker->known[worker->known_count++] = shape;
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
    for (size_t i = 0; i < assign.known_count; i++)
        learn(worker, assign.known[i]);
    drop_older(worker, assign.epoch);
    if (worker->queue_count == QUEUE_MAX || assign.count == 0)
        return error_set(err, ERR_DATA, "an assignment: there is no place for it");
    worker->queue[worker->queue_count++] = assign;
    return OK;
}

/* Messages from rank 0 are believed or end the job: without them this rank has nothing to do. */
static enum status take_message(struct worker *worker, const struct buffer *message, struct error *err)
{
    enum message_kind kind;
    const enum status status = message_kind_of(message->text, message->length, &kind, err);
    if (status != OK)
        return status;
    if (kind == MESSAGE_ASSIGN)
        return take_assign(worker, message, err);
    worker->over = worker->over || kind == MESSAGE_STOP;
    return OK;
}

static enum status look_around(struct worker *worker, double silence_max, struct error *err)
{
    struct buffer message;
    buffer_init(&message);
    const double now = clock_seconds();
    if (now - worker->spoke > HELD_UP_SECONDS)
        worker->heard = now;
    enum status status = OK;
    int from = 0;
    while (status == OK && from >= 0) {
        status = exchange_receive(worker->exchange, &message, &from, err);
        if (status == OK && from >= 0) {
            worker->heard = now;
            status = take_message(worker, &message, err);
        }
    }
    buffer_release(&message);
    if (status == OK && stop_requested() && !worker->told_signal) {
        worker->told_signal = true;
        status = send_beat(worker, err);
    }
    if (status == OK && now - worker->spoke > BEAT_SECONDS)
        status = send_beat(worker, err);
    if (status == OK && now - worker->heard > silence_max)
        status = error_set(err, ERR_IO, "rank 0 has not been heard of for %.0f s", now - worker->heard);
    return status;
}

static void begin_assignment(struct worker *worker)
{
    const struct message_assign *assign = &worker->queue[0];
    pieces_clear(&worker->result.pieces);
    worker->result.epoch = assign->epoch;
    worker->result.first = assign->first;
    worker->result.count = assign->count;
    worker->result.max_steps = assign->max_steps;
    worker->result.seconds = 0;
    worker->task.first = assign->first;
    worker->task.count = assign->count;
    worker->task.max_steps = assign->max_steps;
    worker->task.known_count = worker->known_count;
    memcpy(worker->task.known, worker->known, sizeof worker->known);
    /* All that the run looks for was found before this assignment. */
    if (worker->config->goal == RUN_SHAPES && worker->known_count >= worker->config->max_findings)
        worker->task.count = 0;
    worker->walking = true;
}

static enum status send_result(struct worker *worker, struct error *err)
{
    struct buffer message;
    buffer_init_limited(&message, MESSAGE_BYTES_MAX);
    enum status status = message_encode_result(worker->config, &worker->result, &message, err);
    if (status == OK)
        status = send(worker, &message, err);
    buffer_release(&message);
    /* Ranges come in ascending order, so that what this rank finds in one is known in those after it. */
    for (size_t i = 0; i < worker->task.known_count; i++)
        learn(worker, worker->task.known[i]);
    worker->walking = false;
    worker->queue_count--;
    memmove(&worker->queue[0], &worker->queue[1], worker->queue_count * sizeof worker->queue[0]);
    return status;
}

/* True when the range's last piece shortens the bound: nothing that was assigned behind it counts. */
static bool has_shorter(const struct worker *worker)
{
    const struct pieces *pieces = &worker->result.pieces;
    return worker->config->goal == RUN_SHORTEST && pieces->count > 0 &&
           pieces->list[pieces->count - 1].has_hit;
}

static enum status work(struct worker *worker, struct error *err)
{
    if (!worker->walking)
        begin_assignment(worker);
    enum status status = OK;
    if (worker->task.count > 0) {
        const double start = clock_seconds();
        status = walker_block(worker->walker, &worker->task, &worker->result.pieces, err);
        fault_after_block(clock_seconds() - start);
        worker->result.seconds += clock_seconds() - start;
        worker->busy += clock_seconds() - start;
    }
    const bool shorter = has_shorter(worker);
    if (status == OK && (worker->task.count == 0 || shorter))
        status = send_result(worker, err);
    if (shorter)
        worker->queue_count = 0;
    return status;
}

static enum status tell_failure(struct worker *worker, enum status failure, const struct error *why,
                                struct error *err)
{
    struct buffer message;
    buffer_init(&message);
    message_encode_fail(failure, why->text, &message);
    const enum status status = send(worker, &message, err);
    buffer_release(&message);
    worker->failed = true;
    worker->queue_count = 0;
    return status;
}

static enum status say_goodbye(struct worker *worker, double silence_max, struct error *err)
{
    const struct exchange_traffic *traffic = exchange_traffic(worker->exchange);
    const struct message_bye bye = {
        .messages = traffic->sent + 1, .bytes = traffic->sent_bytes, .busy = worker->busy};
    struct buffer message;
    buffer_init(&message);
    message_encode_bye(&bye, &message);
    const enum status status = send(worker, &message, err);
    buffer_release(&message);
    while (status == OK && !exchange_is_sent(worker->exchange)) {
        if (clock_seconds() - worker->spoke > silence_max)
            return error_set(err, ERR_IO, "rank 0 takes no message for %.0f s", silence_max);
        exchange_nap();
    }
    return status;
}

enum status worker_run(const struct run_config *config, struct exchange *exchange, double silence_max,
                       struct error *err)
{
    static struct worker worker; /* some 100 kB, and there is one */
    worker = (struct worker){
        .config = config, .exchange = exchange, .heard = clock_seconds(), .spoke = clock_seconds()};
    pieces_init(&worker.result.pieces);
    struct error why = {{0}};
    enum status failure = walker_new(config, &worker.walker, &why);
    enum status status = OK;
    while (status == OK && !worker.over) {
        if (failure != OK && !worker.failed)
            status = tell_failure(&worker, failure, &why, err);
        if (status == OK)
            status = look_around(&worker, silence_max, err);
        if (status != OK || worker.over)
            break;
        if (worker.queue_count > 0 && !worker.failed)
            failure = work(&worker, &why);
        else
            exchange_nap();
    }
    if (status == OK)
        status = say_goodbye(&worker, silence_max, err);
    pieces_release(&worker.result.pieces);
    walker_free(worker.walker);
    return status;
}
