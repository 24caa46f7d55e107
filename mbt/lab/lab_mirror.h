/* SPDX-License-Identifier: Apache-2.0 */
/* The lab as its description says it is: what it must answer to each call, and all that it must then hold.
 *
 * A mirror is told of the same calls as the lab and writes the answers that are expected, as the lab writes
 * them. It follows the lab's own rules, where the model's differ; how far the two may be apart is what
 * lab_mirror_compare_model knows. Deployers are numbers here: 0 is deployer-a.
 *
 *   zone: records in their order, each a few bytes; a plan's texts are written once, when it is made
 *   { lock } { plan-init } { root } { rollback } { plan 0 } { balancer 0 of plan 0 } …
 *
 * Owner only. Ids of plans are borrowed from the trace's values. */
#ifndef RACEWALK_MBT_LAB_LAB_MIRROR_H
#define RACEWALK_MBT_LAB_LAB_MIRROR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"
#include "mbt/lab/lab_known.h"
#include "mbt/lab/lab_plan.h"

#define LAB_MIRROR_GENESIS (-1) /* the owner of the placeholder's lock */
#define LAB_MIRROR_NOBODY  (-2) /* there is no lock */
#define LAB_PLAN_ID_SIZE   64

enum lab_mirror_kind {
    LAB_MIRROR_LOCK,
    LAB_MIRROR_INIT_PLAN,
    LAB_MIRROR_ROOT,
    LAB_MIRROR_ROLLBACK,
    LAB_MIRROR_PLAN,
    LAB_MIRROR_BALANCER
};

struct lab_mirror_record {
    uint8_t kind; /* enum lab_mirror_kind */
    uint8_t balancer;
    uint16_t plan;
};

struct lab_mirror_lock {
    int owner;
    int64_t epoch;
};

struct lab_mirror_deployer {
    int next;                    /* index of its next plan */
    int64_t epoch;               /* batches that it has tried */
    struct lab_mirror_lock lock; /* observed */
    int root;                    /* observed: a target, as struct lab_known has it */
};

struct lab_mirror_plan {
    char id[LAB_PLAN_ID_SIZE]; /* in the model */
    struct lab_plan content;
    bool in_zone;
    struct buffer text;              /* what a generate answers */
    size_t starts[DNS_IPS_MAX + 2];  /* of its records in the text: the alias, each balancer's address */
    size_t lengths[DNS_IPS_MAX + 2]; /* of them */
};

struct lab_mirror {
    uint32_t guards;
    struct lab_mirror_plan *plans; /* DNS_PLANS_MAX of them */
    int plan_count;
    struct lab_mirror_deployer deployers[DNS_DEPLOYERS_MAX];
    int deployer_count;
    struct lab_mirror_record *zone;
    size_t zone_count, zone_capacity;
    struct lab_mirror_lock lock;
    int root, rollback; /* targets */
    int model_rollback; /* where the model has it: what the last to install had observed as root */
};

enum status lab_mirror_init(struct lab_mirror *mirror, struct error *err) WARN_UNUSED;
void lab_mirror_release(struct lab_mirror *mirror);

/* As after a reset and the placeholder's seed. ERR_MEMORY, as all below that say so. */
enum status lab_mirror_reset(struct lab_mirror *mirror, uint32_t guards, int deployer_count,
                             struct error *err) WARN_UNUSED;

/* As after a restart: zone and plans are there, deployers start anew. */
void lab_mirror_restart(struct lab_mirror *mirror);

/* A deployer's number by its name; -1 when there is none. */
int lab_mirror_deployer(const struct lab_mirror *mirror, const char *name);

/* Each carries a call out and appends its answer. plan has balancers and weights, and gets version and names.
 * ERR_MEMORY. */
enum status lab_mirror_generate(struct lab_mirror *mirror, const char *id, struct lab_plan *plan,
                                struct buffer *answer, struct error *err) WARN_UNUSED;
void lab_mirror_sync(struct lab_mirror *mirror, int deployer, struct buffer *answer);

enum lab_mirror_outcome {
    LAB_MIRROR_INSTALLED,
    LAB_MIRROR_SKIPPED,
    LAB_MIRROR_IDLE,
    LAB_MIRROR_ROOT_MISSING, /* refused */
    LAB_MIRROR_LOCK_STALE,   /* refused */
    LAB_MIRROR_LOCK_UNSEEN   /* refused: there is a lock, and it has observed none */
};
/* What a deploy would come to. */
enum lab_mirror_outcome lab_mirror_foresee(const struct lab_mirror *mirror, int deployer);
/* ERR_MEMORY. */
enum status lab_mirror_deploy(struct lab_mirror *mirror, int deployer, struct buffer *answer,
                              struct error *err) WARN_UNUSED;

/* How many plans a cleanup would delete. as_model: if rollback pointed where the model has it. */
int lab_mirror_old_plans(const struct lab_mirror *mirror, int deployer, int64_t keep_last_n, bool as_model);
void lab_mirror_cleanup(struct lab_mirror *mirror, int deployer, int64_t keep_last_n, struct buffer *answer);

/* The addresses of a name that points to a target, as a JSON list; returns how many. */
size_t lab_mirror_addresses(const struct lab_mirror *mirror, int target, struct buffer *out);

/* The zone's records, as its file has them; the whole state, as GET /mbt/state has it. */
void lab_mirror_write_zone(const struct lab_mirror *mirror, struct buffer *out);
void lab_mirror_write_state(const struct lab_mirror *mirror, struct buffer *out);

/* Compares with a state of the model, a record of its variables: appends what is different beyond the known
 * differences, or nothing. Which of those shows is *ret_rollback_differs. */
void lab_mirror_compare_model(const struct lab_mirror *mirror, const struct value *state, struct buffer *out,
                              bool *ret_rollback_differs);

#endif
