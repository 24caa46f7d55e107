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
#include "mbt/json_difference.h"
#include "mbt/lab/lab_answer.h"
#include "mbt/lab/lab_mirror.h"

#define STATE_PATH "/mbt/state"
#define FILE_MAX   ((size_t)1 << 24) /* bytes of a lab's file */

struct lab_lockstep {
    struct lab_mirror mirror;
    struct buffer expected; /* the text that is expected, of an answer or a file */
    struct buffer found;    /* of a file */
    struct json_difference difference;
    bool rollback_differs; /* in the state before */
};

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

static void note_aspect(struct system_step *step, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
static void note_aspect(struct system_step *step, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    (void)vsnprintf(step->aspect, sizeof step->aspect, format, args);
    va_end(args);
}

static void note_branch(struct system_step *step, const char *branch)
{
    (void)snprintf(step->branch, sizeof step->branch, "%s", branch);
}

/* The answer at hand must have this status, and say what is expected. what names the call. */
static bool check_answer(const struct lab_driver *driver, int status, const char *what,
                         struct system_step *step)
{
    struct lab_lockstep *own = driver->lockstep;
    const struct buffer *text = &driver->answer.text;
    if (driver->answer.status != status) {
        char shown[HTTP_EXCERPT_SIZE];
        note_aspect(step, "%s: status", what);
        lab_unexpected(step, "%s %s answered %d %s; %d was expected", driver->request.method, driver->path,
                       driver->answer.status, http_answer_excerpt(&driver->answer, shown), status);
        return false;
    }
    if (json_same(own->expected.text, own->expected.length, text->text, text->length, &own->difference))
        return true;
    note_aspect(step, "%.20s: %.40s", what, own->difference.aspect);
    lab_unexpected(step, "%s %s: %s", driver->request.method, driver->path, own->difference.text.text);
    return false;
}

/* Sends a request whose answer is not taken apart. False as lab_ask. */
static bool ask(struct lab_driver *driver, const char *method, const char *path, const char *body,
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
    return ask(driver, "POST", path, body, step, status, err);
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

/* A file of the lab's must say what is expected. */
static enum status check_file(struct lab_driver *driver, const char *name, const char *what,
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
    note_aspect(step, "%.20s: %.40s", what, own->difference.aspect);
    lab_unexpected(step, "the file %s: %s", name, own->difference.text.text);
    return OK;
}

/* The state's answer is at hand, or asked for. */
static enum status check_whole(struct lab_driver *driver, struct system_step *step, struct error *err)
{
    struct lab_lockstep *own = driver->lockstep;
    enum status status;
    if (!ask(driver, "GET", STATE_PATH, NULL, step, &status, err))
        return status;
    lab_mirror_write_state(&own->mirror, &own->expected);
    status = buffer_status(&own->expected, err);
    if (status != OK || !check_answer(driver, 200, "state", step) || driver->own_process == NULL)
        return status;
    buffer_clear(&own->expected);
    lab_mirror_write_zone(&own->mirror, &own->expected);
    status = buffer_status(&own->expected, err);
    return status == OK ? check_file(driver, "current_dns_zone.json", "zone on disk", step, err) : status;
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
        note_aspect(step, "rules");
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
    if (!ask(driver, "POST", path, NULL, step, status, err))
        return false;
    if (driver->answer.status == 404 || driver->answer.status == 405) {
        *status = error_set(err, ERR_IO, "%s: POST %s answered %d: lockstep needs a lab that has this call",
                            http_client_url(driver->client), path, driver->answer.status);
        return false;
    }
    buffer_string(&driver->lockstep->expected, "{\"ok\": true}");
    return check_answer(driver, 200, path + sizeof "/mbt", step);
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
        !ask(driver, "GET", STATE_PATH, NULL, step, &status, err))
        return status;
    status = count_deployers(driver, &count, err);
    lab_known_reset(&driver->known, true);
    driver->lockstep->rollback_differs = false;
    if (status == OK)
        status = lab_mirror_reset(&driver->lockstep->mirror, driver->guards, count, err);
    lab_detail(step, "reset, placeholder seeded");
    note_branch(step, "ok");
    return status == OK ? check_whole(driver, step, err) : status;
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
    lab_plan_body(&content, body);
    if (!ask(driver, "POST", "/mbt/planner/generate", body, step, &status, err))
        return status;
    status = lab_mirror_generate(&own->mirror, id, &content, &own->expected, err);
    if (status != OK || !check_answer(driver, 200, "generate", step))
        return status;
    lab_detail(step, "%s: version %d", id, own->mirror.plan_count);
    note_branch(step, content.count == 1 ? "one balancer" : "several balancers");
    (void)snprintf(name, sizeof name, "plans/plan-%03d.json", own->mirror.plan_count);
    return driver->own_process != NULL ? check_file(driver, name, "plan on disk", step, err) : OK;
}

static enum status sync_deployer(struct lab_driver *driver, int deployer, struct system_step *step,
                                 struct error *err)
{
    struct lab_lockstep *own = driver->lockstep;
    enum status status;
    if (!ask_deployer(driver, deployer, "sync", NULL, step, &status, err))
        return status;
    lab_mirror_sync(&own->mirror, deployer, &own->expected);
    if (check_answer(driver, 200, "sync", step) && step->detail[0] == '\0')
        lab_detail(step, "deployer-%c: synced", 'a' + deployer);
    return OK;
}

/* A Deploy, or a Backoff, which is a deploy that fails. */
static enum status deploy(struct lab_driver *driver, int deployer, struct system_step *step,
                          struct error *err)
{
    static const char *const branches[] = {
        [LAB_MIRROR_INSTALLED] = "installed",
        [LAB_MIRROR_SKIPPED] = "skipped as stale",
        [LAB_MIRROR_IDLE] = "idle",
        [LAB_MIRROR_ROOT_MISSING] = "refused: root's target is missing",
        [LAB_MIRROR_LOCK_STALE] = "refused: lock is stale",
    };
    struct lab_lockstep *own = driver->lockstep;
    const enum lab_mirror_outcome outcome = lab_mirror_foresee(&own->mirror, deployer);
    enum status status;
    if (!ask_deployer(driver, deployer, "deploy", NULL, step, &status, err))
        return status;
    status = lab_mirror_deploy(&own->mirror, deployer, &own->expected, err);
    if (status != OK || !check_answer(driver, 200, "deploy", step))
        return status;
    lab_detail(step, "deployer-%c: %s", 'a' + deployer, branches[outcome]);
    note_branch(step, branches[outcome]);
    if (outcome == LAB_MIRROR_INSTALLED) /* the model's view is fresh after its own apply */
        return sync_deployer(driver, deployer, step, err);
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
    if (!check_answer(driver, 200, "cleanup", step))
        return OK;
    lab_detail(step, "deployer-%c: %d plans deleted", 'a' + deployer, count);
    note_branch(step, count == 0 ? "nothing is old" : count == 1 ? "one plan deleted" : "plans deleted");
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
        note_branch(step, "ok");
        return sync_deployer(driver, deployer, step, err);
    }
    if (strcmp(action->name, "Deploy") == 0)
        return deploy(driver, deployer, step, err);
    if (strcmp(action->name, "Cleanup") == 0)
        return clean_up(driver, deployer, step, err);
    if (strcmp(action->name, "Backoff") != 0)
        return error_set(err, ERR_DATA, "the lab has no call for the action %s", action->name);
    if (lab_mirror_foresee(&driver->lockstep->mirror, deployer) == LAB_MIRROR_IDLE)
        lab_note_difference(driver, LAB_IDLE_BACKOFF, step);
    return deploy(driver, deployer, step, err);
}

