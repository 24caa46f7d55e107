/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "base/checkpoint_folder.h"
#include "base/memory.h"
#include "base/stop.h"
#include "search/check_checkpoint.h"
#include "search/checkpoint_model.h"
#include "search/explore_internal.h"

/* What must be the same for a search to go on from another one's checkpoint. */
static enum status describe(const struct explore *explore, struct buffer *text, struct error *err)
{
    const struct explore_config *config = explore->config;
    const struct model *model = config->model;
    checkpoint_put_model(model->class, text);
    for (size_t i = 0; i < model->class->parameter_count; i++)
        buffer_format(text, "%s %lld:%lld\n", model->class->parameters[i].name,
                      (long long)model->instance.values[i].low, (long long)model->instance.values[i].high);
    for (size_t i = 0; i < model->class->guard_count; i++)
        buffer_format(text, "guard-%s %s\n", model->class->guards[i].name,
                      (model->instance.guards >> i & 1) != 0 ? "on" : "off");
    for (size_t i = 0; i < model->class->property_count; i++)
        buffer_format(text, "property-%s %s\n", model->class->properties[i].name,
                      (config->properties >> i & 1) != 0 ? "yes" : "no");
    buffer_format(text, "symmetry %s\n", config->symmetry ? "yes" : "no");
    buffer_format(text, "fingerprints %s\n", config->fingerprints ? "yes" : "no");
    buffer_format(text, "max-steps %u\n", config->max_steps);
    buffer_format(text, "max-findings %u\n", config->until_findings);
    buffer_format(text, "engine %s\n", explore_engine_name(explore->result->engine));
    return buffer_status(text, err);
}

bool explore_save_due(const struct explore *explore)
{
    return explore->config->checkpoint_dir != NULL && explore->phase == EXPLORE_COUNTING &&
           clock_seconds() >= explore->next_checkpoint;
}

/* Rank 0's part of it: the file. */
static enum status open_writer(struct explore *explore, struct check_writer **ret_writer)
{
    struct buffer text;
    buffer_init(&text);
    struct check_writer *writer = mem_new(1, sizeof *writer);
    enum status status = describe(explore, &text, explore->err);
    if (status == OK && writer == NULL)
        status = error_memory(explore->err, sizeof *writer);
    if (status == OK)
        status = check_writer_open(writer, explore->config->checkpoint_dir, text.text, explore->err);
    if (status == OK) {
        const uint64_t spent = (uint64_t)((clock_seconds() - explore->start) * 1e6);
        status = writer->sink.write(&writer->sink, &spent, 1, explore->err);
        if (status != OK)
            status = check_writer_close(writer, status, explore->err);
    }
    buffer_release(&text);
    if (status == OK)
        *ret_writer = writer;
    else
        mem_free(writer);
    return status;
}

enum status explore_save(struct explore *explore, const void *state, explore_save_function *save)
{
    struct check_writer *writer = NULL;
    enum status status = explore->peers->rank == 0 ? open_writer(explore, &writer) : OK;
    status = explore_agree(explore, status);
    if (status == OK)
        status = explore_collect(explore, state, save, writer != NULL ? &writer->sink : NULL);
    if (writer != NULL)
        status = check_writer_close(writer, status, explore->err);
    mem_free(writer);
    explore->next_checkpoint = clock_seconds() + explore->config->checkpoint_seconds;
    return explore_agree(explore, status);
}

/* Rank 0's part of it: the file, and whether it is of the same search. */
static enum status open_reader(struct explore *explore, struct check_reader **ret_reader, uint64_t *ret_spent)
{
    struct check_reader *reader = mem_new(1, sizeof *reader);
    if (reader == NULL)
        return error_memory(explore->err, sizeof *reader);
    struct buffer text;
    buffer_init(&text);
    enum status status = check_reader_open(reader, explore->config->resume_dir, explore->err);
    if (status == OK) {
        status = checkpoint_check_model(explore->config->model->class, reader->file.text, explore->err);
        if (status == OK)
            status = describe(explore, &text, explore->err);
        if (status == OK)
            status = checkpoint_text_compare(&check_checkpoint, reader->file.text, text.text, explore->err);
        if (status == OK)
            status = reader->source.read(&reader->source, ret_spent, 1, explore->err);
        if (status != OK)
            check_reader_close(reader);
    }
    buffer_release(&text);
    if (status == OK)
        *ret_reader = reader;
    else
        mem_free(reader);
    return status;
}

