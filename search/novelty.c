/* SPDX-License-Identifier: Apache-2.0 */
#include "search/novelty.h"

#include <assert.h>
#include <stdalign.h>
#include <string.h>

#include "base/memory.h"
#include "base/stop.h"

#define NODES_MAX UINT32_MAX
/* The clock and the signals are looked at once in so many states. */
#define STATES_PER_CHECK 1024

union state {
    max_align_t align;
    char bytes[STATE_SIZE_MAX];
};

struct search {
    const struct novelty_config *config;
    const struct model *model;
    uint64_t *seen;     /* bit pair_index(a, b): atoms a and b were true together */
    uint64_t *words;    /* of the states kept, in order of discovery: model->packed_words each */
    uint32_t *parents;  /* of the states kept; the first is the initial state and has none */
    size_t count;       /* of the states kept */
    size_t capacity;    /* in states */
    size_t count_limit; /* of the states kept, by memory_max */
    size_t refused;     /* atoms of a state that has too many; 0: none so far */
    struct novelty_result *result;
};

static size_t atom_count(const struct model *model)
{
    return model->class->speed.atoms != NULL ? model->atom_count : 256 * model->state_size;
}

/* Without atoms of its own, a model has those of its state's bytes: byte number o has the value v. */
static size_t atoms_of(const struct model *model, const void *state, uint32_t *atoms)
{
    if (model->class->speed.atoms != NULL)
        return model->class->speed.atoms(model, state, atoms);
    const unsigned char *bytes = state;
    for (size_t o = 0; o < model->state_size; o++)
        atoms[o] = (uint32_t)(256 * o + bytes[o]);
    return model->state_size;
}

/* Pairs are numbered by their larger atom, then the smaller, which may be the same: so a single atom is a
 * pair too. */
static size_t pair_index(size_t smaller, size_t larger)
{
    return larger * (larger + 1) / 2 + smaller;
}

size_t novelty_table_bytes(const struct model *model)
{
    const size_t atoms = atom_count(model);
    return (pair_index(0, atoms) + 63) / 64 * sizeof(uint64_t);
}

static size_t node_bytes(const struct model *model)
{
    return model->packed_words * sizeof(uint64_t) + sizeof(uint32_t);
}

/* Notes all pairs of the state's atoms; true when one of them is new. */
static bool note_pairs(struct search *search, const void *state)
{
    uint32_t atoms[ATOMS_ROOM];
    const size_t count = atoms_of(search->model, state, atoms);
    if (count > ATOMS_MAX) {
        search->refused = count;
        return false;
    }
    assert(count == 0 || atoms[count - 1] < atom_count(search->model));
    uint64_t new_bits = 0;
    for (size_t j = 0; j < count; j++) {
        const size_t row = pair_index(0, atoms[j]);
        for (size_t i = 0; i <= j; i++) {
            const size_t pair = row + atoms[i];
            const uint64_t bit = UINT64_C(1) << (pair % 64);
            new_bits |= bit & ~search->seen[pair / 64];
            search->seen[pair / 64] |= bit;
        }
    }
    return new_bits != 0;
}

/* Makes room for one more state. ERR_MEMORY without a message when the limit is met. */
static enum status reserve(struct search *search, struct error *err)
{
    if (search->count < search->capacity)
        return OK;
    if (search->count == search->count_limit)
        return ERR_MEMORY;
    size_t grown = search->capacity + search->capacity / 2 + 1024;
    if (grown > search->count_limit)
        grown = search->count_limit;
    uint64_t *words = mem_resize(search->words, grown, search->model->packed_words * sizeof *words);
    if (words != NULL)
        search->words = words;
    uint32_t *parents = mem_resize(search->parents, grown, sizeof *parents);
    if (parents != NULL)
        search->parents = parents;
    if (words == NULL || parents == NULL)
        return error_memory(err, grown * node_bytes(search->model));
    search->capacity = grown;
    return OK;
}

