/* SPDX-License-Identifier: Apache-2.0 */
/* The sentences of a tale. A part of mbt/dns/dns_tale.h: nobody else calls it. Owner only. */
#ifndef RACEWALK_MBT_DNS_DNS_TALE_WORDS_H
#define RACEWALK_MBT_DNS_DNS_TALE_WORDS_H

#include "mbt/dns/dns_tale.h"

/* The story's words of state s, once the rest of states[0 … s] is there; also finds installs_stale. */
enum status tale_words_of_step(struct dns_tale *tale, size_t s, struct error *err) WARN_UNUSED;
/* Of its turn: plan is what the name points to. */
enum status tale_words_of_turn(struct dns_tale *tale, int plan, struct error *err) WARN_UNUSED;
/* Of its outcome, which is a violation. */
enum status tale_words_of_outcome(struct dns_tale *tale, struct error *err) WARN_UNUSED;

#endif
