/* SPDX-License-Identifier: Apache-2.0 */
#include "model/own/own_inspect.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/memory.h"
#include "model/own/own.h"

/* Mistakes that a state shows; each is told once for each action, or each kind, property, … */
enum mistake {
    MISTAKE_STEP,     /* of an action: it leads to no state of the model */
    MISTAKE_UNSTABLE, /* of an action: it is not a function of the state */
    MISTAKE_HIDDEN,   /* of an action: it leaves something in bytes that no field names */
    MISTAKE_PROGRESS, /* of an action */
    MISTAKE_UNLIKE,   /* of a kind: its things are not alike */
    MISTAKE_MOVES,    /* of the state */
    MISTAKE_COUNT
};
#define CULPRITS_MAX RACEWALK_ACTIONS_MAX /* most of what one mistake can be of */
static_assert(RACEWALK_KINDS_MAX <= CULPRITS_MAX, "a kind is a culprit, too");

/* The enabled moves of a state, sorted by move. */
struct moves {
    size_t count;
    struct racewalk_move rows[MOVES_ROOM];
};

struct own_inspector {
    const struct own_model *m;
    own_complain *complain;
    void *context;
    bool told[MISTAKE_COUNT][CULPRITS_MAX];

    bool unsound; /* a state was met from which a search must not go on */
    uint64_t states;
    uint64_t enabled[RACEWALK_ACTIONS_MAX]; /* states in which the action is */
    uint32_t hits;                          /* properties that were hit in any state */
    bool changes[RACEWALK_FIELDS_MAX];      /* the field was seen to be something else than at first */
    struct own_state seen;                  /* the first state, which fields are held against */
    /* The model with one guard more, or less; NULL when there is none, or once an effect was seen. */
    struct model *turned[RACEWALK_GUARDS_MAX];
    bool has_effect[RACEWALK_GUARDS_MAX];
    /* [a][b], a < b: wherever one was enabled, the other was, and they led to the same states. */
    bool twins[RACEWALK_ACTIONS_MAX][RACEWALK_ACTIONS_MAX];
};

static void tell(struct own_inspector *inspector, enum mistake mistake, size_t culprit, uint32_t move,
                 const char *format, ...) __attribute__((format(printf, 5, 6)));

static void tell(struct own_inspector *inspector, enum mistake mistake, size_t culprit, uint32_t move,
                 const char *format, ...)
{
    struct buffer text;
    assert(culprit < CULPRITS_MAX);
    if (inspector->told[mistake][culprit])
        return;
    inspector->told[mistake][culprit] = true;
    buffer_init(&text);
    va_list args;
    va_start(args, format);
    buffer_vformat(&text, format, args);
    va_end(args);
    inspector->complain(inspector->context, move, text.text);
    buffer_release(&text);
}

static const char *action_name(const struct own_inspector *inspector, uint32_t move)
{
    return inspector->m->own->object->actions[move_action(move)].name;
}

/* --- looking at a state --- */

static void sort_moves(struct moves *moves)
{
    for (size_t i = 1; i < moves->count; i++) {
        const struct racewalk_move row = moves->rows[i];
        size_t at = i;
        for (; at > 0 && moves->rows[at - 1].move > row.move; at--)
            moves->rows[at] = moves->rows[at - 1];
        moves->rows[at] = row;
    }
}

static void list_moves(const struct own_model *m, const void *state, struct moves *moves)
{
    moves->count = m->own->judge->enabled(m->judge_params, state, moves->rows);
    if (moves->count > MOVES_MAX)
        moves->count = 0; /* model_check_moves says why */
    sort_moves(moves);
}

static bool same_moves(const struct moves *a, const struct moves *b)
{
    if (a->count != b->count)
        return false;
    for (size_t i = 0; i < a->count; i++) {
        if (a->rows[i].move != b->rows[i].move || a->rows[i].weight != b->rows[i].weight ||
            a->rows[i].idle != b->rows[i].idle)
            return false;
    }
    return true;
}

/* The first move that is only in one of them, or has another weight. */
static const struct racewalk_move *odd_move(const struct moves *a, const struct moves *b)
{
    for (size_t i = 0; i < a->count; i++) {
        if (i >= b->count || a->rows[i].move < b->rows[i].move)
            return &a->rows[i];
        if (a->rows[i].move > b->rows[i].move)
            return &b->rows[i];
        if (a->rows[i].weight != b->rows[i].weight || a->rows[i].idle != b->rows[i].idle)
            return &a->rows[i];
    }
    return &b->rows[a->count < b->count ? a->count : 0];
}

