/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/commands.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/checkpoint_folder.h"
#include "base/memory.h"
#include "base/program.h"
#include "base/stop.h"
#include "cli/check_outcome.h"
#include "cli/check_page.h"
#include "cli/cli.h"
#include "cli/progress.h"
#include "cli/replay_command.h"
#include "cli/report.h"
#include "cli/search_page.h"
#include "cli/size.h"
#include "mbt/findings.h"
#include "search/check_checkpoint.h"
#include "search/explore.h"
#include "search/make_finding.h"

#define FINDINGS_MAX 1024
/* The rate on the line is that of the last seconds. */
#define RATE_SECONDS 2.0

struct check {
    const struct cli *cli;
    const struct option_set *options;
    struct model *model;
    struct explore_config config;
    struct explore_result result;
    struct checkpoint_lock lock; /* on the folder of the checkpoints */
    struct finding *findings[FINDINGS_MAX];
    size_t finding_count;
    struct findings *out;
    FILE *words;
    bool quiet;
    struct progress progress;
    struct rate rate;   /* states */
    double done_before; /* the share that was done when this session began */
    struct check_layers layers;
    enum status failure;
    struct error err;
};

/* --- findings --- */

/* Checks it, writes it where it belongs, and notes how to bring it back. */
static enum status write_finding(struct check *check, struct finding *finding)
{
    const struct explore_config *config = &check->config;
    char command[128];
    size_t used = (size_t)snprintf(command, sizeof command, "check");
    if (!config->symmetry)
        used += (size_t)snprintf(command + used, sizeof command - used, " --no-symmetry");
    if (config->fingerprints)
        used += (size_t)snprintf(command + used, sizeof command - used, " --fingerprints");
    if (config->max_steps != EXPLORE_STEPS_UNLIMITED)
        used += (size_t)snprintf(command + used, sizeof command - used, " --max-steps %u", config->max_steps);
    if (config->until_findings > 0)
        (void)snprintf(command + used, sizeof command - used, " --max-findings %u", config->until_findings);
    const struct replay_search search = {.cli = check->cli,
                                         .model = check->model,
                                         .properties = config->properties,
                                         .out_itf = findings_single_file(check->out),
                                         .command = command};
    const enum status status = findings_add(check->out, finding, &check->err);
    if (status == OK)
        replay_command_of(&search, finding);
    return status;
}

/* Writes the finding where it belongs, then tells of it. Takes it. */
static enum status announce(struct check *check, struct finding *finding)
{
    check->findings[check->finding_count++] = finding;
    enum status status = write_finding(check, finding);
    if (status == OK)
        status = findings_write_index(check->out, (const struct finding *const *)check->findings,
                                      check->finding_count, &check->err);
    if (status != OK)
        return status;
    progress_clear(&check->progress);
    report_print_finding(check->words, check->model, finding);
    (void)fflush(check->words);
    return OK;
}

static enum explore_verdict on_finding(void *context, const struct trace *trace)
{
    struct check *check = context;
    struct finding *finding = NULL;
    check->failure = finding_of_trace(check->model, trace, "check", &finding, &check->err);
    for (size_t i = 0; i < check->finding_count && check->failure == OK; i++) {
        if (check->findings[i]->shape.id == finding->shape.id) {
            finding_free(finding);
            return EXPLORE_GO_ON;
        }
    }
    if (check->failure == OK)
        check->failure = announce(check, finding);
    if (check->failure != OK)
        return EXPLORE_FAILED;
    const size_t most = check->config.until_findings > 0 ? check->config.until_findings : FINDINGS_MAX;
    return check->finding_count == most ? EXPLORE_ENOUGH : EXPLORE_GO_ON;
}

/* --- words --- */

static void draw_progress(struct check *check, const struct explore_progress *progress)
{
    struct progress_line line = {.field_count = 0};
    const bool layered = progress->done > 0;
    const double share = progress->done - check->done_before;
    if (layered)
        progress_field(&line, 6, "%3.0f%%", 100 * progress->done);
    progress_field(&line, 5, "%s states", report_number(progress->states));
    if (layered)
        progress_field(&line, 1, "of about %s", report_rate((double)progress->states / progress->done));
    progress_field(&line, 2, layered ? "layer %u" : "%u transitions deep",
                   layered ? progress->layer : progress->distance);
    progress_field(&line, 7, "%s states/s", report_rate(rate_recent(&check->rate, RATE_SECONDS)));
    progress_rate(&line, &check->rate);
    progress_field(&line, 4, "%sB", report_rate((double)progress->bytes));
    if (layered && share > 0)
        progress_field(&line, 3, "about %s left",
                       report_seconds(progress->elapsed * (1 - progress->done) / share));
    progress_draw_line(&check->progress, &line);
}

