/* SPDX-License-Identifier: Apache-2.0 */
/* Tests that grow with the time they are given. A plain run of a test is short, so that a developer waits
 * seconds; its long run (the ctest NAME_long, which sets RACEWALK_LONG_TESTS) does all of it. */
#ifndef RACEWALK_TESTS_EFFORT_H
#define RACEWALK_TESTS_EFFORT_H

#include <stdbool.h>
#include <stdlib.h>

static inline bool test_is_long(void)
{
    return getenv("RACEWALK_LONG_TESTS") != NULL;
}

#endif
