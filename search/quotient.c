/* SPDX-License-Identifier: Apache-2.0 */
#include "search/quotient.h"

#include <assert.h>
#include <stdatomic.h>
#include <string.h>

#include "base/memory.h"

/* A level of fewer states is done by one thread: the others would take longer to come than it takes. */
#define LEVEL_PARALLEL 1024
#define SLOTS_MIN      ((size_t)1 << 12)
#define PREFETCH       8 /* states ahead */

/* The states in topological order: those of level i are order[starts[i]] .. order[starts[i + 1] - 1], and
 * their edges lead to higher levels only. */
struct levels {
    uint32_t *order;
    size_t *starts;
    size_t count, capacity;
    size_t widest; /* states of a level */
};

struct maker {
    struct markov_chain *chain;
    struct quotient *quotient;
    int threads;
    size_t memory_max;
    struct levels levels;
    uint32_t *class_of;     /* by state */
    uint64_t *row_hashes;   /* by place in the level that is being done */
    uint64_t *class_hashes; /* by class: what its row is, whatever its number */
    size_t row_capacity, hash_capacity, edge_capacity;
    uint32_t *slots; /* of a hash table: a class, or QUOTIENT_NEVER when empty */
    size_t slot_count;
};

/* --- topological order --- */

static enum status levels_begin(struct levels *levels, size_t start, struct error *err)
{
    void *starts = levels->starts;
    if (mem_reserve(&starts, &levels->capacity, levels->count + 1, sizeof *levels->starts) != OK)
        return error_memory(err, (levels->count + 1) * sizeof *levels->starts);
    levels->starts = starts;
    levels->starts[levels->count++] = start;
    return OK;
}

struct pending {
    _Atomic uint32_t edges; /* that lead to the state from states which have no place in the order yet */
};

static void count_edges(const struct markov_chain *chain, struct pending *pending, int threads)
{
#pragma omp parallel for schedule(static) \
    num_threads(threads) if (chain->state_count >= LEVEL_PARALLEL) default(none) shared(chain, pending)
    for (size_t id = 0; id < chain->state_count; id++) {
        const struct markov_row *row = &chain->rows[id];
        const struct markov_edge *edges = chain->edges + row->first_edge;
        for (uint32_t i = 0; i < row->edge_count; i++)
            (void)atomic_fetch_add_explicit(&pending[edges[i].target].edges, 1, memory_order_relaxed);
    }
}

/* Appends those states to which no edge is left when the states order[first] .. order[end - 1] are taken out.
 * Returns the new end. The order within a level follows timing; no result depends on it. */
static size_t next_level(const struct markov_chain *chain, struct pending *pending, uint32_t *order,
                         size_t first, size_t end, int threads)
{
    _Atomic size_t tail = end;
#pragma omp parallel for schedule(static)                                 \
    num_threads(threads) if (end - first >= LEVEL_PARALLEL) default(none) \
        shared(chain, pending, order, tail) firstprivate(first, end)
    for (size_t at = first; at < end; at++) {
        const struct markov_row *row = &chain->rows[order[at]];
        const struct markov_edge *edges = chain->edges + row->first_edge;
        for (uint32_t i = 0; i < row->edge_count; i++) {
            const uint32_t target = edges[i].target;
            if (atomic_fetch_sub_explicit(&pending[target].edges, 1, memory_order_relaxed) == 1)
                order[atomic_fetch_add_explicit(&tail, 1, memory_order_relaxed)] = target;
        }
    }
    return atomic_load_explicit(&tail, memory_order_relaxed);
}

/* Level by level, as Kahn's algorithm takes states whose predecessors are all taken. Every state but the
 * initial one has predecessors, so the initial one is the first level. *ret_cyclic: not all states could be
 * taken. */
