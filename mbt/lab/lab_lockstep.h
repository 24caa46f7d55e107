/* SPDX-License-Identifier: Apache-2.0 */
/* The lab in lockstep with the model: each answer is held against the one that the lab's description gives
 * (lab_mirror.h), word for word, and after each call all that the lab shows of itself is: the zone in order,
 * versions, what deployers have observed, their counters and epochs, health; of a lab that was started here
 * its files, too. The mirror in turn is held against the model's state.
 *
 * What the two are known to differ in is allowed for here and in lab_mirror.c, and nowhere else:
 *
 *   idle-backoff   lab_lockstep_step: a Backoff without a plan is answered "idle"
 *   root-missing   lab_lockstep_offers: a Deploy that the model has is refused, and so not taken
 *   same-root      struct lab_mirror: rollback and model_rollback; with protect-live, a cleanup that would
 *                  delete other plans for that is not offered
 *   lock epochs    struct lab_mirror_deployer: they count tried batches of each deployer
 *
 * A part of the lab's driver; owner only. */
#ifndef RACEWALK_MBT_LAB_LAB_LOCKSTEP_H
#define RACEWALK_MBT_LAB_LAB_LOCKSTEP_H

#include "mbt/lab/lab_session.h"

struct lab_lockstep; /* opaque */

/* NULL is fine. */
void lab_lockstep_free(struct lab_lockstep *lockstep);

/* As lab_driver_reset and lab_driver_act of a trace that asks for lockstep. expected NULL: the model does not
 * allow the action. */
enum status lab_lockstep_reset(struct lab_driver *driver, struct system_step *step,
                               struct error *err) WARN_UNUSED;
enum status lab_lockstep_step(struct lab_driver *driver, const struct system_action *action,
                              const struct value *expected, struct system_step *step,
                              struct error *err) WARN_UNUSED;
/* What the lab does with the action by its own rules. */
enum system_offer lab_lockstep_offers(const struct lab_driver *driver, const struct system_action *action,
                                      const struct known_difference **ret_difference);
/* Looks at what no step asks for, by a draw: names, health, requests that must be refused. */
enum status lab_lockstep_look(struct lab_driver *driver, uint64_t draw, struct system_step *step,
                              struct error *err) WARN_UNUSED;

#endif
