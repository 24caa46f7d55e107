/* SPDX-License-Identifier: Apache-2.0 */
#include <assert.h>
#include <string.h>

#include "base/budget.h"
#include "base/memory.h"
#include "base/program.h"
#include "base/stop.h"
#include "cli/cli.h"
#include "cli/commands.h"
#include "cli/progress.h"
#include "cli/replay_command.h"
#include "cli/report.h"
#include "cli/run_guided.h"
#include "cli/run_options.h"
#include "cli/run_outcome.h"
#include "cli/run_page.h"
#include "cli/run_saver.h"
#include "cli/run_stats.h"
#include "cli/search_page.h"
#include "cluster/checkpoint.h"
#include "cluster/message.h"
#include "mbt/findings.h"
#include "search/make_finding.h"
#include "search/merge.h"
#include "search/odds.h"
#include "search/runner.h"

/* The rate on the line is that of the last seconds. */
#define RATE_SECONDS 2.0

struct run {
    const struct cli *cli;
    const struct option_set *options;
    struct run_parameters parameters;
    struct model *model;
    struct run_config config;
    struct run_result result;
    bool guided;           /* --scheduler iw2 */
    bool no_length;        /* --max-steps auto: no walk of its bound hits anything */
    const char *stop_name; /* overrides the result's, for searches that are no walks; NULL: none */
    struct finding *findings[RUN_FINDINGS_MAX];
    size_t finding_count;
    uint64_t written; /* findings that were announced in all */
    struct findings *out;
    struct run_saver saver;
    struct run_stats stats;
    FILE *words;
    bool quiet; /* findings only */
    struct progress progress;
    struct rate rate; /* steps */
    enum status failure;
    struct error err;
};

/* Checks it, writes it where it belongs, and notes how to bring it back. */
static enum status write_finding(struct run *run, struct finding *finding)
{
    char command[128];
    const int used = snprintf(command, sizeof command, "run --scheduler iw2 --seed %llu",
                              (unsigned long long)run->config.seed);
    if (option_given(run->options, "max-steps"))
        (void)snprintf(command + used, sizeof command - (size_t)used, " --max-steps %u",
                       run->config.max_steps);
    const struct replay_search search = {.cli = run->cli,
                                         .model = run->model,
                                         .properties = run->config.properties,
                                         .out_itf = findings_single_file(run->out),
                                         .command = command};
    const enum status status = findings_add(run->out, finding, &run->err);
    if (status == OK)
        replay_command_of(&search, finding);
    return status;
}

/* Writes the finding where it belongs, then tells of it. Takes it. */
static enum status announce(struct run *run, struct finding *finding)
{
    if (run->config.goal == RUN_SHORTEST && run->finding_count == 1) {
        finding_free(run->findings[0]);
        run->finding_count = 0;
    }
    run->findings[run->finding_count++] = finding;
    run->written++;
    run->saver.found = true;
    enum status status = write_finding(run, finding);
    if (status == OK)
        status = findings_write_index(run->out, (const struct finding *const *)run->findings,
                                      run->finding_count, &run->err);
    if (status != OK)
        return status;
    progress_clear(&run->progress);
    report_print_finding(run->words, run->model, finding);
    (void)fflush(run->words);
    return OK;
}

static enum status on_finding(void *context, const struct walk_hit *hit)
{
    struct run *run = context;
    struct finding *finding = NULL;
    run->failure = finding_of_hit(&run->config, hit, &finding, &run->err);
    if (run->failure == OK)
        run->failure = announce(run, finding);
    return run->failure;
}

static enum status save(struct run *run, const struct run_result *state, bool complete)
{
    if (run->saver.folder == NULL)
        return OK;
    struct checkpoint *checkpoint = mem_new(1, sizeof *checkpoint);
    if (checkpoint == NULL)
        return error_memory(&run->err, sizeof *checkpoint);
    checkpoint->parameters = run->parameters;
    checkpoint->state = *state;
    checkpoint->complete = complete;
    checkpoint->written = run->written;
    checkpoint->sessions = run->saver.sessions;
    checkpoint->finding_count = run->finding_count;
    memcpy(checkpoint->findings, run->findings, sizeof checkpoint->findings);
    const enum status status = run_saver_save(&run->saver, run->model, checkpoint, &run->err);
    mem_free(checkpoint);
    return status;
}

