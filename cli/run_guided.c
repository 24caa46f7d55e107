/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/run_guided.h"

#include "base/budget.h"
#include "cli/report.h"
#include "search/make_finding.h"

enum status run_guided_search(const struct run_config *config, uint32_t max_steps,
                              struct run_guided *ret_guided, struct error *err)
{
    const struct novelty_config novelty = {.model = config->model,
                                           .properties = config->properties,
                                           .max_steps = max_steps,
                                           .memory_max = memory_available() / 10 * 8,
                                           .timeout = config->timeout,
                                           .trace_seed = trace_seed_of(config->seed, 0)};
    struct run_guided guided = {.finding = NULL};
    struct trace trace;
    trace_init(&trace);
    enum status status = novelty_search(&novelty, &guided.result, &trace, err);
    if (status == OK && guided.result.stop == NOVELTY_FOUND)
        status = finding_of_trace(config->model, &trace, "run --scheduler iw2", &guided.finding, err);
    trace_release(&trace);
    if (status == OK)
        *ret_guided = guided;
    return status;
}

const char *run_guided_stop(const struct run_guided *guided)
{
    static const char *const names[] = {
        [NOVELTY_FOUND] = "finding", [NOVELTY_EXHAUSTED] = "exhausted", [NOVELTY_TRANSITIONS] = "samples",
        [NOVELTY_MEMORY] = "memory", [NOVELTY_TIMEOUT] = "timeout",     [NOVELTY_SIGNAL] = "signal"};
    return names[guided->result.stop];
}

void run_guided_print(const struct run_guided *guided, FILE *out)
{
    const struct novelty_result *result = &guided->result;
    fprintf(out,
            "%sIW(2) kept %s states and took %s transitions in %s (stopped by: %s)\n"
            "  a guided search is no proof: what it does not find may be there all the same\n",
            result->stop == NOVELTY_FOUND ? "" : "nothing found: ", report_number(result->states),
            report_number(result->transitions), report_seconds(result->elapsed), run_guided_stop(guided));
}