static void take(const struct own_model *m, const void *state, uint32_t move, struct own_state *ret_state)
{
    memcpy(ret_state->bytes, state, m->base.state_size);
    (void)m->own->judge->apply(m->judge_params, ret_state->bytes, move);
}

/* What no field names was changed by the move, and the model looks at it. */
static bool hides_something(const struct own_model *m, const struct own_state *raw)
{
    struct own_state plain = *raw;
    struct moves with, without;
    own_normalize(m, plain.bytes);
    if (memcmp(plain.bytes, raw->bytes, m->base.state_size) == 0)
        return false;
    if (m->own->judge->hits(m->judge_params, raw->bytes) != m->own->judge->hits(m->judge_params, plain.bytes))
        return true;
    list_moves(m, raw->bytes, &with);
    list_moves(m, plain.bytes, &without);
    if (!same_moves(&with, &without))
        return true;
    for (size_t i = 0; i < with.count; i++) {
        struct own_state a, b;
        take(m, raw->bytes, with.rows[i].move, &a);
        take(m, plain.bytes, with.rows[i].move, &b);
        own_normalize(m, a.bytes);
        own_normalize(m, b.bytes);
        if (memcmp(a.bytes, b.bytes, m->base.state_size) != 0)
            return true;
    }
    return false;
}

static bool has_progress(const struct own_model *m)
{
    return m->own->object->progress != NULL;
}

static uint32_t progress_of(const struct own_model *m, const void *state)
{
    return m->own->judge->progress(m->judge_params, state);
}

/* --- one move --- */

static void inspect_progress(struct own_inspector *inspector, const void *state, uint32_t move,
                             const struct own_state *next)
{
    const struct own_model *m = inspector->m;
    const uint32_t before = progress_of(m, state), after = progress_of(m, next->bytes);
    if (after < before)
        tell(inspector, MISTAKE_PROGRESS, move_action(move), move,
             "the progress falls: it is %u before the action %s and %u after it", before,
             action_name(inspector, move), after);
    else if (after >= PROGRESS_LIMIT)
        tell(inspector, MISTAKE_PROGRESS, move_action(move), move,
             "the progress is %u after the action %s; it must be below %u", after,
             action_name(inspector, move), PROGRESS_LIMIT);
}

/* The state that a move leads to. False when it is none. */
static bool inspect_move(struct own_inspector *inspector, const void *state, uint32_t move,
                         struct own_state *ret_next)
{
    const struct own_model *m = inspector->m;
    const uint32_t action = move_action(move);
    struct error err = {{0}};
    struct own_state raw, again;
    memcpy(ret_next->bytes, state, m->base.state_size);
    if (own_take_step(m, move, ret_next, &err) != OK) {
        tell(inspector, MISTAKE_STEP, action, move, "%s", err.text);
        return false;
    }
    take(m, state, move, &raw);
    if (hides_something(m, &raw))
        tell(inspector, MISTAKE_HIDDEN, action, move,
             "the action %s changes bytes of struct %s that no field names, and the model looks at them",
             action_name(inspector, move), m->own->object->name);
    take(m, state, move, &again);
    own_normalize(m, again.bytes);
    if (memcmp(again.bytes, ret_next->bytes, m->base.state_size) != 0)
        tell(inspector, MISTAKE_UNSTABLE, action, move,
             "the action %s leads from one state to different ones: it must look at p, s and its arguments "
             "alone",
             action_name(inspector, move));
    if (has_progress(m))
        inspect_progress(inspector, state, move, ret_next);
    return true;
}

/* --- symmetry --- */

static uint32_t exchanged_move(const struct own_model *m, size_t kind, uint32_t a, uint32_t b, uint32_t move)
{
    const struct own_action *action = &m->own->actions[move_action(move)];
    for (uint32_t i = 0; i < action->argument_count; i++) {
        const uint32_t argument = move_argument(move, i);
        if (action->picks[i].kind == (int32_t)kind && (argument == a || argument == b))
            move = move_with(move, i, argument == a ? b : a);
    }
    return move;
}

