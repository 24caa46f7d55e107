#include "mbt/lab_driver.h"

#include <assert.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "base/memory.h"
#include "mbt/lab_answer.h"
#include "mbt/lab_plan.h"
#include "model/dns/dns_balancer.h"

#define NAME_SIZE 128
#define PATH_SIZE 256
#define BATCH_MAX 4 /* requests of one action */

/* What a name points to: a plan by its index, or one of these. */
#define TARGET_INIT (-1)
#define TARGET_NONE (-2) /* no such record: before the first install, in a lab without the placeholder */

struct known_plan {
    const char *id; /* in the trace */
    int64_t version;
    char name[NAME_SIZE]; /* in the zone */
    bool in_zone;         /* by the answers */
    bool installed;       /* at some time */
};

struct known_deployer {
    const char *name;
    int observed_root; /* a target */
    int64_t next;      /* plans it has installed or skipped */
};

struct lab_driver {
    struct http_client *client;
    struct lab_observer observer;
    struct http_answer answers[BATCH_MAX]; /* of the last action */
    enum lab_watch watch;
    bool seeded;
    struct known_plan plans[DNS_PLANS_MAX];
    int plan_count;
    struct known_deployer deployers[DNS_DEPLOYERS_MAX];
    int deployer_count;
    int root, rollback;     /* targets */
    const char *lock_owner; /* NULL: no lock is in the zone */
    bool off_script;        /* a guard of the lab has left the trace's course */
};

const char *lab_watch_name(enum lab_watch watch)
{
    return watch == LAB_WATCH_ROOT ? LAB_API_ROOT_NAME : LAB_API_ROLLBACK_NAME;
}

enum status lab_driver_new(struct http_client *client, const struct lab_observer *observer,
                           struct lab_driver **ret_driver, struct error *err)
{
    struct lab_driver *driver = mem_new(1, sizeof *driver);
    if (driver == NULL)
        return error_memory(err, sizeof *driver);
    driver->client = client;
    if (observer != NULL)
        driver->observer = *observer;
    for (size_t i = 0; i < BATCH_MAX; i++)
        http_answer_init(&driver->answers[i]);
    *ret_driver = driver;
    return OK;
}

void lab_driver_free(struct lab_driver *driver)
{
    if (driver == NULL)
        return;
    for (size_t i = 0; i < BATCH_MAX; i++)
        http_answer_release(&driver->answers[i]);
    mem_free(driver);
}

bool lab_driver_is_seeded(const struct lab_driver *driver)
{
    return driver->seeded;
}

static int watched_target(const struct lab_driver *driver)
{
    return driver->watch == LAB_WATCH_ROOT ? driver->root : driver->rollback;
}

bool lab_driver_is_off_script(const struct lab_driver *driver)
{
    return driver->off_script;
}

bool lab_driver_can_judge(const struct lab_driver *driver)
{
    return watched_target(driver) != TARGET_NONE;
}

/* NULL for TARGET_NONE. */
static const char *target_name(const struct lab_driver *driver, int target)
{
    if (target == TARGET_NONE)
        return NULL;
    return target == TARGET_INIT ? LAB_API_INIT_PLAN_NAME : driver->plans[target].name;
}

static const char *or_none(const char *text)
{
    return text != NULL ? text : "none";
}

/* --- outcomes --- */

static void __attribute__((format(printf, 2, 3))) unexpected(struct lab_step *step, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    step->outcome = LAB_UNEXPECTED;
    (void)vsnprintf(step->message, sizeof step->message, format, args);
    va_end(args);
}

static void __attribute__((format(printf, 2, 3))) detail(struct lab_step *step, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    (void)vsnprintf(step->detail, sizeof step->detail, format, args);
    va_end(args);
}

/* The answer as a whole is not what was expected. */
static void unexpected_answer(struct lab_step *step, const struct http_request *request,
                              const struct http_answer *answer, const char *expected)
{
    char shown[HTTP_EXCERPT_SIZE];
    unexpected(step, "%s %s answered %d %s; %s was expected", request->method, request->path, answer->status,
               http_answer_excerpt(answer, shown), expected);
}

/* True when the answer is an object, with a status of success. */
static bool is_object(struct lab_step *step, const struct http_request *request,
                      const struct http_answer *answer)
{
    if (http_answer_is_success(answer) && cJSON_IsObject(answer->json))
        return true;
    unexpected_answer(step, request, answer, "200 and a JSON object");
    return false;
}

