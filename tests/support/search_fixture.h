/* SPDX-License-Identifier: Apache-2.0 */
/* What tests of the exhaustive search share: a folder for checkpoints, a plain configuration, comparing. */
#ifndef RACEWALK_TESTS_SEARCH_FIXTURE_H
#define RACEWALK_TESTS_SEARCH_FIXTURE_H

#include "model/dns/dns_state.h"
#include "search/explore.h"

/* The two invariants of the DNS balancer, by bit. */
#define INVARIANTS ((1U << DNS_NO_INCONSISTENT_ROOT) | (1U << DNS_NO_INCONSISTENT_ROLLBACK))

/* A folder of the test program, and the name of the checkpoint in it. For cmocka's group: made, and removed.
 */
extern char fixture_dir[];
extern char fixture_checkpoint[];
int fixture_make_dir(void **unused);
int fixture_remove_dir(void **unused);

/* Everything is looked at, with symmetry, in up to 1 GB. */
struct explore_config fixture_config(const struct model *model, uint32_t properties,
                                     enum explore_engine engine, int threads);
/* Explores, or fails the test. */
struct explore_result fixture_explore(const struct explore_config *config);

void fixture_assert_same_counts(const struct sweep_tally *a, const struct sweep_tally *b);

/* The class with a kernel of cells whose numbers are too small for every instance. kernel and class are the
 * caller's, and live as long as the model that is given them. */
void fixture_make_overflowing(struct cell_kernel *kernel, struct model_class *class);

#endif
