#include <assert.h>
#include <cjson/cJSON.h>
#include <math.h>
#include <omp.h>
#include <string.h>
#include <sys/random.h>

#include "base/memory.h"
#include "base/stop.h"
#include "cli/cli.h"
#include "cli/commands.h"
#include "cli/progress.h"
#include "cli/report.h"
#include "cluster/checkpoint.h"
#include "cluster/message.h"
#include "mbt/findings.h"
#include "search/runner.h"

struct run {
    const struct cli *cli;
    const struct option_set *options;
    struct run_parameters parameters;
    struct model *model;
    struct run_config config;
    struct run_result result;
    bool shortest;
    uint64_t max_findings;
    struct finding *findings[RUN_FINDINGS_MAX];
    size_t finding_count;
    struct findings *out;
    FILE *words;
    bool quiet; /* findings only */
    struct progress progress;
    enum status failure;
    struct error err;
};

/* Writes the finding where it belongs, then tells of it. Takes it. */
static enum status announce(struct run *run, struct finding *finding)
{
    if (run->shortest && run->finding_count == 1) {
        finding_free(run->findings[0]);
        run->finding_count = 0;
    }
    run->findings[run->finding_count++] = finding;
    enum status status = findings_add(run->out, finding, &run->err);
    if (status == OK)
        status = findings_write_index(run->out, (const struct finding *const *)run->findings,
                                      run->finding_count, &run->err);
    if (status != OK)
        return status;
    progress_clear(&run->progress);
    report_print_finding(run->words, run->model, finding);
    fflush(run->words);
    return OK;
}

static enum status on_finding(void *context, const struct walk_hit *hit)
{
    struct run *run = context;
    struct finding *finding = NULL;
    run->failure = message_finding_of_hit(&run->config, hit, &finding, &run->err);
    if (run->failure == OK)
        run->failure = announce(run, finding);
    return run->failure;
}

static enum status on_progress(void *context, const struct run_result *state, double done)
{
    struct run *run = context;
    if (!progress_due(&run->progress))
        return OK;
    const struct walk_tally *tally = &state->tally;
    const double left = done > 0 ? state->elapsed / done - state->elapsed : 0;
    progress_draw(&run->progress, "%3.0f%%  %s walks  %s steps/s  %zu finding%s  %s left", 100 * done,
                  report_number(tally->walks), report_rate((double)tally->steps / state->elapsed),
                  run->finding_count, run->finding_count == 1 ? "" : "s", report_seconds(left));
    return OK;
}

/* --- the result --- */

/* The 95% interval of a chance from hits in walks (Wilson, 1927). */
static void hit_interval(double hits, double walks, double *ret_low, double *ret_high)
{
    const double z = 1.959964, p = hits / walks, zz = z * z;
    const double middle = (p + zz / (2 * walks)) / (1 + zz / walks);
    const double half = z / (1 + zz / walks) * sqrt(p * (1 - p) / walks + zz / (4 * walks * walks));
    *ret_low = hits == 0 ? 0 : middle - half;
    *ret_high = middle + half;
}

static uint32_t found_properties(const struct run *run)
{
    uint32_t found = 0;
    for (size_t p = 0; p < run->model->class->property_count; p++)
        found |= (run->result.tally.hits[p] > 0 ? UINT32_C(1) : 0) << p;
    return found;
}

static const char *stop_name(enum run_stop stop)
{
    static const char *const names[] = {[RUN_STOP_FINDING] = "finding",
                                        [RUN_STOP_SAMPLES] = "samples",
                                        [RUN_STOP_TIMEOUT] = "timeout",
                                        [RUN_STOP_SIGNAL] = "signal"};
    return names[stop];
}

static void print_nothing_found(FILE *out, const struct run *run)
{
    const double walks = (double)run->result.tally.walks;
    fprintf(out, "nothing found: ");
    report_print_properties(out, run->model->class, run->config.properties);
    fprintf(out, " in %s walks of up to %u transitions\n", report_number(run->result.tally.walks),
            run->config.max_steps);
    if (walks > 0)
        fprintf(out,
                "  this is no proof: with 95%% confidence the chance per walk is below %.3g (3/W), and "
                "longer walks\n"
                "  may find what these could not\n",
                3 / walks);
}

static void print_hits(FILE *out, const struct run *run)
{
    const struct walk_tally *tally = &run->result.tally;
    for (size_t p = 0; p < run->model->class->property_count; p++) {
        if ((run->config.properties >> p & 1) == 0 || tally->hits[p] == 0)
            continue;
        double low, high;
        hit_interval((double)tally->hits[p], (double)tally->walks, &low, &high);
        fprintf(out, "  %s ended %s of %s walks: %.6g, 95%% within %.6g and %.6g\n",
                run->model->class->properties[p].name, report_number(tally->hits[p]),
                report_number(tally->walks), (double)tally->hits[p] / (double)tally->walks, low, high);
    }
    for (size_t i = 0; i < run->finding_count && run->finding_count > 1; i++)
        fprintf(out, "  shape %s: %s walks\n", run->findings[i]->shape_name,
                report_number(run->findings[i]->hits));
}

