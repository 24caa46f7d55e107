/* SPDX-License-Identifier: Apache-2.0 */
#include "lab/state.h"

#include <inttypes.h>

static void write_deployer(struct buffer *out, const struct deployer *deployer)
{
    buffer_string(out, "{\"name\": ");
    buffer_json(out, deployer->name.text);
    buffer_format(out, ", \"next_plan_version\": %" PRId64 ", \"lock_epoch\": %" PRId64 ", \"lock\": ",
                  deployer->next_plan_version, deployer->lock_epoch);
    record_write(out, deployer->lock);
    buffer_string(out, ", \"root\": ");
    record_write(out, deployer->root);
    buffer_char(out, '}');
}

void state_write(struct buffer *out, const struct lab *lab)
{
    struct buffer ips;
    buffer_init(&ips);
    const bool is_healthy = lab_health(lab, &ips);
    buffer_string(out, "{\"zone\": [");
    for (size_t i = 0; i < lab->zone.count; i++) {
        buffer_string(out, i == 0 ? "" : ", ");
        record_write(out, lab->zone.records[i]);
    }
    buffer_format(out, "], \"last_version\": %" PRId64 ", \"deployers\": [", lab->planner.last_version);
    for (size_t i = 0; i < lab->deployer_count; i++) {
        buffer_string(out, i == 0 ? "" : ", ");
        write_deployer(out, &lab->deployers[i]);
    }
    buffer_format(out, "], \"health\": {\"ok\": %s, \"ips\": ", is_healthy ? "true" : "false");
    buffer_append(out, ips.text, ips.length);
    buffer_string(out, "}}");
    out->failed = out->failed || ips.failed;
    buffer_release(&ips);
}
