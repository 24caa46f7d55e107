/* The fast kernel for random walks of the DNS balancer: a whole walk in registers. Any thread.
 *
 * Gives the same walks as the general one in search/walk.h, draw by draw; the tests hold them against each
 * other. */
#ifndef RACEWALK_MODEL_DNS_WALK_H
#define RACEWALK_MODEL_DNS_WALK_H

#include "model/dns_state.h"

/* As model_class.walk; covers every instance. */
bool dns_walk(const struct model *model, const struct walk_job *job, struct walk_tally *tally,
              struct walk_hits *hits);

#endif
