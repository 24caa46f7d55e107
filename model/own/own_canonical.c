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

/* --- of the class --- */

static bool is_symmetric(const struct own_class *own, int32_t kind)
{
    return kind >= 0 && own->kinds[kind].symmetric;
}

bool own_find_symmetry(struct own_class *own)
{
    for (uint32_t f = 0; f < own->object->field_count; f++) {
        const struct racewalk_field *field = &own->object->fields[f];
        const int32_t kinds[] = {field->kinds[0], field->kinds[1], field->of};
        size_t parts = 0;
        for (size_t i = 0; i < 3; i++)
            parts += is_symmetric(own, kinds[i]);
        if (parts == 0)
            continue;
        own->meets[own->moved_field_count] = parts > 1;
        own->moved_fields[own->moved_field_count++] = f;
        for (size_t i = 0; i < 3 && parts > 1; i++) {
            if (is_symmetric(own, kinds[i]))
                own->related[kinds[i]] = true;
        }
    }
    return own->moved_field_count > 0;
}

enum status own_check_symmetry(const struct own_model *m, struct error *err)
{
    for (size_t k = 0; k < m->own->object->kind_count; k++) {
        if (m->own->related[k] && m->things[k] > RELATED_THINGS_MAX)
            return error_set(
                err, ERR_USAGE,
                "the symmetric kind %s has %u things in this instance, which fields relate to one "
                "another; up to %d are possible, or make the kind ORDERED",
                m->own->kinds[k].name, m->things[k], RELATED_THINGS_MAX);
    }
    return OK;
}

/* --- renaming --- */

/* The things of all kinds stand one kind after the other. */
struct things {
    const struct own_model *m;
    uint32_t base[RACEWALK_KINDS_MAX];
    uint32_t count;
};

static void list_things(const struct own_model *m, struct things *things)
{
    things->m = m;
    things->count = 0;
    for (size_t k = 0; k < m->own->object->kind_count; k++) {
        things->base[k] = things->count;
        things->count += m->things[k];
    }
}

static bool is_thing(const struct things *things, int32_t kind, int64_t i)
{
    return i >= 0 && i < (int64_t)things->m->things[kind];
}

/* The new number of a thing: its rank, when its kind is symmetric. */
static size_t renamed(const struct things *things, const uint8_t *rank, int32_t kind, size_t i)
{
    return is_symmetric(things->m->own, kind) ? rank[things->base[kind] + i] : i;
}

static int64_t renamed_value(const struct things *things, const uint8_t *rank,
                             const struct racewalk_field *field, int64_t value)
{
    if (!is_symmetric(things->m->own, field->of))
        return value;
    if (field->type == RACEWALK_REF)
        return is_thing(things, field->of, value) ? (int64_t)renamed(things, rank, field->of, (size_t)value)
                                                  : value;
    const uint64_t all = (UINT64_C(1) << things->m->things[field->of]) - 1;
    uint64_t set = (uint64_t)value & ~all;
    for (uint64_t left = (uint64_t)value & all; left != 0; left &= left - 1)
        set |= UINT64_C(1) << renamed(things, rank, field->of, (size_t)__builtin_ctzll(left));
    return (int64_t)set;
}

/* The state with each thing at the place that is its rank; ranks of a kind differ. */
static void rename_state(const struct things *things, const uint8_t *rank, const void *state, void *ret_state)
{
    const struct own_class *own = things->m->own;
    memcpy(ret_state, state, own->object->state_size);
    for (size_t n = 0; n < own->moved_field_count; n++) {
        const struct racewalk_field *field = &own->object->fields[own->moved_fields[n]];
        uint32_t extent[2];
        own_extent(things->m, field, extent);
        for (size_t i = 0; i < extent[0]; i++) {
            for (size_t j = 0; j < extent[1]; j++)
                own_put(field, ret_state, renamed(things, rank, field->kinds[0], i),
                        renamed(things, rank, field->kinds[1], j),
                        renamed_value(things, rank, field, own_get(field, state, i, j)));
        }
    }
}

/* --- ranks --- */

static uint64_t mix(uint64_t hash, uint64_t part)
{
    return rng_mix(hash * RNG_GAMMA + part);
}

