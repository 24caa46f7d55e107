/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/support/moves.h"

#include "mbt/itf_writer.h"
#include "tests/support/cmocka_all.h"

void moves_write_itf(const struct model_class *class, const struct instance *instance, const uint32_t *moves,
                     size_t count, struct buffer *out)
{
    struct model *model = NULL;
    struct trace trace;
    struct error err = {{0}};
    trace_init(&trace);
    if (model_new(class, instance, &model, &err) != OK)
        fail_msg("%s", err.text);
    for (size_t i = 0; i < count; i++)
        assert_int_equal(trace_append(&trace, &(struct step){.move = moves[i]}), OK);
    trace.has_trace_seed = true;
    trace.trace_seed = 1;
    assert_int_equal(class->traces.draw_payload(model, &trace), OK);
    if (itf_write(model, &trace, ITF_LINE, out, &err) != OK)
        fail_msg("%s", err.text);
    trace_release(&trace);
    model_free(model);
}
