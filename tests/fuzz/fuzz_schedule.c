/* SPDX-License-Identifier: Apache-2.0 */
/* Feeds bytes to the reader of schedules. One that is read must be written and read again as the same steps.
 * The first byte chooses the model. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "mbt/replay.h"
#include "mbt/schedule.h"
#include "model/dns/dns_balancer.h"
#include "tests/support/lease_lock.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void write_and_read(const struct model *model, const struct trace *trace)
{
    struct trace again;
    struct buffer text;
    struct replay_report report;
    struct error err = {{0}};
    trace_init(&again);
    buffer_init(&text);
    enum status status = replay_written(model, trace, &report, &err);
    assert(status == OK && report.outcome == REPLAY_AGREES);
    status = schedule_write(model, trace, &text, &err);
    assert(status == OK);
    status = schedule_read(model, text.text, text.length, &again, &err);
    assert(status == OK && again.step_count == trace->step_count);
    for (size_t i = 0; i < trace->step_count; i++)
        assert(again.steps[i].move == trace->steps[i].move);
    buffer_release(&text);
    trace_release(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    const struct model_class *class = data[0] == 'd' ? &dns_balancer : lease_class();
    struct model *model = NULL;
    struct trace trace;
    struct error err = {{0}};
    trace_init(&trace);
    enum status status = model_new(class, &class->presets[0].instance, &model, &err);
    assert(status == OK);
    status = schedule_read(model, (const char *)data + 1, size - 1, &trace, &err);
    assert(status == OK || err.text[0] != '\0');
    if (status == OK)
        write_and_read(model, &trace);
    trace_release(&trace);
    model_free(model);
    return 0;
}
