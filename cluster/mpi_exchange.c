/* SPDX-License-Identifier: Apache-2.0 */
#include "cluster/mpi_exchange.h"

#include <assert.h>
#include <string.h>
#include <time.h>

#include "base/memory.h"
#include "base/stop.h"
#include "cluster/heartbeat.h"
#include "cluster/message.h"

enum { TAG = 1 };

struct outgoing {
    MPI_Request request;
    char *bytes; /* owned */
};

/* A message that has begun to come. A long one comes piece by piece, as far as its sender looks after it:
 * nobody must wait for that. */
struct incoming {
    MPI_Request request;
    char *bytes; /* owned */
    int length, from;
};

struct mpi_exchange {
    struct exchange exchange; /* first */
    MPI_Comm comm;
    struct outgoing *out;
    size_t out_count, out_capacity;
    struct incoming *in; /* in the order in which they began */
    size_t in_count, in_capacity;
};

static struct mpi_exchange *of(struct exchange *exchange)
{
    return (struct mpi_exchange *)(void *)exchange;
}

static enum status mpi_failed(const char *doing, int code, struct error *err)
{
    char text[MPI_MAX_ERROR_STRING];
    int length = 0;
    if (MPI_Error_string(code, text, &length) != MPI_SUCCESS)
        length = 0;
    return error_set(err, ERR_IO, "MPI: %s failed: %.*s", doing, length, text);
}

static bool is_sent(struct exchange *exchange)
{
    struct mpi_exchange *self = of(exchange);
    size_t kept = 0;
    for (size_t i = 0; i < self->out_count; i++) {
        int done = 0;
        if (MPI_Test(&self->out[i].request, &done, MPI_STATUS_IGNORE) != MPI_SUCCESS || done != 0)
            mem_free(self->out[i].bytes);
        else
            self->out[kept++] = self->out[i];
    }
    self->out_count = kept;
    return kept == 0;
}

static enum status send(struct exchange *exchange, int to, const struct buffer *message, struct error *err)
{
    struct mpi_exchange *self = of(exchange);
    const enum status status = buffer_status(message, err);
    if (status != OK)
        return status;
    assert(message->length > 0 && to >= 0);
    if (message->length > MESSAGE_BYTES_MAX)
        return error_set(err, ERR_INTERNAL, "a message of %zu bytes is too long", message->length);
    void *out = self->out;
    char *bytes = mem_new(message->length, 1);
    if (bytes == NULL ||
        mem_reserve(&out, &self->out_capacity, self->out_count + 1, sizeof *self->out) != OK) {
        mem_free(bytes);
        return error_memory(err, message->length);
    }
    self->out = out;
    memcpy(bytes, message->text, message->length);
    struct outgoing *slot = &self->out[self->out_count];
    slot->bytes = bytes;
    const int code = MPI_Isend(bytes, (int)message->length, MPI_BYTE, to, TAG, self->comm, &slot->request);
    if (code != MPI_SUCCESS) {
        mem_free(bytes);
        return mpi_failed("sending", code, err);
    }
    self->out_count++;
    exchange->traffic.sent++;
    exchange->traffic.sent_bytes += message->length;
    (void)is_sent(exchange);
    return OK;
}

/* Takes a message off the queue without looking at it. */
static enum status discard(struct mpi_exchange *self, int from, struct error *err)
{
    char nothing[1];
    const int code = MPI_Recv(nothing, 0, MPI_BYTE, from, TAG, self->comm, MPI_STATUS_IGNORE);
    int class = MPI_SUCCESS;
    if (code != MPI_SUCCESS)
        (void)MPI_Error_class(code, &class);
    return class == MPI_SUCCESS || class == MPI_ERR_TRUNCATE ? OK : mpi_failed("receiving", code, err);
}

/* Begins to receive a message that is there; *ret_from is its sender when it is too long, and gone already.
 */
static enum status begin_receive(struct mpi_exchange *self, const MPI_Status *about, int length,
                                 int *ret_from, struct error *err)
{
    const int from = about->MPI_SOURCE;
    self->exchange.traffic.received++;
    self->exchange.traffic.received_bytes += length > 0 ? (uint64_t)length : 0;
    if (length <= 0 || (size_t)length > MESSAGE_BYTES_MAX) {
        *ret_from = from;
        return discard(self, from, err);
    }
    void *in = self->in;
    if (mem_reserve(&in, &self->in_capacity, self->in_count + 1, sizeof *self->in) != OK)
        return error_memory(err, sizeof *self->in);
    self->in = in;
    struct incoming *slot = &self->in[self->in_count];
    *slot = (struct incoming){.bytes = mem_new((size_t)length, 1), .length = length, .from = from};
    if (slot->bytes == NULL)
        return error_memory(err, (size_t)length);
    const int code = MPI_Irecv(slot->bytes, length, MPI_BYTE, from, TAG, self->comm, &slot->request);
    if (code != MPI_SUCCESS) {
        mem_free(slot->bytes);
        return mpi_failed("receiving", code, err);
    }
    self->in_count++;
    return OK;
}

