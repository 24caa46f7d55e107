/* A plan of a trace as the lab's planner is told of it: a list of balancers, whose ids are the last numbers
 * of their addresses. Pure; any thread. */
#ifndef RACEWALK_MBT_LAB_PLAN_H
#define RACEWALK_MBT_LAB_PLAN_H

#include "base/status.h"
#include "model/value.h"

#define LAB_PLAN_BODY_SIZE 1024

/* The body of a generate for an action GeneratePlan, sorted by id. ERR_DATA when the lab cannot be told: an
 * address whose last number is no id (1 to 255), a weight below 0. */
enum status lab_plan_body(const struct value *action, char body[LAB_PLAN_BODY_SIZE],
                          struct error *err) WARN_UNUSED;

#endif