enum status lab_lockstep_step(struct lab_driver *driver, const struct system_action *action,
                              const struct value *expected, struct system_step *step, struct error *err)
{
    enum status status = carry_out(driver, action, step, err);
    if (status == OK && step->outcome == SYSTEM_AS_PREDICTED)
        status = check_whole(driver, step, err);
    if (status == OK && step->outcome == SYSTEM_AS_PREDICTED && expected != NULL)
        status = check_model(driver, expected, step, err);
    if (status == OK && step->outcome == SYSTEM_AS_PREDICTED && expected == NULL)
        step->outcome = SYSTEM_REFUSED;
    return status;
}

/* --- looks --- */

/* Requests that the lab must refuse, whatever its state is. */
static const struct bad_request {
    const char *method, *path, *body;
    int status;
    const char *answer; /* NULL: {"detail": a list of what is wrong} */
} bad_requests[] = {
    {"POST", "/mbt/deployers/deployer-z/deploy", NULL, 404, "{\"detail\": \"unknown deployer\"}"},
    {"POST", "/mbt/deployers/deployer/sync", NULL, 404, "{\"detail\": \"unknown deployer\"}"},
    {"POST", "/mbt/deployers/Deployer-a/sync", NULL, 404, "{\"detail\": \"unknown deployer\"}"},
    {"POST", "/mbt/deployers/nobody/cleanup", "{\"keep_last_n\": 0}", 404,
     "{\"detail\": \"unknown deployer\"}"},
    {"POST", "/mbt/deployers/nobody/cleanup", NULL, 422, NULL},
    {"POST", "/mbt/deployers/deployer-a/cleanup", NULL, 422, NULL},
    {"POST", "/mbt/deployers/deployer-a/cleanup", "{}", 422, NULL},
    {"POST", "/mbt/deployers/deployer-b/cleanup", "{\"keep_last_n\": -1}", 422, NULL},
    {"POST", "/mbt/deployers/deployer-a/cleanup", "{\"keep_last_n\": \"0\"}", 422, NULL},
    {"POST", "/mbt/deployers/deployer-b/cleanup", "{\"keep_last_n\": 0.5}", 422, NULL},
    {"POST", "/mbt/deployers/deployer-a/cleanup", "{\"keep_last_N\": 0}", 422, NULL},
    {"POST", "/mbt/deployers/deployer-a/cleanup", "[0]", 422, NULL},
    {"POST", "/mbt/deployers/deployer-a/cleanup", "{\"keep_last_n\": 0", 422, NULL},
    {"POST", "/mbt/planner/generate", "[{\"id\": 0, \"weight\": 1}]", 422, NULL},
    {"POST", "/mbt/planner/generate", "[{\"id\": 256, \"weight\": 1}]", 422, NULL},
    {"POST", "/mbt/planner/generate", "[{\"id\": 1, \"weight\": 1}, {\"id\": 2}]", 422, NULL},
    {"POST", "/mbt/planner/generate", "[{\"id\": 1, \"weight\": -1}]", 422, NULL},
    {"POST", "/mbt/planner/generate", "[{\"id\": 1.5, \"weight\": 1}]", 422, NULL},
    {"POST", "/mbt/planner/generate", "{\"id\": 1, \"weight\": 1}", 422, NULL},
    {"POST", "/mbt/planner/generate", "[1]", 422, NULL},
    {"GET", "/mbt/reset", NULL, 405, "{\"detail\": \"Method Not Allowed\"}"},
    {"GET", "/mbt/deployers/deployer-a/deploy", NULL, 405, "{\"detail\": \"Method Not Allowed\"}"},
    {"POST", "/health", NULL, 405, "{\"detail\": \"Method Not Allowed\"}"},
    {"GET", "/nowhere", NULL, 404, "{\"detail\": \"Not Found\"}"},
    {"POST", "/mbt/deployers/deployer-a/undeploy", NULL, 404, "{\"detail\": \"Not Found\"}"},
};

