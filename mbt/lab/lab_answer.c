/* SPDX-License-Identifier: Apache-2.0 */
#include "mbt/lab/lab_answer.h"

#include <stdio.h>
#include <string.h>

#include <cjson/cJSON.h>

#define PATH_SIZE          256
#define VERSION_NUMBER_MAX 9007199254740992.0 /* 2^53: beyond, JSON numbers lose digits */

const cJSON *lab_answer_member(const struct http_answer *answer, const char *name)
{
    return cJSON_GetObjectItemCaseSensitive(answer->json, name);
}

const char *lab_answer_text(const struct http_answer *answer, const char *name)
{
    return cJSON_GetStringValue(lab_answer_member(answer, name));
}

bool lab_answer_is_ok(const struct http_answer *answer)
{
    return http_answer_is_success(answer) &&
           (answer->text.length == 0 || cJSON_IsTrue(lab_answer_member(answer, "ok")));
}

bool lab_version_of(const cJSON *item, int64_t *ret_version)
{
    if (!cJSON_IsNumber(item) || !(item->valuedouble >= 1.0) || item->valuedouble > VERSION_NUMBER_MAX)
        return false;
    const int64_t version = (int64_t)item->valuedouble;
    if ((double)version < item->valuedouble) /* a fraction */
        return false;
    *ret_version = version;
    return true;
}

int lab_answer_addresses(const struct http_answer *answer, const char *name)
{
    const char *answered = lab_answer_text(answer, "name");
    const cJSON *ips = lab_answer_member(answer, "ips");
    if (!http_answer_is_success(answer) || answered == NULL || strcmp(answered, name) != 0 ||
        !cJSON_IsArray(ips))
        return -1;
    const cJSON *ip;
    cJSON_ArrayForEach(ip, ips)
    {
        if (!cJSON_IsString(ip))
            return -1;
    }
    return cJSON_GetArraySize(ips);
}

bool lab_answer_observed(const struct http_answer *answer, const char *name, const char **ret_value)
{
    const cJSON *record = lab_answer_member(answer, name);
    const char *value = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(record, "value"));
    if (value == NULL && !cJSON_IsNull(record))
        return false;
    *ret_value = value;
    return true;
}

/* --- the zone, for messages --- */

/* Appends the addresses of a name: "192.0.4.1, 192.0.4.3", or "no address". */
static bool describe_addresses(struct http_client *client, const char *name, struct buffer *out)
{
    char path[PATH_SIZE];
    struct http_answer answer;
    struct error ignored;
    const struct http_request request = {.method = "GET", .path = path};
    (void)snprintf(path, sizeof path, LAB_API_RESOLVE_PATH "%s", name);
    http_answer_init(&answer);
    const bool obtained = http_client_request(client, &request, &answer, &ignored) == OK &&
                          lab_answer_addresses(&answer, name) >= 0;
    const cJSON *ips = lab_answer_member(&answer, "ips");
    const char *separator = "";
    if (obtained && cJSON_GetArraySize(ips) == 0)
        buffer_string(out, "no address");
    for (const cJSON *ip = obtained ? ips->child : NULL; ip != NULL; ip = ip->next) {
        buffer_format(out, "%s%.64s", separator, ip->valuestring);
        separator = ", ";
    }
    http_answer_release(&answer);
    return obtained;
}

/* Lock and root as a deployer observes them. */
static bool describe_observed(struct http_client *client, const char *deployer, struct buffer *out)
{
    char path[PATH_SIZE];
    struct http_answer answer;
    struct error ignored;
    const char *lock = NULL, *root = NULL;
    const struct http_request request = {.method = "POST", .path = path};
    (void)snprintf(path, sizeof path, "/mbt/deployers/%s/sync", deployer);
    http_answer_init(&answer);
    const bool obtained = http_client_request(client, &request, &answer, &ignored) == OK &&
                          lab_answer_is_ok(&answer) && lab_answer_observed(&answer, "lock", &lock) &&
                          lab_answer_observed(&answer, "root", &root);
    if (obtained)
        buffer_format(out, "lock %.128s; root -> %.128s (", lock != NULL ? lock : "none",
                      root != NULL ? root : "none");
    http_answer_release(&answer);
    return obtained;
}

void lab_zone_describe(struct http_client *client, const char *deployer, const char *const *plan_names,
                       size_t plan_count, struct buffer *out)
{
    bool obtained =
        describe_observed(client, deployer, out) && describe_addresses(client, LAB_API_ROOT_NAME, out);
    if (obtained) {
        buffer_string(out, "); rollback (");
        obtained = describe_addresses(client, LAB_API_ROLLBACK_NAME, out);
        buffer_char(out, ')');
    }
    const size_t first = plan_count > LAB_ZONE_PLANS_MAX ? plan_count - LAB_ZONE_PLANS_MAX : 0;
    for (size_t i = first; obtained && i < plan_count; i++) {
        buffer_format(out, "; %s (", plan_names[i]);
        obtained = describe_addresses(client, plan_names[i], out);
        buffer_char(out, ')');
    }
    if (!obtained)
        buffer_string(out, " (the zone cannot be had from this lab)");
}