static enum status sort_levels(const struct markov_chain *chain, int threads, struct levels *levels,
                               bool *ret_cyclic, struct error *err)
{
    struct pending *pending = mem_new(chain->state_count, sizeof *pending);
    levels->order = mem_new(chain->state_count, sizeof *levels->order);
    enum status status = OK;
    size_t first = 0, end = 0;
    if (pending == NULL || levels->order == NULL) {
        status = error_memory(err, chain->state_count * (sizeof *pending + sizeof *levels->order));
        goto out;
    }
    count_edges(chain, pending, threads);
    levels->order[0] = 0;
    if (atomic_load_explicit(&pending[0].edges, memory_order_relaxed) == 0)
        end = 1;
    while (first < end && status == OK) {
        if (end - first > levels->widest)
            levels->widest = end - first;
        status = levels_begin(levels, first, err);
        const size_t next = next_level(chain, pending, levels->order, first, end, threads);
        first = end;
        end = next;
    }
    if (status == OK)
        status = levels_begin(levels, end, err);
    *ret_cyclic = end != chain->state_count;
out:
    mem_free(pending);
    return status;
}

/* --- rows in terms of classes --- */

static bool edge_before(const struct maker *maker, const struct markov_edge *a, const struct markov_edge *b)
{
    const uint64_t hash_a = maker->class_hashes[a->target], hash_b = maker->class_hashes[b->target];
    return hash_a != hash_b ? hash_a < hash_b : a->target < b->target;
}

/* Adds an edge to sorted ones, or its weight to one that leads to the same class. Returns their new number.
 */
static uint32_t insert_edge(const struct maker *maker, struct markov_edge *edges, uint32_t count,
                            struct markov_edge edge)
{
    uint32_t at = count;
    while (at > 0 && edge_before(maker, &edge, &edges[at - 1]))
        at--;
    if (at > 0 && edges[at - 1].target == edge.target) {
        edges[at - 1].weight += edge.weight;
        return count;
    }
    memmove(&edges[at + 1], &edges[at], (count - at) * sizeof *edges);
    edges[at] = edge;
    return count + 1;
}

/* The state's row, rewritten where it stands; returns its hash. All successors have their classes. A row that
 * cannot hit loses its edges. */
static uint64_t rewrite_row(struct maker *maker, uint32_t id)
{
    struct markov_row *row = &maker->chain->rows[id];
    struct markov_edge *edges = maker->chain->edges + row->first_edge;
    uint32_t count = 0;
    for (uint32_t i = 0; i < row->edge_count; i++) {
        /* insert_edge moves edges up by one place at most, so never over one that was not read. */
        const struct markov_edge edge = {.target = maker->class_of[edges[i].target],
                                         .weight = edges[i].weight};
        if (edge.target != QUOTIENT_NEVER)
            count = insert_edge(maker, edges, count, edge);
    }
    row->edge_count = count;
    uint64_t hash = rng_mix((uint64_t)row->total << 32 | row->stay) + row->hit;
    for (uint32_t i = 0; i < count; i++)
        hash = rng_mix(hash ^ (maker->class_hashes[edges[i].target] + edges[i].weight)) + RNG_GAMMA;
    return hash;
}

static void rewrite_level(struct maker *maker, size_t first, size_t end)
{
    const uint32_t *order = maker->levels.order;
    uint64_t *hashes = maker->row_hashes;
    const int threads = maker->threads;
#pragma omp parallel for schedule(static)                                                              \
    num_threads(threads) if (end - first >= LEVEL_PARALLEL) default(none) shared(maker, order, hashes) \
        firstprivate(first, end)
    for (size_t at = first; at < end; at++)
        hashes[at - first] = rewrite_row(maker, order[at]);
}

/* --- classes --- */

static size_t class_bytes(size_t rows, size_t edges, size_t slots)
{
    return rows * (sizeof(struct markov_row) + sizeof(uint64_t)) + edges * sizeof(struct markov_edge) +
           slots * sizeof(uint32_t);
}

static enum status check_bytes(const struct maker *maker, size_t bytes, struct error *err)
{
    const size_t sum = maker->chain->bytes + maker->chain->state_count * QUOTIENT_STATE_BYTES + bytes;
    if (maker->memory_max == 0 || sum <= maker->memory_max)
        return OK;
    return error_set(
        err, ERR_MEMORY,
        "%zu states in %zu classes so far, and %zu bytes are needed to go on; the limit is %zu bytes",
        maker->chain->state_count, maker->quotient->class_count, sum, maker->memory_max);
}

