/* SPDX-License-Identifier: Apache-2.0 */
#include "mbt/lab/lab_session.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "mbt/lab/lab_answer.h"
#include "model/dns/dns_state.h"

/* --- GeneratePlan --- */

/* The trace is a run of the model, so its fields are there; they are looked up with care all the same. */
static const char *text_field(const struct value *record, const char *name)
{
    const struct value *field = value_field(record, name);
    return field != NULL && field->kind == VALUE_STRING ? field->text : NULL;
}

static void check_plan(struct lab_driver *driver, const char *plan_id, struct lab_plan *content,
                       struct system_step *step)
{
    struct lab_known *known = &driver->known;
    struct error reason = {{0}};
    if (!http_answer_is_success(&driver->answer) || !cJSON_IsObject(driver->answer.json)) {
        lab_unexpected_answer(driver, step, "200 and a JSON object");
        return;
    }
    if (lab_plan_take_answer(content, driver->answer.json, &reason) != OK) {
        lab_unexpected_answer(driver, step, reason.text);
        return;
    }
    lab_detail(step, "%s: version %" PRId64, plan_id, content->version);
    for (int i = 0; i < known->plan_count; i++) {
        const struct lab_plan *before = &known->plans[i].content;
        if (before->version >= content->version || strcmp(before->name, content->name) == 0) {
            lab_unexpected(step, "the planner made version %" PRId64 " (%s) after version %" PRId64 " (%s)",
                           content->version, content->name, before->version, before->name);
            return;
        }
    }
    if (!content->has_records && driver->unlisted_at == LAB_NEVER)
        driver->unlisted_at = driver->state;
    known->plans[known->plan_count++] = (struct known_plan){.id = plan_id, .content = *content};
}

static enum status generate(struct lab_driver *driver, const struct value *action, struct system_step *step,
                            struct error *err)
{
    char body[LAB_PLAN_BODY_SIZE];
    struct lab_plan content;
    const char *plan_id = text_field(action, "plan_id");
    if (plan_id == NULL || driver->known.plan_count == DNS_PLANS_MAX)
        return error_set(err, ERR_DATA, "GeneratePlan has no plan_id, or there are more than %d plans",
                         DNS_PLANS_MAX);
    enum status status = lab_plan_read(action, &content, err);
    if (status != OK)
        return status;
    lab_plan_body(&content, false, body);
    if (lab_ask(driver, "POST", body, "/mbt/planner/generate", "", "", step, &status, err))
        check_plan(driver, plan_id, &content, step);
    return status;
}

/* --- Sync --- */

/* True when a lock's text "deployer-b 4" names this owner. The number is the lab's own and means nothing to
 * the model. */
static bool is_lock_of(const char *lock, const char *owner)
{
    if (lock == NULL || owner == NULL)
        return lock == NULL && owner == NULL;
    const size_t length = strlen(owner);
    return strncmp(lock, owner, length) == 0 && lock[length] == ' ';
}

static void check_sync(const struct lab_driver *driver, struct known_deployer *deployer,
                       struct system_step *step)
{
    const struct lab_known *known = &driver->known;
    const char *lock, *root;
    if (!lab_answer_is_ok(&driver->answer) || !lab_answer_observed(&driver->answer, "lock", &lock) ||
        !lab_answer_observed(&driver->answer, "root", &root)) {
        lab_unexpected_answer(driver, step, "{ok: true, lock, root}");
        return;
    }
    if (step->detail[0] == '\0')
        lab_detail(step, "%s: lock %s, root %s", deployer->name, lab_or_none(lock), lab_or_none(root));
    const char *expected_root = lab_known_target_name(known, known->root);
    if (root == NULL || expected_root == NULL ? root != expected_root : strcmp(root, expected_root) != 0)
        lab_unexpected(step, "%s observes the root %.128s; %s was expected", deployer->name,
                       lab_or_none(root), lab_or_none(expected_root));
    else if (!is_lock_of(lock, known->lock_owner))
        lab_unexpected(step, "%s observes the lock %.128s; one of %s was expected", deployer->name,
                       lab_or_none(lock), lab_or_none(known->lock_owner));
    deployer->observed_root = known->root;
}

