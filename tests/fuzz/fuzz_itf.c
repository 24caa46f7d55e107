/* SPDX-License-Identifier: Apache-2.0 */
/* Feeds bytes to the ITF reader, and what it reads to the replay. A trace that agrees must be written, read
 * and replayed again with the same outcome. The first byte chooses the model, or none: then any trace is taken. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "mbt/itf_reader.h"
#include "mbt/replay.h"
#include "model/dns/dns_balancer.h"
#include "tests/support/lease_lock.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void replay(const struct model_class *class, const struct itf_trace *itf)
{
    struct model *model = NULL;
    struct trace trace;
    struct replay_report report;
    struct error err = {{0}};
    struct instance instance = itf->instance;
    instance.guards = itf->guards;
    trace_init(&trace);
    if (model_new(class, &instance, &model, &err) == OK &&
        replay_itf(model, itf, &trace, &report, &err) == OK && report.outcome == REPLAY_AGREES) {
        const enum status status = replay_written(model, &trace, &report, &err);
        assert(status == OK && report.outcome == REPLAY_AGREES);
    }
    trace_release(&trace);
    model_free(model);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    const struct model_class *class = data[0] == 'd' ? &dns_balancer : lease_class();
    struct itf_reader *reader = NULL;
    struct itf_trace trace;
    struct error err = {{0}};
    bool found = true;
    itf_trace_init(&trace);
    if (itf_reader_open_memory("input", data + 1, size - 1, class, &reader, &err) == OK) {
        if (data[0] == 'a')
            itf_reader_take_any(reader);
        while (found) {
            err.text[0] = '\0';
            const enum status status = itf_reader_next(reader, &trace, &found, &err);
            assert(status == OK || err.text[0] != '\0');
            if (status == OK && found && data[0] != 'a')
                replay(class, &trace);
        }
    }
    itf_reader_close(reader);
    itf_trace_release(&trace);
    return 0;
}