static void tell_unlike(struct own_inspector *inspector, size_t kind, uint32_t a, uint32_t move,
                        const char *what)
{
    const struct own_class *own = inspector->m->own;
    struct buffer name;
    buffer_init(&name);
    if (move != OWN_MOVE_NONE) {
        buffer_string(&name, ": ");
        model_print_move(&inspector->m->base, move, &name);
    }
    tell(inspector, MISTAKE_UNLIKE, kind, OWN_MOVE_NONE,
         "the kind %s is not SYMMETRIC: with %s and %s exchanged, %s%s", own->kinds[kind].name,
         own->thing_names[kind][a], own->thing_names[kind][a + 1], what, name.text);
    buffer_release(&name);
}

/* With things a and a + 1 exchanged, the state must have the same moves, properties and successors, exchanged. */
static void inspect_exchange(struct own_inspector *inspector, const void *state, size_t kind, uint32_t a,
                             const struct moves *moves)
{
    const struct own_model *m = inspector->m;
    const struct racewalk_model *judge = m->own->judge;
    struct own_state other, here, there, expected;
    struct moves renamed = *moves, theirs;
    own_exchange(m, kind, a, a + 1, state, other.bytes);
    for (size_t i = 0; i < renamed.count; i++)
        renamed.rows[i].move = exchanged_move(m, kind, a, a + 1, renamed.rows[i].move);
    sort_moves(&renamed);
    list_moves(m, other.bytes, &theirs);
    if (!same_moves(&renamed, &theirs)) {
        tell_unlike(inspector, kind, a, odd_move(&renamed, &theirs)->move,
                    "other moves are enabled, or have other weights");
        return;
    }
    const uint32_t differs = judge->hits(m->judge_params, state) ^ judge->hits(m->judge_params, other.bytes);
    if (differs != 0) {
        struct buffer what;
        buffer_init(&what);
        buffer_format(&what, "the property %s is another",
                      m->own->object->properties[__builtin_ctz(differs)].name);
        tell_unlike(inspector, kind, a, OWN_MOVE_NONE, what.text);
        buffer_release(&what);
        return;
    }
    if (has_progress(m) && progress_of(m, state) != progress_of(m, other.bytes)) {
        tell_unlike(inspector, kind, a, OWN_MOVE_NONE, "the progress is another");
        return;
    }
    for (size_t i = 0; i < moves->count; i++) {
        take(m, state, moves->rows[i].move, &here);
        take(m, other.bytes, exchanged_move(m, kind, a, a + 1, moves->rows[i].move), &there);
        own_normalize(m, here.bytes);
        own_normalize(m, there.bytes);
        own_exchange(m, kind, a, a + 1, here.bytes, expected.bytes);
        if (memcmp(expected.bytes, there.bytes, m->base.state_size) != 0) {
            tell_unlike(inspector, kind, a, moves->rows[i].move, "an action leads elsewhere");
            return;
        }
    }
}

static void inspect_symmetry(struct own_inspector *inspector, const void *state, const struct moves *moves)
{
    const struct own_model *m = inspector->m;
    for (size_t k = 0; k < m->own->object->kind_count; k++) {
        for (uint32_t a = 0; m->own->kinds[k].symmetric && a + 1 < m->things[k]; a++) {
            if (!inspector->told[MISTAKE_UNLIKE][k])
                inspect_exchange(inspector, state, k, a, moves);
        }
    }
}

/* --- what shows over many states --- */

/* Whether a guard makes a difference to this state's moves, or to what they lead to. */
static bool turns(const struct own_model *m, const struct model *turned, const void *state,
                  const struct moves *moves)
{
    const struct own_model *other = own_model_of(turned);
    struct moves theirs;
    list_moves(other, state, &theirs);
    if (!same_moves(moves, &theirs) ||
        m->own->judge->hits(m->judge_params, state) != m->own->judge->hits(other->judge_params, state))
        return true;
    for (size_t i = 0; i < moves->count; i++) {
        struct own_state a, b;
        take(m, state, moves->rows[i].move, &a);
        take(other, state, moves->rows[i].move, &b);
        own_normalize(m, a.bytes);
        own_normalize(m, b.bytes);
        if (memcmp(a.bytes, b.bytes, m->base.state_size) != 0)
            return true;
    }
    return false;
}

