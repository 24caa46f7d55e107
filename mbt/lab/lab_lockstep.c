/* SPDX-License-Identifier: Apache-2.0 */
#include "mbt/lab/lab_lockstep.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cjson/cJSON.h>

#include "base/memory.h"
#include "mbt/lab/lab_answer.h"
#include "mbt/lab/lab_lockstep_parts.h"

#define STATE_PATH "/mbt/state"
#define FILE_MAX   ((size_t)1 << 24) /* bytes of a lab's file */

void lab_lockstep_free(struct lab_lockstep *lockstep)
{
    if (lockstep == NULL)
        return;
    lab_mirror_release(&lockstep->mirror);
    buffer_release(&lockstep->expected);
    buffer_release(&lockstep->found);
    json_difference_release(&lockstep->difference);
    mem_free(lockstep);
}

static enum status make(struct lab_driver *driver, struct error *err)
{
    if (driver->lockstep != NULL)
        return OK;
    struct lab_lockstep *lockstep = mem_new(1, sizeof *lockstep);
    if (lockstep == NULL)
        return error_memory(err, sizeof *lockstep);
    buffer_init(&lockstep->expected);
    buffer_init_limited(&lockstep->found, FILE_MAX);
    json_difference_init(&lockstep->difference);
    driver->lockstep = lockstep;
    return lab_mirror_init(&lockstep->mirror, err);
}

/* --- outcomes --- */

void lab_note_aspect(struct system_step *step, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    (void)vsnprintf(step->aspect, sizeof step->aspect, format, args);
    va_end(args);
}

void lab_note_branch(struct system_step *step, const char *branch)
{
    (void)snprintf(step->branch, sizeof step->branch, "%s", branch);
}

/* The answer at hand must have this status, and say what is expected. what names the call. */
bool lab_lockstep_check(const struct lab_driver *driver, int status, const char *what,
                        struct system_step *step)
{
    struct lab_lockstep *own = driver->lockstep;
    const struct buffer *text = &driver->answer.text;
    if (driver->answer.status != status) {
        char shown[HTTP_EXCERPT_SIZE];
        lab_note_aspect(step, "%s: status", what);
        lab_unexpected(step, "%s %s answered %d %s; %d was expected", driver->request.method, driver->path,
                       driver->answer.status, http_answer_excerpt(&driver->answer, shown), status);
        return false;
    }
    if (json_same(own->expected.text, own->expected.length, text->text, text->length, &own->difference))
        return true;
    lab_note_aspect(step, "%.20s: %.40s", what, own->difference.aspect);
    lab_unexpected(step, "%s %s: %s", driver->request.method, driver->path, own->difference.text.text);
    return false;
}

/* Sends a request whose answer is not taken apart. False as lab_ask. */
bool lab_lockstep_ask(struct lab_driver *driver, const char *method, const char *path, const char *body,
                      struct system_step *step, enum status *status, struct error *err)
{
    (void)snprintf(driver->path, sizeof driver->path, "%s", path);
    driver->request =
        (struct http_request){.method = method, .path = driver->path, .body = body, .is_raw = true};
    buffer_clear(&driver->lockstep->expected);
    return lab_send(driver, step, status, err);
}

static bool ask_deployer(struct lab_driver *driver, int deployer, const char *call, const char *body,
                         struct system_step *step, enum status *status, struct error *err)
{
    char path[LAB_PATH_SIZE];
    (void)snprintf(path, sizeof path, "/mbt/deployers/deployer-%c/%s", 'a' + deployer, call);
    return lab_lockstep_ask(driver, "POST", path, body, step, status, err);
}

/* The mirror has carried an action out: its line in the log. */
static void note_logged(struct lab_lockstep *own, const char *what, int deployer, bool ok)
{
    const struct lab_mirror *mirror = &own->mirror;
    const bool is_healthy = mirror->root >= 0 && mirror->plans[mirror->root].in_zone;
    own->log[1] = own->log[0];
    own->log[0] = (struct lab_logged){.ok = ok,
                                      .root = is_healthy == own->was_healthy ? "null"
                                              : is_healthy                   ? "\"restored\""
                                                                             : "\"lost\""};
    own->was_healthy = is_healthy;
    (void)snprintf(own->log[0].what, sizeof own->log[0].what, "%s", what);
    if (deployer >= 0)
        (void)snprintf(own->log[0].who, sizeof own->log[0].who, "deployer-%c", 'a' + deployer);
    else
        (void)snprintf(own->log[0].who, sizeof own->log[0].who, "%s",
                       strcmp(what, "generate") == 0 ? "planner" : "lab");
}

/* --- the whole picture --- */

