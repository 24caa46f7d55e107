/* SPDX-License-Identifier: Apache-2.0 */
#include "mbt/lab/lab_property.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "base/memory.h"
#include "mbt/lab/lab_answer.h"
#include "mbt/lab/lab_lockstep_parts.h"
#include "model/dns/dns_balancer.h"

#define LOCK_NAME      "_lock." LAB_API_ROOT_NAME
#define BODY_SIZE      256
#define BALANCERS_MOST 3
#define KEEP_MOST      4
#define DEPLOYERS_MOST 3 /* that are called */

enum call_kind { CALL_GENERATE, CALL_SYNC, CALL_DEPLOY, CALL_CLEANUP };

/* A call on its way to be judged. */
struct call {
    enum call_kind kind;
    int deployer;
    int64_t keep_last_n;
    char body[BODY_SIZE];
    const cJSON *before, *after; /* states */
    const cJSON *answer;
    struct system_step *step;
};

struct lab_property {
    cJSON *state; /* after the last call; NULL: a reset comes first */
};

void lab_property_free(struct lab_property *property)
{
    if (property == NULL)
        return;
    cJSON_Delete(property->state);
    mem_free(property);
}

/* --- parts of states and answers --- */

static const cJSON *member(const cJSON *object, const char *name)
{
    return cJSON_GetObjectItemCaseSensitive(object, name);
}

static const char *text(const cJSON *object, const char *name)
{
    const char *found = cJSON_GetStringValue(member(object, name));
    return found != NULL ? found : "";
}

static int64_t number(const cJSON *object, const char *name)
{
    const cJSON *found = member(object, name);
    return cJSON_IsNumber(found) ? (int64_t)found->valuedouble : INT64_MIN;
}

static const cJSON *deployer_of(const cJSON *state, int deployer)
{
    return cJSON_GetArrayItem(member(state, "deployers"), deployer);
}

/* The zone's record of a name and a type; NULL when there is none. */
static const cJSON *find_record(const cJSON *state, const char *type, const char *name)
{
    const cJSON *record;
    cJSON_ArrayForEach(record, member(state, "zone"))
    {
        if (strcmp(text(record, "type"), type) == 0 && strcmp(text(record, "name"), name) == 0)
            return record;
    }
    return NULL;
}

/* Null and nothing are the same. */
static bool is_same(const cJSON *a, const cJSON *b)
{
    const bool no_a = a == NULL || cJSON_IsNull(a), no_b = b == NULL || cJSON_IsNull(b);
    return no_a || no_b ? no_a == no_b : cJSON_Compare(a, b, 1) != 0;
}

/* The version in a plan's or a balancer's name; 0 for any other. */
static int64_t version_in(const char *name)
{
    int64_t version = 0;
    const char *digits = strncmp(name, "plan-", 5) == 0 ? name + 5
                         : strncmp(name, "lb-", 3) == 0 ? name + 3
                                                        : "";
    for (; *digits >= '0' && *digits <= '9'; digits++)
        version = version * 10 + (*digits - '0');
    return version;
}

/* The answer says that the lab did not do it. */
static bool is_refusal(const struct call *call)
{
    return cJSON_IsFalse(member(call->answer, "ok"));
}

/* --- properties: each gives NULL, or what is wrong --- */

static const char *root_keeps_resolving(const struct call *call)
{
    const bool was = cJSON_IsTrue(member(member(call->before, "health"), "ok"));
    const bool is = cJSON_IsTrue(member(member(call->after, "health"), "ok"));
    return was && !is ? LAB_API_ROOT_NAME " resolved, and does not any more" : NULL;
}

static const char *refusal_changes_nothing(const struct call *call)
{
    if (!is_refusal(call))
        return NULL;
    if (!is_same(member(call->before, "zone"), member(call->after, "zone")))
        return "the call was refused, and the zone has changed";
    const cJSON *before = deployer_of(call->before, call->deployer);
    const cJSON *after = deployer_of(call->after, call->deployer);
    if (!is_same(member(before, "next_plan_version"), member(after, "next_plan_version")) ||
        !is_same(member(before, "lock"), member(after, "lock")) ||
        !is_same(member(before, "root"), member(after, "root")))
        return "the call was refused, and what the deployer knows has changed";
    return NULL;
}

