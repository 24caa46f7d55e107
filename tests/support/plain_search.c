/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/support/plain_search.h"

#include <stdalign.h>
#include <string.h>

#include "base/memory.h"
#include "tests/support/cmocka_all.h"

struct plain {
    const struct model *model;
    bool symmetry;
    char *states; /* in order of distance */
    uint32_t *distances;
    size_t count, capacity;
    size_t *table; /* index + 1 */
    size_t table_size;
};

static char *state_at(const struct plain *plain, size_t i)
{
    return plain->states + i * plain->model->state_size;
}

static size_t place_of(const struct plain *plain, const char *state)
{
    uint64_t hash = 1469598103934665603U;
    for (size_t i = 0; i < plain->model->state_size; i++)
        hash = (hash ^ (unsigned char)state[i]) * 1099511628211U;
    size_t at = (size_t)(hash >> 7) % plain->table_size;
    while (plain->table[at] != 0 &&
           memcmp(state_at(plain, plain->table[at] - 1), state, plain->model->state_size) != 0)
        at = (at + 1) % plain->table_size;
    return at;
}

static void grow(struct plain *plain)
{
    const size_t capacity = plain->capacity == 0 ? 1024 : 2 * plain->capacity;
    plain->states = mem_resize(plain->states, capacity, plain->model->state_size);
    plain->distances = mem_resize(plain->distances, capacity, sizeof *plain->distances);
    mem_free(plain->table);
    plain->table_size = 3 * capacity;
    plain->table = mem_new(plain->table_size, sizeof *plain->table);
    assert_true(plain->states != NULL && plain->distances != NULL && plain->table != NULL);
    plain->capacity = capacity;
    for (size_t i = 0; i < plain->count; i++)
        plain->table[place_of(plain, state_at(plain, i))] = i + 1;
}

static void insert(struct plain *plain, char *state, uint32_t distance)
{
    if (plain->symmetry && plain->model->class->speed.canonical != NULL)
        plain->model->class->speed.canonical(plain->model, state);
    if (plain->count == plain->capacity)
        grow(plain);
    const size_t at = place_of(plain, state);
    if (plain->table[at] != 0)
        return;
    memcpy(state_at(plain, plain->count), state, plain->model->state_size);
    plain->distances[plain->count++] = distance;
    plain->table[at] = plain->count;
}

struct sweep_tally plain_search(const struct model *model, uint32_t properties, bool symmetry, bool terminal,
                                uint32_t max_steps)
{
    const struct model_class *class = model->class;
    struct plain plain = {.model = model, .symmetry = symmetry};
    struct sweep_tally tally = sweep_tally_none();
    alignas(max_align_t) char state[STATE_SIZE_MAX];
    struct enabled_move moves[MOVES_MAX];
    class->init(model, state);
    insert(&plain, state, 0);
    for (size_t i = 0; i < plain.count; i++) {
        const uint32_t distance = plain.distances[i];
        memcpy(state, state_at(&plain, i), model->state_size);
        const uint32_t hit = class->properties_hit(model, state) & properties;
        tally.states++;
        tally.diameter = distance;
        for (uint32_t p = 0; p < PROPERTIES_MAX; p++) {
            if ((hit >> p & 1) != 0 && tally.shortest[p] == DISTANCE_NONE)
                tally.shortest[p] = distance;
        }
        if (terminal && hit != 0)
            continue;
        if (distance == max_steps) {
            tally.bounded = true;
            continue;
        }
        const size_t count = class->enabled(model, state, moves);
        for (size_t m = 0; m < count; m++) {
            if (moves[m].idle)
                continue;
            tally.transitions++;
            memcpy(state, state_at(&plain, i), model->state_size);
            class->apply(model, state, moves[m].move);
            insert(&plain, state, distance + 1);
        }
    }
    mem_free(plain.states);
    mem_free(plain.distances);
    mem_free(plain.table);
    return tally;
}