static bool on_progress(void *context, const struct explore_progress *progress)
{
    struct check *check = context;
    if (progress->phase == EXPLORE_COUNTING) {
        /* A search that is gone on with has done a part of it in other sessions. */
        if (check->rate.point_count == 0) {
            const bool resumed = check->config.resume_dir != NULL;
            rate_init(&check->rate, resumed ? progress->elapsed : 0, resumed ? progress->states : 0);
            check->done_before = resumed ? progress->done : 0;
        }
        rate_add(&check->rate, progress->elapsed, progress->states);
        check_layers_note(&check->layers, progress);
    }
    if (!progress_due(&check->progress))
        return true;
    if (progress->phase == EXPLORE_TRACING)
        progress_draw(&check->progress, "looking for the traces  %s states", report_number(progress->states));
    else
        draw_progress(check, progress);
    return true;
}

/* Where the model has a fast engine, and this check does not get it, its time is of another kind; fingerprints make it
 * another kind of check. */
static void print_slow_engine(const struct check *check)
{
    const struct cell_kernel *cells = check->model->class->speed.cells;
    if (check->config.fingerprints)
        fputs("  64-bit fingerprints in place of states\n", check->words);
    else if (check->config.engine == EXPLORE_AUTO && cells != NULL && !cells->covers(check->model))
        fprintf(check->words,
                "  the general engine, some %u times slower than the fast one (cells), which serves %s\n",
                cells->times_as_fast, cells->serves);
}

static void print_head(const struct check *check)
{
    struct buffer text;
    buffer_init(&text);
    model_print_instance(check->model, &text);
    fprintf(check->words, "%s check: %s\n  ", program_name(), text.text);
    buffer_release(&text);
    report_print_properties(check->words, check->model->class, check->config.properties);
    if (check->config.max_steps != EXPLORE_STEPS_UNLIMITED)
        fprintf(check->words, "; up to %u transitions", check->config.max_steps);
    fprintf(check->words, "; ");
    if (model_has_symmetry(check->model))
        fprintf(check->words, "%s symmetry, ", check->config.symmetry ? "up to" : "without");
    if (check->cli->executor->peers->ranks > 1)
        fprintf(check->words, "%u ranks of ", check->cli->executor->peers->ranks);
    fprintf(check->words, "%d thread%s\n", check->config.threads, check->config.threads == 1 ? "" : "s");
    print_slow_engine(check);
    (void)fflush(check->words);
}

/* --- options --- */

static enum status read_engine(struct check *check)
{
    static const struct {
        const char *name;
        enum explore_engine engine;
    } engines[] = {{"auto", EXPLORE_AUTO},
                   {"cells", EXPLORE_CELLS},
                   {"layers", EXPLORE_LAYERS},
                   {"by-length", EXPLORE_BY_LENGTH}};
    const char *name = option_text(check->options, "engine");
    const struct model_class *class = check->cli->class;
    for (size_t i = 0; i < sizeof engines / sizeof engines[0]; i++) {
        if (strcmp(engines[i].name, name) != 0)
            continue;
        const enum explore_engine engine = engines[i].engine;
        const bool cells = class->speed.cells != NULL && class->speed.cells->covers(check->model);
        if ((engine == EXPLORE_CELLS && !cells) ||
            (engine == EXPLORE_LAYERS && class->speed.progress == NULL))
            return error_set(
                &check->err, ERR_USAGE, "the engine '%s' does not serve this instance or property%s%s", name,
                engine == EXPLORE_CELLS && class->speed.cells != NULL ? ", but " : "",
                engine == EXPLORE_CELLS && class->speed.cells != NULL ? class->speed.cells->serves : "");
        if (check->config.fingerprints && engine != EXPLORE_AUTO && engine != EXPLORE_BY_LENGTH)
            return error_set(&check->err, ERR_USAGE,
                             "--fingerprints goes with the engine by-length, not with '%s'", name);
        check->config.engine = engine;
        return OK;
    }
    assert(false && "a choice of --engine");
    return ERR_INTERNAL;
}

