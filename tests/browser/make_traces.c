/* SPDX-License-Identifier: Apache-2.0 */
/* Writes traces that the page must cope with, into the folder that is named: balancers12.itf.json, in which
 * root and rollback point to plans of 12 balancers each and then root breaks; and long350.itf.json, 350
 * states with 200 plans. */
#include <assert.h>
#include <stdio.h>

#include "base/file.h"
#include "mbt/itf_writer.h"
#include "model/dns/dns_balancer.h"
#include "model/dns/dns_state.h"

static enum status write_trace(const struct model *model, const struct trace *trace, const char *folder,
                               const char *name, struct error *err)
{
    char path[4096];
    struct buffer text;
    buffer_init(&text);
    (void)snprintf(path, sizeof path, "%s/%s", folder, name);
    enum status status = itf_write(model, trace, ITF_LINE, &text, err);
    if (status == OK)
        status = file_write_whole(path, text.text, text.length, err);
    buffer_release(&text);
    return status;
}

static enum status new_model(int64_t plans, int64_t ips, struct model **ret_model, struct error *err)
{
    struct instance instance = dns_balancer.presets[0].instance;
    instance.properties = model_invariants(&dns_balancer);
    instance.values[DNS_PLANS] = (struct parameter_value){plans, plans};
    instance.values[DNS_IPS] = (struct parameter_value){ips, ips};
    return model_new(&dns_balancer, &instance, ret_model, err);
}

static enum status append(struct trace *trace, uint32_t action, uint32_t argument, unsigned times)
{
    const struct step step = {.move = move_make(action, argument)};
    enum status status = OK;
    for (unsigned i = 0; i < times && status == OK; i++)
        status = trace_append(trace, &step);
    return status;
}

/* Every plan gets all the addresses there are. */
static enum status fill_plans(struct trace *trace, uint32_t ips)
{
    enum status status = OK;
    for (size_t i = 0; i < trace->step_count && status == OK; i++) {
        struct step step;
        trace_step_at(trace, i, &step);
        if (move_action(step.move) != DNS_GENERATE)
            continue;
        step.choices[1] = (INT64_C(1) << ips) - 1;
        for (uint32_t ip = 0; ip < ips; ip++)
            step.choices[2 + ip] = 100 + (int64_t)((i + ip) % 21);
        status = trace_set_choices(trace, i, step.choices, 2 + ips);
    }
    return status;
}

static enum status make_balancers12(const char *folder, struct error *err)
{
    enum { IPS = 12 };
    struct model *model = NULL;
    struct trace trace;
    trace_init(&trace);
    enum status status = new_model(5, IPS, &model, err);
    if (status == OK)
        status = append(&trace, DNS_GENERATE, 0, 4);
    if (status == OK)
        status = append(&trace, DNS_APPLY, 0, 4);
    if (status == OK)
        status = append(&trace, DNS_QUERY, 1, 1);
    if (status == OK)
        status = append(&trace, DNS_APPLY, 1, 1);
    if (status == OK)
        status = append(&trace, DNS_GC, 0, 1);
    trace.trace_seed = 12;
    trace.has_trace_seed = true;
    if (status == OK)
        status = dns_balancer.traces.draw_payload(model, &trace);
    if (status == OK)
        status = fill_plans(&trace, IPS);
    trace.property = model_find_property(&dns_balancer, "no_inconsistent_root");
    trace.property_state = trace.step_count;
    if (status == OK)
        status = write_trace(model, &trace, folder, "balancers12.itf.json", err);
    trace_release(&trace);
    model_free(model);
    return status;
}

/* A walk that prefers to publish while there is something left to publish. */
static enum status walk(const struct model *model, struct trace *trace, size_t steps)
{
    unsigned char state[STATE_SIZE_MAX];
    struct enabled_move moves[MOVES_MAX];
    uint64_t random = 350;
    enum status status = OK;
    dns_balancer.init(model, state);
    for (size_t i = 0; i < steps && status == OK; i++) {
        const size_t count = dns_balancer.enabled(model, state, moves);
        assert(count > 0);
        random = random * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
        uint32_t move = moves[(random >> 33) % count].move;
        for (size_t m = 0; m < count && (random >> 40) % 10 < 6; m++) {
            if (move_action(moves[m].move) == DNS_GENERATE)
                move = moves[m].move;
        }
        const struct step step = {.move = move};
        status = trace_append(trace, &step);
        dns_balancer.apply(model, state, move);
    }
    return status;
}

static enum status make_long350(const char *folder, struct error *err)
{
    struct model *model = NULL;
    struct trace trace;
    trace_init(&trace);
    enum status status = new_model(200, 3, &model, err);
    if (status == OK)
        status = walk(model, &trace, 349);
    trace.trace_seed = 350;
    trace.has_trace_seed = true;
    if (status == OK)
        status = dns_balancer.traces.draw_payload(model, &trace);
    if (status == OK)
        status = write_trace(model, &trace, folder, "long350.itf.json", err);
    trace_release(&trace);
    model_free(model);
    return status;
}

int main(int argc, char **argv)
{
    struct error err = {{0}};
    if (argc != 2) {
        fprintf(stderr, "usage: make_traces FOLDER\n");
        return EXIT_USAGE;
    }
    enum status status = make_balancers12(argv[1], &err);
    if (status == OK)
        status = make_long350(argv[1], &err);
    if (status != OK)
        fprintf(stderr, "make_traces: %s\n", err.text);
    return (int)status_exit_code(status);
}
