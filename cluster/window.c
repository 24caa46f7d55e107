#include "cluster/window.h"

#include <assert.h>

#include "base/memory.h"

enum status window_init(struct window *window, size_t capacity)
{
    *window = (struct window){.slots = mem_new(capacity, sizeof *window->slots), .capacity = capacity};
    return window->slots == NULL ? ERR_MEMORY : OK;
}

void window_clear(struct window *window)
{
    for (size_t i = 0; window->slots != NULL && i < window->capacity; i++)
        pieces_release(&window->slots[i].pieces);
    window->head = window->count = 0;
}

void window_release(struct window *window)
{
    window_clear(window);
    mem_free(window->slots);
    *window = (struct window){0};
}

bool window_is_full(const struct window *window)
{
    return window->count == window->capacity;
}

struct slot *window_at(const struct window *window, size_t i)
{
    assert(i < window->count);
    return &window->slots[(window->head + i) % window->capacity];
}

struct slot *window_add(struct window *window, uint64_t first, uint64_t count, int rank)
{
    assert(!window_is_full(window));
    struct slot *slot = &window->slots[(window->head + window->count++) % window->capacity];
    pieces_release(&slot->pieces);
    *slot = (struct slot){.first = first, .count = count, .rank = rank};
    return slot;
}

void window_pop(struct window *window)
{
    pieces_release(&window_at(window, 0)->pieces);
    window->head = (window->head + 1) % window->capacity;
    window->count--;
}

struct slot *window_first_of(const struct window *window, int rank)
{
    for (size_t i = 0; i < window->count; i++) {
        struct slot *slot = window_at(window, i);
        if (slot->rank == rank && !slot->done)
            return slot;
    }
    return NULL;
}

struct slot *window_find(const struct window *window, int rank, uint64_t first)
{
    for (size_t i = 0; i < window->count; i++) {
        struct slot *slot = window_at(window, i);
        if (slot->rank == rank && !slot->done && slot->first == first)
            return slot;
    }
    return NULL;
}
