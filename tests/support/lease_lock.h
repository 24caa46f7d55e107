/* SPDX-License-Identifier: Apache-2.0 */
/* A second model, so that nothing in the tool knows the first one: the lock held by lease of examples/lease.c, as a
 * class that is made of it.
 *
 * It has what the DNS balancer has not: an action without an argument, states without any move, an idle move, no
 * progress measure. */
#ifndef RACEWALK_TESTS_LEASE_LOCK_H
#define RACEWALK_TESTS_LEASE_LOCK_H

#include "model/model.h"

enum lease_action {
    LEASE_ACQUIRE,
    LEASE_EXPIRE,
    LEASE_WRITE,
    LEASE_RELEASE,
    LEASE_RENEW,
    LEASE_ACTION_COUNT
};
enum lease_property { LEASE_NO_STALE_WRITE, LEASE_MUTUAL_EXCLUSION, LEASE_HANDOVER };
enum lease_guard { LEASE_FENCING };
enum lease_parameter { LEASE_CLIENTS, LEASE_LEASES, LEASE_WRITES };

/* One for the whole program, made when it is first asked for (by one thread). Its identity is 1, or what
 * RACEWALK_LEASE_IDENTITY says. */
const struct model_class *lease_class(void);

/* The term of the last lease in a control state. */
unsigned lease_term(const void *state);

#endif