static enum status sync(struct lab_driver *driver, struct known_deployer *deployer, struct system_step *step,
                        struct error *err)
{
    enum status status;
    if (lab_ask_deployer(driver, deployer, "/sync", NULL, step, &status, err))
        check_sync(driver, deployer, step);
    return status;
}

/* --- Deploy --- */

/* {ok: true, message, version} with this message and this version. */
static bool is_deployed(const struct http_answer *answer, const char *outcome, int64_t expected_version)
{
    int64_t version = 0;
    const char *message = lab_answer_text(answer, "message");
    return lab_answer_is_ok(answer) && message != NULL && strcmp(message, outcome) == 0 &&
           lab_version_of(lab_answer_member(answer, "version"), &version) && version == expected_version;
}

/* {ok: false, message}; NULL when it is none. */
static const char *refusal_of(const struct http_answer *answer)
{
    if (!http_answer_is_success(answer) || !cJSON_IsFalse(lab_answer_member(answer, "ok")))
        return NULL;
    return lab_answer_text(answer, "message");
}

/* The answer is a refusal where the model installs. It is the lab's rule when it says that the root's target
 * is missing, and the target was deleted. */
static void check_refusal(struct lab_driver *driver, const struct known_deployer *deployer,
                          const char *refusal, const char *wanted, struct system_step *step)
{
    if (driver->root_lost_at == LAB_NEVER ||
        strncmp(refusal, LAB_API_ROOT_MISSING, sizeof LAB_API_ROOT_MISSING - 1) != 0) {
        lab_unexpected_answer(driver, step, wanted);
        return;
    }
    lab_note_difference(driver, LAB_ROOT_MISSING, step);
    lab_detail(step, "%s: refused: %.128s", deployer->name, refusal);
    lab_unexpected(step,
                   "the root was lost at state %zu; the lab refuses to deploy (%.128s), the model installs",
                   driver->root_lost_at, refusal);
}

/* The model hands the root that was observed over to rollback whatever is installed. */
static void compare_rollback(struct lab_driver *driver, struct system_step *step)
{
    if (!lab_known_rollback_differs(&driver->known))
        driver->differences[LAB_SAME_ROOT] = LAB_NEVER;
    else if (driver->watch == LAB_WATCH_ROLLBACK)
        lab_note_difference(driver, LAB_SAME_ROOT, step);
}

/* A model with the guard reject-stale skips a plan that is older than the root's: the root stays as it is. */
static enum status deploy(struct lab_driver *driver, struct known_deployer *deployer,
                          const struct value *action, struct system_step *step, struct error *err)
{
    enum status status;
    char wanted[SYSTEM_DETAIL_SIZE];
    const char *plan_id = text_field(action, "plan_id"), *new_root = text_field(action, "new_root");
    const int plan = lab_known_plan(&driver->known, plan_id);
    if (plan < 0 || new_root == NULL)
        return error_set(err, ERR_DATA, "Deploy of a plan that was not generated");
    const int64_t version = driver->known.plans[plan].content.version;
    const bool installs = strcmp(plan_id, new_root) == 0;
    const char *outcome = installs ? "installed" : "skipped";
    (void)snprintf(wanted, sizeof wanted, "\"%s\" with version %" PRId64, outcome, version);
    if (!lab_ask_deployer(driver, deployer, "/deploy", NULL, step, &status, err))
        return status;
    const bool departs = installs && is_deployed(&driver->answer, "skipped", version);
    const char *refusal = refusal_of(&driver->answer);
    if (installs && refusal != NULL) {
        check_refusal(driver, deployer, refusal, wanted, step);
    } else if (departs) {
        driver->off_script_from = driver->state;
        lab_detail(step, "%s: skipped version %" PRId64 " as stale", deployer->name, version);
    } else if (!is_deployed(&driver->answer, outcome, version)) {
        lab_unexpected_answer(driver, step, wanted);
    } else {
        lab_detail(step, "%s: %s version %" PRId64, deployer->name, outcome, version);
        deployer->next += !installs;
    }
    if (!installs || departs || step->outcome != SYSTEM_AS_PREDICTED)
        return OK;
    lab_known_install(&driver->known, deployer, plan);
    compare_rollback(driver, step);
    return sync(driver, deployer, step, err); /* the model's view is fresh after its own apply */
}

