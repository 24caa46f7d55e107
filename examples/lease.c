/* SPDX-License-Identifier: Apache-2.0 */
/* A lock that is held by lease, and a store (Kleppmann, "How to do distributed locking", 2016). A client that
 * acquires the lease gets a term, a number that only grows. The lease can run out at any time; a client that was
 * paused does not notice, and believes that it holds the lock. So another one acquires it, writes, and is then
 * overwritten by the first. Fencing mends it: the store refuses writes of an older term than it has seen. */
#include <racewalk/model.h>

enum { CLIENTS = 4, LEASES = 8, WRITES = 16 };
struct params {
    int clients, leases, writes;
    bool fencing;
};
struct lease {
    uint8_t term, highest, writes; /* of the last lease, 0: none; the highest that wrote; writes so far */
    bool held, stale;              /* by whoever has that term; a write came after one of a higher term */
    uint8_t view[CLIENTS];         /* the term that a client believes to hold, or 0 */
};

#define KINDS(K)  K(client, CLIENTS, p->clients, SYMMETRIC, "client-a")
#define PARAMS(P) P(clients, 1, CLIENTS, "number of clients") \
                  P(leases, 1, LEASES, "leases that are granted at most") \
                  P(writes, 1, WRITES, "writes that the store takes")
#define GUARDS(G) G(fencing, "the store refuses writes of an older lease than it has seen")
#define FIELDS(F) F(term, UP_TO(LEASES)) F(held, BOOL) F(writes, UP_TO(WRITES)) F(highest, UP_TO(LEASES)) \
                  F(stale, BOOL) F(view, PER(client), UP_TO(LEASES))
#define INSTANCES(I) I(l2_3_3, 2, 3, 3) I(l3_4_4, 3, 4, 4)

static bool acquire(const struct params *p, struct lease *s, int client)
{
    if (s->held || s->view[client] != 0 || s->term == p->leases) return false;
    s->held = true, s->view[client] = ++s->term;
    return true;
}

static bool expire(const struct params *p, struct lease *s)
{
    if (!s->held) return false;
    s->held = false;
    return true;
}

static bool write(const struct params *p, struct lease *s, int client)
{
    const uint8_t term = s->view[client];
    if (term == 0 || s->writes == p->writes) return false;
    if (term >= s->highest) s->highest = term, s->writes++;
    else if (p->fencing) s->view[client] = 0; /* the store says so */
    else s->stale = true, s->writes++;
    return true;
}

static bool release(const struct params *p, struct lease *s, int client)
{
    if (s->view[client] == 0) return false;
    if (s->view[client] == s->term) s->held = false;
    s->view[client] = 0;
    return true;
}

static bool renew(const struct params *p, struct lease *s, int client)
{
    return s->held && s->view[client] == s->term;
}

#define ACTIONS(A)    A(acquire, "{client} acquires the free lease", client) \
                      A(expire, "the lease runs out") \
                      A(write, "{client} writes {value}", client) \
                      A(release, "{client} gives the lease back", client) \
                      A(renew, "{client} renews the lease in time", client)
#define WEIGHTS(W)    W(expire, p->clients)
#define DATA(D)       D(write, value, 1, 9)
#define INVARIANTS(I) I(no_stale_write, !s->stale, "no write of an older lease comes after one of a newer") \
                      I(mutual_exclusion, COUNT(i, CLIENTS, s->view[i] != 0) <= 1, \
                        "no two clients believe to hold the lease")
#define EXAMPLES(E)   E(handover, s->term >= 2, "a second lease was granted")

#define RACEWALK_MODEL   lease
#define RACEWALK_SUMMARY "clients that write under a lock held by lease"
#include <racewalk/model.h>
