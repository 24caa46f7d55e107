/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/commands.h"

#include <math.h>
#include <stdio.h>

#include "base/budget.h"
#include "base/program.h"
#include "base/stop.h"
#include "cli/cli.h"
#include "cli/progress.h"
#include "cli/report.h"
#include "cli/size.h"
#include "search/odds.h"
#include "search/runner.h"

/* Walking for so long tells this machine's speed. */
#define SPEED_SECONDS 0.1
/* Lengths in the table: the round ones below, the shortest, the best and the last. */
#define ROWS_MAX 32

struct odds_run {
    const struct cli *cli;
    const struct option_set *options;
    struct model *model;
    struct odds_config config;
    struct odds odds;
    double steps_per_s;
    FILE *words;
    struct progress progress;
    struct error err;
};

static void on_progress(void *context, size_t states, uint32_t length)
{
    struct odds_run *run = context;
    if (!progress_due(&run->progress))
        return;
    if (length == 0)
        progress_draw(&run->progress, "%s states", report_number(states));
    else
        progress_draw(&run->progress, "%s states, walks of %u transitions", report_number(states), length);
}

static enum status read_options(struct odds_run *run)
{
    const struct option_set *options = run->options;
    struct instance instance;
    enum status status = cli_instance(options, run->cli->class, &instance, &run->err);
    if (status == OK)
        status = cli_properties(options, run->cli->class, &instance.properties, &run->err);
    if (status == OK)
        status = model_new(run->cli->class, &instance, &run->model, &run->err);
    if (status != OK)
        return status;
    size_t memory = memory_available() / 5 * 4;
    if (memory == 0)
        memory = 1; /* 0 would be no limit */
    if (option_given(options, "max-memory"))
        status = size_parse_limit("max-memory", option_text(options, "max-memory"), &memory, &run->err);
    /* The limit is the process's; what is in use already is not the computation's to take. */
    if (status == OK && option_given(options, "max-memory"))
        memory -= memory_resident();
    run->config = (struct odds_config){
        .model = run->model,
        .properties = instance.properties,
        .max_steps = (uint32_t)option_int(options, "max-steps"),
        .memory_max = memory,
        .timeout = option_present(options, "timeout") ? option_real(options, "timeout") : 0,
        .context = run,
        .on_progress = on_progress,
    };
    return status == OK ? cli_threads(options, &run->config.threads, &run->err) : status;
}

/* Steps a second of a run on this instance, with walks of the length that it would take. */
static enum status measure_speed(struct odds_run *run)
{
    const struct run_config config = {
        .model = run->model,
        .seed = 1,
        .max_samples = UINT64_MAX / 2,
        .max_steps = run->odds.best_max_steps != 0 ? run->odds.best_max_steps : run->odds.max_steps,
        .properties = run->config.properties,
        .goal = RUN_COUNT,
        .threads = run->config.threads,
        .timeout = SPEED_SECONDS,
    };
    struct run_result result;
    const enum status status = runner_run(&config, &result, &run->err);
    if (status == OK && result.elapsed > 0)
        run->steps_per_s = (double)result.tally.steps / result.elapsed;
    return status;
}

/* --- in words --- */

static void print_head(const struct odds_run *run)
{
    struct buffer text;
    buffer_init(&text);
    model_print_instance(run->model, &text);
    fprintf(run->words, "%s odds: %s\n  ", program_name(), text.text);
    buffer_release(&text);
    report_print_properties(run->words, run->model->class, run->config.properties);
    fprintf(run->words, "; walks of up to %u transitions\n", run->config.max_steps);
    (void)fflush(run->words);
}

/* The time that so many steps take, in words; years where hours would be endless. */
static void print_time(FILE *out, const struct odds_run *run, double steps)
{
    const double year = 365.25 * 24 * 3600;
    if (!(run->steps_per_s > 0) || !isfinite(steps))
        fprintf(out, "%14s", "-");
    else if (steps / run->steps_per_s >= year)
        fprintf(out, "%8.3g years", steps / run->steps_per_s / year);
    else if (steps / run->steps_per_s < 0.001)
        fprintf(out, "%14s", "< 1 ms");
    else
        fprintf(out, "%14s", report_seconds(steps / run->steps_per_s));
}