static void print_result(const struct run *run)
{
    FILE *out = run->words;
    const struct walk_tally *tally = &run->result.tally;
    const double elapsed = run->result.elapsed;
    if (tally->ended == 0)
        print_nothing_found(out, run);
    if (run->shortest && run->finding_count == 1)
        fprintf(out, "shortest found: %zu transitions\n", run->findings[0]->trace.property_state);
    fprintf(out, "%s walks, %s steps in %s", report_number(tally->walks), report_number(tally->steps),
            report_seconds(elapsed));
    /* A run of a few milliseconds is mostly about its findings: its rate would say nothing. */
    if (elapsed >= 0.1)
        fprintf(out, ": %s steps/s", report_rate((double)tally->steps / elapsed));
    fprintf(out, " (stopped by: %s)\n", stop_name(run->result.stop));
    /* Counts say something about the chance only when the hits did not decide when to stop. */
    if (run->result.stop != RUN_STOP_FINDING && !run->shortest)
        print_hits(out, run);
    if (run->max_findings > run->finding_count && run->finding_count > 0 && !run->shortest)
        fprintf(out, "  %zu shapes were found, fewer than the %llu asked for\n", run->finding_count,
                (unsigned long long)run->max_findings);
}

static bool add_hits(cJSON *report, const struct run *run)
{
    const struct walk_tally *tally = &run->result.tally;
    cJSON *hits = cJSON_AddObjectToObject(report, "hits");
    cJSON *rates = cJSON_AddObjectToObject(report, "hit_rate");
    bool ok = hits != NULL && rates != NULL;
    for (size_t p = 0; ok && p < run->model->class->property_count; p++) {
        if ((run->config.properties >> p & 1) == 0)
            continue;
        const char *name = run->model->class->properties[p].name;
        double low = 0, high = 1;
        if (tally->walks > 0)
            hit_interval((double)tally->hits[p], (double)tally->walks, &low, &high);
        cJSON *rate = cJSON_AddObjectToObject(rates, name);
        ok = rate != NULL && cJSON_AddNumberToObject(hits, name, (double)tally->hits[p]) != NULL &&
             cJSON_AddNumberToObject(rate, "estimate",
                                     tally->walks > 0 ? (double)tally->hits[p] / (double)tally->walks : 0) !=
                 NULL &&
             cJSON_AddNumberToObject(rate, "low95", low) != NULL &&
             cJSON_AddNumberToObject(rate, "high95", high) != NULL;
    }
    return ok;
}

static bool add_actions(cJSON *report, const struct run *run)
{
    const struct walk_tally *tally = &run->result.tally;
    cJSON *actions = cJSON_AddObjectToObject(report, "actions");
    bool ok = actions != NULL;
    for (size_t a = 0; ok && a < run->model->class->action_count; a++)
        ok = cJSON_AddNumberToObject(actions, run->model->class->actions[a].name,
                                     tally->steps > 0 ? (double)tally->fired[a] / (double)tally->steps : 0) !=
             NULL;
    return ok;
}

static enum status write_report(struct run *run, const char *path)
{
    const struct walk_tally *tally = &run->result.tally;
    const double elapsed = run->result.elapsed;
    cJSON *report = report_new(run->cli, run->model, "run", run->config.properties);
    const bool ok = report != NULL && report_add_seed(report, "seed", run->config.seed) &&
                    cJSON_AddNumberToObject(report, "max_steps", run->config.max_steps) != NULL &&
                    cJSON_AddNumberToObject(report, "threads", run->config.threads) != NULL &&
                    cJSON_AddNumberToObject(report, "ranks", run->cli->engine->ranks) != NULL &&
                    cJSON_AddNumberToObject(report, "elapsed_s", elapsed) != NULL &&
                    cJSON_AddStringToObject(report, "stop", stop_name(run->result.stop)) != NULL &&
                    report_add_findings(report, run->model, (const struct finding *const *)run->findings,
                                        run->finding_count) &&
                    cJSON_AddNumberToObject(report, "samples", (double)tally->walks) != NULL &&
                    cJSON_AddNumberToObject(report, "steps", (double)tally->steps) != NULL &&
                    cJSON_AddNumberToObject(report, "steps_per_s",
                                            elapsed > 0 ? (double)tally->steps / elapsed : 0) != NULL &&
                    add_hits(report, run) && add_actions(report, run);
    if (!ok) {
        cJSON_Delete(report);
        report = NULL;
    }
    return report_write(report, path, &run->err);
}

