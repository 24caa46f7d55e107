/* SPDX-License-Identifier: Apache-2.0 */
/* Looks at the lab between the actions, and the restart at a walk's end. */
#include <dirent.h>
#include <stdio.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "mbt/lab/lab_answer.h"
#include "mbt/lab/lab_lockstep_parts.h"
#include "mbt/lab/lab_property.h"

#define LAB_RESTART_ONE_IN 16 /* last looks */

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
    {"POST", "/mbt/deployers/deployer-b/cleanup", "{\"keep_last_n\": 0} 1", 422, NULL},
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
    {"POST", "/mbt/deployers/deployer-a/deployment", NULL, 404, "{\"detail\": \"Not Found\"}"},
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
    if (!lab_lockstep_ask(driver, "GET", path, NULL, step, &status, err))
        return status;
    buffer_format(&own->expected, "{\"name\": \"%s\", \"ips\": ", name[0] == '%' ? LAB_API_ROOT_NAME : name);
    const size_t count = lab_mirror_addresses(&own->mirror, target, &own->expected);
    buffer_char(&own->expected, '}');
    lab_detail(step, "%s resolves to %zu address%s", name, count, count == 1 ? "" : "es");
    lab_note_branch(step, count > 0 ? "resolves" : "resolves to nothing");
    (void)lab_lockstep_check(driver, 200, "resolve", step);
    return buffer_status(&own->expected, err);
}

static enum status look_at_health(struct lab_driver *driver, struct system_step *step, struct error *err)
{
    struct lab_lockstep *own = driver->lockstep;
    struct buffer ips;
    enum status status;
    if (!lab_lockstep_ask(driver, "GET", "/health", NULL, step, &status, err))
        return status;
    buffer_init(&ips);
    const bool ok = lab_mirror_addresses(&own->mirror, own->mirror.root, &ips) > 0;
    buffer_format(&own->expected, "{\"ok\": %s, \"name\": \"" LAB_API_ROOT_NAME "\", \"ips\": %s}",
                  ok ? "true" : "false", ips.text);
    status = buffer_status(&ips, err);
    buffer_release(&ips);
    lab_detail(step, "health: %s", ok ? "ok" : "not ok");
    lab_note_branch(step, ok ? "healthy" : "not healthy");
    if (status == OK)
        (void)lab_lockstep_check(driver, 200, "health", step);
    return status;
}

/* Some of an object's members, in the order of names, as JSON. */
static void write_members(const cJSON *object, const char *names, struct buffer *out)
{
    bool first = true;
    buffer_char(out, '{');
    for (const char *at = names; *at != '\0';) {
        char name[16];
        const size_t length = strcspn(at, " ");
        (void)snprintf(name, sizeof name, "%.*s", (int)length, at);
        at += length + (at[length] == ' ');
        char *text = cJSON_PrintUnformatted(cJSON_GetObjectItemCaseSensitive(object, name));
        if (text != NULL)
            buffer_format(out, "%s\"%s\": %s", first ? "" : ", ", name, text);
        first = first && text == NULL;
        cJSON_free(text);
    }
    buffer_char(out, '}');
}

static enum status look_at_bad_request(struct lab_driver *driver, uint64_t draw, struct system_step *step,
                                       struct error *err)
{
    const struct bad_request *bad = &bad_requests[draw % (sizeof bad_requests / sizeof bad_requests[0])];
    enum status status;
    if (!lab_lockstep_ask(driver, bad->method, bad->path, bad->body, step, &status, err))
        return status;
    lab_detail(step, "%s %s %s: %d", bad->method, bad->path, bad->body != NULL ? bad->body : "", bad->status);
    lab_note_branch(step, bad->status == 422   ? "bad body"
                          : bad->status == 404 ? "not found"
                                               : "wrong method");
    if (bad->answer != NULL || driver->answer.status != bad->status) {
        buffer_string(&driver->lockstep->expected, bad->answer != NULL ? bad->answer : "{}");
        (void)lab_lockstep_check(driver, bad->status, "bad request", step);
        return OK;
    }
    cJSON *answer =
        cJSON_ParseWithLengthOpts(driver->answer.text.text, driver->answer.text.length + 1, NULL, 1);
    const cJSON *detail = cJSON_GetObjectItemCaseSensitive(answer, "detail");
    if (!cJSON_IsArray(detail) || detail->child == NULL) {
        lab_note_aspect(step, "bad request: detail");
        lab_unexpected_answer(driver, step, "a list of what is wrong, as detail,");
    }
    cJSON_Delete(answer);
    return OK;
}