static const char *versions_only_grow(const struct call *call)
{
    if (number(call->after, "last_version") !=
        number(call->before, "last_version") + (call->kind == CALL_GENERATE))
        return "last_version does not count the plans that were made";
    for (int d = 0; d < cJSON_GetArraySize(member(call->before, "deployers")); d++) {
        const cJSON *before = deployer_of(call->before, d), *after = deployer_of(call->after, d);
        const int64_t next = number(after, "next_plan_version") - number(before, "next_plan_version");
        if (next < 0 || next > 1 ||
            number(after, "next_plan_version") > number(call->after, "last_version") + 1)
            return "a deployer's next plan went back, or on by more than one, or beyond the plans that there "
                   "are";
        if (number(after, "lock_epoch") < number(before, "lock_epoch"))
            return "a deployer's epoch went back";
    }
    return NULL;
}

/* The batch that exchanges the lock goes by what the deployer has observed. */
static const char *install_needs_the_lock(const struct call *call)
{
    const cJSON *deployer = deployer_of(call->before, call->deployer);
    if (call->kind != CALL_DEPLOY || strcmp(text(call->answer, "message"), "installed") != 0)
        return NULL;
    if (!is_same(member(deployer, "lock"), find_record(call->before, "TXT", LOCK_NAME)))
        return "installed by a deployer whose lock was stale";
    const cJSON *after = deployer_of(call->after, call->deployer);
    if (number(after, "lock_epoch") != number(deployer, "lock_epoch") + 1)
        return "installed, and the deployer's epoch is not the next one";
    return NULL;
}

static const char *install_is_seen(const struct call *call)
{
    char name[64], lock[64];
    const cJSON *deployer = deployer_of(call->before, call->deployer);
    if (call->kind != CALL_DEPLOY || strcmp(text(call->answer, "message"), "installed") != 0)
        return NULL;
    const int64_t version = number(deployer, "next_plan_version");
    (void)snprintf(name, sizeof name, "plan-%03lld.cdb.acme", (long long)version);
    (void)snprintf(lock, sizeof lock, "deployer-%c %lld", 'a' + call->deployer,
                   (long long)number(deployer, "lock_epoch") + 1);
    if (number(call->answer, "version") != version)
        return "installed, and the answer names another version than the deployer's next";
    if (number(deployer_of(call->after, call->deployer), "next_plan_version") != version + 1)
        return "installed, and the deployer's next plan is the same";
    if (strcmp(text(find_record(call->after, "ALIAS", LAB_API_ROOT_NAME), "value"), name) != 0)
        return "installed, and root points elsewhere";
    if (strcmp(text(find_record(call->after, "TXT", LOCK_NAME), "value"), lock) != 0)
        return "installed, and the lock is not the deployer's next";
    if (find_record(call->after, "ALIAS", name) == NULL)
        return "installed, and the plan is not in the zone";
    const char *observed = text(member(deployer, "root"), "value");
    const cJSON *rollback = find_record(call->after, "ALIAS", LAB_API_ROLLBACK_NAME);
    if (observed[0] != '\0' && strcmp(observed, name) != 0 && strcmp(text(rollback, "value"), observed) != 0)
        return "installed, and rollback does not point to the root that was observed";
    return NULL;
}

/* A deleted version has no record left, one that is young all; nothing else changes. */
static const char *cleanup_spares_the_young(const struct call *call)
{
    const cJSON *deleted = member(call->answer, "deleted_versions");
    const int64_t below =
        number(deployer_of(call->before, call->deployer), "next_plan_version") - call->keep_last_n;
    if (call->kind != CALL_CLEANUP)
        return NULL;
    int64_t last = 0;
    const cJSON *item;
    cJSON_ArrayForEach(item, deleted)
    {
        const int64_t version = cJSON_IsNumber(item) ? (int64_t)item->valuedouble : 0;
        if (version <= last)
            return "deleted_versions is not sorted";
        if (version >= below)
            return "a version was deleted that is to be kept";
        last = version;
    }
    const cJSON *kept = member(call->after, "zone")->child, *record;
    cJSON_ArrayForEach(record, member(call->before, "zone"))
    {
        const double version = (double)version_in(text(record, "name"));
        bool is_gone = false;
        cJSON_ArrayForEach(item, deleted) is_gone =
            is_gone || (version > 0 && !(item->valuedouble < version) && !(item->valuedouble > version));
        if (is_gone)
            continue;
        if (kept == NULL || !is_same(kept, record))
            return "the zone is not what it was without the deleted versions";
        kept = kept->next;
    }
    return kept != NULL ? "records of a deleted version are still there" : NULL;
}

