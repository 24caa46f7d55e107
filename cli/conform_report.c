/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/conform_report.h"

#include <inttypes.h>
#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/program.h"
#include "base/rng.h"
#include "cli/report.h"
#include "mbt/junit.h"
#include "mbt/sarif.h"
#include "search/shape.h"
#include "version.h"

#define RULE "model_conformance"

const struct option conform_report_rows[CONFORM_REPORT_ROWS] = {
    {.name = "out-itf",
     .kind = OPTION_TEXT,
     .metavar = "PATH",
     .help = "differences as they come, one trace a line, for {program} confirm; '-' is standard output"},
    {.name = "json",
     .kind = OPTION_TEXT,
     .metavar = "PATH",
     .help = "a report as JSON; '-' is standard output"},
    {.name = "junit",
     .kind = OPTION_TEXT,
     .metavar = "PATH",
     .help = "a report as JUnit XML, a test case a difference; '-' is standard output"},
    {.name = "sarif",
     .kind = OPTION_TEXT,
     .metavar = "PATH",
     .help = "a SARIF 2.1.0 log, for code scanning; '-' is standard output"},
};

const char *conform_report_source(void)
{
    static char source[TRACE_SOURCE_MAX];
    (void)snprintf(source, sizeof source, "%.40s conform", program_name());
    return source;
}

enum status conform_report_init(struct conform_report *report, const struct option_set *options,
                                struct error *err)
{
    *report = (struct conform_report){.has_calls = option_flag(options, "property-only"),
                                      .json = option_text(options, "json"),
                                      .junit = option_text(options, "junit"),
                                      .sarif = option_text(options, "sarif"),
                                      .out_itf = option_text(options, "out-itf")};
    const char *const paths[] = {report->json, report->junit, report->sarif, report->out_itf};
    return report_words_stream(paths, sizeof paths / sizeof paths[0], &report->words, err);
}

/* --- differences --- */

static uint64_t hash_text(uint64_t hash, const char *text)
{
    for (; *text != '\0'; text++)
        hash = rng_mix(hash ^ (unsigned char)*text) + RNG_GAMMA;
    return hash;
}

/* The shape of what is left: the moves, and what differs after the last one. */
static enum status find_shape(const struct model *model, const struct lockstep_vocabulary *vocabulary,
                              const struct conform_finding *finding, struct shape *ret_shape,
                              struct error *err)
{
    const struct lockstep_script *script = finding->script;
    uint64_t label = hash_text((uint64_t)finding->difference->kind, finding->difference->step.aspect);
    uint32_t *moves = mem_new(script->count + 1, sizeof *moves);
    bool is_run = true;
    size_t count = 0;
    if (moves == NULL)
        return error_memory(err, script->count * sizeof *moves);
    for (size_t i = 0; i < script->count; i++) {
        const struct lockstep_event *event = &script->events[i];
        if (event->kind == LOCKSTEP_STEP)
            moves[count++] = script->steps.steps[event->index].move;
        else if (event->kind == LOCKSTEP_ATTEMPT)
            moves[count++] = vocabulary->actions[event->index].move;
        if (event->kind == LOCKSTEP_STEP)
            continue;
        /* What is no step has its place among the steps. */
        is_run = is_run && i + 1 == script->count && event->kind == LOCKSTEP_ATTEMPT;
        label = rng_mix(label ^ (count << 2 | (uint64_t)event->kind)) + RNG_GAMMA;
    }
    shape_of_run(model, label, is_run, moves, count, ret_shape);
    mem_free(moves);
    return OK;
}

static const char *look_name(const struct conform_report *report)
{
    return report->has_calls ? "call" : "look";
}

/* The action that the difference is of, by name. */
static const char *action_name(const struct conform_report *report, const struct model_class *class,
                               const struct lockstep_difference *difference)
{
    if (difference->event == SIZE_MAX)
        return "reset";
    return difference->kind == LOCKSTEP_LOOK ? look_name(report)
                                             : class->actions[move_action(difference->move)].name;
}