/* What is to be searched, as the options say it, on top of what is there already: that of the checkpoint, or
 * nothing. */
static enum status read_parameters(struct check *check, struct check_task *task)
{
    const struct option_set *options = check->options;
    const struct model_class *class = check->cli->class;
    struct instance *instance = &task->instance;
    const bool resumed = check->config.resume_dir != NULL;
    struct instance given;
    enum status status = cli_instance(options, class, &given, &check->err);
    if (status != OK)
        return status;
    for (size_t i = 0; i < class->parameter_count; i++) {
        if (!resumed || option_given(options, "instance") ||
            option_given(options, class->parameters[i].option))
            instance->values[i] = given.values[i];
    }
    if (!resumed || option_given(options, "guard"))
        instance->guards = given.guards;
    if (!resumed || option_given(options, "property"))
        status = cli_properties(options, class, &task->properties, &check->err);
    instance->properties = task->properties;
    if (!resumed || option_given(options, "no-symmetry"))
        task->symmetry = !option_flag(options, "no-symmetry");
    if (!resumed || option_given(options, "fingerprints"))
        task->fingerprints = option_flag(options, "fingerprints");
    if (option_given(options, "max-steps"))
        task->max_steps = (uint32_t)option_int(options, "max-steps");
    if (!resumed || option_given(options, "max-findings"))
        task->until_findings = (uint32_t)option_int(options, "max-findings");
    return status;
}

/* The sooner of --timeout and 99% of --max-hours; 0: neither. */
static double read_timeout(const struct option_set *options)
{
    const double timeout = option_present(options, "timeout") ? option_real(options, "timeout") : 0;
    const double hours = option_present(options, "max-hours") ? option_real(options, "max-hours") : 0;
    const double limit = 0.99 * 3600 * hours;
    return timeout == 0 || (limit > 0 && limit < timeout) ? limit : timeout;
}

/* How to search, which each process reads for itself. */
static enum status read_options(struct check *check)
{
    const struct option_set *options = check->options;
    struct peers *peers = check->cli->executor->peers;
    const char *resume = option_text(options, "resume"), *checkpoint = option_text(options, "checkpoint");
    check->quiet = option_flag(options, "quiet");
    check->config = (struct explore_config){
        .timeout = read_timeout(options),
        .checkpoint_dir = checkpoint != NULL ? checkpoint : resume,
        .checkpoint_seconds = option_real(options, "checkpoint-every"),
        .resume_dir = resume,
        .peers = peers,
        .whole_process = option_present(options, "max-memory"),
        .context = check,
        .on_finding = on_finding,
        .on_progress = peers->rank == 0 ? on_progress : NULL,
    };
    enum status status = cli_threads(options, &check->config.threads, &check->err);
    if (status == OK && option_present(options, "max-memory"))
        status = size_parse_limit("max-memory", option_text(options, "max-memory"), &check->config.max_memory,
                                  &check->err);
    return status;
}

/* What to search: of several processes the one that leads takes the folder and reads the checkpoint. */
static enum status read_task(struct check *check, struct check_task *task)
{
    struct explore_config *config = &check->config;
    struct error warning = {{0}};
    enum status status = OK;
    if (config->checkpoint_dir != NULL)
        status = checkpoint_folder_enter(&check->lock, config->checkpoint_dir, config->resume_dir,
                                         &check_checkpoint, CHECKPOINT_LOCK_SECONDS, &check->err);
    if (status == OK && config->resume_dir != NULL)
        status = explore_read_checkpoint(config->resume_dir, check->cli->class, task, &warning, &check->err);
    if (warning.text[0] != '\0')
        message_warning("%s", warning.text);
    if (status == OK)
        status = read_parameters(check, task);
    return status;
}

static enum status take_task(struct check *check, const struct check_task *task)
{
    struct explore_config *config = &check->config;
    config->properties = task->properties;
    config->max_steps = task->max_steps;
    config->until_findings = task->until_findings;
    config->symmetry = task->symmetry;
    config->fingerprints = task->fingerprints;
    const enum status status = model_new(check->cli->class, &task->instance, &check->model, &check->err);
    config->model = check->model;
    return status == OK ? read_engine(check) : status;
}

