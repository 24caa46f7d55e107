/* SPDX-License-Identifier: Apache-2.0 */
/* A set of 64-bit fingerprints, 8 bytes each: all that a search keeps of a state once it is expanded (hash
 * compaction, as in TLC). An open-addressed table with linear probing, at most four fifths full; it grows by
 * a quarter, so that little is empty.
 *
 * A fingerprint's place is its value scaled to the table, so that a grown table has the same order, and
 * growing goes through both from one end to the other. The top bits are the owner's: they are the same in all
 * of one set. Owner only. */
#ifndef RACEWALK_SEARCH_FINGERPRINTS_H
#define RACEWALK_SEARCH_FINGERPRINTS_H

#include <stdint.h>

#include "base/budget.h"

#define FINGERPRINT_BITS       64
#define FINGERPRINT_OWNER_BITS 6

struct fingerprints {
    struct budget *budget; /* borrowed */
    uint64_t *slots;       /* 0: empty */
    size_t slot_count, count;
    bool has_zero; /* the fingerprint 0 is in the set */
};

void fingerprints_init(struct fingerprints *set, struct budget *budget);
void fingerprints_release(struct fingerprints *set);

/* Makes sure that so many more can be inserted; false when the memory does not allow it. */
bool fingerprints_reserve(struct fingerprints *set, size_t more) WARN_UNUSED;

static inline size_t fingerprint_place(const struct fingerprints *set, uint64_t fingerprint)
{
    __extension__ typedef unsigned __int128 wide;
    return (size_t)((wide)(fingerprint << FINGERPRINT_OWNER_BITS) * set->slot_count >> 64);
}

static inline void fingerprints_prefetch(const struct fingerprints *set, uint64_t fingerprint)
{
    __builtin_prefetch(&set->slots[fingerprint_place(set, fingerprint)]);
}

/* There must be room (fingerprints_reserve). True when it was not in the set. */
static inline bool fingerprints_insert(struct fingerprints *set, uint64_t fingerprint)
{
    size_t at = fingerprint_place(set, fingerprint);
    for (; set->slots[at] != 0; at = at + 1 == set->slot_count ? 0 : at + 1) {
        if (set->slots[at] == fingerprint)
            return false;
    }
    if (fingerprint == 0) {
        const bool is_new = !set->has_zero;
        set->has_zero = true;
        set->count += is_new;
        return is_new;
    }
    set->slots[at] = fingerprint;
    set->count++;
    return true;
}

/* The chance, at most, that a search which has counted so many states has taken one for another, and so
 * missed it: that of any two of them, or of one more, having the same fingerprint, n (n + 1) / 2^65, when
 * fingerprints are as good as drawn (the birthday bound: U. Stern, D. Dill, Improved probabilistic verification
 * by hash compaction, CHARME 1995). 0 for states of one word, whose fingerprints are all different. */
double fingerprints_missed_chance(uint64_t states, size_t words);

#endif
