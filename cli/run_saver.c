/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/run_saver.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/stop.h"
#include "cli/cli.h"
#include "cli/run_extend.h"

/* After a finding one is written soon, but not more often than this. */
#define FOUND_SECONDS 1.0

const struct option run_saver_rows[RUN_SAVER_ROW_COUNT] = {
    {.name = "checkpoint",
     .kind = OPTION_TEXT,
     .metavar = "DIR",
     .help = "save there what is needed to go on, now and then and when the run is stopped (USR1, TERM, INT, "
             "XCPU, time); the exit status is then 75"},
    {.name = "resume",
     .kind = OPTION_TEXT,
     .metavar = "DIR",
     .help =
         "go on from the checkpoint there, on any number of threads and ranks, and save there again. "
         "--max-samples and --max-findings may ask for more than before, also of a run that has ended; other "
         "options that say what to search may be left out, or must be the same"},
    {.name = "checkpoint-every",
     .kind = OPTION_REAL,
     .metavar = "SECONDS",
     .default_text = "60",
     .help = "between two checkpoints; after a finding one is written at once"},
    {.name = "max-hours",
     .kind = OPTION_REAL,
     .metavar = "H",
     .help = "stop when 99% of so many hours are over, as for a batch job's limit"},
};

/* --- opening --- */

static enum status resume(struct run_saver *saver, const char *folder, const struct option_set *options,
                          const struct model_class *class, struct run_parameters *parameters,
                          struct error *err)
{
    struct checkpoint *checkpoint = NULL;
    struct error warning = {{0}};
    enum status status = checkpoint_read(class, folder, &checkpoint, &warning, err);
    if (status != OK)
        return status;
    if (warning.text[0] != '\0')
        message_warning("%s", warning.text);
    status = run_extend(options, folder, class, checkpoint, parameters, &checkpoint->parameters, err);
    if (status == OK && warning.text[0] != '\0' && strcmp(folder, saver->folder) == 0)
        status = checkpoint_folder_put_back(folder, &run_checkpoint, err);
    if (status != OK) {
        checkpoint_free(checkpoint);
        return status;
    }
    *parameters = checkpoint->parameters;
    saver->resumed = checkpoint;
    saver->sessions = checkpoint->sessions + 1;
    saver->begun = strcmp(folder, saver->folder) == 0;
    return OK;
}

/* A run that has not ended must not be lost to a new one. */
static enum status check_unused(const char *folder, const struct model_class *class, struct error *err)
{
    struct checkpoint *checkpoint = NULL;
    struct error warning;
    if (!checkpoint_folder_has(folder, &run_checkpoint))
        return OK;
    const enum status status = checkpoint_read(class, folder, &checkpoint, &warning, NULL);
    const bool ended = status == OK && checkpoint->complete;
    checkpoint_free(checkpoint);
    if (ended)
        return OK;
    if (status == ERR_USAGE)
        return error_set(
            err, ERR_USAGE,
            "%.200s holds the checkpoint of a run of another model, or of another version of it; "
            "remove run.checkpoint there to begin anew",
            folder);
    return error_set(
        err, ERR_USAGE,
        "%.200s holds the checkpoint of a run that has not ended; go on with it by --resume %.200s, or "
        "remove run.checkpoint there",
        folder, folder);
}

enum status run_saver_open(struct run_saver *saver, const struct option_set *options,
                           const struct model_class *class, struct run_parameters *parameters,
                           struct error *err)
{
    const char *from = option_text(options, "resume"), *to = option_text(options, "checkpoint");
    *saver = (struct run_saver){
        .folder = to != NULL ? to : from, .every = option_real(options, "checkpoint-every"), .sessions = 1};
    if (saver->folder == NULL)
        return OK;
    enum status status = checkpoint_folder_enter(&saver->lock, saver->folder, from, &run_checkpoint,
                                                 CHECKPOINT_LOCK_SECONDS, err);
    if (status == OK && from != NULL)
        status = resume(saver, from, options, class, parameters, err);
    if (status == OK && (from == NULL || strcmp(from, saver->folder) != 0))
        status = check_unused(saver->folder, class, err);
    return status;
}

void run_saver_close(struct run_saver *saver)
{
    checkpoint_free(saver->resumed);
    saver->resumed = NULL;
    checkpoint_folder_leave(&saver->lock);
}

bool run_saver_is_due(const struct run_saver *saver)
{
    if (saver->folder == NULL)
        return false;
    const double since = clock_seconds() - saver->last;
    return stop_requested() || since >= saver->every || (saver->found && since >= FOUND_SECONDS);
}

enum status run_saver_save(struct run_saver *saver, const struct model *model,
                           const struct checkpoint *checkpoint, struct error *err)
{
    if (saver->folder == NULL)
        return OK;
    const enum status status = checkpoint_write(model, checkpoint, saver->folder, err);
    /* There is no going back behind a run's end, nor behind its beginning, to another run that has ended. */
    if (status == OK && (checkpoint->complete || !saver->begun))
        checkpoint_folder_forget_previous(saver->folder, &run_checkpoint);
    saver->begun = saver->begun || status == OK;
    saver->last = clock_seconds();
    saver->found = saver->found && status != OK;
    return status;
}
