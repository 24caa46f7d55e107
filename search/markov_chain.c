/* SPDX-License-Identifier: Apache-2.0 */
#include "search/markov_chain.h"

#include <assert.h>
#include <omp.h>
#include <stdalign.h>
#include <stdatomic.h>
#include <string.h>

#include "base/memory.h"
#include "base/stop.h"

/* States that are expanded between looks at the clock, the signals and the room that is left. */
#define BATCH_STATES   65536
#define BATCH_PARALLEL 512 /* fewer states are expanded by one thread: others would come too late */
#define SLOTS_MIN      ((size_t)1 << 12)
#define EDGES_MIN      ((size_t)1 << 14)
#define EDGE_CHUNK     ((size_t)1 << 10) /* a thread takes so many at once; at least MOVES_MAX */
#define NOT_EXPANDED   UINT32_MAX        /* an edge_count */
#define NO_ROOM        UINT32_MAX        /* a state */
#define CACHE_LINE     64

/* A slot of the hash table is 0, or 32 bits of the hash above the state's number plus 1; while its state is
 * being written, BUSY stands for the number. */
struct slot {
    _Atomic uint64_t value;
};
#define SLOT_TAG  UINT64_C(0xffffffff00000000)
#define SLOT_BUSY UINT64_C(0x00000000ffffffff)

union state {
    max_align_t align;
    char bytes[STATE_SIZE_MAX];
};

/* The children of one state, between being made and being looked up. */
struct children {
    uint32_t source;
    uint32_t total, stay, hit;
    size_t count;
    size_t transitions;
    uint32_t weights[MOVES_MAX];
    uint64_t hashes[MOVES_MAX];
    uint64_t words[MOVES_MAX * PACKED_WORDS_MAX];
};

/* What belongs to one thread. */
struct expander {
    alignas(CACHE_LINE) struct children pair[2];
    struct enabled_move moves[MOVES_ROOM];
    size_t edge_next, edge_end; /* of its chunk of the edges */
    size_t transitions;
    bool out_of_room; /* some state of the batch has to be expanded again */
    bool refused;     /* the moves of some state are beyond the model's limits */
    uint32_t refused_state;
    bool hit, dead_end;
};

struct builder {
    const struct markov_chain_config *config;
    const struct model *model;
    struct markov_chain *chain;
    size_t words; /* model->packed_words */
    struct slot *slots;
    size_t slot_count; /* a power of two */
    uint64_t *keys;    /* the packed states */
    size_t capacity;   /* of keys and rows, in states */
    size_t edge_capacity;
    /* Threads take numbers and chunks with relaxed additions: nothing is published by them, the slots do
     * that. */
    _Atomic size_t state_count;
    _Atomic size_t edge_count;
    struct expander *expanders;
    bool last_level; /* children are as far away as walks are long: only whether they hit matters */
};

static uint64_t hash_of(const uint64_t *words, size_t count)
{
    uint64_t hash = 0;
    for (size_t i = 0; i < count; i++)
        hash = rng_mix(hash ^ words[i]) + RNG_GAMMA;
    return hash;
}

static bool same_words(const uint64_t *a, const uint64_t *b, size_t count)
{
    uint64_t different = 0;
    for (size_t i = 0; i < count; i++)
        different |= a[i] ^ b[i];
    return different == 0;
}

/* --- room --- */

/* Bytes of what stays, then of what is there while building. */
static size_t chain_bytes(const struct builder *builder, size_t capacity, size_t edge_capacity)
{
    (void)builder;
    return capacity * sizeof(struct markov_row) + edge_capacity * sizeof(struct markov_edge);
}

static size_t building_bytes(const struct builder *builder, size_t capacity, size_t slot_count)
{
    return capacity * builder->words * sizeof(uint64_t) + slot_count * sizeof(struct slot) +
           (size_t)builder->config->threads * sizeof(struct expander);
}

static enum status too_much(const struct builder *builder, size_t bytes, struct error *err)
{
    return error_set(err, ERR_MEMORY,
                     "%zu states so far, and %zu bytes are needed to go on; the limit is %zu bytes",
                     atomic_load_explicit(&builder->state_count, memory_order_relaxed), bytes,
                     builder->config->memory_max);
}

static size_t capacity_of_slots(size_t slot_count)
{
    return slot_count / 3 * 2;
}

