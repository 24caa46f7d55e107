/* SPDX-License-Identifier: Apache-2.0 */
/* Peterson's lock for several processes ("Myths about the mutual exclusion problem", 1981), as the BEEM database has
 * it (Pelanek, SPIN 2007): one transition is one step of one process. A process climbs through levels. On each it
 * announces the level, signs as the last to come, and looks at the others, one at a time; it goes on when all others are
 * below, or when somebody came after it. BEEM's two mistakes can be made: 1 takes "below" for "not above", 2 looks for
 * the last to come in the wrong array. Either lets two processes in. */
#include <racewalk/model.h>

enum { PROCESSES = 5 };
enum { OUTSIDE, WAIT, TURN, SCAN, INSIDE };

struct params {
    int processes, error;
};

struct peterson {
    uint8_t at[PROCESSES], level[PROCESSES], scanned[PROCESSES]; /* of a process: where it is, its level, whom it saw */
    uint8_t pos[PROCESSES];                                      /* the level that it has announced */
    uint8_t step[PROCESSES];                                     /* who came last to a level */
};

#define KINDS(K)     K(process, PROCESSES, p->processes, ORDERED, "p0") \
                     K(level, PROCESSES, p->processes, ORDERED, "1")
#define PARAMS(P)    P(processes, 2, PROCESSES, "number of processes") P(error, 0, 2, "BEEM's mistake, 0 for none")
#define INSTANCES(I) I(peterson3, 3, 0) I(peterson4, 4, 0) I(peterson5, 5, 0) \
                     I(peterson3_error1, 3, 1) I(peterson3_error2, 3, 2)
#define FIELDS(F)    F(at, PER(process), ONE_OF("outside", "wait", "turn", "scan", "inside")) \
                     F(level, PER(process), UP_TO(PROCESSES)) F(scanned, PER(process), UP_TO(PROCESSES)) \
                     F(pos, PER(process), UP_TO(PROCESSES)) F(step, PER(level), REF(process))

static bool move(struct peterson *s, int i, uint8_t from, uint8_t to)
{
    if (s->at[i] != from) return false;
    s->at[i] = to;
    return true;
}

static bool request(const struct params *p, struct peterson *s, int i)
{
    s->level[i] = 1;
    return move(s, i, OUTSIDE, WAIT);
}

static bool announce(const struct params *p, struct peterson *s, int i)
{
    s->pos[i] = s->level[i];
    return s->level[i] < p->processes && move(s, i, WAIT, TURN);
}

static bool turn(const struct params *p, struct peterson *s, int i)
{
    if (!move(s, i, TURN, SCAN)) return false;
    s->step[s->level[i] - 1] = (uint8_t)i;
    s->scanned[i] = 0;
    return true;
}

static bool scan(const struct params *p, struct peterson *s, int i)
{
    const int k = s->scanned[i]++;
    if (s->at[i] != SCAN || k == p->processes) return false;
    return k == i || s->pos[k] < s->level[i] + (p->error == 1);
}

static bool advance(const struct params *p, struct peterson *s, int i)
{
    if (!move(s, i, SCAN, WAIT)) return false;
    const int last = (p->error == 2 ? s->pos : s->step)[s->level[i] - 1];
    if (last == i && s->scanned[i] != p->processes) return false;
    s->level[i]++;
    return true;
}

static bool enter(const struct params *p, struct peterson *s, int i)
{
    return s->level[i] == p->processes && move(s, i, WAIT, INSIDE);
}

static bool leave(const struct params *p, struct peterson *s, int i)
{
    s->pos[i] = 0;
    return move(s, i, INSIDE, OUTSIDE);
}

#define ACTIONS(A)    A(request, "{process} wants to enter", process) \
                      A(announce, "{process} announces its level", process) \
                      A(turn, "{process} is the last to come to its level", process) \
                      A(scan, "{process} looks at one of the others", process) \
                      A(advance, "{process} goes on to the next level", process) \
                      A(enter, "{process} enters", process) \
                      A(leave, "{process} leaves", process)
#define INVARIANTS(I) I(mutual_exclusion, COUNT(i, PROCESSES, s->at[i] == INSIDE) <= 1, \
                        "at most one process is inside")

#define RACEWALK_MODEL   peterson
#define RACEWALK_SUMMARY "Peterson's lock for several processes"
#include <racewalk/model.h>