/* Seconds until the walks are used up, or the time is, at the speed of this session; negative: not known. */
static double time_left(const struct run *run, const struct run_result *state)
{
    const struct run_config *config = &run->config;
    const struct run_result *before = config->resume;
    const double seconds = state->elapsed - (before != NULL ? before->elapsed : 0);
    const double walks = (double)(state->next - (before != NULL ? before->next : 0));
    double left = -1;
    if (walks > 0)
        left = (double)(config->max_samples - state->next) * seconds / walks;
    if (config->timeout > 0 && (left < 0 || config->timeout - seconds < left))
        left = config->timeout > seconds ? config->timeout - seconds : 0;
    return left;
}

static void draw_progress(struct run *run, const struct run_result *state, double done)
{
    const double left = time_left(run, state);
    struct progress_line line = {.field_count = 0};
    progress_field(&line, 4, "%3.0f%%", 100 * done);
    progress_field(&line, 1, "%s walks", report_number(state->tally.walks));
    progress_field(&line, 5, "%s steps/s", report_rate(rate_recent(&run->rate, RATE_SECONDS)));
    progress_rate(&line, &run->rate);
    if (run->config.goal == RUN_COUNT)
        progress_field(&line, 3, "%s hits", report_number(state->tally.ended));
    else
        progress_field(&line, 3, "%zu finding%s", run->finding_count, run->finding_count == 1 ? "" : "s");
    if (left >= 0)
        progress_field(&line, 2, "%s left", report_seconds(left));
    progress_draw_line(&run->progress, &line);
}

static enum status on_progress(void *context, const struct run_result *state, double done)
{
    struct run *run = context;
    rate_add(&run->rate, state->elapsed, state->tally.steps);
    if (run_saver_is_due(&run->saver))
        run->failure = save(run, state, false);
    if (run->failure == OK)
        run->failure = run_stats_write(&run->stats, run->cli->executor, state, run->finding_count,
                                       run->config.threads, done, false, &run->err);
    if (run->failure == OK && progress_due(&run->progress))
        draw_progress(run, state, done);
    return run->failure;
}

/* --- the command --- */

/* --max-steps auto: the length with which the first finding costs the least. When there is none up to the
 * bound, nothing is to be walked. */
static enum status choose_max_steps(struct run *run)
{
    enum { BOUND = 1000 };
    const struct odds_config budget = {.model = run->model,
                                       .properties = run->config.properties,
                                       .threads = run->config.threads,
                                       .memory_max = memory_available() / 10 * 8,
                                       .timeout = run->config.timeout};
    enum status status = odds_best_max_steps(&budget, BOUND, &run->parameters.max_steps, &run->err);
    run->no_length = status == ERR_DATA;
    if (run->no_length) {
        run->parameters.max_steps = BOUND;
        status = OK;
    }
    run->config.max_steps = run->parameters.max_steps;
    return status == OK ? OK : error_prefix(&run->err, status, "--max-steps auto: ");
}

/* The model and the run's configuration from its parameters. */
static enum status configure(struct run *run)
{
    const struct option_set *options = run->options;
    const struct run_parameters *parameters = &run->parameters;
    run->config = (struct run_config){
        .max_samples = parameters->max_samples,
        .max_steps = parameters->max_steps,
        .properties = parameters->properties,
        .seed = parameters->seed,
        .timeout = run_options_time_limit(options),
        .context = run,
        .goal = parameters->goal,
        .max_findings = parameters->max_findings,
        .on_finding = on_finding,
        .on_progress = on_progress,
    };
    enum status status = cli_threads(options, &run->config.threads, &run->err);
    if (status == OK)
        status = model_new(run->cli->class, &parameters->instance, &run->model, &run->err);
    run->config.model = run->model;
    if (status == OK && parameters->max_steps == 0) /* auto, and nobody has worked it out yet */
        return choose_max_steps(run);
    return status;
}

static void print_head_walks(const struct run *run)
{
    const struct run_config *config = &run->config;
    fprintf(run->words, "; walks of up to %u transitions, seed %llu, ", config->max_steps,
            (unsigned long long)config->seed);
    if (run->cli->executor->peers->ranks > 1)
        fprintf(run->words, "%u ranks of ", run->cli->executor->peers->ranks);
    fprintf(run->words, "%d thread%s\n", config->threads, config->threads == 1 ? "" : "s");
    if (config->resume != NULL)
        fprintf(run->words, "  goes on after %s walks with %zu finding%s\n",
                report_number(config->resume->next), run->finding_count, run->finding_count == 1 ? "" : "s");
}

