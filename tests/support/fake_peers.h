/* SPDX-License-Identifier: Apache-2.0 */
/* Processes that are threads of one: search/peers.h without MPI, so that the searches that share can be
 * tested against all instances, and under the sanitizers. */
#ifndef TESTS_SUPPORT_FAKE_PEERS_H
#define TESTS_SUPPORT_FAKE_PEERS_H

#include "search/peers.h"

#define FAKE_RANKS_MAX 80

/* Calls work once for each rank, each on a thread of its own, and returns when all have. */
void fake_peers_run(uint32_t ranks, void (*work)(struct peers *peers, void *context), void *context);

/* The nth letter (1 is the next) that one process posts to another arrives with this word damaged, if it has
 * so many; 0: none. */
void fake_peers_damage(size_t nth, size_t word);

#endif
