/* SPDX-License-Identifier: Apache-2.0 */
/* A model with a mistake in each action, for what is said of it. */
#include <racewalk/model.h>

enum { NODES = 4 };

struct params {
    int nodes, zero, count, low;
};

struct faulty {
    uint8_t small;
    int32_t number; /* behind padding: the state is not dense */
    int8_t leader;
    uint8_t mode, set;
    uint8_t at[NODES], meets[NODES][NODES];
    int64_t ends;
};

#define KINDS(K) K(node, NODES, p->count / (p->zero + 1), SYMMETRIC, "node-1")
#define PARAMS(P)                                  \
    P(nodes, 1, 9, "number of nodes")              \
    P(zero, -1, 0, "what is divided by, less one") \
    P(count, 0, 9, "what the number of nodes is, in truth") P(low, 0, 9, "least value that is carried")
#define REQUIRES(R) R(p->nodes <= p->count, "nodes are at most count")
#define FIELDS(F)                                               \
    F(small, UP_TO(7))                                          \
    F(number, RANGE(-5, 2147483647))                            \
    F(leader, REF_OR_NONE(node))                                \
    F(mode, ONE_OF("idle", "busy", "gone"))                     \
    F(set, SET(node))                                           \
    F(at, PER(node), UP_TO(3)) F(meets, PER2(node, node), BOOL) \
        F(ends, RANGE(-4611686018427387904, 4611686018427387903))
#define INSTANCES(I) I(two, 2, 0, 2, 1)

static bool overflow(const struct params *p, struct faulty *s)
{
    s->number += 2147483647;
    s->number += p->nodes;
    return true;
}

static bool reach(const struct params *p, struct faulty *s, int node)
{
    s->at[node + 2 * p->nodes] = 1;
    return true;
}

static bool divide(const struct params *p, struct faulty *s)
{
    s->small = (uint8_t)(7 / p->zero);
    return true;
}

static bool grow(const struct params *p, struct faulty *s)
{
    s->small = 9;
    return true;
}

static bool elect(const struct params *p, struct faulty *s)
{
    s->leader = 3;
    return true;
}

static bool vanish(const struct params *p, struct faulty *s)
{
    s->mode = 3;
    return true;
}

static bool gather(const struct params *p, struct faulty *s)
{
    s->set = 1 << 3;
    return true;
}

static bool touch(const struct params *p, struct faulty *s)
{
    s->meets[1][2] = 1;
    return true;
}

static bool refuse(const struct params *p, struct faulty *s)
{
    s->small = 1;
    return false;
}

static bool differ(const struct params *p, struct faulty *s, int from, int to)
{
#ifdef RACEWALK_CHECKED
    s->meets[from][to] = 1;
#else
    s->meets[to][from] = 1;
#endif
    return true;
}

static bool upset(const struct params *p, struct faulty *s)
{
    s->number = -5;
    return true;
}

static bool spoil(const struct params *p, struct faulty *s)
{
    ((char *)s)[1] ^= 1; /* padding: no part of the state */
    s->small = 2;
    return true;
}

#define ACTIONS(A)                                                                \
    A(overflow, "a number grows")                                                 \
    A(reach, "{node} reaches too far", node)                                      \
    A(divide, "a division")                                                       \
    A(grow, "small is 9")                                                         \
    A(elect, "the third node of two leads")                                       \
    A(vanish, "the mode has no name")                                             \
    A(gather, "the set has a node that is not there")                             \
    A(touch, "a node that is not there meets another")                            \
    A(refuse, "nothing happens")                                                  \
    A(differ, "{first_one} meets {another}, {or_so} and {by_chance}", node, node) \
    A(upset, "the invariant cannot be looked at")                                 \
    A(spoil, "{x_low} to {x_high}")
#define DATA(D)                                                                             \
    D(differ, or_so, p->low, 3)                                                             \
    D(differ, by_chance, -9223372036854775807, 9223372036854775807) D(spoil, x_low, -2, -2) \
        D(spoil, x_high, p->low, p->low + 1)
#define INVARIANTS(I) I(sound, 10 / (s->number + 5) >= 0, "ten can be divided")

#define RACEWALK_MODEL   faulty
#define RACEWALK_SUMMARY "a model with mistakes"
#include <racewalk/model.h>
