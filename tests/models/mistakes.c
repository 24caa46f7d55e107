/* SPDX-License-Identifier: Apache-2.0 */
/* A sound model, and with -DMISTAKE=N one of the mistakes that authors make: racewalk model --test must name each. */
#include <racewalk/model.h>

#ifndef MISTAKE
#define MISTAKE 0
#endif

enum { WORKERS = 8, TICKETS = 6 };

struct params {
    int workers, divisor;
    bool strict;
};

struct tickets {
    uint8_t next;
    bool busy[WORKERS];
    uint8_t held[WORKERS];
    uint8_t served;
    uint8_t spare; /* MISTAKE 7: no field names it */
    uint8_t idle;  /* MISTAKE 18: never changes */
};

#if MISTAKE == 21
static void start(const struct params *p, struct tickets *s)
{
    s->next = TICKETS + 1;
}
#define INITIAL start
#endif

static int calls;

static bool take(const struct params *p, struct tickets *s, int worker)
{
    if (s->next == TICKETS || s->busy[worker])
        return false;
    if (MISTAKE == 8 && worker == 0 && s->next == 3)
        return false;
    if (MISTAKE == 15 && s->next == 2 && ++calls % 7 == 0)
        return false;
    s->next++;
    s->busy[worker] = true;
    s->held[worker] = s->next;
    if (MISTAKE == 2)
        s->held[worker + WORKERS - 1] = s->next;
    if (MISTAKE == 6 && s->next == 3)
        s->held[WORKERS - 1] = 1;
    if (MISTAKE == 7)
        s->spare = (uint8_t)worker;
    return true;
}

static bool finish(const struct params *p, struct tickets *s, int worker)
{
    if (!s->busy[worker] || (p->strict && MISTAKE != 16 && s->held[worker] != s->served + 1))
        return false;
    if (MISTAKE == 7 && s->spare == worker && s->next > 1)
        return false;
    s->busy[worker] = false;
    s->held[worker] = 0;
    s->served++;
    if (MISTAKE == 1 && s->next == 5)
        s->served = TICKETS + 3;
    if (MISTAKE == 3)
        s->served = (uint8_t)(s->served + (1 << (26 + s->next) == 7));
    if (MISTAKE == 4) {
        const int far = INT32_MAX - 6 + p->divisor + s->next;
        s->served = (uint8_t)(s->served + ((unsigned)far >> 31));
    }
    if (MISTAKE == 5)
        s->served = (uint8_t)(s->served + (1 / (p->divisor - s->next) == 7));
    return true;
}

static bool close_shop(const struct params *p, struct tickets *s)
{
    if (s->served != TICKETS)
        return false;
    s->next = TICKETS;
    s->served = MISTAKE == 11 ? 0 : TICKETS;
    return MISTAKE != 11;
}

/* Not all of these are actions of each variant. */
__attribute__((unused)) static bool finish_too(const struct params *p, struct tickets *s, int worker)
{
    return finish(p, s, worker);
}

__attribute__((unused)) static bool crowd(const struct params *p, struct tickets *s, int a, int b, int c)
{
    return s->next == 4 && a + b + c >= 0;
}

#if MISTAKE == 6
#define INSTANCES(I) I(t2, 2, 4)
#elif MISTAKE == 19
#define INSTANCES(I) I(t8, 8, 4)
#else
#define INSTANCES(I) I(t3, 3, 4)
#endif
#define KINDS(K)  K(worker, WORKERS, p->workers, SYMMETRIC, "w1")
#define PARAMS(P) P(workers, 1, WORKERS, "number of workers") P(divisor, 0, 9, "to divide by")
#define GUARDS(G) G(strict, "tickets are served in their order")
#if MISTAKE == 18
#define FIELD_MORE(F) F(idle, BOOL)
#else
#define FIELD_MORE(F)
#endif
#define FIELDS(F)                                                                                  \
    F(next, UP_TO(TICKETS)) F(busy, PER(worker), BOOL) F(held, PER(worker), UP_TO(TICKETS))        \
    F(served, UP_TO(TICKETS)) FIELD_MORE(F)

#if MISTAKE == 14
#define ACTION_MORE(A) A(finish_too, "{worker} is done, too", worker)
#elif MISTAKE == 19
#define ACTION_MORE(A) A(crowd, "{a}, {b} and {c} meet", worker, worker, worker)
#else
#define ACTION_MORE(A)
#endif
#define ACTIONS(A)                             \
    A(take, "{worker} takes a ticket", worker) \
    A(finish, "{worker} is done", worker)      \
    A(close_shop, "the shop closes")           \
    ACTION_MORE(A)
#if MISTAKE == 17
#define WEIGHTS(W) W(take, 0) W(finish, 0) W(close_shop, 0)
#endif

#if MISTAKE == 10
#define PROGRESS (uint32_t)(s->next - s->served)
#elif MISTAKE == 20
#define PROGRESS (uint32_t)s->served * 20000
#else
#define PROGRESS (uint32_t)(s->next + s->served)
#endif

#define INVARIANTS(I)                                                                       \
    I(served_in_order, s->served <= s->next, "nobody is served who has no ticket")         \
    I(first_is_idle, MISTAKE != 9 || !s->busy[0] || s->next != 3, "the first worker rests") \
    I(starts_well, MISTAKE != 13 || s->next > 0, "somebody has a ticket")
#define EXAMPLES(E) E(all_served, s->served == TICKETS + (MISTAKE == 12), "all are served")

#define RACEWALK_MODEL   tickets
#define RACEWALK_SUMMARY "workers who take tickets"
#include <racewalk/model.h>