static void print_row(const struct odds_run *run, uint32_t length)
{
    const struct odds *odds = &run->odds;
    FILE *out = run->words;
    fprintf(out, "%11u  %12.6g  %12.6g  %12.6g  ", length, odds->chance[length], odds_walks(odds, length),
            odds_steps(odds, length));
    print_time(out, run, odds_steps(odds, length));
    fprintf(out, "%s%s\n", length == odds->shortest ? "  shortest" : "",
            length == odds->best_max_steps ? "  best" : "");
}

/* Adds a length to sorted ones, unless it is there, too short to hit, or too long. */
static size_t add_length(const struct odds *odds, uint32_t *lengths, size_t count, uint64_t length)
{
    if (length < odds->shortest || length > odds->max_steps || count == ROWS_MAX)
        return count;
    size_t at = count;
    while (at > 0 && lengths[at - 1] >= length)
        at--;
    if (at < count && lengths[at] == length)
        return count;
    for (size_t i = count; i > at; i--)
        lengths[i] = lengths[i - 1];
    lengths[at] = (uint32_t)length;
    return count + 1;
}

static void print_table(const struct odds_run *run)
{
    static const uint32_t steps[] = {10, 20, 50};
    const struct odds *odds = &run->odds;
    uint32_t lengths[ROWS_MAX];
    size_t count = add_length(odds, lengths, 0, odds->shortest);
    count = add_length(odds, lengths, count, odds->best_max_steps);
    count = add_length(odds, lengths, count, odds->max_steps);
    for (uint64_t ten = 1; ten <= odds->max_steps; ten *= 10) {
        for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++)
            count = add_length(odds, lengths, count, steps[i] * ten);
    }
    fprintf(run->words, "%11s  %12s  %12s  %12s  %14s\n", "--max-steps", "chance", "walks", "transitions",
            "time");
    for (size_t i = 0; i < count; i++)
        print_row(run, lengths[i]);
}

static void print_best(const struct odds_run *run)
{
    const struct odds *odds = &run->odds;
    FILE *out = run->words;
    if (odds->shortest > 0)
        fprintf(out, "no walk of fewer than %u transition%s can find anything\n", odds->shortest,
                odds->shortest == 1 ? "" : "s");
    else
        fprintf(out, "the initial state itself is a finding\n");
    if (odds->best_max_steps == 0)
        return;
    fprintf(out, "best: --max-steps %u, a finding every %.4g transitions (%s steps/s here)\n",
            odds->best_max_steps, odds_steps(odds, odds->best_max_steps), report_rate(run->steps_per_s));
    if (!odds->best_is_certain)
        fprintf(out, "  walks longer than %u may be better still; a larger --max-steps tells\n",
                odds->max_steps);
}

static void print_result(const struct odds_run *run)
{
    const struct odds *odds = &run->odds;
    FILE *out = run->words;
    if (odds->shortest != ODDS_NEVER) {
        print_table(run);
        print_best(run);
    } else if (odds->complete) {
        fprintf(out, "no walk of any length can find anything\n");
    } else {
        fprintf(out, "no walk of up to %u transitions can find anything\n", odds->max_steps);
    }
    fprintf(out, "%s states%s, %s transitions%s, in %s\n", report_number(odds->states),
            model_has_symmetry(run->config.model) ? " up to symmetry" : "", report_number(odds->transitions),
            odds->complete ? "" : " within reach of these walks", report_seconds(odds->elapsed));
}

/* --- as JSON --- */