static enum status read_file(const char *path, struct buffer *out, struct error *err)
{
    char block[16384];
    ssize_t count = 1;
    buffer_clear(out);
    const int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        buffer_format(out, "(%s)", strerror(errno));
        return buffer_status(out, err);
    }
    while ((count = read(fd, block, sizeof block)) > 0)
        buffer_append(out, block, (size_t)count);
    (void)close(fd);
    if (count < 0)
        return error_set(err, ERR_IO, "cannot read %s: %s", path, strerror(errno));
    return buffer_status(out, err);
}

enum status lab_lockstep_check_file(struct lab_driver *driver, const char *name, const char *what,
                                    struct system_step *step, struct error *err)
{
    struct lab_lockstep *own = driver->lockstep;
    struct buffer path;
    buffer_init(&path);
    buffer_format(&path, "%s/s3-persistence/%s", lab_process_folder(driver->own_process), name);
    enum status status = buffer_status(&path, err);
    if (status == OK)
        status = read_file(path.text, &own->found, err);
    buffer_release(&path);
    if (status != OK || json_same(own->expected.text, own->expected.length, own->found.text,
                                  own->found.length, &own->difference))
        return status;
    lab_note_aspect(step, "%.20s: %.40s", what, own->difference.aspect);
    lab_unexpected(step, "the file %s: %s", name, own->difference.text.text);
    return OK;
}

/* The state's answer is at hand, or asked for. */
enum status lab_lockstep_check_whole(struct lab_driver *driver, struct system_step *step, struct error *err)
{
    struct lab_lockstep *own = driver->lockstep;
    enum status status;
    if (!lab_lockstep_ask(driver, "GET", STATE_PATH, NULL, step, &status, err))
        return status;
    lab_mirror_write_state(&own->mirror, &own->expected);
    status = buffer_status(&own->expected, err);
    if (status != OK || !lab_lockstep_check(driver, 200, "state", step) || driver->own_process == NULL)
        return status;
    buffer_clear(&own->expected);
    lab_mirror_write_zone(&own->mirror, &own->expected);
    status = buffer_status(&own->expected, err);
    return status == OK ? lab_lockstep_check_file(driver, "current_dns_zone.json", "zone on disk", step, err)
                        : status;
}

/* The mirror is where the model is, but for what is known. */
static enum status check_model(struct lab_driver *driver, const struct value *state, struct system_step *step,
                               struct error *err)
{
    struct buffer text;
    bool rollback_differs = false;
    buffer_init(&text);
    lab_mirror_compare_model(&driver->lockstep->mirror, state, &text, &rollback_differs);
    if (rollback_differs && !driver->lockstep->rollback_differs)
        lab_note_difference(driver, LAB_SAME_ROOT, step);
    driver->lockstep->rollback_differs = rollback_differs;
    if (text.length > 0) {
        lab_note_aspect(step, "rules");
        lab_unexpected(step, "the lab does as it is described, and the model otherwise: %.600s", text.text);
    }
    const enum status status = buffer_status(&text, err);
    buffer_release(&text);
    return status;
}

/* --- Init --- */

static bool expect_ok(struct lab_driver *driver, const char *path, struct system_step *step,
                      enum status *status, struct error *err)
{
    if (!lab_lockstep_ask(driver, "POST", path, NULL, step, status, err))
        return false;
    if (driver->answer.status == 404 || driver->answer.status == 405) {
        *status = error_set(err, ERR_IO, "%s: POST %s answered %d: lockstep needs a lab that has this call",
                            http_client_url(driver->client), path, driver->answer.status);
        return false;
    }
    buffer_string(&driver->lockstep->expected, "{\"ok\": true}");
    return lab_lockstep_check(driver, 200, path + sizeof "/mbt", step);
}

/* How many deployers the lab has, by its own state; at most DNS_DEPLOYERS_MAX are looked at. */
static enum status count_deployers(struct lab_driver *driver, int *ret_count, struct error *err)
{
    const struct buffer *text = &driver->answer.text;
    cJSON *state = cJSON_ParseWithLengthOpts(text->text, text->length + 1, NULL, 1);
    const int count = cJSON_GetArraySize(cJSON_GetObjectItemCaseSensitive(state, "deployers"));
    cJSON_Delete(state);
    if (driver->answer.status != 200 || count < 1 || count > DNS_DEPLOYERS_MAX)
        return error_set(err, ERR_IO,
                         "%s: GET " STATE_PATH " answered %d, and not the state of a lab with 1 to %d "
                         "deployers; lockstep needs a lab that has this call",
                         http_client_url(driver->client), driver->answer.status, DNS_DEPLOYERS_MAX);
    *ret_count = count;
    return OK;
}

