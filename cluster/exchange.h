/* SPDX-License-Identifier: Apache-2.0 */
/* Messages between ranks. Nothing here waits: a send is only started, a receive takes a message that is there.
 * cluster/mpi_exchange.h does it by MPI; the tests have queues in memory. Main thread. */
#ifndef RACEWALK_CLUSTER_EXCHANGE_H
#define RACEWALK_CLUSTER_EXCHANGE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buffer.h"

struct exchange_traffic {
    uint64_t sent, sent_bytes, received, received_bytes;
};

struct exchange {
    /* Starts to send a copy of the message. ERR_MEMORY, ERR_IO. */
    enum status (*send)(struct exchange *exchange, int to, const struct buffer *message, struct error *err);
    /* Takes a message when there is one; *ret_from is -1 when there is none. A message that is too long gives
     * an empty one, which no decoder accepts. */
    enum status (*receive)(struct exchange *exchange, struct buffer *ret_message, int *ret_from,
                           struct error *err);
    /* True when all that was sent has left. */
    bool (*is_sent)(struct exchange *exchange);
    struct exchange_traffic traffic;
};

#endif