static enum status grow_slots(struct maker *maker, struct error *err)
{
    const size_t slot_count = maker->slot_count == 0 ? SLOTS_MIN : 2 * maker->slot_count;
    const enum status status = check_bytes(
        maker, class_bytes(maker->row_capacity, maker->edge_capacity, slot_count + maker->slot_count), err);
    if (status != OK)
        return status;
    uint32_t *slots = mem_new(slot_count, sizeof *slots);
    if (slots == NULL)
        return error_memory(err, slot_count * sizeof *slots);
    for (size_t c = QUOTIENT_NEVER + 1; c < maker->quotient->class_count; c++) {
        size_t at = maker->class_hashes[c] & (slot_count - 1);
        while (slots[at] != QUOTIENT_NEVER)
            at = (at + 1) & (slot_count - 1);
        slots[at] = (uint32_t)c;
    }
    mem_free(maker->slots);
    maker->slots = slots;
    maker->slot_count = slot_count;
    return OK;
}

/* Room for one more class with so many edges, in the arrays and in the table, which is at most half full. */
static enum status make_room(struct maker *maker, uint32_t edges, struct error *err)
{
    struct quotient *quotient = maker->quotient;
    if (2 * quotient->class_count >= maker->slot_count) {
        const enum status status = grow_slots(maker, err);
        if (status != OK)
            return status;
    }
    if (quotient->class_count < maker->row_capacity && quotient->edge_count + edges <= maker->edge_capacity)
        return OK;
    const size_t rows_wanted = quotient->class_count + quotient->class_count / 2 + 16;
    const size_t edges_wanted = quotient->edge_count + quotient->edge_count / 2 + edges + 16;
    const size_t bytes = class_bytes(rows_wanted, edges_wanted, maker->slot_count);
    const enum status status = check_bytes(maker, bytes, err);
    if (status != OK)
        return status;
    void *rows = quotient->rows, *hashes = maker->class_hashes, *new_edges = quotient->edges;
    const bool ok =
        mem_reserve(&rows, &maker->row_capacity, rows_wanted, sizeof *quotient->rows) == OK &&
        mem_reserve(&hashes, &maker->hash_capacity, rows_wanted, sizeof(uint64_t)) == OK &&
        mem_reserve(&new_edges, &maker->edge_capacity, edges_wanted, sizeof *quotient->edges) == OK;
    quotient->rows = rows;
    maker->class_hashes = hashes;
    quotient->edges = new_edges;
    return ok ? OK : error_memory(err, bytes);
}

static enum status add_class(struct maker *maker, const struct markov_row *row,
                             const struct markov_edge *edges, uint64_t hash, struct error *err)
{
    struct quotient *quotient = maker->quotient;
    assert(quotient->class_count < UINT32_MAX); /* a class's number has 32 bits */
    const enum status status = make_room(maker, row->edge_count, err);
    if (status != OK)
        return status;
    struct markov_row *copy = &quotient->rows[quotient->class_count];
    *copy = *row;
    copy->first_edge = quotient->edge_count;
    if (row->edge_count > 0)
        memcpy(quotient->edges + quotient->edge_count, edges, row->edge_count * sizeof *edges);
    quotient->edge_count += row->edge_count;
    maker->class_hashes[quotient->class_count++] = hash;
    return OK;
}

static bool same_row(const struct quotient *quotient, const struct markov_row *class_row,
                     const struct markov_row *row, const struct markov_edge *edges)
{
    return class_row->total == row->total && class_row->stay == row->stay && class_row->hit == row->hit &&
           class_row->edge_count == row->edge_count &&
           (row->edge_count == 0 ||
            memcmp(quotient->edges + class_row->first_edge, edges, row->edge_count * sizeof *edges) == 0);
}