/* --- the command --- */

static enum status open_outputs(struct check *check)
{
    const struct option_set *options = check->options;
    const uint32_t properties = check->config.properties;
    const struct findings_paths paths = {.out_itf = option_text(options, "out-itf"),
                                         .out_schedule = option_text(options, "out-schedule"),
                                         .out_dir = option_text(options, "out-dir"),
                                         .several = (properties & (properties - 1)) != 0 ||
                                                    check->config.until_findings > 1};
    const char *json = option_text(options, "json"), *page = option_text(options, "report");
    enum status status = report_words_stream(
        (const char *const[]){paths.out_itf, paths.out_schedule, json, page}, 4, &check->words, &check->err);
    if (status == OK)
        status = findings_open(check->model, &paths, &check->out, &check->err);
    return status == OK ? search_page_prepare(page, &check->err) : status;
}

/* Gets everything ready, and all processes to agree that it is. */
static enum status prepare(struct check *check)
{
    struct peers *peers = check->cli->executor->peers;
    struct check_task task = {.max_steps = EXPLORE_STEPS_UNLIMITED};
    enum status status = read_options(check);
    if (status == OK && peers->rank == 0)
        status = read_task(check, &task);
    status = peers->allreduce(peers, status, &check->err);
    if (status == OK)
        status = peers_broadcast_bytes(peers, &task, sizeof task, &check->err);
    if (status == OK)
        status = take_task(check, &task);
    if (status == OK && peers->rank == 0)
        status = open_outputs(check);
    return peers->allreduce(peers, status, &check->err);
}

static struct check_outcome outcome_of(const struct check *check)
{
    return (struct check_outcome){.cli = check->cli,
                                  .model = check->model,
                                  .config = &check->config,
                                  .result = &check->result,
                                  .findings = (const struct finding *const *)check->findings,
                                  .finding_count = check->finding_count};
}

/* Tells what came of the search. */
static enum status conclude(struct check *check)
{
    const struct check_outcome outcome = outcome_of(check);
    const char *json = option_text(check->options, "json"), *page = option_text(check->options, "report");
    enum status status = findings_write_index(check->out, (const struct finding *const *)check->findings,
                                              check->finding_count, &check->err);
    if (status == OK)
        check_outcome_print(&outcome, check->quiet, check->words);
    if (status == OK && json != NULL) {
        struct json_writer report;
        json_writer_init(&report, JSON_PRETTY);
        check_outcome_json(&outcome, &report, NULL);
        status = json_writer_save(&report, json, &check->err);
    }
    if (status == OK && page != NULL)
        status = check_page_write(&outcome, &check->layers, &check->rate, page, &check->err);
    return status;
}

/* Another process is gone, and with it a part of the states: what was saved before is what there is. */
static enum status tell_loss(struct check *check, enum status status)
{
    struct check_task saved;
    struct error warning;
    const char *dir = check->config.checkpoint_dir;
    if (!check->cli->executor->peers->lost || dir == NULL ||
        explore_read_checkpoint(dir, check->cli->class, &saved, &warning, NULL) != OK)
        return status;
    return error_prefix(&check->err, ERR_STOPPED, "go on from the last checkpoint with --resume %s: ", dir);
}

static enum status check_states(struct check *check)
{
    const bool leads = cli_leads(check->cli);
    stop_install();
    if (leads) {
        if (!check->quiet)
            print_head(check);
        progress_init(&check->progress, check->options);
    }
    enum status status = explore(&check->config, &check->result, &check->err);
    if (!leads)
        return status;
    progress_clear(&check->progress);
    cli_warn_of_bad_messages(check->cli->executor, "");
    if (status == ERR_STOPPED && check->failure != OK)
        status = check->failure;
    return status == OK ? conclude(check) : tell_loss(check, status);
}