enum status lab_lockstep_reset(struct lab_driver *driver, struct system_step *step, struct error *err)
{
    int count = 0;
    enum status status = make(driver, err);
    if (status != OK || !expect_ok(driver, "/mbt/reset", step, &status, err) ||
        !expect_ok(driver, "/mbt/seed-init", step, &status, err) ||
        !lab_lockstep_ask(driver, "GET", STATE_PATH, NULL, step, &status, err))
        return status;
    status = count_deployers(driver, &count, err);
    lab_known_reset(&driver->known, true);
    driver->is_begun = true;
    driver->lockstep->rollback_differs = false;
    if (status == OK)
        status = lab_mirror_reset(&driver->lockstep->mirror, driver->guards, count, err);
    driver->lockstep->was_healthy = false;
    note_logged(driver->lockstep, "reset", -1, true); /* whatever that one did to the root */
    note_logged(driver->lockstep, "seed-init", -1, true);
    driver->lockstep->log[1].root = NULL;
    lab_detail(step, "reset, placeholder seeded");
    lab_note_branch(step, "ok");
    return status == OK ? lab_lockstep_check_whole(driver, step, err) : status;
}

/* --- actions --- */

static const char *text_field(const struct value *record, const char *name)
{
    const struct value *field = value_field(record, name);
    return field != NULL && field->kind == VALUE_STRING ? field->text : NULL;
}

static enum status generate(struct lab_driver *driver, const struct value *args, struct system_step *step,
                            struct error *err)
{
    struct lab_lockstep *own = driver->lockstep;
    char body[LAB_PLAN_BODY_SIZE], name[64];
    struct lab_plan content;
    enum status status = lab_plan_read(args, &content, err);
    const char *id = text_field(args, "plan_id");
    if (status == OK && id == NULL)
        status = error_set(err, ERR_DATA, "GeneratePlan has no plan_id");
    if (status != OK)
        return status;
    lab_plan_body(&content, true, body); /* the planner sorts them */
    const bool is_default =
        content.count == 1 && content.balancers[0].id == 1 && content.balancers[0].weight == 1;
    if (!lab_lockstep_ask(driver, "POST", "/mbt/planner/generate", is_default ? NULL : body, step, &status,
                          err))
        return status;
    status = lab_mirror_generate(&own->mirror, id, &content, &own->expected, err);
    note_logged(own, "generate", -1, true);
    if (status != OK || !lab_lockstep_check(driver, 200, "generate", step))
        return status;
    lab_detail(step, "%s: version %d", id, own->mirror.plan_count);
    lab_note_branch(step, is_default           ? "by default"
                          : content.count == 1 ? "one balancer"
                                               : "several balancers");
    (void)snprintf(name, sizeof name, "plans/plan-%03d.json", own->mirror.plan_count);
    return driver->own_process != NULL ? lab_lockstep_check_file(driver, name, "plan on disk", step, err)
                                       : OK;
}

enum status lab_lockstep_sync(struct lab_driver *driver, int deployer, struct system_step *step,
                              struct error *err)
{
    struct lab_lockstep *own = driver->lockstep;
    enum status status;
    if (!ask_deployer(driver, deployer, "sync", NULL, step, &status, err))
        return status;
    lab_mirror_sync(&own->mirror, deployer, &own->expected);
    note_logged(own, "sync", deployer, true);
    if (lab_lockstep_check(driver, 200, "sync", step) && step->detail[0] == '\0')
        lab_detail(step, "deployer-%c: synced", 'a' + deployer);
    return OK;
}

/* A Deploy, or a Backoff, which is a deploy that fails. */
enum status lab_lockstep_deploy(struct lab_driver *driver, int deployer, struct system_step *step,
                                struct error *err)
{
    static const char *const branches[] = {
        [LAB_MIRROR_INSTALLED] = "installed",
        [LAB_MIRROR_SKIPPED] = "skipped as stale",
        [LAB_MIRROR_IDLE] = "idle",
        [LAB_MIRROR_ROOT_MISSING] = "refused: root's target is missing",
        [LAB_MIRROR_LOCK_STALE] = "refused: lock is stale",
        [LAB_MIRROR_LOCK_UNSEEN] = "refused: no lock was observed",
    };
    struct lab_lockstep *own = driver->lockstep;
    const enum lab_mirror_outcome outcome = lab_mirror_foresee(&own->mirror, deployer);
    enum status status;
    if (!ask_deployer(driver, deployer, "deploy", NULL, step, &status, err))
        return status;
    status = lab_mirror_deploy(&own->mirror, deployer, &own->expected, err);
    note_logged(own, "deploy", deployer, outcome <= LAB_MIRROR_IDLE);
    if (status != OK || !lab_lockstep_check(driver, 200, "deploy", step))
        return status;
    lab_detail(step, "deployer-%c: %s", 'a' + deployer, branches[outcome]);
    lab_note_branch(step, branches[outcome]);
    if (outcome == LAB_MIRROR_INSTALLED) /* the model's view is fresh after its own apply */
        return lab_lockstep_sync(driver, deployer, step, err);
    return OK;
}