enum status conform_report_add(struct conform_report *report, const struct model *model,
                               const struct lockstep_vocabulary *vocabulary,
                               const struct conform_finding *finding,
                               struct conform_difference **ret_difference, struct error *err)
{
    const struct lockstep_difference *seen = finding->difference;
    struct shape shape;
    const enum status status = find_shape(model, vocabulary, finding, &shape, err);
    if (status != OK)
        return status;
    for (size_t i = 0; i < report->count; i++) {
        if (report->differences[i].shape.id == shape.id) {
            report->differences[i].hits++;
            *ret_difference = &report->differences[i];
            return OK;
        }
    }
    struct conform_difference *own = &report->differences[report->count];
    *own = (struct conform_difference){.shape = shape,
                                       .kind = seen->kind,
                                       .sample = finding->sample,
                                       .steps_after = finding->steps_after,
                                       .hits = 1,
                                       .found_after = finding->found_after,
                                       .length = finding->script->count,
                                       .replays = finding->replays,
                                       .index = report->count,
                                       .is_steady = finding->is_steady};
    (void)snprintf(own->action, sizeof own->action, "%s", action_name(report, model->class, seen));
    (void)snprintf(own->aspect, sizeof own->aspect, "%s", seen->step.aspect);
    (void)snprintf(own->message, sizeof own->message, "%s", seen->step.message);
    (void)snprintf(own->title, sizeof own->title, "%s%s: %s, after %zu event%s",
                   seen->kind == LOCKSTEP_ATTEMPT ? "try " : "", action_name(report, model->class, seen),
                   seen->step.aspect, own->length, own->length == 1 ? "" : "s");
    report->count++;
    *ret_difference = own;
    return OK;
}

/* --- coverage --- */

static const char *const kinds[] = {
    [LOCKSTEP_STEP] = "step", [LOCKSTEP_ATTEMPT] = "attempt", [LOCKSTEP_LOOK] = "look"};

static const char *outcome_action(const struct conform_report *report, const struct model_class *class,
                                  const struct conform_outcome *outcome)
{
    return outcome->kind == LOCKSTEP_LOOK ? look_name(report) : class->actions[outcome->action].name;
}

void conform_report_print_outcomes(const struct conform_report *report, const struct model_class *class,
                                   const struct conform_coverage *coverage)
{
    FILE *out = report->words;
    for (size_t i = 0; i < coverage->outcome_count; i++) {
        const struct conform_outcome *outcome = &coverage->outcomes[i];
        fprintf(out, "  %12s  %-7s  %-20s %s%s%s%s\n", report_number(outcome->count), kinds[outcome->kind],
                outcome_action(report, class, outcome), outcome->branch, outcome->known != NULL ? " (" : "",
                outcome->known != NULL ? outcome->known->name : "", outcome->known != NULL ? ")" : "");
    }
}

/* --- reports for programs --- */

static void add_outcomes(struct json_writer *json, const struct conform_report *report,
                         const struct model_class *class, const struct conform_coverage *coverage)
{
    json_add_array(json, "outcomes");
    for (size_t i = 0; i < coverage->outcome_count; i++) {
        const struct conform_outcome *outcome = &coverage->outcomes[i];
        json_add_object(json, NULL);
        json_add_text(json, "kind", kinds[outcome->kind]);
        json_add_text(json, "action", outcome_action(report, class, outcome));
        json_add_text(json, "outcome", outcome->branch);
        json_add_text(json, "difference", outcome->known != NULL ? outcome->known->name : NULL);
        json_add_count(json, "count", outcome->count);
        json_end(json);
    }
    json_end(json);
}

static void add_differences(struct json_writer *json, const struct conform_report *report)
{
    json_add_array(json, "differences");
    for (size_t i = 0; i < report->count; i++) {
        const struct conform_difference *difference = &report->differences[i];
        json_add_object(json, NULL);
        json_add_text(json, "shape", difference->shape.name);
        json_add_text(json, "kind", kinds[difference->kind]);
        json_add_text(json, "action", difference->action);
        json_add_text(json, "aspect", difference->aspect);
        json_add_text(json, "message", difference->message);
        json_add_count(json, "length", difference->length);
        json_add_count(json, "sample", difference->sample);
        json_add_count(json, "found_after", difference->found_after);
        json_add_count(json, "compared_before", difference->steps_after);
        json_add_count(json, "replays", difference->replays);
        json_add_bool(json, "steady", difference->is_steady);
        json_add_count(json, "hits", difference->hits);
        if (report->out_itf != NULL)
            json_add_file(json, report->out_itf);
        json_add_count(json, "index", difference->index);
        json_end(json);
    }
    json_end(json);
}

