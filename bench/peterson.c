/* SPDX-License-Identifier: Apache-2.0 */
#include "bench/peterson.h"

#include "base/memory.h"

struct peterson_model {
    struct model base; /* first */
    unsigned processes;
    enum peterson_error error;
};

struct peterson_state {
    uint8_t pc[PETERSON_PROCESSES_MAX], j[PETERSON_PROCESSES_MAX], k[PETERSON_PROCESSES_MAX],
        pos[PETERSON_PROCESSES_MAX];
    uint8_t step[PETERSON_PROCESSES_MAX - 1];
};

static const struct argument_kind process = {.name = "process"};

static const struct action actions[] = {
    [PETERSON_REQUEST] = {"request", "Request", "a process wants to go in", {&process}},
    [PETERSON_LEVEL] = {"level", "Level", "it shows its level", {&process}},
    [PETERSON_SET_TURN] = {"turn", "Turn", "it leaves the turn of its level to others", {&process}},
    [PETERSON_LOOK] = {"scan", "Scan", "it sees that another one is on a lower level", {&process}},
    [PETERSON_ADVANCE] = {"advance", "Advance", "it goes to the next level", {&process}},
    [PETERSON_ENTER] = {"enter", "Enter", "it goes in", {&process}},
    [PETERSON_LEAVE] = {"leave", "Leave", "it goes out", {&process}},
};

static const struct property properties[] = {
    {"mutual_exclusion", PROPERTY_INVARIANT, "no two processes are inside"},
};

static const struct parameter parameters[] = {
    {"processes", "processes", "N", false, 3, PETERSON_PROCESSES_MAX, "processes"},
    {"error", "error", "E", false, 0, PETERSON_WRONG_ARRAY, "which mistake is made; 0: none"},
};

static const struct preset presets[] = {
    {"peterson_4", {.values = {{4, 4}, {0, 0}}, .properties = 1}},
};

static const struct peterson_model *of(const struct model *model)
{
    return (const struct peterson_model *)(const void *)model;
}

static enum status peterson_new(const struct model_class *class, const struct instance *instance,
                                struct model **ret_model, struct error *err)
{
    (void)class;
    struct peterson_model *m = mem_new(1, sizeof *m);
    if (m == NULL)
        return error_memory(err, sizeof *m);
    m->processes = (unsigned)instance->values[0].low;
    m->error = (enum peterson_error)instance->values[1].low;
    m->base = (struct model){.class = &peterson_lock,
                             .instance = *instance,
                             .state_size = sizeof(struct peterson_state),
                             .packed_words = peterson_words(m->processes)};
    *ret_model = &m->base;
    return OK;
}

static void peterson_free(struct model *model)
{
    mem_free(model);
}

static void init(const struct model *model, void *state)
{
    (void)model;
    memset(state, 0, sizeof(struct peterson_state));
}

static bool may_look(const struct peterson_model *m, const struct peterson_state *s, unsigned i)
{
    const unsigned k = s->k[i];
    return k < m->processes &&
           (k == i || (m->error == PETERSON_SAME_LEVEL ? s->pos[k] <= s->j[i] : s->pos[k] < s->j[i]));
}

static bool may_advance(const struct peterson_model *m, const struct peterson_state *s, unsigned i)
{
    const uint8_t *turns = m->error == PETERSON_WRONG_ARRAY ? s->pos : s->step;
    return turns[s->j[i] - 1] != i || s->k[i] == m->processes;
}

static size_t enabled(const struct model *model, const void *state, struct enabled_move *moves)
{
    const struct peterson_model *m = of(model);
    const struct peterson_state *s = state;
    size_t count = 0;
    for (unsigned i = 0; i < m->processes; i++) {
        bool can[PETERSON_ACTION_COUNT] = {false};
        can[PETERSON_REQUEST] = s->pc[i] == PETERSON_IDLE;
        can[PETERSON_LEVEL] = s->pc[i] == PETERSON_WAIT && s->j[i] < m->processes;
        can[PETERSON_ENTER] = s->pc[i] == PETERSON_WAIT && s->j[i] == m->processes;
        can[PETERSON_SET_TURN] = s->pc[i] == PETERSON_TURN;
        can[PETERSON_LOOK] = s->pc[i] == PETERSON_SCAN && may_look(m, s, i);
        can[PETERSON_ADVANCE] = s->pc[i] == PETERSON_SCAN && may_advance(m, s, i);
        can[PETERSON_LEAVE] = s->pc[i] == PETERSON_INSIDE;
        for (uint32_t a = 0; a < PETERSON_ACTION_COUNT; a++) {
            if (can[a])
                moves[count++] = (struct enabled_move){.move = move_make(a, i), .weight = 1};
        }
    }
    return count;
}

