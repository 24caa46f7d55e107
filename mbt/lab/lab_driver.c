/* SPDX-License-Identifier: Apache-2.0 */
/* Traces, the watched name, and what is said of a trace as a whole. The actions are in lab_actions.c. */
#include "mbt/lab/lab_driver.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "base/memory.h"
#include "mbt/lab/lab_answer.h"
#include "mbt/lab/lab_lockstep.h"
#include "mbt/lab/lab_property.h"
#include "mbt/lab/lab_session.h"
#include "model/dns/dns_state.h"

#define ROOT_PROPERTY          "no_inconsistent_root"
#define ROLLBACK_PROPERTY      "no_inconsistent_rollback"
#define MAX_PLAN_AGE_PARAMETER "MAX_PLAN_AGE"

enum status lab_driver_new(struct http_client *client, const struct lab_driver_options *options,
                           const struct lab_observer *observer, struct lab_driver **ret_driver,
                           struct error *err)
{
    struct lab_driver *driver = mem_new(1, sizeof *driver);
    if (driver == NULL)
        return error_memory(err, sizeof *driver);
    driver->client = client;
    driver->options = *options;
    if (observer != NULL)
        driver->observer = *observer;
    http_answer_init(&driver->answer);
    *ret_driver = driver;
    return OK;
}

void lab_driver_free(struct lab_driver *driver)
{
    if (driver == NULL)
        return;
    http_answer_release(&driver->answer);
    lab_lockstep_free(driver->lockstep);
    lab_property_free(driver->property);
    mem_free(driver);
}

/* --- what is watched --- */

static enum lab_watch choose_watch(const struct lab_driver *driver, const struct itf_trace *itf)
{
    if (driver->options.watch != LAB_WATCH_PROPERTY)
        return driver->options.watch;
    /* Also of a trace in which the property was looked for, and no state shows it. */
    const bool of_rollback = itf->property_name != NULL && strcmp(itf->property_name, ROLLBACK_PROPERTY) == 0;
    return of_rollback ? LAB_WATCH_ROLLBACK : LAB_WATCH_ROOT;
}

void lab_driver_focus(struct lab_driver *driver, const struct itf_trace *itf)
{
    if (driver->options.watch != LAB_WATCH_PROPERTY && !driver->is_focused)
        return; /* the user has chosen */
    driver->is_focused = true;
    driver->options.watch = LAB_WATCH_PROPERTY;
    driver->options.watch = choose_watch(driver, itf);
}

const char *lab_driver_watched_name(const struct lab_driver *driver)
{
    return driver->watch == LAB_WATCH_ROOT ? LAB_API_ROOT_NAME : LAB_API_ROLLBACK_NAME;
}

const char *lab_driver_property(const struct lab_driver *driver, const struct itf_trace *itf)
{
    return choose_watch(driver, itf) == LAB_WATCH_ROOT ? ROOT_PROPERTY : ROLLBACK_PROPERTY;
}

int lab_watched_target(const struct lab_driver *driver)
{
    return driver->watch == LAB_WATCH_ROOT ? driver->known.root : driver->known.rollback;
}

static const char *list_expected(const struct lab_plan *plan, char *out, size_t size)
{
    size_t used = 0;
    for (size_t i = 0; i < plan->count && used < size; i++) {
        char address[LAB_PLAN_ADDRESS_SIZE];
        lab_plan_address(plan, i, address);
        used += (size_t)snprintf(out + used, size - used, "%s%s", used == 0 ? "" : ", ", address);
    }
    return out;
}

/* Whether a name that points to this target has these addresses. */
static bool has_addresses(const struct lab_driver *driver, int target, const struct cJSON *ips)
{
    const int count = cJSON_GetArraySize(ips);
    if (target < 0 || lab_known_is_gone(&driver->known, target))
        return count == 0;
    const struct lab_plan *plan = &driver->known.plans[target].content;
    return plan->has_records ? lab_plan_has_addresses(plan, ips) : count > 0;
}

/* Where the lab's rule for rollback and the model's begin to differ, a system may keep to the model's. */
static void follow_rollback(struct lab_driver *driver, const struct cJSON *ips, struct system_step *step)
{
    struct lab_known *known = &driver->known;
    if (step->difference != &lab_known_differences[LAB_SAME_ROOT] ||
        has_addresses(driver, known->rollback, ips) || !has_addresses(driver, known->model_rollback, ips))
        return;
    known->rollback = known->model_rollback;
    driver->differences[LAB_SAME_ROOT] = LAB_NEVER;
    step->difference = NULL;
}