static void print_head(const struct run *run)
{
    struct buffer text;
    buffer_init(&text);
    model_print_instance(run->model, &text);
    fprintf(run->words, "%s run: %s\n  ", program_name(), text.text);
    buffer_release(&text);
    report_print_properties(run->words, run->model->class, run->config.properties);
    if (run->guided)
        fputs("; guided search by novelty, IW(2)\n", run->words);
    else
        print_head_walks(run);
    (void)fflush(run->words);
}

/* The hits of each finding's shape, counted over the whole run. */
static void note_hits(struct run *run)
{
    const struct run_result *result = &run->result;
    for (size_t i = 0; i < run->finding_count; i++) {
        for (size_t s = 0; s < result->shape_count; s++) {
            if (result->shapes[s].id == run->findings[i]->shape.id)
                run->findings[i]->hits = result->shapes[s].hits;
        }
    }
}

static enum status open_outputs(struct run *run)
{
    const struct option_set *options = run->options;
    struct findings_paths paths = {.out_itf = option_text(options, "out-itf"),
                                   .out_schedule = option_text(options, "out-schedule"),
                                   .out_dir = option_text(options, "out-dir"),
                                   .several = run->parameters.goal != RUN_SHAPES ||
                                              run->parameters.max_findings > 1};
    const char *json = option_text(options, "json"), *page = option_text(options, "report");
    enum status status = report_words_stream(
        (const char *const[]){paths.out_itf, paths.out_schedule, json, page}, 4, &run->words, &run->err);
    if (status != OK)
        return status;
    run->quiet = option_flag(options, "quiet");
    progress_init(&run->progress, options);
    rate_init(&run->rate, run->saver.resumed != NULL ? run->saver.resumed->state.elapsed : 0,
              run->saver.resumed != NULL ? run->saver.resumed->state.tally.steps : 0);
    const bool go_on = run->saver.resumed != NULL;
    if (go_on) {
        paths.go_on = true;
        paths.added_before = run->saver.resumed->written - run->saver.resumed->finding_count;
    }
    status = findings_open(run->model, &paths, &run->out, &run->err);
    if (status == OK)
        status = search_page_prepare(page, &run->err); /* which may go to the folder of the findings */
    if (status == OK)
        status = run_stats_open(&run->stats, options, go_on ? &run->saver.resumed->state : NULL, &run->err);
    if (status == OK && findings_was_cut(run->out))
        message_warning(
            "a finding that was only half written before the crash was removed; it will be found again");
    return status;
}

static enum status close_outputs(struct run *run, struct error *err)
{
    const enum status status = run_stats_close(&run->stats, err);
    const enum status second = findings_close(run->out, err);
    run_saver_close(&run->saver);
    return status == OK ? second : status;
}

/* Takes up the run where it was saved: its findings are in their files again, whatever became of those. */
static enum status take_up(struct run *run)
{
    struct checkpoint *resumed = run->saver.resumed;
    if (resumed == NULL)
        return OK;
    run->config.resume = &resumed->state;
    run->written = resumed->written;
    enum status status = OK;
    for (; run->finding_count < resumed->finding_count && status == OK; run->finding_count++) {
        run->findings[run->finding_count] = resumed->findings[run->finding_count];
        status = write_finding(run, run->findings[run->finding_count]);
    }
    if (status == OK)
        status = findings_write_index(run->out, (const struct finding *const *)run->findings,
                                      run->finding_count, &run->err);
    /* Those that were taken are the run's now, to be freed by it. */
    for (size_t i = run->finding_count; i < resumed->finding_count; i++)
        finding_free(resumed->findings[i]);
    resumed->finding_count = 0;
    return status;
}

/* The one that leads reads and writes files, the first checkpoint among them. */
static enum status prepare_leader(struct run *run)
{
    enum status status =
        run_saver_open(&run->saver, run->options, run->cli->class, &run->parameters, &run->err);
    if (status == OK)
        status = configure(run);
    if (status == OK)
        status = open_outputs(run);
    if (status == OK)
        status = take_up(run);
    if (status == OK && run->saver.resumed == NULL) {
        const struct run_result nothing = {.max_steps = run->parameters.max_steps};
        status = save(run, &nothing, false);
    }
    run->saver.last = clock_seconds();
    return status;
}

