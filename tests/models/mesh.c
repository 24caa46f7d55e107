/* SPDX-License-Identifier: Apache-2.0 */
/* What the examples do not have, for the tests of words: a field over two kinds, things that are numbers, and an invariant
 * whose expression never comes back in some states that no run leads to. */
#include <racewalk/model.h>

enum { NODES = 3 };
struct params;
struct mesh {
    bool heard[NODES][NODES];
    int8_t next[NODES];
    uint8_t turns;
};

#define KINDS(K)  K(node, NODES, NODES, ORDERED, "1")
#define FIELDS(F) F(heard, PER2(node, node), BOOL) F(next, PER(node), REF_OR_NONE(node)) F(turns, UP_TO(2))

static bool tell(const struct params *p, struct mesh *s, int from, int to)
{
    if (from == to || s->heard[to][from])
        return false;
    s->heard[to][from] = true;
    return true;
}

/* The list 1 2, then the list 2 1. */
static bool turn(const struct params *p, struct mesh *s)
{
    if (s->turns == 2)
        return false;
    s->turns++;
    s->next[0] = s->turns == 1 ? 1 : -1;
    s->next[1] = s->turns == 1 ? -1 : 0;
    return true;
}

static void begin(const struct params *p, struct mesh *s)
{
    for (int i = 0; i < NODES; i++)
        s->next[i] = -1;
}

static unsigned list_length(const struct mesh *s)
{
    unsigned length = 1;
    for (int i = s->turns == 2; s->next[i] >= 0; i = s->next[i])
        length++;
    return length;
}

#define ACTIONS(A)       A(tell, "{from} tells {to}", node, node) A(turn, "the list turns round")
#define INVARIANTS(I)    I(one_turn, list_length(s) < 3 && s->turns < 2, "the list turns round once at most")
#define EXAMPLES(E)      E(told, s->heard[1][0], "2 has heard of 1")
#define INITIAL          begin
#define RACEWALK_MODEL   mesh
#define RACEWALK_SUMMARY "nodes that talk"
#include <racewalk/model.h>
