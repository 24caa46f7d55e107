/* SPDX-License-Identifier: Apache-2.0 */
#include "lab/names.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

struct lab_name plan_name(int64_t version)
{
    struct lab_name name;
    (void)snprintf(name.text, sizeof name.text, "plan-%03" PRId64 LAB_NAME_SUFFIX, version);
    return name;
}

struct lab_name balancer_name(int64_t version, int64_t id)
{
    struct lab_name name;
    (void)snprintf(name.text, sizeof name.text, "lb-%03" PRId64 "-%" PRId64 LAB_NAME_SUFFIX, version, id);
    return name;
}

struct lab_name balancer_address(int64_t version, int64_t id)
{
    struct lab_name name;
    (void)snprintf(name.text, sizeof name.text, "192.0.%" PRId64 ".%" PRId64, version % 256, id);
    return name;
}

struct lab_name plan_file_name(int64_t version)
{
    struct lab_name name;
    (void)snprintf(name.text, sizeof name.text, "plan-%03" PRId64 ".json", version);
    return name;
}

struct lab_name deployer_name(size_t index)
{
    struct lab_name name;
    (void)snprintf(name.text, sizeof name.text, "deployer-%c", (char)('a' + (int)index));
    return name;
}

/* Reads what %03d writes; moves *text behind it. 0 when it is anything else. */
static int64_t read_version(const char **text)
{
    const char *at = *text;
    int64_t version = 0;
    while (*at >= '0' && *at <= '9' && version <= PLAN_VERSION_MAX)
        version = version * 10 + (*at++ - '0');
    const size_t digits = (size_t)(at - *text);
    const bool padded_too_much = digits > 3 && (*text)[0] == '0';
    if (digits < 3 || padded_too_much || version < 1 || version > PLAN_VERSION_MAX)
        return 0;
    *text = at;
    return version;
}

int64_t version_of_name(const char *name)
{
    const bool balancer = strncmp(name, "lb-", 3) == 0;
    if (!balancer && strncmp(name, "plan-", 5) != 0)
        return 0;
    const char *at = name + (balancer ? 3 : 5);
    const int64_t version = read_version(&at);
    if (balancer) {
        if (*at++ != '-' || *at < '1' || *at > '9')
            return 0;
        at += strspn(at, "0123456789");
    }
    return strcmp(at, LAB_NAME_SUFFIX) == 0 ? version : 0;
}

int64_t version_of_file_name(const char *name)
{
    if (strncmp(name, "plan-", 5) != 0)
        return 0;
    const char *at = name + 5;
    const int64_t version = read_version(&at);
    return strcmp(at, ".json") == 0 ? version : 0;
}
