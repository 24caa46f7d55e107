/* SPDX-License-Identifier: Apache-2.0 */
/* Models of one's own, linked into the tests: examples/, and tests/models/. */
#ifndef RACEWALK_TESTS_OWN_MODELS_H
#define RACEWALK_TESTS_OWN_MODELS_H

#include "model/own/own_class.h"

extern const struct racewalk_model racewalk_lease, racewalk_peterson, racewalk_election, racewalk_watch_cache;
extern const struct racewalk_model racewalk_dns, racewalk_mesh;
/* Each action of it makes another mistake. */
extern const struct racewalk_model racewalk_faulty;

/* The checked build of one of them ("lease"), a library; it stays loaded. */
const struct racewalk_model *own_test_checked(const char *name);

/* The class that is made of it, or the test fails; to be freed. checked may be NULL. */
struct model_class *own_test_class(const struct racewalk_model *object, const struct racewalk_model *checked);
/* The model of its preset of that name. */
struct model *own_test_model(const struct model_class *class, const char *preset, uint32_t guards,
                             uint32_t properties);

#endif