/* --- the command --- */

/* What the command line says about what to search. */
static enum status read_parameters(struct run *run)
{
    const struct option_set *options = run->options;
    struct run_parameters *parameters = &run->parameters;
    enum status status = cli_instance(options, run->cli->class, &parameters->instance, &run->err);
    if (status == OK)
        status = cli_properties(options, run->cli->class, &parameters->properties, &run->err);
    if (status != OK)
        return status;
    parameters->instance.properties = parameters->properties;
    parameters->max_samples = (uint64_t)option_int(options, "max-samples");
    parameters->max_steps = (uint32_t)option_int(options, "max-steps");
    parameters->max_findings = (uint64_t)option_int(options, "max-findings");
    parameters->goal = option_flag(options, "shortest") ? RUN_SHORTEST
                       : parameters->max_findings > 0   ? RUN_SHAPES
                                                        : RUN_COUNT;
    if (option_present(options, "seed"))
        parameters->seed = option_seed(options, "seed");
    else if (getrandom(&parameters->seed, sizeof parameters->seed, 0) != (ssize_t)sizeof parameters->seed)
        return error_set(&run->err, ERR_IO, "the system gives no random seed; give one with --seed");
    return OK;
}

/* The model and the run's configuration from its parameters. */
static enum status configure(struct run *run)
{
    const struct option_set *options = run->options;
    const struct run_parameters *parameters = &run->parameters;
    run->shortest = parameters->goal == RUN_SHORTEST;
    run->max_findings = parameters->max_findings;
    run->config = (struct run_config){
        .max_samples = parameters->max_samples,
        .max_steps = parameters->max_steps,
        .properties = parameters->properties,
        .seed = parameters->seed,
        .threads =
            option_given(options, "threads") ? (int)option_int(options, "threads") : omp_get_max_threads(),
        .timeout = option_present(options, "timeout") ? option_real(options, "timeout") : 0,
        .context = run,
        .goal = parameters->goal,
        .max_findings = parameters->max_findings,
        .on_finding = on_finding,
        .on_progress = on_progress,
    };
    const enum status status = model_new(run->cli->class, &parameters->instance, &run->model, &run->err);
    run->config.model = run->model;
    return status;
}

static void print_head(const struct run *run)
{
    struct buffer text;
    buffer_init(&text);
    model_print_instance(run->model, &text);
    fprintf(run->words, "racewalk run: %s\n  ", text.text);
    buffer_release(&text);
    report_print_properties(run->words, run->model->class, run->config.properties);
    fprintf(run->words, "; walks of up to %u transitions, seed %llu, %d thread%s\n", run->config.max_steps,
            (unsigned long long)run->config.seed, run->config.threads, run->config.threads == 1 ? "" : "s");
    fflush(run->words);
}

/* The hits of each finding's shape, counted over the whole run. */
static void note_hits(struct run *run)
{
    const struct run_result *result = &run->result;
    for (size_t i = 0; i < run->finding_count; i++) {
        for (size_t s = 0; s < result->shape_count; s++) {
            if (result->shapes[s].id == run->findings[i]->shape)
                run->findings[i]->hits = result->shapes[s].hits;
        }
    }
}

static enum status open_outputs(struct run *run)
{
    const struct option_set *options = run->options;
    const struct findings_paths paths = {.out_itf = option_text(options, "out-itf"),
                                         .out_schedule = option_text(options, "out-schedule"),
                                         .out_dir = option_text(options, "out-dir")};
    const char *json = option_text(options, "json");
    enum status status = report_words_stream((const char *const[]){paths.out_itf, paths.out_schedule, json},
                                             3, &run->words, &run->err);
    if (status != OK)
        return status;
    run->quiet = option_flag(options, "quiet");
    progress_init(&run->progress, options);
    return findings_open(run->model, &paths, &run->out, &run->err);
}

/* Gets everything ready, and all processes to agree that it is. */
static enum status prepare(struct run *run)
{
    const struct cli_engine *engine = run->cli->engine;
    enum status status = read_parameters(run);
    if (status == OK && engine->leads)
        status = configure(run);
    if (status == OK && engine->leads)
        status = open_outputs(run);
    if (engine->agree == NULL)
        return status;
    status = engine->agree(status, &run->err);
    if (status != OK)
        return status;
    status = engine->share(&run->parameters, sizeof run->parameters, &run->err);
    if (status == OK && !engine->leads)
        status = configure(run);
    return engine->agree(status, &run->err);
}

