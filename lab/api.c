/* SPDX-License-Identifier: Apache-2.0 */
#include "lab/api.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "lab/docs.h"
#include "lab/json_text.h"
#include "lab/page.h"
#include "lab/route.h"
#include "lab/state.h"

#define JSON_TYPE "application/json"
#define HTML_TYPE "text/html; charset=utf-8"

void api_answer_init(struct api_answer *answer)
{
    *answer = (struct api_answer){.status = 200, .content_type = JSON_TYPE};
    buffer_init(&answer->location);
    buffer_init(&answer->body);
}

void api_answer_release(struct api_answer *answer)
{
    buffer_release(&answer->location);
    buffer_release(&answer->body);
}

void api_answer_error(struct api_answer *answer, unsigned status, const char *text)
{
    answer->status = status;
    answer->content_type = JSON_TYPE;
    buffer_clear(&answer->body);
    buffer_clear(&answer->location);
    buffer_string(&answer->body, "{\"detail\": ");
    buffer_json(&answer->body, text);
    buffer_char(&answer->body, '}');
}

/* What a route's function is given: name is the decoded {name} of the path, or NULL. */
struct call {
    struct lab *lab;
    const char *if_none_match;
    const struct body *body;
    const char *name;
};

/* The page asks for itself again and again: as long as nothing has changed it is told so, and no more. */
static void answer_front(const struct call *call, struct api_answer *answer)
{
    (void)snprintf(answer->etag, sizeof answer->etag, "\"%" PRIx64 "-%" PRIx64 "\"", call->lab->instance,
                   call->lab->revision);
    if (call->if_none_match != NULL && strstr(call->if_none_match, answer->etag) != NULL) {
        answer->status = 304;
        answer->content_type = NULL;
        return;
    }
    answer->content_type = HTML_TYPE;
    page_write_front(&answer->body, call->lab);
}

static void answer_log(const struct call *call, struct api_answer *answer)
{
    action_log_write(&answer->body, &call->lab->log);
}

static void answer_health(const struct call *call, struct api_answer *answer)
{
    struct buffer ips;
    buffer_init(&ips);
    const bool ok = lab_health(call->lab, &ips);
    buffer_format(&answer->body,
                  "{\"ok\": %s, \"name\": \"" LAB_ROOT_NAME "\", \"ips\": ", ok ? "true" : "false");
    buffer_append(&answer->body, ips.text, ips.length);
    buffer_char(&answer->body, '}');
    answer->body.failed = answer->body.failed || ips.failed;
    buffer_release(&ips);
}

static void answer_state(const struct call *call, struct api_answer *answer)
{
    state_write(&answer->body, call->lab);
}

static void answer_resolve(const struct call *call, struct api_answer *answer)
{
    buffer_string(&answer->body, "{\"name\": ");
    buffer_json(&answer->body, call->name);
    buffer_string(&answer->body, ", \"ips\": ");
    (void)wormhole53_resolve(&call->lab->zone, call->name, &answer->body);
    buffer_char(&answer->body, '}');
}

static void answer_done(struct api_answer *answer, enum status status, const struct error *err)
{
    if (status == OK)
        buffer_string(&answer->body, "{\"ok\": true}");
    else
        api_answer_error(answer, 500, err->text);
}

static void answer_reset(const struct call *call, struct api_answer *answer)
{
    struct error err;
    const enum status status = lab_reset(call->lab, &err);
    answer_done(answer, status, &err);
}

static void answer_seed_init(const struct call *call, struct api_answer *answer)
{
    struct error err;
    const enum status status = lab_seed_init(call->lab, &err);
    answer_done(answer, status, &err);
}

