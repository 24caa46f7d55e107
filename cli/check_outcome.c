#include "cli/check_outcome.h"

#include <cjson/cJSON.h>

#include "base/plain.h"
#include "cli/report.h"
#include "search/trace_back.h"

/* 1500000 as "1.50 MB". */
static void print_bytes(FILE *out, size_t bytes)
{
    fprintf(out, "%sB", report_rate((double)bytes));
    if (bytes < 1000)
        fprintf(out, "ytes");
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
            fprintf(out, ", %s %u transitions", result->complete ? "at the shortest after" : "after",
                    result->counts.shortest[p]);
        if ((result->untraced >> p & 1) != 0)
            fputs(" (no trace: not enough memory or time to find one)", out);
        fputc('\n', out);
    } else if (result->complete) {
        fputs(invariant ? "holds in every reachable state\n" : "not reached: no reachable state shows it\n",
              out);
    } else if (result->stop == EXPLORE_BOUND) {
        fprintf(out, "%s within %u transitions; there are longer runs\n",
                invariant ? "not violated" : "not reached", outcome->config->max_steps);
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

static bool add_verdicts(cJSON *report, const struct check_outcome *outcome)
{
    const struct explore_result *result = outcome->result;
    cJSON *holds = cJSON_AddObjectToObject(report, "holds");
    cJSON *shortest = cJSON_AddObjectToObject(report, "shortest");
    bool ok = holds != NULL && shortest != NULL;
    for (uint32_t p = 0; ok && p < outcome->model->class->property_count; p++) {
        const struct property *property = &outcome->model->class->properties[p];
        if ((outcome->config->properties >> p & 1) == 0)
            continue;
        /* An invariant holds when no state violates it, an example when one is. */
        const bool hit = (result->hit >> p & 1) != 0, invariant = property->kind == PROPERTY_INVARIANT;
        cJSON *verdict = hit || result->complete ? cJSON_CreateBool(hit != invariant) : cJSON_CreateNull();
        cJSON *length = hit && result->counts.shortest[p] != DISTANCE_NONE
                            ? cJSON_CreateNumber(result->counts.shortest[p])
                            : cJSON_CreateNull();
        ok = cJSON_AddItemToObject(holds, property->name, verdict) != 0 &&
             cJSON_AddItemToObject(shortest, property->name, length) != 0;
    }
    return ok;
}

static bool add_counts(cJSON *report, const struct check_outcome *outcome)
{
    const struct explore_result *result = outcome->result;
    return cJSON_AddBoolToObject(report, "symmetry", outcome->config->symmetry) != NULL &&
           cJSON_AddStringToObject(report, "engine", explore_engine_name(result->engine)) != NULL &&
           cJSON_AddNumberToObject(report, "states", (double)result->counts.states) != NULL &&
           cJSON_AddNumberToObject(report, "transitions", (double)result->counts.transitions) != NULL &&
           cJSON_AddNumberToObject(report, "diameter", result->counts.diameter) != NULL &&
           cJSON_AddBoolToObject(report, "complete", result->complete) != NULL &&
           cJSON_AddNumberToObject(report, "state_bytes", (double)result->bytes) != NULL &&
           cJSON_AddNumberToObject(report, "peak_rss_bytes", (double)result->resident) != NULL &&
           cJSON_AddNumberToObject(report, "max_memory_bytes", (double)result->max_memory) != NULL;
}

static bool add_search(cJSON *report, const struct check_outcome *outcome)
{
    const bool bounded = outcome->config->max_steps != EXPLORE_STEPS_UNLIMITED;
    cJSON *max_steps = bounded ? cJSON_CreateNumber(outcome->config->max_steps) : cJSON_CreateNull();
    return report_add_seed(report, "seed", TRACE_BACK_SEED) &&
           cJSON_AddItemToObject(report, "max_steps", max_steps) != 0 &&
           cJSON_AddNumberToObject(report, "threads", outcome->config->threads) != NULL &&
           cJSON_AddNumberToObject(report, "ranks", outcome->cli->executor->peers->ranks) != NULL &&
           cJSON_AddNumberToObject(report, "elapsed_s", outcome->result->elapsed) != NULL &&
           cJSON_AddStringToObject(report, "stop", stop_name(outcome->result->stop)) != NULL &&
           cJSON_AddBoolToObject(report, "resumed", outcome->result->resumed) != NULL;
}

/* What it took the leading rank to talk to the others. */
static bool add_traffic(cJSON *report, const struct executor *executor)
{
    struct executor_traffic traffic = {.messages = 0};
    if (executor->peers->ranks == 1 || executor->traffic == NULL)
        return true;
    executor->traffic(&traffic);
    return cJSON_AddNumberToObject(report, "messages", (double)traffic.messages) != NULL &&
           cJSON_AddNumberToObject(report, "message_bytes", (double)traffic.bytes) != NULL;
}

struct cJSON *check_outcome_json(const struct check_outcome *outcome)
{
    cJSON *report = report_new(outcome->cli, outcome->model, "check", outcome->config->properties);
    const bool ok = report != NULL && add_search(report, outcome) &&
                    report_add_findings(report, outcome->model, outcome->findings, outcome->finding_count) &&
                    add_counts(report, outcome) && add_verdicts(report, outcome) &&
                    add_traffic(report, outcome->cli->executor);
    if (!ok) {
        cJSON_Delete(report);
        report = NULL;
    }
    return report;
}