static int check_run(const struct option_set *options, void *context)
{
    struct check *check = mem_new(1, sizeof *check);
    if (check == NULL)
        return message_failure(ERR_MEMORY, &(struct error){"out of memory"});
    check->cli = context;
    check->options = options;
    enum status status = prepare(check);
    if (status == OK)
        status = check_states(check);
    const enum status closed = findings_close(check->out, status == OK ? &check->err : NULL);
    checkpoint_folder_leave(&check->lock);
    if (status == OK)
        status = closed;
    int code;
    if (status != OK) {
        code = message_failure(status, &check->err);
    } else {
        const struct check_outcome outcome = outcome_of(check);
        const bool early = check_outcome_is_early(&outcome);
        code = report_exit_code(check->cli->class, check->config.properties, check->result.hit, !early);
        /* Whatever was found, there is more to do, and this is how a batch job knows. */
        if (early && !check->result.complete && check->config.checkpoint_dir != NULL)
            code = EXIT_STOPPED;
    }
    for (size_t i = 0; i < check->finding_count; i++)
        finding_free(check->findings[i]);
    check_layers_release(&check->layers);
    model_free(check->model);
    mem_free(check);
    return code;
}

static const struct option search_rows[] = {
    {.name = "max-steps",
     .kind = OPTION_INT,
     .metavar = "L",
     .min = 1,
     .max = 1000000,
     .help = "look at states up to L transitions from the initial one only (default: all)"},
    {.name = "no-symmetry",
     .kind = OPTION_FLAG,
     .help = "count every state, not one for all that differ in the names of equals only"},
    {.name = "fingerprints",
     .kind = OPTION_FLAG,
     .help =
         "keep 8 bytes of each state, a hash: for instances whose states do not fit into the memory. States "
         "may then be missed; the report says how likely that is. The engine is by-length"},
    {.name = "max-findings",
     .kind = OPTION_INT,
     .metavar = "F",
     .default_text = "0",
     .min = 0,
     .max = FINDINGS_MAX,
     .help = "stop at F findings of different shapes, shortest first; 0: look at every state, and give a "
             "shortest "
             "trace for each property"},
    CLI_TIMEOUT_ROW,
    {.name = "max-memory",
     .kind = OPTION_TEXT,
     .metavar = "SIZE",
     .help = "stop rather than let the process use more, as in 500M or 2G (default: 80% of what is free; "
             "under mpirun it "
             "is each "
             "rank's, and the default is divided by the ranks of the node)"},
    CLI_THREADS_ROW,
    {.name = "engine",
     .kind = OPTION_TEXT,
     .metavar = "NAME",
     .default_text = "auto",
     .help = "how to search: cells (the model's own sweep), layers (the general sweep), by-length "
             "(breadth-first, all "
             "states in memory). All give the same answers",
     .choices = "auto cells layers by-length"},
    {.name = "max-hours",
     .kind = OPTION_REAL,
     .metavar = "H",
     .help = "stop when 99% of so many hours are over, as for a batch job's limit"},
    {.name = "checkpoint",
     .kind = OPTION_TEXT,
     .metavar = "DIR",
     .help = "save the search there now and then and when it is stopped; the exit status is then 75"},
    {.name = "resume",
     .kind = OPTION_TEXT,
     .metavar = "DIR",
     .help = "go on from the checkpoint there, on any number of threads and ranks, and save there again. "
             "Options that "
             "say what to search may be left out; those that are given must be the same"},
    {.name = "checkpoint-every",
     .kind = OPTION_REAL,
     .metavar = "SECONDS",
     .default_text = "180",
     .help = "between two checkpoints"},
};

#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))

static const struct option_rule check_rules[] = {
    {.options = "checkpoint-every", .without = "checkpoint resume"},
};

const struct command check_command = {
    .name = "check",
    .summary = "exhaustive search: a verdict for the whole instance, shortest counterexamples",
    .details =
        "Looks at every reachable control state of the instance, each with its shortest distance from the\n"
        "initial one. A property that no state violates holds for the instance, whatever the scheduler does; "
        "for\n"
        "one that is violated, a shortest trace is given, which has been replayed on the model from its "
        "written\n"
        "form. A check that did not finish never says that a property holds.\n\n"
        "Exit status: 0 all hold, 1 violation, 2 example found, 3 example not found (also when an invariant "
        "beside\n"
        "it holds), 75 stopped early.",
    .groups = {{"Search", search_rows, COUNT(search_rows)},
               CLI_INSTANCE_GROUP,
               CLI_PROPERTY_GROUP,
               CLI_RESULTS_GROUP,
               CLI_OUTPUT_GROUP},
    .group_count = 5,
    .rules = check_rules,
    .rule_count = COUNT(check_rules),
    .on_ranks = true,
    .run = check_run,
};