/* The addresses that a name has, if it has any, must be those of the plan that it points to. */
static void compare_addresses(const struct lab_driver *driver, const char *name, int target,
                              const struct cJSON *ips, struct system_step *step)
{
    char found[SYSTEM_DETAIL_SIZE], expected[SYSTEM_DETAIL_SIZE];
    if (has_addresses(driver, target, ips))
        return;
    (void)lab_list_addresses(ips, found, sizeof found);
    if (target < 0)
        lab_unexpected(step, "%s resolved to %s; it points to the placeholder, and no address was expected",
                       name, found);
    else if (lab_known_is_gone(&driver->known, target))
        lab_unexpected(step, "%s resolved to %s; no address was expected, since %s was deleted", name, found,
                       driver->known.plans[target].content.name);
    else
        lab_unexpected(step, "%s resolved to %s; the addresses of %s were expected: %s", name, found,
                       driver->known.plans[target].content.name,
                       list_expected(&driver->known.plans[target].content, expected, sizeof expected));
}

/* The last request of every action. */
static enum status check_watched(struct lab_driver *driver, struct system_step *step, struct error *err)
{
    enum status status;
    const char *name = lab_driver_watched_name(driver);
    if (!lab_ask(driver, "GET", NULL, LAB_API_RESOLVE_PATH, name, "", step, &status, err))
        return status;
    const int count = lab_answer_addresses(&driver->answer, name);
    if (count < 0) {
        lab_unexpected_answer(driver, step, "{name, ips}");
        return OK;
    }
    const struct cJSON *ips = lab_answer_member(&driver->answer, "ips");
    follow_rollback(driver, ips, step);
    const int target = lab_watched_target(driver);
    const char *target_name = lab_known_target_name(&driver->known, target);
    const bool is_placeholder = target_name == NULL || strstr(target_name, "init") != NULL;
    char found[32];
    (void)snprintf(found, sizeof found, "%d address%s", count, count == 1 ? "" : "es");
    (void)snprintf(step->watched, sizeof step->watched, "%s -> %s (%s)",
                   driver->watch == LAB_WATCH_ROOT ? "root" : "rollback", lab_or_none(target_name),
                   count > 0        ? found
                   : is_placeholder ? "placeholder"
                                    : "no address");
    if (count == 0 && !is_placeholder) {
        step->outcome = SYSTEM_OUTAGE;
        (void)snprintf(step->message, sizeof step->message, "%s resolved to zero IPs", name);
    } else if (driver->off_script_from == LAB_NEVER) {
        compare_addresses(driver, name, target, ips, step);
    }
    return OK;
}

/* --- Init --- */

static enum status not_a_lab(const struct lab_driver *driver, struct error *err)
{
    char shown[HTTP_EXCERPT_SIZE];
    return error_set(err, ERR_IO, "%s: POST %s answered %d %s, and not {\"ok\": true}; is that a lab?",
                     http_client_url(driver->client), driver->path, driver->answer.status,
                     http_answer_excerpt(&driver->answer, shown));
}

/* Nothing has been asked of the lab yet: what answers strangely is not a lab that went wrong, but none. */
static enum status reset_lab(struct lab_driver *driver, bool *ret_seeded, struct system_step *step,
                             struct error *err)
{
    enum status status;
    const bool answered = lab_ask(driver, "POST", NULL, "/mbt/reset", "", "", step, &status, err);
    if (!answered)
        return status == OK ? error_set(err, ERR_IO, "%s; is that a lab?", step->message) : status;
    if (!lab_answer_is_ok(&driver->answer))
        return not_a_lab(driver, err);
    if (!lab_ask(driver, "POST", NULL, "/mbt/seed-init", "", "", step, &status, err))
        return status == OK ? error_set(err, ERR_IO, "%s; is that a lab?", step->message) : status;
    const bool lacks_seed = driver->answer.status == 404 || driver->answer.status == 405;
    if (!lacks_seed && !lab_answer_is_ok(&driver->answer))
        return not_a_lab(driver, err);
    *ret_seeded = !lacks_seed;
    return OK;
}

static enum status choose_keep(const struct lab_driver *driver, const struct itf_trace *itf,
                               int64_t *ret_keep, struct error *err)
{
    const struct value *age = value_field(&itf->parameters, MAX_PLAN_AGE_PARAMETER);
    if (driver->options.has_keep_last_n)
        *ret_keep = driver->options.keep_last_n;
    else if (age != NULL && age->kind == VALUE_INT && age->number >= 0)
        *ret_keep = age->number;
    else
        return error_set(err, ERR_DATA, "the trace has no " MAX_PLAN_AGE_PARAMETER);
    return OK;
}