/* --- requests --- */

/* The requests of one action, with room for the texts that they borrow. */
struct batch {
    struct http_request requests[BATCH_MAX];
    const struct http_answer *answers; /* the driver's */
    char paths[BATCH_MAX][PATH_SIZE];
    size_t count;
};

static size_t add_call(struct batch *batch, const char *method, const char *body, const char *before,
                       const char *name, const char *after)
{
    assert(batch->count < BATCH_MAX);
    const size_t index = batch->count++;
    const int length = snprintf(batch->paths[index], PATH_SIZE, "%s%s%s", before, name, after);
    assert(length > 0 && length < PATH_SIZE);
    (void)length;
    batch->requests[index] =
        (struct http_request){.method = method, .path = batch->paths[index], .body = body};
    return index;
}

static size_t add_deployer_call(struct batch *batch, const struct known_deployer *deployer, const char *call,
                                const char *body)
{
    return add_call(batch, "POST", body, "/mbt/deployers/", deployer->name, call);
}

/* Sends each request when the answer to the one before it is there. An answer that cannot be taken apart at
 * all is an outcome like any other wrong one, and the last of its action. */
static enum status send_batch(struct lab_driver *driver, struct batch *batch, struct lab_step *step,
                              struct error *err)
{
    batch->answers = driver->answers;
    for (size_t i = 0; i < batch->count; i++) {
        const enum status status =
            http_client_request(driver->client, &batch->requests[i], &driver->answers[i], err);
        if (status == ERR_DATA) {
            unexpected(step, "%s", err->text);
            return OK;
        }
        if (status != OK)
            return status;
        if (driver->observer.on_call != NULL)
            driver->observer.on_call(driver->observer.user, &batch->requests[i], &driver->answers[i]);
    }
    return OK;
}

/* --- the watched name --- */

static void check_watched(const struct lab_driver *driver, const struct batch *batch, size_t index,
                          struct lab_step *step)
{
    const char *name = lab_watch_name(driver->watch);
    const char *target = target_name(driver, watched_target(driver));
    const int count = lab_answer_addresses(&batch->answers[index], name);
    if (count < 0) {
        unexpected_answer(step, &batch->requests[index], &batch->answers[index], "{name, ips}");
        return;
    }
    const bool is_placeholder = target == NULL || strstr(target, "init") != NULL;
    char found[32];
    (void)snprintf(found, sizeof found, "%d address%s", count, count == 1 ? "" : "es");
    (void)snprintf(step->watched, sizeof step->watched, "%s -> %s (%s)",
                   driver->watch == LAB_WATCH_ROOT ? "root" : "rollback", or_none(target),
                   count > 0        ? found
                   : is_placeholder ? "placeholder"
                                    : "no address");
    if (count == 0 && !is_placeholder) {
        step->outcome = LAB_OUTAGE;
        (void)snprintf(step->message, sizeof step->message, "%s resolved to zero IPs", name);
    }
}

/* --- Init --- */

static void forget(struct lab_driver *driver, enum lab_watch watch, bool seeded)
{
    driver->watch = watch;
    driver->seeded = seeded;
    driver->plan_count = 0;
    driver->deployer_count = 0;
    driver->root = driver->rollback = seeded ? TARGET_INIT : TARGET_NONE;
    driver->lock_owner = seeded ? LAB_API_INIT_LOCK_OWNER : NULL;
}

