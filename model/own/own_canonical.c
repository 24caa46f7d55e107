/* SPDX-License-Identifier: Apache-2.0 */
/* The representative of a state up to the names of things of symmetric kinds.
 *
 * Two states are alike when a renaming of things makes one of the other: it moves the elements of arrays over a kind,
 * and renames REFs to it and SETs of it. The representative is found as canonical forms of graphs are (McKay,
 * "Practical graph isomorphism", 1981):
 *
 *   - Things get ranks by what can be seen of them without names: first by the elements that are theirs alone, then by
 *     the ranks of those that they meet in other fields, until no rank changes. A rank is a place in the new order;
 *     things of one rank share the places from there on.
 *   - Things that still tie and meet nothing but themselves are alike: any order will do.
 *   - Of others that tie, each is tried as the first one, ranks are found again, and so on; the least of the states
 *     that come out is the representative. Things that can change places without changing the state are tried once.
 *     When two orders give the same state, the renaming between them changes nothing, and what is left of the branch
 *     in which the second one was found need not be tried.
 *
 * Ranks compare hashes of 64 bits. They depend on no name, so a collision costs time at most, except among kinds that meet
 * nothing, where it would make two representatives of one. */
#include "model/own/own.h"

#include <string.h>

/* Things of a symmetric kind that meet others in fields: beyond this there could be too many orders to try. */
#define RELATED_THINGS_MAX 16
#define THINGS_ROOM        (RACEWALK_KINDS_MAX * RACEWALK_THINGS_MAX)
#define DEPTH_MAX          (RACEWALK_KINDS_MAX * RELATED_THINGS_MAX)

/* --- of the class and the model --- */

static bool is_symmetric(const struct own_class *own, int32_t kind)
{
    return kind >= 0 && own->kinds[kind].symmetric;
}

bool own_has_symmetry(const struct own_class *own)
{
    for (size_t f = 0; f < own->object->field_count; f++) {
        const struct racewalk_field *field = &own->object->fields[f];
        if (is_symmetric(own, field->kinds[0]) || is_symmetric(own, field->kinds[1]) ||
            is_symmetric(own, field->of))
            return true;
    }
    return false;
}

/* Notes a field in which things of symmetric kinds have a part. */
static void find_parts(struct own_model *m, const struct racewalk_field *field)
{
    const struct own_class *own = m->own;
    const int32_t kinds[] = {field->kinds[0], field->kinds[1], field->of};
    struct own_moved moved = {.field = field, .number = m->moved_count + 1};
    size_t parts = 0;
    own_extent(m, field, moved.extent);
    for (size_t i = 0; i < 3; i++) {
        moved.base[i] = is_symmetric(own, kinds[i]) ? (int32_t)m->thing_base[kinds[i]] : -1;
        parts += moved.base[i] >= 0;
    }
    if (parts == 0)
        return;
    moved.members = field->of < 0 ? 0 : m->things[field->of];
    moved.meets = parts > 1;
    m->moved[m->moved_count++] = moved;
    for (size_t i = 0; i < 3 && moved.meets; i++) {
        if (moved.base[i] >= 0)
            m->related[kinds[i]] = true;
    }
}

enum status own_find_symmetry(struct own_model *m, struct error *err)
{
    for (size_t k = 0; k < m->own->object->kind_count; k++) {
        m->thing_base[k] = m->thing_count;
        m->thing_count += m->things[k];
    }
    for (size_t f = 0; f < m->own->object->field_count; f++)
        find_parts(m, &m->own->object->fields[f]);
    for (size_t k = 0; k < m->own->object->kind_count; k++) {
        if (m->related[k] && m->things[k] > RELATED_THINGS_MAX)
            return error_set(
                err, ERR_USAGE,
                "the symmetric kind %s has %u things in this instance, which fields relate to one "
                "another; up to %d are possible, or make the kind ORDERED",
                m->own->kinds[k].name, m->things[k], RELATED_THINGS_MAX);
    }
    return OK;
}

/* --- renaming --- */

/* Ranks stand one kind after the other, at m->thing_base. The new number of thing i: its rank, when its kind is
 * symmetric. */
static size_t renamed(const uint8_t *rank, int32_t base, size_t i)
{
    return base >= 0 ? rank[(size_t)base + i] : i;
}

static bool is_member(const struct own_moved *moved, int64_t i)
{
    return i >= 0 && i < (int64_t)moved->members;
}

/* The bits of a set that are things. */
static uint64_t set_of(const struct own_moved *moved, int64_t value)
{
    return (uint64_t)value & ((UINT64_C(1) << moved->members) - 1);
}