/* --- Backoff --- */

static bool is_idle(const struct http_answer *answer)
{
    const char *message = lab_answer_text(answer, "message");
    return lab_answer_is_ok(answer) && message != NULL && strcmp(message, "idle") == 0;
}

static enum status back_off(struct lab_driver *driver, struct known_deployer *deployer,
                            struct system_step *step, struct error *err)
{
    enum status status;
    if (!lab_ask_deployer(driver, deployer, "/deploy", NULL, step, &status, err))
        return status;
    const char *refusal = refusal_of(&driver->answer);
    const bool has_plan = deployer->next < driver->known.plan_count;
    if (refusal != NULL) {
        lab_detail(step, "%s: refused: %s", deployer->name, refusal);
    } else if (!has_plan && is_idle(&driver->answer)) {
        lab_note_difference(driver, LAB_IDLE_BACKOFF, step);
        lab_detail(step, "%s: idle, for it has no plan left", deployer->name);
        if (driver->options.strict)
            lab_unexpected_answer(driver, step, "a refusal ({ok: false})");
    } else {
        lab_unexpected_answer(driver, step, "a refusal ({ok: false})");
    }
    return OK;
}

/* --- Cleanup --- */

/* Whether the model deletes the plan's records in a cleanup that keeps so many. */
static bool is_old(const struct lab_driver *driver, const struct known_deployer *deployer, int plan)
{
    return driver->known.plans[plan].in_zone && plan < deployer->next - driver->keep_last_n;
}

/* Whether the model's guard keeps them all the same. */
static bool is_protected(const struct lab_driver *driver, int plan)
{
    return (driver->guards & DNS_GUARD_PROTECT_LIVE) != 0 &&
           (plan == driver->known.root || plan == driver->known.rollback);
}

/* Less than the model deletes is no divergence: a lab that spares what is live does that, and the watched
 * name tells. */
static void note_spared(struct lab_driver *driver, const struct known_deployer *deployer)
{
    for (int plan = 0; plan < driver->known.plan_count && driver->spared_at == LAB_NEVER; plan++) {
        if (!is_old(driver, deployer, plan) || is_protected(driver, plan))
            continue;
        driver->spared_at = driver->state;
        driver->spared_version = driver->known.plans[plan].content.version;
    }
}

/* What must stay, or was never there, must not be among the deleted; where that is what is watched, its
 * addresses tell. Marks the plans that are. */
static void check_cleanup(struct lab_driver *driver, const struct known_deployer *deployer,
                          bool deleted_plans[DNS_PLANS_MAX], struct system_step *step)
{
    const cJSON *deleted = lab_answer_member(&driver->answer, "deleted_versions");
    if (!lab_answer_is_ok(&driver->answer) || !cJSON_IsArray(deleted)) {
        lab_unexpected_answer(driver, step, "{ok: true, deleted_versions}");
        return;
    }
    char list[SYSTEM_DETAIL_SIZE / 2] = "nothing";
    size_t used = 0;
    const cJSON *item;
    cJSON_ArrayForEach(item, deleted)
    {
        int64_t version = 0;
        const int plan = lab_version_of(item, &version) ? lab_known_version(&driver->known, version) : -1;
        if (plan < 0 || !is_old(driver, deployer, plan) ||
            (is_protected(driver, plan) && plan != lab_watched_target(driver))) {
            char shown[HTTP_EXCERPT_SIZE];
            lab_unexpected(step,
                           "%s cleaned up %s, and keeps %" PRId64 " plans below its next one: version %.0f "
                           "was not to be deleted",
                           deployer->name, http_answer_excerpt(&driver->answer, shown), driver->keep_last_n,
                           cJSON_IsNumber(item) ? item->valuedouble : 0.0);
            return;
        }
        driver->known.plans[plan].in_zone = false;
        deleted_plans[plan] = true;
        if (used < sizeof list)
            used += (size_t)snprintf(list + used, sizeof list - used, "%s%" PRId64,
                                     used == 0 ? "version " : ", ", version);
    }
    lab_detail(step, "%s: deleted %s", deployer->name, list);
}