static void note_guards(struct own_inspector *inspector, const void *state, const struct moves *moves)
{
    for (size_t g = 0; g < inspector->m->own->object->guard_count; g++) {
        if (inspector->turned[g] != NULL && !inspector->has_effect[g])
            inspector->has_effect[g] = turns(inspector->m, inspector->turned[g], state, moves);
    }
}

/* Whether two actions that are enabled lead to the same states: each of one is one of the other. */
static bool lead_alike(const struct own_model *m, const struct moves *moves, const struct own_state *next,
                       uint32_t a, uint32_t b)
{
    for (size_t i = 0; i < moves->count; i++) {
        const uint32_t action = move_action(moves->rows[i].move);
        bool found = action != a && action != b;
        for (size_t j = 0; j < moves->count && !found; j++)
            found = move_action(moves->rows[j].move) == (action == a ? b : a) &&
                    memcmp(next[i].bytes, next[j].bytes, m->base.state_size) == 0;
        if (!found)
            return false;
    }
    return true;
}

static void note_twins(struct own_inspector *inspector, const struct moves *moves,
                       const struct own_state *next)
{
    const uint32_t count = inspector->m->own->object->action_count;
    uint32_t enabled = 0;
    for (size_t i = 0; i < moves->count; i++)
        enabled |= UINT32_C(1) << move_action(moves->rows[i].move);
    for (uint32_t a = 0; a < count; a++) {
        for (uint32_t b = a + 1; b < count; b++) {
            const uint32_t both = UINT32_C(1) << a | UINT32_C(1) << b;
            if (inspector->twins[a][b] && (enabled & both) != 0)
                inspector->twins[a][b] =
                    (enabled & both) == both && lead_alike(inspector->m, moves, next, a, b);
        }
    }
}

static void note_fields(struct own_inspector *inspector, const void *state)
{
    const struct racewalk_model *object = inspector->m->own->object;
    for (size_t f = 0; f < object->field_count; f++) {
        uint32_t extent[2];
        if (inspector->changes[f])
            continue;
        own_extent(inspector->m, &object->fields[f], extent);
        for (size_t i = 0; i < extent[0]; i++) {
            for (size_t j = 0; j < extent[1]; j++)
                inspector->changes[f] |= own_get(&object->fields[f], state, i, j) !=
                                         own_get(&object->fields[f], inspector->m->first.bytes, i, j);
        }
    }
}

/* --- the whole --- */

/* The moves of a state, looked at twice. False when a search must not go on from it. */
static bool inspect_moves(struct own_inspector *inspector, const void *state, struct moves *moves)
{
    const struct own_model *m = inspector->m;
    struct moves again;
    struct error err = {{0}};
    list_moves(m, state, moves);
    enum status status = own_check_fault(m->own->judge, &err);
    if (status == OK) {
        inspector->hits |= m->own->judge->hits(m->judge_params, state);
        status = own_check_fault(m->own->judge, &err);
    }
    if (status == OK)
        status = model_check_moves(&m->base, state, &err);
    if (status != OK) {
        tell(inspector, MISTAKE_MOVES, 0, OWN_MOVE_NONE, "%s", err.text);
        return false;
    }
    list_moves(m, state, &again);
    if (same_moves(moves, &again))
        return true;
    const uint32_t move = odd_move(moves, &again)->move;
    tell(inspector, MISTAKE_UNSTABLE, move_action(move), OWN_MOVE_NONE,
         "the action %s is now enabled in a state, now not: it must look at p, s and its arguments alone",
         action_name(inspector, move));
    return false;
}

bool own_inspect(struct own_inspector *inspector, const void *state)
{
    struct moves moves;
    struct own_state next[MOVES_MAX];
    inspector->states++;
    note_fields(inspector, state);
    bool sound = inspect_moves(inspector, state, &moves);
    for (size_t i = 0; sound && i < moves.count; i++) {
        const uint32_t action = move_action(moves.rows[i].move);
        inspector->enabled[action] += i == 0 || move_action(moves.rows[i - 1].move) != action;
        sound = inspect_move(inspector, state, moves.rows[i].move, &next[i]);
    }
    inspector->unsound = inspector->unsound || !sound;
    if (!sound)
        return false;
    inspect_symmetry(inspector, state, &moves);
    note_guards(inspector, state, &moves);
    note_twins(inspector, &moves, next);
    return true;
}

