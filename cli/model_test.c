/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/model_test.h"

#include <assert.h>
#include <stdalign.h>
#include <stdio.h>

#include "base/memory.h"
#include "base/plain.h"
#include "base/stop.h"
#include "model/own/own_inspect.h"
#include "search/visited.h"

/* States that are looked at: the nearest ones, and then what walks come to. */
#define NEAREST_STATES 100000
#define WALK_STATES    1000000
#define WALK_STEPS     200
#define WALK_SEED      1

struct model_testing {
    const struct model *model;
    struct own_inspector *inspector;
    size_t complaints;
    /* The nearest states: of each the one before it, and the move between. */
    struct budget budget;
    struct visited states;
    uint32_t *parents, *moves; /* NEAREST_STATES */
    /* The way to the state that is looked at. */
    uint32_t *path;
    size_t path_length;
};

static void print_way(const struct model_testing *testing, uint32_t last)
{
    struct buffer text;
    buffer_init(&text);
    for (size_t i = 0; i < testing->path_length; i++) {
        buffer_string(&text, i == 0 ? "" : ", ");
        model_print_move(testing->model, testing->path[i], &text);
    }
    if (last != OWN_MOVE_NONE) {
        buffer_string(&text, text.length == 0 ? "" : ", ");
        model_print_move(testing->model, last, &text);
    }
    if (text.length > 0)
        print_line(stdout, "     after %s", text.text);
    buffer_release(&text);
}

static void complain(void *context, uint32_t move, const char *text)
{
    struct model_testing *testing = context;
    testing->complaints++;
    print_line(stdout, "%3zu. %s", testing->complaints, text);
    print_way(testing, move);
}

/* --- the nearest states --- */

static void find_way(struct model_testing *testing, uint32_t index)
{
    size_t length = 0;
    for (uint32_t at = index; at != 0; at = testing->parents[at])
        length++;
    testing->path_length = length;
    for (uint32_t at = index; at != 0; at = testing->parents[at])
        testing->path[--length] = testing->moves[at];
}

static enum status add_state(struct model_testing *testing, const void *state, uint32_t parent, uint32_t move,
                             bool *ret_room)
{
    const struct model *model = testing->model;
    uint64_t words[PACKED_WORDS_MAX];
    uint32_t index;
    model_pack(model, state, words);
    const uint64_t hash = visited_hash(words, model->packed_words);
    if (testing->states.count == NEAREST_STATES) {
        *ret_room = *ret_room && visited_find(&testing->states, words, hash) != VISITED_MAX;
        return OK;
    }
    switch (visited_insert(&testing->states, words, hash, 0, &index)) {
    case VISITED_NEW:
        testing->parents[index] = parent;
        testing->moves[index] = move;
        break;
    case VISITED_FULL:
        return ERR_MEMORY;
    case VISITED_KNOWN:
    case VISITED_LOWERED:
        break;
    }
    return OK;
}

/* *ret_complete: there are no other states. */
static enum status look_at_nearest(struct model_testing *testing, bool *ret_complete, struct error *err)
{
    const struct model *model = testing->model;
    alignas(max_align_t) char state[STATE_SIZE_MAX], next[STATE_SIZE_MAX];
    struct enabled_move moves[MOVES_ROOM];
    bool has_room = true;
    model->class->init(model, state);
    enum status status = add_state(testing, state, 0, OWN_MOVE_NONE, &has_room);
    for (uint32_t i = 0; status == OK && i < testing->states.count; i++) {
        if (stop_requested())
            return error_set(err, ERR_STOPPED, "stopped by a signal");
        model_unpack(model, visited_state(&testing->states, i), state);
        find_way(testing, i);
        if (!own_inspect(testing->inspector, state)) {
            has_room = false;
            continue;
        }
        const size_t count = model->class->enabled(model, state, moves);
        for (size_t k = 0; k < count && k < MOVES_MAX && status == OK; k++) {
            memcpy(next, state, model->state_size);
            model->class->apply(model, next, moves[k].move);
            status = add_state(testing, next, i, moves[k].move, &has_room);
        }
    }
    *ret_complete = has_room;
    return status == OK ? OK : error_memory(err, NEAREST_STATES * sizeof(uint64_t));
}

/* --- walks --- */

static enum status look_at_walks(struct model_testing *testing, struct error *err)
{
    const struct model *model = testing->model;
    alignas(max_align_t) char state[STATE_SIZE_MAX];
    struct enabled_move moves[MOVES_ROOM];
    uint64_t looked_at = 0;
    for (uint64_t walk = 0; looked_at < WALK_STATES; walk++) {
        struct rng rng = rng_of_trace_seed(trace_seed_of(WALK_SEED, walk));
        model->class->init(model, state);
        testing->path_length = 0;
        size_t count = 1;
        while (testing->path_length < WALK_STEPS && count > 0) {
            if (stop_requested())
                return error_set(err, ERR_STOPPED, "stopped by a signal");
            looked_at++;
            if (!own_inspect(testing->inspector, state))
                break;
            count = model->class->enabled(model, state, moves);
            if (count == 0)
                break;
            const struct enabled_move *drawn = model_draw_move(moves, count, &rng);
            assert(drawn != NULL && "own_inspect has looked at them");
            const uint32_t move = drawn->move;
            model->class->apply(model, state, move);
            testing->path[testing->path_length++] = move;
        }
    }
    testing->path_length = 0;
    return OK;
}

enum status model_test(const struct model *model, size_t *ret_complaints, struct error *err)
{
    struct model_testing testing = {.model = model};
    bool complete = false;
    budget_init(&testing.budget, SIZE_MAX);
    visited_init(&testing.states, VISITED_LABELLED, model->packed_words, &testing.budget);
    testing.parents = mem_new(NEAREST_STATES, sizeof *testing.parents);
    testing.moves = mem_new(NEAREST_STATES, sizeof *testing.moves);
    testing.path = mem_new(NEAREST_STATES + WALK_STEPS, sizeof *testing.path);
    enum status status = testing.parents == NULL || testing.moves == NULL || testing.path == NULL
                             ? error_memory(err, 3 * NEAREST_STATES * sizeof *testing.path)
                             : own_inspector_new(model, complain, &testing, &testing.inspector, err);
    if (status == OK)
        status = look_at_nearest(&testing, &complete, err);
    if (status == OK && !complete && own_inspector_is_sound(testing.inspector))
        status = look_at_walks(&testing, err);
    if (status == OK) {
        testing.path_length = 0;
        own_inspect_end(testing.inspector, complete);
    }
    own_inspector_free(testing.inspector);
    visited_release(&testing.states);
    mem_free(testing.parents);
    mem_free(testing.moves);
    mem_free(testing.path);
    *ret_complaints = testing.complaints;
    return status;
}