/* True when an earlier message of the same rank is still coming: they are taken in order. */
static bool has_to_wait(const struct mpi_exchange *self, size_t i)
{
    for (size_t before = 0; before < i; before++) {
        if (self->in[before].from == self->in[i].from)
            return true;
    }
    return false;
}

/* Takes the first message that has come wholly; *ret_from stays -1 when there is none. */
static enum status take_complete(struct mpi_exchange *self, struct buffer *ret_message, int *ret_from,
                                 struct error *err)
{
    for (size_t i = 0; i < self->in_count; i++) {
        struct incoming *slot = &self->in[i];
        int done = 0;
        if (has_to_wait(self, i))
            continue;
        const int code = MPI_Test(&slot->request, &done, MPI_STATUS_IGNORE);
        if (code != MPI_SUCCESS)
            return mpi_failed("receiving", code, err);
        if (done == 0)
            continue;
        *ret_from = slot->from;
        buffer_append(ret_message, slot->bytes, (size_t)slot->length);
        mem_free(slot->bytes);
        memmove(slot, slot + 1, (--self->in_count - i) * sizeof *slot);
        return buffer_status(ret_message, err);
    }
    return OK;
}

static enum status receive(struct exchange *exchange, struct buffer *ret_message, int *ret_from,
                           struct error *err)
{
    struct mpi_exchange *self = of(exchange);
    int there = 1;
    *ret_from = -1;
    buffer_clear(ret_message);
    if (self->out_count > 0)
        (void)is_sent(exchange);
    enum status status = take_complete(self, ret_message, ret_from, err);
    while (status == OK && *ret_from < 0 && there != 0) {
        int length = 0;
        MPI_Status about;
        int code = MPI_Iprobe(MPI_ANY_SOURCE, TAG, self->comm, &there, &about);
        if (code == MPI_SUCCESS && there != 0)
            code = MPI_Get_count(&about, MPI_BYTE, &length);
        if (code != MPI_SUCCESS)
            return mpi_failed("looking for messages", code, err);
        if (there == 0)
            break;
        status = begin_receive(self, &about, length, ret_from, err);
        if (status == OK && *ret_from < 0)
            status = take_complete(self, ret_message, ret_from, err);
    }
    return status;
}

void mpi_exchange_nap(void)
{
    (void)nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
}

bool mpi_exchange_wait(MPI_Request *request, double seconds)
{
    struct awake_clock clock;
    int done = 0;
    awake_clock_start(&clock, clock_seconds());
    while (MPI_Test(request, &done, MPI_STATUS_IGNORE) == MPI_SUCCESS && done == 0) {
        if (awake_clock_look(&clock, clock_seconds()) > seconds)
            return false;
        mpi_exchange_nap();
    }
    return done != 0;
}

void mpi_exchange_drain(struct exchange *exchange, double seconds)
{
    struct awake_clock clock;
    struct buffer message;
    MPI_Request barrier;
    int all_there = 0, from = 0;
    if (exchange == NULL || MPI_Ibarrier(of(exchange)->comm, &barrier) != MPI_SUCCESS)
        return;
    awake_clock_start(&clock, clock_seconds());
    buffer_init(&message);
    while ((all_there == 0 || from >= 0 || of(exchange)->in_count > 0) &&
           awake_clock_look(&clock, clock_seconds()) < seconds) {
        if (receive(exchange, &message, &from, NULL) != OK ||
            (all_there == 0 && MPI_Test(&barrier, &all_there, MPI_STATUS_IGNORE) != MPI_SUCCESS))
            break;
        if (from < 0)
            mpi_exchange_nap();
    }
    buffer_release(&message);
}

enum status mpi_exchange_new(MPI_Comm comm, struct exchange **ret_exchange, struct error *err)
{
    struct mpi_exchange *self = mem_new(1, sizeof *self);
    if (self == NULL)
        return error_memory(err, sizeof *self);
    self->exchange = (struct exchange){.send = send, .receive = receive, .is_sent = is_sent};
    self->comm = comm;
    *ret_exchange = &self->exchange;
    return OK;
}

void mpi_exchange_free(struct exchange *exchange)
{
    if (exchange == NULL)
        return;
    struct mpi_exchange *self = of(exchange);
    /* What could not be sent or received by now never will be; its bytes stay allocated, since MPI may still
     * use them. */
    for (size_t i = 0; i < self->out_count; i++) {
        (void)MPI_Cancel(&self->out[i].request);
        (void)MPI_Request_free(&self->out[i].request);
    }
    for (size_t i = 0; i < self->in_count; i++) {
        (void)MPI_Cancel(&self->in[i].request);
        (void)MPI_Request_free(&self->in[i].request);
    }
    mem_free(self->out);
    mem_free(self->in);
    mem_free(self);
}
