/* SPDX-License-Identifier: Apache-2.0 */
#include "search/peers.h"

#include <assert.h>
#include <string.h>

static enum status allreduce(struct peers *peers, enum status status, struct error *err)
{
    (void)peers, (void)err;
    return status;
}

static enum status allgather(struct peers *peers, const uint64_t *own, const size_t *counts, uint64_t *all,
                             struct error *err)
{
    (void)peers, (void)err;
    memcpy(all, own, counts[0] * sizeof *all);
    return OK;
}

static enum status alltoallv(struct peers *peers, const uint64_t *send, const size_t *send_counts,
                             uint64_t *receive, const size_t *rooms, struct error *err)
{
    (void)peers, (void)err;
    assert(send_counts[0] <= rooms[0]);
    if (send_counts[0] > 0)
        memcpy(receive, send, send_counts[0] * sizeof *receive);
    return OK;
}

static enum status broadcast(struct peers *peers, uint64_t *words, size_t count, struct error *err)
{
    (void)peers, (void)words, (void)count, (void)err;
    return OK;
}

static void cancel(struct peers *peers)
{
    (void)peers;
}

static bool cancelled(struct peers *peers)
{
    (void)peers;
    return false;
}

struct peers *peers_alone(void)
{
    static struct peers alone = {.rank = 0,
                                 .ranks = 1,
                                 .neighbours = 1,
                                 .allreduce = allreduce,
                                 .allgather = allgather,
                                 .alltoallv = alltoallv,
                                 .broadcast = broadcast,
                                 .cancel = cancel,
                                 .cancelled = cancelled};
    return &alone;
}

enum status peers_broadcast_bytes(struct peers *peers, void *bytes, size_t size, struct error *err)
{
    uint64_t words[PEERS_BYTES_MAX / sizeof(uint64_t)] = {0};
    assert(size <= sizeof words);
    memcpy(words, bytes, size);
    const enum status status =
        peers->broadcast(peers, words, (size + sizeof *words - 1) / sizeof *words, err);
    if (status == OK)
        memcpy(bytes, words, size);
    return status;
}
