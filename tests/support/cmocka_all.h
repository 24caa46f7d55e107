/* SPDX-License-Identifier: Apache-2.0 */
/* cmocka with what it needs before it. */
#ifndef RACEWALK_TESTS_CMOCKA_ALL_H
#define RACEWALK_TESTS_CMOCKA_ALL_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#endif
