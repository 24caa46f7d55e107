/* SPDX-License-Identifier: Apache-2.0 */
/* Runs another program and waits for it. Main thread. */
#ifndef RACEWALK_BENCH_SPAWN_H
#define RACEWALK_BENCH_SPAWN_H

#include <stdbool.h>

#include "base/status.h"

/* argv ends in NULL; its first is looked for along PATH unless it has a slash. The program runs in folder
 * (NULL: here), reads nothing, and writes to out (NULL: nowhere), both standard output and standard error.
 * *ret_seconds is the time from the call that starts it to its end, *ret_exit its exit status. ERR_IO when it
 * could not be started or ended by a signal. */
enum status spawn_run(const char *const *argv, const char *folder, const char *out, double *ret_seconds,
                      int *ret_exit, struct error *err) WARN_UNUSED;

/* The same for a program that must end with the exit status given. */
enum status spawn_expect(const char *const *argv, const char *folder, const char *out, int expected,
                         double *ret_seconds, struct error *err) WARN_UNUSED;

/* Finds a number in what a program wrote: the one that follows the words before, or, where that is NULL, the
 * one that begins the first line with the words after. ERR_DATA. */
enum status spawn_number(const char *path, const char *before, const char *after, double *ret_number,
                         struct error *err) WARN_UNUSED;

/* True when a program of this name is on PATH. */
bool spawn_there(const char *program);

/* Removes the folder with all that is in it. */
void spawn_remove(const char *folder);

#endif
