/* SPDX-License-Identifier: Apache-2.0 */
/* A model of your own system for racewalk, on one page of C (or C++).
 *
 * A model is a state (a plain struct, without pointers), actions that change it, and properties. You write
 * the state and one function for each action, say in tables what they are, and include this header once more
 * at the end, which makes the rest:
 *
 *     #include <racewalk/model.h>
 *
 *     enum { CLIENTS = 4, TERMS = 7 };
 *     struct params { int clients; bool fencing; };
 *     struct lease { uint8_t term, held, view[CLIENTS]; };
 *
 *     #define KINDS(K)      K(client, CLIENTS, p->clients, SYMMETRIC, "client-a")
 *     #define PARAMS(P)     P(clients, 1, CLIENTS, "number of clients")
 *     #define GUARDS(G)     G(fencing, "the store refuses writes of an older lease than it has seen")
 *     #define FIELDS(F)     F(term, UP_TO(TERMS)) F(held, BOOL) F(view, PER(client), UP_TO(TERMS))
 *     #define INSTANCES(I)  I(l2, 2) I(l3, 3)
 *
 *     static bool acquire(const struct params *p, struct lease *s, int client) { ... }
 *
 *     #define ACTIONS(A)    A(acquire, "{client} acquires the free lease", client)
 *     #define INVARIANTS(I) I(one_holder, COUNT(i, CLIENTS, s->view[i] != 0) <= 1, "no two believe to hold it")
 *
 *     #define RACEWALK_MODEL   lease
 *     #define RACEWALK_SUMMARY "clients that write under a lock held by lease"
 *     #include <racewalk/model.h>
 *
 * Then `racewalk check --model lease.c` compiles the file and searches it; docs/own-models.md is a tutorial.
 *
 * What you write
 *
 *   struct NAME      the state. Integers, bool, arrays of them; every byte that changes must be a field.
 *   struct params    what FIELDS and actions ask for of the instance: a member for each row of PARAMS and GUARDS.
 *   actions          static bool NAME(const struct params *p, struct MODEL *s, int arg1, ...): false when the
 *                    action is not enabled in the state; otherwise it changes the state and returns true.
 *                    What it did to the state before it returned false does not matter.
 *
 *   FIELDS(F)        F(name, TYPE), F(name, PER(kind), TYPE) for an array with an element for each thing of the
 *                    kind, F(name, PER2(kind, kind), TYPE) for an array of two dimensions. TYPE is one of
 *                      UP_TO(most)       0 .. most
 *                      RANGE(low, high)  low .. high
 *                      BOOL              false, true
 *                      ONE_OF("idle", "busy", ...)  0, 1, ..., which traces show by these names; at most 16
 *                      REF(kind)         a thing of the kind, by its number
 *                      REF_OR_NONE(kind) that, or -1 (the field must be signed)
 *                      SET(kind)         bit i: thing i is in the set
 *                    Bounds are constant. A renaming of the things of a symmetric kind renames REFs and SETs.
 *   ACTIONS(A)       A(name, "sentence", kind ...): the kinds of its arguments, at most 3. In the sentence {kind}
 *                    stands for the argument of that kind; other names in braces name the remaining ones in their
 *                    order: A(ask, "{from} asks {to} for its vote", node, node).
 *   INVARIANTS(I)    I(name, expression, "sentence"): what must be true of p and s.
 *   EXAMPLES(E)      E(name, expression, "sentence"): what is looked for.
 *
 * In expressions and actions, COUNT(i, n, truth) is for how many i from 0 to n - 1 the truth holds, ANY(i, n, truth)
 * whether for one of them, ALL(i, n, truth) whether for all.
 *
 * and, where there is need of it:
 *
 *   KINDS(K)         K(name, most, count, SYMMETRIC or ORDERED, "first-name"): things that are alike, numbered
 *                    0 .. count - 1. most is constant and bounds arrays; count may look at p. SYMMETRIC: the
 *                    model does not tell them apart. The name of the first one tells those of all: "client-a" goes on
 *                    with client-b, "n1" with n2; "0" and "1" are numbers.
 *   PARAMS(P)        P(name, least, most, "what it is"): an integer of the instance, and the option --name.
 *   GUARDS(G)        G(name, "what it does"): off, or on by --guard name.
 *   INSTANCES(I)     I(name, values of PARAMS in their order ...); the first is the default. Without it, there is one,
 *                    which has the least value of each.
 *   REQUIRES(R)      R(expression of p, "what must hold of the parameters")
 *   WEIGHTS(W)       W(action, expression): how often walks take the action (for each of its arguments) beside
 *                    others, which have 1. The sum in a state is below 2^32.
 *   DATA(D)          D(action, name, low, high): a number that the action carries, without influence on the model.
 *                    It is drawn when a trace is written; {name} stands for it in the action's sentence.
 *   INITIAL          the name of static void NAME(const struct params *p, struct MODEL *s), which changes the
 *                    initial state. Without it, every field is 0, or its bound next to 0, and a REF_OR_NONE none.
 *   PROGRESS         an expression: a number below 65,536 that no action ever lowers. It saves memory.
 *
 * Limits: 32 actions, 16 properties, 16 parameters, 16 guards, 8 kinds, 64 fields, 32 instances, 254 things of a
 * kind (32 in a SET of them), 256 moves in a state, 512 bytes of state, 2048 bits when packed. */
#ifndef RACEWALK_MODEL_H
#define RACEWALK_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define COUNT(i, n, truth)                 \
    __extension__({                        \
        int count_of_##i = 0;              \
        for (int i = 0; i < (int)(n); i++) \
            count_of_##i += (truth) != 0;  \
        count_of_##i;                      \
    })
#define ANY(i, n, truth) (COUNT(i, n, truth) != 0)
#define ALL(i, n, truth) (COUNT(i, n, !(truth)) == 0)

/* Actions have the same arguments whether they look at them or not. */
#pragma GCC diagnostic ignored "-Wunused-parameter"

/* What an object file and racewalk agree upon. It changes when a struct below does. */
#define RACEWALK_INTERFACE 1

#define RACEWALK_ACTIONS_MAX    32
#define RACEWALK_PROPERTIES_MAX 16
#define RACEWALK_PARAMETERS_MAX 16
#define RACEWALK_GUARDS_MAX     16
#define RACEWALK_KINDS_MAX      8
#define RACEWALK_FIELDS_MAX     64
#define RACEWALK_INSTANCES_MAX  32
#define RACEWALK_DATA_MAX       32
#define RACEWALK_THINGS_MAX     254
#define RACEWALK_MOVES_MAX      256
#define RACEWALK_STATE_MAX      512
#define RACEWALK_WORDS_MAX      32
#define RACEWALK_ARGUMENTS_MAX  3

struct params; /* the author's, or nobody's */

struct racewalk_kind {
    const char *name;
    uint32_t most;
    uint32_t symmetric;
    const char *first; /* name of thing 0 */
};

enum racewalk_type { RACEWALK_NUMBER, RACEWALK_BOOL, RACEWALK_NAMES, RACEWALK_REF, RACEWALK_SET };

struct racewalk_field {
    const char *name;
    int32_t kinds[2]; /* of its dimensions: indices of kinds, -1: none */
    uint32_t type;    /* enum racewalk_type */
    int32_t of;       /* of a REF and SET: the kind */
    int64_t low, high;
    const char *names; /* of RACEWALK_NAMES: each with its NUL */
    uint32_t offset;   /* in the state, of the first element */
    uint32_t strides[2];
    uint32_t size; /* of an element: 1, 2, 4 or 8 */
    uint32_t is_signed;
    uint32_t elements; /* for which there is room */
    uint32_t bits;     /* of an element, packed */
};

