/* SPDX-License-Identifier: Apache-2.0 */
#include "lab/page_panels.h"

#include <inttypes.h>
#include <string.h>

#include "lab/names.h"

/* --- health --- */

static void tell_label(struct buffer *out, const struct record *alias)
{
    struct buffer label;
    buffer_init(&label);
    record_write_label(&label, alias);
    buffer_string(out, "<code>");
    buffer_html(out, label.text);
    buffer_string(out, "</code>");
    out->failed = out->failed || label.failed;
    buffer_release(&label);
}

/* "13:00:59" */
static void tell_time(struct buffer *out, const struct action *action)
{
    char time[ACTION_TIME_SIZE];
    action_time(action, time);
    buffer_format(out, "<time datetime=\"%s\">%.8s</time>", time, strchr(time, 'T') + 1);
}

static void tell_outage(struct buffer *out, const struct lab *lab)
{
    const struct record *root = wormhole53_find(&lab->zone, RECORD_ALIAS, LAB_ROOT_NAME);
    if (root == NULL) {
        buffer_string(out, lab->zone.count == 0 ? "Nothing is installed yet: there is no root record, so "
                                                  "nothing resolves."
                                                : "There is no root record: nothing resolves.");
        return;
    }
    const bool gone = root->text != NULL && wormhole53_find(&lab->zone, RECORD_ALIAS, root->text) == NULL;
    const int64_t version = wormhole53_version_at(&lab->zone, LAB_ROOT_NAME);
    buffer_string(out, "Root points at ");
    tell_label(out, root);
    if (gone && version != 0 && version <= lab->planner.last_version)
        buffer_string(out, ", a plan that was deleted: nothing resolves.");
    else
        buffer_string(out, gone ? ", which does not exist: nothing resolves."
                                : ", which leads to no address: nothing resolves.");
}

/* A deploy is refused while the plan of the root is missing, unless it is this plan that it installs. */
static void tell_what_mends(struct buffer *out, const struct lab *lab)
{
    const int64_t version = wormhole53_version_at(&lab->zone, LAB_ROOT_NAME);
    for (size_t i = 0; i < lab->deployer_count; i++) {
        if (lab->deployers[i].next_plan_version == version && version <= lab->planner.last_version) {
            buffer_format(
                out,
                "Deploys are refused as long as root’s plan is missing; only %s, whose next plan it is, "
                "can bring it back.",
                lab->deployers[i].name.text);
            return;
        }
    }
    buffer_string(out, "No deploy mends it: each is refused as long as root’s plan is missing.");
}

/* Who did it, and why it stays so: below the sentence that is always in sight. */
static void write_reason(struct buffer *out, const struct lab *lab)
{
    const struct record *root = wormhole53_find(&lab->zone, RECORD_ALIAS, LAB_ROOT_NAME);
    const struct action *loss = action_log_find(&lab->log, EFFECT_LOST);
    if (root == NULL)
        return;
    buffer_string(out, "<p class=\"note\" id=\"reason\">");
    if (loss != NULL) {
        buffer_string(out, "Lost at ");
        tell_time(out, loss);
        buffer_format(out, " UTC by %s (%s). ", loss->who, loss->what);
    }
    if (root->text != NULL && wormhole53_find(&lab->zone, RECORD_ALIAS, root->text) == NULL)
        tell_what_mends(out, lab);
    buffer_string(out, "</p>\n");
}

void page_write_health(struct buffer *out, const struct lab *lab, size_t address_count)
{
    if (address_count == 0) {
        buffer_string(out, "<section class=\"health bad\" id=\"health\" role=\"status\"><p><strong>Outage"
                           "</strong> ");
        tell_outage(out, lab);
    } else {
        buffer_format(out,
                      "<section class=\"health good\" id=\"health\" role=\"status\"><p><strong>Healthy"
                      "</strong> " LAB_ROOT_NAME " resolves to %zu address%s, by ",
                      address_count, address_count == 1 ? "" : "es");
        const struct record *root = wormhole53_find(&lab->zone, RECORD_ALIAS, LAB_ROOT_NAME);
        if (root != NULL)
            tell_label(out, root);
        else
            buffer_string(out, "a record of its own");
        buffer_char(out, '.');
    }
    buffer_string(out, "</p></section>\n");
    if (address_count == 0)
        write_reason(out, lab);
}