static void forget(struct lab_driver *driver, const struct itf_trace *itf)
{
    driver->watch = choose_watch(driver, itf);
    driver->guards = itf->guards;
    driver->is_lockstep = itf->is_lockstep;
    driver->state = 0;
    for (size_t d = 0; d < LAB_DIFFERENCES_MAX; d++)
        driver->differences[d] = LAB_NEVER;
    driver->off_script_from = driver->judged_from = driver->root_lost_at = LAB_NEVER;
    driver->spared_at = driver->unlisted_at = LAB_NEVER;
}

/* What follows from the zone as it is after an action. */
static void look_at_zone(struct lab_driver *driver)
{
    if (driver->judged_from == LAB_NEVER && lab_watched_target(driver) != LAB_TARGET_NONE)
        driver->judged_from = driver->state;
    if (!lab_known_is_gone(&driver->known, driver->known.root))
        driver->root_lost_at = LAB_NEVER;
    else if (driver->root_lost_at == LAB_NEVER)
        driver->root_lost_at = driver->state;
}

enum status lab_driver_reset(struct lab_driver *driver, const struct itf_trace *itf,
                             struct system_step *ret_step, struct error *err)
{
    bool seeded = false;
    forget(driver, itf);
    *ret_step = (struct system_step){.outcome = SYSTEM_AS_PREDICTED};
    enum status status = choose_keep(driver, itf, &driver->keep_last_n, err);
    if (status == OK && itf->is_lockstep)
        return lab_lockstep_reset(driver, ret_step, err);
    if (status == OK)
        status = reset_lab(driver, &seeded, ret_step, err);
    if (status != OK)
        return status;
    lab_known_reset(&driver->known, seeded);
    look_at_zone(driver);
    lab_detail(ret_step, seeded ? "reset, placeholder seeded"
                                : "reset; no placeholder, for this lab has no /mbt/seed-init");
    return check_watched(driver, ret_step, err);
}

enum status lab_driver_act(struct lab_driver *driver, const struct system_action *action,
                           struct system_step *ret_step, struct error *err)
{
    *ret_step = (struct system_step){.outcome = SYSTEM_AS_PREDICTED};
    driver->state++;
    const enum status status = lab_carry_out(driver, action, ret_step, err);
    look_at_zone(driver);
    if (status != OK || ret_step->outcome != SYSTEM_AS_PREDICTED)
        return status;
    return check_watched(driver, ret_step, err);
}

/* --- about the whole trace --- */

size_t lab_driver_differences(const struct lab_driver *driver,
                              struct system_difference differences[SYSTEM_DIFFERENCES_MAX])
{
    size_t count = 0;
    for (size_t d = 0; d < LAB_DIFFERENCES_MAX; d++) {
        if (driver->differences[d] != LAB_NEVER)
            differences[count++] = (struct system_difference){.known = &lab_known_differences[d],
                                                              .state = driver->differences[d]};
    }
    return count;
}

bool lab_driver_has_departed(const struct lab_driver *driver)
{
    return driver->off_script_from != LAB_NEVER || driver->spared_at != LAB_NEVER;
}

void lab_driver_note(const struct lab_driver *driver, struct buffer *out)
{
    const char *name = lab_driver_watched_name(driver);
    const size_t before = out->length;
    if (driver->spared_at != LAB_NEVER)
        buffer_format(out, "the cleanup at state %zu spared version %" PRId64 ", which the model deletes",
                      driver->spared_at, driver->spared_version);
    if (driver->off_script_from != LAB_NEVER)
        buffer_format(out,
                      "%sthe lab's guard skipped a stale plan at state %zu: from there on only %s is judged",
                      out->length > before ? "; " : "", driver->off_script_from, name);
    if (driver->unlisted_at != LAB_NEVER)
        buffer_format(out, "%sthis lab's generate answers no records: addresses and weights are not compared",
                      out->length > before ? "; " : "");
    if (driver->known.seeded)
        return;
    buffer_format(out, "%sthis lab has no POST /mbt/seed-init: ", out->length > before ? "; " : "");
    if (driver->judged_from == LAB_NEVER)
        buffer_format(out, "%s is never set in this trace, so nothing can be said of it", name);
    else
        buffer_format(out, "%s is judged from state %zu on, which sets it", name, driver->judged_from);
}

void lab_driver_describe_zone(struct lab_driver *driver, struct buffer *out)
{
    const struct lab_known *known = &driver->known;
    const char *names[DNS_PLANS_MAX];
    size_t count = 0;
    for (int i = 0; i < known->plan_count; i++) {
        if (known->plans[i].installed)
            names[count++] = known->plans[i].content.name;
    }
    lab_zone_describe(driver->client, known->deployer_count > 0 ? known->deployers[0].name : "deployer-a",
                      names, count, out);
}
