/* SPDX-License-Identifier: Apache-2.0 */
/* The fast exhaustive search of the DNS balancer: layers of cells of zones. See model/cells.h for the seam.
 *
 * A layer is all states of one progress (published plans and the deployers' counters, summed up); a cell
 * those of equal published and counters, sorted, which only a generate or an apply changes; a zone of a cell
 * those of equal present plans, root and rollback. What is left is which views are fresh: a zone is a vector
 * of distances, one byte for each set of fresh deployers. So most moves are one operation on a whole vector:
 *
 *   query      within the vector: to the set with one deployer more, at a distance of one more
 *   gc         to another zone of the cell, the vector plus one
 *   generate   the vector as it is, to the same zone of the cell with one plan more
 *   apply      the vector's least distance among the sets that hold the deployer goes to one place of a zone;
 *              the distances that queries reach from there are known in advance
 *
 * A byte is the distance minus the progress (every generate and apply adds one to both): the number of
 * queries and gcs on the shortest way, which stays small; 127 is no state. A cell is made from at most
 * deployers + 1 cells of the layer before, all read only, in a small hash table of its own.
 *
 * Counting without symmetry needs no search of its own: all arrangements of a cell's counters look alike.
 *
 * Covers instances with up to 52 plans, whose zones have keys of 64 bits, and without the property epoch5. */
#ifndef RACEWALK_MODEL_DNS_SWEEP_H
#define RACEWALK_MODEL_DNS_SWEEP_H

#include "model/cells.h"

extern const struct cell_kernel dns_cell_kernel;

#endif