/* A name to be resolved, and the target that it stands for; LAB_TARGET_NONE: it has no address. */
static int choose_name(const struct lab_mirror *mirror, uint64_t draw, char name[LAB_PLAN_NAME_SIZE])
{
    static const struct {
        const char *name;
        int of; /* 1: root, 2: rollback, 0: nothing */
    } names[] = {
        {LAB_API_ROOT_NAME, 1},
        {LAB_API_ROLLBACK_NAME, 2},
        {"%63louddb.us%2Deast-1.api.acme", 1}, /* the root's, percent-encoded */
        {"CLOUDDB.us-east-1.api.acme", 0},
        {"_lock." LAB_API_ROOT_NAME, 0},
        {LAB_API_INIT_PLAN_NAME, 0},
        {"lb-init.cdb.acme", 0},
        {"plan-000.cdb.acme", 0},
    };
    const size_t count = sizeof names / sizeof names[0];
    const uint64_t choice = draw % (count + 4);
    if (choice < count) {
        (void)snprintf(name, LAB_PLAN_NAME_SIZE, "%s", names[choice].name);
        return names[choice].of == 1   ? mirror->root
               : names[choice].of == 2 ? mirror->rollback
                                       : LAB_TARGET_NONE;
    }
    const int plan = (int)(draw / 16 % (uint64_t)(mirror->plan_count + 1));
    (void)snprintf(name, LAB_PLAN_NAME_SIZE, "plan-%03d.cdb.acme", plan + 1);
    return plan < mirror->plan_count ? plan : LAB_TARGET_NONE;
}