static const char *sync_sees_the_zone(const struct call *call)
{
    const cJSON *after = deployer_of(call->after, call->deployer);
    if (call->kind != CALL_SYNC)
        return NULL;
    if (!is_same(member(call->answer, "lock"), find_record(call->before, "TXT", LOCK_NAME)) ||
        !is_same(member(call->answer, "root"), find_record(call->before, "ALIAS", LAB_API_ROOT_NAME)))
        return "the answer is not what the zone has";
    if (!is_same(member(after, "lock"), member(call->answer, "lock")) ||
        !is_same(member(after, "root"), member(call->answer, "root")))
        return "the deployer has not observed what was answered";
    return NULL;
}

/* Only a deploy and a cleanup change the zone, and a call of one deployer nothing of another. */
static const char *others_stay_as_they_are(const struct call *call)
{
    const bool keeps_zone = call->kind == CALL_GENERATE || call->kind == CALL_SYNC;
    if (keeps_zone && !is_same(member(call->before, "zone"), member(call->after, "zone")))
        return "the zone has changed";
    for (int d = 0; d < cJSON_GetArraySize(member(call->before, "deployers")); d++) {
        const bool is_own = call->kind != CALL_GENERATE && d == call->deployer;
        if (!is_own && !is_same(deployer_of(call->before, d), deployer_of(call->after, d)))
            return "another deployer has changed";
    }
    return NULL;
}

/* Each plan in the zone has an address for each of its balancers, and each such address a plan. */
static const char *plans_are_whole(const struct call *call)
{
    const cJSON *record, *target;
    cJSON_ArrayForEach(record, member(call->after, "zone"))
    {
        char plan[64];
        const int64_t version = version_in(text(record, "name"));
        (void)snprintf(plan, sizeof plan, "plan-%03lld.cdb.acme", (long long)version);
        if (version > 0 && find_record(call->after, "ALIAS", plan) == NULL)
            return "a balancer of a plan that is not there";
        if (version == 0 || !cJSON_IsArray(member(record, "value")))
            continue;
        cJSON_ArrayForEach(target, member(record, "value"))
        {
            if (find_record(call->after, "A", text(target, "name")) == NULL)
                return "a balancer without an address";
        }
    }
    return NULL;
}

static const char *names_are_unique(const struct call *call)
{
    const cJSON *record;
    cJSON_ArrayForEach(record, member(call->after, "zone"))
    {
        if (find_record(call->after, text(record, "type"), text(record, "name")) != record)
            return "two records of one name and type";
    }
    return NULL;
}

/* What health says is what the zone leads to: root, its plan, the balancers in their order. */
static const char *health_is_the_zones(const struct call *call)
{
    const cJSON *health = member(call->after, "health"), *ip = member(health, "ips")->child, *target;
    const cJSON *root = find_record(call->after, "ALIAS", LAB_API_ROOT_NAME);
    const cJSON *plan = find_record(call->after, "ALIAS", text(root, "value"));
    if (cJSON_IsTrue(member(health, "ok")) != (ip != NULL))
        return "ok without addresses, or the other way round";
    cJSON_ArrayForEach(target, member(plan, "value"))
    {
        const cJSON *address = find_record(call->after, "A", text(target, "name"));
        if (address == NULL)
            continue;
        if (ip == NULL || strcmp(ip->valuestring, text(address, "value")) != 0)
            return "other addresses than the zone leads to";
        ip = ip->next;
    }
    return ip != NULL ? "more addresses than the zone leads to" : NULL;
}

