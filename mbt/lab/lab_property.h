/* SPDX-License-Identifier: Apache-2.0 */
/* The lab without the model: calls of its API, chosen by a draw, and what must hold after each, whatever
 * happens. Each property looks at the answer, and at the lab's state before and after the call; none knows
 * what a model would do.
 *
 * That the root keeps resolving is one of them, and a lab without a guard breaks it: that is its bug. A part
 * of the lab's driver; owner only. */
#ifndef RACEWALK_MBT_LAB_LAB_PROPERTY_H
#define RACEWALK_MBT_LAB_LAB_PROPERTY_H

#include "mbt/lab/lab_session.h"

struct lab_property; /* opaque */

/* NULL is fine. */
void lab_property_free(struct lab_property *property);

/* Carries out the call and judges it. The first call after a reset begins anew. aspect is the name of the
 * property that fails, branch the kind of call and how it was answered. */
enum status lab_property_call(struct lab_driver *driver, uint64_t draw, struct system_step *step,
                              struct error *err) WARN_UNUSED;

#endif
