/* SPDX-License-Identifier: Apache-2.0 */
/* A story of the DNS balancer: what its narrator knows of names, plans, counters and views beyond the words.
 *
 * Words: plans are counted in the order of their publication, from 0 ("plan #2"), because that order is what
 * the race is about, while their names come in any order; TALE_PLAN_INIT is the placeholder that everything
 * starts with. A deployer's counter is the index of the plan that it will install next. A plan is stale when
 * a newer one has been the root's target already.
 *
 * The moment of no return of a violation at state v, where name N (root or rollback) points to plan i, is the
 * first state s < v such that in all states s … v - 1
 * - N points to plan i, and the zone has its records, and
 * - some deployer's counter is past i + MAX_PLAN_AGE, so that its clean-up is enabled and deletes them.
 * From s on nothing that was wrong needs to happen any more; a clean-up is all it takes. A rollback can also
 * break without one: when the root's plan is gone, the next deploy hands the root's target over to it; then s
 * is the first of the states before v in which the root points to that plan without its records
 * (TALE_BY_DEPLOY). Owner only. */
#ifndef RACEWALK_MBT_DNS_DNS_TALE_H
#define RACEWALK_MBT_DNS_DNS_TALE_H

#include "mbt/story.h"

#define TALE_NOBODY    SIZE_MAX
#define TALE_PLAN_INIT (-1)
#define TALE_PLAN_NONE (-2) /* a name that is no plan's, or no target at all */

enum tale_change_kind { TALE_ADDED, TALE_REMOVED, TALE_CHANGED };

/* What happened to the records of one owner name. */
struct tale_change {
    enum tale_change_kind kind;
    const struct value *name;
    int plan; /* whose name it is, or TALE_PLAN_NONE */
    /* The records that are gone and those that are new, sorted; NULL without any. */
    const struct value **before, **after;
    size_t before_count, after_count;
};

struct tale_deployer {
    int64_t next; /* its counter */
    bool fresh;   /* the lock that it saw is the zone's */
};

/* The root or the rollback name: where it points to. */
struct tale_pointer {
    const struct value *target; /* NULL when it has no single target */
    int plan;
    bool resolves; /* the target owns a CNAME in the zone */
};

/* Beside what the story has of each state. */
struct tale_state {
    size_t deployer; /* who acted, or TALE_NOBODY */
    const struct tale_change *changes;
    size_t change_count;
    const struct tale_deployer *deployers; /* deployer_count of them */
    const struct value *zone;              /* the set of records */
    struct tale_pointer root, rollback;
    bool installs_stale; /* a deploy of a plan older than the root's */
};

struct tale_plan {
    const struct value *name;    /* in full */
    const struct value *creates; /* its records, a set */
    size_t state;                /* that published it */
};

enum tale_no_return_kind { TALE_BY_CLEANUP, TALE_BY_DEPLOY };

struct dns_tale {
    struct story *story; /* that it belongs to, and whose memory it has */
    struct tale_state *states;
    const struct value *root_name, *rollback_name, *lock_name;
    const struct value **deployers; /* names */
    size_t deployer_count;
    struct tale_plan *plans;
    size_t plan_count;
    int64_t max_plan_age;
    bool of_rollback; /* the property is about the rollback name */
    enum tale_no_return_kind turn_kind;
    size_t turn_deployer; /* whose counter allows the clean-up, by cleanup */

    /* For a page: all records that are ever in the zone, sorted, each once. */
    const struct value **records;
    size_t record_count;
};

static inline const struct dns_tale *dns_tale_of(const struct story *story)
{
    return story->tale;
}

/* The narrator's functions. */
enum status dns_tale_tell(struct story *story, const struct trace *steps, struct error *err) WARN_UNUSED;
enum status dns_tale_conclude(struct story *story, struct error *err) WARN_UNUSED;
void dns_tale_changes(const struct story *story, size_t s, story_line *line, void *user);
void dns_tale_page(const struct story *story, struct buffer *out);
void dns_tale_page_state(const struct story *story, size_t s, struct buffer *out);

/* Appends a name without the zone it is in: "plan4" of plan4.db.example.com; addresses stay whole. */
void tale_short(struct buffer *out, const struct value *name);

/* "plan #2", or "plan-init". */
void tale_plan_label(struct buffer *out, int plan);

/* Parts of a record {name, kind, value: (target, number)}; NULL or 0 for what is not there. */
const struct value *tale_record_name(const struct value *record);
const struct value *tale_record_kind(const struct value *record);
const struct value *tale_record_target(const struct value *record);
int64_t tale_record_number(const struct value *record);

#endif
