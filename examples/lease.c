/* SPDX-License-Identifier: Apache-2.0 */
/* A lock that is held by lease, and a store (Kleppmann, "How to do distributed locking", 2016).
 *
 * A client acquires the lease and gets a term, a number that only grows. The lease can expire at any time; the client,
 * which may have been paused, does not notice and goes on to believe that it holds the lock. So another client can
 * acquire it, write, and then be overwritten by the first. Fencing: the store refuses writes of an older term. */
#include <racewalk/model.h>

enum { CLIENTS = 4, LEASES = 8, WRITES = 16 };

struct params {
    int clients, leases, writes;
    bool fencing;
};

struct lease {
    uint8_t term;          /* of the last lease; 0: there was none */
    bool held;             /* by whoever has that term */
    uint8_t writes;        /* that the store has taken */
    uint8_t highest;       /* term among them */
    bool stale;            /* one of them came after one of a higher term */
    uint8_t view[CLIENTS]; /* the term that a client believes to hold, or 0 */
};

#define KINDS(K) K(client, CLIENTS, p->clients, SYMMETRIC, "client-a")
#define PARAMS(P)                                           \
    P(clients, 1, CLIENTS, "number of clients")             \
    P(leases, 1, LEASES, "leases that are granted at most") \
    P(writes, 1, WRITES, "writes that the store takes")
#define GUARDS(G) G(fencing, "the store refuses writes of an older lease than it has seen")
#define FIELDS(F)          \
    F(term, UP_TO(LEASES)) \
    F(held, BOOL)          \
    F(writes, UP_TO(WRITES)) F(highest, UP_TO(LEASES)) F(stale, BOOL) F(view, PER(client), UP_TO(LEASES))
#define INSTANCES(I) I(l2_3_3, 2, 3, 3) I(l3_4_4, 3, 4, 4)

static bool acquire(const struct params *p, struct lease *s, int client)
{
    if (s->held || s->view[client] != 0 || s->term == p->leases)
        return false;
    s->held = true;
    s->view[client] = ++s->term;
    return true;
}

static bool expire(const struct params *p, struct lease *s)
{
    (void)p;
    const bool held = s->held;
    s->held = false;
    return held;
}

static bool write(const struct params *p, struct lease *s, int client)
{
    const int term = s->view[client];
    if (term == 0 || s->writes == p->writes)
        return false;
    if (p->fencing && term < s->highest) {
        s->view[client] = 0; /* the store says so */
        return true;
    }
    s->writes++;
    if (term < s->highest)
        s->stale = true;
    else
        s->highest = (uint8_t)term;
    return true;
}

static bool release(const struct params *p, struct lease *s, int client)
{
    (void)p;
    if (s->view[client] == 0)
        return false;
    if (s->view[client] == s->term)
        s->held = false;
    s->view[client] = 0;
    return true;
}

static bool renew(const struct params *p, struct lease *s, int client)
{
    (void)p;
    return s->held && s->view[client] == s->term;
}

static int believers(const struct lease *s)
{
    int count = 0;
    for (int client = 0; client < CLIENTS; client++)
        count += s->view[client] != 0;
    return count;
}

#define ACTIONS(A)                                         \
    A(acquire, "{client} acquires the free lease", client) \
    A(expire, "the lease runs out")                        \
    A(write, "{client} writes {value}", client)            \
    A(release, "{client} gives the lease back", client)    \
    A(renew, "{client} renews the lease in time", client)
#define WEIGHTS(W) W(expire, p->clients)
#define DATA(D)    D(write, value, 1, 9)
#define INVARIANTS(I)                                                                     \
    I(no_stale_write, !s->stale, "no write of an older lease comes after one of a newer") \
    I(mutual_exclusion, believers(s) <= 1, "no two clients believe to hold the lease")
#define EXAMPLES(E) E(handover, s->term >= 2, "a second lease was granted")

#define RACEWALK_MODEL   lease
#define RACEWALK_SUMMARY "clients that write under a lock held by lease"
#include <racewalk/model.h>
