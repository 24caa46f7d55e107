/* Other processes that carry out the same search in lock-step: how they talk to each other. The search knows
 * nothing of what is behind it (cluster/peers.h has MPI; the tests have threads of one process).
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
    enum status (*agree)(struct peers *peers, enum status status, struct error *err);
    /* Everybody's words to everybody: counts[r] of rank r, one after the other into all. */
    enum status (*gather)(struct peers *peers, const uint64_t *own, const size_t *counts, uint64_t *all,
                          struct error *err);
    /* Sends send_counts[r] words to rank r, and receives up to rooms[r] from it; in both arrays they stand
     * one after the other, in the one for what is received each where its room begins. Only those wait for
     * each other that have words, or room, for each other. */
    enum status (*exchange)(struct peers *peers, const uint64_t *send, const size_t *send_counts,
                            uint64_t *receive, const size_t *rooms, struct error *err);
    /* Rank 0's words to all. Waits for as long as files, or traces, may take. */
    enum status (*share)(struct peers *peers, uint64_t *words, size_t count, struct error *err);
    /* Local. Lets the others know that the search is to stop: some time later asked is true with them. */
    void (*ask)(struct peers *peers);
    /* Local. True once another process has asked, or is gone. To be called at least every few seconds, since
     * it tells the others that this process is alive. */
    bool (*asked)(struct peers *peers);
};

#endif