static enum status look_at_name(struct lab_driver *driver, uint64_t draw, struct system_step *step,
                                struct error *err)
{
    struct lab_lockstep *own = driver->lockstep;
    char name[LAB_PLAN_NAME_SIZE], path[LAB_PATH_SIZE];
    const int target = choose_name(&own->mirror, draw, name);
    enum status status;
    (void)snprintf(path, sizeof path, LAB_API_RESOLVE_PATH "%s", name);
    if (!ask(driver, "GET", path, NULL, step, &status, err))
        return status;
    buffer_format(&own->expected, "{\"name\": \"%s\", \"ips\": ", name[0] == '%' ? LAB_API_ROOT_NAME : name);
    const size_t count = lab_mirror_addresses(&own->mirror, target, &own->expected);
    buffer_char(&own->expected, '}');
    lab_detail(step, "%s resolves to %zu address%s", name, count, count == 1 ? "" : "es");
    note_branch(step, count > 0 ? "resolves" : "resolves to nothing");
    (void)check_answer(driver, 200, "resolve", step);
    return buffer_status(&own->expected, err);
}

static enum status look_at_health(struct lab_driver *driver, struct system_step *step, struct error *err)
{
    struct lab_lockstep *own = driver->lockstep;
    struct buffer ips;
    enum status status;
    if (!ask(driver, "GET", "/health", NULL, step, &status, err))
        return status;
    buffer_init(&ips);
    const bool ok = lab_mirror_addresses(&own->mirror, own->mirror.root, &ips) > 0;
    buffer_format(&own->expected, "{\"ok\": %s, \"name\": \"" LAB_API_ROOT_NAME "\", \"ips\": %s}",
                  ok ? "true" : "false", ips.text);
    status = buffer_status(&ips, err);
    buffer_release(&ips);
    lab_detail(step, "health: %s", ok ? "ok" : "not ok");
    note_branch(step, ok ? "healthy" : "not healthy");
    if (status == OK)
        (void)check_answer(driver, 200, "health", step);
    return status;
}

static enum status look_at_bad_request(struct lab_driver *driver, uint64_t draw, struct system_step *step,
                                       struct error *err)
{
    const struct bad_request *bad = &bad_requests[draw % (sizeof bad_requests / sizeof bad_requests[0])];
    enum status status;
    if (!ask(driver, bad->method, bad->path, bad->body, step, &status, err))
        return status;
    lab_detail(step, "%s %s %s: %d", bad->method, bad->path, bad->body != NULL ? bad->body : "", bad->status);
    note_branch(step, bad->status == 422 ? "bad body" : bad->status == 404 ? "not found" : "wrong method");
    if (bad->answer != NULL || driver->answer.status != bad->status) {
        buffer_string(&driver->lockstep->expected, bad->answer != NULL ? bad->answer : "{}");
        (void)check_answer(driver, bad->status, "bad request", step);
        return OK;
    }
    cJSON *answer =
        cJSON_ParseWithLengthOpts(driver->answer.text.text, driver->answer.text.length + 1, NULL, 1);
    const cJSON *detail = cJSON_GetObjectItemCaseSensitive(answer, "detail");
    if (!cJSON_IsArray(detail) || detail->child == NULL) {
        note_aspect(step, "bad request: detail");
        lab_unexpected_answer(driver, step, "a list of what is wrong, as detail,");
    }
    cJSON_Delete(answer);
    return OK;
}

enum status lab_lockstep_look(struct lab_driver *driver, uint64_t draw, struct system_step *step,
                              struct error *err)
{
    const uint64_t rest = draw / 8;
    enum status status;
    switch (draw % 8) {
    case 0:
        status = look_at_health(driver, step, err);
        break;
    case 1:
    case 2:
    case 3:
        status = look_at_name(driver, rest, step, err);
        break;
    default:
        status = look_at_bad_request(driver, rest, step, err);
    }
    if (status == OK && step->outcome == SYSTEM_AS_PREDICTED)
        status = check_whole(driver, step, err);
    return status;
}
