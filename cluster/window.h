/* The ranges that are under way, in order of the sample, from the first that is not merged yet on. Owner
 * only. */
#ifndef RACEWALK_CLUSTER_WINDOW_H
#define RACEWALK_CLUSTER_WINDOW_H

#include "search/walker.h"

/* A range: handed out to a rank, and once it is done with its pieces. */
struct slot {
    uint64_t first, count;
    int rank;
    bool done;
    struct pieces pieces;
};

struct window {
    struct slot *slots; /* a ring */
    size_t capacity, head, count;
};

enum status window_init(struct window *window, size_t capacity) WARN_UNUSED;
void window_release(struct window *window);
/* Forgets all slots. */
void window_clear(struct window *window);
bool window_is_full(const struct window *window);
/* The slot at index i; 0 is the first. */
struct slot *window_at(const struct window *window, size_t i);
/* Adds a range behind the others; the window must not be full. */
struct slot *window_add(struct window *window, uint64_t first, uint64_t count, int rank);
/* Drops the first slot. */
void window_pop(struct window *window);
/* The first slot that is still with the rank; NULL when there is none. */
struct slot *window_first_of(const struct window *window, int rank);
/* The slot that is with the rank and begins at first; NULL when there is none. */
struct slot *window_find(const struct window *window, int rank, uint64_t first);

#endif