/* A body that was refused: ERR_DATA has its complaints in details. */
static void answer_bad_body(struct api_answer *answer, enum status status, const struct buffer *details,
                            const struct error *err)
{
    if (status != ERR_DATA) {
        api_answer_error(answer, 500, err->text);
        return;
    }
    answer->status = 422;
    buffer_string(&answer->body, "{\"detail\": ");
    buffer_append(&answer->body, details->text, details->length);
    buffer_char(&answer->body, '}');
}

static void answer_generate(const struct call *call, struct api_answer *answer)
{
    struct error err;
    struct buffer details;
    buffer_init(&details);
    struct balancer *balancers;
    size_t count;
    enum status status = body_read_balancers(call->body, &balancers, &count, &details, &err);
    if (status != OK) {
        answer_bad_body(answer, status, &details, &err);
    } else {
        status = lab_generate(call->lab, balancers, count, &answer->body, &err);
        mem_free(balancers);
        if (status != OK)
            api_answer_error(answer, 500, err.text);
    }
    buffer_release(&details);
}

static struct deployer *find_deployer(const struct call *call, struct api_answer *answer)
{
    struct deployer *deployer = lab_deployer(call->lab, call->name);
    if (deployer == NULL)
        api_answer_error(answer, 404, "unknown deployer");
    return deployer;
}

static void answer_sync(const struct call *call, struct api_answer *answer)
{
    struct deployer *deployer = find_deployer(call, answer);
    if (deployer == NULL)
        return;
    lab_sync(call->lab, CALLER_PERSON, deployer);
    buffer_string(&answer->body, "{\"ok\": true, \"lock\": ");
    record_write(&answer->body, deployer->lock);
    buffer_string(&answer->body, ", \"root\": ");
    record_write(&answer->body, deployer->root);
    buffer_char(&answer->body, '}');
}

static void answer_deploy(const struct call *call, struct api_answer *answer)
{
    struct deployer *deployer = find_deployer(call, answer);
    if (deployer == NULL)
        return;
    struct deploy_answer deploy;
    struct error err;
    if (lab_deploy(call->lab, CALLER_PERSON, deployer, &deploy, &err) != OK) {
        api_answer_error(answer, 500, err.text);
        return;
    }
    switch (deploy.outcome) {
    case DEPLOY_INSTALLED:
    case DEPLOY_SKIPPED:
        buffer_format(&answer->body, "{\"ok\": true, \"message\": \"%s\", \"version\": %" PRId64 "}",
                      deploy.outcome == DEPLOY_INSTALLED ? "installed" : "skipped", deploy.version);
        break;
    case DEPLOY_IDLE:
        buffer_string(&answer->body, "{\"ok\": true, \"message\": \"idle\"}");
        break;
    case DEPLOY_REFUSED:
        buffer_string(&answer->body, "{\"ok\": false, \"message\": ");
        buffer_json(&answer->body, deploy.refusal.text);
        buffer_char(&answer->body, '}');
    }
}

static void answer_cleanup(const struct call *call, struct api_answer *answer)
{
    struct error err;
    struct buffer details;
    buffer_init(&details);
    int64_t keep = 0;
    const enum status status = body_read_keep_last_n(call->body, &keep, &details, &err);
    if (status != OK)
        answer_bad_body(answer, status, &details, &err);
    buffer_release(&details);
    struct deployer *deployer = status == OK ? find_deployer(call, answer) : NULL;
    if (deployer == NULL)
        return;
    struct cleanup_answer cleanup;
    if (lab_cleanup(call->lab, CALLER_PERSON, deployer, keep, &cleanup, &err) != OK) {
        api_answer_error(answer, 500, err.text);
        return;
    }
    buffer_string(&answer->body, "{\"ok\": true, \"deleted_versions\": [");
    for (size_t i = 0; i < cleanup.deleted_count; i++)
        buffer_format(&answer->body, "%s%" PRId64, i == 0 ? "" : ", ", cleanup.deleted_versions[i]);
    buffer_string(&answer->body, "]}");
    mem_free(cleanup.deleted_versions);
}