static const char *plan_is_as_asked(const struct call *call)
{
    cJSON *asked = cJSON_Parse(call->body);
    const cJSON *balancers = member(cJSON_GetArrayItem(member(call->answer, "records"), 0), "value"), *target;
    const char *wrong = NULL;
    int last = 0;
    if (call->kind == CALL_GENERATE && number(call->answer, "version") != number(call->after, "last_version"))
        wrong = "the answer has another version";
    if (call->kind == CALL_GENERATE && asked != NULL &&
        cJSON_GetArraySize(asked) != cJSON_GetArraySize(balancers))
        wrong = "another number of balancers than was asked for";
    cJSON_ArrayForEach(target, balancers)
    {
        const char *dash = strrchr(text(target, "name"), '-');
        const int id = dash != NULL ? (int)strtol(dash + 1, NULL, 10) : 0;
        bool is_asked = asked == NULL || call->body[0] == '\0';
        const cJSON *item;
        cJSON_ArrayForEach(item, asked) is_asked =
            is_asked || (number(item, "id") == id && number(item, "weight") == number(target, "weight"));
        if (call->kind == CALL_GENERATE && (!is_asked || id < last))
            wrong = "a balancer that was not asked for, or not in the order of ids";
        last = id;
    }
    cJSON_Delete(asked);
    return wrong;
}

static const struct {
    const char *name;
    const char *(*broken)(const struct call *call);
} properties[] = {
    {"the root keeps resolving", root_keeps_resolving},
    {"a refusal changes nothing", refusal_changes_nothing},
    {"versions only grow", versions_only_grow},
    {"an install needs the lock", install_needs_the_lock},
    {"an install is seen", install_is_seen},
    {"cleanup spares the young", cleanup_spares_the_young},
    {"sync sees the zone", sync_sees_the_zone},
    {"others stay as they are", others_stay_as_they_are},
    {"plans are whole", plans_are_whole},
    {"names are unique", names_are_unique},
    {"health is the zone's", health_is_the_zones},
    {"a plan is as asked", plan_is_as_asked},
};

/* --- calls --- */

static void choose(uint64_t draw, int deployers, struct call *call, char path[LAB_PATH_SIZE])
{
    static const enum call_kind kinds[] = {CALL_GENERATE, CALL_SYNC,   CALL_SYNC,   CALL_SYNC,
                                           CALL_DEPLOY,   CALL_DEPLOY, CALL_DEPLOY, CALL_CLEANUP};
    static const char *const names[] = {
        [CALL_SYNC] = "sync", [CALL_DEPLOY] = "deploy", [CALL_CLEANUP] = "cleanup"};
    call->kind = kinds[draw % 8];
    call->deployer = (int)(draw / 8 % (uint64_t)deployers);
    call->keep_last_n = 1 + (int64_t)(draw / 64 % KEEP_MOST); /* 0 deletes what it has just installed */
    call->body[0] = '\0';
    if (call->kind != CALL_GENERATE)
        (void)snprintf(path, LAB_PATH_SIZE, "/mbt/deployers/deployer-%c/%s", 'a' + call->deployer,
                       names[call->kind]);
    else
        (void)snprintf(path, LAB_PATH_SIZE, "/mbt/planner/generate");
    if (call->kind == CALL_CLEANUP)
        (void)snprintf(call->body, sizeof call->body, "{\"keep_last_n\": %d}", (int)call->keep_last_n);
    size_t used = 0;
    const uint64_t count = call->kind == CALL_GENERATE ? draw / 64 % (BALANCERS_MOST + 1) : 0;
    for (uint64_t i = 0, rest = draw / 512; i < count; i++, rest /= 16)
        used +=
            (size_t)snprintf(call->body + used, sizeof call->body - used, "%s{\"id\": %d, \"weight\": %d}%s",
                             i == 0 ? "[" : ", ", (int)(5 * (BALANCERS_MOST - i) + rest % 5 + 1),
                             (int)(rest % 16 * 10), i + 1 == count ? "]" : "");
}

static enum status look_at_state(struct lab_driver *driver, struct system_step *step, cJSON **ret_state,
                                 struct error *err)
{
    enum status status;
    *ret_state = NULL;
    if (!lab_lockstep_ask(driver, "GET", "/mbt/state", NULL, step, &status, err))
        return status;
    const struct buffer *body = &driver->answer.text;
    *ret_state = cJSON_ParseWithLengthOpts(body->text, body->length + 1, NULL, 1);
    if (driver->answer.status != 200 || !cJSON_IsArray(member(*ret_state, "zone")) ||
        !cJSON_IsArray(member(member(*ret_state, "health"), "ips")) ||
        cJSON_GetArraySize(member(*ret_state, "deployers")) < 1) {
        lab_note_aspect(step, "state");
        lab_unexpected_answer(driver, step, "the lab's state");
    }
    return OK;
}

