/* SPDX-License-Identifier: Apache-2.0 */
/* The control state of the DNS balancer for SPIN: what racewalk searches, written a second time, by hand.
 *
 * Which addresses and weights a plan carries never changes what can happen next, so that a plan is its index. The
 * deployers are not interchanged (no symmetry reduction), so that the states are those of
 * racewalk check --no-symmetry.
 *
 * spin has to be called with -o2: it would otherwise find that rollback is never read, when nothing is asserted, and
 * leave it out of the state (6 847 states in place of 13 935 with 5 plans).
 *
 * Set PLANS and MAX_PLAN_AGE with -D. With -DVIOLATIONS both invariants are asserted; without, all states are visited. */
#ifndef PLANS
#define PLANS 5
#endif
#ifndef MAX_PLAN_AGE
#define MAX_PLAN_AGE 3
#endif
#define DEPLOYERS 3
#define INIT_PLAN 31 /* the placeholder, which is always there; so PLANS is at most 30 */

byte published;                   /* plans that the planner has published */
byte next[DEPLOYERS];             /* each deployer's index into them */
bit fresh[DEPLOYERS] = 1;         /* its view holds the lock that is in the zone */
unsigned root : 5 = INIT_PLAN;    /* the plan that the root name points to */
unsigned rollback : 5 = INIT_PLAN;
int present;                      /* bit i: plan i's records are in the zone */

/* Bits 0 .. next - MAX_PLAN_AGE - 1: the plans that are old by this deployer's counter. */
#define OLD(d)      (next[d] > MAX_PLAN_AGE -> (1 << (next[d] - MAX_PLAN_AGE)) - 1 : 0)
#define THERE(plan) (plan == INIT_PLAN || (present >> plan) & 1)

#ifdef VIOLATIONS
#define CHECK assert(THERE(root) && THERE(rollback))
#else
#define CHECK skip
#endif

/* One process with one location makes all the steps, so that there is no control flow in the state. A query by a
 * deployer whose view is fresh and a backoff lead back to the same state, and are left out. */
#define QUERY(d) :: atomic { !fresh[d] -> fresh[d] = 1 }
#define APPLY(d)                                                                                                 \
    :: atomic {                                                                                                  \
        fresh[d] && next[d] < published ->                                                                       \
        rollback = root;                                                                                         \
        root = next[d];                                                                                          \
        present = present | (1 << next[d]);                                                                      \
        next[d]++;                                                                                               \
        fresh[0] = (d == 0);                                                                                     \
        fresh[1] = (d == 1);                                                                                     \
        fresh[2] = (d == 2);                                                                                     \
        CHECK                                                                                                    \
    }
#define GC(d) :: atomic { (present & OLD(d)) != 0 -> present = present & ~OLD(d); CHECK }

active proctype balancer()
{
end:
    do
    :: atomic { published < PLANS -> published++ }
    QUERY(0)
    QUERY(1)
    QUERY(2)
    APPLY(0)
    APPLY(1)
    APPLY(2)
    GC(0)
    GC(1)
    GC(2)
    od
}
