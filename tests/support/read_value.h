/* SPDX-License-Identifier: Apache-2.0 */
/* A value from its text in ITF encoding, for tests. */
#ifndef RACEWALK_TESTS_READ_VALUE_H
#define RACEWALK_TESTS_READ_VALUE_H

#include "model/value.h"

/* Fails the test when the text is no value. */
struct value read_value(struct arena *arena, const char *text);

#endif
