/* SPDX-License-Identifier: Apache-2.0 */
#include "search/shape.h"

#include <assert.h>
#include <stdalign.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "search/walk.h"

/* A control state on the stack. */
struct place {
    alignas(max_align_t) char state[STATE_SIZE_MAX];
};

/* What is done to one run. */
struct shaping {
    const struct model *model;
    int property;
    enum status status; /* ERR_INTERNAL, with err, once a state was beyond the model's limits */
    struct error *err;
};

static bool move_is_enabled(struct shaping *shaping, const struct place *place, uint32_t move)
{
    const struct model *model = shaping->model;
    struct enabled_move moves[MOVES_ROOM];
    const size_t count = model->class->enabled(model, place->state, moves);
    if (count > MOVES_MAX) {
        shaping->status = model_check_moves(model, place->state, shaping->err);
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        if (moves[i].move == move)
            return !moves[i].idle; /* an idle move is never worth keeping */
    }
    return false;
}

static bool is_hit(const struct shaping *shaping, const struct place *place)
{
    return shaping->property != PROPERTY_NONE &&
           (shaping->model->class->properties_hit(shaping->model, place->state) >> shaping->property & 1) !=
               0;
}

static void take(const struct shaping *shaping, struct place *place, uint32_t move)
{
    shaping->model->class->apply(shaping->model, place->state, move);
}

/* Runs moves[from..count) from place, leaving out those that are not enabled, and stops at the first hit.
 * Notes the indices that were taken; returns true when the property was hit. */
static bool run_leniently(struct shaping *shaping, struct place *place, const uint32_t *moves, size_t from,
                          size_t count, size_t *taken, size_t *ret_taken_count)
{
    size_t n = 0;
    for (size_t i = from; i < count; i++) {
        if (!move_is_enabled(shaping, place, moves[i]))
            continue;
        take(shaping, place, moves[i]);
        taken[n++] = i;
        if (is_hit(shaping, place)) {
            *ret_taken_count = n;
            return true;
        }
    }
    return false;
}

/* Keeps moves[0..from), then those with the indices in taken. */
static void keep(uint32_t *moves, size_t *kept, size_t from, const size_t *taken, size_t taken_count,
                 size_t *count)
{
    for (size_t i = 0; i < taken_count; i++) {
        moves[from + i] = moves[taken[i]];
        if (kept != NULL)
            kept[from + i] = kept[taken[i]];
    }
    *count = from + taken_count;
}

static void place_after(const struct shaping *shaping, const uint32_t *moves, size_t count,
                        struct place *place)
{
    shaping->model->class->init(shaping->model, place->state);
    for (size_t i = 0; i < count; i++)
        take(shaping, place, moves[i]);
}

/* scratch holds *count indices. */
static void reduce(struct shaping *shaping, uint32_t *moves, size_t *count, size_t *kept, size_t *scratch)
{
    struct place place;
    size_t taken_count = 0;
    place_after(shaping, moves, 0, &place);
    if (is_hit(shaping, &place)) { /* in the initial state already */
        *count = 0;
        return;
    }
    const bool hit = run_leniently(shaping, &place, moves, 0, *count, scratch, &taken_count);
    if (shaping->status != OK)
        return;
    assert(hit && "a run that hits its property");
    (void)hit;
    keep(moves, kept, 0, scratch, taken_count, count);
    /* Later moves first: what they needed may then go too. Once around without a deletion, nothing more can
     * go. */
    bool changed = true;
    while (changed && shaping->status == OK) {
        changed = false;
        for (size_t i = *count; i-- > 0;) {
            if (i >= *count)
                continue;
            place_after(shaping, moves, i, &place);
            if (run_leniently(shaping, &place, moves, i + 1, *count, scratch, &taken_count)) {
                keep(moves, kept, i, scratch, taken_count, count);
                changed = true;
            }
        }
    }
}

/* Runs are a few dozen moves as a rule; longer ones take their scratch from the heap. */
enum { SCRATCH_ON_STACK = 512 };

