/* Messages between ranks, over a communicator of their own.
 *
 * Nothing here waits: sends are started and looked after later, receives take what is there. Whoever has
 * nothing to do naps for a millisecond, since MPI's own waiting spins. All MPI is called by the main thread
 * (MPI_THREAD_FUNNELED). */
#ifndef RACEWALK_CLUSTER_EXCHANGE_H
#define RACEWALK_CLUSTER_EXCHANGE_H

#include <mpi.h>
#include <stdint.h>

#include "base/buffer.h"

struct exchange_traffic {
    uint64_t sent, sent_bytes, received, received_bytes;
};

struct exchange;

/* Collective. Borrows the communicator, whose errors must return. */
enum status exchange_new(MPI_Comm comm, struct exchange **ret_exchange, struct error *err) WARN_UNUSED;
/* Local. Sends that are still under way are cancelled. NULL is fine. */
void exchange_free(struct exchange *exchange);

/* Local. Starts to send a copy of the message. ERR_MEMORY, ERR_IO. */
enum status exchange_send(struct exchange *exchange, int to, const struct buffer *message,
                          struct error *err) WARN_UNUSED;
/* Local. Takes a message when there is one; *ret_from is -1 when there is none. A message that is too long
 * gives an empty one, which no decoder accepts. */
enum status exchange_receive(struct exchange *exchange, struct buffer *ret_message, int *ret_from,
                             struct error *err) WARN_UNUSED;
/* Local. True when all that was sent has left. */
bool exchange_is_sent(struct exchange *exchange);
/* Collective, once nobody sends any more. Takes and throws away what nobody has received: some MPIs complain
 * about it when they are finalized. Gives up after so many seconds. */
void exchange_drain(struct exchange *exchange, double seconds);
/* Local. Sleeps for a millisecond. */
void exchange_nap(void);
/* Local. Waits for a collective operation that was started, napping; false when it took longer than so many
 * seconds. */
bool exchange_wait(MPI_Request *request, double seconds) WARN_UNUSED;

const struct exchange_traffic *exchange_traffic(const struct exchange *exchange);

#endif
