/* SPDX-License-Identifier: Apache-2.0 */
/* The real lab over real HTTP, and a proxy in front of it that can lie.
 *
 * The lab runs in this process, on a folder of its own that goes with it. The proxy hands every request on
 * and every answer back, but for those that its lies name. Started and stopped by the test's thread. */
#ifndef RACEWALK_TESTS_FAKE_LAB_H
#define RACEWALK_TESTS_FAKE_LAB_H

#include <stddef.h>

#include "lab/deployer.h"

struct test_lab; /* opaque */

struct test_lab *test_lab_start(struct guards guards, size_t deployers);
void test_lab_stop(struct test_lab *lab);
const char *test_lab_url(const struct test_lab *lab);

#define LIE_EVERY 0 /* for nth */

/* The nth request (from 1; LIE_EVERY: each) whose path ends so is answered with this; the lab does not hear
 * of it unless asks_lab. Status 0 closes the connection without an answer. */
struct lie {
    const char *path_end;
    size_t nth;
    bool asks_lab;
    unsigned status;
    const char *text;
};

struct lying_lab; /* opaque */

/* Borrows the lies. */
struct lying_lab *lying_lab_start(const char *lab_url, const struct lie *lies, size_t lie_count);
void lying_lab_stop(struct lying_lab *lab);
const char *lying_lab_url(const struct lying_lab *lab);

#endif
