/* SPDX-License-Identifier: Apache-2.0 */
/* An election of a leader by votes, as Raft has it (Ongaro and Ousterhout, "In search of an understandable consensus
 * algorithm", 2014), by nodes that forget.
 *
 * A node that misses its leader goes on to the next term, votes for itself and asks the others. A node votes for at most
 * one candidate in a term; who has the votes of more than half of all leads. A node that restarts and has not written its
 * vote to disk votes again in the same term: for another one. Then one term has two leaders. The term itself is on disk;
 * that is not enough. */
#include <racewalk/model.h>

enum { NODES = 5, TERMS = 4 };
enum { FOLLOWER, CANDIDATE, LEADER };

struct params {
    int nodes, terms, restarts;
    bool persistence;
};

struct election {
    uint8_t term[NODES], role[NODES];
    int8_t vote[NODES];   /* of a node in its term: for whom, or -1 */
    uint8_t votes[NODES]; /* for a candidate or leader, in its term: a set of nodes */
    uint8_t restarts;     /* so far */
};

#define KINDS(K)     K(node, NODES, p->nodes, SYMMETRIC, "n1")
#define PARAMS(P)    P(nodes, 1, NODES, "number of nodes") P(terms, 1, TERMS, "the last term") \
                     P(restarts, 0, 3, "how often nodes restart")
#define GUARDS(G)    G(persistence, "a node writes its vote to disk before it answers")
#define INSTANCES(I) I(e3_2_1, 3, 2, 1) I(e3_3_2, 3, 3, 2) I(e5_2_1, 5, 2, 1)
#define FIELDS(F)    F(term, PER(node), UP_TO(TERMS)) F(role, PER(node), ONE_OF("follower", "candidate", "leader")) \
                     F(vote, PER(node), REF_OR_NONE(node)) F(votes, PER(node), SET(node)) F(restarts, UP_TO(3))

static void enter(struct election *s, int node, int term)
{
    s->term[node] = (uint8_t)term;
    s->role[node] = FOLLOWER;
    s->vote[node] = -1;
    s->votes[node] = 0;
}

static bool stand(const struct params *p, struct election *s, int node)
{
    if (s->role[node] == LEADER || s->term[node] == p->terms) return false;
    enter(s, node, s->term[node] + 1);
    s->role[node] = CANDIDATE;
    s->vote[node] = (int8_t)node;
    s->votes[node] = (uint8_t)(1 << node);
    return true;
}

/* A request and its answer, in one step. */
static bool vote(const struct params *p, struct election *s, int node, int candidate)
{
    if (s->role[candidate] != CANDIDATE || s->term[node] > s->term[candidate]) return false;
    if (s->term[node] == s->term[candidate] && s->vote[node] >= 0) return false;
    enter(s, node, s->term[candidate]);
    s->vote[node] = (int8_t)candidate;
    s->votes[candidate] |= (uint8_t)(1 << node);
    return true;
}

static bool lead(const struct params *p, struct election *s, int node)
{
    const int votes = COUNT(i, NODES, s->votes[node] >> i & 1);
    if (s->role[node] != CANDIDATE || 2 * votes <= p->nodes) return false;
    s->role[node] = LEADER;
    return true;
}

static bool restart(const struct params *p, struct election *s, int node)
{
    if (s->restarts == p->restarts || s->term[node] == 0) return false;
    const int8_t kept = s->vote[node];
    enter(s, node, s->term[node]);
    if (p->persistence) s->vote[node] = kept;
    s->restarts++;
    return true;
}

static bool two_leaders(const struct election *s)
{
    return ANY(a, NODES, ANY(b, a, s->role[a] == LEADER && s->role[b] == LEADER && s->term[a] == s->term[b]));
}

#define ACTIONS(A)    A(stand, "{node} stands for the next term", node) \
                      A(vote, "{node} votes for {candidate}", node, node) \
                      A(lead, "{node} has the votes and leads", node) \
                      A(restart, "{node} restarts", node)
#define INVARIANTS(I) I(one_leader, !two_leaders(s), "no term has two leaders")
#define EXAMPLES(E)   E(elected, ANY(i, NODES, s->role[i] == LEADER), "somebody leads")

#define RACEWALK_MODEL   election
#define RACEWALK_SUMMARY "nodes that elect a leader by votes, and may forget whom they voted for"
#include <racewalk/model.h>