static void apply(const struct model *model, void *state, uint32_t move)
{
    (void)model;
    struct peterson_state *s = state;
    const uint32_t i = move_argument(move, 0);
    switch ((enum peterson_action)move_action(move)) {
    case PETERSON_REQUEST:
        s->pc[i] = PETERSON_WAIT, s->j[i] = 1;
        break;
    case PETERSON_LEVEL:
        s->pc[i] = PETERSON_TURN, s->pos[i] = s->j[i];
        break;
    case PETERSON_SET_TURN:
        s->pc[i] = PETERSON_SCAN, s->step[s->j[i] - 1] = (uint8_t)i, s->k[i] = 0;
        break;
    case PETERSON_LOOK:
        s->k[i]++;
        break;
    case PETERSON_ADVANCE:
        s->pc[i] = PETERSON_WAIT, s->j[i]++;
        break;
    case PETERSON_ENTER:
        s->pc[i] = PETERSON_INSIDE;
        break;
    case PETERSON_LEAVE:
        s->pc[i] = PETERSON_IDLE, s->pos[i] = 0;
        break;
    case PETERSON_ACTION_COUNT:
        break;
    }
}

static uint32_t properties_hit(const struct model *model, const void *state)
{
    const struct peterson_state *s = state;
    unsigned inside = 0;
    for (unsigned i = 0; i < PETERSON_PROCESSES_MAX; i++)
        inside += s->pc[i] == PETERSON_INSIDE;
    return (uint32_t)(inside > 1) & model->instance.properties;
}

static void pack(const struct model *model, const void *state, uint64_t *words)
{
    const unsigned n = of(model)->processes;
    const struct peterson_state *s = state;
    words[0] = words[model->packed_words - 1] = 0;
    for (unsigned i = 0; i < n; i++)
        words[0] |= (uint64_t)(s->pc[i] | s->j[i] << 3 | s->k[i] << 6 | s->pos[i] << 9) << 12 * i;
    for (unsigned i = 0; i + 1 < n; i++)
        words[model->packed_words - 1] |= (uint64_t)s->step[i]
                                          << (3 * i + (n < PETERSON_PROCESSES_MAX ? 12 * n : 0));
}

static void unpack(const struct model *model, const uint64_t *words, void *state)
{
    const unsigned n = of(model)->processes;
    struct peterson_state *s = state;
    memset(s, 0, sizeof *s);
    for (unsigned i = 0; i < n; i++) {
        s->pc[i] = (uint8_t)peterson_field(words[0], 12 * i);
        s->j[i] = (uint8_t)peterson_field(words[0], 12 * i + 3);
        s->k[i] = (uint8_t)peterson_field(words[0], 12 * i + 6);
        s->pos[i] = (uint8_t)peterson_field(words[0], 12 * i + 9);
    }
    for (unsigned i = 0; i + 1 < n; i++)
        s->step[i] = (uint8_t)peterson_field(words[model->packed_words - 1],
                                             3 * i + (n < PETERSON_PROCESSES_MAX ? 12 * n : 0));
}

static size_t expand(const struct model *model, const uint64_t *packed, uint64_t *ret_packed,
                     uint32_t *ret_moves, uint32_t *ret_hits)
{
    const enum peterson_error error = of(model)->error;
    switch (of(model)->processes) {
    case 3:
        return peterson_successors(3, error, packed, ret_packed, ret_moves, ret_hits);
    case 4:
        return peterson_successors(4, error, packed, ret_packed, ret_moves, ret_hits);
    default:
        return peterson_successors(5, error, packed, ret_packed, ret_moves, ret_hits);
    }
}

static enum status draw_nothing(const struct model *model, struct trace *trace)
{
    (void)model, (void)trace;
    return OK;
}

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

const struct model_class peterson_lock = {
    .name = "peterson_lock",
    .summary = "processes that go in one at a time under Peterson's lock",
    .actions = actions,
    .action_count = COUNT(actions),
    .properties = properties,
    .property_count = COUNT(properties),
    .parameters = parameters,
    .parameter_count = COUNT(parameters),
    .presets = presets,
    .preset_count = COUNT(presets),
    .model_new = peterson_new,
    .model_free = peterson_free,
    .init = init,
    .enabled = enabled,
    .apply = apply,
    .properties_hit = properties_hit,
    .traces = {.draw_payload = draw_nothing},
    .speed = {.pack = pack, .unpack = unpack, .expand = expand},
};