static int64_t renamed_value(const struct own_moved *moved, const uint8_t *rank, int64_t value)
{
    if (moved->base[2] < 0)
        return value;
    if (moved->field->type == RACEWALK_REF)
        return is_member(moved, value) ? (int64_t)renamed(rank, moved->base[2], (size_t)value) : value;
    uint64_t set = (uint64_t)value ^ set_of(moved, value);
    for (uint64_t left = set_of(moved, value); left != 0; left &= left - 1)
        set |= UINT64_C(1) << renamed(rank, moved->base[2], (size_t)__builtin_ctzll(left));
    return (int64_t)set;
}

/* The state with each thing at the place that is its rank; ranks of a kind differ. */
static void rename_state(const struct own_model *m, const uint8_t *rank, const void *state, void *ret_state)
{
    memcpy(ret_state, state, m->base.state_size);
    for (const struct own_moved *moved = m->moved; moved < m->moved + m->moved_count; moved++) {
        for (size_t i = 0; i < moved->extent[0]; i++) {
            for (size_t j = 0; j < moved->extent[1]; j++)
                own_put(moved->field, ret_state, renamed(rank, moved->base[0], i),
                        renamed(rank, moved->base[1], j),
                        renamed_value(moved, rank, own_get(moved->field, state, i, j)));
        }
    }
}

/* --- ranks --- */

static inline uint64_t mix(uint64_t hash, uint64_t part)
{
    hash = (hash ^ part) * RNG_GAMMA;
    hash = (hash ^ hash >> 32) * RNG_GAMMA;
    return hash ^ hash >> 29;
}

/* An element in which one thing has a part, or the members of one set, each by itself: what it tells of them without
 * names. Those of a thing come in an order that does not depend on names. */
static void add_own(const struct own_moved *moved, size_t i, size_t j, int64_t value, uint64_t *sums)
{
    const uint64_t place =
        moved->number << 32 | (moved->base[0] < 0 ? i << 16 : 0) | (moved->base[1] < 0 ? j : 0);
    uint64_t *sum = NULL;
    if (moved->base[0] >= 0)
        sum = &sums[(size_t)moved->base[0] + i];
    else if (moved->base[1] >= 0)
        sum = &sums[(size_t)moved->base[1] + j];
    if (sum != NULL) {
        *sum = mix(*sum ^ place, (uint64_t)value);
        return;
    }
    sum = &sums[moved->base[2]];
    if (moved->field->type == RACEWALK_REF) {
        if (is_member(moved, value))
            sum[value] = mix(sum[value], place);
        return;
    }
    for (uint64_t left = set_of(moved, value); left != 0; left &= left - 1)
        sum[__builtin_ctzll(left)] = mix(sum[__builtin_ctzll(left)], place);
}

/* An element in which things meet: what it tells of each by the ranks of the others. They are at most
 * RELATED_THINGS_MAX of a kind. */
static void add_meeting(const struct own_moved *moved, const uint8_t *rank, size_t i, size_t j, int64_t value,
                        uint64_t *sums)
{
    const int32_t *base = moved->base;
    uint64_t members = 0;
    uint64_t hash = mix(moved->number, renamed(rank, base[0], i) << 16 | renamed(rank, base[1], j));
    if (base[0] == base[1] && i == j)
        hash = mix(hash, 1);
    if (base[2] < 0) {
        hash = mix(hash, (uint64_t)value);
    } else {
        uint64_t sum = 0;
        members = moved->field->type == RACEWALK_SET ? set_of(moved, value)
                  : is_member(moved, value)          ? UINT64_C(1) << value
                                                     : 0;
        for (uint64_t left = members; left != 0; left &= left - 1)
            sum += mix(1, renamed(rank, base[2], (size_t)__builtin_ctzll(left)));
        sum += (base[0] == base[2] && (members >> i & 1) != 0 ? 1U : 0U) |
               (base[1] == base[2] && (members >> j & 1) != 0 ? 2U : 0U);
        hash = mix(hash, sum);
    }
    if (base[0] >= 0)
        sums[(size_t)base[0] + i] += mix(hash, 1);
    if (base[1] >= 0)
        sums[(size_t)base[1] + j] += mix(hash, 2);
    for (uint64_t left = members; left != 0; left &= left - 1) {
        const size_t member = (size_t)base[2] + (size_t)__builtin_ctzll(left);
        sums[member] += mix(hash, 3U + rank[member]);
    }
}