/* Puts state number id, which is in no slot yet, into a table. */
static void rehash_state(struct slot *slots, size_t mask, const uint64_t *key, size_t words, size_t id)
{
    const uint64_t hash = hash_of(key, words);
    const uint64_t value = (hash & SLOT_TAG) | (id + 1);
    for (size_t at = hash & mask;; at = (at + 1) & mask) {
        uint64_t empty = 0;
        if (atomic_compare_exchange_strong_explicit(&slots[at].value, &empty, value, memory_order_relaxed,
                                                    memory_order_relaxed))
            return;
    }
}

static enum status grow_states(struct builder *builder, struct error *err)
{
    const struct markov_chain_config *config = builder->config;
    const size_t slot_count = builder->slot_count == 0 ? SLOTS_MIN : 2 * builder->slot_count;
    const size_t capacity = capacity_of_slots(slot_count);
    /* The old table is there until the new one is filled. */
    const size_t bytes = chain_bytes(builder, capacity, builder->edge_capacity) +
                         building_bytes(builder, capacity, slot_count + builder->slot_count);
    if (config->memory_max != 0 && bytes > config->memory_max)
        return too_much(builder, bytes, err);
    uint64_t *keys = mem_resize(builder->keys, capacity, builder->words * sizeof *keys);
    if (keys != NULL)
        builder->keys = keys;
    struct markov_row *rows = mem_resize(builder->chain->rows, capacity, sizeof *rows);
    if (rows != NULL)
        builder->chain->rows = rows;
    struct slot *slots = mem_new(slot_count, sizeof *slots);
    if (keys == NULL || rows == NULL || slots == NULL) {
        mem_free(slots);
        return error_memory(err, bytes);
    }
    const size_t count = atomic_load_explicit(&builder->state_count, memory_order_relaxed);
    const size_t words = builder->words, mask = slot_count - 1;
    const int threads = config->threads;
#pragma omp parallel for num_threads(threads) default(none) shared(slots, keys) \
    firstprivate(count, words, mask)
    for (size_t id = 0; id < count; id++)
        rehash_state(slots, mask, keys + id * words, words, id);
    mem_free(builder->slots);
    builder->slots = slots;
    builder->slot_count = slot_count;
    builder->capacity = capacity;
    return OK;
}

static enum status grow_edges(struct builder *builder, struct error *err)
{
    const struct markov_chain_config *config = builder->config;
    const size_t capacity = builder->edge_capacity + builder->edge_capacity / 2 + EDGES_MIN +
                            (size_t)config->threads * EDGE_CHUNK;
    const size_t bytes = chain_bytes(builder, builder->capacity, capacity) +
                         building_bytes(builder, builder->capacity, builder->slot_count);
    if (config->memory_max != 0 && bytes > config->memory_max)
        return too_much(builder, bytes, err);
    struct markov_edge *edges = mem_resize(builder->chain->edges, capacity, sizeof *edges);
    if (edges == NULL)
        return error_memory(err, bytes);
    builder->chain->edges = edges;
    builder->edge_capacity = capacity;
    return OK;
}

/* Sees to it that a batch has room to begin with. A batch that needs more is done in several turns. */
static enum status make_room(struct builder *builder, bool more, struct error *err)
{
    enum status status = OK;
    const size_t states = atomic_load_explicit(&builder->state_count, memory_order_relaxed);
    const size_t edges = atomic_load_explicit(&builder->edge_count, memory_order_relaxed);
    const size_t slack = (size_t)builder->config->threads * EDGE_CHUNK;
    if (builder->capacity == 0 || (more && states + states / 4 + slack > builder->capacity))
        status = grow_states(builder, err);
    if (status == OK &&
        (builder->edge_capacity == 0 || (more && edges + edges / 4 + slack > builder->edge_capacity)))
        status = grow_edges(builder, err);
    const size_t after = chain_bytes(builder, builder->capacity, builder->edge_capacity) +
                         states * builder->config->state_extra;
    if (status == OK && builder->config->memory_max != 0 && after > builder->config->memory_max)
        status = too_much(builder, after, err);
    return status;
}

/* --- looking up --- */

