/* A trace as a person would tell it: what each step did, in words, and what it changed.
 *
 * This is what racewalk explain and racewalk view have in common. A story is made of the values of a trace
 * that was replayed on the model: only states that the model gives are told. For the DNS balancer it knows
 * names, plans, counters and views; for any other model class is_dns is false, and a state has a generic
 * sentence and a generic description of what changed.
 *
 * Words: plans are counted in the order of their publication, from 0 ("plan #2"), because that order is what
 * the race is about, while their names come in any order; STORY_PLAN_INIT is the placeholder that everything
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
 * (STORY_BY_DEPLOY).
 *
 * A story borrows from the itf_trace it was made of. Owner only. */
#ifndef RACEWALK_MBT_STORY_H
#define RACEWALK_MBT_STORY_H

#include "mbt/itf_reader.h"
#include "mbt/replay.h"

#define STORY_BYTES_MAX ((size_t)1 << 30) /* of all that a story holds */
#define STORY_NOBODY    SIZE_MAX
#define STORY_PLAN_INIT (-1)
#define STORY_PLAN_NONE (-2) /* a name that is no plan's, or no target at all */

enum story_change_kind { STORY_ADDED, STORY_REMOVED, STORY_CHANGED };

/* What happened to the records of one owner name. */
struct story_change {
    enum story_change_kind kind;
    const struct value *name;
    int plan; /* whose name it is, or STORY_PLAN_NONE */
    /* The records that are gone and those that are new, sorted; NULL without any. */
    const struct value **before, **after;
    size_t before_count, after_count;
};

struct story_deployer {
    int64_t next; /* its counter */
    bool fresh;   /* the lock that it saw is the zone's */
};

/* The root or the rollback name: where it points to. */
struct story_pointer {
    const struct value *target; /* NULL when it has no single target */
    int plan;
    bool resolves; /* the target owns a CNAME in the zone */
};

struct story_state {
    const char *tag;   /* of the action that made the state */
    size_t deployer;   /* who acted, or STORY_NOBODY */
    const char *words; /* one sentence without its full stop */
    const char
        *changes_text; /* for other classes: how the state differs from the one before; NULL: not at all */
    const struct story_change *changes;
    size_t change_count;
    const struct story_deployer *deployers; /* deployer_count of them */
    const struct value *zone;               /* the set of records */
    struct story_pointer root, rollback;
    bool installs_stale; /* a deploy of a plan older than the root's */
};

struct story_plan {
    const struct value *name;    /* in full */
    const struct value *creates; /* its records, a set */
    size_t state;                /* that published it */
};

enum story_no_return_kind { STORY_BY_CLEANUP, STORY_BY_DEPLOY };

struct story_no_return {
    bool found;
    enum story_no_return_kind kind;
    size_t state;
    size_t deployer; /* whose counter allows the clean-up, by cleanup */
    const char *words;
};

struct story {
    const struct itf_trace *itf; /* borrowed */
    struct model *model;
    struct replay_report report; /* of which states the model agrees with */
    struct story_state *states;
    size_t state_count; /* those that agree: at least 1 */

    bool is_dns;
    const struct value *root_name, *rollback_name, *lock_name;
    const struct value **deployers; /* names */
    size_t deployer_count;
    struct story_plan *plans;
    size_t plan_count;
    int64_t max_plan_age;

    int property; /* what the trace shows: its claim, or else the first invariant that fails; PROPERTY_NONE */
    size_t property_state; /* where */
    bool of_rollback;      /* the property is about the rollback name */
    const char *outcome;   /* a sentence about the state where it shows; NULL without a property */
    struct story_no_return no_return;

    struct arena arena;
};

/* Replays the trace and tells it. ERR_DATA when not even its parameters and its initial state are the
 * model's. A trace that departs from the model later is told up to there; see report. */
enum status story_new(const struct model_class *class, const struct itf_trace *itf, struct story **ret_story,
                      struct error *err) WARN_UNUSED;
/* NULL is fine. */
void story_free(struct story *story);

/* The whole trace is a run of the model and shows what it claims. */
static inline bool story_agrees(const struct story *story)
{
    return story->report.outcome == REPLAY_AGREES;
}

/* A name without the zone it is in: "plan4" of plan4.db.example.com; addresses stay whole. The length of that
 * part. */
size_t story_short_length(const struct value *name);
/* Appends it. */
void story_short(struct buffer *out, const struct value *name);

/* "plan #2", or "plan-init". */
void story_plan_label(struct buffer *out, int plan);

/* Parts of a record {name, kind, value: (target, number)}; NULL or 0 for what is not there. */
const struct value *story_record_name(const struct value *record);
const struct value *story_record_kind(const struct value *record);
const struct value *story_record_target(const struct value *record);
int64_t story_record_number(const struct value *record);

#endif
