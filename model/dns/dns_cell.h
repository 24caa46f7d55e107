/* SPDX-License-Identifier: Apache-2.0 */
/* The insides of the fast exhaustive search: model/dns/dns_sweep.c goes from layer to layer,
 * model/dns/dns_cell.c makes one cell. */
#ifndef RACEWALK_MODEL_DNS_CELL_H
#define RACEWALK_MODEL_DNS_CELL_H

#include <stdalign.h>

#include "model/dns/dns_state.h"
#include "model/dns/dns_vector.h"

#define DNS_SWEEP_PLANS_MAX 52 /* a zone's key has 64 bits: one for each plan, 6 each for root and rollback */
#define DNS_EXCESS_MAX      100 /* above, a byte might overflow in the next layer */
#define DNS_FIELD_BITS      6   /* of published and of each counter in a cell's key */

/* A cell is a key and its zones, one after the other in memory, each of 1 + words words:
 *
 *   cell key   | published | next[d-1] | … | next[0] |      DNS_FIELD_BITS each, next[0] lowest
 *
 *   zone 0     | zone key | vector: distances by set of fresh deployers |
 *   zone 1     | zone key | vector                                      |
 *   …
 *
 *   zone key   | rollback | root | present |                width, width and plans bits, present lowest
 *   vector     byte s is the excess distance of the state whose fresh deployers are the bits of s
 *
 * Bit i of present is plan i. In root and rollback the number of plans stands for the placeholder. */

struct dns_cell {
    uint64_t key; /* published, then the counters, smallest first: DNS_FIELD_BITS each, deployer 0 lowest */
    const uint64_t *zones; /* NULL: another process has them */
    size_t count;          /* of zones; before the cell is made: of those that it is made from */
};

struct dns_layer {
    struct dns_cell *cells; /* sorted by key */
    size_t count, capacity;
};

/* Zones that are finished, in blocks that go from layer to layer. */
struct dns_block {
    struct dns_block *next;
    size_t used, size; /* words */
    uint64_t words[];
};

/* What one thread writes. */
struct dns_maker {
    alignas(64) uint64_t *zones; /* of the cell that is being made */
    size_t count, capacity;      /* of zones */
    uint32_t *slots;             /* index of a zone + 1, or 0 */
    size_t slot_count;           /* in use: a power of two */
    size_t slot_capacity;
    uint32_t slot_shift;         /* 64 - log2(slot_count) */
    struct dns_block *blocks[2]; /* of the current layer, and of the planned one, by sweep->parity */
    struct dns_block *spare;
    struct sweep_tally tally;               /* of the planned layer's cells */
    uint64_t discard[1 + VECTOR_WORDS_MAX]; /* where zones go that do not fit into the memory */
    bool failed;
};

struct cell_sweep {
    const struct dns_model *model;
    struct cell_job job;
    uint32_t deployers, plans, width;
    uint32_t words; /* of a vector */
    uint64_t present_mask;
    struct dns_layer current, planned;
    size_t *current_first, *planned_first; /* job.ranks + 1: where the part of each rank begins */
    bool started;
    uint32_t layer;  /* the current one's progress */
    uint32_t parity; /* which of the makers' blocks are the current layer's */
    uint32_t limit;  /* the largest excess distance in the planned layer */
    double cells_done, cells_all;
    struct dns_maker *makers; /* job.threads */
    /* For the first c of the deployers 0..2 able to apply: what 8 sets of fresh deployers, given as bits,
     * have in queries and applies. */
    uint16_t moves_of[4][256];
    uint8_t sets_of[256]; /* their number; not every processor counts bits fast */
};

static inline uint32_t dns_cell_next(uint64_t key, uint32_t deployer)
{
    return (uint32_t)(key >> (DNS_FIELD_BITS * deployer)) & ((1U << DNS_FIELD_BITS) - 1);
}

static inline uint32_t dns_cell_published(const struct cell_sweep *sweep, uint64_t key)
{
    return (uint32_t)(key >> (DNS_FIELD_BITS * sweep->deployers));
}

static inline uint64_t dns_generate_unit(const struct cell_sweep *sweep)
{
    return UINT64_C(1) << (DNS_FIELD_BITS * sweep->deployers);
}

/* The cell of the layer with this key, or NULL. */
const struct dns_cell *dns_cell_find(const struct dns_layer *layer, uint64_t key);

/* Makes a planned cell on a thread of one's own: its zones go to the maker's blocks, its counts to the
 * maker's tally. ERR_MEMORY, ERR_INTERNAL as in model/cells.h. */
enum status dns_cell_make(struct cell_sweep *sweep, struct dns_maker *maker, struct dns_cell *cell);

/* Room for words in the blocks of the maker that are of this parity; NULL when the memory does not allow it.
 */
uint64_t *dns_maker_room(struct cell_sweep *sweep, struct dns_maker *maker, uint32_t parity, size_t words);

#endif