/* The newest lines of the log. */
static enum status look_at_log(struct lab_driver *driver, struct system_step *step, struct error *err)
{
    struct lab_lockstep *own = driver->lockstep;
    enum status status;
    if (!lab_lockstep_ask(driver, "GET", "/log", NULL, step, &status, err))
        return status;
    cJSON *answer =
        cJSON_ParseWithLengthOpts(driver->answer.text.text, driver->answer.text.length + 1, NULL, 1);
    const cJSON *line = cJSON_GetArrayItem(cJSON_GetObjectItemCaseSensitive(answer, "actions"), 0);
    buffer_clear(&own->found);
    for (size_t i = 0; i < 2; i++, line = line != NULL ? line->next : NULL) {
        const struct lab_logged *logged = &own->log[i];
        buffer_format(&own->expected, "%s{\"who\": \"%s\", \"what\": \"%s\", \"ok\": %s, \"repeats\": 1",
                      i == 0 ? "[" : ", ", logged->who, logged->what, logged->ok ? "true" : "false");
        if (logged->root != NULL)
            buffer_format(&own->expected, ", \"root\": %s", logged->root);
        buffer_string(&own->expected, i == 0 ? "}" : "}]");
        buffer_string(&own->found, i == 0 ? "[" : ", ");
        write_members(line, logged->root != NULL ? "who what ok repeats root" : "who what ok repeats",
                      &own->found);
        buffer_string(&own->found, i == 0 ? "" : "]");
    }
    cJSON_Delete(answer);
    lab_detail(step, "log: %s %s", own->log[0].who, own->log[0].what);
    lab_note_branch(step, "log");
    status = buffer_status(&own->found, err);
    if (status != OK || json_same(own->expected.text, own->expected.length, own->found.text,
                                  own->found.length, &own->difference))
        return status;
    lab_note_aspect(step, "log: %.40s", own->difference.aspect);
    lab_unexpected(step, "GET /log: %s", own->difference.text.text);
    return OK;
}

/* --- a restart --- */

/* The client of a lab that was started anew. */
static enum status reach_again(struct lab_driver *driver, struct error *err)
{
    struct http_client *client = NULL;
    const enum status status =
        http_client_new(lab_process_url(driver->own_process), driver->http, &client, err);
    if (status != OK)
        return status;
    http_client_free(driver->own_client);
    driver->client = driver->own_client = client;
    return OK;
}

/* A lab of one's own is ended and started on its folder again: zone and plans must be there, and it must go on
 * with them. */