enum status shape_reduce(const struct model *model, int property, uint32_t *moves, size_t *count,
                         size_t *kept, struct error *err)
{
    struct shaping shaping = {.model = model, .property = property, .status = OK, .err = err};
    size_t on_stack[SCRATCH_ON_STACK];
    size_t *scratch = *count <= SCRATCH_ON_STACK ? on_stack : mem_new(*count, sizeof *scratch);
    if (kept != NULL) {
        for (size_t i = 0; i < *count; i++)
            kept[i] = i;
    }
    if (scratch != NULL) /* without memory the run stays as long as it is, which is still a run */
        reduce(&shaping, moves, count, kept, scratch);
    if (scratch != on_stack)
        mem_free(scratch);
    return shaping.status;
}

/* --- normal form --- */

#define NAME_NONE ARGUMENT_NAMES_MAX

/* The new names of a kind's things, in the order in which they appear, whatever the action and the position.
 */
struct kind_names {
    const struct argument_kind *kind;
    uint8_t name[ARGUMENT_NAMES_MAX];
    uint8_t next;
};
_Static_assert(NAME_NONE <= UINT8_MAX, "a name is a byte");

/* Kinds that have names already come first. */
struct naming {
    struct kind_names kinds[KINDS_MAX];
    size_t count;
};

/* A kind's names; a row is added for one that has none yet. */
static struct kind_names *names_of(struct naming *naming, const struct argument_kind *kind)
{
    size_t row = 0;
    while (row < naming->count && naming->kinds[row].kind != kind)
        row++;
    if (row == naming->count) {
        assert(row < KINDS_MAX && "a class that model_check_class has seen");
        naming->count++;
        naming->kinds[row].kind = kind;
        naming->kinds[row].next = 0;
        memset(naming->kinds[row].name, NAME_NONE, sizeof naming->kinds[row].name);
    }
    return &naming->kinds[row];
}

/* The move with the new names. A thing that has no name yet gets the next one of its kind, and keeps it where
 * keep is set. */
static uint32_t named_move(const struct model *model, struct naming *naming, uint32_t move, bool keep)
{
    const struct action *action = &model->class->actions[move_action(move)];
    const size_t count = action_argument_count(action);
    struct kind_names *given[MOVE_ARGUMENTS_MAX] = {NULL};
    uint32_t named = move;
    for (size_t i = 0; i < count; i++) {
        const uint32_t argument = move_argument(move, i);
        if (!action->arguments[i]->symmetric || argument >= ARGUMENT_NAMES_MAX)
            continue;
        struct kind_names *names = names_of(naming, action->arguments[i]);
        if (names->name[argument] == NAME_NONE) {
            names->name[argument] = names->next++;
            given[i] = names;
        }
        named = move_with(named, i, names->name[argument]);
    }
    for (size_t i = 0; i < count && !keep; i++) {
        if (given[i] != NULL) {
            given[i]->name[move_argument(move, i)] = NAME_NONE;
            given[i]->next--;
        }
    }
    return named;
}

/* True when moves[to] may as well come before moves[from..to): the same moves stay possible and lead to the
 * same state, and no property is hit on the way that was not hit before. */
static bool commutes_to_front(struct shaping *shaping, const struct place *at, const uint32_t *moves,
                              size_t from, size_t to)
{
    struct place straight = *at, swapped = *at;
    if (!move_is_enabled(shaping, &swapped, moves[to]))
        return false;
    take(shaping, &swapped, moves[to]);
    if (is_hit(shaping, &swapped))
        return false;
    for (size_t i = from; i < to; i++) {
        if (!move_is_enabled(shaping, &swapped, moves[i]))
            return false;
        take(shaping, &swapped, moves[i]);
        if (is_hit(shaping, &swapped))
            return false;
        take(shaping, &straight, moves[i]);
    }
    take(shaping, &straight, moves[to]);
    return memcmp(straight.state, swapped.state, shaping->model->state_size) == 0;
}