/* Things of one rank get ranks by their sums. Returns how many tie, with *ret_changed when there are new ranks. */
static size_t split_kind(const uint64_t *sums, size_t count, uint8_t *rank, bool *ret_changed)
{
    uint8_t order[RACEWALK_THINGS_MAX], next[RACEWALK_THINGS_MAX];
    size_t ties = 0;
    /* Sorted by rank, then by sum. */
    for (size_t i = 0; i < count; i++) {
        size_t at = i;
        for (; at > 0; at--) {
            const size_t before = order[at - 1];
            if (rank[before] < rank[i] || (rank[before] == rank[i] && sums[before] <= sums[i]))
                break;
            order[at] = order[at - 1];
        }
        order[at] = (uint8_t)i;
    }
    for (size_t at = 0; at < count; at++) {
        const size_t here = order[at], before = at > 0 ? order[at - 1] : here;
        const bool is_tied = at > 0 && rank[here] == rank[before] && sums[here] == sums[before];
        next[here] = is_tied ? next[before] : (uint8_t)at;
        ties += is_tied;
    }
    for (size_t i = 0; i < count; i++) {
        *ret_changed = *ret_changed || next[i] != rank[i];
        rank[i] = next[i];
    }
    return ties;
}

/* One round over all fields that matter, or over those only in which things meet. Returns how many of those that meet
 * others tie. */
static size_t rank_once(const struct own_model *m, const void *state, bool only_meetings, uint8_t *rank,
                        bool *ret_changed)
{
    uint64_t sums[THINGS_ROOM];
    size_t ties = 0;
    memset(sums, 0, m->thing_count * sizeof *sums);
    for (const struct own_moved *moved = m->moved; moved < m->moved + m->moved_count; moved++) {
        if (only_meetings && !moved->meets)
            continue;
        for (size_t i = 0; i < moved->extent[0]; i++) {
            for (size_t j = 0; j < moved->extent[1]; j++) {
                const int64_t value = own_get(moved->field, state, i, j);
                if (moved->meets)
                    add_meeting(moved, rank, i, j, value, sums);
                else
                    add_own(moved, i, j, value, sums);
            }
        }
    }
    *ret_changed = false;
    for (size_t k = 0; k < m->own->object->kind_count; k++) {
        const size_t base = m->thing_base[k];
        if (m->related[k])
            ties += split_kind(sums + base, m->things[k], rank + base, ret_changed);
        else if (!only_meetings && m->own->kinds[k].symmetric)
            (void)split_kind(sums + base, m->things[k], rank + base, ret_changed);
    }
    return ties;
}

/* --- orders --- */

struct search {
    const struct own_model *m;
    const void *state;
    struct own_state best, made;
    bool has_best;
    /* The things that were taken first, one a level, of the order that is being made and of the best one. */
    uint16_t path[DEPTH_MAX], best_path[DEPTH_MAX];
};

/* The rank of the first tie in a kind whose things meet others; false when there is none. */
static bool find_tie(const struct own_model *m, const uint8_t *rank, size_t *ret_kind, uint8_t *ret_rank)
{
    for (size_t k = 0; k < m->own->object->kind_count; k++) {
        if (!m->related[k])
            continue;
        uint8_t count[RELATED_THINGS_MAX] = {0};
        for (size_t i = 0; i < m->things[k]; i++)
            count[rank[m->thing_base[k] + i]]++;
        for (size_t r = 0; r < m->things[k]; r++) {
            if (count[r] < 2)
                continue;
            *ret_kind = k;
            *ret_rank = (uint8_t)r;
            return true;
        }
    }
    return false;
}

/* Ranks that exchange two things of a kind and leave all others where they are. */
static void rank_exchange(const struct own_model *m, size_t kind, size_t a, size_t b, uint8_t *rank)
{
    for (size_t k = 0; k < m->own->object->kind_count; k++) {
        for (size_t i = 0; i < m->things[k]; i++)
            rank[m->thing_base[k] + i] = (uint8_t)i;
    }
    rank[m->thing_base[kind] + a] = (uint8_t)b;
    rank[m->thing_base[kind] + b] = (uint8_t)a;
}

/* Whether the state stays the same when two things of a kind change places. */
static bool can_swap(const struct search *search, size_t kind, size_t a, size_t b)
{
    const struct own_model *m = search->m;
    uint8_t swap[THINGS_ROOM];
    rank_exchange(m, kind, a, b, swap);
    for (const struct own_moved *moved = m->moved; moved < m->moved + m->moved_count; moved++) {
        for (size_t i = 0; i < moved->extent[0]; i++) {
            for (size_t j = 0; j < moved->extent[1]; j++) {
                const int64_t there = own_get(moved->field, search->state, renamed(swap, moved->base[0], i),
                                              renamed(swap, moved->base[1], j));
                if (there != renamed_value(moved, swap, own_get(moved->field, search->state, i, j)))
                    return false;
            }
        }
    }
    return true;
}

