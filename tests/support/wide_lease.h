/* SPDX-License-Identifier: Apache-2.0 */
/* The lease lock beyond the limits of a model: from the first lease on, so many moves are enabled in each of
 * its states, and they weigh what they are told to. What the searches must say of it is the same for any
 * model. */
#ifndef RACEWALK_TESTS_WIDE_LEASE_H
#define RACEWALK_TESTS_WIDE_LEASE_H

#include "model/model.h"

struct wide_lease {
    size_t moves;    /* enabled in a state after the first lease; 0: as many as there are */
    uint32_t weight; /* of each of them; with keep_weights their own */
    bool keep_weights;
    bool counted; /* those past MOVES_MAX are counted, not written, as model_add_move does */
    size_t state_size, packed_words, atoms; /* 0: the lease lock's */
};

/* The class, which follows *wide from then on. One at a time. */
const struct model_class *wide_lease_class(const struct wide_lease *wide);

#endif
