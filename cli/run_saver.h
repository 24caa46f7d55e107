/* SPDX-License-Identifier: Apache-2.0 */
/* The checkpoints of the run command: --checkpoint, --resume, and when to write one. Main thread. */
#ifndef RACEWALK_CLI_RUN_SAVER_H
#define RACEWALK_CLI_RUN_SAVER_H

#include "base/checkpoint_folder.h"
#include "base/options.h"
#include "cluster/checkpoint.h"

struct run_saver {
    struct checkpoint_lock lock; /* on the folder */
    const char *folder;          /* NULL: no checkpoints are written */
    bool begun;                  /* the folder has a checkpoint of this run */
    double every;                /* seconds between two */
    double last;                 /* clock_seconds of the last one */
    bool found;                  /* something was found since */
    struct checkpoint *resumed;  /* of the run before, or NULL; owned, but for findings that were taken */
    uint64_t sessions;           /* this one included */
};

/* The options' rows, for the command's table. */
#define RUN_SAVER_ROW_COUNT 4
extern const struct option run_saver_rows[RUN_SAVER_ROW_COUNT];

/* Reads the options. With --resume the parameters become those of the checkpoint, extended by the command
 * line (cli/run_extend.h, which says what is refused). Without, ERR_USAGE when the folder holds the
 * checkpoint of a run that has not ended. */
enum status run_saver_open(struct run_saver *saver, const struct option_set *options,
                           const struct model_class *class, struct run_parameters *parameters,
                           struct error *err) WARN_UNUSED;
void run_saver_close(struct run_saver *saver);

/* True when it is time to write one. */
bool run_saver_is_due(const struct run_saver *saver);
/* Writes one; nothing without a folder. Borrows everything. */
enum status run_saver_save(struct run_saver *saver, const struct model *model,
                           const struct checkpoint *checkpoint, struct error *err) WARN_UNUSED;

#endif
