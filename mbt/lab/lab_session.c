/* SPDX-License-Identifier: Apache-2.0 */
#include "mbt/lab/lab_session.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>

#include <cjson/cJSON.h>

_Static_assert(LAB_PATH_SIZE >= LAB_DEPLOYER_NAME_MAX + 64, "a path holds any deployer's name");
_Static_assert(LAB_PATH_SIZE >= LAB_PLAN_NAME_SIZE + 64, "a path holds any name in the zone");

const struct known_difference lab_known_differences[LAB_DIFFERENCES_MAX] = {
    [LAB_IDLE_BACKOFF] =
        {"idle-backoff",
         "a deployer that has no plan left is idle in the lab, whatever its lock; the model backs off"},
    [LAB_ROOT_MISSING] = {"root-missing",
                          "the lab refuses to deploy while the root's target is missing; the model installs"},
    [LAB_SAME_ROOT] = {"same-root", "the lab leaves rollback alone when it installs the plan that is the "
                                    "root; the model points it there"},
};

void lab_unexpected(struct system_step *step, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    step->outcome = SYSTEM_UNEXPECTED;
    (void)vsnprintf(step->message, sizeof step->message, format, args);
    va_end(args);
}

void lab_detail(struct system_step *step, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    (void)vsnprintf(step->detail, sizeof step->detail, format, args);
    va_end(args);
}

/* The answer as a whole is not what was expected. */
void lab_unexpected_answer(const struct lab_driver *driver, struct system_step *step, const char *expected)
{
    char shown[HTTP_EXCERPT_SIZE];
    lab_unexpected(step, "%s %s answered %d %s; %s was expected", driver->request.method, driver->path,
                   driver->answer.status, http_answer_excerpt(&driver->answer, shown), expected);
}

void lab_note_difference(struct lab_driver *driver, enum lab_difference_row row, struct system_step *step)
{
    step->difference = &lab_known_differences[row];
    if (driver->differences[row] == LAB_NEVER)
        driver->differences[row] = driver->state;
}

const char *lab_or_none(const char *text)
{
    return text != NULL ? text : "none";
}

const char *lab_list_addresses(const struct cJSON *ips, char *out, size_t size)
{
    size_t used = 0;
    const cJSON *ip;
    out[0] = '\0';
    cJSON_ArrayForEach(ip, ips)
    {
        if (used < size)
            used +=
                (size_t)snprintf(out + used, size - used, "%s%.64s", used == 0 ? "" : ", ", ip->valuestring);
    }
    return out;
}

bool lab_send(struct lab_driver *driver, struct system_step *step, enum status *status, struct error *err)
{
    *status = http_client_request(driver->client, &driver->request, &driver->answer, err);
    if (*status == ERR_DATA) {
        lab_unexpected(step, "%s", err->text);
        *status = OK;
        return false;
    }
    if (*status == OK && driver->observer.on_call != NULL)
        driver->observer.on_call(driver->observer.user, &driver->request, &driver->answer);
    return *status == OK;
}

bool lab_ask(struct lab_driver *driver, const char *method, const char *body, const char *before,
             const char *name, const char *after, struct system_step *step, enum status *status,
             struct error *err)
{
    const int length = snprintf(driver->path, LAB_PATH_SIZE, "%s%s%s", before, name, after);
    assert(length > 0 && length < LAB_PATH_SIZE);
    (void)length;
    driver->request = (struct http_request){.method = method, .path = driver->path, .body = body};
    return lab_send(driver, step, status, err);
}

bool lab_ask_deployer(struct lab_driver *driver, const struct known_deployer *deployer, const char *call,
                      const char *body, struct system_step *step, enum status *status, struct error *err)
{
    return lab_ask(driver, "POST", body, "/mbt/deployers/", deployer->name, call, step, status, err);
}
