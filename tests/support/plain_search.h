/* SPDX-License-Identifier: Apache-2.0 */
/* A breadth-first search as plain as can be, to hold the real ones against: control states are kept as bytes
 * in a growing table, nothing is packed, sharded, layered or shared. */
#ifndef RACEWALK_TESTS_PLAIN_SEARCH_H
#define RACEWALK_TESTS_PLAIN_SEARCH_H

#include "model/model.h"

/* Counts the states up to max_steps from the initial one. terminal: states that hit any of the properties are
 * not expanded. Fails the running test when out of memory. */
struct sweep_tally plain_search(const struct model *model, uint32_t properties, bool symmetry, bool terminal,
                                uint32_t max_steps);

#endif