/* At each place the least of the moves that can stand there. The last move, which hits the property, stays.
 */
static void normalize(struct shaping *shaping, uint32_t *moves, size_t count, size_t *kept)
{
    const struct model *model = shaping->model;
    struct naming naming;
    naming.count = 0;
    struct place place;
    place_after(shaping, moves, 0, &place);
    for (size_t at = 0; at + 1 < count; at++) {
        size_t best = at;
        for (size_t i = at + 1; i + 1 < count; i++) {
            const uint32_t better = named_move(model, &naming, moves[i], false);
            if (better < named_move(model, &naming, moves[best], false) &&
                commutes_to_front(shaping, &place, moves, at, i))
                best = i;
        }
        const uint32_t chosen = moves[best];
        memmove(&moves[at + 1], &moves[at], (best - at) * sizeof *moves);
        moves[at] = chosen;
        if (kept != NULL) {
            const size_t index = kept[best];
            memmove(&kept[at + 1], &kept[at], (best - at) * sizeof *kept);
            kept[at] = index;
        }
        (void)named_move(model, &naming, chosen, true);
        take(shaping, &place, chosen);
    }
    for (size_t i = 0; i < count; i++)
        moves[i] = named_move(model, &naming, moves[i], true);
}

static uint64_t hash_moves(uint64_t label, const uint32_t *moves, size_t count)
{
    uint64_t hash = rng_mix(label + 1);
    for (size_t i = 0; i < count; i++)
        hash = rng_mix(hash ^ moves[i]) + RNG_GAMMA;
    /* The id is what its name shows, so that it can be looked up by name. */
    const uint64_t id = rng_mix(hash) & UINT32_MAX;
    return id == 0 ? 1 : id;
}

static void name_shape(uint64_t label, const uint32_t *moves, size_t count, struct shape *ret_shape)
{
    *ret_shape = (struct shape){.id = hash_moves(label, moves, count), .length = (uint32_t)count};
    (void)snprintf(ret_shape->name, sizeof ret_shape->name, "s%08x", (unsigned)ret_shape->id);
}

enum status shape_of_moves(const struct model *model, int property, uint32_t *moves, size_t *count,
                           size_t *kept, struct shape *ret_shape, struct error *err)
{
    struct shaping shaping = {.model = model, .property = property, .err = err};
    shaping.status = shape_reduce(model, property, moves, count, kept, err);
    if (shaping.status == OK)
        normalize(&shaping, moves, *count, kept);
    if (shaping.status != OK)
        return shaping.status;
    name_shape((uint64_t)property, moves, *count, ret_shape);
    return OK;
}

void shape_of_run(const struct model *model, uint64_t label, bool is_run, uint32_t *moves, size_t count,
                  struct shape *ret_shape)
{
    struct shaping shaping = {.model = model, .property = PROPERTY_NONE, .status = OK};
    struct naming naming;
    naming.count = 0;
    if (is_run)
        normalize(&shaping, moves, count, NULL);
    else
        for (size_t i = 0; i < count; i++)
            moves[i] = named_move(model, &naming, moves[i], true);
    name_shape(label, moves, count, ret_shape);
}

/* --- words --- */

/* What the normal form is about, and which steps of the trace that it came from that is. */
static void put_into_words(const struct model *model, const struct trace *trace, const uint32_t *moves,
                           size_t count, const size_t *kept, struct shape *shape)
{
    size_t keys[KEY_MOVES_MAX], key_count = 0;
    struct buffer text, here;
    buffer_init(&text);
    buffer_init(&here);
    if (model->class->traces.describe != NULL)
        key_count = model->class->traces.describe(model, trace->property, moves, count, &text, keys);
    assert(key_count <= KEY_MOVES_MAX);
    if (text.length == 0 && count > 0) {
        buffer_format(&text, "it ends with %s", model->class->actions[move_action(moves[count - 1])].name);
        keys[0] = count - 1;
        key_count = 1;
    }
    if (count == 0) {
        buffer_string(&text, "it begins so");
        buffer_string(&here, "state 0");
    }
    for (size_t i = 0; i < key_count; i++) {
        const size_t step = kept[keys[i]];
        buffer_string(&here, i == 0 ? "" : ", ");
        model_print_move(model, trace->steps[step].move, &here);
        buffer_format(&here, " at state %zu", step + 1);
    }
    (void)snprintf(shape->text, sizeof shape->text, "%s", text.text);
    (void)snprintf(shape->here, sizeof shape->here, "%s", here.text);
    buffer_release(&text);
    buffer_release(&here);
}

