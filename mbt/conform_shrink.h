/* SPDX-License-Identifier: Apache-2.0 */
/* Shrinks a script on the system itself, to the fewest events after which the two still part in the same way.
 *
 * The same way means: the same action, as a step or an attempt, and the same aspect (struct system_step).
 * Events go in blocks first, then one by one, until each that is left is needed (Zeller, Hildebrandt,
 * "Simplifying and isolating failure-inducing input", 2002). Owner only. */
#ifndef RACEWALK_MBT_CONFORM_SHRINK_H
#define RACEWALK_MBT_CONFORM_SHRINK_H

#include "mbt/lockstep.h"

#define CONFORM_REPLAYS_MAX 4096 /* of one script; what is left then is not the shortest */

/* The script was played and has fates; difference is what was seen. Both become those of the shrunk script,
 * whose events were all carried out; a step that the system is known to refuse has become an attempt.
 * *ret_steady is false when the difference did not come again: then the script is as it was. Errors as of
 * lockstep_play. */
enum status conform_shrink(struct lockstep *lockstep, const struct lockstep_vocabulary *vocabulary,
                           struct lockstep_script *script, enum lockstep_fate *fates,
                           struct lockstep_difference *difference, size_t *ret_replays, bool *ret_steady,
                           struct error *err) WARN_UNUSED;

#endif
