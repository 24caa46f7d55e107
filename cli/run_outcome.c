/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/run_outcome.h"

#include <math.h>

#include "base/plain.h"
#include "cli/report.h"
#include "mbt/findings.h"

void run_outcome_interval(double hits, double walks, double *ret_low, double *ret_high)
{
    const double z = 1.959964, p = hits / walks, zz = z * z;
    const double middle = (p + zz / (2 * walks)) / (1 + zz / walks);
    const double half = z / (1 + zz / walks) * sqrt(p * (1 - p) / walks + zz / (4 * walks * walks));
    *ret_low = hits == 0 ? 0 : middle - half;
    *ret_high = middle + half;
}

uint32_t run_outcome_found(const struct run_outcome *outcome)
{
    uint32_t found = 0;
    for (size_t p = 0; p < outcome->model->class->property_count; p++)
        found |= (outcome->result->tally.hits[p] > 0 ? UINT32_C(1) : 0) << p;
    return found;
}

/* Why it stopped, as reports name it. */
static const char *stop_name(const struct run_outcome *outcome)
{
    static const char *const names[] = {[RUN_STOP_FINDING] = "finding",
                                        [RUN_STOP_SAMPLES] = "samples",
                                        [RUN_STOP_TIMEOUT] = "timeout",
                                        [RUN_STOP_SIGNAL] = "signal"};
    return outcome->stop_name != NULL ? outcome->stop_name : names[outcome->result->stop];
}

static void print_nothing_found(FILE *out, const struct run_outcome *outcome)
{
    const double walks = (double)outcome->result->tally.walks;
    fprintf(out, "nothing found: ");
    report_print_properties(out, outcome->model->class, outcome->config->properties);
    fprintf(out, " in %s walks of up to %u transitions\n", report_number(outcome->result->tally.walks),
            outcome->config->max_steps);
    if (walks > 0)
        fprintf(out,
                "  this is no proof: with 95%% confidence the chance per walk is below %.3g (3/W), and "
                "longer walks\n"
                "  may find what these could not\n",
                3 / walks);
}

static void print_hits(FILE *out, const struct run_outcome *outcome)
{
    const struct walk_tally *tally = &outcome->result->tally;
    for (size_t p = 0; p < outcome->model->class->property_count; p++) {
        if ((outcome->config->properties >> p & 1) == 0 || tally->hits[p] == 0)
            continue;
        double low, high;
        run_outcome_interval((double)tally->hits[p], (double)tally->walks, &low, &high);
        fprintf(out, "  %s ended %s of %s walks: %.6g, 95%% within %.6g and %.6g\n",
                outcome->model->class->properties[p].name, report_number(tally->hits[p]),
                report_number(tally->walks), (double)tally->hits[p] / (double)tally->walks, low, high);
    }
}

/* Which shapes there are, each with the number of walks that ended in it; one alone has all the hits. */
static void print_shapes(FILE *out, const struct run_outcome *outcome)
{
    for (size_t i = 0; i < outcome->finding_count && outcome->finding_count > 1; i++)
        fprintf(out, "  shape %s: %s walk%s\n", outcome->findings[i]->shape.name,
                report_number(outcome->findings[i]->hits), outcome->findings[i]->hits == 1 ? "" : "s");
    if (outcome->config->max_findings > outcome->finding_count && outcome->finding_count > 0)
        fprintf(out, "  %zu shape%s found, fewer than the %llu asked for\n", outcome->finding_count,
                outcome->finding_count == 1 ? " was" : "s were",
                (unsigned long long)outcome->config->max_findings);
}

bool run_outcome_is_complete(const struct run_outcome *outcome)
{
    return outcome->result->stop == RUN_STOP_FINDING || outcome->result->stop == RUN_STOP_SAMPLES;
}

