/* SPDX-License-Identifier: Apache-2.0 */
/* The DNS balancer: a planner, deployers, one zone. The first model of the tool, and its first class.
 *
 * See model/dns/dns_state.h for its control state and model/dns/dns_literal.h for its literal one. */
#ifndef RACEWALK_MODEL_DNS_BALANCER_H
#define RACEWALK_MODEL_DNS_BALANCER_H

#include "model/model.h"

#define DNS_DEPLOYERS_MAX 8
#define DNS_PLANS_MAX     254
#define DNS_IPS_MAX       16

extern const struct model_class dns_balancer;

#endif
