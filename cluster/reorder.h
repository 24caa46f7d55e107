/* SPDX-License-Identifier: Apache-2.0 */
/* A reorder buffer: the ranges that were handed out and are not merged yet, in order of the sample. Results
 * come in any order; the owner merges them in this one.
 *
 *     merged | done | rank 3, backup 5 | done | done | rank 1 | rank 2 | not handed out yet
 *              ^ 0    ^ 1: overdue                               ^ count - 1
 *
 * Each range begins where the one before it ends. Owner only. */
#ifndef RACEWALK_CLUSTER_REORDER_H
#define RACEWALK_CLUSTER_REORDER_H

#include "search/walker.h"

#define REORDER_NOBODY (-1)

/* A range: handed out to a rank, and once it is done with its pieces. */
struct range {
    uint64_t first, count;
    int rank;     /* that walks it, or has walked it */
    int backup;   /* a second one, since the first takes too long; REORDER_NOBODY: none */
    double since; /* when it was handed out */
    bool done;
    struct pieces pieces; /* owned */
};

struct reorder_buffer {
    struct range *ranges; /* a ring; owned */
    size_t capacity, head, count;
};

/* ERR_MEMORY. */
enum status reorder_init(struct reorder_buffer *buffer, size_t capacity) WARN_UNUSED;
void reorder_release(struct reorder_buffer *buffer);
/* Forgets all ranges. */
void reorder_clear(struct reorder_buffer *buffer);
bool reorder_is_full(const struct reorder_buffer *buffer);
/* The range at index i; 0 is the first. */
struct range *reorder_at(const struct reorder_buffer *buffer, size_t i);
/* Adds a range behind the others, where the last one ends; the buffer must not be full. */
struct range *reorder_add(struct reorder_buffer *buffer, uint64_t first, uint64_t count, int rank,
                          double now);
/* Drops the first range, which must be done. */
void reorder_pop(struct reorder_buffer *buffer);
/* The range that begins at first; NULL when there is none. By bisection. */
struct range *reorder_find(const struct reorder_buffer *buffer, uint64_t first);
/* The first range that the rank still has to walk, for itself or as a backup; NULL when there is none. Looks
 * at all of them. */
struct range *reorder_first_of(const struct reorder_buffer *buffer, int rank);

#endif
