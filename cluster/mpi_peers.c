/* SPDX-License-Identifier: Apache-2.0 */
#include "cluster/mpi_peers.h"

#include <assert.h>
#include <limits.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/memory.h"
#include "base/stop.h"
#include "cluster/heartbeat.h"
#include "cluster/message.h"
#include "cluster/mpi_exchange.h"

#define BEAT_SECONDS 0.5
#define POLL_SECONDS 0.01 /* between two looks for messages while waiting */
/* What is waited for mostly comes at once. Then a nap, so that a rank that waits leaves its processor to
 * whoever has work; where there are more ranks than processors, soon. */
#define SPIN_SECONDS         2e-3
#define SPIN_SECONDS_CROWDED 2e-5
#define NAP_NANOSECONDS      100000
/* Files and traces may take so many times as long as anything else. */
#define PATIENCE 10
/* Words that one MPI message holds at most: its counts are ints. */
#define MESSAGE_WORDS ((size_t)1 << 27)

struct mpi_peers {
    struct peers peers; /* first */
    struct mpi_peers_config config;
    MPI_Comm comm; /* of what travels */
    MPI_Comm control_comm;
    struct exchange *control; /* that somebody is alive, or wants to stop */
    struct exchange_traffic traffic;
    double spin;
    double next_beat, next_poll;
    char reason[128]; /* why a rank was given up; empty: none was */
    struct heartbeat heartbeat;
    bool cancels;      /* this rank has told, or heard and passed on, that the search is to stop */
    bool is_cancelled; /* another one has */
    MPI_Request *requests;
    MPI_Status *statuses; /* of an exchange's requests */
    size_t request_capacity, status_capacity;
    int *counts, *offsets; /* by rank */
};

static struct mpi_peers *of(struct peers *peers)
{
    return (struct mpi_peers *)(void *)peers;
}

static enum status lose(struct mpi_peers *self, struct error *err, const char *what)
{
    self->peers.lost = *self->config.lost = true;
    return error_set(err, ERR_IO, "%s", what);
}

/* What is said when a rank is gone already. */
static enum status is_lost(struct mpi_peers *self, struct error *err)
{
    return lose(self, err, self->reason[0] != '\0' ? self->reason : "another rank is gone");
}

/* --- alive, and stopping --- */

/* False when it could not be sent: then the next beat will do. */
static bool tell(struct mpi_peers *self, int to, bool stop)
{
    struct buffer message;
    buffer_init(&message);
    message_encode_beat(stop, &message);
    const bool sent = self->control->send(self->control, to, &message, NULL) == OK;
    buffer_release(&message);
    return sent;
}

/* Rank 0 speaks to all, the others to rank 0. */
static bool tell_all(struct mpi_peers *self, bool stop)
{
    const int ranks = (int)self->peers.ranks;
    bool sent = true;
    for (int to = 0; to < (self->peers.rank == 0 ? ranks : 1); to++) {
        if (to != (int)self->peers.rank)
            sent = tell(self, to, stop) && sent;
    }
    self->next_beat = clock_seconds() + BEAT_SECONDS;
    return sent;
}

static void cancel(struct peers *peers)
{
    struct mpi_peers *self = of(peers);
    self->cancels = self->cancels || tell_all(self, true);
}

static void take_message(struct mpi_peers *self, struct buffer *message, int from)
{
    enum message_kind kind;
    bool stop = false;
    assert(from >= 0 && from < (int)self->peers.ranks && from != (int)self->peers.rank);
    fault_on_message(self->config.fault, from, message);
    heartbeat_hear(&self->heartbeat, from);
    if (message_kind_of(message->text, message->length, &kind, NULL) != OK || kind != MESSAGE_BEAT ||
        message_decode_beat(message->text, message->length, &stop, NULL) != OK)
        ++*self->config.bad;
    self->is_cancelled = self->is_cancelled || stop;
}