struct racewalk_action {
    const char *name;
    const char *sentence;
    int32_t kinds[RACEWALK_ARGUMENTS_MAX]; /* of its arguments; -1 after the last */
};

struct racewalk_property {
    const char *name;
    const char *sentence;
    uint32_t example; /* 0: an invariant */
};

struct racewalk_parameter {
    const char *name;
    int64_t least, most;
    const char *help;
};

struct racewalk_guard {
    const char *name;
    const char *help;
};

struct racewalk_instance {
    const char *name;
    uint32_t value_count;
    int64_t values[RACEWALK_PARAMETERS_MAX];
};

struct racewalk_data {
    uint32_t action;
    const char *name;
};

#define RACEWALK_EXCESS  SIZE_MAX
#define RACEWALK_NO_MOVE UINT32_MAX

/* A move is action | first argument << 8 | second << 16 | third << 24. */
struct racewalk_move {
    uint32_t move;
    uint32_t weight;
    bool idle; /* it leads back to the same state */
};

/* Walks first .. first + count - 1 of the run with this seed; see docs/reference.md for how a walk draws. */
struct racewalk_walks {
    uint64_t seed, first, count;
    uint32_t max_steps;
    uint32_t properties; /* bit p: a walk ends when property p is hit */
};

struct racewalk_hit {
    uint64_t sample;
    uint32_t length, properties;
};

struct racewalk_tally {
    uint64_t walks, steps, ended, refused;
    uint64_t hits[RACEWALK_PROPERTIES_MAX];
    uint64_t fired[RACEWALK_ACTIONS_MAX];
    /* The first hit_capacity hits, in order; hit_count counts all. */
    struct racewalk_hit *first_hits;
    size_t hit_capacity, hit_count;
};

/* What went wrong in a checked build, and where. */
struct racewalk_fault {
    const char *what;     /* NULL: nothing */
    const char *property; /* the invariant or example that was looked at; NULL: none */
    const char *file;
    uint32_t line, column;
};

struct racewalk_model {
    uint32_t interface; /* RACEWALK_INTERFACE; what follows is only looked at when it is the same */
    uint32_t size;      /* sizeof(struct racewalk_model) */
    const char *name, *summary;
    uint32_t state_size, params_size;
    uint32_t dense;   /* each byte of the state belongs to a field */
    uint32_t checked; /* built with RACEWALK_CHECKED */
    const struct racewalk_kind *kinds;
    const struct racewalk_field *fields;
    const struct racewalk_action *actions;
    const struct racewalk_property *properties;
    const struct racewalk_parameter *parameters;
    const struct racewalk_guard *guards;
    const struct racewalk_instance *instances;
    const struct racewalk_data *data;
    uint32_t kind_count, field_count, action_count, property_count;
    uint32_t parameter_count, guard_count, instance_count, data_count;

    void (*set_params)(void *params, const int64_t *values, uint32_t guards);
    /* NULL, or what the parameters do not keep. */
    const char *(*refuse)(const void *params);
    /* Things of a kind in this instance. */
    int64_t (*things)(const void *params, uint32_t kind);
    void (*data_range)(const void *params, uint32_t row, int64_t *low, int64_t *high);
    /* After refuse and things were found to be right: makes the initial state. */
    void (*begin)(void *params);
    /* Of 64 bits in a packed state, in this instance. */
    uint32_t (*words)(const void *params);
    void (*init)(const void *params, void *state);
    /* At most RACEWALK_MOVES_MAX are filled in; the number that is returned may be more, and is RACEWALK_EXCESS when a
     * move leads to a value that has no room in a packed state; then moves go on with RACEWALK_NO_MOVE. */
    size_t (*enabled)(const void *params, const void *state, struct racewalk_move *moves);
    /* False: it is not enabled, and the state may be anything. */
    bool (*apply)(const void *params, void *state, uint32_t move);
    /* Bit p: invariant p fails, or example p is seen. */
    uint32_t (*hits)(const void *params, const void *state);
    uint32_t (*progress)(const void *params, const void *state); /* NULL: none */
    void (*pack)(const void *params, const void *state, uint64_t *words);
    void (*unpack)(const void *params, const uint64_t *words, void *state);
    /* The successors of a packed state, packed, without those of idle moves: their number, as enabled. */
    size_t (*expand)(const void *params, const uint64_t *packed, uint64_t *successors, uint32_t *moves,
                     uint32_t *hits);
    void (*walk)(const void *params, const struct racewalk_walks *job, struct racewalk_tally *tally);
    /* Of a checked build: what the last call in this thread met; NULL: nothing. */
    const struct racewalk_fault *(*fault)(void);
};

#endif /* RACEWALK_MODEL_H */

/* --- the second inclusion: what is made of the tables --- */

#if defined ACTIONS && !defined RACEWALK_MODEL
#error "define RACEWALK_MODEL, the name of the struct that is the state, before the last inclusion"
#endif

#ifdef RACEWALK_MODEL

#ifdef __cplusplus
#define RW_ASSERT(truth, text) static_assert(truth, text)
#else
#define RW_ASSERT(truth, text) _Static_assert(truth, text)
#endif

#ifndef FIELDS
#error "the model has no FIELDS(F)"
#endif
#ifndef ACTIONS
#error "the model has no ACTIONS(A)"
#endif
#ifndef RACEWALK_SUMMARY
#define RACEWALK_SUMMARY ""
#endif
#ifndef RACEWALK_SYMBOL /* another name of what is exported, for a program that links several models */
#define RACEWALK_SYMBOL racewalk_model
#endif
#if defined PARAMS || defined GUARDS
#define RW_HAS_PARAMS 1
#else
#define RW_HAS_PARAMS 0
#endif
#ifndef KINDS
#define KINDS(K)
#endif
#ifndef PARAMS
#define PARAMS(P)
#endif
#ifndef GUARDS
#define GUARDS(G)
#endif
#ifndef INSTANCES
#define INSTANCES(I)
#endif
#ifndef REQUIRES
#define REQUIRES(R)
#endif
#ifndef DATA
#define DATA(D)
#endif
#ifndef INVARIANTS
#define INVARIANTS(I)
#endif
#ifndef EXAMPLES
#define EXAMPLES(E)
#endif

#define RW_PASTE_(a, b)  a##b
#define RW_PASTE(a, b)   RW_PASTE_(a, b)
#define RW_STRING_(a)    #a
#define RW_STRING(a)     RW_STRING_(a)
#define RW_STATE         struct RACEWALK_MODEL
#define RW_CALL(m, args) m args /* args stand in parentheses */

/* The number of arguments, 1 to 17; and 1 or N, for one or more. */
#define RW_COUNT(...)                                                            RW_COUNT_(__VA_ARGS__, 17, 16, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0)
#define RW_COUNT_(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, count, ...) count
#define RW_MORE(...)                                                             RW_COUNT_(__VA_ARGS__, N, N, N, N, N, N, N, N, N, N, N, N, N, N, N, N, 1, 0)
#define RW_HEAD(...)                                                             RW_HEAD_(__VA_ARGS__, ~)
#define RW_HEAD_(head, ...)                                                      head

/* --- types and dimensions of fields, as tuples --- */

