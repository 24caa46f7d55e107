/* SPDX-License-Identifier: Apache-2.0 */
/* Walks ranges of samples on all threads. The result is a list of pieces, in order of the sample.
 *
 * A piece is a sequence of walks with their tally. A piece ends at a walk whose hit may matter to the run: one
 * with a shape that the task did not know, or, in a search for the shortest trace, any hit, since the walks
 * after it have a tighter bound. A hit of a known shape is only counted. So the caller merges pieces in order,
 * can stop after any of them, and has then counted exactly the walks up to there. One machine and many nodes
 * differ only in who walks which range.
 *
 * Main thread; uses OpenMP inside. */
#ifndef RACEWALK_SEARCH_WALKER_H
#define RACEWALK_SEARCH_WALKER_H

#include <stdbool.h>

#include "search/runner.h"

struct piece {
    uint64_t first, count;
    struct walk_tally tally;
    struct run_shape *shapes; /* RUN_SHAPES: the hits by shape, the last walk's included; owned */
    size_t shape_count, shape_capacity;
    uint64_t lengths[RUN_LENGTHS]; /* as in run_result */
    bool has_hit;
    struct walk_hit hit; /* of the last walk */
};

/* In order and without gaps. Each but the last ends with a hit. */
struct pieces {
    struct piece *list;
    size_t count, capacity;
};

void pieces_init(struct pieces *pieces);
/* Empty and reusable. */
void pieces_clear(struct pieces *pieces);
void pieces_release(struct pieces *pieces);
/* A new piece at the end, which starts at first; NULL when out of memory. */
struct piece *pieces_add(struct pieces *pieces, uint64_t first) WARN_UNUSED;
/* Counts hits of a shape in a piece. ERR_MEMORY. */
enum status piece_count_shape(struct piece *piece, uint64_t id, uint64_t hits) WARN_UNUSED;

/* What is still to be walked, and which shapes are known; the walker keeps it up to date. */
struct walker_task {
    uint64_t first, count; /* count 0: nothing is left, or nothing more can matter */
    uint32_t max_steps;    /* the bound of the next walk */
    uint64_t known[RUN_FINDINGS_MAX];
    size_t known_count;
};

/* The task of all that is left of a run. */
void walker_task_init(struct walker_task *task, const struct run_config *config,
                      const struct run_result *state);

struct walker;

/* Borrows the config. */
enum status walker_new(const struct run_config *config, struct walker **ret_walker,
                       struct error *err) WARN_UNUSED;
/* NULL is fine. */
void walker_free(struct walker *walker);

/* Walks a part of the task that takes some 50 ms and appends its pieces. ERR_MEMORY. */
enum status walker_block(struct walker *walker, struct walker_task *task, struct pieces *pieces,
                         struct error *err) WARN_UNUSED;

#endif
