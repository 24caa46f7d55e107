/* SPDX-License-Identifier: Apache-2.0 */
/* The exact chance that a uniform walk of each length ends in a hit (a violation or a witness), and what
 * follows from it: walks and steps to expect until the first hit, and the best length of a walk.
 *
 * The chance p(L) that a walk of at most L transitions hits is computed by dynamic programming over the
 * Markov chain of control states (search/markov_chain.h), the length being the time that is left: p of a state with
 * k + 1 transitions left is the mean of its successors' p with k left. So one pass per length gives the
 * chances of all lengths, every sum is of positive terms (nothing cancels; results are good to some 13
 * digits), and each state gathers from its successors, so that the result does not depend on the number of
 * threads. It is the same number that a forward pass, which pushes the walk's distribution on from the
 * initial state, would sum up.
 *
 * Without cycles other than idle moves, the chain is replaced by its
 * quotient (search/quotient.h) first, and one pass does several lengths; a chain with cycles is solved as it is,
 * one length a pass.
 *
 * Main thread; uses OpenMP inside. */
#ifndef RACEWALK_SEARCH_ODDS_H
#define RACEWALK_SEARCH_ODDS_H

#include "model/model.h"

#define ODDS_STEPS_MAX ((uint32_t)1 << 20)

struct odds_config {
    const struct model *model;
    uint32_t properties; /* bit p: property p is watched; a walk ends at the first state that hits any */
    uint32_t max_steps;  /* at most ODDS_STEPS_MAX */
    /* Stop when the best length is known for certain, whatever max_steps is. The chances then end there. */
    bool until_best;
    int threads;       /* at least 1 */
    size_t memory_max; /* bytes; 0: no limit */
    double timeout;    /* seconds; 0: none */
    void *context;
    /* Called many times a second while states are looked for (length is 0 then), and while lengths are done.
     * NULL is fine. */
    void (*on_progress)(void *context, size_t states, uint32_t length);
};

struct odds {
    uint32_t max_steps;
    double *chance;    /* [L]: chance that a walk of at most L transitions hits; L up to max_steps */
    double *steps;     /* [L]: transitions that such a walk takes on average; it ends early when it hits */
    uint32_t shortest; /* no walk of fewer transitions can hit; ODDS_NEVER: no walk up to max_steps can */
    /* The max_steps for which the mean number of transitions until the first hit is least, when walks are
     * repeated until one hits; 0 when none hits. */
    uint32_t best_max_steps;
    bool best_is_certain;       /* for longer walks than max_steps too */
    size_t states, transitions; /* of the chain */
    bool complete;              /* the chain has all states that can be reached */
    double elapsed;             /* seconds */
};

#define ODDS_NEVER UINT32_MAX

/* ERR_MEMORY and ERR_STOPPED (time, signal) say how far it came and name the bytes that were needed. On
 * success ret_odds is set and to be released. */
enum status odds_compute(const struct odds_config *config, struct odds *ret_odds,
                         struct error *err) WARN_UNUSED;
void odds_release(struct odds *odds);

/* Mean number of walks, and of transitions, until the first hit with walks of max_steps; infinite when none
 * hits. */
double odds_walks(const struct odds *odds, uint32_t max_steps);
double odds_steps(const struct odds *odds, uint32_t max_steps);

/* What a plain breadth-first search of little effort says about the length of the shortest walk that hits. */
struct odds_reach {
    bool found;
    bool never;        /* all states that can be reached were seen, and none hits */
    uint32_t shortest; /* when found */
    /* No walk of fewer transitions hits. It is shortest when found, ODDS_NEVER when never. */
    uint32_t at_least;
};

/* Looks at walks of up to max_steps transitions (0: any), as long as states_max and seconds allow. Fails only
 * when the system refuses memory. */
enum status odds_shortest(const struct model *model, uint32_t properties, uint32_t max_steps,
                          size_t states_max, double seconds, struct odds_reach *ret_reach,
                          struct error *err) WARN_UNUSED;

/* The best max_steps up to bound. ERR_MEMORY or ERR_STOPPED when the budget (see odds_config; its max_steps
 * and until_best are not looked at) does not suffice; ERR_DATA when no walk up to the bound hits. */
enum status odds_best_max_steps(const struct odds_config *budget, uint32_t bound, uint32_t *ret_max_steps,
                                struct error *err) WARN_UNUSED;

#endif