static const char *const choices[] = {
    [CONFORM_UNIFORM] = "uniform", [CONFORM_LEAST] = "least", [CONFORM_CALLS] = "calls"};

static enum status write_json(const struct conform_report *report, const struct cli *cli,
                              const struct conform_config *config, const struct conform_result *result,
                              double seconds, struct error *err)
{
    const struct conform_coverage *coverage = &result->coverage;
    struct json_writer json;
    json_writer_init(&json, JSON_PRETTY);
    report_begin(&json, NULL, cli, "conform");
    report_add_instance(&json, config->model);
    json_add_text(&json, "system", config->driver->name);
    json_add_text(&json, "choice", choices[config->choice]);
    json_add_seed(&json, "seed", config->seed);
    json_add_count(&json, "max_steps", config->max_steps);
    json_add_count(&json, "jobs", config->jobs);
    json_add_number(&json, "seconds", seconds);
    json_add_bool(&json, "complete", result->is_complete);
    json_add_count(&json, "walks", result->samples);
    json_add_count(&json, "steps", coverage->steps);
    json_add_count(&json, "attempts", coverage->attempts);
    json_add_count(&json, "looks", coverage->looks);
    json_add_count(&json, "states", coverage->states.used);
    add_outcomes(&json, report, config->model->class, coverage);
    add_differences(&json, report);
    json_end(&json);
    return json_writer_save(&json, report->json, err);
}

static enum status write_junit(const struct conform_report *report, double seconds, struct error *err)
{
    struct junit junit;
    struct buffer out;
    junit_init(&junit);
    buffer_init(&out);
    const char *file = report->out_itf != NULL ? report->out_itf : "conform";
    for (size_t i = 0; i < report->count; i++) {
        const struct conform_difference *difference = &report->differences[i];
        junit_add(&junit, &(struct junit_case){.file = file,
                                               .name = difference->title,
                                               .outcome = JUNIT_FAILED,
                                               .type = difference->shape.name,
                                               .message = difference->message,
                                               .seconds = seconds});
    }
    if (report->count == 0)
        junit_add(&junit,
                  &(struct junit_case){
                      .file = file, .name = "no difference", .outcome = JUNIT_PASSED, .seconds = seconds});
    enum status status = junit_write(&junit, conform_report_source(), &out, err);
    if (status == OK)
        status = file_write_whole(report->junit, out.text, out.length, err);
    buffer_release(&out);
    junit_release(&junit);
    return status;
}

static enum status write_sarif(const struct conform_report *report, struct error *err)
{
    static const struct sarif_rule rule = {RULE, "The system does what the model says"};
    struct sarif sarif;
    struct buffer out, path;
    sarif_init(&sarif);
    buffer_init(&out);
    buffer_init(&path);
    ci_path(&path, report->out_itf != NULL ? report->out_itf : "conform");
    for (size_t i = 0; i < report->count; i++)
        sarif_add(&sarif, &(struct ci_result){.file = path.text,
                                              .index = i,
                                              .line = i + 1,
                                              .rule = RULE,
                                              .level = CI_ERROR,
                                              .message = report->differences[i].message});
    enum status status = sarif_write(&sarif, RACEWALK_VERSION, &rule, 1, true, &out, err);
    if (status == OK)
        status = file_write_whole(report->sarif, out.text, out.length, err);
    buffer_release(&path);
    buffer_release(&out);
    sarif_release(&sarif);
    return status;
}

enum status conform_report_write(struct conform_report *report, const struct cli *cli,
                                 const struct conform_config *config, const struct conform_result *result,
                                 double seconds, struct error *err)
{
    enum status status = report->json != NULL ? write_json(report, cli, config, result, seconds, err) : OK;
    if (status == OK && report->junit != NULL)
        status = write_junit(report, seconds, err);
    return status == OK && report->sarif != NULL ? write_sarif(report, err) : status;
}
