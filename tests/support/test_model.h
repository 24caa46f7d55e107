/* SPDX-License-Identifier: Apache-2.0 */
/* Models for tests: they are made, or the test fails. */
#ifndef RACEWALK_TESTS_TEST_MODEL_H
#define RACEWALK_TESTS_TEST_MODEL_H

#include "model/model.h"

/* The model of a class's instance, whose control states carry what those properties need. */
struct model *test_model_of(const struct model_class *class, struct instance instance, uint32_t properties);
/* The DNS balancer's, with the properties that are in the instance. */
struct model *test_model(struct instance instance);

#endif