/* (type, kind, low, high, names) */
#define RW_TYPE_UP_TO(most)       (RACEWALK_NUMBER, -1, 0, most, NULL)
#define RW_TYPE_RANGE(low, high)  (RACEWALK_NUMBER, -1, low, high, NULL)
#define RW_TYPE_BOOL              (RACEWALK_BOOL, -1, 0, 1, NULL)
#define RW_TYPE_ONE_OF(...)       (RACEWALK_NAMES, -1, 0, RW_COUNT(__VA_ARGS__) - 1, RW_NAMES(__VA_ARGS__))
#define RW_TYPE_REF(kind)         (RACEWALK_REF, RW_kind_##kind, 0, RW_most_##kind - 1, NULL)
#define RW_TYPE_REF_OR_NONE(kind) (RACEWALK_REF, RW_kind_##kind, -1, RW_most_##kind - 1, NULL)
#define RW_TYPE_SET(kind)         (RACEWALK_SET, RW_kind_##kind, 0, RW_ALL(RW_most_##kind), NULL)
#define RW_ALL(most)              ((int64_t)((UINT64_C(1) << (most)) - 1))

#define RW_GET_TYPE(type, kind, low, high, names)  type
#define RW_GET_OF(type, kind, low, high, names)    kind
#define RW_GET_LOW(type, kind, low, high, names)   (low)
#define RW_GET_HIGH(type, kind, low, high, names)  (high)
#define RW_GET_NAMES(type, kind, low, high, names) names
/* Bits of an element. */
#define RW_GET_BITS(type, kind, low, high, names) \
    (64 - __builtin_clzll((unsigned long long)((int64_t)(high) - (int64_t)(low)) | 1))

/* Each with its NUL. */
#define RW_NAMES(...)       RW_PASTE(RW_NAMES_, RW_COUNT(__VA_ARGS__))(__VA_ARGS__)
#define RW_NAMES_1(a)       a "\0"
#define RW_NAMES_2(a, ...)  a "\0" RW_NAMES_1(__VA_ARGS__)
#define RW_NAMES_3(a, ...)  a "\0" RW_NAMES_2(__VA_ARGS__)
#define RW_NAMES_4(a, ...)  a "\0" RW_NAMES_3(__VA_ARGS__)
#define RW_NAMES_5(a, ...)  a "\0" RW_NAMES_4(__VA_ARGS__)
#define RW_NAMES_6(a, ...)  a "\0" RW_NAMES_5(__VA_ARGS__)
#define RW_NAMES_7(a, ...)  a "\0" RW_NAMES_6(__VA_ARGS__)
#define RW_NAMES_8(a, ...)  a "\0" RW_NAMES_7(__VA_ARGS__)
#define RW_NAMES_9(a, ...)  a "\0" RW_NAMES_8(__VA_ARGS__)
#define RW_NAMES_10(a, ...) a "\0" RW_NAMES_9(__VA_ARGS__)
#define RW_NAMES_11(a, ...) a "\0" RW_NAMES_10(__VA_ARGS__)
#define RW_NAMES_12(a, ...) a "\0" RW_NAMES_11(__VA_ARGS__)
#define RW_NAMES_13(a, ...) a "\0" RW_NAMES_12(__VA_ARGS__)
#define RW_NAMES_14(a, ...) a "\0" RW_NAMES_13(__VA_ARGS__)
#define RW_NAMES_15(a, ...) a "\0" RW_NAMES_14(__VA_ARGS__)
#define RW_NAMES_16(a, ...) a "\0" RW_NAMES_15(__VA_ARGS__)

/* (kind, kind, elements, elements) */
#define RW_DIM_NONE                  (-1, -1, 1, 1)
#define RW_DIM_PER(a)                (RW_kind_##a, -1, RW_most_##a, 1)
#define RW_DIM_PER2(a, b)            (RW_kind_##a, RW_kind_##b, RW_most_##a, RW_most_##b)
#define RW_GET_KIND0(k0, k1, n0, n1) k0
#define RW_GET_KIND1(k0, k1, n0, n1) k1
#define RW_GET_N0(k0, k1, n0, n1)    n0
#define RW_GET_N1(k0, k1, n0, n1)    n1

/* Element i, j of a field, and the first ones of its rows. */
#define RW_AT_NONE
#define RW_AT_PER(a)     [i]
#define RW_AT_PER2(a, b) [i][j]
#define RW_ROW_NONE
#define RW_ROW_PER(a)     [0]
#define RW_ROW_PER2(a, b) [0]
#define RW_CELL_NONE
#define RW_CELL_PER(a)     [0]
#define RW_CELL_PER2(a, b) [0][0]

/* F(name, TYPE) and F(name, PER(kind), TYPE) become RW_FIELD(name, dimensions, at, row, cell, type); what
 * RW_FIELD does is defined before each use of FIELDS. */