void run_outcome_print(const struct run_outcome *outcome, bool quiet, FILE *out)
{
    const struct walk_tally *tally = &outcome->result->tally;
    const double elapsed = outcome->result->elapsed;
    if (tally->ended == 0)
        print_nothing_found(out, outcome);
    if (quiet) {
        if (outcome->config->goal == RUN_COUNT)
            print_hits(out, outcome);
        return;
    }
    if (outcome->config->goal == RUN_SHORTEST && outcome->finding_count == 1)
        fprintf(out, "shortest found: %zu transitions\n", outcome->findings[0]->trace.property_state);
    fprintf(out, "%s walk%s, %s steps in %s", report_number(tally->walks), tally->walks == 1 ? "" : "s",
            report_number(tally->steps), report_seconds(elapsed));
    /* A run of a few milliseconds is mostly about its findings: its rate would say nothing. */
    if (elapsed >= 0.1)
        fprintf(out, ": %s steps/s", report_rate((double)tally->steps / elapsed));
    fprintf(out, " (stopped by: %s)\n", stop_name(outcome));
    if (outcome->saved_in != NULL && !run_outcome_is_complete(outcome))
        print_line(out, "  saved: go on with --resume %s", outcome->saved_in);
    /* Counts say something about the chance only when the hits did not decide when to stop. */
    if (outcome->result->stop != RUN_STOP_FINDING && outcome->config->goal != RUN_SHORTEST)
        print_hits(out, outcome);
    if (outcome->config->goal != RUN_SHORTEST)
        print_shapes(out, outcome);
}

/* --- as JSON --- */

static void add_hits(struct json_writer *json, const struct run_outcome *outcome)
{
    const struct walk_tally *tally = &outcome->result->tally;
    const struct model_class *class = outcome->model->class;
    const double walks = (double)tally->walks;
    json_add_object(json, "hits");
    for (size_t p = 0; p < class->property_count; p++) {
        if ((outcome->config->properties >> p & 1) != 0)
            json_add_count(json, class->properties[p].name, tally->hits[p]);
    }
    json_end(json);
    json_add_object(json, "hit_rate");
    for (size_t p = 0; p < class->property_count; p++) {
        if ((outcome->config->properties >> p & 1) == 0)
            continue;
        double low = 0, high = 1;
        if (tally->walks > 0)
            run_outcome_interval((double)tally->hits[p], walks, &low, &high);
        json_add_object(json, class->properties[p].name);
        json_add_number(json, "estimate", tally->walks > 0 ? (double)tally->hits[p] / walks : 0);
        json_add_number(json, "low95", low);
        json_add_number(json, "high95", high);
        json_end(json);
    }
    json_end(json);
}

/* "hit_lengths": {"class_width": 1, "hits": [[20, 4], …]}: walks that ended in a hit by length, each class
 * under its shortest length. */
static void add_lengths(struct json_writer *json, const struct run_outcome *outcome)
{
    const uint32_t width = run_length_width(outcome->config->max_steps);
    json_add_object(json, "hit_lengths");
    json_add_count(json, "class_width", width);
    json_add_array(json, "hits");
    for (size_t i = 0; i < RUN_LENGTHS; i++) {
        const double row[] = {(double)i * width, (double)outcome->result->lengths[i]};
        if (row[1] > 0)
            json_add_numbers(json, NULL, row, 2);
    }
    json_end(json);
    json_end(json);
}

static void add_actions(struct json_writer *json, const struct run_outcome *outcome)
{
    const struct walk_tally *tally = &outcome->result->tally;
    json_add_object(json, "actions");
    for (size_t a = 0; a < outcome->model->class->action_count; a++)
        json_add_number(json, outcome->model->class->actions[a].name,
                        tally->steps > 0 ? (double)tally->fired[a] / (double)tally->steps : 0);
    json_end(json);
}

void run_outcome_json(const struct run_outcome *outcome, struct json_writer *json, const char *key)
{
    const struct walk_tally *tally = &outcome->result->tally;
    const double elapsed = outcome->result->elapsed;
    report_begin(json, key, outcome->cli, "run");
    report_add_instance(json, outcome->model);
    report_add_properties(json, outcome->model->class, outcome->config->properties);
    json_add_seed(json, "seed", outcome->config->seed);
    json_add_count(json, "max_steps", outcome->config->max_steps);
    json_add_number(json, "threads", outcome->config->threads);
    json_add_number(json, "ranks", outcome->cli->executor->peers->ranks);
    json_add_number(json, "elapsed_s", elapsed);
    json_add_text(json, "stop", stop_name(outcome));
    findings_add_json(json, outcome->model, outcome->findings, outcome->finding_count, false);
    json_add_count(json, "samples", tally->walks);
    json_add_count(json, "steps", tally->steps);
    json_add_number(json, "steps_per_s", elapsed > 0 ? (double)tally->steps / elapsed : 0);
    add_hits(json, outcome);
    add_lengths(json, outcome);
    add_actions(json, outcome);
    json_end(json);
}