static void poll(struct mpi_peers *self)
{
    struct buffer message;
    int from = 0;
    buffer_init(&message);
    heartbeat_look(&self->heartbeat, clock_seconds());
    while (self->control->receive(self->control, &message, &from, NULL) == OK && from >= 0)
        take_message(self, &message, from);
    buffer_release(&message);
    if (self->is_cancelled && self->peers.rank == 0)
        cancel(&self->peers); /* passed on to all */
    const double now = clock_seconds();
    if (now >= self->next_beat)
        (void)tell_all(self, self->cancels || stop_requested());
    self->next_poll = now + POLL_SECONDS;
}

/* True when a rank was not heard of for too long, which is then the reason. To be called after poll. */
static bool misses_somebody(struct mpi_peers *self, double patience)
{
    for (int rank = 0; rank < (self->peers.rank == 0 ? (int)self->peers.ranks : 1); rank++) {
        if (rank == (int)self->peers.rank || heartbeat_silence(&self->heartbeat, rank) <= patience)
            continue;
        (void)snprintf(self->reason, sizeof self->reason, "rank %d on %s has not been heard of for %.0f s",
                       rank, self->config.hosts[rank], heartbeat_silence(&self->heartbeat, rank));
        return true;
    }
    return false;
}

static bool cancelled(struct peers *peers)
{
    struct mpi_peers *self = of(peers);
    fault_after_block(self->config.fault, 0);
    poll(self);
    if (misses_somebody(self, self->config.silence_max))
        (void)is_lost(self, NULL);
    return self->is_cancelled || peers->lost;
}

/* --- waiting --- */

static enum status failed(struct mpi_peers *self, const char *doing, int code, struct error *err)
{
    char text[MPI_MAX_ERROR_STRING];
    int length = 0;
    self->peers.lost = *self->config.lost = true;
    if (MPI_Error_string(code, text, &length) != MPI_SUCCESS)
        length = 0;
    return error_set(err, ERR_IO, "MPI: %s failed: %.*s", doing, length, text);
}

static enum status wait(struct mpi_peers *self, MPI_Request *requests, size_t count, double patience,
                        struct error *err)
{
    const double start = clock_seconds();
    for (;;) {
        int done = 0;
        const int code = MPI_Testall((int)count, requests, &done,
                                     requests == self->requests ? self->statuses : MPI_STATUSES_IGNORE);
        if (code != MPI_SUCCESS)
            return failed(self, "talking to the other ranks", code, err);
        if (done != 0)
            return OK;
        const double now = clock_seconds();
        if (now >= self->next_poll) {
            poll(self);
            if (misses_somebody(self, patience))
                return is_lost(self, err);
        }
        if (now - start < self->spin)
            (void)sched_yield();
        else
            (void)nanosleep(&(struct timespec){.tv_nsec = NAP_NANOSECONDS}, NULL);
    }
}

static void note_traffic(struct mpi_peers *self, size_t sent, size_t received)
{
    self->traffic.sent += sent > 0;
    self->traffic.sent_bytes += sent * sizeof(uint64_t);
    self->traffic.received += received > 0;
    self->traffic.received_bytes += received * sizeof(uint64_t);
}

/* --- what travels --- */

static enum status allreduce(struct peers *peers, enum status status, struct error *err)
{
    struct mpi_peers *self = of(peers);
    const double patience = self->config.silence_max * PATIENCE;
    struct {
        int value, rank;
    } own = {.value = (int)status, .rank = (int)peers->rank}, worst = own;
    MPI_Request request;
    if (*self->config.lost)
        return status != OK ? status : is_lost(self, err);
    /* The worst is the largest; of several the lowest rank's message serves. */
    int code = MPI_Iallreduce(&own, &worst, 1, MPI_2INT, MPI_MAXLOC, self->comm, &request);
    if (code != MPI_SUCCESS)
        return failed(self, "an allreduce", code, err);
    enum status waited = wait(self, &request, 1, patience, err);
    note_traffic(self, 1, 1);
    if (waited == OK)
        heartbeat_hear_all(&self->heartbeat); /* whatever they did before, and for how long */
    if (waited != OK || worst.value == OK)
        return waited;
    char text[ERROR_TEXT_MAX] = "";
    if ((int)peers->rank == worst.rank && err != NULL)
        memcpy(text, err->text, sizeof text);
    code = MPI_Ibcast(text, sizeof text, MPI_BYTE, worst.rank, self->comm, &request);
    if (code != MPI_SUCCESS)
        return failed(self, "an allreduce", code, err);
    waited = wait(self, &request, 1, patience, err);
    if (waited != OK)
        return waited;
    text[sizeof text - 1] = '\0';
    return worst.rank == 0 ? error_set(err, (enum status)worst.value, "%s", text)
                           : error_set(err, (enum status)worst.value, "rank %d on %s: %.900s", worst.rank,
                                       self->config.hosts[worst.rank], text);
}