/* What an element tells of those that have a part in it, without names; adds it to their sums. */
static void add_element(const struct things *things, const uint8_t *rank, uint32_t f, size_t i, size_t j,
                        int64_t value, uint64_t *sums)
{
    const struct own_class *own = things->m->own;
    const struct racewalk_field *field = &own->object->fields[f];
    const int32_t *kinds = field->kinds, of = field->of;
    const bool is_moved = is_symmetric(own, of);
    const bool is_wide = is_moved && things->m->things[of] > 64; /* then it is a REF that meets nothing */
    uint64_t members = 0;
    if (is_moved && field->type == RACEWALK_SET)
        members = (uint64_t)value & ((UINT64_C(1) << things->m->things[of]) - 1);
    else if (is_moved && !is_wide && is_thing(things, of, value))
        members = UINT64_C(1) << value;
    uint64_t hash = mix(f + 1, renamed(things, rank, kinds[0], i));
    hash = mix(hash, renamed(things, rank, kinds[1], j));
    hash = mix(hash, kinds[0] == kinds[1] && i == j);
    if (is_wide) {
        if (is_thing(things, of, value))
            sums[things->base[of] + (size_t)value] += mix(hash, 3);
        return;
    }
    if (is_moved) {
        uint64_t sum = 0;
        for (uint64_t left = members; left != 0; left &= left - 1)
            sum += mix(1, renamed(things, rank, of, (size_t)__builtin_ctzll(left)));
        hash = mix(hash, sum);
        hash = mix(hash, (kinds[0] == of && (members >> i & 1) != 0 ? 1U : 0U) |
                             (kinds[1] == of && (members >> j & 1) != 0 ? 2U : 0U));
    } else {
        hash = mix(hash, (uint64_t)value);
    }
    if (is_symmetric(own, kinds[0]))
        sums[things->base[kinds[0]] + i] += mix(hash, 1);
    if (is_symmetric(own, kinds[1]))
        sums[things->base[kinds[1]] + j] += mix(hash, 2);
    for (uint64_t left = members; left != 0; left &= left - 1) {
        const size_t member = things->base[of] + (size_t)__builtin_ctzll(left);
        sums[member] += mix(hash, 3 + rank[member]);
    }
}

/* Things of one rank get ranks by their sums; true when any changed. */
static bool split_ranks(const struct things *things, const uint64_t *sums, uint8_t *rank)
{
    bool changed = false;
    for (size_t k = 0; k < things->m->own->object->kind_count; k++) {
        if (!things->m->own->kinds[k].symmetric)
            continue;
        const size_t base = things->base[k], count = things->m->things[k];
        uint8_t order[RACEWALK_THINGS_MAX], next[RACEWALK_THINGS_MAX];
        /* Sorted by rank, then by sum. */
        for (size_t i = 0; i < count; i++) {
            size_t at = i;
            for (; at > 0; at--) {
                const size_t before = base + order[at - 1];
                if (rank[before] < rank[base + i] ||
                    (rank[before] == rank[base + i] && sums[before] <= sums[base + i]))
                    break;
                order[at] = order[at - 1];
            }
            order[at] = (uint8_t)i;
        }
        for (size_t at = 0; at < count; at++) {
            const size_t here = base + order[at];
            const bool is_tied = at > 0 && rank[here] == rank[base + order[at - 1]] &&
                                 sums[here] == sums[base + order[at - 1]];
            next[order[at]] = is_tied ? next[order[at - 1]] : (uint8_t)at;
        }
        changed = changed || memcmp(next, rank + base, count) != 0;
        memcpy(rank + base, next, count);
    }
    return changed;
}

/* One round over all fields that matter, or over those only in which things meet. */
static bool rank_once(const struct things *things, const void *state, bool only_meetings, uint8_t *rank)
{
    const struct own_class *own = things->m->own;
    uint64_t sums[THINGS_ROOM];
    memset(sums, 0, things->count * sizeof *sums);
    for (size_t n = 0; n < own->moved_field_count; n++) {
        const uint32_t f = own->moved_fields[n];
        const struct racewalk_field *field = &own->object->fields[f];
        uint32_t extent[2];
        if (only_meetings && !own->meets[n])
            continue;
        own_extent(things->m, field, extent);
        for (size_t i = 0; i < extent[0]; i++) {
            for (size_t j = 0; j < extent[1]; j++)
                add_element(things, rank, f, i, j, own_get(field, state, i, j), sums);
        }
    }
    return split_ranks(things, sums, rank);
}

/* --- orders --- */