/* --- deployers --- */

/* What a deploy would do, and whether that is the dangerous thing. */
static void tell_next_deploy(struct buffer *out, const struct lab *lab, const struct deployer *deployer)
{
    const int64_t next = deployer->next_plan_version;
    const int64_t root = wormhole53_version_at(&lab->zone, LAB_ROOT_NAME);
    const char *target = deployer->root != NULL ? deployer->root->text : NULL;
    const bool other = target != NULL && strcmp(target, plan_name(next).text) != 0;
    buffer_format(out, "<p>Next: <code>plan-%03" PRId64 "</code> ", next);
    if (next > lab->planner.last_version)
        buffer_string(out, "<span class=\"tag\">not made yet</span> A deploy is idle.");
    else if (other && wormhole53_find(&lab->zone, RECORD_ALIAS, target) == NULL)
        buffer_string(out, "<span class=\"tag bad\">blocked</span> A deploy is refused: the root that it saw "
                           "points at a plan that is missing.");
    else if (!deployer_is_fresh(deployer, &lab->zone))
        buffer_format(out, "<span class=\"tag%s</span> A deploy is refused until it syncs.",
                      next < root ? " warn\">older than root’s" : "\">ready");
    else if (next < root && lab->guards.reject_stale)
        buffer_string(out, "<span class=\"tag\">older than root’s</span> A deploy skips it.");
    else if (next < root)
        buffer_format(out,
                      "<span class=\"tag warn\">older than root’s</span> A deploy takes root back from "
                      "<code>plan-%03" PRId64 "</code>.",
                      root);
    else
        buffer_string(out, "<span class=\"tag\">ready</span> A deploy installs it.");
    buffer_string(out, "</p>\n");
}

static void tell_view(struct buffer *out, const struct lab *lab, const struct deployer *deployer)
{
    const bool fresh = deployer_is_fresh(deployer, &lab->zone);
    buffer_format(out, "<p>View: <span class=\"tag %s</span> ",
                  fresh ? "fresh\">● fresh" : "stale\">◌ stale");
    if (deployer->root != NULL) {
        buffer_string(out, "saw root at ");
        tell_label(out, deployer->root);
    } else {
        buffer_string(out, deployer->lock == NULL ? "saw no root" : "saw a lock without a root");
    }
    buffer_string(out, "</p>\n");
}

/* What a clean-up would take. */
static void tell_cleanup(struct buffer *out, const struct lab *lab, const struct deployer *deployer)
{
    const int64_t below = deployer->next_plan_version - CLEANUP_KEEP_LAST_N;
    const int64_t root = wormhole53_version_at(&lab->zone, LAB_ROOT_NAME);
    if (below <= 1) {
        buffer_format(out, "<p>A clean-up that keeps %d deletes nothing yet.</p>\n", CLEANUP_KEEP_LAST_N);
        return;
    }
    buffer_format(out, "<p>A clean-up that keeps %d deletes plans before <code>plan-%03" PRId64 "</code>",
                  CLEANUP_KEEP_LAST_N, below);
    if (root != 0 && root < below && !lab->guards.protect_live)
        buffer_string(out, " <span class=\"tag bad\">root’s is one of them</span>");
    else if (root != 0 && root < below)
        buffer_string(out, " but for root’s and rollback’s");
    buffer_string(out, ".</p>\n");
}

static void write_button(struct buffer *out, const char *who, const char *action, const char *label,
                         const char *body)
{
    buffer_format(
        out,
        "<button type=\"button\" data-post=\"/mbt/deployers/%s/%s\" data-body=\"%s\" aria-label=\"%s: "
        "%s\">%s</button>\n",
        who, action, body, who, label, label);
}

static void write_deployer(struct buffer *out, const struct lab *lab, const struct deployer *deployer)
{
    const char *name = deployer->name.text;
    buffer_format(out, "<section class=\"card deployer\" id=\"%s\"><h3>%s</h3>\n", name, name);
    tell_next_deploy(out, lab, deployer);
    tell_view(out, lab, deployer);
    tell_cleanup(out, lab, deployer);
    if (lab->workshop) {
        buffer_string(out, "<div class=\"buttons\">");
        write_button(out, name, "sync", "Sync", "");
        write_button(out, name, "deploy", "Deploy", "");
        write_button(out, name, "cleanup", "Clean up", "keep");
        buffer_string(out, "</div>");
    }
    buffer_string(out, "</section>\n");
}