enum status explore_load(struct explore *explore, void *state, explore_load_function *load)
{
    struct check_reader *reader = NULL;
    uint64_t spent = 0;
    enum status status = explore->peers->rank == 0 ? open_reader(explore, &reader, &spent) : OK;
    status = explore_agree(explore, status);
    if (status == OK)
        status = explore_share(explore, &spent, sizeof spent);
    if (status == OK)
        status = explore_spread(explore, state, load, reader != NULL ? &reader->source : NULL);
    if (reader != NULL)
        check_reader_close(reader);
    mem_free(reader);
    status = explore_agree(explore, status);
    if (status == OK)
        explore->start -= (double)spent * 1e-6;
    explore->result->resumed = status == OK;
    return status;
}

/* Where the choice is free, the engine is that of the checkpoint, if it serves this model. */
static void adopt_engine(struct explore *explore, const char *text)
{
    char name[32];
    if (explore->config->engine != EXPLORE_AUTO || !checkpoint_text_value(text, "engine", name, sizeof name))
        return;
    if (strcmp(name, explore_engine_name(EXPLORE_BY_LENGTH)) == 0)
        explore->result->engine = EXPLORE_BY_LENGTH;
    else if (strcmp(name, explore_engine_name(EXPLORE_LAYERS)) == 0 &&
             explore->config->model->class->speed.progress != NULL)
        explore->result->engine = EXPLORE_LAYERS;
}

/* What is to be gone on from. A damaged file is not to take the place of the one before it when this search
 * saves. */
static enum status look_at_resumed(struct explore *explore, bool same)
{
    const char *folder = explore->config->resume_dir;
    struct check_reader *reader = mem_new(1, sizeof *reader);
    if (reader == NULL)
        return error_memory(explore->err, sizeof *reader);
    enum status status = check_reader_open(reader, folder, explore->err);
    if (status == OK) {
        adopt_engine(explore, reader->file.text);
        check_reader_close(reader);
        if (same && reader->file.warning.text[0] != '\0')
            status = checkpoint_folder_put_back(folder, &check_checkpoint, explore->err);
    }
    mem_free(reader);
    return status;
}

/* Rank 0's part of it: what is there. */
static enum status look_at_checkpoints(struct explore *explore)
{
    const char *from = explore->config->resume_dir, *to = explore->config->checkpoint_dir;
    const bool same = from != NULL && to != NULL && strcmp(from, to) == 0;
    char path[PATH_MAX];
    if (to != NULL && !same && checkpoint_folder_has(to, &check_checkpoint)) {
        const enum status status = checkpoint_folder_path(path, to, &check_checkpoint, false, explore->err);
        return status != OK ? status
                            : error_set(explore->err, ERR_USAGE,
                                        "%s is of a check that has not ended: resume that, or remove it to "
                                        "begin anew",
                                        path);
    }
    return from != NULL ? look_at_resumed(explore, same) : OK;
}

enum status explore_begin_checkpoints(struct explore *explore)
{
    enum status status = explore->peers->rank == 0 ? look_at_checkpoints(explore) : OK;
    status = explore_agree(explore, status);
    if (status == OK)
        status = explore_share(explore, &explore->result->engine, sizeof explore->result->engine);
    return status;
}

void explore_end_checkpoints(const struct explore *explore)
{
    if (explore->peers->rank == 0 && explore->config->checkpoint_dir != NULL)
        checkpoint_folder_forget(explore->config->checkpoint_dir, &check_checkpoint);
}