static void answer_docs(const struct call *call, struct api_answer *answer)
{
    (void)call;
    answer->content_type = HTML_TYPE;
    docs_write_page(&answer->body);
}

static void answer_openapi(const struct call *call, struct api_answer *answer)
{
    (void)call;
    docs_write_openapi(&answer->body);
}

/* In the order of docs_calls, so that no call goes undescribed. */
static void (*const functions[])(const struct call *call, struct api_answer *answer) = {
    [DOCS_FRONT] = answer_front,         [DOCS_LOG] = answer_log,           [DOCS_HEALTH] = answer_health,
    [DOCS_RESOLVE] = answer_resolve,     [DOCS_STATE] = answer_state,       [DOCS_RESET] = answer_reset,
    [DOCS_SEED_INIT] = answer_seed_init, [DOCS_GENERATE] = answer_generate, [DOCS_SYNC] = answer_sync,
    [DOCS_DEPLOY] = answer_deploy,       [DOCS_CLEANUP] = answer_cleanup,   [DOCS_DOCS] = answer_docs,
    [DOCS_REDOC] = answer_docs,          [DOCS_OPENAPI] = answer_openapi,
};

/* The call of a path; DOCS_CALL_COUNT when there is none. */
static enum docs_call find_call(const char *path, const char **ret_name, size_t *ret_length)
{
    for (enum docs_call id = 0; id < DOCS_CALL_COUNT; id++) {
        if (route_matches(docs_calls[id].path, path, ret_name, ret_length))
            return id;
    }
    return DOCS_CALL_COUNT;
}

/* A path that is a call's but for slashes at its end is sent there. */
static bool redirect(const struct api_request *request, struct buffer *path, struct api_answer *answer)
{
    size_t length = path->length;
    while (length > 0 && path->text[length - 1] == '/')
        length--;
    if (length == 0 || length == path->length)
        return false;
    path->text[length] = '\0';
    const char *name;
    size_t name_length;
    if (find_call(path->text, &name, &name_length) == DOCS_CALL_COUNT)
        return false;
    answer->status = 307;
    answer->content_type = NULL;
    if (request->host != NULL)
        buffer_format(&answer->location, "http://%s", request->host);
    route_encode_path(path->text, &answer->location);
    buffer_string(&answer->location, request->target + strcspn(request->target, "?"));
    return true;
}

static void dispatch(struct lab *lab, const struct api_request *request, struct buffer *path,
                     struct api_answer *answer)
{
    const char *name = NULL;
    size_t length = 0;
    const enum docs_call id = find_call(path->text, &name, &length);
    if (id == DOCS_CALL_COUNT) {
        if (!redirect(request, path, answer))
            api_answer_error(answer, 404, "Not Found");
        return;
    }
    const char *method = strcmp(request->method, "HEAD") == 0 ? "GET" : request->method;
    if (strcmp(method, docs_calls[id].method) != 0) {
        api_answer_error(answer, 405, "Method Not Allowed");
        answer->allow = docs_calls[id].method;
        return;
    }
    if (name != NULL)
        path->text[(size_t)(name - path->text) + length] = '\0';
    const struct call call = {
        .lab = lab, .if_none_match = request->if_none_match, .body = &request->body, .name = name};
    functions[id](&call, answer);
}

void api_handle(struct lab *lab, const struct api_request *request, struct api_answer *answer)
{
    if (strlen(request->target) > API_PATH_MAX) {
        api_answer_error(answer, 414, "URI Too Long");
        return;
    }
    struct buffer path;
    buffer_init(&path);
    const bool plain = route_decode_path(request->target, &path);
    if (!path.failed && plain)
        dispatch(lab, request, &path, answer);
    else if (!path.failed)
        api_answer_error(answer, 404, "Not Found");
    if (path.failed || answer->body.failed || answer->location.failed)
        api_answer_error(answer, 500, "out of memory");
    buffer_release(&path);
}