static enum status look_after_restart(struct lab_driver *driver, uint64_t draw, struct system_step *step,
                                      struct error *err)
{
    struct lab_lockstep *own = driver->lockstep;
    const bool kills = draw % 2 == 0;
    const int deployer = (int)(draw / 2 % (uint64_t)own->mirror.deployer_count);
    enum status status = lab_process_restart(driver->own_process, kills, err);
    if (status == OK)
        status = reach_again(driver, err);
    if (status != OK)
        return status;
    lab_mirror_restart(&own->mirror);
    status = lab_lockstep_check_whole(driver, step, err);
    if (status == OK && step->outcome == SYSTEM_AS_PREDICTED)
        status = lab_lockstep_deploy(driver, deployer, step, err);
    if (status == OK && step->outcome == SYSTEM_AS_PREDICTED)
        status = lab_lockstep_sync(driver, deployer, step, err);
    if (status == OK && step->outcome == SYSTEM_AS_PREDICTED)
        status = lab_lockstep_deploy(driver, deployer, step, err);
    if (status == OK && step->outcome == SYSTEM_AS_PREDICTED)
        status = lab_lockstep_check_whole(driver, step, err);
    if (step->outcome != SYSTEM_AS_PREDICTED) {
        char after[SYSTEM_MESSAGE_SIZE];
        (void)snprintf(after, sizeof after, "after a restart: %.700s", step->message);
        lab_unexpected(step, "%s", after);
    }
    lab_detail(step, "%s and started again", kills ? "killed" : "ended");
    lab_note_branch(step, kills ? "killed, started again" : "ended, started again");
    return status;
}

/* A folder's plans must be those that were made. */
static enum status look_at_plans(struct lab_driver *driver, struct system_step *step, struct error *err)
{
    const int count = driver->lockstep->mirror.plan_count;
    bool seen[DNS_PLANS_MAX + 1] = {false};
    struct buffer path;
    buffer_init(&path);
    buffer_format(&path, "%s/s3-persistence/plans", lab_process_folder(driver->own_process));
    const enum status status = buffer_status(&path, err);
    DIR *folder = status == OK ? opendir(path.text) : NULL;
    buffer_release(&path);
    if (status != OK)
        return status;
    int found = 0;
    for (const struct dirent *entry; folder != NULL && (entry = readdir(folder)) != NULL;) {
        int version = 0;
        if (entry->d_name[0] == '.')
            continue;
        found++;
        if (sscanf(entry->d_name, "plan-%d.json", &version) == 1 && version >= 1 && version <= count)
            seen[version] = true;
    }
    if (folder != NULL)
        (void)closedir(folder);
    for (int i = 1; i <= count; i++)
        found -= seen[i];
    lab_detail(step, "%d plans on disk", count);
    lab_note_branch(step, "plans on disk");
    for (int i = 1; i <= count && step->outcome == SYSTEM_AS_PREDICTED; i++) {
        if (seen[i])
            continue;
        lab_note_aspect(step, "plans on disk: missing");
        lab_unexpected(step, "the folder of plans: plan-%03d.json expected, and it is not there", i);
    }
    if (found != 0 && step->outcome == SYSTEM_AS_PREDICTED) {
        lab_note_aspect(step, "plans on disk: extra");
        lab_unexpected(step, "the folder of plans: %d files expected, found %d more", count, found);
    }
    return OK;
}

enum status lab_lockstep_look(struct lab_driver *driver, uint64_t draw, struct system_step *step,
                              struct error *err)
{
    const uint64_t rest = draw / 8;
    enum status status;
    if ((draw & SYSTEM_CALL) != 0)
        return lab_property_call(driver, draw & ~SYSTEM_CALL, step, err);
    if ((draw & SYSTEM_LAST_LOOK) != 0 && driver->own_process != NULL && draw % LAB_RESTART_ONE_IN == 0)
        return look_after_restart(driver, draw / LAB_RESTART_ONE_IN, step, err);
    switch (draw % 8) {
    case 0:
        status = look_at_health(driver, step, err);
        break;
    case 1:
    case 2:
    case 3:
        status = look_at_name(driver, rest, step, err);
        break;
    case 4:
        status = driver->own_process != NULL && rest % 2 == 0 ? look_at_plans(driver, step, err)
                                                              : look_at_log(driver, step, err);
        break;
    default:
        status = look_at_bad_request(driver, rest, step, err);
    }
    if (status == OK && step->outcome == SYSTEM_AS_PREDICTED)
        status = lab_lockstep_check_whole(driver, step, err);
    return status;
}
