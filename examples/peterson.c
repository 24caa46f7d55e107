/* SPDX-License-Identifier: Apache-2.0 */
/* Peterson's lock for several processes ("Myths about the mutual exclusion problem", 1981), as the BEEM database has
 * it (Pelanek, SPIN 2007): one transition is one step of one process. */
#include <racewalk/model.h>

enum { PROCESSES = 5 };
enum { OUTSIDE, WAIT, TURN, SCAN, INSIDE };

struct params {
    int processes;
};

struct peterson {
    uint8_t at[PROCESSES], level[PROCESSES], scanned[PROCESSES]; /* of a process: where it is, j and k */
    uint8_t pos[PROCESSES];                                      /* the level that it has announced */
    uint8_t step[PROCESSES];                                     /* who came last to a level */
};

#define KINDS(K) \
    K(process, PROCESSES, p->processes, ORDERED, "p0") K(level, PROCESSES, p->processes, ORDERED, "1")
#define PARAMS(P)    P(processes, 2, PROCESSES, "number of processes")
#define INSTANCES(I) I(peterson3, 3) I(peterson4, 4) I(peterson5, 5)
#define FIELDS(F)                                                            \
    F(at, PER(process), ONE_OF("outside", "wait", "turn", "scan", "inside")) \
    F(level, PER(process), UP_TO(PROCESSES))                                 \
    F(scanned, PER(process), UP_TO(PROCESSES))                               \
    F(pos, PER(process), UP_TO(PROCESSES)) F(step, PER(level), REF(process))

#define MOVE(from, to)    \
    if (s->at[i] != from) \
        return false;     \
    s->at[i] = to

static bool request(const struct params *p, struct peterson *s, int i)
{
    (void)p;
    MOVE(OUTSIDE, WAIT);
    s->level[i] = 1;
    return true;
}

static bool announce(const struct params *p, struct peterson *s, int i)
{
    MOVE(WAIT, TURN);
    s->pos[i] = s->level[i];
    return s->level[i] < p->processes;
}

static bool turn(const struct params *p, struct peterson *s, int i)
{
    (void)p;
    MOVE(TURN, SCAN);
    s->step[s->level[i] - 1] = (uint8_t)i;
    s->scanned[i] = 0;
    return true;
}

static bool scan(const struct params *p, struct peterson *s, int i)
{
    const int k = s->scanned[i];
    MOVE(SCAN, SCAN);
    if (k >= p->processes || (k != i && s->pos[k] >= s->level[i]))
        return false;
    s->scanned[i]++;
    return true;
}

static bool advance(const struct params *p, struct peterson *s, int i)
{
    MOVE(SCAN, WAIT);
    if (s->step[s->level[i] - 1] == i && s->scanned[i] != p->processes)
        return false;
    s->level[i]++;
    return true;
}

static bool enter(const struct params *p, struct peterson *s, int i)
{
    MOVE(WAIT, INSIDE);
    return s->level[i] == p->processes;
}

static bool leave(const struct params *p, struct peterson *s, int i)
{
    (void)p;
    MOVE(INSIDE, OUTSIDE);
    s->pos[i] = 0;
    return true;
}

static int inside(const struct peterson *s)
{
    int count = 0;
    for (int i = 0; i < PROCESSES; i++)
        count += s->at[i] == INSIDE;
    return count;
}

#define ACTIONS(A)                                                 \
    A(request, "{process} wants to enter", process)                \
    A(announce, "{process} announces its level", process)          \
    A(turn, "{process} is the last to come to its level", process) \
    A(scan, "{process} looks at one of the others", process)       \
    A(advance, "{process} goes on to the next level", process)     \
    A(enter, "{process} enters", process)                          \
    A(leave, "{process} leaves", process)
#define INVARIANTS(I) I(mutual_exclusion, inside(s) <= 1, "at most one process is inside")

#define RACEWALK_MODEL   peterson
#define RACEWALK_SUMMARY "Peterson's lock for several processes"
#include <racewalk/model.h>
