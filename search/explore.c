#include "search/explore.h"

#include <assert.h>
#include <string.h>

#include "base/memory.h"
#include "base/stop.h"
#include "search/check_checkpoint.h"
#include "search/explore_internal.h"

/* When a search is stopped early and has found something, its traces get so many seconds more. */
#define GRACE_SECONDS 10.0

const char *explore_engine_name(enum explore_engine engine)
{
    static const char *const names[] = {[EXPLORE_AUTO] = "auto",
                                        [EXPLORE_BY_LENGTH] = "by length",
                                        [EXPLORE_LAYERS] = "layers",
                                        [EXPLORE_CELLS] = "cells"};
    return names[engine];
}

static enum explore_engine choose_engine(const struct explore_config *config)
{
    const struct model_class *class = config->model->class;
    const bool cells = class->cells != NULL && class->cells->covers(config->model);
    if (config->engine == EXPLORE_AUTO)
        return cells ? EXPLORE_CELLS : class->progress != NULL ? EXPLORE_LAYERS : EXPLORE_BY_LENGTH;
    assert(config->engine != EXPLORE_CELLS || cells);
    assert(config->engine != EXPLORE_LAYERS || class->progress != NULL);
    return config->engine;
}

bool explore_tick(struct explore *explore, const struct sweep_tally *counts, uint32_t layer,
                  uint32_t distance, double done)
{
    const struct explore_config *config = explore->config;
    const double now = clock_seconds();
    if (config->on_progress != NULL) {
        const struct explore_progress progress = {.phase = explore->phase,
                                                  .states = counts->states,
                                                  .transitions = counts->transitions,
                                                  .layer = layer,
                                                  .distance = distance,
                                                  .done = done,
                                                  .elapsed = now - explore->start,
                                                  .bytes = budget_used(&explore->budget)};
        if (!config->on_progress(config->context, &progress) && !explore->deaf) {
            explore->result->stop = EXPLORE_SIGNAL;
            return false;
        }
    }
    if (stop_requested() && !explore->deaf) {
        explore->result->stop = EXPLORE_SIGNAL;
        return false;
    }
    if (explore->deadline > 0 && now >= explore->deadline) {
        /* While traces are looked for after a stop, that one is the reason. */
        if (!explore->deaf)
            explore->result->stop = EXPLORE_TIMEOUT;
        return false;
    }
    return true;
}

/* --- checkpoints --- */

/* What must be the same for a search to go on from another one's checkpoint. */
static enum status describe(const struct explore *explore, struct buffer *text, struct error *err)
{
    const struct explore_config *config = explore->config;
    const struct model *model = config->model;
    buffer_format(text, "model %s\n", model->class->name);
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
    buffer_format(text, "max-steps %u\n", config->max_steps);
    buffer_format(text, "until-findings %s\n", config->until_findings ? "yes" : "no");
    buffer_format(text, "engine %s\n", explore_engine_name(explore->result->engine));
    return buffer_status(text, err);
}

bool explore_save_due(const struct explore *explore)
{
    return explore->config->checkpoint_dir != NULL && explore->phase == EXPLORE_COUNTING &&
           clock_seconds() >= explore->next_checkpoint;
}

enum status explore_save(struct explore *explore, const void *state,
                         enum status (*save)(const void *state, struct word_sink *sink, struct error *err))
{
    struct buffer text;
    buffer_init(&text);
    struct checkpoint_writer *writer = mem_new(1, sizeof *writer);
    enum status status = describe(explore, &text, explore->err);
    if (status == OK && writer == NULL)
        status = error_memory(explore->err, sizeof *writer);
    if (status == OK)
        status = checkpoint_writer_open(writer, explore->config->checkpoint_dir, text.text, explore->err);
    if (status == OK) {
        const uint64_t spent = (uint64_t)((clock_seconds() - explore->start) * 1e6);
        status = writer->sink.write(&writer->sink, &spent, 1, explore->err);
        if (status == OK)
            status = save(state, &writer->sink, explore->err);
        status = checkpoint_writer_close(writer, status, explore->err);
    }
    mem_free(writer);
    buffer_release(&text);
    explore->next_checkpoint = clock_seconds() + explore->config->checkpoint_seconds;
    return status;
}