static void judge(const struct call *call, const char *path)
{
    struct system_step *step = call->step;
    for (size_t i = 0; i < sizeof properties / sizeof properties[0]; i++) {
        const char *wrong = properties[i].broken(call);
        if (wrong == NULL)
            continue;
        lab_note_aspect(step, "%s", properties[i].name);
        lab_unexpected(step, "POST %s%s%s: %s (%s)", path, call->body[0] != '\0' ? " " : "", call->body,
                       wrong, properties[i].name);
        return;
    }
}

static void tell(const struct call *call, const char *path)
{
    static const char *const names[] = {"generate", "sync", "deploy", "cleanup"};
    const char *message = text(call->answer, "message");
    const bool deletes = cJSON_GetArraySize(member(call->answer, "deleted_versions")) > 0;
    char branch[SYSTEM_ASPECT_SIZE];
    (void)snprintf(branch, sizeof branch, "%s%s%.*s", names[call->kind],
                   message[0] != '\0'           ? ": "
                   : call->kind == CALL_CLEANUP ? deletes ? ": deletes" : ": nothing old"
                                                : "",
                   (int)strcspn(message, ":"), message);
    lab_note_branch(call->step, branch);
    lab_detail(call->step, "POST %s%s%s", path, call->body[0] != '\0' ? " " : "", call->body);
}

/* The zone on disk is the one in memory. */
static enum status check_disk(struct lab_driver *driver, const struct call *call, struct error *err)
{
    struct buffer *expected = &driver->lockstep->expected;
    char *zone = cJSON_PrintUnformatted(member(call->after, "zone"));
    buffer_clear(expected);
    buffer_string(expected, zone != NULL ? zone : "");
    enum status status = zone != NULL ? buffer_status(expected, err) : error_memory(err, 1);
    cJSON_free(zone);
    return status == OK
               ? lab_lockstep_check_file(driver, "current_dns_zone.json", "zone on disk", call->step, err)
               : status;
}

/* The answer is at hand, and the state before it. */
static enum status judge_call(struct lab_driver *driver, struct call *call, const char *path,
                              struct error *err)
{
    struct lab_property *own = driver->property;
    const struct buffer *body = &driver->answer.text;
    cJSON *answer = cJSON_ParseWithLengthOpts(body->text, body->length + 1, NULL, 1), *after = NULL;
    enum status status = OK;
    if (driver->answer.status != 200 || !cJSON_IsObject(answer)) {
        lab_note_aspect(call->step, "answer");
        lab_unexpected_answer(driver, call->step, "200 and a JSON object");
    } else {
        status = look_at_state(driver, call->step, &after, err);
    }
    call->answer = answer;
    call->before = own->state;
    call->after = after;
    tell(call, path);
    if (status == OK && call->step->outcome == SYSTEM_AS_PREDICTED)
        judge(call, path);
    if (status == OK && call->step->outcome == SYSTEM_AS_PREDICTED && driver->own_process != NULL)
        status = check_disk(driver, call, err);
    if (after != NULL) {
        cJSON_Delete(own->state);
        own->state = after;
    }
    cJSON_Delete(answer);
    return status;
}

enum status lab_property_call(struct lab_driver *driver, uint64_t draw, struct system_step *step,
                              struct error *err)
{
    enum status status = OK;
    char path[LAB_PATH_SIZE];
    struct call call = {.step = step};
    if (driver->property == NULL)
        driver->property = mem_new(1, sizeof *driver->property);
    if (driver->property == NULL)
        return error_memory(err, sizeof *driver->property);
    if (driver->is_begun) {
        cJSON_Delete(driver->property->state);
        driver->property->state = NULL;
        status = look_at_state(driver, step, &driver->property->state, err);
        driver->is_begun = false;
    }
    if (status != OK || step->outcome != SYSTEM_AS_PREDICTED)
        return status;
    const int deployers = cJSON_GetArraySize(member(driver->property->state, "deployers"));
    choose(draw, deployers < DEPLOYERS_MOST ? deployers : DEPLOYERS_MOST, &call, path);
    if (!lab_lockstep_ask(driver, "POST", path, call.body[0] != '\0' ? call.body : NULL, step, &status, err))
        return status;
    return judge_call(driver, &call, path, err);
}
