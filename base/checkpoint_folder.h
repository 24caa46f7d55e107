/* SPDX-License-Identifier: Apache-2.0 */
/* A folder that one process at a time saves its checkpoints in (base/checkpoint_file.h):
 *
 *     FOLDER/KIND.checkpoint            the newest one
 *     FOLDER/KIND.checkpoint.previous   the one before it
 *     FOLDER/KIND.checkpoint.PID.tmp    one that is being written
 *     FOLDER/checkpoint.lock            locked, and says by whom, while a process saves there
 *
 * Two processes that saved in one folder would undo each other's work. Main thread. */
#ifndef RACEWALK_BASE_CHECKPOINT_FOLDER_H
#define RACEWALK_BASE_CHECKPOINT_FOLDER_H

#include <stdbool.h>

#include "base/checkpoint_file.h"

struct checkpoint_lock {
    bool held;
    int fd;
    char path[PATH_MAX];
};

/* The path (PATH_MAX bytes) of the folder's newest checkpoint of that kind, or of the one before it; ERR_IO
 * when it is too long. */
enum status checkpoint_folder_path(char *path, const char *folder, const struct checkpoint_kind *kind,
                                   bool previous, struct error *err) WARN_UNUSED;

/* True when the folder has a checkpoint of that kind, whole or not. */
bool checkpoint_folder_has(const char *folder, const struct checkpoint_kind *kind);

/* A process that was killed may take a moment to be gone: so many seconds are waited for its lock. */
#define CHECKPOINT_LOCK_SECONDS 10.0

/* Gets ready to save in folder: makes it, locks it, and removes what killed processes left half written.
 * from: the folder that is to be gone on from, where there must be a checkpoint (ERR_NO_INPUT; then nothing
 * is made), or NULL. wait: seconds for the lock; then ERR_USAGE says who has it. Where the file system has no
 * locks, there is none, and its file stays. */
enum status checkpoint_folder_enter(struct checkpoint_lock *lock, const char *folder, const char *from,
                                    const struct checkpoint_kind *kind, double wait,
                                    struct error *err) WARN_UNUSED;
/* Gives the lock back; nothing when it is not held. */
void checkpoint_folder_leave(struct checkpoint_lock *lock);

/* For whoever holds the lock: */

/* Makes the one before the newest one, after a reader has found the newest one damaged. */
enum status checkpoint_folder_put_back(const char *folder, const struct checkpoint_kind *kind,
                                       struct error *err) WARN_UNUSED;
/* There is no going back behind the newest one. */
void checkpoint_folder_forget_previous(const char *folder, const struct checkpoint_kind *kind);
/* There is nothing to go on from. */
void checkpoint_folder_forget(const char *folder, const struct checkpoint_kind *kind);

#endif