static void keep(struct search *search, const void *state, uint32_t parent)
{
    const size_t words = search->model->packed_words;
    model_pack(search->model, state, search->words + search->count * words);
    search->parents[search->count++] = parent;
}

static void canonical(const struct model *model, void *state)
{
    if (model->class->speed.canonical != NULL)
        model->class->speed.canonical(model, state);
}

/* The step from state to a state of target's symmetry class; state is moved there. */
static uint32_t find_move(const struct model *model, union state *state, const uint64_t *target)
{
    struct enabled_move moves[MOVES_ROOM];
    uint64_t words[PACKED_WORDS_MAX];
    const size_t count = model->class->enabled(model, state, moves);
    for (size_t i = 0; i < count; i++) {
        if (moves[i].idle)
            continue;
        union state next = *state, representative;
        model->class->apply(model, &next, moves[i].move);
        representative = next;
        canonical(model, &representative);
        model_pack(model, &representative, words);
        if (memcmp(words, target, model->packed_words * sizeof *words) == 0) {
            *state = next;
            return moves[i].move;
        }
    }
    assert(0 && "a move leads from a state to its child in another representative's terms");
    return 0;
}

/* The trace that ends with the node's state. The states kept are representatives, in which clients, say,
 * change places from step to step; here the moves are found again from the initial state itself. */
static enum status make_trace(const struct search *search, size_t node, struct trace *trace,
                              struct error *err)
{
    const struct model *model = search->model;
    const size_t length = search->result->length;
    uint32_t *path = mem_new(length + 1, sizeof *path);
    if (path == NULL)
        return error_memory(err, (length + 1) * sizeof *path);
    for (size_t i = length; i > 0; i--) {
        path[i] = (uint32_t)node;
        node = search->parents[node];
    }
    trace_clear(trace);
    enum status status = OK;
    union state state = {.bytes = {0}};
    model->class->init(model, &state);
    for (size_t i = 1; i <= length && status == OK; i++) {
        const uint64_t *target = search->words + path[i] * model->packed_words;
        status = trace_append(trace, &(struct step){.move = find_move(model, &state, target)});
    }
    mem_free(path);
    /* The payload's stream starts from the trace's seed. That does not make it the seed of a walk. */
    trace->trace_seed = search->config->trace_seed;
    if (status == OK)
        status = model->class->traces.draw_payload(model, trace);
    trace->trace_seed = 0;
    if (status != OK)
        return error_set(err, status,
                         "a trace of %zu steps does not fit: more than %zu steps or out of memory", length,
                         TRACE_STEPS_MAX);
    trace->property = __builtin_ctz(search->result->hit);
    trace->property_state = length;
    trace->max_steps = search->config->max_steps;
    trace_set_source(trace, "run --scheduler iw2");
    return OK;
}

static enum status check_atoms(const struct search *search, struct error *err)
{
    if (search->refused == 0)
        return OK;
    return error_set(err, ERR_INTERNAL,
                     "a state of the model %s has %zu atoms; at most %d are possible (ATOMS_MAX)",
                     search->model->class->name, search->refused, ATOMS_MAX);
}

/* Looks at the children of a state kept. Sets *ret_found when one of them hits: it is then the last state
 * kept. */
static enum status expand(struct search *search, size_t node, bool *ret_found, struct error *err)
{
    const struct model *model = search->model;
    const struct model_class *class = model->class;
    union state state, child;
    struct enabled_move moves[MOVES_ROOM];
    model_unpack(model, search->words + node * model->packed_words, &state);
    const size_t count = class->enabled(model, &state, moves);
    if (count > MOVES_MAX)
        return model_check_moves(model, &state, err);
    for (size_t i = 0; i < count; i++) {
        if (moves[i].idle)
            continue;
        const enum status status = reserve(search, err);
        if (status != OK)
            return status;
        child = state;
        class->apply(model, &child, moves[i].move);
        canonical(model, &child);
        search->result->transitions++;
        search->result->hit = class->properties_hit(model, &child) & search->config->properties;
        if (search->result->hit != 0) {
            keep(search, &child, (uint32_t)node);
            *ret_found = true;
            return OK;
        }
        if (note_pairs(search, &child))
            keep(search, &child, (uint32_t)node);
    }
    return check_atoms(search, err);
}

