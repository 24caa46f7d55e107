/* SPDX-License-Identifier: Apache-2.0 */
/* racewalk model --test: looks for the mistakes that authors of models make (model/own/own_inspect.h), on the states
 * nearest to the initial one and then on those of random walks. Main thread. */
#ifndef RACEWALK_CLI_MODEL_TEST_H
#define RACEWALK_CLI_MODEL_TEST_H

#include "model/model.h"

/* Tests a model of one's own, and prints each complaint with the shortest way to it that is known. Returns how many
 * there were. ERR_STOPPED after a signal. */
enum status model_test(const struct model *model, size_t *ret_complaints, struct error *err) WARN_UNUSED;

#endif