/* The number of the state with these words, a new one when it was not there, or NO_ROOM. */
static uint32_t find_or_add(struct builder *builder, const uint64_t *words, uint64_t hash)
{
    const size_t mask = builder->slot_count - 1;
    const uint64_t tag = hash & SLOT_TAG;
    for (size_t at = hash & mask;; at = (at + 1) & mask) {
        /* Acquire: pairs with the release below, so that the key is there. */
        uint64_t slot = atomic_load_explicit(&builder->slots[at].value, memory_order_acquire);
        if (slot == 0) {
            /* Each thread may be past this line once, so as many places are kept free. */
            const size_t count = atomic_load_explicit(&builder->state_count, memory_order_relaxed);
            if (count + (size_t)builder->config->threads > builder->capacity)
                return NO_ROOM;
            if (atomic_compare_exchange_strong_explicit(&builder->slots[at].value, &slot, tag | SLOT_BUSY,
                                                        memory_order_acquire, memory_order_acquire)) {
                const size_t id = atomic_fetch_add_explicit(&builder->state_count, 1, memory_order_relaxed);
                assert(id < builder->capacity);
                memcpy(builder->keys + id * builder->words, words, builder->words * sizeof *words);
                builder->chain->rows[id].edge_count = NOT_EXPANDED;
                atomic_store_explicit(&builder->slots[at].value, tag | (id + 1), memory_order_release);
                return (uint32_t)id;
            }
        }
        if ((slot & SLOT_TAG) != tag)
            continue;
        while (slot == (tag | SLOT_BUSY))
            slot = atomic_load_explicit(&builder->slots[at].value, memory_order_acquire);
        const size_t id = (size_t)(slot & SLOT_BUSY) - 1;
        if (same_words(builder->keys + id * builder->words, words, builder->words))
            return (uint32_t)id;
    }
}

/* Adds a child, or its weight to a child that is the same. */
static void add_child(const struct builder *builder, struct children *children, const union state *child,
                      uint32_t weight)
{
    uint64_t *words = children->words + children->count * builder->words;
    model_pack(builder->model, child, words);
    const uint64_t hash = hash_of(words, builder->words);
    for (size_t i = 0; i < children->count; i++) {
        if (children->hashes[i] == hash &&
            same_words(children->words + i * builder->words, words, builder->words)) {
            children->weights[i] += weight;
            return;
        }
    }
    __builtin_prefetch(&builder->slots[hash & (builder->slot_count - 1)]);
    children->hashes[children->count] = hash;
    children->weights[children->count++] = weight;
}

static void make_children(const struct builder *builder, struct expander *expander, uint32_t source,
                          struct children *children)
{
    const struct model *model = builder->model;
    const struct model_class *class = model->class;
    union state state, child;
    model_unpack(model, builder->keys + source * builder->words, &state);
    size_t count = class->enabled(model, &state, expander->moves);
    uint64_t total = 0;
    for (size_t i = 0; i < count && i < MOVES_MAX; i++)
        total += expander->moves[i].weight;
    if (count > MOVES_MAX || (count > 0 && (total == 0 || total > UINT32_MAX))) {
        expander->refused = true;
        expander->refused_state = source;
        count = 0;
    }
    children->source = source;
    children->total = count > 0 ? (uint32_t)total : 0;
    children->stay = children->hit = 0;
    children->count = 0;
    children->transitions = 0;
    for (size_t i = 0; i < count; i++) {
        const struct enabled_move *move = &expander->moves[i];
        if (move->idle) {
            children->stay += move->weight;
            continue;
        }
        children->transitions++;
        memcpy(&child, &state, model->state_size);
        class->apply(model, &child, move->move);
        if ((class->properties_hit(model, &child) & builder->config->properties) != 0) {
            children->hit += move->weight;
            continue;
        }
        if (builder->last_level)
            continue;
        if (class->speed.canonical != NULL)
            class->speed.canonical(model, &child);
        add_child(builder, children, &child, move->weight);
    }
}

/* Writes the row of a state whose children are made. When there is no room, it leaves the row as not
 * expanded; children that were added by then stay, and are found the next time. */
