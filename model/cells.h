/* SPDX-License-Identifier: Apache-2.0 */
/* What an exhaustive search counts, and a model's own fast kernel for it: a sweep of layers that are cut into
 * cells.
 *
 * Where a measure exists that no move lowers (model_class.progress), the states can be searched layer by
 * layer, a layer being all states of one value, and only the layers that moves still lead into are kept: the
 * sweep-line method (Christensen, Kristensen, Mailund, "A sweep-line method for state space exploration",
 * TACAS 2001). The general sweep is in search/sweep.h. A kernel here cuts each layer into cells, so that
 * every cell is made from cells of the layer before it alone: cells of one layer are independent work for
 * threads, each small enough for a cache.
 *
 *   layer n      | cell | cell | cell | cell | …      current: complete, only read
 *                     \  /  \    /  \     |
 *   layer n + 1    | cell | cell | cell | …           planned: each made by one thread, from the cells above it
 *
 * For each layer the search calls plan, then make once for each planned cell, then commit or abandon. It
 * calls make on any of its threads, the others on its main thread. The outcome does not depend on which thread
 * makes which cell.
 *
 * Several processes may share a sweep. Each knows the keys and sizes of all cells of the current layer, and
 * has the contents of its own part, which is contiguous in the order of the keys. All plan the same cells and
 * cut them into the same parts. Then each sends the others those of its current cells from which they make
 * their parts, makes its own part, and commits when it knows the sizes of all cells. */
#ifndef RACEWALK_MODEL_CELLS_H
#define RACEWALK_MODEL_CELLS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/budget.h"
#include "model/kernel.h"

#define DISTANCE_NONE UINT32_MAX /* no state; no bound */

/* What a search of states counts. Each reachable state is counted once, with its shortest distance from the
 * initial one. */
struct sweep_tally {
    uint64_t states;
    uint64_t transitions; /* moves that are enabled and not idle, from all states that were expanded */
    uint32_t diameter;    /* the largest distance */
    uint32_t shortest[PROPERTIES_MAX]; /* the smallest distance of a state that hits the property, or
                                          DISTANCE_NONE */
    bool bounded;                      /* a state was not expanded because of max_steps */
};

static inline struct sweep_tally sweep_tally_none(void)
{
    struct sweep_tally tally = {0};
    for (uint32_t p = 0; p < PROPERTIES_MAX; p++)
        tally.shortest[p] = DISTANCE_NONE;
    return tally;
}

static inline void sweep_tally_add(struct sweep_tally *sum, const struct sweep_tally *part)
{
    sum->states += part->states;
    sum->transitions += part->transitions;
    sum->diameter = part->diameter > sum->diameter ? part->diameter : sum->diameter;
    sum->bounded = sum->bounded || part->bounded;
    for (uint32_t p = 0; p < PROPERTIES_MAX; p++)
        sum->shortest[p] = part->shortest[p] < sum->shortest[p] ? part->shortest[p] : sum->shortest[p];
}

/* Counts as words, for files and other processes. */
enum { SWEEP_TALLY_WORDS = 4 + PROPERTIES_MAX };

static inline void sweep_tally_write(const struct sweep_tally *tally, uint64_t words[SWEEP_TALLY_WORDS])
{
    words[0] = tally->states;
    words[1] = tally->transitions;
    words[2] = tally->diameter;
    words[3] = tally->bounded;
    for (uint32_t p = 0; p < PROPERTIES_MAX; p++)
        words[4 + p] = tally->shortest[p];
}

/* False when the words are no counts. */
static inline bool sweep_tally_read(const uint64_t words[SWEEP_TALLY_WORDS], struct sweep_tally *ret_tally)
{
    for (size_t i = 2; i < SWEEP_TALLY_WORDS; i++) {
        if (words[i] > UINT32_MAX)
            return false;
    }
    *ret_tally = (struct sweep_tally){.states = words[0],
                                      .transitions = words[1],
                                      .diameter = (uint32_t)words[2],
                                      .bounded = words[3] != 0};
    for (uint32_t p = 0; p < PROPERTIES_MAX; p++)
        ret_tally->shortest[p] = (uint32_t)words[4 + p];
    return true;
}