/* True when the search must end before its next state; stop says why. */
static bool out_of_budget(const struct search *search, size_t node, double start, enum novelty_stop *ret_stop)
{
    const struct novelty_config *config = search->config;
    if (config->transitions_max != 0 && search->result->transitions >= config->transitions_max)
        *ret_stop = NOVELTY_TRANSITIONS;
    else if (node % STATES_PER_CHECK != 0)
        return false;
    else if (stop_requested())
        *ret_stop = NOVELTY_SIGNAL;
    else if (config->timeout > 0 && clock_seconds() - start >= config->timeout)
        *ret_stop = NOVELTY_TIMEOUT;
    else
        return false;
    return true;
}

/* The states kept are the queue. result->length is the number of steps to the children of the state in turn.
 */
static enum status search_states(struct search *search, bool *ret_found, struct error *err)
{
    const double start = clock_seconds();
    struct novelty_result *result = search->result;
    size_t layer_end = 0;
    enum status status = OK;
    *ret_found = false;
    result->stop = NOVELTY_EXHAUSTED;
    for (size_t node = 0; node < search->count; node++) {
        if (node == layer_end) {
            if (search->config->max_steps != 0 && result->length == search->config->max_steps)
                break;
            result->length++;
            layer_end = search->count;
        }
        if (out_of_budget(search, node, start, &result->stop))
            break;
        status = expand(search, node, ret_found, err);
        if (status != OK || *ret_found)
            break;
    }
    if (status == ERR_MEMORY && search->count == search->count_limit) {
        result->stop = NOVELTY_MEMORY;
        status = OK;
    }
    if (*ret_found)
        result->stop = NOVELTY_FOUND;
    result->states = search->count;
    result->elapsed = clock_seconds() - start;
    return status;
}

static enum status allocate(struct search *search, struct error *err)
{
    const size_t table = novelty_table_bytes(search->model);
    const size_t limit = search->config->memory_max;
    if (limit != 0 && limit < table + node_bytes(search->model))
        return error_set(err, ERR_MEMORY,
                         "the table of pairs of facts needs %zu bytes, more than the limit of %zu bytes",
                         table, limit);
    search->count_limit = limit == 0 ? NODES_MAX : (limit - table) / node_bytes(search->model);
    if (search->count_limit > NODES_MAX)
        search->count_limit = NODES_MAX;
    search->seen = mem_new(table / sizeof *search->seen, sizeof *search->seen);
    return search->seen != NULL ? reserve(search, err) : error_memory(err, table);
}

enum status novelty_search(const struct novelty_config *config, struct novelty_result *ret_result,
                           struct trace *ret_trace, struct error *err)
{
    struct novelty_result result = {0};
    struct search search = {.config = config, .model = config->model, .result = &result};
    bool found = false;
    enum status status = allocate(&search, err);
    if (status != OK)
        goto out;
    union state init = {.bytes = {0}};
    config->model->class->init(config->model, &init);
    canonical(config->model, &init);
    result.hit = config->model->class->properties_hit(config->model, &init) & config->properties;
    (void)note_pairs(&search, &init);
    keep(&search, &init, 0);
    if (result.hit != 0) {
        found = true;
        result.states = 1;
    } else {
        status = search_states(&search, &found, err);
    }
    if (status == OK && found)
        status = make_trace(&search, search.count - 1, ret_trace, err);
    if (status == OK)
        *ret_result = result;
out:
    mem_free(search.seen);
    mem_free(search.words);
    mem_free(search.parents);
    return status;
}