enum status explore_load(struct explore *explore, void *state,
                         enum status (*load)(void *state, struct word_source *source, struct error *err))
{
    struct buffer text;
    struct checkpoint_reader *reader = mem_new(1, sizeof *reader);
    if (reader == NULL)
        return error_memory(explore->err, sizeof *reader);
    buffer_init(&text);
    uint64_t spent;
    enum status status = checkpoint_reader_open(reader, explore->config->resume_dir, explore->err);
    if (status == OK) {
        status = describe(explore, &text, explore->err);
        if (status == OK)
            status = checkpoint_compare(reader->text, text.text, explore->err);
        if (status == OK)
            status = reader->source.read(&reader->source, &spent, 1, explore->err);
        if (status == OK)
            status = load(state, &reader->source, explore->err);
        if (status == OK && reader->left != 0)
            status = error_set(explore->err, ERR_DATA,
                               "the checkpoint is damaged: it has more than there should be");
        if (status == OK)
            explore->start -= (double)spent * 1e-6;
        explore->result->resumed = status == OK;
        checkpoint_reader_close(reader);
    }
    mem_free(reader);
    buffer_release(&text);
    return status;
}

/* The engine is that of the checkpoint, where the choice is free. */
static enum status adopt_engine(struct explore *explore)
{
    struct checkpoint_reader *reader = mem_new(1, sizeof *reader);
    if (reader == NULL)
        return error_memory(explore->err, sizeof *reader);
    char name[32];
    const enum status status = checkpoint_reader_open(reader, explore->config->resume_dir, explore->err);
    if (status == OK && checkpoint_value(reader->text, "engine", name, sizeof name) &&
        strcmp(name, explore_engine_name(EXPLORE_LAYERS)) == 0 &&
        explore->config->model->class->progress != NULL)
        explore->result->engine = EXPLORE_LAYERS;
    if (status == OK)
        checkpoint_reader_close(reader);
    mem_free(reader);
    return status;
}

/* --- the general engines --- */

static enum status save_sweep(const void *state, struct word_sink *sink, struct error *err)
{
    return sweep_save(*(struct sweep *const *)state, sink, err);
}

static enum status load_sweep(void *state, struct word_source *source, struct error *err)
{
    return sweep_load(*(struct sweep **)state, source, err);
}

static bool on_round(void *context, struct sweep *sweep)
{
    struct explore *explore = context;
    const struct sweep_tally counts = sweep_counts(sweep);
    uint32_t layer, distance;
    sweep_position(sweep, &layer, &distance);
    if (!explore_tick(explore, &counts, layer, distance, -1))
        return false;
    if (explore_save_due(explore))
        explore->status = explore_save(explore, &sweep, save_sweep);
    return explore->status == OK;
}

struct sweep_config explore_sweep_config(struct explore *explore)
{
    const struct explore_config *config = explore->config;
    return (struct sweep_config){.model = config->model,
                                 .properties = config->properties,
                                 .max_steps = config->max_steps,
                                 .max_progress = UINT32_MAX,
                                 .threads = config->threads,
                                 .symmetry = config->symmetry,
                                 .layered = explore->result->engine != EXPLORE_BY_LENGTH,
                                 .budget = &explore->budget,
                                 .context = explore,
                                 .on_round = on_round};
}

