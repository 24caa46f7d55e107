/* SPDX-License-Identifier: Apache-2.0 */
/* The processes of an exhaustive search as ranks of an MPI job: search/peers.h over MPI.
 *
 * Words travel by non-blocking operations; a rank that waits for them tests them and naps in turn, since MPI's
 * own waiting spins. Meanwhile each rank and rank 0 send each other heartbeats twice a second. A rank on which
 * the search is stopped tells rank 0 at once, and rank 0 tells all. A rank that waits gives the job up when
 * rank 0 is silent for too long, and rank 0 does so when any rank is. All MPI is called by the main thread
 * (MPI_THREAD_FUNNELED). */
#ifndef RACEWALK_CLUSTER_MPI_PEERS_H
#define RACEWALK_CLUSTER_MPI_PEERS_H

#include <mpi.h>

#include "cluster/exchange.h"
#include "cluster/fault.h"
#include "search/peers.h"

struct mpi_peers_config {
    MPI_Comm comm; /* whose errors return; two of the same ranks are made of it */
    int neighbours;
    int processors;          /* that they share */
    double silence_max;      /* seconds after which a rank is given up */
    const char (*hosts)[64]; /* of each rank, for messages; borrowed */
    struct fault *fault;     /* on purpose; borrowed */
    bool *lost;              /* set when a rank was given up */
    uint64_t *bad;           /* messages dropped, counted live */
};

struct mpi_peers;

/* Collective. */
enum status mpi_peers_new(const struct mpi_peers_config *config, struct mpi_peers **ret_peers,
                          struct error *err) WARN_UNUSED;
/* Collective, unless a rank was lost. NULL is fine. */
void mpi_peers_free(struct mpi_peers *peers);

struct peers *mpi_peers_interface(struct mpi_peers *peers);
/* Which rank was given up, and why, as a line of text; empty: none. */
const char *mpi_peers_reason(const struct mpi_peers *peers);
/* What this rank has sent and received: each operation is one message each way for each rank that it talked
 * to, a collective one is one message each way. */
const struct exchange_traffic *mpi_peers_traffic(const struct mpi_peers *peers);

#endif
