/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/check_outcome.h"

#include "base/plain.h"
#include "cli/report.h"
#include "mbt/findings.h"
#include "search/fingerprints.h"
#include "search/trace_back.h"

/* 1500000 as "1.50 MB". */
static void print_bytes(FILE *out, size_t bytes)
{
    fprintf(out, "%sB", report_rate((double)bytes));
    if (bytes < 1000)
        fprintf(out, "ytes");
}

/* What comes after "every reachable state": fingerprints take away from it. */
static void print_but_for_missed(FILE *out, const struct check_outcome *outcome)
{
    if (!outcome->config->fingerprints)
        return;
    if (outcome->result->missed_chance > 0)
        fprintf(out, ", unless a state was missed (by fingerprints, with a chance of at most %.1e)",
                outcome->result->missed_chance);
    else
        fputs(" (none was missed: states of one word differ in their fingerprints)", out);
}

/* The verdict of a property that was not hit is one only when every state was looked at. */
static void print_verdict(FILE *out, const struct check_outcome *outcome, uint32_t p)
{
    const struct property *property = &outcome->model->class->properties[p];
    const struct explore_result *result = outcome->result;
    const bool invariant = property->kind == PROPERTY_INVARIANT;
    fprintf(out, "%s: ", property->name);
    if ((result->hit >> p & 1) != 0) {
        fputs(invariant ? "VIOLATED" : "reached", out);
        if (result->counts.shortest[p] != DISTANCE_NONE)
            fprintf(out, ", %s %u transitions",
                    result->complete && result->missed_chance == 0 ? "at the shortest after" : "after",
                    result->counts.shortest[p]);
        if ((result->untraced >> p & 1) != 0)
            fputs(" (no trace: not enough memory or time to find one)", out);
        fputc('\n', out);
    } else if (result->complete) {
        fputs(invariant ? "holds in every reachable state" : "not reached: no reachable state shows it", out);
        print_but_for_missed(out, outcome);
        fputc('\n', out);
    } else if (result->stop == EXPLORE_BOUND) {
        fprintf(out, "%s within %u transitions", invariant ? "not violated" : "not reached",
                outcome->config->max_steps);
        print_but_for_missed(out, outcome);
        fputs("; there are longer runs\n", out);
    } else {
        fputs("not known: not every state was looked at\n", out);
    }
}

static const char *stop_name(enum explore_stop stop)
{
    static const char *const names[] = {
        [EXPLORE_EXHAUSTED] = "exhausted", [EXPLORE_BOUND] = "max_steps", [EXPLORE_FINDING] = "finding",
        [EXPLORE_TIMEOUT] = "timeout",     [EXPLORE_SIGNAL] = "signal",   [EXPLORE_MEMORY] = "memory"};
    return names[stop];
}

bool check_outcome_is_early(const struct check_outcome *outcome)
{
    const struct explore_result *result = outcome->result;
    return result->stop == EXPLORE_TIMEOUT || result->stop == EXPLORE_SIGNAL ||
           result->stop == EXPLORE_MEMORY;
}

static void print_not_finished(FILE *out, const struct check_outcome *outcome)
{
    const struct explore_result *result = outcome->result;
    fprintf(out, "not finished: %s states in ", report_number(result->counts.states));
    print_bytes(out, result->bytes);
    if (result->stop == EXPLORE_MEMORY) {
        fputs("; the limit is ", out);
        print_bytes(out, result->max_memory);
        fputs(" (--max-memory)", out);
    } else {
        fprintf(out, "; stopped by: %s", stop_name(result->stop));
    }
    fputc('\n', out);
    if (outcome->config->checkpoint_dir != NULL && !result->complete)
        print_line(out, "  go on with --resume %s", outcome->config->checkpoint_dir);
}

void check_outcome_print(const struct check_outcome *outcome, bool quiet, FILE *out)
{
    const struct explore_result *result = outcome->result;
    for (uint32_t p = 0; p < outcome->model->class->property_count; p++) {
        if ((outcome->config->properties >> p & 1) != 0)
            print_verdict(out, outcome, p);
    }
    if (check_outcome_is_early(outcome))
        print_not_finished(out, outcome);
    if (result->dropped)
        fputs("  there were too many traces of one length: shapes may be missing\n", out);
    if (outcome->config->until_findings > outcome->finding_count && result->hit != 0 &&
        !check_outcome_is_early(outcome))
        fprintf(out, "  %zu shape%s found, fewer than the %u asked for\n", outcome->finding_count,
                outcome->finding_count == 1 ? " was" : "s were", outcome->config->until_findings);
    if (quiet)
        return;
    if (result->overflowed)
        fprintf(out,
                "the fast engine (cells) met a number that it has no room for; the general engine did the "
                "check, some %u times slower\n",
                outcome->model->class->speed.cells->times_as_fast);
    fprintf(out, "%s states%s, %s transitions, %s %u, in %s", report_number(result->counts.states),
            outcome->config->symmetry && model_has_symmetry(outcome->config->model) ? " up to symmetry" : "",
            report_number(result->counts.transitions), result->complete ? "diameter" : "up to length",
            result->counts.diameter, report_seconds(result->elapsed));
    if (result->elapsed >= 0.01)
        fprintf(out, ": %s states/s", report_rate((double)result->counts.states / result->elapsed));
    fputs("; ", out);
    print_bytes(out, result->bytes);
    fprintf(out, " at the most%s\n", outcome->cli->executor->peers->ranks > 1 ? " on one rank" : "");
}