enum status lab_driver_reset(struct lab_driver *driver, enum lab_watch watch, struct lab_step *ret_step,
                             struct error *err)
{
    struct lab_step *step = ret_step;
    struct batch batch = {.count = 0};
    driver->off_script = false;
    *step = (struct lab_step){.outcome = LAB_AS_PREDICTED};
    const size_t reset = add_call(&batch, "POST", NULL, "/mbt/reset", "", "");
    const size_t seed = add_call(&batch, "POST", NULL, "/mbt/seed-init", "", "");
    const size_t watched = add_call(&batch, "GET", NULL, LAB_API_RESOLVE_PATH, lab_watch_name(watch), "");
    const enum status status = send_batch(driver, &batch, step, err);
    if (status == ERR_IO && http_client_answers(driver->client) == 0) {
        const struct error reason = *err;
        return error_set(err, ERR_IO,
                         "%.800s; start a lab with 'racewalk lab --no-background', or leave --lab-url out",
                         reason.text);
    }
    if (status != OK)
        return status;
    /* Nothing has been asked of the lab yet: what answers so strangely is not a lab that went wrong, but
     * none. */
    if (step->outcome != LAB_AS_PREDICTED)
        return error_set(err, ERR_IO, "%s; is that a lab?", step->message);
    const int seed_status = batch.answers[seed].status;
    const bool lacks_seed = seed_status == 404 || seed_status == 405;
    const struct http_answer *wrong = !lab_answer_is_ok(&batch.answers[reset]) ? &batch.answers[reset]
                                      : !lacks_seed && !lab_answer_is_ok(&batch.answers[seed])
                                          ? &batch.answers[seed]
                                          : NULL;
    if (wrong != NULL) {
        char shown[HTTP_EXCERPT_SIZE];
        return error_set(err, ERR_IO, "%s: POST %s answered %d %s, and not {\"ok\": true}; is that a lab?",
                         http_client_url(driver->client), batch.requests[wrong - batch.answers].path,
                         wrong->status, http_answer_excerpt(wrong, shown));
    }
    forget(driver, watch, !lacks_seed);
    detail(step, lacks_seed ? "reset; no placeholder, for this lab has no /mbt/seed-init"
                            : "reset, placeholder seeded");
    check_watched(driver, &batch, watched, step);
    return OK;
}

/* --- the trace's values --- */

/* The trace is a run of the model, so its fields are there; they are looked up with care all the same. */
static const char *text_field(const struct value *record, const char *name)
{
    const struct value *field = value_field(record, name);
    return field != NULL && field->kind == VALUE_STRING ? field->text : NULL;
}

static int find_plan(const struct lab_driver *driver, const char *id)
{
    for (int i = 0; id != NULL && i < driver->plan_count; i++) {
        if (strcmp(driver->plans[i].id, id) == 0)
            return i;
    }
    return -1;
}

static struct known_deployer *find_deployer(struct lab_driver *driver, const char *name)
{
    for (int i = 0; i < driver->deployer_count; i++) {
        if (strcmp(driver->deployers[i].name, name) == 0)
            return &driver->deployers[i];
    }
    if (driver->deployer_count == DNS_DEPLOYERS_MAX || strlen(name) > PATH_SIZE / 2)
        return NULL;
    struct known_deployer *deployer = &driver->deployers[driver->deployer_count++];
    *deployer =
        (struct known_deployer){.name = name, .observed_root = driver->seeded ? TARGET_INIT : TARGET_NONE};
    return deployer;
}

/* --- the actions --- */

/* Each action fills a batch, sends it with the watched name as the last request, and checks the answers. */
static enum status send_action(struct lab_driver *driver, struct batch *batch, struct lab_step *step,
                               size_t *ret_watched, struct error *err)
{
    *ret_watched = add_call(batch, "GET", NULL, LAB_API_RESOLVE_PATH, lab_watch_name(driver->watch), "");
    return send_batch(driver, batch, step, err);
}

static void check_plan(struct lab_driver *driver, const char *plan_id, const struct batch *batch,
                       struct lab_step *step)
{
    const struct http_answer *answer = &batch->answers[0];
    if (!is_object(step, &batch->requests[0], answer))
        return;
    int64_t version = 0;
    const char *name = lab_answer_text(answer, "plan_name");
    if (!lab_version_of(lab_answer_member(answer, "version"), &version) || name == NULL || name[0] == '\0' ||
        strlen(name) >= NAME_SIZE) {
        unexpected_answer(step, &batch->requests[0], answer, "a plan with version and plan_name");
        return;
    }
    detail(step, "%s: version %" PRId64, plan_id, version);
    for (int i = 0; i < driver->plan_count; i++) {
        if (driver->plans[i].version >= version || strcmp(driver->plans[i].name, name) == 0) {
            unexpected(step, "the planner made version %" PRId64 " (%s) after version %" PRId64 " (%s)",
                       version, name, driver->plans[i].version, driver->plans[i].name);
            return;
        }
    }
    struct known_plan *plan = &driver->plans[driver->plan_count++];
    *plan = (struct known_plan){.id = plan_id, .version = version};
    memcpy(plan->name, name, strlen(name) + 1);
}

