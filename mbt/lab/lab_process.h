/* SPDX-License-Identifier: Apache-2.0 */
/* A lab of one's own: this program's `lab` command as a child process, on a free port of the loopback
 * interface, with its files in a temporary folder.
 *
 * The lab lives no longer than the thread that started it: it is stopped by lab_process_stop, or else by the
 * kernel when that thread is gone, however it ended; only then the folder may stay behind. It is in a process
 * group of its own, so that the terminal's Ctrl-C reaches the program alone, which then stops the lab when it
 * is done. Owner only; the thread that starts it stops it. */
#ifndef RACEWALK_MBT_LAB_LAB_PROCESS_H
#define RACEWALK_MBT_LAB_LAB_PROCESS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/status.h"

#define LAB_PROCESS_START_MS 10000 /* until it says where it listens */
#define LAB_PROCESS_STOP_MS  2000  /* until it is killed */

struct lab_process_options {
    const char *program; /* whose lab command is run; NULL: this very program */
    const char *guards;  /* as its option --guard takes them: "reject-stale,protect-live"; NULL: none */
    uint32_t deployers;  /* 0: as many as it has by default */
};

struct lab_process; /* opaque */

/* Returns when the lab listens. The options' texts are borrowed. ERR_IO with what it said when it does not. */
enum status lab_process_start(const struct lab_process_options *options, struct lab_process **ret_process,
                              struct error *err) WARN_UNUSED;

/* Ends the lab and starts it anew on its folder, at another URL; with a kill, it has no time to say farewell.
 * After a failure it can only be stopped. */
enum status lab_process_restart(struct lab_process *process, bool kills, struct error *err) WARN_UNUSED;

/* Stops the lab, waits for its end and removes its folder. NULL is fine. */
void lab_process_stop(struct lab_process *process);

/* Where its files are. */
const char *lab_process_folder(const struct lab_process *process);

/* http://127.0.0.1:PORT */
const char *lab_process_url(const struct lab_process *process);

#endif