static enum status shape_of(const struct model *model, const struct trace *trace, bool in_words,
                            struct shape *ret_shape, struct error *err)
{
    size_t count = trace->property_state;
    assert(count <= trace->step_count);
    uint32_t *moves = mem_new(count, sizeof *moves);
    size_t *kept = in_words ? mem_new(count, sizeof *kept) : NULL;
    enum status status = OK;
    if (moves == NULL || (in_words && kept == NULL)) {
        status = error_memory(err, count * (sizeof *moves + sizeof *kept));
    } else {
        for (size_t i = 0; i < count; i++)
            moves[i] = trace->steps[i].move;
        status = shape_of_moves(model, trace->property, moves, &count, kept, ret_shape, err);
    }
    if (status == OK && in_words)
        put_into_words(model, trace, moves, count, kept, ret_shape);
    mem_free(moves);
    mem_free(kept);
    return status;
}

enum status shape_of_trace(const struct model *model, const struct trace *trace, struct shape *ret_shape,
                           struct error *err)
{
    if (trace->property == PROPERTY_NONE)
        return error_set(err, ERR_DATA, "the trace shows no property, so that it has no shape");
    return shape_of(model, trace, true, ret_shape, err);
}

uint64_t shape_of_walk(const struct model *model, uint64_t trace_seed, uint32_t length, int property)
{
    struct trace trace;
    trace_init(&trace);
    struct shape shape = {.id = 0};
    if (walk_trace(model, trace_seed, length, UINT32_C(1) << property, &trace, NULL) == OK &&
        trace.property == property && shape_of(model, &trace, false, &shape, NULL) != OK)
        shape.id = 0;
    trace_release(&trace);
    return shape.id;
}

/* Copies the head of a trace and its steps with the indices in kept. */
static enum status copy_steps(const struct trace *trace, const size_t *kept, size_t count,
                              struct trace *ret_trace)
{
    trace_clear(ret_trace);
    for (size_t i = 0; i < count; i++) {
        struct step step;
        trace_step_at(trace, kept[i], &step);
        const enum status status = trace_append(ret_trace, &step);
        if (status != OK)
            return status;
    }
    ret_trace->property = trace->property;
    ret_trace->property_state = count;
    trace_set_source(ret_trace, "shrink");
    return OK;
}

enum status shape_shrink_trace(const struct model *model, const struct trace *trace, struct trace *ret_trace,
                               struct error *err)
{
    if (trace->property == PROPERTY_NONE)
        return error_set(err, ERR_DATA,
                         "the trace shows no property: there is nothing to keep while it is shrunk");
    size_t count = trace->property_state;
    uint32_t *moves = mem_new(count, sizeof *moves);
    size_t *kept = mem_new(count, sizeof *kept);
    enum status status = OK;
    if (moves == NULL || kept == NULL) {
        status = error_memory(err, count * (sizeof *moves + sizeof *kept));
    } else {
        for (size_t i = 0; i < count; i++)
            moves[i] = trace->steps[i].move;
        status = shape_reduce(model, trace->property, moves, &count, kept, err);
        if (status == OK && copy_steps(trace, kept, count, ret_trace) != OK)
            status = error_memory(err, count * sizeof *ret_trace->steps);
    }
    mem_free(moves);
    mem_free(kept);
    return status;
}
