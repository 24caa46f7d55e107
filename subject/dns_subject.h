/* SPDX-License-Identifier: Apache-2.0 */
/* The subject of racewalk itself: the DNS balancer, with the lab as its system. What links it knows both. */
#ifndef RACEWALK_SUBJECT_DNS_SUBJECT_H
#define RACEWALK_SUBJECT_DNS_SUBJECT_H

#include "cli/subject.h"

extern const struct subject dns_subject;

#endif