static enum status generate(struct lab_driver *driver, const struct value *action, struct lab_step *step,
                            struct error *err)
{
    char body[LAB_PLAN_BODY_SIZE];
    struct batch batch = {.count = 0};
    size_t watched;
    const char *plan_id = text_field(action, "plan_id");
    if (plan_id == NULL || driver->plan_count == DNS_PLANS_MAX)
        return error_set(err, ERR_DATA, "GeneratePlan has no plan_id, or there are more than %d plans",
                         DNS_PLANS_MAX);
    enum status status = lab_plan_body(action, body, err);
    if (status != OK)
        return status;
    (void)add_call(&batch, "POST", body, "/mbt/planner/generate", "", "");
    status = send_action(driver, &batch, step, &watched, err);
    if (status == OK && step->outcome == LAB_AS_PREDICTED)
        check_plan(driver, plan_id, &batch, step);
    if (status == OK && step->outcome == LAB_AS_PREDICTED)
        check_watched(driver, &batch, watched, step);
    return status;
}

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
                       const struct batch *batch, size_t index, struct lab_step *step)
{
    const struct http_answer *answer = &batch->answers[index];
    const char *lock, *root;
    if (!lab_answer_is_ok(answer) || !lab_answer_observed(answer, "lock", &lock) ||
        !lab_answer_observed(answer, "root", &root)) {
        unexpected_answer(step, &batch->requests[index], answer, "{ok: true, lock, root}");
        return;
    }
    if (step->detail[0] == '\0')
        detail(step, "%s: lock %s, root %s", deployer->name, or_none(lock), or_none(root));
    const char *expected_root = target_name(driver, driver->root);
    if (root == NULL || expected_root == NULL ? root != expected_root : strcmp(root, expected_root) != 0)
        unexpected(step, "%s observes the root %.128s; %s was expected", deployer->name, or_none(root),
                   or_none(expected_root));
    else if (!is_lock_of(lock, driver->lock_owner))
        unexpected(step, "%s observes the lock %.128s; one of %s was expected", deployer->name, or_none(lock),
                   or_none(driver->lock_owner));
    deployer->observed_root = driver->root;
}

static enum status sync(struct lab_driver *driver, struct known_deployer *deployer, struct lab_step *step,
                        struct error *err)
{
    struct batch batch = {.count = 0};
    size_t watched;
    const size_t index = add_deployer_call(&batch, deployer, "/sync", NULL);
    const enum status status = send_action(driver, &batch, step, &watched, err);
    if (status == OK && step->outcome == LAB_AS_PREDICTED)
        check_sync(driver, deployer, &batch, index, step);
    if (status == OK && step->outcome == LAB_AS_PREDICTED)
        check_watched(driver, &batch, watched, step);
    return status;
}

/* What an install changes in the lab. */
static void note_install(struct lab_driver *driver, struct known_deployer *deployer, int plan)
{
    if (deployer->observed_root != TARGET_NONE && deployer->observed_root != plan)
        driver->rollback = deployer->observed_root;
    driver->root = plan;
    driver->lock_owner = deployer->name;
    driver->plans[plan].in_zone = driver->plans[plan].installed = true;
    deployer->next++;
}

/* True when the lab says that its guard skipped the plan that the model installs. */
static bool is_skipped(const struct http_answer *answer, int64_t expected_version)
{
    int64_t version = 0;
    const char *message = lab_answer_text(answer, "message");
    return lab_answer_is_ok(answer) && message != NULL && strcmp(message, "skipped") == 0 &&
           lab_version_of(lab_answer_member(answer, "version"), &version) && version == expected_version;
}

static void check_deploy(struct lab_driver *driver, struct known_deployer *deployer, int plan,
                         const char *outcome, const struct batch *batch, size_t index, struct lab_step *step)
{
    const struct http_answer *answer = &batch->answers[index];
    const struct known_plan *expected = &driver->plans[plan];
    char wanted[NAME_SIZE];
    (void)snprintf(wanted, sizeof wanted, "\"%s\" with version %" PRId64, outcome, expected->version);
    const char *message = lab_answer_text(answer, "message");
    int64_t version = 0;
    if (!lab_answer_is_ok(answer) || message == NULL || strcmp(message, outcome) != 0 ||
        !lab_version_of(lab_answer_member(answer, "version"), &version) || version != expected->version) {
        unexpected_answer(step, &batch->requests[index], answer, wanted);
        return;
    }
    detail(step, "%s: %s version %" PRId64, deployer->name, outcome, version);
}

