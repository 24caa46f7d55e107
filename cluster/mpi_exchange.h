/* SPDX-License-Identifier: Apache-2.0 */
/* cluster/exchange.h over MPI, over a communicator of its own.
 *
 * A caller with nothing to do naps for a millisecond, since MPI's own waiting spins. All MPI is called by the
 * main thread (MPI_THREAD_FUNNELED). */
#ifndef RACEWALK_CLUSTER_MPI_EXCHANGE_H
#define RACEWALK_CLUSTER_MPI_EXCHANGE_H

#include <mpi.h>

#include "cluster/exchange.h"

/* Collective. Borrows the communicator, whose errors must return. */
enum status mpi_exchange_new(MPI_Comm comm, struct exchange **ret_exchange, struct error *err) WARN_UNUSED;
/* Local. Sends that are still under way are cancelled. NULL is fine. */
void mpi_exchange_free(struct exchange *exchange);

/* Collective, once nobody sends any more. Takes and throws away what nobody has received: some MPIs complain
 * about it when they are finalized. Gives up after so many seconds. NULL is fine. */
void mpi_exchange_drain(struct exchange *exchange, double seconds);

/* Local. Sleeps for a millisecond. */
void mpi_exchange_nap(void);
/* Local. Waits, with naps, for a collective operation that was started. False when it took more than so many
 * seconds of the time that this process was awake. */
bool mpi_exchange_wait(MPI_Request *request, double seconds) WARN_UNUSED;

#endif
