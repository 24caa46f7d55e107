/* SPDX-License-Identifier: Apache-2.0 */
/* The processes that carry out the same search in lock-step: how they talk to each other. The search knows
 * nothing of what is behind it (cluster/mpi_peers.h has MPI; the tests have threads of one process). A
 * process that searches alone is one of one.
 *
 * All functions are collective unless they say otherwise: every process calls the same ones in the same
 * order. A failure that is not the caller's own, ERR_IO, means that another process is gone; then the search
 * ends everywhere, and nothing collective may be called any more. Main thread. */
#ifndef RACEWALK_SEARCH_PEERS_H
#define RACEWALK_SEARCH_PEERS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/status.h"

struct peers {
    uint32_t rank, ranks; /* 0 .. ranks - 1 */
    uint32_t neighbours;  /* processes that share this one's memory, itself included */
    bool lost;            /* another process is gone */
    /* The worst status of all, with its message. Waits for as long as files may take. */
    enum status (*allreduce)(struct peers *peers, enum status status, struct error *err);
    /* Everybody's words to everybody: counts[r] of rank r, one after the other into all. */
    enum status (*allgather)(struct peers *peers, const uint64_t *own, const size_t *counts, uint64_t *all,
                             struct error *err);
    /* Sends send_counts[r] words to rank r, and receives up to rooms[r] words from it. In both arrays the
     * words of one rank stand behind those of the rank before it; those received begin where the rank's room
     * begins. Two processes wait for each other only when one has words, or room, for the other. */
    enum status (*alltoallv)(struct peers *peers, const uint64_t *send, const size_t *send_counts,
                             uint64_t *receive, const size_t *rooms, struct error *err);
    /* Rank 0's words to all. Waits for as long as files, or traces, may take. */
    enum status (*broadcast)(struct peers *peers, uint64_t *words, size_t count, struct error *err);
    /* Local. Lets the others know that the search is to stop: some time later cancelled is true with them. */
    void (*cancel)(struct peers *peers);
    /* Local. True once another process has cancelled the search, and when one is gone: then lost is true,
     * too, and the next collective function says which. Must be called at least every few seconds, since it
     * is the heartbeat that tells the others that this process is alive. */
    bool (*cancelled)(struct peers *peers);
};

/* A process that searches alone, in which everybody is rank 0. Nothing that it does can fail. */
struct peers *peers_alone(void);

/* Collective. Rank 0's bytes, PEERS_BYTES_MAX at most, to all: they run the same program, so that plain bytes
 * serve. */
#define PEERS_BYTES_MAX 1024
enum status peers_broadcast_bytes(struct peers *peers, void *bytes, size_t size,
                                  struct error *err) WARN_UNUSED;

#endif