/* The balancers of a deleted plan are gone with it. */
static enum status check_deleted(struct lab_driver *driver, const struct lab_plan *plan,
                                 struct system_step *step, struct error *err)
{
    enum status status = OK;
    for (size_t i = 0; plan->has_records && i < plan->count; i++) {
        const char *name = plan->balancers[i].name;
        char found[SYSTEM_DETAIL_SIZE];
        if (!lab_ask(driver, "GET", NULL, LAB_API_RESOLVE_PATH, name, "", step, &status, err))
            return status;
        const int count = lab_answer_addresses(&driver->answer, name);
        if (count < 0)
            lab_unexpected_answer(driver, step, "{name, ips}");
        else if (count > 0)
            lab_unexpected(
                step, "%s was deleted, but its balancer %s resolved to %s", plan->name, name,
                lab_list_addresses(lab_answer_member(&driver->answer, "ips"), found, sizeof found));
        if (count != 0)
            return OK;
    }
    return OK;
}

static enum status clean_up(struct lab_driver *driver, struct known_deployer *deployer,
                            struct system_step *step, struct error *err)
{
    char body[64];
    enum status status;
    bool deleted[DNS_PLANS_MAX] = {false};
    (void)snprintf(body, sizeof body, "{\"keep_last_n\": %" PRId64 "}", driver->keep_last_n);
    if (!lab_ask_deployer(driver, deployer, "/cleanup", body, step, &status, err))
        return status;
    check_cleanup(driver, deployer, deleted, step);
    if (step->outcome == SYSTEM_AS_PREDICTED)
        note_spared(driver, deployer);
    for (int i = 0; i < driver->known.plan_count && status == OK && step->outcome == SYSTEM_AS_PREDICTED;
         i++) {
        if (deleted[i])
            status = check_deleted(driver, &driver->known.plans[i].content, step, err);
    }
    return status;
}

/* --- all --- */

/* Carries out an action of a deployer without judging the answer: the trace tells of another course. */
static enum status act_off_script(struct lab_driver *driver, const struct known_deployer *deployer,
                                  const char *tag, struct system_step *step, struct error *err)
{
    char body[64];
    enum status status;
    const bool cleans = strcmp(tag, "Cleanup") == 0, syncs = strcmp(tag, "Sync") == 0;
    (void)snprintf(body, sizeof body, "{\"keep_last_n\": %" PRId64 "}", driver->keep_last_n);
    if (!lab_ask_deployer(driver, deployer,
                          cleans  ? "/cleanup"
                          : syncs ? "/sync"
                                  : "/deploy",
                          cleans ? body : NULL, step, &status, err))
        return status;
    const char *message = lab_answer_text(&driver->answer, "message");
    lab_detail(step, "%s: %s (not judged)", deployer->name, message != NULL ? message : "ok");
    if (strcmp(tag, "Deploy") == 0)
        (void)!lab_ask_deployer(driver, deployer, "/sync", NULL, step, &status, err);
    return status;
}

enum status lab_carry_out(struct lab_driver *driver, const struct system_action *action,
                          struct system_step *step, struct error *err)
{
    const char *tag = action->name;
    const struct value *args = &action->args;
    if (strcmp(tag, "GeneratePlan") == 0)
        return generate(driver, args, step, err);
    const char *name = text_field(args, "deployer");
    struct known_deployer *deployer = name != NULL ? lab_known_deployer(&driver->known, name) : NULL;
    if (deployer == NULL)
        return error_set(err, ERR_DATA, "%s has no deployer, or is of more than %d of them", tag,
                         DNS_DEPLOYERS_MAX);
    if (driver->off_script_from != LAB_NEVER)
        return act_off_script(driver, deployer, tag, step, err);
    if (strcmp(tag, "Sync") == 0)
        return sync(driver, deployer, step, err);
    if (strcmp(tag, "Deploy") == 0)
        return deploy(driver, deployer, args, step, err);
    if (strcmp(tag, "Backoff") == 0)
        return back_off(driver, deployer, step, err);
    if (strcmp(tag, "Cleanup") == 0)
        return clean_up(driver, deployer, step, err);
    return error_set(err, ERR_DATA, "the lab has no call for the action %s", tag);
}
