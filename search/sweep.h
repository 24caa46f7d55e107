/* SPDX-License-Identifier: Apache-2.0 */
/* The general exhaustive search of any model, from its interface alone: what every fast kernel is tested
 * against.
 *
 * States are swept in layers of equal progress, lowest first. Once all layers below are done, the distances
 * with which their moves led into a layer are right, and moves inside a layer add one each; so a layer is
 * settled in order of distance, and each state is expanded once, with its shortest distance. What lies below
 * the current layer is forgotten (see model/cells.h for the paper), unless the sweep retains it for a trace.
 * A model without progress, or a sweep that does not use it, has one layer: then this is the plain
 * breadth-first search with a hash set of all states, or of their fingerprints; only the states of the
 * current distance and the next one are then kept.
 *
 * States belong to shards by their hash. A round has two parts: all threads expand states and put the
 * successors into boxes, one for each shard; then each shard is given its boxes by one thread. So the sets
 * need no locks, the counts do not depend on the number of threads, and between two rounds the sweep may be
 * saved.
 *
 * Several processes may share a sweep (config.peers), each with shards of its own: 64 of them can take part,
 * any others look on. A round then has a third part between the two, in which the boxes of other processes'
 * shards are sent to these. Between rounds all agree on how to go on, so that all are always in the same
 * step.
 *
 * Main thread; uses OpenMP inside. */
#ifndef RACEWALK_SEARCH_SWEEP_H
#define RACEWALK_SEARCH_SWEEP_H

#include "search/peers.h"
#include "search/successors.h"
#include "search/visited.h"

#define SWEEP_SHARDS    64
#define SWEEP_EDGES_MAX ((size_t)1 << 20) /* that one thread may note */

enum sweep_stop {
    SWEEP_EXHAUSTED, /* nothing is left within the bound on steps */
    SWEEP_ASKED,     /* on_round said so */
    SWEEP_MEMORY     /* the budget or the system did not allow another state */
};

struct sweep;

struct sweep_config {
    const struct model *model;
    uint32_t properties;
    uint32_t max_steps; /* at most DISTANCE_MAX; farther states are left out, those at it are not expanded */
    uint32_t max_progress; /* layers above are left out; UINT32_MAX: none */
    int threads;
    bool symmetry;
    bool layered;      /* use the model's progress, if it has one */
    bool tighten;      /* a hit lowers max_steps to its distance */
    bool terminal;     /* states that hit a property are not expanded */
    bool edges;        /* note every move into a state that hits a property from one that does not */
    bool retain;       /* keep the layers below, or all states of fingerprints, as far as the memory allows */
    bool fingerprints; /* keep 64 bits of each state, which may miss some; there are no layers then */
    struct budget *budget; /* borrowed */
    struct peers *peers; /* borrowed; NULL: alone. With several there are no edges, and nothing is retained */
    void *context;
    /* Called between rounds; false stops the sweep, which can be saved, or run on when it is alone. NULL is
     * fine. */
    bool (*on_round)(void *context, struct sweep *sweep);
    /* Is asked between rounds, of several processes that of rank 0, and then saves with all of them. NULL is
     * fine. */
    bool (*save_due)(void *context);
    enum status (*save)(void *context, struct sweep *sweep);
};

/* All states of one progress. */
struct sweep_layer {
    uint32_t progress;
    struct visited shards[SWEEP_SHARDS];
};

/* A move into a state that hits properties. */
struct sweep_edge {
    uint32_t length; /* distance of the state before it, plus one */
    uint32_t properties;
    const uint64_t *from, *to; /* packed */
};

/* Collective: all have a sweep, or none. Stands at the initial state. ERR_MEMORY, with what peers fail with.
 */
enum status sweep_new(const struct sweep_config *config, struct sweep **ret_sweep,
                      struct error *err) WARN_UNUSED;
void sweep_free(struct sweep *sweep);

/* Goes on until it stops. ERR_INTERNAL when the model breaks its promise about progress or distances
 * overflow. Collective: all stop at the same point, for the same reason; a failure is one's own,
 * or that of save. */
enum status sweep_run(struct sweep *sweep, enum sweep_stop *ret_stop, struct error *err) WARN_UNUSED;

/* What was counted so far, with all peers: of the others states and transitions up to the last round, the
 * rest when it was stopped or saved. */
struct sweep_tally sweep_counts(const struct sweep *sweep);
/* Progress of the current layer, and the distance that is being expanded. */
void sweep_position(const struct sweep *sweep, uint32_t *ret_progress, uint32_t *ret_distance);
/* The smallest (visited_compare) of the states that hit property at its shortest distance; NULL when none
 * does. */
const uint64_t *sweep_shortest_state(const struct sweep *sweep, uint32_t property);

/* The edges, sorted by length, then by the two states; valid until the sweep is freed. *ret_dropped is set
 * when there were more than SWEEP_EDGES_MAX. The caller frees the array with mem_free. ERR_MEMORY. */
enum status sweep_edges(const struct sweep *sweep, struct sweep_edge **ret_edges, size_t *ret_count,
                        bool *ret_dropped, struct error *err) WARN_UNUSED;

/* The layer of a progress, or NULL: not kept, or empty. Distances in it may have DISTANCE_DONE set, and of
 * fingerprints' states some or all may not be kept. */
const struct sweep_layer *sweep_layer(const struct sweep *sweep, uint32_t progress);
/* The layers have a progress below this. */
uint32_t sweep_layer_end(const struct sweep *sweep);

/* Gives back the memory of all layers; what was counted and the edges stay, and the sweep cannot go on. */
void sweep_forget(struct sweep *sweep);

/* Writes what a new sweep of the same configuration needs to go on from here. Between rounds, and after a
 * stop. Of several processes each writes a part, which one after the other by rank are the whole, and all
 * read the whole. */
enum status sweep_save(struct sweep *sweep, struct word_sink *sink, struct error *err) WARN_UNUSED;
/* Reads it into a sweep that has not run. ERR_DATA, ERR_MEMORY; then the sweep can only be freed. */
enum status sweep_load(struct sweep *sweep, struct word_source *source, struct error *err) WARN_UNUSED;

#endif