/* Actions of nobody in particular. The inputs keep what is typed into them: refreshes leave values alone. */
static void write_controls(struct buffer *out)
{
    buffer_string(
        out,
        "<div class=\"bar\" id=\"controls\">\n"
        "<button type=\"button\" id=\"generate\" data-post=\"/mbt/planner/generate\" "
        "data-body=\"balancers\">Generate a plan</button>\n"
        "<label>with <input id=\"balancers\" type=\"number\" min=\"1\" max=\"255\" value=\"2\" required> "
        "balancers</label>\n"
        "<label>Clean-ups keep <input id=\"keep\" type=\"number\" min=\"0\" max=\"999\" value=\"3\" "
        "required> "
        "plans</label>\n"
        "<button type=\"button\" id=\"reset\" data-post=\"/mbt/reset\" data-body=\"\">Reset all</button>\n"
        "<button type=\"button\" id=\"seed-init\" data-post=\"/mbt/seed-init\" data-body=\"\" title=\"Root "
        "and rollback at a placeholder without addresses, as the model starts\">Seed the "
        "placeholder</button>\n"
        "<span class=\"note\" id=\"told\" role=\"status\" data-own></span></div>\n");
}

void page_write_deployers(struct buffer *out, const struct lab *lab)
{
    buffer_format(out,
                  "<section id=\"actors\"><h2>Planner and deployers</h2>\n<p class=\"note\">Newest plan: "
                  "<code>");
    if (lab->planner.last_version == 0)
        buffer_string(out, "none</code>");
    else
        buffer_format(out, "plan-%03" PRId64 "</code>", lab->planner.last_version);
    if (lab->guards.reject_stale || lab->guards.protect_live)
        buffer_format(out, " · guards: %s%s%s", lab->guards.reject_stale ? "reject-stale" : "",
                      lab->guards.reject_stale && lab->guards.protect_live ? ", " : "",
                      lab->guards.protect_live ? "protect-live" : "");
    buffer_string(out, "</p>\n");
    if (lab->workshop)
        write_controls(out);
    buffer_string(out, "<div class=\"deployers\">\n");
    for (size_t i = 0; i < lab->deployer_count; i++)
        write_deployer(out, lab, &lab->deployers[i]);
    buffer_string(out, "</div></section>\n");
}

/* --- the last actions --- */

static void write_action(struct buffer *out, const struct action *action)
{
    const char *class = action->effect == EFFECT_LOST ? "lost" : !action->ok ? "refused" : "";
    buffer_format(out, "<tr id=\"action-%" PRIu64 "\" class=\"%s\"><td>", action->number, class);
    tell_time(out, action);
    buffer_format(out, "</td><td>%s</td><td>%s</td><td>", action->who, action->what);
    if (!action->ok)
        buffer_string(out, "refused: ");
    buffer_html(out, action->result);
    if (action->repeats > 1)
        buffer_format(out, " <span class=\"tag\">× %" PRIu64 "</span>", action->repeats);
    if (action->effect != EFFECT_NONE)
        buffer_format(out, " <span class=\"tag %s</span>",
                      action->effect == EFFECT_LOST ? "bad\">root lost" : "good\">root resolves");
    buffer_string(out, "</td></tr>\n");
}

void page_write_log(struct buffer *out, const struct action_log *log)
{
    buffer_string(out, "<section class=\"panel\" id=\"log\"><h2>Last actions</h2>\n");
    if (action_log_length(log) == 0) {
        buffer_string(out, "<p class=\"note\" id=\"no-actions\">None yet.</p></section>\n");
        return;
    }
    buffer_string(out,
                  "<div class=\"rows\" id=\"actions\" tabindex=\"0\"><table>\n<thead><tr><th>Time (UTC)</th>"
                  "<th>Who</th><th>What</th><th>Result</th></tr></thead>\n<tbody>\n");
    for (size_t i = 0; i < action_log_length(log); i++)
        write_action(out, action_log_at(log, i));
    buffer_string(out, "</tbody></table></div></section>\n");
}