/* A model with the guard reject-stale skips a plan that is older than the root's: the root stays as it is. */
static enum status deploy(struct lab_driver *driver, struct known_deployer *deployer,
                          const struct value *action, struct lab_step *step, struct error *err)
{
    struct batch batch = {.count = 0};
    size_t watched, sync_index = 0;
    const char *plan_id = text_field(action, "plan_id"), *new_root = text_field(action, "new_root");
    const int plan = find_plan(driver, plan_id);
    if (plan < 0 || new_root == NULL)
        return error_set(err, ERR_DATA, "Deploy of a plan that was not generated");
    const bool installs = strcmp(plan_id, new_root) == 0;
    const size_t index = add_deployer_call(&batch, deployer, "/deploy", NULL);
    if (installs) /* the model's view is fresh after its own apply */
        sync_index = add_deployer_call(&batch, deployer, "/sync", NULL);
    const enum status status = send_action(driver, &batch, step, &watched, err);
    if (status != OK || step->outcome != LAB_AS_PREDICTED)
        return status;
    if (installs && is_skipped(&batch.answers[index], driver->plans[plan].version)) {
        driver->off_script = true;
        detail(step, "%s: skipped version %" PRId64 " as stale", deployer->name, driver->plans[plan].version);
        check_watched(driver, &batch, watched, step);
        return OK;
    }
    check_deploy(driver, deployer, plan, installs ? "installed" : "skipped", &batch, index, step);
    if (step->outcome != LAB_AS_PREDICTED)
        return OK;
    if (installs) {
        note_install(driver, deployer, plan);
        check_sync(driver, deployer, &batch, sync_index, step);
    } else {
        deployer->next++;
    }
    if (step->outcome == LAB_AS_PREDICTED)
        check_watched(driver, &batch, watched, step);
    return OK;
}

static enum status back_off(struct lab_driver *driver, struct known_deployer *deployer, struct lab_step *step,
                            struct error *err)
{
    struct batch batch = {.count = 0};
    size_t watched;
    const size_t index = add_deployer_call(&batch, deployer, "/deploy", NULL);
    const enum status status = send_action(driver, &batch, step, &watched, err);
    if (status != OK || step->outcome != LAB_AS_PREDICTED)
        return status;
    const struct http_answer *answer = &batch.answers[index];
    const char *message = lab_answer_text(answer, "message");
    if (!http_answer_is_success(answer) || !cJSON_IsFalse(lab_answer_member(answer, "ok")) ||
        message == NULL) {
        unexpected_answer(step, &batch.requests[index], answer, "a refusal ({ok: false})");
        return OK;
    }
    detail(step, "%s: refused: %s", deployer->name, message);
    check_watched(driver, &batch, watched, step);
    return OK;
}

/* Less than the model deletes is no divergence: a lab that spares what is live does that, and the watched
 * name tells. What must stay, or was never there, must not be among the deleted. */
static void check_cleanup(struct lab_driver *driver, const struct known_deployer *deployer,
                          int64_t keep_last_n, const struct batch *batch, size_t index, struct lab_step *step)
{
    const struct http_answer *answer = &batch->answers[index];
    const cJSON *deleted = lab_answer_member(answer, "deleted_versions");
    if (!lab_answer_is_ok(answer) || !cJSON_IsArray(deleted)) {
        unexpected_answer(step, &batch->requests[index], answer, "{ok: true, deleted_versions}");
        return;
    }
    char list[LAB_DETAIL_SIZE / 2] = "nothing";
    size_t used = 0;
    const cJSON *item;
    cJSON_ArrayForEach(item, deleted)
    {
        int64_t version = 0;
        int plan = lab_version_of(item, &version) ? driver->plan_count - 1 : -1;
        while (plan >= 0 && driver->plans[plan].version != version)
            plan--;
        if (plan < 0 || !driver->plans[plan].in_zone || plan + keep_last_n >= deployer->next) {
            char shown[HTTP_EXCERPT_SIZE];
            unexpected(step,
                       "%s cleaned up %s, and keeps %" PRId64 " plans below its next one: version %.0f "
                       "was not to be deleted",
                       deployer->name, http_answer_excerpt(answer, shown), keep_last_n,
                       cJSON_IsNumber(item) ? item->valuedouble : 0.0);
            return;
        }
        driver->plans[plan].in_zone = false;
        if (used < sizeof list)
            used += (size_t)snprintf(list + used, sizeof list - used, "%s%" PRId64,
                                     used == 0 ? "version " : ", ", version);
    }
    detail(step, "%s: deleted %s", deployer->name, list);
}