/* --- as JSON --- */

static void add_verdicts(struct json_writer *json, const struct check_outcome *outcome)
{
    const struct explore_result *result = outcome->result;
    const struct model_class *class = outcome->model->class;
    json_add_object(json, "holds");
    for (uint32_t p = 0; p < class->property_count; p++) {
        const struct property *property = &class->properties[p];
        const bool hit = (result->hit >> p & 1) != 0;
        if ((outcome->config->properties >> p & 1) == 0)
            continue;
        /* An invariant holds when no state violates it, an example when one is. */
        if (hit || result->complete)
            json_add_bool(json, property->name, hit != (property->kind == PROPERTY_INVARIANT));
        else
            json_add_null(json, property->name);
    }
    json_end(json);
    json_add_object(json, "shortest");
    for (uint32_t p = 0; p < class->property_count; p++) {
        const bool known = (result->hit >> p & 1) != 0 && result->counts.shortest[p] != DISTANCE_NONE;
        if ((outcome->config->properties >> p & 1) != 0)
            json_add_number(json, class->properties[p].name,
                            known ? result->counts.shortest[p] : JSON_NO_NUMBER);
    }
    json_end(json);
}

static void add_counts(struct json_writer *json, const struct check_outcome *outcome)
{
    const struct explore_result *result = outcome->result;
    json_add_bool(json, "symmetry", outcome->config->symmetry);
    json_add_text(json, "engine", explore_engine_name(result->engine));
    json_add_bool(json, "overflowed", result->overflowed);
    json_add_count(json, "states", result->counts.states);
    json_add_count(json, "transitions", result->counts.transitions);
    json_add_count(json, "diameter", result->counts.diameter);
    json_add_bool(json, "complete", result->complete);
    if (outcome->config->fingerprints) {
        json_add_object(json, "fingerprints");
        json_add_count(json, "bits", FINGERPRINT_BITS);
        json_add_number(json, "missed_chance", result->missed_chance);
        json_end(json);
    }
    json_add_count(json, "state_bytes", result->bytes);
    json_add_count(json, "peak_rss_bytes", result->resident);
    json_add_count(json, "max_memory_bytes", result->max_memory);
}

static void add_search(struct json_writer *json, const struct check_outcome *outcome)
{
    const bool bounded = outcome->config->max_steps != EXPLORE_STEPS_UNLIMITED;
    json_add_seed(json, "seed", TRACE_BACK_SEED);
    json_add_number(json, "max_steps", bounded ? outcome->config->max_steps : JSON_NO_NUMBER);
    json_add_number(json, "threads", outcome->config->threads);
    json_add_number(json, "ranks", outcome->cli->executor->peers->ranks);
    json_add_number(json, "elapsed_s", outcome->result->elapsed);
    json_add_text(json, "stop", stop_name(outcome->result->stop));
    json_add_bool(json, "resumed", outcome->result->resumed);
}

/* What it took the leading rank to talk to the others. */
static void add_traffic(struct json_writer *json, const struct executor *executor)
{
    struct executor_traffic traffic = {.messages = 0};
    if (executor->peers->ranks == 1 || executor->traffic == NULL)
        return;
    executor->traffic(&traffic);
    json_add_count(json, "messages", traffic.messages);
    json_add_count(json, "message_bytes", traffic.bytes);
}

void check_outcome_json(const struct check_outcome *outcome, struct json_writer *json, const char *key)
{
    report_begin(json, key, outcome->cli, "check");
    report_add_instance(json, outcome->model);
    report_add_properties(json, outcome->model->class, outcome->config->properties);
    add_search(json, outcome);
    findings_add_json(json, outcome->model, outcome->findings, outcome->finding_count, false);
    add_counts(json, outcome);
    add_verdicts(json, outcome);
    add_traffic(json, outcome->cli->executor);
    json_end(json);
}
