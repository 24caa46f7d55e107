/* SPDX-License-Identifier: Apache-2.0 */
/* The names that the lab gives to things, and how to read a version back from them.
 *
 * A plan is plan-%03d.cdb.acme and its load balancers lb-%03d-%d.cdb.acme (version, id); versions start at 1.
 * Pure functions: any thread. */
#ifndef RACEWALK_LAB_NAMES_H
#define RACEWALK_LAB_NAMES_H

#include <stddef.h>
#include <stdint.h>

#define LAB_ROOT_NAME     "clouddb.us-east-1.api.acme"
#define LAB_ROLLBACK_NAME "_rollback." LAB_ROOT_NAME
#define LAB_LOCK_NAME     "_lock." LAB_ROOT_NAME
#define LAB_NAME_SUFFIX   ".cdb.acme"

/* The placeholder plan that a model's run starts from; it has no address on purpose. */
#define LAB_INIT_PLAN_NAME     "plan-init" LAB_NAME_SUFFIX
#define LAB_INIT_BALANCER_NAME "lb-init" LAB_NAME_SUFFIX

#define LAB_NAME_SIZE        64 /* bytes that hold any formatted name below, with its NUL */
#define PLAN_VERSION_MAX     INT64_C(999999999)
#define BALANCER_ID_MAX      255 /* an id becomes the last octet of an address */
#define DEPLOYERS_MAX        8   /* deployer-a … deployer-h */
#define DEPLOYERS_DEFAULT    3
#define DEPLOYER_NAME_LENGTH 10

struct lab_name {
    char text[LAB_NAME_SIZE];
};

struct lab_name plan_name(int64_t version);
struct lab_name balancer_name(int64_t version, int64_t id);
struct lab_name balancer_address(int64_t version, int64_t id);
struct lab_name plan_file_name(int64_t version);
struct lab_name deployer_name(size_t index);

/* The plan version that a plan's or a load balancer's name belongs to; 0 for any other name. */
int64_t version_of_name(const char *name);

/* The version of a plan file's name (without its folder); 0 for any other name. */
int64_t version_of_file_name(const char *name);

#endif
