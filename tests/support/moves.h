/* SPDX-License-Identifier: Apache-2.0 */
/* Runs that tests write down as moves. */
#ifndef RACEWALK_TESTS_MOVES_H
#define RACEWALK_TESTS_MOVES_H

#include "model/model.h"

/* Appends the run as an ITF file; its payload follows from a fixed seed. */
void moves_write_itf(const struct model_class *class, const struct instance *instance, const uint32_t *moves,
                     size_t count, struct buffer *out);

#endif