/* Gives the state, whose row is rewritten, its class: the one with the same row, or a new one. */
static enum status classify(struct maker *maker, uint32_t id, uint64_t hash, struct error *err)
{
    const struct markov_row *row = &maker->chain->rows[id];
    const struct markov_edge *edges = maker->chain->edges + row->first_edge;
    if (row->edge_count == 0 && row->hit == 0 && !maker->chain->dead_ends) {
        maker->class_of[id] = QUOTIENT_NEVER;
        return OK;
    }
    size_t at = hash & (maker->slot_count - 1);
    for (; maker->slots[at] != QUOTIENT_NEVER; at = (at + 1) & (maker->slot_count - 1)) {
        const uint32_t class = maker->slots[at];
        if (maker->class_hashes[class] == hash &&
            same_row(maker->quotient, &maker->quotient->rows[class], row, edges)) {
            maker->class_of[id] = class;
            return OK;
        }
    }
    const size_t slot_count = maker->slot_count;
    const enum status status = add_class(maker, row, edges, hash, err);
    if (status != OK)
        return status;
    const uint32_t class = (uint32_t)(maker->quotient->class_count - 1);
    maker->class_of[id] = class;
    if (maker->slot_count != slot_count) { /* the place was in a table that is gone */
        at = hash & (maker->slot_count - 1);
        while (maker->slots[at] != QUOTIENT_NEVER)
            at = (at + 1) & (maker->slot_count - 1);
    }
    maker->slots[at] = class;
    return OK;
}

static enum status classify_level(struct maker *maker, size_t first, size_t end, struct error *err)
{
    const uint32_t *order = maker->levels.order;
    rewrite_level(maker, first, end);
    enum status status = OK;
    for (size_t at = first; at < end && status == OK; at++) {
        if (at + PREFETCH < end) {
            __builtin_prefetch(
                &maker->slots[maker->row_hashes[at + PREFETCH - first] & (maker->slot_count - 1)]);
            __builtin_prefetch(&maker->chain->rows[order[at + PREFETCH]]);
        }
        status = classify(maker, order[at], maker->row_hashes[at - first], err);
    }
    return status;
}

/* Levels from the last, whose states lead nowhere, to the initial state's. Those that give no class of their
 * own are left out. */
static enum status classify_levels(struct maker *maker, struct error *err)
{
    struct quotient *quotient = maker->quotient;
    const struct levels *levels = &maker->levels;
    quotient->starts = mem_new(levels->count, sizeof *quotient->starts);
    if (quotient->starts == NULL)
        return error_memory(err, levels->count * sizeof *quotient->starts);
    enum status status = add_class(maker, &(struct markov_row){0}, NULL, 0, err); /* QUOTIENT_NEVER */
    quotient->starts[0] = quotient->class_count;
    for (size_t level = levels->count - 1; level-- > 0 && status == OK;) {
        status = classify_level(maker, levels->starts[level], levels->starts[level + 1], err);
        if (quotient->class_count > quotient->starts[quotient->level_count])
            quotient->starts[++quotient->level_count] = quotient->class_count;
    }
    quotient->initial = maker->class_of[0];
    return status;
}

enum status quotient_make(struct markov_chain *chain, int threads, size_t memory_max,
                          struct quotient *ret_quotient, bool *ret_cyclic, struct error *err)
{
    struct quotient quotient = {0};
    struct maker maker = {
        .chain = chain, .quotient = &quotient, .threads = threads, .memory_max = memory_max};
    bool cyclic = false;
    assert(chain->rows != NULL && chain->state_count > 0 && threads >= 1);
    enum status status = sort_levels(chain, threads, &maker.levels, &cyclic, err);
    if (status != OK || cyclic)
        goto out;
    maker.class_of = mem_new(chain->state_count, sizeof *maker.class_of);
    maker.row_hashes = mem_new(maker.levels.widest, sizeof *maker.row_hashes);
    if (maker.class_of == NULL || maker.row_hashes == NULL)
        status = error_memory(err, chain->state_count * QUOTIENT_STATE_BYTES);
    if (status == OK)
        status = classify_levels(&maker, err);
    markov_chain_release_rows(chain);
out:
    mem_free(maker.levels.order);
    mem_free(maker.levels.starts);
    mem_free(maker.class_of);
    mem_free(maker.row_hashes);
    mem_free(maker.class_hashes);
    mem_free(maker.slots);
    if (status == OK) {
        *ret_quotient = quotient;
        *ret_cyclic = cyclic;
    } else {
        quotient_release(&quotient);
    }
    return status;
}

void quotient_release(struct quotient *quotient)
{
    mem_free(quotient->rows);
    mem_free(quotient->edges);
    mem_free(quotient->starts);
    *quotient = (struct quotient){0};
}