static enum status allgather(struct peers *peers, const uint64_t *own, const size_t *counts, uint64_t *all,
                             struct error *err)
{
    struct mpi_peers *self = of(peers);
    MPI_Request request;
    size_t offset = 0;
    if (*self->config.lost)
        return is_lost(self, err);
    for (uint32_t rank = 0; rank < peers->ranks; rank++) {
        self->counts[rank] = (int)counts[rank];
        self->offsets[rank] = (int)offset;
        offset += counts[rank];
    }
    if (offset > INT_MAX)
        return error_set(err, ERR_INTERNAL, "%zu words are too many for one message", offset);
    const int code = MPI_Iallgatherv(own, self->counts[peers->rank], MPI_UINT64_T, all, self->counts,
                                     self->offsets, MPI_UINT64_T, self->comm, &request);
    if (code != MPI_SUCCESS)
        return failed(self, "an allgather", code, err);
    note_traffic(self, counts[peers->rank], offset - counts[peers->rank]);
    return wait(self, &request, 1, self->config.silence_max, err);
}

/* Starts what goes to, or comes from, one rank. */
static enum status start(struct mpi_peers *self, uint64_t *words, size_t count, int rank, bool sends,
                         size_t *request_count, struct error *err)
{
    assert(rank >= 0 && rank < (int)self->peers.ranks);
    while (count > 0) {
        const size_t some = count < MESSAGE_WORDS ? count : MESSAGE_WORDS;
        void *requests = self->requests, *statuses = self->statuses;
        const size_t want = *request_count + 1;
        if (mem_reserve(&requests, &self->request_capacity, want, sizeof *self->requests) != OK)
            return lose(self, err, "there is no memory left to talk to the other ranks with");
        self->requests = requests;
        if (mem_reserve(&statuses, &self->status_capacity, want, sizeof *self->statuses) != OK)
            return lose(self, err, "there is no memory left to talk to the other ranks with");
        self->statuses = statuses;
        MPI_Request *request = &self->requests[(*request_count)++];
        const int code = sends ? MPI_Isend(words, (int)some, MPI_UINT64_T, rank, 0, self->comm, request)
                               : MPI_Irecv(words, (int)some, MPI_UINT64_T, rank, 0, self->comm, request);
        if (code != MPI_SUCCESS)
            return failed(self, sends ? "sending" : "receiving", code, err);
        words += some;
        count -= some;
    }
    return OK;
}

static enum status alltoallv(struct peers *peers, const uint64_t *send, const size_t *send_counts,
                             uint64_t *receive, const size_t *rooms, struct error *err)
{
    struct mpi_peers *self = of(peers);
    size_t requests = 0, receives = 0;
    enum status status = *self->config.lost ? is_lost(self, err) : OK;
    for (uint32_t rank = 0; rank < peers->ranks && status == OK; rank++) {
        status = start(self, receive, rooms[rank], (int)rank, false, &requests, err);
        receive = rooms[rank] > 0 ? receive + rooms[rank] : receive;
    }
    receives = requests;
    for (uint32_t rank = 0; rank < peers->ranks && status == OK; rank++) {
        /* MPI only reads what it sends. */
        uint64_t *words = (uint64_t *)(uintptr_t)send;
        status = start(self, words, send_counts[rank], (int)rank, true, &requests, err);
        send = send_counts[rank] > 0 ? send + send_counts[rank] : send;
        note_traffic(self, send_counts[rank], 0);
    }
    if (status == OK)
        status = wait(self, self->requests, requests, self->config.silence_max, err);
    for (size_t i = 0; i < receives && status == OK; i++) {
        int count = 0;
        if (MPI_Get_count(&self->statuses[i], MPI_UINT64_T, &count) == MPI_SUCCESS && count > 0)
            note_traffic(self, 0, (size_t)count);
    }
    return status;
}