#define RW_F(name, ...)    RW_PASTE(RW_F_, RW_COUNT(__VA_ARGS__))(name, __VA_ARGS__)
#define RW_F_1(name, type) RW_FIELD(name, RW_DIM_NONE, RW_AT_NONE, RW_ROW_NONE, RW_CELL_NONE, RW_TYPE_##type)
#define RW_F_2(name, dim, type) \
    RW_FIELD(name, RW_DIM_##dim, RW_AT_##dim, RW_ROW_##dim, RW_CELL_##dim, RW_TYPE_##type)

/* --- rows that are not as they should be: said first, since what follows could only stumble over them --- */

/* Whether x begins with a parenthesis, as the tuples above do. */
#define RW_IS_TUPLE(x)        RW_SECOND(RW_PROBE x, 0, ~)
#define RW_PROBE(...)         ~, 1
#define RW_SECOND(...)        RW_SECOND_(__VA_ARGS__)
#define RW_SECOND_(a, b, ...) b

RW_ASSERT(sizeof(RW_STATE) > 0, "RACEWALK_MODEL is the name of the struct that is the state");

#define RW_FIELD(name, dim, at, row, cell, type)                                                     \
    RW_ASSERT(RW_IS_TUPLE(dim),                                                                      \
              "the field " #name " has a dimension that is neither PER(kind) nor PER2(kind, kind)"); \
    RW_ASSERT(RW_IS_TUPLE(type),                                                                     \
              "the field " #name " has a type that is none of UP_TO, RANGE, BOOL, ONE_OF, REF, "     \
              "REF_OR_NONE and SET");
FIELDS(RW_F)
#undef RW_FIELD

#define RW_ACTION_ROW(name, ...)                                                            \
    RW_ASSERT(sizeof("" RW_HEAD(__VA_ARGS__)) > 1, "the action " #name " has no sentence"); \
    RW_ASSERT(RW_COUNT(__VA_ARGS__) <= 4, "the action " #name " has more than 3 arguments");
ACTIONS(RW_ACTION_ROW)
#undef RW_ACTION_ROW

#define RW_PARAM_ROW(name, ...) RW_param_##name,
enum { PARAMS(RW_PARAM_ROW) RW_params };
#undef RW_PARAM_ROW
RW_ASSERT(RW_params <= RACEWALK_PARAMETERS_MAX, "a model has at most 16 parameters");
#define RW_ROW(...) RW_PASTE(RW_ROW_, RW_MORE(__VA_ARGS__))(__VA_ARGS__)
#define RW_ROW_1(name) \
    RW_ASSERT(RW_params == 0, "the instance " #name " has no values for the rows of PARAMS");
#define RW_ROW_N(name, ...)                       \
    RW_ASSERT(RW_COUNT(__VA_ARGS__) == RW_params, \
              "the instance " #name " has not one value for each row of PARAMS");
INSTANCES(RW_ROW)
#undef RW_ROW_1
#undef RW_ROW_N

/* --- numbers of everything --- */

#define RW_KIND_ROW(name, most, count, symmetry, first) RW_kind_##name,
enum { KINDS(RW_KIND_ROW) RW_kinds };
#undef RW_KIND_ROW
#define RW_KIND_ROW(name, most, count, symmetry, first) RW_most_##name = (most),
enum { KINDS(RW_KIND_ROW) RW_most_end };
#undef RW_KIND_ROW
#define RW_KIND_ROW(name, most, count, symmetry, first) \
    RW_ASSERT((most) >= 1 && (most) <= RACEWALK_THINGS_MAX, "there are 1 to 254 things of the kind " #name);
KINDS(RW_KIND_ROW)
#undef RW_KIND_ROW

#define RW_ACTION_ROW(name, ...) RW_action_##name,
enum { ACTIONS(RW_ACTION_ROW) RW_actions };
#undef RW_ACTION_ROW
RW_ASSERT(RW_actions <= RACEWALK_ACTIONS_MAX, "a model has at most 32 actions");

#define RW_PROPERTY_ROW(name, ...) RW_property_##name,
enum { INVARIANTS(RW_PROPERTY_ROW) EXAMPLES(RW_PROPERTY_ROW) RW_properties };
#undef RW_PROPERTY_ROW
RW_ASSERT(RW_properties <= RACEWALK_PROPERTIES_MAX, "a model has at most 16 invariants and examples");

#define RW_GUARD_ROW(name, ...) RW_guard_##name,
enum { GUARDS(RW_GUARD_ROW) RW_guards };
#undef RW_GUARD_ROW
RW_ASSERT(RW_guards <= RACEWALK_GUARDS_MAX, "a model has at most 16 guards");

#define RW_DATA_ROW(action, name, low, high) RW_data_##action##_##name,
enum { DATA(RW_DATA_ROW) RW_datas };
#undef RW_DATA_ROW

/* Where a field's bits are in the packed state. An enumerator is one more than the one before it, so that each
 * field begins where the last one ended.
 *
 * In a row: one field after the other. By things: first the plain fields, then what belongs to the first things of
 * all kinds, to the second ones, ...; then an instance with few things needs the first words only. The second way
 * is taken unless it needs more words. */
#define RW_IS_PLAIN(dim) (RW_CALL(RW_GET_KIND0, dim) < 0)
#define RW_FIELD(name, dim, at, row, cell, type) \
    RW_row_##name,                               \
        RW_row_last_##name = RW_row_##name - 1 + \
                             RW_CALL(RW_GET_N0, dim) * RW_CALL(RW_GET_N1, dim) * RW_CALL(RW_GET_BITS, type),
enum { FIELDS(RW_F) RW_row_bits };
#undef RW_FIELD
#define RW_FIELD(name, dim, at, row, cell, type) \
    RW_plain_##name,                             \
        RW_plain_last_##name = RW_plain_##name - 1 + (RW_IS_PLAIN(dim) ? RW_CALL(RW_GET_BITS, type) : 0),
enum { FIELDS(RW_F) RW_plain_bits };
#undef RW_FIELD
#define RW_FIELD(name, dim, at, row, cell, type) \
    RW_thing_##name,                             \
        RW_thing_last_##name =                   \
            RW_thing_##name - 1 +                \
            (RW_IS_PLAIN(dim) ? 0 : RW_CALL(RW_GET_N1, dim) * RW_CALL(RW_GET_BITS, type)),
enum { FIELDS(RW_F) RW_thing_bits };
#undef RW_FIELD
#define RW_FIELD(name, dim, at, row, cell, type) char name[RW_CALL(RW_GET_N0, dim)];
union rw_rows {
    FIELDS(RW_F)
}; /* as large as the largest kind */
#undef RW_FIELD
enum {
    RW_row_words = (RW_row_bits + 63) / 64,
    RW_thing_words = (RW_plain_bits + RW_thing_bits * (int)sizeof(union rw_rows) + 63) / 64,
    RW_by_things = RW_thing_words <= RW_row_words,
    RW_words = RW_by_things ? RW_thing_words : RW_row_words
};
RW_ASSERT(RW_words <= RACEWALK_WORDS_MAX, "a packed state has at most 2048 bits");
RW_ASSERT(sizeof(RW_STATE) <= RACEWALK_STATE_MAX, "a state has at most 512 bytes");

/* Bytes of all fields: those of the state when it has neither padding nor bytes without a name. */
#define RW_FIELD(name, dim, at, row, cell, type) +sizeof(((RW_STATE *)0)->name)
enum { RW_dense = (0 FIELDS(RW_F)) == sizeof(RW_STATE) };
#undef RW_FIELD

/* Each array has the room that its kinds ask for. */
#define RW_FIELD(name, dim, at, row, cell, type)                                                           \
    RW_ASSERT(sizeof(((RW_STATE *)0)->name) == (size_t)RW_CALL(RW_GET_N0, dim) * RW_CALL(RW_GET_N1, dim) * \
                                                   sizeof(((RW_STATE *)0)->name cell),                     \
              "the field " #name " has another number of elements than its kinds");                        \
    RW_ASSERT((int64_t)(__typeof__(((RW_STATE *)0)->name cell))RW_CALL(RW_GET_LOW, type) ==                \
                      RW_CALL(RW_GET_LOW, type) &&                                                         \
                  (int64_t)(__typeof__(((RW_STATE *)0)->name cell))RW_CALL(RW_GET_HIGH, type) ==           \
                      RW_CALL(RW_GET_HIGH, type),                                                          \
              "the field " #name " has no room for all its values (one of REF_OR_NONE must be signed)");
FIELDS(RW_F)
#undef RW_FIELD

/* --- the tables --- */

#define RW_SYMMETRY_SYMMETRIC                           1
#define RW_SYMMETRY_ORDERED                             0
#define RW_KIND_ROW(name, most, count, symmetry, first) {#name, most, RW_SYMMETRY_##symmetry, first},
static const struct racewalk_kind rw_kinds[] = {KINDS(RW_KIND_ROW){NULL, 0, 0, NULL}};
#undef RW_KIND_ROW

#define RW_FIELD(name, dim, at, row, cell, type)                                                  \
    {#name,                                                                                       \
     {RW_CALL(RW_GET_KIND0, dim), RW_CALL(RW_GET_KIND1, dim)},                                    \
     RW_CALL(RW_GET_TYPE, type),                                                                  \
     RW_CALL(RW_GET_OF, type),                                                                    \
     RW_CALL(RW_GET_LOW, type),                                                                   \
     RW_CALL(RW_GET_HIGH, type),                                                                  \
     RW_CALL(RW_GET_NAMES, type),                                                                 \
     (uint32_t)offsetof(RW_STATE, name),                                                          \
     {(uint32_t)sizeof(((RW_STATE *)0)->name row), (uint32_t)sizeof(((RW_STATE *)0)->name cell)}, \
     (uint32_t)sizeof(((RW_STATE *)0)->name cell),                                                \
     (__typeof__(((RW_STATE *)0)->name cell))-1 < (__typeof__(((RW_STATE *)0)->name cell))1,      \
     RW_CALL(RW_GET_N0, dim) * RW_CALL(RW_GET_N1, dim),                                           \
     RW_CALL(RW_GET_BITS, type)},
static const struct racewalk_field rw_fields[] = {
    FIELDS(RW_F){NULL, {-1, -1}, 0, -1, 0, 0, NULL, 0, {0, 0}, 0, 0, 0, 0}};
#undef RW_FIELD

#define RW_A(name, ...)             RW_PASTE(RW_A_, RW_COUNT(__VA_ARGS__))(name, __VA_ARGS__)
#define RW_A_1(name, text)          {#name, text, {-1, -1, -1}},
#define RW_A_2(name, text, a)       {#name, text, {RW_kind_##a, -1, -1}},
#define RW_A_3(name, text, a, b)    {#name, text, {RW_kind_##a, RW_kind_##b, -1}},
#define RW_A_4(name, text, a, b, c) {#name, text, {RW_kind_##a, RW_kind_##b, RW_kind_##c}},
static const struct racewalk_action rw_actions[] = {ACTIONS(RW_A)};
#undef RW_A_1
#undef RW_A_2
#undef RW_A_3
#undef RW_A_4

#define RW_INVARIANT_ROW(name, truth, text) {#name, text, 0},
#define RW_EXAMPLE_ROW(name, truth, text)   {#name, text, 1},
static const struct racewalk_property rw_properties[] = {INVARIANTS(RW_INVARIANT_ROW)
                                                             EXAMPLES(RW_EXAMPLE_ROW){NULL, NULL, 0}};

#define RW_PARAM_ROW(name, least, most, text) {#name, least, most, text},
static const struct racewalk_parameter rw_parameters[] = {PARAMS(RW_PARAM_ROW){NULL, 0, 0, NULL}};
#undef RW_PARAM_ROW

#define RW_GUARD_ROW(name, text) {#name, text},
static const struct racewalk_guard rw_guards[] = {GUARDS(RW_GUARD_ROW){NULL, NULL}};
#undef RW_GUARD_ROW

#define RW_DATA_ROW(action, name, low, high) {RW_action_##action, #name},
static const struct racewalk_data rw_data[] = {DATA(RW_DATA_ROW){0, NULL}};
#undef RW_DATA_ROW

#define RW_ROW_1(name)      {#name, 0, {0}},
#define RW_ROW_N(name, ...) {#name, RW_COUNT(__VA_ARGS__), {__VA_ARGS__}},
static const struct racewalk_instance rw_instances[] = {INSTANCES(RW_ROW){NULL, 0, {0}}};

/* --- the functions --- */

/* What the functions take as params. */
struct rw_instance {
#if RW_HAS_PARAMS
    struct params params;
#endif
    uint32_t words;          /* of a packed state in this instance */
    uint64_t last[RW_words]; /* the words after those, which are the same in all states */
    RW_STATE first;          /* the initial state */
};

#define RW_I const struct rw_instance *rw = (const struct rw_instance *)params
#if RW_HAS_PARAMS
#define RW_P const struct params *p = &((const struct rw_instance *)params)->params
#else
#define RW_P                       \
    const struct params *p = NULL; \
    (void)params
#endif

/* The number of things of each kind, as a constant rw_n_KIND. */
#define RW_THINGS_ROW(name, most, count, symmetry, first) \
    const int rw_n_##name = (int)(count);                 \
    (void)rw_n_##name;
#define RW_N_ROW(name, most, count, symmetry, first) rw_n_##name,

static const char *rw_refuse(const void *params)
{
    RW_P;
    (void)p;
#define RW_REQUIRE_ROW(truth, text) \
    if (!(truth))                   \
        return text;
    REQUIRES(RW_REQUIRE_ROW)
#undef RW_REQUIRE_ROW
    return NULL;
}

static int64_t rw_things(const void *params, uint32_t kind)
{
    RW_P;
    (void)p, (void)kind;
#define RW_KIND_ROW(name, most, count, symmetry, first) \
    if (kind == RW_kind_##name)                         \
        return (int64_t)(count);
    KINDS(RW_KIND_ROW)
#undef RW_KIND_ROW
    return 0;
}

static void rw_data_range(const void *params, uint32_t row, int64_t *low_, int64_t *high_)
{
    RW_P;
    (void)p, (void)row;
    *low_ = *high_ = 0;
#define RW_DATA_ROW(action, name, low, high) \
    if (row == RW_data_##action##_##name)    \
        *low_ = (int64_t)(low), *high_ = (int64_t)(high);
    DATA(RW_DATA_ROW)
#undef RW_DATA_ROW
}

static inline void rw_put(uint64_t *words, unsigned bit, unsigned bits, uint64_t value)
{
    words[bit / 64] |= value << bit % 64;
    if (bit % 64 + bits > 64)
        words[bit / 64 + 1] |= value >> (64 - bit % 64);
}

static inline uint64_t rw_get(const uint64_t *words, unsigned bit, unsigned bits)
{
    uint64_t value = words[bit / 64] >> bit % 64;
    if (bit % 64 + bits > 64)
        value |= words[bit / 64 + 1] << (64 - bit % 64);
    return bits == 64 ? value : value & ((UINT64_C(1) << bits) - 1);
}

#define RW_EACH(dim)                                  \
    for (int i = 0; i < RW_CALL(RW_GET_N0, dim); i++) \
        for (int j = 0; j < RW_CALL(RW_GET_N1, dim); j++)
#define RW_BIT(name, dim, type)                                                                     \
    (unsigned)(!RW_by_things                                                                        \
                   ? RW_row_##name + (i * RW_CALL(RW_GET_N1, dim) + j) * RW_CALL(RW_GET_BITS, type) \
               : RW_IS_PLAIN(dim)                                                                   \
                   ? RW_plain_##name                                                                \
                   : RW_plain_bits + i * RW_thing_bits + RW_thing_##name + j * RW_CALL(RW_GET_BITS, type))

/* All words of it. */
static inline void rw_pack_all(const RW_STATE *s, uint64_t *words)
{
    memset(words, 0, sizeof(uint64_t) * RW_words);
#define RW_FIELD(name, dim, at, row, cell, type)                       \
    RW_EACH(dim)                                                       \
    rw_put(words, RW_BIT(name, dim, type), RW_CALL(RW_GET_BITS, type), \
           (uint64_t)((int64_t)s->name at - (int64_t)RW_CALL(RW_GET_LOW, type)));
    FIELDS(RW_F)
#undef RW_FIELD
}

static inline void rw_pack(const struct rw_instance *rw, const RW_STATE *s, uint64_t *words)
{
    uint64_t made[RW_words];
    rw_pack_all(s, made);
    for (unsigned w = 0; w < RW_words && w < rw->words; w++)
        words[w] = made[w];
}

/* Not 0 when a field's value needs more bits than its range: packed, it would change its neighbours. */
static inline uint64_t rw_excess(const RW_STATE *s)
{
    uint64_t excess = 0;
#define RW_FIELD(name, dim, at, row, cell, type)                                            \
    RW_EACH(dim)                                                                            \
    excess |= RW_CALL(RW_GET_BITS, type) == 64                                              \
                  ? 0                                                                       \
                  : (uint64_t)((int64_t)s->name at - (int64_t)RW_CALL(RW_GET_LOW, type)) >> \
                        (RW_CALL(RW_GET_BITS, type) % 64);
    FIELDS(RW_F)
#undef RW_FIELD
    return excess;
}

static inline bool rw_words_equal(const struct rw_instance *rw, const uint64_t *a, const uint64_t *b)
{
    uint64_t difference = 0;
    for (unsigned w = 0; w < RW_words && w < rw->words; w++)
        difference |= a[w] ^ b[w];
    return difference == 0;
}

static inline void rw_unpack(const struct rw_instance *rw, const uint64_t *packed, RW_STATE *s)
{
    uint64_t words[RW_words];
    for (unsigned w = 0; w < RW_words; w++)
        words[w] = w < rw->words ? packed[w] : rw->last[w];
    if (!RW_dense)
        memset(s, 0, sizeof *s);
#define RW_FIELD(name, dim, at, row, cell, type)                                            \
    RW_EACH(dim)                                                                            \
    s->name at = (__typeof__(s->name cell))((int64_t)rw_get(words, RW_BIT(name, dim, type), \
                                                            RW_CALL(RW_GET_BITS, type)) +   \
                                            (int64_t)RW_CALL(RW_GET_LOW, type));
    FIELDS(RW_F)
#undef RW_FIELD
}

/* Every field is 0, or its bound next to 0; -1 where it refers to nothing. */
static void rw_init(const struct params *p, RW_STATE *s)
{
    (void)p;
    memset(s, 0, sizeof *s);
#define RW_START(type)                                                             \
    (RW_CALL(RW_GET_HIGH, type) < 0 ? RW_CALL(RW_GET_HIGH, type)                   \
     : RW_CALL(RW_GET_LOW, type) > 0 || RW_CALL(RW_GET_TYPE, type) == RACEWALK_REF \
         ? RW_CALL(RW_GET_LOW, type)                                               \
         : 0)
#define RW_FIELD(name, dim, at, row, cell, type) \
    RW_EACH(dim)                                 \
    s->name at = (__typeof__(s->name cell))RW_START(type);
    FIELDS(RW_F)
#undef RW_FIELD
#ifdef INITIAL
    INITIAL(p, s);
#endif
}

static uint32_t rw_words_used(const struct params *p)
{
    int bits = RW_plain_bits;
    (void)p;
    KINDS(RW_THINGS_ROW)
    if (!RW_by_things)
        return RW_words;
    const int things[] = {KINDS(RW_N_ROW) 0};
#define RW_FIELD(name, dim, at, row, cell, type)                                                          \
    if (!RW_IS_PLAIN(dim)) {                                                                              \
        const int end = RW_plain_bits + RW_thing_##name +                                                 \
                        (things[RW_IS_PLAIN(dim) ? 0 : RW_CALL(RW_GET_KIND0, dim)] - 1) * RW_thing_bits + \
                        RW_CALL(RW_GET_N1, dim) * RW_CALL(RW_GET_BITS, type);                             \
        bits = end > bits ? end : bits;                                                                   \
    }
    FIELDS(RW_F)
#undef RW_FIELD
    return (uint32_t)(bits + 63) / 64;
}

static void rw_set_params(void *params, const int64_t *values, uint32_t guards)
{
    struct rw_instance *rw = (struct rw_instance *)params;
    (void)values, (void)guards;
    memset(rw, 0, sizeof *rw);
#if RW_HAS_PARAMS
    struct params *p = &rw->params;
#else
    struct params *p = NULL;
#endif
#define RW_PARAM_ROW(name, ...) p->name = (__typeof__(p->name))values[RW_param_##name];
    PARAMS(RW_PARAM_ROW)
#undef RW_PARAM_ROW
#define RW_GUARD_ROW(name, ...) p->name = (guards >> RW_guard_##name & 1) != 0;
    GUARDS(RW_GUARD_ROW)
#undef RW_GUARD_ROW
    rw->words = rw_words_used(p);
}

/* What a checked build has met (see its handlers, below), and the property that it looks at. */
#ifdef RACEWALK_CHECKED
static __thread struct racewalk_fault rw_fault_;
#define RW_LOOK_AT(name) rw_fault_.property = (name)
#else
#define RW_LOOK_AT(name) (void)0
#endif

static inline uint32_t rw_hits(const struct params *p, const RW_STATE *s)
{
    uint32_t hits = 0;
    (void)p, (void)s;
#define RW_INVARIANT(name, truth, text) \
    RW_LOOK_AT(#name);                  \
    hits |= (uint32_t) !(truth) << RW_property_##name;
#define RW_EXAMPLE(name, truth, text) \
    RW_LOOK_AT(#name);                \
    hits |= (uint32_t) !!(truth) << RW_property_##name;
    INVARIANTS(RW_INVARIANT)
    EXAMPLES(RW_EXAMPLE)
    RW_LOOK_AT(NULL);
    return hits;
}

static inline uint32_t rw_weight(const struct params *p, const RW_STATE *s, uint32_t action)
{
    (void)p, (void)s, (void)action;
#ifdef WEIGHTS
#define RW_WEIGHT_ROW(name, weight) \
    if (action == RW_action_##name) \
        return (uint32_t)(weight);
    WEIGHTS(RW_WEIGHT_ROW)
#endif
    return 1;
}

/* Each action that is enabled in *s, for each of its arguments: RW_MOVE(action, move) with the state that it
 * makes in next. */
#define RW_TRY(name, call, move_)                                  \
    {                                                              \
        RW_STATE next = *s;                                        \
        if (RW_CALL(name, call))                                   \
            RW_MOVE(RW_action_##name, RW_action_##name | (move_)); \
    }
#define RW_A_1(name, text) RW_TRY(name, (p, &next), 0)
#define RW_A_2(name, text, a)             \
    for (int a0 = 0; a0 < rw_n_##a; a0++) \
    RW_TRY(name, (p, &next, a0), (uint32_t)a0 << 8)
#define RW_A_3(name, text, a, b)              \
    for (int a0 = 0; a0 < rw_n_##a; a0++)     \
        for (int a1 = 0; a1 < rw_n_##b; a1++) \
    RW_TRY(name, (p, &next, a0, a1), (uint32_t)a0 << 8 | (uint32_t)a1 << 16)
#define RW_A_4(name, text, a, b, c)               \
    for (int a0 = 0; a0 < rw_n_##a; a0++)         \
        for (int a1 = 0; a1 < rw_n_##b; a1++)     \
            for (int a2 = 0; a2 < rw_n_##c; a2++) \
    RW_TRY(name, (p, &next, a0, a1, a2), (uint32_t)a0 << 8 | (uint32_t)a1 << 16 | (uint32_t)a2 << 24)

static inline bool rw_same(const struct rw_instance *rw, const RW_STATE *a, const RW_STATE *b)
{
    if (RW_dense)
        return memcmp(a, b, sizeof *a) == 0;
    uint64_t x[RW_words] = {0}, y[RW_words] = {0};
    rw_pack(rw, a, x);
    rw_pack(rw, b, y);
    return rw_words_equal(rw, x, y);
}

__attribute__((flatten)) static size_t rw_enabled(const void *params, const void *state,
                                                  struct racewalk_move *moves)
{
    RW_I;
    RW_P;
    const RW_STATE *s = (const RW_STATE *)state;
    size_t count = 0;
    uint64_t excess = 0;
    KINDS(RW_THINGS_ROW)
#define RW_MOVE(action, code)                                \
    {                                                        \
        excess |= rw_excess(&next);                          \
        if (count < RACEWALK_MOVES_MAX) {                    \
            moves[count].move = (code);                      \
            moves[count].weight = rw_weight(p, s, (action)); \
            moves[count].idle = rw_same(rw, &next, s);       \
        }                                                    \
        count++;                                             \
    }
    ACTIONS(RW_A)
#undef RW_MOVE
    if (excess == 0)
        return count;
    for (; count < RACEWALK_MOVES_MAX; count++) {
        moves[count].move = RACEWALK_NO_MOVE;
        moves[count].weight = 0;
        moves[count].idle = false;
    }
    return RACEWALK_EXCESS;
}

__attribute__((flatten)) static size_t rw_expand(const void *params, const uint64_t *packed,
                                                 uint64_t *successors, uint32_t *moves, uint32_t *hits)
{
    RW_I;
    RW_P;
    RW_STATE from;
    const RW_STATE *s = &from;
    size_t enabled = 0, count = 0;
    uint64_t excess = 0;
    KINDS(RW_THINGS_ROW)
    rw_unpack(rw, packed, &from);
#define RW_MOVE(action, code)                            \
    if (enabled++ < RACEWALK_MOVES_MAX) {                \
        uint64_t *made = successors + count * rw->words; \
        excess |= rw_excess(&next);                      \
        rw_pack(rw, &next, made);                        \
        if (!rw_words_equal(rw, made, packed)) {         \
            moves[count] = (code);                       \
            hits[count++] = rw_hits(p, &next);           \
        }                                                \
    }
    ACTIONS(RW_A)
#undef RW_MOVE
    return excess != 0 ? RACEWALK_EXCESS : enabled > RACEWALK_MOVES_MAX ? enabled : count;
}
#undef RW_A_1
#undef RW_A_2
#undef RW_A_3
#undef RW_A_4

__attribute__((flatten)) static bool rw_apply(const void *params, void *state, uint32_t move)
{
    RW_P;
    RW_STATE *s = (RW_STATE *)state;
    const int a0 = (int)(move >> 8 & 0xff), a1 = (int)(move >> 16 & 0xff), a2 = (int)(move >> 24);
    (void)a0, (void)a1, (void)a2;
    switch (move & 0xff) {
#define RW_A_1(name, text) \
    case RW_action_##name: \
        return name(p, s);
#define RW_A_2(name, text, a) \
    case RW_action_##name:    \
        return name(p, s, a0);
#define RW_A_3(name, text, a, b) \
    case RW_action_##name:       \
        return name(p, s, a0, a1);
#define RW_A_4(name, text, a, b, c) \
    case RW_action_##name:          \
        return name(p, s, a0, a1, a2);
        ACTIONS(RW_A)
#undef RW_A_1
#undef RW_A_2
#undef RW_A_3
#undef RW_A_4
    default:
        return false;
    }
}

/* --- walks: SplitMix64's finalizer, xoroshiro64* and scaled draws, as racewalk's own --- */

static inline uint64_t rw_mix(uint64_t z)
{
    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return z ^ (z >> 31);
}

static inline uint32_t rw_draw(uint32_t random[2], uint32_t total)
{
    const uint32_t s0 = random[0], s1 = random[1] ^ s0;
    random[0] = (s0 << 26 | s0 >> 6) ^ s1 ^ (s1 << 9);
    random[1] = s1 << 13 | s1 >> 19;
    return (uint32_t)((uint64_t)(s0 * UINT32_C(0x9E3779BB)) * total >> 32);
}

/* Moves that could be enabled at once. */
#define RW_A_1(name, text)          +1
#define RW_A_2(name, text, a)       +RW_most_##a
#define RW_A_3(name, text, a, b)    +RW_most_##a *RW_most_##b
#define RW_A_4(name, text, a, b, c) +RW_most_##a *RW_most_##b *RW_most_##c
enum {
    RW_moves = (0 ACTIONS(RW_A)),
    RW_room = RW_moves < RACEWALK_MOVES_MAX ? RW_moves : RACEWALK_MOVES_MAX
};
#undef RW_A_1
#undef RW_A_2
#undef RW_A_3
#undef RW_A_4

/* Takes a move of those that are enabled. Returns 1; 0 when there is none, -1 when they are beyond a limit.
 * Whether a move is enabled is hard to foresee, so it is noted without a branch: the next one overwrites what is not. */
static inline int rw_walk_step(const struct params *p, RW_STATE *s, uint32_t random[2], uint64_t *fired)
{
    uint32_t moves[RW_room + 1];
    size_t count = 0, chosen = 0;
    KINDS(RW_THINGS_ROW)
#define RW_AT (RW_moves <= RW_room || count < (size_t)RW_room ? count : (size_t)RW_room)
#ifdef WEIGHTS
    uint32_t weights[RW_room + 1];
    uint64_t total = 0;
#define RW_NOTE(action, code, enabled)                     \
    {                                                      \
        const uint32_t weight = rw_weight(p, s, (action)); \
        weights[RW_AT] = weight;                           \
        moves[RW_AT] = (code);                             \
        total += (enabled) ? weight : 0;                   \
        count += (enabled);                                \
    }
#else
#define RW_NOTE(action, code, enabled) \
    {                                  \
        moves[RW_AT] = (code);         \
        count += (enabled);            \
    }
#endif
#define RW_LOOK(name, call, move_)                                               \
    {                                                                            \
        RW_STATE next = *s;                                                      \
        const bool enabled = RW_CALL(name, call);                                \
        RW_NOTE(RW_action_##name, (uint32_t)RW_action_##name | (move_), enabled) \
    }
#define RW_A_1(name, text) RW_LOOK(name, (p, &next), 0)
#define RW_A_2(name, text, a)             \
    for (int a0 = 0; a0 < rw_n_##a; a0++) \
    RW_LOOK(name, (p, &next, a0), (uint32_t)a0 << 8)
#define RW_A_3(name, text, a, b)              \
    for (int a0 = 0; a0 < rw_n_##a; a0++)     \
        for (int a1 = 0; a1 < rw_n_##b; a1++) \
    RW_LOOK(name, (p, &next, a0, a1), (uint32_t)a0 << 8 | (uint32_t)a1 << 16)
#define RW_A_4(name, text, a, b, c)               \
    for (int a0 = 0; a0 < rw_n_##a; a0++)         \
        for (int a1 = 0; a1 < rw_n_##b; a1++)     \
            for (int a2 = 0; a2 < rw_n_##c; a2++) \
    RW_LOOK(name, (p, &next, a0, a1, a2), (uint32_t)a0 << 8 | (uint32_t)a1 << 16 | (uint32_t)a2 << 24)
    ACTIONS(RW_A)
    if (count == 0)
        return 0;
    if (count > RACEWALK_MOVES_MAX)
        return -1;
#ifdef WEIGHTS
    if (total == 0 || total > UINT32_MAX)
        return -1;
    for (uint32_t drawn = rw_draw(random, (uint32_t)total); drawn >= weights[chosen];)
        drawn -= weights[chosen++];
#else
    chosen = rw_draw(random, (uint32_t)count);
#endif
    (void)rw_apply(p, s, moves[chosen]);
    fired[moves[chosen] & 0xff]++;
    return 1;
}

__attribute__((flatten)) static void rw_walk(const void *params, const struct racewalk_walks *job,
                                             struct racewalk_tally *tally)
{
    RW_I;
    RW_P;
    uint64_t fired[RW_actions] = {0};
    for (uint64_t k = job->first; k < job->first + job->count; k++) {
        RW_STATE s = rw->first;
        uint64_t z = rw_mix((rw_mix(job->seed) + k * UINT64_C(0x9E3779B97F4A7C15)) & (uint64_t)INT64_MAX);
        if (z == 0)
            z = UINT64_C(0x9E3779B97F4A7C15);
        uint32_t random[2] = {(uint32_t)z, (uint32_t)(z >> 32)};
        uint32_t step = 0, hit;
        int moved = 1;
        while ((hit = rw_hits(p, &s) & job->properties) == 0 && step < job->max_steps &&
               (moved = rw_walk_step(p, &s, random, fired)) > 0)
            step++;
        tally->walks++;
        tally->steps += step;
        tally->refused += moved < 0;
        if (hit == 0)
            continue;
        tally->ended++;
        for (uint32_t i = 0; i < RW_properties; i++)
            tally->hits[i] += hit >> i & 1;
        if (tally->hit_count < tally->hit_capacity) {
            const struct racewalk_hit row = {k, step, hit};
            tally->first_hits[tally->hit_count] = row;
        }
        tally->hit_count++;
    }
    for (uint32_t i = 0; i < RW_actions; i++)
        tally->fired[i] += fired[i];
}

/* --- a checked build: compiled with the sanitizer for undefined behaviour, whose calls come here --- */

#ifdef RACEWALK_CHECKED
#include <setjmp.h>

static __thread jmp_buf rw_back;

/* All handlers' data begin with where in the source. */
struct rw_place {
    const char *file;
    uint32_t line, column;
};

__attribute__((noreturn)) static void rw_meet(const char *what, const void *data)
{
    const struct rw_place *place = (const struct rw_place *)data;
    rw_fault_.what = what;
    rw_fault_.file = place->file;
    rw_fault_.line = place->line;
    rw_fault_.column = place->column;
    longjmp(rw_back, 1);
}

#ifdef __cplusplus
#define RW_HANDLER extern "C" __attribute__((visibility("hidden")))
#else
#define RW_HANDLER __attribute__((visibility("hidden")))
#endif
#define RW_HANDLE_1(name, what)                        \
    RW_HANDLER void __ubsan_handle_##name(void *data); \
    void __ubsan_handle_##name(void *data)             \
    {                                                  \
        rw_meet(what, data);                           \
    }
#define RW_HANDLE_2(name, what)                                     \
    RW_HANDLER void __ubsan_handle_##name(void *data, void *value); \
    void __ubsan_handle_##name(void *data, void *value)             \
    {                                                               \
        (void)value;                                                \
        rw_meet(what, data);                                        \
    }
#define RW_HANDLE_3(name, what)                                          \
    RW_HANDLER void __ubsan_handle_##name(void *data, void *a, void *b); \
    void __ubsan_handle_##name(void *data, void *a, void *b)             \
    {                                                                    \
        (void)a, (void)b;                                                \
        rw_meet(what, data);                                             \
    }
RW_HANDLE_3(add_overflow, "a sum overflows")
RW_HANDLE_3(sub_overflow, "a difference overflows")
RW_HANDLE_3(mul_overflow, "a product overflows")
RW_HANDLE_3(divrem_overflow, "a division by zero, or one that overflows")
RW_HANDLE_3(shift_out_of_bounds, "a shift by too much, or of a number that it overflows")
RW_HANDLE_2(negate_overflow, "a negation overflows")
RW_HANDLE_2(out_of_bounds, "an index is outside of its array")
RW_HANDLE_2(load_invalid_value, "a bool is neither false nor true")
RW_HANDLE_2(type_mismatch_v1, "a null pointer is followed")
RW_HANDLE_1(builtin_unreachable, "what cannot be reached was reached")
RW_HANDLE_1(missing_return, "a function ends without its return")

static const struct racewalk_fault *rw_fault(void)
{
    return rw_fault_.what != NULL ? &rw_fault_ : NULL;
}

/* Calls what may fail; after a fault the result is nothing. */
#define RW_GUARDED(result, nothing, call) \
    do {                                  \
        rw_fault_.what = NULL;            \
        RW_LOOK_AT(NULL);                 \
        if (setjmp(rw_back) == 0)         \
            result call;                  \
        else {                            \
            nothing;                      \
        }                                 \
    } while (0)

static void rw_set_params_(void *params, const int64_t *values, uint32_t guards)
{
    RW_GUARDED(, (void)0, rw_set_params(params, values, guards));
}

static const char *rw_refuse_(const void *params)
{
    RW_GUARDED(return, return NULL, rw_refuse(params));
}

static int64_t rw_things_(const void *params, uint32_t kind)
{
    RW_GUARDED(return, return -1, rw_things(params, kind));
}

static void rw_data_range_(const void *params, uint32_t row, int64_t *low, int64_t *high)
{
    RW_GUARDED(, (void)0, rw_data_range(params, row, low, high));
}

static size_t rw_enabled_(const void *params, const void *state, struct racewalk_move *moves)
{
    RW_GUARDED(return, return 0, rw_enabled(params, state, moves));
}

static bool rw_apply_(const void *params, void *state, uint32_t move)
{
    RW_GUARDED(return, return false, rw_apply(params, state, move));
}

static uint32_t rw_hits_(const void *params, const void *state)
{
    RW_P;
    RW_GUARDED(return, return 0, rw_hits(p, (const RW_STATE *)state));
}
#else
#define rw_set_params_ rw_set_params
#define rw_refuse_     rw_refuse
#define rw_things_     rw_things
#define rw_data_range_ rw_data_range
#define rw_enabled_    rw_enabled
#define rw_apply_      rw_apply
static uint32_t rw_hits_(const void *params, const void *state)
{
    RW_P;
    return rw_hits(p, (const RW_STATE *)state);
}
#endif

#ifdef PROGRESS
static uint32_t rw_progress(const void *params, const void *state)
{
    RW_P;
    const RW_STATE *s = (const RW_STATE *)state;
    (void)p, (void)s;
    return (uint32_t)(PROGRESS);
}
#endif

static void rw_pack_(const void *params, const void *state, uint64_t *words)
{
    RW_I;
    rw_pack(rw, (const RW_STATE *)state, words);
}

static void rw_unpack_(const void *params, const uint64_t *words, void *state)
{
    RW_I;
    rw_unpack(rw, words, (RW_STATE *)state);
}

static uint32_t rw_words_(const void *params)
{
    RW_I;
    return rw->words;
}

static void rw_first(const void *params, void *state)
{
    RW_I;
    memcpy(state, &rw->first, sizeof rw->first);
}

static void rw_begin(void *params)
{
    struct rw_instance *rw = (struct rw_instance *)params;
    RW_P;
#ifdef RACEWALK_CHECKED
    RW_GUARDED(, (void)0, rw_init(p, &rw->first));
#else
    rw_init(p, &rw->first);
#endif
    rw_pack_all(&rw->first, rw->last);
}

#ifdef __cplusplus
extern "C" {
#endif
extern __attribute__((visibility("default"))) const struct racewalk_model RACEWALK_SYMBOL;
const struct racewalk_model RACEWALK_SYMBOL = {
    RACEWALK_INTERFACE,
    (uint32_t)sizeof(struct racewalk_model),
    RW_STRING(RACEWALK_MODEL),
    RACEWALK_SUMMARY,
    (uint32_t)sizeof(RW_STATE),
    (uint32_t)sizeof(struct rw_instance),
    RW_dense,
#ifdef RACEWALK_CHECKED
    1,
#else
    0,
#endif
    rw_kinds,
    rw_fields,
    rw_actions,
    rw_properties,
    rw_parameters,
    rw_guards,
    rw_instances,
    rw_data,
    (uint32_t)RW_kinds,
    (uint32_t)(sizeof rw_fields / sizeof rw_fields[0] - 1),
    (uint32_t)RW_actions,
    (uint32_t)RW_properties,
    (uint32_t)RW_params,
    (uint32_t)RW_guards,
    (uint32_t)(sizeof rw_instances / sizeof rw_instances[0] - 1),
    (uint32_t)RW_datas,
    rw_set_params_,
    rw_refuse_,
    rw_things_,
    rw_data_range_,
    rw_begin,
    rw_words_,
    rw_first,
    rw_enabled_,
    rw_apply_,
    rw_hits_,
#ifdef PROGRESS
    rw_progress,
#else
    NULL,
#endif
    rw_pack_,
    rw_unpack_,
    rw_expand,
    rw_walk,
#ifdef RACEWALK_CHECKED
    rw_fault,
#else
    NULL,
#endif
};
#ifdef __cplusplus
}
#endif

#endif /* RACEWALK_MODEL */