/* Gets everything ready, and all processes to agree that it is. */
static enum status prepare(struct run *run)
{
    struct peers *peers = run->cli->executor->peers;
    enum status status = run_options_parameters(run->cli, run->options, &run->parameters, &run->err);
    if (status == OK)
        status = run_options_scheduler(run->cli, run->options, &run->guided, &run->err);
    if (status == OK && peers->rank == 0)
        status = prepare_leader(run);
    status = peers->allreduce(peers, status, &run->err);
    if (status == OK)
        status = peers_broadcast_bytes(peers, &run->parameters, sizeof run->parameters, &run->err);
    if (status == OK && peers->rank != 0)
        status = configure(run);
    return peers->allreduce(peers, status, &run->err);
}

static struct run_outcome outcome_of(const struct run *run)
{
    return (struct run_outcome){.cli = run->cli,
                                .model = run->model,
                                .config = &run->config,
                                .result = &run->result,
                                .findings = (const struct finding *const *)run->findings,
                                .finding_count = run->finding_count,
                                .stop_name = run->stop_name,
                                .saved_in = run->saver.folder};
}

/* Tells what came of the run. */
static enum status conclude(struct run *run)
{
    const struct run_outcome outcome = outcome_of(run);
    const bool complete = run_outcome_is_complete(&outcome);
    const char *json = option_text(run->options, "json"), *page = option_text(run->options, "report");
    note_hits(run);
    enum status status = findings_write_index(run->out, (const struct finding *const *)run->findings,
                                              run->finding_count, &run->err);
    if (status == OK)
        status = save(run, &run->result, complete);
    if (status == OK)
        status = run_stats_write(
            &run->stats, run->cli->executor, &run->result, run->finding_count, run->config.threads,
            complete ? 1 : merge_share_done(&run->config, &run->result, 0), true, &run->err);
    if (status == OK && run->stop_name == NULL)
        run_outcome_print(&outcome, run->quiet, run->words);
    if (status == OK && json != NULL) {
        struct json_writer report;
        json_writer_init(&report, JSON_PRETTY);
        run_outcome_json(&outcome, &report, NULL);
        status = json_writer_save(&report, json, &run->err);
    }
    if (status == OK && page != NULL) {
        rate_add(&run->rate, run->result.elapsed, run->result.tally.steps);
        status = run_page_write(&outcome, run->guided, &run->rate, &run->progress, page, &run->err);
    }
    return status;
}

static void print_in_vain(const struct run *run, const struct odds_reach *reach)
{
    if (reach->never)
        fprintf(run->words, "nothing can be found: no reachable state hits ");
    else
        fprintf(run->words, "nothing can be found: no walk of up to %u transitions hits ",
                run->config.max_steps);
    report_print_properties(run->words, run->model->class, run->config.properties);
    if (reach->found)
        fprintf(run->words, " (the shortest takes %u); give more --max-steps, or auto", reach->shortest);
    else if (!reach->never)
        fprintf(run->words, "; give more --max-steps (%s check tells whether any walk does)", program_name());
    fputc('\n', run->words);
}

/* True when no walk of this length can hit any property, by a search of little effort, or since --max-steps
 * auto found no length; then it says so, and what is known of longer ones. */
static bool is_in_vain(struct run *run)
{
    enum { STATES_MAX = 200000 };
    const double seconds_max = 0.2;
    struct odds_reach reach = {.found = false};
    const enum status status =
        odds_shortest(run->model, run->config.properties, 0, STATES_MAX, seconds_max, &reach, &run->err);
    if (!run->no_length && (status != OK || reach.at_least <= run->config.max_steps))
        return false;
    run->stop_name = "exhausted";
    print_in_vain(run, &reach);
    return true;
}

/* --scheduler iw2. */
static enum status search_guided(struct run *run)
{
    struct run_guided guided;
    const uint32_t max_steps = option_given(run->options, "max-steps") ? run->config.max_steps : 0;
    enum status status = run_guided_search(&run->config, max_steps, &guided, &run->err);
    if (status != OK)
        return status;
    run->stop_name = run_guided_stop(&guided);
    run->result.stop = guided.result.stop == NOVELTY_FOUND       ? RUN_STOP_FINDING
                       : guided.result.stop == NOVELTY_EXHAUSTED ? RUN_STOP_SAMPLES
                                                                 : RUN_STOP_SIGNAL;
    run->result.elapsed = guided.result.elapsed;
    run->result.tally.steps = guided.result.transitions;
    if (guided.finding != NULL) {
        run->result.tally.hits[guided.finding->trace.property] = run->result.tally.ended = 1;
        status = announce(run, guided.finding);
    }
    if (status == OK && (!run->quiet || guided.finding == NULL))
        run_guided_print(&guided, run->words);
    return status;
}

