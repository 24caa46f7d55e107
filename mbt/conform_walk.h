/* SPDX-License-Identifier: Apache-2.0 */
/* The scripts of a lockstep search: random walks of the model, with attempts and looks in between.
 *
 * Walk k of seed S is a function of both, and with CONFORM_LEAST also of what was seen before. Owner only. */
#ifndef RACEWALK_MBT_CONFORM_WALK_H
#define RACEWALK_MBT_CONFORM_WALK_H

#include "mbt/conform_coverage.h"

/* Which of the enabled moves is taken:
 *
 *   uniform   as a random walk of the model does, by the moves' weights
 *   least     mostly the one whose state, then whose action and outcome, was seen least (what coverage of the
 *             model's states finds, chance alone misses: Gulcan et al., "Model-guided Fuzzing of Distributed
 *             Systems", OOPSLA 2025); one in CONFORM_CHANCE_ONE_IN is left to chance */
enum conform_choice {
    CONFORM_UNIFORM,
    CONFORM_LEAST,
    CONFORM_CALLS /* no walk of the model: calls of the system's interface, by chance (SYSTEM_CALL) */
};

#define CONFORM_CHANCE_ONE_IN  4
#define CONFORM_ATTEMPT_ONE_IN 3 /* before so many steps an action is tried that is not enabled */
#define CONFORM_LOOK_ONE_IN    8 /* and something is looked at */

struct conform_walk {
    const struct model *model;
    const struct lockstep_vocabulary *vocabulary;
    enum conform_choice choice;
    bool allowed_only; /* no attempts */
    uint32_t max_steps;
};

/* Replaces the script by that of the walk with this trace seed. ERR_MEMORY; ERR_INTERNAL when a state is
 * beyond the model's limits. */
enum status conform_walk_make(const struct conform_walk *walk, const struct conform_coverage *coverage,
                              uint64_t trace_seed, struct lockstep_script *script,
                              struct error *err) WARN_UNUSED;

#endif