/* Tells what came of the run. */
static enum status conclude(struct run *run)
{
    const char *json = option_text(run->options, "json");
    note_hits(run);
    enum status status = findings_write_index(run->out, (const struct finding *const *)run->findings,
                                              run->finding_count, &run->err);
    if (status == OK && !run->quiet)
        print_result(run);
    if (status == OK && json != NULL)
        status = write_report(run, json);
    return status;
}

static enum status search(struct run *run)
{
    const struct cli_engine *engine = run->cli->engine;
    stop_install();
    if (!engine->leads)
        return engine->run(&run->config, &run->result, &run->err);
    if (!run->quiet)
        print_head(run);
    enum status status = engine->run(&run->config, &run->result, &run->err);
    progress_clear(&run->progress);
    if (status == ERR_STOPPED && run->failure != OK)
        status = run->failure;
    return status == OK ? conclude(run) : status;
}

static int run_run(const struct option_set *options, void *context)
{
    struct run *run = mem_new(1, sizeof *run);
    if (run == NULL)
        return message_failure(ERR_MEMORY, &(struct error){"out of memory"});
    run->cli = context;
    run->options = options;
    enum status status = prepare(run);
    if (status == OK)
        status = search(run);
    const enum status closed = findings_close(run->out, status == OK ? &run->err : NULL);
    if (status == OK)
        status = closed;
    int code;
    if (status != OK) {
        code = message_failure(status, &run->err);
    } else {
        const enum run_stop stop = run->result.stop;
        code = report_exit_code(run->cli->class, run->config.properties, found_properties(run),
                                stop == RUN_STOP_FINDING || stop == RUN_STOP_SAMPLES);
    }
    for (size_t i = 0; i < run->finding_count; i++)
        finding_free(run->findings[i]);
    model_free(run->model);
    mem_free(run);
    return code;
}

static const struct option search_rows[] = {
    {.name = "max-steps",
     .kind = OPTION_INT,
     .metavar = "L",
     .default_text = "20",
     .min = 1,
     .max = 1000000,
     .help = "transitions of a walk after the initial state"},
    {.name = "max-samples",
     .kind = OPTION_INT,
     .metavar = "W",
     .default_text = "10000000",
     .min = 1,
     .max = INT64_MAX / 2,
     .help = "walks in all"},
    {.name = "timeout", .kind = OPTION_REAL, .metavar = "SECONDS", .help = "stop after so many seconds"},
    {.name = "seed",
     .kind = OPTION_SEED,
     .metavar = "S",
     .help = "64 bits, decimal or 0x…; drawn and printed when absent. The same seed gives the same result "
             "for any "
             "number of threads"},
    {.name = "max-findings",
     .kind = OPTION_INT,
     .metavar = "F",
     .default_text = "1",
     .min = 0,
     .max = RUN_FINDINGS_MAX,
     .help = "findings of different shapes to collect before stopping; 0: never stop, count hits"},
    {.name = "shortest",
     .kind = OPTION_FLAG,
     .help = "go on for shorter and shorter traces until the walks are used up"},
    {.name = "threads",
     .kind = OPTION_INT,
     .metavar = "T",
     .min = 1,
     .max = 4096,
     .help = "OpenMP threads (default: all that the process may use)"},
};

static const struct option result_rows[] = {
    {.name = "out-itf",
     .kind = OPTION_TEXT,
     .metavar = "PATH",
     .help = "findings as they come, one ITF trace a line; '-' is standard output, {seq} in the name gives a "
             "file each"},
    {.name = "out-schedule",
     .kind = OPTION_TEXT,
     .metavar = "PATH",
     .help = "findings as schedules for Wunderspec's replay --from-schedule"},
    {.name = "out-dir",
     .kind = OPTION_TEXT,
     .metavar = "DIR",
     .help = "a findings folder: one ITF file each, named by property, length and shape, and index.json"},
    {.name = "json",
     .kind = OPTION_TEXT,
     .metavar = "PATH",
     .help = "a report of the run; '-' is standard output"},
};

#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))

const struct command run_command = {
    .name = "run",
    .summary = "random walks until a finding, a budget or a signal",
    .details =
        "Walks the model at random on all cores until a property is violated (or witnessed), the walks are\n"
        "used up, the time is over or a signal comes. Walk k of a seed is always the same walk: the finding\n"
        "is the one of the lowest k. Each finding is replayed on the model from its written form before it "
        "is\n"
        "announced.\n\n"
        "Exit status: 0 nothing found, 1 violation, 2 example found, 3 example not found, 75 stopped early.",
    .groups = {{"Search", search_rows, COUNT(search_rows)},
               CLI_INSTANCE_GROUP,
               CLI_PROPERTY_GROUP,
               {"Results", result_rows, COUNT(result_rows)},
               CLI_OUTPUT_GROUP},
    .group_count = 5,
    .run = run_run,
};