static enum status broadcast(struct peers *peers, uint64_t *words, size_t count, struct error *err)
{
    struct mpi_peers *self = of(peers);
    MPI_Request request;
    assert(count <= INT_MAX);
    if (*self->config.lost)
        return is_lost(self, err);
    const int code = MPI_Ibcast(words, (int)count, MPI_UINT64_T, 0, self->comm, &request);
    if (code != MPI_SUCCESS)
        return failed(self, "a broadcast", code, err);
    note_traffic(self, peers->rank == 0 ? count : 0, peers->rank == 0 ? 0 : count);
    return wait(self, &request, 1, self->config.silence_max * PATIENCE, err);
}

/* --- making and freeing --- */

enum status mpi_peers_new(const struct mpi_peers_config *config, struct mpi_peers **ret_peers,
                          struct error *err)
{
    struct mpi_peers *self = mem_new(1, sizeof *self);
    int rank = 0, ranks = 1;
    if (self == NULL)
        return error_memory(err, sizeof *self);
    self->config = *config;
    if (MPI_Comm_rank(config->comm, &rank) != MPI_SUCCESS ||
        MPI_Comm_size(config->comm, &ranks) != MPI_SUCCESS ||
        MPI_Comm_dup(config->comm, &self->comm) != MPI_SUCCESS ||
        MPI_Comm_dup(config->comm, &self->control_comm) != MPI_SUCCESS) {
        mem_free(self);
        return error_set(err, ERR_INTERNAL, "MPI gives no communicator");
    }
    self->peers = (struct peers){.rank = (uint32_t)rank,
                                 .ranks = (uint32_t)ranks,
                                 .neighbours = (uint32_t)config->neighbours,
                                 .allreduce = allreduce,
                                 .allgather = allgather,
                                 .alltoallv = alltoallv,
                                 .broadcast = broadcast,
                                 .cancel = cancel,
                                 .cancelled = cancelled};
    self->spin = config->neighbours <= config->processors ? SPIN_SECONDS : SPIN_SECONDS_CROWDED;
    self->counts = mem_new(2 * (size_t)ranks, sizeof *self->counts);
    if (heartbeat_init(&self->heartbeat, ranks, clock_seconds()) != OK || self->counts == NULL) {
        mpi_peers_free(self);
        return error_memory(err, (size_t)ranks * (sizeof(double) + 2 * sizeof *self->counts));
    }
    self->offsets = self->counts + ranks;
    const enum status status = mpi_exchange_new(self->control_comm, &self->control, err);
    if (status == OK)
        *ret_peers = self;
    else
        mpi_peers_free(self);
    return status;
}

void mpi_peers_free(struct mpi_peers *peers)
{
    if (peers == NULL)
        return;
    if (!*peers->config.lost)
        mpi_exchange_drain(peers->control, peers->config.silence_max);
    mpi_exchange_free(peers->control);
    heartbeat_release(&peers->heartbeat);
    mem_free(peers->counts);
    mem_free(peers->requests);
    mem_free(peers->statuses);
    if (!*peers->config.lost) {
        (void)MPI_Comm_free(&peers->comm);
        (void)MPI_Comm_free(&peers->control_comm);
    }
    mem_free(peers);
}

struct peers *mpi_peers_interface(struct mpi_peers *peers)
{
    return &peers->peers;
}

const char *mpi_peers_reason(const struct mpi_peers *peers)
{
    return peers->reason;
}

const struct exchange_traffic *mpi_peers_traffic(const struct mpi_peers *peers)
{
    return &peers->traffic;
}