/* An order is complete. Returns the level to go on from: depth, or where it left the best one when both give the same
 * state. */
static size_t finish_order(struct search *search, const uint8_t *rank, size_t depth)
{
    const size_t size = search->m->base.state_size;
    rename_state(search->m, rank, search->state, search->made.bytes);
    const int order = search->has_best ? memcmp(search->made.bytes, search->best.bytes, size) : -1;
    if (order < 0) {
        memcpy(search->best.bytes, search->made.bytes, size);
        memcpy(search->best_path, search->path, depth * sizeof *search->path);
        search->has_best = true;
        return depth;
    }
    if (order > 0)
        return depth;
    size_t level = 0;
    while (level < depth && search->path[level] == search->best_path[level])
        level++;
    return level;
}

/* Ranks by meetings, until nothing ties or changes. */
static void settle(const struct own_model *m, const void *state, uint8_t *rank)
{
    bool changed = true;
    while (changed && rank_once(m, state, true, rank, &changed) > 0)
        continue;
}

/* Tries all orders that agree with the ranks. Returns the level to go on from: what is deeper need not be tried. */
static size_t try_orders(struct search *search, const uint8_t *rank, size_t depth)
{
    const struct own_model *m = search->m;
    uint8_t tried[RELATED_THINGS_MAX], first;
    size_t tried_count = 0, kind;
    if (!find_tie(m, rank, &kind, &first))
        return finish_order(search, rank, depth);
    const size_t base = m->thing_base[kind];
    for (size_t i = 0; i < m->things[kind]; i++) {
        uint8_t next[THINGS_ROOM];
        bool is_new = rank[base + i] == first;
        for (size_t t = 0; t < tried_count && is_new; t++)
            is_new = !can_swap(search, kind, tried[t], i);
        if (!is_new)
            continue;
        tried[tried_count++] = (uint8_t)i;
        search->path[depth] = (uint16_t)(base + i);
        memcpy(next, rank, m->thing_count);
        for (size_t other = 0; other < m->things[kind]; other++) {
            if (other != i && rank[base + other] == first)
                next[base + other]++;
        }
        settle(m, search->state, next);
        const size_t level = try_orders(search, next, depth + 1);
        if (level < depth)
            return level;
    }
    return depth;
}

/* Ties of things that can all change places are no ties: they take their places in any order. */
static void place_alike(const struct search *search, uint8_t *rank)
{
    const struct own_model *m = search->m;
    for (size_t k = 0; k < m->own->object->kind_count; k++) {
        uint8_t *ranks = rank + m->thing_base[k];
        for (size_t i = 0; i < m->things[k] && m->related[k]; i++) {
            uint8_t tied[RELATED_THINGS_MAX];
            size_t count = 0;
            for (size_t j = i; j < m->things[k]; j++) {
                if (ranks[j] == ranks[i])
                    tied[count++] = (uint8_t)j;
            }
            bool is_alike = true;
            for (size_t t = 1; t < count && is_alike; t++)
                is_alike = can_swap(search, k, tied[t - 1], tied[t]);
            for (size_t t = 1; t < count && is_alike; t++)
                ranks[tied[t]] = (uint8_t)(ranks[i] + t);
        }
    }
}

/* Things of one rank that meet nothing take its places in any order. */
static void place_others(const struct own_model *m, uint8_t *rank)
{
    for (size_t k = 0; k < m->own->object->kind_count; k++) {
        if (!m->own->kinds[k].symmetric || m->related[k])
            continue;
        uint8_t taken[RACEWALK_THINGS_MAX] = {0};
        for (size_t i = 0; i < m->things[k]; i++) {
            uint8_t *r = &rank[m->thing_base[k] + i];
            *r = (uint8_t)(*r + taken[*r]++);
        }
    }
}

void own_canonical(const struct model *model, void *state)
{
    const struct own_model *m = own_model_of(model);
    struct search search;
    uint8_t rank[THINGS_ROOM];
    bool changed = false;
    search.m = m;
    search.state = state;
    search.has_best = false;
    memset(rank, 0, m->thing_count);
    const size_t ties = rank_once(m, state, false, rank, &changed);
    place_others(m, rank);
    if (ties > 0) {
        settle(m, state, rank);
        place_alike(&search, rank);
        (void)try_orders(&search, rank, 0);
    } else {
        rename_state(m, rank, state, search.best.bytes);
    }
    memcpy(state, search.best.bytes, model->state_size);
}

void own_exchange(const struct own_model *m, size_t kind, size_t a, size_t b, const void *state,
                  void *ret_state)
{
    uint8_t rank[THINGS_ROOM];
    rank_exchange(m, kind, a, b, rank);
    rename_state(m, rank, state, ret_state);
}