static enum status clean_up(struct lab_driver *driver, struct known_deployer *deployer, int64_t keep_last_n,
                            struct lab_step *step, struct error *err)
{
    char body[64];
    struct batch batch = {.count = 0};
    size_t watched;
    (void)snprintf(body, sizeof body, "{\"keep_last_n\": %" PRId64 "}", keep_last_n);
    const size_t index = add_deployer_call(&batch, deployer, "/cleanup", body);
    const enum status status = send_action(driver, &batch, step, &watched, err);
    if (status == OK && step->outcome == LAB_AS_PREDICTED)
        check_cleanup(driver, deployer, keep_last_n, &batch, index, step);
    if (status == OK && step->outcome == LAB_AS_PREDICTED)
        check_watched(driver, &batch, watched, step);
    return status;
}

/* Carries out an action of a deployer without judging the answer: the trace tells of another course. */
static enum status act_off_script(struct lab_driver *driver, const struct known_deployer *deployer,
                                  const char *tag, int64_t keep_last_n, struct lab_step *step,
                                  struct error *err)
{
    char body[64];
    struct batch batch = {.count = 0};
    size_t watched;
    (void)snprintf(body, sizeof body, "{\"keep_last_n\": %" PRId64 "}", keep_last_n);
    if (strcmp(tag, "Cleanup") == 0)
        (void)add_deployer_call(&batch, deployer, "/cleanup", body);
    else if (strcmp(tag, "Sync") == 0)
        (void)add_deployer_call(&batch, deployer, "/sync", NULL);
    else
        (void)add_deployer_call(&batch, deployer, "/deploy", NULL);
    if (strcmp(tag, "Deploy") == 0)
        (void)add_deployer_call(&batch, deployer, "/sync", NULL);
    const enum status status = send_action(driver, &batch, step, &watched, err);
    if (status != OK || step->outcome != LAB_AS_PREDICTED)
        return status;
    const char *message = lab_answer_text(&batch.answers[0], "message");
    detail(step, "%s: %s (not judged)", deployer->name, message != NULL ? message : "ok");
    check_watched(driver, &batch, watched, step);
    return OK;
}

enum status lab_driver_act(struct lab_driver *driver, const struct value *ghost, int64_t keep_last_n,
                           struct lab_step *ret_step, struct error *err)
{
    *ret_step = (struct lab_step){.outcome = LAB_AS_PREDICTED};
    const char *tag = text_field(ghost, "tag");
    const struct value *action = value_field(ghost, "value");
    if (tag == NULL || action == NULL || action->kind != VALUE_RECORD)
        return error_set(err, ERR_DATA, "ghost_action has no tag, or no value");
    if (strcmp(tag, "GeneratePlan") == 0)
        return generate(driver, action, ret_step, err);
    const char *name = text_field(action, "deployer");
    struct known_deployer *deployer = name != NULL ? find_deployer(driver, name) : NULL;
    if (deployer == NULL)
        return error_set(err, ERR_DATA, "%s has no deployer, or is of more than %d of them", tag,
                         DNS_DEPLOYERS_MAX);
    if (driver->off_script)
        return act_off_script(driver, deployer, tag, keep_last_n, ret_step, err);
    if (strcmp(tag, "Sync") == 0)
        return sync(driver, deployer, ret_step, err);
    if (strcmp(tag, "Deploy") == 0)
        return deploy(driver, deployer, action, ret_step, err);
    if (strcmp(tag, "Backoff") == 0)
        return back_off(driver, deployer, ret_step, err);
    if (strcmp(tag, "Cleanup") == 0)
        return clean_up(driver, deployer, keep_last_n, ret_step, err);
    return error_set(err, ERR_DATA, "the lab has no call for the action %s", tag);
}

void lab_driver_describe_zone(struct lab_driver *driver, struct buffer *out)
{
    const char *names[DNS_PLANS_MAX];
    size_t count = 0;
    for (int i = 0; i < driver->plan_count; i++) {
        if (driver->plans[i].installed)
            names[count++] = driver->plans[i].name;
    }
    lab_zone_describe(driver->client, driver->deployer_count > 0 ? driver->deployers[0].name : "deployer-a",
                      names, count, out);
}
