#include "cli/run_saver.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/stop.h"
#include "cli/cli.h"

/* After a finding one is written soon, but not more often than this. */
#define NEWS_SECONDS 1.0

const struct option run_saver_rows[RUN_SAVER_ROW_COUNT] = {
    {.name = "checkpoint",
     .kind = OPTION_TEXT,
     .metavar = "DIR",
     .help = "save there what is needed to go on, now and then and when the run is stopped (USR1, TERM, INT, "
             "time); the exit status is then 75"},
    {.name = "resume",
     .kind = OPTION_TEXT,
     .metavar = "DIR",
     .help =
         "go on from the checkpoint there, on any number of threads and ranks, and save there again. Options "
         "that say what to search may be left out; those that are given must be the same"},
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

/* --- what the command line says against what the checkpoint holds --- */

static enum status mismatch(const char *folder, const char *option, const char *saved, const char *given,
                            struct error *err)
{
    return error_set(
        err, ERR_USAGE,
        "the run in %.200s was begun with --%s %s, and now --%s %s is asked for; leave it out to go on "
        "with that run, or begin a new one",
        folder, option, saved, option, given);
}

static void name_value(const struct parameter_value *value, char *text, size_t size)
{
    if (value->low == value->high)
        (void)snprintf(text, size, "%" PRId64, value->low);
    else
        (void)snprintf(text, size, "%" PRId64 ":%" PRId64, value->low, value->high);
}

static enum status verify_number(const struct option_set *options, const char *folder, const char *option,
                                 uint64_t saved, uint64_t given, struct error *err)
{
    char a[24], b[24];
    if (!option_given(options, option) || saved == given)
        return OK;
    (void)snprintf(a, sizeof a, "%" PRIu64, saved);
    (void)snprintf(b, sizeof b, "%" PRIu64, given);
    return mismatch(folder, option, a, b, err);
}

/* Names of a class by bit, with commas; "(none)" when there is none. */
static void name_bits(uint32_t bits, size_t count, const char *(*name_of)(const struct model_class *, size_t),
                      const struct model_class *class, char *text, size_t size)
{
    size_t used = (size_t)snprintf(text, size, "%s", bits == 0 ? "(none)" : "");
    const char *comma = "";
    for (size_t i = 0; i < count && used < size; i++) {
        if ((bits >> i & 1) == 0)
            continue;
        used += (size_t)snprintf(text + used, size - used, "%s%s", comma, name_of(class, i));
        comma = ",";
    }
}

static const char *guard_name(const struct model_class *class, size_t i)
{
    return class->guards[i].name;
}

static const char *property_name(const struct model_class *class, size_t i)
{
    return class->properties[i].name;
}

static enum status verify_names(const struct option_set *options, const char *folder, const char *option,
                                const struct model_class *class, uint32_t saved, uint32_t given,
                                struct error *err)
{
    const bool guards = strcmp(option, "guard") == 0;
    const size_t count = guards ? class->guard_count : class->property_count;
    char a[256], b[256];
    if (!option_given(options, option) || saved == given)
        return OK;
    name_bits(saved, count, guards ? guard_name : property_name, class, a, sizeof a);
    name_bits(given, count, guards ? guard_name : property_name, class, b, sizeof b);
    return mismatch(folder, option, a, b, err);
}

static enum status verify_instance(const struct option_set *options, const char *folder,
                                   const struct model_class *class, const struct instance *saved,
                                   const struct instance *given, struct error *err)
{
    if (!cli_instance_given(options, class))
        return OK;
    for (size_t i = 0; i < class->parameter_count; i++) {
        const struct parameter_value *a = &saved->values[i], *b = &given->values[i];
        char text_a[48], text_b[48];
        if (a->low == b->low && a->high == b->high)
            continue;
        name_value(a, text_a, sizeof text_a);
        name_value(b, text_b, sizeof text_b);
        return mismatch(folder, class->parameters[i].option, text_a, text_b, err);
    }
    return OK;
}

/* Every parameter that the command line names must be the checkpoint's. */
static enum status verify(const struct option_set *options, const char *folder,
                          const struct model_class *class, const struct run_parameters *saved,
                          const struct run_parameters *given, struct error *err)
{
    enum status status = verify_instance(options, folder, class, &saved->instance, &given->instance, err);
    if (status == OK)
        status = verify_names(options, folder, "guard", class, saved->instance.guards, given->instance.guards,
                              err);
    if (status == OK)
        status = verify_names(options, folder, "property", class, saved->properties, given->properties, err);
    if (status == OK)
        status = verify_number(options, folder, "seed", saved->seed, given->seed, err);
    if (status == OK)
        status = verify_number(options, folder, "max-samples", saved->max_samples, given->max_samples, err);
    /* auto (0) was worked out when the run began: it is not done again. */
    if (status == OK && given->max_steps != 0)
        status = verify_number(options, folder, "max-steps", saved->max_steps, given->max_steps, err);
    if (status == OK)
        status =
            verify_number(options, folder, "max-findings", saved->max_findings, given->max_findings, err);
    if (status == OK && option_flag(options, "shortest") && saved->goal != RUN_SHORTEST)
        status = error_set(err, ERR_USAGE,
                           "the run in %.200s was begun without --shortest, which is asked for now", folder);
    return status;
}

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
    status = verify(options, folder, class, &checkpoint->parameters, parameters, err);
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
    const bool ended =
        checkpoint_read(class, folder, &checkpoint, &warning, NULL) == OK && checkpoint->complete;
    checkpoint_free(checkpoint);
    if (ended)
        return OK;
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
    return stop_requested() || since >= saver->every || (saver->news && since >= NEWS_SECONDS);
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
    saver->news = saver->news && status != OK;
    return status;
}