struct search {
    struct things things;
    const void *state;
    struct own_state best, made;
    bool has_best;
    /* The things that were taken first, one a level, of the order that is being made and of the best one. */
    uint16_t path[DEPTH_MAX], best_path[DEPTH_MAX];
};

/* The rank of the first tie in a kind whose things meet others; false when there is none. */
static bool find_tie(const struct search *search, const uint8_t *rank, size_t *ret_kind, uint8_t *ret_rank)
{
    const struct own_model *m = search->things.m;
    for (size_t k = 0; k < m->own->object->kind_count; k++) {
        if (!m->own->related[k])
            continue;
        uint8_t count[RELATED_THINGS_MAX] = {0};
        for (size_t i = 0; i < m->things[k]; i++)
            count[rank[search->things.base[k] + i]]++;
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

/* Whether the state stays the same when two things of a kind change places. */
static bool can_swap(const struct search *search, size_t kind, size_t a, size_t b)
{
    const struct things *things = &search->things;
    const struct own_class *own = things->m->own;
    uint8_t swap[THINGS_ROOM];
    for (size_t k = 0; k < own->object->kind_count; k++) {
        for (size_t i = 0; i < things->m->things[k]; i++)
            swap[things->base[k] + i] = (uint8_t)i;
    }
    swap[things->base[kind] + a] = (uint8_t)b;
    swap[things->base[kind] + b] = (uint8_t)a;
    for (size_t n = 0; n < own->moved_field_count; n++) {
        const struct racewalk_field *field = &own->object->fields[own->moved_fields[n]];
        uint32_t extent[2];
        own_extent(things->m, field, extent);
        for (size_t i = 0; i < extent[0]; i++) {
            for (size_t j = 0; j < extent[1]; j++) {
                const int64_t there = own_get(field, search->state, renamed(things, swap, field->kinds[0], i),
                                              renamed(things, swap, field->kinds[1], j));
                if (there != renamed_value(things, swap, field, own_get(field, search->state, i, j)))
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
    const size_t size = search->things.m->own->object->state_size;
    rename_state(&search->things, rank, search->state, search->made.bytes);
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

/* Tries all orders that agree with the ranks. Returns the level to go on from: what is deeper need not be tried. */
static size_t try_orders(struct search *search, const uint8_t *rank, size_t depth)
{
    const struct things *things = &search->things;
    uint8_t tried[RELATED_THINGS_MAX], first;
    size_t tried_count = 0, kind;
    if (!find_tie(search, rank, &kind, &first))
        return finish_order(search, rank, depth);
    const size_t base = things->base[kind];
    for (size_t i = 0; i < things->m->things[kind]; i++) {
        uint8_t next[THINGS_ROOM];
        bool is_new = rank[base + i] == first;
        for (size_t t = 0; t < tried_count && is_new; t++)
            is_new = !can_swap(search, kind, tried[t], i);
        if (!is_new)
            continue;
        tried[tried_count++] = (uint8_t)i;
        search->path[depth] = (uint16_t)(base + i);
        memcpy(next, rank, things->count);
        for (size_t other = 0; other < things->m->things[kind]; other++) {
            if (other != i && rank[base + other] == first)
                next[base + other]++;
        }
        while (rank_once(things, search->state, true, next))
            continue;
        const size_t level = try_orders(search, next, depth + 1);
        if (level < depth)
            return level;
    }
    return depth;
}

/* Things of one rank that meet nothing take its places in any order. */
static void place_others(const struct things *things, uint8_t *rank)
{
    for (size_t k = 0; k < things->m->own->object->kind_count; k++) {
        if (!things->m->own->kinds[k].symmetric || things->m->own->related[k])
            continue;
        uint8_t taken[RACEWALK_THINGS_MAX] = {0};
        for (size_t i = 0; i < things->m->things[k]; i++) {
            uint8_t *r = &rank[things->base[k] + i];
            *r = (uint8_t)(*r + taken[*r]++);
        }
    }
}

void own_canonical(const struct model *model, void *state)
{
    struct search search;
    uint8_t rank[THINGS_ROOM];
    search.state = state;
    search.has_best = false;
    list_things(own_model_of(model), &search.things);
    memset(rank, 0, search.things.count);
    bool changed = rank_once(&search.things, state, false, rank);
    while (changed)
        changed = rank_once(&search.things, state, true, rank);
    place_others(&search.things, rank);
    (void)try_orders(&search, rank, 0);
    memcpy(state, search.best.bytes, model->state_size);
}