struct cell_job {
    uint32_t properties; /* bit p: property p is looked at */
    bool symmetry;       /* states are counted up to the model's symmetry */
    uint32_t threads;
    struct budget *budget; /* borrowed: all memory is taken from it */
    uint32_t rank, ranks;  /* of the processes that share the sweep: 0 of 1 when it is alone */
};

/* How the search writes and reads a sweep's layer in words; read is ERR_DATA when there are no more. */
struct word_sink {
    enum status (*write)(struct word_sink *sink, const uint64_t *words, size_t count, struct error *err);
};
struct word_source {
    enum status (*read)(struct word_source *source, uint64_t *words, size_t count, struct error *err);
    /* Words that are left: a count that was read and exceeds them is wrong. */
    uint64_t (*left)(struct word_source *source);
};

struct model;
struct cell_sweep; /* a kernel's own */

struct cell_kernel {
    /* For people: which instances and properties the kernel covers ("up to 52 leases, without fencing"), and how
     * many times as fast as the general sweep it is, as measured. */
    const char *serves;
    uint32_t times_as_fast;
    /* False when the kernel does not know this model's instance or these properties. */
    bool (*covers)(const struct model *model);
    /* A new sweep, before its initial layer. ERR_MEMORY. */
    enum status (*sweep_new)(const struct model *model, const struct cell_job *job,
                             struct cell_sweep **ret_sweep, struct error *err);
    void (*sweep_free)(struct cell_sweep *sweep);
    /* Prepares the next layer, without its states that are farther away than max_steps. Sets the number of its
     * cells; 0: there is no further layer. ERR_MEMORY leaves the sweep as it was. */
    enum status (*plan)(struct cell_sweep *sweep, uint32_t max_steps, size_t *ret_cell_count);
    /* The parts of the planned cells: rank r makes ret_first[r] .. ret_first[r + 1] - 1. */
    void (*parts)(const struct cell_sweep *sweep, size_t *ret_first);
    /* How many words this process must send to each rank, and receive from it, before it can make cells. */
    void (*traffic)(const struct cell_sweep *sweep, size_t *ret_send, size_t *ret_receive);
    /* Writes what must be sent to a rank; reads what a rank has sent. ERR_DATA when that is not what it must
     * be, ERR_MEMORY. */
    enum status (*pack)(const struct cell_sweep *sweep, uint32_t to, struct word_sink *sink,
                        struct error *err);
    enum status (*unpack)(struct cell_sweep *sweep, uint32_t from, struct word_source *source,
                          struct error *err);
    /* Makes one planned cell. ERR_MEMORY: past the budget. ERR_INTERNAL: the kernel's numbers are too small for
     * this instance, and the general sweep must be used from the start. */
    enum status (*make)(struct cell_sweep *sweep, size_t cell, uint32_t thread);
    /* Adds to tally what the cells made here count, and writes their sizes, in order. */
    void (*count)(const struct cell_sweep *sweep, struct sweep_tally *tally, uint64_t *ret_sizes);
    /* The planned layer becomes the current one. sizes: of all of its cells, whoever made them. */
    void (*commit)(struct cell_sweep *sweep, const uint64_t *sizes);
    /* Forgets the planned layer, whether its cells were made or not. */
    void (*abandon)(struct cell_sweep *sweep);
    /* The current layer's number, and about how much of the whole sweep is done with it, 0..1. */
    uint32_t (*layer)(const struct cell_sweep *sweep, double *ret_done);
    /* Writes the current layer; reads it into a new sweep. Of several processes each writes its part. The
     * parts in order of rank are the whole layer, and each process must read all of it. ERR_DATA when the
     * words are not such a layer. */
    enum status (*save)(const struct cell_sweep *sweep, struct word_sink *sink, struct error *err);
    enum status (*load)(struct cell_sweep *sweep, struct word_source *source, struct error *err);
};

#endif