static void write_row(struct builder *builder, struct expander *expander, const struct children *children)
{
    if (expander->edge_end - expander->edge_next < children->count) {
        const size_t chunk =
            atomic_fetch_add_explicit(&builder->edge_count, EDGE_CHUNK, memory_order_relaxed);
        if (chunk + EDGE_CHUNK > builder->edge_capacity) {
            atomic_fetch_sub_explicit(&builder->edge_count, EDGE_CHUNK, memory_order_relaxed);
            expander->out_of_room = true;
            return;
        }
        expander->edge_next = chunk;
        expander->edge_end = chunk + EDGE_CHUNK;
    }
    struct markov_edge *const edges = builder->chain->edges + expander->edge_next;
    struct markov_row row = {.first_edge = expander->edge_next,
                             .total = children->total,
                             .stay = children->stay,
                             .hit = children->hit};
    for (size_t i = 0; i < children->count; i++) {
        const uint32_t target =
            find_or_add(builder, children->words + i * builder->words, children->hashes[i]);
        if (target == NO_ROOM) {
            expander->out_of_room = true;
            return;
        }
        if (target == children->source)
            row.stay += children->weights[i];
        else
            edges[row.edge_count++] = (struct markov_edge){.target = target, .weight = children->weights[i]};
    }
    builder->chain->rows[children->source] = row;
    expander->edge_next += row.edge_count;
    expander->transitions += children->transitions;
    expander->hit = expander->hit || row.hit != 0;
    expander->dead_end = expander->dead_end || row.total == 0;
}

/* --- levels --- */

/* Expands states first .. end - 1 that have no row yet. The children of one state are looked up after those
 * of the next are made: by then the slots that were prefetched for them have come. */
static void expand_piece(struct builder *builder, struct expander *expander, size_t first, size_t end)
{
    const struct children *waiting = NULL;
    size_t turn = 0;
    for (size_t id = first; id < end; id++) {
        if (builder->chain->rows[id].edge_count != NOT_EXPANDED)
            continue;
        struct children *children = &expander->pair[turn++ % 2];
        make_children(builder, expander, (uint32_t)id, children);
        if (waiting != NULL)
            write_row(builder, expander, waiting);
        waiting = children;
    }
    if (waiting != NULL)
        write_row(builder, expander, waiting);
}

/* One turn of a batch; true when some of its states found no room. */
static bool expand_batch(struct builder *builder, size_t first, size_t end)
{
    const int threads = builder->config->threads;
    const size_t piece = (end - first + 8 * (size_t)threads - 1) / (8 * (size_t)threads);
#pragma omp parallel for schedule(dynamic, 1)                                             \
    num_threads(threads) if (end - first >= BATCH_PARALLEL) default(none) shared(builder) \
        firstprivate(first, end, piece)
    for (size_t at = first; at < end; at += piece)
        expand_piece(builder, &builder->expanders[omp_get_thread_num()], at,
                     at + piece < end ? at + piece : end);
    bool again = false;
    for (int t = 0; t < threads; t++) {
        again = again || builder->expanders[t].out_of_room;
        builder->expanders[t].out_of_room = false;
    }
    return again;
}

/* Says what is wrong with the moves of a state that a thread could not expand. */
static enum status check_moves(const struct builder *builder, struct error *err)
{
    enum status status = OK;
    for (int t = 0; t < builder->config->threads && status == OK; t++) {
        const struct expander *expander = &builder->expanders[t];
        union state state;
        if (!expander->refused)
            continue;
        model_unpack(builder->model, builder->keys + expander->refused_state * builder->words, &state);
        status = model_check_moves(builder->model, &state, err);
    }
    return status;
}

static enum status check_limits(const struct builder *builder, struct error *err)
{
    const struct markov_chain_config *config = builder->config;
    const size_t count = atomic_load_explicit(&builder->state_count, memory_order_relaxed);
    if (config->on_progress != NULL)
        config->on_progress(config->context, count);
    const size_t states_max = config->states_max != 0 ? config->states_max : MARKOV_CHAIN_STATES_MAX;
    if (count > states_max)
        return error_set(err, ERR_MEMORY, "%zu states so far; the limit is %zu states", count, states_max);
    if (stop_requested())
        return error_set(err, ERR_STOPPED, "stopped by a signal after %zu states", count);
    if (config->deadline > 0 && clock_seconds() >= config->deadline)
        return error_set(err, ERR_STOPPED, "out of time after %zu states", count);
    return OK;
}

static enum status expand_level(struct builder *builder, size_t first, size_t end, struct error *err)
{
    enum status status = OK;
    for (size_t at = first; at < end && status == OK; at += BATCH_STATES) {
        const size_t batch_end = end - at < BATCH_STATES ? end : at + BATCH_STATES;
        bool again = false;
        do {
            status = make_room(builder, again, err);
            again = status == OK && expand_batch(builder, at, batch_end);
        } while (again);
        if (status == OK)
            status = check_moves(builder, err);
        if (status == OK)
            status = check_limits(builder, err);
    }
    return status;
}

