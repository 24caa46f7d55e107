/* SPDX-License-Identifier: Apache-2.0 */
#include "mbt/dns/dns_narrator.h"

#include <inttypes.h>

#include "mbt/dns/dns_tale.h"

static void tell_legend(const struct story *story, bool markdown, struct buffer *out)
{
    const struct dns_tale *tale = dns_tale_of(story);
    buffer_format(out,
                  markdown ? "; root is `%s`, rollback is `%s`. Plans" : "root is %s, rollback is %s; plans",
                  tale->root_name->text, tale->rollback_name->text);
    buffer_string(out, " are numbered as they are published, and a deployer at #n installs plan #n next");
}

/* Root, rollback, then the deployers. */
static size_t columns(const struct story *story)
{
    return 2 + dns_tale_of(story)->deployer_count;
}

static void tell_column(const struct story *story, size_t column, struct buffer *out)
{
    buffer_string(out, column == 0   ? "root"
                       : column == 1 ? "rollback"
                                     : dns_tale_of(story)->deployers[column - 2]->text);
}

static void tell_cell(const struct story *story, size_t s, size_t column, struct buffer *out, bool *ret_alarm)
{
    const struct tale_state *state = &dns_tale_of(story)->states[s];
    if (column >= 2) {
        const struct tale_deployer *deployer = &state->deployers[column - 2];
        buffer_format(out, "at %" PRId64 "%s", deployer->next, deployer->fresh ? "" : ", stale");
        return;
    }
    const struct tale_pointer *pointer = column == 0 ? &state->root : &state->rollback;
    tale_plan_label(out, pointer->plan);
    buffer_string(out, pointer->resolves ? "" : ", gone");
    *ret_alarm = !pointer->resolves;
}

/* mbt/dns/picture/ and web/dns_tree.*, embedded by the build. */
extern const struct asset_list dns_picture;

const struct narrator dns_narrator = {
    .explain_help = ", and for the DNS balancer the moment of no return (▶), the\n"
                    "first step after which the violation is only a matter of a clean-up",
    .view_help = " For the DNS balancer also the DNS tree, and what each deployer knows.",
    .tell = dns_tale_tell,
    .conclude = dns_tale_conclude,
    .tell_legend = tell_legend,
    .tell_changes = dns_tale_changes,
    .columns = columns,
    .tell_column = tell_column,
    .tell_cell = tell_cell,
    .write_page = dns_tale_page,
    .write_page_state = dns_tale_page_state,
    .picture = &dns_picture,
};
