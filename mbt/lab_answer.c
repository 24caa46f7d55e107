#include "mbt/lab_answer.h"

#include <stdio.h>
#include <string.h>

#include <cjson/cJSON.h>

#define PATH_SIZE          256
#define VERSION_NUMBER_MAX 9007199254740992.0 /* 2^53: beyond, JSON numbers lose digits */

const cJSON *lab_answer_member(const struct lab_answer *answer, const char *name)
{
    return cJSON_GetObjectItemCaseSensitive(answer->json, name);
}

const char *lab_answer_text(const struct lab_answer *answer, const char *name)
{
    return cJSON_GetStringValue(lab_answer_member(answer, name));
}

bool lab_answer_is_ok(const struct lab_answer *answer)
{
    return answer->status == 200 && cJSON_IsTrue(lab_answer_member(answer, "ok"));
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

int lab_answer_addresses(const struct lab_answer *answer, const char *name)
{
    const char *answered = lab_answer_text(answer, "name");
    const cJSON *ips = lab_answer_member(answer, "ips");
    if (answer->status != 200 || answered == NULL || strcmp(answered, name) != 0 || !cJSON_IsArray(ips))
        return -1;
    const cJSON *ip;
    cJSON_ArrayForEach(ip, ips)
    {
        if (!cJSON_IsString(ip))
            return -1;
    }
    return cJSON_GetArraySize(ips);
}

bool lab_answer_observed(const struct lab_answer *answer, const char *name, const char **ret_value)
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
static bool describe_addresses(struct lab_client *client, const char *name, struct buffer *out)
{
    char path[PATH_SIZE];
    struct lab_answer answer;
    struct error ignored;
    (void)snprintf(path, sizeof path, LAB_API_RESOLVE_PATH "%s", name);
    if (lab_client_call(client, LAB_GET, path, NULL, &answer, &ignored) != OK ||
        lab_answer_addresses(&answer, name) < 0)
        return false;
    const cJSON *ips = lab_answer_member(&answer, "ips");
    const cJSON *ip;
    const char *separator = "";
    if (cJSON_GetArraySize(ips) == 0)
        buffer_string(out, "no address");
    cJSON_ArrayForEach(ip, ips)
    {
        buffer_format(out, "%s%.64s", separator, ip->valuestring);
        separator = ", ";
    }
    return true;
}

/* Lock and root as a deployer observes them. */
static bool describe_observed(struct lab_client *client, const char *deployer, struct buffer *out)
{
    char path[PATH_SIZE];
    struct lab_answer answer;
    struct error ignored;
    const char *lock = NULL, *root = NULL;
    (void)snprintf(path, sizeof path, "/mbt/deployers/%s/sync", deployer);
    if (lab_client_call(client, LAB_POST, path, NULL, &answer, &ignored) != OK ||
        !lab_answer_is_ok(&answer) || !lab_answer_observed(&answer, "lock", &lock) ||
        !lab_answer_observed(&answer, "root", &root))
        return false;
    buffer_format(out, "lock %.128s; root -> %.128s (", lock != NULL ? lock : "none",
                  root != NULL ? root : "none");
    return true;
}

void lab_zone_describe(struct lab_client *client, const char *deployer, const char *const *plan_names,
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