static enum status expand_levels(struct builder *builder, struct error *err)
{
    struct markov_chain *chain = builder->chain;
    const struct markov_chain_config *config = builder->config;
    size_t first = 0, end = 1;
    while (first < end && chain->levels < config->max_steps) {
        builder->last_level = chain->levels + 1 == config->max_steps;
        const enum status status = expand_level(builder, first, end, err);
        if (status != OK)
            return status;
        chain->levels++;
        bool hit = false;
        for (int t = 0; t < config->threads; t++)
            hit = hit || builder->expanders[t].hit;
        if (hit && chain->shortest == MARKOV_CHAIN_NEVER)
            chain->shortest = chain->levels;
        if (hit && config->until_hit)
            return OK;
        first = end;
        end = atomic_load_explicit(&builder->state_count, memory_order_relaxed);
    }
    chain->complete = first == end && !builder->last_level;
    return OK;
}

/* Puts the initial state into the table, unless it hits: then there is no walk. */
static void add_initial(struct builder *builder)
{
    const struct model *model = builder->model;
    union state state = {.bytes = {0}};
    uint64_t words[PACKED_WORDS_MAX];
    model->class->init(model, &state);
    if ((model->class->properties_hit(model, &state) & builder->config->properties) != 0)
        builder->chain->shortest = 0;
    if (model->class->speed.canonical != NULL)
        model->class->speed.canonical(model, &state);
    model_pack(model, &state, words);
    const uint32_t id = find_or_add(builder, words, hash_of(words, builder->words));
    assert(id == 0);
    builder->chain->rows[id] = (struct markov_row){.edge_count = NOT_EXPANDED};
}

/* The numbers that the threads have kept, and the arrays in the size that is needed. */
static void finish(struct builder *builder, enum status status)
{
    struct markov_chain *chain = builder->chain;
    chain->state_count = atomic_load_explicit(&builder->state_count, memory_order_relaxed);
    for (int t = 0; builder->expanders != NULL && t < builder->config->threads; t++) {
        chain->transitions += builder->expanders[t].transitions;
        chain->dead_ends = chain->dead_ends || builder->expanders[t].dead_end;
    }
    if (status != OK) {
        markov_chain_release_rows(chain);
        return;
    }
    const size_t edge_count = atomic_load_explicit(&builder->edge_count, memory_order_relaxed);
    struct markov_row *rows = mem_resize(chain->rows, chain->state_count, sizeof *rows);
    if (rows != NULL)
        chain->rows = rows;
    struct markov_edge *edges = mem_resize(chain->edges, edge_count, sizeof *edges);
    if (edges != NULL)
        chain->edges = edges;
    chain->bytes = chain_bytes(builder, chain->state_count, edge_count);
}

enum status markov_chain_build(const struct markov_chain_config *config, struct markov_chain *ret_chain,
                               struct error *err)
{
    assert(config->threads >= 1 && config->states_max <= MARKOV_CHAIN_STATES_MAX);
    *ret_chain = (struct markov_chain){.shortest = MARKOV_CHAIN_NEVER};
    struct builder builder = {
        .config = config, .model = config->model, .chain = ret_chain, .words = config->model->packed_words};
    const size_t expander_bytes = (size_t)config->threads * sizeof *builder.expanders;
    builder.expanders = mem_new_aligned(CACHE_LINE, (size_t)config->threads, sizeof *builder.expanders);
    enum status status =
        builder.expanders != NULL ? make_room(&builder, false, err) : error_memory(err, expander_bytes);
    if (status == OK)
        add_initial(&builder);
    if (status == OK && ret_chain->shortest != 0)
        status = expand_levels(&builder, err);
    finish(&builder, status);
    mem_free(builder.expanders);
    mem_free(builder.slots);
    mem_free(builder.keys);
    return status;
}

void markov_chain_release_rows(struct markov_chain *chain)
{
    mem_free(chain->rows);
    mem_free(chain->edges);
    chain->rows = NULL;
    chain->edges = NULL;
    chain->bytes = 0;
}

void markov_chain_release(struct markov_chain *chain)
{
    markov_chain_release_rows(chain);
    *chain = (struct markov_chain){.shortest = MARKOV_CHAIN_NEVER};
}