/* There is nothing to find: the others are told so, and nothing was walked. */
static enum status give_up(struct run *run)
{
    const struct run_result ended = {.next = run->config.max_samples};
    run->config.resume = &ended;
    const enum status status = run->cli->executor->run(&run->config, &run->result, &run->err);
    run->config.resume = NULL;
    run->result = (struct run_result){.stop = RUN_STOP_SAMPLES, .max_steps = run->config.max_steps};
    return status == OK ? conclude(run) : status;
}

static enum status search_walks(struct run *run)
{
    const struct executor *executor = run->cli->executor;
    stop_install();
    if (!cli_leads(run->cli))
        return executor->run(&run->config, &run->result, &run->err);
    if (!run->quiet)
        print_head(run);
    if (run->guided) {
        const enum status guided = search_guided(run);
        return guided == OK ? conclude(run) : guided;
    }
    if ((run->config.resume == NULL || run->config.resume->next == 0) && is_in_vain(run))
        return give_up(run);
    enum status status = executor->run(&run->config, &run->result, &run->err);
    progress_clear(&run->progress);
    cli_warn_of_bad_messages(executor, ", and their walks done again");
    if (status == ERR_STOPPED && run->failure != OK)
        return run->failure;
    if (status == OK)
        return conclude(run);
    /* A rank was lost: what is merged is not. */
    struct error lost = run->err;
    if (status == ERR_IO && run->saver.folder != NULL && save(run, &run->result, false) == OK) {
        (void)error_prefix(&lost, status, "saved, go on with --resume %s: ", run->saver.folder);
        status = ERR_STOPPED;
    }
    run->err = lost;
    return status;
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
        status = search_walks(run);
    const enum status closed = close_outputs(run, status == OK ? &run->err : NULL);
    if (status == OK)
        status = closed;
    int code;
    if (status != OK) {
        code = message_failure(status, &run->err);
    } else {
        const struct run_outcome outcome = outcome_of(run);
        const bool complete = run_outcome_is_complete(&outcome);
        code =
            report_exit_code(run->cli->class, run->config.properties, run_outcome_found(&outcome), complete);
        /* Whatever was found, there is more to do, and this is how a batch job knows. */
        if (run->saver.folder != NULL && !complete)
            code = EXIT_STOPPED;
    }
    for (size_t i = 0; i < run->finding_count; i++)
        finding_free(run->findings[i]);
    model_free(run->model);
    mem_free(run);
    return code;
}

static const struct option_rule run_rules[] = {
    /* The guided search is one thread, one search, until the first finding, and is not saved. */
    {.options =
         "max-samples max-steps=auto max-findings shortest kernel threads stats-ndjson checkpoint resume",
     .with = "scheduler=iw2"},
    {.options = "max-findings", .with = "shortest"},
    {.options = "checkpoint-every", .without = "checkpoint resume"},
    {.options = "stats-every", .without = "stats-ndjson"},
};

const struct command run_command = {
    .name = "run",
    .summary = "random walks until a finding, a budget or a signal",
    .details =
        "Walks the model at random on all cores until a property is violated (or witnessed), the walks are\n"
        "used up, the time is over or a signal comes. Walk k of a seed is always the same walk: the finding\n"
        "is the one of the lowest k. Each finding is replayed on the model from its written form before it "
        "is\n"
        "announced.\n\n"
        "Exit status: 0 nothing found, 1 violation, 2 example found, 3 example not found (also when an "
        "invariant\n"
        "beside it was not violated), 75 stopped early.",
    .groups = {{"Search", run_option_rows, RUN_OPTION_ROW_COUNT},
               CLI_INSTANCE_GROUP,
               CLI_PROPERTY_GROUP,
               CLI_RESULTS_GROUP,
               {"Going on later", run_saver_rows, RUN_SAVER_ROW_COUNT},
               {"Statistics", run_stats_rows, RUN_STATS_ROW_COUNT},
               CLI_OUTPUT_GROUP},
    .group_count = 7,
    .rules = run_rules,
    .rule_count = sizeof run_rules / sizeof run_rules[0],
    .on_ranks = true,
    .run = run_run,
};