static void end_properties(struct own_inspector *inspector, const char *in_all)
{
    const struct racewalk_model *object = inspector->m->own->object;
    const uint32_t first = object->hits(inspector->m->params, inspector->m->first.bytes);
    for (uint32_t p = 0; p < object->property_count; p++) {
        struct buffer text;
        buffer_init(&text);
        if (object->properties[p].example == 0 && (first >> p & 1) != 0)
            buffer_format(&text, "the invariant %s fails in the initial state", object->properties[p].name);
        else if (object->properties[p].example != 0 && (inspector->hits >> p & 1) == 0)
            buffer_format(&text, "the example %s is never seen in %s", object->properties[p].name, in_all);
        if (text.length > 0)
            inspector->complain(inspector->context, OWN_MOVE_NONE, text.text);
        buffer_release(&text);
    }
}

static void end_actions(struct own_inspector *inspector, const char *in_all)
{
    const struct racewalk_model *object = inspector->m->own->object;
    for (uint32_t a = 0; a < object->action_count; a++) {
        struct buffer text;
        buffer_init(&text);
        if (inspector->enabled[a] == 0)
            buffer_format(&text, "the action %s is never enabled in %s", object->actions[a].name, in_all);
        for (uint32_t b = a + 1; b < object->action_count && text.length == 0; b++) {
            if (inspector->twins[a][b] && inspector->enabled[a] > 0)
                buffer_format(&text, "the actions %s and %s always lead to the same states, in %s",
                              object->actions[a].name, object->actions[b].name, in_all);
        }
        if (text.length > 0)
            inspector->complain(inspector->context, OWN_MOVE_NONE, text.text);
        buffer_release(&text);
    }
}

static void end_guards_and_fields(struct own_inspector *inspector, const char *in_all)
{
    const struct racewalk_model *object = inspector->m->own->object;
    struct buffer text;
    buffer_init(&text);
    for (uint32_t g = 0; g < object->guard_count; g++) {
        buffer_clear(&text);
        buffer_format(&text, "the guard %s changes nothing in %s", object->guards[g].name, in_all);
        if (inspector->turned[g] != NULL && !inspector->has_effect[g])
            inspector->complain(inspector->context, OWN_MOVE_NONE, text.text);
    }
    for (uint32_t f = 0; f < object->field_count; f++) {
        buffer_clear(&text);
        buffer_format(&text, "the field %s never changes in %s", object->fields[f].name, in_all);
        if (!inspector->changes[f])
            inspector->complain(inspector->context, OWN_MOVE_NONE, text.text);
    }
    buffer_release(&text);
}

void own_inspect_end(struct own_inspector *inspector, bool complete)
{
    char in_all[64];
    (void)snprintf(in_all, sizeof in_all, complete ? "any of the %llu states" : "the %llu states looked at",
                   (unsigned long long)inspector->states);
    /* What a broken model never does says nothing. */
    if (inspector->unsound)
        return;
    end_properties(inspector, in_all);
    end_actions(inspector, in_all);
    end_guards_and_fields(inspector, in_all);
}

bool own_inspector_is_sound(const struct own_inspector *inspector)
{
    return !inspector->unsound;
}

enum status own_inspector_new(const struct model *model, own_complain *complain, void *context,
                              struct own_inspector **ret_inspector, struct error *err)
{
    struct own_inspector *inspector = mem_new_aligned(alignof(struct own_inspector), 1, sizeof *inspector);
    if (inspector == NULL)
        return error_memory(err, sizeof *inspector);
    inspector->m = own_model_of(model);
    inspector->complain = complain;
    inspector->context = context;
    memset(inspector->twins, true, sizeof inspector->twins);
    for (size_t g = 0; g < model->class->guard_count; g++) {
        struct instance instance = model->instance;
        struct error ignored;
        instance.guards ^= UINT32_C(1) << g;
        if (model_new(model->class, &instance, &inspector->turned[g], &ignored) != OK)
            inspector->turned[g] = NULL; /* the guards do not go together, say */
    }
    *ret_inspector = inspector;
    return OK;
}

void own_inspector_free(struct own_inspector *inspector)
{
    if (inspector == NULL)
        return;
    for (size_t g = 0; g < RACEWALK_GUARDS_MAX; g++)
        model_free(inspector->turned[g]);
    mem_free(inspector);
}