static enum status write_report(struct odds_run *run, const char *path)
{
    const struct odds *odds = &run->odds;
    const uint32_t best = odds->best_max_steps;
    const double steps = odds_steps(odds, best);
    struct json_writer json;
    json_writer_init(&json, JSON_PRETTY);
    report_begin(&json, NULL, run->cli, "odds");
    report_add_instance(&json, run->model);
    report_add_properties(&json, run->model->class, run->config.properties);
    json_add_count(&json, "max_steps", odds->max_steps);
    json_add_numbers(&json, "chance", odds->chance, (size_t)odds->max_steps + 1);
    json_add_number(&json, "shortest", odds->shortest != ODDS_NEVER ? odds->shortest : JSON_NO_NUMBER);
    json_add_number(&json, "best_max_steps", best != 0 ? best : JSON_NO_NUMBER);
    json_add_bool(&json, "best_is_certain", odds->best_is_certain);
    json_add_number(&json, "expected_walks", best != 0 ? odds_walks(odds, best) : JSON_NO_NUMBER);
    json_add_number(&json, "expected_steps", best != 0 ? steps : JSON_NO_NUMBER);
    json_add_number(&json, "expected_s",
                    best != 0 && run->steps_per_s > 0 ? steps / run->steps_per_s : JSON_NO_NUMBER);
    json_add_number(&json, "steps_per_s", run->steps_per_s);
    json_add_number(&json, "threads", run->config.threads);
    json_add_count(&json, "states", odds->states);
    json_add_count(&json, "transitions", odds->transitions);
    json_add_bool(&json, "complete", odds->complete);
    json_add_number(&json, "elapsed_s", odds->elapsed);
    json_end(&json);
    return json_writer_save(&json, path, &run->err);
}

/* --- the command --- */

static enum status compute(struct odds_run *run)
{
    const char *json = option_text(run->options, "json");
    const bool quiet = option_flag(run->options, "quiet");
    enum status status = report_words_stream(&json, 1, &run->words, &run->err);
    if (status != OK)
        return status;
    if (!quiet)
        print_head(run);
    progress_init(&run->progress, run->options);
    stop_install();
    status = odds_compute(&run->config, &run->odds, &run->err);
    progress_clear(&run->progress);
    if (status != OK)
        return status;
    /* When nothing hits, no time is to be expected. */
    if (run->odds.best_max_steps != 0)
        status = measure_speed(run);
    if (status == OK)
        print_result(run);
    if (status == OK && json != NULL)
        status = write_report(run, json);
    return status;
}

static int odds_run(const struct option_set *options, void *context)
{
    struct odds_run run = {.cli = context, .options = options};
    enum status status = read_options(&run);
    if (status == OK)
        status = compute(&run);
    int code = EXIT_NOTHING_FOUND;
    if (status != OK) {
        code = message_failure(status, &run.err);
        /* A table that does not fit is like time that is over: the work was stopped before its end. */
        if (status == ERR_MEMORY) {
            code = EXIT_STOPPED;
            message_hint("--max-memory sets the limit, less what the program has in use itself; a smaller "
                         "--max-steps needs less, run --scheduler iw2 "
                         "hardly any.");
        }
    }
    odds_release(&run.odds);
    model_free(run.model);
    return code;
}

static const struct option search_rows[] = {
    {.name = "max-steps",
     .kind = OPTION_INT,
     .metavar = "L",
     .default_text = "200",
     .min = 1,
     .max = 100000,
     .help = "the longest walk, in transitions after the initial state"},
    {.name = "timeout", .kind = OPTION_REAL, .metavar = "SECONDS", .help = "give up after so many seconds"},
    {.name = "max-memory",
     .kind = OPTION_TEXT,
     .metavar = "SIZE",
     .help = "give up rather than let the process use more, as in 500M or 2G (default: 80% of what is free)"},
    CLI_THREADS_ROW,
};

static const struct option result_rows[] = {
    {.name = "json",
     .kind = OPTION_TEXT,
     .metavar = "PATH",
     .help = "a report with the chance of every length; '-' is standard output"},
};

#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))

const struct command odds_command = {
    .name = "odds",
    .summary = "exact chances of walks of each length, and the best --max-steps",
    .details =
        "Computes the exact chance that a random walk of each length (as run walks) finds the properties\n"
        "violated or witnessed, and from it the walks, transitions and time to expect on this machine, and\n"
        "the length of walk for which they are least. Looks at every state that such walks can reach, so it\n"
        "suits instances of up to some ten million states up to symmetry. For larger ones, run with\n"
        "--max-findings 0 measures the chance, and run --scheduler iw2 may find what walks cannot.\n\n"
        "Exit status: 0 done, 75 not finished (memory, time or a signal).",
    .groups = {{"Search", search_rows, COUNT(search_rows)},
               CLI_INSTANCE_GROUP,
               CLI_PROPERTY_GROUP,
               {"Results", result_rows, COUNT(result_rows)},
               CLI_OUTPUT_GROUP},
    .group_count = 5,
    .run = odds_run,
};