static enum status clean_up(struct lab_driver *driver, int deployer, struct system_step *step,
                            struct error *err)
{
    struct lab_lockstep *own = driver->lockstep;
    char body[64];
    enum status status;
    const int count = lab_mirror_old_plans(&own->mirror, deployer, driver->keep_last_n, false);
    (void)snprintf(body, sizeof body, "{\"keep_last_n\": %lld}", (long long)driver->keep_last_n);
    if (!ask_deployer(driver, deployer, "cleanup", body, step, &status, err))
        return status;
    lab_mirror_cleanup(&own->mirror, deployer, driver->keep_last_n, &own->expected);
    (void)snprintf(body, sizeof body, "cleanup, keep %lld", (long long)driver->keep_last_n);
    note_logged(own, body, deployer, true);
    if (!lab_lockstep_check(driver, 200, "cleanup", step))
        return OK;
    lab_detail(step, "deployer-%c: %d plans deleted", 'a' + deployer, count);
    lab_note_branch(step, count == 0 ? "nothing is old" : count == 1 ? "one plan deleted" : "plans deleted");
    return OK;
}

/* The deployer of an action, which is none of the planner's; -1: none that the lab has. */
static int deployer_of(const struct lab_driver *driver, const struct system_action *action)
{
    const char *name = text_field(&action->args, "deployer");
    return name != NULL ? lab_mirror_deployer(&driver->lockstep->mirror, name) : -1;
}

enum system_offer lab_lockstep_offers(const struct lab_driver *driver, const struct system_action *action,
                                      const struct known_difference **ret_difference)
{
    const struct lab_mirror *mirror = &driver->lockstep->mirror;
    const int deployer = deployer_of(driver, action);
    *ret_difference = NULL;
    if (strcmp(action->name, "Deploy") == 0 && deployer >= 0) {
        const enum lab_mirror_outcome outcome = lab_mirror_foresee(mirror, deployer);
        if (outcome == LAB_MIRROR_INSTALLED || outcome == LAB_MIRROR_SKIPPED)
            return SYSTEM_TAKES;
        if (outcome == LAB_MIRROR_ROOT_MISSING)
            *ret_difference = &lab_known_differences[LAB_ROOT_MISSING];
        return SYSTEM_REFUSES;
    }
    if (strcmp(action->name, "Cleanup") == 0 && deployer >= 0) {
        const int count = lab_mirror_old_plans(mirror, deployer, driver->keep_last_n, false);
        if (count != lab_mirror_old_plans(mirror, deployer, driver->keep_last_n, true))
            return SYSTEM_LACKS;
        return count > 0 ? SYSTEM_TAKES : SYSTEM_REFUSES;
    }
    const bool needs_deployer = strcmp(action->name, "Deploy") == 0 || strcmp(action->name, "Cleanup") == 0;
    return needs_deployer ? SYSTEM_REFUSES
                          : SYSTEM_TAKES; /* an action that names none is told of when it is tried */
}

static enum status carry_out(struct lab_driver *driver, const struct system_action *action,
                             struct system_step *step, struct error *err)
{
    if (strcmp(action->name, "GeneratePlan") == 0)
        return generate(driver, &action->args, step, err);
    const int deployer = deployer_of(driver, action);
    if (deployer < 0)
        return error_set(err, ERR_DATA, "%s has no deployer, or one that the lab has not", action->name);
    if (strcmp(action->name, "Sync") == 0) {
        lab_note_branch(step, "ok");
        return lab_lockstep_sync(driver, deployer, step, err);
    }
    if (strcmp(action->name, "Deploy") == 0)
        return lab_lockstep_deploy(driver, deployer, step, err);
    if (strcmp(action->name, "Cleanup") == 0)
        return clean_up(driver, deployer, step, err);
    if (strcmp(action->name, "Backoff") != 0)
        return error_set(err, ERR_DATA, "the lab has no call for the action %s", action->name);
    if (lab_mirror_foresee(&driver->lockstep->mirror, deployer) == LAB_MIRROR_IDLE)
        lab_note_difference(driver, LAB_IDLE_BACKOFF, step);
    return lab_lockstep_deploy(driver, deployer, step, err);
}

enum status lab_lockstep_step(struct lab_driver *driver, const struct system_action *action,
                              const struct value *expected, struct system_step *step, struct error *err)
{
    enum status status = carry_out(driver, action, step, err);
    if (status == OK && step->outcome == SYSTEM_AS_PREDICTED)
        status = lab_lockstep_check_whole(driver, step, err);
    if (status == OK && step->outcome == SYSTEM_AS_PREDICTED && expected != NULL)
        status = check_model(driver, expected, step, err);
    if (status == OK && step->outcome == SYSTEM_AS_PREDICTED && expected == NULL)
        step->outcome = SYSTEM_REFUSED;
    return status;
}
