/* SPDX-License-Identifier: Apache-2.0 */
/* The words of the DNS balancer: its steps, its moment of no return, its zone. */
#ifndef RACEWALK_MBT_DNS_DNS_NARRATOR_H
#define RACEWALK_MBT_DNS_DNS_NARRATOR_H

#include "mbt/story.h"

extern const struct narrator dns_narrator;

#endif