/* --- what a checkpoint is of --- */

/* The number after name, or both of "LOW:HIGH" when high is not NULL. */
static bool read_numbers(const char *text, const char *name, long long *low, long long *high)
{
    char value[64], *end;
    if (!checkpoint_text_value(text, name, value, sizeof value))
        return false;
    *low = strtoll(value, &end, 10);
    if (high == NULL)
        return end != value && *end == '\0';
    if (end == value || *end != ':')
        return false;
    const char *second = end + 1;
    *high = strtoll(second, &end, 10);
    return end != second && *end == '\0';
}

/* Sets bit i when "PREFIX-NAME" has the value that stands for yes. */
static bool read_bit(const char *text, const char *prefix, const char *name, const char *yes, size_t i,
                     uint32_t *bits)
{
    char key[128], value[16];
    (void)snprintf(key, sizeof key, "%s-%s", prefix, name);
    if (!checkpoint_text_value(text, key, value, sizeof value))
        return false;
    *bits |= (uint32_t)(strcmp(value, yes) == 0) << i;
    return true;
}

static bool read_instance(const char *text, const struct model_class *class, struct instance *instance)
{
    bool ok = true;
    *instance = (struct instance){0};
    for (size_t i = 0; i < class->parameter_count && ok; i++) {
        long long low = 0, high = 0;
        ok = read_numbers(text, class->parameters[i].name, &low, &high);
        instance->values[i] = (struct parameter_value){.low = low, .high = high};
    }
    for (size_t i = 0; i < class->guard_count && ok; i++)
        ok = read_bit(text, "guard", class->guards[i].name, "on", i, &instance->guards);
    for (size_t i = 0; i < class->property_count && ok; i++)
        ok = read_bit(text, "property", class->properties[i].name, "yes", i, &instance->properties);
    return ok;
}

/* What the checkpoint that the reader has opened is of. */
static enum status read_task(const struct check_reader *reader, const struct model_class *class,
                             const char *dir, struct check_task *ret_task, struct error *err)
{
    const char *text = reader->file.text;
    struct instance instance;
    char symmetry[16], fingerprints[16];
    long long max_steps = 0, max_findings = 0;
    if (!read_instance(text, class, &instance) ||
        !checkpoint_text_value(text, "symmetry", symmetry, sizeof symmetry) ||
        !checkpoint_text_value(text, "fingerprints", fingerprints, sizeof fingerprints) ||
        !read_numbers(text, "max-steps", &max_steps, NULL) ||
        !read_numbers(text, "max-findings", &max_findings, NULL) || max_steps < 0 ||
        max_steps > EXPLORE_STEPS_UNLIMITED || max_findings < 0 || max_findings > UINT32_MAX)
        return error_set(err, ERR_DATA, "the checkpoint in %s is not of a check of %s", dir, class->name);
    *ret_task = (struct check_task){.instance = instance,
                                    .properties = instance.properties,
                                    .max_steps = (uint32_t)max_steps,
                                    .until_findings = (uint32_t)max_findings,
                                    .symmetry = strcmp(symmetry, "yes") == 0,
                                    .fingerprints = strcmp(fingerprints, "yes") == 0};
    return OK;
}

enum status explore_read_checkpoint(const char *dir, const struct model_class *class,
                                    struct check_task *ret_task, struct error *ret_warning, struct error *err)
{
    struct check_reader *reader = mem_new(1, sizeof *reader);
    if (reader == NULL)
        return error_memory(err, sizeof *reader);
    enum status status = check_reader_open(reader, dir, err);
    if (status == OK) {
        status = checkpoint_check_model(class, reader->file.text, err);
        if (status == OK)
            status = read_task(reader, class, dir, ret_task, err);
        if (status == OK)
            *ret_warning = reader->file.warning;
        check_reader_close(reader);
    }
    mem_free(reader);
    return status;
}
