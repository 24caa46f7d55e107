/* SPDX-License-Identifier: Apache-2.0 */
#include "search/make_finding.h"

#include "base/memory.h"

enum status finding_of_trace(const struct model *model, const struct trace *trace, const char *command,
                             struct finding **ret_finding, struct error *err)
{
    struct finding *finding = mem_new(1, sizeof *finding);
    if (finding == NULL)
        return error_memory(err, sizeof *finding);
    trace_init(&finding->trace);
    enum status status = trace_copy(trace, &finding->trace);
    if (status != OK)
        status = error_memory(err, trace->step_count * sizeof *trace->steps);
    if (status == OK)
        status = shape_of_trace(model, trace, &finding->shape, err);
    if (status != OK) {
        finding_free(finding);
        return status;
    }
    trace_set_source(&finding->trace, "%s", command);
    *ret_finding = finding;
    return OK;
}

enum status finding_of_hit(const struct run_config *config, const struct walk_hit *hit,
                           struct finding **ret_finding, struct error *err)
{
    struct trace trace;
    trace_init(&trace);
    enum status status = walk_trace(config->model, trace_seed_of(config->seed, hit->sample),
                                    config->max_steps, config->properties, &trace, err);
    if (status == OK && (trace.property_state != hit->length || trace.property == PROPERTY_NONE))
        status = error_set(err, ERR_INTERNAL, "walk %llu ends elsewhere when it is walked again",
                           (unsigned long long)hit->sample);
    if (status == OK)
        status = finding_of_trace(config->model, &trace, "run", ret_finding, err);
    trace_release(&trace);
    if (status == OK) {
        (*ret_finding)->has_sample = true;
        (*ret_finding)->sample = hit->sample;
    }
    return status;
}

void finding_free(struct finding *finding)
{
    if (finding == NULL)
        return;
    trace_release(&finding->trace);
    mem_free(finding);
}