static enum status explore_general(struct explore *explore)
{
    const struct explore_config *config = explore->config;
    struct sweep_config sweep_config = explore_sweep_config(explore);
    sweep_config.shrink = config->until_findings;
    struct sweep *sweep = NULL;
    enum sweep_stop stop;
    enum status status = sweep_new(&sweep_config, &sweep, explore->err);
    if (status == OK && config->resume_dir != NULL && !explore->result->resumed)
        status = explore_load(explore, &sweep, load_sweep);
    if (status == OK)
        status = sweep_run(sweep, &stop, explore->err);
    if (status == OK)
        status = explore->status;
    if (status == OK) {
        explore->result->counts = sweep_counts(sweep);
        if (stop == SWEEP_MEMORY)
            explore->result->stop = EXPLORE_MEMORY;
        if (stop == SWEEP_EXHAUSTED)
            explore->result->stop = explore->result->counts.bounded ? EXPLORE_BOUND : EXPLORE_EXHAUSTED;
        else if (config->checkpoint_dir != NULL)
            status = explore_save(explore, &sweep, save_sweep);
    }
    sweep_free(sweep);
    return status;
}

/* --- the whole search --- */

static enum status count_states(struct explore *explore)
{
    explore->phase = EXPLORE_COUNTING;
    bool overflow = false;
    enum status status = OK;
    if (explore->result->engine == EXPLORE_CELLS)
        status = explore_cells(explore, &overflow);
    if (status == OK && overflow)
        explore->result->engine = EXPLORE_LAYERS;
    if (status == OK && explore->result->engine != EXPLORE_CELLS)
        status = explore_general(explore);
    return status;
}

/* Traces that the memory does not allow are missing, but what was counted stands. */
static enum status forgive_memory(struct explore *explore, enum status status)
{
    if (status != ERR_MEMORY)
        return status;
    if (explore->config->until_findings)
        explore->result->stop = EXPLORE_MEMORY;
    return OK;
}

static enum status find_traces(struct explore *explore)
{
    struct explore_result *result = explore->result;
    uint32_t shortest = DISTANCE_NONE;
    explore->phase = EXPLORE_TRACING;
    if (result->stop != EXPLORE_EXHAUSTED && result->stop != EXPLORE_BOUND) {
        explore->deaf = true;
        explore->deadline = clock_seconds() + GRACE_SECONDS;
        return explore_shortest(explore);
    }
    if (!explore->config->until_findings)
        return explore_shortest(explore);
    for (uint32_t p = 0; p < PROPERTIES_MAX; p++)
        shortest = result->counts.shortest[p] < shortest ? result->counts.shortest[p] : shortest;
    if (shortest > 0)
        return explore_findings(explore, shortest);
    result->stop = EXPLORE_FINDING;
    return explore_shortest(explore);
}

enum status explore(const struct explore_config *config, struct explore_result *ret_result, struct error *err)
{
    assert(config->threads >= 1 && config->max_steps <= EXPLORE_STEPS_UNLIMITED);
    struct error ignored;
    struct explore_result result = {.stop = EXPLORE_EXHAUSTED, .engine = choose_engine(config)};
    struct explore explore = {
        .config = config, .result = &result, .err = err != NULL ? err : &ignored, .status = OK};
    result.max_memory = config->max_memory != 0 ? config->max_memory : memory_available() / 5 * 4;
    result.counts = sweep_tally_none();
    budget_init(&explore.budget, result.max_memory);
    explore.start = clock_seconds();
    explore.deadline = config->timeout > 0 ? explore.start + config->timeout : 0;
    explore.next_checkpoint = explore.start + config->checkpoint_seconds;
    enum status status = OK;
    if (config->resume_dir != NULL && config->engine == EXPLORE_AUTO)
        status = adopt_engine(&explore);
    if (status == OK)
        status = count_states(&explore);
    if (status != OK)
        return status;
    for (uint32_t p = 0; p < PROPERTIES_MAX; p++)
        result.hit |= result.counts.shortest[p] != DISTANCE_NONE ? UINT32_C(1) << p : 0;
    result.complete = result.stop == EXPLORE_EXHAUSTED && !result.counts.bounded;
    if (result.hit != 0)
        status = forgive_memory(&explore, find_traces(&explore));
    if (status != OK)
        return status;
    if (config->until_findings && result.hit != 0)
        result.complete = false;
    result.elapsed = clock_seconds() - explore.start;
    result.bytes = budget_peak(&explore.budget);
    *ret_result = result;
    return OK;
}
